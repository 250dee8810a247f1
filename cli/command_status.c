/* command_status.c — status: what the ledgers say, without touching data.
 * SPDX-License-Identifier: Apache-2.0 */
#include "carry.h"
#include "commands.h"
#include "deferring.h"
#include "files.h"
#include "finishing.h"
#include "job.h"
#include "looking.h"
#include "state_file.h"

#include <string.h>

enum {
    OUTPUT_BYTES_MAX = 64 << 20
};

static bool print(struct console *console, struct text_buffer *out, struct error *error)
{
    bool ok = text_buffer_check(out, error);
    if (ok && out->size > 0) {
        console_result(console, out->data, out->size);
    }
    return ok;
}

static bool push_staged(struct job *job,
                        const char *entity,
                        struct text_buffer *out,
                        struct error *error)
{
    struct ledger_chunk *chunks = NULL;
    int count = 0;
    if (!ledger_chunks(job->ledger, entity, &job->arena, &chunks, &count, error)) {
        return false;
    }
    int extracted = 0;
    int transformed = 0;
    for (int index = 0; index < count; index++) {
        extracted += chunks[index].state >= LEDGER_EXTRACTED;
        transformed += chunks[index].state >= LEDGER_TRANSFORMED;
    }
    if (count > 0) {
        text_buffer_format(out,
                           "  staged:  %d of %d chunks extracted, %d transformed\n",
                           extracted,
                           count,
                           transformed);
    }
    return true;
}

static void push_repairs(const struct counters *counters, struct text_buffer *out)
{
    for (int index = 0; index < counters->count; index++) {
        const struct counter *item = &counters->items[index];
        if (strcmp(item->group, "repair") == 0) {
            text_buffer_format(out,
                               "  repair:  %s: %llu%s%s\n",
                               item->name,
                               (unsigned long long)item->count,
                               item->first != NULL ? ", first " : "",
                               item->first != NULL ? item->first : "");
        }
    }
}

static bool push_loaded(struct job *job,
                        const char *name,
                        struct text_buffer *out,
                        struct error *error)
{
    struct target_chunk *chunks = NULL;
    struct tally tally;
    int count = 0;
    int loaded = 0;
    if (!target_chunks(
            job->target.control, job->plan.migration, name, &job->arena, &chunks, &count, error)) {
        return false;
    }
    tally_init(&tally, &job->arena);
    for (int index = 0; index < count; index++) {
        loaded += chunks[index].loaded;
        if (chunks[index].loaded && !tally_merge(&tally, &chunks[index].tally, error)) {
            return false;
        }
    }
    if (count == 0) {
        text_buffer_string(out, "  target:  nothing planned yet\n");
        return true;
    }
    text_buffer_format(out,
                       "  target:  %d of %d chunks loaded: %llu records read, %llu rows loaded, "
                       "%llu filtered, %llu rejected",
                       loaded,
                       count,
                       (unsigned long long)tally.source.rows,
                       (unsigned long long)tally.loaded.rows,
                       (unsigned long long)tally.filtered.rows,
                       (unsigned long long)tally.rejected.rows);
    if (tally.updated + tally.unchanged > 0) {
        text_buffer_format(out,
                           " (rows: %llu inserted, %llu updated, %llu unchanged)",
                           (unsigned long long)tally.inserted,
                           (unsigned long long)tally.updated,
                           (unsigned long long)tally.unchanged);
    }
    if (tally.merged.rows > 0) {
        text_buffer_format(out, ", %llu merged", (unsigned long long)tally.merged.rows);
    }
    text_buffer_char(out, '\n');
    push_repairs(&tally.counters, out);
    return true;
}

/* Mode replace: what is loaded is not in the table yet. */
static bool push_waiting(struct job *job,
                         const char *name,
                         struct text_buffer *out,
                         struct error *error)
{
    struct target_entity known;
    bool found = false;
    if (!target_entity_get(
            job->target.control, job->plan.migration, name, &job->arena, &known, &found, error)) {
        return false;
    }
    if (found && known.mode == LOAD_REPLACE && known.finished_at == NULL) {
        text_buffer_format(out,
                           "  replace: %s has its old rows until all chunks are loaded\n",
                           known.target_table);
    }
    return true;
}

static bool push_runs(struct job *job, struct text_buffer *out, struct error *error)
{
    struct ledger_run *runs = NULL;
    int count = 0;
    if (!ledger_runs(job->ledger, &job->arena, &runs, &count, error)) {
        return false;
    }
    for (int index = 0; index < count; index++) {
        text_buffer_format(out,
                           "run %lld  %-9s  %s  %s\n",
                           (long long)runs[index].run,
                           runs[index].kind,
                           runs[index].started_at,
                           runs[index].verdict != NULL       ? runs[index].verdict
                           : runs[index].finished_at != NULL ? "-"
                                                             : "unfinished");
    }
    return true;
}

static bool push_table(struct job *job,
                       const struct mapping *mapping,
                       struct text_buffer *out,
                       struct error *error)
{
    struct target_table *table = NULL;
    const char *nearest = NULL;
    return session_describe(
               job->target.control, mapping->target_table, &job->arena, &table, &nearest, error) &&
           (table == NULL || finishing_push_space(job, table, out, error));
}

bool command_status(const struct options *options, struct console *console, struct error *error)
{
    struct job job;
    struct text_buffer out;
    bool has_ledger = false;
    text_buffer_init(&out, OUTPUT_BYTES_MAX);
    bool ok = job_open(&job, options, console, error);
    if (ok) {
        text_buffer_format(&out, "migration %s\n", job.plan.migration);
        /* First of all: looking at the lock would drop one of our own. */
        ok = state_file_show(job.plan.work, &job.arena, &out, error) &&
             job_lock(&job, JOB_WORK_READ, error) && looking_open(&job, &has_ledger, error);
    }
    for (int index = 0; ok && index < job.entity_count; index++) {
        const char *name = job.entities[index].mapping->entity;
        text_buffer_format(&out, "entity %s\n", name);
        ok = push_staged(&job, name, &out, error);
        if (ok && has_ledger) {
            ok = push_loaded(&job, name, &out, error) && push_waiting(&job, name, &out, error) &&
                 push_table(&job, job.entities[index].mapping, &out, error);
        } else if (ok) {
            text_buffer_string(&out, "  target:  nothing loaded yet\n");
        }
    }
    ok = ok && (!has_ledger || deferring_push(&job, &out, error));
    ok = ok && push_runs(&job, &out, error) && print(console, &out, error);
    text_buffer_release(&out);
    job_close(&job);
    return ok;
}
