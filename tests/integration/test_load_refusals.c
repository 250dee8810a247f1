/* test_load_refusals.c — rows that the target refuses become rejects, exactly these and no others.
 *
 * Every test gives the loader rows of which some violate a constraint of the table, and then asks
 * the database itself what is there and the ledger what is not.
 * SPDX-License-Identifier: Apache-2.0 */
#include "seed.h"
#include "target_fixture.h"
#include "values.h"

#include "novate/limits.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct session *session;
static struct session *onlooker; /* sees what is committed, and the ledger */
static struct arena arena;

static void setup(void)
{
    arena_init(&arena, 65536, NULL);
    session = target_session(false);
    onlooker = target_session(false);
    target_execute(session,
                   "DROP SCHEMA IF EXISTS refuse CASCADE; CREATE SCHEMA refuse;"
                   "CREATE DOMAIN refuse.code AS text CONSTRAINT code_format"
                   " CHECK (VALUE <> 'wrong');"
                   "CREATE TABLE refuse.parent (id integer PRIMARY KEY, trust text DEFAULT 'RN1',"
                   " UNIQUE (id, trust));"
                   "INSERT INTO refuse.parent SELECT g FROM generate_series(1, 50) g;"
                   "CREATE TABLE refuse.child (id integer CONSTRAINT child_key PRIMARY KEY,"
                   " parent integer CONSTRAINT child_parent REFERENCES refuse.parent,"
                   " age integer CONSTRAINT child_age CHECK (age >= 0),"
                   " name text NOT NULL, code refuse.code);");
}

static void teardown(void)
{
    session_close(session);
    session_close(onlooker);
    arena_release(&arena);
}

static const char *const child_columns[] = {"id", "parent", "age", "name", "code", NULL};

static const char *number(int value)
{
    char text[16];
    snprintf(text, sizeof text, "%d", value);
    return arena_string(&arena, text);
}

static void push_child(
    struct target_rows *rows, int id, const char *parent, const char *age, const char *name)
{
    const char *const cells[] = {number(id), parent, age, name, "right"};
    target_rows_push(rows, cells);
}

static int count(const char *sql)
{
    return (int)strtol(target_value(onlooker, &arena, sql), NULL, 10);
}

static void assert_text(const char *sql, const char *expected)
{
    ck_assert_str_eq(target_value(onlooker, &arena, sql), expected);
}

/* Keys of the rejects of an entity in order, "1,5". */
static const char *rejected_keys(const char *entity)
{
    return target_value(
        onlooker,
        &arena,
        arena_format(&arena,
                     "SELECT string_agg(key::json->>0, ',' ORDER BY (key::json->>0)::int)"
                     " FROM novate.reject WHERE entity = '%s'",
                     entity));
}

/* One refused row among good ones: what the reject says of it. */
static void refused_alone(const char *const *cells, const char *expected)
{
    struct target_rows rows;
    target_rows_open(&rows, session, &arena, "refuse.child", child_columns, 1);
    for (int id = 1; id <= 20; id++) {
        if (id == 7) {
            target_rows_push(&rows, cells);
        } else {
            push_child(&rows, id, "1", "30", "somebody");
        }
    }
    target_rows_end_chunk(&rows);
    ck_assert_int_eq((int)rows.tally.loaded.rows, 19);
    ck_assert_int_eq((int)rows.tally.rejected.rows, 1);
    ck_assert_int_eq(count("SELECT count(*) FROM refuse.child"), 19);
    assert_text("SELECT concat_ws('|', key, column_name, class, name, sqlstate, by_target)"
                " FROM novate.reject WHERE entity = 'refuse.child'",
                expected);
    assert_text("SELECT counters #>> '{reject}' FROM novate.chunk WHERE entity = 'refuse.child'",
                strstr(expected, "UNIQUE") != NULL        ? "{\"UNIQUE\": 1}"
                : strstr(expected, "CHECK") != NULL       ? "{\"CHECK\": 1}"
                : strstr(expected, "FOREIGN_KEY") != NULL ? "{\"FOREIGN_KEY\": 1}"
                : strstr(expected, "TRIGGER") != NULL     ? "{\"TRIGGER\": 1}"
                                                          : "{\"NULL\": 1}");
    /* Nothing that the server said of the values is kept. */
    ck_assert_int_eq(count("SELECT count(*) FROM novate.reject WHERE message LIKE '%4711%'"), 0);
    target_rows_close(&rows);
}

