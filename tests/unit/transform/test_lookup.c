/* test_lookup.c — tables of codes: filling, finding, chains, and what is said of bad ones.
 * SPDX-License-Identifier: Apache-2.0 */
#include "lookup_fixture.h"
#include "seed.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

START_TEST(an_empty_lookup_has_nothing)
{
    make_texts();
    seal();
    ck_assert_str_eq(find("x"), "-");
    ck_assert_str_eq(find(""), "-");
    ck_assert_uint_eq(lookup_count(lookup), 0);
}
END_TEST

START_TEST(keys_give_their_values)
{
    make_texts();
    fill_pair("F", "female");
    fill_pair("M", "male");
    fill_pair("", "empty");
    fill_pair("U", NULL);
    fill_pair(NULL, "never");
    seal();
    ck_assert_str_eq(find("F"), "female");
    ck_assert_str_eq(find("M"), "male");
    ck_assert_str_eq(find(""), "empty");
    ck_assert_str_eq(find("U"), "NULL");
    ck_assert_str_eq(find("f"), "-");
    ck_assert_str_eq(find("F "), "-");
    ck_assert_uint_eq(lookup_count(lookup), 4);
    ck_assert_int_eq(problems.count, 0);
}
END_TEST

START_TEST(values_are_texts_as_printed)
{
    make(1, 3, (const enum type_id[]){TYPE_INT4, TYPE_NUMERIC, TYPE_DATE, TYPE_BOOL});
    fill((const char *const[]){"7", "1.50", "2008-06-05", "t"});
    seal();
    const struct text key = text_of("7");
    static const char *const expected[] = {"1.50", "2008-06-05", "t"};
    for (int i = 0; i < 3; i++) {
        struct text value;
        bool is_null;
        ck_assert(lookup_find(lookup, &key, 1, i, &value, &is_null));
        ck_assert(!is_null);
        ck_assert(text_equal(value, text_of(expected[i])));
    }
    ck_assert_int_eq(lookup_value_type(lookup, 1)->id, TYPE_DATE);
    ck_assert_int_eq(lookup_key_type(lookup, 0)->id, TYPE_INT4);
}
END_TEST

START_TEST(value_columns_have_names)
{
    make(1, 3, (const enum type_id[]){TYPE_TEXT, TYPE_TEXT, TYPE_TEXT, TYPE_TEXT});
    ck_assert_int_eq(lookup_value_column(lookup, TEXT_NONE), 0);
    ck_assert_int_eq(lookup_value_column(lookup, text_of("b")), 0);
    ck_assert_int_eq(lookup_value_column(lookup, text_of("D")), 2);
    ck_assert_int_eq(lookup_value_column(lookup, text_of("a")), -1);
    ck_assert_int_eq(lookup_value_count(lookup), 3);
    ck_assert_str_eq(lookup_value_name(lookup, 2), "d");
}
END_TEST

/* ("12","3") is not ("1","23"), nor ("123",""). */
START_TEST(several_key_columns_stay_apart)
{
    make(2, 1, (const enum type_id[]){TYPE_TEXT, TYPE_TEXT, TYPE_TEXT});
    fill((const char *const[]){"12", "3", "x"});
    fill((const char *const[]){"1", "23", "y"});
    fill((const char *const[]){"123", "", "z"});
    fill((const char *const[]){"123", NULL, "never"});
    seal();
    ck_assert_int_eq(problems.count, 0);
    ck_assert_uint_eq(lookup_count(lookup), 3);
    const struct text keys[][2] = {
        {text_of("12"), text_of("3")},
        {text_of("1"), text_of("23")},
        {text_of("123"), text_of("")},
    };
    for (int i = 0; i < 3; i++) {
        struct text value;
        bool is_null;
        ck_assert(lookup_find(lookup, keys[i], 2, 0, &value, &is_null));
        ck_assert_int_eq(value.data[0], "xyz"[i]);
        ck_assert(!lookup_find(lookup, keys[i], 1, 0, &value, &is_null));
    }
}
END_TEST

/* NULL, the empty text and what looks like the neighbour's value stay what they are. */
START_TEST(several_value_columns_stay_apart)
{
    static const char *const rows[][4] = {
        {"a", "x", NULL, ""},
        {"b", NULL, "", "xy"},
        {"c", "", "x", "y"},
        {"d", "xy", NULL, NULL},
        {"e", NULL, NULL, NULL},
    };

    make(1, 3, (const enum type_id[]){TYPE_TEXT, TYPE_TEXT, TYPE_TEXT, TYPE_TEXT});
    for (int i = 0; i < 5; i++) {
        fill(rows[i]);
        fill(rows[i]);
    }
    fill((const char *const[]){"d", "x", "y", NULL}); /* the same bytes in other columns */
    seal();
    expect_problem("lookup \"l\" has the same key with different values in rows 7 and 11");
    for (int i = 0; i < 5; i++) {
        for (int column = 0; column < 3; column++) {
            const struct text key = text_of(rows[i][0]);
            const char *expected = rows[i][1 + column];
            struct text value;
            bool is_null;
            ck_assert(lookup_find(lookup, &key, 1, column, &value, &is_null));
            ck_assert(is_null == (expected == NULL));
            ck_assert(text_equal(value, expected == NULL ? TEXT_NONE : text_of(expected)));
        }
    }
}
END_TEST

