/* profile_column.c — what is counted of one column.
 *
 * The hottest loop of profiling: a hash per value decides which it is; texts are made only of
 * values that a sketch has not held before.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "profile_column.h"

#include "novate/hash.h"
#include "novate/limits.h"

#include <assert.h>
#include <math.h>
#include <string.h>

static_assert(sizeof(struct profile_counts) + SKETCH_DISTINCT_REGISTERS +
                      (PROFILE_VALUES + PROFILE_PATTERNS) *
                          (sizeof(struct frequent_item) + 5 * sizeof(uint16_t)) <=
                  LIMIT_PROFILE_COLUMN_BYTES,
              "what a column's profile takes is known beforehand");

static double plain_double(double value)
{
    /* One zero and one NaN, as PostgreSQL compares them. */
    return isnan(value) ? (double)NAN : value + 0.0;
}

static uint64_t hash_of(const struct vector *vector, int slot, struct text_buffer *scratch)
{
    switch (type_storage(vector->type.id)) {
    case STORAGE_BOOL:
        return hash_bytes64(&vector->bools[slot], 1);
    case STORAGE_INT64:
        return hash_bytes64(&vector->int64s[slot], sizeof(int64_t));
    case STORAGE_FLOAT64: {
        double value = plain_double(vector->doubles[slot]);
        return hash_bytes64(&value, sizeof value);
    }
    case STORAGE_DECIMAL:
        text_buffer_reset(scratch);
        decimal_canonical(&vector->decimals[slot], scratch);
        return hash_bytes64(scratch->data, scratch->size);
    case STORAGE_TEXT:
        return hash_bytes64(vector->texts[slot].data, vector->texts[slot].size);
    case STORAGE_UUID:
        return hash_bytes64(vector->uuids[slot].bytes, sizeof vector->uuids[slot].bytes);
    case STORAGE_INTERVAL: /* no column of a source is one */
        break;
    }
    return 0;
}

static bool is_text(struct type type)
{
    return type_storage(type.id) == STORAGE_TEXT && type.id != TYPE_BYTEA;
}

/* The value as people read it. Texts are not copied. */
static struct text text_of_value(const struct vector *vector, int row, struct text_buffer *scratch)
{
    if (is_text(vector->type)) {
        return vector->texts[vector_slot(vector, row)];
    }
    text_buffer_reset(scratch);
    vector_format(vector, row, scratch);
    return text_from(scratch->data, scratch->size);
}

/* Types of which a smallest and a largest value say something. */
static bool has_limits(struct type type)
{
    return type.id != TYPE_BOOL && type.id != TYPE_UUID && type.id != TYPE_BYTEA &&
           type.id != TYPE_OTHER && type.id != TYPE_UNKNOWN;
}

static int compare_numbers(double a, double b)
{
    bool a_nan = isnan(a);
    bool b_nan = isnan(b);
    if (a_nan || b_nan) {
        return (int)a_nan - (int)b_nan;
    }
    return a < b ? -1 : a > b;
}

static struct text limit_text(const struct sketch_text *text)
{
    return text_from(text->bytes, text->size);
}

static int limit_compare(enum storage storage,
                         const struct profile_limit *a,
                         const struct profile_limit *b)
{
    switch (storage) {
    case STORAGE_INT64:
        return a->integer < b->integer ? -1 : a->integer > b->integer;
    case STORAGE_FLOAT64:
        return compare_numbers(a->number, b->number);
    case STORAGE_DECIMAL:
        return decimal_compare(&a->decimal, &b->decimal);
    case STORAGE_TEXT:
    case STORAGE_BOOL:
    case STORAGE_UUID:
    case STORAGE_INTERVAL:
        break;
    }
    return text_compare(limit_text(&a->text), limit_text(&b->text));
}

/* A value as a limit, without its text unless it is one. */
static struct profile_limit limit_of(const struct vector *vector, int slot)
{
    struct profile_limit limit;
    limit.count = 1;
    switch (type_storage(vector->type.id)) {
    case STORAGE_INT64:
        limit.integer = vector->int64s[slot];
        break;
    case STORAGE_FLOAT64:
        limit.number = vector->doubles[slot];
        break;
    case STORAGE_DECIMAL:
        limit.decimal = vector->decimals[slot];
        break;
    case STORAGE_TEXT:
    case STORAGE_BOOL:
    case STORAGE_UUID:
    case STORAGE_INTERVAL:
        sketch_text_set(&limit.text, vector->texts[slot]);
        break;
    }
    return limit;
}

static void limits_add(struct profile_counts *counts,
                       const struct vector *vector,
                       int row,
                       struct text_buffer *scratch)
{
    int slot = vector_slot(vector, row);
    enum storage storage = type_storage(counts->type.id);
    struct profile_limit *limits[] = {&counts->smallest, &counts->largest};
    if (storage == STORAGE_DECIMAL && vector->decimals[slot].kind == DECIMAL_WIDE) {
        counts->unlimited = true;
        return;
    }
    struct profile_limit value = limit_of(vector, slot);
    for (int side = 0; side < 2; side++) {
        struct profile_limit *limit = limits[side];
        int order = limit->count == 0 ? 0 : limit_compare(storage, &value, limit);
        bool beyond = side == 0 ? order < 0 : order > 0;
        if (limit->count > 0 && !beyond) {
            limit->count += order == 0;
            limit->text.cut =
                limit->text.cut || (order == 0 && storage == STORAGE_TEXT && value.text.cut);
            continue;
        }
        *limit = value;
        if (storage != STORAGE_TEXT) {
            sketch_text_set(&limit->text, text_of_value(vector, row, scratch));
        }
    }
}

