/* test_eval.c — what expressions give: three-valued logic, laziness, and that neither the number of
 * rows nor the layout of a vector changes anything.
 *
 * Single values are compared with PostgreSQL by tests/differential/test_expressions.c; here stands
 * what must hold whatever happens there. SPDX-License-Identifier: Apache-2.0 */
#include "expression_fixture.h"

#include "novate/limits.h"

START_TEST(logic_has_three_values)
{
    static const struct value_case cases[] = {
        {"true and true", "t"},
        {"true and false", "f"},
        {"true and null", "NULL"},
        {"false and null", "f"},
        {"null and false", "f"},
        {"null and null", "NULL"},
        {"true or null", "t"},
        {"null or true", "t"},
        {"false or null", "NULL"},
        {"null or null", "NULL"},
        {"not null", "NULL"},
        {"not true", "f"},
        {"null is unknown", "t"},
        {"null is not unknown", "f"},
        {"null is true", "f"},
        {"null is not true", "t"},
        {"false is false", "t"},
        {"null = null", "NULL"},
        {"null is distinct from null", "f"},
        {"1 is distinct from null", "t"},
        {"1 is not distinct from 1", "t"},
        {"1 in (2, null)", "NULL"},
        {"1 in (1, null)", "t"},
        {"1 not in (2, null)", "NULL"},
        {"1 not in (1, null)", "f"},
        {"null in (1, 2)", "NULL"},
        {"2.0 in (1, 2, 3)", "t"},
        {"'b' in ('c', 'a', 'b')", "t"},
        {"timestamp '2024-01-01' in (date '5874897-12-31', date '2024-01-01')", "t"},
        {"5 between 1 and null", "NULL"},
        {"0 between 1 and null", "f"},
        {"0 not between 1 and null", "t"},
        {"case null when null then 1 else 2 end", "2"},
        {"case when null then 1 else 2 end", "2"},
        {"case when false then 1 end", "NULL"},
        {"coalesce(null, null)", "NULL"},
        {"nullif(null, 1)", "NULL"},
        {"nullif(1, null)", "1"},
        {"greatest(null, null::int)", "NULL"},
        {"least(2, null, 1)", "1"},
        {"'a' || null", "NULL"},
        {"concat('a', null, 'b')", "ab"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(numbers)
{
    static const struct value_case cases[] = {
        {"-7 / 2", "-3"},
        {"-7 % 2", "-1"},
        {"7 % -2", "1"},
        {"(-2147483648) % -1", "0"},
        {"(-2147483648) / -1", "!22003"},
        {"2147483647 + 1", "!22003"},
        {"1::smallint + 32767::smallint", "!22003"},
        {"-((-32768)::smallint)", "!22003"},
        {"1 / 0", "!22012"},
        {"1.0 / 0", "!22012"},
        {"1::float8 / 0", "!22012"},
        {"1 % 0", "!22012"},
        {"10.00 / 3", "3.3333333333333333"},
        {"1.50 * 2.0", "3.000"},
        {"5.0 % 3", "2.0"},
        {"1.10 = 1.1", "t"},
        {"2.5::int", "3"},
        {"(-2.5)::int", "-3"},
        {"2.5::float8::int", "2"},
        {"round(2.5::float8)", "2"},
        {"round(-2.5)", "-3"},
        {"round(1234.5, -2)", "1200"},
        {"trunc(-1.99)", "-1"},
        {"trunc(1999, -3)", "1000"},
        {"ceil(-0.5)", "0"},
        {"floor(-0.5)", "-1"},
        {"'NaN'::numeric > 1e30", "t"},
        {"'NaN'::float8 = 'NaN'::float8", "t"},
        {"'NaN'::numeric::int", "!0A000"},
        {"'NaN'::float8::int", "!22003"},
        {"1e300::float8 * 1e300::float8", "!22003"},
        {"1e-300::float8 * 1e-300::float8", "!22003"},
        {"0.1::float8 + 0.2::float8", "0.30000000000000004"},
        {"16777217::real", "1.6777216e+07"},
        {"123456.789::numeric(7,2)", "!22003"},
        {"1.255::numeric(5,2)", "1.26"},
        {"true::int + 1", "2"},
        {"0::boolean", "f"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(texts)
{
    static const struct value_case cases[] = {
        {"upper('h\303\251llo')", "H\303\251LLO"},
        {"length('h\303\251llo')", "5"},
        {"octet_width('a')", "?function octet_width() does not exist"},
        {"substring('abc', 0, 3)", "ab"},
        {"substring('abc', -1, 4)", "ab"},
        {"substring('abc', 2147483647, 2147483647)", ""},
        {"substring('abc', 1, -1)", "!22011"},
        {"left('abc', -2)", "a"},
        {"left('abc', -5)", ""},
        {"right('abc', -2)", "c"},
        {"right('\303\251\303\251x', 2)", "\303\251x"},
        {"right('abc', -2147483648)", "abc"},
        {"trim('  a  ')", "a"},
        {"trim(both '\303\251x' from 'x\303\251a\303\251x')", "a"},
        {"replace('aaa', 'aa', 'b')", "ba"},
        {"replace('abc', '', 'x')", "abc"},
        {"strpos('h\303\251llo', 'l')", "3"},
        {"strpos('abc', '')", "1"},
        {"split_part('a,b,c', ',', -1)", "c"},
        {"split_part('a,b', ',', 0)", "!22023"},
        {"lpad('abc', 2)", "ab"},
        {"lpad('a', 4, 'xy')", "xyxa"},
        {"rpad('a', 3, '')", "a"},
        {"'abc' like 'a\\bc'", "t"},
        {"'ab' like 'a_'", "t"},
        {"'\303\251' like '_'", "t"},
        {"'abc' like 'abc\\'", "f"},
        {"'abcd' like 'abc\\'", "!22025"},
        {"'a%c' like 'a!%c' escape '!'", "t"},
        {"'abc' like 'a!%c' escape '!'", "f"},
        {"'a' like 'a' escape 'xx'", "!22025"},
        {"'ABC' ilike '%b%'", "t"},
        {"'ab '::char(5) || '|'", "ab|"},
        {"concat('ab'::char(5), '|')", "ab   |"},
        {"'ab'::char(5) like 'ab'", "f"},
        {"'a' = 'a '::char(3)", "t"},
        {"'abc'::varchar(2)", "ab"},
        {"true || 'x'", "truex"},
        {"concat(true)", "t"},
        {"'B' < 'a'", "t"},
        {"'\303\251' > 'z'", "t"},
        {"' 12 '::int", "12"},
        {"'1e5'::int", "?invalid value for type integer: \"1e5\""},
        {"left('1e5', 3)::int", "!22P02"},
        {"left('', 3)::numeric", "!22P02"},
        {"left('of', 3)::boolean", "f"},
        {"left('o', 3)::boolean", "!22P02"},
        {"left('{A0EEBC999C0B4EF8BB6D6BB9BD380A11}', 99)::uuid",
         "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"},
        {"left('\\x616', 9)::bytea", "!22023"},
        {"left('a\\\\b\\101', 9)::bytea", "\\x615c6241"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(dates)
{
    static const struct value_case cases[] = {
        {"date '2024-02-28' + 2", "2024-03-01"},
        {"3 + date '2024-02-28'", "2024-03-02"},
        {"date '2024-03-01' - date '2024-02-01'", "29"},
        {"date '5874897-12-31' + 1", "!22008"},
        {"date 'infinity' + 1", "infinity"},
        {"date 'infinity' - date '2024-01-01'", "!22008"},
        {"date '2024-01-01' + time '12:30'", "2024-01-01 12:30:00"},
        {"timestamp '2024-01-01 12:30'::date", "2024-01-01"},
        {"timestamp '1999-12-31 23:59:59'::date", "1999-12-31"},
        {"timestamp '2024-01-01 12:30:00.55'::time", "12:30:00.55"},
        {"date '2024-01-01' < timestamp '2024-01-01 00:00:01'", "t"},
        {"date '5874897-12-31' > timestamp '294276-01-01'", "t"},
        {"date '5874897-12-31' < timestamp 'infinity'", "t"},
        {"timestamp '2024-01-01 00:00:00.55'::timestamp(1)", "2024-01-01 00:00:00.6"},
        {"left('2024-02-30', 10)::date", "!22008"},
        {"left('no date', 10)::date", "!22007"},
        {"now() = current_timestamp", "t"},
        {"current_date = current_timestamp::date", "t"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(local_times_are_those_of_the_source)
{
    static const struct value_case cases[] = {
        {"timestamp '2024-07-01 12:00'::timestamptz", "2024-07-01 11:00:00+00"},
        {"timestamp '2024-01-01 12:00'::timestamptz", "2024-01-01 12:00:00+00"},
        {"date '2024-07-01'::timestamptz", "2024-06-30 23:00:00+00"},
        {"timestamptz '2024-07-01 00:30:00+00'::timestamp", "2024-07-01 01:30:00"},
        {"timestamptz '2024-06-30 23:30:00+00'::date", "2024-07-01"},
        {"timestamptz '2024-07-01 11:00:00+00'::text", "2024-07-01 12:00:00+01"},
        {"timestamptz '2024-07-01 12:00' = timestamp '2024-07-01 12:00'", "t"},
    };
    run.timezone = "Europe/London";
    CHECK_VALUES(cases);
}
END_TEST

/* b is 0 where a branch must not be computed. */
START_TEST(branches_are_computed_where_they_are_taken)
{
    static const char *const expressions[] = {
        "case when b <> 0 then a / b else -1 end",
        "case b when 0 then -1 else a / b end",
        "coalesce(nullif(b, 0) / b * (a / nullif(b, 0)), -1)",
        "case when b <> 0 and a / b >= 0 then a / b else -1 end",
        "case when b = 0 or a / b < 0 then -1 else a / b end",
        "case when not (b = 0) then case when a / b >= 0 then a / b end else -1 end",
        "try(a / b, -1)",
        "try(try(a / b), -1)",
        "case when b in (0, a / b) and b = 0 then -1 else try(a / b, 0) end",
        "case when b between 1 and a / b or b > 0 then a / b else -1 end",
    };
    for (size_t i = 0; i < sizeof expressions / sizeof expressions[0]; i++) {
        mapping_run_release(&run);
        mapping_run_init(&run);
        mapping_run_source(&run, "a", "integer");
        mapping_run_source(&run, "b", "integer");
        mapping_run_column(&run, "x", expressions[i]);
        ck_assert_msg(mapping_run_compile(&run), "%s", mapping_run_problems(&run));
        mapping_run_row(&run, (const char *[]){"8", "2"});
        mapping_run_row(&run, (const char *[]){"9", "0"});
        mapping_run_row(&run, (const char *[]){"9", "3"});
        mapping_run_apply(&run);
        bool nested = strstr(expressions[i], "try(try") != NULL;
        ck_assert_msg(run.passed == 3, "%s: %d rows", expressions[i], run.passed);
        ck_assert_str_eq(mapping_run_value(&run, 0, 0), "4");
        if (nested) { /* the inner try() has made it NULL */
            ck_assert_ptr_null(mapping_run_value(&run, 0, 1));
        } else {
            ck_assert_msg(strcmp(mapping_run_value(&run, 0, 1), "-1") == 0, "%s", expressions[i]);
        }
        ck_assert_str_eq(mapping_run_value(&run, 0, 2), "3");
    }
}
END_TEST

START_TEST(what_is_decided_is_not_computed)
{
    static const struct value_case cases[] = {
        {"false and 1 / 0 = 1", "f"},
        {"true or 1 / 0 = 1", "t"},
        {"1 / 0 = 1 and false", "!22012"},
        {"null and 1 / 0 = 1", "!22012"},
        {"coalesce(1, 1 / 0)", "1"},
        {"coalesce(null, 1 / 0)", "!22012"},
        {"coalesce(1 / 0, 5)", "!22012"},
        {"case when true then 1 else 1 / 0 end", "1"},
        {"case 1 when 1 then 2 when 1 / 0 then 3 end", "2"},
        {"try(coalesce(1 / 0, 5), 7)", "7"},
        {"try(1 / 0)", "NULL"},
        {"try(1 / 0, 1 / 0)", "!22012"},
        {"try(try(1 / 0, 2) + 1, 9)", "3"},
        {"try(try(1 / 0, 1 / 0) + 1, 9)", "9"},
        {"try(1, 1 / 0)", "1"},
    };
    CHECK_VALUES(cases);
}
END_TEST

static const char *const steady[] = {
    "a + b",
    "case when a % 3 = 0 then t when a % 3 = 1 then upper(t) end",
    "coalesce(b, a)",
    "try(a / b, -7)",
    "a % 5 <> 0 and 10 / (a % 5) > 2",
    "a % 5 = 0 or 10 / (a % 5) > 2",
    "t || '-' || a",
    "n * 2 + a",
    "b in (0, 1, 2)",
    "a between b and 50",
    "t like 'v1%'",
    "nullif(b, 2)",
    "greatest(a, b, 3)",
    "b is distinct from 1",
    "t",
    "'constant'",
    "null::int",
    "a = 1 is null",
};
#define STEADY ((int)(sizeof steady / sizeof steady[0]))

/* Compiles all of `steady` and applies them to rows `first` … `first` + `rows` - 1; the values of
 * the row that is asked for. */
static void apply_steady(int rows, int first, enum mapping_layout layout)
{
    static const char *const names[] = {"c0",
                                        "c1",
                                        "c2",
                                        "c3",
                                        "c4",
                                        "c5",
                                        "c6",
                                        "c7",
                                        "c8",
                                        "c9",
                                        "c10",
                                        "c11",
                                        "c12",
                                        "c13",
                                        "c14",
                                        "c15",
                                        "c16",
                                        "c17"};
    mapping_run_release(&run);
    mapping_run_init(&run);
    run.layout = layout;
    mapping_run_source(&run, "a", "integer");
    mapping_run_source(&run, "b", "integer");
    mapping_run_source(&run, "t", "text");
    mapping_run_source(&run, "n", "numeric(8,2)");
    for (int i = 0; i < STEADY; i++) {
        mapping_run_column(&run, names[i], steady[i]);
    }
    ck_assert_msg(mapping_run_compile(&run), "%s", mapping_run_problems(&run));
    for (int row = first; row < first + rows; row++) {
        const char *cells[4];
        cells[0] = arena_format(&run.arena, "%d", row);
        cells[1] = row % 7 == 3 ? NULL : arena_format(&run.arena, "%d", row % 4);
        cells[2] = row % 11 == 5 ? NULL : arena_format(&run.arena, "v%d", row);
        cells[3] = row % 13 == 1 ? NULL : arena_format(&run.arena, "%d.25", row);
        mapping_run_row(&run, cells);
    }
    mapping_run_apply(&run);
    ck_assert_int_eq(run.passed, rows);
}

static void check_same(const char *expected, const char *value, int column, int row)
{
    ck_assert_msg(expected == NULL ? value == NULL : value != NULL && strcmp(expected, value) == 0,
                  "%s, row %d: %s, and %s alone",
                  steady[column],
                  row,
                  value == NULL ? "NULL" : value,
                  expected == NULL ? "NULL" : expected);
}

/* Each row gives what it gives alone, however many stand beside it and however they lie. */
START_TEST(size_and_layout_change_nothing)
{
    static const int sizes[] = {1, 2, 3, 63, 64, 65, 200};
    static const char *alone[200][STEADY];
    struct arena kept;

    arena_init(&kept, 1 << 16, NULL);
    for (int row = 0; row < 200; row++) {
        apply_steady(1, row, MAPPING_FLAT);
        for (int i = 0; i < STEADY; i++) {
            const char *value = mapping_run_value(&run, i, 0);
            alone[row][i] = value == NULL ? NULL : arena_string(&kept, value);
        }
        apply_steady(1, row, MAPPING_CONSTANT);
        for (int i = 0; i < STEADY; i++) {
            check_same(alone[row][i], mapping_run_value(&run, i, 0), i, row);
        }
    }
    for (size_t size = 0; size < sizeof sizes / sizeof sizes[0]; size++) {
        for (int layout = 0; layout < 2; layout++) {
            apply_steady(sizes[size], 0, (enum mapping_layout)layout);
            for (int row = 0; row < sizes[size]; row++) {
                for (int i = 0; i < STEADY; i++) {
                    check_same(alone[row][i], mapping_run_value(&run, i, row), i, row);
                }
            }
        }
    }
    arena_release(&kept);
}
END_TEST

START_TEST(a_full_batch_and_an_empty_one)
{
    apply_steady(LIMIT_BATCH_ROWS, 0, MAPPING_FLAT);
    ck_assert_str_eq(mapping_run_value(&run, 14, LIMIT_BATCH_ROWS - 1),
                     arena_format(&run.arena, "v%d", LIMIT_BATCH_ROWS - 1));
    run.row_count = 0;
    mapping_run_apply(&run);
    ck_assert_int_eq(run.passed, 0);
}
END_TEST

/* The same for one value in all rows. */
START_TEST(constants_stand_for_all_rows)
{
    apply_steady(LIMIT_BATCH_ROWS < 70 ? LIMIT_BATCH_ROWS : 70, 4, MAPPING_CONSTANT);
    ck_assert_int_gt(run.passed, 0);
    for (int row = 0; row < run.passed; row++) {
        ck_assert_str_eq(mapping_run_value(&run, 0, row), "4");
        ck_assert_str_eq(mapping_run_value(&run, 1, row), "V4");
        ck_assert_str_eq(mapping_run_value(&run, 3, row), "-7");
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        logic_has_three_values,
        numbers,
        texts,
        dates,
        local_times_are_those_of_the_source,
        branches_are_computed_where_they_are_taken,
        what_is_decided_is_not_computed,
        size_and_layout_change_nothing,
        a_full_batch_and_an_empty_one,
        constants_stand_for_all_rows,
    };
    return RUN_TESTS("eval", tests);
}
