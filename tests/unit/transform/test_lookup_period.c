/* test_lookup_period.c — entries that hold for a time: which one is found, and which may not stand
 * beside each other.
 * SPDX-License-Identifier: Apache-2.0 */
#include "lookup_fixture.h"
#include "seed.h"

#include <check.h>
#include <stdio.h>

/* Days since 2000-01-01. */
#define DAY(n) ((int64_t)(n))

static void fill_period(const char *key, const char *value, const char *from, const char *until)
{
    fill((const char *const[]){key, value, from, until});
}

START_TEST(the_entry_that_holds_is_found)
{
    make_periods(TYPE_DATE);
    fill_period("k", "second", "2000-01-11", "2000-01-21");
    fill_period("k", "first", NULL, "2000-01-11");
    fill_period("k", "last", "2000-02-01", NULL);
    fill_period("always", "yes", NULL, NULL);
    fill_period(NULL, "never", NULL, NULL);
    seal();
    ck_assert_int_eq(problems.count, 0);
    ck_assert_uint_eq(lookup_count(lookup), 4);
    ck_assert_str_eq(find_at("k", INT64_MIN), "first");
    ck_assert_str_eq(find_at("k", DAY(9)), "first");
    ck_assert_str_eq(find_at("k", DAY(10)), "second");
    ck_assert_str_eq(find_at("k", DAY(19)), "second");
    ck_assert_str_eq(find_at("k", DAY(20)), "-");
    ck_assert_str_eq(find_at("k", DAY(30)), "-");
    ck_assert_str_eq(find_at("k", DAY(31)), "last");
    ck_assert_str_eq(find_at("k", INT64_MAX), "last");
    ck_assert_str_eq(find_at("always", DAY(0)), "yes");
    ck_assert_str_eq(find_at("none", DAY(0)), "-");
}
END_TEST

START_TEST(periods_have_the_fineness_of_their_type)
{
    const int64_t noon = INT64_C(12) * 3600 * 1000000;

    make_periods(TYPE_TIMESTAMP);
    fill_period("k", "morning", "2000-01-01 00:00:00", "2000-01-01 12:00:00");
    fill_period("k", NULL, "2000-01-01 12:00:00", "infinity");
    seal();
    ck_assert_str_eq(find_at("k", noon - 1), "morning");
    ck_assert_str_eq(find_at("k", noon), "NULL");
    ck_assert_str_eq(find_at("k", INT64_MAX), "NULL");
    ck_assert_int_eq(lookup_period_type(lookup)->id, TYPE_TIMESTAMP);
    ck_assert(lookup_has_periods(lookup));
}
END_TEST

START_TEST(what_is_said_twice_counts_once)
{
    make_periods(TYPE_DATE);
    fill_period("k", "v", "2000-01-11", "2000-01-21");
    fill_period("k", "v", "2000-01-11", "2000-01-21");
    fill_period("k", "v", "2000-01-15", "2000-01-31"); /* goes on with the same value */
    fill_period("k", "v", "2000-01-12", "2000-01-13");
    fill_period("n", NULL, NULL, NULL);
    fill_period("n", NULL, NULL, NULL);
    seal();
    ck_assert_int_eq(problems.count, 0);
    ck_assert_uint_eq(lookup_count(lookup), 2);
    ck_assert_str_eq(find_at("k", DAY(9)), "-");
    ck_assert_str_eq(find_at("k", DAY(10)), "v");
    ck_assert_str_eq(find_at("k", DAY(29)), "v");
    ck_assert_str_eq(find_at("k", DAY(30)), "-");
}
END_TEST

