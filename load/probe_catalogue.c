/* probe_catalogue.c — what a probe evaluates, out of the target's catalogue.
 * SPDX-License-Identifier: Apache-2.0 */
#include "probe.h"
#include "probe_queries.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_true(const char *value)
{
    return value != NULL && value[0] == 't';
}

static bool is_sent(const struct schema *schema, const char *name)
{
    return schema_find(schema, text_of(name), true) >= 0;
}

enum {
    COLUMN_NAME,
    COLUMN_NUMBER,
    COLUMN_TYPE,
    COLUMN_GENERATED,
    COLUMN_EXPRESSION,
    COLUMN_NEEDS
};

struct statements {
    struct text_buffer create;
    struct text_buffer copy;
    struct text_buffer known; /* columns of the temporary table, and what is in place of others */
    struct text_buffer generated;
    struct text_buffer unknown;  /* numbers of columns, as an array */
    const struct schema *schema; /* of the batches */
    const bool *needed;          /* which of its columns; NULL: all */
};

/* Takes the next number of an array. */
static bool next_number(const char **array, long *number)
{
    const char *at = *array;
    while (at != NULL && *at != '\0') {
        char *end = NULL;
        *number = strtol(at, &end, 10);
        if (end != at) {
            *array = end;
            return true;
        }
        at++;
    }
    return false;
}

/* The row of `columns` about a column of the table; -1: none. */
static int column_row(const struct session_result *columns, long number)
{
    for (int row = 0; row < columns->rows; row++) {
        if (strtol(session_value(columns, row, COLUMN_NUMBER), NULL, 10) == number) {
            return row;
        }
    }
    return -1;
}

/* Which of the columns of the batches it is; -1: none. */
static int sent_column(const struct session_result *columns, const struct schema *schema, int row)
{
    return schema_find(schema, text_of(session_value(columns, row, COLUMN_NAME)), true);
}

/* What a column that is generated stands on does not stand on others. */
static void need_columns(const struct session_result *columns,
                         const struct schema *schema,
                         const char *numbers,
                         bool *needed)
{
    long number = 0;
    while (next_number(&numbers, &number)) {
        int row = column_row(columns, number);
        int sent = row < 0 ? -1 : sent_column(columns, schema, row);
        const char *inner = row < 0 ? NULL : session_value(columns, row, COLUMN_NEEDS);
        if (sent >= 0) {
            needed[sent] = true;
            continue;
        }
        while (next_number(&inner, &number)) {
            row = column_row(columns, number);
            sent = row < 0 ? -1 : sent_column(columns, schema, row);
            if (sent >= 0) {
                needed[sent] = true;
            }
        }
    }
}

/* Are the columns that one is generated of in the temporary table? */
static bool stands_on_needed(const struct statements *out,
                             const struct session_result *columns,
                             int row)
{
    const char *inner = session_value(columns, row, COLUMN_NEEDS);
    long number = 0;
    while (out->needed != NULL && next_number(&inner, &number)) {
        int other = column_row(columns, number);
        int sent = other < 0 ? -1 : sent_column(columns, out->schema, other);
        if (sent >= 0 && !out->needed[sent]) {
            return false;
        }
    }
    return true;
}

/* Columns that are generated stand on the others; they are known where all others are. */
static void push_column(struct statements *out,
                        const struct session_result *columns,
                        int row,
                        bool all_known)
{
    const char *name = session_value(columns, row, COLUMN_NAME);
    const char *expression = session_value(columns, row, COLUMN_EXPRESSION);
    bool generated = is_true(session_value(columns, row, COLUMN_GENERATED));
    int sent = schema_find(out->schema, text_of(name), true);
    if ((sent >= 0 && out->needed != NULL && !out->needed[sent]) ||
        !stands_on_needed(out, columns, row)) {
        return;
    }
    if (sent >= 0) {
        text_buffer_string(&out->create, ", ");
        text_buffer_identifier(&out->create, name, '"');
        text_buffer_format(&out->create, " %s", session_value(columns, row, COLUMN_TYPE));
        text_buffer_string(&out->known, ", ");
        text_buffer_identifier(&out->known, name, '"');
        return;
    }
    if (expression == NULL || (generated && !all_known)) {
        text_buffer_format(&out->unknown,
                           "%s%s",
                           out->unknown.size > 1 ? "," : "",
                           session_value(columns, row, COLUMN_NUMBER));
        return;
    }
    struct text_buffer *list = generated ? &out->generated : &out->known;
    text_buffer_format(list, ", %s AS ", expression);
    text_buffer_identifier(list, name, '"');
}

