/* figures.c — the contract is in figures.h. SPDX-License-Identifier: Apache-2.0 */
#include "figures.h"

#include "novate/canonical.h"
#include "novate/limits.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A field of the largest size and its head. */
#define VALUE_BYTES_MAX ((size_t)2 << 30)

static bool has_order(struct type type)
{
    switch (type_storage(type.id)) {
    case STORAGE_INT64:
    case STORAGE_FLOAT64:
    case STORAGE_DECIMAL:
        return true;
    case STORAGE_TEXT:
        return type_is_text(type.id);
    case STORAGE_BOOL:
    case STORAGE_UUID:
    case STORAGE_INTERVAL:
        return false;
    }
    return false;
}

static bool has_sum(struct type type)
{
    return type_is_integer(type.id) || type.id == TYPE_NUMERIC;
}

static bool init_figure(struct figure *figure,
                        const struct column *column,
                        bool coded,
                        struct arena *arena,
                        struct error *error)
{
    figure->unordered = !has_order(column->type);
    figure->no_sum = !has_sum(column->type);
    if (type_is_text(column->type.id)) {
        figure->least.text = arena_push(arena, EXTREME_TEXT_BYTES, 1);
        figure->greatest.text = arena_push(arena, EXTREME_TEXT_BYTES, 1);
        if (figure->least.text == NULL || figure->greatest.text == NULL) {
            return error_set_memory(error);
        }
    }
    if (!coded) {
        return true;
    }
    figure->codes = ARENA_NEW(arena, struct code_counts);
    return figure->codes == NULL ? error_set_memory(error)
                                 : code_counts_init(figure->codes, LIMIT_CODES, arena, error);
}

bool figures_init(struct figures *figures,
                  const struct comparison *comparison,
                  const bool *coded,
                  struct arena *arena,
                  struct error *error)
{
    const struct schema *schema = comparison->schema;

    *figures = (struct figures){.comparison = comparison};
    text_buffer_init(&figures->scratch, VALUE_BYTES_MAX);
    figures->items = ARENA_ARRAY(arena, struct figure, (size_t)schema->count);
    if (figures->items == NULL) {
        return error_set_memory(error);
    }
    for (int i = 0; i < schema->count; i++) {
        if (comparison_skips(comparison, i)) {
            continue;
        }
        struct figure *figure = &figures->items[figures->count++];
        figure->column = i;
        if (!init_figure(figure, &schema->columns[i], coded != NULL && coded[i], arena, error)) {
            return false;
        }
    }
    return true;
}

/* NaN is above all else, as PostgreSQL orders numbers. */
static int compare_reals(double a, double b)
{
    bool a_nan = isnan(a);
    bool b_nan = isnan(b);
    return a_nan || b_nan ? (int)a_nan - (int)b_nan : (a > b) - (a < b);
}

static int compare_texts(const struct extreme *a, const struct extreme *b)
{
    size_t size = a->size < b->size ? a->size : b->size;
    int order = size == 0 ? 0 : memcmp(a->text, b->text, size);
    return order != 0 ? order : (a->size > b->size) - (a->size < b->size);
}

static int compare_extremes(enum storage storage, const struct extreme *a, const struct extreme *b)
{
    return storage == STORAGE_INT64     ? (a->number > b->number) - (a->number < b->number)
           : storage == STORAGE_FLOAT64 ? compare_reals(a->real, b->real)
           : storage == STORAGE_DECIMAL ? decimal_compare(&a->decimal, &b->decimal)
                                        : compare_texts(a, b);
}

static void take(struct extreme *extreme, const struct extreme *value)
{
    char *text = extreme->text;
    *extreme = *value;
    extreme->text = text;
    extreme->set = true;
    if (text != NULL && value->size > 0) {
        memcpy(text, value->text, value->size);
    }
}

static void order(struct figure *figure, enum storage storage, const struct extreme *value)
{
    if (!figure->least.set || compare_extremes(storage, value, &figure->least) < 0) {
        take(&figure->least, value);
    }
    if (!figure->greatest.set || compare_extremes(storage, value, &figure->greatest) > 0) {
        take(&figure->greatest, value);
    }
}

/* The value of a slot as an extreme; false: one whose order is not kept. */
static bool read_value(const struct vector *vector, int slot, struct extreme *value)
{
    switch (type_storage(vector->type.id)) {
    case STORAGE_INT64:
        value->number = vector->int64s[slot];
        return true;
    case STORAGE_FLOAT64:
        value->real = vector->doubles[slot];
        return true;
    case STORAGE_DECIMAL:
        value->decimal = vector->decimals[slot];
        return value->decimal.kind != DECIMAL_WIDE;
    case STORAGE_TEXT:
        value->text = (char *)(uintptr_t)vector->texts[slot].data;
        value->size = vector->texts[slot].size;
        value->size = value->size < EXTREME_TEXT_BYTES ? value->size : EXTREME_TEXT_BYTES;
        return true;
    case STORAGE_BOOL:
    case STORAGE_UUID:
    case STORAGE_INTERVAL:
        break;
    }
    return false;
}

