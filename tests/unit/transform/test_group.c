/* test_group.c — several records that become one row: which of them stays, what a pivot makes of
 * attributes, and that the outcome does not depend on the order of records.
 * SPDX-License-Identifier: Apache-2.0 */
#include "expression_fixture.h"
#include "seed.h"

#include "novate/limits.h"

#include <stdio.h>
#include <stdlib.h>

static struct grouping_spec grouping;
static struct expression_spec by[2];
static struct pivot_column columns[3];

static struct expression_spec spec(const char *text, int line)
{
    return (struct expression_spec){.name = "g",
                                    .text = text,
                                    .place = {"m.yaml", line, 15},
                                    .name_place = {"m.yaml", line, 3}};
}

static void compile(void)
{
    ck_assert_msg(mapping_run_compile(&run), "%s", mapping_run_problems(&run));
}

static uint64_t counted(const char *group, const char *name)
{
    return counters_get(&run.counters, group, name);
}

/* ALLERGY(ID, GROUP, UPDATED, TEXT): the latest of each group. */
static void dedupe(const char *keep)
{
    mapping_run_source(&run, "ID", "integer");
    mapping_run_source(&run, "GRP", "numeric");
    mapping_run_source(&run, "UPDATED", "timestamp");
    mapping_run_source(&run, "T", "text");
    run.key[0] = "ID";
    mapping_run_filter(&run, "inactive", "T <> 'inactive'");
    mapping_run_column(&run, "id", "ID");
    mapping_run_column(&run, "t", "T");
    by[0] = spec("GRP", 80);
    grouping = (struct grouping_spec){
        .by = by, .by_count = 1, .keep = spec(keep, 81), .place = {"m.yaml", 79, 1}};
    run.mapping.grouping = &grouping;
}

static void allergies(void)
{
    mapping_run_row(&run, (const char *[]){"1", "10", "2008-06-05 09:00:00", "old"});
    mapping_run_row(&run, (const char *[]){"2", "10.0", "2008-06-09 12:00:00", "latest"});
    mapping_run_row(&run, (const char *[]){"3", "10", "2008-06-10 00:00:00", "inactive"});
    mapping_run_row(&run, (const char *[]){"4", "20", NULL, "unknown"});
    mapping_run_row(&run, (const char *[]){"5", "20", "1800-01-01 00:00:00", "known"});
    mapping_run_row(&run, (const char *[]){"6", NULL, "2008-06-05 09:00:00", "single"});
    mapping_run_row(&run, (const char *[]){"7", NULL, "2008-06-05 09:00:00", "another"});
    mapping_run_row(&run, (const char *[]){"8", "30", "2008-06-05 09:00:00", "only"});
}

/* The texts that came out, in the order of records. */
static const char *passed(void)
{
    const char *all = "";
    for (int i = 0; i < run.passed; i++) {
        all = arena_format(
            &run.arena, "%s%s%s", all, i == 0 ? "" : " ", mapping_run_value(&run, 1, i));
    }
    return all;
}

START_TEST(the_latest_of_each_group_stays)
{
    dedupe("latest(UPDATED)");
    compile();
    allergies();
    mapping_run_apply(&run);
    ck_assert_str_eq(passed(), "latest known single another only");
    ck_assert_uint_eq(run.merged, 2);
    ck_assert_uint_eq(counted("merge", "dedupe"), 2);
    ck_assert_uint_eq(counted("filter", "inactive"), 1);
    ck_assert_uint_eq(counted("note", "dedupe"), 0);
    ck_assert_uint_eq(groups_count(run.groups), 3);
}
END_TEST

START_TEST(the_earliest_stays_where_that_is_asked_for)
{
    dedupe("earliest(UPDATED)");
    compile();
    allergies();
    mapping_run_apply(&run);
    ck_assert_str_eq(passed(), "old known single another only");
}
END_TEST

