/* confirming.h — the second look at what differs, after the time that --confirm-after gives.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_CONFIRMING_H
#define CLI_CONFIRMING_H

#include "job.h"

#include "novate/verify.h"

/* None where the option is not given. Lives as long as the job. */
struct verify_confirm confirming(struct job *job);

#endif
