/* odbc_partition.c — the promise of chunks: each row is in exactly one of them.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_partition.h"

#include "assertions.h"
#include "odbc_admin.h"
#include "odbc_reading.h"

#include <check.h>
#include <stdlib.h>

#define ROWS_MAX 2048

static void rows_check(const struct reading *reading,
                       const struct partition_case *partition,
                       int rows)
{
    int seen[ROWS_MAX] = {0};
    ck_assert_int_lt(rows, ROWS_MAX);
    for (int row = 0; row < reading->count; row++) {
        long id = strtol(reading_value(reading, row, "id"), NULL, 10);
        hold(reading->rows[row].refused == NULL);
        hold(id > 0 && id < ROWS_MAX);
        hold_msg(seen[id]++ == 0, "%s: row %ld is in two chunks", partition->table, id);
    }
    ck_assert_msg(reading->count == rows,
                  "%s: %d rows in chunks, %d in the table",
                  partition->table,
                  reading->count,
                  rows);
}

static void chunks_check(const struct reading *reading,
                         const struct partition_case *partition,
                         uint64_t chunk_rows)
{
    const struct chunk_list *chunks = &reading->chunks;
    int ranges = chunks->count - (partition->nullable ? 1 : 0);
    ck_assert_int_ge(ranges, 1);
    ck_assert_ptr_null(chunks->items[0].lower);
    ck_assert_ptr_null(chunks->items[ranges - 1].upper);
    if (partition->nullable) {
        ck_assert_int_eq(chunks->items[ranges].kind, CHUNK_KEY_NULL);
    }
    uint64_t wanted = ((uint64_t)partition->rows + chunk_rows - 1) / chunk_rows;
    ck_assert_msg((uint64_t)ranges <= wanted * 3 + 1, "%s: %d ranges", partition->table, ranges);
    if (!partition->nullable && wanted > 3) {
        ck_assert_msg(ranges > 2, "%s: %d ranges", partition->table, ranges);
    }
}

static void plan_check(const struct plan_source *settings,
                       const struct partition_case *partition,
                       uint64_t chunk_rows)
{
    struct reading reading;
    struct relation_spec spec = reading_spec();
    const char *const statements[] = {partition->later[0], partition->later[1], NULL};
    const char *const undo[] = {partition->later_undo, NULL};
    spec.table = partition->table;
    spec.where = partition->where;
    spec.key = partition->key;
    while (spec.key_count < 4 && partition->key[spec.key_count] != NULL) {
        spec.key_count++;
    }
    reading_open(&reading, settings);
    ck_assert_msg(reading_describe(&reading, &spec), "%s", reading_problem(&reading));
    const int id = schema_find(relation_schema(reading.relation), text_of("id"), false);
    reading.columns = &id; /* alone: what a key column holds is another test's */
    reading.column_count = 1;
    reading_plan(&reading, chunk_rows, 0);
    chunks_check(&reading, partition, chunk_rows);
    reading_run(&reading);
    rows_check(&reading, partition, partition->rows);
    if (partition->later[0] != NULL) {
        odbc_admin(settings->odbc, statements);
        reading_run(&reading);
        odbc_admin(settings->odbc, undo);
        rows_check(&reading, partition, partition->rows + 2);
    }
    reading_close(&reading);
}

void partition_check(const struct plan_source *settings, const struct partition_case *partition)
{
    static const uint64_t sizes[] = {1, 2, 3, 7, 50, 100000};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        plan_check(settings, partition, sizes[i]);
    }
}
