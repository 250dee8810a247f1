/* test_lookup_misses.c — keys without an entry, counted: each record once per key, however its
 * expressions ask, in the mapping that is left when only lookups matter.
 * SPDX-License-Identifier: Apache-2.0 */
#include "expression_fixture.h"

#include "novate/lookup_misses.h"

#include <stdio.h>

static struct lookup_misses *misses;
static struct mapping whole;

static void add_lookup(enum lookup_missing missing)
{
    static const char *const pairs[] = {"1", "one", "2", "two", NULL};

    mapping_run_lookup(&run, "l", missing, pairs);
}

/* Makes the mapping what mapping_of_lookups() leaves of it; false when it asks none. */
static bool keep_asking(void)
{
    bool any = false;

    whole = run.mapping;
    must(mapping_of_lookups(&whole, &run.arena, &run.mapping, &any, &run.error), &run.error);
    return any;
}

static void watch(void)
{
    ck_assert_msg(mapping_run_compile(&run), "%s", mapping_run_problems(&run));
    must(lookup_misses_create(NULL, &misses, &run.error), &run.error);
    lookup_watch(run.lookups[0], misses);
}

static void apply(void)
{
    for (int first = 0; first < run.row_count;) {
        int rows = run.row_count - first;
        rows = rows < LIMIT_BATCH_ROWS ? rows : LIMIT_BATCH_ROWS;
        lookup_misses_begin(misses);
        mapping_run_fill(&run, first, rows);
        mapping_run_transform(&run);
        first += rows;
    }
}

/* "codes records: key count, …" of at most three that two records share. */
static const char *summary(void)
{
    struct lookup_misses_summary found;
    struct text_buffer out;

    text_buffer_init(&out, 1 << 20);
    must(lookup_misses_summarise(misses, 3, 2, &found, &run.error), &run.error);
    text_buffer_format(&out,
                       "%d%s in %llu:",
                       found.codes,
                       found.more ? "+" : "",
                       (unsigned long long)found.records);
    for (int i = 0; i < found.count; i++) {
        text_buffer_format(
            &out, " %s %llu", found.items[i].key, (unsigned long long)found.items[i].records);
    }
    const char *text = arena_copy(&run.arena, out.data, out.size);
    text_buffer_release(&out);
    lookup_watch(run.lookups[0], NULL);
    lookup_misses_destroy(misses);
    return text;
}

static void add_rows(const char *code, int count)
{
    for (int i = 0; i < count; i++) {
        mapping_run_row(&run, (const char *[]){code, i % 2 == 0 ? "1" : "2"});
    }
}

static void add_source(const char *type)
{
    mapping_run_source(&run, "CODE", type);
    mapping_run_source(&run, "OTHER", "integer");
}

START_TEST(codes_are_counted_by_how_often_they_occur)
{
    add_source("integer");
    add_lookup(LOOKUP_MISSING_REJECT);
    mapping_run_column(&run, "x", "lookup('l', CODE)");
    ck_assert(keep_asking());
    watch();
    add_rows("362", 3);
    add_rows("1", 5);
    add_rows("363", 7);
    add_rows("364", 2);
    add_rows("365", 2);
    add_rows("366", 1);
    add_rows(NULL, 4);
    apply();
    ck_assert_str_eq(summary(), "5 in 15: '363' 7 '362' 3 '364' 2");
}
END_TEST

/* A chunk that is begun anew: also a code that was met in it first. */
START_TEST(what_is_taken_back_was_never_counted)
{
    add_source("integer");
    add_lookup(LOOKUP_MISSING_REJECT);
    mapping_run_column(&run, "x", "lookup('l', CODE)");
    ck_assert(keep_asking());
    watch();
    add_rows("362", 3);
    apply();
    lookup_misses_keep(misses);
    add_rows("363", 7);
    apply();
    lookup_misses_take_back(misses);
    ck_assert_str_eq(summary(), "1 in 3: '362' 3");
}
END_TEST

/* Two columns of one lookup, and another key in the same record. */
START_TEST(a_record_counts_once_per_code)
{
    add_source("integer");
    add_lookup(LOOKUP_MISSING_REJECT);
    mapping_run_column(&run, "x", "lookup('l', CODE)");
    mapping_run_column(&run, "y", "lookup('l', CODE, 'value') || 'x'");
    mapping_run_column(&run, "z", "lookup('l', CODE + 1)");
    ck_assert(keep_asking());
    watch();
    add_rows("2", 3); /* 3 is missing */
    add_rows("3", 2); /* 3 and 4 are */
    apply();
    ck_assert_str_eq(summary(), "2 in 5: '3' 5 '4' 2");
}
END_TEST