START_TEST(equal_rows_are_one_entry)
{
    make_texts();
    fill_pair("F", "female");
    fill_pair("F", "female");
    fill_pair("U", NULL);
    fill_pair("U", NULL);
    seal();
    ck_assert_int_eq(problems.count, 0);
    ck_assert_uint_eq(lookup_count(lookup), 2);
}
END_TEST

START_TEST(conflicts_name_rows_and_no_values)
{
    make_texts();
    fill_pair("secret", "one");
    fill_pair("b", "two");
    fill_pair("secret", "three");
    seal();
    expect_problem("lookup \"l\" has the same key with different values in rows 1 and 3");
    ck_assert_int_eq(problems.errors, 1);
    ck_assert_str_eq(find("secret"), "one");
}
END_TEST

START_TEST(conflicts_of_files_name_lines)
{
    make_texts();
    for (int i = 0; i < 2; i++) {
        begin(true);
        put(0, (const char *const[]){"k", i == 0 ? "one" : ""});
        batch.lines[0] = (uint64_t)(20 + i * 30);
        fill_batch(1);
    }
    seal();
    expect_problem("lookup \"l\" has the same key with different values in lines 20 and 50");
}
END_TEST

/* NULL is a value like any other: it is not the empty text. */
START_TEST(null_and_empty_conflict)
{
    make_texts();
    fill_pair("k", NULL);
    fill_pair("k", "");
    seal();
    ck_assert_int_eq(problems.errors, 1);
}
END_TEST

START_TEST(rows_that_cannot_be_read_are_problems)
{
    make_texts();
    begin(true);
    put(0, (const char *const[]){"a", "b"});
    batch.lines[0] = 17;
    batch_set_rows(&batch, 1);
    const struct row_error row_error = {
        .row = 0, .column = 0, .class = REJECT_ENCODING, .message = "bytes that are no text"};
    must(batch_note(&batch, &row_error, &error), &error);
    fill_batch(1);
    seal();
    expect_problem("line 17 of lookup \"l\" cannot be read: bytes that are no text");
    ck_assert_uint_eq(lookup_count(lookup), 0);
}
END_TEST

/* Problems past the limit are counted, and cost no memory. */
START_TEST(many_conflicts_are_counted)
{
    make_texts();
    fill_pair("k", "v");
    for (int i = 0; i < 1000; i++) {
        char value[16];
        (void)snprintf(value, sizeof value, "%d", i);
        fill_pair("k", value);
    }
    ck_assert_int_eq(problems.count, LIMIT_PROBLEMS);
    ck_assert_int_eq(problems.errors, 1000);
}
END_TEST

/* --- chains --- */

static void make_chain(void)
{
    spec.chase = true;
    make_texts();
}

START_TEST(chains_are_followed_to_their_end)
{
    make_chain();
    fill_pair("c", "d");
    fill_pair("a", "b");
    fill_pair("b", "c");
    fill_pair("x", "y");
    seal();
    ck_assert_str_eq(find("a"), "d");
    ck_assert_str_eq(find("b"), "d");
    ck_assert_str_eq(find("c"), "d");
    ck_assert_str_eq(find("d"), "-");
    ck_assert_str_eq(find("x"), "y");
    ck_assert_int_eq(problems.count, 0);
}
END_TEST

START_TEST(chains_end_at_null_and_at_themselves)
{
    make_chain();
    fill_pair("a", "b");
    fill_pair("b", NULL); /* b is the last one known of the chain from a */
    fill_pair("s", "s");
    fill_pair("t", "s");
    seal();
    ck_assert_str_eq(find("a"), "b");
    ck_assert_str_eq(find("b"), "NULL");
    ck_assert_str_eq(find("s"), "s");
    ck_assert_str_eq(find("t"), "s");
    ck_assert_int_eq(problems.count, 0);
}
END_TEST

START_TEST(circles_are_marked)
{
    const struct text cyclic[] = {text_of("a"), text_of("b"), text_of("c"), text_of("into")};
    const struct text others[] = {text_of("x"), text_of("none")};

    make_chain();
    fill_pair("into", "a");
    fill_pair("a", "b");
    fill_pair("b", "c");
    fill_pair("c", "a");
    fill_pair("x", "y");
    seal();
    for (int i = 0; i < 4; i++) {
        ck_assert_str_eq(find(cyclic[i].data), "-");
        ck_assert(lookup_is_cyclic(lookup, &cyclic[i], 1));
    }
    for (int i = 0; i < 2; i++) {
        ck_assert(!lookup_is_cyclic(lookup, &others[i], 1));
    }
    ck_assert_str_eq(find("x"), "y");
    ck_assert_int_eq(problems.errors, 0);
    expect_problem("4 entries of lookup \"l\" run in a circle");
}
END_TEST

