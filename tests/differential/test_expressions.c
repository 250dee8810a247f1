/* test_expressions.c — random expressions through PostgreSQL and through mappings, side by side.
 *
 * For every expression both must agree on whether it is one, and on its type; and for every row on
 * the value as text or on the SQLSTATE of its error. One row is tried again with its values written
 * into the expression: what is computed at compile time must be what is computed for a record.
 * NOVATE_TEST_PG names the server, NOVATE_SEED repeats a run, NOVATE_TEST_EXPRESSIONS says how
 * many. A case that differs is shrunk before it is shown.
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
 *   - Messages differ; SQLSTATEs may not, but for that.
 * SPDX-License-Identifier: Apache-2.0 */
#include "mapping_run.h"
#include "seed.h"
#include "test_expressions_forms.h"

#include <check.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS            8
#define DEPTH           4
#define TABLE_CASES     25 /* expressions per set of rows */
#define SKIPPED         77
#define CASES_DEFAULT   4000
#define DIFFERENCES_MAX 20
#define CELLS           (GRAMMAR_TYPES * GRAMMAR_COLUMNS)

struct comparison {
    PGconn *connection;
    struct seed seed;
    struct arena arena; /* of one set of rows */
    struct grammar grammar;
    const char *cells[ROWS][CELLS];
    long expressions;
    long refused;
    long values;
    long errors;
    long allowed;
    long differences;
};

/* What one side says: a refusal, or an answer per row. */
struct answer {
    const char *refusal; /* SQLSTATE or message, or NULL */
    enum type_id type;
    const char *rows[ROWS];
};

static void stop(const struct comparison *comparison, const char *what)
{
    fprintf(stderr, "%s: %s", what, PQerrorMessage(comparison->connection));
    exit(1);
}

static void command(const struct comparison *comparison, const char *sql)
{
    PGresult *result = PQexec(comparison->connection, sql);
    if (PQresultStatus(result) != PGRES_COMMAND_OK) {
        stop(comparison, sql);
    }
    PQclear(result);
}

static const char *column_name(struct arena *arena, int cell)
{
    return arena_format(
        arena, "%s_%d", grammar_types[cell / GRAMMAR_COLUMNS].short_name, cell % GRAMMAR_COLUMNS);
}

static const char *column_type(int cell)
{
    return grammar_types[cell / GRAMMAR_COLUMNS].declared[cell % GRAMMAR_COLUMNS];
}

static void open_server(struct comparison *comparison, const char *conninfo)
{
    struct text_buffer sql;

    comparison->connection = PQconnectdb(conninfo);
    if (PQstatus(comparison->connection) != CONNECTION_OK) {
        stop(comparison, "connecting");
    }
    command(comparison, "SET client_min_messages = warning");
    command(comparison, "SET datestyle = 'ISO, MDY'");
    command(comparison, "SET timezone = 'Europe/London'");
    command(comparison, "SET extra_float_digits = 1");
    command(comparison, "SET jit = off");
    text_buffer_init(&sql, 1 << 20);
    text_buffer_string(&sql, "CREATE TEMP TABLE t (r integer PRIMARY KEY");
    for (int cell = 0; cell < CELLS; cell++) {
        text_buffer_format(
            &sql, ", %s %s", column_name(&comparison->arena, cell), column_type(cell));
    }
    text_buffer_string(&sql, ")");
    command(comparison, sql.data);
    text_buffer_release(&sql);
    command(comparison,
            "CREATE FUNCTION pg_temp.attempt(expression text, r integer) RETURNS text "
            "LANGUAGE plpgsql AS $$ DECLARE answer text; BEGIN "
            "EXECUTE 'SELECT (' || expression || ')::text FROM t WHERE r = ' || r INTO answer; "
            "RETURN coalesce('=' || answer, 'NULL'); "
            "EXCEPTION WHEN OTHERS THEN RETURN '!' || SQLSTATE; END $$");
}

/* The values as the server keeps them: numeric(10,2) has its two digits. */
static void read_rows(struct comparison *comparison)
{
    PGresult *result = PQexec(comparison->connection, "SELECT * FROM t ORDER BY r");

    if (PQresultStatus(result) != PGRES_TUPLES_OK) {
        stop(comparison, "reading rows");
    }
    for (int row = 0; row < ROWS; row++) {
        for (int cell = 0; cell < CELLS; cell++) {
            const char *value = PQgetvalue(result, row, cell + 1);
            size_t size = strlen(value);
            while (strncmp(column_type(cell), "char", 4) == 0 && size > 0 &&
                   value[size - 1] == ' ') {
                size--; /* the padding is not part of the value */
            }
            comparison->cells[row][cell] = PQgetisnull(result, row, cell + 1)
                                               ? NULL
                                               : arena_copy(&comparison->arena, value, size);
        }
    }
    PQclear(result);
}

