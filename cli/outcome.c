/* outcome.c — the contract is in outcome.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "outcome.h"

#include "crossing.h"
#include "files.h"
#include "finishing.h"
#include "judging.h"
#include "past_runs.h"
#include "sealing.h"

#include "novate/reading.h"
#include "novate/target_reject.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    REPORT_BYTES_MAX = 256 << 20,
    CONSISTENCY_BYTES_MAX = 1024,
    SALT_BYTES = 16
};

static bool read_random(unsigned char bytes[SALT_BYTES])
{
    int descriptor = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    bool ok = descriptor >= 0 && read(descriptor, bytes, SALT_BYTES) == SALT_BYTES;
    if (descriptor >= 0) {
        (void)close(descriptor);
    }
    return ok;
}

static const char *read_salt(struct job *job, const char *path)
{
    char text[2 * SALT_BYTES + 1] = "";
    FILE *file = fopen(path, "r");
    bool ok = file != NULL && fread(text, 1, 2 * SALT_BYTES, file) == 2 * SALT_BYTES;
    if (file != NULL) {
        (void)fclose(file);
    }
    return ok ? arena_string(&job->arena, text) : NULL;
}

const char *outcome_key_salt(struct job *job, bool may_write)
{
    unsigned char bytes[SALT_BYTES] = {0};
    struct error ignored = ERROR_NONE;
    const char *path = arena_format(&job->arena, "%s/key-salt", job->plan.work);
    const char *known = path == NULL ? NULL : read_salt(job, path);
    if (known != NULL) {
        return known;
    }
    char text[2 * SALT_BYTES + 1] = "";
    if (!read_random(bytes)) {
        return "";
    }
    for (int index = 0; index < SALT_BYTES; index++) {
        (void)snprintf(text + 2 * index, 3, "%02x", bytes[index]);
    }
    if (may_write && path != NULL && !write_file(path, text, 2 * SALT_BYTES, &ignored)) {
        console_log(job->console, LOG_WARNING, "salt", "%s", ignored.message);
    }
    const char *made = arena_string(&job->arena, text);
    return made == NULL ? "" : made;
}

static const char *describe_relation(struct job *job, const struct relation_spec *spec)
{
    struct problems ignored;
    problems_init(&ignored, &job->arena);
    const struct plan_source *settings = plan_source_of(&job->plan, spec, &ignored);
    const char *kind = spec->table != NULL ? "table" : spec->query != NULL ? "query" : "file";
    const char *name = spec->table != NULL   ? spec->table
                       : spec->query != NULL ? spec->query
                                             : spec->file;
    return arena_format(&job->arena,
                        "%s %s of %s%s%s",
                        kind,
                        name,
                        settings == NULL ? "source" : settings->name,
                        spec->where == NULL ? "" : " where ",
                        spec->where == NULL ? "" : spec->where);
}

/* What the load was read in, and what it was verified against. */
static const char *describe_consistency(struct job *job, const struct entity *entity)
{
    struct text_buffer text;
    struct text_buffer again;
    text_buffer_init(&text, CONSISTENCY_BYTES_MAX);
    text_buffer_init(&again, CONSISTENCY_BYTES_MAX);
    if (entity->load_known) {
        reading_say(&entity->load.counters, &text);
    }
    if (text.size == 0 && entity->relation != NULL) {
        text_buffer_string(&text, relation_consistency(entity->relation));
    }
    if (entity->verification != NULL) {
        reading_say(&entity->verification->tally.counters, &again);
    }
    if (again.size > 0 && again.data != NULL) {
        text_buffer_format(&text, "%sverified against: %s", text.size > 0 ? "; " : "", again.data);
    }
    text_buffer_release(&again);
    const char *copy =
        text.size == 0 || text.failed ? NULL : arena_copy(&job->arena, text.data, text.size);
    text_buffer_release(&text);
    return copy;
}

