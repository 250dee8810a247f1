/* sampling_sheet.c — the records of a sample, as people see them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "sampling.h"

#include "novate/limits.h"
#include "novate/session.h"
#include "novate/target_row.h"

#include <string.h>

enum {
    VALUE_CHARACTERS_MAX = 4000, /* of one value; who needs more looks at the document itself */
    ROWS_MAX = LIMIT_EMITS
};

struct writing {
    struct sampling *sampling;
    struct session *session;
    struct batch given;
    struct batch mapped;
    struct transformer mapping;
    int keys[LIMIT_KEY_COLUMNS]; /* of the mapped row */
    int key_count;
    int *columns; /* of the table, as the mapped row has them */
};

/* A value for people; NULL for NULL. False: memory ran out. */
static bool show(struct writing *writing,
                 const struct vector *vector,
                 int row,
                 const char **value,
                 struct error *error)
{
    struct sampling *sampling = writing->sampling;
    struct text_buffer *text = &sampling->scratch;
    struct arena *arena = &sampling->job->arena;

    *value = NULL;
    if (vector_is_null(vector, row)) {
        return true;
    }
    text_buffer_reset(text);
    if (vector->type.id == TYPE_BOOL) { /* as the target's text of it */
        text_buffer_string(text, vector->bools[vector_slot(vector, row)] ? "true" : "false");
    } else {
        text_buffer_string(text, "");
        vector_format(vector, row, text);
    }
    if (!text_buffer_check(text, error)) {
        return false;
    }
    size_t characters = utf8_length(text->data, text->size);
    if (text->data == NULL || characters <= VALUE_CHARACTERS_MAX) {
        *value = arena_copy(arena, text->data == NULL ? "" : text->data, text->size);
    } else {
        size_t size = utf8_offset(text->data, text->size, VALUE_CHARACTERS_MAX);
        *value = arena_format(arena, "%.*s… (%zu characters)", (int)size, text->data, characters);
    }
    return *value != NULL || error_set_memory(error);
}

static bool show_all(struct writing *writing,
                     const struct batch *batch,
                     int row,
                     const struct sample_field **fields,
                     int *count,
                     struct error *error)
{
    struct sample_field *made = ARENA_ARRAY(
        &writing->sampling->job->arena, struct sample_field, (size_t)batch->schema->count + 1);

    if (made == NULL) {
        return error_set_memory(error);
    }
    for (int i = 0; i < batch->schema->count; i++) {
        made[i].name = batch->schema->columns[i].name;
        if (!show(writing, &batch->columns[i], row, &made[i].value, error)) {
            return false;
        }
    }
    *fields = made;
    *count = batch->schema->count;
    return true;
}

/* What the target holds under the key of the mapped row. */
static bool find_row(struct writing *writing, int row, struct sample_row *made, struct error *error)
{
    struct sampling *sampling = writing->sampling;
    const char *values[LIMIT_KEY_COLUMNS];
    int keys[LIMIT_KEY_COLUMNS];
    int rows = 0;

    if (writing->key_count == 0) {
        made->note = "The mapping names no key: what the target holds was not looked for.";
        return true;
    }
    for (int i = 0; i < writing->key_count; i++) {
        keys[i] = writing->columns[writing->keys[i]];
        if (!show(writing, &writing->mapped.columns[writing->keys[i]], row, &values[i], error)) {
            return false;
        }
    }
    if (!target_row_find(writing->session,
                         sampling->entity->table,
                         writing->columns,
                         made->count,
                         keys,
                         writing->key_count,
                         values,
                         &sampling->job->arena,
                         &made->target,
                         &rows,
                         error)) {
        return false;
    }
    made->note = rows == 0   ? "The target has no row with this key."
                 : rows == 2 ? "The target has more than one row with this key; one is shown."
                             : NULL;
    return true;
}

static const char *describe_reject(struct arena *arena, const struct reject *reject)
{
    return arena_format(arena,
                        "rejected: %s%s%s%s",
                        reject->column == NULL ? "" : "column ",
                        reject->column == NULL ? "" : reject->column,
                        reject->column == NULL ? "" : ": ",
                        reject->message);
}

/* What became of a record that gave no row. */
static const char *describe_left(struct writing *writing)
{
    const struct batch *mapped = &writing->mapped;
    struct arena *arena = &writing->sampling->job->arena;

    if (mapped->reject_count > 0) {
        return describe_reject(arena, &mapped->rejects[0]);
    }
    for (int i = 0; i < mapped->tally.counters.count; i++) {
        const struct counter *counter = &mapped->tally.counters.items[i];
        if (strcmp(counter->group, "filter") == 0) {
            return arena_format(arena, "left out by filter %s", counter->name);
        }
    }
    return "no row of its own: another record of its group stands for it";
}

