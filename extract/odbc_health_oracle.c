/* odbc_health_oracle.c — what Oracle says of its own health.
 * By Oracle Database Reference (ALL_TABLES, DBA_SEGMENTS, ALL_TAB_MODIFICATIONS,
 * V$SESSION, V$LOCK, V$RESOURCE_LIMIT, V$DATABASE, V$ARCHIVE_DEST), from 9i on.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_health.h"

static const struct odbc_probe source_probes[] = {
    {.kind = ODBC_PROBE_ROLE,
     .what = "role",
     .sql = "SELECT CASE WHEN DATABASE_ROLE LIKE '%STANDBY' THEN 'replica' ELSE 'primary' END, "
            "(SELECT COUNT(*) FROM V$ARCHIVE_DEST WHERE TARGET = 'STANDBY' AND STATUS = 'VALID') "
            "FROM V$DATABASE",
     .needs = "SELECT on V_$DATABASE and V_$ARCHIVE_DEST"},
    {.kind = ODBC_PROBE_CONNECTIONS,
     .what = "sessions",
     .sql = "SELECT CURRENT_UTILIZATION, CASE WHEN LIMIT_VALUE NOT LIKE '%UNLIMITED' "
            "THEN TRIM(LIMIT_VALUE) END FROM V$RESOURCE_LIMIT WHERE RESOURCE_NAME = 'sessions'",
     .needs = "SELECT on V_$RESOURCE_LIMIT"},
    {.kind = ODBC_PROBE_QUERIES,
     .what = "long queries",
     .sql = "SELECT COUNT(*), MAX(LAST_CALL_ET) FROM V$SESSION WHERE STATUS = 'ACTIVE' "
            "AND TYPE = 'USER' AND AUDSID <> USERENV('SESSIONID') AND LAST_CALL_ET "
            ">= :seconds",
     .needs = "SELECT on V_$SESSION"},
    {.kind = ODBC_PROBE_WAITS,
     .what = "lock waits",
     .sql = "SELECT COUNT(*), MAX(CTIME) FROM V$LOCK WHERE REQUEST > 0",
     .needs = "SELECT on V_$LOCK"},
    {.kind = ODBC_PROBE_RETENTION,
     .what = "undo retention",
     .sql = "SELECT VALUE FROM V$PARAMETER WHERE NAME = 'undo_retention'",
     .needs = "SELECT on V_$PARAMETER"},
};

static const struct odbc_probe table_probes[] = {
    {.kind = ODBC_PROBE_SIZE,
     .what = "table size",
     .sql = "SELECT NUM_ROWS, NUM_ROWS * AVG_ROW_LEN FROM ALL_TABLES WHERE OWNER = :schema "
            "AND TABLE_NAME = :table",
     .needs = "statistics of the table (DBMS_STATS)"},
    {.kind = ODBC_PROBE_SHARE_BYTES,
     .what = "space below the high-water mark",
     .sql =
         "SELECT s.BYTES, s.BYTES - t.NUM_ROWS * t.AVG_ROW_LEN / (1 - NVL(t.PCT_FREE, 10) / 100) "
         "FROM ALL_TABLES t, (SELECT SUM(BYTES) AS BYTES FROM DBA_SEGMENTS WHERE OWNER = :schema "
         "AND SEGMENT_NAME = :table) s WHERE t.OWNER = :schema AND t.TABLE_NAME = :table",
     .needs = "SELECT on DBA_SEGMENTS, and statistics of the table",
     .advice = "A full scan reads to the high-water mark, also where no rows are left. Ask for "
               "ALTER TABLE "
               "… SHRINK SPACE or MOVE in a quiet hour, and read by an indexed key."},
    {.kind = ODBC_PROBE_SHARE_ROWS,
     .what = "chained rows",
     .sql = "SELECT NUM_ROWS, CASE WHEN CHAIN_CNT > 0 OR AVG_SPACE > 0 THEN CHAIN_CNT END "
            "FROM ALL_TABLES WHERE OWNER = :schema AND TABLE_NAME = :table",
     .needs = "ANALYZE TABLE … COMPUTE STATISTICS, which alone counts them",
     .advice =
         "Each chained or migrated row costs a second block. Ask for ALTER TABLE … MOVE in a quiet "
         "hour, or for a higher PCTFREE."},
    {.kind = ODBC_PROBE_STATISTICS,
     .what = "statistics",
     .sql = "SELECT NVL(FLOOR(SYSDATE - t.LAST_ANALYZED), -1), (SELECT SUM(m.INSERTS + m.UPDATES + "
            "m.DELETES) FROM ALL_TAB_MODIFICATIONS m WHERE m.TABLE_OWNER = :schema "
            "AND m.TABLE_NAME = :table AND m.PARTITION_NAME IS NULL), t.NUM_ROWS FROM ALL_TABLES t "
            "WHERE t.OWNER = :schema AND t.TABLE_NAME = :table",
     .needs = "SELECT on the table"},
};

const struct odbc_health odbc_health_oracle = {
    .source = source_probes,
    .source_count = sizeof source_probes / sizeof source_probes[0],
    .table = table_probes,
    .table_count = sizeof table_probes / sizeof table_probes[0]};
