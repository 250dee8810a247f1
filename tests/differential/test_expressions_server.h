/* test_expressions_server.h — PostgreSQL's answers to an expression, for many rows at once.
 *
 * An expression is computed over all rows in one query. Where that fails, eighths of them are, in
 * subtransactions, until the rows that fail are alone. SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_EXPRESSIONS_SERVER_H
#define TEST_EXPRESSIONS_SERVER_H

#include "test_expressions_grammar.h"

#include <libpq-fe.h>
#include <stdlib.h>

#define ROWS  64
#define CELLS (GRAMMAR_TYPES * GRAMMAR_COLUMNS)

/* What one side says: a refusal, or an answer per row: "=…", "NULL", "!22012". */
struct answer {
    const char *refusal; /* SQLSTATE or message, or NULL */
    enum type_id type;
    const char *rows[ROWS];
};

struct server {
    PGconn *connection;
    const char *cells[ROWS][CELLS]; /* as the server keeps them: numeric(10,2) has its digits */
};

static inline void server_stop(const struct server *server, const char *what)
{
    fprintf(stderr, "%s: %s", what, PQerrorMessage(server->connection));
    exit(1);
}

static inline void server_command(const struct server *server, const char *sql)
{
    PGresult *result = PQexec(server->connection, sql);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        server_stop(server, sql);
    }
    PQclear(result);
}

static inline const char *column_name(struct arena *arena, int cell)
{
    return arena_format(
        arena, "%s_%d", grammar_types[cell / GRAMMAR_COLUMNS].short_name, cell % GRAMMAR_COLUMNS);
}

static inline const char *column_type(int cell)
{
    return grammar_types[cell / GRAMMAR_COLUMNS].declared[cell % GRAMMAR_COLUMNS];
}

static inline void server_open(struct server *server, const char *conninfo, struct arena *arena)
{
    struct text_buffer sql;

    server->connection = PQconnectdb(conninfo);
    if (PQstatus(server->connection) != CONNECTION_OK) {
        server_stop(server, "connecting");
    }
    server_command(server, "SET client_min_messages = warning");
    server_command(server, "SET datestyle = 'ISO, MDY'");
    server_command(server, "SET timezone = 'Europe/London'");
    server_command(server, "SET extra_float_digits = 1");
    server_command(server, "SET jit = off");
    server_command(server, "SET plan_cache_mode = force_generic_plan");
    text_buffer_init(&sql, 1 << 20);
    text_buffer_string(&sql, "CREATE TEMP TABLE t (r integer PRIMARY KEY");
    for (int cell = 0; cell < CELLS; cell++) {
        text_buffer_format(&sql, ", %s %s", column_name(arena, cell), column_type(cell));
    }
    text_buffer_string(&sql, ")");
    server_command(server, sql.data);
    text_buffer_release(&sql);
    server_command(
        server,
        "CREATE FUNCTION pg_temp.part(low integer, high integer) RETURNS text[] "
        "LANGUAGE plpgsql AS $$ "
        "DECLARE answer text[]; step integer := (high - low + 7) / 8; BEGIN "
        "BEGIN EXECUTE format('EXECUTE q(%s, %s)', low, high) INTO STRICT answer; RETURN answer; "
        "EXCEPTION WHEN OTHERS THEN "
        "IF high - low = 1 THEN RETURN ARRAY['!' || SQLSTATE]; END IF; END; "
        "FOR begins IN low..high - 1 BY step LOOP "
        "answer := answer || pg_temp.part(begins, least(begins + step, high)); END LOOP; "
        "RETURN answer; END $$");
    server_command(
        server,
        "CREATE FUNCTION pg_temp.answers(expression text, rows integer) RETURNS SETOF text "
        "LANGUAGE plpgsql AS $$ BEGIN "
        "EXECUTE 'PREPARE q(integer, integer) AS SELECT array_agg(coalesce(''='' || (' || "
        "expression || ')::text, ''NULL'') ORDER BY r) FROM t WHERE r >= $1 AND r < $2'; "
        "RETURN QUERY SELECT unnest(pg_temp.part(0, rows)); DEALLOCATE q; END $$");
}

/* New rows in the table and in `cells`: values[row][cell] are any texts of the columns' types. */
static inline void server_fill(struct server *server,
                               const char *const (*values)[CELLS],
                               struct arena *arena)
{
    struct text_buffer sql;

