/* test_load_session.c — sessions: what they pin, refuse and say, and how tables are described.
 * SPDX-License-Identifier: Apache-2.0 */
#include "target_fixture.h"
#include "values.h"

#include <check.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static struct session *session;
static struct arena arena;

static void setup(void)
{
    arena_init(&arena, 65536, NULL);
    session = target_session(false);
    target_execute(session,
                   "DROP SCHEMA IF EXISTS describe CASCADE; DROP SCHEMA IF EXISTS \"Odd.Name\""
                   " CASCADE; CREATE SCHEMA describe; CREATE SCHEMA \"Odd.Name\"");
}

static void teardown(void)
{
    session_close(session);
    arena_release(&arena);
}

START_TEST(what_values_mean_is_pinned)
{
    struct error error = ERROR_NONE;
    struct session *pinned = NULL;
    const char *hostile = arena_format(&arena,
                                       "%s options='-c DateStyle=SQL,DMY -c TimeZone=Asia/Tokyo"
                                       " -c extra_float_digits=-5 -c bytea_output=escape"
                                       " -c statement_timeout=1h'",
                                       target_fixture_conninfo());
    must(session_open(hostile, false, &pinned, &error), &error);
    ck_assert_str_eq(target_value(pinned,
                                  &arena,
                                  "SELECT concat_ws('|', date '2008-06-05',"
                                  " timestamptz '2008-06-05 10:00+01', 0.1::float8 + 0.2::float8,"
                                  " '\\x00'::bytea, current_setting('statement_timeout'),"
                                  " current_setting('application_name'),"
                                  " current_setting('client_encoding'))"),
                     "2008-06-05|2008-06-05 09:00:00+00|0.30000000000000004|\\x00|0|novate|UTF8");
    session_close(pinned);
}
END_TEST

START_TEST(an_application_name_of_its_own_is_kept)
{
    struct error error = ERROR_NONE;
    struct session *named = NULL;
    const char *conninfo =
        arena_format(&arena, "%s application_name=rehearsal", target_fixture_conninfo());
    must(session_open(conninfo, false, &named, &error), &error);
    ck_assert_str_eq(target_value(named, &arena, "SHOW application_name"), "rehearsal");
    session_close(named);
}
END_TEST

START_TEST(a_read_only_session_refuses_writes)
{
    struct error error = ERROR_NONE;
    struct session *reader = target_session(true);
    target_execute(session, "CREATE TABLE describe.row (id integer)");
    ck_assert(!session_execute(reader, "INSERT INTO describe.row VALUES (1)", &error));
    ck_assert_int_eq(error.code, ERROR_TARGET);
    ck_assert_str_eq(error.sqlstate, "25006");
    error = ERROR_NONE;
    ck_assert(!session_execute(reader, "BEGIN; DROP TABLE describe.row", &error));
    target_execute(reader, "ROLLBACK");
    ck_assert_str_eq(target_value(session, &arena, "SELECT count(*) FROM describe.row"), "0");
    session_close(reader);
}
END_TEST

START_TEST(errors_say_what_and_what_to_do)
{
    struct error error = ERROR_NONE;
    struct session_result result;
    ck_assert(!session_execute(session, "SELECT 1; SELECT * FROM describe.nothing", &error));
    ck_assert_str_eq(error.message, "relation \"describe.nothing\" does not exist");
    ck_assert_str_eq(error.sqlstate, "42P01");
    ck_assert_ptr_nonnull(strstr(error.hint, "search_path"));
    error = ERROR_NONE;
    const char *const parameters[] = {"4711x"};
    ck_assert(!session_query(
        session, "SELECT $1::text::integer", 1, parameters, &arena, &result, &error));
    ck_assert_str_eq(error.sqlstate, "22P02");
    ck_assert_ptr_null(strstr(error.message, "4711"));
    ck_assert_str_eq(target_value(session, &arena, "SELECT 'usable'"), "usable");
}
END_TEST

START_TEST(connections_that_fail_say_why)
{
    struct error error = ERROR_NONE;
    struct session *none = NULL;
    ck_assert(!session_open("host=/nonexistent", false, &none, &error));
    ck_assert_int_eq(error.code, ERROR_TARGET_CONNECT);
    ck_assert_ptr_nonnull(strstr(error.hint, "socket"));
    error = ERROR_NONE;
    const char *database = arena_format(&arena, "%s dbname=nowhere", target_fixture_conninfo());
    ck_assert(!session_open(database, false, &none, &error));
    ck_assert_int_eq(error.code, ERROR_TARGET_CONNECT);
    ck_assert_str_eq(error.sqlstate, "3D000");
    error = ERROR_NONE;
    ck_assert(!session_open("postgresql://u:secret@[::1", false, &none, &error));
    ck_assert_int_eq(error.code, ERROR_TARGET_CONNECT);
    ck_assert_ptr_null(strstr(error.message, "secret"));
    ck_assert_ptr_null(strstr(error.detail, "secret"));
    ck_assert_ptr_null(none);
}
END_TEST

