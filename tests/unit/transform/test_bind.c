/* test_bind.c — names, types and the problems of expressions, with places and hints.
 * SPDX-License-Identifier: Apache-2.0 */
#include "expression_fixture.h"

static void add_source(void)
{
    mapping_run_source(&run, "PERSON_ID", "bigint");
    mapping_run_source(&run, "NAME_LAST", "varchar(20)");
    mapping_run_source(&run, "BIRTH_DT_TM", "timestamp");
    mapping_run_source(&run, "amount", "numeric(10,2)");
    mapping_run_source(&run, "active", "boolean");
    mapping_run_source(&run, "dup", "integer");
    mapping_run_source(&run, "DUP", "integer");
}

/* Compiles one column of that expression; NULL or its first problem. */
static const struct problem *problem_of(const char *text)
{
    mapping_run_release(&run);
    mapping_run_init(&run);
    add_source();
    mapping_run_column(&run, "x", text);
    return mapping_run_compile(&run) ? NULL : &run.problems.items[0];
}

static void check_type(const char *text, const char *expected)
{
    struct text_buffer name;
    const struct problem *problem = problem_of(text);

    ck_assert_msg(problem == NULL, "%s: %s", text, problem == NULL ? "" : problem->message);
    text_buffer_init(&name, 256);
    type_format(program_target_schema(run.program)->columns[0].type, &name);
    ck_assert_msg(strcmp(name.data, expected) == 0, "%s is %s", text, name.data);
    text_buffer_release(&name);
}

START_TEST(types_of_expressions)
{
    check_type("1", "integer");
    check_type("3000000000", "bigint");
    check_type("9223372036854775808", "numeric");
    check_type("-9223372036854775808", "bigint");
    check_type("-2147483648", "integer");
    check_type("1.5", "numeric");
    check_type("'a'", "text");
    check_type("null", "text");
    check_type("person_id", "bigint");
    check_type("\"NAME_LAST\"", "character varying(20)");
    check_type("name_last || 'x'", "text");
    check_type("1::smallint + 1::smallint", "smallint");
    check_type("1::smallint + 1", "integer");
    check_type("person_id / 2", "bigint");
    check_type("1 + 1.5", "numeric");
    check_type("1.5 + 1::real", "double precision");
    check_type("birth_dt_tm::date + 1", "date");
    check_type("birth_dt_tm::date - current_date", "integer");
    check_type("case when active then 1 else 2.5 end", "numeric");
    check_type("case when active then name_last end", "character varying");
    check_type("case when active then name_last else name_last end", "character varying(20)");
    check_type("coalesce(amount, 0)", "numeric");
    check_type("coalesce(null, 'x')", "text");
    check_type("nullif(1, 2.5)", "numeric");
    check_type("round(5)", "double precision");
    check_type("abs('5')", "double precision");
    check_type("active and 't'", "boolean");
    check_type("cast(name_last as varchar(5))", "character varying(5)");
    check_type("current_timestamp", "timestamp with time zone");
    check_type("birth_dt_tm > current_date", "boolean");
    check_type("try(amount::int, 0)", "integer");
}
END_TEST

/* Columns count from 15, where the expression begins. */
static const struct {
    const char *text;
    const char *message;
    int column;
    const char *hint;
} wrong[] = {
    {"upper(trim(NAME_LAS))",
     "column \"NAME_LAS\" does not exist",
     26,
     "Perhaps you meant \"NAME_LAST\"."},
    {"\"name_last\"",
     "column \"name_last\" does not exist",
     15,
     "Perhaps you meant \"NAME_LAST\"."},
    {"1 + Dup",
     "column \"Dup\" is ambiguous: several differ only in case",
     19,
     "Write it in double quotes, exactly as the catalogue has it."},
    {"uper(name_last)", "function uper() does not exist", 15, "Perhaps you meant upper()."},
    {"uuid(name_last)", "function uuid() does not exist", 15, "To convert, write CAST(… AS uuid)."},
    {"upper(person_id)", "function upper(bigint) does not exist", 15, "It takes upper(text)."},
    {"round(1::float8, 2)",
     "function round(double precision, integer) does not exist",
     15,
     "It takes round(numeric) or round(numeric, integer) or round(double precision)."},
    {"substring(name_last from 'a' for '#')",
     "function substring(character varying, unknown, unknown) is not available",
     15,
     NULL},
    {"name_last ~ 'a(b'", "invalid regular expression: parentheses () not balanced", 27, NULL},
    {"name_last ~ any (array['a', '*'])",
     "invalid regular expression: quantifier operand invalid",
     43,
     NULL},
    {"regexp_replace(name_last, 'a', 'b', 'y')", "invalid regular expression option", 51, NULL},
    {"regexp_like(name_last, 'a', 'g')", "invalid regular expression option", 43, NULL},
    {"name_last ~ '(?<=a+)b'",
     "not available in regular expressions: a look behind of no fixed length",
     27,
     "See the differences from PostgreSQL in the reference of mappings."},
    {"regexp_match(name_last, 'a')",
     "regexp_match() gives several texts; one of them must be named",
     15,
     "Write (regexp_match(text, pattern))[1]."},
    {"(name_last)[1]",
     "only what regexp_match() gives has elements",
     26,
     "Write (regexp_match(text, pattern))[1]."},
    {"person_id = any ('{1')",
     "syntax error at or near \"'{1'\"",
     32,
     "A list is written '{a, b}' or ARRAY['a', 'b']."},
    {"name_last || any (array['a'])", "operator of ANY and ALL must give a boolean: ||", 25, NULL},
    {"name_last + 1", "operator does not exist: character varying + integer", 25, NULL},
    {"'1' + '2'", "operator is not unique: unknown + unknown", 19, NULL},
    {"- active", "operator does not exist: - boolean", 15, NULL},
    {"name_last = person_id",
     "operator does not exist: character varying = bigint",
     25,
     "Write a CAST where it is meant."},
    {"birth_dt_tm + birth_dt_tm",
     "operator does not exist: timestamp without time zone + timestamp without time zone",
     27,
     NULL},
    {"person_id = 'x'", "invalid value for type bigint: \"x\"", 27, NULL},
    {"date '2024-02-30'", "invalid value for type date: \"2024-02-30\"", 20, NULL},
    {"case when person_id then 1 end",
     "condition of WHEN must be type boolean, not type bigint",
     25,
     "Compare it with something, as in column = 1."},
    {"active and person_id", "argument of AND must be type boolean, not type bigint", 26, NULL},
    {"case when active then 1 else name_last end",
     "CASE types character varying and integer cannot be matched",
     37,
     NULL},
    {"coalesce(person_id, active)",
     "COALESCE types bigint and boolean cannot be matched",
     35,
     NULL},
    {"person_id like 'a'", "operator does not exist: bigint LIKE unknown", 25, NULL},
    {"active::date", "cannot cast type boolean to date", 21, NULL},
    {"nullif(1)", "wrong number of arguments of nullif()", 15, "Usage: nullif(a, b)"},
    {"lookup('sex', name_last)", "lookup \"sex\" does not exist", 22, NULL},
    {"lookup(name_last)", "lookup() needs the name of a lookup in quotes and a key", 15, NULL},
};
START_TEST(problems_say_what_and_where)
{
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        const struct problem *problem = problem_of(wrong[i].text);
        ck_assert_msg(problem != NULL, "%s", wrong[i].text);
        ck_assert_str_eq(problem->message, wrong[i].message);
        ck_assert_msg(problem->place.line == 10 && problem->place.column == wrong[i].column,
                      "%s: line %d, column %d",
                      wrong[i].text,
                      problem->place.line,
                      problem->place.column);
        if (wrong[i].hint != NULL) {
            ck_assert_str_eq(problem->hint, wrong[i].hint);
        }
    }
}
END_TEST

