/* test_compare.c — what differs is found and named exactly, and nothing is invented.
 *
 * Method: two equal relations in memory, one of them damaged where the test says.
 * SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

#include <stdlib.h>

static struct fixture it;

static void setup(void)
{
    fixture_setup(&it);
}

static void teardown(void)
{
    fixture_teardown(&it);
}

START_TEST(equal_sides_are_verified_whatever_their_order)
{
    struct seed seed = seed_of(1);
    fixture_fill(&it, 5000);
    fixture_shuffle(&it.target, &seed);

    fixture_run(&it);

    assert_counts(&it, 5000, 0, 0, 0);
    ck_assert_int_eq(it.result.difference_count, 0);
    ck_assert_int_eq(it.source.opened, 1); /* one reading is enough */
    ck_assert_int_eq(it.target.opened, 1);
    ck_assert_uint_eq(it.result.tally.passed.rows, 5000);
    ck_assert_uint_eq(it.result.source_digest.rows, 5000);
}
END_TEST

START_TEST(nothing_on_both_sides_is_equal)
{
    fixture_run(&it);
    assert_counts(&it, 0, 0, 0, 0);
}
END_TEST

START_TEST(each_single_change_is_named_by_key_and_column)
{
    static const struct {
        int column;
        const char *before;
        const char *after;
        const char *name;
    } changes[] = {
        {COLUMN_BORN, "1962-02-28", "1962-03-01", "born"},
        {COLUMN_NAME, "Smith", "smith", "name"},
        {COLUMN_NAME, "Smith", "Smith ", "name"},
        {COLUMN_NOTE, NULL, "", "note"},
        {COLUMN_NOTE, "12", NULL, "note"},
        {COLUMN_SCORE, "0.1", "0.10000000000000000001", "score"},
        {COLUMN_SCORE, "90071992547409930.0", "90071992547409931", "score"},
    };
    fixture_fill(&it, 500);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        const char **row = it.source.rows[123];
        const char *source[COLUMNS];
        const char *target[COLUMNS];
        memcpy(source, row, sizeof source);
        memcpy(target, row, sizeof target);
        source[changes[i].column] = changes[i].before;
        target[changes[i].column] = changes[i].after;
        it.source.rows[123] = source;
        it.target.rows[123] = target;

        fixture_run(&it);

        assert_counts(&it, 499, 1, 0, 0);
        ck_assert_int_eq(it.result.difference_count, 1);
        assert_difference(
            &it.result.differences[0], DIFFERENCE_NOT_EQUAL, "[\"124\"]", changes[i].name);
        it.source.rows[123] = row;
        it.target.rows[123] = row;
    }
}
END_TEST

START_TEST(values_that_are_equal_by_type_are_equal)
{
    fake_rows_push(&it.source, (const char *[]){"1", "2000-01-01", "x", "A", "1", NULL});
    fake_rows_push(&it.target, (const char *[]){"1", "2000-01-01", "x", "A    ", "1.00", NULL});
    fixture_run(&it);
    assert_counts(&it, 1, 0, 0, 0);
}
END_TEST

START_TEST(rows_deleted_and_added_are_missing)
{
    fixture_fill(&it, 300);
    fake_rows_remove(&it.target, 41);
    fake_rows_push(&it.target, (const char *[]){"9001", "2000-01-01", "more", "A1", "1", NULL});

    fixture_run(&it);

    assert_counts(&it, 299, 0, 1, 1);
    ck_assert_int_eq(it.result.difference_count, 2);
    assert_difference(&it.result.differences[0], DIFFERENCE_MISSING_TARGET, "[\"42\"]", "");
    assert_difference(&it.result.differences[1], DIFFERENCE_MISSING_SOURCE, "[\"9001\"]", "");
}
END_TEST

