/* test_bound.c — how large a value can be, by its expression alone.
 * SPDX-License-Identifier: Apache-2.0 */
#include "bound.h"
#include "expression_fixture.h"
#include "parser.h"

static void add_source(void)
{
    mapping_run_source(&run, "v10", "varchar(10)");
    mapping_run_source(&run, "v35", "varchar(35)");
    mapping_run_source(&run, "c5", "char(5)");
    mapping_run_source(&run, "t", "text");
    mapping_run_source(&run, "i2", "smallint");
    mapping_run_source(&run, "i4", "integer");
    mapping_run_source(&run, "i8", "bigint");
    mapping_run_source(&run, "n", "numeric");
    mapping_run_source(&run, "n12", "numeric(12,4)");
    mapping_run_source(&run, "f", "double precision");
    mapping_run_source(&run, "b", "boolean");
    mapping_run_source(&run, "d", "date");
    mapping_run_source(&run, "ts", "timestamp");
    mapping_run_source(&run, "ts3", "timestamp(3)");
    mapping_run_source(&run, "u", "uuid");
}

static struct bound bound(const char *text)
{
    struct expression_spec spec = {.name = "x", .text = text, .place = {"m.yaml", 1, 1}};
    struct error error = ERROR_NONE;

    if (run.source.count == 0) {
        add_source();
    }
    struct bind_context context = {
        .arena = &run.arena, .problems = &run.problems, .mapping = &run.mapping};
    struct binder binder = {.context = &context, .spec = &spec, .schema = &run.source};
    struct node *node = NULL;

    must(zone_load("UTC", &run.arena, &context.zone, &error), &error);
    must(parser_parse(&spec, &run.arena, &run.problems, &node, &error), &error);
    ck_assert_ptr_nonnull(node);
    struct term *term = bind_value(&binder, node);
    ck_assert_msg(term != NULL, "%s: %s", text, mapping_run_problems(&run));
    return bound_of(term);
}

static const struct {
    const char *text;
    int characters; /* -1: not known */
} texts[] = {
    {"v35", 35},
    {"t", -1},
    {"c5", 5},
    {"upper(trim(v35))", 35},
    {"lower(ltrim(rtrim(v35, 'x')))", 35},
    {"left(v35, 20)", 20},
    {"left(v10, 20)", 10},
    {"left(t, 20)", 20},
    {"left(v35, -5)", 30},
    {"left(v10, -50)", 0},
    {"left(v35, i4)", 35},
    {"right(t, 3)", 3},
    {"truncate(v35, 7)", 7},
    {"substr(v35, 11)", 25},
    {"substr(v35, 100)", 0},
    {"substr(v35, -5)", 35},
    {"substr(t, 11)", -1},
    {"substr(t, 11, 4)", 4},
    {"substr(v35, 34, 4)", 2},
    {"substring(t from 3 for 2)", 2},
    {"split_part(v35, ',', 2)", 35},
    {"lpad(t, 8, '0')", 8},
    {"rpad(v10, i4)", -1},
    {"v10 || v35", 45},
    {"v10 || ', ' || v35", 47},
    {"v10 || t", -1},
    {"v10 || i2", 16},
    {"concat(v10, null, i8, b)", 10 + 20 + 1},
    {"coalesce(v10, v35)", 35},
    {"coalesce(v10, 'x')", 10},
    {"coalesce(v10, t)", -1},
    {"case when b then v10 when not b then 'twelve chars' else null end", 12},
    {"case when b then t else 'a' end", -1},
    {"nullif(v10, '')", 10},
    {"greatest(v10, v35)", 35},
    {"least(v10, t)", -1},
    {"try(v10, 'a')", 10},
    {"replace(v10, 'ab', 'c')", 10},
    {"replace(v10, 'ab', '')", 10},
    {"replace(v10, t, '')", 10},
    {"replace(v10, 'a', 'bcd')", 30},
    {"replace(v10, 'abc', 'defgh')", 16},
    {"replace(v10, t, 'ab')", 20},
    {"cast(v35 as varchar(4))", 4},
    {"upper(cast(v35 as varchar(4)))", 4},
    {"cast(left(v35, 2) as char(4))::text", 2},
    {"cast(left(v35, 2) as char(4)) || 'x'", 3},
    {"concat(cast(left(v35, 2) as char(4)), 'x')", 5},
    {"cast(i4 as text)", 11},
    {"cast(n12 as text)", 14},
    {"cast(n as text)", -1},
    {"cast(f as text)", -1},
    {"cast(b as text)", 5},
    {"cast(u as text)", 36},
    {"cast(d as text)", -1},
    {"nhs_number(t)", 10},
    {"'h\303\251llo'", 5},
    {"case when b then 1 else 12 end::text", 2},
    {"case when b then -1 else 12 end::text", 2},
    {"cast(i4 + 1 as text)", -1},
};

