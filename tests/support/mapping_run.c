/* mapping_run.c — a mapping built by calls. SPDX-License-Identifier: Apache-2.0 */
#include "mapping_run.h"

#include "values.h"

#include "novate/datetime.h"
#include "novate/lookup.h"

#include <check.h>
#include <string.h>

void mapping_run_init(struct mapping_run *run)
{
    memset(run, 0, sizeof *run);
    run->entries_end = &run->entries;
    run->timezone = "UTC";
    arena_init(&run->arena, 64 * 1024, NULL);
    problems_init(&run->problems, &run->arena);
    run->source.columns = run->source_columns;
    run->target.columns = run->target_columns;
    run->mapping = (struct mapping){
        .file = "m.yaml",
        .directory = ".",
        .entity = "test",
        .target_table = "public.t",
        .source = {.key = run->key, .place = {.file = "m.yaml", .line = 2, .column = 3}},
        .target_key = run->target_key,
        .lookups = run->lookup_specs,
        .filters = run->filters,
        .columns = run->columns,
        .checks = run->checks,
        .emits = run->emits,
        .copy = run->copy,
        .copy_place = {.file = "m.yaml", .line = 5, .column = 7},
        .source_place = {.file = "m.yaml", .line = 2, .column = 3},
        .target_place = {.file = "m.yaml", .line = 4, .column = 3},
    };
    run->rows =
        arena_array(&run->arena, MAPPING_RUN_ROWS, sizeof *run->rows, alignof(const char *));
    ck_assert_ptr_nonnull(run->rows);
}

void mapping_run_release(struct mapping_run *run)
{
    transform_destroy(run->transform);
    groups_destroy(run->groups);
    batch_release(&run->in);
    batch_release(&run->out);
    arena_release(&run->arena);
}

/* Cuts `suffix` off the end of `text`, if it is there. */
static bool take_suffix(struct text *text, const char *suffix)
{
    size_t size = strlen(suffix);

    if (text->size < size || memcmp(text->data + text->size - size, suffix, size) != 0) {
        return false;
    }
    text->size -= (uint32_t)size;
    return true;
}

static void add_column(struct schema *schema, const char *name, const char *type)
{
    struct text text = text_of(type);
    struct column *column = &schema->columns[schema->count++];

    *column = (struct column){.name = name, .declared = type, .nullable = true};
    column->generated = take_suffix(&text, " generated");
    column->has_default = take_suffix(&text, " default") || column->generated;
    column->nullable = !take_suffix(&text, " not null");
    if (!type_parse_expression(text, &column->type)) {
        column->type = type_of(TYPE_OTHER);
        column->hidden_cast = true;
    }
}

void mapping_run_source(struct mapping_run *run, const char *name, const char *type)
{
    add_column(&run->source, name, type);
}

void mapping_run_target(struct mapping_run *run, const char *name, const char *type)
{
    add_column(&run->target, name, type);
    struct column *column = &run->target.columns[run->target.count - 1];
    if (column->type.id == TYPE_INTERVAL) { /* as the catalogue of a target has it */
        column->type = type_of(TYPE_OTHER);
        column->hidden_cast = true;
    }
}

/* Expressions stand in column 15 of lines 10, 30 and 50 on. */
static struct expression_spec make_spec(const char *name, const char *text, int line)
{
    return (struct expression_spec){.name = name,
                                    .text = text,
                                    .place = {"m.yaml", line, 15},
                                    .name_place = {"m.yaml", line, 3}};
}

void mapping_run_column(struct mapping_run *run, const char *name, const char *text)
{
    int index = run->mapping.column_count++;
    run->columns[index] = make_spec(name, text, 10 + index);
}

void mapping_run_filter(struct mapping_run *run, const char *name, const char *text)
{
    int index = run->mapping.filter_count++;
    run->filters[index] = make_spec(name, text, 30 + index);
}

void mapping_run_check(struct mapping_run *run, const char *name, const char *text)
{
    int index = run->mapping.check_count++;
    run->checks[index] = make_spec(name, text, 50 + index);
}