/* The sum over the table is the same as before; only the keys tell. */
START_TEST(two_rows_swapped_are_two_differences)
{
    const char *one[COLUMNS];
    const char *two[COLUMNS];
    fixture_fill(&it, 300);
    memcpy(one, it.target.rows[10], sizeof one);
    memcpy(two, it.target.rows[20], sizeof two);
    one[COLUMN_NAME] = it.source.rows[20][COLUMN_NAME];
    two[COLUMN_NAME] = it.source.rows[10][COLUMN_NAME];
    it.target.rows[10] = one;
    it.target.rows[20] = two;

    fixture_run(&it);

    assert_counts(&it, 298, 2, 0, 0);
    assert_difference(&it.result.differences[0], DIFFERENCE_NOT_EQUAL, "[\"11\"]", "name");
    assert_difference(&it.result.differences[1], DIFFERENCE_NOT_EQUAL, "[\"21\"]", "name");
}
END_TEST

START_TEST(keys_may_repeat)
{
    static const char *const a[] = {"7", "2000-01-01", "a", "A", "1", NULL};
    static const char *const b[] = {"7", "2000-01-01", "b", "A", "1", NULL};
    static const char *const b_damaged[] = {"7", "2000-01-01", "b", "A", "1", "x"};
    static const char *const c[] = {"7", "2000-01-01", "c", "A", "2", NULL};
    static const char *const c_damaged[] = {"7", "2000-01-01", "c", "A", "3", NULL};
    fixture_fill(&it, 5);
    fake_rows_push(&it.source, a);
    fake_rows_push(&it.source, a);
    fake_rows_push(&it.source, b);
    fake_rows_push(&it.source, c);
    fake_rows_push(&it.target, c_damaged);
    fake_rows_push(&it.target, a);
    fake_rows_push(&it.target, b_damaged);

    fixture_run(&it);

    assert_counts(&it, 6, 2, 1, 0);
    /* Rows of one key are paired with those most like them. */
    assert_difference(&it.result.differences[0], DIFFERENCE_NOT_EQUAL, "[\"7\"]", "note");
    assert_difference(&it.result.differences[1], DIFFERENCE_NOT_EQUAL, "[\"7\"]", "score");
    assert_difference(&it.result.differences[2], DIFFERENCE_MISSING_TARGET, "[\"7\"]", "");
}
END_TEST

START_TEST(without_a_key_rows_are_compared_as_multisets)
{
    it.compare.key_count = 0;
    fixture_fill(&it, 50);
    fake_rows_push(&it.source, it.source.rows[0]); /* once more than in the target */
    fake_rows_push(&it.target, it.target.rows[1]);
    fake_rows_push(&it.target, it.target.rows[1]);

    fixture_run(&it);

    assert_counts(&it, 50, 0, 1, 2);
    ck_assert_int_eq(it.result.difference_count, 3);
    for (int i = 0; i < 3; i++) {
        const struct difference *difference = &it.result.differences[i];
        struct hash hash;
        ck_assert(hash_from_hex(difference->key, &hash));
        ck_assert_int_eq(difference->column_count, 0);
    }
}
END_TEST

START_TEST(beyond_the_limit_differences_are_counted_and_the_first_by_key_described)
{
    it.compare.differences_max = 10;
    fixture_fill(&it, 400);
    it.target.count = 100; /* 101 … 400 are missing */

    fixture_run(&it);

    assert_counts(&it, 100, 0, 300, 0);
    ck_assert_int_eq(it.result.difference_count, 10);
    assert_difference(&it.result.differences[0], DIFFERENCE_MISSING_TARGET, "[\"101\"]", "");
    assert_difference(&it.result.differences[9], DIFFERENCE_MISSING_TARGET, "[\"110\"]", "");
}
END_TEST

/* What a test did to the target, by row; one row is damaged once. */
struct damage {
    const char *key;
    enum difference_kind kind;
    const char *column;
};

static int by_key(const void *left, const void *right)
{
    const struct damage *a = left;
    const struct damage *b = right;
    return strcmp(a->key, b->key);
}

