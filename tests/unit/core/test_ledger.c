/* test_ledger.c — the ledger remembers what was staged, refuses what it does not know, and changes
 * no byte when it is only read.
 * SPDX-License-Identifier: Apache-2.0 */
#include "temporary.h"
#include "values.h"

#include "novate/ledger.h"
#include "novate/limits.h"

#include <check.h>
#include <dirent.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct temporary folder;
static char database[512];
static struct error error;
static struct arena arena;
static struct ledger *ledger;

static void setup(void)
{
    error = ERROR_NONE;
    arena_init(&arena, 65536, NULL);
    temporary_make(&folder);
    (void)temporary_file(&folder, "ledger.db", database);
    must(ledger_open(folder.path, true, false, &ledger, &error), &error);
}

static void teardown(void)
{
    ledger_close(ledger);
    temporary_remove(&folder);
    arena_release(&arena);
}

static void reopen(bool read_only)
{
    ledger_close(ledger);
    must(ledger_open(folder.path, false, read_only, &ledger, &error), &error);
}

static struct ledger_entity entity_of(const char *name)
{
    return (struct ledger_entity){.entity = name,
                                  .mapping_digest = "0123456789abcdef0123456789abcdef",
                                  .mapping_text = "columns:\n  a: b -- Zoë\n",
                                  .plan_digest = "fedcba9876543210fedcba9876543210"};
}

static void plan(const char *name, int count)
{
    struct ledger_entity entity = entity_of(name);
    struct chunk chunks[40];
    static const char *bound[] = {"50"};

    for (int i = 0; i < count; i++) {
        chunks[i] = (struct chunk){.kind = CHUNK_KEY_RANGE,
                                   .ordinal = i,
                                   .key_count = 1,
                                   .lower = i % 2 == 0 ? NULL : bound};
        must(chunk_identify(
                 &chunks[i], name, (struct hash){.low = 1}, (struct hash){.low = 2}, &error),
             &error);
    }
    must(ledger_entity_plan(
             ledger, &entity, &(struct chunk_list){.items = chunks, .count = count}, &error),
         &error);
}

static struct ledger_chunk *chunks_of(const char *name, int expected)
{
    struct ledger_chunk *chunks = NULL;
    int count = -1;

    must(ledger_chunks(ledger, name, &arena, &chunks, &count, &error), &error);
    ck_assert_int_eq(count, expected);
    return chunks;
}

static void stage(const char *name, int ordinal, enum ledger_state state, uint64_t rows)
{
    struct tally tally;

    tally_init(&tally, &arena);
    tally.source.rows = rows;
    tally.passed.rows = rows;
    must(counters_add(&tally.counters, "filter", "inactive", rows, &error), &error);
    must(ledger_chunk_staged(ledger,
                             name,
                             ordinal,
                             state,
                             state == LEDGER_EXTRACTED ? "segments/e" : "segments/t",
                             (struct hash){.low = rows},
                             &tally,
                             &error),
         &error);
}

START_TEST(entities_and_chunks_are_remembered)
{
    struct ledger_entity entity;
    bool found = true;

    must(ledger_entity_get(ledger, "patient", &arena, &entity, &found, &error), &error);
    ck_assert(!found);
    plan("patient", 3);
    plan("encounter", 1);
    reopen(true);
    must(ledger_entity_get(ledger, "patient", &arena, &entity, &found, &error), &error);
    ck_assert(found);
    ck_assert_str_eq(entity.entity, "patient");
    ck_assert_str_eq(entity.mapping_digest, entity_of("patient").mapping_digest);
    ck_assert_str_eq(entity.mapping_text, entity_of("patient").mapping_text);
    ck_assert_str_eq(entity.plan_digest, entity_of("patient").plan_digest);
    struct ledger_chunk *chunks = chunks_of("patient", 3);
    for (int i = 0; i < 3; i++) {
        struct chunk again = chunks[i].chunk;
        ck_assert_int_eq(chunks[i].chunk.ordinal, i);
        ck_assert_int_eq(chunks[i].state, LEDGER_PLANNED);
        ck_assert_ptr_null(chunks[i].extracted);
        ck_assert_ptr_null(chunks[i].transformed);
        must(chunk_identify(
                 &again, "patient", (struct hash){.low = 1}, (struct hash){.low = 2}, &error),
             &error);
        ck_assert_str_eq(again.id, chunks[i].chunk.id);
    }
    ck_assert_ptr_null(chunks[0].chunk.lower);
    ck_assert_str_eq(chunks[1].chunk.lower[0], "50");
    (void)chunks_of("nobody", 0);
}
END_TEST

