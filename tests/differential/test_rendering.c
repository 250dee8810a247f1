/* test_rendering.c — random expressions as mappings have them and as the cross-check lets
 * PostgreSQL compute them: rendered, over records that were copied to the server, decoded again.
 *
 * Every row must have the same canonical value on both sides, or an error on both. What
 * test_expressions.c lists as meant to differ is not asked. NOVATE_SEED repeats a run.
 * SPDX-License-Identifier: Apache-2.0 */
#include "assertions.h"
#include "expression_run.h"
#include "seed.h"
#include "test_expressions_coverage.h"
#include "test_expressions_forms.h"
#include "test_expressions_server.h"

#include "novate/canonical.h"
#include "novate/cross_check.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH 4
#if defined(__SANITIZE_ADDRESS__)
#    define EXPRESSIONS 40 /* in batches of three rows */
#else
#    define EXPRESSIONS 400
#endif
#define PER_ROWS 50
#define SKIPPED  77
#define SLICE    (ROWS < LIMIT_BATCH_ROWS ? ROWS : LIMIT_BATCH_ROWS)

struct trial {
    struct server server;
    struct session *session;
    struct seed seed;
    struct arena arena;
    struct grammar grammar;
    struct expression_rows rows;
    struct text_buffer scratch;
    /* of the expression in hand */
    const char *text;
    struct expression_run run;
    struct cross_check *cross;
    int first;        /* row that the slice in hand begins with */
    int count;        /* of its rows */
    int passed[ROWS]; /* its row in run.out; -1: refused */
    bool met[ROWS];
    long expressions;
    long values;
    long errors;
};

static void make_rows(struct trial *trial)
{
    static const char *values[ROWS][CELLS];

    for (int row = 0; row < ROWS; row++) {
        for (int cell = 0; cell < CELLS; cell++) {
            int type = cell / GRAMMAR_COLUMNS;
            int value = seed_below(&trial->seed, grammar_value_count(type));
            const char *text = grammar_types[type].values[value];
            if (strcmp(column_type(cell), "char(1)") == 0 && strlen(text) > 2) {
                text = "x";
            }
            values[row][cell] = seed_below(&trial->seed, 5) == 0 ? NULL : text;
        }
    }
    server_fill(&trial->server, (const char *const(*)[CELLS])values, &trial->arena);
    expression_rows_fill(&trial->rows, trial->server.cells[0], ROWS);
}

/* What is meant to differ, or has no type that a column may have. */
static bool is_left_out(const char *text)
{
    static const char *const words[] = {
        "make_interval", "v_i_", "pow", " ^ ", "c_", "::char", "AS char", "timezone(", NULL};
    for (const char *const *word = words; *word != NULL; word++) {
        if (strstr(text, *word) != NULL) {
            return true;
        }
    }
    return false;
}

static const char *make_text(struct trial *trial)
{
    struct text_buffer buffer;
    int type = seed_below(&trial->seed, GRAMMAR_TYPES);
    struct tree *tree = grow(&trial->grammar, type, DEPTH);

    text_buffer_init(&buffer, 1 << 20);
    tree_push(tree, &buffer);
    const char *text = arena_copy(&trial->arena, buffer.data, buffer.size);
    text_buffer_release(&buffer);
    return text;
}

/* The columns that the expression reads, of the rows of the slice, and a hash that says which row
 * it is. */
static void fill_batch(struct trial *trial, struct batch *batch)
{
    struct error error = ERROR_NONE;
    uint16_t selection[ROWS];
    int count = 0;
    const int *columns = program_source_columns(trial->run.program, &count);

    must(batch_begin(batch, trial->count, false, &error), &error);
    for (int row = 0; row < trial->count; row++) {
        selection[row] = (uint16_t)(trial->first + row);
        batch->source_hashes[row] = (struct hash){.low = (uint64_t)row};
    }
    for (int i = 0; i < count; i++) {
        must(vector_select(&trial->rows.vectors[columns[i]],
                           selection,
                           trial->count,
                           &batch->arena,
                           &batch->columns[i],
                           &error),
             &error);
    }
    batch_set_rows(batch, trial->count);
}

static void map_rows(struct trial *trial)
{
    struct error error = ERROR_NONE;
    struct transformer mapping = transform_as_transformer(trial->run.transform);
    struct batch *out = &trial->run.out;

    fill_batch(trial, &trial->run.in);
    must(mapping.apply(mapping.state, &trial->run.in, out, &error), &error);
    hold(out->rows + out->reject_count == trial->count);
    for (int row = 0; row < trial->count; row++) {
        trial->passed[row] = -1;
        trial->met[row] = false;
    }
    for (int row = 0; row < out->rows; row++) {
        trial->passed[out->source_hashes[row].low] = row;
    }
}

static bool same_value(struct trial *trial, const struct batch *batch, int row, int passed)
{
    struct error error = ERROR_NONE;
    struct hash ours;
    struct hash theirs;

    must(canonical_hash_value(&trial->run.out.columns[0], passed, &trial->scratch, &ours, &error),
         &error);
    must(
        canonical_hash_value(&batch->columns[CROSS_COLUMNS], row, &trial->scratch, &theirs, &error),
        &error);
    return hash_equal(ours, theirs);
}

