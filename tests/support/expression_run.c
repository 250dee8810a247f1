/* expression_run.c — single expressions over a set of typed rows.
 * SPDX-License-Identifier: Apache-2.0 */
#include "expression_run.h"

#include "assertions.h"
#include "transform_internal.h"
#include "values.h"

#include <check.h>
#include <string.h>

#define RUBBISH 0xa5

void expression_rows_init(struct expression_rows *rows, const char *timezone)
{
    struct error error = ERROR_NONE;

    memset(rows, 0, sizeof *rows);
    arena_init(&rows->lasting, 65536, NULL);
    arena_init(&rows->arena, 1 << 20, NULL);
    rows->timezone = timezone;
    rows->schema.columns = rows->columns;
    must(zone_load(timezone, &rows->lasting, &rows->zone, &error), &error);
}

void expression_rows_release(struct expression_rows *rows)
{
    arena_release(&rows->lasting);
    arena_release(&rows->arena);
}

void expression_rows_column(struct expression_rows *rows, const char *name, const char *type)
{
    hold(rows->schema.count < EXPRESSION_COLUMNS_MAX);
    struct column *column = &rows->columns[rows->schema.count++];

    *column = (struct column){
        .name = arena_string(&rows->lasting, name), .declared = type, .nullable = true};
    hold(type_parse_expression(text_of(type), &column->type));
}

void expression_rows_fill(struct expression_rows *rows, const char *const *cells, int count)
{
    struct error error = ERROR_NONE;

    arena_reset(&rows->arena);
    rows->rows = count;
    for (int i = 0; i < rows->schema.count; i++) {
        struct vector *vector = &rows->vectors[i];
        must(vector_create(vector, rows->columns[i].type, count, &rows->arena, &error), &error);
        for (int row = 0; row < count; row++) {
            const char *cell = cells[row * rows->schema.count + i];
            value_put(
                vector, row, cell == NULL ? NULL : arena_string(&rows->arena, cell), &rows->arena);
        }
    }
}

const char *expression_text(const struct expression_rows *rows,
                            const struct vector *vector,
                            int row,
                            struct arena *arena)
{
    struct text_buffer buffer;

    text_buffer_init(&buffer, LIMIT_FIELD_BYTES);
    text_buffer_char(&buffer, '=');
    if (vector->type.id == TYPE_TIMESTAMPTZ) {
        timestamptz_format(vector->int64s[vector_slot(vector, row)], rows->zone, &buffer);
    } else {
        vector_format(vector, row, &buffer);
    }
    hold(!buffer.failed);
    const char *text = arena_copy(arena, buffer.data, buffer.size);
    text_buffer_release(&buffer);
    return text;
}

static bool compile(struct expression_run *run,
                    const struct expression_rows *rows,
                    const char *text,
                    struct arena *arena)
{
    struct error error = ERROR_NONE;

    run->rows = rows;
    run->arena = arena;
    run->spec.name = "x";
    run->spec.text = text;
    run->spec.place = (struct place){"m.yaml", 1, 1};
    run->spec.name_place = run->spec.place;
    run->mapping.file = "m.yaml";
    run->mapping.directory = ".";
    run->mapping.entity = "test";
    run->mapping.target_table = "public.t";
    problems_init(&run->problems, arena);
    must(program_compile(&run->mapping,
                         &rows->schema,
                         NULL,
                         NULL,
                         rows->timezone,
                         arena,
                         &run->problems,
                         &run->program,
                         &error),
         &error);
    ck_assert_int_eq(run->program != NULL, run->problems.errors == 0);
    if (run->program == NULL) {
        return false;
    }
    must(transform_create(run->program, NULL, &run->transform, &error), &error);
    must(batch_init(&run->in, program_source_schema(run->program), NULL, &error), &error);
    must(batch_init(&run->out, program_target_schema(run->program), NULL, &error), &error);
    return true;
}

bool expression_compile(struct expression_run *run,
                        const struct expression_rows *rows,
                        const char *text,
                        struct arena *arena)
{
    memset(run, 0, sizeof *run);
    run->mapping.columns = &run->spec;
    run->mapping.column_count = 1;
    return compile(run, rows, text, arena);
}

