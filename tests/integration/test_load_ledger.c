/* test_load_ledger.c — each chunk is loaded exactly once, and the ledger says what is true.
 * SPDX-License-Identifier: Apache-2.0 */
#include "target_fixture.h"
#include "values.h"

#include "novate/target_reject.h"

#include <check.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct session *session;
static struct session *onlooker; /* sees what is committed */
static struct arena arena;

static const char *const columns[] = {"id", "name", NULL};

static void setup(void)
{
    arena_init(&arena, 65536, NULL);
    session = target_session(false);
    onlooker = target_session(false);
    target_execute(session,
                   "DROP SCHEMA IF EXISTS novate CASCADE; DROP SCHEMA IF EXISTS once CASCADE;"
                   "CREATE SCHEMA once; CREATE TABLE once.row (id integer, name text NOT NULL)");
}

static void teardown(void)
{
    session_close(session);
    session_close(onlooker);
    arena_release(&arena);
}

static int count(const char *sql)
{
    return (int)strtol(target_value(onlooker, &arena, sql), NULL, 10);
}

static void push(struct target_rows *rows, int first, int end)
{
    for (int id = first; id < end; id++) {
        char text[16];
        snprintf(text, sizeof text, "%d", id);
        const char *const cells[] = {arena_string(&arena, text),
                                     id % 5 == 0 && id < 1000 ? NULL : "somebody"};
        target_rows_push(rows, cells);
    }
}

/* The transaction's backend, as others see it. */
static const char *backend(void)
{
    return target_value(session, &arena, "SELECT pg_backend_pid()");
}

START_TEST(a_second_load_of_a_chunk_changes_nothing)
{
    struct target_rows rows;
    target_rows_open(&rows, session, &arena, "once.row", columns, 2);
    push(&rows, 0, 20);
    target_rows_end_chunk(&rows);
    ck_assert_int_eq(rows.committed, 1);
    rows.chunk = 0;
    push(&rows, 0, 20);
    target_rows_end_chunk(&rows);
    ck_assert_int_eq(rows.committed, 1);
    ck_assert_int_eq(count("SELECT count(*) FROM once.row"), 16);
    ck_assert_int_eq(count("SELECT count(*) FROM novate.reject"), 4);
    push(&rows, 20, 25);
    target_rows_end_chunk(&rows);
    ck_assert_int_eq(rows.committed, 2);
    ck_assert_int_eq(count("SELECT count(*) FROM once.row"), 20);
    target_rows_close(&rows);
}
END_TEST

START_TEST(nothing_is_seen_of_a_chunk_before_it_is_whole)
{
    struct target_rows rows;
    target_rows_open(&rows, session, &arena, "once.row", columns, 1);
    push(&rows, 0, 50000);
    ck_assert_int_eq(count("SELECT count(*) FROM once.row"), 0);
    ck_assert_int_eq(count("SELECT count(*) FROM novate.reject"), 0);
    ck_assert_int_eq(count("SELECT count(*) FROM novate.chunk WHERE state = 'loaded'"), 0);
    target_rows_end_chunk(&rows);
    ck_assert_int_eq(count("SELECT count(*) FROM once.row"), 49800);
    ck_assert_int_eq(count("SELECT count(*) FROM novate.reject"), 200);
    target_rows_close(&rows);
}
END_TEST

START_TEST(a_load_that_is_given_up_leaves_nothing)
{
    struct target_rows rows;
    target_rows_open(&rows, session, &arena, "once.row", columns, 1);
    push(&rows, 0, 50000);
    rows.writer.abort(rows.writer.state);
    ck_assert_int_eq(count("SELECT count(*) FROM once.row"), 0);
    ck_assert_int_eq(count("SELECT count(*) FROM novate.reject"), 0);
    /* The session is as good as before. */
    target_rows_close(&rows);
    target_rows_open(&rows, session, &arena, "once.row", columns, 1);
    push(&rows, 0, 10);
    target_rows_end_chunk(&rows);
    ck_assert_int_eq(count("SELECT count(*) FROM once.row"), 8);
    target_rows_close(&rows);
}
END_TEST