START_TEST(nulls_empty_texts_and_counts)
{
    struct error error = ERROR_NONE;
    struct session_result result;
    const char *const parameters[] = {NULL, ""};
    must(session_query(session,
                       "SELECT $1::text, $2::text, n FROM generate_series(1, 3) n",
                       2,
                       parameters,
                       &arena,
                       &result,
                       &error),
         &error);
    ck_assert_int_eq(result.rows, 3);
    ck_assert_int_eq(result.columns, 3);
    ck_assert_ptr_null(session_value(&result, 2, 0));
    ck_assert_str_eq(session_value(&result, 2, 1), "");
    ck_assert_str_eq(session_value(&result, 2, 2), "3");
    target_execute(session, "CREATE TABLE describe.row AS SELECT generate_series(1, 7) AS id");
    must(session_query(
             session, "DELETE FROM describe.row WHERE id > 2", 0, NULL, &arena, &result, &error),
         &error);
    ck_assert_int_eq((int)result.affected, 5);
}
END_TEST

START_TEST(targets_are_told_apart)
{
    struct session *again = target_session(true);
    ck_assert_str_eq(session_identity(session), session_identity(again));
    ck_assert_ptr_nonnull(strstr(session_description(session), "PostgreSQL "));
    ck_assert_ptr_nonnull(strstr(session_description(session), " as novate"));
    session_close(again);
}
END_TEST

static void *cancel_when_busy(void *state)
{
    struct arena memory;
    struct session *onlooker = target_session(true);
    arena_init(&memory, 65536, NULL);
    while (target_value(onlooker,
                        &memory,
                        "SELECT count(*) FROM pg_stat_activity WHERE state = 'active'"
                        " AND query = 'SELECT pg_sleep(600)'")[0] == '0') {
        arena_reset(&memory);
    }
    session_cancel(state);
    session_close(onlooker);
    arena_release(&memory);
    return NULL;
}

START_TEST(a_cancel_ends_what_the_server_does)
{
    struct error error = ERROR_NONE;
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, cancel_when_busy, session), 0);
    ck_assert(!session_execute(session, "SELECT pg_sleep(600)", &error));
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert_int_eq(error.code, ERROR_INTERRUPTED);
    error = ERROR_NONE;
    ck_assert(!session_execute(session, "SELECT 1", &error));
    ck_assert_int_eq(error.code, ERROR_INTERRUPTED);
}
END_TEST

/* A constraint that is deferred is looked at after the statement's own result was sent. */
START_TEST(what_fails_after_its_result_has_failed)
{
    struct error error = ERROR_NONE;
    struct session_result result;
    const char *const parameters[] = {"7"};
    target_execute(session,
                   "CREATE TABLE describe.late (id integer UNIQUE DEFERRABLE INITIALLY DEFERRED);"
                   " INSERT INTO describe.late VALUES (7)");
    ck_assert(!session_query(session,
                             "INSERT INTO describe.late VALUES ($1::integer)",
                             1,
                             parameters,
                             &arena,
                             &result,
                             &error));
    ck_assert_str_eq(error.sqlstate, "23505");
    ck_assert(strstr(error.message, "late_id_key") == NULL);
    ck_assert_str_eq(target_value(session, &arena, "SELECT count(*) FROM describe.late"), "1");
}
END_TEST

static void assert_column(const struct target_table *table,
                          int index,
                          const char *type,
                          const char *declared,
                          const char *flags)
{
    const struct column *column = &table->schema.columns[index];
    struct text_buffer text;
    char seen[5] = {column->nullable ? 'n' : '-',
                    column->has_default ? 'd' : '-',
                    column->generated ? 'g' : '-',
                    column->hidden_cast ? 'c' : '-',
                    '\0'};
    text_buffer_init(&text, 256);
    type_format(column->type, &text);
    ck_assert_str_eq(text.data, type);
    ck_assert_str_eq(column->declared, declared);
    ck_assert_msg(strcmp(seen, flags) == 0, "%s: %s, not %s", column->name, seen, flags);
    text_buffer_release(&text);
}

