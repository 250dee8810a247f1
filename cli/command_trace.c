/* command_trace.c — trace: where one record stands, from the source to the target's row.
 * SPDX-License-Identifier: Apache-2.0 */
#include "commands.h"
#include "looking.h"
#include "outcome.h"
#include "segments.h"
#include "trace.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    KEY_BYTES_MAX = 1 << 20
};

/* A number that the source could not hold is a slip of the hand. */
static bool check_values(const struct tracing *tracing,
                         const char *const *values,
                         struct error *error)
{
    const struct schema *schema = program_source_schema(tracing->entity->program);
    for (int i = 0; i < tracing->record_key.count; i++) {
        const struct column *column = &schema->columns[tracing->record_key.columns[i]];
        char *end = NULL;
        errno = 0;
        (void)strtoll(values[i], &end, 10);
        if (type_is_integer(column->type.id) && (end == values[i] || *end != '\0' || errno != 0)) {
            return error_set(error,
                             ERROR_USAGE,
                             "value %d of the key is no %s, as column \"%s\" is",
                             i + 1,
                             column->declared == NULL ? "number" : column->declared,
                             column->name);
        }
    }
    return true;
}

static bool key_usage(const struct tracing *tracing, struct error *error)
{
    const struct schema *source = program_source_schema(tracing->entity->program);
    int count = tracing->record_key.count;
    if (count == 0) {
        error_set(error,
                  ERROR_USAGE,
                  "entity \"%s\" has no key: its records are known by their places",
                  tracing->entity->mapping->entity);
        return error_hint(error, "Give one as FILE:LINE, as reports write it.");
    }
    error_set(error,
              ERROR_USAGE,
              "the key of entity \"%s\" has %d column%s, the first of them \"%s\"",
              tracing->entity->mapping->entity,
              count,
              count == 1 ? "" : "s",
              source->columns[tracing->record_key.columns[0]].name);
    return error_hint(error,
                      "Give a value for each, or the key as --show-keys shows it: one JSON array.");
}

/* From the words of the command line: a value each, or one JSON array of them. */
static bool read_key(struct tracing *tracing, struct error *error)
{
    const struct options *options = tracing->job->options;
    struct arena *arena = &tracing->job->arena;
    const char *const *values = &options->files[1];
    int count = options->file_count - 1;
    int wanted = tracing->record_key.count == 0 ? 1 : tracing->record_key.count;
    struct chunk given;
    bool found = false;
    if (count == 1 && values[0][0] == '[') {
        if (!chunk_of_key(values[0], wanted, 0, arena, &given, &found, error)) {
            return false;
        }
        values = found ? given.upper : values;
    }
    if (!found && count != wanted) {
        return key_usage(tracing, error);
    }
    if (!check_values(tracing, values, error)) {
        return false;
    }
    struct text_buffer json;
    text_buffer_init(&json, KEY_BYTES_MAX);
    text_buffer_char(&json, '[');
    for (int i = 0; i < wanted; i++) {
        text_buffer_member_text(&json, NULL, values[i]);
    }
    text_buffer_char(&json, ']');
    bool ok = text_buffer_check(&json, error);
    tracing->key = ok ? arena_string(arena, json.data) : NULL;
    text_buffer_release(&json);
    return ok && (tracing->key != NULL || error_set_memory(error));
}

/* Before anything was done there is no work directory. */
static bool open_work(struct job *job, struct error *error)
{
    const char *path = arena_format(&job->arena, "%s/ledger.db", job->plan.work);
    if (path == NULL) {
        return error_set_memory(error);
    }
    return access(path, F_OK) != 0 || job_lock(job, JOB_WORK_READ, error);
}

static void show_head(struct tracing *tracing)
{
    struct sheet *sheet = &tracing->sheet;
    const struct mapping *mapping = tracing->entity->mapping;
    char now[32];
    clock_utc(now);
    if (sheet->json) {
        sheet_count(sheet, "novate_trace", 1);
    }
    sheet_text(sheet, "migration", tracing->job->plan.migration);
    sheet_text(sheet, "entity", mapping->entity);
    sheet_key(sheet, "key", tracing->key);
    sheet_text(sheet, "mapping_file", mapping->file);
    sheet_text(sheet, "target_table", mapping->target_table);
    sheet_text(sheet, "read_at", now);
}