START_TEST(characters)
{
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        int64_t found = bound(texts[i].text).characters;
        ck_assert_msg(found == texts[i].characters, "%s: %lld", texts[i].text, (long long)found);
    }
}
END_TEST

START_TEST(digits)
{
    static const struct {
        const char *text;
        int whole; /* -1: not known */
        int fraction;
    } cases[] = {
        {"n12", 8, 4},
        {"n", -1, -1},
        {"i2", 5, 0},
        {"i4", 10, 0},
        {"i8", 19, 0},
        {"f", -1, -1},
        {"abs(n12)", 8, 4},
        {"-n12", 8, 4},
        {"round(n12, 2)", 8, 2},
        {"round(n12, 6)", 8, 4},
        {"round(n12)", 8, 0},
        {"round(n12, -2)", 8, 0},
        {"round(n, 2)", -1, 2},
        {"round(n12, i4)", 8, -1},
        {"trunc(n12, 1)", 8, 1},
        {"floor(n12)", 8, 0},
        {"round(f)", -1, 0},
        {"cast(n as numeric(5,1))", 4, 1},
        {"cast(n12 as numeric(20,2))", 8, 2},
        {"cast(n12 as integer)", 8, 0},
        {"cast(n as integer)", 10, 0},
        {"cast(i2 as bigint)", 5, 0},
        {"cast(t as numeric(3,3))", 0, 3},
        {"n12 + 1", -1, -1},
        {"n12 * n12", -1, -1},
        {"i4 + 1", -1, -1},
        {"i4 / 2", -1, -1},
        {"coalesce(n12, 0)", 8, 4},
        {"coalesce(i2, 100000)", 6, 0},
        {"case when b then 0.25 else 12.50 end", 2, 2},
        {"case when b then 1 else 99 end", 2, 0},
        {"case when b then 0 else 0 end", 0, 0},
        {"greatest(n12, 1000000000)", 10, 4},
        {"nullif(i4, 0)", 10, 0},
        {"length(v35)", 2, 0},
        {"length(t)", 10, 0},
        {"sign(n)", 1, 0},
        {"b::integer", 1, 0},
        {"null::numeric", 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bound found = bound(cases[i].text);
        ck_assert_msg(found.whole == cases[i].whole && found.fraction == cases[i].fraction,
                      "%s: %d and %d",
                      cases[i].text,
                      found.whole,
                      found.fraction);
    }
}
END_TEST

START_TEST(integers)
{
    ck_assert_int_eq(bound("case when b then 1 else 2 end").bytes, 2);
    ck_assert_int_eq(bound("case when b then 1 else 32768 end").bytes, 4);
    ck_assert_int_eq(bound("case when b then -32768 else i2 end").bytes, 2);
    ck_assert_int_eq(bound("abs(i4)").bytes, 4);
    ck_assert_int_lt(bound("i4 + i4").bytes, 0);
    ck_assert_int_lt(bound("n12").bytes, 0);
}
END_TEST

START_TEST(seconds)
{
    ck_assert_int_lt(bound("ts").seconds, 0);
    ck_assert_int_eq(bound("ts3").seconds, 3);
    ck_assert_int_eq(bound("d::timestamp").seconds, 0);
    ck_assert_int_eq(bound("coalesce(ts3, timestamp '2024-01-01')").seconds, 3);
    ck_assert_int_eq(bound("timestamp '2024-01-01 00:00:00.25'").seconds, 2);
    ck_assert_int_eq(bound("ts::timestamp(1)").seconds, 1);
    ck_assert_int_eq(bound("ts3::timestamptz").seconds, 3);
    ck_assert_int_lt(bound("t::timestamp").seconds, 0);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {characters, digits, integers, seconds};

    return RUN_TESTS("bound", tests);
}
