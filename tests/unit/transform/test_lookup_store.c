/* test_lookup_store.c — lookups on disk: the same answers as in memory, nothing charged, nothing
 * left behind, and a full disk is an error.
 * SPDX-License-Identifier: Apache-2.0 */
#include "lookup_fixture.h"
#include "seed.h"
#include "temp_folder.h"

#include <check.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

static char folder[TEMP_FOLDER_SIZE];

static void enter(void)
{
    setup();
    temp_folder_enter(folder);
}

static void leave(void)
{
    teardown();
    temp_folder_leave(folder);
}

/* A second lookup of the same form, on disk. */
static struct lookup *on_disk(void)
{
    struct lookup *disk = NULL;

    ck_assert(lookup_create(&spec, &schema, &arena, &disk, &error));
    lookup_keep_on_disk(disk, folder);
    return disk;
}

static int files_in_folder(void)
{
    int count = 0;
    DIR *directory = opendir(folder);

    ck_assert_ptr_nonnull(directory);
    while (readdir(directory) != NULL) {
        count++;
    }
    (void)closedir(directory);
    return count - 2; /* . and .. */
}

static const char *const pieces[] = {"", "a", ",", "|", "\x1f", "'", "\"", "ab", "(", ")", "12"};

/* Texts in which separators of all kinds stand, so that joined keys would be the same. */
static const char *random_text(struct seed *seed, int most)
{
    struct text_buffer text;

    text_buffer_init(&text, 4096);
    text_buffer_string(&text, "");
    for (int i = seed_below(seed, most + 1); i > 0; i--) {
        text_buffer_string(&text, pieces[seed_below(seed, sizeof pieces / sizeof pieces[0])]);
    }
    const char *copy = arena_copy(&arena, text.data, text.size);
    text_buffer_release(&text);
    return copy;
}

static void compare(const struct lookup *disk, const struct text *key, int keys, int64_t when)
{
    for (int column = 0; column < spec.to_count; column++) {
        struct text values[2] = {TEXT_NONE, TEXT_NONE};
        bool nulls[2] = {false, false};
        bool found[2];
        const struct lookup *both[] = {lookup, disk};
        for (int i = 0; i < 2; i++) {
            found[i] = spec.valid_at_count > 0
                           ? lookup_find_at(both[i], key, when, column, &values[i], &nulls[i])
                           : lookup_find(both[i], key, keys, column, &values[i], &nulls[i]);
        }
        ck_assert(found[0] == found[1] && nulls[0] == nulls[1]);
        ck_assert(text_equal(values[0], values[1]));
        ck_assert(lookup_is_cyclic(lookup, key, keys) == lookup_is_cyclic(disk, key, keys));
    }
}

/* Fills both with the same rows, and asks both for keys that are there and keys that are not. */
static void fill_and_compare(struct seed *seed, int keys, int rows)
{
    struct lookup *disk = on_disk();
    struct problems others;

    problems_init(&others, &arena);
    for (int done = 0; done < rows;) {
        begin(false);
        int row = 0;
        for (; row < LIMIT_BATCH_ROWS && done < rows; row++, done++) {
            const char *cells[COLUMNS_MAX] = {NULL};
            for (int i = 0; i < schema.count - spec.valid_at_count; i++) {
                cells[i] = seed_below(seed, 20) == 0 ? NULL : random_text(seed, 4);
            }
            for (int i = schema.count - spec.valid_at_count; i < schema.count; i++) {
                cells[i] = seed_below(seed, 2) == 0 ? "2000-01-11" : "2000-01-21";
            }
            put(row, cells);
        }
        batch_set_rows(&batch, row);
        must(lookup_fill(lookup, &batch, &problems, &error), &error);
        must(lookup_fill(disk, &batch, &others, &error), &error);
    }
    must(lookup_seal(lookup, &problems, &error), &error);
    must(lookup_seal(disk, &others, &error), &error);
    ck_assert_int_eq(problems.errors, others.errors);
    ck_assert_int_eq(problems.count, others.count);
    ck_assert_uint_eq(lookup_count(lookup), lookup_count(disk));
    for (int i = 0; i < 20000; i++) {
        struct text key[COLUMNS_MAX];
        for (int column = 0; column < keys; column++) {
            key[column] = text_of(random_text(seed, 4));
        }
        compare(disk, key, keys, seed_below(seed, 30));
    }
    ck_assert_int_eq(files_in_folder(), 0);
    lookup_release(disk);
}

START_TEST(disk_and_memory_say_the_same)
{
    struct seed seed = seed_of(20080609);

    make(1, 2, (const enum type_id[]){TYPE_TEXT, TYPE_TEXT, TYPE_TEXT});
    fill_and_compare(&seed, 1, 20000);
}
END_TEST

START_TEST(disk_and_memory_join_keys_alike)
{
    struct seed seed = seed_of(20080610);

    make(3, 1, (const enum type_id[]){TYPE_TEXT, TYPE_TEXT, TYPE_TEXT, TYPE_TEXT});
    fill_and_compare(&seed, 3, 20000);
    ck_assert_uint_gt(lookup_count(lookup), 5000);
}
END_TEST

