/* odbc_plan_scan.c — cuts a relation by position, for keys that no index serves.
 *
 * Steps would cost a scan each. So the server numbers the keys in its own order, once, and gives
 * every Nth.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_plan.h"

#include <inttypes.h>

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

bool odbc_plan_scan(struct plan_pass *pass)
{
    const struct chunk keyed = {.kind = CHUNK_KEY_RANGE, .key_count = pass->relation->key_count};
    uint64_t count = 0;
    if (!odbc_plan_count(pass, pass->relation, &keyed, &count)) {
        return false;
    }
    pass->rest = count;
    if (count <= pass->target_rows) {
        return true;
    }
    uint64_t parts = (count + pass->target_rows - 1) / pass->target_rows;
    uint64_t step = (count + parts - 1) / parts;
    struct odbc_sql sql;
    struct odbc_rows rows = {0};
    odbc_sql_init(&sql);
    position_query(&sql, pass, &keyed, step, count);
    bool ok = odbc_plan_query(pass, &sql, &rows);
    odbc_sql_release(&sql);
    for (int i = 0; ok && i < rows.rows; i++) {
        ok = odbc_plan_cut(pass, rows.values + (size_t)i * (size_t)rows.columns, step);
    }
    uint64_t used = step * (uint64_t)rows.rows;
    pass->rest = count > used ? count - used : 0;
    return ok;
}
