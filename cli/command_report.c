/* command_report.c — report and key: reports that were kept, looked at and checked, and the keys
 * that sign them. SPDX-License-Identifier: Apache-2.0 */
#include "checking_report.h"
#include "commands.h"
#include "files.h"
#include "outcome.h"
#include "report_file.h"
#include "sealing.h"

#include <string.h>

enum {
    OUTPUT_BYTES_MAX = 512 << 20
};

static bool find_report(struct job *job, const char **path, struct error *error)
{
    struct ledger_run *runs = NULL;
    int count = 0;
    *path = NULL;
    if (!ledger_runs(job->ledger, &job->arena, &runs, &count, error)) {
        return false;
    }
    for (int index = 0; index < count; index++) {
        bool asked = job->options->run == 0 || (int64_t)job->options->run == runs[index].run;
        if (asked && runs[index].report != NULL) {
            *path = arena_format(&job->arena, "%s/%s", job->plan.work, runs[index].report);
        }
    }
    if (*path != NULL) {
        return true;
    }
    if (job->options->run != 0) {
        error_set(
            error, ERROR_STATE, "run %llu left no report", (unsigned long long)job->options->run);
    } else {
        error_set(error, ERROR_STATE, "no run left a report yet");
    }
    return error_hint(error, "\"novate status\" lists the runs.");
}

static bool show(const struct options *options, struct console *console, struct error *error)
{
    struct job job;
    struct text_buffer json;
    struct text_buffer page;
    const char *path = NULL;
    const char *signature = NULL;
    if (!outcome_check_reports(options, error)) {
        return false;
    }
    text_buffer_init(&json, OUTPUT_BYTES_MAX);
    text_buffer_init(&page, OUTPUT_BYTES_MAX);
    bool ok = job_open(&job, options, console, error) && job_lock(&job, JOB_WORK_READ, error) &&
              find_report(&job, &path, error) && read_file(path, ERROR_IO, &json, error) &&
              sealing_get(path, &job.arena, &signature, error);
    if (ok && options->report_count > 0) {
        ok = outcome_write_reports(&job, json.data, signature, error);
    } else if (ok) {
        ok = report_render(json.data, NULL, REPORT_TEXT, &page, error) &&
             text_buffer_check(&page, error);
        if (ok) {
            console_result(console, page.data, page.size);
        }
    }
    text_buffer_release(&json);
    text_buffer_release(&page);
    job_close(&job);
    return ok;
}

/* As a C string, for which a report that was handed over has no end of its own. */
static bool read_report(const char *path,
                        struct arena *arena,
                        const char **json,
                        struct error *error)
{
    struct report_file file;
    bool ok = report_file_read(path, arena, &file, error) &&
              (file.json.data != NULL ||
               error_set(error, ERROR_STATE, "\"%s\" carries no report of novate", path));
    *json = ok ? arena_copy(arena, file.json.data, file.json.size) : NULL;
    ok = ok && (*json != NULL || error_set_memory(error));
    report_file_release(&file);
    return ok;
}

static bool diff(const struct options *options, struct console *console, struct error *error)
{
    struct arena arena;
    struct text_buffer out;
    const char *json[2] = {NULL, NULL};
    if (options->file_count != 2) {
        error_set(error, ERROR_USAGE, "command \"report diff\" needs two reports");
        return error_hint(error,
                          "Those of runs are in the folder \"reports\" of the work directory.");
    }
    arena_init(&arena, 64 << 10, NULL);
    text_buffer_init(&out, OUTPUT_BYTES_MAX);
    bool ok = read_report(options->files[0], &arena, &json[0], error) &&
              read_report(options->files[1], &arena, &json[1], error) &&
              report_diff(json[0], json[1], &out, error);
    if (ok) {
        console_result(console, out.data, out.size);
    }
    text_buffer_release(&out);
    arena_release(&arena);
    return ok;
}

/* What is summed up must be what was found. */
static bool check_whole(const char *path,
                        const char *json,
                        struct arena *arena,
                        struct error *error)
{
    struct seal_state state;
    if (!seal_look(text_of(json), arena, &state, error)) {
        return false;
    }
    if (state.is_report && state.is_sealed && state.altered == NULL) {
        return true;
    }
    error_set(error,
              ERROR_STATE,
              state.altered == NULL ? "\"%s\" has no seal" : "\"%s\" was altered",
              path);
    return error_hint(error,
                      "\"novate report check\" says more; take the report of the run itself.");
}

static bool write_joined(const struct options *options,
                         const char *const *json,
                         struct error *error)
{
    for (int index = 0; index < options->report_count; index++) {
        const char *path = options->reports[index];
        enum report_format format = REPORT_JSON;
        enum verdict verdict = VERDICT_NOT_VERIFIED;
        struct text_buffer out;
        text_buffer_init(&out, OUTPUT_BYTES_MAX);
        bool ok = NOVATE_CHECK(error, report_format_of(path, &format)) &&
                  report_join(json, options->file_count, format, &out, &verdict, error) &&
                  write_file(path, out.data, out.size, error);
        text_buffer_release(&out);
        if (!ok) {
            return false;
        }
    }
    return true;
}

/* As the command that made the reports would have ended. */
static bool conclude_joined(enum verdict verdict, struct error *error)
{
    switch (verdict) {
    case VERDICT_VERIFIED:
        return true;
    case VERDICT_DIFFERENCES:
        return error_set(error, ERROR_DIFFERENCES, "source and target differ");
    case VERDICT_REJECTS:
        return error_set(error, ERROR_REJECTS, "more records were rejected than a plan allows");
    case VERDICT_NOT_VERIFIED:
        break;
    }
    return error_set(error, ERROR_NOT_VERIFIED, "not everything was verified");
}

static bool join(const struct options *options, struct console *console, struct error *error)
{
    struct arena arena;
    struct text_buffer out;
    const char *json[REPEAT_MAX];
    enum verdict verdict = VERDICT_NOT_VERIFIED;
    arena_init(&arena, 64 << 10, NULL);
    text_buffer_init(&out, OUTPUT_BYTES_MAX);
    bool ok = outcome_check_reports(options, error);
    for (int index = 0; ok && index < options->file_count; index++) {
        const char *path = options->files[index];
        ok = read_report(path, &arena, &json[index], error) &&
             check_whole(path, json[index], &arena, error);
    }
    ok = ok && report_join(json, options->file_count, REPORT_TEXT, &out, &verdict, error) &&
         write_joined(options, json, error);
    if (ok) {
        console_result(console, out.data, out.size);
    }
    text_buffer_release(&out);
    arena_release(&arena);
    return ok && conclude_joined(verdict, error);
}

bool command_report(const struct options *options, struct console *console, struct error *error)
{
    return options->plan != NULL                ? show(options, console, error)
           : strcmp(options->verb, "diff") == 0 ? diff(options, console, error)
           : strcmp(options->verb, "join") == 0 ? join(options, console, error)
                                                : checking_reports(options, console, error);
}

bool command_key(const struct options *options, struct console *console, struct error *error)
{
    const char *path = options->files[0];
    if (!signing_key_make(path, error)) {
        return false;
    }
    console_log(console,
                LOG_INFO,
                "key",
                "made \"%s\", which is secret, and \"%s.pub\", which checks what it signs",
                path,
                path);
    return true;
}