static void push_copy(struct statements *out, bool binary)
{
    struct text_buffer *copy = &out->copy;
    const char *before = binary ? ", " : "";
    text_buffer_format(copy,
                       "TRUNCATE pg_temp.novate_piece RESTART IDENTITY; "
                       "COPY pg_temp.novate_piece (%s",
                       binary ? "novate_row" : "");
    for (int i = 0; i < out->schema->count; i++) {
        if (out->needed == NULL || out->needed[i]) {
            text_buffer_string(copy, before);
            text_buffer_identifier(copy, out->schema->columns[i].name, '"');
            before = ", ";
        }
    }
    text_buffer_format(copy, ") FROM STDIN (FORMAT %s)", binary ? "binary" : "text");
}

static void push_columns(struct statements *out, const struct session_result *columns)
{
    bool all_known = true;
    for (int row = 0; row < columns->rows; row++) {
        all_known &= is_sent(out->schema, session_value(columns, row, COLUMN_NAME)) ||
                     session_value(columns, row, COLUMN_EXPRESSION) != NULL;
    }
    for (int row = 0; row < columns->rows; row++) {
        push_column(out, columns, row, all_known);
    }
}

/* Sets create, copy and source; `*unknown` is the array of columns that cannot be known. */
static bool read_statements(struct probe *probe,
                            const struct session_result *columns,
                            const struct schema *schema,
                            const bool *needed,
                            bool binary,
                            const char **unknown,
                            struct error *error)
{
    struct statements out = {.schema = schema, .needed = needed};
    struct text_buffer *const all[] = {
        &out.create, &out.copy, &out.known, &out.generated, &out.unknown};
    bool ok = true;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        text_buffer_init(all[i], (size_t)4 << 20);
    }
    text_buffer_format(&out.create,
                       "CREATE TEMPORARY TABLE novate_piece (novate_row integer%s",
                       binary ? "" : " GENERATED ALWAYS AS IDENTITY (MINVALUE 0 START 0)");
    text_buffer_string(&out.known, "novate_row");
    text_buffer_string(&out.generated, "*");
    text_buffer_char(&out.unknown, '{');
    push_columns(&out, columns);
    text_buffer_string(&out.create, ") ON COMMIT DROP");
    text_buffer_char(&out.unknown, '}');
    push_copy(&out, binary);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        ok = ok && text_buffer_check(all[i], error);
    }
    if (ok) {
        probe->create = arena_string(&probe->arena, out.create.data);
        probe->copy = arena_string(&probe->arena, out.copy.data);
        probe->source = arena_format(&probe->arena,
                                     "SELECT %s FROM (SELECT %s FROM pg_temp.novate_piece)"
                                     " AS novate_known",
                                     out.generated.data,
                                     out.known.data);
        *unknown = arena_string(&probe->answers, out.unknown.data);
        ok = (probe->create != NULL && probe->copy != NULL && probe->source != NULL &&
              *unknown != NULL) ||
             error_set_memory(error);
    }
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        text_buffer_release(all[i]);
    }
    return ok;
}

static enum probe_kind kind_of(const char *kind)
{
    return strcmp(kind, "null") == 0     ? PROBE_NULL
           : strcmp(kind, "check") == 0  ? PROBE_CHECK
           : strcmp(kind, "unique") == 0 ? PROBE_UNIQUE
                                         : PROBE_FOREIGN_KEY;
}

static bool keep_text(struct probe *probe, const char *from, const char **to)
{
    *to = from == NULL ? NULL : arena_string(&probe->arena, from);
    return from == NULL || *to != NULL;
}

