/* test_reference.c — the engine against a second evaluator that is too simple to be wrong in the
 * same way (reference_evaluator.h): random expressions, try() and functions of our own included.
 *
 * The engine computes them in batches of 1, 2, 3, 64 and as many rows as there are (70, or in some
 * sets more than the largest batch holds), from vectors in every layout, between rows that the
 * reader refused, and over registers full of rubbish; values, NULLs and errors of every row must be
 * those of the second evaluator. No server is needed.
 *
 * And conditions divide rows: those for which p is true, those for which NOT p is, and those for
 * which p is unknown are all of them, whatever p is (those where it cannot be computed are the same
 * three times). The seed is another one each time; NOVATE_SEED repeats a run.
 * SPDX-License-Identifier: Apache-2.0 */
#include "expression_run.h"
#include "mapping_run.h"
#include "reference_evaluator.h"
#include "seed.h"
#include "test_expressions_coverage.h"
#include "test_expressions_forms.h"
#include "values.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CELLS           (GRAMMAR_TYPES * GRAMMAR_COLUMNS)
#define ROWS            70
#define ROWS_MANY       2100
#define SETS_MANY       20 /* one set in so many has them */
#define VALUES_MAX      256
#define DEPTH           4
#define TABLE_CASES     25
#define DIFFERENCES_MAX 10
#define CASES_FULL      2000
#if defined(__SANITIZE_ADDRESS__)
#    define CASES_DEFAULT 400
#else
#    define CASES_DEFAULT CASES_FULL
#endif

struct trial {
    struct seed seed;
    struct arena arena; /* of one set of rows */
    struct grammar grammar;
    struct coverage coverage;
    struct expression_rows rows;
    int row_count;
    const char *values[CELLS][VALUES_MAX]; /* as the columns have them: numeric(10,2) has digits */
    int value_counts[CELLS];
    long expressions;
    long refused;
    long compared;
    long errors;
    long differences;
};

/* What functions of our own are called with in their examples: no other text would suit them. */
static void read_examples(struct trial *trial, int cell)
{
    int count = 0;
    const struct function *table = function_table(&count);

    for (int i = 0; i < count; i++) {
        const char *at = (table[i].flags & FUNCTION_OURS) == 0 ? "" : table[i].example;
        while ((at = strchr(at, '\'')) != NULL) {
            size_t size = strcspn(at + 1, "'");
            ck_assert_int_lt(trial->value_counts[cell], VALUES_MAX);
            trial->values[cell][trial->value_counts[cell]++] =
                arena_copy(&trial->rows.lasting, at + 1, size);
            at += 1 + size + (at[1 + size] != '\0');
        }
    }
}

static void read_values(struct trial *trial)
{
    static struct mapping_run run;

    mapping_run_init(&run);
    for (int cell = 0; cell < CELLS; cell++) {
        const struct grammar_type *type = &grammar_types[cell / GRAMMAR_COLUMNS];
        const char *declared = type->declared[cell % GRAMMAR_COLUMNS];
        expression_rows_column(
            &trial->rows,
            arena_format(&run.arena, "%s_%d", type->short_name, cell % GRAMMAR_COLUMNS),
            declared);
        for (int i = 0; i < grammar_value_count(cell / GRAMMAR_COLUMNS); i++) {
            struct text_buffer text;
            text_buffer_init(&text, 1 << 20);
            text_buffer_string(&text, "CAST(");
            text_buffer_literal(&text, text_of(type->values[i]));
            text_buffer_format(&text, " AS %s)", declared);
            const char *value = mapping_run_evaluate(&run, text.data);
            ck_assert_msg(value[0] != '?' && value[0] != '!', "%s: %s", text.data, value);
            text_buffer_release(&text);
            trial->values[cell][trial->value_counts[cell]++] =
                arena_string(&trial->rows.lasting, value);
        }
        if (type->id == TYPE_TEXT) {
            read_examples(trial, cell);
        }
    }
    mapping_run_release(&run);
}

/* One value in five is NULL; every third column has the same value in all rows. */
static void make_rows(struct trial *trial)
{
    static const char *cells[ROWS_MANY][CELLS];

    for (int row = 0; row < trial->row_count; row++) {
        for (int cell = 0; cell < CELLS; cell++) {
            int value = seed_below(&trial->seed, trial->value_counts[cell]);
            cells[row][cell] = seed_below(&trial->seed, 5) == 0 ? NULL : trial->values[cell][value];
            if (row > 0 && cell % 3 == 2) {
                cells[row][cell] = cells[0][cell];
            }
        }
    }
    expression_rows_fill(&trial->rows, cells[0], trial->row_count);
}

