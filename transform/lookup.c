/* lookup.c — tables of codes: made, filled and sealed; the contract is in novate/lookup.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/lookup.h"

#include "lookup_internal.h"

#include "novate/limits.h"

#include <assert.h>
#include <string.h>

/* The bytes of a record before its key; the period is aligned. */
static size_t header_size(const struct lookup_spec *spec)
{
    const size_t size = sizeof(struct record) + (size_t)spec->to_count * sizeof(uint32_t);

    return spec->valid_at_count == 0 ? size : (size + 7) / 8 * 8 + sizeof(struct period);
}

bool lookup_create(const struct lookup_spec *spec,
                   const struct schema *schema,
                   struct arena *arena,
                   struct lookup **out,
                   struct error *error)
{
    if (!NOVATE_CHECK(error, spec->from_count > 0 && spec->from_count <= LIMIT_KEY_COLUMNS) ||
        !NOVATE_CHECK(error, spec->to_count > 0) ||
        !NOVATE_CHECK(error,
                      schema->count == spec->from_count + spec->to_count + spec->valid_at_count)) {
        return false;
    }
    struct lookup *lookup = ARENA_NEW(arena, struct lookup);
    if (lookup == NULL) {
        return error_set_memory(error);
    }
    *lookup = (struct lookup){
        .spec = spec,
        .schema = schema,
        .arena = arena,
        .key_count = spec->from_count,
        .value_count = spec->to_count,
        .store = {.arena = arena},
        .periods = spec->valid_at_count > 0,
        .header_size = header_size(spec),
        .sizes = ARENA_ARRAY(arena, uint32_t, (size_t)spec->to_count),
    };
    if (lookup->sizes == NULL) {
        return error_set_memory(error);
    }
    *out = lookup;
    return true;
}

const struct lookup_spec *lookup_spec(const struct lookup *lookup)
{
    return lookup->spec;
}

const struct schema *lookup_schema_of(const struct lookup *lookup)
{
    return lookup->schema;
}

uint64_t lookup_count(const struct lookup *lookup)
{
    return lookup->count;
}

uint64_t lookup_bytes(const struct lookup *lookup)
{
    return lookup->store.bytes;
}

void lookup_keep_on_disk(struct lookup *lookup, const char *folder)
{
    assert(lookup->slot_count == 0);
    lookup->store.folder = folder;
}

void lookup_release(struct lookup *lookup)
{
    if (lookup != NULL) {
        lookup_store_release(&lookup->store);
        lookup->slot_count = 0;
        lookup->count = 0;
    }
}

static bool is_moment(enum type_id id)
{
    return id == TYPE_DATE || id == TYPE_TIMESTAMP || id == TYPE_TIMESTAMPTZ;
}

bool lookup_check_periods(const struct lookup_spec *spec,
                          const struct schema *schema,
                          struct problems *problems)
{
    if (spec->valid_at_count == 0) {
        return true;
    }
    const struct column *begin = &schema->columns[spec->from_count + spec->to_count];
    for (int i = 0; i < 2; i++) {
        if (!is_moment(begin[i].type.id)) {
            return problem_add(
                problems,
                spec->place,
                "A file declares it under columns:, as in {BEGINS: date}.",
                "column \"%s\" under valid_at: must be a date, timestamp or timestamp "
                "with time zone",
                spec->valid_at[i]);
        }
    }
    return begin[0].type.id == begin[1].type.id ||
           problem_add(problems,
                       spec->place,
                       "A query can cast one of them.",
                       "columns \"%s\" and \"%s\" under valid_at: must be of the same type",
                       spec->valid_at[0],
                       spec->valid_at[1]);
}

bool lookup_has_periods(const struct lookup *lookup)
{
    return lookup->periods;
}

const struct type *lookup_period_type(const struct lookup *lookup)
{
    return &lookup->schema->columns[lookup->key_count + lookup->value_count].type;
}

void lookup_bind_key(struct lookup *lookup, int key_index, bool numeric)
{
    assert(key_index >= 0 && key_index < lookup->key_count);
    assert(lookup->rows == 0 || lookup->numeric[key_index] == numeric);
    lookup->numeric[key_index] = numeric;
    lookup->bound = true;
}

