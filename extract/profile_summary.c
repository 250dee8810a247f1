/* profile_summary.c — what may be shown of a profile: the only place where that is decided.
 *
 * A value that is rare is a person's: neither it nor its pattern is given out. One that is not rare
 * may still be a person's, in a table that has many records of each: so a value must also be one of
 * few and not look like an identifier, or stand in a large part of the column. Counts of a sketch
 * are bounds; the lower one must be high enough.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "profile_internal.h"

#include "novate/profile.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    FREQUENT_SHOWN = 20,
    PATTERNS_SHOWN = 10,
    TYPE_BYTES_MAX = 256,
    IDENTIFIER_DIGITS = 7, /* codes have fewer */
    IDENTIFIER_BYTES = 16
};

/* Numbers of persons and of what is theirs: many digits, or a long word that has some. */
static bool is_like_identifier(const struct sketch_text *text)
{
    int digits = 0;
    bool blanks = false;
    for (int i = 0; i < text->size; i++) {
        char c = text->bytes[i];
        digits += c >= '0' && c <= '9';
        blanks = blanks || c == ' ';
    }
    return digits >= IDENTIFIER_DIGITS || (digits > 0 && !blanks && text->size >= IDENTIFIER_BYTES);
}

static bool is_day(enum type_id id)
{
    return id == TYPE_DATE || id == TYPE_TIMESTAMP || id == TYPE_TIMESTAMPTZ;
}

static bool may_show(const struct profile_counts *counts,
                     const struct sketch_text *text,
                     uint64_t occurrences)
{
    bool few = sketch_distinct_count(&counts->distinct) <= PROFILE_FEW &&
               (is_day(counts->type.id) || !is_like_identifier(text));
    return occurrences >= PROFILE_OCCURRENCES_MIN &&
           (few || occurrences * PROFILE_SHARE >= counts->values);
}

static bool copy_frequent(const struct frequent_item *item,
                          struct arena *arena,
                          struct profile_frequent *out,
                          struct error *error)
{
    *out = (struct profile_frequent){
        .text = arena_copy(arena, item->text.bytes, item->text.size),
        .cut = item->text.cut,
        .at_least = item->count - item->error,
        .at_most = item->count,
    };
    return out->text != NULL || error_set_memory(error);
}

struct shown {
    const struct profile_frequent *items;
    int count;
};

/* The most frequent of a sketch that may be shown; patterns need only not be rare. */
static bool frequent_show(const struct profile_counts *counts,
                          const struct sketch_frequent *sketch,
                          bool are_values,
                          struct arena *arena,
                          struct shown *shown,
                          struct error *error)
{
    const struct frequent_item *order[PROFILE_VALUES];
    int count_max = are_values ? FREQUENT_SHOWN : PATTERNS_SHOWN;
    struct profile_frequent *items = ARENA_ARRAY(arena, struct profile_frequent, (size_t)count_max);
    if (items == NULL) {
        return error_set_memory(error);
    }
    *shown = (struct shown){.items = items};
    if (sketch->count == 0) {
        return true;
    }
    sketch_frequent_order(sketch, order);
    for (int i = 0; i < sketch->count && shown->count < count_max; i++) {
        uint64_t certain = order[i]->count - order[i]->error;
        bool may = are_values ? may_show(counts, &order[i]->text, certain)
                              : certain >= PROFILE_OCCURRENCES_MIN;
        if (may && !copy_frequent(order[i], arena, &items[shown->count++], error)) {
            return false;
        }
    }
    return true;
}

/* "10^5", "-10^3", "under 1". */
static const char *magnitude(const struct profile_limit *limit,
                             enum storage storage,
                             struct arena *arena)
{
    struct text text = text_from(limit->text.bytes, limit->text.size);
    bool negative = text.size > 0 && text.data[0] == '-';
    size_t at = negative ? 1 : 0;
    size_t digits = at;
    if (storage == STORAGE_FLOAT64) {
        double size = fabs(limit->number);
        if (!isfinite(size)) {
            return arena_copy(arena, text.data, text.size);
        }
        return size < 1 ? arena_string(arena, "under 1")
                        : arena_format(arena, "%s10^%d", negative ? "-" : "", (int)log10(size));
    }
    while (digits < text.size && text.data[digits] >= '0' && text.data[digits] <= '9') {
        digits++;
    }
    if (digits == at) {
        return arena_copy(arena, text.data, text.size); /* NaN, Infinity */
    }
    if (text.data[at] == '0') {
        return arena_string(arena, "under 1");
    }
    return arena_format(arena, "%s10^%d", negative ? "-" : "", (int)(digits - at) - 1);
}

