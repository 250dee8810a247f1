/* test_problems_lossy.c — what a column cannot hold is found before a record is read, and the
 * mapping can say what is meant.
 * SPDX-License-Identifier: Apache-2.0 */
#include "expression_fixture.h"

/* Column A of the source type into x of the target type by that expression. NULL: it is taken. */
static const struct problem *assign(const char *source, const char *target, const char *expression)
{
    mapping_run_release(&run);
    mapping_run_init(&run);
    mapping_run_source(&run, "A", source);
    mapping_run_target(&run, "x", target);
    mapping_run_column(&run, "x", expression);
    return mapping_run_compile(&run) ? NULL : &run.problems.items[0];
}

struct lossy_case {
    const char *source;
    const char *target;
    const char *expression;
    const char *message;
    const char *hint;
};

static const struct lossy_case lossy[] = {
    {"varchar(50)",
     "varchar(20)",
     "A",
     "column \"x\" holds 20 characters, but the expression may have 50",
     "Write truncate(A) to cut it, or fit(A) to reject the records in which it is longer."},
    {"varchar(35)",
     "varchar(20)",
     "upper(trim(A))",
     "column \"x\" holds 20 characters, but the expression may have 35",
     "Write truncate(upper(trim(A))) to cut it, or fit(upper(trim(A))) to reject the records "
     "in which it is longer."},
    {"varchar(3)",
     "char(4)",
     "A || '  '",
     "column \"x\" holds 4 characters, but the expression may have 5",
     NULL},
    {"integer",
     "varchar(5)",
     "A",
     "column \"x\" holds 5 characters, but the expression may have 11",
     NULL},
    {"bigint",
     "integer",
     "A",
     "column \"x\" is of type integer, but the expression may have 19 digits",
     "Write fit(A) to reject the records that do not fit."},
    {"integer", "smallint", "A", NULL, NULL},
    {"integer", "numeric(5,1)", "A", NULL, NULL},
    {"numeric(10,0)", "integer", "A", NULL, NULL},
    {"numeric(12,4)",
     "numeric(12,2)",
     "A",
     "column \"x\" is of type numeric(12,2), but the expression may have 8 digits before the "
     "point and 4 after it",
     "Write round(A, 2) or truncate(A) to drop digits, or fit(A) to reject the records that "
     "have more."},
    {"numeric(12,2)",
     "numeric(10,4)",
     "A",
     NULL,
     "Write fit(A) to reject the records that do not fit."},
    {"numeric(8,2)",
     "integer",
     "A",
     "column \"x\" is of type integer, but the expression may have 6 digits before the point "
     "and 2 after it",
     "Write round(A) or truncate(A) to drop the fraction, or fit(A) to reject the records "
     "that have one."},
    {"double precision",
     "integer",
     "A",
     "column \"x\" is of type integer, but the expression may have a fraction",
     NULL},
    {"double precision",
     "real",
     "A",
     "column \"x\" is of type real, which loses digits of type double precision",
     "Write CAST(A AS real) if that is meant."},
    {"double precision",
     "numeric(10,2)",
     "A",
     NULL,
     "Write CAST(A AS numeric(10,2)) if that is meant."},
    {"real", "numeric", "A", NULL, NULL},
    {"numeric", "double precision", "A", NULL, NULL},
    {"numeric(20,0)", "double precision", "A", NULL, NULL},
    {"bigint",
     "double precision",
     "A",
     NULL,
     "Write fit(A) to reject the records that do not fit."},
    {"integer", "real", "A", NULL, NULL},
    {"timestamp(6)",
     "timestamp(0)",
     "A",
     "column \"x\" holds 0 digits of a fraction of a second, but the expression may have 6",
     "Write CAST(A AS timestamp(0) without time zone) to round, or fit(A) to reject the "
     "records that have more."},
    {"time(3)", "time(2)", "A", NULL, NULL},
    {"timestamp(6)", "timestamptz(3)", "A", NULL, NULL},
    {"timestamptz",
     "timestamp",
     "A",
     "column \"x\" is of type timestamp without time zone, which loses the time zone of type "
     "timestamp with time zone",
     "Write CAST(A AS timestamp without time zone) if the local time of the source's time "
     "zone is meant."},
    {"text", "timestamp", "current_timestamp", NULL, NULL},
    {"text",
     "\"char\"",
     "A",
     "column \"x\" is of type \"char\", which loses the end of a text of type text",
     "Write left(A, 1) if that is meant."},
    {"varchar(64)", "name", "A", NULL, "Write left(A, 63) if that is meant."},
};