static void show(struct trial *trial, const struct batch *batch, int row, int passed)
{
    text_buffer_reset(&trial->scratch);
    text_buffer_string(&trial->scratch, "novate ");
    if (passed >= 0) {
        vector_format(&trial->run.out.columns[0], passed, &trial->scratch);
    }
    text_buffer_string(&trial->scratch, "; server ");
    vector_format(&batch->columns[CROSS_COLUMNS], row, &trial->scratch);
    ck_abort_msg("%s: %s", trial->text, trial->scratch.data);
}

static bool compare_rows(void *state, struct batch *batch, struct error *error)
{
    struct trial *trial = state;

    (void)error;
    for (int row = 0; row < batch->rows; row++) {
        int record = (int)batch->columns[CROSS_RECORD].int64s[row];
        int passed = trial->passed[record];
        bool failed = cross_check_failed(trial->cross, record, 0);
        trial->met[record] = true;
        if (failed != (passed < 0) || (!failed && !same_value(trial, batch, row, passed))) {
            show(trial, batch, row, passed);
        }
        trial->values += !failed;
        trial->errors += failed;
    }
    return true;
}

static void ask_slice(struct trial *trial, struct batch *records)
{
    struct error error = ERROR_NONE;
    bool wanted[ROWS];

    for (int row = 0; row < trial->count; row++) {
        wanted[row] = true;
    }
    map_rows(trial);
    fill_batch(trial, records);
    must(cross_check_records(trial->cross, records, wanted, &error), &error);
    must(cross_check_read(trial->cross, trial, compare_rows, &error), &error);
    for (int row = 0; row < trial->count; row++) {
        hold_msg(trial->met[row], "%s: row %d is missing", trial->text, row);
    }
}

static void ask_server(struct trial *trial, struct rendering *rendering)
{
    struct error error = ERROR_NONE;
    struct batch records;
    const struct cross_check_options options = {
        .session = trial->session,
        .source = program_source_schema(trial->run.program),
        .target = program_target_schema(trial->run.program),
        .rendering = rendering,
        .timezone = "Europe/London",
    };

    must(batch_init(&records, options.source, NULL, &error), &error);
    must(cross_check_open(&options, &trial->cross, &error), &error);
    must(cross_check_probe(trial->cross, &trial->arena, &error), &error);
    hold_msg(
        rendering->columns[0].sql != NULL, "%s: %s", trial->text, rendering->columns[0].reason);
    for (trial->first = 0; trial->first < ROWS; trial->first += SLICE) {
        int left = ROWS - trial->first;
        trial->count = left < SLICE ? left : SLICE;
        ask_slice(trial, &records);
    }
    cross_check_close(trial->cross);
    batch_release(&records);
}

static void try_expression(struct trial *trial)
{
    struct error error = ERROR_NONE;
    struct rendering rendering;

    trial->text = make_text(trial);
    if (is_left_out(trial->text)) {
        return;
    }
    bool compiled = expression_compile(&trial->run, &trial->rows, trial->text, &trial->arena);
    enum type_id type =
        compiled ? program_target_schema(trial->run.program)->columns[0].type.id : TYPE_OTHER;
    if (compiled && type != TYPE_INTERVAL && type != TYPE_TIME && type != TYPE_OTHER) {
        must(program_render(trial->run.program, NULL, NULL, &trial->arena, &rendering, &error),
             &error);
        hold_msg(
            rendering.columns[0].sql != NULL, "%s: %s", trial->text, rendering.columns[0].reason);
        ask_server(trial, &rendering);
        trial->expressions++;
    }
    expression_release(&trial->run);
}

START_TEST(rendered_expressions_mean_the_same)
{
    static struct trial trial;
    struct error error = ERROR_NONE;

    trial.seed = seed_fresh();
    arena_init(&trial.arena, 1 << 20, NULL);
    text_buffer_init(&trial.scratch, LIMIT_RECORD_BYTES);
    server_open(&trial.server, getenv("NOVATE_TEST_PG"), &trial.arena);
    must(session_open(getenv("NOVATE_TEST_PG"), false, &trial.session, &error), &error);
    expression_rows_init(&trial.rows, "Europe/London");
    for (int cell = 0; cell < CELLS; cell++) {
        expression_rows_column(&trial.rows, column_name(&trial.arena, cell), column_type(cell));
    }
    grammar_init(&trial.grammar, &trial.seed, &trial.arena);
    for (int i = 0; trial.expressions < EXPRESSIONS; i++) {
        if (i % PER_ROWS == 0) {
            arena_reset(&trial.arena);
            make_rows(&trial);
        }
        try_expression(&trial);
    }
    printf(
        "%ld expressions, %ld values, %ld errors\n", trial.expressions, trial.values, trial.errors);
    hold(trial.values > trial.expressions * ROWS / 4);
    hold(trial.errors > 0);
    session_close(trial.session);
    PQfinish(trial.server.connection);
    expression_rows_release(&trial.rows);
    text_buffer_release(&trial.scratch);
    arena_release(&trial.arena);
}
END_TEST

int main(void)
{
    if (getenv("NOVATE_TEST_PG") == NULL) {
        puts("skipped: NOVATE_TEST_PG does not name a server");
        return SKIPPED;
    }
    Suite *suite = suite_create("rendering");
    TCase *tcase = tcase_create("random");

    tcase_set_timeout(tcase, 0);
    tcase_add_test(tcase, rendered_expressions_mean_the_same);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
