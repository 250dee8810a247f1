/* test_sheet.c — pages about one record: the same members as text and as JSON, and no value in
 * either unless it was asked for.
 * SPDX-License-Identifier: Apache-2.0 */
#include "sheet.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

static struct arena arena;
static struct sheet sheet;

static void begin(bool json, bool shows)
{
    arena_init(&arena, 4096, NULL);
    sheet = (struct sheet){.json = json, .shows_keys = shows, .shows_values = shows, .salt = "s"};
    sheet_open(&sheet);
}

static void end(void)
{
    sheet_release(&sheet);
    arena_release(&arena);
}

/* A page with everything that there is on one. */
static void fill(void)
{
    struct vector name;
    struct vector age;
    struct error error = ERROR_NONE;
    ck_assert(vector_create(&name, type_of(TYPE_TEXT), 1, &arena, &error));
    name.texts[0] = text_of("Secret\n");
    ck_assert(vector_create_constant(&age, type_of(TYPE_INT4), 1, true, &arena, &error));
    sheet_text(&sheet, "entity", "patient");
    sheet_text(&sheet, "file", NULL);
    sheet_key(&sheet, "key", "[\"4711\"]");
    sheet_object(&sheet, "source");
    sheet_count(&sheet, "records", 1);
    sheet_list(&sheet, "columns");
    sheet_row(&sheet);
    sheet_text(&sheet, "column", "NAME");
    sheet_value(&sheet, "value", &name, 0, NULL);
    sheet_bool(&sheet, "odd", true);
    sheet_list(&sheet, "reads");
    sheet_row(&sheet);
    sheet_text(&sheet, "column", "two\nlines");
    sheet_end(&sheet);
    sheet_end(&sheet);
    sheet_end(&sheet);
    sheet_row(&sheet);
    sheet_value(&sheet, "value", &age, 0, "smallint");
    sheet_end(&sheet);
    sheet_end(&sheet);
    sheet_end(&sheet);
    sheet_value(&sheet, "first", &name, 0, NULL);
    sheet_end(&sheet);
    ck_assert(!sheet.out.failed);
}

START_TEST(text_has_a_member_a_line_and_rows_in_one)
{
    begin(false, true);
    fill();
    ck_assert_str_eq(sheet.out.data,
                     "entity: patient\n"
                     "key: [\"4711\"]\n"
                     "source\n"
                     "  records: 1\n"
                     "  columns\n"
                     "    NAME  text \"Secret\\n\", 7 characters  odd\n"
                     "      reads\n"
                     "        two lines\n"
                     "    smallint NULL\n"
                     "first: text \"Secret\\n\", 7 characters\n");
    end();
}
END_TEST

START_TEST(json_has_the_same_members)
{
    begin(true, true);
    fill();
    ck_assert_str_eq(
        sheet.out.data,
        "{\"entity\":\"patient\",\"file\":null,\"key\":\"[\\\"4711\\\"]\",\"source\":{\"records\":"
        "1,"
        "\"columns\":[{\"column\":\"NAME\",\"value\":{\"type\":\"text\",\"null\":false,"
        "\"value\":\"Secret\\n\",\"characters\":7},\"odd\":true,\"reads\":[{\"column\":"
        "\"two\\nlines\"}]},{\"value\":{\"type\":\"smallint\",\"null\":true}}]},\"first\":"
        "{\"type\":\"text\",\"null\":false,\"value\":\"Secret\\n\",\"characters\":7}}\n");
    end();
}
END_TEST

/* The hash that stands for a value, under a salt. */
static void hash_of(const char *salt, const char *text, char out[16])
{
    struct vector vector;
    struct error error = ERROR_NONE;
    begin(false, false);
    sheet.salt = salt;
    ck_assert(vector_create(&vector, type_of(TYPE_TEXT), 1, &arena, &error));
    vector.texts[0] = text_of(text);
    sheet_value(&sheet, "v", &vector, 0, NULL);
    ck_assert(sscanf(sheet.out.data, "v: text %15[#0-9a-f]", out) == 1);
    end();
}

START_TEST(values_and_keys_are_hidden_and_equal_ones_look_equal)
{
    char a[16];
    char b[16];
    begin(false, false);
    fill();
    ck_assert_ptr_null(strstr(sheet.out.data, "Secret"));
    ck_assert_ptr_null(strstr(sheet.out.data, "4711"));
    end();
    begin(true, false);
    fill();
    ck_assert_ptr_null(strstr(sheet.out.data, "Secret"));
    ck_assert_ptr_null(strstr(sheet.out.data, "4711"));
    end();
    hash_of("s", "one", a);
    hash_of("s", "one", b);
    ck_assert_str_eq(a, b);
    hash_of("s", "two", b);
    ck_assert_str_ne(a, b);
    hash_of("other", "one", b);
    ck_assert_str_ne(a, b);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cli/sheet");
    TCase *tcase = tcase_create("cli/sheet");
    tcase_add_test(tcase, text_has_a_member_a_line_and_rows_in_one);
    tcase_add_test(tcase, json_has_the_same_members);
    tcase_add_test(tcase, values_and_keys_are_hidden_and_equal_ones_look_equal);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
