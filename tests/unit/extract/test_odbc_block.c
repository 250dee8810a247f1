/* test_odbc_block.c — a driver that can neither read again what is bound nor go back a column: each
 * value is asked for once, in order, and is whole all the same. Needs SQLite's ODBC driver.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_admin.h"
#include "odbc_reading.h"
#include "odbc_source.h"
#include "temp_folder.h"
#include "values.h"

#include <check.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define DRIVER "/usr/lib/x86_64-linux-gnu/odbc/libsqlite3odbc.so"

static const char *const make[] = {
    "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b BLOB, c TEXT)",
    "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 9) INSERT INTO t "
    "SELECT i, CASE WHEN i % 4 < 3 THEN hex(zeroblob(i * 1024)) END, zeroblob(i * 777), i FROM n",
    NULL};

static void batch_check(const struct batch *batch, int first)
{
    for (int row = 0; row < batch->rows; row++) {
        int i = first + row;
        ck_assert_int_eq(batch->columns[0].int64s[row], i);
        ck_assert_int_eq(vector_is_null(&batch->columns[1], row), i % 4 == 3);
        ck_assert_uint_eq(batch->columns[1].texts[row].size, i % 4 == 3 ? 0 : (size_t)i * 2048);
        ck_assert_uint_eq(batch->columns[2].texts[row].size, (size_t)i * 777);
        ck_assert_uint_eq(batch->columns[3].texts[row].size, 1);
    }
}

START_TEST(values_asked_for_one_by_one_are_whole)
{
    char folder[TEMP_FOLDER_SIZE];
    struct odbc_connection connection;
    struct error error = ERROR_NONE;
    struct arena arena;
    struct problems problems;
    struct relation_spec spec = reading_spec();
    const struct plan_source settings = {.odbc = "DRIVER=" DRIVER ";Database=source.db"};
    const struct chunk whole = {.kind = CHUNK_WHOLE};
    const int columns[] = {0, 1, 2, 3};
    struct relation relation = {.settings = &settings, .spec = &spec};
    void *cursor = NULL;
    struct batch batch;
    temp_folder_enter(folder);
    odbc_admin(settings.odbc, make);
    arena_init(&arena, 4096, NULL);
    problems_init(&problems, &arena);
    spec.table = "t";
    must(odbc_connection_open(&connection, &settings, &error), &error);
    must(odbc_describe(&connection, &relation, &arena, &problems, &error), &error);
    connection.getdata_extensions = 0; /* what it could do, it is not asked for */
    must(odbc_cursor_open(&connection, &relation, columns, &relation.schema, NULL, &cursor, &error),
         &error);
    must(odbc_cursor_begin(cursor, &whole, &error), &error);
    must(batch_init(&batch, &relation.schema, NULL, &error), &error);
    int rows = 0;
    bool ended = false;
    while (!ended) {
        must(batch_begin(&batch, LIMIT_BATCH_ROWS, false, &error), &error);
        must(odbc_cursor_next(cursor, &batch, &ended, &error), &error);
        batch_check(&batch, rows);
        rows += batch.rows;
    }
    ck_assert_int_eq(rows, 10);
    batch_release(&batch);
    odbc_cursor_close(cursor);
    odbc_connection_close(&connection);
    arena_release(&arena);
    temp_folder_leave(folder);
}
END_TEST

/* The session itself refuses; nothing depends on what is sent. */
START_TEST(a_session_cannot_write)
{
    char folder[TEMP_FOLDER_SIZE];
    struct odbc_connection connection;
    struct error error = ERROR_NONE;
    const struct plan_source settings = {.odbc = "DRIVER=" DRIVER ";Database=source.db"};
    temp_folder_enter(folder);
    odbc_admin(settings.odbc, make);
    must(odbc_connection_open(&connection, &settings, &error), &error);
    ck_assert(!odbc_run(&connection, "DELETE FROM t", &error));
    ck_assert_ptr_nonnull(strstr(error.message, "readonly"));
    odbc_connection_close(&connection);
    temp_folder_leave(folder);
}
END_TEST

int main(void)
{
    if (access(DRIVER, R_OK) != 0) {
        return 77;
    }
    Suite *suite = suite_create("odbc_block");
    TCase *tests = tcase_create("odbc_block");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, values_asked_for_one_by_one_are_whole);
    tcase_add_test(tests, a_session_cannot_write);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
