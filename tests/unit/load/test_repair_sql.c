/* test_repair_sql.c — statements that would mend a row: quoted names, exact literals, NULLs, what
 * pins the row that was found, and comments that stay comments.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/repair_sql.h"

#include <check.h>
#include <math.h>
#include <string.h>

static struct arena arena;
static struct column columns[] = {
    {.name = "left out", .type = {.id = TYPE_TEXT}},
    {.name = "id", .type = {.id = TYPE_INT8}},
    {.name = "na\"me", .type = {.id = TYPE_TEXT}},
    {.name = "f", .type = {.id = TYPE_FLOAT8}},
    {.name = "js", .type = {.id = TYPE_OTHER}},
};
static const struct target_table table = {.quoted = "\"care\".\"t\"",
                                          .schema = {.columns = columns, .count = 5}};
static const int order[] = {2, 1, 3, 4}; /* of the table: name, id, f, js */
static const int key[] = {1};
static const struct repair_table repair = {
    .table = &table, .columns = order, .count = 4, .key = key, .key_count = 1};
static struct schema schema = {.columns = NULL, .count = 4};
static struct column mapped_columns[4];
static struct batch mapped;
static struct batch found;
static struct text_buffer out;

static void put(struct batch *batch, const char *name, int64_t id, double f, const char *js)
{
    struct error error = ERROR_NONE;
    ck_assert(batch_init(batch, &schema, NULL, &error));
    ck_assert(batch_begin(batch, 1, false, &error));
    for (int i = 0; i < 4; i++) {
        ck_assert(vector_ensure_validity(&batch->columns[i], &batch->arena, &error));
    }
    batch->columns[0].texts[0] = text_of(name == NULL ? "" : name);
    batch->columns[1].int64s[0] = id;
    batch->columns[2].doubles[0] = f;
    batch->columns[3].texts[0] = text_of(js == NULL ? "" : js);
    batch_set_rows(batch, 1);
    if (name == NULL) {
        validity_clear(batch->columns[0].valid, 0);
    }
    if (js == NULL) {
        validity_clear(batch->columns[3].valid, 0);
    }
}

static void setup(void)
{
    arena_init(&arena, 4096, NULL);
    for (int i = 0; i < 4; i++) {
        mapped_columns[i] = columns[order[i]];
    }
    schema.columns = mapped_columns;
    text_buffer_init(&out, 1 << 20);
}

static void teardown(void)
{
    batch_release(&mapped);
    batch_release(&found);
    text_buffer_release(&out);
    arena_release(&arena);
}

START_TEST(an_insert_names_what_is_mapped)
{
    put(&mapped, "O'Dowd \\ \n--", -5, (double)NAN, NULL);
    repair_sql_insert(&repair, &mapped, 0, &out);
    ck_assert_str_eq(out.data,
                     "INSERT INTO \"care\".\"t\" (\"na\"\"me\", \"id\", \"f\", \"js\")\n"
                     "VALUES ('O''Dowd \\ \n--', '-5', 'NaN', NULL);\n");
}
END_TEST

START_TEST(an_update_sets_what_differs_where_it_is_as_it_was_found)
{
    const bool differs[] = {true, false, false, true};
    put(&mapped, NULL, 7, 1, "{\"a\":1}");
    put(&found, "old", 7, 2, NULL);
    repair_sql_update(&repair, &mapped, 0, &found, 0, differs, &out);
    ck_assert_str_eq(out.data,
                     "UPDATE \"care\".\"t\" SET\n"
                     "  \"na\"\"me\" = NULL,\n"
                     "  \"js\" = '{\"a\":1}'\n"
                     "WHERE \"id\" = '7'\n"
                     "  AND \"na\"\"me\" COLLATE \"C\" = 'old'\n"
                     "  AND \"js\" IS NULL;\n");
}
END_TEST

START_TEST(a_delete_is_of_the_row_that_was_found)
{
    put(&found, NULL, 7, (double)-INFINITY, "'x'");
    repair_sql_delete(&repair, &found, 0, &out);
    ck_assert_str_eq(out.data,
                     "DELETE FROM \"care\".\"t\"\n"
                     "WHERE \"id\" = '7'\n"
                     "  AND \"na\"\"me\" IS NULL\n"
                     "  AND \"f\" = '-Infinity'\n"
                     "  AND \"js\"::text COLLATE \"C\" = '''x''';\n");
}
END_TEST

START_TEST(a_key_is_found_by_its_index_and_pinned_exactly)
{
    static const int name_key[] = {0};
    struct repair_table by_name = repair;
    by_name.key = name_key;
    put(&found, "Zoë", 7, 1, NULL);
    repair_sql_delete(&by_name, &found, 0, &out);
    ck_assert_str_eq(out.data,
                     "DELETE FROM \"care\".\"t\"\n"
                     "WHERE \"na\"\"me\" = 'Zoë' AND \"na\"\"me\" COLLATE \"C\" = 'Zoë'\n"
                     "  AND \"id\" = '7'\n"
                     "  AND \"f\" = '1'\n"
                     "  AND \"js\" IS NULL;\n");
}
END_TEST

START_TEST(a_comment_is_one_line)
{
    repair_sql_comment(&out, "update of x\nDROP TABLE y;\r--");
    ck_assert_str_eq(out.data, "-- update of x DROP TABLE y; --\n");
}
END_TEST

START_TEST(statements_are_one_transaction_under_their_own_settings)
{
    repair_sql_begin(&out);
    const char *begin = strstr(out.data, "BEGIN;\n");
    ck_assert_ptr_nonnull(begin);
    ck_assert(strstr(out.data, "SET standard_conforming_strings = on;\n") < begin);
    ck_assert(strstr(out.data, "SET TimeZone = 'UTC';\n") < begin);
    text_buffer_reset(&out);
    repair_sql_end(&out);
    ck_assert_str_eq(out.data, "\nCOMMIT;\n");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("load/repair_sql");
    TCase *tcase = tcase_create("load/repair_sql");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, an_insert_names_what_is_mapped);
    tcase_add_test(tcase, an_update_sets_what_differs_where_it_is_as_it_was_found);
    tcase_add_test(tcase, a_delete_is_of_the_row_that_was_found);
    tcase_add_test(tcase, a_key_is_found_by_its_index_and_pinned_exactly);
    tcase_add_test(tcase, a_comment_is_one_line);
    tcase_add_test(tcase, statements_are_one_transaction_under_their_own_settings);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
