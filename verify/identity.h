/* identity.h — the reconciliation identity of an entity: source + emitted = loaded + already
 * present + filtered + rejected + merged, in rows and in digests; and of what is loaded, inserted +
 * updated + unchanged.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_VERIFY_IDENTITY_H
#define NOVATE_VERIFY_IDENTITY_H

#include "novate/report.h"

#include <stdbool.h>
#include <stdint.h>

struct identity {
    const struct tally *tally; /* of loading; else of verification; NULL: nothing was counted */
    const char *counted_by;    /* load, dry run, verification; NULL: nothing was counted */
    bool loaded_known;
    uint64_t loaded;
    uint64_t present;
    bool stored; /* what is loaded was inserted, updated or there */
    bool closes; /* what is known of it */
};

struct identity identity_of(const struct report_entity *entity);
/* Records that the right-hand side lacks (positive) or has too many. 0 when only digests differ. */
int64_t identity_gap(const struct identity *identity);

/* What the report says of the entity: the caller's verdict, unless that is "verified" and the
 * identity does not close. */
enum verdict identity_verdict(const struct report_entity *entity);

#endif
