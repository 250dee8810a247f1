/* test_explain.c — mappings in words.
 * SPDX-License-Identifier: Apache-2.0 */
#include "explain_words.h"
#include "expression_fixture.h"
#include "function_table.h"

#include "novate/explain.h"

/* The functions that had a phrase when phrases were made; others are shown as they are written,
 * with their entry of the reference. "case", "cast" and "lookup" are told by explain_words.c;
 * "trim" and "position" are other functions to the parser. */
static const char *const phrased[] = {
    "abs",          "btrim",    "ceil",     "ceiling",
    "char_length",  "coalesce", "concat",   "character_length",
    "current_date", "floor",    "greatest", "current_timestamp",
    "least",        "left",     "length",   "lower",
    "lpad",         "ltrim",    "mod",      "nhs_number",
    "note",         "now",      "nullif",   "reject",
    "repair",       "replace",  "right",    "round",
    "rpad",         "rtrim",    "sign",     "split_part",
    "starts_with",  "strpos",   "substr",   "fit",
    "trunc",        "try",      "upper",    "truncate",
};

static bool is_phrased(const char *name)
{
    for (size_t i = 0; i < sizeof phrased / sizeof phrased[0]; i++) {
        if (strcmp(phrased[i], name) == 0) {
            return true;
        }
    }
    return false;
}

START_TEST(every_form_of_a_phrased_function_has_a_phrase)
{
    int count = 0;
    int met = 0;
    const struct function *table = function_table(&count);

    for (int i = 0; i < count; i++) {
        if (table[i].kernel != NULL && is_phrased(table[i].name)) {
            met++;
            ck_assert_msg(phrase_find(text_of(table[i].name), table[i].arg_count) != NULL,
                          "%s() with %d arguments has no phrase",
                          table[i].name,
                          table[i].arg_count);
        }
    }
    ck_assert_int_gt(met, 30);
    for (size_t i = 0; i < sizeof phrased / sizeof phrased[0]; i++) {
        bool found = false;
        for (int args = 0; args < 4; args++) {
            found = found || phrase_find(text_of(phrased[i]), args) != NULL;
        }
        ck_assert_msg(found, "%s() has no phrase", phrased[i]);
    }
}
END_TEST

static const struct explained *explain(const struct schema *source,
                                       const struct schema *target,
                                       struct explanation *explanation)
{
    must(explain_mapping(
             &run.mapping, source, target, &run.arena, &run.problems, explanation, &run.error),
         &run.error);
    ck_assert_str_eq(mapping_run_problems(&run), "");
    return explanation->items;
}

