/* fuzz_expression.c — expressions: lexer, parser, checker, compiler, and what they give for rows.
 *
 * The first byte chooses how the source columns are laid out (bits 0 and 1) and whether the
 * expression is a filter (bit 2) or a column, and of which type (the others); the rest is the
 * expression. There is a source column of every type, and a lookup. Held, whatever the text is:
 *   - tokens stand in order, inside the text, with only blanks and comments between them,
 *   - every problem stands inside the text, and there is one exactly where there is no program,
 *   - what comes out is a valid batch whose tally closes, can be printed, and is the same for every
 *     layout; no operation error but memory, of which there is little.
 * SPDX-License-Identifier: Apache-2.0 */
#include "cells.h"
#include "fuzz.h"
#include "lexer.h"

#include "novate/transform.h"

#include <string.h>

enum {
    ROWS = 5,
    MEMORY = 16 << 20,
    TEXT_MAX = 1000
};

static struct column columns[] = {
    {.name = "b", .type = {.id = TYPE_BOOL}, .nullable = true},
    {.name = "s", .type = {.id = TYPE_INT2}, .nullable = true},
    {.name = "i", .type = {.id = TYPE_INT4}, .nullable = true},
    {.name = "l", .type = {.id = TYPE_INT8}, .nullable = true},
    {.name = "n", .type = {.id = TYPE_NUMERIC}, .nullable = true},
    {.name = "p", .type = {.id = TYPE_NUMERIC, .precision = 7, .scale = 2}, .nullable = true},
    {.name = "r", .type = {.id = TYPE_FLOAT4}, .nullable = true},
    {.name = "f", .type = {.id = TYPE_FLOAT8}, .nullable = true},
    {.name = "t", .type = {.id = TYPE_TEXT}, .nullable = true},
    {.name = "v", .type = {.id = TYPE_VARCHAR, .length = 5}, .nullable = true},
    {.name = "c", .type = {.id = TYPE_CHAR, .length = 4}, .nullable = true},
    {.name = "x", .type = {.id = TYPE_BYTEA}, .nullable = true},
    {.name = "d", .type = {.id = TYPE_DATE}, .nullable = true},
    {.name = "h", .type = {.id = TYPE_TIME}, .nullable = true},
    {.name = "ts", .type = {.id = TYPE_TIMESTAMP}, .nullable = true},
    {.name = "tz", .type = {.id = TYPE_TIMESTAMPTZ}, .nullable = true},
    {.name = "u", .type = {.id = TYPE_UUID}, .nullable = true},
};
enum {
    COLUMNS = sizeof columns / sizeof columns[0]
};
static const struct schema source = {.columns = columns, .count = COLUMNS};

static const char *const cells[ROWS][COLUMNS] = {
    {"t",
     "0",
     "0",
     "0",
     "0",
     "0.00",
     "0",
     "0",
     "",
     "",
     "",
     "\\x",
     "2000-01-01",
     "00:00:00",
     "2000-01-01 00:00:00",
     "2000-01-01 00:00:00+00",
     "00000000-0000-0000-0000-000000000000"},
    {NULL,
     NULL,
     NULL,
     NULL,
     NULL,
     NULL,
     NULL,
     NULL,
     NULL,
     NULL,
     NULL,
     NULL,
     NULL,
     NULL,
     NULL,
     NULL,
     NULL},
    {"f",
     "-32768",
     "-2147483648",
     "-9223372036854775808",
     "-1.50",
     "-99999.99",
     "-1e38",
     "-1e300",
     "{\\rtf1 Caf\\'e9}",
     "10",
     "a%",
     "\\x801060206f63665f626c6f6200",
     "2024-02-29",
     "24:00:00",
     "294276-12-31 23:59:59.999999",
     "2008-10-26 01:30:00+00",
     "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"},
    {"t",
     "32767",
     "2147483647",
     "9223372036854775807",
     "12345678901234567890123456789012345678901",
     "99999.99",
     "nan",
     "inf",
     "h\303\251llo",
     "x_y",
     "NaN",
     "\\x7b5c72746631207d",
     "infinity",
     "23:59:59.999999",
     "-infinity",
     "4713-11-24 00:00:00+00 BC",
     "ffffffff-ffff-ffff-ffff-ffffffffffff"},
    {"f",
     "7",
     "1",
     "-1",
     "NaN",
     "0.05",
     "0.1",
     "-0",
     "1",
     "1",
     "1",
     "\\x00ff",
     "1969-12-31",
     "12:00:00",
     "1969-12-31 23:59:59",
     "1970-01-01 00:00:00+00",
     "123e4567-e89b-12d3-a456-426614174000"},
};

