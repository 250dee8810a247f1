/* target_reader.c — rows of a table of the target, by COPY BINARY.
 * SPDX-License-Identifier: Apache-2.0 */
#include "copy_decode.h"
#include "session_private.h"

#include "novate/limits.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

struct target_reader {
    struct session *session;
    struct schema schema;
    struct arena arena; /* of the schema */
    const char *name;   /* of the table, for messages */
    bool by_keys;       /* the server's words may quote one */
    bool has_texts;     /* rows are kept in the batch's arena */
    bool reading;       /* the server is sending */
    bool head_seen;
    bool ended; /* the last batch was given */
};

static void push_select(const struct target_table *table,
                        const int *columns,
                        int count,
                        const char *scope,
                        const char *among,
                        struct text_buffer *sql)
{
    text_buffer_string(sql, "COPY (SELECT ");
    for (int i = 0; i < count; i++) {
        const struct column *column = &table->schema.columns[columns[i]];
        text_buffer_string(sql, i > 0 ? ", " : "");
        text_buffer_identifier(sql, column->name, '"');
        text_buffer_string(sql, column->type.id == TYPE_OTHER ? "::text" : "");
    }
    text_buffer_format(sql, " FROM %s", table->quoted);
    if (scope != NULL) {
        /* The line feed ends a comment that the scope may end with. */
        text_buffer_format(sql, " WHERE (%s\n)", scope);
    }
    if (among != NULL) {
        text_buffer_format(sql, " %s %s", scope == NULL ? "WHERE" : "AND", among);
    }
    text_buffer_string(sql, ") TO STDOUT (FORMAT binary)");
}

static bool reader_schema(struct target_reader *reader,
                          const struct target_table *table,
                          const int *columns,
                          int count,
                          struct error *error)
{
    reader->name = arena_string(&reader->arena, table->quoted);
    reader->schema.columns = ARENA_ARRAY(&reader->arena, struct column, (size_t)count);
    if (reader->name == NULL || reader->schema.columns == NULL) {
        return error_set_memory(error);
    }
    reader->schema.count = count;
    for (int i = 0; i < count; i++) {
        if (!NOVATE_CHECK(error, columns[i] >= 0 && columns[i] < table->schema.count)) {
            return false;
        }
        reader->schema.columns[i] = table->schema.columns[columns[i]];
        reader->has_texts |= type_storage(reader->schema.columns[i].type.id) == STORAGE_TEXT;
    }
    return true;
}

static bool reader_start(struct target_reader *reader, const char *sql, struct error *error)
{
    PGresult *result = NULL;
    if (!session_send(reader->session, sql, error) ||
        !session_next_result(reader->session, &result, error)) {
        return false;
    }
    reader->reading = PQresultStatus(result) == PGRES_COPY_OUT;
    if (!reader->reading) {
        session_fail(reader->session, result, reader->by_keys, error);
        session_drain(reader->session);
    }
    PQclear(result);
    return reader->reading;
}

static bool open_reader(struct session *session,
                        const struct target_table *table,
                        const int *columns,
                        int count,
                        const char *scope,
                        const char *among,
                        struct target_reader **out,
                        struct error *error)
{
    struct text_buffer sql;
    if (!NOVATE_CHECK(error, count > 0)) {
        return false;
    }
    struct target_reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL) {
        return error_set_memory(error);
    }
    reader->session = session;
    reader->by_keys = among != NULL;
    arena_init(&reader->arena, 4096, NULL);
    text_buffer_init(&sql, (size_t)1 << 20);
    push_select(table, columns, count, scope, among, &sql);
    bool ok = text_buffer_check(&sql, error) &&
              reader_schema(reader, table, columns, count, error) &&
              reader_start(reader, sql.data, error);
    text_buffer_release(&sql);
    if (!ok) {
        target_reader_close(reader);
        return error_context(error, "reading %s of the target", table->quoted);
    }
    *out = reader;
    return true;
}

bool target_reader_open(struct session *session,
                        const struct target_table *table,
                        const int *columns,
                        int count,
                        const char *scope,
                        struct target_reader **out,
                        struct error *error)
{
    return open_reader(session, table, columns, count, scope, NULL, out, error);
}

/* COPY takes no parameters, so the keys wait in a setting of the session. NULL is no element of a
 * list: where one may be meant, no index is used. */
static void push_among(const struct target_table *table,
                       const int *columns,
                       const int *key,
                       int key_count,
                       bool nulls,
                       struct text_buffer *sql)
{
    text_buffer_string(sql, nulls ? "EXISTS (SELECT FROM" : "(");
    for (int i = 0; !nulls && i < key_count; i++) {
        text_buffer_string(sql, i > 0 ? ", " : "");
        text_buffer_identifier(sql, table->schema.columns[columns[key[i]]].name, '"');
    }
    text_buffer_string(sql, nulls ? "" : ") IN (SELECT ");
    for (int i = 0; !nulls && i < key_count; i++) {
        text_buffer_format(sql,
                           "%s(novate_key->>%d)::%s",
                           i > 0 ? ", " : "",
                           i,
                           table->schema.columns[columns[key[i]]].declared);
    }
    text_buffer_string(sql, nulls ? "" : " FROM");
    text_buffer_string(sql,
                       " json_array_elements(current_setting('novate.keys')::json)"
                       " AS novate_keys (novate_key)");
    for (int i = 0; nulls && i < key_count; i++) {
        text_buffer_string(sql, i == 0 ? " WHERE " : " AND ");
        text_buffer_identifier(sql, table->schema.columns[columns[key[i]]].name, '"');
        text_buffer_format(sql,
                           " IS NOT DISTINCT FROM (novate_key->>%d)::%s",
                           i,
                           table->schema.columns[columns[key[i]]].declared);
    }
    text_buffer_char(sql, ')');
}