/* Damages row `row`, or appends one where `kind` says that the source lacks it. */
static struct damage inflict(int row, int kind, int number)
{
    static const int columns[] = {COLUMN_BORN, COLUMN_NAME, COLUMN_SCORE, COLUMN_NOTE};
    static const char *const values[] = {"2099-12-31", "changed", "-1.25", "changed"};
    struct damage damage = {.kind = DIFFERENCE_MISSING_TARGET};
    const char **cells = ARENA_ARRAY(&it.arena, const char *, COLUMNS);

    ck_assert_ptr_nonnull(cells);
    memcpy(cells, it.source.rows[row], sizeof *cells * COLUMNS);
    if (kind < 4) {
        cells[columns[kind]] = values[kind];
        it.target.rows[row] = cells;
        damage.kind = DIFFERENCE_NOT_EQUAL;
        damage.column = it.source.schema.columns[columns[kind]].name;
    } else if (kind == 4) {
        it.target.rows[row] = NULL; /* removed below */
    } else {
        cells[COLUMN_ID] = arena_format(&it.arena, "%d", 1000000 + number);
        fake_rows_push(&it.target, cells);
        damage.kind = DIFFERENCE_MISSING_SOURCE;
    }
    damage.key = arena_format(&it.arena, "[\"%s\"]", cells[COLUMN_ID]);
    return damage;
}

static void drop_removed(void)
{
    int kept = 0;
    for (int i = 0; i < it.target.count; i++) {
        if (it.target.rows[i] != NULL) {
            it.target.rows[kept++] = it.target.rows[i];
        }
    }
    it.target.count = kept;
}

static void assert_damages(struct damage *damages, int count)
{
    qsort(damages, (size_t)count, sizeof *damages, by_key);
    ck_assert_int_eq(it.result.difference_count, count);
    for (int i = 0; i < count; i++) {
        const char *column = damages[i].column == NULL ? "" : damages[i].column;
        assert_difference(&it.result.differences[i], damages[i].kind, damages[i].key, column);
    }
}

/* Every way of running gives the same, so the loop goes through them. */
START_TEST(random_damages_are_found_exactly)
{
    enum {
        ROWS = 3000,
        DAMAGES = 150
    };
    static struct damage damages[DAMAGES];
    struct seed seed = seed_of(100 + (uint64_t)_i);
    uint64_t counts[3] = {0};
    bool damaged[ROWS] = {false};

    it.compare.threads = (_i & 1) != 0;
    it.compare.together = (_i & 2) != 0;
    fixture_fill(&it, ROWS);
    for (int i = 0; i < DAMAGES; i++) {
        int row = seed_below(&seed, ROWS);
        while (damaged[row]) {
            row = (row + 1) % ROWS;
        }
        damaged[row] = true;
        damages[i] = inflict(row, seed_below(&seed, 6), i);
        counts[damages[i].kind]++;
    }
    drop_removed();
    fixture_shuffle(&it.source, &seed);
    fixture_shuffle(&it.target, &seed);

    fixture_run(&it);

    assert_counts(&it,
                  ROWS - counts[DIFFERENCE_NOT_EQUAL] - counts[DIFFERENCE_MISSING_TARGET],
                  counts[DIFFERENCE_NOT_EQUAL],
                  counts[DIFFERENCE_MISSING_TARGET],
                  counts[DIFFERENCE_MISSING_SOURCE]);
    assert_damages(damages, DAMAGES);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("compare");
    TCase *tests = tcase_create("compare");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, equal_sides_are_verified_whatever_their_order);
    tcase_add_test(tests, nothing_on_both_sides_is_equal);
    tcase_add_test(tests, each_single_change_is_named_by_key_and_column);
    tcase_add_test(tests, values_that_are_equal_by_type_are_equal);
    tcase_add_test(tests, rows_deleted_and_added_are_missing);
    tcase_add_test(tests, two_rows_swapped_are_two_differences);
    tcase_add_test(tests, keys_may_repeat);
    tcase_add_test(tests, without_a_key_rows_are_compared_as_multisets);
    tcase_add_test(tests, beyond_the_limit_differences_are_counted_and_the_first_by_key_described);
    tcase_add_loop_test(tests, random_damages_are_found_exactly, 0, 12);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