bool lookup_bind_as(struct lookup *lookup, const struct lookup *asked)
{
    assert(lookup->rows == 0 && lookup->key_count == asked->key_count);
    if (lookup->bound || !asked->bound) {
        return false;
    }
    memcpy(lookup->numeric, asked->numeric, sizeof lookup->numeric);
    return true;
}

static bool is_alike(const struct lookup *lookup, const struct lookup *other)
{
    for (int i = 0; i < lookup->schema->count; i++) {
        if (!type_equal(lookup->schema->columns[i].type, other->schema->columns[i].type)) {
            return false;
        }
    }
    return !lookup->bound || memcmp(lookup->numeric, other->numeric, sizeof lookup->numeric) == 0;
}

bool lookup_share(struct lookup *lookup, const struct lookup *filled)
{
    assert(lookup->rows == 0 && lookup->schema->count == filled->schema->count);
    if (!is_alike(lookup, filled)) {
        return false;
    }
    memcpy(lookup->numeric, filled->numeric, sizeof lookup->numeric);
    lookup->chase = filled->chase;
    lookup->has_lines = filled->has_lines;
    lookup->rows = filled->rows;
    lookup->count = filled->count;
    lookup->blocks = filled->blocks;
    lookup->block_count = filled->block_count;
    lookup->slots = filled->slots;
    lookup->slot_count = filled->slot_count;
    lookup->slot_shift = filled->slot_shift;
    return true;
}

void lookup_note_asked(struct lookup *lookup, bool *asked)
{
    lookup->asked = asked;
}

int lookup_key_count(const struct lookup *lookup)
{
    return lookup->key_count;
}

bool lookup_key_is_numeric(const struct lookup *lookup, int key_index)
{
    return lookup->numeric[key_index];
}

const struct type *lookup_key_type(const struct lookup *lookup, int key_index)
{
    return &lookup->schema->columns[key_index].type;
}

int lookup_value_count(const struct lookup *lookup)
{
    return lookup->value_count;
}

const char *lookup_value_name(const struct lookup *lookup, int value_column)
{
    return lookup->spec->to[value_column];
}

int lookup_value_column(const struct lookup *lookup, struct text name)
{
    if (name.size == 0) {
        return 0;
    }
    for (int i = 0; i < lookup->value_count; i++) {
        if (text_equal(text_of(lookup->spec->to[i]), name)) {
            return i;
        }
    }
    for (int i = 0; i < lookup->value_count; i++) {
        if (text_equal_case(text_of(lookup->spec->to[i]), name)) {
            return i;
        }
    }
    return -1;
}

const struct type *lookup_value_type(const struct lookup *lookup, int value_column)
{
    return &lookup->schema->columns[lookup->key_count + value_column].type;
}

bool lookup_has_null(const struct lookup *lookup, int value_column)
{
    uint32_t reference = REFERENCE_NONE;

    while (lookup_next(lookup, &reference)) {
        if (lookup_record(lookup, reference)->value_sizes[value_column] == VALUE_IS_NULL) {
            return true;
        }
    }
    return false;
}

/* --- filling --- */

/* What a message about rows of the batch needs. */
struct fill {
    struct lookup *lookup;
    const struct batch *batch;
    struct problems *problems;
    struct text_buffer values;
};

bool lookup_problems_full(struct problems *problems, enum problem_severity severity)
{
    if (problems->count < LIMIT_PROBLEMS) {
        return false;
    }
    problems->errors += severity == PROBLEM_ERROR;
    return true;
}

static uint32_t line_of(const struct fill *fill, int row)
{
    const uint64_t line = fill->batch->lines != NULL ? fill->batch->lines[row]
                                                     : fill->lookup->rows + (uint64_t)row + 1;
    return line < UINT32_MAX ? (uint32_t)line : UINT32_MAX;
}

static const char *line_word(const struct fill *fill)
{
    return fill->lookup->has_lines ? "line" : "row";
}

static void note_row_error(struct fill *fill, const struct row_error *row_error)
{
    if (lookup_problems_full(fill->problems, PROBLEM_ERROR)) {
        return;
    }
    problem_add(fill->problems,
                fill->lookup->spec->place,
                NULL,
                "%s %u of lookup \"%s\" cannot be read: %s",
                line_word(fill),
                line_of(fill, row_error->row),
                fill->lookup->spec->name,
                row_error->message != NULL ? row_error->message
                                           : reject_class_text(row_error->class));
}

