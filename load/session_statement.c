/* session_statement.c — statements, queries and COPY in over a session, and waiting for them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "session_private.h"

#include "novate/limits.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

enum {
    CANCEL_TRIES_MAX = 10, /* a second apart; then the connection is given up */
    CANCEL_DEAF_MAX = 2,   /* of them, those that did not reach the server */
    UNFLUSHED_BYTES = 256 << 10
};

/* After so many seconds of silence it is looked who is waited for. */
static bool is_long(int seconds)
{
    return seconds == 2 || seconds == 20 || seconds == 50;
}

bool session_wait(struct session *session, short events, struct error *error)
{
    int tries = 0;
    int deaf = 0;
    int seconds = 0;
    session->blocker[0] = '\0';
    for (;;) {
        struct pollfd socket = {.fd = PQsocket(session->connection), .events = events};
        if (session->lost || socket.fd < 0) {
            return session_fail(session, NULL, true, error);
        }
        int ready = poll(&socket, 1, 1000);
        if (ready > 0) {
            return true;
        }
        if (ready < 0 && errno != EINTR) {
            return error_set_system(error, ERROR_TARGET, errno, "could not wait for the target");
        }
        if (ready < 0) {
            continue;
        }
        if (cancel_level(session->heeds) == CANCEL_NOW) {
            atomic_store(&session->cancelled, true);
        }
        if (!atomic_load(&session->cancelled)) {
            if (is_long(++seconds)) {
                blocker_look(session);
            }
        } else {
            /* The request may have met the server between two statements. */
            deaf += session_cancel_send(session) ? 0 : 1;
            if (++tries >= CANCEL_TRIES_MAX || deaf >= CANCEL_DEAF_MAX) {
                session->lost = true;
                return error_set(error, ERROR_INTERRUPTED, "interrupted; the target is silent");
            }
        }
    }
}

static bool session_flush(struct session *session, struct error *error)
{
    for (;;) {
        int left = PQflush(session->connection);
        if (left == 0) {
            session->unflushed = 0;
            return true;
        }
        if (left < 0) {
            return session_fail(session, NULL, true, error);
        }
        if (!session_wait(session, POLLIN | POLLOUT, error)) {
            return false;
        }
        if (PQconsumeInput(session->connection) == 0) {
            return session_fail(session, NULL, true, error);
        }
    }
}

static bool session_ready(struct session *session, struct error *error)
{
    if (session->lost) {
        return session_fail(session, NULL, true, error);
    }
    if (atomic_load(&session->cancelled)) {
        return error_set(error, ERROR_INTERRUPTED, "interrupted");
    }
    return true;
}

bool session_send(struct session *session, const char *sql, struct error *error)
{
    session->failed_at = 0;
    if (!session_ready(session, error)) {
        return false;
    }
    if (PQsendQuery(session->connection, sql) == 0) {
        return session_fail(session, NULL, true, error);
    }
    return session_flush(session, error);
}

bool session_send_query(struct session *session,
                        const char *sql,
                        int parameter_count,
                        const char *const *parameters,
                        struct error *error)
{
    if (!session_ready(session, error)) {
        return false;
    }
    if (PQsendQueryParams(
            session->connection, sql, parameter_count, NULL, parameters, NULL, NULL, 0) == 0) {
        return session_fail(session, NULL, true, error);
    }
    return session_flush(session, error);
}

bool session_send_prepared(struct session *session,
                           const char *name,
                           int parameter_count,
                           const char *const *parameters,
                           struct error *error)
{
    if (!session_ready(session, error)) {
        return false;
    }
    if (PQsendQueryPrepared(
            session->connection, name, parameter_count, parameters, NULL, NULL, 0) == 0) {
        return session_fail(session, NULL, true, error);
    }
    return session_flush(session, error);
}

bool session_send_prepare(struct session *session,
                          const char *name,
                          const char *sql,
                          struct error *error)
{
    if (!session_ready(session, error)) {
        return false;
    }
    if (PQsendPrepare(session->connection, name, sql, 0, NULL) == 0) {
        return session_fail(session, NULL, true, error);
    }
    return session_flush(session, error);
}

bool session_next_result(struct session *session, PGresult **result, struct error *error)
{
    *result = NULL;
    if (session->lost) {
        return session_fail(session, NULL, true, error);
    }
    while (PQisBusy(session->connection) != 0) {
        if (!session_wait(session, POLLIN, error)) {
            return false;
        }
        if (PQconsumeInput(session->connection) == 0) {
            return session_fail(session, NULL, true, error);
        }
    }
    *result = PQgetResult(session->connection);
    return true;
}