/* New values in the table and in `cells`; one in five is NULL. */
static void make_rows(struct comparison *comparison)
{
    struct text_buffer sql;

    text_buffer_init(&sql, 1 << 20);
    text_buffer_string(&sql, "TRUNCATE t; INSERT INTO t VALUES ");
    for (int row = 0; row < ROWS; row++) {
        text_buffer_format(&sql, "%s(%d", row == 0 ? "" : ", ", row);
        for (int cell = 0; cell < CELLS; cell++) {
            int type = cell / GRAMMAR_COLUMNS;
            int value = seed_below(&comparison->seed, grammar_value_count(type));
            const char *text = grammar_types[type].values[value];
            if (strcmp(column_type(cell), "char(1)") == 0 && strlen(text) > 2) {
                text = "x";
            }
            text_buffer_string(&sql, ", ");
            if (seed_below(&comparison->seed, 5) == 0) {
                text_buffer_string(&sql, "NULL");
            } else {
                text_buffer_literal(&sql, text_of(text));
            }
        }
        text_buffer_string(&sql, ")");
    }
    command(comparison, sql.data);
    text_buffer_release(&sql);
    read_rows(comparison);
}

static enum type_id type_of_oid(Oid oid)
{
    static const struct {
        Oid oid;
        enum type_id id;
    } types[] = {
        {16, TYPE_BOOL},
        {21, TYPE_INT2},
        {23, TYPE_INT4},
        {20, TYPE_INT8},
        {1700, TYPE_NUMERIC},
        {700, TYPE_FLOAT4},
        {701, TYPE_FLOAT8},
        {25, TYPE_TEXT},
        {1043, TYPE_VARCHAR},
        {1042, TYPE_CHAR},
        {17, TYPE_BYTEA},
        {1082, TYPE_DATE},
        {1083, TYPE_TIME},
        {1114, TYPE_TIMESTAMP},
        {1184, TYPE_TIMESTAMPTZ},
        {2950, TYPE_UUID},
        {1186, TYPE_INTERVAL},
    };
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (types[i].oid == oid) {
            return types[i].id;
        }
    }
    return TYPE_OTHER;
}

/* Does the server take it, and as what type? */
static bool describe(struct comparison *comparison,
                     const char *expression,
                     struct answer *answer,
                     struct arena *arena)
{
    const char *sql = arena_format(arena, "SELECT %s FROM t", expression);
    PGresult *result = PQprepare(comparison->connection, "", sql, 0, NULL);
    bool ok = PQresultStatus(result) == PGRES_COMMAND_OK;

    if (ok) {
        PQclear(result);
        result = PQdescribePrepared(comparison->connection, "");
        answer->type = type_of_oid(PQftype(result, 0));
    } else {
        answer->refusal = arena_string(arena, PQresultErrorField(result, PG_DIAG_SQLSTATE));
    }
    PQclear(result);
    return ok;
}

static void ask_server(struct comparison *comparison,
                       const char *expression,
                       struct arena *arena,
                       struct answer *answer)
{
    const char *values[1] = {expression};

    *answer = (struct answer){.refusal = NULL};
    if (!describe(comparison, expression, answer, arena)) {
        return;
    }
    PGresult *result = PQexecParams(comparison->connection,
                                    "SELECT pg_temp.attempt($1, r) FROM t ORDER BY r",
                                    1,
                                    NULL,
                                    values,
                                    NULL,
                                    NULL,
                                    0);
    if (PQresultStatus(result) != PGRES_TUPLES_OK) {
        stop(comparison, expression);
    }
    for (int row = 0; row < ROWS; row++) {
        const char *text = PQgetvalue(result, row, 0);
        if (answer->type == TYPE_BOOL && text[0] == '=') {
            text = text[1] == 't' ? "=t" : "=f";
        }
        answer->rows[row] = arena_string(arena, strcmp(text, "!22009") == 0 ? "!22008" : text);
    }
    PQclear(result);
}

static void fill_rows(struct comparison *comparison, struct mapping_run *run)
{
    for (int row = 0; row < ROWS; row++) {
        const char *cells[CELLS + 1];
        cells[0] = arena_format(&run->arena, "%d", row);
        memcpy(cells + 1, comparison->cells[row], sizeof comparison->cells[row]);
        mapping_run_row(run, cells);
    }
}

static void ask_mapping(struct comparison *comparison,
                        const char *expression,
                        enum mapping_layout layout,
                        struct arena *arena,
                        struct answer *answer)
{
    static struct mapping_run run;