/* A chain as long as the lookup: resolved in one pass, without recursion. */
START_TEST(long_chains_are_no_trouble)
{
    enum {
        LENGTH = 200000
    };
    char from[16];
    char to[16];

    make_chain();
    for (int i = 0; i < LENGTH;) {
        begin(false);
        int row = 0;
        for (; row < LIMIT_BATCH_ROWS && i < LENGTH; row++, i++) {
            (void)snprintf(from, sizeof from, "%d", i);
            (void)snprintf(to, sizeof to, "%d", i + 1);
            put(row, (const char *const[]){from, to});
        }
        fill_batch(row);
    }
    seal();
    (void)snprintf(to, sizeof to, "%d", LENGTH);
    ck_assert_str_eq(find("0"), to);
    ck_assert_str_eq(find("777"), to);
}
END_TEST

/* --- size --- */

/* Random keys and values of random sizes, empty ones and some larger than a block among them, are
 * all found again, and keys that are not there are not. */
START_TEST(many_entries_are_all_found)
{
    enum {
        ENTRIES = 60000
    };
    struct seed seed = seed_of(20080605);
    static char large[(3 << 20) + 1];

    memset(large, 'L', sizeof large - 1);
    make_texts();
    for (int i = 0; i < ENTRIES; i++) {
        char key[64];
        char value[64];
        (void)snprintf(key, sizeof key, "%d-%.*s", i, i % 40, large);
        (void)snprintf(value, sizeof value, "%.*s", seed_below(&seed, 60), large);
        fill_pair(key, i % 20000 == 7 ? large : value);
    }
    seal();
    ck_assert_uint_eq(lookup_count(lookup), ENTRIES);
    seed = seed_of(20080605);
    for (int i = 0; i < ENTRIES; i++) {
        char key[64];
        struct text value;
        bool is_null;
        (void)snprintf(key, sizeof key, "%d-%.*s", i, i % 40, large);
        const struct text text = text_of(key);
        const size_t size = (size_t)seed_below(&seed, 60);
        ck_assert(lookup_find(lookup, &text, 1, 0, &value, &is_null));
        ck_assert_uint_eq(value.size, i % 20000 == 7 ? sizeof large - 1 : size);
        key[0] = 'x';
        ck_assert(!lookup_find(lookup, &text, 1, 0, &value, &is_null));
    }
}
END_TEST

/* Five million entries must fit in 600 MB: 120 bytes each, all that the arena took included. */
START_TEST(entries_are_small)
{
    enum {
        ENTRIES = 300000
    };

    make(1, 1, (const enum type_id[]){TYPE_INT8, TYPE_TEXT});
    lookup_bind_key(lookup, 0, true);
    for (int i = 0; i < ENTRIES;) {
        begin(false);
        int row = 0;
        for (; row < LIMIT_BATCH_ROWS && i < ENTRIES; row++, i++) {
            batch.columns[0].int64s[row] = INT64_C(1000000007) * i;
            batch.columns[1].texts[row] = text_of("A1234567");
        }
        fill_batch(row);
    }
    seal();
    ck_assert_uint_eq(lookup_count(lookup), ENTRIES);
    ck_assert_uint_lt(arena_used(&arena) / ENTRIES, 120);
}
END_TEST

/* A budget that is too small is an operation error. */
START_TEST(a_budget_is_kept)
{
    struct budget budget;
    struct arena small;
    bool ok = true;

    budget_init(&budget, 256 * 1024);
    arena_init(&small, 4096, &budget);
    make_texts();
    ck_assert(lookup_create(&spec, &schema, &small, &lookup, &error));
    for (int i = 0; ok && i < 100000; i++) {
        char key[16];
        (void)snprintf(key, sizeof key, "%d", i);
        begin(false);
        put(0, (const char *const[]){key, "value"});
        batch_set_rows(&batch, 1);
        ok = lookup_fill(lookup, &batch, &problems, &error);
    }
    ck_assert(!ok);
    ck_assert_int_eq(error.code, ERROR_MEMORY);
    arena_release(&small);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_test(tests, an_empty_lookup_has_nothing);
    tcase_add_test(tests, keys_give_their_values);
    tcase_add_test(tests, values_are_texts_as_printed);
    tcase_add_test(tests, value_columns_have_names);
    tcase_add_test(tests, several_key_columns_stay_apart);
    tcase_add_test(tests, several_value_columns_stay_apart);
    tcase_add_test(tests, equal_rows_are_one_entry);
    tcase_add_test(tests, conflicts_name_rows_and_no_values);
    tcase_add_test(tests, conflicts_of_files_name_lines);
    tcase_add_test(tests, null_and_empty_conflict);
    tcase_add_test(tests, rows_that_cannot_be_read_are_problems);
    tcase_add_test(tests, many_conflicts_are_counted);
    tcase_add_test(tests, chains_are_followed_to_their_end);
    tcase_add_test(tests, chains_end_at_null_and_at_themselves);
    tcase_add_test(tests, circles_are_marked);
    tcase_add_test(tests, long_chains_are_no_trouble);
    tcase_add_test(tests, many_entries_are_all_found);
    tcase_add_test(tests, entries_are_small);
    tcase_add_test(tests, a_budget_is_kept);
}

int main(void)
{
    return run_tests("lookup", add_tests);
}