/* Ends a COPY … FROM STDIN; with a reason, it fails. 0 of libpq: its buffer has no room. */
static bool put_end(struct session *session, const char *reason, struct error *error)
{
    int put = PQputCopyEnd(session->connection, reason);
    if (put == 0) {
        if (!session_flush(session, error)) {
            return false;
        }
        put = PQputCopyEnd(session->connection, reason);
    }
    return put == 1 ? session_flush(session, error) : session_fail(session, NULL, true, error);
}

/* Forgets what is left of a COPY … TO STDOUT. */
static bool session_skip_copy(struct session *session)
{
    struct error ignored = ERROR_NONE;
    for (;;) {
        char *data = NULL;
        int size = PQgetCopyData(session->connection, &data, 1);
        if (size < 0) {
            return size == -1;
        }
        if (size > 0) {
            PQfreemem(data);
        } else if (!session_wait(session, POLLIN, &ignored) ||
                   PQconsumeInput(session->connection) == 0) {
            return false;
        }
    }
}

void session_drain(struct session *session)
{
    PGresult *result = NULL;
    struct error ignored = ERROR_NONE;
    while (session_next_result(session, &result, &ignored) && result != NULL) {
        ExecStatusType status = PQresultStatus(result);
        PQclear(result);
        if (status == PGRES_COPY_IN) {
            if (!put_end(session, "abandoned", &ignored)) {
                return;
            }
        } else if (status == PGRES_COPY_OUT) {
            /* What is still on its way would end a later statement. */
            if (!session_cancel_send(session) || !session_skip_copy(session)) {
                session->lost = true;
                return;
            }
        }
    }
}

void session_rollback(struct session *session)
{
    struct error ignored = ERROR_NONE;
    session_drain(session);
    if (!session->lost && PQtransactionStatus(session->connection) != PQTRANS_IDLE &&
        PQsendQuery(session->connection, "ROLLBACK") != 0 && session_flush(session, &ignored)) {
        session_drain(session);
    }
}

/* `more` results are needed for it to have been done. */
static bool finish(struct session *session, bool more, bool hide_values, struct error *error)
{
    bool ok = true;
    for (;; more = false) {
        PGresult *result = NULL;
        if (!session_next_result(session, &result, error)) {
            return false;
        }
        if (result == NULL) {
            return more ? session_fail(session, NULL, hide_values, error) : ok;
        }
        ExecStatusType status = PQresultStatus(result);
        if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT) {
            ok = error_set(error, ERROR_TARGET, "COPY to or from the client is not allowed here");
            error_sqlstate(error, "0A000");
            PQclear(result);
            session_drain(session);
            return false;
        }
        if (status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE) {
            ok = session_fail(session, result, hide_values, error);
        }
        PQclear(result);
    }
}

bool session_finish(struct session *session, struct error *error)
{
    return finish(session, true, false, error);
}

bool session_execute(struct session *session, const char *sql, struct error *error)
{
    return session_send(session, sql, error) && session_finish(session, error);
}

static bool result_copy(PGresult *from,
                        struct arena *arena,
                        struct session_result *result,
                        struct error *error)
{
    result->rows = PQntuples(from);
    result->columns = PQnfields(from);
    result->affected = strtoull(PQcmdTuples(from), NULL, 10);
    size_t count = (size_t)result->rows * (size_t)result->columns;
    result->values = ARENA_ARRAY(arena, const char *, count == 0 ? 1 : count);
    if (result->values == NULL) {
        return error_set_memory(error);
    }
    for (int row = 0; row < result->rows; row++) {
        for (int column = 0; column < result->columns; column++) {
            const char **value = &result->values[row * result->columns + column];
            if (PQgetisnull(from, row, column) != 0) {
                continue;
            }
            *value = arena_copy(
                arena, PQgetvalue(from, row, column), (size_t)PQgetlength(from, row, column));
            if (*value == NULL) {
                return error_set_memory(error);
            }
        }
    }
    return true;
}

/* `hide_values`: the statement had parameters. */
static bool take_answer(struct session *session,
                        bool hide_values,
                        struct arena *arena,
                        struct session_result *result,
                        struct error *error)
{
    PGresult *answer = NULL;
    if (!session_next_result(session, &answer, error)) {
        return false;
    }
    ExecStatusType status = PQresultStatus(answer);
    bool ok =
        status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || status == PGRES_EMPTY_QUERY;
    if (ok) {
        ok = result_copy(answer, arena, result, error);
    } else {
        ok = session_fail(session, answer, hide_values, error);
    }
    PQclear(answer);
    if (!ok) {
        session_drain(session);
        return false;
    }
    /* Outside a transaction it is committed after its result is there. */
    return finish(session, false, hide_values, error);
}

