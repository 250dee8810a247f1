/* test_batch.c — batches begin empty, close early, keep one error per row and name their keys.
 * SPDX-License-Identifier: Apache-2.0 */
#include "values.h"

#include "novate/limits.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct column columns[] = {{.name = "id", .type = {.id = TYPE_INT8}},
                                  {.name = "name", .type = {.id = TYPE_TEXT}},
                                  {.name = "weight", .type = {.id = TYPE_NUMERIC}}};
static struct schema schema = {.columns = columns, .count = 3};
static struct batch batch;
static struct error error;
static struct text_buffer out;

static void setup(void)
{
    error = ERROR_NONE;
    text_buffer_init(&out, LIMIT_FIELD_BYTES);
    must(batch_init(&batch, &schema, NULL, &error), &error);
}

static void teardown(void)
{
    batch_release(&batch);
    text_buffer_release(&out);
}

START_TEST(a_batch_begins_empty_whatever_it_was)
{
    for (int round = 0; round < 3; round++) {
        must(batch_begin(&batch, LIMIT_BATCH_ROWS, round == 1, &error), &error);
        ck_assert_int_eq(batch.rows, 0);
        ck_assert_int_eq(batch.error_count, 0);
        ck_assert_int_eq(batch.reject_count, 0);
        ck_assert_ptr_null(batch.key_columns);
        ck_assert_ptr_null(batch.file);
        ck_assert(!batch.chunk_ends);
        ck_assert_int_eq(batch.lines != NULL, round == 1);
        ck_assert_uint_eq(batch.tally.source.rows, 0);
        for (int row = 0; row < LIMIT_BATCH_ROWS; row++) {
            ck_assert_int_eq(batch.columns[0].int64s[row], 0);
            ck_assert_uint_eq(batch.columns[1].texts[row].size, 0);
            batch.columns[0].int64s[row] = row + 1;
            batch.columns[1].texts[row] = text_of("x");
        }
        batch_set_rows(&batch, LIMIT_BATCH_ROWS);
        must(batch_note(&batch, &(struct row_error){.row = 0, .message = "m"}, &error), &error);
        digest_add(&batch.tally.source, (struct hash){.low = 1});
        batch.file = "f";
        batch.chunk_ends = true;
        must(batch_validate(&batch, &error), &error);
    }
}
END_TEST

START_TEST(a_batch_closes_early)
{
    must(batch_begin(&batch, LIMIT_BATCH_ROWS, false, &error), &error);
    value_put(&batch.columns[1], 0, NULL, &batch.arena);
    batch_set_rows(&batch, 2);
    must(batch_validate(&batch, &error), &error);
    ck_assert_int_eq(batch.columns[2].rows, 2);
    batch_set_rows(&batch, 0);
    must(batch_validate(&batch, &error), &error);
}
END_TEST

START_TEST(too_many_rows_or_columns_are_refused)
{
    struct schema wide = {.columns = columns, .count = LIMIT_COLUMNS + 1};
    struct batch other;

    ck_assert(!batch_begin(&batch, LIMIT_BATCH_ROWS + 1, false, &error));
    ck_assert_int_eq(error.code, ERROR_INTERNAL);
    error = ERROR_NONE;
    ck_assert(!batch_init(&other, &wide, NULL, &error));
    ck_assert_int_eq(error.code, ERROR_PLAN);
    ck_assert_ptr_nonnull(strstr(error.detail, "1600"));
}
END_TEST

START_TEST(the_first_error_of_a_row_counts_and_order_is_restored)
{
    const int order[] = {2, 0, 1, 2, 0};

    must(batch_begin(&batch, 3, false, &error), &error);
    for (int i = 0; i < 5; i++) {
        struct row_error noted = {.row = (uint16_t)order[i],
                                  .column = (int16_t)(i % 3),
                                  .class = REJECT_TYPE,
                                  .message = "not a number"};
        must(batch_note(&batch, &noted, &error), &error);
    }
    batch_set_rows(&batch, 3);
    ck_assert_int_eq(batch.error_count, 3);
    batch_sort_errors(&batch);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(batch.errors[i].row, i);
    }
    ck_assert_int_eq(batch.errors[0].column, 1); /* not the second one, which named column 4 % 3 */
    ck_assert_int_eq(batch.errors[2].column, 0);
    must(batch_validate(&batch, &error), &error);
    ck_assert(!batch_note(&batch, &(struct row_error){.row = 3, .message = "m"}, &error));
    ck_assert_int_eq(error.code, ERROR_INTERNAL);
}
END_TEST