/* The server ends the connection in the middle of a chunk; the same chunk is loaded again. */
START_TEST(a_lost_connection_resumes_exactly_once)
{
    struct target_rows rows;
    struct error error = ERROR_NONE;
    target_rows_open(&rows, session, &arena, "once.row", columns, 2);
    push(&rows, 0, 10);
    target_rows_end_chunk(&rows);
    const char *kill = arena_format(&arena, "SELECT pg_terminate_backend(%s, 10000)", backend());
    push(&rows, 10, 50000);
    target_value(onlooker, &arena, kill);
    ck_assert(!target_rows_try_end(&rows, &error));
    ck_assert_int_eq(error.code, ERROR_TARGET);
    ck_assert_msg(strcmp(error.sqlstate, "57P01") == 0 || strcmp(error.sqlstate, "08006") == 0,
                  "SQLSTATE %s",
                  error.sqlstate);
    ck_assert_ptr_nonnull(strstr(error.hint, "resume"));
    ck_assert_int_eq(count("SELECT count(*) FROM once.row"), 8);
    struct target_entity entity = rows.entity;
    target_rows_close(&rows);

    session_close(session);
    session = target_session(false);
    struct target_chunk *chunks = NULL;
    int chunk_count = 0;
    struct error none = ERROR_NONE;
    must(target_chunks(session, "tests", entity.entity, &arena, &chunks, &chunk_count, &none),
         &none);
    ck_assert_int_eq(chunk_count, 2);
    ck_assert(chunks[0].loaded && !chunks[1].loaded);
}
END_TEST

START_TEST(two_loaders_of_one_chunk)
{
    struct target_rows first;
    struct target_rows second;
    target_rows_open(&first, session, &arena, "once.row", columns, 1);
    push(&first, 0, 10);
    target_rows_end_chunk(&first);
    /* Another novate planned nothing anew, and holds what the first one has done. */
    second = first;
    struct error error = ERROR_NONE;
    struct loader_options options = {
        .entity = &first.entity, .run = first.run, .table = first.table, .schema = &first.schema};
    must(loader_create(onlooker, &options, &second.loader, &error), &error);
    second.writer = loader_as_writer(second.loader);
    second.chunk = 0;
    must(batch_init(&second.batch, &second.schema, NULL, &error), &error);
    must(batch_begin(&second.batch, 3, false, &error), &error);
    second.filled = 0;
    target_rows_end_chunk(&second);
    ck_assert_int_eq(count("SELECT count(*) FROM once.row"), 8);
    target_rows_close(&second);
    target_rows_close(&first);
}
END_TEST

START_TEST(an_entity_planned_anew_meanwhile)
{
    struct target_rows rows;
    struct error error = ERROR_NONE;
    target_rows_open(&rows, session, &arena, "once.row", columns, 1);
    target_execute(onlooker, "UPDATE novate.entity SET mapping_digest = 'ff'");
    push(&rows, 1, 2);
    ck_assert(!target_rows_try_end(&rows, &error));
    ck_assert_int_eq(error.code, ERROR_STATE);
    error = ERROR_NONE;
    target_execute(onlooker, "DELETE FROM novate.entity");
    rows.chunk = 0;
    push(&rows, 1, 2);
    ck_assert(!target_rows_try_end(&rows, &error));
    ck_assert_int_eq(error.code, ERROR_STATE);
    ck_assert_int_eq(count("SELECT count(*) FROM once.row"), 0);
    target_rows_close(&rows);
}
END_TEST

START_TEST(the_tally_comes_back)
{
    struct target_rows rows;
    struct error error = ERROR_NONE;
    struct target_chunk *chunks = NULL;
    struct target_reject *rejects = NULL;
    struct target_run *runs = NULL;
    int chunk_count = 0;
    target_rows_open(&rows, session, &arena, "once.row", columns, 2);
    push(&rows, 0, 20);
    target_rows_end_chunk(&rows);
    must(target_chunks(session, "tests", "once.row", &arena, &chunks, &chunk_count, &error),
         &error);
    ck_assert_int_eq(chunk_count, 2);
    ck_assert(chunks[0].loaded);
    ck_assert(!chunks[1].loaded);
    ck_assert_str_eq(chunks[0].chunk.id,
                     target_value(session,
                                  &arena,
                                  "SELECT id FROM novate.chunk"
                                  " WHERE ordinal = 0"));
    ck_assert(digest_equal(&chunks[0].tally.loaded, &rows.tally.loaded));
    ck_assert(digest_equal(&chunks[0].tally.rejected, &rows.tally.rejected));
    ck_assert(tally_closes(&chunks[0].tally));
    ck_assert_int_eq((int)counters_get(&chunks[0].tally.counters, "reject", "NULL"), 4);
    int found = 0;
    struct target_reject_filter filter = {.migration = "tests", .limit = 3};
    must(target_rejects(session, &filter, &arena, &rejects, &found, &error), &error);
    ck_assert_int_eq(found, 3);
    ck_assert_str_eq(rejects[1].key, "[\"5\"]");
    ck_assert_str_eq(rejects[1].column, "name");
    ck_assert(rejects[1].by_target);
    ck_assert_str_eq(rejects[1].state, "open");
    ck_assert_int_eq((int)rejects[1].times_seen, 1);
    ck_assert_int_eq((int)rejects[1].first_run, (int)rows.run);
    filter = (struct target_reject_filter){
        .migration = "tests", .entity = "once.row", .class_text = "UNIQUE"};
    must(target_rejects(session, &filter, &arena, &rejects, &found, &error), &error);
    ck_assert_int_eq(found, 0);
    must(target_run_finish(session, rows.run, "verified", "{\"novate_report\": 1}", &error),
         &error);
    must(target_runs(session, "tests", &arena, &runs, &found, &error), &error);
    ck_assert_int_eq(found, 1);
    ck_assert_str_eq(runs[0].verdict, "verified");
    ck_assert_ptr_nonnull(runs[0].finished_at);
    ck_assert_int_eq((int)runs[0].run, (int)rows.run);
    target_rows_close(&rows);
}
END_TEST

