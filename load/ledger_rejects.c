/* ledger_rejects.c — novate.reject and novate.reject_event; the contract is in target_reject.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "ledger_private.h"
#include "session_private.h"

#include "novate/target_reject.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define UTC(column) "to_char(" column " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"

/* $1 to $6 and $8 are what filter_open() gives. */
#define FILTERED                                                                                   \
    " FROM novate.reject WHERE migration = $1 AND ($2::text IS NULL OR entity = $2)"               \
    " AND ($3::text IS NULL OR class = $3) AND ($4::text IS NULL OR name = $4)"                    \
    " AND ($5::text IS NULL OR state = $5)"                                                        \
    " AND ($6::bigint[] IS NULL OR reject = ANY ($6::bigint[]))"                                   \
    " AND ($8::text IS NULL OR key = $8)"

enum {
    FILTER_PARAMETERS = 8,
    NUMBERS_BYTES_MAX = 64 << 20
};

struct filter_parameters {
    const char *values[FILTER_PARAMETERS];
    struct text_buffer numbers;
    char limit[32];
};

/* {1,2,3} */
static void push_numbers(const int64_t *numbers, int count, struct text_buffer *out)
{
    text_buffer_char(out, '{');
    for (int i = 0; i < count; i++) {
        text_buffer_format(out, "%s%lld", i == 0 ? "" : ",", (long long)numbers[i]);
    }
    text_buffer_char(out, '}');
}

static bool filter_open(struct filter_parameters *parameters,
                        const struct target_reject_filter *filter,
                        struct error *error)
{
    text_buffer_init(&parameters->numbers, NUMBERS_BYTES_MAX);
    push_numbers(filter->numbers, filter->number_count, &parameters->numbers);
    snprintf(
        parameters->limit, sizeof parameters->limit, "%llu", (unsigned long long)filter->limit);
    const char *const values[FILTER_PARAMETERS] = {
        filter->migration,
        filter->entity,
        filter->class_text,
        filter->name,
        filter->state,
        filter->number_count == 0 ? NULL : parameters->numbers.data,
        parameters->limit,
        filter->key};
    memcpy(parameters->values, values, sizeof values);
    return text_buffer_check(&parameters->numbers, error);
}

static int64_t number_of(const struct session_result *result, int row, int column)
{
    const char *text = session_value(result, row, column);
    return text == NULL ? 0 : strtoll(text, NULL, 10);
}

static const char select_rejects[] =
    "SELECT reject::text, run::text, entity, chunk::text, key, position, column_name, class, name,"
    " sqlstate, message, by_target, state, " UTC("rejected_at") ", " UTC(
        "first_seen_at") ", coalesce(first_run, run)::text, times_seen::text, source_hash" FILTERED
                         " ORDER BY entity, reject LIMIT nullif($7::bigint, 0)";

static struct target_reject read_reject(const struct session_result *result, int row)
{
    return (struct target_reject){
        .reject = number_of(result, row, 0),
        .run = number_of(result, row, 1),
        .entity = session_value(result, row, 2),
        .chunk = (int)number_of(result, row, 3),
        .key = session_value(result, row, 4),
        .position = session_value(result, row, 5),
        .column = session_value(result, row, 6),
        .class_text = session_value(result, row, 7),
        .name = session_value(result, row, 8),
        .sqlstate = session_value(result, row, 9),
        .message = session_value(result, row, 10),
        .by_target = session_value(result, row, 11)[0] == 't',
        .state = session_value(result, row, 12),
        .rejected_at = session_value(result, row, 13),
        .first_seen_at = session_value(result, row, 14),
        .first_run = number_of(result, row, 15),
        .times_seen = number_of(result, row, 16),
        .source_hash = session_value(result, row, 17),
    };
}

static bool query_filtered(struct session *session,
                           const char *sql,
                           const struct target_reject_filter *filter,
                           struct arena *arena,
                           struct session_result *result,
                           struct error *error)
{
    struct filter_parameters parameters;
    bool ok =
        filter_open(&parameters, filter, error) &&
        session_query(session, sql, FILTER_PARAMETERS, parameters.values, arena, result, error);
    text_buffer_release(&parameters.numbers);
    return ok || error_context(error, "reading the rejects of the target's ledger");
}

bool target_rejects(struct session *session,
                    const struct target_reject_filter *filter,
                    struct arena *arena,
                    struct target_reject **rejects,
                    int *count,
                    struct error *error)
{
    struct session_result result;
    if (!query_filtered(session, select_rejects, filter, arena, &result, error)) {
        return false;
    }
    *rejects = ARENA_ARRAY(arena, struct target_reject, (size_t)result.rows + 1);
    if (*rejects == NULL) {
        return error_set_memory(error);
    }
    *count = result.rows;
    for (int i = 0; i < result.rows; i++) {
        (*rejects)[i] = read_reject(&result, i);
    }
    return true;
}