/* An expression, and its words. */
static const struct {
    const char *expression;
    const char *words;
} words[] = {
    {"NAME", "NAME"},
    {"\"Name, last\"", "Name, last"},
    {"upper(trim(NAME))", "NAME without blanks at both ends, in capitals"},
    {"trim(upper(NAME))", "NAME, in capitals without blanks at both ends"},
    {"trim(LEADING '0' FROM A)", "A without the characters '0' at its beginning"},
    {"upper(A || B)", "(A followed by B), in capitals"},
    {"upper(A) || ' ' || lower(B)",
     "A, in capitals followed by ' ' followed by (B, in small letters)"},
    {"A || (B || C)", "A followed by (B followed by C)"},
    {"(A + B) * 2", "(A plus B) times 2"},
    {"A - B - C", "A minus B minus C"},
    {"-A / 2", "(minus A) divided by 2"},
    {"left(A, 3)", "the first 3 characters of A"},
    {"upper(left(A, 3))", "(the first 3 characters of A), in capitals"},
    {"substring(A FROM 2 FOR 3)", "A from character 2 on, 3 characters at most"},
    {"coalesce(A, upper(B), 'x')", "the first of A, (B, in capitals) and 'x' that has a value"},
    {"coalesce(A)", "the first of A that has a value"},
    {"nullif(A, '')", "A, but NULL where it is ''"},
    {"CAST(A AS date) + 1", "A as date plus 1"},
    {"date '2024-01-31'", "date '2024-01-31'"},
    {"A::numeric(5,2)", "A as numeric(5,2)"},
    {"try(CAST(A AS integer), 0)",
     "A as integer, or 0 where that cannot be computed, which is noted"},
    {"CASE WHEN A = 1 AND B IS NULL THEN 'x' WHEN A > 2 OR A < 0 THEN B ELSE upper(C) END",
     "if A is 1 and B has no value: 'x'; if A is more than 2 or A is less than 0: B; otherwise C, "
     "in capitals"},
    {"CASE A WHEN 'm' THEN 1 END", "if A is 'm': 1; otherwise NULL"},
    {"CASE WHEN A THEN CASE WHEN B THEN 1 END END",
     "if A: (if B: 1; otherwise NULL); otherwise NULL"},
    {"(A OR B) AND NOT C", "(A or B) and not (C)"},
    {"A IN (1, 2, 3)", "A is one of 1, 2, 3"},
    {"A NOT IN (1, B)", "A is none of 1, B"},
    {"A BETWEEN 1 AND B", "A is from 1 to B"},
    {"A NOT LIKE 'x%'", "A does not match 'x%'"},
    {"A ILIKE 'x!%' ESCAPE '!'",
     "A matches, in any case of letters, 'x!%' with escape character '!'"},
    {"A IS DISTINCT FROM B", "A is, NULL or not, another than B"},
    {"A IS NOT TRUE", "A is not true"},
    {"NULL", "NULL"},
    {"false", "false"},
    {"current_date", "the day of the run"},
    {"'O''Neill'", "'O''Neill'"},
    {"lookup('code', A)",
     "the entry of lookup code (table CODES where X = 1, column value) for A; a record without one "
     "is rejected"},
    {"lookup('soft', A)",
     "the entry of lookup soft (file codes/soft.csv, column first) for A, or 'X' where there is "
     "none"},
    {"upper(lookup('soft', trim(A), 'second'))",
     "(the entry of lookup soft (file codes/soft.csv, column second) for (A without blanks at both "
     "ends), or 'X' where there is none), in capitals"},
    {"lookup('two', A, B) || lookup('code', A)",
     "(the entry of lookup two (target table care.two, column v) for A and B, or that itself where "
     "there is none) followed by (the entry of lookup code (table CODES where X = 1, column value) "
     "for A); a record without an entry of lookup code is rejected"},
    {"try(lookup('code', A))",
     "(the entry of lookup code (table CODES where X = 1, column value) for A), or NULL where that "
     "cannot be computed, which is noted"},
};

static void add_lookups(void)
{
    static const char *const one[] = {"a"};
    static const char *const two[] = {"a", "b"};
    static const char *const value[] = {"value"};
    static const char *const values[] = {"first", "second"};
    static const char *const v[] = {"v"};

    run.lookup_specs[0] = (struct lookup_spec){.name = "code",
                                               .source = {.table = "CODES", .where = "X = 1"},
                                               .from = one,
                                               .from_count = 1,
                                               .to = value,
                                               .to_count = 1};
    run.lookup_specs[1] = (struct lookup_spec){.name = "soft",
                                               .source = {.file = "codes/soft.csv"},
                                               .from = one,
                                               .from_count = 1,
                                               .to = values,
                                               .to_count = 2,
                                               .missing = LOOKUP_MISSING_DEFAULT,
                                               .missing_default = "X"};
    run.lookup_specs[2] = (struct lookup_spec){.name = "two",
                                               .target_table = "care.two",
                                               .from = two,
                                               .from_count = 2,
                                               .to = v,
                                               .to_count = 1,
                                               .missing = LOOKUP_MISSING_KEEP};
    run.mapping.lookup_count = 3;
}

START_TEST(expressions_have_words)
{
    struct explanation explanation;

    add_lookups();
    mapping_run_column(&run, "x", words[_i].expression);
    const struct explained *item = explain(NULL, NULL, &explanation);
    ck_assert_int_eq(explanation.count, 1);
    ck_assert_str_eq(item->rule, words[_i].words);
    ck_assert_str_eq(item->text, words[_i].expression);
}
END_TEST

