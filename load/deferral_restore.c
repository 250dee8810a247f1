/* deferral_restore.c — what was taken off a table is put back: the contract is in deferral.h.
 *
 * The statements are made by the server from the row of novate.deferred, and only those that are
 * still needed: what is there already, as it was, is left as it is.
 * SPDX-License-Identifier: Apache-2.0 */
#include "deferral_shared.h"
#include "session_private.h"

#include "novate/deferral.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PLAN_TABLE_THERE,
    PLAN_NAME_TAKEN, /* by something else */
    PLAN_TABLESPACE,
    PLAN_CREATE, /* or NULL: it is there */
    PLAN_DETAILS,
    PLAN_VALID /* nothing is left to be validated afterwards */
};

/* As recorded, the index of a partitioned table is for that table ONLY, and those of its partitions
 * are attached by name. Where it has other partitions now, the server has to find out which of them
 * have one, and to build what is missing. */
#define IN_WHOLE(definition, name)                                                                 \
    "CASE WHEN w.as_recorded THEN " definition " ELSE replace(" definition                         \
    ", format('INDEX %I ON ONLY ', " name "), format('INDEX %I ON ', " name ")) END"
#define OF_PARTITIONS                                                                              \
    " LEFT JOIN LATERAL (SELECT array_agg(m.relid::oid) AS oids, bool_and(EXISTS ("                \
    "  SELECT FROM jsonb_to_recordset(d.partitions) AS p(schema text, \"table\" text)"             \
    "  WHERE to_regclass(format('%I.%I', p.schema, p.\"table\")) = m.relid) OR m.level = 0)"       \
    "  AS as_recorded FROM pg_partition_tree(to_regclass("                                         \
    "  format('%I.%I', d.schema_name, d.table_name))) m) w ON d.partitions IS NOT NULL"            \
    " LEFT JOIN LATERAL (SELECT string_agg(format('SET LOCAL default_tablespace = %L; %s', "       \
    "coalesce(p.tablespace, "                                                                      \
    "''), " IN_WHOLE(                                                                              \
        "p.definition",                                                                            \
        "p.name") "), '; ' ORDER BY p.depth DESC, p.name) AS builds,"                              \
                  "  string_agg(format('ALTER INDEX %s ATTACH PARTITION %I.%I', p.parent, "        \
                  "p.schema, p.name),"                                                             \
                  "   '; ' ORDER BY p.depth DESC, p.name) FILTER (WHERE w.as_recorded AND"         \
                  "   to_regclass(format('%I.%I', p.schema, p.\"table\")) = ANY (w.oids)) AS "     \
                  "attaches,"                                                                      \
                  "  string_agg(concat_ws('; ', '', CASE WHEN p.clustered THEN"                    \
                  "   format('ALTER TABLE %I.%I CLUSTER ON %I', p.schema, p.\"table\", p.name) "   \
                  "END,"                                                                           \
                  "   CASE WHEN p.replica_identity THEN format('ALTER TABLE %I.%I REPLICA "        \
                  "IDENTITY USING INDEX"                                                           \
                  " %I', p.schema, p.\"table\", p.name) END,"                                      \
                  "   'COMMENT ON INDEX ' || format('%I.%I IS %L', p.schema, p.name, p.comment),"  \
                  "   (SELECT string_agg(format('ALTER INDEX %I.%I ALTER COLUMN %s SET "           \
                  "STATISTICS %s',"                                                                \
                  "    p.schema, p.name, s.key, s.value), '; ') FROM "                             \
                  "jsonb_each_text(p.statistics) s)), '')"                                         \
                  "   AS details FROM jsonb_to_recordset(d.partitions) AS p(schema text, "         \
                  "\"table\" text,"                                                                \
                  "   name text, depth int, parent text, definition text, tablespace text, "       \
                  "comment text,"                                                                  \
                  "   clustered boolean, replica_identity boolean, statistics jsonb)"              \
                  "  WHERE to_regclass(format('%I.%I', p.schema, p.\"table\")) IS NOT NULL) parts" \
                  " ON d.partitions IS NOT NULL"

/* A lock that is stronger than that of building the index is taken before anything else, since two
 * sessions that both wanted more than they have would wait for each other; and that of a
 * partitioned table before those of its partitions, of which planning has a look. */