/* What the target's ledger says; a target that is gone is no reason to lose the report. */
static void ask_ledger(struct job *job, struct report_entity *out)
{
    struct error ignored = ERROR_NONE;
    struct target_entity known;
    bool found = false;
    struct target_reject_counts counts;
    bool exists = false;
    if (job->target.control == NULL || !out->loaded_known || out->dry_run ||
        !target_ledger_readable(job->target.control, &exists, &ignored) || !exists ||
        !target_reject_counts(
            job->target.control, job->plan.migration, out->entity, &counts, &ignored)) {
        return;
    }
    out->rejects_known = true;
    out->rejects_open = counts.open;
    out->rejects_closed = counts.closed;
    out->rejects_retried = counts.retried;
    if (target_entity_get(job->target.control,
                          job->plan.migration,
                          out->entity,
                          &job->arena,
                          &known,
                          &found,
                          &ignored) &&
        found && strcmp(known.mapping_digest, out->mapping_digest) != 0) {
        out->loaded_with = known.mapping_digest;
    }
}

static bool fill_entity(struct job *job,
                        const struct entity *entity,
                        const struct error *stop,
                        bool wanted,
                        struct report_entity *out,
                        struct error *error)
{
    char digest[HASH_HEX_SIZE];
    hash_hex(entity->mapping->digest, digest);
    *out = (struct report_entity){
        .entity = entity->mapping->entity,
        .source = describe_relation(job, &entity->mapping->source),
        .target_table = entity->mapping->target_table,
        .mode = entity->mapping->mode,
        .scope = entity->mapping->scope,
        .consistency = describe_consistency(job, entity),
        .mapping_digest = arena_string(&job->arena, digest),
        .loaded_known = entity->load_known,
        .dry_run = job->options->dry_run,
        .load = entity->load,
        .verified = entity->verification != NULL,
        .verification = entity->verification,
        .cross = entity->cross,
        .files = entity->files,
        .seconds = entity->seconds,
        .codes = entity->codes,
        .code_count = entity->code_count,
        .confirm_after_s = job->options->confirm_after_s,
        .not_verified_reason = judging_reason(job, entity, wanted),
        .verdict = judging_verdict(entity, stop),
    };
    if (out->mapping_digest != NULL) {
        ask_ledger(job, out);
    }
    if (entity->program != NULL) {
        out->not_compared_count = program_uncovered(entity->program, &out->not_compared);
    }
    return out->source == NULL || out->mapping_digest == NULL
               ? error_set_memory(error)
               : judging_skipped(job, entity, out, error) &&
                     judging_ledger(job, entity, out, error);
}

const char *outcome_host(struct job *job)
{
    char name[256] = "";
    if (gethostname(name, sizeof name - 1) != 0) {
        return "";
    }
    const char *copy = arena_string(&job->arena, name);
    return copy == NULL ? "" : copy;
}

const char *outcome_operator(struct job *job)
{
    const char *copy = arena_format(&job->arena, "uid %ld", (long)getuid());
    char name[256] = "";
    if (getlogin_r(name, sizeof name) == 0) {
        copy = arena_string(&job->arena, name);
    }
    return copy == NULL ? "" : copy;
}

/* "millennium (ODBC), jac (files)" */
static const char *describe_sources(struct job *job)
{
    struct text_buffer out;
    text_buffer_init(&out, REPORT_BYTES_MAX);
    for (int index = 0; index < job->plan.source_count; index++) {
        const struct plan_source *source = &job->plan.sources[index];
        text_buffer_format(&out,
                           "%s%s (%s)",
                           index == 0 ? "" : ", ",
                           source->name,
                           source->odbc == NULL  ? "files"
                           : source->csv == NULL ? "ODBC"
                                                 : "ODBC and files");
    }
    const char *copy = out.failed || out.data == NULL ? NULL : arena_string(&job->arena, out.data);
    text_buffer_release(&out);
    return copy == NULL ? "" : copy;
}