START_TEST(further_values_decide_ties_and_the_key_in_the_end)
{
    dedupe("latest(UPDATED, length(T))");
    compile();
    mapping_run_row(&run, (const char *[]){"1", "10", "2008-06-05 09:00:00", "aaa"});
    mapping_run_row(&run, (const char *[]){"2", "10", "2008-06-05 09:00:00", "bbbbb"});
    mapping_run_row(&run, (const char *[]){"3", "20", "2008-06-05 09:00:00", "cc"});
    mapping_run_row(&run, (const char *[]){"4", "20", "2008-06-05 09:00:00", "dd"});
    mapping_run_apply(&run);
    ck_assert_int_eq(run.passed, 2);
    ck_assert_str_eq(mapping_run_value(&run, 1, 0), "bbbbb");
    ck_assert_uint_eq(counted("note", "dedupe"), 1);
}
END_TEST

START_TEST(a_record_that_cannot_be_grouped_is_rejected)
{
    dedupe("latest(CAST(T AS integer))");
    compile();
    mapping_run_row(&run, (const char *[]){"1", "10", NULL, "x"});
    mapping_run_row(&run, (const char *[]){"2", "10", NULL, "5"});
    mapping_run_row(&run, (const char *[]){"3", "10", NULL, "12"});
    mapping_run_apply(&run);
    ck_assert_str_eq(passed(), "12");
    ck_assert_int_eq(run.reject_count, 1);
    ck_assert_str_eq(run.rejects[0].key, "[\"1\"]");
    ck_assert_str_eq(run.rejects[0].name, "dedupe");
    ck_assert_uint_eq(run.merged, 1);
}
END_TEST

START_TEST(mistakes_are_problems)
{
    static const struct {
        const char *keep;
        const char *problem;
    } cases[] = {
        {"newest(UPDATED)",
         "m.yaml:81:15: \"keep\" must be latest() or earliest() of 1 to 8 values"},
        {"latest(NOWHERE)", "m.yaml:81:22: column \"NOWHERE\" does not exist"},
        {"latest()", "\"keep\" must be latest() or earliest()"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        teardown();
        setup();
        dedupe(cases[i].keep);
        ck_assert(!mapping_run_compile(&run));
        ck_assert_msg(strstr(mapping_run_problems(&run), cases[i].problem) != NULL,
                      "%s",
                      mapping_run_problems(&run));
    }
    teardown();
    setup();
    dedupe("latest(UPDATED)");
    run.key[0] = NULL;
    ck_assert(!mapping_run_compile(&run));
    ck_assert_ptr_nonnull(
        strstr(mapping_run_problems(&run), "m.yaml:79:1: dedupe: needs the key of the source"));
}
END_TEST

static int mistakes_without_catalogues(void)
{
    must(program_check_syntax(&run.mapping, &run.arena, &run.problems, &run.error), &run.error);
    return run.problems.errors;
}

START_TEST(mistakes_are_found_without_catalogues)
{
    static const char *const wrong[] = {"nullif(A, 0", "uper(A)", "lookup('none', A)"};

    dedupe("latest(UPDATED)");
    ck_assert_int_eq(mistakes_without_catalogues(), 0);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct expression_spec *const places[] = {
            &by[0], &grouping.attribute, &grouping.value, &columns[0].value};
        for (size_t place = 0; place < sizeof places / sizeof *places; place++) {
            teardown();
            setup();
            dedupe("latest(UPDATED)");
            columns[0] = (struct pivot_column){.name = "X", .attribute = "Y"};
            grouping.columns = columns;
            grouping.column_count = 1;
            *places[place] = spec(wrong[i], 80);
            ck_assert_int_eq(mistakes_without_catalogues(), 1);
        }
    }
    teardown();
    setup();
    dedupe("latest(UPDATED, uper(UPDATED))");
    ck_assert_int_eq(mistakes_without_catalogues(), 1);
}
END_TEST

