/* test_expressions.c — random expressions through PostgreSQL and through mappings, side by side.
 *
 * For every expression both must agree on whether it is one, and on its type; and for every row on
 * the value as text or on the SQLSTATE of its error. One row is tried again with its values written
 * into the expression: what is computed at compile time must be what is computed for a record.
 * Every function, operator and cast must have given a value that both agree on, so often that it
 * can be called tried; half of the expressions are made for what was tried least so far.
 *
 * Cases that are kept (test_expressions_cases.h) come first. A case that differs is shrunk, shown,
 * and printed as a line to keep. NOVATE_TEST_PG names the server; the seed is another one each time
 * and printed, and NOVATE_SEED repeats a run; NOVATE_TEST_EXPRESSION_ROWS says how much;
 * NOVATE_TEST_KEEP_CASES names a file that lines to keep are appended to.
 *
 * Differences that are meant, and that the generator or allowed() below leaves out:
 *   - A constant expression that fails is an error for every row in PostgreSQL, which computes it
 *     while planning; here only for rows that get there. No expression without a column is made.
 *   - Functions of bytea other than length are not in the language: refused here; so are fields of
 *     formats that are not in its tables, and formats that are not constant.
 *   - A char whose length is not known any more (coalesce of char(3) and char(5)) keeps its blanks
 * in PostgreSQL and loses them here: it shows in concat(), LIKE and bytea only.
 *   - 22009, a displacement of the time zone out of range, is 22008 here; and a text that is no
 * date for two reasons may be 22007 on one side and 22008 on the other.
 *   - make_interval() out of range is 22008, as in servers from 17 on; older ones wrap around.
 *   - A date that is written without delimiters and whose year does not fit in 32 bits is 22008;
 * the server lets the year wrap around. Texts that are put together happen to be such.
 *   - A time of day made of an interval within a day of the least one is the right one here.
 *   - numeric ^ numeric rounds a result that is half a unit and a trifle up; the server leaves the
 *     trifle out while it multiplies.
 *   - timezone(interval, time) is of time with time zone there, which is no type here.
 *   - Messages differ; SQLSTATEs may not, but for that.
 * SPDX-License-Identifier: Apache-2.0 */
#include "expression_run.h"
#include "reference_evaluator.h"
#include "seed.h"
#include "test_expressions_cases.h"
#include "test_expressions_coverage.h"
#include "test_expressions_forms.h"
#include "test_expressions_server.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH           4
#define TABLE_CASES     50 /* expressions per set of rows */
#define SKIPPED         77
#define DIFFERENCES_MAX 20
#define COVERED_ROWS    4  /* of an expression, counted as calls */
#define COVERED_LEAST   10 /* calls of a function in a run of ROWS_FULL */
#define ROWS_FULL       500000
#define ROWS_MOST       1000000 /* for what was hardly called by then */
#if defined(__SANITIZE_ADDRESS__)
#    define ROWS_DEFAULT 60000
#else
#    define ROWS_DEFAULT ROWS_FULL
#endif

struct comparison {
    struct server server;
    struct seed seed;
    struct arena arena; /* of one set of rows */
    struct grammar grammar;
    struct coverage coverage;
    struct expression_rows rows; /* the server's, typed */
    long expressions;
    long refused;
    long values;
    long errors;
    long allowed;
    long differences;
};

/* What both sides are asked: a tree, which can be shrunk, or the text of a kept case. */
struct question {
    struct tree *tree; /* or NULL */
    const char *text;
};

/* These values on the server and in vectors. */
static void use_rows(struct comparison *comparison, const char *const (*values)[CELLS])
{
    server_fill(&comparison->server, values, &comparison->arena);
    expression_rows_fill(&comparison->rows, comparison->server.cells[0], ROWS);
}

/* One value in five is NULL. */
static void make_rows(struct comparison *comparison)
{
    static const char *values[ROWS][CELLS];

    for (int row = 0; row < ROWS; row++) {
        for (int cell = 0; cell < CELLS; cell++) {
            int type = cell / GRAMMAR_COLUMNS;
            int value = seed_below(&comparison->seed, grammar_value_count(type));
            const char *text = grammar_types[type].values[value];
            if (strcmp(column_type(cell), "char(1)") == 0 && strlen(text) > 2) {
                text = "x";
            }
            values[row][cell] = seed_below(&comparison->seed, 5) == 0 ? NULL : text;
        }
    }
    use_rows(comparison, (const char *const(*)[CELLS])values);
}

