/* command_report.c — report and key: reports that were kept, looked at and checked, and the keys
 * that sign them. SPDX-License-Identifier: Apache-2.0 */
#include "checking_report.h"
#include "commands.h"
#include "files.h"
#include "outcome.h"
#include "sealing.h"

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

bool command_report(const struct options *options, struct console *console, struct error *error)
{
    return options->plan == NULL ? checking_reports(options, console, error)
                                 : show(options, console, error);
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