static const char select_groups[] =
    "SELECT entity, class, name, column_name, state, count(*)::text, " UTC(
        "min(first_seen_at)") ", " UTC("max(rejected_at)") ", max(times_seen)::text" FILTERED
                                                           " GROUP BY 1, 2, 3, 4, 5"
                                                           " ORDER BY count(*) DESC, 1, 2, 3, 4, 5"
                                                           " LIMIT nullif($7::bigint, 0)";

bool target_reject_groups(struct session *session,
                          const struct target_reject_filter *filter,
                          struct arena *arena,
                          struct target_reject_group **groups,
                          int *count,
                          struct error *error)
{
    struct session_result result;
    if (!query_filtered(session, select_groups, filter, arena, &result, error)) {
        return false;
    }
    *groups = ARENA_ARRAY(arena, struct target_reject_group, (size_t)result.rows + 1);
    if (*groups == NULL) {
        return error_set_memory(error);
    }
    *count = result.rows;
    for (int i = 0; i < result.rows; i++) {
        (*groups)[i] = (struct target_reject_group){
            .entity = session_value(&result, i, 0),
            .class_text = session_value(&result, i, 1),
            .name = session_value(&result, i, 2),
            .column = session_value(&result, i, 3),
            .state = session_value(&result, i, 4),
            .rejects = (uint64_t)number_of(&result, i, 5),
            .first_seen_at = session_value(&result, i, 6),
            .last_seen_at = session_value(&result, i, 7),
            .times_seen_max = (uint64_t)number_of(&result, i, 8),
        };
    }
    return true;
}

bool target_reject_counts(struct session *session,
                          const char *migration,
                          const char *entity,
                          struct target_reject_counts *counts,
                          struct error *error)
{
    struct arena arena;
    struct session_result result;
    const char *const parameters[] = {migration, entity};
    arena_init(&arena, 1024, NULL);
    bool ok = session_query_prepared(session,
                                     "SELECT count(*) FILTER (WHERE state = 'open')::text,"
                                     " count(*) FILTER (WHERE state = 'retried')::text,"
                                     " count(*) FILTER (WHERE state = 'closed')::text"
                                     " FROM novate.reject WHERE migration = $1 AND entity = $2",
                                     2,
                                     parameters,
                                     &arena,
                                     &result,
                                     error);
    if (ok) {
        *counts = (struct target_reject_counts){
            .open = (uint64_t)number_of(&result, 0, 0),
            .retried = (uint64_t)number_of(&result, 0, 1),
            .closed = (uint64_t)number_of(&result, 0, 2),
        };
    }
    arena_release(&arena);
    return ok || error_context(error, "counting the rejects of \"%s\"", entity);
}

static const char select_events[] =
    "SELECT what, " UTC("at") ", run::text, class, name, who, why, mapping_digest"
                              " FROM novate.reject_event WHERE migration = $1 AND entity = $2"
                              " AND md5(key) = md5($3::text) AND key = $3 ORDER BY event";

bool target_reject_events(struct session *session,
                          const char *migration,
                          const struct target_reject *reject,
                          struct arena *arena,
                          struct target_reject_event **events,
                          int *count,
                          struct error *error)
{
    struct session_result result;
    const char *const parameters[] = {migration, reject->entity, reject->key};
    if (!session_query(session, select_events, 3, parameters, arena, &result, error)) {
        return error_context(error, "reading what happened to a reject");
    }
    *events = ARENA_ARRAY(arena, struct target_reject_event, (size_t)result.rows + 1);
    if (*events == NULL) {
        return error_set_memory(error);
    }
    *count = result.rows;
    for (int i = 0; i < result.rows; i++) {
        (*events)[i] = (struct target_reject_event){
            .what = session_value(&result, i, 0),
            .at = session_value(&result, i, 1),
            .run = number_of(&result, i, 2),
            .class_text = session_value(&result, i, 3),
            .name = session_value(&result, i, 4),
            .who = session_value(&result, i, 5),
            .why = session_value(&result, i, 6),
            .mapping_digest = session_value(&result, i, 7),
        };
    }
    return true;
}

