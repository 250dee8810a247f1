/* past_runs.h — the runs that a work directory had before this one, for its report.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_PAST_RUNS_H
#define CLI_PAST_RUNS_H

#include "job.h"

#include "novate/report.h"

/* Fills `history` and `history_before`. A report that cannot be read is listed as such. */
bool past_runs(struct job *job, struct report *report, struct error *error) NODISCARD;

#endif
