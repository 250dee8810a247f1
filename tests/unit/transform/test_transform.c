/* test_transform.c — what becomes of records: filtered, rejected, noted, passed, and counted.
 * SPDX-License-Identifier: Apache-2.0 */
#include "expression_fixture.h"
#include "values.h"

#include "novate/limits.h"

#include <stdio.h>
#include <string.h>

static void compile(void)
{
    ck_assert_msg(mapping_run_compile(&run), "%s", mapping_run_problems(&run));
}

static uint64_t counted(const char *group, const char *name)
{
    return counters_get(&run.counters, group, name);
}

/* A reject by its place in the list. */
static void check_reject(int index,
                         const char *key,
                         const char *column,
                         enum reject_class class,
                         const char *name,
                         const char *sqlstate)
{
    ck_assert_int_gt(run.reject_count, index);
    const struct reject *reject = &run.rejects[index];
    ck_assert_str_eq(reject->key, key);
    ck_assert_int_eq(reject->class, class);
    ck_assert_str_eq(reject->sqlstate, sqlstate);
    ck_assert_ptr_nonnull(reject->message);
    if (column == NULL) {
        ck_assert_ptr_null(reject->column);
    } else {
        ck_assert_str_eq(reject->column, column);
    }
    if (name == NULL) {
        ck_assert_ptr_null(reject->name);
    } else {
        ck_assert_str_eq(reject->name, name);
    }
}

START_TEST(filters_count_by_the_first_that_is_not_true)
{
    mapping_run_source(&run, "ID", "integer");
    mapping_run_source(&run, "ACTIVE", "integer");
    run.key[0] = "ID";
    mapping_run_filter(&run, "zero_row", "ID <> 0");
    mapping_run_filter(&run, "inactive", "ACTIVE = 1");
    mapping_run_column(&run, "id", "ID");
    compile();
    mapping_run_row(&run, (const char *[]){"0", "0"});
    mapping_run_row(&run, (const char *[]){"1", "1"});
    mapping_run_row(&run, (const char *[]){"2", "0"});
    mapping_run_row(&run, (const char *[]){"3", NULL});
    mapping_run_row(&run, (const char *[]){NULL, "1"});
    mapping_run_row(&run, (const char *[]){"5", "1"});
    mapping_run_apply(&run);
    ck_assert_int_eq(run.passed, 2);
    ck_assert_str_eq(mapping_run_value(&run, 0, 0), "1");
    ck_assert_str_eq(mapping_run_value(&run, 0, 1), "5");
    ck_assert_uint_eq(counted("filter", "zero_row"), 2);
    ck_assert_uint_eq(counted("filter", "inactive"), 2);
    ck_assert_int_eq(run.reject_count, 0);
    ck_assert_str_eq(run.keys[1], "[\"5\"]");
}
END_TEST

START_TEST(a_record_fails_alone)
{
    mapping_run_source(&run, "ID", "integer");
    mapping_run_source(&run, "A", "text");
    mapping_run_source(&run, "B", "integer");
    run.key[0] = "ID";
    mapping_run_target(&run, "n", "smallint");
    mapping_run_target(&run, "q", "integer not null");
    mapping_run_target(&run, "t", "varchar(3)");
    mapping_run_column(&run, "n", "CAST(A AS integer)");
    mapping_run_column(&run, "q", "10 / B");
    mapping_run_column(&run, "t", "A");
    mapping_run_check(&run, "small", "q < 6");
    compile();
    mapping_run_row(&run, (const char *[]){"1", "12", "5"});
    mapping_run_row(&run, (const char *[]){"2", "x", "0"});
    mapping_run_row(&run, (const char *[]){"3", "1", "0"});
    mapping_run_row(&run, (const char *[]){"4", "99999", "1"});
    mapping_run_row(&run, (const char *[]){"5", "1", NULL});
    mapping_run_row(&run, (const char *[]){"6", " 12 ", "5"});
    mapping_run_row(&run, (const char *[]){"7", "1", "1"});
    mapping_run_row(&run, (const char *[]){"8", NULL, "2"});
    mapping_run_apply(&run);
    ck_assert_int_eq(run.passed, 2);
    ck_assert_str_eq(mapping_run_value(&run, 1, 0), "2");
    ck_assert_ptr_null(mapping_run_value(&run, 0, 1));
    ck_assert_int_eq(run.reject_count, 6);
    check_reject(0, "[\"2\"]", "n", REJECT_TYPE, NULL, "22P02"); /* the first error counts */
    check_reject(1, "[\"3\"]", "q", REJECT_ARITHMETIC, NULL, "22012");
    check_reject(2, "[\"4\"]", "n", REJECT_RANGE, NULL, "22003");
    check_reject(3, "[\"5\"]", "q", REJECT_NULL_VALUE, NULL, "23502");
    check_reject(4, "[\"6\"]", "t", REJECT_LENGTH, NULL, "22001");
    check_reject(5, "[\"7\"]", NULL, REJECT_CHECK, "small", "23514");
    ck_assert_str_eq(run.rejects[5].message, "check \"small\" is not met");
    ck_assert_uint_eq(counted("reject", "TYPE"), 1);
    ck_assert_uint_eq(counted("reject", "RANGE"), 1);
    ck_assert_uint_eq(counted("reject", "NULL"), 1);
    ck_assert_uint_eq(counted("reject", "CHECK"), 1);
}
END_TEST