/* What is asked for and is not there, or in another state than `from`. */
static bool check_state(struct session *session,
                        const char *migration,
                        const char *numbers,
                        const char *from,
                        struct arena *arena,
                        struct error *error)
{
    struct session_result result;
    const char *const parameters[] = {migration, numbers, from};
    if (!session_query(session,
                       "SELECT asked::text, r.state FROM unnest($2::bigint[]) asked"
                       " LEFT JOIN novate.reject r ON r.reject = asked AND r.migration = $1"
                       " WHERE r.state IS DISTINCT FROM $3 ORDER BY asked LIMIT 1",
                       3,
                       parameters,
                       arena,
                       &result,
                       error)) {
        return false;
    }
    if (result.rows == 0) {
        return true;
    }
    const char *state = session_value(&result, 0, 1);
    const char *number = session_value(&result, 0, 0);
    if (state == NULL) {
        error_set(error, ERROR_STATE, "there is no reject %s", number);
    } else {
        error_set(error, ERROR_STATE, "reject %s is %s, not %s", number, state, from);
    }
    return error_hint(error, "Nothing was changed. \"novate rejects list\" shows their numbers.");
}

struct transition {
    const char *from;
    const char *to;
    const char *what;
};

static bool change_state(struct session *session,
                         const struct transition *transition,
                         const char *const parameters[4],
                         struct arena *arena,
                         struct error *error)
{
    struct session_result result;
    const char *const update[] = {parameters[0], parameters[1], transition->to};
    const char *const record[] = {
        parameters[0], parameters[1], transition->what, parameters[2], parameters[3]};
    return session_query(session,
                         "SELECT 1 FROM novate.reject WHERE migration = $1"
                         " AND reject = ANY ($2::bigint[]) FOR UPDATE",
                         2,
                         parameters,
                         arena,
                         &result,
                         error) &&
           check_state(session, parameters[0], parameters[1], transition->from, arena, error) &&
           session_query(session,
                         "UPDATE novate.reject SET state = $3 WHERE migration = $1"
                         " AND reject = ANY ($2::bigint[])",
                         3,
                         update,
                         arena,
                         &result,
                         error) &&
           session_query(session,
                         "INSERT INTO novate.reject_event (migration, entity, key, class, name,"
                         " reject, what, who, why) SELECT migration, entity, key, class, name,"
                         " reject, $3, $4, $5 FROM novate.reject WHERE migration = $1"
                         " AND reject = ANY ($2::bigint[]) ORDER BY reject",
                         5,
                         record,
                         arena,
                         &result,
                         error);
}

static bool move_rejects(struct session *session,
                         const struct transition *transition,
                         const char *migration,
                         const int64_t *numbers,
                         int count,
                         const char *const by[2],
                         struct error *error)
{
    struct arena arena;
    struct text_buffer list;
    arena_init(&arena, 1024, NULL);
    text_buffer_init(&list, NUMBERS_BYTES_MAX);
    push_numbers(numbers, count, &list);
    const char *const parameters[] = {migration, list.data, by[0], by[1]};
    bool ok = text_buffer_check(&list, error) && session_execute(session, "BEGIN", error);
    if (ok) {
        ok = change_state(session, transition, parameters, &arena, error);
        ok = session_execute(session, ok ? "COMMIT" : "ROLLBACK", error) && ok;
    }
    text_buffer_release(&list);
    arena_release(&arena);
    return ok;
}

bool target_rejects_close(struct session *session,
                          const char *migration,
                          const int64_t *numbers,
                          int count,
                          const char *who,
                          const char *why,
                          struct error *error)
{
    static const struct transition closing = {.from = "open", .to = "closed", .what = "closed"};
    const char *const by[] = {who, why};
    return move_rejects(session, &closing, migration, numbers, count, by, error);
}

bool target_rejects_reopen(struct session *session,
                           const char *migration,
                           const int64_t *numbers,
                           int count,
                           const char *who,
                           const char *why,
                           struct error *error)
{
    static const struct transition opening = {.from = "closed", .to = "open", .what = "reopened"};
    const char *const by[] = {who, why};
    return move_rejects(session, &opening, migration, numbers, count, by, error);
}

bool rejects_remember(struct session *session,
                      const char *migration,
                      const char *entity,
                      struct error *error)
{
    struct arena arena;
    struct session_result result;
    const char *const parameters[] = {migration, entity};
    arena_init(&arena, 1024, NULL);
    bool ok = session_query(session,
                            "INSERT INTO novate.reject_event (migration, entity, key, class, name,"
                            " reject, run, what, at) SELECT migration, entity, key, class, name,"
                            " reject, run, 'rejected',"
                            " CASE times_seen WHEN 1 THEN first_seen_at ELSE rejected_at END"
                            " FROM novate.reject"
                            " WHERE migration = $1 AND entity = $2 ORDER BY reject",
                            2,
                            parameters,
                            &arena,
                            &result,
                            error);
    arena_release(&arena);
    return ok;
}