START_TEST(stages_follow_one_another)
{
    plan("patient", 2);
    stage("patient", 1, LEDGER_EXTRACTED, 10);
    stage("patient", 1, LEDGER_TRANSFORMED, 11);
    reopen(false);
    struct ledger_chunk *chunks = chunks_of("patient", 2);
    ck_assert_int_eq(chunks[0].state, LEDGER_PLANNED);
    ck_assert_int_eq(chunks[1].state, LEDGER_TRANSFORMED);
    ck_assert_str_eq(chunks[1].extracted, "segments/e");
    ck_assert_str_eq(chunks[1].extracted_checksum, "0000000000000000000000000000000a");
    ck_assert_str_eq(chunks[1].transformed, "segments/t");
    ck_assert_str_eq(chunks[1].transformed_checksum, "0000000000000000000000000000000b");
    ck_assert_uint_eq(chunks[1].tally.source.rows, 11);
    ck_assert_uint_eq(counters_get(&chunks[1].tally.counters, "filter", "inactive"), 11);
    stage("patient", 1, LEDGER_EXTRACTED, 12); /* which makes the transformed one obsolete */
    chunks = chunks_of("patient", 2);
    ck_assert_int_eq(chunks[1].state, LEDGER_EXTRACTED);
    ck_assert_ptr_null(chunks[1].transformed);
    ck_assert_ptr_null(chunks[1].transformed_checksum);
    ck_assert_uint_eq(chunks[1].tally.source.rows, 12);
}
END_TEST

START_TEST(a_new_plan_forgets_the_chunks_of_the_old)
{
    plan("patient", 3);
    plan("encounter", 2);
    stage("patient", 2, LEDGER_EXTRACTED, 10);
    plan("patient", 1);
    ck_assert_int_eq(chunks_of("patient", 1)[0].state, LEDGER_PLANNED);
    (void)chunks_of("encounter", 2);
}
END_TEST

START_TEST(a_plan_is_recorded_whole_or_not_at_all)
{
    struct ledger_entity entity = entity_of("patient");
    struct chunk twice[2] = {{.kind = CHUNK_WHOLE, .ordinal = 7},
                             {.kind = CHUNK_WHOLE, .ordinal = 7}};

    plan("patient", 3);
    ck_assert(!ledger_entity_plan(
        ledger, &entity, &(struct chunk_list){.items = twice, .count = 2}, &error));
    ck_assert_int_eq(error.code, ERROR_INTERNAL);
    error = ERROR_NONE;
    (void)chunks_of("patient", 3);
    plan("patient", 1); /* and it still works */
}
END_TEST

START_TEST(a_chunk_that_was_not_planned_is_refused)
{
    struct tally tally;

    tally_init(&tally, &arena);
    plan("patient", 1);
    ck_assert(!ledger_chunk_staged(
        ledger, "patient", 1, LEDGER_EXTRACTED, "s", (struct hash){.low = 1}, &tally, &error));
    ck_assert_int_eq(error.code, ERROR_STATE);
    ck_assert_ptr_nonnull(strstr(error.message, "chunk 1 of entity \"patient\""));
}
END_TEST

START_TEST(runs_are_numbered_and_timed)
{
    struct ledger_run *runs = NULL;
    int64_t first = 0;
    int64_t second = 0;
    int count = 0;

    must(ledger_run_begin(ledger, "extract", &first, &error), &error);
    must(ledger_run_begin(ledger, "transform", &second, &error), &error);
    ck_assert_int_gt(second, first);
    must(ledger_run_finish(ledger, second, "verified", "reports/2.json", &error), &error);
    must(ledger_runs(ledger, &arena, &runs, &count, &error), &error);
    ck_assert_int_eq(count, 2);
    ck_assert_str_eq(runs[0].kind, "extract");
    ck_assert_ptr_null(runs[0].finished_at);
    ck_assert_ptr_null(runs[0].verdict);
    ck_assert_int_eq(runs[1].run, second);
    ck_assert_str_eq(runs[1].verdict, "verified");
    ck_assert_str_eq(runs[1].report, "reports/2.json");
    ck_assert_uint_eq(strlen(runs[1].started_at), strlen("2024-05-01T12:00:00Z"));
    ck_assert_int_eq(runs[1].started_at[10], 'T');
    ck_assert_int_eq(runs[1].started_at[19], 'Z');
    ck_assert_str_ge(runs[1].finished_at, runs[1].started_at);
    ck_assert(!ledger_run_finish(ledger, second + 1, NULL, NULL, &error));
    ck_assert_int_eq(error.code, ERROR_INTERNAL);
}
END_TEST

