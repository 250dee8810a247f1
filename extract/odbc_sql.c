/* odbc_sql.c — the queries that planning and reading send.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_sql.h"

#include "odbc_index.h"
#include "scalar.h"

#include <inttypes.h>

#define SQL_BYTES_MAX ((size_t)16 << 20)

void odbc_sql_init(struct odbc_sql *sql)
{
    *sql = (struct odbc_sql){.parameter_count = 0};
    text_buffer_init(&sql->text, SQL_BYTES_MAX);
}

void odbc_sql_release(struct odbc_sql *sql)
{
    text_buffer_release(&sql->text);
}

bool odbc_sql_check(const struct odbc_sql *sql, struct error *error)
{
    return text_buffer_check(&sql->text, error);
}

void odbc_sql_column(struct odbc_sql *sql,
                     const struct odbc_relation *relation,
                     int column,
                     const char *template)
{
    for (; *template != '\0'; template ++) {
        if (*template == '$') {
            text_buffer_string(&sql->text, relation->quoted[column]);
        } else {
            text_buffer_char(&sql->text, *template);
        }
    }
}

static void parameter_push(struct odbc_sql *sql, const struct odbc_column *of, const char *value)
{
    sql->parameters[sql->parameter_count++] =
        (struct odbc_parameter){.text = value, .sql_type = of->parameter_type};
}

static void compare(struct odbc_sql *sql,
                    const struct odbc_relation *relation,
                    int column,
                    const char *
                    operator,
                    const char * value)
{
    const struct odbc_column *of = &relation->columns[column];
    text_buffer_string(&sql->text, relation->quoted[column]);
    text_buffer_string(&sql->text, operator);
    text_buffer_string(&sql->text, of->parameter);
    parameter_push(sql, of, value);
}

/* (k0, k1) > (?, ?) */
static void bound_row(struct odbc_sql *sql,
                      const struct relation *relation,
                      int count,
                      const char *const *values,
                      bool upper)
{
    const struct odbc_relation *detail = relation->detail;
    for (int i = 0; i < count; i++) {
        text_buffer_string(&sql->text, i == 0 ? "(" : ", ");
        text_buffer_string(&sql->text, detail->quoted[relation->key[i]]);
    }
    text_buffer_string(&sql->text, upper ? ") <= (" : ") > (");
    for (int i = 0; i < count; i++) {
        const struct odbc_column *of = &detail->columns[relation->key[i]];
        text_buffer_string(&sql->text, i == 0 ? "" : ", ");
        text_buffer_string(&sql->text, of->parameter);
        parameter_push(sql, of, values[i]);
    }
    text_buffer_char(&sql->text, ')');
}

/* One end of a range: k0 >= ? AND (k0 > ? OR (k0 = ? AND (k1 > ? OR (k1 = ? AND k2 > ?)))). */
static void bound(struct odbc_sql *sql,
                  const struct relation *relation,
                  int count,
                  const char *const *values,
                  bool upper)
{
    const struct odbc_relation *detail = relation->detail;
    if (count > 1 && detail->dialect->row_values) {
        bound_row(sql, relation, count, values, upper);
        return;
    }
    if (count > 1) {
        compare(sql, detail, relation->key[0], upper ? " <= " : " >= ", values[0]);
        text_buffer_string(&sql->text, " AND ");
    }
    for (int i = 0; i < count - 1; i++) {
        text_buffer_char(&sql->text, '(');
        compare(sql, detail, relation->key[i], upper ? " < " : " > ", values[i]);
        text_buffer_string(&sql->text, " OR (");
        compare(sql, detail, relation->key[i], " = ", values[i]);
        text_buffer_string(&sql->text, " AND ");
    }
    compare(sql, detail, relation->key[count - 1], upper ? " <= " : " > ", values[count - 1]);
    for (int i = 0; i < count - 1; i++) {
        text_buffer_string(&sql->text, "))");
    }
}

/* k0 = ? AND k1 = ? */
static void key_equals(struct odbc_sql *sql,
                       const struct relation *relation,
                       const char *const *values)
{
    for (int i = 0; i < relation->key_count; i++) {
        text_buffer_string(&sql->text, i == 0 ? "" : " AND ");
        compare(sql, relation->detail, relation->key[i], " = ", values[i]);
    }
}

