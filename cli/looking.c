/* looking.c — the contract is in looking.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "looking.h"

static bool join_or_start(struct job *job, bool *there, struct error *error)
{
    *there = job_has_private_target(job);
    if (!*there) {
        return true;
    }
    if (!private_cluster_find(job->target_directory, &job->arena, &job->target.conninfo, error)) {
        return false;
    }
    if (job->target.conninfo != NULL) {
        return job_session(job, true, &job->target.control, error);
    }
    bool locked = job->lock.descriptor >= 0;
    return (locked || work_lock_take(&job->lock, job->plan.work, error)) &&
           job_target(job, true, error);
}

bool looking_target(struct job *job, bool *there, struct error *error)
{
    *there = true;
    return job->rehearsal || job->plan.target.private_cluster ? join_or_start(job, there, error)
                                                              : job_target(job, true, error);
}

bool looking_open(struct job *job, bool *has_ledger, struct error *error)
{
    bool there = false;
    *has_ledger = false;
    if (!looking_target(job, &there, error)) {
        return false;
    }
    return !there || target_ledger_readable(job->target.control, has_ledger, error);
}
