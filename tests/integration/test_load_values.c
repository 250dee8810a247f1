/* test_load_values.c — every type, at its extremes, goes to the target and comes back unchanged.
 *
 * Values are given as texts; the database is asked for `column::text`, which is PostgreSQL's own
 * opinion of what arrived, and the reader must give the same texts again. Once in binary, once in
 * the text form of COPY, in every layout of a vector.
 * SPDX-License-Identifier: Apache-2.0 */
#include "seed.h"
#include "target_fixture.h"
#include "values.h"

#include "novate/canonical.h"
#include "novate/limits.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct session *session;
static struct arena arena;

static void setup(void)
{
    arena_init(&arena, 65536, NULL);
    session = target_session(false);
    target_execute(session, "DROP SCHEMA IF EXISTS kinds CASCADE; CREATE SCHEMA kinds");
}

static void teardown(void)
{
    session_close(session);
    arena_release(&arena);
}

/* A type and values of it, as PostgreSQL prints them. */
struct kind {
    const char *type;
    const char *values[24];
};

static const struct kind kinds[] = {
    {"boolean", {"true", "false", NULL}},
    {"smallint", {"0", "-32768", "32767", NULL}},
    {"integer", {"0", "1", "-2147483648", "2147483647", NULL}},
    {"bigint", {"0", "-9223372036854775808", "9223372036854775807", NULL}},
    {"numeric",
     {"0",
      "0.00",
      "1",
      "-1",
      "0.1",
      "0.0001",
      "0.00001",
      "1234.5678",
      "12345.678",
      "10000",
      "100000000",
      "9999999999999999999",
      "-99999999999999999999999999999999999999",
      "0.00000000000000000000000000000000000001",
      "123456789012345678901234567890123456789012345678901234567890.000000001",
      "-0.000000000000000000000000000000000000000000000000000000012300",
      "99999999999999999999999999999999999999.99999999999999999999",
      "NaN",
      "Infinity",
      "-Infinity",
      NULL}},
    {"numeric(12,3)", {"0.000", "123456789.123", "-0.001", NULL}},
    {"numeric(5,-2)", {"0", "1234500", "-100", NULL}},
    {"real", {"0", "-0", "1.5", "3.4028235e+38", "1e-45", "NaN", "Infinity", "-Infinity", NULL}},
    {"double precision",
     {"0", "-0", "0.1", "1.7976931348623157e+308", "5e-324", "NaN", "-Infinity", NULL}},
    {"text",
     {"", "a", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x8f\xa5", "a\tb\nc\\d\re\"", "\\N", " x ", NULL}},
    {"character varying(20)", {"", "twenty characters ok", "\\.", NULL}},
    {"character(6)", {"", "abc", "abcdef", "\xc3\xa9", NULL}},
    {"bytea", {"\\x", "\\x00", "\\xdeadbeef5c0a", NULL}},
    {"date",
     {"2000-01-01", "1948-07-05", "4713-11-24 BC", "5874897-12-31", "infinity", "-infinity", NULL}},
    {"time without time zone", {"00:00:00", "23:59:59.999999", "24:00:00", NULL}},
    {"timestamp without time zone",
     {"2000-01-01 00:00:00",
      "1999-12-31 23:59:59.999999",
      "4713-11-24 00:00:00 BC",
      "294276-12-31 23:59:59.999999",
      "infinity",
      "-infinity",
      NULL}},
    {"timestamp with time zone",
     {"2008-06-05 09:00:00+00", "294276-12-31 23:59:59.999999+00", "-infinity", NULL}},
    {"uuid",
     {"00000000-0000-0000-0000-000000000000", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", NULL}},
};

enum {
    KIND_COUNT = sizeof kinds / sizeof kinds[0]
};

static int value_count(int kind)
{
    int count = 0;
    while (kinds[kind].values[count] != NULL) {
        count++;
    }
    return count;
}

/* Row by row the next value of each kind; every fourth is NULL at a different row. */
static const char *cell(int kind, int row)
{
    return (row + kind) % 4 == 3 ? NULL : kinds[kind].values[row % value_count(kind)];
}

/* Columns id and k0 … kN, and `more`. */
static void make_table(const char *more, const char **columns)
{
    struct text_buffer sql;
    text_buffer_init(&sql, 65536);
    text_buffer_string(&sql, "CREATE TABLE kinds.all (id integer PRIMARY KEY");
    columns[0] = "id";
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        columns[kind + 1] = arena_format(&arena, "k%d", kind);
        text_buffer_format(&sql, ", k%d %s", kind, kinds[kind].type);
    }
    text_buffer_format(&sql, "%s)", more);
    target_execute(session, sql.data);
    text_buffer_release(&sql);
    columns[KIND_COUNT + 1] = NULL;
}

static void push_rows(struct target_rows *rows, int count, const char *more)
{
    const char *cells[KIND_COUNT + 2];
    for (int row = 0; row < count; row++) {
        cells[0] = arena_format(&arena, "%d", row);
        for (int kind = 0; kind < KIND_COUNT; kind++) {
            cells[kind + 1] = cell(kind, row);
        }
        cells[KIND_COUNT + 1] = more;
        target_rows_push(rows, cells);
    }
    target_rows_end_chunk(rows);
}

/* What the server says of each column of each row. */
static void assert_stored(int count)
{
    struct error error = ERROR_NONE;
    struct session_result result;
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        const char *sql = arena_format(&arena, "SELECT k%d::text FROM kinds.all ORDER BY id", kind);
        must(session_query(session, sql, 0, NULL, &arena, &result, &error), &error);
        ck_assert_int_eq(result.rows, count);
        for (int row = 0; row < count; row++) {
            const char *expected = cell(kind, row);
            const char *stored = session_value(&result, row, 0);
            ck_assert_msg((expected == NULL) == (stored == NULL) &&
                              (stored == NULL || strcmp(stored, expected) == 0),
                          "%s: %s became %s",
                          kinds[kind].type,
                          expected == NULL ? "NULL" : expected,
                          stored == NULL ? "NULL" : stored);
        }
    }
}