START_TEST(all_problems_in_one_go)
{
    add_source();
    mapping_run_column(&run, "x", "upper(NAME_LAS) || nosuch(PERSON_IDD)");
    mapping_run_column(&run, "y", "1 +");
    mapping_run_filter(&run, "f", "PERSON_ID");
    ck_assert(!mapping_run_compile(&run));
    ck_assert_int_eq(run.problems.errors, 5);
    const char *shown = mapping_run_problems(&run);
    ck_assert_ptr_nonnull(strstr(shown, "m.yaml:10:21: column \"NAME_LAS\" does not exist"));
    ck_assert_ptr_nonnull(strstr(shown, "m.yaml:10:41: column \"PERSON_IDD\" does not exist"));
    ck_assert_ptr_nonnull(strstr(shown, "m.yaml:10:34: function nosuch() does not exist"));
    ck_assert_ptr_nonnull(strstr(shown, "m.yaml:11:18: syntax error at end of expression"));
    ck_assert_ptr_nonnull(
        strstr(shown, "m.yaml:30:15: filter must be type boolean, not type bigint"));
}
END_TEST

START_TEST(what_always_fails_is_warned_of)
{
    add_source();
    mapping_run_column(&run, "x", "case when active then person_id else 1/0 end");
    ck_assert(mapping_run_compile(&run));
    ck_assert_int_eq(run.problems.count, 1);
    ck_assert_int_eq(run.problems.items[0].severity, PROBLEM_WARNING);
    ck_assert_str_eq(run.problems.items[0].message, "this always fails: division by zero");
    ck_assert_int_eq(run.problems.items[0].place.column, 53);
}
END_TEST

START_TEST(keys_of_a_lookup_agree)
{
    static const char *const pairs[] = {"1", "one", NULL};

    add_source();
    mapping_run_lookup(&run, "l", LOOKUP_MISSING_REJECT, pairs);
    mapping_run_column(&run, "x", "lookup('l', person_id)");
    mapping_run_column(&run, "y", "lookup('l', name_last)");
    mapping_run_column(&run, "z", "lookup('l', person_id, 'valu')");
    mapping_run_column(&run, "w", "lookup('l', person_id, 'value', 3)");
    ck_assert(!mapping_run_compile(&run));
    ck_assert_int_eq(run.problems.errors, 3);
    ck_assert_str_eq(run.problems.items[0].message,
                     "lookup \"l\" is asked with numbers in one place and texts in another");
    ck_assert_str_eq(run.problems.items[1].message, "lookup \"l\" has no column \"valu\"");
    ck_assert_str_eq(run.problems.items[1].hint, "Perhaps you meant 'value'.");
    ck_assert_str_eq(run.problems.items[2].message, "lookup \"l\" has 1 key column");
}
END_TEST

/* x BETWEEN … AND … has x twice: nesting it must not double the work each time. */
START_TEST(shared_operands_stay_shared)
{
    const char *text = "active";

    for (int i = 0; i < 60; i++) {
        text = arena_format(&run.arena, "(%s) between false and true", text);
    }
    add_source();
    mapping_run_column(&run, "x", text);
    ck_assert(mapping_run_compile(&run));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        types_of_expressions,
        problems_say_what_and_where,
        all_problems_in_one_go,
        what_always_fails_is_warned_of,
        keys_of_a_lookup_agree,
        shared_operands_stay_shared,
    };
    return RUN_TESTS("bind", tests);
}
