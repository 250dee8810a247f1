/* test_profile.c — what a profile counts, that parts add up, that memory does not grow, and that
 * nothing rare is shown by any of its forms. SPDX-License-Identifier: Apache-2.0 */
#include "profile_column.h"
#include "seed.h"
#include "values.h"

#include "novate/limits.h"
#include "novate/profile.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct arena arena;
static struct error error;
static struct text_buffer out;

static void setup(void)
{
    error = ERROR_NONE;
    arena_init(&arena, 65536, NULL);
    text_buffer_init(&out, 64 << 20);
}

static void teardown(void)
{
    text_buffer_release(&out);
    arena_release(&arena);
}

static struct schema schema_of(const char *const *types, int count)
{
    struct schema schema = {.columns = ARENA_ARRAY(&arena, struct column, (size_t)count),
                            .count = count};
    for (int i = 0; i < count; i++) {
        schema.columns[i].name = arena_format(&arena, "C%d", i);
        schema.columns[i].declared = types[i];
        ck_assert(type_parse(text_of(types[i]), &schema.columns[i].type));
    }
    return schema;
}

static struct profile *profile_of(const struct schema *schema)
{
    struct profile *profile = NULL;
    must(profile_create(schema, NULL, &profile, &error), &error);
    return profile;
}

/* A value many times, in batches, into every column. */
static void add_times(struct profile *profile,
                      const struct schema *schema,
                      const char *text,
                      int times)
{
    struct batch batch;
    must(batch_init(&batch, schema, NULL, &error), &error);
    while (times > 0) {
        int rows = times < LIMIT_BATCH_ROWS ? times : LIMIT_BATCH_ROWS;
        must(batch_begin(&batch, rows, false, &error), &error);
        for (int column = 0; column < schema->count; column++) {
            for (int row = 0; row < rows; row++) {
                value_put(&batch.columns[column], row, text, &batch.arena);
            }
        }
        batch_set_rows(&batch, rows);
        must(profile_add(profile, &batch, &error), &error);
        times -= rows;
    }
    batch_release(&batch);
}

static const struct profile_relation *summary(const struct profile *profile)
{
    struct profile_relation *relation = ARENA_NEW(&arena, struct profile_relation);
    relation->entity = "entity";
    relation->source = "table T";
    relation->consistency = "per chunk";
    must(profile_summarise(profile, &arena, relation, &error), &error);
    return relation;
}

/* Every form of it, one after the other. */
static const char *all_forms(const struct profile_relation *relation)
{
    struct profile_report report = {.migration = "m",
                                    .started_at = "2008-06-09T12:00:00Z",
                                    .finished_at = "2008-06-09T12:00:01Z",
                                    .tool_version = "0",
                                    .relations = relation,
                                    .relation_count = 1};
    text_buffer_reset(&out);
    profile_json(&report, &out);
    profile_text(&report, &out);
    profile_csv(&report, &out);
    profile_html(&report, &out);
    must(text_buffer_check(&out, &error), &error);
    return out.data;
}

static const struct {
    const char *type;
    const char *common;   /* 6 times */
    const char *smallest; /* 4 times */
    const char *largest;  /* 4 times */
    const char *shown_smallest;
    const char *shown_largest;
} RARE[] = {
    {"text", "MMMM", "Aaron", "Zoe", NULL, NULL},
    {"varchar(20)", "MMMM", "Aaron", "Zoe", NULL, NULL},
    {"bigint", "5000", "-7321", "96543", "-10^3", "10^4"},
    {"numeric", "5000", "-7321.55", "96543.1", "-10^3", "10^4"},
    {"numeric(8,3)", "55.000", "0.125", "77.125", "under 1", "10^1"},
    {"double precision", "5000", "-7321.5", "96543.25", "-10^3", "10^4"},
    {"date", "1990-07-01", "1911-03-04", "2008-06-05", "1911", "2008"},
    {"timestamp",
     "1990-07-01 00:00:00",
     "1911-03-04 01:02:03",
     "2008-06-05 10:15:00",
     "1911",
     "2008"},
    {"time", "12:00:00", "01:23:45", "23:45:01", NULL, NULL},
    {"uuid",
     "99999999-9999-9999-9999-999999999999",
     "10000000-0000-0000-0000-00000000000a",
     "f0000000-0000-0000-0000-00000000000f",
     NULL,
     NULL},
};