static struct target_reader *open_reader(const char *const *columns, const char *scope)
{
    struct error error = ERROR_NONE;
    struct target_reader *reader = NULL;
    struct target_table *table = target_describe(session, &arena, "kinds.all");
    int indices[KIND_COUNT + 2];
    int count = 0;
    for (; columns[count] != NULL; count++) {
        indices[count] = schema_find(&table->schema, text_of(columns[count]), true);
    }
    must(target_reader_open(session, table, indices, count, scope, &reader, &error), &error);
    return reader;
}

/* What the reader gives. Returns how often a batch ended the chunk. */
static int assert_read(const char *const *columns, int count)
{
    struct error error = ERROR_NONE;
    struct target_reader *target = open_reader(columns, NULL);
    struct reader reader = target_reader_as_reader(target);
    struct batch batch;
    int seen = 0;
    int ends = 0;
    bool more = false;
    must(batch_init(&batch, reader.schema, NULL, &error), &error);
    must(reader.next(reader.state, &batch, &more, &error), &error);
    while (more) {
        must(batch_validate(&batch, &error), &error);
        ends += batch.chunk_ends ? 1 : 0;
        seen += batch.rows;
        for (int row = 0; row < batch.rows; row++) {
            int id = (int)batch.columns[0].int64s[row];
            for (int kind = 0; kind < KIND_COUNT; kind++) {
                const char *expected = cell(kind, id);
                const char *read = value_text(&batch.columns[kind + 1], row, &arena);
                ck_assert_int_eq(expected == NULL, read == NULL);
                if (read != NULL && strcmp(kinds[kind].type, "boolean") == 0) {
                    expected = expected[0] == 't' ? "t" : "f"; /* the cast says true */
                }
                if (read != NULL) {
                    ck_assert_str_eq(read, expected);
                }
            }
        }
        must(reader.next(reader.state, &batch, &more, &error), &error);
    }
    ck_assert_int_eq(seen, count);
    batch_release(&batch);
    target_reader_close(target);
    return ends;
}

START_TEST(every_type_in_binary)
{
    struct target_rows rows;
    const char *columns[KIND_COUNT + 3];
    make_table("", columns);
    target_rows_open(&rows, session, &arena, "kinds.all", columns, 1);
    ck_assert(rows.table->binary);
    push_rows(&rows, 96, NULL);
    assert_stored(96);
    ck_assert_int_eq(assert_read(columns, 96), 1);
    target_rows_close(&rows);
}
END_TEST