bool session_query(struct session *session,
                   const char *sql,
                   int parameter_count,
                   const char *const *parameters,
                   struct arena *arena,
                   struct session_result *result,
                   struct error *error)
{
    return session_send_query(session, sql, parameter_count, parameters, error) &&
           take_answer(session, parameter_count > 0, arena, result, error);
}

bool session_query_arrays(struct session *session,
                          const char *sql,
                          int count,
                          const struct session_array *arrays,
                          bool binary,
                          struct arena *arena,
                          struct session_result *result,
                          struct error *error)
{
    const char *values[LIMIT_KEY_COLUMNS];
    int sizes[LIMIT_KEY_COLUMNS];
    int formats[LIMIT_KEY_COLUMNS];
    if (!NOVATE_CHECK(error, count <= LIMIT_KEY_COLUMNS) || !session_ready(session, error)) {
        return false;
    }
    for (int i = 0; i < count; i++) {
        if (!NOVATE_CHECK(error, arrays[i].size <= INT_MAX)) {
            return false;
        }
        values[i] = arrays[i].data;
        sizes[i] = (int)arrays[i].size;
        formats[i] = binary ? 1 : 0;
    }
    if (PQsendQueryParams(session->connection, sql, count, NULL, values, sizes, formats, 0) == 0) {
        return session_fail(session, NULL, true, error);
    }
    return session_flush(session, error) && take_answer(session, true, arena, result, error);
}

bool session_query_prepared(struct session *session,
                            const char *sql,
                            int parameter_count,
                            const char *const *parameters,
                            struct arena *arena,
                            struct session_result *result,
                            struct error *error)
{
    const char *name = NULL;
    return session_prepare(session, sql, &name, error) &&
           (name == NULL
                ? session_send_query(session, sql, parameter_count, parameters, error)
                : session_send_prepared(session, name, parameter_count, parameters, error)) &&
           take_answer(session, parameter_count > 0, arena, result, error);
}

bool session_copy_begin(struct session *session, const char *sql, struct error *error)
{
    if (!session_send(session, sql, error)) {
        return false;
    }
    for (;;) {
        PGresult *result = NULL;
        if (!session_next_result(session, &result, error)) {
            return false;
        }
        ExecStatusType status = PQresultStatus(result);
        bool ok = status == PGRES_COMMAND_OK || status == PGRES_COPY_IN;
        if (!ok) {
            session_fail(session, result, true, error);
        }
        PQclear(result);
        if (!ok) {
            session_drain(session);
            return false;
        }
        if (status == PGRES_COPY_IN) {
            return true;
        }
    }
}

/* 0 of libpq: see above. */
static bool put_data(struct session *session, const char *data, int size, struct error *error)
{
    int put = PQputCopyData(session->connection, data, size);
    if (put == 0) {
        if (!session_flush(session, error)) {
            return false;
        }
        put = PQputCopyData(session->connection, data, size);
    }
    return put == 1 || session_fail(session, NULL, true, error);
}

/* libpq sends what fills its buffer by itself. Waiting for the rest of each part would wake the
 * server for a few bytes; never waiting would let the buffer grow while the server is slow. */
bool session_copy_put(struct session *session, const char *data, size_t size, struct error *error)
{
    /* libpq counts in int; a field may be larger than what it should buffer at once anyway. */
    enum {
        PART_BYTES = 1 << 20
    };
    while (size > 0) {
        size_t part = size < PART_BYTES ? size : PART_BYTES;
        if (!session_ready(session, error) || !put_data(session, data, (int)part, error)) {
            return false;
        }
        session->unflushed += part;
        if (session->unflushed >= UNFLUSHED_BYTES && !session_flush(session, error)) {
            return false;
        }
        data += part;
        size -= part;
    }
    return true;
}

bool session_copy_end(struct session *session, PGresult **result, struct error *error)
{
    *result = NULL;
    if (!put_end(session, NULL, error) || !session_next_result(session, result, error)) {
        return false;
    }
    if (*result == NULL) {
        return session_fail(session, NULL, true, error);
    }
    session_drain(session);
    return true;
}

bool session_copy_text(struct session *session,
                       const char *sql,
                       const struct text_buffer *rows,
                       struct error *error)
{
    PGresult *result = NULL;
    if (!text_buffer_check(rows, error) || !session_copy_begin(session, sql, error)) {
        return false;
    }
    if (!session_copy_put(session, rows->data, rows->size, error)) {
        session_drain(session);
        return false;
    }
    if (!session_copy_end(session, &result, error)) {
        return false;
    }
    bool ok =
        PQresultStatus(result) == PGRES_COMMAND_OK || session_fail(session, result, true, error);
    PQclear(result);
    return ok;
}