static void check_extreme(const struct profile_extreme *extreme, const char *wanted)
{
    ck_assert_int_eq(extreme->rounded, wanted != NULL);
    ck_assert(wanted == NULL ? extreme->text == NULL : strcmp(extreme->text, wanted) == 0);
}

START_TEST(what_is_rare_is_shown_by_no_form)
{
    struct schema schema = schema_of(&RARE[_i].type, 1);
    struct profile *profile = profile_of(&schema);
    add_times(profile, &schema, RARE[_i].common, 6);
    add_times(profile, &schema, RARE[_i].smallest, 4);
    add_times(profile, &schema, RARE[_i].largest, 4);
    const struct profile_relation *relation = summary(profile);
    const char *text = all_forms(relation);
    ck_assert_msg(strstr(text, RARE[_i].smallest) == NULL, "%s", RARE[_i].type);
    ck_assert_msg(strstr(text, RARE[_i].largest) == NULL, "%s", RARE[_i].type);
    check_extreme(&relation->columns[0].smallest, RARE[_i].shown_smallest);
    check_extreme(&relation->columns[0].largest, RARE[_i].shown_largest);
    ck_assert_int_eq(relation->columns[0].frequent_count, 1);
    ck_assert_str_eq(relation->columns[0].frequent[0].text, RARE[_i].common);

    /* Once more, and they are not rare. */
    add_times(profile, &schema, RARE[_i].smallest, 1);
    relation = summary(profile);
    ck_assert_int_eq(relation->columns[0].frequent_count, 2);
    ck_assert_ptr_nonnull(strstr(all_forms(relation), RARE[_i].smallest));
    profile_destroy(profile);
}
END_TEST

/* Among many values a bound of the sketch is not a count: only what is certain is shown. */
START_TEST(what_is_rare_among_many_is_shown_by_no_form)
{
    static const char *const types[] = {"text", "bigint"};
    struct schema schema = schema_of(types, 2);
    struct profile *profile = profile_of(&schema);
    char text[32];
    add_times(profile, &schema, "0", 2000);
    for (int i = 0; i < 3000; i++) {
        (void)snprintf(text, sizeof text, "77%05d", i);
        add_times(profile, &schema, text, i % 5); /* 4 at most */
    }
    const struct profile_relation *relation = summary(profile);
    ck_assert_ptr_null(strstr(all_forms(relation), "77"));
    for (int column = 0; column < 2; column++) {
        ck_assert_int_eq(relation->columns[column].frequent_count, 1);
        ck_assert_str_eq(relation->columns[column].frequent[0].text, "0");
    }
    profile_destroy(profile);
}
END_TEST

START_TEST(rare_patterns_are_not_shown)
{
    static const char *const types[] = {"text"};
    struct schema schema = schema_of(types, 1);
    struct profile *profile = profile_of(&schema);
    char text[64];
    for (int i = 0; i < 3000; i++) {
        (void)snprintf(text,
                       sizeof text,
                       "%.*s%.*s%.*s",
                       1 + i % 20,
                       "abcdefghijklmnopqrst",
                       1 + i / 20 % 20,
                       "01234567890123456789",
                       i / 400,
                       "--------");
        add_times(profile, &schema, text, 1 + i % 4);
    }
    ck_assert_int_eq(summary(profile)->columns[0].pattern_count, 0);
    add_times(profile, &schema, "AB/12", 100);
    const struct profile_column *column = &summary(profile)->columns[0];
    ck_assert_int_eq(column->pattern_count, 1);
    ck_assert_str_eq(column->patterns[0].text, "A(2)/9(2)");
    ck_assert_uint_le(column->patterns[0].at_least, 100);
    ck_assert_uint_ge(column->patterns[0].at_most, 100);
    profile_destroy(profile);
}
END_TEST