static const char *tree_text(const struct tree *tree, struct arena *arena)
{
    struct text_buffer buffer;

    text_buffer_init(&buffer, 1 << 20);
    tree_push(tree, &buffer);
    const char *text = arena_copy(arena, buffer.data, buffer.size);
    text_buffer_release(&buffer);
    return text;
}

/* Puts try() around one subtree in five, now with a default and now without. */
static void put_tries(struct trial *trial, struct tree *tree)
{
    for (int i = 0; i < tree->count; i++) {
        put_tries(trial, tree->children[i]);
    }
    if (tree->count > 0 && chance(&trial->grammar, 20)) {
        struct tree *inner = tree_new(&trial->grammar, tree->type);
        *inner = *tree;
        *tree = (struct tree){.pieces = {"try("}, .type = inner->type};
        if (chance(&trial->grammar, 50)) {
            tree_add(tree, inner, ")");
        } else {
            tree_add(tree, inner, ", ");
            tree_add(tree, grow(&trial->grammar, inner->type, 1), ")");
        }
    }
}

static bool same_row(const char *value,
                     const char *message,
                     const struct expression_answer *engine,
                     int row)
{
    return strcmp(value, engine->values[row]) == 0 &&
           (message == NULL
                ? engine->messages[row] == NULL
                : engine->messages[row] != NULL && strcmp(message, engine->messages[row]) == 0);
}

static void show(const struct expression_how *how,
                 const char *text,
                 const char *value,
                 const char *engine)
{
    printf("%s\n  layout %d, batches of %d%s: engine %.200s, row by row %.200s\n",
           text,
           (int)how->layout,
           how->batch_rows,
           how->gaps ? " with gaps" : "",
           engine,
           value);
}

static void compare_layouts(struct trial *trial,
                            const char *text,
                            struct expression_run *run,
                            const char *const *values,
                            const char *const *messages)
{
    static const int sizes[] = {1, 2, 3, 64, 0};
    struct expression_answer answer;

    for (int i = trial->row_count == ROWS ? 0 : 4; i < 5; i++) {
        struct expression_how how = {.layout = (enum expression_layout)seed_below(&trial->seed, 4),
                                     .batch_rows = sizes[i],
                                     .gaps = chance(&trial->grammar, 30) != 0};
        expression_apply(run, &how, &answer);
        for (int row = 0; row < trial->row_count; row++) {
            trial->compared++;
            if (!same_row(values[row], messages[row], &answer, row)) {
                trial->differences++;
                show(&how, text, values[row], answer.values[row]);
                return;
            }
        }
    }
}

static void run_expression(struct trial *trial, const char *text)
{
    struct reference reference;
    struct expression_run run;
    static const char *values[ROWS_MANY];
    static const char *messages[ROWS_MANY];

    trial->expressions++;
    bool compiled = expression_compile(&run, &trial->rows, text, &trial->arena);
    ck_assert_int_eq(compiled, reference_bind(&reference, &trial->rows, text, &trial->arena));
    if (compiled) {
        reference.called = coverage_called;
        reference.state = &trial->coverage;
        for (int row = 0; row < trial->row_count; row++) {
            values[row] = reference_value(&reference, row, &messages[row]);
            trial->errors += messages[row] != NULL;
        }
        compare_layouts(trial, text, &run, values, messages);
    }
    trial->refused += !compiled;
    expression_release(&run);
}

/* Rows that pass a filter, and whether they were rejected. */
static bool apply_filter(struct trial *trial, const char *text, struct expression_answer *answer)
{
    const struct expression_how how = {.layout =
                                           (enum expression_layout)seed_below(&trial->seed, 4),
                                       .gaps = chance(&trial->grammar, 30) != 0};
    struct expression_run run;
    bool compiled = expression_compile_filter(&run, &trial->rows, text, &trial->arena);

    if (compiled) {
        expression_apply(&run, &how, answer);
    }
    expression_release(&run);
    return compiled;
}

