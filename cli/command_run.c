/* command_run.c — run, rehearse, and the stages extract, transform and load.
 * SPDX-License-Identifier: Apache-2.0 */
#include "carry.h"
#include "carry_files.h"
#include "carry_mode.h"
#include "commands.h"
#include "crossing.h"
#include "deferring.h"
#include "finishing.h"
#include "history.h"
#include "outcome.h"
#include "place.h"
#include "sealing.h"
#include "segments.h"
#include "verify_schema.h"
#include "verifying.h"

#include <string.h>

/* How a command differs from the others. */
struct work {
    const char *kind;
    enum compile_from compile_from;
    bool writes_target;
    bool verifies;
    bool reads_segments;
    bool writes_segments;
    carry_begun *begun;              /* NULL: files were compared when they were extracted */
    const struct carry_stage *stage; /* NULL: the ledgers say what was carried */
};

/* Verification needs a target that something was loaded into. */
static bool open_loaded_target(struct job *job, struct error *error)
{
    if (job->plan.target.private_cluster && !job_has_private_target(job)) {
        error_set(error, ERROR_STATE, "there is no private target yet");
        return error_hint(error, "Run \"novate run\" or \"novate load\" first.");
    }
    return job_target(job, job->options->dry_run, error);
}

/* Segments are made beside the source, from where the target often cannot be reached. Without it
 * the mapping is compiled with the types of its expressions; what cannot be known then is a
 * problem. */
static bool try_target(struct job *job, struct error *error)
{
    struct error reason = ERROR_NONE;
    if (job_target(job, false, &reason)) {
        return true;
    }
    if (reason.code != ERROR_TARGET_CONNECT || job->plan.target.private_cluster) {
        *error = reason;
        return false;
    }
    console_log(job->console,
                LOG_WARNING,
                "target",
                "%s; extracting without it: the mappings are not compared with its tables",
                reason.message);
    for (int index = 0; index < job->entity_count; index++) {
        const struct mapping *mapping = job->entities[index].mapping;
        for (int at = 0; at < mapping->copy_count; at++) {
            if (strpbrk(mapping->copy[at], "*?") != NULL) {
                (void)problem_add(&job->problems,
                                  mapping->copy_place,
                                  "Name the columns, or extract where the target can be reached.",
                                  "\"%s\" under copy: needs the target, which is not connected",
                                  mapping->copy[at]);
            }
        }
    }
    return true;
}

static bool open_target(struct job *job, const struct work *work, struct error *error)
{
    bool is_private = job->rehearsal || job->plan.target.private_cluster;
    const char *history = NULL;
    if (work->writes_target == false && work->verifies) {
        return open_loaded_target(job, error);
    }
    if (job->options->dry_run) {
        return job_target_look(job, error);
    }
    bool begin_anew = job->options->restart && job->options->entity_count == 0 &&
                      work->writes_target && is_private;
    if (job->rehearsal || begin_anew) {
        history = history_take(job);
        if (!job_forget_target(job, error)) {
            return false;
        }
    }
    bool extracts = work->writes_segments && !work->reads_segments;
    if (!(extracts ? try_target(job, error) : job_target(job, false, error))) {
        return false;
    }
    if (!work->writes_target) {
        return true;
    }
    if (!place_check_target(job, error) || !target_ledger_install(job->target.control, error) ||
        !target_ledger_lock(job->target.control, job->plan.migration, error)) {
        return false;
    }
    history_put(job, history);
    return true;
}

static bool begin_runs(struct job *job, const struct work *work, struct error *error)
{
    char digest[HASH_HEX_SIZE];
    hash_hex(job->plan.digest, digest);
    if (job->options->dry_run) {
        return true;
    }
    if (!ledger_run_begin(job->ledger, work->kind, &job->local_run, error)) {
        return false;
    }
    bool has_ledger = work->writes_target;
    if (work->verifies && !has_ledger &&
        !target_ledger_exists(job->target.control, &has_ledger, error)) {
        return false;
    }
    return !has_ledger ? true
                       : target_ledger_install(job->target.control, error) &&
                             target_run_begin(job->target.control,
                                              job->plan.migration,
                                              work->kind,
                                              digest,
                                              &job->run,
                                              error);
}

/* Verification alone: the ledgers say what was loaded and refused; both sides are read again. */
static bool recall_loaded(struct job *job, struct entity *entity, struct error *error)
{
    struct target_entity known;
    struct error changed = ERROR_NONE;
    bool exists = false;
    bool found = false;
    if (!target_ledger_exists(job->target.control, &exists, error)) {
        return false;
    }
    if (!exists) {
        return true;
    }
    if (!target_entity_get(job->target.control,
                           job->plan.migration,
                           entity->mapping->entity,
                           &job->arena,
                           &known,
                           &found,
                           error)) {
        return false;
    }
    if (found && !carry_compare(job,
                                entity,
                                "loading",
                                known.mapping_digest,
                                known.mapping_text,
                                known.plan_digest,
                                &changed)) {
        console_log(job->console,
                    LOG_WARNING,
                    "changed",
                    "%s; it is verified with that of today",
                    changed.message);
    }
    if (!carry_recall(job, entity, error)) {
        return false;
    }
    bool waits = found && known.mode == LOAD_REPLACE && known.finished_at == NULL;
    entity->incomplete = entity->incomplete || waits; /* the table has its old rows */
    return true;
}

static bool recall_all(struct job *job, struct error *error)
{
    for (int index = 0; index < job->entity_count; index++) {
        if (!recall_loaded(job, &job->entities[index], error)) {
            return false;
        }
    }
    return true;
}