/* Rows that have all of the first columns of the key, or rows that have not. */
static bool key_nulls(struct odbc_sql *sql, const struct relation *relation, int count, bool null)
{
    const struct odbc_relation *detail = relation->detail;
    bool any = false;
    for (int i = 0; i < count; i++) {
        int column = relation->key[i];
        if (!relation->schema.columns[column].nullable) {
            continue;
        }
        if (any) {
            text_buffer_string(&sql->text, null ? " OR " : " AND ");
        }
        text_buffer_string(&sql->text, detail->quoted[column]);
        text_buffer_string(&sql->text, null ? " IS NULL" : " IS NOT NULL");
        any = true;
    }
    return any;
}

/* The index that serves the key, for servers that would rather scan for a large range of it. */
static void force_index(struct odbc_sql *sql, const struct relation *relation)
{
    const struct odbc_relation *detail = relation->detail;
    const struct odbc_index *index = NULL;
    if (detail->dialect == NULL || !detail->dialect->force_index ||
        odbc_access_of(relation, &index) < ODBC_ACCESS_INDEXED || index == NULL) {
        return;
    }
    text_buffer_string(&sql->text, " FORCE INDEX (");
    text_buffer_identifier(&sql->text, index->name, '`');
    text_buffer_char(&sql->text, ')');
}

void odbc_sql_from(struct odbc_sql *sql, const struct relation *relation, const struct chunk *chunk)
{
    const struct odbc_relation *detail = relation->detail;
    text_buffer_string(&sql->text, " FROM ");
    text_buffer_string(&sql->text, detail->from);
    if (chunk != NULL && chunk->kind == CHUNK_KEY_RANGE) {
        force_index(sql, relation);
    }
    text_buffer_string(&sql->text, " WHERE ");
    if (detail->where != NULL) {
        /* The line end closes a comment that the condition may end with. */
        text_buffer_format(&sql->text, "(%s\n) AND ", detail->where);
    }
    if (chunk != NULL && chunk->kind == CHUNK_KEY_NULL) {
        text_buffer_char(&sql->text, '(');
        if (!key_nulls(sql, relation, chunk->key_count, true)) {
            text_buffer_string(&sql->text, "1 = 0");
        }
        text_buffer_char(&sql->text, ')');
        return;
    }
    if (chunk != NULL && chunk->kind == CHUNK_KEY_ONE) {
        key_equals(sql, relation, chunk->upper);
        return;
    }
    if (chunk != NULL && chunk->kind == CHUNK_KEY_RANGE) {
        if (chunk->lower != NULL) {
            bound(sql, relation, chunk->key_count, chunk->lower, false);
            text_buffer_string(&sql->text, " AND ");
        }
        if (chunk->upper != NULL) {
            bound(sql, relation, chunk->key_count, chunk->upper, true);
            text_buffer_string(&sql->text, " AND ");
        }
        if (key_nulls(sql, relation, chunk->key_count, false)) {
            return;
        }
    }
    text_buffer_string(&sql->text, "1 = 1");
}

void odbc_sql_select(struct odbc_sql *sql, const struct odbc_relation *relation, uint64_t limit)
{
    enum odbc_limit form = limit == 0 ? ODBC_LIMIT_NONE : relation->dialect->limit;
    if (form == ODBC_LIMIT_ROWNUM) {
        text_buffer_string(&sql->text, "SELECT * FROM (");
    }
    text_buffer_string(&sql->text, "SELECT ");
    if (form == ODBC_LIMIT_TOP) {
        text_buffer_format(&sql->text, "TOP (%" PRIu64 ") ", limit);
    }
}

