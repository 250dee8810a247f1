/* odbc_plan.c — a table or query cut into key ranges.
 *
 * Keys that are integers are cut into equal widths from minimum and maximum, which costs the source
 * nothing but two ends of an index. Where they are so uneven that widths say little, ranges are
 * counted, small ones joined, and large ones cut by position. Every other key is cut by position:
 * the server numbers the keys in its own order and gives every Nth. The first range is open below
 * and the last one above, so that no row, whenever it came, is in none.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_sql.h"
#include "scalar.h"

#include <inttypes.h>
#include <string.h>

/* Fewer rows than this share of the width: the keys are uneven. */
#define SPARSE_FACTOR 2

/* Digits of a decimal key that is sure to fit in 64 bits. */
#define INTEGER_DIGITS 18

/* The end of a range, and how many rows the range held when it was planned. */
struct cut {
    const char **key;
    uint64_t rows;
};

struct plan_pass {
    struct odbc_connection *connection;
    const struct relation *relation;
    const struct odbc_relation *detail;
    uint64_t target_rows;
    struct arena *arena;
    struct cut *cuts;
    int count;
    int capacity;
    uint64_t rest; /* rows after the last cut */
    struct error *error;
};

static bool query(struct plan_pass *pass, struct odbc_sql *sql, struct odbc_rows *rows)
{
    return odbc_sql_check(sql, pass->error) && odbc_query(pass->connection,
                                                          sql->text.data,
                                                          sql->parameters,
                                                          sql->parameter_count,
                                                          pass->arena,
                                                          rows,
                                                          pass->error);
}

static bool count_of(struct plan_pass *pass, const char *text, uint64_t *count)
{
    int64_t value = 0;
    if (!NOVATE_CHECK(pass->error,
                      text != NULL &&
                          scalar_integer(text_of(text), 0, INT64_MAX, &value) == SCALAR_OK)) {
        return false;
    }
    *count = (uint64_t)value;
    return true;
}

static bool rows_count(struct plan_pass *pass, const struct chunk *range, uint64_t *count)
{
    struct odbc_sql sql;
    struct odbc_rows rows = {0};
    odbc_sql_init(&sql);
    text_buffer_format(&sql.text, "SELECT %s", pass->detail->dialect->count);
    odbc_sql_from(&sql, pass->relation, range);
    bool ok = query(pass, &sql, &rows) && NOVATE_CHECK(pass->error, rows.rows == 1) &&
              count_of(pass, odbc_value(&rows, 0, 0), count);
    odbc_sql_release(&sql);
    return ok;
}

static bool same_key(const struct plan_pass *pass, const char **a, const char **b)
{
    for (int i = 0; i < pass->relation->key_count; i++) {
        if (strcmp(a[i], b[i]) != 0) {
            return false;
        }
    }
    return true;
}

static bool cut_push(struct plan_pass *pass, const char **key, uint64_t rows)
{
    if (pass->count > 0 && same_key(pass, pass->cuts[pass->count - 1].key, key)) {
        pass->cuts[pass->count - 1].rows += rows;
        return true;
    }
    if (pass->count == pass->capacity) {
        int capacity = pass->capacity == 0 ? 64 : pass->capacity * 2;
        struct cut *grown = ARENA_ARRAY(pass->arena, struct cut, (size_t)capacity);
        if (grown == NULL) {
            return error_set_memory(pass->error);
        }
        if (pass->count > 0) {
            memcpy(grown, pass->cuts, (size_t)pass->count * sizeof *grown);
        }
        pass->cuts = grown;
        pass->capacity = capacity;
    }
    pass->cuts[pass->count++] = (struct cut){.key = key, .rows = rows};
    return true;
}

/* SELECT the texts of every `step`th key of the range, in the server's order. */
static void position_query(struct odbc_sql *sql,
                           const struct plan_pass *pass,
                           const struct chunk *range,
                           uint64_t step,
                           uint64_t count)
{
    const struct relation *relation = pass->relation;
    text_buffer_string(&sql->text, "SELECT ");
    for (int i = 0; i < relation->key_count; i++) {
        int column = relation->key[i];
        text_buffer_string(&sql->text, i == 0 ? "" : ", ");
        odbc_sql_column(sql, pass->detail, column, pass->detail->columns[column].key_text);
    }
    text_buffer_string(&sql->text, " FROM (SELECT ");
    for (int i = 0; i < relation->key_count; i++) {
        odbc_sql_column(sql, pass->detail, relation->key[i], "$, ");
    }
    text_buffer_string(&sql->text, "ROW_NUMBER() OVER (ORDER BY ");
    for (int i = 0; i < relation->key_count; i++) {
        odbc_sql_column(sql, pass->detail, relation->key[i], i == 0 ? "$" : ", $");
    }
    text_buffer_string(&sql->text, ") AS novate_n");
    odbc_sql_from(sql, relation, range);
    text_buffer_format(&sql->text,
                       pass->detail->dialect->modulo_function
                           ? ") novate_k WHERE {fn MOD(novate_n, %" PRIu64 ")} = 0"
                           : ") novate_k WHERE novate_n %% %" PRIu64 " = 0",
                       step);
    text_buffer_format(&sql->text, " AND novate_n < %" PRIu64 " ORDER BY novate_n", count);
}

