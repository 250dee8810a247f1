/* odbc_reading.c — a relation of a source, ODBC or files, read whole into texts.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_reading.h"

#include "assertions.h"
#include "values.h"

#include <check.h>
#include <string.h>

struct supply {
    const struct chunk_list *chunks;
    int next;
};

static bool supply_next(void *state, const struct chunk **chunk)
{
    struct supply *supply = state;
    if (supply->next >= supply->chunks->count) {
        return false;
    }
    *chunk = &supply->chunks->items[supply->next++];
    return true;
}

void reading_open(struct reading *reading, const struct plan_source *settings)
{
    *reading = (struct reading){.error = ERROR_NONE};
    arena_init(&reading->arena, 65536, NULL);
    problems_init(&reading->problems, &reading->arena);
    must(source_open(settings, NULL, &reading->source, &reading->error), &reading->error);
}

bool reading_describe(struct reading *reading, const struct relation_spec *spec)
{
    must(source_describe(reading->source,
                         spec,
                         &reading->arena,
                         &reading->problems,
                         &reading->relation,
                         &reading->error),
         &reading->error);
    return reading->relation != NULL && reading->problems.errors == 0;
}

void reading_plan(struct reading *reading, uint64_t chunk_rows, uint64_t chunk_bytes)
{
    const struct chunk_plan_options options = {.chunk_rows = chunk_rows,
                                               .chunk_bytes = chunk_bytes};
    must(source_plan(reading->source,
                     reading->relation,
                     &options,
                     &reading->arena,
                     &reading->chunks,
                     &reading->error),
         &reading->error);
}

static void row_push(struct reading *reading, const struct batch *batch, int row)
{
    if (reading->count == reading->capacity) {
        int capacity = reading->capacity == 0 ? 256 : reading->capacity * 2;
        struct reading_row *grown =
            ARENA_ARRAY(&reading->arena, struct reading_row, (size_t)capacity);
        hold(grown != NULL);
        if (reading->count > 0) {
            memcpy(grown, reading->rows, (size_t)reading->count * sizeof *grown);
        }
        reading->rows = grown;
        reading->capacity = capacity;
    }
    struct reading_row *out = &reading->rows[reading->count++];
    *out = (struct reading_row){.chunk = batch->chunk, .hash = batch->source_hashes[row]};
    out->values = ARENA_ARRAY(&reading->arena, const char *, (size_t)batch->schema->count + 1);
    hold(out->values != NULL);
    for (int i = 0; i < batch->schema->count; i++) {
        out->values[i] = value_text(&batch->columns[i], row, &reading->arena);
    }
    if (batch->lines != NULL) {
        out->line = batch->lines[row];
        out->offset = batch->offsets[row];
        out->file = batch->file;
    }
    for (int i = 0; i < batch->error_count; i++) {
        if (batch->errors[i].row == row) {
            out->refused = reject_class_text(batch->errors[i].class);
            out->refused_column = batch->errors[i].column;
            out->message = arena_string(&reading->arena, batch->errors[i].message);
        }
    }
}

static void batch_take(struct reading *reading, struct batch *batch)
{
    must(batch_validate(batch, &reading->error), &reading->error);
    hold(counters_merge(&reading->counters, &batch->tally.counters, &reading->error));
    for (int row = 0; row < batch->rows; row++) {
        row_push(reading, batch, row);
        digest_add(&reading->digest, batch->source_hashes[row]);
    }
}

bool reading_try(struct reading *reading)
{
    struct supply supply = {.chunks = &reading->chunks};
    const struct chunk_supply chunks = {.state = &supply, .next = supply_next};
    struct source_reader *opened = NULL;
    struct batch batch;
    int all[LIMIT_COLUMNS];
    if (reading->columns == NULL) {
        reading->column_count = relation_schema(reading->relation)->count;
        for (int i = 0; i < reading->column_count; i++) {
            all[i] = i;
        }
    }
    reading->count = 0;
    reading->digest = (struct digest){0};
    counters_init(&reading->counters, &reading->arena);
    if (!source_let_go(reading->source, &reading->error) ||
        !source_reader_open(reading->source,
                            reading->relation,
                            reading->columns != NULL ? reading->columns : all,
                            reading->column_count,
                            &chunks,
                            NULL,
                            &opened,
                            &reading->error)) {
        return false;
    }
    struct reader reader = source_reader_as_reader(opened);
    must(batch_init(&batch, reader.schema, NULL, &reading->error), &reading->error);
    bool more = true;
    bool ok = true;
    bool ended = true; /* every chunk's last batch says so */
    while (ok && more) {
        ok = reader.next(reader.state, &batch, &more, &reading->error);
        if (ok && more) {
            batch_take(reading, &batch);
            ended = batch.chunk_ends;
        }
    }
    hold(!ok || ended);
    batch_release(&batch);
    source_reader_close(opened);
    return ok;
}

void reading_run(struct reading *reading)
{
    must(reading_try(reading), &reading->error);
}

static int column_index(const struct reading *reading, const char *name)
{
    int index = schema_find(relation_schema(reading->relation), text_of(name), false);
    hold_msg(index >= 0, "no column %s", name);
    return index;
}

const char *reading_value(const struct reading *reading, int row, const char *column)
{
    int index = column_index(reading, column);
    hold(row < reading->count);
    for (int i = 0; reading->columns != NULL && i < reading->column_count; i++) {
        if (reading->columns[i] == index) {
            return reading->rows[row].values[i];
        }
    }
    hold(reading->columns == NULL);
    return reading->rows[row].values[index];
}

int reading_find(const struct reading *reading, const char *column, const char *value)
{
    int found = -1;
    for (int row = 0; row < reading->count; row++) {
        const char *text = reading_value(reading, row, column);
        if (text != NULL && strcmp(text, value) == 0) {
            hold_msg(found < 0, "%s = %s is there twice", column, value);
            found = row;
        }
    }
    ck_assert_msg(found >= 0, "%s = %s is not there", column, value);
    return found;
}

const struct column *reading_column(const struct reading *reading, const char *name)
{
    return &relation_schema(reading->relation)->columns[column_index(reading, name)];
}

const char *reading_type(struct reading *reading, const char *name)
{
    struct text_buffer out;
    text_buffer_init(&out, 256);
    type_format(reading_column(reading, name)->type, &out);
    const char *copy = arena_copy(&reading->arena, out.data, out.size);
    text_buffer_release(&out);
    return copy;
}

const char *reading_problem(struct reading *reading)
{
    if (reading->problems.count == 0) {
        return "";
    }
    const struct problem *first = &reading->problems.items[0];
    return arena_format(
        &reading->arena, "%s (%s)", first->message, first->hint != NULL ? first->hint : "");
}

void reading_close(struct reading *reading)
{
    source_close(reading->source);
    arena_release(&reading->arena);
}

struct relation_spec reading_spec(void)
{
    return (struct relation_spec){
        .delimiter = ',', .quote = '"', .header = true, .null = "", .place = {.file = "m.yaml"}};
}