void odbc_sql_order(struct odbc_sql *sql,
                    const struct relation *relation,
                    bool descending,
                    uint64_t limit)
{
    const struct odbc_relation *detail = relation->detail;
    for (int i = 0; i < relation->key_count; i++) {
        text_buffer_string(&sql->text, i == 0 ? " ORDER BY " : ", ");
        text_buffer_string(&sql->text, detail->quoted[relation->key[i]]);
        text_buffer_string(&sql->text, descending ? " DESC" : "");
    }
    switch (limit == 0 ? ODBC_LIMIT_NONE : detail->dialect->limit) {
    case ODBC_LIMIT_SUFFIX:
        text_buffer_format(&sql->text, " LIMIT %" PRIu64, limit);
        break;
    case ODBC_LIMIT_FETCH_FIRST:
        text_buffer_format(&sql->text, " FETCH FIRST %" PRIu64 " ROWS ONLY", limit);
        break;
    case ODBC_LIMIT_ROWNUM:
        text_buffer_format(&sql->text, ") WHERE ROWNUM <= %" PRIu64, limit);
        break;
    case ODBC_LIMIT_TOP:
    case ODBC_LIMIT_NONE:
        break;
    }
}

/* The `rows` first keys of the range. */
static void push_first(struct odbc_sql *sql,
                       const struct relation *relation,
                       const struct chunk *range,
                       uint64_t rows)
{
    const struct odbc_relation *detail = relation->detail;
    odbc_sql_select(sql, detail, rows);
    for (int i = 0; i < relation->key_count; i++) {
        odbc_sql_column(sql, detail, relation->key[i], i == 0 ? "$" : ", $");
    }
    odbc_sql_from(sql, relation, range);
    odbc_sql_order(sql, relation, false, rows);
}

/* The greatest of the keys is the last of them, and an aggregate does not keep them. */
static void step_by_max(struct odbc_sql *sql,
                        const struct relation *relation,
                        const struct chunk *range,
                        uint64_t rows)
{
    const struct odbc_relation *detail = relation->detail;
    int key = relation->key[0];
    text_buffer_string(&sql->text, "SELECT ");
    odbc_sql_column(sql, detail, key, detail->columns[key].key_text);
    text_buffer_string(&sql->text, ", novate_n FROM (SELECT ");
    odbc_sql_column(sql, detail, key, "MAX($) AS $");
    text_buffer_format(&sql->text, ", %s AS novate_n FROM (", detail->dialect->count);
    push_first(sql, relation, range, rows);
    text_buffer_string(&sql->text, ") novate_k) novate_m WHERE novate_n > 0");
}

void odbc_sql_step(struct odbc_sql *sql,
                   const struct relation *relation,
                   const struct chunk *range,
                   uint64_t rows)
{
    const struct odbc_relation *detail = relation->detail;
    if (detail->dialect->steps_by_max && relation->key_count == 1) {
        step_by_max(sql, relation, range, rows);
        return;
    }
    odbc_sql_select(sql, detail, 1);
    for (int i = 0; i < relation->key_count; i++) {
        int column = relation->key[i];
        odbc_sql_column(sql, detail, column, detail->columns[column].key_text);
        if (detail->dialect->limit == ODBC_LIMIT_ROWNUM) {
            /* A derived table needs names, and takes those of expressions from their beginnings. */
            text_buffer_format(&sql->text, " AS novate_%d", i);
        }
        text_buffer_string(&sql->text, ", ");
    }
    text_buffer_format(&sql->text, "%s OVER () FROM (", detail->dialect->count);
    push_first(sql, relation, range, rows);
    text_buffer_string(&sql->text, ") novate_k");
    odbc_sql_order(sql, relation, true, 1);
}

bool odbc_sql_step_take(const struct odbc_rows *rows,
                        int key_count,
                        uint64_t *reached,
                        struct error *error)
{
    int64_t count = 0;
    if (!NOVATE_CHECK(error, rows->rows == 1 && rows->columns > key_count)) {
        return false;
    }
    for (int i = 0; i <= key_count; i++) {
        if (odbc_value(rows, 0, i) == NULL) {
            return error_set(error, ERROR_SOURCE, "the source gives no text for a key");
        }
    }
    if (scalar_integer(text_of(odbc_value(rows, 0, key_count)), 0, INT64_MAX, &count) !=
        SCALAR_OK) {
        return error_set(error, ERROR_SOURCE, "the source gives no number of keys");
    }
    *reached = (uint64_t)count;
    return true;
}