START_TEST(an_entity_is_planned_once_unless_replaced)
{
    struct target_rows rows;
    struct error error = ERROR_NONE;
    struct chunk_list none = {.count = 0};
    struct target_entity found;
    bool there = true;
    target_rows_open(&rows, session, &arena, "once.row", columns, 1);
    push(&rows, 0, 20);
    target_rows_end_chunk(&rows);
    struct target_entity changed = rows.entity;
    changed.mapping_digest = "ff";
    ck_assert(!target_entity_plan(session, &changed, &none, false, &error));
    ck_assert_int_eq(error.code, ERROR_STATE);
    ck_assert_ptr_nonnull(strstr(error.detail, "ff"));
    ck_assert_int_eq(count("SELECT count(*) FROM novate.reject"), 4);
    error = ERROR_NONE;
    must(target_entity_plan(session, &changed, &none, true, &error), &error);
    ck_assert_int_eq(count("SELECT count(*) FROM novate.reject"), 0);
    ck_assert_int_eq(count("SELECT count(*) FROM novate.chunk"), 0);
    must(target_entity_get(session, "tests", "once.row", &arena, &found, &there, &error), &error);
    ck_assert(there);
    ck_assert_str_eq(found.mapping_digest, "ff");
    must(target_entity_get(session, "tests", "other", &arena, &found, &there, &error), &error);
    ck_assert(!there);
    target_rows_close(&rows);
}
END_TEST

START_TEST(verifications_and_differences)
{
    struct error error = ERROR_NONE;
    int64_t run = 0;
    const struct target_difference differences[] = {
        {.key = "[\"1\"]", .kind = "not_equal", .columns = "[\"name\"]"},
        {.key = "[\"tab\\t\\\\\"]", .kind = "missing_target"},
    };
    struct target_verification verification = {.entity = "once.row",
                                               .verdict = "differences",
                                               .equal = 5,
                                               .not_equal = 1,
                                               .missing_target = 1};
    must(target_ledger_install(session, &error), &error);
    must(target_run_begin(session, "tests", "verify", "00", &run, &error), &error);
    verification.run = run;
    for (int twice = 0; twice < 2; twice++) {
        must(target_verification_put(session, &verification, differences, 2, &error), &error);
    }
    ck_assert_int_eq(count("SELECT count(*) FROM novate.verification"), 1);
    ck_assert_str_eq(
        target_value(onlooker,
                     &arena,
                     "SELECT string_agg(key::json->>0 || columns, ',' ORDER BY ordinal)"
                     " FROM novate.difference"),
        "1[\"name\"],tab\t\\[]");
}
END_TEST

START_TEST(a_later_ledger_is_refused)
{
    struct error error = ERROR_NONE;
    bool exists = true;
    must(target_ledger_exists(session, &exists, &error), &error);
    ck_assert(!exists);
    must(target_ledger_install(session, &error), &error);
    must(target_ledger_install(session, &error), &error);
    must(target_ledger_exists(session, &exists, &error), &error);
    ck_assert(exists);
    target_execute(session, "INSERT INTO novate.version (version, tool) VALUES (99, '9.9')");
    ck_assert(!target_ledger_install(session, &error));
    ck_assert_int_eq(error.code, ERROR_STATE);
    ck_assert_ptr_nonnull(strstr(error.message, "99"));
}
END_TEST