START_TEST(contradictions_name_lines_and_no_keys)
{
    static const char *const rows[][3] = {
        {"one", "2000-01-01", "2000-02-01"},
        {"two", "2000-03-01", "2000-04-01"},
        {"three", "2000-01-31", "2000-02-02"},
    };

    make_periods(TYPE_DATE);
    for (int i = 0; i < 3; i++) {
        begin(true);
        put(0, (const char *const[]){"secret", rows[i][0], rows[i][1], rows[i][2]});
        batch.lines[0] = (uint64_t)(20 + i * 30);
        fill_batch(1);
    }
    seal();
    expect_problem("lookup \"l\" has overlapping periods of the same key with different values in "
                   "lines 20 and 80");
    ck_assert_int_eq(problems.errors, 1);
}
END_TEST

/* Not only neighbours: what contradicts a long period is found behind one that agrees with it. */
START_TEST(every_contradiction_is_found)
{
    static const struct {
        const char *rows[3][3];
        int errors;
    } cases[] = {
        {{{"a", NULL, NULL}, {"a", "2000-01-02", "2000-01-03"}, {"b", "2000-01-05", "2000-01-06"}},
         1},
        {{{"a", NULL, "2000-01-02"}, {"b", "2000-01-02", NULL}, {"c", "2000-01-01", "2000-01-02"}},
         1},
        {{{"a", "2000-01-01", NULL}, {"b", "2000-01-01", NULL}, {"c", "2000-01-01", NULL}}, 2},
        {{{"a", NULL, "2000-01-02"}, {NULL, "2000-01-01", NULL}, {NULL, "2001-01-01", NULL}}, 1},
        {{{"a", NULL, "2000-01-02"}, {"b", "2000-01-03", NULL}, {"c", "2000-01-02", "2000-01-03"}},
         0},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        teardown();
        setup();
        make_periods(TYPE_DATE);
        for (int row = 0; row < 3; row++) {
            const char *const *cells = cases[i].rows[row];
            fill_period("k", cells[0], cells[1], cells[2]);
        }
        seal();
        ck_assert_msg(problems.errors == cases[i].errors, "case %zu: %d", i, problems.errors);
    }
}
END_TEST

START_TEST(empty_periods_never_hold)
{
    make_periods(TYPE_DATE);
    fill_period("k", "superseded at once", "2000-01-11", "2000-01-11");
    fill_period("k", "v", "2000-01-01", "2000-02-01");
    seal();
    ck_assert_int_eq(problems.count, 0);
    ck_assert_uint_eq(lookup_count(lookup), 1);
    fill_period("k", "backwards", "2000-01-11", "2000-01-10");
    expect_problem("row 3 of lookup \"l\" never holds: its period ends before it begins");
    ck_assert_int_eq(problems.errors, 0);
}
END_TEST

START_TEST(columns_of_periods_have_one_type)
{
    static const struct {
        enum type_id begin, end;
        const char *message;
    } cases[] = {
        {TYPE_DATE, TYPE_DATE, NULL},
        {TYPE_TIMESTAMPTZ, TYPE_TIMESTAMPTZ, NULL},
        {TYPE_TEXT,
         TYPE_DATE,
         "column \"c\" under valid_at: must be a date, timestamp or timestamp with time zone"},
        {TYPE_DATE,
         TYPE_INT4,
         "column \"d\" under valid_at: must be a date, timestamp or timestamp with time zone"},
        {TYPE_DATE,
         TYPE_TIMESTAMP,
         "columns \"c\" and \"d\" under valid_at: must be of the same type"},
    };

    make_periods(TYPE_DATE);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        problems_init(&problems, &arena);
        columns[2].type = type_of(cases[i].begin);
        columns[3].type = type_of(cases[i].end);
        ck_assert(lookup_check_periods(&spec, &schema, &problems) == (cases[i].message == NULL));
        if (cases[i].message != NULL) {
            expect_problem(cases[i].message);
        }
    }
}
END_TEST

enum {
    KEYS = 40,
    DAYS = 400
};

/* Days of each key in pieces, some of them missing, filled in any order: what is found on each day
 * is what a table by day says. */
