/* deferral_shared.c — what is off a table that several migrations load at a time; see
 * deferral_shared.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "deferral_shared.h"

#include <stdio.h>
#include <string.h>

#define COPIED                                                                                     \
    "kind, schema_name, table_name, name, definition, constraint_definition, comment,"             \
    " constraint_comment, tablespace, valid, clustered, replica_identity, column_statistics,"      \
    " index_keys, predicate, nulls_distinct, row_key, partitions, reference"
/* $1 migration, $2 entity, $3 run, $4 table, $5 foreign keys, $6 indexes, $7 unique ones. */
static const char join_others[] =
    "WITH others AS MATERIALIZED (SELECT d.* FROM novate.deferred d"
    " JOIN pg_namespace n ON n.nspname = d.schema_name"
    " JOIN pg_class t ON t.relnamespace = n.oid AND t.relname = d.table_name"
    " WHERE t.oid = $4::oid AND d.state = 'dropped' AND d.migration <> $1"
    " AND CASE WHEN d.kind = 'foreign_key' THEN $5::bool"
    "  WHEN d.kind = 'unique_constraint' OR d.definition LIKE 'CREATE UNIQUE %' THEN $7::bool"
    "  ELSE $6::bool END"
    " AND NOT EXISTS (SELECT FROM novate.deferred own WHERE own.migration = $1"
    "  AND own.state = 'dropped' AND (own.schema_name, own.table_name, own.name)"
    "  = (d.schema_name, d.table_name, d.name)) ORDER BY d.deferred FOR UPDATE OF d)"
    " INSERT INTO novate.deferred (migration, entity, run, " COPIED
    ") SELECT DISTINCT ON (name) $1, $2, $3::bigint, " COPIED
    " FROM others ORDER BY name, deferred";

static const char lock_rows[] =
    "SELECT o.deferred = d.deferred, o.state, o.migration FROM novate.deferred d"
    " JOIN novate.deferred o USING (schema_name, table_name, name)"
    " WHERE d.deferred = $1::bigint AND (o.deferred = d.deferred"
    "  OR o.state = 'dropped' AND o.migration <> d.migration)"
    " ORDER BY o.deferred FOR UPDATE OF o";

bool deferral_join(struct session *session,
                   const struct deferral_request *request,
                   struct arena *arena,
                   struct error *error)
{
    struct session_result result;
    char run[32];
    char oid[32];
    snprintf(run, sizeof run, "%lld", (long long)request->run);
    snprintf(oid, sizeof oid, "%lu", (unsigned long)request->table->oid);
    const char *const parameters[] = {request->migration,
                                      request->entity,
                                      run,
                                      oid,
                                      request->foreign_keys ? "t" : "f",
                                      request->indexes ? "t" : "f",
                                      request->unique_indexes ? "t" : "f"};
    return session_query(session, join_others, 7, parameters, arena, &result, error);
}

bool deferral_take(struct session *session,
                   const struct deferred *item,
                   struct arena *arena,
                   const char **state,
                   const char **heir,
                   struct error *error)
{
    struct session_result rows;
    char number[32];
    snprintf(number, sizeof number, "%lld", (long long)item->number);
    const char *const parameters[] = {number};
    *state = "restored";
    *heir = NULL;
    if (!session_execute(session, "BEGIN; SET LOCAL search_path = ''", error) ||
        !session_query(session, lock_rows, 1, parameters, arena, &rows, error)) {
        return false;
    }
    for (int row = 0; row < rows.rows; row++) {
        if (session_value(&rows, row, 0)[0] == 't') {
            *state = session_value(&rows, row, 1);
        } else {
            *heir = session_value(&rows, row, 2);
        }
    }
    return true;
}

bool deferral_leave(struct session *session,
                    const struct deferred *item,
                    const char *heir,
                    struct error *reason,
                    struct error *error)
{
    struct arena arena;
    struct session_result result;
    char number[32];
    arena_init(&arena, 1024, NULL);
    snprintf(number, sizeof number, "%lld", (long long)item->number);
    const char *const parameters[] = {number};
    bool ok = session_query(session,
                            "DELETE FROM novate.deferred WHERE deferred = $1::bigint",
                            1,
                            parameters,
                            &arena,
                            &result,
                            error);
    arena_release(&arena);
    if (ok) {
        error_set(reason,
                  ERROR_STATE,
                  "migration \"%s\" still loads the table, and puts it back at its end",
                  heir);
    }
    return ok;
}
