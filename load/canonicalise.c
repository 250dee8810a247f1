/* canonicalise.c — values of types that only the server knows, in the server's own form.
 *
 * All values of a vector go in one query as an array; a refusal does not say which of them it was,
 * so the array is halved until the ones at fault stand alone.
 * SPDX-License-Identifier: Apache-2.0 */
#include "session_private.h"

#include "novate/limits.h"

#include <string.h>

struct canonicaliser {
    struct session *session;
    const char *sql;
    const struct vector *vector;
    struct text *texts;  /* the result, a value per slot */
    uint64_t *refused;   /* bitmap of slots */
    char sqlstate[6];    /* of the last refusal */
    bool in_transaction; /* a refusal must not end it */
    struct arena *arena;
    struct text_buffer array;
};

static void push_element(struct text_buffer *array, struct text text)
{
    text_buffer_char(array, '"');
    for (uint32_t i = 0; i < text.size; i++) {
        if (text.data[i] == '"' || text.data[i] == '\\') {
            text_buffer_char(array, '\\');
        }
        text_buffer_char(array, text.data[i]);
    }
    text_buffer_char(array, '"');
}

/* Values of the slots [first, end) as an array literal. */
static void push_array(struct canonicaliser *state, int first, int end)
{
    text_buffer_reset(&state->array);
    text_buffer_char(&state->array, '{');
    for (int i = first; i < end; i++) {
        if (i > first) {
            text_buffer_char(&state->array, ',');
        }
        if (validity_get(state->vector->valid, i)) {
            push_element(&state->array, state->vector->texts[i]);
        } else {
            text_buffer_string(&state->array, "NULL");
        }
    }
    text_buffer_char(&state->array, '}');
}

static bool store(
    struct canonicaliser *state, PGresult *result, int first, int count, struct error *error)
{
    if (!NOVATE_CHECK(error, PQntuples(result) == count)) {
        return false;
    }
    for (int i = 0; i < count; i++) {
        if (PQgetisnull(result, i, 0) != 0) {
            continue;
        }
        size_t size = (size_t)PQgetlength(result, i, 0);
        char *copy = arena_copy(state->arena, PQgetvalue(result, i, 0), size);
        if (copy == NULL) {
            return error_set_memory(error);
        }
        state->texts[first + i] = text_from(copy, size);
    }
    return true;
}

/* Asks for the slots [first, end); `*accepted` false when the server refuses one of them. */
static bool ask(
    struct canonicaliser *state, int first, int end, bool *accepted, struct error *error)
{
    struct session *session = state->session;
    PGresult *result = NULL;
    push_array(state, first, end);
    if (!text_buffer_check(&state->array, error)) {
        return false;
    }
    const char *const parameters[] = {state->array.data};
    if (state->in_transaction && !session_execute(session, "SAVEPOINT novate_value", error)) {
        return false;
    }
    if (!session_send_query(session, state->sql, 1, parameters, error) ||
        !session_next_result(session, &result, error)) {
        return false;
    }
    bool ok = true;
    *accepted = PQresultStatus(result) == PGRES_TUPLES_OK;
    if (*accepted) {
        ok = store(state, result, first, end - first, error);
    } else {
        const char *sqlstate = server_error_of(result).sqlstate;
        ok = server_refused_row(result) || session_fail(session, result, true, error);
        memset(state->sqlstate, 0, sizeof state->sqlstate);
        memcpy(state->sqlstate, sqlstate, strnlen(sqlstate, sizeof state->sqlstate - 1));
    }
    PQclear(result);
    session_drain(session);
    if (ok && state->in_transaction) {
        ok = session_execute(
            session, *accepted ? "RELEASE novate_value" : "ROLLBACK TO novate_value", error);
    }
    return ok;
}

/* Ranges that wait for their turn are at most one per halving. */
static bool ask_all(struct canonicaliser *state, struct error *error)
{
    struct range {
        int first, end;
    } waiting[2 * 17];
    int count = 0;
    if (state->vector->base_rows > 0) {
        waiting[count++] = (struct range){0, state->vector->base_rows};
    }
    while (count > 0) {
        struct range range = waiting[--count];
        bool accepted = false;
        if (!ask(state, range.first, range.end, &accepted, error)) {
            return false;
        }
        if (accepted) {
            continue;
        }
        if (range.end - range.first == 1) {
            validity_set(state->refused, range.first);
            continue;
        }
        int middle = range.first + (range.end - range.first) / 2;
        waiting[count++] = (struct range){middle, range.end};
        waiting[count++] = (struct range){range.first, middle};
    }
    return true;
}

/* Rows whose value was refused become row errors; without a batch, the operation fails. */
static bool note_refused(const struct canonicaliser *state,
                         const char *declared,
                         struct batch *batch,
                         int column,
                         struct error *error)
{
    for (int row = 0; row < state->vector->rows; row++) {
        int slot = vector_slot(state->vector, row);
        if (!validity_get(state->refused, slot)) {
            continue;
        }
        if (batch == NULL) {
            error_set(error, ERROR_TARGET, "the target refuses a value as type %s", declared);
            return error_sqlstate(error, state->sqlstate);
        }
        struct row_error refusal = {.row = (uint16_t)row,
                                    .column = (int16_t)column,
                                    .class = reject_class_of(state->sqlstate),
                                    .message = server_error_sentence(state->sqlstate)};
        memcpy(refusal.sqlstate, state->sqlstate, sizeof refusal.sqlstate);
        if (!batch_note(batch, &refusal, error)) {
            return false;
        }
    }
    return true;
}

static struct arena *canonical_arena(struct session *session, struct batch *batch)
{
    if (batch != NULL) {
        return &batch->arena;
    }
    if (!session->canonical_used) {
        arena_init(&session->canonical, 65536, NULL);
        session->canonical_used = true;
    }
    arena_reset(&session->canonical);
    return &session->canonical;
}

bool session_canonicalise(struct session *session,
                          const char *declared,
                          struct vector *vector,
                          struct batch *batch,
                          int column,
                          struct error *error)
{
    struct canonicaliser state = {
        .session = session,
        .vector = vector,
        .in_transaction = PQtransactionStatus(session->connection) == PQTRANS_INTRANS,
        .arena = canonical_arena(session, batch),
    };
    size_t slots = (size_t)vector->base_rows + 1;
    state.texts = ARENA_ARRAY(state.arena, struct text, slots);
    state.refused = ARENA_ARRAY(state.arena, uint64_t, validity_words((int)slots));
    state.sql = arena_format(state.arena,
                             "SELECT v::%s::text FROM unnest($1::text[]) WITH ORDINALITY AS u(v, n)"
                             " ORDER BY n",
                             declared);
    if (state.texts == NULL || state.refused == NULL || state.sql == NULL) {
        return error_set_memory(error);
    }
    text_buffer_init(&state.array, LIMIT_RECORD_BYTES * 2);
    bool ok = ask_all(&state, error) && note_refused(&state, declared, batch, column, error);
    text_buffer_release(&state.array);
    if (!ok) {
        return error_context(error, "bringing values into the form of type %s", declared);
    }
    vector->texts = state.texts;
    return true;
}