static void take_answer(const struct expression_answer *from, struct answer *answer)
{
    *answer = (struct answer){.refusal = from->refusal, .type = from->type.id};
    for (int row = 0; row < from->rows && from->refusal == NULL; row++) {
        answer->rows[row] = from->values[row];
    }
}

/* One of the errors of a text that is no date. */
static bool no_date(const char *answer)
{
    return strcmp(answer, "!22007") == 0 || strcmp(answer, "!22008") == 0 ||
           strcmp(answer, "!22023") == 0;
}

static bool same_answer(const char *server, const char *ours)
{
    return strcmp(server, ours) == 0 || (no_date(server) && no_date(ours));
}

/* The same number but for its last digits. */
static bool are_close(const char *server, const char *ours)
{
    char *server_end = NULL;
    char *ours_end = NULL;

    if (server[0] != '=' || ours[0] != '=') {
        return false;
    }
    double a = strtod(server + 1, &server_end);
    double b = strtod(ours + 1, &ours_end);
    return server_end > server + 1 && *server_end == '\0' && ours_end > ours + 1 &&
           *ours_end == '\0' && fabs(a - b) <= 1e-14 * fabs(a);
}

/* A text that was put together, read as a date. */
static bool reads_composed_date(const char *expression)
{
    bool composed = strstr(expression, "concat") != NULL || strstr(expression, "||") != NULL ||
                    strstr(expression, "repeat(") != NULL || strstr(expression, "pad(") != NULL;
    return composed &&
           (strstr(expression, "::date") != NULL || strstr(expression, "::timestamp") != NULL);
}

/* Does a row differ in what this file's head lists? */
static bool is_meant(const char *expression,
                     enum type_id type,
                     const char *server,
                     const char *ours)
{
    bool power = strstr(expression, "pow(") != NULL || strstr(expression, "power(") != NULL ||
                 strstr(expression, " ^ ") != NULL;

    if (same_answer(server, ours) ||
        (strstr(expression, "make_interval") != NULL && strcmp(ours, "!22008") == 0)) {
        return true;
    }
    if (reads_composed_date(expression) && server[0] != '!' && strcmp(ours, "!22008") == 0) {
        return true;
    }
    if (power && type == TYPE_NUMERIC && strlen(server) == strlen(ours) &&
        are_close(server, ours)) {
        return true;
    }
    return type == TYPE_TIME && server[0] == '=' && strcmp(server, "=24:00:00") > 0;
}

static bool all_meant(const char *expression,
                      const struct answer *server,
                      const struct answer *ours)
{
    bool meant = server->type == ours->type;

    for (int row = 0; meant && row < ROWS; row++) {
        meant = is_meant(expression, ours->type, server->rows[row], ours->rows[row]);
    }
    return meant;
}

/* Is it one of the differences in this file's head? */
static bool allowed(const char *expression, const struct answer *server, const struct answer *ours)
{
    if (ours->refusal == NULL && server->refusal == NULL) {
        if (all_meant(expression, server, ours)) {
            return true;
        }
        bool padded = strstr(expression, "c_") != NULL || strstr(expression, "::char") != NULL;
        return padded && server->type == ours->type &&
               (strstr(expression, "concat") != NULL || strstr(expression, "LIKE") != NULL ||
                strchr(expression, '~') != NULL || strstr(expression, "octet_length") != NULL ||
                strstr(expression, "bytea") != NULL);
    }
    if (ours->refusal == NULL || server->refusal != NULL) {
        return false;
    }
    return strstr(ours->refusal, "is not available") != NULL ||
           strstr(ours->refusal, "bytea") != NULL ||
           strstr(ours->refusal, "function timezone(interval, time without") != NULL ||
           server->type == TYPE_OTHER;
}