/* A sum that needs more than a decimal's own digits is given up. */
static void add_decimal(struct figure *figure, const struct decimal *value)
{
    struct arena none;
    struct decimal sum = {.low = 0};

    arena_init(&none, 64, NULL);
    figure->no_sum = value->kind == DECIMAL_WIDE ||
                     decimal_add(&figure->sum, value, &none, &sum) != DECIMAL_OK ||
                     sum.kind == DECIMAL_WIDE;
    figure->sum = sum;
    arena_release(&none);
}

static void add_to_sum(struct figure *figure, const struct vector *vector, int slot)
{
    if (figure->no_sum) {
        return;
    }
    struct decimal value = type_storage(vector->type.id) == STORAGE_INT64
                               ? decimal_from_int64(vector->int64s[slot])
                               : vector->decimals[slot];
    add_decimal(figure, &value);
}

static bool add_code(struct figures *figures,
                     struct figure *figure,
                     const struct vector *vector,
                     int row,
                     struct error *error)
{
    text_buffer_reset(&figures->scratch);
    vector_format(vector, row, &figures->scratch);
    return text_buffer_check(&figures->scratch, error) &&
           code_counts_add(
               figure->codes, text_from(figures->scratch.data, figures->scratch.size), 1, error);
}

static bool add_value(struct figures *figures,
                      struct figure *figure,
                      const struct vector *vector,
                      int row,
                      struct error *error)
{
    struct hash hash = {.low = 0};
    struct extreme value = {.set = false};

    if (!canonical_hash_value(vector, row, &figures->scratch, &hash, error)) {
        return false;
    }
    digest_add(&figure->digest, hash);
    if (vector_is_null(vector, row)) {
        figure->nulls++;
        if (figure->codes != NULL) {
            figure->codes->nulls++;
        }
        return true;
    }
    int slot = vector_slot(vector, row);
    if (!figure->unordered) {
        figure->unordered = !read_value(vector, slot, &value);
    }
    if (!figure->unordered) {
        order(figure, type_storage(vector->type.id), &value);
    }
    add_to_sum(figure, vector, slot);
    return figure->codes == NULL || add_code(figures, figure, vector, row, error);
}

bool figures_add(struct figures *figures,
                 const struct batch *batch,
                 const bool *left_out,
                 struct error *error)
{
    for (int i = 0; i < figures->count; i++) {
        struct figure *figure = &figures->items[i];
        for (int row = 0; row < batch->rows; row++) {
            if ((left_out == NULL || !left_out[row]) &&
                !add_value(figures, figure, &batch->columns[figure->column], row, error)) {
                return false;
            }
        }
    }
    return true;
}

bool figures_merge(struct figures *figures, const struct figures *other, struct error *error)
{
    for (int i = 0; i < figures->count; i++) {
        struct figure *to = &figures->items[i];
        const struct figure *from = &other->items[i];
        struct type type = figures->comparison->schema->columns[to->column].type;
        digest_merge(&to->digest, &from->digest);
        to->nulls += from->nulls;
        to->unordered |= from->unordered;
        if (!to->unordered && from->least.set) {
            order(to, type_storage(type.id), &from->least);
            order(to, type_storage(type.id), &from->greatest);
        }
        if (from->no_sum) {
            to->no_sum = true;
        } else if (!to->no_sum) {
            add_decimal(to, &from->sum);
        }
        if (to->codes != NULL && !code_counts_merge(to->codes, from->codes, error)) {
            return false;
        }
    }
    return true;
}

void figures_reset(struct figures *figures)
{
    for (int i = 0; i < figures->count; i++) {
        struct figure *figure = &figures->items[i];
        struct type type = figures->comparison->schema->columns[figure->column].type;
        figure->digest = (struct digest){.rows = 0};
        figure->nulls = 0;
        figure->least.set = false;
        figure->greatest.set = false;
        figure->unordered = !has_order(type);
        figure->sum = (struct decimal){.low = 0};
        figure->no_sum = !has_sum(type);
        if (figure->codes != NULL) {
            code_counts_reset(figure->codes);
        }
    }
}

static bool print_extreme(const struct extreme *extreme,
                          struct type type,
                          struct arena *arena,
                          const char **out,
                          struct error *error)
{
    int64_t number = extreme->number;
    double real = extreme->real;
    struct decimal decimal = extreme->decimal;
    struct text text = text_from(extreme->text, extreme->size);
    struct vector vector = {.type = type, .encoding = ENCODING_FLAT, .rows = 1, .base_rows = 1};
    struct text_buffer buffer;