START_TEST(a_key_that_is_there_already)
{
    const char *const cells[] = {"3", "1", "30", "again", "right"};
    refused_alone(cells, "[\"3\"]|UNIQUE|child_key|23505|t");
}
END_TEST

START_TEST(a_check_that_is_false)
{
    const char *const cells[] = {"7", "1", "-4711", "young", "right"};
    refused_alone(cells, "[\"7\"]|CHECK|child_age|23514|t");
}
END_TEST

START_TEST(a_missing_value)
{
    const char *const cells[] = {"7", "1", "30", NULL, "right"};
    refused_alone(cells, "[\"7\"]|name|NULL|23502|t");
}
END_TEST

START_TEST(a_parent_that_is_not_there)
{
    const char *const cells[] = {"7", "4711", "30", "orphan", "right"};
    refused_alone(cells, "[\"7\"]|FOREIGN_KEY|child_parent|23503|t");
}
END_TEST

START_TEST(a_check_of_a_domain)
{
    const char *const cells[] = {"7", "1", "30", "somebody", "wrong"};
    refused_alone(cells, "[\"7\"]|code|CHECK|code_format|23514|t");
}
END_TEST

START_TEST(a_trigger_before_the_row_refuses)
{
    const char *const cells[] = {"7", "1", "30", "4711", "right"};
    target_execute(session,
                   "CREATE FUNCTION refuse.no() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN"
                   " IF NEW.name = '4711' THEN RAISE EXCEPTION 'no %', NEW.name; END IF;"
                   " RETURN NEW; END$$;"
                   "CREATE TRIGGER no BEFORE INSERT ON refuse.child FOR EACH ROW EXECUTE FUNCTION"
                   " refuse.no()");
    refused_alone(cells, "[\"7\"]|TRIGGER|P0001|t");
}
END_TEST

START_TEST(a_trigger_after_the_row_refuses)
{
    const char *const cells[] = {"7", "1", "30", "4711", "right"};
    target_execute(session,
                   "CREATE FUNCTION refuse.no() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN"
                   " IF NEW.name = '4711' THEN RAISE EXCEPTION 'no %', NEW.name; END IF;"
                   " RETURN NULL; END$$;"
                   "CREATE CONSTRAINT TRIGGER no AFTER INSERT ON refuse.child"
                   " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse.no()");
    refused_alone(cells, "[\"7\"]|TRIGGER|P0001|t");
}
END_TEST

/* Otherwise the tally would count rows that are not there. */
START_TEST(a_trigger_keeps_a_row_from_being_stored)
{
    const char *const cells[] = {"7", "1", "30", "4711", "right"};
    target_execute(session,
                   "CREATE FUNCTION refuse.no() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN"
                   " IF NEW.name = '4711' THEN RETURN NULL; END IF; RETURN NEW; END$$;"
                   "CREATE TRIGGER no BEFORE INSERT ON refuse.child FOR EACH ROW EXECUTE FUNCTION"
                   " refuse.no()");
    refused_alone(cells, "[\"7\"]|TRIGGER|t");
}
END_TEST

START_TEST(a_deferred_unique_key)
{
    const char *const cells[] = {"3", "1", "30", "again", "right"};
    target_execute(session,
                   "ALTER TABLE refuse.child DROP CONSTRAINT child_key;"
                   "ALTER TABLE refuse.child ADD CONSTRAINT child_key UNIQUE (id)"
                   " DEFERRABLE INITIALLY DEFERRED");
    refused_alone(cells, "[\"3\"]|UNIQUE|child_key|23505|t");
}
END_TEST

START_TEST(an_excluded_range)
{
    struct target_rows rows;
    static const char *const columns[] = {"id", "during", NULL};
    target_execute(session,
                   "CREATE TABLE refuse.stay (id integer, during int4range,"
                   " CONSTRAINT one_bed EXCLUDE USING gist (during WITH &&))");
    target_rows_open(&rows, session, &arena, "refuse.stay", columns, 1);
    for (int id = 1; id <= 40; id++) {
        int from = id == 33 ? 55 : id * 10;
        const char *const cells[] = {number(id), arena_format(&arena, "[%d,%d)", from, from + 10)};
        target_rows_push(&rows, cells);
    }
    target_rows_end_chunk(&rows);
    ck_assert_int_eq(count("SELECT count(*) FROM refuse.stay"), 39);
    assert_text("SELECT concat_ws('|', key, class, name, sqlstate) FROM novate.reject"
                " WHERE entity = 'refuse.stay'",
                "[\"33\"]|EXCLUSION|one_bed|23P01");
    target_rows_close(&rows);
}
END_TEST