START_TEST(identifiers_are_not_shown_though_they_are_frequent)
{
    static const char *const types[] = {"text"};
    struct schema schema = schema_of(types, 1);
    struct profile *profile = profile_of(&schema);
    add_times(profile, &schema, "9990000018", 50);
    add_times(profile, &schema, "999 000 0026", 50);
    add_times(profile, &schema, "c2a3bQxxyyzzkkllmm", 50);
    add_times(profile, &schema, "679901", 50); /* a code */
    add_times(profile, &schema, "VALUE_TOO_LONG", 800);
    const struct profile_relation *relation = summary(profile);
    const char *text = all_forms(relation);
    ck_assert_ptr_null(strstr(text, "9990000018"));
    ck_assert_ptr_null(strstr(text, "999 000 0026"));
    ck_assert_ptr_null(strstr(text, "c2a3b"));
    ck_assert_ptr_nonnull(strstr(text, "679901"));
    ck_assert_ptr_nonnull(strstr(text, "VALUE_TOO_LONG"));
    ck_assert_ptr_nonnull(strstr(text, "9(10)"));
    profile_destroy(profile);
}
END_TEST

START_TEST(texts_are_measured)
{
    static const char *const types[] = {"text"};
    struct schema schema = schema_of(types, 1);
    struct profile *profile = profile_of(&schema);
    add_times(profile, &schema, "", 3);
    add_times(profile, &schema, "  ", 2);
    add_times(profile, &schema, "Zo\xC3\xAB", 5);
    add_times(profile, &schema, NULL, 7);
    const struct profile_column *column = &summary(profile)->columns[0];
    ck_assert_uint_eq(column->values, 10);
    ck_assert_uint_eq(column->nulls, 7);
    ck_assert_uint_eq(column->empty, 3);
    ck_assert_uint_eq(column->blank, 2);
    ck_assert_uint_eq(column->distinct, 3);
    ck_assert(column->distinct_exact);
    ck_assert_uint_eq(column->length_min, 0);
    ck_assert_uint_eq(column->length_max, 3);
    ck_assert_double_eq_tol(column->length_average, 1.9, 1e-9);
    ck_assert_int_eq(column->pattern_count, 1);
    ck_assert_str_eq(column->patterns[0].text, "Aaä");
    profile_destroy(profile);
}
END_TEST

/* Every record is counted once per column: as a value, NULL, an error, or unknown. */
START_TEST(errors_are_no_nulls)
{
    static const char *const types[] = {"bigint", "date"};
    struct schema schema = schema_of(types, 2);
    struct profile *profile = profile_of(&schema);
    struct batch batch;
    static const struct row_error faults[] = {
        {.row = 0, .column = -1, .class = REJECT_COLUMNS, .message = ""},
        {.row = 1, .column = 0, .class = REJECT_TYPE, .message = ""},
    };
    must(batch_init(&batch, &schema, NULL, &error), &error);
    must(batch_begin(&batch, 3, false, &error), &error);
    value_put(&batch.columns[0], 0, NULL, &batch.arena);
    value_put(&batch.columns[1], 0, NULL, &batch.arena);
    value_put(&batch.columns[0], 1, NULL, &batch.arena);
    value_put(&batch.columns[1], 1, NULL, &batch.arena);
    value_put(&batch.columns[0], 2, NULL, &batch.arena);
    value_put(&batch.columns[1], 2, "2008-06-05", &batch.arena);
    for (int i = 0; i < 2; i++) {
        must(batch_note(&batch, &faults[i], &error), &error);
    }
    batch_set_rows(&batch, 3);
    must(profile_add(profile, &batch, &error), &error);
    const struct profile_relation *relation = summary(profile);
    ck_assert_uint_eq(relation->records, 3);
    ck_assert_uint_eq(relation->errors[REJECT_COLUMNS], 1);
    ck_assert_uint_eq(relation->columns[0].errors[REJECT_TYPE], 1);
    ck_assert_uint_eq(relation->columns[0].nulls, 1);
    ck_assert_uint_eq(relation->columns[0].unknown, 0);
    ck_assert_uint_eq(relation->columns[1].nulls, 0);
    ck_assert_uint_eq(relation->columns[1].unknown, 1);
    ck_assert_uint_eq(relation->columns[1].values, 1);
    batch_release(&batch);
    profile_destroy(profile);
}
END_TEST

