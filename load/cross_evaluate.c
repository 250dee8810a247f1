/* cross_evaluate.c — the rules over the records, by the server.
 *
 * All records are computed in one statement. Where the server refuses it, halves of them are, until
 * the records that are refused stand alone; of these each column is computed by itself.
 * SPDX-License-Identifier: Apache-2.0 */
#include "cross_private.h"

#include <string.h>

static bool is_refusal(const char *sqlstate)
{
    return server_error_is_data(sqlstate) || strncmp(sqlstate, "42", 2) == 0 ||
           strncmp(sqlstate, "0A", 2) == 0;
}

bool cross_attempt(struct cross_check *cross,
                   const char *sql,
                   struct cross_attempt *attempt,
                   struct error *error)
{
    struct session *session = cross->options.session;
    PGresult *result = NULL;

    *attempt = (struct cross_attempt){.refused = false};
    if (!session_execute(session, "SAVEPOINT novate_cross", error) ||
        !session_send(session, sql, error) || !session_next_result(session, &result, error)) {
        return false;
    }
    ExecStatusType status = PQresultStatus(result);
    bool ok = true;
    attempt->refused = status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK;
    attempt->rows = attempt->refused ? 0 : PQntuples(result);
    if (attempt->refused) {
        const char *sqlstate = server_error_of(result).sqlstate;
        memcpy(attempt->sqlstate, sqlstate, strnlen(sqlstate, sizeof attempt->sqlstate - 1));
        ok = is_refusal(sqlstate) || session_fail(session, result, true, error);
    }
    PQclear(result);
    session_drain(session);
    return ok && session_execute(session,
                                 attempt->refused ? "ROLLBACK TO novate_cross; RELEASE novate_cross"
                                                  : "RELEASE novate_cross",
                                 error);
}

static bool attempt_buffer(struct cross_check *cross,
                           struct cross_attempt *attempt,
                           struct error *error)
{
    return text_buffer_check(&cross->sql, error) &&
           cross_attempt(cross, cross->sql.data, attempt, error);
}

/* --- are the rules accepted at all? --- */

static bool probe_rule(struct cross_check *cross,
                       struct rendered_rule *rule,
                       struct arena *arena,
                       struct error *error)
{
    struct cross_attempt attempt;
    if (!attempt_buffer(cross, &attempt, error)) {
        return false;
    }
    if (attempt.refused) {
        rule->sql = NULL;
        rule->reason =
            arena_format(arena, "the target does not take the expression (%s)", attempt.sqlstate);
        return rule->reason != NULL || error_set_memory(error);
    }
    return true;
}

static bool probe_conditions(struct cross_check *cross,
                             struct rendered_rule *rules,
                             int count,
                             const char *from,
                             struct arena *arena,
                             struct error *error)
{
    for (int i = 0; i < count; i++) {
        if (rules[i].sql == NULL) {
            continue;
        }
        text_buffer_reset(&cross->sql);
        text_buffer_format(
            &cross->sql, "SELECT (%s) IS TRUE FROM pg_temp.%s WHERE false", rules[i].sql, from);
        if (!probe_rule(cross, &rules[i], arena, error)) {
            return false;
        }
    }
    return true;
}

static bool probe_column(struct cross_check *cross,
                         int column,
                         const char *sql,
                         struct arena *arena,
                         struct error *error)
{
    text_buffer_reset(&cross->sql);
    text_buffer_format(&cross->sql,
                       "INSERT INTO pg_temp." CROSS_ROW_TABLE
                       " (c%d) SELECT %s FROM pg_temp." CROSS_RECORD_TABLE " AS s WHERE false",
                       column,
                       sql);
    return probe_rule(cross, &cross->options.rendering->columns[column], arena, error);
}

/* A check of columns that the server does not compute cannot be computed either. */
static bool withhold_checks(struct rendering *rendering, struct arena *arena, struct error *error)
{
    for (int i = 0; i < rendering->check_count; i++) {
        struct rendered_rule *check = &rendering->checks[i];
        for (int at = 0; check->sql != NULL && at < rendering->column_count; at++) {
            if (!check->reads[at] || rendering->columns[at].sql != NULL) {
                continue;
            }
            check->sql = NULL;
            check->reason = arena_format(arena,
                                         "it reads column \"%s\", which is not cross-checked",
                                         rendering->columns[at].name);
            if (check->reason == NULL) {
                return error_set_memory(error);
            }
        }
    }
    return true;
}

/* Conditions guard those behind them, so what stands behind a gap is not asked. */
static void close_gap(struct rendered_rule *rules, int count)
{
    bool gap = false;
    for (int i = 0; i < count; i++) {
        if (gap && rules[i].sql != NULL) {
            rules[i].sql = NULL;
            rules[i].reason = "it stands behind one that is not cross-checked";
        }
        gap = gap || rules[i].sql == NULL;
    }
}