/* ORDER_DETAIL(ID, ORDER_ID, SEQ, MEANING, TEXT, NUM) as one row per order. */
static void pivot(void)
{
    mapping_run_source(&run, "ID", "integer");
    mapping_run_source(&run, "ORDER_ID", "bigint");
    mapping_run_source(&run, "SEQ", "integer");
    mapping_run_source(&run, "MEANING", "varchar(30)");
    mapping_run_source(&run, "T", "text");
    mapping_run_source(&run, "NUM", "numeric");
    run.key[0] = "ID";
    by[0] = spec("ORDER_ID", 80);
    columns[0] = (struct pivot_column){.name = "DRUG", .attribute = "DRUGFORM"};
    columns[1] = (struct pivot_column){
        .name = "DOSE", .attribute = "STRENGTHDOSE", .value = spec("NUM / 1", 84)};
    columns[2] = (struct pivot_column){
        .name = "REQUESTED", .attribute = "REQSTARTDTTM", .value = spec("CAST(T AS date)", 85)};
    grouping = (struct grouping_spec){.pivot = true,
                                      .by = by,
                                      .by_count = 1,
                                      .keep = spec("latest(SEQ)", 81),
                                      .attribute = spec("MEANING", 82),
                                      .value = spec("T", 83),
                                      .columns = columns,
                                      .column_count = 3,
                                      .place = {"m.yaml", 79, 1}};
    run.mapping.grouping = &grouping;
    mapping_run_column(&run, "order_id", "ORDER_ID");
    mapping_run_column(&run, "drug", "upper(DRUG)");
    mapping_run_column(&run, "dose", "dose");
    mapping_run_column(&run, "on_day", "requested");
    mapping_run_column(&run, "seq", "SEQ");
}

static void check_order(int row, const char *values[5])
{
    for (int i = 0; i < 5; i++) {
        ck_assert_pstr_eq(mapping_run_value(&run, i, row), values[i]);
    }
}

START_TEST(attributes_become_columns)
{
    pivot();
    compile();
    mapping_run_row(&run, (const char *[]){"1", "7", "1", "DRUGFORM", "tablet", NULL});
    mapping_run_row(&run, (const char *[]){"2", "7", "1", "STRENGTHDOSE", "5 mg", "5.00"});
    mapping_run_row(&run, (const char *[]){"3", "7", "2", "STRENGTHDOSE", "10 mg", "10"});
    mapping_run_row(&run, (const char *[]){"4", "7", "1", "PRIORITY", "routine", NULL});
    mapping_run_row(&run, (const char *[]){"5", "8", "1", "REQSTARTDTTM", "2008-06-05", "0"});
    mapping_run_row(&run, (const char *[]){"6", "8", "9", "REQSTARTDTTM", "soon", NULL});
    mapping_run_row(&run, (const char *[]){"7", NULL, "1", "DRUGFORM", "lost", NULL});
    mapping_run_row(&run, (const char *[]){"8", "9", "1", NULL, "nameless", NULL});
    mapping_run_apply(&run);
    ck_assert_int_eq(run.passed, 2);
    check_order(0, (const char *[]){"7", "TABLET", "10.0000000000000000", NULL, "2"});
    check_order(1, (const char *[]){"8", NULL, NULL, "2008-06-05", "1"});
    ck_assert_uint_eq(counted("filter", "pivot"), 2); /* PRIORITY, and none */
    ck_assert_uint_eq(run.merged, 2);
    ck_assert_int_eq(run.reject_count, 2); /* a value that is no date, an order without a number */
    ck_assert_str_eq(run.rejects[0].key, "[\"6\"]");
    ck_assert_str_eq(run.rejects[1].key, "[\"7\"]");
    ck_assert_int_eq(run.rejects[1].class, REJECT_NULL_VALUE);
}
END_TEST

START_TEST(a_pivot_column_must_not_hide_one_of_the_source)
{
    pivot();
    columns[0].name = "seq";
    columns[0].place = (struct place){"m.yaml", 86, 5};
    ck_assert(!mapping_run_compile(&run));
    ck_assert_ptr_nonnull(
        strstr(mapping_run_problems(&run), "m.yaml:86:5: the source has a column \"seq\" already"));
}
END_TEST