static const char *const lookup_names[] = {"code", "value"};
static struct column lookup_columns[] = {{.name = "code", .type = {.id = TYPE_TEXT}},
                                         {.name = "value", .type = {.id = TYPE_TEXT}}};
static const struct schema lookup_schema = {.columns = lookup_columns, .count = 2};
static const struct lookup_spec codes = {.name = "codes",
                                         .from = lookup_names,
                                         .from_count = 1,
                                         .to = lookup_names + 1,
                                         .to_count = 1,
                                         .missing = LOOKUP_MISSING_REJECT};

static struct {
    bool ready;
    struct batch values; /* the cells */
    struct budget budget;
    struct arena arena; /* of one expression */
    struct problems problems;
    struct lookup *lookups[1];
    struct lookup_spec specs[1];
    struct text_buffer shown;
    struct text_buffer other;
    char text[TEXT_MAX + 1];
    struct hash hash;
} fuzz;

static void prepare(void)
{
    struct error error = ERROR_NONE;

    budget_init(&fuzz.budget, MEMORY);
    arena_init(&fuzz.arena, 65536, &fuzz.budget);
    text_buffer_init(&fuzz.shown, 1 << 26);
    text_buffer_init(&fuzz.other, 1 << 26);
    FUZZ_ASSERT(batch_init(&fuzz.values, &source, NULL, &error));
    FUZZ_ASSERT(batch_begin(&fuzz.values, ROWS, false, &error));
    for (int i = 0; i < COLUMNS; i++) {
        const struct cell_format format = {.declared = true, .hex_bytes = true};
        struct text texts[ROWS];
        for (int row = 0; row < ROWS; row++) {
            texts[row] = cells[row][i] == NULL ? TEXT_NONE : text_of(cells[row][i]);
        }
        FUZZ_ASSERT(cells_convert(texts, 0, ROWS, &format, &fuzz.values, i, &error));
    }
    batch_set_rows(&fuzz.values, ROWS);
    FUZZ_ASSERT(fuzz.values.error_count == 0 && batch_validate(&fuzz.values, &error));
    fuzz.ready = true;
}

/* Blanks, or the beginning of a comment. */
static bool is_gap(const char *text, size_t size)
{
    bool blanks = true;

    for (size_t i = 0; i < size && blanks; i++) {
        bool comment =
            (text[i] == '-' && text[i + 1] == '-') || (text[i] == '/' && text[i + 1] == '*');
        if (comment) {
            return true;
        }
        blanks = text[i] == ' ' || (text[i] >= '\t' && text[i] <= '\r');
    }
    return blanks;
}

static void check_tokens(const struct expression_spec *spec)
{
    struct token *tokens = NULL;
    bool memory = false;
    struct problems problems;
    size_t at = 0;
    size_t size = strlen(spec->text);

    problems_init(&problems, &fuzz.arena);
    if (!lexer_scan(spec, &fuzz.arena, &problems, &tokens, &memory)) {
        FUZZ_ASSERT(memory || problems.errors > 0);
        return;
    }
    FUZZ_ASSERT(problems.errors == 0);
    for (;; tokens++) {
        FUZZ_ASSERT(tokens->offset >= at && tokens->offset <= size);
        FUZZ_ASSERT(is_gap(spec->text + at, tokens->offset - at));
        at = tokens->offset + (size_t)tokens->size;
        FUZZ_ASSERT(at <= size);
        if (tokens->kind == TOKEN_END) {
            break;
        }
        FUZZ_ASSERT(tokens->size > 0);
        FUZZ_ASSERT(utf8_valid(tokens->text.data, tokens->text.size, NULL));
    }
    FUZZ_ASSERT(at == size);
}

