/* test_schema_compare.c — the findings of two catalogues: all that differs, once, and in words.
 * SPDX-License-Identifier: Apache-2.0 */
#include "assertions.h"

#include "novate/schema_compare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ITEMS_MAX = 64
};

/* A catalogue that is written down; items must be in order, as they are when they are read. */
struct side {
    struct target_catalogue catalogue;
    struct catalogue_item items[ITEMS_MAX];
};

static struct arena arena;
static struct side declared;
static struct side found;
static struct schema_comparison comparison;
static struct text_buffer words;

static void setup(void)
{
    arena_init(&arena, 4096, NULL);
    text_buffer_init(&words, 1 << 20);
    memset(&declared, 0, sizeof declared);
    memset(&found, 0, sizeof found);
    declared.catalogue.items = declared.items;
    found.catalogue.items = found.items;
}

static void teardown(void)
{
    text_buffer_release(&words);
    arena_release(&arena);
}

static void put(struct side *side,
                enum catalogue_kind kind,
                const char *object,
                const char *name,
                const char *property,
                const char *value)
{
    side->items[side->catalogue.count++] = (struct catalogue_item){.kind = kind,
                                                                   .schema = "care",
                                                                   .object = object,
                                                                   .name = name,
                                                                   .property = property,
                                                                   .value = value};
}

static void put_copy(struct side *side,
                     enum catalogue_kind kind,
                     const char *object,
                     const char *name,
                     const char *model,
                     const char *property,
                     const char *value)
{
    put(side, kind, object, name, property, value);
    side->items[side->catalogue.count - 1].model = model;
}

static void put_schema(struct side *side)
{
    put(side, CATALOGUE_SCHEMA, "care", "care", "", NULL);
}

static void put_table(struct side *side, const char *name)
{
    put(side, CATALOGUE_TABLE, name, name, "", NULL);
}

static void compare(void)
{
    struct error error = ERROR_NONE;
    must(schema_compare(&declared.catalogue, &found.catalogue, &arena, &comparison, &error),
         &error);
}

/* The findings as lines. */
static const char *text(void)
{
    text_buffer_reset(&words);
    for (int i = 0; i < comparison.count; i++) {
        schema_finding_text(&comparison.findings[i], &words);
        text_buffer_char(&words, '\n');
    }
    return words.data == NULL ? "" : words.data;
}

START_TEST(what_is_alike_gives_no_finding_and_is_counted)
{
    struct side *const sides[] = {&declared, &found};
    for (int i = 0; i < 2; i++) {
        put_schema(sides[i]);
        put_table(sides[i], "care.patient");
        put(sides[i], CATALOGUE_COLUMN, "care.patient", "care.patient.id", "", NULL);
        put(sides[i], CATALOGUE_COLUMN, "care.patient", "care.patient.id", "type", "bigint");
        put(sides[i], CATALOGUE_COLUMN, "care.patient", "care.patient.name", "", NULL);
    }
    compare();
    ck_assert_int_eq(comparison.count, 0);
    ck_assert_uint_eq(comparison.compared[CATALOGUE_TABLE], 1);
    ck_assert_uint_eq(comparison.compared[CATALOGUE_COLUMN], 2);
    ck_assert_uint_eq(comparison.compared[CATALOGUE_INDEX], 0);
    ck_assert_uint_eq(comparison.objects, 4);
}
END_TEST

START_TEST(two_empty_catalogues_are_alike)
{
    compare();
    ck_assert_int_eq(comparison.count, 0);
    ck_assert_uint_eq(comparison.objects, 0);
}
END_TEST

START_TEST(every_property_that_differs_is_a_finding)
{
    put_schema(&declared);
    put_table(&declared, "care.t");
    put(&declared, CATALOGUE_COLUMN, "care.t", "care.t.a", "", NULL);
    put(&declared, CATALOGUE_COLUMN, "care.t", "care.t.a", "default", "1");
    put(&declared, CATALOGUE_COLUMN, "care.t", "care.t.a", "type", "integer");
    put_schema(&found);
    put_table(&found, "care.t");
    put(&found, CATALOGUE_COLUMN, "care.t", "care.t.a", "", NULL);
    put(&found, CATALOGUE_COLUMN, "care.t", "care.t.a", "identity", "always");
    put(&found, CATALOGUE_COLUMN, "care.t", "care.t.a", "type", "bigint");
    compare();
    ck_assert_str_eq(text(),
                     "column care.t.a: default is none; the schema file says 1\n"
                     "column care.t.a: identity is always; the schema file says none\n"
                     "column care.t.a: type is bigint; the schema file says integer\n");
}
END_TEST