static void lengths_add(struct profile_counts *counts, struct text text)
{
    uint64_t length = counts->type.id == TYPE_BYTEA ? text.size : utf8_length(text.data, text.size);
    counts->length_sum += length;
    counts->length_min =
        counts->values == 1 || length < counts->length_min ? length : counts->length_min;
    counts->length_max = length > counts->length_max ? length : counts->length_max;
    counts->empty += text.size == 0;
    counts->blank += text.size > 0 && is_text(counts->type) && text_trim(text).size == 0;
}

static void pattern_add(struct profile_counts *counts,
                        struct text text,
                        struct text_buffer *scratch)
{
    bool fresh = false;
    text_buffer_reset(scratch);
    profile_pattern(text, scratch);
    uint64_t hash = hash_bytes64(scratch->data, scratch->size);
    struct frequent_item *item = sketch_frequent_add(&counts->patterns, hash, &fresh);
    if (fresh) {
        sketch_text_set(&item->text, text_from(scratch->data, scratch->size));
    }
}

static bool value_add(struct profile_counts *counts,
                      const struct vector *vector,
                      int row,
                      struct arena *arena,
                      struct text_buffer *scratch,
                      struct error *error)
{
    int slot = vector_slot(vector, row);
    uint64_t hash = hash_of(vector, slot, scratch);
    bool fresh = false;
    counts->values++;
    if (!sketch_distinct_add(&counts->distinct, hash, arena, error)) {
        return false;
    }
    if (counts->type.id != TYPE_BYTEA) {
        struct frequent_item *item = sketch_frequent_add(&counts->frequent, hash, &fresh);
        if (fresh) {
            sketch_text_set(&item->text, text_of_value(vector, row, scratch));
        }
    }
    if (has_limits(counts->type)) {
        limits_add(counts, vector, row, scratch);
    }
    if (type_storage(counts->type.id) == STORAGE_TEXT) {
        lengths_add(counts, vector->texts[slot]);
    }
    if (is_text(counts->type)) {
        pattern_add(counts, vector->texts[slot], scratch);
    }
    return true;
}

static bool sketches_make(struct profile_counts *counts, struct arena *arena, struct error *error)
{
    if (counts->type.id != TYPE_BYTEA && counts->frequent.items == NULL &&
        !sketch_frequent_init(&counts->frequent, PROFILE_VALUES, arena, error)) {
        return false;
    }
    return !is_text(counts->type) || counts->patterns.items != NULL ||
           sketch_frequent_init(&counts->patterns, PROFILE_PATTERNS, arena, error);
}

bool profile_counts_add(struct profile_counts *counts,
                        const struct vector *vector,
                        const uint8_t *rows,
                        struct arena *arena,
                        struct text_buffer *scratch,
                        struct error *error)
{
    for (int row = 0; row < vector->rows; row++) {
        if (rows[row] == 0 || vector_is_null(vector, row)) {
            continue;
        }
        if (!sketches_make(counts, arena, error) ||
            !value_add(counts, vector, row, arena, scratch, error)) {
            return false;
        }
    }
    return text_buffer_check(scratch, error);
}

void profile_counts_reset(struct profile_counts *counts)
{
    struct profile_counts kept = {
        .type = counts->type,
        .distinct = counts->distinct,
        .frequent = counts->frequent,
        .patterns = counts->patterns,
    };
    *counts = kept;
    sketch_distinct_reset(&counts->distinct);
    sketch_frequent_reset(&counts->frequent);
    sketch_frequent_reset(&counts->patterns);
}

static void limit_merge(enum storage storage,
                        struct profile_limit *into,
                        const struct profile_limit *from,
                        int side)
{
    if (from->count == 0) {
        return;
    }
    int order = into->count == 0 ? side : limit_compare(storage, from, into);
    if (order == side) {
        *into = *from;
    } else if (order == 0) {
        into->count += from->count;
        into->text.cut = into->text.cut || from->text.cut;
    }
}

bool profile_counts_merge(struct profile_counts *into,
                          const struct profile_counts *from,
                          struct arena *arena,
                          struct error *error)
{
    enum storage storage = type_storage(into->type.id);
    bool first = into->values == 0;
    for (int class = 0; class < REJECT_CLASS_COUNT; class ++) {
        into->errors[class] += from->errors[class];
    }
    into->nulls += from->nulls;
    into->unknown += from->unknown;
    if (from->values == 0) {
        return true;
    }
    into->values += from->values;
    into->empty += from->empty;
    into->blank += from->blank;
    into->length_sum += from->length_sum;
    into->length_min =
        first || from->length_min < into->length_min ? from->length_min : into->length_min;
    into->length_max = from->length_max > into->length_max ? from->length_max : into->length_max;
    into->unlimited = into->unlimited || from->unlimited;
    limit_merge(storage, &into->smallest, &from->smallest, -1);
    limit_merge(storage, &into->largest, &from->largest, 1);
    if (!sketches_make(into, arena, error) ||
        !sketch_distinct_merge(&into->distinct, &from->distinct, arena, error)) {
        return false;
    }
    if (from->frequent.items != NULL &&
        !sketch_frequent_merge(&into->frequent, &from->frequent, arena, error)) {
        return false;
    }
    return from->patterns.items == NULL ||
           sketch_frequent_merge(&into->patterns, &from->patterns, arena, error);
}