/* One column that novate cannot encode makes the table a text one. */
START_TEST(every_type_as_text)
{
    struct target_rows rows;
    const char *columns[KIND_COUNT + 3];
    make_table(", document jsonb", columns);
    columns[KIND_COUNT + 1] = "document";
    columns[KIND_COUNT + 2] = NULL;
    target_rows_open(&rows, session, &arena, "kinds.all", columns, 1);
    ck_assert(!rows.table->binary);
    push_rows(&rows, 96, "{\"a\": \"\\\\ \\t\"}");
    assert_stored(96);
    assert_read(columns, 96);
    ck_assert_str_eq(target_value(session, &arena, "SELECT DISTINCT document::text FROM kinds.all"),
                     "{\"a\": \"\\\\ \\t\"}");
    target_rows_close(&rows);
}
END_TEST

/* The digest of what was sent is that of what is there. */
START_TEST(digests_of_both_directions_agree)
{
    struct error error = ERROR_NONE;
    struct target_rows rows;
    struct digest read = {.rows = 0};
    struct text_buffer scratch;
    struct hash *hashes = ARENA_ARRAY(&arena, struct hash, LIMIT_BATCH_ROWS);
    struct batch batch;
    bool more = false;
    const char *columns[KIND_COUNT + 3];
    make_table("", columns);
    target_rows_open(&rows, session, &arena, "kinds.all", columns, 1);
    push_rows(&rows, 96, NULL);
    struct target_reader *target = open_reader(columns, NULL);
    struct reader reader = target_reader_as_reader(target);
    text_buffer_init(&scratch, (size_t)1 << 24);
    must(batch_init(&batch, reader.schema, NULL, &error), &error);
    must(reader.next(reader.state, &batch, &more, &error), &error);
    while (more) {
        must(canonical_hash_rows(&batch, NULL, 0, &scratch, hashes, &error), &error);
        for (int row = 0; row < batch.rows; row++) {
            digest_add(&read, hashes[row]);
        }
        must(reader.next(reader.state, &batch, &more, &error), &error);
    }
    ck_assert(digest_equal(&read, &rows.tally.loaded));
    text_buffer_release(&scratch);
    batch_release(&batch);
    target_reader_close(target);
    target_rows_close(&rows);
}
END_TEST

START_TEST(a_scope_and_an_empty_table)
{
    const char *columns[KIND_COUNT + 3];
    struct error error = ERROR_NONE;
    struct batch batch;
    bool more = false;
    bool has_rows = true;
    make_table("", columns);
    ck_assert_int_eq(assert_read(columns, 0), 1);
    target_execute(session, "INSERT INTO kinds.all (id) SELECT generate_series(1, 10)");
    struct target_table *table = target_describe(session, &arena, "kinds.all");
    must(session_table_has_rows(session, table, "id > 10", &has_rows, &error), &error);
    ck_assert(!has_rows);
    must(session_table_has_rows(session, table, "id > 9 -- the last", &has_rows, &error), &error);
    ck_assert(has_rows);
    struct target_reader *target = open_reader(columns, "id > 7 OR false -- three rows");
    struct reader reader = target_reader_as_reader(target);
    must(batch_init(&batch, reader.schema, NULL, &error), &error);
    int seen = 0;
    must(reader.next(reader.state, &batch, &more, &error), &error);
    while (more) {
        seen += batch.rows;
        must(reader.next(reader.state, &batch, &more, &error), &error);
    }
    ck_assert_int_eq(seen, 3);
    batch_release(&batch);
    target_reader_close(target);
}
END_TEST

/* The session can be used again when a reader was closed in the middle. */
START_TEST(a_reader_closed_early)
{
    const char *columns[KIND_COUNT + 3];
    struct error error = ERROR_NONE;
    struct batch batch;
    bool more = false;
    make_table("", columns);
    target_execute(session, "INSERT INTO kinds.all (id) SELECT generate_series(1, 100000)");
    struct target_reader *target = open_reader(columns, NULL);
    struct reader reader = target_reader_as_reader(target);
    must(batch_init(&batch, reader.schema, NULL, &error), &error);
    must(reader.next(reader.state, &batch, &more, &error), &error);
    ck_assert(more);
    batch_release(&batch);
    target_reader_close(target);
    ck_assert_str_eq(target_value(session, &arena, "SELECT count(*) FROM kinds.all"), "100000");
}
END_TEST

