/* target_row.c — the contract is in novate/target_row.h. SPDX-License-Identifier: Apache-2.0 */
#include "novate/target_row.h"

static void push_query(const struct target_table *table,
                       const int *columns,
                       int count,
                       const int *keys,
                       int key_count,
                       struct text_buffer *sql)
{
    text_buffer_string(sql, "SELECT ");
    for (int i = 0; i < count; i++) {
        text_buffer_string(sql, i > 0 ? ", " : "");
        text_buffer_identifier(sql, table->schema.columns[columns[i]].name, '"');
        text_buffer_string(sql, "::text");
    }
    text_buffer_format(sql, " FROM %s WHERE true", table->quoted);
    for (int i = 0; i < key_count; i++) {
        text_buffer_string(sql, " AND ");
        text_buffer_identifier(sql, table->schema.columns[keys[i]].name, '"');
        text_buffer_format(sql, " = $%d::%s", i + 1, table->schema.columns[keys[i]].declared);
    }
    text_buffer_string(sql, " LIMIT 2");
}

bool target_row_find(struct session *session,
                     const struct target_table *table,
                     const int *columns,
                     int count,
                     const int *keys,
                     int key_count,
                     const char *const *values,
                     struct arena *arena,
                     const char *const **texts,
                     int *rows,
                     struct error *error)
{
    struct session_result result;
    struct text_buffer sql;

    text_buffer_init(&sql, (size_t)1 << 20);
    push_query(table, columns, count, keys, key_count, &sql);
    bool ok = text_buffer_check(&sql, error) &&
              session_query(session, sql.data, key_count, values, arena, &result, error);
    text_buffer_release(&sql);
    if (!ok) {
        return error_context(error, "looking for a row of %s", table->quoted);
    }
    *rows = result.rows;
    *texts = result.rows > 0 ? (const char *const *)result.values : NULL;
    return true;
}