/* Names and contents of everything in the folder as one text. */
static char *picture(void)
{
    struct text_buffer out;
    DIR *files = opendir(folder.path);
    const struct dirent *entry = NULL;

    text_buffer_init(&out, LIMIT_FIELD_BYTES);
    ck_assert_ptr_nonnull(files);
    while ((entry = readdir(files)) != NULL) {
        char path[512];
        struct stat status;
        size_t size = 0;
        (void)temporary_file(&folder, entry->d_name, path);
        if (stat(path, &status) == 0 && S_ISREG(status.st_mode)) {
            uint8_t *bytes = file_read(path, &size);
            char hex[HASH_HEX_SIZE];
            hash_hex(hash_bytes(bytes, size), hex);
            text_buffer_format(&out, "%s %s %ld\n", entry->d_name, hex, (long)status.st_mtime);
            free(bytes);
        }
    }
    (void)closedir(files);
    char *text = arena_string(&arena, out.data);
    text_buffer_release(&out);
    return text;
}

START_TEST(reading_changes_no_byte)
{
    struct ledger_run *runs = NULL;
    int64_t run = 0;
    int count = 0;

    plan("patient", 3);
    ledger_close(ledger);
    const char *before = picture();
    must(ledger_open(folder.path, false, true, &ledger, &error), &error);
    (void)chunks_of("patient", 3);
    must(ledger_runs(ledger, &arena, &runs, &count, &error), &error);
    ck_assert(!ledger_run_begin(ledger, "load", &run, &error));
    ck_assert_str_eq(before, picture());
    ledger_close(ledger);
    ledger = NULL;
    ck_assert_str_eq(before, picture());
}
END_TEST

START_TEST(files_are_the_users_own)
{
    struct stat status;

    ck_assert_int_eq(stat(database, &status), 0);
    ck_assert_uint_eq(status.st_mode & 0777, 0600);
}
END_TEST

START_TEST(a_folder_without_a_ledger_says_so)
{
    struct ledger *none = NULL;
    char elsewhere[512];

    (void)temporary_file(&folder, "elsewhere", elsewhere);
    ck_assert(!ledger_open(elsewhere, false, true, &none, &error));
    ck_assert_int_eq(error.code, ERROR_STATE);
    ck_assert_ptr_nonnull(strstr(error.message, elsewhere));
    ck_assert_ptr_null(none);
    ck_assert_int_ne(access(elsewhere, F_OK), 0);
    error = ERROR_NONE;
    must(ledger_open(elsewhere, true, false, &none, &error), &error);
    ledger_close(none);
}
END_TEST

static void execute_sql(const char *sql)
{
    sqlite3 *connection = NULL;

    ck_assert_int_eq(sqlite3_open(database, &connection), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(connection, sql, NULL, NULL, NULL), SQLITE_OK);
    (void)sqlite3_close(connection);
}

START_TEST(a_later_version_is_refused)
{
    struct ledger *later = NULL;

    execute_sql("PRAGMA user_version = 3");
    ck_assert(!ledger_open(folder.path, true, false, &later, &error));
    ck_assert_int_eq(error.code, ERROR_STATE);
    ck_assert_ptr_nonnull(strstr(error.message, "version 3"));
}
END_TEST

START_TEST(what_is_no_ledger_is_corrupt)
{
    struct ledger *broken = NULL;
    char garbage[4096];

    ledger_close(ledger);
    ledger = NULL;
    memset(garbage, 'x', sizeof garbage);
    file_write(database, garbage, sizeof garbage);
    ck_assert(!ledger_open(folder.path, false, true, &broken, &error));
    ck_assert_int_eq(error.code, ERROR_CORRUPT);
    ck_assert_ptr_nonnull(strstr(error.message, database));
}
END_TEST