    text_buffer_init(&sql, 1 << 22);
    text_buffer_string(&sql, "TRUNCATE t; INSERT INTO t VALUES ");
    for (int row = 0; row < ROWS; row++) {
        text_buffer_format(&sql, "%s(%d", row == 0 ? "" : ", ", row);
        for (int cell = 0; cell < CELLS; cell++) {
            text_buffer_string(&sql, ", ");
            if (values[row][cell] == NULL) {
                text_buffer_string(&sql, "NULL");
            } else {
                text_buffer_literal(&sql, text_of(values[row][cell]));
            }
        }
        text_buffer_string(&sql, ")");
    }
    text_buffer_string(&sql, "; ANALYZE t");
    server_command(server, sql.data);
    text_buffer_release(&sql);
    PGresult *result = PQexec(server->connection, "SELECT * FROM t ORDER BY r");
    if (PQresultStatus(result) != PGRES_TUPLES_OK) {
        server_stop(server, "reading rows");
    }
    for (int row = 0; row < ROWS; row++) {
        for (int cell = 0; cell < CELLS; cell++) {
            const char *value = PQgetvalue(result, row, cell + 1);
            size_t size = strlen(value);
            while (strncmp(column_type(cell), "char", 4) == 0 && size > 0 &&
                   value[size - 1] == ' ') {
                size--; /* the padding is not part of the value */
            }
            server->cells[row][cell] =
                PQgetisnull(result, row, cell + 1) ? NULL : arena_copy(arena, value, size);
        }
    }
    PQclear(result);
}

static inline enum type_id type_of_oid(Oid oid)
{
    static const struct {
        Oid oid;
        enum type_id id;
    } types[] = {
        {16, TYPE_BOOL},
        {21, TYPE_INT2},
        {23, TYPE_INT4},
        {20, TYPE_INT8},
        {1700, TYPE_NUMERIC},
        {700, TYPE_FLOAT4},
        {701, TYPE_FLOAT8},
        {25, TYPE_TEXT},
        {1043, TYPE_VARCHAR},
        {1042, TYPE_CHAR},
        {17, TYPE_BYTEA},
        {1082, TYPE_DATE},
        {1083, TYPE_TIME},
        {1114, TYPE_TIMESTAMP},
        {1184, TYPE_TIMESTAMPTZ},
        {2950, TYPE_UUID},
        {1186, TYPE_INTERVAL},
    };
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (types[i].oid == oid) {
            return types[i].id;
        }
    }
    return TYPE_OTHER;
}

/* Does the server take it, and as what type? */
static inline bool server_describe(struct server *server,
                                   const char *expression,
                                   struct answer *answer,
                                   struct arena *arena)
{
    const char *sql = arena_format(arena, "SELECT %s FROM t", expression);
    PGresult *result = PQprepare(server->connection, "", sql, 0, NULL);
    bool ok = PQresultStatus(result) == PGRES_COMMAND_OK;

    if (ok) {
        PQclear(result);
        result = PQdescribePrepared(server->connection, "");
        answer->type = type_of_oid(PQftype(result, 0));
    } else {
        answer->refusal = arena_string(arena, PQresultErrorField(result, PG_DIAG_SQLSTATE));
    }
    PQclear(result);
    return ok;
}

static inline void server_ask(struct server *server,
                              const char *expression,
                              int rows,
                              struct arena *arena,
                              struct answer *answer)
{
    const char *values[2] = {expression, arena_format(arena, "%d", rows)};

    *answer = (struct answer){.refusal = NULL};
    if (!server_describe(server, expression, answer, arena)) {
        return;
    }
    PGresult *result = PQexecParams(server->connection,
                                    "SELECT pg_temp.answers($1, $2::integer)",
                                    2,
                                    NULL,
                                    values,
                                    NULL,
                                    NULL,
                                    0);
    if (PQresultStatus(result) != PGRES_TUPLES_OK || PQntuples(result) != rows) {
        server_stop(server, expression);
    }
    for (int row = 0; row < rows; row++) {
        const char *text = PQgetvalue(result, row, 0);
        if (answer->type == TYPE_BOOL && text[0] == '=') {
            text = text[1] == 't' ? "=t" : "=f";
        }
        answer->rows[row] = arena_string(arena, strcmp(text, "!22009") == 0 ? "!22008" : text);
    }
    PQclear(result);
}

#endif
