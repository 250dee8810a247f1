/* test_lookup_share.c — lookups that have the entries of another one.
 * SPDX-License-Identifier: Apache-2.0 */
#include "lookup_fixture.h"

#include "novate/lookup_misses.h"

#include <stdlib.h>

static struct lookup_spec other_spec;
static struct schema other_schema;
static struct column other_columns[COLUMNS_MAX];

/* The same under another name, where another key does otherwise. */
static struct lookup *make_other(void)
{
    struct lookup *other = NULL;

    other_spec = spec;
    other_spec.name = "other";
    other_spec.missing = LOOKUP_MISSING_NULL;
    other_schema = schema;
    memcpy(other_columns, columns, sizeof columns);
    other_schema.columns = other_columns;
    must(lookup_create(&other_spec, &other_schema, &arena, &other, &error), &error);
    return other;
}

/* From here on find() asks the other one. */
static void ask(struct lookup *other)
{
    ck_assert(lookup_share(other, lookup));
    lookup = other;
}

START_TEST(entries_are_had_and_not_copied)
{
    make_texts();
    fill_pair("1", "one");
    fill_pair("2", NULL);
    seal();
    struct lookup *first = lookup;
    struct lookup *other = make_other();
    const size_t used = arena_used(&arena);

    ask(other);
    ck_assert_uint_eq(arena_used(&arena), used);
    ck_assert_uint_eq(lookup_count(other), 2);
    ck_assert_uint_gt(lookup_bytes(first), 0);
    ck_assert_uint_eq(lookup_bytes(other), 0);
    ck_assert_str_eq(find("1"), "one");
    ck_assert_str_eq(find("2"), "NULL");
    ck_assert_str_eq(find("3"), "-");
    ck_assert(lookup_has_null(other, 0));
    ck_assert_str_eq(lookup_spec(other)->name, "other");
    lookup_release(other);
    lookup = first;
    ck_assert_str_eq(find("1"), "one");
}
END_TEST

START_TEST(an_empty_one_is_had_too)
{
    make_texts();
    seal();
    ask(make_other());
    ck_assert_uint_eq(lookup_count(lookup), 0);
    ck_assert_str_eq(find("1"), "-");
}
END_TEST

START_TEST(chains_circles_and_periods_are_had)
{
    spec.chase = true;
    make_texts();
    fill_pair("1", "2");
    fill_pair("2", "3");
    fill_pair("8", "9");
    fill_pair("9", "8");
    seal();
    ask(make_other());
    const struct text key = text_of("8");
    ck_assert_str_eq(find("1"), "3");
    ck_assert_str_eq(find("8"), "-");
    ck_assert(lookup_is_cyclic(lookup, &key, 1));
    ck_assert_int_eq(problems.count, 1); /* said of the first */
    batch_release(&batch);

    spec.chase = false;
    make_periods(TYPE_DATE);
    fill((const char *const[]){"7", "old", NULL, "2008-06-01"});
    fill((const char *const[]){"7", "new", "2008-06-01", NULL});
    seal();
    ask(make_other());
    ck_assert_str_eq(find_at("7", 0), "old");
    ck_assert_str_eq(find_at("7", INT64_C(10000)), "new");
}
END_TEST

START_TEST(what_is_on_disk_is_had_until_it_is_released)
{
    make_texts();
    lookup_keep_on_disk(lookup, "/tmp");
    fill_pair("1", "one");
    seal();
    struct lookup *first = lookup;
    struct lookup *other = make_other();
    lookup_keep_on_disk(other, "/tmp");
    ask(other);
    ck_assert_str_eq(find("1"), "one");
    ck_assert_uint_eq(lookup_bytes(other), 0);
    lookup_release(first);
    lookup_release(other);
    ck_assert_uint_eq(lookup_bytes(first), 0);
}
END_TEST

START_TEST(keys_that_compare_otherwise_are_not_had)
{
    make_texts();
    lookup_bind_key(lookup, 0, false);
    fill_pair("007", "one");
    seal();
    struct lookup *other = make_other();
    lookup_bind_key(other, 0, true);
    ck_assert(!lookup_share(other, lookup));
    ck_assert_uint_eq(lookup_count(other), 0);
    ck_assert(lookup_key_is_numeric(other, 0));

    other = make_other();
    lookup_bind_key(other, 0, false);
    ck_assert(lookup_share(other, lookup));
}
END_TEST

START_TEST(columns_of_other_types_are_not_had)
{
    make_texts();
    seal();
    struct lookup *other = make_other();
    other_columns[1].type = type_of(TYPE_INT8);
    ck_assert(!lookup_share(other, lookup));
}
END_TEST

/* Whoever asks nothing compares as the one that asks, whichever comes first. */
START_TEST(keys_that_nobody_asks_compare_as_where_they_are_asked)
{
    make(1, 1, (const enum type_id[]){TYPE_TEXT, TYPE_TEXT});
    struct lookup *unasked = make_other();
    ck_assert(!lookup_bind_as(unasked, lookup));
    lookup_bind_key(lookup, 0, true);
    ck_assert(!lookup_bind_as(lookup, unasked));
    ck_assert(lookup_bind_as(unasked, lookup));
    ck_assert(lookup_key_is_numeric(unasked, 0));

    struct lookup *asked = lookup;
    lookup = unasked;
    fill_pair("007", "one");
    seal();
    ask(asked);
    ck_assert_str_eq(find_number(TYPE_INT4, "7"), "one");

    unasked = make_other();
    ask(unasked);
    ck_assert(lookup_key_is_numeric(unasked, 0));
}
END_TEST

START_TEST(misses_of_one_are_not_those_of_the_other)
{
    struct lookup_misses *misses = NULL;

    make_texts();
    fill_pair("1", "one");
    seal();
    struct lookup *first = lookup;
    ask(make_other());
    must(lookup_misses_create(NULL, &misses, &error), &error);
    lookup_watch(lookup, misses);
    ck_assert(lookup_is_watched(lookup));
    ck_assert(!lookup_is_watched(first));
    lookup_watch(lookup, NULL);
    lookup_misses_destroy(misses);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_test(tests, entries_are_had_and_not_copied);
    tcase_add_test(tests, an_empty_one_is_had_too);
    tcase_add_test(tests, chains_circles_and_periods_are_had);
    tcase_add_test(tests, what_is_on_disk_is_had_until_it_is_released);
    tcase_add_test(tests, keys_that_compare_otherwise_are_not_had);
    tcase_add_test(tests, columns_of_other_types_are_not_had);
    tcase_add_test(tests, keys_that_nobody_asks_compare_as_where_they_are_asked);
    tcase_add_test(tests, misses_of_one_are_not_those_of_the_other);
}

int main(void)
{
    return run_tests("lookup_share", add_tests);
}