static bool agree(const struct answer *server, const struct answer *ours)
{
    if (server->refusal != NULL || ours->refusal != NULL) {
        return server->refusal != NULL && ours->refusal != NULL;
    }
    bool same = server->type == ours->type;
    for (int row = 0; row < ROWS; row++) {
        same = same && same_answer(server->rows[row], ours->rows[row]);
    }
    return same;
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

/* The column that a word names, or CELLS. */
static int find_cell(struct arena *arena, struct text word)
{
    int cell = 0;

    while (cell < CELLS && !text_equal(word, text_of(column_name(arena, cell)))) {
        cell++;
    }
    return cell;
}

/* The expression with the values of a row in the place of its columns. */
static void push_inlined(struct comparison *comparison,
                         const char *expression,
                         int row,
                         struct text_buffer *out)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
    bool quoted = false;

    for (const char *at = expression; *at != '\0';) {
        size_t size = quoted ? 0 : strspn(at, letters);
        int cell = size == 0 ? CELLS : find_cell(&comparison->arena, text_from(at, size));
        if (cell == CELLS) {
            quoted = quoted != (*at == '\'');
            text_buffer_push(out, at, size == 0 ? 1 : size);
            at += size == 0 ? 1 : size;
            continue;
        }
        at += size;
        text_buffer_string(out, "CAST(");
        if (comparison->server.cells[row][cell] == NULL) {
            text_buffer_string(out, "NULL");
        } else {
            text_buffer_literal(out, text_of(comparison->server.cells[row][cell]));
        }
        text_buffer_format(out, " AS %s)", column_type(cell));
    }
}

/* Prints the line of a case, and keeps it where that was asked for. */
static void show_line(struct comparison *comparison, const char *expression, int row)
{
    const char *line = case_line(
        expression, (const char *const *)comparison->server.cells[row], &comparison->arena);

    printf("  to keep: %s\n", line);
    case_keep(line);
}

/* What is computed at compile time is what is computed for a record; or what PostgreSQL makes of
 * the same text, which compares a list of constants otherwise than one with columns in it. */
static bool folds_alike(struct comparison *comparison,
                        const char *expression,
                        int row,
                        const struct answer *ours)
{
    static const struct expression_how how = {.layout = EXPRESSION_FLAT};
    static struct expression_rows one; /* no column, one row */
    struct text_buffer text;
    struct expression_answer inlined;

    if (one.rows == 0) {
        expression_rows_init(&one, comparison->rows.timezone);
        one.rows = 1;
    }
    text_buffer_init(&text, 1 << 22);
    push_inlined(comparison, expression, row, &text);
    expression_ask(&one, text.data, &how, &comparison->arena, &inlined);
    if (inlined.refusal != NULL && strstr(inlined.refusal, "regular expression") != NULL) {
        text_buffer_release(&text);
        return true; /* a constant pattern that is wrong is refused before any record is read */
    }
    bool same = inlined.refusal == NULL && strcmp(inlined.values[0], ours->rows[row]) == 0;
    if (!same && inlined.refusal == NULL) {
        struct answer server;
        server_ask(&comparison->server, text.data, 1, &comparison->arena, &server);
        /* A constant of a list that fails: an error at once there, here if it is looked at. */
        bool fails = server.rows[0] != NULL && server.rows[0][0] == '!' &&
                     strstr(text.data, " IN (") != NULL;
        same = server.refusal == NULL && (fails || strcmp(inlined.values[0], server.rows[0]) == 0);
    }
    if (!same) {
        printf("inlined: %.2000s\n  %.200s, not %.200s\n",
               text.data,
               inlined.refusal != NULL ? inlined.refusal : inlined.values[0],
               ours->rows[row]);
        show_line(comparison, expression, row);
    }
    text_buffer_release(&text);
    return same;
}

/* True when both sides agree, in every layout, or may differ. */
static bool compare(struct comparison *comparison,
                    const char *expression,
                    struct answer *server,
                    struct answer *ours)
{
    static const struct expression_how hows[] = {{.layout = EXPRESSION_FLAT},
                                                 {.layout = EXPRESSION_DICTIONARY}};
    struct arena *arena = &comparison->arena;
    struct expression_run run;
    struct expression_answer answer;
    bool same = true;

    server_ask(&comparison->server, expression, ROWS, arena, server);
    bool compiled = expression_compile(&run, &comparison->rows, expression, arena);
    for (int i = 0; i < 2 && same; i++) {
        if (compiled) {
            expression_apply(&run, &hows[i], &answer);
        } else {
            answer = (struct expression_answer){.refusal = expression_refusal(&run)};
        }
        take_answer(&answer, ours);
        same = agree(server, ours) || allowed(expression, server, ours);
    }
    expression_release(&run);
    return same;
}