    *answer = (struct answer){.refusal = NULL};
    mapping_run_init(&run);
    run.timezone = "Europe/London"; /* as the session's */
    run.local_time = true;
    run.layout = layout;
    run.key[0] = "r";
    mapping_run_source(&run, "r", "integer");
    for (int cell = 0; cell < CELLS; cell++) {
        mapping_run_source(&run, column_name(&run.arena, cell), column_type(cell));
    }
    mapping_run_column(&run, "x", expression);
    if (!mapping_run_compile(&run)) {
        answer->refusal = arena_string(arena, run.problems.items[0].message);
        mapping_run_release(&run);
        return;
    }
    answer->type = program_target_schema(run.program)->columns[0].type.id;
    fill_rows(comparison, &run);
    mapping_run_apply(&run);
    for (int i = 0; i < run.passed; i++) {
        const char *text = mapping_run_value(&run, 0, i);
        answer->rows[run.keys[i][2] - '0'] =
            text == NULL ? "NULL" : arena_format(arena, "=%s", text);
    }
    for (int i = 0; i < run.reject_count; i++) {
        answer->rows[run.rejects[i].key[2] - '0'] =
            arena_format(arena, "!%s", run.rejects[i].sqlstate);
    }
    mapping_run_release(&run);
}

/* Is it one of the differences in this file's head? */
static bool allowed(const char *expression, const struct answer *server, const struct answer *ours)
{
    if (ours->refusal == NULL && server->refusal == NULL) {
        bool padded = strstr(expression, "c_") != NULL || strstr(expression, "::char") != NULL;
        return padded && server->type == ours->type &&
               (strstr(expression, "concat") != NULL || strstr(expression, "LIKE") != NULL ||
                strstr(expression, "bytea") != NULL);
    }
    if (ours->refusal == NULL || server->refusal != NULL) {
        return false;
    }
    return strstr(ours->refusal, "is not available") != NULL ||
           strstr(ours->refusal, "bytea") != NULL || server->type == TYPE_OTHER;
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

/* The expression with the values of a row in the place of its columns. */
static void push_inlined(struct comparison *comparison,
                         const struct tree *tree,
                         int row,
                         struct text_buffer *out)
{
    int cell = 0;

    for (int i = 0; i < tree->count; i++) {
        text_buffer_string(out, tree->pieces[i]);
        push_inlined(comparison, tree->children[i], row, out);
    }
    while (tree->count == 0 && cell < CELLS &&
           strcmp(tree->pieces[0], column_name(&comparison->arena, cell)) != 0) {
        cell++;
    }
    if (tree->count > 0 || cell == CELLS) {
        text_buffer_string(out, tree->pieces[tree->count]);
        return;
    }
    text_buffer_string(out, "CAST(");
    if (comparison->cells[row][cell] == NULL) {
        text_buffer_string(out, "NULL");
    } else {
        text_buffer_literal(out, text_of(comparison->cells[row][cell]));
    }
    text_buffer_format(out, " AS %s)", column_type(cell));
}

/* What is computed at compile time is what is computed for a record; or what PostgreSQL makes of
 * the same text, which compares a list of constants otherwise than one with columns in it. */
static bool folds_alike(struct comparison *comparison,
                        const struct tree *tree,
                        const struct answer *ours)
{
    int row = seed_below(&comparison->seed, ROWS);
    struct text_buffer text;
    struct answer inlined;

    text_buffer_init(&text, 1 << 22);
    push_inlined(comparison, tree, row, &text);
    ask_mapping(comparison, text.data, MAPPING_FLAT, &comparison->arena, &inlined);
    bool same = inlined.refusal == NULL && strcmp(inlined.rows[row], ours->rows[row]) == 0;
    if (!same && inlined.refusal == NULL) {
        struct answer server;
        ask_server(comparison, text.data, &comparison->arena, &server);
        /* A constant of a list that fails: an error at once there, here if it is looked at. */
        bool fails = server.rows[row] != NULL && server.rows[row][0] == '!' &&
                     strstr(text.data, " IN (") != NULL;
        same =
            server.refusal == NULL && (fails || strcmp(inlined.rows[row], server.rows[row]) == 0);
    }
    if (!same) {
        printf("inlined: %.2000s\n  %.200s, not %.200s\n",
               text.data,
               inlined.refusal != NULL ? inlined.refusal : inlined.rows[row],
               ours->rows[row]);
    }
    text_buffer_release(&text);
    return same;
}

/* True when both sides agree, in every layout, or may differ. */
static bool compare(struct comparison *comparison,
                    const struct tree *tree,
                    struct answer *server,
                    struct answer *ours)
{
    static const enum mapping_layout layouts[] = {MAPPING_FLAT, MAPPING_DICTIONARY};
    const char *expression = tree_text(tree, &comparison->arena);

    ask_server(comparison, expression, &comparison->arena, server);
    for (int i = 0; i < 2; i++) {
        ask_mapping(comparison, expression, layouts[i], &comparison->arena, ours);
        if (!agree(server, ours)) {
            return allowed(expression, server, ours);
        }
    }
    return true;
}

/* Puts a child in the place of its parent, or a column in the place of a tree, as long as both
 * sides still differ. */
static bool shrink_once(struct comparison *comparison, struct tree *root, struct tree *tree)
{
    struct answer server;
    struct answer ours;
    struct tree before = *tree;

    for (int i = 0; i <= before.count; i++) {
        struct tree *other =
            i < before.count ? before.children[i] : tree_column(&comparison->grammar, before.type);
        if (before.count == 0 || other->type != before.type) {
            continue;
        }
        *tree = *other;
        if (!compare(comparison, root, &server, &ours)) {
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

static void show_row(const struct comparison *comparison, const char *expression, int row)
{
    for (int cell = 0; cell < CELLS; cell++) {
        char name[16];
        (void)snprintf(name,
                       sizeof name,
                       "%s_%d",
                       grammar_types[cell / GRAMMAR_COLUMNS].short_name,
                       cell % GRAMMAR_COLUMNS);
        if (strstr(expression, name) != NULL) {
            const char *text = comparison->cells[row][cell];
            printf("    %s %s = %s%s%s\n",
                   name,
                   column_type(cell),
                   text == NULL ? "" : "'",
                   text == NULL ? "NULL" : text,
                   text == NULL ? "" : "'");
        }
    }
}

static void report(struct comparison *comparison, struct tree *tree, uint64_t seed)
{
    struct answer server;
    struct answer ours;

    while (shrink_once(comparison, tree, tree)) {
    }
    const char *expression = tree_text(tree, &comparison->arena);
    (void)compare(comparison, tree, &server, &ours);
    printf("differs (state of the seed %llu): %s\n", (unsigned long long)seed, expression);
    if (server.refusal != NULL || ours.refusal != NULL || server.type != ours.type) {
        printf("  server: %s, type %d; mapping: %s, type %d\n",
               server.refusal == NULL ? "taken" : server.refusal,
               (int)server.type,
               ours.refusal == NULL ? "taken" : ours.refusal,
               (int)ours.type);
        return;
    }
    for (int row = 0; row < ROWS; row++) {
        if (!same_answer(server.rows[row], ours.rows[row])) {
            printf("  server %.200s, mapping %.200s, where\n", server.rows[row], ours.rows[row]);
            show_row(comparison, expression, row);
            return;
        }
    }
}

static void run_case(struct comparison *comparison)
{
    struct answer server;
    struct answer ours;
    uint64_t seed = comparison->seed.state;
    int type = seed_below(&comparison->seed, GRAMMAR_TYPES);
    struct tree *tree = grow(&comparison->grammar, type, DEPTH);

    comparison->expressions++;
    if (!compare(comparison, tree, &server, &ours)) {
        comparison->differences++;
        report(comparison, tree, seed);
        return;
    }
    comparison->differences += ours.refusal == NULL && !folds_alike(comparison, tree, &ours);
    comparison->refused += server.refusal != NULL;
    comparison->allowed += server.refusal == NULL && ours.refusal != NULL;
    for (int row = 0; row < ROWS && server.refusal == NULL; row++) {
        comparison->values++;
        comparison->errors += server.rows[row][0] == '!';
    }
}

START_TEST(expressions_mean_what_they_mean_in_postgresql)
{
    static struct comparison comparison;
    const char *wanted = getenv("NOVATE_TEST_EXPRESSIONS");
    long cases = wanted == NULL ? CASES_DEFAULT : strtol(wanted, NULL, 10);

    comparison.seed = seed_of(20231231);
    arena_init(&comparison.arena, 1 << 20, NULL);
    open_server(&comparison, getenv("NOVATE_TEST_PG"));
    for (long i = 0; i < cases && comparison.differences < DIFFERENCES_MAX; i++) {
        if (i % TABLE_CASES == 0) {
            arena_reset(&comparison.arena);
            grammar_init(&comparison.grammar, &comparison.seed, &comparison.arena);
            make_rows(&comparison);
        }
        run_case(&comparison);
    }
    PQfinish(comparison.connection);
    arena_release(&comparison.arena);
    printf("%ld expressions: %ld refused by both, %ld here only; %ld values, %ld of them errors; "
           "%ld differ\n",
           comparison.expressions,
           comparison.refused,
           comparison.allowed,
           comparison.values,
           comparison.errors,
           comparison.differences);
    ck_assert_int_eq(comparison.differences, 0);
    ck_assert_int_gt(comparison.values, comparison.expressions);
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