bool expression_compile_filter(struct expression_run *run,
                               const struct expression_rows *rows,
                               const char *text,
                               struct arena *arena)
{
    memset(run, 0, sizeof *run);
    run->mapping.filters = &run->spec;
    run->mapping.filter_count = 1;
    return compile(run, rows, text, arena);
}

void expression_release(struct expression_run *run)
{
    transform_destroy(run->transform);
    batch_release(&run->in);
    batch_release(&run->out);
}

/* A value of the set into a batch, which owns its text. */
static void put_value(
    struct vector *to, int slot, const struct vector *from, int row, struct arena *arena)
{
    struct error error = ERROR_NONE;
    size_t size = storage_size(type_storage(to->type.id));

    if (vector_is_null(from, row)) {
        must(vector_ensure_validity(to, arena, &error), &error);
        validity_clear(to->valid, slot);
        memset((char *)to->data + (size_t)slot * size, 0, size);
        return;
    }
    memcpy((char *)to->data + (size_t)slot * size, (char *)from->data + (size_t)row * size, size);
    if (type_storage(to->type.id) == STORAGE_TEXT && to->texts[slot].size > 0) {
        struct text text = from->texts[row];
        to->texts[slot] = text_from(arena_copy(arena, text.data, text.size), text.size);
    }
}

/* As values_as_dictionary(), and with two entries more than rows. */
static void as_dictionary(struct vector *vector, struct arena *arena)
{
    struct error error = ERROR_NONE;
    struct vector base;
    int rows = vector->rows;
    uint16_t *index = ARENA_ARRAY(arena, uint16_t, (size_t)rows);

    hold(index != NULL);
    must(vector_create(&base, vector->type, rows + 2, arena, &error), &error);
    for (int i = 0; i < rows + 2; i++) {
        put_value(&base, rows + 1 - i, vector, i % rows, arena);
    }
    for (int row = 0; row < rows; row++) {
        index[row] = (uint16_t)(rows + 1 - row);
    }
    base.encoding = ENCODING_DICTIONARY;
    base.rows = rows;
    base.index = index;
    *vector = base;
}

static bool all_same(const struct vector *vector)
{
    size_t size = storage_size(type_storage(vector->type.id));

    for (int row = 1; row < vector->rows; row++) {
        if (vector_is_null(vector, row) != vector_is_null(vector, 0) ||
            (type_storage(vector->type.id) == STORAGE_TEXT
                 ? !text_equal(vector->texts[row], vector->texts[0])
                 : memcmp((char *)vector->data + (size_t)row * size, vector->data, size) != 0)) {
            return false;
        }
    }
    return true;
}

static void as_constant(struct vector *vector)
{
    if (all_same(vector)) {
        vector->encoding = ENCODING_CONSTANT;
        vector->base_rows = 1;
        if (vector->valid != NULL) {
            vector->valid[0] &= 1;
        }
    }
}

static void lay_out(struct vector *vector, enum expression_layout layout, int column, int capacity)
{
    size_t size = storage_size(type_storage(vector->type.id));

    memset((char *)vector->data + (size_t)vector->rows * size,
           RUBBISH,
           (size_t)(capacity - vector->rows) * size);
    if (layout == EXPRESSION_MIXED) {
        layout = (enum expression_layout)(column % 3);
    }
    if (layout == EXPRESSION_CONSTANT) {
        as_constant(vector);
    }
}

/* `count` rows from `first` on; with gaps, each followed by another row's values, refused. */
static void fill(struct expression_run *run, const struct expression_how *how, int first, int count)
{
    struct error error = ERROR_NONE;
    struct batch *in = &run->in;
    int columns = 0;
    const int *indices = program_source_columns(run->program, &columns);
    int step = how->gaps ? 2 : 1;
    int rows = count * step;
    int capacity = rows + 1 <= LIMIT_BATCH_ROWS ? rows + 1 : rows;

    must(batch_begin(in, capacity, false, &error), &error);
    for (int slot = 0; slot < rows; slot++) {
        bool refused = slot % step == 1;
        int row = refused ? (first + slot) % run->rows->rows : first + slot / step;
        in->source_hashes[slot] = (struct hash){.low = refused ? 0 : (uint64_t)row + 1};
        for (int i = 0; i < columns; i++) {
            put_value(&in->columns[i], slot, &run->rows->vectors[indices[i]], row, &in->arena);
        }
    }
    batch_set_rows(in, rows);
    for (int slot = 1; slot < rows && how->gaps; slot += 2) {
        must(batch_note(in,
                        &(struct row_error){.row = (uint16_t)slot,
                                            .column = -1,
                                            .class = REJECT_TYPE,
                                            .sqlstate = "XX001",
                                            .message = "refused"},
                        &error),
             &error);
    }
    for (int i = 0; i < columns; i++) {
        lay_out(&in->columns[i], how->layout, i, capacity);
        if (how->layout == EXPRESSION_DICTIONARY ||
            (how->layout == EXPRESSION_MIXED && i % 3 == EXPRESSION_DICTIONARY)) {
            as_dictionary(&in->columns[i], &in->arena);
        }
    }
    must(batch_validate(in, &error), &error);
}

