/* finishing.h — what a loaded target needs before it is used: what was deferred is restored,
 * sequences stand beyond the values of their columns, statistics are made, and waste is measured.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_FINISHING_H
#define CLI_FINISHING_H

#include "job.h"

/* Does all of it, once every entity was carried; job->target_state says what was done and found. */
bool finishing_run(struct job *job, struct error *error) NODISCARD;
/* Only says what is found: for verifications. */
bool finishing_look(struct job *job, struct error *error) NODISCARD;
/* load --finish, run --finish: restores what is deferred, and loads nothing. */
bool finishing_command(const struct options *options,
                       struct console *console,
                       struct error *error) NODISCARD;
/* ERROR_GATE when something could not be restored. */
bool finishing_check(const struct job *job, struct error *error) NODISCARD;

/* For `status`: the space of an entity's table. */
bool finishing_push_space(struct job *job,
                          const struct target_table *table,
                          struct text_buffer *out,
                          struct error *error) NODISCARD;

#endif
