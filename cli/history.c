/* history.c — the contract is in history.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "history.h"

#include "novate/target_reject.h"

static void warn(struct job *job, const struct error *reason)
{
    console_log(job->console,
                LOG_WARNING,
                "rejects",
                "how old rejects are is not known from here on: %s",
                reason->message);
}

const char *history_take(struct job *job)
{
    struct error reason = ERROR_NONE;
    const char *history = NULL;
    bool exists = false;
    if (!job_has_private_target(job)) {
        return NULL;
    }
    bool ok =
        job_target(job, true, &reason) &&
        target_ledger_readable(job->target.control, &exists, &reason) &&
        (!exists ||
         target_history(job->target.control, job->plan.migration, &job->arena, &history, &reason));
    session_close(job->target.control);
    ok = private_cluster_stop(job->target.cluster, &reason) && ok;
    job->target = (struct target_side){.cluster = NULL};
    if (!ok) {
        warn(job, &reason);
    }
    return ok ? history : NULL;
}

void history_put(struct job *job, const char *history)
{
    struct error reason = ERROR_NONE;
    if (history != NULL &&
        !target_history_put(job->target.control, job->plan.migration, history, &reason)) {
        warn(job, &reason);
    }
}