/* Makes the ledger one of version 2. */
static void take_back(void)
{
    char sql[4096] = "";
    char path[1024];
    const char *root = getenv("NOVATE_TEST_SOURCE");
    snprintf(path, sizeof path, "%s/tests/support/ledger_2.sql", root == NULL ? "." : root);
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    size_t size = fread(sql, 1, sizeof sql - 1, file);
    ck_assert_int_eq(fclose(file), 0);
    ck_assert(size > 0 && size < sizeof sql - 1);
    target_execute(session, sql);
}

struct installing {
    struct error error;
    bool made;
};

static void *install_beside(void *user)
{
    struct installing *installing = user;
    installing->made = target_ledger_install(session, &installing->error);
    return NULL;
}

/* Two migrations into one new target: who waits finds what the other has made. */
START_TEST(two_make_the_ledger_at_a_time)
{
    struct installing beside = {.error = ERROR_NONE};
    struct error error = ERROR_NONE;
    pthread_t thread;
    target_execute(onlooker, "SELECT pg_advisory_lock(7955998170729676800)");
    ck_assert_int_eq(pthread_create(&thread, NULL, install_beside, &beside), 0);
    while (count("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted") == 0)
        ;
    must(target_ledger_install(onlooker, &error), &error);
    target_execute(onlooker, "SELECT pg_advisory_unlock(7955998170729676800)");
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    must(beside.made, &beside.error);
    ck_assert_int_eq(count("SELECT count(*) FROM novate.version"), 1);
}
END_TEST

/* What version 2 made is brought to today's version as it stands, rows and all. */
START_TEST(an_earlier_ledger_is_brought_up)
{
    struct error error = ERROR_NONE;
    must(target_ledger_install(session, &error), &error);
    take_back();
    target_execute(session,
                   "INSERT INTO novate.run (migration, kind, plan_digest, tool)"
                   " VALUES ('m', 'load', '', '')");
    must(target_ledger_install(session, &error), &error);
    must(target_ledger_install(session, &error), &error);
    ck_assert_int_eq(count("SELECT max(version) FROM novate.version"), 5);
    ck_assert_int_eq(count("SELECT count(*) FROM novate.version"), 2);
    ck_assert_int_eq(count("SELECT count(*) FROM novate.run"), 1);
    ck_assert_int_eq(count("SELECT count(*) FROM novate.deferred"), 0);
}
END_TEST

START_TEST(one_migration_is_worked_on_once)
{
    struct error error = ERROR_NONE;
    must(target_ledger_lock(session, "southern", &error), &error);
    must(target_ledger_lock(onlooker, "northern", &error), &error);
    ck_assert(!target_ledger_lock(onlooker, "southern", &error));
    ck_assert_int_eq(error.code, ERROR_LOCKED);
    ck_assert_ptr_nonnull(strstr(error.detail, backend()));
    ck_assert_ptr_nonnull(strstr(error.detail, "\"novate\""));
    session_close(session);
    session = NULL;
    error = ERROR_NONE;
    /* The lock goes with its connection; the server may need a moment to notice. */
    for (int i = 0; i < 1000 && !target_ledger_lock(onlooker, "southern", &error); i++) {
        error = ERROR_NONE;
    }
    must(error.code == ERROR_OK, &error);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("load_ledger");
    TCase *cases = tcase_create("ledger");

    tcase_set_timeout(cases, 120);
    tcase_add_unchecked_fixture(cases, target_fixture_start, target_fixture_stop);
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, a_second_load_of_a_chunk_changes_nothing);
    tcase_add_test(cases, nothing_is_seen_of_a_chunk_before_it_is_whole);
    tcase_add_test(cases, a_load_that_is_given_up_leaves_nothing);
    tcase_add_test(cases, a_lost_connection_resumes_exactly_once);
    tcase_add_test(cases, two_loaders_of_one_chunk);
    tcase_add_test(cases, an_entity_planned_anew_meanwhile);
    tcase_add_test(cases, the_tally_comes_back);
    tcase_add_test(cases, an_entity_is_planned_once_unless_replaced);
    tcase_add_test(cases, verifications_and_differences);
    tcase_add_test(cases, a_later_ledger_is_refused);
    tcase_add_test(cases, two_make_the_ledger_at_a_time);
    tcase_add_test(cases, an_earlier_ledger_is_brought_up);
    tcase_add_test(cases, one_migration_is_worked_on_once);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
