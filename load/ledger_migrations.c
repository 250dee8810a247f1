/* ledger_migrations.c — the contract is in target_migration.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "ledger_private.h"
#include "workspace_private.h"

#include "novate/deferral.h"
#include "novate/target_migration.h"

#include <stdlib.h>

#define UTC(value) "to_char(" value " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"

static const char select_migrations[] =
    "WITH named AS (SELECT migration FROM novate.entity UNION SELECT migration FROM novate.run)"
    " SELECT n.migration,"
    " (SELECT count(*) FROM novate.entity e WHERE e.migration = n.migration)::text,"
    " count(c.id)::text, count(c.id) FILTER (WHERE c.state = 'loaded')::text,"
    " coalesce(sum(c.loaded_rows), 0)::text,"
    " (SELECT count(*) FROM novate.reject r WHERE r.migration = n.migration"
    " AND r.state <> 'retried')::text,"
    " (SELECT count(*) FROM novate.run r WHERE r.migration = n.migration)::text,"
    " (SELECT " UTC(
        "min(started_at)") " FROM novate.run r WHERE r.migration = n.migration),"
                           " (SELECT " UTC(
                               "max(started_at)") " FROM novate.run r"
                                                  " WHERE r.migration = n.migration),"
                                                  " (SELECT kind FROM novate.run r WHERE "
                                                  "r.migration = n.migration ORDER BY run DESC "
                                                  "LIMIT 1),"
                                                  " (SELECT verdict FROM novate.run r WHERE "
                                                  "r.migration = n.migration ORDER BY run DESC "
                                                  "LIMIT 1)"
                                                  " FROM named n LEFT JOIN novate.chunk c USING "
                                                  "(migration)"
                                                  " WHERE $1::text IS NULL OR n.migration = $1 "
                                                  "GROUP BY n.migration ORDER BY 1";

static uint64_t count_of(const struct session_result *result, int row, int column)
{
    return strtoull(session_value(result, row, column), NULL, 10);
}

bool target_migrations(struct session *session,
                       const char *migration,
                       struct arena *arena,
                       struct target_migration **migrations,
                       int *count,
                       struct error *error)
{
    struct session_result result;
    const char *const parameters[] = {migration};
    if (!session_query(session, select_migrations, 1, parameters, arena, &result, error)) {
        return error_context(error, "reading the migrations of the target's ledger");
    }
    *migrations = ARENA_ARRAY(arena, struct target_migration, (size_t)result.rows + 1);
    if (*migrations == NULL) {
        return error_set_memory(error);
    }
    *count = result.rows;
    for (int i = 0; i < result.rows; i++) {
        struct target_migration *item = &(*migrations)[i];
        *item = (struct target_migration){
            .migration = session_value(&result, i, 0),
            .entities = count_of(&result, i, 1),
            .chunks = count_of(&result, i, 2),
            .chunks_loaded = count_of(&result, i, 3),
            .rows_loaded = count_of(&result, i, 4),
            .rejects = count_of(&result, i, 5),
            .runs = count_of(&result, i, 6),
            .begun_at = session_value(&result, i, 7),
            .last_run_at = session_value(&result, i, 8),
            .last_kind = session_value(&result, i, 9),
            .last_verdict = session_value(&result, i, 10),
        };
        if (!target_ledger_is_locked(session, item->migration, &item->locked, error)) {
            return false;
        }
    }
    return true;
}

static const char select_states[] =
    "SELECT e.entity, e.target_table, e.mapping_digest, e.plan_digest, " UTC(
        "e.planned_at") ","
                        " count(c.id)::text, count(c.id) FILTER (WHERE c.state = 'loaded')::text,"
                        " coalesce(sum(c.loaded_rows), 0)::text,"
                        " (SELECT count(*) FROM novate.reject r WHERE r.migration = $1"
                        " AND r.entity = e.entity AND r.state = 'open')::text,"
                        " (SELECT count(*) FROM novate.reject r WHERE r.migration = $1"
                        " AND r.entity = e.entity AND r.state = 'closed')::text,"
                        " (SELECT count(*) FROM novate.reject r WHERE r.migration = $1"
                        " AND r.entity = e.entity AND r.state = 'retried')::text,"
                        " coalesce((SELECT string_agg(DISTINCT r.mapping_digest, ' ')"
                        " FROM novate.retry r WHERE r.migration = $1 AND r.entity = e.entity), '')"
                        " FROM novate.entity e LEFT JOIN novate.chunk c USING (migration, entity)"
                        " WHERE e.migration = $1 GROUP BY e.migration, e.entity"
                        " ORDER BY e.planned_at, e.entity";

bool target_entity_states(struct session *session,
                          const char *migration,
                          struct arena *arena,
                          struct target_entity_state **states,
                          int *count,
                          struct error *error)
{
    struct session_result result;
    const char *const parameters[] = {migration};
    if (!session_query(session, select_states, 1, parameters, arena, &result, error)) {
        return error_context(error, "reading the entities of the target's ledger");
    }
    *states = ARENA_ARRAY(arena, struct target_entity_state, (size_t)result.rows + 1);
    if (*states == NULL) {
        return error_set_memory(error);
    }
    *count = result.rows;
    for (int i = 0; i < result.rows; i++) {
        (*states)[i] = (struct target_entity_state){
            .entity = session_value(&result, i, 0),
            .target_table = session_value(&result, i, 1),
            .mapping_digest = session_value(&result, i, 2),
            .plan_digest = session_value(&result, i, 3),
            .planned_at = session_value(&result, i, 4),
            .chunks = count_of(&result, i, 5),
            .chunks_loaded = count_of(&result, i, 6),
            .rows_loaded = count_of(&result, i, 7),
            .open = count_of(&result, i, 8),
            .closed = count_of(&result, i, 9),
            .retried = count_of(&result, i, 10),
            .retried_with = session_value(&result, i, 11),
        };
    }
    return true;
}

/* Nobody else knows what is to be put back. */
static bool refuse_deferred(struct session *session,
                            const char *migration,
                            struct arena *arena,
                            struct error *error)
{
    struct deferred *list = NULL;
    int count = 0;
    if (!deferral_list(session, migration, arena, &list, &count, error)) {
        return false;
    }
    if (count == 0) {
        return true;
    }
    error_set(error,
              ERROR_STATE,
              "%d index%s or constraint%s that the migration took off its tables %s not back",
              count,
              count == 1 ? "" : "es",
              count == 1 ? "" : "s",
              count == 1 ? "is" : "are");
    return error_hint(error, "Put them back first, with \"novate load PLAN --finish\".");
}