START_TEST(keys_are_json_arrays_of_texts)
{
    static const enum type_id types[] = {TYPE_INT8,
                                         TYPE_TEXT,
                                         TYPE_CHAR,
                                         TYPE_TEXT,
                                         TYPE_BYTEA,
                                         TYPE_NUMERIC,
                                         TYPE_BOOL,
                                         TYPE_DATE,
                                         TYPE_UUID};
    static const char *const values[] = {"-7",
                                         "say \"hi\"\\\n",
                                         "A  ",
                                         NULL,
                                         "\\x00ff",
                                         "1.50",
                                         "t",
                                         "2000-01-01",
                                         "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"};
    struct vector keys[9];

    must(batch_begin(&batch, 1, false, &error), &error);
    batch_set_rows(&batch, 1);
    for (int i = 0; i < 9; i++) {
        must(vector_create(&keys[i], type_of(types[i]), 1, &batch.arena, &error), &error);
        value_put(&keys[i], 0, values[i], &batch.arena);
    }
    batch.key_columns = keys;
    batch.key_count = 9;
    batch_key_json(&batch, 0, &out);
    ck_assert_str_eq(out.data,
                     "[\"-7\",\"say \\\"hi\\\"\\\\\\n\",\"A\",null,\"\\\\x00ff\",\"1.50\",\"t\","
                     "\"2000-01-01\",\"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11\"]");
    must(batch_validate(&batch, &error), &error);
}
END_TEST

START_TEST(without_a_key_the_position_stands_for_it)
{
    must(batch_begin(&batch, 1, true, &error), &error);
    batch_set_rows(&batch, 1);
    batch_key_json(&batch, 0, &out);
    ck_assert_str_eq(out.data, "[]");
    text_buffer_reset(&out);
    batch.file = "per\"sons.csv";
    batch.lines[0] = 17;
    batch_key_json(&batch, 0, &out);
    ck_assert_str_eq(out.data, "[\"per\\\"sons.csv:17\"]");
}
END_TEST

START_TEST(broken_batches_are_found)
{
    for (int breakage = 0; breakage < 6; breakage++) {
        must(batch_begin(&batch, 3, false, &error), &error);
        batch_set_rows(&batch, 2);
        must(batch_note(&batch, &(struct row_error){.row = 1, .message = "m"}, &error), &error);
        must(batch_validate(&batch, &error), &error);
        switch (breakage) {
        case 0:
            batch.rows = 1;
            break;
        case 1:
            batch.columns[1].rows = 3;
            break;
        case 2:
            batch.errors[0].row = 2;
            break;
        case 3:
            batch.errors[0].message = NULL;
            break;
        case 4:
            batch.columns[0].type.id = TYPE_TEXT;
            break;
        default:
            batch.key_count = 1;
            break;
        }
        ck_assert_msg(!batch_validate(&batch, &error), "breakage %d", breakage);
        ck_assert_int_eq(error.code, ERROR_INTERNAL);
        error = ERROR_NONE;
    }
}
END_TEST

START_TEST(a_budget_is_kept)
{
    struct budget budget;
    struct batch other;

    budget_init(&budget, 32);
    must(batch_init(&other, &schema, &budget, &error), &error);
    ck_assert(!batch_begin(&other, 1, false, &error));
    ck_assert_int_eq(error.code, ERROR_MEMORY);
    batch_release(&other);
    ck_assert_uint_eq(atomic_load(&budget.used_bytes), 0);
}
END_TEST

START_TEST(states_have_classes)
{
    static const struct {
        const char *state;
        const char *text;
    } cases[] = {{"23502", "NULL"},
                 {"22P02", "TYPE"},
                 {"22003", "RANGE"},
                 {"22008", "RANGE"},
                 {"22001", "LENGTH"},
                 {"22021", "ENCODING"},
                 {"23514", "CHECK"},
                 {"23505", "UNIQUE"},
                 {"23503", "FOREIGN_KEY"},
                 {"23P01", "EXCLUSION"},
                 {"22012", "ARITHMETIC"},
                 {"2201F", "ARITHMETIC"},
                 {"P0001", "TRIGGER"},
                 {"22030", "TYPE"},
                 {"22P04", "SERVER"},
                 {"XX000", "SERVER"},
                 {"", "SERVER"},
                 {NULL, "SERVER"}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ck_assert_str_eq(reject_class_text(reject_class_of(cases[i].state)), cases[i].text);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("batch");
    TCase *cases = tcase_create("batch");

    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, a_batch_begins_empty_whatever_it_was);
    tcase_add_test(cases, a_batch_closes_early);
    tcase_add_test(cases, too_many_rows_or_columns_are_refused);
    tcase_add_test(cases, the_first_error_of_a_row_counts_and_order_is_restored);
    tcase_add_test(cases, keys_are_json_arrays_of_texts);
    tcase_add_test(cases, without_a_key_the_position_stands_for_it);
    tcase_add_test(cases, broken_batches_are_found);
    tcase_add_test(cases, a_budget_is_kept);
    tcase_add_test(cases, states_have_classes);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