START_TEST(a_value_that_a_type_refuses)
{
    struct target_rows rows;
    static const char *const columns[] = {"id", "document", NULL};
    target_execute(session, "CREATE TABLE refuse.paper (id integer, document jsonb)");
    target_rows_open(&rows, session, &arena, "refuse.paper", columns, 1);
    for (int id = 1; id <= 10; id++) {
        const char *const cells[] = {number(id), id == 4 ? "{4711" : "{\"tab\\t\": [1,\n2]}"};
        target_rows_push(&rows, cells);
    }
    target_rows_end_chunk(&rows);
    assert_text("SELECT count(*) || ' ' || min(document::text) FROM refuse.paper",
                "9 {\"tab\\t\": [1, 2]}");
    assert_text("SELECT concat_ws('|', key, column_name, class, sqlstate, message)"
                " FROM novate.reject WHERE entity = 'refuse.paper'",
                "[\"4\"]|document|TYPE|22P02|the value is not valid for the column's type");
    target_rows_close(&rows);
}
END_TEST

/* Loads `count` rows of which those that `is_bad` names violate constraints in turn. */
static void load_with(int total, bool (*is_bad)(int id), const char *expected_columns)
{
    struct target_rows rows;
    int bad = 0;
    target_rows_open(&rows, session, &arena, "refuse.child", child_columns, 1);
    for (int id = 1; id <= total; id++) {
        bool refused = is_bad(id);
        int way = refused ? bad % 3 : -1;
        push_child(
            &rows, id, way == 0 ? "99" : "1", way == 1 ? "-1" : "30", way == 2 ? NULL : "somebody");
        bad += refused ? 1 : 0;
    }
    target_rows_end_chunk(&rows);
    ck_assert_int_eq((int)rows.tally.loaded.rows, total - bad);
    ck_assert_int_eq((int)rows.tally.passed.rows, total - bad);
    ck_assert_int_eq((int)rows.tally.rejected.rows, bad);
    ck_assert(tally_closes(&rows.tally));
    ck_assert_int_eq(count("SELECT count(*) FROM refuse.child"), total - bad);
    ck_assert_int_eq(count("SELECT count(DISTINCT key) FROM novate.reject"
                           " WHERE entity = 'refuse.child'"),
                     bad);
    ck_assert_int_eq(count("SELECT count(*) FROM novate.reject r JOIN refuse.child c"
                           " ON c.id = (r.key::json->>0)::int WHERE r.entity = 'refuse.child'"),
                     0);
    if (expected_columns != NULL) {
        ck_assert_str_eq(rejected_keys("refuse.child"), expected_columns);
    }
    target_rows_close(&rows);
}

static bool bad_at_ends(int id)
{
    return id == 1 || id == 100;
}

START_TEST(first_and_last_row)
{
    load_with(100, bad_at_ends, "1,100");
}
END_TEST

static bool bad_at_boundaries(int id)
{
    return id == 1 || id == LIMIT_COPY_ROWS || id == LIMIT_COPY_ROWS + 1 ||
           id == 2 * LIMIT_COPY_ROWS;
}

START_TEST(boundaries_of_pieces)
{
    load_with(2 * LIMIT_COPY_ROWS, bad_at_boundaries, "1,16384,16385,32768");
}
END_TEST

static bool bad_all(int id)
{
    return id > 0;
}

START_TEST(every_row)
{
    load_with(300, bad_all, NULL);
}
END_TEST

static bool bad_at_random(int id)
{
    return hash_bytes64(&id, sizeof id) % 100 == 0;
}

START_TEST(one_in_a_hundred)
{
    load_with(20000, bad_at_random, NULL);
}
END_TEST

START_TEST(several_chunks_with_refusals)
{
    struct target_rows rows;
    target_rows_open(&rows, session, &arena, "refuse.child", child_columns, 3);
    for (int chunk = 0; chunk < 3; chunk++) {
        push_child(&rows, chunk * 10 + 1, "1", "1", "somebody");
        push_child(&rows, chunk * 10 + 2, "1", "-1", "somebody");
        target_rows_end_chunk(&rows);
        ck_assert_int_eq(count("SELECT count(*) FROM refuse.child"), chunk + 1);
    }
    ck_assert_str_eq(rejected_keys("refuse.child"), "2,12,22");
    ck_assert_int_eq(rows.committed, 3);
    target_rows_close(&rows);
}
END_TEST