START_TEST(disk_and_memory_follow_chains_alike)
{
    struct seed seed = seed_of(20080611);

    spec.chase = true;
    make_texts();
    fill_and_compare(&seed, 1, 3000);
}
END_TEST

START_TEST(disk_and_memory_have_periods_alike)
{
    struct seed seed = seed_of(20080612);

    make_periods(TYPE_DATE);
    fill_and_compare(&seed, 1, 3000);
}
END_TEST

/* Values larger than any extent among small ones. */
START_TEST(large_values_lie_on_disk_too)
{
    static char large[(3 << 20) + 1];

    memset(large, 'L', sizeof large - 1);
    make_texts();
    lookup = on_disk();
    fill_pair("a", "small");
    fill_pair("b", large);
    fill_pair("c", "after");
    seal();
    ck_assert_str_eq(find("a"), "small");
    ck_assert_uint_eq(strlen(find("b")), sizeof large - 1);
    ck_assert_str_eq(find("c"), "after");
    ck_assert_uint_gt(lookup_bytes(lookup), 3 << 20);
}
END_TEST

/* Short keys, one value. Without assertions, which are noted in a file that grows. */
static bool fill_many(struct lookup *to, int entries)
{
    static char keys[LIMIT_BATCH_ROWS][16];
    bool ok = true;

    for (int i = 0; ok && i < entries;) {
        ok = batch_begin(&batch, LIMIT_BATCH_ROWS, false, &error);
        int row = 0;
        for (; ok && row < LIMIT_BATCH_ROWS && i < entries; row++, i++) {
            (void)snprintf(keys[row], sizeof keys[row], "%d", i);
            batch.columns[0].texts[row] = text_of(keys[row]);
            batch.columns[1].texts[row] = text_of("value");
        }
        batch_set_rows(&batch, row);
        ok = ok && lookup_fill(to, &batch, &problems, &error);
    }
    return ok;
}

static void begin_budget(struct budget *budget, struct arena *small, size_t bytes)
{
    budget_init(budget, bytes);
    arena_init(small, 4096, budget);
    make_texts();
    ck_assert(lookup_create(&spec, &schema, small, &lookup, &error));
}

START_TEST(disk_costs_no_memory)
{
    struct budget budget;
    struct arena small;

    begin_budget(&budget, &small, 64 * 1024);
    lookup_keep_on_disk(lookup, folder);
    ck_assert(fill_many(lookup, 100000));
    seal();
    ck_assert_str_eq(find("99999"), "value");
    ck_assert_uint_gt(lookup_bytes(lookup), 3 << 20);
    lookup_release(lookup);
    lookup = NULL;
    arena_release(&small);
}
END_TEST

START_TEST(memory_that_ends_says_how_far_it_came)
{
    struct budget budget;
    struct arena small;
    unsigned long entries = 0;

    begin_budget(&budget, &small, 1024 * 1024);
    ck_assert(!fill_many(lookup, 100000));
    ck_assert_int_eq(error.code, ERROR_MEMORY);
    ck_assert_int_eq(
        sscanf(error.message, "out of memory: lookup \"l\" has %lu entries so far", &entries), 1);
    ck_assert_uint_eq(entries, lookup_count(lookup));
    ck_assert_uint_gt(entries, 1000);
    ck_assert_ptr_nonnull(strstr(error.hint, "Write \"store: disk\" under the lookup"));
    lookup = NULL;
    arena_release(&small);
}
END_TEST

/* The room is asked for before it is used: what the file system refuses is no signal. */
START_TEST(a_full_disk_is_an_error)
{
    struct rlimit before;

    ck_assert(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
    const struct rlimit limit = {.rlim_cur = 4 << 20, .rlim_max = before.rlim_max};
    make_texts();
    lookup = on_disk();
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    const bool ok = fill_many(lookup, 1000000);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
    ck_assert(!ok);
    ck_assert_int_eq(error.code, ERROR_IO);
    ck_assert_ptr_nonnull(strstr(error.message, "bytes for a lookup in folder"));
    ck_assert_ptr_nonnull(strstr(error.message, folder));
    ck_assert_int_eq(files_in_folder(), 0);
    /* What was there before can still be asked for. */
    ck_assert_str_eq(find("1"), "value");
}
END_TEST

START_TEST(a_folder_that_is_not_there_is_an_error)
{
    make_texts();
    ck_assert(lookup_create(&spec, &schema, &arena, &lookup, &error));
    lookup_keep_on_disk(lookup, "/nowhere");
    ck_assert(!fill_many(lookup, 1));
    ck_assert_int_eq(error.code, ERROR_IO);
    ck_assert_str_eq(error.message,
                     "could not make a file in folder \"/nowhere\": No such file or directory");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        disk_and_memory_say_the_same,
        disk_and_memory_join_keys_alike,
        disk_and_memory_follow_chains_alike,
        disk_and_memory_have_periods_alike,
        large_values_lie_on_disk_too,
        disk_costs_no_memory,
        memory_that_ends_says_how_far_it_came,
        a_full_disk_is_an_error,
        a_folder_that_is_not_there_is_an_error,
    };
    Suite *suite = suite_create("lookup_store");
    TCase *tcase = tcase_create("lookup_store");

    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, enter, leave);
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) {
        tcase_add_test(tcase, tests[i]);
    }
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