/* What other columns, checks and the target say of a record does not matter; filters do. */
START_TEST(only_filters_leave_records_out)
{
    add_source("integer");
    add_lookup(LOOKUP_MISSING_REJECT);
    mapping_run_filter(&run, "even", "OTHER = 2");
    mapping_run_column(&run, "fails", "1 / (OTHER - OTHER)");
    mapping_run_column(&run, "x", "lookup('l', CODE)");
    mapping_run_check(&run, "never", "fails > 7");
    run.target_key[0] = "fails";
    ck_assert(keep_asking());
    ck_assert_int_eq(run.mapping.column_count, 1);
    run.target_key[0] = NULL;
    watch();
    add_rows("9", 10);
    apply();
    ck_assert_str_eq(summary(), "1 in 5: '9' 5");
}
END_TEST

/* A branch that is not taken asks for nothing; what try() and coalesce() mend was missing all the
 * same. */
START_TEST(only_what_is_asked_for_counts)
{
    add_source("integer");
    add_lookup(LOOKUP_MISSING_REJECT);
    mapping_run_column(
        &run, "x", "CASE WHEN OTHER = 1 THEN try(lookup('l', CODE), '?') ELSE 'none' END");
    mapping_run_column(&run, "y", "coalesce(lookup('l', OTHER), 'z')");
    ck_assert(keep_asking());
    watch();
    add_rows("9", 10);
    apply();
    ck_assert_str_eq(summary(), "1 in 5: '9' 5");
}
END_TEST

START_TEST(filters_ask_too)
{
    add_source("integer");
    add_lookup(LOOKUP_MISSING_DEFAULT);
    mapping_run_filter(&run, "known", "lookup('l', CODE) <> 'none'");
    mapping_run_column(&run, "x", "OTHER");
    ck_assert(keep_asking());
    ck_assert_int_eq(run.mapping.column_count, 0);
    watch();
    add_rows("9", 4);
    add_rows("1", 4);
    apply();
    ck_assert_str_eq(summary(), "1 in 4: '9' 4");
}
END_TEST

START_TEST(mappings_that_ask_none_are_told)
{
    add_source("integer");
    add_lookup(LOOKUP_MISSING_REJECT);
    mapping_run_column(&run, "x", "CODE");
    ck_assert(!keep_asking());
}
END_TEST

/* One value for the whole batch is computed once and stands for all of its records. */
START_TEST(constants_count_for_every_record)
{
    add_source("integer");
    add_lookup(LOOKUP_MISSING_REJECT);
    mapping_run_column(&run, "x", "lookup('l', CODE)");
    mapping_run_column(&run, "y", "CASE WHEN OTHER = 2 THEN lookup('l', 7) END");
    ck_assert(keep_asking());
    watch();
    add_rows("9", 8);
    apply();
    ck_assert_str_eq(summary(), "2 in 8: '9' 8 '7' 4");
}
END_TEST

START_TEST(batches_of_one_value_count_for_every_record)
{
    add_source("integer");
    add_lookup(LOOKUP_MISSING_REJECT);
    mapping_run_column(&run, "x", "lookup('l', CODE)");
    ck_assert(keep_asking());
    run.layout = MAPPING_CONSTANT;
    watch();
    add_rows("9", 8);
    apply();
    ck_assert_str_eq(summary(), "1 in 8: '9' 8");
}
END_TEST

/* Whatever stands in the source, a terminal sees no controls of it, and no more than a code has. */
START_TEST(codes_are_shown_as_literals)
{
    add_source("text");
    add_lookup(LOOKUP_MISSING_KEEP);
    mapping_run_column(&run, "x", "lookup('l', CODE)");
    ck_assert(keep_asking());
    watch();
    add_rows("it's", 4);
    add_rows("\x1b[31mred\n", 3);
    add_rows("äääääääääääääääääääääääääääää", 2);
    apply();
    ck_assert_str_eq(summary(), "3 in 9: 'it''s' 4 '?[31mred?' 3 'ääääääääääääääääääää'… 2");
}
END_TEST

/* Past the limit keys are not told apart any more, but their records counted. */
START_TEST(many_codes_are_not_kept)
{
    char code[16];

    add_source("text");
    add_lookup(LOOKUP_MISSING_NULL);
    mapping_run_column(&run, "x", "lookup('l', CODE)");
    mapping_run_column(&run, "y", "lookup('l', CODE || 'y')");
    ck_assert(keep_asking());
    watch();
    for (int round = 0; round < 6; round++) {
        run.row_count = 0;
        for (int i = 0; i < 2000; i++) {
            (void)snprintf(code, sizeof code, "c%d", round * 2000 + i);
            add_rows(arena_string(&run.arena, code), 1);
        }
        run.passed = 0;
        apply();
    }
    ck_assert_str_eq(summary(), "10000+ in 12000:");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        codes_are_counted_by_how_often_they_occur,
        what_is_taken_back_was_never_counted,
        a_record_counts_once_per_code,
        only_filters_leave_records_out,
        only_what_is_asked_for_counts,
        filters_ask_too,
        mappings_that_ask_none_are_told,
        constants_count_for_every_record,
        batches_of_one_value_count_for_every_record,
        codes_are_shown_as_literals,
        many_codes_are_not_kept,
    };

    return RUN_TESTS("lookup_misses", tests);
}