/* A row may refer to a later one of the same piece; a refusal elsewhere must not undo that. */
START_TEST(rows_that_refer_to_each_other)
{
    struct target_rows rows;
    static const char *const columns[] = {"id", "boss", "age", NULL};
    target_execute(session,
                   "CREATE TABLE refuse.staff (id integer PRIMARY KEY,"
                   " boss integer REFERENCES refuse.staff, age integer CHECK (age > 0))");
    target_rows_open(&rows, session, &arena, "refuse.staff", columns, 1);
    for (int id = 1; id <= 30; id++) {
        const char *const cells[] = {number(id), id == 30 ? NULL : number(id + 1), "50"};
        target_rows_push(&rows, cells);
    }
    target_rows_end_chunk(&rows);
    ck_assert_int_eq(count("SELECT count(*) FROM refuse.staff"), 30);
    target_rows_close(&rows);
}
END_TEST

/* The first constraint that a row violates is named, though it has refused no row before: row 50
 * has both keys of others, of which only the second is known to refuse rows. */
START_TEST(the_first_of_two_keys_is_named)
{
    struct target_rows rows;
    static const char *const columns[] = {"source", "id", "code", NULL};
    target_execute(session,
                   "CREATE TABLE refuse.coded (source integer, id integer PRIMARY KEY,"
                   " code integer UNIQUE)");
    target_rows_open(&rows, session, &arena, "refuse.coded", columns, 1);
    for (int source = 1; source <= 100; source++) {
        const char *const cells[] = {number(source),
                                     number(source == 50 ? 40 : source),
                                     number(source == 50   ? 30
                                            : source == 20 ? 10
                                                           : source)};
        target_rows_push(&rows, cells);
    }
    target_rows_end_chunk(&rows);
    target_rows_close(&rows);
    ck_assert_int_eq(count("SELECT count(*) FROM refuse.coded"), 98);
    assert_text("SELECT string_agg(concat_ws('|', key, name), ' ' ORDER BY (key::json->>0)::int)"
                " FROM novate.reject WHERE entity = 'refuse.coded'",
                "[\"20\"]|coded_code_key [\"50\"]|coded_pkey");
}
END_TEST

/* The target itself narrows a piece, where a trigger has a say. */
static void open_sifted(struct target_rows *rows)
{
    target_execute(session,
                   "CREATE FUNCTION refuse.no() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN"
                   " IF NEW.name = 'no' THEN RAISE EXCEPTION 'no %', NEW.age; END IF;"
                   " IF NEW.name = 'wait' THEN RAISE EXCEPTION 'busy' USING ERRCODE = '55P03';"
                   " END IF; RETURN NEW; END$$;"
                   "CREATE TRIGGER no BEFORE INSERT ON refuse.child FOR EACH ROW"
                   " EXECUTE FUNCTION refuse.no()");
    target_rows_open(rows, session, &arena, "refuse.child", child_columns, 1);
}

START_TEST(what_is_said_of_rows_that_the_target_narrows)
{
    struct target_rows rows;
    open_sifted(&rows);
    for (int id = 1; id <= 300; id++) {
        const char *const wrong[] = {number(id), "1", "30", "somebody", "wrong"};
        if (id == 40) {
            target_rows_push(&rows, wrong);
        } else {
            push_child(&rows,
                       id,
                       id == 120 ? "4711" : "1",
                       id == 160 ? "-1" : "30",
                       id == 7     ? "no"
                       : id == 200 ? NULL
                                   : "somebody");
        }
    }
    target_rows_end_chunk(&rows);
    target_rows_close(&rows);
    ck_assert_int_eq(count("SELECT count(*) FROM refuse.child"), 295);
    assert_text("SELECT string_agg(concat_ws('|', key, column_name, class, name, sqlstate), ' '"
                " ORDER BY (key::json->>0)::int) FROM novate.reject WHERE entity = 'refuse.child'",
                "[\"7\"]|TRIGGER|P0001 [\"40\"]|code|CHECK|code_format|23514"
                " [\"120\"]|FOREIGN_KEY|child_parent|23503 [\"160\"]|CHECK|child_age|23514"
                " [\"200\"]|name|NULL|23502");
}
END_TEST

/* Rows go to a table aside before their piece is complete, once one was refused. A large value is
 * not copied there. */