static const char find_lock[] =
    "SELECT CASE WHEN d.kind = 'unique_constraint' OR d.clustered OR d.replica_identity"
    "  THEN format('LOCK TABLE ONLY %I.%I IN ACCESS EXCLUSIVE MODE', schema_name, table_name)"
    "  WHEN EXISTS (SELECT FROM jsonb_to_recordset(d.partitions) AS p(clustered boolean,"
    "   replica_identity boolean) WHERE p.clustered OR p.replica_identity)"
    "  THEN format('LOCK TABLE %I.%I IN ACCESS EXCLUSIVE MODE', schema_name, table_name)"
    "  WHEN d.partitions IS NOT NULL"
    "  THEN format('LOCK TABLE ONLY %I.%I IN SHARE MODE', schema_name, table_name) END"
    " FROM novate.deferred d WHERE d.deferred = $1::bigint AND d.kind <> 'foreign_key'"
    " AND to_regclass(format('%I.%I', d.schema_name, d.table_name)) IS NOT NULL";

static const char plan_index[] =
    "SELECT to_regclass(format('%I.%I', d.schema_name, d.table_name)) IS NOT NULL,"
    " x.oid IS NOT NULL AND (i.indexrelid IS NULL OR NOT i.indisvalid"
    "  OR pg_get_indexdef(x.oid) <> d.definition),"
    " coalesce(d.tablespace, ''),"
    " CASE WHEN x.oid IS NULL AND d.partitions IS NULL THEN d.definition"
    "  WHEN x.oid IS NULL THEN concat_ws('; ', parts.builds,"
    "  format('SET LOCAL default_tablespace = %L', coalesce(d.tablespace, '')), " IN_WHOLE(
        "d.definition",
        "d.name") ", parts.attaches) END,"
                  " concat_ws('; ', '', CASE WHEN x.oid IS NULL THEN parts.details END,"
                  "  CASE WHEN d.kind = 'unique_constraint' AND k.oid IS NULL THEN"
                  "   format('ALTER TABLE %I.%I ADD CONSTRAINT %I UNIQUE USING INDEX %I %s', "
                  "schema_name,"
                  "    table_name, name, name, substring(constraint_definition FROM"
                  "    '(DEFERRABLE( INITIALLY DEFERRED)?)$')) END,"
                  "  CASE WHEN d.clustered THEN"
                  "   format('ALTER TABLE %I.%I CLUSTER ON %I', schema_name, table_name, name) END,"
                  "  CASE WHEN d.replica_identity THEN format('ALTER TABLE %I.%I REPLICA IDENTITY "
                  "USING INDEX"
                  " %I', schema_name, table_name, name) END,"
                  "  'COMMENT ON INDEX ' || format('%I.%I IS %L', schema_name, name, d.comment),"
                  "  CASE WHEN d.kind = 'unique_constraint' THEN format('COMMENT ON CONSTRAINT %I "
                  "ON %I.%I IS "
                  "%L',"
                  "   name, schema_name, table_name, d.constraint_comment) END,"
                  "  (SELECT string_agg(format('ALTER INDEX %I.%I ALTER COLUMN %s SET STATISTICS "
                  "%s',"
                  "   schema_name, name, s.key, s.value), '; ') FROM "
                  "json_each_text(d.column_statistics) s)),"
                  " true"
                  " FROM novate.deferred d LEFT JOIN pg_namespace n ON n.nspname = d.schema_name"
                  " LEFT JOIN pg_class x ON x.relname = d.name AND x.relnamespace = n.oid"
                  " LEFT JOIN pg_index i ON i.indexrelid = x.oid"
                  " LEFT JOIN pg_constraint k ON k.conindid = x.oid AND k.contype = "
                  "'u'" OF_PARTITIONS " WHERE d.deferred = $1::bigint";

static const char plan_foreign_key[] =
    "SELECT t.oid IS NOT NULL,"
    " f.oid IS NOT NULL AND replace(pg_get_constraintdef(f.oid), ' NOT VALID', '')"
    "  <> replace(d.definition, ' NOT VALID', ''),"
    " '', CASE WHEN f.oid IS NULL THEN format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s%s',"
    "  d.schema_name, d.table_name, d.name, d.definition,"
    "  CASE WHEN d.valid THEN ' NOT VALID' END) END,"
    " '; ' || format('COMMENT ON CONSTRAINT %I ON %I.%I IS %L', d.name, d.schema_name,"
    "  d.table_name, d.constraint_comment),"
    " coalesce(f.convalidated, false) OR NOT d.valid"
    " FROM novate.deferred d LEFT JOIN pg_class t"
    "  ON t.oid = to_regclass(format('%I.%I', d.schema_name, d.table_name))"
    " LEFT JOIN pg_constraint f ON f.conrelid = t.oid AND f.conname = d.name"
    " WHERE d.deferred = $1::bigint";

