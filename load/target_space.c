/* target_space.c — statistics of loaded tables, and how much of their space is waste: the contract
 * is in target_state.h.
 *
 * Without the extension pgstattuple waste is estimated: pages that there are against pages that so
 * many rows of so many bytes need. That leaves out the padding between columns, so a quarter may
 * look like waste and be none; what is called bad is well above that.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/target_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where a table is called bad. A small one lies in memory as a whole; the waste of a first piece
 * that was refused weighs more than it costs there. */
static const double WASTE_ESTIMATED_BAD = 0.45;
static const double WASTE_MEASURED_BAD = 0.30;
static const double DEAD_BAD = 0.10;
static const uint64_t DEAD_ROWS_SMALL = 1000;
static const uint64_t BYTES_SMALL = 8 << 20;

bool target_needs_analyze(struct session *session,
                          const char *migration,
                          const char *entity,
                          const struct target_table *table,
                          bool *needs,
                          struct error *error)
{
    struct arena arena;
    struct session_result result;
    char oid[32];
    snprintf(oid, sizeof oid, "%lu", (unsigned long)table->oid);
    const char *const parameters[] = {migration, entity, oid};
    arena_init(&arena, 1024, NULL);
    bool ok =
        session_query_prepared(session,
                               "SELECT coalesce(max(loaded_at) > coalesce((SELECT last_analyze FROM"
                               " pg_stat_all_tables WHERE relid = $3::oid), '-infinity'), false)"
                               " FROM novate.chunk WHERE migration = $1 AND entity = $2",
                               3,
                               parameters,
                               &arena,
                               &result,
                               error);
    *needs = ok && session_value(&result, 0, 0)[0] == 't';
    arena_release(&arena);
    return ok;
}

bool target_analyze(struct session *session,
                    const struct target_table *table,
                    bool vacuum,
                    struct error *error)
{
    struct text_buffer sql;
    text_buffer_init(&sql, 4096);
    text_buffer_format(&sql, "%s %s", vacuum ? "VACUUM (ANALYZE)" : "ANALYZE", table->quoted);
    bool ok = text_buffer_check(&sql, error) && session_execute(session, sql.data, error);
    text_buffer_release(&sql);
    return ok ? true : error_context(error, "analysing %s", table->quoted);
}

static const char find_spaces[] =
    "WITH part AS MATERIALIZED (SELECT c.oid, c.relname, n.nspname FROM pg_class c"
    "  JOIN pg_namespace n ON n.oid = c.relnamespace"
    "  WHERE c.oid = ANY (ARRAY(SELECT $1::oid UNION SELECT relid FROM"
    "   pg_partition_tree($1::oid) WHERE isleaf))),"
    /* Each by itself: joined with all of pg_stats, the privileges on every column are asked. */
    " width AS (SELECT p.oid, s.attname, s.bytes FROM part p CROSS JOIN LATERAL ("
    "  SELECT s.attname, s.avg_width * (1 - s.null_frac) AS bytes FROM pg_stats s"
    "  WHERE s.schemaname = p.nspname AND s.tablename = p.relname AND NOT s.inherited OFFSET 0)"
    "  AS s),"
    " space AS (SELECT c.oid, c.oid AS owner, false AS is_index, c.relname, n.nspname, c.relpages,"
    "  c.reltuples, c.reloptions, 100 AS usual, 28::float8 AS head, 24 AS page_head, 0 AS meta,"
    "  (SELECT sum(w.bytes) FROM width w WHERE w.oid = c.oid HAVING count(*) = (SELECT count(*)"
    "   FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped))"
    "  AS bytes, true AS ordinary"
    "  FROM part p JOIN pg_class c ON c.oid = p.oid AND c.relkind IN ('r', 'm')"
    "  JOIN pg_namespace n ON n.oid = c.relnamespace"
    " UNION ALL SELECT c.oid, i.indrelid, true, c.relname, n.nspname, c.relpages, c.reltuples,"
    "  c.reloptions, 90, 12, 40, 2,"
    "  CASE WHEN i.indexprs IS NULL THEN (SELECT sum(w.bytes) FROM width w JOIN pg_attribute a"
    "   ON a.attrelid = i.indrelid AND a.attname = w.attname AND a.attnum ="
    "   ANY (i.indkey::smallint[]) WHERE w.oid = i.indrelid HAVING count(*) = i.indnatts) END,"
    "  c.relam = (SELECT oid FROM pg_am WHERE amname = 'btree')"
    "  FROM part p JOIN pg_index i ON i.indrelid = p.oid JOIN pg_class c ON c.oid = i.indexrelid"
    "  AND c.relkind = 'i' JOIN pg_namespace n ON n.oid = c.relnamespace),"
    " filled AS (SELECT s.*, coalesce((SELECT option_value::int FROM"
    "  pg_options_to_table(s.reloptions) WHERE option_name = 'fillfactor'), s.usual) AS fillfactor"
    "  FROM space s)"
    " SELECT f.oid::text, format('%I.%I', f.nspname, f.relname), f.is_index,"
    " pg_relation_size(f.oid)::text, greatest(f.reltuples, 0)::bigint::text,"
    " CASE WHEN f.is_index THEN 0 ELSE pg_stat_get_dead_tuples(f.oid) END::text,"
    " f.fillfactor::text,"
    " CASE WHEN f.ordinary AND f.bytes IS NOT NULL AND f.relpages > 0 AND f.reltuples >= 0 THEN"
    "  greatest(0, 1 - (ceil(f.reltuples * (f.head + ceil(f.bytes / 8) * 8)"
    "  / ((current_setting('block_size')::int - f.page_head) * f.fillfactor / 100.0))"
    "  + f.meta) / f.relpages) END::text,"
    " f.is_index AND f.ordinary"
    " FROM filled f ORDER BY pg_relation_size(f.oid) DESC, 2 LIMIT $2::bigint";