START_TEST(a_large_value_after_rows_that_went_aside)
{
    static char long_name[1001];
    static char large_name[LIMIT_LARGE_BYTES + 1];
    struct target_rows rows;
    memset(long_name, 'n', sizeof long_name - 1);
    memset(large_name, 'N', sizeof large_name - 1);
    if (_i == 0) {
        target_rows_open(&rows, session, &arena, "refuse.child", child_columns, 1);
    } else {
        open_sifted(&rows);
    }
    for (int id = 1; id <= LIMIT_COPY_ROWS + 1600; id++) {
        bool bad = id == 77 || id == LIMIT_COPY_ROWS + 100 || id == LIMIT_COPY_ROWS + 1550;
        push_child(&rows,
                   id,
                   "1",
                   bad ? "-1" : "30",
                   id <= LIMIT_COPY_ROWS          ? "somebody"
                   : id == LIMIT_COPY_ROWS + 1000 ? large_name
                                                  : long_name);
    }
    target_rows_end_chunk(&rows);
    target_rows_close(&rows);
    ck_assert_str_eq(rejected_keys("refuse.child"), "77,16484,17934");
    ck_assert_int_eq(count("SELECT count(*) FROM refuse.child"), LIMIT_COPY_ROWS + 1597);
    ck_assert_int_eq(count("SELECT count(*) FROM refuse.child WHERE length(name) = 65536"), 1);
}
END_TEST

/* What is no row's fault stops the load, and leaves nothing behind. */
START_TEST(an_operation_that_fails_while_the_target_narrows_is_no_reject)
{
    struct target_rows rows;
    struct error error = ERROR_NONE;
    open_sifted(&rows);
    for (int id = 1; id <= 300; id++) {
        push_child(&rows, id, "1", "30", id == 7 ? "no" : id == 200 ? "wait" : "somebody");
    }
    ck_assert(!target_rows_try_end(&rows, &error));
    ck_assert_str_eq(error.sqlstate, "55P03");
    target_rows_close(&rows);
    ck_assert_int_eq(count("SELECT count(*) FROM refuse.child"), 0);
    ck_assert_int_eq(count("SELECT count(*) FROM novate.reject WHERE entity = 'refuse.child'"), 0);
}
END_TEST

START_TEST(a_missing_privilege_is_no_reject)
{
    struct target_rows rows;
    struct error error = ERROR_NONE;
    target_rows_open(&rows, session, &arena, "refuse.child", child_columns, 1);
    target_execute(onlooker, "ALTER TABLE refuse.child RENAME TO gone");
    const char *const cells[] = {"1", "1", "1", "somebody", "right"};
    ck_assert(!target_rows_try(&rows, cells, &error) || !target_rows_try_end(&rows, &error));
    ck_assert_int_eq(error.code, ERROR_TARGET);
    ck_assert_str_eq(error.sqlstate, "42P01");
    ck_assert_ptr_nonnull(strstr(error.context, "refuse.child"));
    ck_assert_int_eq(count("SELECT count(*) FROM novate.reject WHERE entity = 'refuse.child'"), 0);
    target_rows_close(&rows);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("load_refusals");
    TCase *cases = tcase_create("refusals");

    tcase_set_timeout(cases, 120);
    tcase_add_unchecked_fixture(cases, target_fixture_start, target_fixture_stop);
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, a_key_that_is_there_already);
    tcase_add_test(cases, a_check_that_is_false);
    tcase_add_test(cases, a_missing_value);
    tcase_add_test(cases, a_parent_that_is_not_there);
    tcase_add_test(cases, a_check_of_a_domain);
    tcase_add_test(cases, a_trigger_before_the_row_refuses);
    tcase_add_test(cases, a_trigger_after_the_row_refuses);
    tcase_add_test(cases, a_trigger_keeps_a_row_from_being_stored);
    tcase_add_test(cases, a_deferred_unique_key);
    tcase_add_test(cases, an_excluded_range);
    tcase_add_test(cases, a_value_that_a_type_refuses);
    tcase_add_test(cases, first_and_last_row);
    tcase_add_test(cases, boundaries_of_pieces);
    tcase_add_test(cases, every_row);
    tcase_add_test(cases, one_in_a_hundred);
    tcase_add_test(cases, several_chunks_with_refusals);
    tcase_add_test(cases, rows_that_refer_to_each_other);
    tcase_add_test(cases, the_first_of_two_keys_is_named);
    tcase_add_test(cases, what_is_said_of_rows_that_the_target_narrows);
    tcase_add_loop_test(cases, a_large_value_after_rows_that_went_aside, 0, 2);
    tcase_add_test(cases, an_operation_that_fails_while_the_target_narrows_is_no_reject);
    tcase_add_test(cases, a_missing_privilege_is_no_reject);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