START_TEST(parts_add_up_to_the_whole)
{
    static const char *const types[] = {"text", "bigint", "numeric", "double precision"};
    static const char *const values[] = {"12", "-5", "100000", "7", NULL, "0", "33", "250"};
    struct seed seed = seed_of(61);
    struct schema schema = schema_of(types, 4);
    struct profile *parts[3] = {profile_of(&schema), profile_of(&schema), profile_of(&schema)};
    struct profile *whole = profile_of(&schema);
    for (int i = 0; i < 60; i++) {
        const char *value = values[seed_below(&seed, 8)];
        int times = 1 + seed_below(&seed, 9);
        add_times(parts[seed_below(&seed, 3)], &schema, value, times);
        add_times(whole, &schema, value, times);
    }
    must(profile_merge(parts[0], parts[1], &error), &error);
    must(profile_merge(parts[0], parts[2], &error), &error);
    const char *merged = arena_string(&arena, all_forms(summary(parts[0])));
    ck_assert_str_eq(merged, all_forms(summary(whole)));
    for (int i = 0; i < 3; i++) {
        profile_destroy(parts[i]);
    }
    profile_destroy(whole);
}
END_TEST

/* A chunk that comes again from its beginning is counted once. */
START_TEST(what_is_reset_was_never_counted)
{
    static const char *const types[] = {"text", "bigint", "numeric"};
    struct schema schema = schema_of(types, 3);
    struct profile *reset = profile_of(&schema);
    struct profile *fresh = profile_of(&schema);
    char text[16];
    for (int i = 0; i < 3000; i++) {
        (void)snprintf(text, sizeof text, "%d", i);
        add_times(reset, &schema, text, 1 + i % 7);
    }
    add_times(reset, &schema, NULL, 9);
    profile_reset(reset);
    for (int i = 0; i < 50; i++) {
        (void)snprintf(text, sizeof text, "%d", i * 3);
        add_times(reset, &schema, text, 1 + i);
        add_times(fresh, &schema, text, 1 + i);
    }
    const char *wanted = arena_string(&arena, all_forms(summary(fresh)));
    ck_assert_str_eq(all_forms(summary(reset)), wanted);
    profile_destroy(reset);
    profile_destroy(fresh);
}
END_TEST

START_TEST(layouts_of_vectors_do_not_matter)
{
    static const char *const types[] = {"text", "bigint"};
    struct schema schema = schema_of(types, 2);
    struct profile *flat = profile_of(&schema);
    struct profile *dictionary = profile_of(&schema);
    struct batch batch;
    must(batch_init(&batch, &schema, NULL, &error), &error);
    must(batch_begin(&batch, 3, false, &error), &error);
    for (int column = 0; column < 2; column++) {
        value_put(&batch.columns[column], 0, "7", &batch.arena);
        value_put(&batch.columns[column], 1, NULL, &batch.arena);
        value_put(&batch.columns[column], 2, "11", &batch.arena);
    }
    batch_set_rows(&batch, 3);
    for (int i = 0; i < 9; i++) {
        must(profile_add(flat, &batch, &error), &error);
    }
    values_as_dictionary(&batch.columns[0], &batch.arena);
    values_as_dictionary(&batch.columns[1], &batch.arena);
    for (int i = 0; i < 9; i++) {
        must(profile_add(dictionary, &batch, &error), &error);
    }
    const char *wanted = arena_string(&arena, all_forms(summary(flat)));
    ck_assert_str_eq(all_forms(summary(dictionary)), wanted);
    batch_release(&batch);
    profile_destroy(flat);
    profile_destroy(dictionary);
}
END_TEST