int mapping_run_add_lookup(struct mapping_run *run,
                           const struct lookup_spec *spec,
                           const struct schema *schema)
{
    int index = run->mapping.lookup_count++;

    run->lookup_specs[index] = *spec;
    run->lookup_schemas[index] = schema;
    must(lookup_create(
             &run->lookup_specs[index], schema, &run->arena, &run->lookups[index], &run->error),
         &run->error);
    return index;
}

void mapping_run_lookup_entry(struct mapping_run *run, int lookup, const char *const *cells)
{
    size_t count = (size_t)run->lookup_schemas[lookup]->count;
    struct lookup_entry *entry = ARENA_NEW(&run->arena, struct lookup_entry);

    ck_assert_ptr_nonnull(entry);
    ck_assert_uint_le(count, MAPPING_RUN_LOOKUP_COLUMNS);
    entry->lookup = lookup;
    memcpy(entry->cells, cells, count * sizeof *cells);
    *run->entries_end = entry;
    run->entries_end = &entry->next;
}

void mapping_run_lookup(struct mapping_run *run,
                        const char *name,
                        enum lookup_missing missing,
                        const char *const *pairs)
{
    static const char *const names[] = {"code", "value"};
    const struct lookup_spec spec = {.name = name,
                                     .from = names,
                                     .from_count = 1,
                                     .to = names + 1,
                                     .to_count = 1,
                                     .missing = missing,
                                     .missing_default = "none"};

    for (int i = 0; i < 2; i++) {
        run->lookup_columns[i] =
            (struct column){.name = names[i], .type = type_of(TYPE_TEXT), .nullable = true};
    }
    run->lookup_schema = (struct schema){.columns = run->lookup_columns, .count = 2};
    int lookup = mapping_run_add_lookup(run, &spec, &run->lookup_schema);
    for (; *pairs != NULL; pairs += 2) {
        mapping_run_lookup_entry(run, lookup, pairs);
    }
}

static void fill_lookup(struct mapping_run *run, const struct lookup_entry *entry)
{
    const struct schema *schema = run->lookup_schemas[entry->lookup];
    struct batch batch;

    must(batch_init(&batch, schema, NULL, &run->error), &run->error);
    must(batch_begin(&batch, 1, false, &run->error), &run->error);
    for (int i = 0; i < schema->count; i++) {
        value_put(&batch.columns[i], 0, entry->cells[i], &batch.arena);
    }
    batch_set_rows(&batch, 1);
    must(lookup_fill(run->lookups[entry->lookup], &batch, &run->problems, &run->error),
         &run->error);
    batch_release(&batch);
}

static void fill_lookups(struct mapping_run *run)
{
    for (const struct lookup_entry *entry = run->entries; entry != NULL; entry = entry->next) {
        fill_lookup(run, entry);
    }
    for (int i = 0; i < run->mapping.lookup_count; i++) {
        must(lookup_seal(run->lookups[i], &run->problems, &run->error), &run->error);
    }
}

bool mapping_run_compile(struct mapping_run *run)
{
    for (run->mapping.source.key_count = 0; run->key[run->mapping.source.key_count] != NULL;) {
        run->mapping.source.key_count++;
    }
    for (run->mapping.copy_count = 0; run->copy[run->mapping.copy_count] != NULL;) {
        run->mapping.copy_count++;
    }
    while (run->target_key[run->mapping.target_key_count] != NULL) {
        run->mapping.target_key_count++;
    }
    must(program_compile(&run->mapping,
                         &run->source,
                         run->target.count > 0 ? &run->target : NULL,
                         run->lookups,
                         run->timezone,
                         &run->arena,
                         &run->problems,
                         &run->program,
                         &run->error),
         &run->error);
    ck_assert_int_eq(run->program != NULL, run->problems.errors == 0);
    if (run->program == NULL) {
        return false;
    }
    fill_lookups(run);
    must(transform_create(run->program, NULL, &run->transform, &run->error), &run->error);
    must(batch_init(&run->in, program_source_schema(run->program), NULL, &run->error), &run->error);
    must(batch_init(&run->out, program_target_schema(run->program), NULL, &run->error),
         &run->error);
    return true;
}

void mapping_run_row(struct mapping_run *run, const char *const *cells)
{
    ck_assert_int_lt(run->row_count, MAPPING_RUN_ROWS);
    for (int i = 0; i < run->source.count; i++) {
        run->rows[run->row_count][i] = cells[i];
    }
    run->row_count++;
}

