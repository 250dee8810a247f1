/* trace_rules.c — the record through its mapping: what each rule made of it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "grouping.h"
#include "trace.h"

#include "novate/amendment.h"

#include <string.h>

struct applying {
    struct tracing *tracing;
    struct transform *transform;
    struct batch mapped;
    struct trace trace;
    int rows;           /* that came of the record */
    const char *no_row; /* why none did, when none did */
};

static const char *place_text(struct tracing *tracing, struct place place)
{
    return place.line == 0 || place.file == NULL
               ? NULL
               : arena_format(
                     &tracing->job->arena, "%s:%d:%d", place.file, place.line, place.column);
}

static void show_inputs(struct sheet *sheet,
                        const struct trace *trace,
                        const struct trace_step *step)
{
    sheet_list(sheet, step->input_count > 0 || sheet->json ? "reads" : NULL);
    for (int i = 0; i < step->input_count; i++) {
        int input = step->inputs[i];
        const struct column *column = &trace->columns->columns[input];
        sheet_row(sheet);
        sheet_text(sheet, "column", column->name);
        sheet_value(sheet, "value", &trace->values[input], 0, column->declared);
        sheet_end(sheet);
    }
    sheet_end(sheet);
}

static void show_step(struct tracing *tracing,
                      const struct trace *trace,
                      const struct trace_step *step)
{
    struct sheet *sheet = &tracing->sheet;
    sheet_row(sheet);
    sheet_text(sheet, "rule", trace_kind_text(step->kind));
    sheet_text(sheet, "name", step->name);
    sheet_text(sheet, "outcome", trace_outcome_text(step->outcome));
    sheet_text(sheet, "text", step->text);
    sheet_text(sheet, "place", place_text(tracing, step->place));
    if (step->outcome != TRACE_NOT_REACHED) {
        show_inputs(sheet, trace, step);
    }
    if (step->computed) {
        sheet_value(sheet, "gives", &step->made, 0, step->column->declared);
    }
    sheet_end(sheet);
}

/* Who left the record out; NULL: it passed, or was rejected. */
static const char *left_out(struct tracing *tracing, const struct trace *trace)
{
    for (int i = 0; i < trace->count; i++) {
        const struct trace_step *step = &trace->steps[i];
        if (step->outcome == TRACE_LEFT_OUT || step->outcome == TRACE_MERGED) {
            return arena_format(&tracing->job->arena,
                                step->outcome == TRACE_MERGED
                                    ? "the record stands in another record's row, by %s \"%s\""
                                    : "the mapping leaves the record out, by %s \"%s\"",
                                trace_kind_text(step->kind),
                                step->name);
        }
    }
    return NULL;
}

static void show_rejects(struct applying *applying)
{
    struct sheet *sheet = &applying->tracing->sheet;
    for (int i = 0; i < applying->mapped.reject_count; i++) {
        const struct reject *reject = &applying->mapped.rejects[i];
        sheet_object(sheet, "rejected");
        sheet_text(sheet, "class", reject_class_text(reject->class));
        sheet_text(sheet, "name", reject->name);
        sheet_text(sheet, "column", reject->column);
        sheet_text(sheet, "message", reject->message);
        sheet_text(sheet, "sqlstate", reject->sqlstate[0] == '\0' ? NULL : reject->sqlstate);
        sheet_end(sheet);
        applying->no_row = arena_format(&applying->tracing->job->arena,
                                        "the mapping rejects the record: %s%s%s",
                                        reject->message,
                                        reject->column == NULL ? "" : ", column ",
                                        reject->column == NULL ? "" : reject->column);
    }
}

/* Warnings, values that try() gave up, and repairs. */
static void show_remarks(struct applying *applying)
{
    struct sheet *sheet = &applying->tracing->sheet;
    if (applying->mapped.amendment_count == 0 && !sheet->json) {
        return;
    }
    sheet_list(sheet, "remarks");
    for (int i = 0; i < applying->mapped.amendment_count; i++) {
        const struct amendment *amendment = &applying->mapped.amendments[i];
        sheet_row(sheet);
        sheet_text(sheet, "kind", amendment->kind);
        sheet_text(sheet, "rule", amendment->rule);
        sheet_text(sheet, "column", amendment->column);
        if (sheet->shows_values) {
            sheet_text(sheet, "before", amendment->before);
            sheet_text(sheet, "after", amendment->after);
        }
        sheet_end(sheet);
    }
    sheet_end(sheet);
}

/* What the reader mended before any rule saw it: known where nothing else was read with it. */
static void show_mended(struct tracing *tracing)
{
    const struct counters *counters = &tracing->record.tally.counters;
    int repairs = 0;
    for (int i = 0; i < counters->count; i++) {
        repairs += strcmp(counters->items[i].group, "repair") == 0;
    }
    if (repairs == 0) {
        return;
    }
    sheet_list(&tracing->sheet, "mended_by_reader");
    for (int i = 0; i < counters->count; i++) {
        if (strcmp(counters->items[i].group, "repair") == 0) {
            sheet_row(&tracing->sheet);
            sheet_text(&tracing->sheet, "rule", counters->items[i].name);
            sheet_end(&tracing->sheet);
        }
    }
    sheet_end(&tracing->sheet);
}

static bool show_branch(struct applying *applying, struct error *error)
{
    struct tracing *tracing = applying->tracing;
    struct sheet *sheet = &tracing->sheet;
    if (!transform_trace(applying->transform, &tracing->job->arena, &applying->trace, error)) {
        return false;
    }
    sheet_object(sheet, NULL);
    sheet_text(sheet, "row", applying->trace.row);
    sheet_list(sheet, "rules");
    for (int i = 0; i < applying->trace.count; i++) {
        show_step(tracing, &applying->trace, &applying->trace.steps[i]);
    }
    sheet_end(sheet);
    show_rejects(applying);
    show_remarks(applying);
    if (applying->mapped.rows > 0) {
        applying->rows++;
        if (!trace_show_row(tracing, &applying->mapped, 0, error)) {
            return false;
        }
    }
    sheet_end(sheet);
    const char *why = left_out(tracing, &applying->trace);
    applying->no_row = applying->no_row == NULL ? why : applying->no_row;
    return true;
}

static bool map_record(struct applying *applying, struct error *error)
{
    struct tracing *tracing = applying->tracing;
    struct transformer transformer = transform_as_transformer(applying->transform);
    bool again = true;
    sheet_list(&tracing->sheet, "mapping");
    while (again) {
        if (!transformer.apply(transformer.state, &tracing->record, &applying->mapped, error) ||
            !show_branch(applying, error)) {
            return false;
        }
        again = applying->mapped.again;
    }
    sheet_end(&tracing->sheet);
    return applying->rows > 0 || trace_show_unexpected(tracing, applying->no_row, error);
}

bool trace_show_rules(struct tracing *tracing, struct error *error)
{
    struct job *job = tracing->job;
    struct entity *entity = tracing->entity;
    struct applying applying = {.tracing = tracing};
    bool ok =
        grouping_read_source(job, entity, NULL, error) &&
        transform_create(entity->program, &job->budget, &applying.transform, error) &&
        batch_init(&applying.mapped, program_target_schema(entity->program), &job->budget, error);
    if (ok) {
        transform_keep_amendments(applying.transform);
        transform_use_groups(applying.transform, entity->grouped.groups);
        if (tracing->read_alone && tracing->records == 1) {
            show_mended(tracing);
        }
        ok = map_record(&applying, error);
    }
    batch_release(&applying.mapped);
    transform_destroy(applying.transform);
    return ok;
}
