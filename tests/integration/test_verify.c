/* test_verify.c — verification against a table of a real server names exactly what was changed.
 *
 * Method: the server makes the rows of the table from numbers, this program makes the same rows as
 * a source; then one statement changes the table. The source's texts are not those that the server
 * would print, so that only values can be equal. SPDX-License-Identifier: Apache-2.0 */
#include "fake_rows.h"

#include "novate/datetime.h"
#include "novate/session.h"
#include "novate/verify.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* Types that only the server knows are asked for batch by batch, of three rows under ASan. */
#if defined(__SANITIZE_ADDRESS__)
#    define ROWS 1000
#else
#    define ROWS 5000
#endif
#define TEXT_OF(number)  TEXT_OF_(number)
#define TEXT_OF_(number) #number

enum {
    SKIPPED = 77
};

static const char make_table[] =
    "DROP SCHEMA IF EXISTS care CASCADE; CREATE SCHEMA care;"
    "CREATE TABLE care.patient (id bigint, born date, name text, code char(5),"
    " score numeric(10,2), seen timestamptz, weight real, doc jsonb, tags text[], note text,"
    " added timestamptz DEFAULT now());"
    "INSERT INTO care.patient SELECT i, date '1900-01-01' + i, 'name ' || i % 100, 'A' || i % 10,"
    " i / 4.0, timestamptz '2024-03-31 00:30:00+00' + i * interval '1 second', i / 8.0,"
    " jsonb_build_object('b', i, 'a', null), ARRAY['x', i::text],"
    " CASE WHEN i % 3 = 0 THEN NULL WHEN i % 3 = 1 THEN '' ELSE 'n' END"
    " FROM generate_series(1, " TEXT_OF(ROWS) ") i;";

struct world {
    struct arena arena;
    struct session *writer;
    struct session *session;
    struct session *source_session;
    struct target_table *table;
    struct fake_rows source;
    int key[1];
    struct verify_options options;
    struct verify_result result;
    struct error error;
};

static struct world it;

static void must(bool ok)
{
    ck_assert_msg(ok, "%s: %s", it.error.message, it.error.detail);
}

static void execute(const char *sql)
{
    must(session_execute(it.writer, sql, &it.error));
}

static const char *day(int64_t date)
{
    struct text_buffer text;
    text_buffer_init(&text, 64);
    date_format(date, &text);
    const char *copy = arena_copy(&it.arena, text.data, text.size);
    text_buffer_release(&text);
    return copy;
}

static void push_row(int i)
{
    static const char *const notes[] = {NULL, "", "n"};
    static const char *const quarters[] = {"00", "25", "50", "75"};
    int seconds = 30 * 60 + i; /* after midnight, UTC */
    struct arena *arena = &it.arena;
    const char *cells[] = {
        arena_format(arena, "%d", i),
        day(date_from_civil(1900, 1, 1) + i),
        arena_format(arena, "name %d", i % 100),
        arena_format(arena, "A%d", i % 10),
        arena_format(arena, "%d.%s000", i / 4, quarters[i % 4]),
        arena_format(arena,
                     "2024-03-31 %02d:%02d:%02d+01",
                     seconds / 3600 + 1,
                     seconds / 60 % 60,
                     seconds % 60),
        arena_format(arena, "%d.%03d", i / 8, i % 8 * 125),
        arena_format(arena, "{ \"a\" : null, \"b\" : %d }", i),
        arena_format(arena, "{\"x\", %d}", i),
        notes[i % 3],
    };
    fake_rows_push(&it.source, cells);
}

static void make_source(void)
{
    const struct column columns[] = {
        fake_column("id", TYPE_INT8),
        fake_column("born", TYPE_DATE),
        fake_column("name", TYPE_TEXT),
        fake_column("code", TYPE_CHAR),
        fake_column("score", TYPE_NUMERIC),
        fake_column("seen", TYPE_TIMESTAMPTZ),
        fake_column("weight", TYPE_FLOAT4),
        fake_column("doc", TYPE_OTHER),
        fake_column("tags", TYPE_OTHER),
        fake_column("note", TYPE_TEXT),
    };
    fake_rows_init(&it.source, columns, (int)(sizeof columns / sizeof *columns), &it.arena);
    it.source.source_key = 0;
    for (int i = 1; i <= ROWS; i++) {
        push_row(i);
    }
}

static void describe(void)
{
    const char *nearest = NULL;
    must(session_describe(it.session, "care.patient", &it.arena, &it.table, &nearest, &it.error));
    ck_assert_ptr_nonnull(it.table);
    it.options.table = it.table;
}