/* The schema of pgstattuple, quoted, where this role may use it; or NULL. */
static bool find_extension(struct session *session,
                           struct arena *arena,
                           const char **schema,
                           struct error *error)
{
    struct session_result result;
    *schema = NULL;
    if (!session_query_prepared(
            session,
            "SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n"
            " ON n.oid = e.extnamespace WHERE e.extname = 'pgstattuple'"
            " AND has_schema_privilege(n.oid, 'USAGE') AND NOT EXISTS (SELECT FROM"
            " pg_proc p WHERE p.pronamespace = n.oid AND p.proname IN"
            " ('pgstattuple_approx', 'pgstatindex')"
            " AND NOT has_function_privilege(p.oid, 'EXECUTE'))",
            0,
            NULL,
            arena,
            &result,
            error)) {
        return false;
    }
    *schema = result.rows > 0 ? session_value(&result, 0, 0) : NULL;
    return true;
}

/* What the extension reads of a relation of a gigabyte or less. */
static bool measure(struct session *session,
                    const char *schema,
                    const char *oid,
                    struct arena *arena,
                    struct target_space *space,
                    struct error *error)
{
    const uint64_t bytes_max = (uint64_t)1 << 30;
    const char *const parameters[] = {oid};
    struct session_result result;
    if (schema == NULL || space->bytes == 0 || space->bytes > bytes_max) {
        return true;
    }
    const char *sql = space->is_index
                          ? arena_format(arena,
                                         "SELECT (1 - avg_leaf_density / %d)::text FROM"
                                         " %s.pgstatindex($1::oid::regclass)"
                                         " WHERE avg_leaf_density >= 0",
                                         space->fillfactor,
                                         schema)
                          : arena_format(arena,
                                         "SELECT (1 - approx_tuple_percent / %d)::text FROM"
                                         " %s.pgstattuple_approx($1::oid::regclass)",
                                         space->fillfactor,
                                         schema);
    if (sql == NULL) {
        return error_set_memory(error);
    }
    if (!session_query(session, sql, 1, parameters, arena, &result, error)) {
        return false;
    }
    if (result.rows == 1 && session_value(&result, 0, 0) != NULL) {
        space->waste = strtod(session_value(&result, 0, 0), NULL);
        space->waste = space->waste < 0 ? 0 : space->waste;
        space->measured = true;
    }
    return true;
}

static const char *advice_of(const struct target_space *space)
{
    double bad = space->measured ? WASTE_MEASURED_BAD : WASTE_ESTIMATED_BAD;
    double all = (double)(space->rows + space->dead_rows);
    if (space->bytes > BYTES_SMALL && space->waste > bad) {
        return space->is_index ? "Rebuild it before going live: REINDEX INDEX CONCURRENTLY."
                               : "Rewrite it before going live, while nobody uses it: VACUUM FULL.";
    }
    if (space->dead_rows > DEAD_ROWS_SMALL && (double)space->dead_rows > DEAD_BAD * all) {
        return "Remove dead rows before going live: VACUUM, or \"maintenance: vacuum\" under "
               "\"target\" in the plan.";
    }
    return NULL;
}

bool target_spaces(struct session *session,
                   const struct target_table *table,
                   int max,
                   bool measured,
                   struct arena *arena,
                   struct target_space **list,
                   int *count,
                   struct error *error)
{
    char oid[32];
    char limit[32];
    struct session_result found;
    const char *extension = NULL;
    snprintf(oid, sizeof oid, "%lu", (unsigned long)table->oid);
    snprintf(limit, sizeof limit, "%d", max);
    const char *const parameters[] = {oid, limit};
    *count = 0;
    if (!session_query_prepared(session, find_spaces, 2, parameters, arena, &found, error) ||
        (measured && !find_extension(session, arena, &extension, error))) {
        return error_context(error, "looking at the space of %s", table->quoted);
    }
    *list = ARENA_ARRAY(arena, struct target_space, (size_t)found.rows + 1);
    if (*list == NULL) {
        return error_set_memory(error);
    }
    for (int row = 0; row < found.rows; row++) {
        struct target_space *space = &(*list)[row];
        const char *waste = session_value(&found, row, 7);
        *space = (struct target_space){
            .name = session_value(&found, row, 1),
            .is_index = session_value(&found, row, 2)[0] == 't',
            .bytes = strtoull(session_value(&found, row, 3), NULL, 10),
            .rows = strtoull(session_value(&found, row, 4), NULL, 10),
            .dead_rows = strtoull(session_value(&found, row, 5), NULL, 10),
            .fillfactor = (int)strtol(session_value(&found, row, 6), NULL, 10),
            .waste = waste == NULL ? -1 : strtod(waste, NULL),
        };
        bool can_be_measured = !space->is_index || session_value(&found, row, 8)[0] == 't';
        if (can_be_measured &&
            !measure(session, extension, session_value(&found, row, 0), arena, space, error)) {
            return error_context(error, "measuring the space of %s", space->name);
        }
        space->advice = advice_of(space);
    }
    *count = found.rows;
    return true;
}