/* The first value for all rows. */
static void as_constant(struct vector *vector)
{
    bool null = vector_is_null(vector, 0);

    vector->encoding = ENCODING_CONSTANT;
    vector->base_rows = 1;
    if (vector->valid != NULL) {
        vector->valid[0] = !null;
    }
}

void mapping_run_fill(struct mapping_run *run, int first, int rows)
{
    int count = 0;
    const int *columns = program_source_columns(run->program, &count);
    struct batch *in = &run->in;

    must(batch_begin(in, rows, run->with_positions, &run->error), &run->error);
    for (int row = 0; row < rows; row++) {
        int record = first + row;
        for (int i = 0; i < count; i++) {
            value_put(&in->columns[i], row, run->rows[record][columns[i]], &in->arena);
        }
        in->source_hashes[row] = hash_bytes(&record, sizeof record);
        if (run->with_positions) {
            in->lines[row] = (uint64_t)record + 2;
            in->offsets[row] = (uint64_t)record * 100;
            in->file = "persons.csv";
        }
    }
    batch_set_rows(in, rows);
    for (int i = 0; i < count && rows > 0; i++) {
        if (run->layout == MAPPING_DICTIONARY) {
            values_as_dictionary(&in->columns[i], &in->arena);
        } else if (run->layout == MAPPING_CONSTANT) {
            as_constant(&in->columns[i]);
        }
    }
    must(batch_validate(in, &run->error), &run->error);
}

static const char *show_value(struct mapping_run *run, const struct vector *vector, int row)
{
    struct text_buffer buffer;
    const struct zone *zone = NULL;

    if (!run->local_time || vector->type.id != TYPE_TIMESTAMPTZ || vector_is_null(vector, row)) {
        return value_text(vector, row, &run->arena);
    }
    must(zone_load(run->timezone, &run->arena, &zone, &run->error), &run->error);
    text_buffer_init(&buffer, 256);
    timestamptz_format(vector->int64s[vector_slot(vector, row)], zone, &buffer);
    const char *text = arena_copy(&run->arena, buffer.data, buffer.size);
    text_buffer_release(&buffer);
    return text;
}

static void keep_rows(struct mapping_run *run)
{
    const struct batch *out = &run->out;
    struct text_buffer key;

    text_buffer_init(&key, 1 << 20);
    for (int row = 0; row < out->rows; row++) {
        for (int i = 0; i < out->schema->count; i++) {
            run->values[run->passed * out->schema->count + i] =
                show_value(run, &out->columns[i], row);
        }
        text_buffer_reset(&key);
        batch_key_json(out, row, &key);
        run->keys[run->passed++] = arena_copy(&run->arena, key.data, key.size);
    }
    text_buffer_release(&key);
}

static void keep_rejects(struct mapping_run *run)
{
    for (int i = 0; i < run->out.reject_count; i++) {
        struct reject *reject = &run->rejects[run->reject_count++];
        *reject = run->out.rejects[i];
        reject->key = arena_string(&run->arena, reject->key);
        reject->message = arena_string(&run->arena, reject->message);
        if (reject->position != NULL) {
            reject->position = arena_string(&run->arena, reject->position);
        }
    }
}

/* Nothing has come out yet. */
static void forget(struct mapping_run *run)
{
    size_t cells = MAPPING_RUN_ROWS * (size_t)program_target_schema(run->program)->count;

    run->passed = 0;
    run->emitted = 0;
    run->merged = 0;
    run->reject_count = 0;
    counters_init(&run->counters, &run->arena);
    if (run->values == NULL) {
        run->values = ARENA_ARRAY(&run->arena, const char *, cells);
        run->keys = ARENA_ARRAY(&run->arena, const char *, MAPPING_RUN_ROWS);
        run->rejects = ARENA_ARRAY(&run->arena, struct reject, MAPPING_RUN_ROWS);
    }
    ck_assert_ptr_nonnull(run->values);
    ck_assert_ptr_nonnull(run->keys);
    ck_assert_ptr_nonnull(run->rejects);
}

