/* checking_target.h — what `check` says of the tables that are to be loaded.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_CHECKING_TARGET_H
#define CLI_CHECKING_TARGET_H

#include "job.h"

/* A line for each thing that matters to loading; warnings are counted in job->warnings. */
bool checking_target_push(struct job *job,
                          const struct entity *entity,
                          struct text_buffer *out,
                          struct error *error) NODISCARD;
/* What earlier runs, of whichever migration, took off tables and did not put back. */
bool checking_target_left(struct job *job, struct text_buffer *out, struct error *error) NODISCARD;

#endif