/* What INSERT would round or cut without a word. */
START_TEST(assignments_lose_nothing)
{
    static const struct {
        const char *source;
        const char *target;
        const char *good;
        const char *result;
        const char *bad;
        const char *sqlstate;
    } cases[] = {
        {"numeric", "integer", "7.00", "7", "7.5", "22003"},
        {"numeric", "integer", "-7", "-7", "99999999999", "22003"},
        {"numeric", "bigint", "9007199254740993", "9007199254740993", "0.1", "22003"},
        {"double precision", "integer", "7", "7", "2.5", "22003"},
        {"double precision", "bigint", "-7", "-7", "1e30", "22003"},
        {"bigint",
         "double precision",
         "9007199254740992",
         "9.007199254740992e+15",
         "9007199254740993",
         "22003"},
        {"bigint",
         "double precision",
         "-9223372036854775808",
         "-9.223372036854776e+18",
         "9223372036854775807",
         "22003"},
        {"integer", "real", "16777216", "1.6777216e+07", "16777217", "22003"},
        {"numeric", "numeric(5,2)", "1.2", "1.20", "1.234", "22003"},
        {"numeric", "numeric(5,2)", "999.99", "999.99", "1000", "22003"},
        {"numeric(6,3)", "numeric(5,2)", "1.200", "1.20", "1.201", "22003"},
        {"text", "varchar(3)", "abc", "abc", "abc ", "22001"},
        {"text", "varchar(2)", "\303\251\303\251", "\303\251\303\251", "abc", "22001"},
        {"text", "char(3)", "abc  ", "abc", "abcd", "22001"},
        {"integer", "varchar(2)", "12", "12", "123", "22001"},
        {"timestamp",
         "timestamp(0)",
         "2024-01-01 00:00:01",
         "2024-01-01 00:00:01",
         "2024-01-01 00:00:01.5",
         "22008"},
        {"time", "time(1)", "12:00:00.5", "12:00:00.5", "12:00:00.55", "22008"},
        {"bigint", "smallint", "-32768", "-32768", "32768", "22003"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mapping_run_release(&run);
        mapping_run_init(&run);
        mapping_run_source(&run, "A", cases[i].source);
        mapping_run_target(&run, "x", cases[i].target);
        mapping_run_column(&run, "x", "A");
        compile();
        mapping_run_row(&run, &cases[i].good);
        mapping_run_row(&run, &cases[i].bad);
        mapping_run_apply(&run);
        ck_assert_msg(run.passed == 1 && run.reject_count == 1,
                      "%s to %s: %d rows",
                      cases[i].source,
                      cases[i].target,
                      run.passed);
        ck_assert_str_eq(mapping_run_value(&run, 0, 0), cases[i].result);
        check_reject(0, "[]", "x", reject_class_of(cases[i].sqlstate), NULL, cases[i].sqlstate);
        ck_assert_ptr_null(strstr(run.rejects[0].message, cases[i].bad));
    }
}
END_TEST

START_TEST(what_the_reader_found_comes_first)
{
    mapping_run_source(&run, "ID", "integer");
    mapping_run_source(&run, "A", "text");
    run.key[0] = "ID";
    run.with_positions = true;
    mapping_run_filter(&run, "none", "false");
    mapping_run_column(&run, "x", "A");
    compile();
    mapping_run_row(&run, (const char *[]){"1", "a"});
    mapping_run_row(&run, (const char *[]){"2", "b"});
    mapping_run_row(&run, (const char *[]){"3", "c"});
    mapping_run_fill(&run, 0, run.row_count);
    const struct row_error errors[] = {
        {.row = 1, .column = 1, .class = REJECT_ENCODING, .sqlstate = "22021", .message = "bytes"},
        {.row = 2, .column = -1, .class = REJECT_COLUMNS, .message = "fields"},
    };
    for (int i = 0; i < 2; i++) {
        must(batch_note(&run.in, &errors[i], &run.error), &run.error);
    }
    mapping_run_transform(&run);
    ck_assert_int_eq(run.passed, 0);
    ck_assert_uint_eq(counted("filter", "none"), 1);
    check_reject(0, "[\"2\"]", "A", REJECT_ENCODING, NULL, "22021");
    check_reject(1, "[\"3\"]", NULL, REJECT_COLUMNS, NULL, "");
    ck_assert_str_eq(run.rejects[0].message, "bytes");
    ck_assert_str_eq(run.rejects[0].position, "persons.csv line 3 byte 100");
}
END_TEST

START_TEST(positions_and_hashes_follow_their_rows)
{
    const int last = 2;

    mapping_run_source(&run, "A", "integer");
    run.with_positions = true;
    mapping_run_filter(&run, "odd", "A % 2 = 0");
    mapping_run_column(&run, "x", "A");
    compile();
    mapping_run_row(&run, (const char *[]){"2"});
    mapping_run_row(&run, (const char *[]){"3"});
    mapping_run_row(&run, (const char *[]){"4"});
    mapping_run_fill(&run, 0, run.row_count);
    run.in.chunk = 7;
    run.in.chunk_ends = true;
    mapping_run_transform(&run);
    ck_assert_int_eq(run.passed, 2);
    ck_assert_uint_eq(run.out.lines[1], 4);
    ck_assert_uint_eq(run.out.offsets[1], 200);
    ck_assert_str_eq(run.out.file, "persons.csv");
    ck_assert(hash_equal(run.out.source_hashes[1], hash_bytes(&last, sizeof last)));
    ck_assert_int_eq(run.out.chunk, 7);
    ck_assert(run.out.chunk_ends);
    ck_assert_int_eq(run.out.key_count, 0);
}
END_TEST

START_TEST(an_empty_last_batch_passes)
{
    mapping_run_source(&run, "A", "integer");
    mapping_run_column(&run, "x", "1 / A");
    mapping_run_column(&run, "y", "1 / 0");
    mapping_run_check(&run, "c", "x > 0");
    mapping_run_filter(&run, "f", "A > 0");
    compile();
    mapping_run_fill(&run, 0, run.row_count);
    run.in.chunk_ends = true;
    mapping_run_transform(&run);
    ck_assert_int_eq(run.passed, 0);
    ck_assert(run.out.chunk_ends);
    ck_assert_int_eq(run.counters.count, 0);
}
END_TEST

START_TEST(notes_are_of_rows_that_pass)
{
    mapping_run_source(&run, "A", "text");
    mapping_run_source(&run, "B", "integer");
    mapping_run_target(&run, "x", "integer");
    mapping_run_target(&run, "y", "integer not null");
    mapping_run_column(&run, "x", "try(CAST(A AS integer)) + try(CAST(A AS integer), 1)");
    mapping_run_column(&run, "y", "B");
    mapping_run_check(&run, "try_here", "try(1 / x, 1) = 1");
    compile();
    mapping_run_row(&run, (const char *[]){"bad", "1"});
    mapping_run_row(&run, (const char *[]){"5", "1"});
    mapping_run_row(&run, (const char *[]){"bad", NULL});
    mapping_run_row(&run, (const char *[]){"0", "1"});
    mapping_run_apply(&run);
    ck_assert_int_eq(run.passed, 2);
    ck_assert_uint_eq(counted("note", "x"), 1);
    ck_assert_uint_eq(counters_total(&run.counters, "note"), 1);
    /* The next batch begins anew. */
    run.row_count = 0;
    mapping_run_row(&run, (const char *[]){"0", "1"});
    mapping_run_apply(&run);
    ck_assert_int_eq(run.passed, 1);
    ck_assert_uint_eq(counted("note", "x"), 0);
}
END_TEST

/* A lookup over codes A and N, asked for A, C and NULL. */
static void apply_lookup(enum lookup_missing missing)
{
    static const char *const pairs[] = {"A", "alpha", "N", "", NULL};

    mapping_run_release(&run);
    mapping_run_init(&run);
    mapping_run_source(&run, "CODE", "char(3)");
    run.key[0] = "CODE";
    mapping_run_lookup(&run, "greek", missing, pairs);
    mapping_run_column(&run, "x", "upper(lookup('greek', CODE))");
    mapping_run_column(&run, "y", "try(lookup('greek', CODE, 'value'), '?')");
    compile();
    mapping_run_row(&run, (const char *[]){"A"});
    mapping_run_row(&run, (const char *[]){"C"});
    mapping_run_row(&run, (const char *[]){NULL});
    mapping_run_apply(&run);
}

START_TEST(lookups_do_what_missing_says)
{
    apply_lookup(LOOKUP_MISSING_REJECT);
    ck_assert_int_eq(run.passed, 2);
    ck_assert_str_eq(mapping_run_value(&run, 0, 0), "ALPHA");
    ck_assert_ptr_null(mapping_run_value(&run, 0, 1));
    ck_assert_ptr_null(mapping_run_value(&run, 1, 1));
    check_reject(0, "[\"C\"]", "x", REJECT_LOOKUP, "greek", "");
    apply_lookup(LOOKUP_MISSING_NULL);
    ck_assert_int_eq(run.passed, 3);
    ck_assert_ptr_null(mapping_run_value(&run, 0, 1));
    apply_lookup(LOOKUP_MISSING_DEFAULT);
    ck_assert_str_eq(mapping_run_value(&run, 0, 1), "NONE");
    ck_assert_str_eq(mapping_run_value(&run, 1, 1), "none");
}
END_TEST

/* What lies in a circle is no missing key: no default stands for it. */
START_TEST(circles_reject_whatever_missing_says)
{
    static const char *const pairs[] = {"a", "b", "b", "a", "c", "d", "d", "e", "s", "s", NULL};

    mapping_run_source(&run, "CODE", "text");
    run.key[0] = "CODE";
    mapping_run_lookup(&run, "merged", LOOKUP_MISSING_DEFAULT, pairs);
    run.lookup_specs[0].chase = true;
    mapping_run_column(&run, "x", "lookup('merged', CODE)");
    mapping_run_column(&run, "y", "lookup('merged', CODE)");
    compile();
    mapping_run_row(&run, (const char *[]){"a"});
    mapping_run_row(&run, (const char *[]){"c"});
    mapping_run_row(&run, (const char *[]){"d"});
    mapping_run_row(&run, (const char *[]){"s"});
    mapping_run_row(&run, (const char *[]){"z"});
    mapping_run_apply(&run);
    ck_assert_int_eq(run.passed, 4);
    ck_assert_str_eq(mapping_run_value(&run, 0, 0), "e");
    ck_assert_str_eq(mapping_run_value(&run, 0, 1), "e");
    ck_assert_str_eq(mapping_run_value(&run, 0, 2), "s");
    ck_assert_str_eq(mapping_run_value(&run, 0, 3), "none");
    ck_assert_int_eq(run.reject_count, 1);
    check_reject(0, "[\"a\"]", "x", REJECT_LOOKUP, "merged", "");
}
END_TEST

START_TEST(lookups_can_keep_their_key)
{
    static const char *const pairs[] = {"7", "seven", NULL};

    mapping_run_source(&run, "CODE", "numeric(5,1)");
    mapping_run_lookup(&run, "l", LOOKUP_MISSING_KEEP, pairs);
    mapping_run_column(&run, "x", "lookup('l', CODE)");
    mapping_run_column(&run, "y", "case when CODE > 7 then lookup('l', CODE - 1) else '-' end");
    compile();
    mapping_run_row(&run, (const char *[]){"7.0"});
    mapping_run_row(&run, (const char *[]){"8.0"});
    mapping_run_apply(&run);
    ck_assert_str_eq(mapping_run_value(&run, 0, 0), "seven");
    ck_assert_str_eq(mapping_run_value(&run, 0, 1), "8.0");
    ck_assert_str_eq(mapping_run_value(&run, 1, 0), "-");
    ck_assert_str_eq(mapping_run_value(&run, 1, 1), "seven");
}
END_TEST

START_TEST(wide_numbers_come_through)
{
    const char *wide = "123456789012345678901234567890123456789012345678901234567890.5";

    mapping_run_source(&run, "A", "numeric");
    mapping_run_source(&run, "B", "integer");
    mapping_run_column(&run, "same", "A");
    mapping_run_column(&run, "more", "A * 10");
    mapping_run_column(&run, "text", "A::text");
    compile();
    mapping_run_row(&run, (const char *[]){wide, "1"});
    mapping_run_apply(&run);
    ck_assert_str_eq(mapping_run_value(&run, 0, 0), wide);
    ck_assert_str_eq(mapping_run_value(&run, 1, 0),
                     "1234567890123456789012345678901234567890123456789012345678905.0");
    ck_assert_str_eq(mapping_run_value(&run, 2, 0), wide);
}
END_TEST

START_TEST(memory_that_runs_out_is_an_error)
{
    struct transform *transform = NULL;
    struct budget budget;
    struct error error = ERROR_NONE;

    mapping_run_source(&run, "A", "text");
    mapping_run_column(&run, "x", "lpad(A, 100000000)");
    compile();
    budget_init(&budget, 64);
    ck_assert(!transform_create(run.program, &budget, &transform, &error));
    ck_assert_int_eq(error.code, ERROR_MEMORY);
    ck_assert_ptr_null(transform);
    budget_init(&budget, (size_t)8 << 20);
    error = ERROR_NONE;
    must(transform_create(run.program, &budget, &transform, &error), &error);
    mapping_run_row(&run, (const char *[]){"a"});
    mapping_run_fill(&run, 0, run.row_count);
    struct transformer transformer = transform_as_transformer(transform);
    ck_assert(!transformer.apply(transformer.state, &run.in, &run.out, &error));
    ck_assert_int_eq(error.code, ERROR_MEMORY);
    transform_destroy(transform);
    ck_assert_uint_eq(atomic_load(&budget.used_bytes), 0);
    transform_destroy(NULL);
}
END_TEST

static struct text put_large(int row, char letter)
{
    char *data = arena_large(&run.in.arena, LIMIT_LARGE_BYTES);
    ck_assert_ptr_nonnull(data);
    memset(data, letter, LIMIT_LARGE_BYTES);
    run.in.columns[0].int64s[row] = row;
    run.in.columns[1].texts[row] = text_from(data, LIMIT_LARGE_BYTES);
    return run.in.columns[1].texts[row];
}

/* What is computed of them too; what is left out is not. */
START_TEST(large_texts_are_handed_on_and_not_copied)
{
    struct error error = ERROR_NONE;
    mapping_run_source(&run, "ID", "integer");
    mapping_run_source(&run, "A", "text");
    run.key[0] = "ID";
    mapping_run_filter(&run, "second", "ID <> 1");
    mapping_run_column(&run, "id", "ID");
    mapping_run_column(&run, "a", "A");
    mapping_run_column(&run, "again", "A");
    mapping_run_column(&run, "upper", "upper(A)");
    compile();
    must(batch_begin(&run.in, 3, false, &error), &error);
    struct text kept = put_large(0, 'x');
    struct text left_out = put_large(1, 'y');
    run.in.columns[0].int64s[2] = 2;
    value_put(&run.in.columns[1], 2, "short", &run.in.arena);
    batch_set_rows(&run.in, 3);
    struct transformer transformer = transform_as_transformer(run.transform);
    must(transformer.apply(transformer.state, &run.in, &run.out, &error), &error);
    ck_assert_int_eq(run.out.rows, 2);
    ck_assert_ptr_eq(run.out.columns[1].texts[0].data, kept.data);
    ck_assert_ptr_eq(run.out.columns[2].texts[0].data, kept.data);
    ck_assert(arena_is_large(&run.out.arena, kept.data));
    ck_assert(!arena_is_large(&run.in.arena, kept.data));
    ck_assert(arena_is_large(&run.in.arena, left_out.data));
    batch_clear(&run.in);
    struct text upper = run.out.columns[3].texts[0];
    ck_assert_uint_eq(upper.size, LIMIT_LARGE_BYTES);
    for (size_t i = 0; i < LIMIT_LARGE_BYTES; i++) {
        ck_assert_int_eq(run.out.columns[1].texts[0].data[i], 'x');
        ck_assert_int_eq(upper.data[i], 'X');
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        filters_count_by_the_first_that_is_not_true,
        a_record_fails_alone,
        assignments_lose_nothing,
        what_the_reader_found_comes_first,
        positions_and_hashes_follow_their_rows,
        an_empty_last_batch_passes,
        notes_are_of_rows_that_pass,
        lookups_do_what_missing_says,
        circles_reject_whatever_missing_says,
        lookups_can_keep_their_key,
        wide_numbers_come_through,
        memory_that_runs_out_is_an_error,
        large_texts_are_handed_on_and_not_copied,
    };
    return RUN_TESTS("transform", tests);
}