/* Findings stand by object, whatever their kind. */
START_TEST(missing_and_extra_are_told_in_the_order_of_objects)
{
    put_schema(&declared);
    put_table(&declared, "care.a");
    put_table(&declared, "care.b");
    put(&declared, CATALOGUE_INDEX, "care.a", "care.zz", "", NULL);
    put_schema(&found);
    put_table(&found, "care.a");
    put_table(&found, "care.c");
    put(&found, CATALOGUE_TRIGGER, "care.a", "t on care.a", "", NULL);
    compare();
    ck_assert_str_eq(text(),
                     "index care.zz: missing\n"
                     "trigger t on care.a: extra: the schema file has none of this name\n"
                     "table care.b: missing\n"
                     "table care.c: extra: the schema file has none of this name\n");
}
END_TEST

START_TEST(what_follows_from_a_missing_table_is_not_said_again)
{
    put_schema(&declared);
    put_table(&declared, "care.a");
    put(&declared, CATALOGUE_COLUMN, "care.a", "care.a.x", "", NULL);
    put(&declared, CATALOGUE_INDEX, "care.a", "care.a_x", "", NULL);
    put_schema(&found);
    put_table(&found, "care.b");
    put(&found, CATALOGUE_COLUMN, "care.b", "care.b.x", "", NULL);
    compare();
    ck_assert_str_eq(text(),
                     "table care.a: missing\n"
                     "table care.b: extra: the schema file has none of this name\n");
}
END_TEST

START_TEST(a_missing_schema_is_one_finding)
{
    put_schema(&declared);
    put_table(&declared, "care.a");
    put(&declared, CATALOGUE_SEQUENCE, "care.s", "care.s", "", NULL);
    compare();
    ck_assert_str_eq(text(), "schema care: missing\n");
    ck_assert_uint_eq(comparison.objects, 3);
}
END_TEST

static void put_index(struct side *side, const char *state, bool copy_there, const char *copy_state)
{
    const enum catalogue_kind kind = CATALOGUE_INDEX;
    put_schema(side);
    put_table(side, "care.p");
    put_table(side, "care.p1");
    if (copy_there) {
        put_copy(side, kind, "care.p1", "care.p1_i", "care.p_i", "", NULL);
        put_copy(side, kind, "care.p1", "care.p1_i", "care.p_i", "state", copy_state);
    }
    if (state != NULL) {
        put(side, kind, "care.p", "care.p_i", "", NULL);
        put(side, kind, "care.p", "care.p_i", "state", state);
    }
}

START_TEST(copies_in_partitions_are_named_only_when_they_differ_alone)
{
    put_index(&declared, "valid", true, "valid");
    put_index(&found, NULL, false, NULL);
    compare();
    ck_assert_str_eq(text(), "index care.p_i: missing\n");

    memset(&found, 0, sizeof found);
    found.catalogue.items = found.items;
    put_index(&found, "INVALID", true, "INVALID");
    compare();
    ck_assert_str_eq(text(), "index care.p_i: INVALID; the schema file says valid\n");

    memset(&found, 0, sizeof found);
    found.catalogue.items = found.items;
    put_index(&found, "valid", true, "INVALID");
    compare();
    ck_assert_str_eq(text(), "index care.p1_i: INVALID; the schema file says valid\n");

    memset(&found, 0, sizeof found);
    found.catalogue.items = found.items;
    put_index(&found, "valid", false, NULL);
    compare();
    ck_assert_str_eq(text(), "index care.p1_i: missing\n");
}
END_TEST

START_TEST(further_extensions_are_no_finding_missing_ones_are)
{
    put_schema(&declared);
    put(&declared, CATALOGUE_EXTENSION, "citext", "citext", "", NULL);
    declared.items[1].schema = "public"; /* which nobody made */
    put_schema(&found);
    put(&found, CATALOGUE_EXTENSION, "postgis", "postgis", "", NULL);
    compare();
    ck_assert_str_eq(text(), "extension citext: missing\n");
}
END_TEST

START_TEST(sequences_that_are_behind_are_told_with_both_values)
{
    struct catalogue_sequence sequences[] = {
        {"care.s", "care.t.id", "1", "812", true, false},
        {"care.other", "care.t.x", "1", "812", true, false}, /* nobody declared it */
        {"care.fine", "care.t.y", "9", "8", false, false},
        {"care.u", "care.t.z", "1", "99999", true, true},
    };
    struct side *const sides[] = {&declared, &found};
    for (int i = 0; i < 2; i++) {
        put_schema(sides[i]);
        put(sides[i], CATALOGUE_SEQUENCE, "care.fine", "care.fine", "", NULL);
        put(sides[i], CATALOGUE_SEQUENCE, "care.s", "care.s", "", NULL);
        put(sides[i], CATALOGUE_SEQUENCE, "care.u", "care.u", "", NULL);
    }
    found.catalogue.sequences = sequences;
    found.catalogue.sequence_count = 4;
    compare();
    ck_assert_str_eq(
        text(),
        "sequence care.s: its next value 1 is behind the furthest value 812 of care.t.id\n"
        "sequence care.u: its next value 1 is behind the furthest value 99999 of care.t.z, which "
        "is beyond its bounds\n");
    ck_assert_str_eq(schema_deviation_name(comparison.findings[0].deviation), "behind");
}
END_TEST