static bool carry_stage_of(struct job *job, const struct work *work, struct error *error)
{
    if (work->stage == NULL) {
        return recall_all(job, error);
    }
    return (work->begun == NULL || carry_survey(job, work->begun, error)) &&
           carry_all(job, work->stage, error) &&
           (!work->writes_segments || job->options->dry_run || segments_finish(job, error));
}

/* Nothing was loaded by the other stages. */
static bool finish_target(struct job *job, const struct work *work, struct error *error)
{
    return work->writes_target ? finishing_run(job, error)
           : work->verifies    ? finishing_look(job, error)
                               : true;
}

static bool carry_and_finish(struct job *job, const struct work *work, struct error *error)
{
    struct error stop = ERROR_NONE;
    bool dry = job->options->dry_run;
    bool loads = !dry || !work->writes_target; /* what is to be verified is there, or nothing is */
    bool verifies = work->verifies && !job->options->no_verify && loads;
    struct outcome_options outcome = {
        .kind = work->kind,
        .verification_wanted = verifies,
        .writes_ledgers = !dry,
    };
    bool carried = carry_stage_of(job, work, &stop);
    if (carried && !dry) {
        carried = finish_target(job, work, &stop);
    }
    if (carried && verifies) {
        bool verified = verifying_all(job, &stop); /* if not, `stop` says why */
        (void)verified;
    } else if (!carried) {
        deferring_say_left(job);
    }
    return outcome_finish(job, &outcome, &stop, error);
}

static bool open_work(struct job *job, const struct work *work, struct error *error)
{
    bool from_source = work->compile_from == COMPILE_FROM_SOURCE;
    bool ok = true;
    if (!job->options->dry_run) {
        bool carried = work->reads_segments && segments_carried(job);
        ok = job_lock(job, from_source || carried ? JOB_WORK_CREATE : JOB_WORK_EXISTING, error) &&
             (!carried || segments_adopt(job, error));
    } else if (!from_source) {
        ok = job_lock(job, JOB_WORK_READ, error);
    }
    if (ok) {
        job_watch(job);
    }
    return ok;
}

/* Staged files are not begun either where they could not be loaded side by side. */
static bool check_modes(struct job *job, const struct work *work, struct error *error)
{
    return work->writes_target     ? carry_mode_check_all(job, error)
           : work->writes_segments ? carry_mode_check_tables(job, error)
                                   : true;
}

static bool perform(const struct options *options,
                    struct console *console,
                    const struct work *work,
                    struct error *error)
{
    struct job job;
    if (options->finish) {
        return finishing_command(options, console, error);
    }
    if (!outcome_check_reports(options, error) || !crossing_allowed(options, error)) {
        return false;
    }
    bool writes = work->reads_segments || work->writes_segments || work->writes_target;
    bool ok = job_open(&job, options, console, error) && (!writes || segments_key(&job, error)) &&
              sealing_open(&job, error) && open_work(&job, work, error) &&
              open_target(&job, work, error) && job_compile(&job, work->compile_from, error) &&
              check_modes(&job, work, error) && begin_runs(&job, work, error) &&
              carry_and_finish(&job, work, error);
    job_close(&job);
    return ok;
}

bool command_run(const struct options *options, struct console *console, struct error *error)
{
    struct work work = {
        .kind = "load",
        .compile_from = COMPILE_FROM_SOURCE,
        .writes_target = true,
        .verifies = true,
        .begun = carry_run_begun,
        .stage = &carry_run,
    };
    return perform(options, console, &work, error);
}

bool command_rehearse(const struct options *options, struct console *console, struct error *error)
{
    struct work work = {
        .kind = "rehearsal",
        .compile_from = COMPILE_FROM_SOURCE,
        .writes_target = true,
        .verifies = true,
        .begun = carry_run_begun,
        .stage = &carry_run,
    };
    return perform(options, console, &work, error);
}

bool command_extract(const struct options *options, struct console *console, struct error *error)
{
    struct work work = {
        .kind = "extract",
        .compile_from = COMPILE_FROM_SOURCE,
        .writes_segments = true,
        .begun = carry_extract_begun,
        .stage = &carry_extract,
    };
    return perform(options, console, &work, error);
}

bool command_transform(const struct options *options, struct console *console, struct error *error)
{
    struct work work = {
        .kind = "transform",
        .compile_from = COMPILE_FROM_SEGMENTS,
        .reads_segments = true,
        .writes_segments = true,
        .stage = &carry_transform,
    };
    return perform(options, console, &work, error);
}

bool command_load(const struct options *options, struct console *console, struct error *error)
{
    struct work work = {
        .kind = "load",
        .compile_from = COMPILE_TARGET_ONLY,
        .writes_target = true,
        .reads_segments = true,
        .stage = &carry_load,
    };
    return perform(options, console, &work, error);
}

bool command_verify(const struct options *options, struct console *console, struct error *error)
{
    struct work work = {
        .kind = "verify",
        .compile_from = COMPILE_FROM_SOURCE,
        .writes_target = false,
        .verifies = true,
    };
    if (strcmp(options->verb, "schema") == 0) {
        return verify_schema(options, console, error);
    }
    if (options->format != OUTPUT_TEXT) {
        error_set(error, ERROR_USAGE, "option --format is for \"verify schema\"");
        return error_hint(error, "--report FILE.json writes the report of a verification.");
    }
    return perform(options, console, &work, error);
}