/* The year of a date or timestamp as it is written; infinity is nobody's. */
static const char *year(const struct sketch_text *text, struct arena *arena)
{
    struct text whole = text_from(text->bytes, text->size);
    size_t size = 0;
    while (size < whole.size && whole.data[size] >= '0' && whole.data[size] <= '9') {
        size++;
    }
    if (size == 0) {
        return arena_copy(arena, whole.data, whole.size);
    }
    bool before = whole.size > 3 && memcmp(whole.data + whole.size - 3, " BC", 3) == 0;
    return arena_format(arena, "%.*s%s", (int)size, whole.data, before ? " BC" : "");
}

static bool limit_show(const struct profile_counts *counts,
                       const struct profile_limit *limit,
                       struct arena *arena,
                       struct profile_extreme *out,
                       struct error *error)
{
    enum type_id id = counts->type.id;
    *out = (struct profile_extreme){.text = NULL};
    if (limit->count == 0 || counts->unlimited) {
        return true;
    }
    bool enough = is_day(id) ? limit->count >= PROFILE_OCCURRENCES_MIN
                             : may_show(counts, &limit->text, limit->count);
    if (enough) {
        out->text = arena_copy(arena, limit->text.bytes, limit->text.size);
        out->cut = limit->text.cut;
    } else if (is_day(id)) {
        out->rounded = true;
        out->text = year(&limit->text, arena);
    } else if (type_is_number(id)) {
        out->rounded = true;
        out->text = magnitude(limit, type_storage(id), arena);
    } else {
        return true;
    }
    return out->text != NULL || error_set_memory(error);
}

static bool column_summarise(const struct profile_counts *counts,
                             const struct column *column,
                             struct arena *arena,
                             struct profile_column *out,
                             struct error *error)
{
    struct shown frequent;
    struct shown patterns;
    struct text_buffer type;
    text_buffer_init(&type, TYPE_BYTES_MAX);
    type_format(column->type, &type);
    bool has_lengths = type_storage(counts->type.id) == STORAGE_TEXT && counts->values > 0;
    *out = (struct profile_column){
        .name = column->name,
        .type = arena_copy(arena, type.data, type.size),
        .values = counts->values,
        .nulls = counts->nulls,
        .unknown = counts->unknown,
        .empty = counts->empty,
        .blank = counts->blank,
        .distinct = sketch_distinct_count(&counts->distinct),
        .distinct_exact = !counts->distinct.estimated,
        .has_lengths = has_lengths,
        .length_min = counts->length_min,
        .length_max = counts->length_max,
        .length_average = has_lengths ? (double)counts->length_sum / (double)counts->values : 0,
    };
    memcpy(out->errors, counts->errors, sizeof out->errors);
    text_buffer_release(&type);
    if (out->type == NULL) {
        return error_set_memory(error);
    }
    if (!limit_show(counts, &counts->smallest, arena, &out->smallest, error) ||
        !limit_show(counts, &counts->largest, arena, &out->largest, error) ||
        !frequent_show(counts, &counts->frequent, true, arena, &frequent, error) ||
        !frequent_show(counts, &counts->patterns, false, arena, &patterns, error)) {
        return false;
    }
    out->frequent = frequent.items;
    out->frequent_count = frequent.count;
    out->patterns = patterns.items;
    out->pattern_count = patterns.count;
    return true;
}

bool profile_summarise(const struct profile *profile,
                       struct arena *arena,
                       struct profile_relation *relation,
                       struct error *error)
{
    int count = profile->schema->count;
    relation->records = profile->records;
    memcpy(relation->errors, profile->errors, sizeof relation->errors);
    relation->columns = ARENA_ARRAY(arena, struct profile_column, (size_t)count + 1);
    if (relation->columns == NULL) {
        return error_set_memory(error);
    }
    relation->column_count = count;
    for (int i = 0; i < count; i++) {
        if (!column_summarise(&profile->columns[i],
                              &profile->schema->columns[i],
                              arena,
                              &relation->columns[i],
                              error)) {
            return false;
        }
    }
    return true;
}

void profile_push_rules(struct text_buffer *out)
{
    text_buffer_format(out,
                       "Values and patterns that occur fewer than %d times are not shown. Nor are "
                       "values of a column with more than %d different ones, or that look like "
                       "identifiers, unless one record in %d has them. Where the smallest or "
                       "largest value may not be shown, a number is rounded to its power of ten, a "
                       "date to its year, and a text is left out. ~ is an estimate with a standard "
                       "error of 0.8 %%.",
                       PROFILE_OCCURRENCES_MIN,
                       PROFILE_FEW,
                       PROFILE_SHARE);
}