START_TEST(an_interrupted_making_is_made_up_for)
{
    struct ledger *again = NULL;

    ledger_close(ledger);
    ledger = NULL;
    file_write(database, "", 0);
    ck_assert(!ledger_open(folder.path, false, true, &again, &error));
    ck_assert_int_eq(error.code, ERROR_STATE);
    error = ERROR_NONE;
    must(ledger_open(folder.path, false, false, &ledger, &error), &error);
    plan("patient", 1);
}
END_TEST

START_TEST(damaged_records_are_named_not_believed)
{
    struct ledger_chunk *chunks = NULL;
    int count = 0;

    plan("patient", 1);
    execute_sql("UPDATE chunk SET description = '{}'");
    ck_assert(!ledger_chunks(ledger, "patient", &arena, &chunks, &count, &error));
    ck_assert_int_eq(error.code, ERROR_CORRUPT);
    error = ERROR_NONE;
    plan("patient", 1);
    execute_sql("UPDATE chunk SET id = printf('%.40c', 'a')");
    ck_assert(!ledger_chunks(ledger, "patient", &arena, &chunks, &count, &error));
    ck_assert_int_eq(error.code, ERROR_CORRUPT);
    error = ERROR_NONE;
    plan("patient", 1);
    execute_sql("UPDATE chunk SET tally = '{}'");
    ck_assert(!ledger_chunks(ledger, "patient", &arena, &chunks, &count, &error));
    ck_assert_int_eq(error.code, ERROR_CORRUPT);
}
END_TEST

enum {
    THREADS = 4,
    CHUNKS = 40
};

static void *stage_a_share(void *argument)
{
    int first = *(const int *)argument;
    struct error reason = ERROR_NONE;
    struct arena own;

    arena_init(&own, 4096, NULL);
    for (int i = first; i < CHUNKS; i += THREADS) {
        struct tally tally;
        tally_init(&tally, &own);
        tally.source.rows = (uint64_t)i;
        if (!ledger_chunk_staged(ledger,
                                 "patient",
                                 i,
                                 LEDGER_EXTRACTED,
                                 "s",
                                 (struct hash){.low = 1},
                                 &tally,
                                 &reason)) {
            break;
        }
    }
    arena_release(&own);
    return NULL;
}

START_TEST(threads_share_a_ledger)
{
    pthread_t threads[THREADS];
    int shares[THREADS];

    plan("patient", CHUNKS);
    for (int i = 0; i < THREADS; i++) {
        shares[i] = i;
        ck_assert_int_eq(pthread_create(&threads[i], NULL, stage_a_share, &shares[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    }
    struct ledger_chunk *chunks = chunks_of("patient", CHUNKS);
    for (int i = 0; i < CHUNKS; i++) {
        ck_assert_int_eq(chunks[i].state, LEDGER_EXTRACTED);
        ck_assert_uint_eq(chunks[i].tally.source.rows, (uint64_t)i);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("ledger");
    TCase *cases = tcase_create("ledger");

    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_set_timeout(cases, 60);
    tcase_add_test(cases, entities_and_chunks_are_remembered);
    tcase_add_test(cases, stages_follow_one_another);
    tcase_add_test(cases, a_new_plan_forgets_the_chunks_of_the_old);
    tcase_add_test(cases, a_plan_is_recorded_whole_or_not_at_all);
    tcase_add_test(cases, a_chunk_that_was_not_planned_is_refused);
    tcase_add_test(cases, runs_are_numbered_and_timed);
    tcase_add_test(cases, reading_changes_no_byte);
    tcase_add_test(cases, files_are_the_users_own);
    tcase_add_test(cases, a_folder_without_a_ledger_says_so);
    tcase_add_test(cases, a_later_version_is_refused);
    tcase_add_test(cases, what_is_no_ledger_is_corrupt);
    tcase_add_test(cases, an_interrupted_making_is_made_up_for);
    tcase_add_test(cases, damaged_records_are_named_not_believed);
    tcase_add_test(cases, threads_share_a_ledger);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