static void note_conflict(struct fill *fill, int row, const struct record *other)
{
    if (lookup_problems_full(fill->problems, PROBLEM_ERROR)) {
        return;
    }
    problem_add(fill->problems,
                fill->lookup->spec->place,
                "A key must stand for one thing; rows that are equal are counted once.",
                "lookup \"%s\" has the same key with different values in %ss %u and %u",
                fill->lookup->spec->name,
                line_word(fill),
                other->line,
                line_of(fill, row));
}

static void note_no_number(struct fill *fill, int row, int key_index)
{
    if (lookup_problems_full(fill->problems, PROBLEM_WARNING)) {
        return;
    }
    problem_warn(fill->problems,
                 fill->lookup->spec->place,
                 "Cast the argument of lookup() to text to compare texts.",
                 "%s %u of lookup \"%s\" is never found: it is searched by a number, and \"%s\" "
                 "is none there",
                 line_word(fill),
                 line_of(fill, row),
                 fill->lookup->spec->name,
                 fill->lookup->spec->from[key_index]);
}

/* False when the row has no key: a column of it is NULL or, where numbers are wanted, none. */
static bool take_key(struct fill *fill,
                     int row,
                     char (*buffers)[LOOKUP_KEY_BYTES],
                     struct text *key)
{
    const struct lookup *lookup = fill->lookup;

    for (int i = 0; i < lookup->key_count; i++) {
        const struct vector *vector = &fill->batch->columns[i];
        if (vector_is_null(vector, row)) {
            return false;
        }
        key[i] = lookup_key_text(vector, row, lookup->numeric[i], buffers[i]);
        if (lookup->numeric[i] && key[i].size == 0) {
            note_no_number(fill, row, i);
            return false;
        }
    }
    return true;
}

static bool take_values(struct fill *fill, int row, struct error *error)
{
    const struct lookup *lookup = fill->lookup;

    text_buffer_reset(&fill->values);
    for (int i = 0; i < lookup->value_count; i++) {
        const struct vector *vector = &fill->batch->columns[lookup->key_count + i];
        const size_t before = fill->values.size;
        if (vector_is_null(vector, row)) {
            lookup->sizes[i] = VALUE_IS_NULL;
            continue;
        }
        vector_format(vector, row, &fill->values);
        lookup->sizes[i] = (uint32_t)(fill->values.size - before);
    }
    return text_buffer_check(&fill->values, error);
}

static void note_reversed(struct fill *fill, int row)
{
    if (lookup_problems_full(fill->problems, PROBLEM_WARNING)) {
        return;
    }
    problem_warn(fill->problems,
                 fill->lookup->spec->place,
                 NULL,
                 "%s %u of lookup \"%s\" never holds: its period ends before it begins",
                 line_word(fill),
                 line_of(fill, row),
                 fill->lookup->spec->name);
}

/* False when the period is empty: then there is no moment to ask for it. */
static bool take_period(struct fill *fill, int row, struct entry *entry)
{
    const struct lookup *lookup = fill->lookup;
    const struct vector *begin = &fill->batch->columns[lookup->key_count + lookup->value_count];
    const struct vector *end = begin + 1;

    if (!lookup->periods) {
        return true;
    }
    entry->begin = vector_is_null(begin, row) ? INT64_MIN : begin->int64s[vector_slot(begin, row)];
    entry->end = vector_is_null(end, row) ? INT64_MAX : end->int64s[vector_slot(end, row)];
    if (entry->end < entry->begin) {
        note_reversed(fill, row);
    }
    return entry->begin < entry->end || entry->end == INT64_MAX;
}

static bool fill_row(struct fill *fill, int row, struct error *error)
{
    char buffers[LIMIT_KEY_COLUMNS][LOOKUP_KEY_BYTES];
    struct text key[LIMIT_KEY_COLUMNS];
    const struct record *other;
    bool same = false;

    if (!take_key(fill, row, buffers, key)) {
        return true;
    }
    if (!take_values(fill, row, error)) {
        return false;
    }
    struct entry entry = {
        .key = key,
        .value_sizes = fill->lookup->sizes,
        .values = text_from(fill->values.data, fill->values.size),
        .line = line_of(fill, row),
    };
    if (!take_period(fill, row, &entry)) {
        return true;
    }
    if (!lookup_insert(fill->lookup, &entry, &other, &same, error)) {
        return false;
    }
    if (other != NULL && !same) {
        note_conflict(fill, row, other);
    }
    return true;
}