/* Samples whose outcome was recorded. */
static bool recall_samples(struct job *job, struct report *report, struct error *error)
{
    struct ledger_sample *samples = NULL;
    int count = 0;
    if (job->ledger != NULL && !ledger_samples(job->ledger, &job->arena, &samples, &count, error)) {
        return false;
    }
    for (int index = 0; index < count; index++) {
        if (samples[index].at != NULL) {
            samples[report->sample_count++] = samples[index];
        }
    }
    report->samples = samples;
    return true;
}

static bool fill_report(struct job *job,
                        const struct outcome_options *options,
                        const struct error *stop,
                        struct report *report,
                        struct error *error)
{
    char digest[HASH_HEX_SIZE];
    char finished[32];
    struct report_entity *entities =
        ARENA_ARRAY(&job->arena, struct report_entity, (size_t)job->entity_count + 1);
    if (entities == NULL) {
        return error_set_memory(error);
    }
    for (int index = 0; index < job->entity_count; index++) {
        if (!fill_entity(job,
                         &job->entities[index],
                         stop,
                         options->verification_wanted,
                         &entities[index],
                         error)) {
            return false;
        }
    }
    hash_hex(job->plan.digest, digest);
    clock_utc(finished);
    *report = (struct report){
        .migration = job->plan.migration,
        .kind = options->kind,
        .run = job->local_run,
        .started_at = job->started_at,
        .finished_at = arena_string(&job->arena, finished),
        .tool_version = NOVATE_VERSION,
        .plan_digest = arena_string(&job->arena, digest),
        .source_description = describe_sources(job),
        .target_description = job->target.control == NULL
                                  ? "not connected"
                                  : session_description(job->target.control),
        .host = outcome_host(job),
        .operator_name = outcome_operator(job),
        .entities = entities,
        .entity_count = job->entity_count,
        .verdict = report_verdict(entities, job->entity_count),
        .verification_skipped = !options->verification_wanted,
        .show_keys = job->options->show_keys,
        .target_state = job->target_state,
        .key_salt = outcome_key_salt(job, options->writes_ledgers),
    };
    if (report->finished_at == NULL || report->plan_digest == NULL) {
        return error_set_memory(error);
    }
    return past_runs(job, report, error) && recall_samples(job, report, error) &&
           sealing_links(job, &report->links, error);
}

bool outcome_check_reports(const struct options *options, struct error *error)
{
    for (int index = 0; index < options->report_count; index++) {
        enum report_format format = REPORT_JSON;
        if (!report_format_of(options->reports[index], &format)) {
            return error_set(error,
                             ERROR_USAGE,
                             "report \"%s\" must end in .json, .html, .txt or .csv",
                             options->reports[index]);
        }
    }
    return true;
}

bool outcome_write_reports(struct job *job,
                           const char *json,
                           const char *signature,
                           struct error *error)
{
    for (int index = 0; index < job->options->report_count; index++) {
        const char *path = job->options->reports[index];
        enum report_format format = REPORT_JSON;
        struct text_buffer out;
        text_buffer_init(&out, REPORT_BYTES_MAX);
        bool ok = NOVATE_CHECK(error, report_format_of(path, &format)) &&
                  report_render(json, signature, format, &out, error) &&
                  text_buffer_check(&out, error) && write_file(path, out.data, out.size, error) &&
                  (format != REPORT_JSON || sealing_put(path, signature, error));
        text_buffer_release(&out);
        if (!ok) {
            return false;
        }
    }
    return true;
}

