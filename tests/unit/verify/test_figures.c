/* test_figures.c — what the columns of both sides hold, and rows that are only counted.
 * SPDX-License-Identifier: Apache-2.0 */
#include "assertions.h"
#include "figures_json.h"
#include "fixture.h"

#include <math.h>

static struct fixture it;
static bool coded[COLUMNS];

static void setup(void)
{
    fixture_setup(&it);
    memset(coded, 0, sizeof coded);
    it.compare.figures = true;
    it.compare.coded = coded;
}

static void teardown(void)
{
    fixture_teardown(&it);
}

static const struct column_result *column(int index)
{
    ck_assert_int_eq(it.result.column_count, COLUMNS);
    return &it.result.columns[index];
}

static void assert_figures(const struct column_figures *figures,
                           uint64_t nulls,
                           const char *min,
                           const char *max,
                           const char *sum)
{
    ck_assert_uint_eq(figures->nulls, nulls);
    ck_assert_pstr_eq(figures->min, min);
    ck_assert_pstr_eq(figures->max, max);
    ck_assert_pstr_eq(figures->sum, sum);
}

START_TEST(both_sides_of_every_column_are_described)
{
    fixture_fill(&it, 1000);

    fixture_run(&it);

    for (int i = 0; i < COLUMNS; i++) {
        ck_assert(column(i)->agrees);
        ck_assert_uint_eq(column(i)->source.digest.rows, 1000);
        ck_assert(digest_equal(&column(i)->source.digest, &column(i)->target.digest));
    }
    assert_figures(&column(COLUMN_ID)->source, 0, "1", "1000", "500500");
    assert_figures(&column(COLUMN_ID)->target, 0, "1", "1000", "500500");
    assert_figures(&column(COLUMN_BORN)->source, 0, "1900-01-05", "1999-12-20", NULL);
    assert_figures(&column(COLUMN_NAME)->source, 0, "name 0", "name 999", NULL);
    assert_figures(&column(COLUMN_SCORE)->source, 0, "0.50", "76.50", "38538.00");
    assert_figures(&column(COLUMN_NOTE)->source, 200, "seen", "seen", NULL);
}
END_TEST

START_TEST(a_column_that_differs_says_so_and_only_that_one)
{
    const char *cells[COLUMNS];
    fixture_fill(&it, 100);
    memcpy(cells, it.target.rows[41], sizeof cells);
    cells[COLUMN_SCORE] = "100000";
    it.target.rows[41] = cells;

    fixture_run(&it);

    for (int i = 0; i < COLUMNS; i++) {
        ck_assert_int_eq(column(i)->agrees, i != COLUMN_SCORE);
    }
    ck_assert_str_eq(column(COLUMN_SCORE)->target.max, "100000");
    ck_assert_uint_eq(it.result.not_equal, 1);
}
END_TEST

/* It may have no address. */
START_TEST(the_empty_text_is_the_least)
{
    const char *cells[COLUMNS];
    fixture_fill(&it, 100);
    memcpy(cells, it.source.rows[41], sizeof cells);
    cells[COLUMN_NOTE] = "";
    it.source.rows[41] = cells;
    it.target.rows[41] = cells;

    fixture_run(&it);

    assert_figures(&column(COLUMN_NOTE)->source, 20, "", "seen", NULL);
    assert_figures(&column(COLUMN_NOTE)->target, 20, "", "seen", NULL);
}
END_TEST

START_TEST(refused_rows_are_not_among_the_figures)
{
    static const char *const refused[] = {"[\"5\"]"};
    fixture_fill(&it, 100);
    fake_rows_remove(&it.target, 4);
    it.compare.refused_keys = refused;
    it.compare.refused_count = 1;

    fixture_run(&it);

    ck_assert_uint_eq(it.result.refused, 1);
    for (int i = 0; i < COLUMNS; i++) {
        ck_assert(column(i)->agrees);
        ck_assert_uint_eq(column(i)->source.digest.rows, 99);
    }
}
END_TEST

START_TEST(refused_rows_that_are_there_are_among_them)
{
    static const char *const refused[] = {"[\"5\"]"};
    fixture_fill(&it, 100);
    it.compare.refused_keys = refused;
    it.compare.refused_count = 1;

    fixture_run(&it);

    ck_assert_uint_eq(column(COLUMN_ID)->source.digest.rows, 100);
    ck_assert(column(COLUMN_ID)->agrees);
}
END_TEST