/* Problems point into the text, which begins at line 10, column 5, or at its name or the target. */
static void check_problems(const char *text)
{
    int lines = 1;

    for (const char *at = text; *at != '\0'; at++) {
        lines += *at == '\n';
    }
    for (int i = 0; i < fuzz.problems.count; i++) {
        const struct problem *problem = &fuzz.problems.items[i];
        FUZZ_ASSERT(strcmp(problem->place.file, "m.yaml") == 0 && problem->place.column >= 1);
        FUZZ_ASSERT(problem->place.line == 4 ||
                    (problem->place.line >= 10 && problem->place.line < 10 + lines));
        FUZZ_ASSERT(problem->place.line != 10 || (size_t)problem->place.column <= strlen(text) + 5);
        FUZZ_ASSERT(utf8_valid(problem->message, strlen(problem->message), NULL));
        FUZZ_ASSERT(problem->hint == NULL ||
                    utf8_valid(problem->hint, strlen(problem->hint), NULL));
    }
}

static bool make_lookup(void)
{
    struct error error = ERROR_NONE;

    fuzz.specs[0] = codes;
    if (!lookup_create(&fuzz.specs[0], &lookup_schema, &fuzz.arena, &fuzz.lookups[0], &error)) {
        FUZZ_ASSERT(error.code == ERROR_MEMORY);
        return false;
    }
    return true;
}

static bool fill_lookup(void)
{
    struct error error = ERROR_NONE;
    struct batch batch;

    FUZZ_ASSERT(batch_init(&batch, &lookup_schema, NULL, &error));
    FUZZ_ASSERT(batch_begin(&batch, 2, false, &error));
    batch.columns[0].texts[0] = text_of("1");
    batch.columns[1].texts[0] = text_of("one");
    batch.columns[0].texts[1] = text_of("7.0");
    batch_set_rows(&batch, 2);
    bool ok = lookup_fill(fuzz.lookups[0], &batch, &fuzz.problems, &error) &&
              lookup_seal(fuzz.lookups[0], &fuzz.problems, &error);
    FUZZ_ASSERT(ok || error.code == ERROR_MEMORY);
    batch_release(&batch);
    return ok;
}

/* The values in reverse order, behind an index. */
static void as_dictionary(struct vector *vector, struct arena *arena)
{
    struct error error = ERROR_NONE;
    uint16_t *order = ARENA_ARRAY(arena, uint16_t, (size_t)vector->rows);
    struct vector reversed;

    FUZZ_ASSERT(order != NULL);
    for (int row = 0; row < vector->rows; row++) {
        order[row] = (uint16_t)(vector->rows - 1 - row);
    }
    FUZZ_ASSERT(vector_select(vector, order, vector->rows, arena, &reversed, &error));
    reversed.encoding = ENCODING_DICTIONARY;
    reversed.index = order;
    *vector = reversed;
}

static void lay_out(struct vector *vector, int layout, struct arena *arena)
{
    if (layout == 1) {
        as_dictionary(vector, arena);
    } else if (layout == 2) { /* of one row */
        vector->encoding = ENCODING_CONSTANT;
        vector->base_rows = 1;
    }
}

static void fill(struct batch *batch, const struct program *program, int layout, int rows)
{
    struct error error = ERROR_NONE;
    int count = 0;
    const int *reads = program_source_columns(program, &count);

    FUZZ_ASSERT(batch_begin(batch, rows, false, &error));
    batch_set_rows(batch, rows);
    for (int i = 0; i < count; i++) {
        const struct vector *from = &fuzz.values.columns[reads[i]];
        size_t size = storage_size(type_storage(from->type.id));
        struct vector *to = &batch->columns[i];
        memcpy(to->data, from->data, size * (size_t)rows);
        if (from->valid != NULL) {
            FUZZ_ASSERT(vector_ensure_validity(to, &batch->arena, &error));
            to->valid[0] = from->valid[0] & ((UINT64_C(1) << rows) - 1);
        }
        lay_out(to, layout, &batch->arena);
    }
    for (int row = 0; row < rows; row++) {
        batch->source_hashes[row] = fuzz.hash;
    }
    FUZZ_ASSERT(batch_validate(batch, &error));
}

static void show(const struct batch *out, struct text_buffer *shown)
{
    text_buffer_reset(shown);
    text_buffer_format(shown, "%d rows\n", out->rows);
    for (int i = 0; i < out->schema->count; i++) {
        for (int row = 0; row < out->rows; row++) {
            text_buffer_string(shown, vector_is_null(&out->columns[i], row) ? "NULL" : "'");
            vector_format(&out->columns[i], row, shown);
            text_buffer_char(shown, '\n');
        }
    }
    for (int i = 0; i < out->reject_count; i++) {
        text_buffer_format(shown, "%s %s\n", out->rejects[i].sqlstate, out->rejects[i].message);
    }
    counters_json(&out->tally.counters, shown);
    FUZZ_ASSERT(!shown->failed);
}