START_TEST(what_a_rule_reads_asks_and_refuses_is_listed)
{
    struct explanation explanation;

    add_lookups();
    mapping_run_source(&run, "A", "text");
    mapping_run_source(&run, "B", "integer");
    mapping_run_source(&run, "KEY", "bigint");
    mapping_run_source(&run, "REST", "date");
    mapping_run_target(&run, "x", "varchar(5) not null");
    mapping_run_target(&run, "n", "numeric(4,1)");
    mapping_run_target(&run, "made", "integer default");
    run.target_columns[0].declared = NULL;
    run.key[0] = "KEY";
    run.mapping.source.key_count = 1;
    mapping_run_filter(&run, "f", "B <> 0");
    mapping_run_column(&run, "x", "lookup('code', a) || nhs_number(A) || lookup('two', A, B)");
    mapping_run_column(&run, "n", "try(CAST(A AS integer) / B)");
    mapping_run_check(&run, "c", "n > 0");
    const struct explained *items = explain(&run.source, &run.target, &explanation);

    ck_assert_int_eq(explanation.count, 6);
    ck_assert_int_eq(items[0].kind, EXPLAINED_FILTER);
    ck_assert_str_eq(items[0].rule, "kept only where B is not 0");
    ck_assert_str_eq(items[0].sources, "B integer");
    ck_assert_int_eq(items[1].kind, EXPLAINED_COLUMN);
    ck_assert_str_eq(items[1].type, "character varying(5)");
    ck_assert_str_eq(items[1].nulls, "must have a value");
    ck_assert_str_eq(items[1].sources, "a text, B integer");
    ck_assert_str_eq(items[1].lookups, "code, two");
    ck_assert_str_eq(
        items[1].rejects,
        "lookup \"code\" has no entry; NHS number is not ten digits, alone or in groups "
        "of 3, 3 and 4; check digit is wrong; number is a placeholder: all its digits "
        "are equal; number of Scotland's range does not begin with a date; NULL; longer "
        "than 5 characters");
    ck_assert_str_eq(items[2].nulls, "may be NULL");
    ck_assert_str_eq(items[2].rejects, "more than 4 digits, or more than 1 after the point");
    ck_assert_int_eq(items[3].kind, EXPLAINED_CHECK);
    ck_assert_str_eq(items[3].rule, "rejected where this is false: n is more than 0");
    ck_assert_int_eq(items[4].kind, EXPLAINED_UNFILLED);
    ck_assert_str_eq(items[4].name, "made");
    ck_assert_int_eq(items[5].kind, EXPLAINED_UNREAD);
    ck_assert_str_eq(items[5].name, "REST");
}
END_TEST

START_TEST(copies_are_named_where_columns_are_known)
{
    struct explanation explanation;

    mapping_run_source(&run, "address_1", "text");
    mapping_run_source(&run, "ADDRESS_2", "text");
    mapping_run_source(&run, "title", "text");
    mapping_run_target(&run, "address_1", "text");
    mapping_run_target(&run, "address_2", "text");
    mapping_run_target(&run, "address_3", "text");
    mapping_run_target(&run, "title", "text");
    mapping_run_column(&run, "address_1", "title");
    run.copy[0] = "address_*";
    run.copy[1] = "title";
    run.mapping.copy_count = 2;
    const struct explained *items = explain(&run.source, &run.target, &explanation);
    ck_assert_int_eq(explanation.count, 5);
    ck_assert_str_eq(items[1].name, "address_2");
    ck_assert_str_eq(items[1].rule, "the source column of the same name");
    ck_assert_str_eq(items[2].name, "title");
    ck_assert_int_eq(items[3].kind, EXPLAINED_UNFILLED);
    ck_assert_str_eq(items[3].name, "address_3");
    ck_assert_int_eq(items[4].kind, EXPLAINED_UNREAD);
    ck_assert_str_eq(items[4].name, "address_1");

    items = explain(NULL, NULL, &explanation);
    ck_assert_int_eq(explanation.count, 3);
    ck_assert_str_eq(items[1].name, "address_*");
}
END_TEST

