/* test_rendering.c — rules as the server's SQL: what is put in the place of words, and what has no
 * counterpart. That the rendered rules mean the same is proved by differential/test_rendering.
 * SPDX-License-Identifier: Apache-2.0 */
#include "expression_fixture.h"

#include "novate/rendering.h"

static struct rendering rendering;

static void compile_and_render(void)
{
    static const char *withheld[MAPPING_RUN_MAX];

    ck_assert_msg(mapping_run_compile(&run), "%s", mapping_run_problems(&run));
    must(program_render(run.program, run.lookups, withheld, &run.arena, &rendering, &run.error),
         &run.error);
}

static void sources(void)
{
    mapping_run_source(&run, "A", "integer");
    mapping_run_source(&run, "Name", "varchar(40)");
    mapping_run_source(&run, "date", "date");
}

/* One column of text, and its SQL. */
static void check_sql(const char *expression, const char *type, const char *sql)
{
    mapping_run_release(&run);
    mapping_run_init(&run);
    sources();
    mapping_run_lookup(
        &run, "sex", LOOKUP_MISSING_REJECT, (const char *[]){"1", "male", "2", "female", NULL});
    if (type != NULL) {
        mapping_run_target(&run, "x", type);
    }
    mapping_run_column(&run, "x", expression);
    compile_and_render();
    const struct rendered_rule *rule = &rendering.columns[0];
    if (sql[0] == '!') {
        ck_assert_msg(rule->sql == NULL, "%s: %s", expression, rule->sql);
        ck_assert_str_eq(rule->reason, sql + 1);
    } else {
        ck_assert_msg(rule->sql != NULL, "%s: %s", expression, rule->reason);
        ck_assert_str_eq(rule->sql, sql);
        ck_assert_ptr_null(rule->reason);
    }
}

START_TEST(words_stay_as_they_are_written)
{
    check_sql("upper(trim(name)) || ', x' -- said", NULL, "(upper ( trim ( s.c0 ) ) || ', x' )");
    check_sql("a + -1 * (2 - A)", NULL, "(s.c0 + - 1 * ( 2 - s.c0 ) )");
    check_sql("E'a\\n' || \"Name\" || 'it''s'", NULL, "(E'a\\n' || s.c0 || 'it''s' )");
    check_sql("CASE WHEN a IS NOT NULL THEN date ELSE DATE '2024-01-31' END",
              NULL,
              "(CASE WHEN s.c0 IS NOT NULL THEN s.c1 ELSE DATE '2024-01-31' END )");
    check_sql(
        "CAST(a AS numeric(5, 2))::text", NULL, "(CAST ( s.c0 AS numeric ( 5 , 2 ) ) :: text )");
    check_sql("extract(year FROM date)", NULL, "(extract ( year FROM s.c0 ) )");
    check_sql("substring(name FROM 1 FOR a)", NULL, "(substring ( s.c1 FROM 1 FOR s.c0 ) )");
    check_sql("a = ANY (ARRAY[1, 2]) AND name NOT LIKE '%x' AND a BETWEEN 1 AND 3",
              NULL,
              "(s.c0 = ANY ( ARRAY [ 1 , 2 ] ) AND s.c1 NOT LIKE '%x' AND s.c0 BETWEEN 1 AND 3 )");
    check_sql("INTERVAL '1' DAY + date", NULL, "(INTERVAL '1' DAY + s.c0 )");
}
END_TEST

START_TEST(what_stands_around_is_taken_off)
{
    check_sql("fit(name)", "varchar(10)", "(s.c0 )");
    check_sql("truncate(name)", "varchar(10)", "CAST((s.c0 ) AS character varying(10))");
    check_sql("truncate(a * 1.55)", "numeric(5,1)", "trunc(CAST((s.c0 * 1.55 ) AS numeric), 1)");
    check_sql("truncate(name, 3)", "text", "(substring(s.c0 , 1, 3 ) )");
    check_sql("note('odd', a)", NULL, "(s.c0 )");
    check_sql("1 + repair('rule', a)", NULL, "(1 + ( s.c0 ) )");
    check_sql("name", "jsonb", "CAST(CAST((s.c0 ) AS text) AS jsonb)");
}
END_TEST

START_TEST(try_has_a_fallback)
{
    check_sql("fit(repair('r', try(CAST(name AS date))))", "date", "(CAST ( s.c0 AS date ) )");
    ck_assert_str_eq(rendering.columns[0].fallback, "(NULL)");
    check_sql("(try(1 / a, a + 1))", NULL, "(1 / s.c0 )");
    ck_assert_str_eq(rendering.columns[0].fallback, "(s.c0 + 1 )");
    check_sql("1 + try(1 / a)", NULL, "!try() is novate's own");
    check_sql("a", NULL, "(s.c0 )");
    ck_assert_ptr_null(rendering.columns[0].fallback);
}
END_TEST