bool rejects_recall_age(struct session *session,
                        const char *migration,
                        const char *entity,
                        int chunk,
                        struct error *error)
{
    struct arena arena;
    struct session_result result;
    char ordinal[16];
    snprintf(ordinal, sizeof ordinal, "%d", chunk);
    const char *const parameters[] = {migration, entity, ordinal};
    arena_init(&arena, 1024, NULL);
    bool ok =
        session_query_prepared(session,
                               "UPDATE novate.reject r SET first_run = a.run, first_seen_at = a.at,"
                               " times_seen = a.times + 1"
                               " FROM novate.reject s CROSS JOIN LATERAL (SELECT min(e.run) AS run,"
                               " min(e.at) AS at, count(DISTINCT e.run)::integer AS times"
                               " FROM novate.reject_event e WHERE e.migration = s.migration"
                               " AND e.entity = s.entity AND md5(e.key) = md5(s.key)"
                               " AND e.key = s.key AND e.class = s.class"
                               " AND e.name IS NOT DISTINCT FROM s.name AND e.what = 'rejected') a"
                               " WHERE s.migration = $1 AND s.entity = $2 AND s.chunk = $3"
                               " AND a.times > 0 AND r.reject = s.reject",
                               3,
                               parameters,
                               &arena,
                               &result,
                               error);
    arena_release(&arena);
    return ok || error_context(error, "finding out how old the rejects are");
}

bool target_retry_begin(struct session *session,
                        int64_t run,
                        const struct target_entity *entity,
                        struct error *error)
{
    struct arena arena;
    struct session_result result;
    char number[32];
    snprintf(number, sizeof number, "%lld", (long long)run);
    const char *const parameters[] = {number,
                                      entity->migration,
                                      entity->entity,
                                      entity->mapping_digest,
                                      entity->mapping_text,
                                      entity->plan_digest};
    arena_init(&arena, 1024, NULL);
    bool ok = session_query(session,
                            "INSERT INTO novate.retry (run, migration, entity, mapping_digest,"
                            " mapping_text, plan_digest) VALUES ($1, $2, $3, $4, $5, $6)",
                            6,
                            parameters,
                            &arena,
                            &result,
                            error);
    arena_release(&arena);
    return ok || error_context(error, "recording what \"%s\" is retried with", entity->entity);
}

bool target_history(struct session *session,
                    const char *migration,
                    struct arena *arena,
                    const char **history,
                    struct error *error)
{
    struct session_result result;
    const char *const parameters[] = {migration};
    if (!session_query(
            session,
            "SELECT json_build_object('run', (SELECT max(run) FROM novate.run),"
            " 'events', (SELECT coalesce(json_agg(e), '[]') FROM (SELECT entity, key, class, name,"
            " reject, run, what, at, who, why, mapping_digest FROM novate.reject_event"
            " WHERE migration = $1 UNION ALL SELECT entity, key, class, name, reject,"
            " run, 'rejected',"
            " CASE times_seen WHEN 1 THEN first_seen_at ELSE rejected_at END,"
            " NULL, NULL, NULL FROM novate.reject WHERE migration = $1) e))::text",
            1,
            parameters,
            arena,
            &result,
            error)) {
        return error_context(error, "reading what happened to rejects");
    }
    *history = session_value(&result, 0, 0);
    return true;
}

bool target_history_put(struct session *session,
                        const char *migration,
                        const char *history,
                        struct error *error)
{
    struct arena arena;
    struct session_result result;
    const char *const parameters[] = {history, migration};
    arena_init(&arena, 1024, NULL);
    bool ok =
        session_query(session,
                      "INSERT INTO novate.reject_event (migration, entity, key, class, name,"
                      " reject, run, what, at, who, why, mapping_digest) SELECT $2, x.* FROM"
                      " json_to_recordset($1::json -> 'events') AS x (entity text, key text,"
                      " class text, name text, reject bigint, run bigint, what text,"
                      " at timestamptz, who text, why text, mapping_digest text) ORDER BY x.at",
                      2,
                      parameters,
                      &arena,
                      &result,
                      error) &&
        session_query(session,
                      "SELECT setval(pg_get_serial_sequence('novate.run', 'run'),"
                      " ($1::json ->> 'run')::bigint)",
                      1,
                      parameters,
                      &arena,
                      &result,
                      error);
    arena_release(&arena);
    return ok || error_context(error, "keeping what happened to rejects");
}
