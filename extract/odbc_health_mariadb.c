/* odbc_health_mariadb.c — what MariaDB says of its own health.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_health.h"

static const struct odbc_probe source_probes[] = {
    {.kind = ODBC_PROBE_ROLE,
     .what = "role",
     .sql =
         "SELECT CASE WHEN (SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS "
         "WHERE VARIABLE_NAME = 'SLAVES_RUNNING') > 0 THEN 'replica' ELSE 'primary' END, "
         "(SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE COMMAND LIKE 'Binlog Dump%')",
     .needs = "SELECT on information_schema"},
    {.kind = ODBC_PROBE_CONNECTIONS,
     .what = "connections",
     .sql = "SELECT VARIABLE_VALUE, @@GLOBAL.max_connections FROM information_schema.GLOBAL_STATUS "
            "WHERE VARIABLE_NAME = 'THREADS_CONNECTED'",
     .needs = "SELECT on information_schema"},
    {.kind = ODBC_PROBE_QUERIES,
     .what = "long queries",
     .sql = "SELECT CASE WHEN (SELECT COUNT(*) FROM information_schema.USER_PRIVILEGES "
            "WHERE PRIVILEGE_TYPE = 'PROCESS' AND REPLACE(GRANTEE, '''', '') = CURRENT_USER()) > 0 "
            "THEN COUNT(*) END, MAX(TIME) "
            "FROM information_schema.PROCESSLIST WHERE COMMAND IN ('Query', 'Execute') "
            "AND ID <> CONNECTION_ID() AND TIME >= :seconds",
     .needs = "the privilege PROCESS"},
    {.kind = ODBC_PROBE_WAITS,
     .what = "lock waits",
     .sql = "SELECT COUNT(*), MAX(TIMESTAMPDIFF(SECOND, trx_wait_started, NOW())) "
            "FROM information_schema.INNODB_TRX WHERE trx_state = 'LOCK WAIT'",
     .needs = "the privilege PROCESS"},
};

static const struct odbc_probe table_probes[] = {
    {.kind = ODBC_PROBE_SIZE,
     .what = "table size",
     .sql = "SELECT TABLE_ROWS, DATA_LENGTH + INDEX_LENGTH FROM information_schema.TABLES "
            "WHERE TABLE_SCHEMA = :schema AND TABLE_NAME = :table",
     .needs = "SELECT on the table"},
    {.kind = ODBC_PROBE_SHARE_BYTES,
     .what = "free space in the table",
     .sql = "SELECT DATA_LENGTH + DATA_FREE, DATA_FREE FROM information_schema.TABLES "
            "WHERE TABLE_SCHEMA = :schema AND TABLE_NAME = :table",
     .needs = "SELECT on the table",
     .advice = "The table is fragmented: reading it touches pages that hold little. Ask for "
               "OPTIMIZE TABLE "
               "in a quiet hour; do not run it while others work."},
    {.kind = ODBC_PROBE_STATISTICS,
     .what = "statistics",
     .sql = "SELECT TIMESTAMPDIFF(DAY, last_update, NOW()), NULL, n_rows FROM "
            "mysql.innodb_table_stats "
            "WHERE database_name = :schema AND table_name = :table",
     .needs = "SELECT on mysql.innodb_table_stats"},
};

const struct odbc_health odbc_health_mariadb = {
    .source = source_probes,
    .source_count = sizeof source_probes / sizeof source_probes[0],
    .table = table_probes,
    .table_count = sizeof table_probes / sizeof table_probes[0]};