/* What registers hold before they are written is nobody's business. */
static void spoil(struct transform *transform)
{
    struct evaluator *e = &transform->evaluator;

    for (int i = e->file->input_count + e->file->constant_count; i < e->file->count; i++) {
        if (e->rooms[i] != NULL) {
            memset(e->rooms[i], RUBBISH, e->file->sizes[i] * LIMIT_BATCH_ROWS);
            memset(e->valid_rooms[i],
                   RUBBISH,
                   validity_words(LIMIT_BATCH_ROWS) * sizeof *e->valid_rooms[i]);
        }
    }
}

static void take_answers(struct expression_run *run, struct expression_answer *answer)
{
    const struct batch *out = &run->out;

    for (int k = 0; k < out->rows; k++) {
        int row = (int)out->source_hashes[k].low - 1;
        hold(row >= 0);
        bool value = out->schema->count > 0;
        answer->values[row] = !value ? "=t"
                              : vector_is_null(&out->columns[0], k)
                                  ? "NULL"
                                  : expression_text(run->rows, &out->columns[0], k, run->arena);
    }
    for (int i = 0; i < out->reject_count; i++) {
        const struct reject *reject = &out->rejects[i];
        int row = (int)reject->source_hash.low - 1;
        if (row >= 0) {
            answer->values[row] = arena_format(run->arena, "!%s", reject->sqlstate);
            answer->messages[row] = arena_string(run->arena, reject->message);
        }
    }
}

void expression_apply(struct expression_run *run,
                      const struct expression_how *how,
                      struct expression_answer *answer)
{
    struct error error = ERROR_NONE;
    struct transformer transformer = transform_as_transformer(run->transform);
    int rows = run->rows->rows;
    int most = how->gaps ? LIMIT_BATCH_ROWS / 2 : LIMIT_BATCH_ROWS;
    int step = how->batch_rows > 0 && how->batch_rows < most ? how->batch_rows : most;
    const struct schema *schema = program_target_schema(run->program);

    *answer = (struct expression_answer){
        .type = schema->count > 0 ? schema->columns[0].type : type_of(TYPE_BOOL),
        .rows = rows,
        .values = ARENA_ARRAY(run->arena, const char *, (size_t)rows),
        .messages = ARENA_ARRAY(run->arena, const char *, (size_t)rows)};
    hold(answer->values != NULL && answer->messages != NULL);
    for (int row = 0; row < rows; row++) {
        answer->values[row] = "-";
    }
    for (int first = 0; first < rows; first += step) {
        fill(run, how, first, rows - first < step ? rows - first : step);
        spoil(run->transform);
        must(transformer.apply(transformer.state, &run->in, &run->out, &error), &error);
        /* What came out must not lean on what went in. */
        memset(run->in.columns, 0, (size_t)run->in.schema->count * sizeof *run->in.columns);
        arena_release(&run->in.arena);
        must(batch_validate(&run->out, &error), &error);
        hold(tally_closes(&run->out.tally));
        take_answers(run, answer);
    }
}

const char *expression_refusal(const struct expression_run *run)
{
    int first = 0;

    while (run->problems.items[first].severity != PROBLEM_ERROR) {
        first++;
    }
    return run->problems.items[first].message;
}

void expression_ask(const struct expression_rows *rows,
                    const char *text,
                    const struct expression_how *how,
                    struct arena *arena,
                    struct expression_answer *answer)
{
    struct expression_run run;

    if (expression_compile(&run, rows, text, arena)) {
        expression_apply(&run, how, answer);
    } else {
        *answer = (struct expression_answer){.refusal = expression_refusal(&run)};
    }
    expression_release(&run);
}