bool cross_check_probe(struct cross_check *cross, struct arena *arena, struct error *error)
{
    struct rendering *rendering = cross->options.rendering;

    if (!probe_conditions(cross,
                          rendering->filters,
                          rendering->filter_count,
                          CROSS_RECORD_TABLE " AS s",
                          arena,
                          error)) {
        return false;
    }
    for (int i = 0; i < rendering->column_count; i++) {
        struct rendered_rule *rule = &rendering->columns[i];
        if ((rule->sql != NULL && !probe_column(cross, i, rule->sql, arena, error)) ||
            (rule->sql != NULL && rule->fallback != NULL &&
             !probe_column(cross, i, rule->fallback, arena, error))) {
            return false;
        }
    }
    if (!withhold_checks(rendering, arena, error) || !probe_conditions(cross,
                                                                       rendering->checks,
                                                                       rendering->check_count,
                                                                       CROSS_ROW_TABLE " AS r",
                                                                       arena,
                                                                       error)) {
        return false;
    }
    close_gap(rendering->filters, rendering->filter_count);
    close_gap(rendering->checks, rendering->check_count);
    return true;
}

/* --- all records, or those that remain --- */

struct question {
    /* Writes the statement up to the records that it is about. */
    void (*push)(struct cross_check *cross);
    /* One record that was refused. */
    bool (*alone)(struct cross_check *cross, int record, struct error *error);
};

static bool ask(struct cross_check *cross,
                const struct question *question,
                int first,
                int end,
                bool *accepted,
                struct error *error)
{
    struct cross_attempt attempt;
    text_buffer_reset(&cross->sql);
    question->push(cross);
    text_buffer_format(&cross->sql, " AND s.n >= %d AND s.n < %d", first, end);
    bool ok = attempt_buffer(cross, &attempt, error);
    *accepted = ok && !attempt.refused;
    return ok;
}

/* Ranges that wait for their turn are at most one per halving. */
static bool ask_all(struct cross_check *cross, const struct question *question, struct error *error)
{
    struct range {
        int first, end;
    } waiting[2 * 17] = {{0, cross->records}};
    int count = cross->records > 0 ? 1 : 0;

    while (count > 0) {
        struct range range = waiting[--count];
        bool accepted = false;
        if (!ask(cross, question, range.first, range.end, &accepted, error)) {
            return false;
        }
        if (accepted) {
            continue;
        }
        if (range.end - range.first == 1) {
            if (!question->alone(cross, range.first, error)) {
                return false;
            }
            continue;
        }
        int middle = range.first + (range.end - range.first) / 2;
        waiting[count++] = (struct range){middle, range.end};
        waiting[count++] = (struct range){range.first, middle};
    }
    return true;
}

static bool execute(struct cross_check *cross, struct error *error)
{
    return text_buffer_check(&cross->sql, error) &&
           session_execute(cross->options.session, cross->sql.data, error);
}

/* --- filters: which one keeps the record out --- */

static void push_decision(struct cross_check *cross,
                          const struct rendered_rule *rules,
                          int count,
                          const char *met)
{
    text_buffer_string(&cross->sql, "CASE");
    for (int i = 0; i < count && rules[i].sql != NULL; i++) {
        text_buffer_format(&cross->sql, " WHEN (%s) %s THEN %d", rules[i].sql, met, i + 1);
    }
    text_buffer_string(&cross->sql, " WHEN false THEN 0 ELSE 0 END");
}

static void push_filters(struct cross_check *cross)
{
    const struct rendering *rendering = cross->options.rendering;
    text_buffer_string(&cross->sql,
                       "INSERT INTO pg_temp." CROSS_ROW_TABLE " (n, filter) SELECT s.n, ");
    push_decision(cross, rendering->filters, rendering->filter_count, "IS NOT TRUE");
    text_buffer_string(&cross->sql, " FROM pg_temp." CROSS_RECORD_TABLE " AS s WHERE true");
}

static bool note_filter(struct cross_check *cross, int record, struct error *error)
{
    text_buffer_reset(&cross->sql);
    text_buffer_format(
        &cross->sql, "INSERT INTO pg_temp." CROSS_ROW_TABLE " (n, filter) VALUES (%d, -1)", record);
    return execute(cross, error);
}

/* --- columns --- */

static void push_columns(struct cross_check *cross)
{
    const struct rendering *rendering = cross->options.rendering;
    bool first = true;

    text_buffer_string(&cross->sql, "UPDATE pg_temp." CROSS_ROW_TABLE " AS r SET ");
    for (int i = 0; i < rendering->column_count; i++) {
        if (rendering->columns[i].sql != NULL) {
            text_buffer_format(
                &cross->sql, "%sc%d = %s", first ? "" : ", ", i, rendering->columns[i].sql);
            first = false;
        }
    }
    text_buffer_string(&cross->sql,
                       " FROM pg_temp." CROSS_RECORD_TABLE " AS s WHERE r.n = s.n AND s.wanted");
}