static void run_partition(struct trial *trial, const char *text)
{
    static const char *const forms[] = {"%s", "NOT (%s)", "(%s) IS NULL"};
    struct expression_answer answers[3];

    for (int i = 0; i < 3; i++) {
        struct text_buffer form;
        const char *cut = strstr(forms[i], "%s");
        text_buffer_init(&form, 1 << 20);
        text_buffer_push(&form, forms[i], (size_t)(cut - forms[i]));
        text_buffer_string(&form, text);
        text_buffer_string(&form, cut + 2);
        const char *copy = arena_copy(&trial->arena, form.data, form.size);
        text_buffer_release(&form);
        if (!apply_filter(trial, copy, &answers[i])) {
            return;
        }
    }
    for (int row = 0; row < trial->row_count; row++) {
        int passed = 0;
        int rejected = 0;
        for (int i = 0; i < 3; i++) {
            passed += answers[i].values[row][0] == '=';
            rejected += answers[i].values[row][0] == '!';
        }
        if (passed + rejected / 3 != 1 || rejected % 3 != 0) {
            trial->differences++;
            printf("%s\n  is true, false and unknown: %s %s %s\n",
                   text,
                   answers[0].values[row],
                   answers[1].values[row],
                   answers[2].values[row]);
            return;
        }
    }
}

static void add_ours(struct grammar *grammar)
{
    int count = 0;
    const struct function *table = function_table(&count);

    for (int i = 0; i < count; i++) {
        if (table[i].kernel != NULL && (table[i].flags & FUNCTION_OURS) != 0) {
            ck_assert_int_lt(grammar->function_count, GRAMMAR_FUNCTIONS);
            grammar->functions[grammar->function_count++] = &table[i];
        }
    }
}

static void begin_set(struct trial *trial, bool many)
{
    trial->row_count = many ? ROWS_MANY : ROWS;
    arena_reset(&trial->arena);
    grammar_init(&trial->grammar, &trial->seed, &trial->arena);
    add_ours(&trial->grammar);
    make_rows(trial);
}

static void run_random(struct trial *trial)
{
    struct tree *tree = chance(&trial->grammar, 50)
                            ? grow_poorest(&trial->grammar, &trial->coverage, DEPTH - 1)
                            : grow(&trial->grammar, seed_below(&trial->seed, GRAMMAR_TYPES), DEPTH);

    if (chance(&trial->grammar, 50)) {
        put_tries(trial, tree);
    }
    run_expression(trial, tree_text(tree, &trial->arena));
    if (chance(&trial->grammar, 15)) {
        run_partition(trial, tree_text(grow_boolean(&trial->grammar, DEPTH), &trial->arena));
    }
}

START_TEST(the_engine_gives_what_row_by_row_evaluation_gives)
{
    static struct trial trial;
    const char *wanted = getenv("NOVATE_TEST_EXPRESSIONS");
    long cases = wanted == NULL ? CASES_DEFAULT : strtol(wanted, NULL, 10);

    trial.seed = seed_fresh();
    arena_init(&trial.arena, 1 << 20, NULL);
    expression_rows_init(&trial.rows, "Europe/London");
    read_values(&trial);
    grammar_init(&trial.grammar, &trial.seed, &trial.arena);
    add_ours(&trial.grammar);
    coverage_init(&trial.coverage, &trial.grammar);
    for (long i = 0; i < cases && trial.differences < DIFFERENCES_MAX; i++) {
        if (i % TABLE_CASES == 0) {
            begin_set(&trial, i / TABLE_CASES % SETS_MANY == SETS_MANY - 1);
        }
        run_random(&trial);
    }
    printf("%ld expressions, %ld refused; %ld rows compared, %ld with an error; %ld differ\n",
           trial.expressions,
           trial.refused,
           trial.compared,
           trial.errors,
           trial.differences);
    int poor = coverage_report(&trial.coverage, COVERAGE_FUNCTIONS, 1, &trial.arena);
    ck_assert_int_eq(trial.differences, 0);
    ck_assert_msg(poor == 0 || cases < CASES_FULL, "a function was never called: see above");
    ck_assert_int_gt(trial.expressions, 2 * trial.refused);
    arena_release(&trial.arena);
    expression_rows_release(&trial.rows);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reference");
    TCase *tcase = tcase_create("random");

    tcase_set_timeout(tcase, 0);
    tcase_add_test(tcase, the_engine_gives_what_row_by_row_evaluation_gives);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