    switch (type_storage(type.id)) {
    case STORAGE_INT64:
        vector.int64s = &number;
        break;
    case STORAGE_FLOAT64:
        vector.doubles = &real;
        break;
    case STORAGE_DECIMAL:
        vector.decimals = &decimal;
        break;
    case STORAGE_TEXT:
        vector.texts = &text;
        break;
    case STORAGE_BOOL:
    case STORAGE_UUID:
    case STORAGE_INTERVAL:
        return true;
    }
    text_buffer_init(&buffer, (size_t)1 << 20);
    vector_format(&vector, 0, &buffer);
    bool ok = text_buffer_check(&buffer, error);
    *out = ok ? arena_copy(arena, buffer.data, buffer.size) : NULL;
    text_buffer_release(&buffer);
    return ok && (*out != NULL || error_set_memory(error));
}

static bool print_sum(const struct figure *figure,
                      struct arena *arena,
                      const char **out,
                      struct error *error)
{
    struct text_buffer buffer;

    text_buffer_init(&buffer, (size_t)1 << 20);
    decimal_format(&figure->sum, &buffer);
    bool ok = text_buffer_check(&buffer, error);
    *out = ok ? arena_copy(arena, buffer.data, buffer.size) : NULL;
    text_buffer_release(&buffer);
    return ok && (*out != NULL || error_set_memory(error));
}

static bool print_figure(const struct figure *figure,
                         struct type type,
                         struct arena *arena,
                         struct column_figures *out,
                         struct error *error)
{
    *out = (struct column_figures){.digest = figure->digest, .nulls = figure->nulls};
    bool has_values = figure->least.set && !figure->unordered;
    return (!has_values || (print_extreme(&figure->least, type, arena, &out->min, error) &&
                            print_extreme(&figure->greatest, type, arena, &out->max, error))) &&
           (figure->no_sum || figure->digest.rows == figure->nulls ||
            print_sum(figure, arena, &out->sum, error));
}

static int compare_codes(const void *left, const void *right)
{
    const struct code_rows *a = left;
    const struct code_rows *b = right;
    return strcmp(a->code, b->code);
}

/* The codes of both sides, each once. */
static bool list_codes(const struct figure *source,
                       const struct figure *target,
                       struct arena *arena,
                       struct column_result *result,
                       struct error *error)
{
    const struct code_counts *sides[] = {source->codes, target->codes};
    struct code_rows *codes =
        ARENA_ARRAY(arena, struct code_rows, (size_t)sides[0]->count + (size_t)sides[1]->count + 1);
    if (codes == NULL) {
        return error_set_memory(error);
    }
    for (int side = 0; side < 2; side++) {
        for (int i = 0; i < sides[side]->slot_count; i++) {
            const struct code_count *slot = &sides[side]->slots[i];
            if (slot->rows == 0 || (side == 1 && code_counts_of(sides[0], slot->code) > 0)) {
                continue;
            }
            codes[result->code_count++] = (struct code_rows){
                .code = arena_string(arena, slot->code),
                .source_rows = code_counts_of(sides[0], slot->code),
                .target_rows = code_counts_of(sides[1], slot->code),
            };
            if (codes[result->code_count - 1].code == NULL) {
                return error_set_memory(error);
            }
        }
    }
    qsort(codes, (size_t)result->code_count, sizeof *codes, compare_codes);
    result->codes = codes;
    return true;
}

bool figures_compare(const struct figures *source,
                     const struct figures *target,
                     struct arena *arena,
                     struct verify_result *result,
                     struct error *error)
{
    result->columns = ARENA_ARRAY(arena, struct column_result, (size_t)source->count + 1);
    if (result->columns == NULL) {
        return error_set_memory(error);
    }
    for (int i = 0; i < source->count; i++) {
        const struct figure *sides[] = {&source->items[i], &target->items[i]};
        const struct column *column = &source->comparison->schema->columns[sides[0]->column];
        struct column_result *out = &result->columns[i];
        out->name = column->name;
        out->type = column->declared;
        out->agrees = digest_equal(&sides[0]->digest, &sides[1]->digest);
        if (!print_figure(sides[0], column->type, arena, &out->source, error) ||
            !print_figure(sides[1], column->type, arena, &out->target, error)) {
            return false;
        }
        bool coded =
            sides[0]->codes != NULL && !sides[0]->codes->too_many && !sides[1]->codes->too_many;
        if (coded && !list_codes(sides[0], sides[1], arena, out, error)) {
            return false;
        }
    }
    result->column_count = source->count;
    return true;
}

void figures_release(struct figures *figures)
{
    text_buffer_release(&figures->scratch);
}