static bool set_column(struct cross_check *cross,
                       int record,
                       int column,
                       const char *sql,
                       bool *refused,
                       struct error *error)
{
    struct cross_attempt attempt;
    text_buffer_reset(&cross->sql);
    text_buffer_format(&cross->sql,
                       "UPDATE pg_temp." CROSS_ROW_TABLE
                       " AS r SET c%d = %s FROM pg_temp." CROSS_RECORD_TABLE
                       " AS s WHERE r.n = s.n AND s.n = %d",
                       column,
                       sql,
                       record);
    bool ok = attempt_buffer(cross, &attempt, error);
    *refused = ok && attempt.refused;
    return ok;
}

/* try() covers what cannot be computed, not what its column does not take. */
static bool set_fallback(
    struct cross_check *cross, int record, int column, bool *refused, struct error *error)
{
    const struct rendered_rule *rule = &cross->options.rendering->columns[column];
    struct cross_attempt attempt;

    text_buffer_reset(&cross->sql);
    text_buffer_format(&cross->sql,
                       "SELECT %s FROM pg_temp." CROSS_RECORD_TABLE " AS s WHERE s.n = %d",
                       rule->sql,
                       record);
    if (!attempt_buffer(cross, &attempt, error)) {
        return false;
    }
    return !attempt.refused || set_column(cross, record, column, rule->fallback, refused, error);
}

static bool compute_columns(struct cross_check *cross, int record, struct error *error)
{
    const struct rendering *rendering = cross->options.rendering;

    for (int i = 0; i < rendering->column_count; i++) {
        const struct rendered_rule *rule = &rendering->columns[i];
        bool refused = false;
        if (rule->sql == NULL) {
            continue;
        }
        if (!set_column(cross, record, i, rule->sql, &refused, error) ||
            (refused && rule->fallback != NULL &&
             !set_fallback(cross, record, i, &refused, error))) {
            return false;
        }
        cross->failed[(size_t)record * (size_t)rendering->column_count + (size_t)i] = refused;
    }
    return true;
}

/* --- checks: which one refuses the row --- */

static void push_checks(struct cross_check *cross)
{
    const struct rendering *rendering = cross->options.rendering;
    text_buffer_string(&cross->sql, "UPDATE pg_temp." CROSS_ROW_TABLE " AS r SET refused = ");
    push_decision(cross, rendering->checks, rendering->check_count, "IS FALSE");
    text_buffer_string(&cross->sql,
                       " FROM pg_temp." CROSS_RECORD_TABLE " AS s WHERE r.n = s.n AND s.wanted");
}

static bool note_check(struct cross_check *cross, int record, struct error *error)
{
    text_buffer_reset(&cross->sql);
    text_buffer_format(
        &cross->sql, "UPDATE pg_temp." CROSS_ROW_TABLE " SET refused = -1 WHERE n = %d", record);
    return execute(cross, error);
}

static bool any_column(const struct rendering *rendering)
{
    for (int i = 0; i < rendering->column_count; i++) {
        if (rendering->columns[i].sql != NULL) {
            return true;
        }
    }
    return false;
}

bool cross_evaluate(struct cross_check *cross, struct error *error)
{
    const struct rendering *rendering = cross->options.rendering;
    const struct question filters = {push_filters, note_filter};
    const struct question columns = {push_columns, compute_columns};
    const struct question checks = {push_checks, note_check};
    bool checked = rendering->check_count > 0 && rendering->checks[0].sql != NULL;

    return ask_all(cross, &filters, error) &&
           (!any_column(rendering) || ask_all(cross, &columns, error)) &&
           (!checked || ask_all(cross, &checks, error));
}

bool cross_check_loses(
    struct cross_check *cross, int record, int column, bool *loses, struct error *error)
{
    const struct column *target = &cross->options.target->columns[column];
    const char *value = cross->options.rendering->columns[column].sql;
    bool floats = type_storage(target->type.id) == STORAGE_FLOAT64;
    struct cross_attempt attempt;

    text_buffer_reset(&cross->sql);
    text_buffer_format(&cross->sql,
                       "SELECT FROM pg_temp." CROSS_RECORD_TABLE
                       " AS s WHERE s.n = %d AND %s%s%s IS DISTINCT FROM %sCAST(%s AS ",
                       record,
                       floats ? "CAST(" : "",
                       value,
                       floats ? " AS numeric)" : "",
                       floats ? "CAST(CAST(" : "",
                       value);
    cross_push_type(target->type, target->declared, &cross->sql);
    text_buffer_string(&cross->sql, floats ? ") AS text) AS numeric)" : ")");
    bool ok = attempt_buffer(cross, &attempt, error);
    *loses = ok && !attempt.refused && attempt.rows > 0;
    return ok;
}