void mapping_run_transform(struct mapping_run *run)
{
    struct transformer transformer = transform_as_transformer(run->transform);
    uint64_t rows = (uint64_t)run->in.rows;
    uint64_t sources = 0;

    if (run->values == NULL) {
        forget(run);
    }
    ck_assert_ptr_eq(transformer.schema, program_target_schema(run->program));
    do {
        must(transformer.apply(transformer.state, &run->in, &run->out, &run->error), &run->error);
        if (!run->out.again) {
            /* What came out must not lean on what went in. */
            memset(run->in.columns, 0, (size_t)run->in.schema->count * sizeof *run->in.columns);
            arena_release(&run->in.arena);
        }
        must(batch_validate(&run->out, &run->error), &run->error);
        ck_assert(tally_closes(&run->out.tally));
        ck_assert_uint_eq(run->out.tally.passed.rows, (uint64_t)run->out.rows);
        ck_assert_uint_eq(run->out.tally.rejected.rows, (uint64_t)run->out.reject_count);
        sources += run->out.tally.source.rows;
        run->emitted += run->out.tally.emitted.rows;
        run->merged += run->out.tally.merged.rows;
        keep_rows(run);
        keep_rejects(run);
        must(counters_merge(&run->counters, &run->out.tally.counters, &run->error), &run->error);
    } while (run->out.again);
    ck_assert_uint_eq(sources, rows);
}

/* The first reading: which records stand for which. */
static void collect(struct mapping_run *run)
{
    struct groups *groups = NULL;

    must(groups_create(run->program, "/tmp", &run->arena, &groups, &run->error), &run->error);
    for (int first = 0; first < run->row_count; first += LIMIT_BATCH_ROWS) {
        int rows = run->row_count - first;
        mapping_run_fill(run, first, rows < LIMIT_BATCH_ROWS ? rows : LIMIT_BATCH_ROWS);
        must(transform_collect(run->transform, &run->in, groups, &run->error), &run->error);
        must(batch_validate(&run->in, &run->error), &run->error);
    }
    groups_destroy(run->groups);
    run->groups = groups;
    transform_use_groups(run->transform, groups);
}

void mapping_run_apply(struct mapping_run *run)
{
    int first = 0;

    forget(run);
    if (program_has_groups(run->program)) {
        collect(run);
    }
    do {
        int rows = run->row_count - first;
        rows = rows < LIMIT_BATCH_ROWS ? rows : LIMIT_BATCH_ROWS;
        mapping_run_fill(run, first, rows);
        mapping_run_transform(run);
        first += rows;
    } while (first < run->row_count);
}

const char *mapping_run_value(struct mapping_run *run, int column, int row)
{
    ck_assert_int_lt(row, run->passed);
    return run->values[row * program_target_schema(run->program)->count + column];
}

const char *mapping_run_problems(struct mapping_run *run)
{
    struct text_buffer buffer;

    text_buffer_init(&buffer, 1 << 20);
    text_buffer_string(&buffer, "");
    problems_format(&run->problems, &buffer);
    char *text = arena_copy(&run->arena, buffer.data, buffer.size);
    text_buffer_release(&buffer);
    return text;
}

const char *mapping_run_evaluate(struct mapping_run *run, const char *text)
{
    const char *value = NULL;
    struct mapping_run *inner = ARENA_NEW(&run->arena, struct mapping_run);

    ck_assert_ptr_nonnull(inner);
    mapping_run_init(inner);
    inner->timezone = run->timezone;
    mapping_run_column(inner, "x", text);
    if (!mapping_run_compile(inner)) {
        for (int i = 0; value == NULL; i++) {
            if (inner->problems.items[i].severity == PROBLEM_ERROR) {
                value = arena_format(&run->arena, "?%s", inner->problems.items[i].message);
            }
        }
    } else {
        mapping_run_row(inner, NULL);
        mapping_run_apply(inner);
        if (inner->passed == 0) {
            value = arena_format(&run->arena, "!%s", inner->rejects[0].sqlstate);
        } else {
            value = mapping_run_value(inner, 0, 0);
            value = arena_string(&run->arena, value == NULL ? "NULL" : value);
        }
    }
    mapping_run_release(inner);
    return value;
}
