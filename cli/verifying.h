/* verifying.h — verification of all entities of a job: with --jobs N up to N of them at once, the
 * largest first, otherwise one after the other in the order of the plan.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_VERIFYING_H
#define CLI_VERIFYING_H

#include "job.h"

/* What came of each is in its entity, as checking.h says. After the first failure, which is the
 * one that is told, none is begun, and those under way are stopped as by Ctrl-C: what they had read
 * is kept (resuming.h). */
bool verifying_all(struct job *job, struct error *error) NODISCARD;

#endif
