/* shadow.c — mode replace: a table beside the table, and the exchange of their contents.
 *
 * The contents are exchanged, not the tables: DELETE and INSERT … SELECT in one transaction. The
 * table stays the one it is, with all that depends on it or is said of it: views, functions,
 * grants, owner, triggers, row security, publications, statistics. Readers are not held up, and
 * see the old rows or the new ones by their snapshot, old snapshots too, which TRUNCATE would show
 * an empty table. The price is that the rows are written twice, and the old ones are dead until
 * they are vacuumed.
 *
 * The shadow has what refuses rows (types, NOT NULL, checks, unique and exclusion constraints,
 * foreign keys) under the names that the table has it under, so that a row that cannot be carried
 * is refused when it is loaded. SPDX-License-Identifier: Apache-2.0 */
#include "session_private.h"
#include "workspace_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    STATEMENT_BYTES_MAX = 1 << 24
};

/* A foreign key of the table onto itself becomes one of the shadow onto itself. */
static const char foreign_keys[] =
    "SELECT format('ALTER TABLE %s ADD CONSTRAINT %I %s', $2::text, k.conname,"
    " CASE WHEN k.confrelid <> k.conrelid THEN pg_get_constraintdef(k.oid)"
    " ELSE format('FOREIGN KEY (%s) REFERENCES %s (%s)%s',"
    "  (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY o)"
    "   FROM unnest(k.conkey) WITH ORDINALITY u(n, o)"
    "   JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.n), $2,"
    "  (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY o)"
    "   FROM unnest(k.confkey) WITH ORDINALITY u(n, o)"
    "   JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.n),"
    "  CASE k.confmatchtype WHEN 'f' THEN ' MATCH FULL' ELSE '' END) END)"
    " FROM pg_constraint k WHERE k.conrelid = $1::oid AND k.contype = 'f' ORDER BY k.conname";

/* Indexes that refuse nothing are not worth their keep; the others get the names of those that they
 * were copied from, by a detour, since one may have the name that another is to get. */
static const char indexes[] =
    "WITH i AS (SELECT x.indrelid, x.indexrelid, c.relname, n.nspname,"
    "  x.indisunique OR x.indisexclusion AS refuses,"
    "  concat_ws(' ', x.indisprimary, x.indisunique, x.indisexclusion,"
    "   (SELECT string_agg(pg_get_indexdef(x.indexrelid, k, false), ',' ORDER BY k)"
    "    FROM generate_series(1, x.indnatts::integer) k),"
    "   pg_get_expr(x.indpred, x.indrelid)) AS form"
    " FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid"
    " JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE x.indrelid IN ($1::oid, $2::regclass)),"
    " twin AS (SELECT *, row_number() OVER (PARTITION BY indrelid, form ORDER BY indexrelid) AS nth"
    "  FROM i),"
    " pair AS (SELECT s.*, t.relname AS name FROM twin s"
    "  LEFT JOIN twin t ON t.indrelid = $1::oid AND (t.form, t.nth) = (s.form, s.nth)"
    "  WHERE s.indrelid = $2::regclass)"
    " SELECT sql FROM ("
    " SELECT 1, format('DROP INDEX %I.%I', nspname, relname) FROM pair WHERE NOT refuses"
    " UNION ALL SELECT 2, format('ALTER INDEX %I.%I RENAME TO %I', nspname, relname,"
    "  'novate_' || indexrelid) FROM pair WHERE refuses AND name <> relname"
    " UNION ALL SELECT 3, format('ALTER INDEX %I.%I RENAME TO %I', nspname,"
    "  'novate_' || indexrelid, name) FROM pair WHERE refuses AND name <> relname"
    " ) AS step(place, sql) ORDER BY place";

/* Executes the statements that a query makes. */
static bool execute_made(struct session *session,
                         const char *query,
                         const char *const parameters[2],
                         struct error *error)
{
    struct arena arena;
    struct session_result result;
    arena_init(&arena, 4096, NULL);
    bool ok = session_query(session, query, 2, parameters, &arena, &result, error);
    for (int i = 0; ok && i < result.rows; i++) {
        ok = session_execute(session, session_value(&result, i, 0), error);
    }
    arena_release(&arena);
    return ok;
}

bool shadow_make(struct session *session, const struct workspace *workspace, struct error *error)
{
    struct text_buffer name;
    struct text_buffer sql;
    char oid[16];
    text_buffer_init(&name, STATEMENT_BYTES_MAX);
    text_buffer_init(&sql, STATEMENT_BYTES_MAX);
    snprintf(oid, sizeof oid, "%u", (unsigned)workspace->table->oid);
    workspace_push_shadow(workspace->entity, workspace->table, &name);
    bool ok = text_buffer_check(&name, error);
    const char *const parameters[2] = {oid, name.data};
    if (ok) {
        text_buffer_format(&sql,
                           "CREATE TABLE %s (LIKE %s INCLUDING ALL EXCLUDING STATISTICS)",
                           name.data,
                           workspace->table->quoted);
        ok = text_buffer_check(&sql, error) && session_execute(session, sql.data, error) &&
             execute_made(session, foreign_keys, parameters, error) &&
             execute_made(session, indexes, parameters, error);
    }
    text_buffer_release(&name);
    text_buffer_release(&sql);
    return ok;
}