/* Which rows of `keys` are read, by their number: "x.x.....". NULL when reading failed. */
static const char *keyed(const char *keys, const char *scope, struct error *error)
{
    static const int columns[] = {2, 1, 0};
    static const int key[] = {2, 1};
    struct target_table *table = target_describe(session, &arena, "kinds.keyed");
    struct target_reader *target = NULL;
    struct batch batch;
    bool more = true;
    char seen[] = "........";
    if (!target_reader_open_keys(session, table, columns, 3, scope, key, 2, keys, &target, error)) {
        return NULL;
    }
    struct reader reader = target_reader_as_reader(target);
    must(batch_init(&batch, reader.schema, NULL, error), error);
    bool ok = true;
    while (ok && more) {
        ok = reader.next(reader.state, &batch, &more, error);
        for (int row = 0; ok && more && row < batch.rows; row++) {
            seen[batch.columns[0].int64s[row]] = 'x';
        }
    }
    batch_release(&batch);
    target_reader_close(target);
    return ok ? arena_string(&arena, seen) : NULL;
}

START_TEST(rows_of_keys)
{
    struct error error = ERROR_NONE;
    target_execute(session,
                   "CREATE TABLE kinds.keyed (a numeric, b text, v integer);"
                   "INSERT INTO kinds.keyed VALUES (1.0, 'x', 0), (1, 'y', 1), (2, 'x', 2),"
                   " (NULL, 'x', 3), (2, NULL, 4), (NULL, NULL, 5), (3, ''');--\\\"', 6)");
    ck_assert_str_eq(keyed("[[\"1\",\"x\"],[\"2\",\"x\"],[\"7\",\"x\"]]", NULL, &error),
                     "x.x.....");
    ck_assert_str_eq(keyed("[[\"2\",\"x\"],[\"1\",\"y\"]]", "v < 2 -- few", &error), ".x......");
    ck_assert_str_eq(keyed("[[null,\"x\"],[\"2\",null],[\"1.00\",\"y\"]]", NULL, &error),
                     ".x.xx...");
    ck_assert_str_eq(keyed("[[\"3\",\"');--\\\\\\\"\"]]", NULL, &error), "......x.");
    ck_assert_str_eq(keyed("[]", NULL, &error), "........");
    ck_assert_ptr_null(keyed("[[\"4711x\",\"x\"]]", NULL, &error));
    ck_assert_int_eq(error.code, ERROR_TARGET);
    ck_assert_str_eq(error.sqlstate, "22P02");
    ck_assert_ptr_null(strstr(error.message, "4711"));
    ck_assert_ptr_null(strstr(error.detail, "4711"));
    error = ERROR_NONE;
    ck_assert_str_eq(keyed("[[\"2\",\"x\"]]", NULL, &error), "..x.....");
}
END_TEST

/* Numbers of random length and scale: what arrives is what the server makes of the text. */
START_TEST(random_numbers)
{
    struct target_rows rows;
    struct seed seed = seed_of(20080605);
    static const char *const columns[] = {"id", "value", "written", NULL};
    target_execute(session, "CREATE TABLE kinds.all (id integer, value numeric, written text)");
    target_rows_open(&rows, session, &arena, "kinds.all", columns, 1);
    for (int id = 0; id < 3000; id++) {
        struct text_buffer text;
        text_buffer_init(&text, 1024);
        text_buffer_string(&text, seed_below(&seed, 2) == 0 ? "-" : "");
        int before = seed_below(&seed, seed_below(&seed, 8) == 0 ? 60 : 12);
        int after = seed_below(&seed, seed_below(&seed, 8) == 0 ? 60 : 12);
        int zeros = seed_below(&seed, 3);
        text_buffer_char(&text, (char)('0' + seed_below(&seed, 10)));
        for (int i = 0; i < before + after; i++) {
            int digit = seed_below(&seed, 3) < zeros ? 0 : seed_below(&seed, 10);
            text_buffer_string(&text, i == before ? "." : "");
            text_buffer_char(&text, (char)('0' + digit));
        }
        const char *const cells[] = {
            arena_format(&arena, "%d", id), arena_string(&arena, text.data), text.data};
        target_rows_push(&rows, (const char *const[]){cells[0], cells[1], cells[1]});
        text_buffer_release(&text);
    }
    target_rows_end_chunk(&rows);
    ck_assert_str_eq(target_value(session,
                                  &arena,
                                  "SELECT count(*) || ' ' || count(*) FILTER"
                                  " (WHERE value::text IS DISTINCT FROM written::numeric::text)"
                                  " FROM kinds.all"),
                     "3000 0");
    struct target_reader *target = open_reader(columns, NULL);
    struct reader reader = target_reader_as_reader(target);
    struct error error = ERROR_NONE;
    struct batch batch;
    bool more = false;
    must(batch_init(&batch, reader.schema, NULL, &error), &error);
    must(reader.next(reader.state, &batch, &more, &error), &error);
    while (more) {
        for (int row = 0; row < batch.rows; row++) {
            struct decimal written;
            ck_assert_int_eq(decimal_parse(batch.columns[2].texts[row], &arena, &written),
                             DECIMAL_OK);
            ck_assert_int_eq(decimal_compare(&written, &batch.columns[1].decimals[row]), 0);
            ck_assert_int_eq(written.scale, batch.columns[1].decimals[row].scale);
        }
        must(reader.next(reader.state, &batch, &more, &error), &error);
    }
    batch_release(&batch);
    target_reader_close(target);
    target_rows_close(&rows);
}
END_TEST