START_TEST(memory_does_not_grow_with_values)
{
    static const char *const types[] = {"text"};
    static const int values = 1000000;
    struct schema schema = schema_of(types, 1);
    struct budget budget;
    struct profile *profile = NULL;
    struct batch batch;
    budget_init(&budget, 0);
    must(profile_create(&schema, &budget, &profile, &error), &error);
    must(batch_init(&batch, &schema, NULL, &error), &error);
    char text[256];
    memset(text, 'x', sizeof text);
    for (int done = 0; done < values;) {
        must(batch_begin(&batch, LIMIT_BATCH_ROWS, false, &error), &error);
        for (int row = 0; row < LIMIT_BATCH_ROWS; row++) {
            char digits[16];
            (void)snprintf(digits, sizeof digits, "%09d", done++);
            memcpy(text, digits, 9);
            char *copy = arena_copy(&batch.arena, text, sizeof text);
            batch.columns[0].texts[row] = text_from(copy, sizeof text);
        }
        batch_set_rows(&batch, LIMIT_BATCH_ROWS);
        must(profile_add(profile, &batch, &error), &error);
    }
    const struct profile_column *column = &summary(profile)->columns[0];
    ck_assert_double_lt(fabs((double)column->distinct / values - 1.0), 4 * 0.0081);
    ck_assert_int_eq(column->frequent_count, 0);
    ck_assert_uint_le(profile_bytes(profile), LIMIT_PROFILE_COLUMN_BYTES);
    ck_assert_uint_le(budget.peak_bytes, LIMIT_PROFILE_COLUMN_BYTES + ((size_t)64 << 10));
    batch_release(&batch);
    profile_destroy(profile);
}
END_TEST

START_TEST(patterns_say_what_characters_are)
{
    static const struct {
        const char *text;
        const char *pattern;
    } examples[] = {
        {"", ""},
        {"ABC1234", "A(3)9(4)"},
        {"05/06/2008", "9(2)/9(2)/9(4)"},
        {"Zo\xC3\xAB \xE6\x9D\x8E\xE5\xB0\x8F", "Aaä ä(2)"},
        {"a\nB", "a\\x0aA"},
        {"a1b2c3d4e5f6g7", "a9a9a9a9a9a9…"},
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        text_buffer_reset(&out);
        text_buffer_string(&out, "");
        profile_pattern(text_of(examples[i].text), &out);
        ck_assert_str_eq(out.data, examples[i].pattern);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("profile");
    TCase *tests = tcase_create("profile");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_set_timeout(tests, 100);
    tcase_add_loop_test(
        tests, what_is_rare_is_shown_by_no_form, 0, (int)(sizeof RARE / sizeof *RARE));
    tcase_add_test(tests, what_is_rare_among_many_is_shown_by_no_form);
    tcase_add_test(tests, rare_patterns_are_not_shown);
    tcase_add_test(tests, identifiers_are_not_shown_though_they_are_frequent);
    tcase_add_test(tests, texts_are_measured);
    tcase_add_test(tests, errors_are_no_nulls);
    tcase_add_test(tests, parts_add_up_to_the_whole);
    tcase_add_test(tests, what_is_reset_was_never_counted);
    tcase_add_test(tests, layouts_of_vectors_do_not_matter);
    tcase_add_test(tests, memory_does_not_grow_with_values);
    tcase_add_test(tests, patterns_say_what_characters_are);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