static bool give_keys(struct session *session, const char *keys, bool *nulls, struct error *error)
{
    struct arena arena;
    struct session_result result;
    arena_init(&arena, 1024, NULL);
    bool ok = session_query(session,
                            "SELECT set_config('novate.keys', $1, false) IS NULL, EXISTS (SELECT"
                            " FROM json_array_elements($1::json) k, json_array_elements(k) v"
                            " WHERE json_typeof(v) = 'null')",
                            1,
                            &keys,
                            &arena,
                            &result,
                            error);
    *nulls = ok && session_value(&result, 0, 1)[0] == 't';
    arena_release(&arena);
    return ok;
}

bool target_reader_open_keys(struct session *session,
                             const struct target_table *table,
                             const int *columns,
                             int count,
                             const char *scope,
                             const int *key,
                             int key_count,
                             const char *keys,
                             struct target_reader **out,
                             struct error *error)
{
    struct text_buffer among;
    bool nulls = false;
    text_buffer_init(&among, (size_t)1 << 20);
    bool ok = NOVATE_CHECK(error, key_count > 0) && give_keys(session, keys, &nulls, error);
    if (ok) {
        push_among(table, columns, key, key_count, nulls, &among);
        ok = text_buffer_check(&among, error) &&
             open_reader(session, table, columns, count, scope, among.data, out, error);
    }
    text_buffer_release(&among);
    return ok;
}

/* The next message, or NULL after the last. libpq's memory: PQfreemem(). */
static bool reader_message(struct target_reader *reader,
                           char **message,
                           size_t *size,
                           struct error *error)
{
    PGconn *connection = reader->session->connection;
    bool consumed = false;
    for (;;) {
        int length = PQgetCopyData(connection, message, 1);
        if (length > 0) {
            *size = (size_t)length;
            return true;
        }
        if (length == -1) {
            *message = NULL;
            return true;
        }
        if (length < 0) {
            return session_fail(reader->session, NULL, false, error);
        }
        /* What is there already is taken without asking poll(). */
        if (consumed && !session_wait(reader->session, POLLIN, error)) {
            return false;
        }
        if (PQconsumeInput(connection) == 0) {
            return session_fail(reader->session, NULL, false, error);
        }
        consumed = !consumed;
    }
}

static bool reader_finish(struct target_reader *reader, struct error *error)
{
    PGresult *result = NULL;
    reader->reading = false;
    if (!session_next_result(reader->session, &result, error)) {
        return false;
    }
    bool ok = PQresultStatus(result) == PGRES_COMMAND_OK ||
              session_fail(reader->session, result, reader->by_keys, error);
    PQclear(result);
    session_drain(reader->session);
    return ok;
}

/* A large message becomes the batch's as it is; then `*owned` is NULL. */
static bool reader_row(struct target_reader *reader,
                       struct batch *batch,
                       char **owned,
                       size_t size,
                       int *row,
                       struct error *error)
{
    enum copy_row outcome = COPY_MALFORMED;
    const char *message = *owned;
    size_t whole = size;
    bool head = reader->head_seen || copy_decode_head(&message, &size);
    reader->head_seen = true;
    if (head && reader->has_texts && whole >= LIMIT_LARGE_BYTES) {
        if (!arena_adopt(&batch->arena, *owned, whole, PQfreemem)) {
            return error_set_memory(error);
        }
        *owned = NULL;
    } else if (head && reader->has_texts && size > 0) {
        message = arena_copy(&batch->arena, message, size);
        if (message == NULL) {
            return error_set_memory(error);
        }
    }
    if (head && !copy_decode_row(message, size, batch, *row, &outcome, error)) {
        return false;
    }
    if (outcome == COPY_MALFORMED) {
        error_set(error, ERROR_TARGET, "the target sent rows that novate cannot read");
        error_detail(error, "A value is not of the type that the catalogue gave for its column.");
        return error_hint(error, "Was the table altered meanwhile? Run the command again.");
    }
    *row += outcome == COPY_ROW ? 1 : 0;
    return true;
}

static bool reader_fill(struct target_reader *reader, struct batch *batch, struct error *error)
{
    int rows = 0;
    size_t used = arena_used(&batch->arena);
    while (rows < LIMIT_BATCH_ROWS && arena_used(&batch->arena) - used < LIMIT_BATCH_BYTES) {
        char *message = NULL;
        size_t size = 0;
        if (!reader_message(reader, &message, &size, error)) {
            return false;
        }
        if (message == NULL) {
            reader->ended = true;
            batch->chunk_ends = true;
            batch_set_rows(batch, rows);
            return reader_finish(reader, error);
        }
        bool ok = reader_row(reader, batch, &message, size, &rows, error);
        PQfreemem(message);
        if (!ok) {
            return false;
        }
    }
    batch_set_rows(batch, rows);
    return true;
}

static bool reader_next(void *state, struct batch *batch, bool *more, struct error *error)
{
    struct target_reader *reader = state;
    *more = !reader->ended;
    if (reader->ended) {
        return true;
    }
    if (!batch_begin(batch, LIMIT_BATCH_ROWS, false, error) || !reader_fill(reader, batch, error)) {
        return error_context(error, "reading %s of the target", reader->name);
    }
    return true;
}

struct reader target_reader_as_reader(struct target_reader *reader)
{
    return (struct reader){.state = reader, .schema = &reader->schema, .next = reader_next};
}

void target_reader_close(struct target_reader *reader)
{
    if (reader == NULL) {
        return;
    }
    if (reader->reading) {
        session_drain(reader->session);
    }
    arena_release(&reader->arena);
    free(reader);
}