/* reports/000012-load.json and .txt in the work directory. `*relative` names the former. */
static bool keep_report(struct job *job,
                        const struct report *report,
                        const char *json,
                        const char *signature,
                        const char **relative,
                        struct error *error)
{
    const char *folder = arena_format(&job->arena, "%s/reports", job->plan.work);
    *relative = arena_format(
        &job->arena, "reports/%06lld-%s.json", (long long)job->local_run, report->kind);
    if (folder == NULL || *relative == NULL) {
        return error_set_memory(error);
    }
    if (mkdir(folder, 0700) != 0 && errno != EEXIST) {
        return error_set_system(error, ERROR_IO, errno, "could not make folder \"%s\"", folder);
    }
    static const struct {
        const char *extension;
        enum report_format format;
    } KEPT[] = {{"json", REPORT_JSON}, {"txt", REPORT_TEXT}, {"html", REPORT_HTML}};
    for (size_t index = 0; index < sizeof KEPT / sizeof KEPT[0]; index++) {
        const char *path = arena_format(&job->arena,
                                        "%s/%06lld-%s.%s",
                                        folder,
                                        (long long)job->local_run,
                                        report->kind,
                                        KEPT[index].extension);
        struct text_buffer out;
        text_buffer_init(&out, REPORT_BYTES_MAX);
        bool ok = path == NULL ? error_set_memory(error)
                               : report_render(json, signature, KEPT[index].format, &out, error) &&
                                     text_buffer_check(&out, error) &&
                                     write_file(path, out.data, out.size, error) &&
                                     (KEPT[index].format != REPORT_JSON ||
                                      sealing_put(path, signature, error));
        text_buffer_release(&out);
        if (!ok) {
            return false;
        }
    }
    return true;
}

static bool put_verification(struct job *job, const struct entity *entity, struct error *error)
{
    const struct verify_result *result = entity->verification;
    struct target_difference *differences =
        ARENA_ARRAY(&job->arena, struct target_difference, (size_t)result->difference_count + 1);
    char source[HASH_HEX_SIZE];
    char target[HASH_HEX_SIZE];
    const struct error none = ERROR_NONE;
    if (differences == NULL) {
        return error_set_memory(error);
    }
    for (int index = 0; index < result->difference_count; index++) {
        const struct difference *difference = &result->differences[index];
        struct text_buffer columns;
        text_buffer_init(&columns, REPORT_BYTES_MAX);
        text_buffer_char(&columns, '[');
        for (int at = 0; at < difference->column_count; at++) {
            text_buffer_string(&columns, at == 0 ? "" : ",");
            text_buffer_json(&columns, text_of(difference->columns[at]));
        }
        text_buffer_char(&columns, ']');
        differences[index] = (struct target_difference){
            .key = difference->key,
            .kind = difference_kind_text(difference->kind),
            .columns = columns.failed ? NULL : arena_string(&job->arena, columns.data),
        };
        text_buffer_release(&columns);
        if (differences[index].columns == NULL) {
            return error_set_memory(error);
        }
    }
    hash_hex(result->source_digest.sum, source);
    hash_hex(result->target_digest.sum, target);
    struct target_verification verification = {
        .run = job->run,
        .entity = entity->mapping->entity,
        .verdict = verdict_text(judging_verdict(entity, &none)),
        .equal = result->equal,
        .not_equal = result->not_equal,
        .missing_target = result->missing_target,
        .missing_source = result->missing_source,
        .source_digest = source,
        .target_digest = target,
    };
    return target_verification_put(
        job->target.control, &verification, differences, result->difference_count, error);
}

/* What could not be kept of the outcome: the first failure counts, if the run does not end with
 * another one. */
static void note_lost(const struct job *job, const struct error *reason, struct error *lost)
{
    console_log(job->console,
                LOG_WARNING,
                "ledger",
                "the outcome could not be recorded everywhere: %s",
                reason->message);
    if (lost->code == ERROR_OK) {
        *lost = *reason;
        error_hint(lost, "The same command, given again, verifies again and records it.");
    }
}

/* The target's ledger is told too where it was written to; a target that is gone is no reason to
 * lose the report. */