START_TEST(codes_of_both_sides_are_counted)
{
    coded[COLUMN_NOTE] = true;
    coded[COLUMN_NAME] = true;
    fixture_fill(&it, 1000);
    const char *cells[COLUMNS];
    memcpy(cells, it.target.rows[0], sizeof cells);
    cells[COLUMN_NOTE] = "another";
    it.target.rows[0] = cells;

    fixture_run(&it);

    const struct column_result *note = column(COLUMN_NOTE);
    ck_assert_int_eq(note->code_count, 2);
    ck_assert_str_eq(note->codes[0].code, "another");
    ck_assert_uint_eq(note->codes[0].source_rows, 0);
    ck_assert_uint_eq(note->codes[0].target_rows, 1);
    ck_assert_str_eq(note->codes[1].code, "seen");
    ck_assert_uint_eq(note->codes[1].source_rows, 800);
    ck_assert_uint_eq(note->codes[1].target_rows, 799);
    ck_assert_ptr_null(column(COLUMN_NAME)->codes); /* a thousand names are no codes */
    ck_assert_ptr_null(column(COLUMN_CODE)->codes); /* nobody asked */
}
END_TEST

static bool count_rows(void *state, uint64_t *rows, struct error *error)
{
    const struct fake_rows *target = state;
    (void)error;
    *rows = (uint64_t)target->count;
    return true;
}

static void count_only(void)
{
    it.compare.figures = false;
    it.compare.count_target = count_rows;
}

START_TEST(rows_that_are_only_counted_are_not_compared)
{
    count_only();
    fixture_fill(&it, 100);
    it.target.rows[3] = it.target.rows[4];

    fixture_run(&it);

    ck_assert_uint_eq(it.result.equal, 100);
    ck_assert_int_eq(it.result.verdict, VERDICT_VERIFIED);
    ck_assert_int_eq(it.target.opened, 0);
    ck_assert_uint_eq(it.result.tally.passed.rows, 100);
}
END_TEST

START_TEST(rows_too_many_and_too_few_are_counted)
{
    static const struct {
        int removed;
        int refused;
        uint64_t equal, explained, missing_target, missing_source;
    } cases[] = {
        {0, 0, 100, 0, 0, 0},
        {1, 0, 99, 0, 1, 0},
        {-1, 0, 100, 0, 0, 1},
        {1, 1, 99, 1, 0, 0},
        {0, 1, 100, 0, 0, 0}, /* refused, and there all the same */
        {2, 1, 98, 1, 1, 0},
        {-1, 1, 100, 0, 0, 1},
    };
    static const char *const refused[] = {"[\"5\"]"};
    count_only();
    fixture_fill(&it, 100);
    it.compare.refused_keys = refused;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        it.compare.refused_count = cases[i].refused;
        it.target.count = 100 - cases[i].removed;

        fixture_run(&it);

        hold_msg(it.result.equal == cases[i].equal && it.result.refused == cases[i].explained &&
                     it.result.missing_target == cases[i].missing_target &&
                     it.result.missing_source == cases[i].missing_source,
                 "case %zu",
                 i);
    }
    it.target.count = 100;
}
END_TEST

START_TEST(real_numbers_are_kept_to_the_last_bit)
{
    static const double numbers[] = {-0.1, 1.0e308, 4.9e-324, INFINITY, NAN};
    struct column column = fake_column("score", TYPE_FLOAT8);
    const struct schema schema = {.columns = &column, .count = 1};
    struct comparison comparison;
    struct figures from;
    struct figures to;
    struct text_buffer out;
    ck_assert(comparison_init(&comparison, &schema, NULL, &it.arena, &it.error));
    ck_assert(figures_init(&from, &comparison, NULL, &it.arena, &it.error));
    ck_assert(figures_init(&to, &comparison, NULL, &it.arena, &it.error));

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        from.items[0].least = from.items[0].greatest =
            (struct extreme){.set = true, .real = numbers[i]};
        text_buffer_init(&out, 4096);
        figures_json(&from, &out);
        json_t *kept = json_loadb(out.data, out.size, 0, NULL);
        ck_assert(figures_take(&to, kept));
        ck_assert_mem_eq(&to.items[0].least.real, &numbers[i], sizeof numbers[i]);
        ck_assert_mem_eq(&to.items[0].greatest.real, &numbers[i], sizeof numbers[i]);
        json_decref(kept);
        text_buffer_release(&out);
    }
    figures_release(&from);
    figures_release(&to);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("figures");
    TCase *tests = tcase_create("figures");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, both_sides_of_every_column_are_described);
    tcase_add_test(tests, a_column_that_differs_says_so_and_only_that_one);
    tcase_add_test(tests, the_empty_text_is_the_least);
    tcase_add_test(tests, refused_rows_are_not_among_the_figures);
    tcase_add_test(tests, refused_rows_that_are_there_are_among_them);
    tcase_add_test(tests, codes_of_both_sides_are_counted);
    tcase_add_test(tests, rows_that_are_only_counted_are_not_compared);
    tcase_add_test(tests, rows_too_many_and_too_few_are_counted);
    tcase_add_test(tests, real_numbers_are_kept_to_the_last_bit);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