/* A statement that moves rows, and how many it moved. What the server says of data is not shown. */
static bool move_rows(struct session *session, const char *sql, uint64_t *rows, struct error *error)
{
    PGresult *result = NULL;
    if (!session_send(session, sql, error) || !session_next_result(session, &result, error)) {
        return false;
    }
    bool ok =
        PQresultStatus(result) == PGRES_COMMAND_OK || session_fail(session, result, true, error);
    *rows = ok ? strtoull(PQcmdTuples(result), NULL, 10) : 0;
    PQclear(result);
    session_drain(session);
    return ok;
}

/* Asked once more under the lock: a cascade would empty other tables. */
static bool nobody_refers(struct session *session,
                          const struct workspace *workspace,
                          struct error *error)
{
    static const char sql[] =
        "SELECT string_agg(format('%I of %s', conname, conrelid::regclass), ', ' ORDER BY conname)"
        " FROM pg_constraint WHERE confrelid = $1::oid AND conrelid <> confrelid AND contype = 'f'";
    struct arena arena;
    struct session_result result;
    char oid[16];
    const char *const parameters[] = {oid};
    snprintf(oid, sizeof oid, "%u", (unsigned)workspace->table->oid);
    arena_init(&arena, 1024, NULL);
    bool ok = session_query(session, sql, 1, parameters, &arena, &result, error);
    const char *names = ok ? session_value(&result, 0, 0) : NULL;
    if (names != NULL) {
        ok = error_set(error,
                       ERROR_STATE,
                       "rows of other tables refer to %s, whose content cannot be replaced",
                       workspace->table->quoted);
        error_detail(error, "Foreign keys: %s.", names);
        error_hint(error, "Drop them until the table is loaded, or use mode upsert.");
    }
    arena_release(&arena);
    return ok;
}

static bool loaded_rows(struct session *session,
                        const struct workspace *workspace,
                        uint64_t *rows,
                        struct error *error)
{
    struct arena arena;
    struct session_result result;
    const char *const parameters[] = {workspace->entity->migration, workspace->entity->entity};
    arena_init(&arena, 1024, NULL);
    bool ok = session_query(session,
                            "SELECT coalesce(sum(loaded_rows), 0)::text FROM novate.chunk"
                            " WHERE migration = $1 AND entity = $2",
                            2,
                            parameters,
                            &arena,
                            &result,
                            error);
    *rows = ok ? strtoull(session_value(&result, 0, 0), NULL, 10) : 0;
    arena_release(&arena);
    return ok;
}

static bool not_all(const struct workspace *workspace, const char *what, struct error *error)
{
    error_set(error, ERROR_STATE, "%s %s", workspace->table->quoted, what);
    error_detail(error, "Nothing was replaced: the table is as it was.");
    return error_hint(error,
                      "See which triggers of the table are in the way; the same command goes on "
                      "from here.");
}

static bool exchange(struct session *session,
                     const struct workspace *workspace,
                     uint64_t loaded,
                     struct workspace_end *end,
                     struct text_buffer *sql,
                     struct error *error)
{
    const char *table = workspace->table->quoted;
    bool rows_left = false;
    text_buffer_format(sql, "LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE", table);
    if (!text_buffer_check(sql, error) || !session_execute(session, sql->data, error) ||
        !nobody_refers(session, workspace, error)) {
        return false;
    }
    text_buffer_reset(sql);
    text_buffer_format(sql, "DELETE FROM %s", table);
    if (!text_buffer_check(sql, error) || !move_rows(session, sql->data, &end->removed, error) ||
        !session_table_has_rows(session, workspace->table, NULL, &rows_left, error)) {
        return false;
    }
    if (rows_left) {
        return not_all(workspace, "did not let go of all of its rows", error);
    }
    text_buffer_reset(sql);
    text_buffer_format(sql, "INSERT INTO %s (", table);
    workspace_push_columns(workspace->schema, sql);
    text_buffer_string(sql, ") SELECT ");
    workspace_push_columns(workspace->schema, sql);
    text_buffer_string(sql, " FROM ");
    workspace_push_shadow(workspace->entity, workspace->table, sql);
    if (!text_buffer_check(sql, error) || !move_rows(session, sql->data, &end->inserted, error)) {
        return false;
    }
    return end->inserted == loaded || not_all(workspace, "did not take all of the rows", error);
}

bool shadow_exchange(struct session *session,
                     const struct workspace *workspace,
                     struct workspace_end *end,
                     struct error *error)
{
    struct text_buffer sql;
    uint64_t loaded = 0;
    text_buffer_init(&sql, STATEMENT_BYTES_MAX);
    bool ok = loaded_rows(session, workspace, &loaded, error) &&
              exchange(session, workspace, loaded, end, &sql, error);
    text_buffer_release(&sql);
    return ok;
}