START_TEST(what_has_no_counterpart_is_said)
{
    check_sql("nhs_number(name)", NULL, "!nhs_number() is novate's own");
    check_sql("CASE WHEN a = 1 THEN reject('one') ELSE date END",
              NULL,
              "(CASE WHEN s.c0 = 1 THEN CAST(CAST(CAST('rejected' || s.n AS integer) AS text) AS "
              "date) ELSE s.c1 END )");
    check_sql("CASE a WHEN 1 THEN reject('one')::text WHEN 2 THEN reject('two')::date::text END",
              NULL,
              "!reject() of several types");
    check_sql("try(nhs_number(name), upper(name))", NULL, "!nhs_number() is novate's own");
    check_sql("lookup('sex', name)",
              NULL,
              "((CASE WHEN (s.c0 ) IS NULL THEN NULL ELSE CAST((SELECT CASE WHEN count(*) = 0 "
              "THEN CAST(CAST('no entry' || count(*) AS integer) AS text) ELSE max(v0) END FROM "
              "pg_temp.novate_cross_lookup_0 WHERE true AND k0 = CAST((s.c0 ) AS text)) AS text) "
              "END) )");
    ck_assert(rendering.lookups[0].asked);
}
END_TEST

START_TEST(keys_of_other_types_are_not_asked)
{
    check_sql("lookup('sex', a = 1)",
              NULL,
              "!lookup \"sex\": it is asked with another type than texts and numbers");
    check_sql("lookup('sex', a::double precision)",
              NULL,
              "!lookup \"sex\": it is asked with another type than texts and numbers");
    check_sql("lookup('sex', 'x' || date)",
              NULL,
              "((CASE WHEN ('x' || s.c0 ) IS NULL THEN NULL ELSE CAST((SELECT CASE WHEN count(*) "
              "= 0 THEN CAST(CAST('no entry' || count(*) AS integer) AS text) ELSE max(v0) END "
              "FROM pg_temp.novate_cross_lookup_0 WHERE true AND k0 = CAST(('x' || s.c0 ) AS "
              "text)) AS text) END) )");
}
END_TEST

START_TEST(lookups_may_be_withheld)
{
    const char *withheld[MAPPING_RUN_MAX] = {"it has more than 3 entries"};

    sources();
    mapping_run_lookup(&run, "sex", LOOKUP_MISSING_KEEP, (const char *[]){"1", "male", NULL});
    mapping_run_column(&run, "x", "upper(lookup('sex', a))");
    compile_and_render();
    ck_assert_ptr_nonnull(strstr(rendering.columns[0].sql, "k0 = CAST((s.c0 ) AS numeric)"));
    must(program_render(run.program, run.lookups, withheld, &run.arena, &rendering, &run.error),
         &run.error);
    ck_assert_ptr_null(rendering.columns[0].sql);
    ck_assert_str_eq(rendering.columns[0].reason, "lookup \"sex\": it has more than 3 entries");
    ck_assert(!rendering.lookups[0].asked);
}
END_TEST

START_TEST(the_time_of_the_run_is_one_time)
{
    sources();
    mapping_run_column(&run, "x", "current_date - date");
    mapping_run_column(&run, "y", "now() < current_timestamp");
    compile_and_render();
    const char *first = strchr(rendering.columns[0].sql, '\'');
    const char *second = strchr(rendering.columns[1].sql, '\'');
    const char *third = strrchr(rendering.columns[1].sql, 'Z');
    ck_assert_int_eq(strncmp(rendering.columns[0].sql, "(CAST(TIMESTAMPTZ '2", 20), 0);
    ck_assert_ptr_nonnull(strstr(rendering.columns[0].sql, " AS date) - s.c0 )"));
    ck_assert_int_eq(strncmp(first, second, 20), 0);
    ck_assert_int_eq(strncmp(first, third + 2, 20), 0);
}
END_TEST

START_TEST(conditions_and_copies)
{
    sources();
    mapping_run_target(&run, "name", "text");
    mapping_run_target(&run, "n", "integer");
    mapping_run_target(&run, "nhs", "text");
    run.copy[0] = "name";
    mapping_run_column(&run, "n", "a");
    mapping_run_column(&run, "nhs", "nhs_number(name)");
    mapping_run_filter(&run, "positive", "a > 0");
    mapping_run_filter(&run, "valid", "nhs_number(name) IS NOT NULL");
    mapping_run_check(&run, "small", "n < 5 OR \"name\" = 'x'");
    mapping_run_check(&run, "known", "nhs IS NOT NULL");
    compile_and_render();
    ck_assert_str_eq(rendering.filters[0].sql, "s.c0 > 0 ");
    ck_assert_str_eq(rendering.filters[0].name, "positive");
    ck_assert_str_eq(rendering.filters[1].reason, "nhs_number() is novate's own");
    ck_assert_str_eq(rendering.columns[0].sql, "(s.c0 )");
    ck_assert_str_eq(rendering.columns[2].sql, "s.c1");
    ck_assert_str_eq(rendering.checks[0].sql, "r.c0 < 5 OR r.c2 = 'x' ");
    ck_assert(rendering.checks[0].reads[0] && rendering.checks[0].reads[2]);
    ck_assert(!rendering.checks[0].reads[1] && rendering.checks[1].reads[1]);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        words_stay_as_they_are_written,
        what_stands_around_is_taken_off,
        try_has_a_fallback,
        what_has_no_counterpart_is_said,
        lookups_may_be_withheld,
        keys_of_other_types_are_not_asked,
        the_time_of_the_run_is_one_time,
        conditions_and_copies,
    };

    return run_tests("rendering", tests, sizeof tests / sizeof *tests);
}
