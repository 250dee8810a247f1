/* checking_examples.h — the examples of mappings, run.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_CHECKING_EXAMPLES_H
#define CLI_CHECKING_EXAMPLES_H

#include "job.h"

#include "novate/examples.h"

/* Runs the examples of an entity that was compiled. Those that fail are problems of the job. */
bool checking_examples_entity(struct job *job,
                              struct entity *entity,
                              struct examples_result *result,
                              struct error *error) NODISCARD;
/* How many there were, unless there were none: with others' results, or at once when one failed,
 * since these are not shown then. */
void checking_examples_total(struct job *job,
                             const struct examples_result *result,
                             struct text_buffer *out);

#endif
