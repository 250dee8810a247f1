/* test_program.c — which target column is filled by what, what may be assigned to it, and what the
 * program reads. SPDX-License-Identifier: Apache-2.0 */
#include "expression_fixture.h"

#include <stdio.h>

static void check_problem(int index, const char *message, int line, int column)
{
    ck_assert_int_gt(run.problems.count, index);
    const struct problem *problem = &run.problems.items[index];
    ck_assert_str_eq(problem->message, message);
    ck_assert_msg(problem->place.line == line && problem->place.column == column,
                  "%s: %d:%d",
                  message,
                  problem->place.line,
                  problem->place.column);
}

START_TEST(only_what_is_needed_is_read)
{
    int count = 0;

    mapping_run_source(&run, "A", "text");
    mapping_run_source(&run, "B", "text");
    mapping_run_source(&run, "ID", "bigint");
    mapping_run_source(&run, "C", "integer");
    mapping_run_source(&run, "D", "text");
    run.key[0] = "id";
    mapping_run_column(&run, "x", "b");
    mapping_run_filter(&run, "f", "c > 0");
    ck_assert_msg(mapping_run_compile(&run), "%s", mapping_run_problems(&run));
    const int *columns = program_source_columns(run.program, &count);
    ck_assert_int_eq(count, 3);
    ck_assert_int_eq(columns[0], 1);
    ck_assert_int_eq(columns[1], 2);
    ck_assert_int_eq(columns[2], 3);
    const struct schema *schema = program_source_schema(run.program);
    ck_assert_int_eq(schema->count, 3);
    ck_assert_str_eq(schema->columns[0].name, "B");
    ck_assert_str_eq(schema->columns[1].name, "ID");
}
END_TEST

START_TEST(copies_come_after_columns)
{
    const char *const *uncovered = NULL;
    int keys[LIMIT_KEY_COLUMNS];

    mapping_run_source(&run, "TITLE", "text");
    mapping_run_source(&run, "ADDRESS_1", "text");
    mapping_run_source(&run, "ADDRESS_2", "text");
    mapping_run_source(&run, "OTHER", "text");
    mapping_run_target(&run, "id", "bigint generated");
    mapping_run_target(&run, "address_1", "text");
    mapping_run_target(&run, "address_2", "text");
    mapping_run_target(&run, "address_3", "text");
    mapping_run_target(&run, "title", "text not null");
    mapping_run_target(&run, "made", "timestamptz not null default");
    run.copy[0] = "title";
    run.copy[1] = "Address_*";
    run.target_key[0] = "TITLE";
    mapping_run_column(&run, "address_2", "upper(address_2)");
    ck_assert_msg(mapping_run_compile(&run), "%s", mapping_run_problems(&run));
    const struct schema *schema = program_target_schema(run.program);
    ck_assert_int_eq(schema->count, 3);
    ck_assert_str_eq(schema->columns[0].name, "address_2");
    ck_assert_str_eq(schema->columns[1].name, "title");
    ck_assert_str_eq(schema->columns[2].name, "address_1");
    ck_assert_int_eq(program_uncovered(run.program, &uncovered), 3);
    ck_assert_str_eq(uncovered[0], "id");
    ck_assert_str_eq(uncovered[1], "address_3");
    ck_assert_str_eq(uncovered[2], "made");
    ck_assert_int_eq(program_target_key(run.program, keys), 1);
    ck_assert_int_eq(keys[0], 1);
    mapping_run_row(&run, (const char *[]){"Dr", "a", "b", "c"});
    mapping_run_apply(&run);
    ck_assert_str_eq(mapping_run_value(&run, 0, 0), "B");
    ck_assert_str_eq(mapping_run_value(&run, 1, 0), "Dr");
    ck_assert_str_eq(mapping_run_value(&run, 2, 0), "a");
}
END_TEST

START_TEST(a_star_copies_all_that_both_have)
{
    mapping_run_source(&run, "a", "integer");
    mapping_run_source(&run, "b", "integer");
    mapping_run_source(&run, "c", "integer");
    run.copy[0] = "*";
    ck_assert(mapping_run_compile(&run)); /* without a target: all of the source */
    ck_assert_int_eq(program_target_schema(run.program)->count, 3);
    ck_assert_str_eq(program_target_schema(run.program)->columns[2].name, "c");
}
END_TEST

