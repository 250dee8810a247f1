/* findings.h — what comparing two sides has found so far.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_VERIFY_FINDINGS_H
#define NOVATE_VERIFY_FINDINGS_H

#include "buckets.h"
#include "differences.h"
#include "flight.h"
#include "match.h"

/* All live in what the caller initialised them with. */
struct findings {
    struct bucket_set settled; /* buckets that were read again, and are done with */
    struct differences differences;
    struct match_totals totals; /* of these buckets, and of those that agreed at once */
    struct flight flight;
};

#endif