/* False: there was too little memory. */
static bool apply(const struct program *program, int layout, int rows, struct text_buffer *shown)
{
    struct error error = ERROR_NONE;
    struct transform *transform = NULL;
    struct batch in;
    struct batch out;

    FUZZ_ASSERT(batch_init(&in, program_source_schema(program), &fuzz.budget, &error));
    FUZZ_ASSERT(batch_init(&out, program_target_schema(program), &fuzz.budget, &error));
    bool ok = transform_create(program, &fuzz.budget, &transform, &error);
    if (ok) {
        struct transformer transformer = transform_as_transformer(transform);
        fill(&in, program, layout, rows);
        ok = transformer.apply(transformer.state, &in, &out, &error);
    }
    if (ok) {
        struct error invalid = ERROR_NONE;
        batch_release(&in); /* nothing of it is left in what came out */
        FUZZ_ASSERT(batch_validate(&out, &invalid));
        FUZZ_ASSERT(tally_closes(&out.tally));
        FUZZ_ASSERT(out.tally.source.rows == (uint64_t)rows);
        show(&out, shown);
    } else {
        FUZZ_ASSERT(error.code == ERROR_MEMORY);
        batch_release(&in);
    }
    batch_release(&out);
    transform_destroy(transform);
    return ok;
}

static void run(const struct program *program, int layout)
{
    int rows = layout == 2 ? 1 : ROWS;

    if (apply(program, 0, rows, &fuzz.shown) && layout != 0 &&
        apply(program, layout, rows, &fuzz.other)) {
        FUZZ_ASSERT(text_equal(text_from(fuzz.shown.data, fuzz.shown.size),
                               text_from(fuzz.other.data, fuzz.other.size)));
    }
}

static void compile(const char *text, uint8_t options)
{
    struct error error = ERROR_NONE;
    struct program *program = NULL;
    const struct expression_spec spec = {
        .name = "y", .text = text, .place = {"m.yaml", 10, 5}, .name_place = {"m.yaml", 10, 1}};
    const struct expression_spec other = {
        .name = "y", .text = "i", .place = {"m.yaml", 10, 5}, .name_place = {"m.yaml", 10, 1}};
    bool filter = (options & 4) != 0;
    int type = options >> 3;
    struct column column = {.name = "y", .nullable = true};
    const struct schema target = {.columns = &column, .count = 1};
    const struct mapping mapping = {.file = "m.yaml",
                                    .directory = ".",
                                    .entity = "e",
                                    .target_table = "t",
                                    .lookups = fuzz.specs,
                                    .lookup_count = 1,
                                    .filters = &spec,
                                    .filter_count = filter ? 1 : 0,
                                    .columns = filter ? &other : &spec,
                                    .column_count = 1,
                                    .source_place = {"m.yaml", 4, 1},
                                    .target_place = {"m.yaml", 4, 1}};

    check_tokens(&spec);
    if (type < COLUMNS) {
        column.type = columns[type].type;
    }
    if (!make_lookup()) {
        return;
    }
    if (!program_compile(
            &mapping,
            &source,
            type < COLUMNS && !filter ? &target : NULL,
            fuzz.lookups,
            "UTC", /* the file of another zone would be read again for each expression */
            &fuzz.arena,
            &fuzz.problems,
            &program,
            &error)) {
        FUZZ_ASSERT(error.code == ERROR_MEMORY);
        return;
    }
    FUZZ_ASSERT((program == NULL) == (fuzz.problems.errors > 0));
    check_problems(text);
    if (program != NULL && fill_lookup()) {
        run(program, (options & 3) % 3);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!fuzz.ready) {
        prepare();
    }
    if (size == 0 || size > TEXT_MAX || memchr(data + 1, 0, size - 1) != NULL ||
        !utf8_valid((const char *)data + 1, size - 1, NULL)) {
        return 0; /* no YAML has such a text */
    }
    memcpy(fuzz.text, data + 1, size - 1);
    fuzz.text[size - 1] = '\0';
    problems_init(&fuzz.problems, &fuzz.arena);
    compile(fuzz.text, data[0]);
    arena_release(&fuzz.arena);
    FUZZ_ASSERT(fuzz.budget.used_bytes == 0);
    return 0;
}