bool lookup_fill(struct lookup *lookup,
                 const struct batch *batch,
                 struct problems *problems,
                 struct error *error)
{
    struct fill fill = {.lookup = lookup, .batch = batch, .problems = problems};
    bool ok = true;

    if (!NOVATE_CHECK(error, batch->schema->count == lookup->schema->count)) {
        return false;
    }
    text_buffer_init(&fill.values, LIMIT_FIELD_BYTES);
    lookup->has_lines = batch->lines != NULL;
    for (int i = 0; i < batch->error_count; i++) {
        note_row_error(&fill, &batch->errors[i]);
    }
    for (int row = 0; ok && row < batch->rows; row++) {
        /* A batch without errors has no bitmap of them. */
        if (batch->error_count == 0 || !validity_get(batch->error_rows, row)) {
            ok = fill_row(&fill, row, error);
        }
    }
    lookup->rows += (uint64_t)batch->rows;
    text_buffer_release(&fill.values);
    return ok;
}

/* --- chains --- */

/* Where the chain goes on after a record: to the record whose key is this one's value. It ends
 * where there is none, at a record that has no value (the key that leads to it is the last one
 * known), and at one that stands for itself. */
static uint32_t next_in_chain(const struct lookup *lookup, uint32_t reference)
{
    char buffer[LOOKUP_KEY_BYTES];
    const struct record *record = lookup_record(lookup, reference);
    struct text key = record_value(lookup, record, 0);

    if (record->value_sizes[0] == VALUE_IS_NULL ||
        (lookup->numeric[0] && !lookup_number_key(key, buffer, &key))) {
        return REFERENCE_NONE;
    }
    const uint32_t next = lookup_reference(lookup, &key);
    if (next == REFERENCE_NONE || next == reference ||
        lookup_record(lookup, next)->value_sizes[0] == VALUE_IS_NULL) {
        return REFERENCE_NONE;
    }
    return next;
}

/* Follows the chain from `start` to a record whose end is known, to its end, or in a circle; then
 * gives all records on the way that end. Every record is walked over twice at most. */
static void resolve_chain(struct lookup *lookup, uint32_t start)
{
    uint32_t at = start;
    uint32_t end = REFERENCE_NONE;

    while (end == REFERENCE_NONE) {
        struct record *record = lookup_record(lookup, at);
        if (record->final == REFERENCE_ON_PATH) {
            end = REFERENCE_CYCLE;
        } else if (record->final != REFERENCE_NONE) {
            end = record->final;
        } else {
            const uint32_t next = next_in_chain(lookup, at);
            record->final = next == REFERENCE_NONE ? at : REFERENCE_ON_PATH;
            end = next == REFERENCE_NONE ? at : REFERENCE_NONE;
            at = next == REFERENCE_NONE ? at : next;
        }
    }
    for (at = start; lookup_record(lookup, at)->final == REFERENCE_ON_PATH;) {
        const uint32_t next = next_in_chain(lookup, at);
        lookup_record(lookup, at)->final = end;
        at = next;
    }
}

bool lookup_seal(struct lookup *lookup, struct problems *problems, struct error *error)
{
    uint32_t reference = REFERENCE_NONE;
    uint64_t cyclic = 0;

    if (lookup->periods) {
        lookup_seal_periods(lookup, problems);
    }
    if (!lookup->spec->chase) {
        return true;
    }
    if (!NOVATE_CHECK(error, lookup->key_count == 1 && lookup->value_count == 1)) {
        return false;
    }
    while (lookup_next(lookup, &reference)) {
        lookup_record(lookup, reference)->final = REFERENCE_NONE;
    }
    for (reference = REFERENCE_NONE; lookup_next(lookup, &reference);) {
        resolve_chain(lookup, reference);
        cyclic += lookup_record(lookup, reference)->final == REFERENCE_CYCLE;
    }
    lookup->chase = true;
    if (cyclic > 0 && problems != NULL) {
        problem_warn(problems,
                     lookup->spec->place,
                     "Records that refer to one of them are rejected.",
                     "%llu entries of lookup \"%s\" run in a circle",
                     (unsigned long long)cyclic,
                     lookup->spec->name);
    }
    return true;
}
