/* odbc_health_postgres.c — what PostgreSQL says of its own health.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_health.h"

static const struct odbc_probe source_probes[] = {
    {.kind = ODBC_PROBE_ROLE,
     .what = "role",
     .sql = "SELECT CASE WHEN pg_is_in_recovery() THEN 'replica' ELSE 'primary' END, "
            "(SELECT COUNT(*) FROM pg_stat_replication)",
     .needs = "the role pg_monitor"},
    {.kind = ODBC_PROBE_CONNECTIONS,
     .what = "connections",
     .sql = "SELECT SUM(numbackends), current_setting('max_connections') FROM pg_stat_database",
     .needs = "the role pg_monitor"},
    {.kind = ODBC_PROBE_QUERIES,
     .what = "long queries",
     .sql =
         "SELECT CASE WHEN pg_has_role(current_user, 'pg_read_all_stats', 'MEMBER') THEN COUNT(*) "
         "END, "
         "FLOOR(MAX(EXTRACT(EPOCH FROM clock_timestamp() - query_start))) FROM pg_stat_activity "
         "WHERE state = 'active' AND backend_type = 'client backend' AND pid <> pg_backend_pid() "
         "AND query_start < clock_timestamp() - INTERVAL ':seconds seconds'",
     .needs = "the role pg_monitor"},
    {.kind = ODBC_PROBE_WAITS,
     .what = "lock waits",
     .sql = "SELECT CASE WHEN pg_has_role(current_user, 'pg_read_all_stats', 'MEMBER') THEN "
            "COUNT(*) END, "
            "FLOOR(MAX(EXTRACT(EPOCH FROM clock_timestamp() - query_start))) FROM pg_stat_activity "
            "WHERE wait_event_type = 'Lock'",
     .needs = "the role pg_monitor"},
};

static const struct odbc_probe table_probes[] = {
    {.kind = ODBC_PROBE_SIZE,
     .what = "table size",
     .sql =
         "SELECT CASE WHEN c.reltuples >= 0 THEN CAST(c.reltuples AS bigint) END, "
         "pg_total_relation_size(c.oid) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n "
         "ON n.oid = c.relnamespace WHERE n.nspname = CAST(:schema AS text) "
         "AND c.relname = CAST(:table AS text)",
     .needs = "USAGE on the schema"},
    {.kind = ODBC_PROBE_SHARE_ROWS,
     .what = "dead rows",
     .sql = "SELECT n_live_tup + n_dead_tup, n_dead_tup FROM pg_stat_user_tables "
            "WHERE schemaname = CAST(:schema AS text) AND relname = CAST(:table AS text)",
     .needs = "statistics collection (track_counts)",
     .advice = "Reading the table reads dead rows too. Ask for VACUUM in a quiet hour, and why "
               "autovacuum "
               "does not keep up."},
    {.kind = ODBC_PROBE_STATISTICS,
     .what = "statistics",
     .sql = "SELECT COALESCE(FLOOR(EXTRACT(EPOCH FROM now() - GREATEST(last_analyze, "
            "last_autoanalyze)) / 86400), -1), n_mod_since_analyze, n_live_tup FROM "
            "pg_stat_user_tables "
            "WHERE schemaname = CAST(:schema AS text) AND relname = CAST(:table AS text)",
     .needs = "statistics collection (track_counts)"},
};

/* By the session and taken back: the same connection reads long chunks afterwards. */
const struct odbc_health odbc_health_postgres = {
    .begin = "SET statement_timeout = 5000",
    .end = "SET statement_timeout = DEFAULT",
    .source = source_probes,
    .source_count = sizeof source_probes / sizeof source_probes[0],
    .table = table_probes,
    .table_count = sizeof table_probes / sizeof table_probes[0]};