/* The server may quote values of the rows that it reads: an index of an expression computes it. */
static bool execute_hidden(struct session *session, const char *sql, struct error *error)
{
    if (!session_send(session, sql, error)) {
        return false;
    }
    bool ok = true;
    PGresult *result = NULL;
    while (session_next_result(session, &result, error) && result != NULL) {
        if (PQresultStatus(result) != PGRES_COMMAND_OK &&
            PQresultStatus(result) != PGRES_TUPLES_OK) {
            ok = session_fail(session, result, true, error);
        }
        PQclear(result);
    }
    return ok && error->code == ERROR_OK;
}

static bool set_state(struct session *session,
                      const struct deferred *item,
                      const char *state,
                      const char *message,
                      struct error *error)
{
    struct arena arena;
    struct session_result result;
    char number[32];
    arena_init(&arena, 1024, NULL);
    snprintf(number, sizeof number, "%lld", (long long)item->number);
    const char *const parameters[] = {number, state, message};
    bool ok = session_query(session,
                            "UPDATE novate.deferred SET state = coalesce($2, state), message = $3,"
                            " restored_at = CASE WHEN $2 = 'restored' THEN clock_timestamp() END"
                            " WHERE deferred = $1::bigint",
                            3,
                            parameters,
                            &arena,
                            &result,
                            error);
    arena_release(&arena);
    return ok;
}

/* What of a failure is the item's own: the others can still be restored. Everything else stops. */
static bool is_of_item(const struct error *reason)
{
    static const char *const stops[] = {"08", "25", "28", "40", "53", "55", "57", "58", "XX", NULL};
    if (reason->code != ERROR_TARGET || reason->sqlstate[0] == '\0') {
        return false;
    }
    for (const char *const *class = stops; *class != NULL; class ++) {
        if (strncmp(reason->sqlstate, *class, 2) == 0) {
            return false;
        }
    }
    return true;
}

/* Ends what failed: an outcome, recorded, or an error. */
static bool conclude(struct session *session,
                     const struct deferred *item,
                     enum deferral_outcome *outcome,
                     struct error *reason,
                     struct error *error)
{
    session_rollback(session);
    if (reason->code == ERROR_STATE) {
        *outcome = DEFERRAL_IMPOSSIBLE;
    } else if (!is_of_item(reason)) {
        *error = *reason;
        return error_context(error, "restoring \"%s\" of %s", item->name, item->table);
    } else if (strcmp(reason->sqlstate, "23505") == 0 || strcmp(reason->sqlstate, "23503") == 0) {
        *outcome = DEFERRAL_VIOLATED;
    } else {
        *outcome = DEFERRAL_IMPOSSIBLE;
    }
    return set_state(session, item, NULL, reason->message, error);
}

static bool lock(struct session *session,
                 const char *number,
                 struct arena *arena,
                 struct error *reason)
{
    struct session_result found;
    const char *const parameters[] = {number};
    if (!session_query(session, find_lock, 1, parameters, arena, &found, reason)) {
        return false;
    }
    const char *statement = found.rows == 0 ? NULL : session_value(&found, 0, 0);
    return statement == NULL || session_execute(session, statement, reason);
}

static bool make(struct session *session,
                 const struct deferred *item,
                 const struct session_result *plan,
                 struct arena *arena,
                 struct error *reason)
{
    const char *const tablespace[] = {session_value(plan, 0, PLAN_TABLESPACE)};
    struct session_result result;
    const char *create = session_value(plan, 0, PLAN_CREATE);
    if (session_value(plan, 0, PLAN_TABLE_THERE)[0] != 't') {
        error_set(reason, ERROR_STATE, "the table %s is not there any more", item->table);
        return false;
    }
    if (session_value(plan, 0, PLAN_NAME_TAKEN)[0] == 't') {
        error_set(reason,
                  ERROR_STATE,
                  "something else has the name \"%s\", or it was defined anew",
                  item->name);
        return false;
    }
    return session_execute(session, "SET LOCAL search_path TO DEFAULT", reason) &&
           session_query(session,
                         "SELECT set_config('default_tablespace', $1, true)",
                         1,
                         tablespace,
                         arena,
                         &result,
                         reason) &&
           (create == NULL || execute_hidden(session, create, reason)) &&
           execute_hidden(session, session_value(plan, 0, PLAN_DETAILS), reason);
}

bool deferral_prepare(struct session *session, struct error *error)
{
    /* Sessions that build on one table wait for each other, and for what a killed novate began. */
    return session_execute(session, "SET lock_timeout = 0", error);
}