START_TEST(gaps_of_declared_objects_are_kept)
{
    struct catalogue_gap gaps[] = {
        {CATALOGUE_TABLE, "care.elsewhere", "may not"},
        {CATALOGUE_TABLE, "care.t", "may not"},
    };
    struct side *const sides[] = {&declared, &found};
    for (int i = 0; i < 2; i++) {
        put_schema(sides[i]);
        put_table(sides[i], "care.t");
    }
    found.catalogue.gaps = gaps;
    found.catalogue.gap_count = 2;
    compare();
    ck_assert_int_eq(comparison.count, 0);
    ck_assert_int_eq(comparison.gap_count, 1);
    ck_assert_str_eq(comparison.gaps[0]->name, "care.t");
}
END_TEST

/* A name is anybody's, and so is a definition. */
START_TEST(nothing_of_a_name_or_definition_moves_a_terminal)
{
    char definition[2048];
    memset(definition, 'x', sizeof definition);
    definition[sizeof definition - 1] = '\0';
    memcpy(definition,
           "a \n\t  b\x1b[2J\xc2\x9b"
           "1m",
           15);
    put_schema(&declared);
    put_schema(&found);
    put(&found, CATALOGUE_TABLE, "care.\"\x1b]0;t\n\x07\"", "care.\"\x1b]0;t\n\x07\"", "", NULL);
    put(&declared, CATALOGUE_VIEW, "care.v", "care.v", "", NULL);
    put(&declared, CATALOGUE_VIEW, "care.v", "care.v", "definition", definition);
    put(&found, CATALOGUE_VIEW, "care.v", "care.v", "", NULL);
    compare();
    const char *out = text();
    ck_assert_ptr_nonnull(strstr(out, "table care.\"?]0;t ?\": extra"));
    ck_assert_ptr_nonnull(strstr(out, "the schema file says a b?[2J??1mxxx"));
    ck_assert_ptr_nonnull(strstr(out, "xxx…\n"));
    ck_assert_uint_lt(strlen(out), 512);
    for (const char *at = out; *at != '\0'; at++) {
        hold((unsigned char)*at >= 0x20 || *at == '\n');
    }
}
END_TEST

/* Every kind at once, one item taken away or changed at random: that one is named. */
START_TEST(any_single_change_is_the_only_finding)
{
    static char names[CATALOGUE_KIND_COUNT][32];
    put_schema(&declared);
    for (int kind = CATALOGUE_TABLE; kind < CATALOGUE_KIND_COUNT; kind++) {
        (void)snprintf(names[kind], sizeof names[kind], "care.k%d", kind);
        put(&declared, (enum catalogue_kind)kind, names[kind], names[kind], "", NULL);
        put(&declared, (enum catalogue_kind)kind, names[kind], names[kind], "a", "1");
        put(&declared, (enum catalogue_kind)kind, names[kind], names[kind], "b", "2");
    }
    for (int at = 1; at < declared.catalogue.count; at++) {
        const struct catalogue_item *item = &declared.items[at];
        const bool whole = item->property[0] == '\0';
        memcpy(&found, &declared, sizeof found);
        found.catalogue.items = found.items;
        const int gone = whole ? 3 : 1;
        memmove(&found.items[at],
                &found.items[at + gone],
                (size_t)(declared.catalogue.count - at - gone) * sizeof found.items[0]);
        found.catalogue.count -= gone;
        compare();
        hold(comparison.count == 1);
        hold(comparison.findings[0].item->kind == item->kind);
        hold(strcmp(comparison.findings[0].item->name, item->name) == 0);
        hold(comparison.findings[0].deviation == (whole ? SCHEMA_MISSING : SCHEMA_DIFFERENT));
        hold(whole || strcmp(comparison.findings[0].property, item->property) == 0);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("schema_compare");
    TCase *tcase = tcase_create("schema_compare");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, what_is_alike_gives_no_finding_and_is_counted);
    tcase_add_test(tcase, two_empty_catalogues_are_alike);
    tcase_add_test(tcase, every_property_that_differs_is_a_finding);
    tcase_add_test(tcase, missing_and_extra_are_told_in_the_order_of_objects);
    tcase_add_test(tcase, what_follows_from_a_missing_table_is_not_said_again);
    tcase_add_test(tcase, a_missing_schema_is_one_finding);
    tcase_add_test(tcase, copies_in_partitions_are_named_only_when_they_differ_alone);
    tcase_add_test(tcase, further_extensions_are_no_finding_missing_ones_are);
    tcase_add_test(tcase, sequences_that_are_behind_are_told_with_both_values);
    tcase_add_test(tcase, gaps_of_declared_objects_are_kept);
    tcase_add_test(tcase, nothing_of_a_name_or_definition_moves_a_terminal);
    tcase_add_test(tcase, any_single_change_is_the_only_finding);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
