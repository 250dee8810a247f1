/* test_type.c — names of types go in and come out as PostgreSQL writes them; columns are found by
 * name. SPDX-License-Identifier: Apache-2.0 */
#include "novate/type.h"

#include <check.h>
#include <stdlib.h>

static const struct {
    const char *in;
    const char *out; /* NULL: not a type */
} NAMES[] = {
    {"int", "integer"},
    {"INT4", "integer"},
    {"smallint", "smallint"},
    {" bigint ", "bigint"},
    {"decimal(10, 2)", "numeric(10,2)"},
    {"numeric(5)", "numeric(5,0)"},
    {"numeric(3,-2)", "numeric(3,-2)"},
    {"numeric", "numeric"},
    {"varchar(20)", "character varying(20)"},
    {"Character  Varying ( 7 )", "character varying(7)"},
    {"char", "character(1)"},
    {"float(24)", "real"},
    {"float(25)", "double precision"},
    {"timestamp(3)", "timestamp(3) without time zone"},
    {"timestamp(0) with time zone", "timestamp(0) with time zone"},
    {"timestamptz", "timestamp with time zone"},
    {"time", "time without time zone"},
    {"uuid", "uuid"},
    {"numeric(0)", NULL},
    {"varchar(0)", NULL},
    {"varchar(3,4)", NULL},
    {"int(4)", NULL},
    {"integr", NULL},
    {"timestamp(7)", NULL},
    {"numeric(10", NULL},
    {"", NULL},
    {"int;", NULL},
};

START_TEST(names_are_read_and_written)
{
    struct type type = {.id = TYPE_UNKNOWN};
    bool known = type_parse(text_of(NAMES[_i].in), &type);
    ck_assert_msg(known == (NAMES[_i].out != NULL), "\"%s\"", NAMES[_i].in);
    if (known) {
        struct text_buffer out;
        text_buffer_init(&out, 100);
        type_format(type, &out);
        ck_assert_str_eq(out.data, NAMES[_i].out);
        struct type again = {.id = TYPE_UNKNOWN};
        ck_assert(type_parse(text_of(out.data), &again));
        ck_assert(type_equal(type, again));
        text_buffer_release(&out);
    }
}
END_TEST

START_TEST(columns_are_found_by_name)
{
    struct column columns[] = {{.name = "PERSON_ID"}, {.name = "Name"}, {.name = "NAME"}};
    struct schema schema = {.columns = columns, .count = 3};
    ck_assert_int_eq(schema_find(&schema, text_of("person_id"), false), 0);
    ck_assert_int_eq(schema_find(&schema, text_of("person_id"), true), -1);
    ck_assert_int_eq(schema_find(&schema, text_of("NAME"), false), 2);
    ck_assert_int_eq(schema_find(&schema, text_of("name"), false), -2);
    ck_assert_int_eq(schema_find(&schema, text_of("none"), false), -1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("type");
    TCase *tcase = tcase_create("type");
    tcase_add_loop_test(
        tcase, names_are_read_and_written, 0, (int)(sizeof NAMES / sizeof NAMES[0]));
    tcase_add_test(tcase, columns_are_found_by_name);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