START_TEST(a_group_can_give_several_rows)
{
    static struct expression_spec first[1];
    static struct expression_spec second[1];
    pivot();
    run.mapping.column_count = 1;
    first[0] = spec("DRUG", 90);
    second[0] = spec("CAST(DOSE AS text)", 91);
    first[0].name = second[0].name = "what";
    run.emits[0] = (struct emit_spec){
        .name = "drug", .when = spec("DRUG IS NOT NULL", 89), .columns = first, .column_count = 1};
    run.emits[1] = (struct emit_spec){
        .name = "dose", .when = spec("DOSE > 0", 89), .columns = second, .column_count = 1};
    run.mapping.emit_count = 2;
    compile();
    mapping_run_row(&run, (const char *[]){"1", "7", "1", "DRUGFORM", "tablet", NULL});
    mapping_run_row(&run, (const char *[]){"2", "7", "2", "STRENGTHDOSE", NULL, "5"});
    mapping_run_row(&run, (const char *[]){"3", "8", "1", "STRENGTHDOSE", NULL, "0"});
    mapping_run_apply(&run);
    ck_assert_int_eq(run.passed, 2);
    ck_assert_str_eq(mapping_run_value(&run, 1, 0), "tablet");
    ck_assert_str_eq(mapping_run_value(&run, 1, 1), "5.0000000000000000");
    ck_assert_uint_eq(run.emitted, 1);
    ck_assert_uint_eq(run.merged, 1);
    ck_assert_uint_eq(counted("filter", "emit"), 1);
}
END_TEST

/* A simple second opinion: of each group the record with the greatest (value, then any one). */
START_TEST(random_records_in_any_order_give_the_same_rows)
{
    enum {
        RECORDS = 3000,
        GROUPS = 400
    };
    struct seed seed = seed_of(41);
    static int best[GROUPS];
    static int wide[GROUPS];
    static int order[RECORDS];
    static int group_of[RECORDS];
    static int value_of[RECORDS];

    printf("NOVATE_SEED=41\n");
    for (int i = 0; i < RECORDS; i++) {
        order[i] = i;
        group_of[i] = seed_below(&seed, GROUPS);
        value_of[i] = i * 7919 % 100003; /* all different */
        int group = group_of[i];
        best[group] = wide[group] == 0 || value_of[i] > best[group] ? value_of[i] : best[group];
        wide[group]++;
    }
    int groups = 0;
    for (int i = 0; i < GROUPS; i++) {
        groups += wide[i] > 0;
    }
    for (int round = 0; round < 3; round++) {
        grouping.on_disk = round == 2;
        teardown();
        setup();
        dedupe("latest(CAST(T AS integer))");
        grouping.on_disk = round == 2;
        compile();
        for (int i = RECORDS - 1; i > 0 && round > 0; i--) {
            int other = seed_below(&seed, i + 1);
            int swap = order[i];
            order[i] = order[other];
            order[other] = swap;
        }
        for (int i = 0; i < RECORDS; i++) {
            const char *cells[4] = {
                arena_format(&run.arena, "%d", order[i]),
                arena_format(&run.arena, "%d", group_of[order[i]]),
                NULL,
                arena_format(&run.arena, "%d", value_of[order[i]]),
            };
            mapping_run_row(&run, cells);
        }
        mapping_run_apply(&run);
        ck_assert_int_eq(run.passed, groups);
        ck_assert_uint_eq(run.merged, (uint64_t)(RECORDS - groups));
        for (int i = 0; i < run.passed; i++) {
            int id = (int)strtol(mapping_run_value(&run, 0, i), NULL, 10);
            ck_assert_int_eq(value_of[id], best[group_of[id]]);
        }
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        the_latest_of_each_group_stays,
        the_earliest_stays_where_that_is_asked_for,
        further_values_decide_ties_and_the_key_in_the_end,
        a_record_that_cannot_be_grouped_is_rejected,
        mistakes_are_problems,
        mistakes_are_found_without_catalogues,
        attributes_become_columns,
        a_pivot_column_must_not_hide_one_of_the_source,
        a_group_can_give_several_rows,
        random_records_in_any_order_give_the_same_rows,
    };
    return RUN_TESTS("group", tests);
}