START_TEST(random_periods_are_what_a_calendar_says)
{
    static int calendar[KEYS][DAYS]; /* the value of the day; 0: none */
    static struct piece {
        int key, value, from, until;
    } pieces[KEYS * DAYS];
    struct seed seed = seed_of(20080607);
    int count = 0;
    char key[16];
    char cells[3][32];

    for (int k = 0; k < KEYS; k++) {
        for (int day = 0; day < DAYS;) {
            int until = day + 1 + seed_below(&seed, k % 2 == 0 ? 4 : 90);
            until = until < DAYS ? until : DAYS;
            int value = seed_below(&seed, 5) == 0 ? 0 : 1 + seed_below(&seed, 1000);
            if (value > 0) {
                pieces[count++] = (struct piece){k, value, day, until};
            }
            for (; day < until; day++) {
                calendar[k][day] = value;
            }
        }
    }
    make_periods(TYPE_DATE);
    for (int left = count; left > 0; left--) {
        const int taken = seed_below(&seed, left);
        const struct piece piece = pieces[taken];
        pieces[taken] = pieces[left - 1];
        (void)snprintf(key, sizeof key, "%d", piece.key);
        (void)snprintf(cells[0], sizeof cells[0], "%d", piece.value);
        begin(false);
        put(0, (const char *const[]){key, cells[0], NULL, NULL});
        for (int i = 0; i < 2; i++) {
            batch.columns[2 + i].valid = NULL;
            batch.columns[2 + i].int64s[0] = i == 0 ? piece.from : piece.until;
        }
        fill_batch(1);
    }
    seal();
    ck_assert_int_eq(problems.count, 0);
    for (int k = 0; k < KEYS; k++) {
        (void)snprintf(key, sizeof key, "%d", k);
        for (int day = -1; day <= DAYS; day++) {
            const int value = day < 0 || day == DAYS ? 0 : calendar[k][day];
            (void)snprintf(cells[0], sizeof cells[0], value == 0 ? "-" : "%d", value);
            ck_assert_str_eq(find_at(key, day), cells[0]);
        }
    }
}
END_TEST

/* Newest first, oldest first: the order in which a source gives versions costs nothing. */
START_TEST(many_versions_are_no_trouble)
{
    enum {
        VERSIONS = 200000
    };

    make_periods(TYPE_DATE);
    for (int i = 0; i < VERSIONS;) {
        begin(false);
        int row = 0;
        for (; row < LIMIT_BATCH_ROWS && i < VERSIONS; row++, i++) {
            const int day = i % 2 == 0 ? i : VERSIONS - i;
            put(row, (const char *const[]){i % 2 == 0 ? "up" : "down", "v", NULL, NULL});
            batch.columns[2].int64s[row] = day;
            batch.columns[3].int64s[row] = day + 1;
        }
        batch.columns[2].valid = NULL;
        batch.columns[3].valid = NULL;
        fill_batch(row);
    }
    seal();
    ck_assert_int_eq(problems.count, 0);
    ck_assert_uint_eq(lookup_count(lookup), VERSIONS);
    ck_assert_str_eq(find_at("up", VERSIONS - 2), "v");
    ck_assert_str_eq(find_at("up", 0), "v");
    ck_assert_str_eq(find_at("up", 1), "-");
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_test(tests, the_entry_that_holds_is_found);
    tcase_add_test(tests, periods_have_the_fineness_of_their_type);
    tcase_add_test(tests, what_is_said_twice_counts_once);
    tcase_add_test(tests, contradictions_name_lines_and_no_keys);
    tcase_add_test(tests, every_contradiction_is_found);
    tcase_add_test(tests, empty_periods_never_hold);
    tcase_add_test(tests, columns_of_periods_have_one_type);
    tcase_add_test(tests, random_periods_are_what_a_calendar_says);
    tcase_add_test(tests, many_versions_are_no_trouble);
}

int main(void)
{
    return run_tests("lookup_period", add_tests);
}