static bool add_row(struct writing *writing,
                    struct sample_record *record,
                    struct sample_row *rows,
                    struct error *error)
{
    if (!NOVATE_CHECK(error, record->row_count < ROWS_MAX)) {
        return false;
    }
    struct sample_row *made = &rows[record->row_count++];
    return show_all(writing, &writing->mapped, 0, &made->mapped, &made->count, error) &&
           find_row(writing, 0, made, error);
}

static bool write_record(struct writing *writing,
                         const struct stratum *stratum,
                         int index,
                         struct sample_record *record,
                         struct error *error)
{
    struct arena *arena = &writing->sampling->job->arena;
    struct sample_row *rows = ARENA_ARRAY(arena, struct sample_row, ROWS_MAX);

    record->key = arena_string(arena, pick_record(stratum->pick, index)->key);
    record->stratum = stratum->value;
    record->rows = rows;
    if (rows == NULL || record->key == NULL) {
        return error_set_memory(error);
    }
    if (!pick_fill(stratum->pick, index, 1, &writing->given, error) ||
        !show_all(writing, &writing->given, 0, &record->source, &record->source_count, error)) {
        return false;
    }
    do {
        if (!writing->mapping.apply(
                writing->mapping.state, &writing->given, &writing->mapped, error) ||
            (writing->mapped.rows > 0 && !add_row(writing, record, rows, error))) {
            return false;
        }
        if (writing->mapped.rows == 0 && record->outcome == NULL &&
            (writing->mapped.reject_count > 0 || !writing->mapped.again)) {
            record->outcome = describe_left(writing);
        }
    } while (writing->mapped.again);
    if (record->row_count > 0 && writing->mapped.reject_count == 0) {
        record->outcome = "carried";
    }
    return record->outcome != NULL || error_set_memory(error);
}

static bool find_columns(struct writing *writing, struct error *error)
{
    const struct entity *entity = writing->sampling->entity;
    const struct schema *mapped = program_target_schema(entity->program);

    writing->key_count = program_target_key(entity->program, writing->keys);
    writing->columns = ARENA_ARRAY(&writing->sampling->job->arena, int, (size_t)mapped->count + 1);
    if (writing->columns == NULL) {
        return error_set_memory(error);
    }
    for (int i = 0; i < mapped->count; i++) {
        writing->columns[i] =
            schema_find(&entity->table->schema, text_of(mapped->columns[i].name), true);
        if (!NOVATE_CHECK(error, writing->columns[i] >= 0)) {
            return false;
        }
    }
    return true;
}

static bool write_records(struct writing *writing,
                          struct sample_record *records,
                          struct error *error)
{
    struct sampling *sampling = writing->sampling;
    int count = 0;

    for (int i = 0; i < sampling->count; i++) {
        const struct stratum *stratum = &sampling->strata[i];
        for (int at = 0; at < stratum->taken; at++) {
            if (!write_record(writing, stratum, at, &records[count++], error)) {
                return false;
            }
        }
    }
    return true;
}

static int count_records(const struct sampling *sampling)
{
    int count = 0;
    for (int i = 0; i < sampling->count; i++) {
        count += sampling->strata[i].taken;
    }
    return count;
}

bool sampling_sheet(struct sampling *sampling,
                    struct session *session,
                    struct sample_sheet *sheet,
                    struct error *error)
{
    struct job *job = sampling->job;
    const struct program *program = sampling->entity->program;
    struct writing writing = {.sampling = sampling, .session = session};
    struct transform *transform = NULL;
    struct sample_record *records;

    sheet->count = count_records(sampling);
    sheet->population = sampling->population;
    records = ARENA_ARRAY(&job->arena, struct sample_record, (size_t)sheet->count + 1);
    sheet->records = records;
    if (records == NULL) {
        return error_set_memory(error);
    }
    bool ok = batch_init(&writing.given, program_source_schema(program), &job->budget, error) &&
              batch_init(&writing.mapped, program_target_schema(program), &job->budget, error) &&
              find_columns(&writing, error) &&
              transform_create(program, &job->budget, &transform, error);
    if (ok) {
        transform_use_groups(transform, sampling->entity->grouped.groups);
        writing.mapping = transform_as_transformer(transform);
        ok = write_records(&writing, records, error);
    }
    transform_destroy(transform);
    batch_release(&writing.given);
    batch_release(&writing.mapped);
    return ok;
}