static void setup(void)
{
    const char *conninfo = getenv("NOVATE_TEST_PG");
    it = (struct world){.error = ERROR_NONE};
    arena_init(&it.arena, (size_t)64 << 10, NULL);
    must(session_open(conninfo, false, &it.writer, &it.error));
    must(session_open(conninfo, true, &it.session, &it.error));
    must(session_open(conninfo, true, &it.source_session, &it.error));
    execute(make_table);
    describe();
    make_source();
    it.options = (struct verify_options){
        .entity = "patient",
        .schema = &it.source.schema,
        .key = it.key,
        .key_count = 1,
        .source = fake_rows_source(&it.source),
        .session = it.session,
        .source_session = it.source_session,
        .table = it.table,
        .threads = true,
    };
}

static void teardown(void)
{
    session_close(it.writer);
    session_close(it.session);
    session_close(it.source_session);
    arena_release(&it.arena);
}

static void verify(void)
{
    must(verify_entity(&it.options, &it.arena, &it.result, &it.error));
}

/* What a result says, in a line: "all but 1 equal; not_equal ["7"] name note; …". */
static const char *told(void)
{
    struct text_buffer line;
    const struct verify_result *result = &it.result;
    text_buffer_init(&line, 4096);
    text_buffer_string(&line, "all ");
    if (result->equal != ROWS) {
        text_buffer_format(&line, "but %d ", ROWS - (int)result->equal);
    }
    text_buffer_string(&line, "equal");
    for (int i = 0; i < result->difference_count; i++) {
        const struct difference *difference = &result->differences[i];
        text_buffer_format(
            &line, "; %s %s", difference_kind_text(difference->kind), difference->key);
        for (int column = 0; column < difference->column_count; column++) {
            text_buffer_format(&line, " %s", difference->columns[column]);
        }
    }
    const char *copy = arena_string(&it.arena, line.data);
    text_buffer_release(&line);
    ck_assert_ptr_nonnull(copy);
    return copy;
}

START_TEST(equal_values_are_verified_in_every_way_of_running)
{
    for (int way = 0; way < 4; way++) {
        it.options.threads = (way & 1) != 0;
        it.options.source_session = (way & 2) != 0 ? it.source_session : NULL;
        verify();
        ck_assert_str_eq(told(), "all equal");
        ck_assert_int_eq(it.result.verdict, VERDICT_VERIFIED);
        ck_assert(digest_equal(&it.result.source_digest, &it.result.target_digest));
        ck_assert_uint_eq(it.result.buckets_reread, 0);
    }
}
END_TEST

static const struct {
    const char *sql;
    const char *told;
} changes[] = {
    {"UPDATE care.patient SET born = born + 1 WHERE id = 17",
     "all but 1 equal; not_equal [\"17\"] born"},
    {"UPDATE care.patient SET name = name || ' ' WHERE id = 18",
     "all but 1 equal; not_equal [\"18\"] name"},
    {"UPDATE care.patient SET name = upper(name) WHERE id = 19",
     "all but 1 equal; not_equal [\"19\"] name"},
    {"UPDATE care.patient SET note = NULL WHERE id = 1", "all but 1 equal; not_equal [\"1\"] note"},
    {"UPDATE care.patient SET note = '' WHERE id = 3", "all but 1 equal; not_equal [\"3\"] note"},
    {"UPDATE care.patient SET score = score + 0.01 WHERE id = 999",
     "all but 1 equal; not_equal [\"999\"] score"},
    {"UPDATE care.patient SET seen = seen + interval '1 hour' WHERE id = 5",
     "all but 1 equal; not_equal [\"5\"] seen"},
    {"UPDATE care.patient SET seen = seen + interval '1 microsecond' WHERE id = 5",
     "all but 1 equal; not_equal [\"5\"] seen"},
    {"UPDATE care.patient SET weight = weight + 0.0000001 WHERE id = 1",
     "all but 1 equal; not_equal [\"1\"] weight"},
    {"UPDATE care.patient SET code = lower(code) WHERE id = 6",
     "all but 1 equal; not_equal [\"6\"] code"},
    {"UPDATE care.patient SET code = code || '    ' WHERE id = 6", "all equal"},
    {"UPDATE care.patient SET doc = doc || '{\"c\": 1}' WHERE id = 7",
     "all but 1 equal; not_equal [\"7\"] doc"},
    {"UPDATE care.patient SET tags = ARRAY[tags[2], tags[1]] WHERE id = 8",
     "all but 1 equal; not_equal [\"8\"] tags"},
    {"UPDATE care.patient SET born = NULL, name = NULL WHERE id = 9",
     "all but 1 equal; not_equal [\"9\"] born name"},
    {"DELETE FROM care.patient WHERE id = 10", "all but 1 equal; missing_target [\"10\"]"},
    {"INSERT INTO care.patient (id) VALUES (90001)", "all equal; missing_source [\"90001\"]"},
    {"INSERT INTO care.patient SELECT * FROM care.patient WHERE id = 11",
     "all equal; missing_source [\"11\"]"},
    {"UPDATE care.patient SET id = 90002 WHERE id = 12",
     "all but 1 equal; missing_target [\"12\"]; missing_source [\"90002\"]"},
    {"UPDATE care.patient SET id = CASE id WHEN 20 THEN 21 ELSE 20 END WHERE id IN (20, 21)",
     "all but 2 equal; not_equal [\"20\"] born name code score seen weight doc tags note; "
     "not_equal [\"21\"] born name code score seen weight doc tags note"},
    {"UPDATE care.patient SET added = 'epoch' WHERE id = 22", "all equal"}, /* not mapped */
};

