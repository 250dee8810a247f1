/* history.h — what happened to rejects, over the removal of a private target: a rehearsal, and a
 * restart of everything, make the target anew, and with it its ledger.
 *
 * Where it cannot be kept a warning says so; nothing else depends on it.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_HISTORY_H
#define CLI_HISTORY_H

#include "job.h"

/* Starts the private target that is there, and stops it again. NULL: nothing is to be kept. */
const char *history_take(struct job *job);
/* The ledger of the new one was made. */
void history_put(struct job *job, const char *history);

#endif
