/* odbc_health_sqlserver.c — what SQL Server says of its own health.
 * By the Transact-SQL Reference (sys.dm_db_partition_stats, sys.dm_db_index_physical_stats,
 * sys.dm_db_stats_properties, sys.dm_exec_requests, sys.dm_exec_sessions, HAS_PERMS_BY_NAME,
 * sys.availability_replicas). Without VIEW SERVER STATE a session sees itself only: then nothing is
 * said.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_health.h"

/* A table that does not exist would be NULL, and NULL stands for all tables. */
#define TABLE_ID                                                                                   \
    "SET NOCOUNT ON; DECLARE @table int; SET @table = ISNULL(OBJECT_ID(QUOTENAME(CAST(:schema AS " \
    "nvarchar(128))) + '.' + QUOTENAME(CAST(:table AS nvarchar(128)))), -1); "

static const struct odbc_probe source_probes[] = {
    {.kind = ODBC_PROBE_ROLE,
     .what = "role",
     .sql = "SELECT CASE WHEN DATABASEPROPERTYEX(DB_NAME(), 'Updateability') = 'READ_ONLY' THEN "
            "'replica' ELSE 'primary' END, (SELECT COUNT(*) FROM sys.availability_replicas "
            "WHERE replica_server_name <> @@SERVERNAME)",
     .needs = "VIEW ANY DEFINITION"},
    {.kind = ODBC_PROBE_CONNECTIONS,
     .what = "connections",
     .sql = "SELECT CASE WHEN HAS_PERMS_BY_NAME(NULL, NULL, 'VIEW SERVER STATE') = 1 THEN COUNT(*) "
            "END, "
            "@@MAX_CONNECTIONS FROM sys.dm_exec_sessions WHERE is_user_process = 1",
     .needs = "VIEW SERVER STATE"},
    {.kind = ODBC_PROBE_QUERIES,
     .what = "long queries",
     .sql = "SELECT CASE WHEN HAS_PERMS_BY_NAME(NULL, NULL, 'VIEW SERVER STATE') = 1 THEN COUNT(*) "
            "END, "
            "MAX(total_elapsed_time) / 1000 FROM sys.dm_exec_requests WHERE session_id <> @@SPID "
            "AND session_id > 50 AND total_elapsed_time / 1000 >= :seconds",
     .needs = "VIEW SERVER STATE"},
    {.kind = ODBC_PROBE_WAITS,
     .what = "lock waits",
     .sql = "SELECT CASE WHEN HAS_PERMS_BY_NAME(NULL, NULL, 'VIEW SERVER STATE') = 1 THEN COUNT(*) "
            "END, "
            "MAX(wait_time) / 1000 FROM sys.dm_exec_requests WHERE wait_type LIKE 'LCK%'",
     .needs = "VIEW SERVER STATE"},
    {.kind = ODBC_PROBE_SNAPSHOT,
     .what = "snapshot isolation",
     .sql = "SELECT snapshot_isolation_state FROM sys.databases WHERE database_id = DB_ID()",
     .needs = "SELECT on sys.databases"},
};

static const struct odbc_probe table_probes[] = {
    {.kind = ODBC_PROBE_SIZE,
     .what = "table size",
     .sql = TABLE_ID
     "SELECT SUM(CASE WHEN index_id < 2 THEN row_count ELSE 0 END), "
     "SUM(reserved_page_count) * 8192 FROM sys.dm_db_partition_stats WHERE object_id = @table",
     .needs = "VIEW DATABASE STATE"},
    {.kind = ODBC_PROBE_SHARE_PAGES,
     .what = "fragmented pages",
     .sql = TABLE_ID "SELECT SUM(page_count), SUM(page_count * avg_fragmentation_in_percent / 100) "
                     "FROM sys.dm_db_index_physical_stats(DB_ID(), @table, NULL, NULL, 'LIMITED') "
                     "WHERE index_id < 2",
     .needs = "VIEW DATABASE STATE",
     .advice = "Pages that follow one another are not side by side: reading ranges waits for the "
               "disk. Ask "
               "for ALTER INDEX … REORGANIZE in a quiet hour."},
    {.kind = ODBC_PROBE_STATISTICS,
     .what = "statistics",
     .sql =
         TABLE_ID "SELECT TOP (1) CASE WHEN p.last_updated IS NULL THEN -1 ELSE DATEDIFF(day, "
                  "p.last_updated, GETDATE()) END, p.modification_counter, p.rows FROM sys.stats s "
                  "CROSS APPLY sys.dm_db_stats_properties(s.object_id, s.stats_id) p "
                  "WHERE s.object_id = @table ORDER BY p.last_updated",
     .needs = "SELECT on the table"},
};

const struct odbc_health odbc_health_sqlserver = {
    .source = source_probes,
    .source_count = sizeof source_probes / sizeof source_probes[0],
    .table = table_probes,
    .table_count = sizeof table_probes / sizeof table_probes[0]};