static void tell_ledgers(struct job *job,
                         const struct report *report,
                         const char *json,
                         const char *relative,
                         struct error *lost)
{
    struct error reason = ERROR_NONE;
    const char *verdict = verdict_text(report->verdict);
    if (job->local_run != 0 &&
        !ledger_run_finish(job->ledger, job->local_run, verdict, relative, &reason)) {
        note_lost(job, &reason, lost);
    }
    for (int index = 0; job->run != 0 && index < job->entity_count; index++) {
        reason = ERROR_NONE;
        if (job->entities[index].verification != NULL &&
            !put_verification(job, &job->entities[index], &reason)) {
            note_lost(job, &reason, lost);
        }
    }
    reason = ERROR_NONE;
    if (job->run != 0 &&
        !target_run_finish(job->target.control, job->run, verdict, json, &reason)) {
        note_lost(job, &reason, lost);
    }
}

static bool is_empty(const struct job *job)
{
    uint64_t records = 0;
    for (int index = 0; index < job->entity_count; index++) {
        const struct entity *entity = &job->entities[index];
        records += entity->load.source.rows;
        records += entity->verification == NULL ? 0 : entity->verification->tally.source.rows;
        records += entity->verification == NULL ? 0 : entity->verification->missing_source;
    }
    return records == 0;
}

/* What the program exits with. */
static bool conclude(const struct job *job,
                     const struct outcome_options *options,
                     const struct report *report,
                     const struct error *stop,
                     const struct error *lost,
                     struct error *error)
{
    if (stop->code != ERROR_OK) {
        *error = *stop;
        return false;
    }
    if (is_empty(job)) {
        error_set(error, ERROR_NOTHING, "there was nothing to do: the source has no records");
        return error_hint(error, "Check the connection, the tables and \"where\" in the mappings.");
    }
    if (!crossing_conclude(job, error)) {
        return false;
    }
    if (report->verdict == VERDICT_DIFFERENCES) {
        error_set(error, ERROR_DIFFERENCES, "source and target differ");
        return error_hint(error,
                          "The report names rows and columns; --show-keys shows their keys.");
    }
    if (!finishing_check(job, error)) {
        return false;
    }
    if (options->verification_wanted && report->verdict != VERDICT_VERIFIED &&
        !judging_counts_agree(report)) {
        error_set(error, ERROR_NOT_VERIFIED, "not everything could be verified");
        return error_hint(error, "The report says what was not, and why.");
    }
    if (lost->code != ERROR_OK) {
        *error = *lost;
        if (cancel_level(&job->cancel) == CANCEL_NOW) { /* which lets go of connections, too */
            error->code = ERROR_INTERRUPTED;
        }
        return false;
    }
    return true;
}

bool outcome_finish(struct job *job,
                    const struct outcome_options *options,
                    const struct error *stop,
                    struct error *error)
{
    struct report report;
    struct text_buffer json;
    struct text_buffer summary;
    const char *relative = NULL;
    const char *signature = NULL;
    const char *shown = NULL;
    struct error reason = ERROR_NONE;
    struct error lost = ERROR_NONE;
    text_buffer_init(&json, REPORT_BYTES_MAX);
    text_buffer_init(&summary, REPORT_BYTES_MAX);
    bool ok = fill_report(job, options, stop, &report, error) &&
              report_json(&report, &json, error) && text_buffer_check(&json, error) &&
              sealing_sign(job, &json, &signature, error);
    if (ok && options->writes_ledgers) {
        if (keep_report(job, &report, json.data, signature, &relative, &reason)) {
            shown = arena_format(&job->arena, "%s/%s", job->plan.work, relative);
        } else {
            relative = NULL;
            note_lost(job, &reason, &lost);
        }
        tell_ledgers(job, &report, json.data, relative, &lost);
    }
    if (ok) {
        reason = ERROR_NONE;
        if (!outcome_write_reports(job, json.data, signature, &reason)) {
            note_lost(job, &reason, &lost);
        }
        summary_push(&report, clock_seconds() - job->started, shown, &summary);
        crossing_say(job, &summary);
        console_result(job->console, summary.data, summary.size);
    }
    text_buffer_release(&json);
    text_buffer_release(&summary);
    if (!ok) {
        return false;
    }
    return conclude(job, options, &report, stop, &lost, error);
}