START_TEST(columns_of_every_kind)
{
    target_execute(session,
                   "CREATE DOMAIN describe.code AS varchar(10) NOT NULL;"
                   "CREATE DOMAIN describe.short AS describe.code DEFAULT 'x';"
                   "CREATE TYPE describe.mood AS ENUM ('ok');"
                   "CREATE TABLE describe.row (id integer GENERATED ALWAYS AS IDENTITY,"
                   " other bigint GENERATED BY DEFAULT AS IDENTITY, gone text,"
                   " doubled integer GENERATED ALWAYS AS (size * 2) STORED, size integer NOT NULL,"
                   " money numeric(12,2) DEFAULT 0, tens numeric(5,-2), any_number numeric,"
                   " name varchar(20), code char(4), plain bpchar, at timestamptz(3), t time(0),"
                   " short describe.short, mood describe.mood, list integer[], doc jsonb);"
                   "ALTER TABLE describe.row DROP COLUMN gone");
    struct target_table *table = target_describe(session, &arena, "describe.row");
    ck_assert_int_eq(table->schema.count, 16);
    ck_assert_str_eq(table->quoted, "\"describe\".\"row\"");
    ck_assert(!table->binary);
    assert_column(table, 0, "integer", "integer", "-dg-");
    assert_column(table, 1, "bigint", "bigint", "-d--");
    assert_column(table, 2, "integer", "integer", "ndg-");
    assert_column(table, 3, "integer", "integer", "----");
    assert_column(table, 4, "numeric(12,2)", "numeric(12,2)", "nd--");
    assert_column(table, 5, "numeric(5,-2)", "numeric(5,-2)", "n---");
    assert_column(table, 6, "numeric", "numeric", "n---");
    assert_column(table, 7, "character varying(20)", "character varying(20)", "n---");
    assert_column(table, 8, "character(4)", "character(4)", "n---");
    ck_assert_int_eq(table->schema.columns[9].type.id, TYPE_CHAR);
    ck_assert_int_eq(table->schema.columns[9].type.length, 0);
    assert_column(table, 10, "timestamp(3) with time zone", "timestamp(3) with time zone", "n---");
    assert_column(table, 11, "time(0) without time zone", "time(0) without time zone", "n---");
    assert_column(table, 12, "character varying(10)", "describe.short", "-d--");
    assert_column(table, 13, "other", "describe.mood", "n--c");
    assert_column(table, 14, "other", "integer[]", "n--c");
    assert_column(table, 15, "other", "jsonb", "n--c");
}
END_TEST

static const char *nearest_of(const char *name)
{
    struct error error = ERROR_NONE;
    struct target_table *table = NULL;
    const char *nearest = NULL;
    must(session_describe(session, name, &arena, &table, &nearest, &error), &error);
    ck_assert_ptr_null(table);
    return nearest;
}

START_TEST(names_as_people_write_them)
{
    target_execute(session,
                   "CREATE TABLE describe.patient (id integer);"
                   "CREATE TABLE describe.\"Patient\" (id integer);"
                   "CREATE TABLE describe.\"Encounter\" (id integer);"
                   "CREATE TABLE \"Odd.Name\".\"a\"\"b\" (id integer)");
    ck_assert_str_eq(target_describe(session, &arena, "DESCRIBE.Patient")->quoted,
                     "\"describe\".\"patient\"");
    ck_assert_str_eq(target_describe(session, &arena, "describe.\"Patient\"")->quoted,
                     "\"describe\".\"Patient\"");
    ck_assert_str_eq(target_describe(session, &arena, "describe.encounter")->quoted,
                     "\"describe\".\"Encounter\"");
    ck_assert_str_eq(target_describe(session, &arena, "\"Odd.Name\".\"a\"\"b\"")->quoted,
                     "\"Odd.Name\".\"a\"\"b\"");
    ck_assert_str_eq(target_describe(session, &arena, "pg_class")->quoted,
                     "\"pg_catalog\".\"pg_class\"");
    ck_assert_str_eq(nearest_of("describe.patent"), "describe.patient");
    ck_assert_str_eq(nearest_of("\"describe\".\"encounter\""), "describe.\"Encounter\"");
    ck_assert_str_eq(nearest_of("patient"), "describe.\"Patient\"");
    ck_assert_ptr_null(nearest_of("describe.something_else_entirely"));
}
END_TEST

START_TEST(names_that_are_none_or_two)
{
    static const char *const names[] = {"", "a.b.c", "a.", ".a", "\"a", "a\"b", "a.b\"", NULL};
    struct target_table *table = NULL;
    const char *nearest = NULL;
    for (int i = 0; names[i] != NULL; i++) {
        struct error error = ERROR_NONE;
        ck_assert_msg(
            !session_describe(session, names[i], &arena, &table, &nearest, &error), "%s", names[i]);
        ck_assert_int_eq(error.code, ERROR_PLAN);
    }
    struct error error = ERROR_NONE;
    target_execute(session,
                   "CREATE TABLE describe.\"Ward\" (id integer);"
                   "CREATE TABLE describe.\"WARD\" (id integer)");
    ck_assert(!session_describe(session, "describe.ward", &arena, &table, &nearest, &error));
    ck_assert_int_eq(error.code, ERROR_PLAN);
    ck_assert_ptr_nonnull(strstr(error.message, "ambiguous"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("load_session");
    TCase *cases = tcase_create("session");

    tcase_set_timeout(cases, 120);
    tcase_add_unchecked_fixture(cases, target_fixture_start, target_fixture_stop);
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, what_values_mean_is_pinned);
    tcase_add_test(cases, an_application_name_of_its_own_is_kept);
    tcase_add_test(cases, a_read_only_session_refuses_writes);
    tcase_add_test(cases, errors_say_what_and_what_to_do);
    tcase_add_test(cases, connections_that_fail_say_why);
    tcase_add_test(cases, nulls_empty_texts_and_counts);
    tcase_add_test(cases, targets_are_told_apart);
    tcase_add_test(cases, a_cancel_ends_what_the_server_does);
    tcase_add_test(cases, what_fails_after_its_result_has_failed);
    tcase_add_test(cases, columns_of_every_kind);
    tcase_add_test(cases, names_as_people_write_them);
    tcase_add_test(cases, names_that_are_none_or_two);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