START_TEST(columns_that_cannot_be_filled_so)
{
    mapping_run_source(&run, "A", "text");
    mapping_run_target(&run, "given_name", "text");
    mapping_run_target(&run, "total", "numeric generated");
    mapping_run_target(&run, "born_on", "date not null");
    mapping_run_target(&run, "a", "text");
    mapping_run_column(&run, "given_nam", "a");
    mapping_run_column(&run, "total", "1");
    mapping_run_column(&run, "given_name", "a");
    mapping_run_column(&run, "GIVEN_NAME", "nosuch");
    run.copy[0] = "nothing";
    run.copy[1] = "zz*";
    run.copy[2] = "given_name";
    run.key[0] = "nokey";
    run.target_key[0] = "born_on";
    ck_assert(!mapping_run_compile(&run));
    check_problem(0, "key column \"nokey\" of the source does not exist", 2, 3);
    check_problem(1, "column \"given_nam\" of public.t does not exist", 10, 3);
    ck_assert_str_eq(run.problems.items[1].hint, "Perhaps you meant \"given_name\".");
    check_problem(2, "column \"total\" is generated and cannot be written", 11, 3);
    check_problem(3, "column \"GIVEN_NAME\" is filled twice", 13, 3);
    check_problem(4, "column \"nosuch\" does not exist", 13, 15);
    check_problem(5, "column \"nothing\" of the source does not exist", 5, 7);
    check_problem(6, "nothing matches \"zz*\" under copy:", 5, 7);
    check_problem(7, "column \"given_name\" of the source does not exist", 5, 7);
    check_problem(8, "column \"born_on\" must have a value, and no rule fills it", 4, 3);
    check_problem(9, "key column \"born_on\" of the target is not filled", 4, 3);
    ck_assert_int_eq(run.problems.count, 10);
}
END_TEST

/* One column of a source type into one of a target type. NULL: it is taken. */
static const char *assign(const char *source, const char *target, const char *expression)
{
    mapping_run_release(&run);
    mapping_run_init(&run);
    mapping_run_source(&run, "A", source);
    mapping_run_target(&run, "x", target);
    mapping_run_column(&run, "x", expression);
    return mapping_run_compile(&run) ? NULL : run.problems.items[0].message;
}

START_TEST(what_an_assignment_may_do)
{
    static const char *const taken[][2] = {
        {"integer", "bigint"},
        {"bigint", "smallint"},
        {"integer", "numeric(5,1)"},
        {"numeric", "integer"},
        {"double precision", "integer"},
        {"bigint", "real"},
        {"integer", "text"},
        {"date", "varchar(5)"},
        {"boolean", "text"},
        {"varchar(30)", "char(2)"},
        {"char(5)", "text"},
        {"date", "timestamp"},
        {"timestamp", "timestamptz"},
        {"timestamptz", "timestamp"},
        {"timestamp", "timestamp(0)"},
        {"text", "jsonb"},
        {"uuid", "text"},
        {"uuid", "uuid"},
        {"jsonb", "text"},
    };
    static const char *const refused[][2] = {
        {"text", "integer"},
        {"varchar(3)", "date"},
        {"text", "boolean"},
        {"text", "uuid"},
        {"text", "bytea"},
        {"integer", "boolean"},
        {"timestamp", "date"},
        {"timestamptz", "date"},
        {"timestamp", "time"},
        {"integer", "date"},
        {"integer", "jsonb"},
        {"date", "integer"},
        {"time", "timestamp"},
        {"boolean", "integer"},
    };
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++) {
        const char *problem = assign(taken[i][0], taken[i][1], "A");
        ck_assert_msg(problem == NULL, "%s to %s: %s", taken[i][0], taken[i][1], problem);
    }
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        ck_assert_msg(assign(refused[i][0], refused[i][1], "A") != NULL,
                      "%s to %s",
                      refused[i][0],
                      refused[i][1]);
    }
}
END_TEST

START_TEST(a_refused_assignment_shows_the_cast)
{
    ck_assert_str_eq(assign("text", "numeric(8,2)", "trim(A)"),
                     "column \"x\" is of type numeric(8,2) but the expression is of type text");
    ck_assert_str_eq(run.problems.items[0].hint, "Write CAST(trim(A) AS numeric(8,2)).");
    check_problem(
        0, "column \"x\" is of type numeric(8,2) but the expression is of type text", 10, 15);
}
END_TEST