static bool differs(struct comparison *comparison, struct tree *root)
{
    struct answer server;
    struct answer ours;

    return !compare(comparison, tree_text(root, &comparison->arena), &server, &ours);
}

/* Puts a child in the place of its parent, or a column in the place of a tree, as long as both
 * sides still differ. */
static bool shrink_once(struct comparison *comparison, struct tree *root, struct tree *tree)
{
    struct tree before = *tree;

    for (int i = 0; i <= before.count; i++) {
        struct tree *other =
            i < before.count ? before.children[i] : tree_column(&comparison->grammar, before.type);
        if (before.count == 0 || other->type != before.type) {
            continue;
        }
        *tree = *other;
        if (differs(comparison, root)) {
            return true;
        }
        *tree = before;
    }
    for (int i = 0; i < tree->count; i++) {
        if (shrink_once(comparison, root, tree->children[i])) {
            return true;
        }
    }
    return false;
}

/* Shows a difference, and the line to keep. */
static void report(struct comparison *comparison, struct question question, uint64_t seed)
{
    struct answer server;
    struct answer ours;
    int row = 0;

    while (question.tree != NULL && shrink_once(comparison, question.tree, question.tree)) {
    }
    const char *expression =
        question.tree == NULL ? question.text : tree_text(question.tree, &comparison->arena);
    (void)compare(comparison, expression, &server, &ours);
    printf("differs (state of the seed %llu): %s\n", (unsigned long long)seed, expression);
    if (server.refusal != NULL || ours.refusal != NULL || server.type != ours.type) {
        printf("  server: %s, type %d; mapping: %s, type %d\n",
               server.refusal == NULL ? "taken" : server.refusal,
               (int)server.type,
               ours.refusal == NULL ? "taken" : ours.refusal,
               (int)ours.type);
    } else {
        while (row + 1 < ROWS && same_answer(server.rows[row], ours.rows[row])) {
            row++;
        }
        printf("  server %.200s, mapping %.200s\n", server.rows[row], ours.rows[row]);
    }
    show_line(comparison, expression, row);
}

static void count_calls(struct comparison *comparison, const char *expression)
{
    struct reference reference;
    const char *message = NULL;

    if (!reference_bind(&reference, &comparison->rows, expression, &comparison->arena)) {
        return;
    }
    reference.called = coverage_called;
    reference.state = &comparison->coverage;
    for (int i = 0; i < COVERED_ROWS; i++) {
        (void)reference_value(&reference, seed_below(&comparison->seed, ROWS), &message);
    }
}

/* `row` is the one that is computed at compile time, too. */
static void run_case(struct comparison *comparison,
                     struct question question,
                     int row,
                     uint64_t seed)
{
    struct answer server;
    struct answer ours;

    comparison->expressions++;
    if (!compare(comparison, question.text, &server, &ours)) {
        comparison->differences++;
        report(comparison, question, seed);
        return;
    }
    comparison->refused += server.refusal != NULL;
    comparison->allowed += server.refusal == NULL && ours.refusal != NULL;
    if (server.refusal != NULL || ours.refusal != NULL) {
        return;
    }
    comparison->differences += !folds_alike(comparison, question.text, row, &ours);
    count_calls(comparison, question.text);
    for (int i = 0; i < ROWS; i++) {
        comparison->values += server.rows[i][0] != '!';
        comparison->errors += server.rows[i][0] == '!';
    }
}

static void run_random(struct comparison *comparison)
{
    uint64_t seed = comparison->seed.state;
    int type = seed_below(&comparison->seed, GRAMMAR_TYPES);
    struct tree *tree = chance(&comparison->grammar, 50)
                            ? grow_poorest(&comparison->grammar, &comparison->coverage, DEPTH - 1)
                            : grow(&comparison->grammar, type, DEPTH);

    run_case(comparison,
             (struct question){.tree = tree, .text = tree_text(tree, &comparison->arena)},
             seed_below(&comparison->seed, ROWS),
             seed);
}