bool target_migration_drop(struct session *session, const char *migration, struct error *error)
{
    /* In this order: what refers to runs goes before them. */
    static const char *const statements[] = {
        "DELETE FROM novate.entity WHERE migration = $1",
        ("DELETE FROM novate.verification"
         " WHERE run IN (SELECT run FROM novate.run WHERE migration = $1)"),
        "DELETE FROM novate.retry WHERE migration = $1",
        "DELETE FROM novate.reject_event WHERE migration = $1",
        "DELETE FROM novate.deferred WHERE migration = $1",
        "DELETE FROM novate.run WHERE migration = $1",
    };
    struct arena arena;
    struct session_result result;
    const char *const parameters[] = {migration};
    arena_init(&arena, 1024, NULL);
    bool ok = session_execute(session, "BEGIN", error) &&
              refuse_deferred(session, migration, &arena, error) &&
              workspace_drop_all(session, migration, &arena, error);
    for (size_t i = 0; ok && i < sizeof statements / sizeof statements[0]; i++) {
        ok = session_query(session, statements[i], 1, parameters, &arena, &result, error);
    }
    arena_release(&arena);
    return (session_execute(session, ok ? "COMMIT" : "ROLLBACK", error) && ok) ||
           error_context(error, "forgetting migration \"%s\"", migration);
}