/* Cuts a range of `count` rows by position. */
static bool cut_by_position(struct plan_pass *pass, const struct chunk *range, uint64_t count)
{
    uint64_t parts = (count + pass->target_rows - 1) / pass->target_rows;
    uint64_t step = (count + parts - 1) / parts;
    struct odbc_sql sql;
    struct odbc_rows rows = {0};
    odbc_sql_init(&sql);
    position_query(&sql, pass, range, step, count);
    bool ok = query(pass, &sql, &rows);
    odbc_sql_release(&sql);
    for (int i = 0; ok && i < rows.rows; i++) {
        ok = cut_push(pass, rows.values + (size_t)i * (size_t)rows.columns, step);
    }
    uint64_t used = step * (uint64_t)rows.rows;
    pass->rest = count > used ? count - used : 0;
    return ok;
}

static const char **integer_key(struct plan_pass *pass, int64_t value)
{
    const char **key = ARENA_ARRAY(pass->arena, const char *, 1);
    if (key != NULL) {
        key[0] = arena_format(pass->arena, "%" PRId64, value);
    }
    if (key == NULL || key[0] == NULL) {
        (void)error_set_memory(pass->error);
        return NULL;
    }
    return key;
}

/* Ends of equal widths within [min, max], the last one left out. */
static bool width_ends(struct plan_pass *pass,
                       int64_t min,
                       int64_t max,
                       uint64_t parts,
                       const char ****ends,
                       int *count)
{
    uint64_t span = (uint64_t)max - (uint64_t)min;
    uint64_t width = span / parts + 1;
    uint64_t wanted = span / width; /* ends strictly below max */
    *count = 0;
    *ends = ARENA_ARRAY(pass->arena, const char **, (size_t)wanted + 1);
    if (*ends == NULL) {
        return error_set_memory(pass->error);
    }
    for (uint64_t i = 1; i <= wanted; i++) {
        const char **key = integer_key(pass, (int64_t)((uint64_t)min + i * width - 1));
        if (key == NULL) {
            return false;
        }
        (*ends)[(*count)++] = key;
    }
    return true;
}

/* Counts each range between the ends; joins what is small, cuts what is large. */
static bool cut_by_counting(struct plan_pass *pass, const char ***ends, int count)
{
    uint64_t held = 0; /* rows since the last cut */
    for (int i = 0; i <= count; i++) {
        struct chunk range = {.kind = CHUNK_KEY_RANGE,
                              .key_count = 1,
                              .lower = i == 0 ? NULL : ends[i - 1],
                              .upper = i == count ? NULL : ends[i]};
        uint64_t rows = 0;
        if (!rows_count(pass, &range, &rows)) {
            return false;
        }
        if (held > 0 && held + rows > pass->target_rows) {
            if (!cut_push(pass, ends[i - 1], held)) {
                return false;
            }
            held = 0;
        }
        if (rows > 2 * pass->target_rows) {
            if (!cut_by_position(pass, &range, rows)) {
                return false;
            }
            held = pass->rest;
        } else {
            held += rows;
        }
    }
    pass->rest = held;
    return true;
}

bool odbc_key_is_integer(const struct relation *relation)
{
    struct type type = relation->schema.columns[relation->key[0]].type;
    return relation->key_count == 1 &&
           (type_is_integer(type.id) || (type.id == TYPE_NUMERIC && type.precision > 0 &&
                                         type.precision <= INTEGER_DIGITS && type.scale == 0));
}