START_TEST(a_single_change_is_named_by_key_and_column)
{
    execute(changes[_i].sql);
    verify();
    ck_assert_str_eq(told(), changes[_i].told);
}
END_TEST

START_TEST(rows_outside_the_scope_are_not_compared)
{
    execute("INSERT INTO care.patient (id) VALUES (9001), (9002)");
    it.options.scope = "id < 9000 -- ours";
    verify();
    ck_assert_str_eq(told(), "all equal");
}
END_TEST

START_TEST(rows_that_the_server_refused_are_not_missing)
{
    static const char *const refused[] = {"[\"30\"]", "[\"31\"]"};
    it.options.refused_keys = refused;
    it.options.refused_count = 2;
    execute("DELETE FROM care.patient WHERE id IN (30, 31, 32)");
    verify();
    ck_assert_str_eq(told(), "all but 3 equal; missing_target [\"32\"]");
    ck_assert_uint_eq(it.result.refused, 2);
}
END_TEST

/* No type takes the value: the loader would have refused it, and nobody says that it did. */
START_TEST(a_value_that_the_server_refuses_is_a_missing_row)
{
    it.source.rows[40][7] = "{no json";
    execute("DELETE FROM care.patient WHERE id = 41");
    verify();
    ck_assert_str_eq(told(), "all but 1 equal; missing_target [\"41\"]");
}
END_TEST

START_TEST(a_table_without_a_key_is_compared_as_a_multiset)
{
    it.options.key_count = 0;
    execute("INSERT INTO care.patient SELECT * FROM care.patient WHERE id = 11");
    verify();
    ck_assert_uint_eq(it.result.equal, ROWS);
    ck_assert_uint_eq(it.result.missing_source, 1);
    ck_assert_uint_eq(it.result.missing_target, 0);
    ck_assert_uint_eq(strlen(it.result.differences[0].key), 32);
}
END_TEST

START_TEST(a_column_that_is_gone_cannot_be_verified)
{
    execute("ALTER TABLE care.patient DROP COLUMN note");
    describe();
    ck_assert(!verify_entity(&it.options, &it.arena, &it.result, &it.error));
    ck_assert_int_eq(it.error.code, ERROR_NOT_VERIFIED);
    ck_assert_ptr_nonnull(strstr(it.error.message, "column \"note\" is not in table"));
    ck_assert_str_eq(it.error.context, "verifying \"patient\"");
}
END_TEST

START_TEST(a_column_of_another_type_cannot_be_verified)
{
    execute("ALTER TABLE care.patient ALTER COLUMN id TYPE text");
    describe();
    ck_assert(!verify_entity(&it.options, &it.arena, &it.result, &it.error));
    ck_assert_int_eq(it.error.code, ERROR_NOT_VERIFIED);
}
END_TEST

START_TEST(a_source_that_fails_leaves_the_session_usable)
{
    it.source.fail_after = 100;
    ck_assert(!verify_entity(&it.options, &it.arena, &it.result, &it.error));
    ck_assert_int_eq(it.error.code, ERROR_SOURCE);
    it.error = ERROR_NONE;
    it.source.fail_after = -1;
    verify();
    ck_assert_str_eq(told(), "all equal");
}
END_TEST

int main(void)
{
    if (getenv("NOVATE_TEST_PG") == NULL) {
        return SKIPPED;
    }
    Suite *suite = suite_create("verify");
    TCase *tests = tcase_create("verify");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, equal_values_are_verified_in_every_way_of_running);
    tcase_add_loop_test(tests,
                        a_single_change_is_named_by_key_and_column,
                        0,
                        (int)(sizeof changes / sizeof *changes));
    tcase_add_test(tests, rows_outside_the_scope_are_not_compared);
    tcase_add_test(tests, rows_that_the_server_refused_are_not_missing);
    tcase_add_test(tests, a_value_that_the_server_refuses_is_a_missing_row);
    tcase_add_test(tests, a_table_without_a_key_is_compared_as_a_multiset);
    tcase_add_test(tests, a_column_that_is_gone_cannot_be_verified);
    tcase_add_test(tests, a_column_of_another_type_cannot_be_verified);
    tcase_add_test(tests, a_source_that_fails_leaves_the_session_usable);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