START_TEST(what_is_bounded_and_larger_is_refused)
{
    for (size_t i = 0; i < sizeof lossy / sizeof lossy[0]; i++) {
        const struct lossy_case *c = &lossy[i];
        const struct problem *problem = assign(c->source, c->target, c->expression);
        ck_assert_msg(problem != NULL, "%s to %s: %s", c->source, c->target, c->expression);
        ck_assert_int_eq(run.problems.errors, 1);
        ck_assert_int_eq(problem->place.line, 10);
        if (c->message != NULL) {
            ck_assert_str_eq(problem->message, c->message);
        }
        if (c->hint != NULL) {
            ck_assert_str_eq(problem->hint, c->hint);
        }
    }
}
END_TEST

START_TEST(what_fits_is_taken)
{
    static const char *const cases[][3] = {
        {"varchar(35)", "varchar(35)", "upper(trim(A))"},
        {"varchar(50)", "varchar(20)", "left(A, 20)"},
        {"varchar(50)", "varchar(20)", "cast(A as varchar(20))"},
        {"varchar(50)", "varchar(20)", "truncate(A, 20)"},
        {"text", "varchar(1)", "case when A = 'x' then 1 else 2 end"},
        {"text", "smallint", "case when A = 'x' then 1 else 2 end"},
        {"text", "smallint", "length(left(A, 100))"},
        {"varchar(50)", "text", "A"},
        {"smallint", "numeric(5,0)", "A"},
        {"numeric(9,0)", "integer", "A"},
        {"numeric(12,4)", "numeric(10,2)", "round(A, 2)"},
        {"numeric(12,4)", "numeric", "A"},
        {"numeric(12,4)", "integer", "round(A)"},
        {"numeric(15,0)", "double precision", "A"},
        {"integer", "double precision", "A"},
        {"real", "double precision", "A"},
        {"double precision", "integer", "cast(A as integer)"},
        {"double precision", "bigint", "round(A)"},
        {"double precision", "real", "cast(A as real)"},
        {"text", "double precision", "0.1"},
        {"timestamp(0)", "timestamp(3)", "A"},
        {"date", "timestamp(0)", "A"},
        {"timestamp", "timestamptz", "A"},
        {"timestamptz", "timestamp", "cast(A as timestamp)"},
        {"varchar(1)", "\"char\"", "A"},
        {"text", "name", "left(A, 63)"},
        {"text", "jsonb", "A"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct problem *problem = assign(cases[i][0], cases[i][1], cases[i][2]);
        ck_assert_msg(
            problem == NULL, "%s: %s", cases[i][2], problem == NULL ? "" : problem->message);
        ck_assert_int_eq(run.problems.warnings, 0);
    }
}
END_TEST

/* The columns that each record is asked for. */
static int asked(enum program_asked what)
{
    const char *const *names = NULL;
    int count = program_asked(run.program, what, &names);

    for (int i = 0; i < count; i++) {
        ck_assert_str_eq(names[i], "x");
    }
    return count;
}

START_TEST(what_is_not_known_is_asked_of_each_record)
{
    static const struct {
        const char *source;
        const char *target;
        const char *expression;
        int asked[PROGRAM_ASKED_COUNT];
    } cases[] = {
        {"text", "varchar(20)", "A", {1, 0, 0}},
        {"text", "varchar(20)", "left(A, 20)", {0, 0, 0}},
        {"text", "varchar(20)", "fit(A)", {0, 0, 0}},
        {"text", "varchar(20)", "truncate(A)", {0, 0, 0}},
        {"varchar(9)", "varchar(20)", "upper(A)", {0, 0, 0}},
        {"numeric", "numeric(10,2)", "A", {0, 1, 0}},
        {"numeric", "integer", "A", {0, 1, 0}},
        {"integer", "smallint", "A + 1", {0, 1, 0}},
        {"integer", "integer", "A + 1", {0, 0, 0}},
        {"numeric(12,4)", "numeric(12,4)", "A * A", {0, 1, 0}},
        {"timestamp", "timestamp(0)", "A", {0, 0, 1}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ck_assert_ptr_null(assign(cases[i].source, cases[i].target, cases[i].expression));
        for (int what = 0; what < PROGRAM_ASKED_COUNT; what++) {
            ck_assert_msg(asked((enum program_asked)what) == cases[i].asked[what],
                          "%s to %s: %d",
                          cases[i].expression,
                          cases[i].target,
                          what);
        }
    }
}
END_TEST

/* The result of one record; NULL: it is rejected. */
static const char *carry(const char *source,
                         const char *target,
                         const char *expression,
                         const char *value)
{
    const struct problem *problem = assign(source, target, expression);

    ck_assert_msg(problem == NULL, "%s: %s", expression, problem == NULL ? "" : problem->message);
    mapping_run_row(&run, &value);
    mapping_run_apply(&run);
    return run.passed == 0 ? NULL : mapping_run_value(&run, 0, 0);
}

START_TEST(truncate_cuts_to_the_column)
{
    ck_assert_str_eq(carry("varchar(50)", "varchar(3)", "truncate(A)", "h\303\251llo"),
                     "h\303\251l");
    ck_assert_str_eq(carry("text", "char(2)", "TRUNCATE(trim(A))", " abc"), "ab");
    ck_assert_str_eq(carry("text", "varchar(2)", "truncate('abc')", ""), "ab");
    ck_assert_str_eq(carry("numeric(12,4)", "numeric(10,2)", "truncate(A)", "-1.2399"), "-1.23");
    ck_assert_str_eq(carry("numeric", "integer", "truncate(A)", "2.9"), "2");
    ck_assert_str_eq(carry("double precision", "integer", "truncate(A)", "-2.9"), "-2");
    ck_assert_str_eq(carry("double precision", "numeric(5,1)", "truncate(A)", "2.99"), "2.9");
    ck_assert_ptr_null(carry("numeric", "numeric(3,1)", "truncate(A)", "100.55"));
    ck_assert_str_eq(run.rejects[0].sqlstate, "22003");
    ck_assert_str_eq(carry("text", "text", "truncate(A, 2)", "abc"), "ab");
    ck_assert_ptr_null(carry("text", "text", "truncate(A, -1)", "abc"));
    ck_assert_str_eq(run.rejects[0].sqlstate, "22011");
}
END_TEST

START_TEST(fit_rejects_the_record)
{
    ck_assert_str_eq(carry("varchar(50)", "varchar(3)", "fit(A)", "abc"), "abc");
    ck_assert_ptr_null(carry("varchar(50)", "varchar(3)", "fit(A)", "abcd"));
    ck_assert_str_eq(run.rejects[0].sqlstate, "22001");
    ck_assert_ptr_null(carry("bigint", "integer", "Fit(A)", "3000000000"));
    ck_assert_ptr_null(carry("numeric(12,4)", "numeric(10,2)", "fit(A)", "1.2345"));
    ck_assert_ptr_null(carry("double precision", "integer", "fit(A)", "1.5"));
    ck_assert_ptr_null(carry("timestamp(6)", "timestamp(0)", "fit(A)", "2024-01-01 00:00:00.5"));
    ck_assert_ptr_null(carry("bigint", "double precision", "fit(A)", "9007199254740993"));
}
END_TEST

START_TEST(fit_does_not_silence_what_no_record_is_asked_for)
{
    ck_assert_ptr_nonnull(assign("double precision", "real", "fit(A)"));
    ck_assert_ptr_nonnull(assign("numeric", "double precision", "fit(A)"));
    ck_assert_ptr_nonnull(assign("timestamptz", "timestamp", "fit(A)"));
    ck_assert_ptr_nonnull(assign("text", "\"char\"", "fit(A)"));
    ck_assert_str_eq(run.problems.items[0].hint, "Write left(…, 1) if that is meant.");
}
END_TEST

START_TEST(truncate_and_fit_stand_outside_of_all)
{
    const struct problem *problem = assign("text", "varchar(3)", "upper(truncate(A))");

    ck_assert_str_eq(problem->message,
                     "truncate(x) must stand around the whole expression of a column");
    ck_assert_str_eq(problem->hint, "Within an expression, write left(x, n) or trunc(x, n).");
    ck_assert_int_eq(problem->place.column, 15 + 6);
    problem = assign("text", "varchar(3)", "coalesce(fit(A), 'x')");
    ck_assert_str_eq(problem->message, "fit(x) must stand around the whole expression of a column");
    problem = assign("text", "varchar(3)", "fit(truncate(A))");
    ck_assert_str_eq(problem->message,
                     "truncate(x) must stand around the whole expression of a column");
    problem = assign("text", "varchar(3)", "fit(A, 3)");
    ck_assert_str_eq(problem->message, "wrong number of arguments of fit()");
    problem = assign("integer", "varchar(3)", "truncate(A, 3)");
    ck_assert_str_eq(problem->message, "function truncate(integer, integer) does not exist");
    problem = assign("bigint", "integer", "truncate(A)");
    ck_assert_str_eq(problem->message,
                     "truncate() has nothing to cut: column \"x\" is of type integer, the "
                     "expression of type bigint");
    ck_assert_ptr_nonnull(assign("text", "text", "truncate(A)"));
    problem = assign("numeric(12,4)", "numeric(6,2)", "truncate(A)");
    ck_assert_str_eq(problem->hint,
                     "Write fit(trunc(…, 2)): truncate() drops digits after the point only.");
    ck_assert_ptr_null(assign("numeric(12,4)", "numeric(6,2)", "fit(trunc(A, 2))"));
}
END_TEST

START_TEST(without_a_target_the_forms_change_nothing)
{
    mapping_run_source(&run, "A", "varchar(50)");
    mapping_run_column(&run, "x", "fit(A)");
    mapping_run_column(&run, "y", "truncate(A)");
    ck_assert(mapping_run_compile(&run));
    ck_assert_int_eq(program_target_schema(run.program)->columns[1].type.length, 50);
}
END_TEST

/* A column of the type that a lookup's table states, filled by it. */
static void fill_by_lookup(enum lookup_missing missing, const char *target)
{
    static const char *const pairs[] = {"1", "abc", NULL, NULL};

    mapping_run_release(&run);
    mapping_run_init(&run);
    mapping_run_source(&run, "A", "text");
    mapping_run_target(&run, "x", target);
    mapping_run_lookup(&run, "l", missing, pairs);
    run.lookup_columns[1].type = (struct type){.id = TYPE_VARCHAR, .length = 3};
    mapping_run_column(&run, "x", "lookup('l', A)");
}

START_TEST(values_of_lookups_are_as_long_as_their_column)
{
    fill_by_lookup(LOOKUP_MISSING_REJECT, "varchar(2)");
    ck_assert(!mapping_run_compile(&run));
    ck_assert_str_eq(run.problems.items[0].message,
                     "column \"x\" holds 2 characters, but the expression may have 3");
    fill_by_lookup(LOOKUP_MISSING_NULL, "varchar(3)");
    ck_assert(mapping_run_compile(&run));
    ck_assert_int_eq(asked(PROGRAM_ASKED_LENGTH), 0);
}
END_TEST

START_TEST(a_key_that_a_lookup_keeps_is_not_cut)
{
    fill_by_lookup(LOOKUP_MISSING_KEEP, "varchar(5)");
    ck_assert(mapping_run_compile(&run));
    ck_assert_int_eq(asked(PROGRAM_ASKED_LENGTH), 1);
    mapping_run_row(&run, (const char *[]){"12345"});
    mapping_run_row(&run, (const char *[]){"123456"});
    mapping_run_apply(&run);
    ck_assert_int_eq(run.passed, 1);
    ck_assert_str_eq(mapping_run_value(&run, 0, 0), "12345");
    ck_assert_str_eq(run.rejects[0].sqlstate, "22001");
}
END_TEST

START_TEST(a_copy_is_told_where_to_write)
{
    static const struct place places[] = {{"m.yaml", 5, 9}, {"m.yaml", 6, 9}};

    mapping_run_source(&run, "a", "varchar(50)");
    mapping_run_source(&run, "b", "varchar(50)");
    mapping_run_target(&run, "a", "varchar(20)");
    mapping_run_target(&run, "b", "varchar(20)");
    run.copy[0] = "a";
    run.copy[1] = "b*";
    run.mapping.copy_places = places;
    ck_assert(!mapping_run_compile(&run));
    ck_assert_int_eq(run.problems.errors, 2);
    ck_assert_int_eq(run.problems.items[1].place.line, 6);
    ck_assert_str_eq(run.problems.items[1].hint,
                     "Give it a rule under columns: truncate(b) to cut it, or fit(b) to reject "
                     "the records in which it is longer.");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        what_is_bounded_and_larger_is_refused,
        what_fits_is_taken,
        what_is_not_known_is_asked_of_each_record,
        truncate_cuts_to_the_column,
        fit_rejects_the_record,
        fit_does_not_silence_what_no_record_is_asked_for,
        truncate_and_fit_stand_outside_of_all,
        without_a_target_the_forms_change_nothing,
        values_of_lookups_are_as_long_as_their_column,
        a_key_that_a_lookup_keeps_is_not_cut,
        a_copy_is_told_where_to_write,
    };
    return RUN_TESTS("problems_lossy", tests);
}