START_TEST(texts_take_the_form_of_their_type)
{
    struct error error = ERROR_NONE;
    struct column column = {.name = "d", .type = type_of(TYPE_OTHER), .nullable = true};
    struct schema schema = {.columns = &column, .count = 1};
    struct batch batch;
    must(batch_init(&batch, &schema, NULL, &error), &error);
    must(batch_begin(&batch, 3, false, &error), &error);
    value_put(&batch.columns[0], 0, "{\"b\":1,  \"a\":[1,2]}", &batch.arena);
    value_put(&batch.columns[0], 1, NULL, &batch.arena);
    value_put(&batch.columns[0], 2, "{4711", &batch.arena);
    batch_set_rows(&batch, 3);
    must(session_canonicalise(session, "jsonb", &batch.columns[0], &batch, 0, &error), &error);
    ck_assert_str_eq(value_text(&batch.columns[0], 0, &arena), "{\"a\": [1, 2], \"b\": 1}");
    ck_assert_ptr_null(value_text(&batch.columns[0], 1, &arena));
    ck_assert_int_eq(batch.error_count, 1);
    ck_assert_int_eq(batch.errors[0].row, 2);
    ck_assert_int_eq(batch.errors[0].class, REJECT_TYPE);
    ck_assert_ptr_null(strstr(batch.errors[0].message, "4711"));
    batch_release(&batch);
}
END_TEST

/* Without a batch a refusal stops the operation; within a transaction it must not end that. */
START_TEST(a_refused_text_without_a_batch)
{
    struct error error = ERROR_NONE;
    struct vector vector;
    must(vector_create(&vector, type_of(TYPE_OTHER), 2, &arena, &error), &error);
    value_put(&vector, 0, "[1,5)", &arena);
    value_put(&vector, 1, "[4711", &arena);
    target_execute(session, "BEGIN");
    ck_assert(!session_canonicalise(session, "int4range", &vector, NULL, 0, &error));
    ck_assert_int_eq(error.code, ERROR_TARGET);
    ck_assert_str_eq(error.sqlstate, "22P02");
    ck_assert_ptr_null(strstr(error.message, "4711"));
    ck_assert_str_eq(target_value(session, &arena, "SELECT 'still there'"), "still there");
    target_execute(session, "COMMIT");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("load_values");
    TCase *cases = tcase_create("values");

    tcase_set_timeout(cases, 120);
    tcase_add_unchecked_fixture(cases, target_fixture_start, target_fixture_stop);
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, every_type_in_binary);
    tcase_add_test(cases, every_type_as_text);
    tcase_add_test(cases, digests_of_both_directions_agree);
    tcase_add_test(cases, a_scope_and_an_empty_table);
    tcase_add_test(cases, a_reader_closed_early);
    tcase_add_test(cases, rows_of_keys);
    tcase_add_test(cases, random_numbers);
    tcase_add_test(cases, texts_take_the_form_of_their_type);
    tcase_add_test(cases, a_refused_text_without_a_batch);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