static bool read_test(struct probe *probe,
                      const struct session_result *found,
                      int row,
                      struct probe_test *test,
                      struct error *error)
{
    const char **const texts[] = {&test->name,
                                  &test->column,
                                  &test->sql,
                                  &test->keys,
                                  &test->applies,
                                  &test->label,
                                  &test->labels,
                                  &test->same,
                                  &test->needs};
    int column = 0;
    test->kind = kind_of(session_value(found, row, column++));
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (!keep_text(probe, session_value(found, row, column++), texts[i])) {
            return error_set_memory(error);
        }
    }
    test->self = is_true(session_value(found, row, column));
    probe->cascades |= test->self;
    return true;
}

/* The constraints in the order in which the server checks them. */
static bool read_tests(struct probe *probe,
                       struct session *session,
                       const char *const *parameters,
                       struct error *error)
{
    static const struct {
        const char *sql;
        const char *late;
    } queries[] = {{probe_read_own, NULL},
                   {probe_read_unique, "f"},
                   {probe_read_foreign, NULL},
                   {probe_read_unique, "t"}};
    enum {
        QUERIES = sizeof queries / sizeof queries[0]
    };
    struct session_result found[QUERIES];
    size_t count = 0;
    for (int i = 0; i < QUERIES; i++) {
        const char *const values[] = {parameters[0], parameters[1], queries[i].late};
        if (!session_query(session,
                           queries[i].sql,
                           queries[i].late == NULL ? 2 : 3,
                           values,
                           &probe->answers,
                           &found[i],
                           error)) {
            return false;
        }
        count += (size_t)found[i].rows;
    }
    probe->tests = ARENA_ARRAY(&probe->arena, struct probe_test, count + 1);
    if (probe->tests == NULL) {
        return error_set_memory(error);
    }
    for (int i = 0; i < QUERIES; i++) {
        probe->late = probe->count;
        for (int row = 0; row < found[i].rows; row++) {
            if (!read_test(probe, &found[i], row, &probe->tests[probe->count++], error)) {
                return false;
            }
        }
    }
    return true;
}

/* Columns that tests look at, and those that are looked at where the rows are encoded: a value that
 * is missing is seen there. */
static bool read_needs(struct probe *probe,
                       const struct session_result *columns,
                       const struct schema *schema,
                       bool binary,
                       struct error *error)
{
    size_t count = (size_t)schema->count + 1;
    probe->needed = ARENA_ARRAY(&probe->arena, bool, count);
    probe->null_tests = ARENA_ARRAY(&probe->arena, int16_t, count);
    if (probe->needed == NULL || probe->null_tests == NULL) {
        return error_set_memory(error);
    }
    for (int i = 0; i < schema->count; i++) {
        probe->null_tests[i] = PROBE_GOOD;
        probe->needed[i] = !binary || i == 0;
    }
    for (int i = 0; i < probe->count; i++) {
        struct probe_test *test = &probe->tests[i];
        int column = test->kind == PROBE_NULL && binary
                         ? schema_find(schema, text_of(test->column), true)
                         : -1;
        test->local = column >= 0;
        if (!test->local) {
            need_columns(columns, schema, test->needs, probe->needed);
        } else if (probe->null_tests[column] == PROBE_GOOD) {
            probe->null_tests[column] = (int16_t)i;
        }
    }
    return true;
}

bool probe_read(struct probe *probe,
                struct session *session,
                const struct target_table *table,
                const struct schema *schema,
                bool binary,
                struct error *error)
{
    char oid[16];
    struct session_result result;
    const char *parameters[2] = {oid, NULL};
    snprintf(oid, sizeof oid, "%u", table->oid);
    if (!session_query(session, probe_read_table, 1, parameters, &probe->answers, &result, error)) {
        return false;
    }
    probe->usable = result.rows == 1 && is_true(session_value(&result, 0, 0));
    const char *unknown = NULL;
    return !probe->usable ||
           (session_query(
                session, probe_read_columns, 1, parameters, &probe->answers, &result, error) &&
            read_statements(probe, &result, schema, NULL, binary, &parameters[1], error) &&
            read_tests(probe, session, parameters, error) &&
            read_needs(probe, &result, schema, binary, error) &&
            read_statements(probe, &result, schema, probe->needed, binary, &unknown, error));
}
