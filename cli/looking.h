/* looking.h — the target's ledger for commands that only look, also while another novate works.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_LOOKING_H
#define CLI_LOOKING_H

#include "job.h"

/* Connects read-only. A private target that runs is joined and left running; one that does not run
 * is started and stopped by job_close(), under the lock of the work directory. `*has_ledger` false:
 * nothing was loaded yet (and there may be no connection). */
bool looking_open(struct job *job, bool *has_ledger, struct error *error) NODISCARD;

/* The same without the ledger. `*there` false: there is no private target yet. */
bool looking_target(struct job *job, bool *there, struct error *error) NODISCARD;

#endif