static void show_verdict(struct tracing *tracing)
{
    struct sheet *sheet = &tracing->sheet;
    static const char *const names[] = {
        [TRACE_IS_RIGHT] = "as it should be",
        [TRACE_NOT_COMPARED] = "not verified",
        [TRACE_DIFFERS] = "differs",
    };
    if (tracing->records > 1) {
        sheet_text(sheet, "others", "more records have the key: this is the first that was read");
    }
    sheet_text(
        sheet, "verdict", tracing->records == 0 ? "not in the source" : names[tracing->verdict]);
    sheet_text(sheet, "why", tracing->why);
}

static bool show_all(struct tracing *tracing, struct error *error)
{
    show_head(tracing);
    trace_show_source(tracing);
    if (!trace_show_ledger(tracing, error) || !trace_show_segments(tracing, error)) {
        return false;
    }
    bool ok = tracing->records > 0
                  ? trace_show_rules(tracing, error)
                  : trace_show_unexpected(tracing, "the source has no record with the key", error);
    show_verdict(tracing);
    return ok;
}

/* What the program exits with. */
static bool conclude(const struct tracing *tracing, struct error *error)
{
    if (tracing->records == 0) {
        error_set(error, ERROR_NOTHING, "%s", tracing->why);
        return error_hint(error,
                          "Keys are compared as they are written: \"novate rejects list "
                          "--show-keys\" and reports show how.");
    }
    switch (tracing->verdict) {
    case TRACE_IS_RIGHT:
        return true;
    case TRACE_NOT_COMPARED:
        return error_set(error, ERROR_NOT_VERIFIED, "%s", tracing->why);
    case TRACE_DIFFERS:
        break;
    }
    return error_set(error, ERROR_DIFFERENCES, "%s", tracing->why);
}

static bool trace(struct tracing *tracing, bool has_ledger, struct error *error)
{
    struct job *job = tracing->job;
    struct entity *entity = tracing->entity;
    if (!record_key_find(&tracing->record_key,
                         entity->relation,
                         entity->source_columns,
                         entity->source_column_count,
                         error) ||
        !read_key(tracing, error) || !trace_read_ledger(tracing, has_ledger, error)) {
        return false;
    }
    bool ok = trace_find(tracing, error);
    if (ok) {
        ok = show_all(tracing, error);
        sheet_end(&tracing->sheet);
        ok = ok && text_buffer_check(&tracing->sheet.out, error);
    }
    if (ok) {
        console_result(job->console, tracing->sheet.out.data, tracing->sheet.out.size);
    }
    return ok && conclude(tracing, error);
}

static bool open_job(struct job *job, bool *has_ledger, struct error *error)
{
    job_watch(job);
    return segments_key(job, error) && open_work(job, error) &&
           looking_open(job, has_ledger, error) && job_compile(job, COMPILE_FROM_SOURCE, error);
}

bool command_trace(const struct options *options, struct console *console, struct error *error)
{
    struct job job;
    struct options of_entity = *options;
    struct tracing tracing = {.job = &job};
    bool has_ledger = false;
    of_entity.entities[0] = options->files[0];
    of_entity.entity_count = 1;
    bool ok = job_open(&job, &of_entity, console, error) && open_job(&job, &has_ledger, error);
    if (ok) {
        tracing.entity = &job.entities[0];
        tracing.sheet = (struct sheet){.json = options->format == OUTPUT_JSON,
                                       .shows_keys = options->show_keys,
                                       .shows_values = options->show_values,
                                       .salt = outcome_key_salt(&job, false)};
        sheet_open(&tracing.sheet);
        ok = trace(&tracing, has_ledger, error);
    }
    batch_release(&tracing.record);
    sheet_release(&tracing.sheet);
    job_close(&job);
    return ok;
}