START_TEST(literals_take_the_type_of_the_column)
{
    ck_assert_ptr_null(assign("text", "date", "'2024-01-31'"));
    ck_assert_ptr_null(assign("text", "integer", "null"));
    ck_assert_ptr_null(assign("text", "varchar(3)", "'abc'"));
    ck_assert_str_eq(assign("text", "date", "'31 December'"),
                     "invalid value for type date: \"31 December\"");
    ck_assert_str_eq(assign("text", "varchar(3)", "'abcd'"),
                     "value does not fit column \"x\" of type character varying(3)");
    ck_assert_str_eq(assign("text", "numeric(3,1)", "1.25"),
                     "value does not fit column \"x\" of type numeric(3,1)");
    ck_assert_str_eq(assign("text", "integer", "2.5"),
                     "value does not fit column \"x\" of type integer");
    ck_assert_ptr_null(assign("text", "integer", "2.0"));
    ck_assert_ptr_null(assign("text", "numeric(3,1)", "round(1.25, 1)"));
}
END_TEST

START_TEST(checks_see_the_mapped_columns)
{
    mapping_run_source(&run, "A", "text");
    mapping_run_target(&run, "born_on", "date");
    mapping_run_column(&run, "born_on", "CAST(A AS date)");
    mapping_run_check(&run, "past", "born_on <= current_date");
    mapping_run_check(&run, "wrong", "a = 'x'");
    ck_assert(!mapping_run_compile(&run));
    ck_assert_int_eq(run.problems.count, 1);
    check_problem(0, "column \"a\" does not exist", 51, 15);
    ck_assert_str_eq(run.problems.items[0].hint, "Names here are columns of the mapping.");
}
END_TEST

START_TEST(a_program_can_be_explained)
{
    static const char *const pairs[] = {"1", "one", NULL};
    struct text_buffer out;

    mapping_run_source(&run, "A", "integer");
    mapping_run_column(&run, "x", "case when A > 1 then try(10 / A) else coalesce(A, 2) end");
    mapping_run_filter(&run, "f", "A > 0 and 1 / A = 0 or A is null");
    mapping_run_check(&run, "c", "x < 5");
    mapping_run_lookup(&run, "l", LOOKUP_MISSING_KEEP, pairs);
    run.lookup_specs[0].store = LOOKUP_ON_DISK;
    ck_assert(mapping_run_compile(&run));
    text_buffer_init(&out, 1 << 20);
    program_explain(run.program, &out);
    ck_assert_ptr_nonnull(strstr(out.data, "column \"x\" as integer: case when"));
    ck_assert_ptr_nonnull(strstr(out.data, ":= /('10', \"A\") as integer"));
    ck_assert_ptr_nonnull(strstr(out.data, "filter \"f\" as boolean"));
    ck_assert_ptr_nonnull(strstr(out.data, "check \"c\" as boolean"));
    ck_assert_ptr_nonnull(strstr(out.data, "go to"));
    ck_assert_ptr_nonnull(strstr(out.data,
                                 "lookup \"l\" of code to value: kept on disk, a key without an "
                                 "entry gives the key\n"));
    text_buffer_release(&out);
}
END_TEST

START_TEST(an_unknown_time_zone_is_an_error)
{
    struct program *program = NULL;
    struct error error = ERROR_NONE;

    ck_assert(!program_compile(&run.mapping,
                               &run.source,
                               NULL,
                               NULL,
                               "Europe/Londn",
                               &run.arena,
                               &run.problems,
                               &program,
                               &error));
    ck_assert_int_eq(error.code, ERROR_PLAN);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        only_what_is_needed_is_read,
        copies_come_after_columns,
        a_star_copies_all_that_both_have,
        columns_that_cannot_be_filled_so,
        what_an_assignment_may_do,
        a_refused_assignment_shows_the_cast,
        literals_take_the_type_of_the_column,
        checks_see_the_mapped_columns,
        a_program_can_be_explained,
        an_unknown_time_zone_is_an_error,
    };
    return RUN_TESTS("program", tests);
}
