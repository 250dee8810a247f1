/* past_runs.c — the contract is in past_runs.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "past_runs.h"

#include "files.h"

#include "novate/limits.h"

#include <sys/stat.h>

enum {
    HISTORY_BYTES_MAX = LIMIT_HISTORY * 16384 /* lines of some hundred bytes */
};

static bool is_too_large(const char *path)
{
    struct stat state;
    return stat(path, &state) == 0 && (uint64_t)state.st_size > LIMIT_HISTORY_BYTES;
}

static bool push_run(struct job *job,
                     const struct ledger_run *run,
                     struct text_buffer *out,
                     struct error *error)
{
    struct text_buffer json;
    struct error gone = ERROR_NONE;
    struct report_earlier earlier = {
        .run = run->run,
        .kind = run->kind,
        .started_at = run->started_at,
        .finished_at = run->finished_at,
        .verdict = run->verdict,
        .reported = run->report != NULL,
    };
    const char *path =
        arena_format(&job->arena, "%s/%s", job->plan.work, run->report == NULL ? "" : run->report);
    if (path == NULL) {
        return error_set_memory(error);
    }
    text_buffer_init(&json, LIMIT_HISTORY_BYTES);
    earlier.too_large = earlier.reported && is_too_large(path);
    if (earlier.reported && !earlier.too_large && read_file(path, ERROR_IO, &json, &gone)) {
        earlier.report = text_from(json.data, json.size);
    }
    bool ok = report_earlier_push(&earlier, job->plan.migration, out, error);
    text_buffer_release(&json);
    return ok;
}

bool past_runs(struct job *job, struct report *report, struct error *error)
{
    struct ledger_run *runs = NULL;
    struct text_buffer out;
    int count = 0;
    if (job->ledger == NULL) {
        return true;
    }
    if (!ledger_runs(job->ledger, &job->arena, &runs, &count, error)) {
        return false;
    }
    int earlier = 0; /* the runs are in their order, this one last */
    while (earlier < count && runs[earlier].run != job->local_run) {
        earlier++;
    }
    int first = earlier > LIMIT_HISTORY ? earlier - LIMIT_HISTORY : 0;
    text_buffer_init(&out, HISTORY_BYTES_MAX);
    text_buffer_char(&out, '[');
    bool ok = true;
    for (int index = first; ok && index < earlier; index++) {
        ok = push_run(job, &runs[index], &out, error);
    }
    text_buffer_char(&out, ']');
    ok = ok && text_buffer_check(&out, error);
    report->history = ok ? arena_copy(&job->arena, out.data, out.size) : NULL;
    report->history_before = (uint64_t)first;
    text_buffer_release(&out);
    return ok && (report->history != NULL || error_set_memory(error));
}