/* As many at a time as there are rows; each is tried with the rows of the others, too. */
static void run_kept(struct comparison *comparison)
{
    static const char *values[ROWS][CELLS];
    struct kept_cases cases;
    struct arena arena;

    arena_init(&arena, 1 << 20, NULL);
    cases_load(&cases, &arena);
    for (int first = 0; first < cases.count; first += ROWS) {
        int count = cases.count - first < ROWS ? cases.count - first : ROWS;
        memset(values, 0, sizeof values);
        for (int i = 0; i < count; i++) {
            memcpy(values[i], cases.items[first + i].values, sizeof values[i]);
        }
        arena_reset(&comparison->arena);
        use_rows(comparison, (const char *const(*)[CELLS])values);
        for (int i = 0; i < count; i++) {
            long before = comparison->differences;
            run_case(
                comparison, (struct question){.text = cases.items[first + i].expression}, i, 0);
            if (comparison->differences > before) {
                printf("  kept as %s\n", cases.items[first + i].place);
            }
        }
    }
    printf("%d kept cases\n", cases.count);
    ck_assert_int_gt(cases.count, 0);
    arena_release(&arena);
}

static void open_comparison(struct comparison *comparison)
{
    comparison->seed = seed_fresh();
    arena_init(&comparison->arena, 1 << 20, NULL);
    server_open(&comparison->server, getenv("NOVATE_TEST_PG"), &comparison->arena);
    expression_rows_init(&comparison->rows, "Europe/London"); /* as the session's */
    for (int cell = 0; cell < CELLS; cell++) {
        expression_rows_column(
            &comparison->rows, column_name(&comparison->arena, cell), column_type(cell));
    }
    grammar_init(&comparison->grammar, &comparison->seed, &comparison->arena);
    coverage_init(&comparison->coverage, &comparison->grammar);
}

/* Calls wanted in a run of that many rows: a short one need not get everywhere. */
static long least(long rows, int kind)
{
    return rows < ROWS_FULL ? 0 : kind == COVERAGE_FUNCTIONS ? COVERED_LEAST : 1;
}

/* Chance leaves out an operator now and then: a run goes on until each was called, for a while. */
static bool goes_on(const struct comparison *comparison, long wanted)
{
    long rows = comparison->values + comparison->errors;
    bool more = rows < wanted;

    for (int kind = 0; !more && rows < ROWS_MOST && kind < COVERAGE_KINDS; kind++) {
        more = coverage_poor(&comparison->coverage, (enum coverage_kind)kind, least(wanted, kind));
    }
    return more && comparison->differences < DIFFERENCES_MAX;
}

START_TEST(expressions_mean_what_they_mean_in_postgresql)
{
    static struct comparison comparison;
    const char *given = getenv("NOVATE_TEST_EXPRESSION_ROWS");
    long wanted = given == NULL ? ROWS_DEFAULT : strtol(given, NULL, 10);
    int poor = 0;

    open_comparison(&comparison);
    run_kept(&comparison);
    for (long i = 0; goes_on(&comparison, wanted); i++) {
        if (i % TABLE_CASES == 0) {
            arena_reset(&comparison.arena);
            grammar_init(&comparison.grammar, &comparison.seed, &comparison.arena);
            make_rows(&comparison);
        }
        run_random(&comparison);
    }
    PQfinish(comparison.server.connection);
    printf("%ld expression-rows: %ld values, %ld errors; %ld expressions, %ld refused by both, "
           "%ld here only; %ld differ\n",
           comparison.values + comparison.errors,
           comparison.values,
           comparison.errors,
           comparison.expressions,
           comparison.refused,
           comparison.allowed,
           comparison.differences);
    for (int kind = 0; kind < COVERAGE_KINDS; kind++) {
        poor += coverage_report(
            &comparison.coverage, (enum coverage_kind)kind, least(wanted, kind), &comparison.arena);
    }
    ck_assert_int_eq(comparison.differences, 0);
    ck_assert_int_gt(comparison.values, comparison.errors);
    ck_assert_msg(poor == 0, "some functions were hardly called: see above");
    arena_release(&comparison.arena);
    expression_rows_release(&comparison.rows);
}
END_TEST

int main(void)
{
    if (getenv("NOVATE_TEST_PG") == NULL) {
        puts("skipped: NOVATE_TEST_PG does not name a server");
        return SKIPPED;
    }
    Suite *suite = suite_create("expressions");
    TCase *tcase = tcase_create("random");

    tcase_set_timeout(tcase, 0);
    tcase_add_test(tcase, expressions_mean_what_they_mean_in_postgresql);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