START_TEST(rows_of_a_record_are_told_one_by_one)
{
    struct explanation explanation;
    const struct expression_spec column = {.name = "x", .text = "A"};
    const struct emit_spec emits[] = {
        {.name = "home", .when = {.text = "A IS NOT NULL"}, .columns = &column, .column_count = 1},
        {.name = "always", .columns = &column, .column_count = 1},
    };

    run.mapping.emits = emits;
    run.mapping.emit_count = 2;
    const struct explained *items = explain(NULL, NULL, &explanation);
    ck_assert_int_eq(explanation.count, 4);
    ck_assert_int_eq(items[0].kind, EXPLAINED_ROW);
    ck_assert_str_eq(items[0].name, "home");
    ck_assert_str_eq(items[0].rule, "given where A has a value");
    ck_assert_str_eq(items[1].rule, "A");
    ck_assert_str_eq(items[2].rule, "each record gives this row");
}
END_TEST

START_TEST(groups_of_records_are_told)
{
    struct explanation explanation;
    const struct expression_spec by[] = {{.text = "A"}, {.text = "upper(B)"}};
    const struct pivot_column column = {.name = "DOSE", .attribute = "dose"};
    struct grouping_spec grouping = {.by = by, .by_count = 2, .keep = {.text = "latest(U, V)"}};

    run.mapping.grouping = &grouping;
    const struct explained *items = explain(NULL, NULL, &explanation);
    ck_assert_int_eq(explanation.count, 1);
    ck_assert_int_eq(items[0].kind, EXPLAINED_GROUP);
    ck_assert_str_eq(items[0].rule,
                     "of all records with the same A and B, in capitals one is kept: the latest by "
                     "U and V");
    ck_assert_str_eq(items[0].sources, "A, B, U, V");
    grouping = (struct grouping_spec){.pivot = true,
                                      .by = by,
                                      .by_count = 1,
                                      .attribute = {.text = "NAME"},
                                      .value = {.text = "VALUE"},
                                      .columns = &column,
                                      .column_count = 1};
    items = explain(NULL, NULL, &explanation);
    ck_assert_int_eq(explanation.count, 2);
    ck_assert_str_eq(items[0].rule,
                     "one row of all records with the same A; NAME says which attribute a record "
                     "has, and of several values of one counts that of the record that is the last "
                     "by the key of the source");
    ck_assert_str_eq(items[1].name, "DOSE");
    ck_assert_str_eq(items[1].rule, "of the record whose attribute is 'dose': VALUE");
}
END_TEST

START_TEST(what_cannot_be_parsed_is_a_problem_and_shown_as_written)
{
    struct explanation explanation;

    mapping_run_column(&run, "x", "upper(A");
    must(explain_mapping(
             &run.mapping, NULL, NULL, &run.arena, &run.problems, &explanation, &run.error),
         &run.error);
    ck_assert_int_eq(run.problems.errors, 1);
    ck_assert_str_eq(explanation.items[0].rule, "upper(A");
}
END_TEST

START_TEST(a_function_without_a_phrase_is_shown_as_it_is_written)
{
    struct explanation explanation;

    mapping_run_column(&run, "x", "upper(no_such_function(A, 1))");
    const struct explained *items = explain(NULL, NULL, &explanation);
    ck_assert_str_eq(items[0].rule, "no_such_function(A, 1), in capitals");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("explain");
    TCase *tcase = tcase_create("explain");

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, every_form_of_a_phrased_function_has_a_phrase);
    tcase_add_loop_test(tcase, expressions_have_words, 0, sizeof words / sizeof words[0]);
    tcase_add_test(tcase, what_a_rule_reads_asks_and_refuses_is_listed);
    tcase_add_test(tcase, copies_are_named_where_columns_are_known);
    tcase_add_test(tcase, rows_of_a_record_are_told_one_by_one);
    tcase_add_test(tcase, groups_of_records_are_told);
    tcase_add_test(tcase, what_cannot_be_parsed_is_a_problem_and_shown_as_written);
    tcase_add_test(tcase, a_function_without_a_phrase_is_shown_as_it_is_written);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
