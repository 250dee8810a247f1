/* test_problems_null.c — columns that must have a value, and expressions that may be NULL.
 * SPDX-License-Identifier: Apache-2.0 */
#include "expression_fixture.h"

#include <stdio.h>

static const char *const no_null[] = {"1", "a", NULL, NULL};
static const char *const with_null[] = {"1", "a", "2", NULL, NULL, NULL};

static void begin(const char *filter)
{
    mapping_run_release(&run);
    mapping_run_init(&run);
    mapping_run_source(&run, "k", "text");
    mapping_run_source(&run, "n", "text");
    mapping_run_source(&run, "i", "integer");
    mapping_run_source(&run, "v", "text not null");
    mapping_run_source(&run, "j", "integer not null");
    mapping_run_lookup(&run, "must", LOOKUP_MISSING_REJECT, no_null);
    mapping_run_lookup(&run, "may", LOOKUP_MISSING_NULL, no_null);
    mapping_run_lookup(&run, "keep", LOOKUP_MISSING_KEEP, no_null);
    mapping_run_lookup(&run, "other", LOOKUP_MISSING_DEFAULT, no_null);
    mapping_run_lookup(&run, "holes", LOOKUP_MISSING_REJECT, with_null);
    run.key[0] = "k";
    if (filter != NULL) {
        mapping_run_filter(&run, "f", filter);
    }
}

/* What is said of the mapping. */
static void warn(void)
{
    ck_assert_msg(mapping_run_compile(&run), "%s", mapping_run_problems(&run));
    must(program_warn(run.program, &run.problems, &run.error), &run.error);
}

static bool may_be_null(const char *type, const char *expression, const char *filter)
{
    begin(filter);
    mapping_run_target(&run, "x", type);
    mapping_run_column(&run, "x", expression);
    warn();
    ck_assert_int_le(run.problems.warnings, 1);
    return run.problems.warnings == 1;
}

START_TEST(what_has_a_value)
{
    static const char *const cases[][2] = {
        {"text", "v"},
        {"text", "'x'"},
        {"text", "upper(v) || 'x'"},
        {"text", "coalesce(n, 'x')"},
        {"text", "coalesce(n, v)"},
        {"text", "case when n = 'a' then 'x' else v end"},
        {"text", "concat(n, n)"},
        {"text", "greatest(n, v)"},
        {"text", "lookup('must', v)"},
        {"text", "lookup('keep', v)"},
        {"text", "lookup('other', v)"},
        {"text", "try(v, 'x')"},
        {"text", "k"},
        {"boolean", "n is null"},
        {"boolean", "n is not null"},
        {"boolean", "(n = 'a') is true"},
        {"boolean", "n is distinct from 'a'"},
        {"boolean", "v = 'a' and j > 3 or v in ('a', 'b')"},
        {"integer", "j + 1"},
        {"integer", "cast(v as integer)"},
        {"bigint", "j"},
        {"text", "j"},
        {"timestamptz", "current_timestamp"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char type[64];
        (void)snprintf(type, sizeof type, "%s not null", cases[i][0]);
        ck_assert_msg(!may_be_null(type, cases[i][1], NULL), "%s", cases[i][1]);
        ck_assert_msg(!may_be_null(cases[i][0], "null", NULL), "%s", cases[i][0]);
    }
}
END_TEST

START_TEST(what_may_have_none)
{
    static const char *const cases[][2] = {
        {"text", "n"},
        {"text", "null"},
        {"text", "upper(n)"},
        {"text", "v || n"},
        {"text", "coalesce(n, n)"},
        {"text", "case when v = 'a' then 'x' end"},
        {"text", "case when v = 'a' then n else 'x' end"},
        {"text", "nullif(v, '')"},
        {"text", "least(n, n)"},
        {"text", "lookup('must', n)"},
        {"text", "lookup('may', v)"},
        {"text", "lookup('holes', v)"},
        {"text", "try(v)"},
        {"text", "try(n, 'x')"},
        {"text", "regexp_substr(v, 'a')"},
        {"text", "(regexp_match(v, 'a'))[1]"},
        {"text", "sctid_namespace(v)"},
        {"boolean", "n = 'a'"},
        {"boolean", "v = 'a' and n = 'b'"},
        {"integer", "i + 1"},
        {"bigint", "i"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char type[64];
        (void)snprintf(type, sizeof type, "%s not null", cases[i][0]);
        ck_assert_msg(may_be_null(type, cases[i][1], NULL), "%s", cases[i][1]);
    }
}
END_TEST

START_TEST(filters_prove_values)
{
    static const struct {
        const char *filter;
        const char *expression;
        bool proven;
    } cases[] = {
        {"n is not null", "upper(n)", true},
        {"not (n is null)", "n", true},
        {"n <> ''", "n", true},
        {"upper(n) like 'A%'", "n", true},
        {"n in ('a', 'b')", "n", true},
        {"n between 'a' and 'b'", "n", true},
        {"v = 'a' and n = 'b'", "n", true},
        {"(n = 'a') is true", "n", false},
        {"n = 'a' or v = 'b'", "n", false},
        {"n is null", "n", false},
        {"n is distinct from 'a'", "n", false},
        {"coalesce(n, 'a') = 'a'", "n", false},
        {"i > 0", "n", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ck_assert_msg(may_be_null("text not null", cases[i].expression, cases[i].filter) !=
                          cases[i].proven,
                      "%s",
                      cases[i].filter);
    }
}
END_TEST

START_TEST(all_columns_are_one_warning)
{
    begin(NULL);
    mapping_run_target(&run, "a", "text not null");
    mapping_run_target(&run, "b", "text not null");
    mapping_run_target(&run, "c", "text not null");
    mapping_run_target(&run, "d", "text");
    mapping_run_target(&run, "e", "text not null default");
    mapping_run_column(&run, "b", "v");
    mapping_run_column(&run, "a", "upper(n)");
    mapping_run_column(&run, "c", "n || v");
    mapping_run_column(&run, "d", "n");
    mapping_run_column(&run, "e", "n");
    warn();
    ck_assert_int_eq(run.problems.warnings, 1);
    const struct problem *problem = &run.problems.items[0];
    ck_assert_str_eq(
        problem->message,
        "columns \"a\", \"c\" and \"e\" must have values, but their expressions may be "
        "NULL; such records are rejected");
    ck_assert_str_eq(problem->hint,
                     "Write coalesce(…, value) where another value is meant, or leave such records "
                     "out by a filter.");
    ck_assert_int_eq(problem->place.line, 11);
    ck_assert_int_eq(problem->place.column, 15);
    ck_assert(may_be_null("text not null", "n", NULL));
    ck_assert_str_eq(run.problems.items[0].message,
                     "column \"x\" must have a value, but the expression may be NULL; such records "
                     "are rejected");
}
END_TEST

/* A shared term is asked once: the depth would be the exponent otherwise. */
START_TEST(deep_expressions_are_no_work)
{
    struct text_buffer text;

    text_buffer_init(&text, 1 << 16);
    for (int i = 0; i < 60; i++) {
        text_buffer_string(&text, "(");
    }
    text_buffer_string(&text, "n is null");
    for (int i = 0; i < 60; i++) {
        text_buffer_string(&text, ") between false and true");
    }
    ck_assert(!may_be_null("boolean not null", text.data, NULL));
    text_buffer_release(&text);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        what_has_a_value,
        what_may_have_none,
        filters_prove_values,
        all_columns_are_one_warning,
        deep_expressions_are_no_work,
    };
    return RUN_TESTS("problems_null", tests);
}