bool deferral_restore(struct session *session,
                      const struct deferred *item,
                      enum deferral_outcome *outcome,
                      struct error *reason,
                      struct error *error)
{
    struct arena arena;
    struct session_result plan;
    char number[32];
    const char *state = NULL;
    const char *heir = NULL;
    bool is_foreign_key = strcmp(item->kind, "foreign_key") == 0;
    arena_init(&arena, 4096, NULL);
    snprintf(number, sizeof number, "%lld", (long long)item->number);
    const char *const parameters[] = {number};
    *outcome = DEFERRAL_RESTORED;
    bool ok = deferral_take(session, item, &arena, &state, &heir, reason);
    if (ok && strcmp(state, "dropped") == 0 && heir != NULL) {
        struct error left = ERROR_NONE;
        ok = deferral_leave(session, item, heir, &left, reason) &&
             session_execute(session, "COMMIT", reason);
        *outcome = DEFERRAL_LEFT;
        *reason = ok ? left : *reason;
        ok = ok || conclude(session, item, outcome, reason, error);
        arena_release(&arena);
        return ok;
    }
    if (ok && strcmp(state, "dropped") == 0) {
        ok = lock(session, number, &arena, reason) &&
             session_query(session,
                           is_foreign_key ? plan_foreign_key : plan_index,
                           1,
                           parameters,
                           &arena,
                           &plan,
                           reason) &&
             make(session, item, &plan, &arena, reason);
        bool valid = ok && session_value(&plan, 0, PLAN_VALID)[0] == 't';
        *outcome = valid ? DEFERRAL_RESTORED : DEFERRAL_TO_VALIDATE;
        ok = ok && set_state(session, item, valid ? "restored" : "not_valid", NULL, reason);
    } else if (ok && strcmp(state, "not_valid") == 0) {
        *outcome = DEFERRAL_TO_VALIDATE;
    }
    ok = ok && session_execute(session, "COMMIT", reason);
    ok = ok || conclude(session, item, outcome, reason, error);
    arena_release(&arena);
    return ok;
}

bool deferral_validate(struct session *session,
                       const struct deferred *item,
                       enum deferral_outcome *outcome,
                       struct error *reason,
                       struct error *error)
{
    struct arena arena;
    struct session_result result;
    char number[32];
    const char *state = NULL;
    const char *heir = NULL;
    arena_init(&arena, 4096, NULL);
    snprintf(number, sizeof number, "%lld", (long long)item->number);
    const char *const parameters[] = {number};
    *outcome = DEFERRAL_RESTORED;
    bool ok = deferral_take(session, item, &arena, &state, &heir, reason);
    if (ok && strcmp(state, "not_valid") == 0) {
        ok = session_query(session,
                           "SELECT format('ALTER TABLE %I.%I VALIDATE CONSTRAINT %I', schema_name,"
                           " table_name, name) FROM novate.deferred WHERE deferred = $1::bigint",
                           1,
                           parameters,
                           &arena,
                           &result,
                           reason) &&
             execute_hidden(session, session_value(&result, 0, 0), reason) &&
             set_state(session, item, "restored", NULL, reason);
    }
    ok = ok && session_execute(session, "COMMIT", reason);
    ok = ok || conclude(session, item, outcome, reason, error);
    arena_release(&arena);
    return ok;
}

bool deferral_progress(struct session *session, int pid, struct deferral_progress *out)
{
    struct arena arena;
    struct session_result result = {.rows = 0};
    struct error ignored = ERROR_NONE;
    char number[32];
    arena_init(&arena, 1024, NULL);
    snprintf(number, sizeof number, "%d", pid);
    const char *const parameters[] = {number};
    bool ok = session_query(
        session,
        "SELECT coalesce(p.phase, CASE WHEN a.wait_event_type = 'Lock' THEN 'waiting for a lock'"
        " ELSE 'validating' END),"
        " CASE WHEN p.tuples_total > 0 THEN p.tuples_done::float8 / p.tuples_total"
        " WHEN p.blocks_total > 0 THEN p.blocks_done::float8 / p.blocks_total END::text"
        " FROM pg_stat_activity a LEFT JOIN pg_stat_progress_create_index p ON p.pid = a.pid"
        " WHERE a.pid = $1::integer AND a.state = 'active'",
        1,
        parameters,
        &arena,
        &result,
        &ignored);
    ok = ok && result.rows == 1;
    if (ok) {
        const char *share = session_value(&result, 0, 1);
        snprintf(out->phase, sizeof out->phase, "%s", session_value(&result, 0, 0));
        out->share = share == NULL ? -1 : strtod(share, NULL);
    }
    arena_release(&arena);
    return ok;
}