static bool cut_by_width(struct plan_pass *pass, uint64_t count, bool *done)
{
    struct odbc_sql sql;
    struct odbc_rows rows = {0};
    int column = pass->relation->key[0];
    const char *text = pass->detail->columns[column].key_text;
    *done = false;
    odbc_sql_init(&sql);
    text_buffer_string(&sql.text, "SELECT ");
    odbc_sql_column(&sql, pass->detail, column, "MIN($), MAX($)");
    odbc_sql_from(&sql, pass->relation, NULL);
    bool ok = text != NULL && query(pass, &sql, &rows) && NOVATE_CHECK(pass->error, rows.rows == 1);
    odbc_sql_release(&sql);
    if (!ok) {
        return false;
    }
    int64_t min = 0;
    int64_t max = 0;
    const char *low = odbc_value(&rows, 0, 0);
    const char *high = odbc_value(&rows, 0, 1);
    if (low == NULL || high == NULL ||
        scalar_integer(text_of(low), INT64_MIN, INT64_MAX, &min) != SCALAR_OK ||
        scalar_integer(text_of(high), INT64_MIN, INT64_MAX, &max) != SCALAR_OK || max < min) {
        return true; /* SQLite: other things than integers are in the column */
    }
    *done = true;
    const char ***ends = NULL;
    int end_count = 0;
    uint64_t parts = (count + pass->target_rows - 1) / pass->target_rows;
    if (!width_ends(pass, min, max, parts, &ends, &end_count)) {
        return false;
    }
    if (((uint64_t)max - (uint64_t)min) / SPARSE_FACTOR >= count) {
        return cut_by_counting(pass, ends, end_count);
    }
    for (int i = 0; i < end_count; i++) {
        if (!cut_push(pass, ends[i], pass->target_rows)) {
            return false;
        }
    }
    uint64_t used = pass->target_rows * (uint64_t)end_count;
    pass->rest = count > used ? count - used : 0;
    return true;
}

static bool chunks_fill(struct plan_pass *pass,
                        bool nullable,
                        uint64_t nulls,
                        struct chunk_list *chunks)
{
    int count = pass->count + 1 + (nullable ? 1 : 0);
    struct chunk *items = ARENA_ARRAY(pass->arena, struct chunk, (size_t)count);
    if (items == NULL) {
        return error_set_memory(pass->error);
    }
    for (int i = 0; i <= pass->count; i++) {
        bool last = i == pass->count;
        items[i] = (struct chunk){.kind = CHUNK_KEY_RANGE,
                                  .key_count = pass->relation->key_count,
                                  .lower = i == 0 ? NULL : pass->cuts[i - 1].key,
                                  .upper = last ? NULL : pass->cuts[i].key,
                                  .rows_estimate = last ? pass->rest : pass->cuts[i].rows};
    }
    if (nullable) {
        items[count - 1] = (struct chunk){
            .kind = CHUNK_KEY_NULL, .key_count = pass->relation->key_count, .rows_estimate = nulls};
    }
    chunks->items = items;
    chunks->count = count;
    return true;
}

static bool plan_whole(struct plan_pass *pass, uint64_t rows, struct chunk_list *chunks)
{
    chunks->items = ARENA_NEW(pass->arena, struct chunk);
    if (chunks->items == NULL) {
        return error_set_memory(pass->error);
    }
    chunks->items[0] = (struct chunk){.kind = CHUNK_WHOLE, .rows_estimate = rows};
    chunks->count = 1;
    return true;
}

bool odbc_plan(void *state,
               const struct relation *relation,
               const struct chunk_plan_options *options,
               struct arena *arena,
               struct chunk_list *chunks,
               struct error *error)
{
    struct plan_pass pass = {.connection = state,
                             .relation = relation,
                             .detail = relation->detail,
                             .target_rows = options->chunk_rows,
                             .arena = arena,
                             .error = error};
    const struct chunk keyed = {.kind = CHUNK_KEY_RANGE, .key_count = relation->key_count};
    bool cuttable = relation->key_count > 0;
    bool nullable = false;
    for (int i = 0; i < relation->key_count; i++) {
        cuttable = cuttable && pass.detail->columns[relation->key[i]].key_text != NULL;
        nullable = nullable || relation->schema.columns[relation->key[i]].nullable;
    }
    uint64_t total = 0;
    if (!rows_count(&pass, NULL, &total)) {
        return false;
    }
    if (total == 0) {
        return true;
    }
    if (!cuttable) {
        return plan_whole(&pass, total, chunks);
    }
    uint64_t count = total;
    if (nullable && !rows_count(&pass, &keyed, &count)) {
        return false;
    }
    bool done = count <= pass.target_rows;
    pass.rest = count;
    if (!done && odbc_key_is_integer(relation) && !cut_by_width(&pass, count, &done)) {
        return false;
    }
    if (!done && !cut_by_position(&pass, nullable ? &keyed : NULL, count)) {
        return false;
    }
    return chunks_fill(&pass, nullable, total > count ? total - count : 0, chunks);
}
