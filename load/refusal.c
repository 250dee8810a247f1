/* refusal.c — which row the server refused, and what it was about, from its answer.
 *
 * COPY names the line in the error's context. Checks that run after the last row (foreign keys,
 * triggers after the statement) do not; but those of keys name the key in the detail, "Key (a,
 * b)=(1, x)", and the first row that has this key is then where to split. That is a guess and is
 * treated as one: the row is tried alone.
 * SPDX-License-Identifier: Apache-2.0 */
#include "copy_decode.h"
#include "loader_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    KEY_COLUMNS_MAX = LIMIT_KEY_COLUMNS
};

/* The rest of the context's line "COPY table, " wherever it stands, or NULL. */
static const char *copy_context(const char *context, const char *table)
{
    size_t size = strlen(table);
    for (const char *line = context; line != NULL && *line != '\0';) {
        if (strncmp(line, "COPY ", 5) == 0 && strncmp(line + 5, table, size) == 0 &&
            line[5 + size] == ',') {
            return line + 5 + size + 1;
        }
        line = strchr(line, '\n');
        line = line == NULL ? NULL : line + 1;
    }
    return NULL;
}

/* " line 12, column name: …": the words may be in the server's language, the number is not. */
static long context_line(const char **rest)
{
    const char *at = *rest + strcspn(*rest, "0123456789\n");
    char *end = NULL;
    if (*at < '0' || *at > '9') {
        return 0;
    }
    long line = strtol(at, &end, 10);
    *rest = end;
    return line;
}

/* A column's name after the number; what follows it may be a value. */
static void context_column(const struct loader *loader, const char *rest, char *column, size_t size)
{
    const char *at = strchr(rest, ' ');
    at = at == NULL ? NULL : strchr(at + 1, ' ');
    const struct schema *schema = loader->options.schema;
    for (int i = 0; at != NULL && i < schema->count; i++) {
        const char *name = schema->columns[i].name;
        size_t length = strlen(name);
        if (strncmp(at + 1, name, length) == 0 &&
            (at[1 + length] == ':' || at[1 + length] == '\0' || at[1 + length] == '\n')) {
            snprintf(column, size, "%s", name);
            return;
        }
    }
}

/* The columns of "(a, b)=(1, x)" as indices of the batches' schema; 0 when they are not all there.
 */
static int key_columns(const struct schema *schema, const char *key, int *columns)
{
    const char *end = strstr(key, ")=(");
    int count = 0;
    for (const char *at = key + 1; end != NULL && at < end && count < KEY_COLUMNS_MAX;) {
        const char *comma = strstr(at, ", ");
        size_t size = (size_t)((comma == NULL || comma > end ? end : comma) - at);
        int found = schema_find(schema, text_from(at, size), true);
        if (found < 0) {
            return 0;
        }
        columns[count++] = found;
        at += size + (at + size == end ? 0 : 2);
    }
    return count;
}

static void push_key_values(const struct batch *batch,
                            const int *columns,
                            int count,
                            struct text_buffer *out)
{
    for (int i = 0; i < count; i++) {
        text_buffer_string(out, i > 0 ? ", " : "(");
        vector_format(&batch->columns[columns[i]], 0, out);
    }
    text_buffer_char(out, ')');
}

/* The first row of the range whose key reads as the server wrote it; -1: none. */
static bool find_key(struct loader *loader,
                     const char *values,
                     const int *columns,
                     int count,
                     struct range range,
                     int *row,
                     struct error *error)
{
    struct batch batch;
    if (!batch_init(&batch, loader->options.schema, loader->options.budget, error)) {
        return false;
    }
    bool ok = true;
    *row = -1;
    for (int i = range.first; ok && *row < 0 && i < range.end; i++) {
        struct piece_bytes bytes = piece_bytes_of(&loader->piece, i, i + 1);
        enum copy_row outcome = COPY_MALFORMED;
        ok = batch_begin(&batch, 1, false, error) &&
             copy_decode_row(bytes.data, bytes.size, &batch, 0, &outcome, error);
        if (ok && outcome == COPY_ROW) {
            batch_set_rows(&batch, 1);
            text_buffer_reset(&loader->scratch);
            push_key_values(&batch, columns, count, &loader->scratch);
            ok = text_buffer_check(&loader->scratch, error);
            *row = ok && strncmp(values, loader->scratch.data, loader->scratch.size) == 0 ? i : -1;
        }
    }
    batch_release(&batch);
    return ok;
}

static bool guess_by_key(
    struct loader *loader, const char *detail, struct range range, int *row, struct error *error)
{
    int columns[KEY_COLUMNS_MAX];
    const char *key = detail == NULL ? NULL : strchr(detail, '(');
    *row = -1;
    if (key == NULL || strstr(key, ")=(") == NULL || !loader->encoder.binary) {
        return true;
    }
    int count = key_columns(loader->options.schema, key, columns);
    if (count == 0) {
        return true;
    }
    return find_key(loader, strstr(key, ")=(") + 2, columns, count, range, row, error);
}

bool refusal_read(struct loader *loader,
                  const PGresult *result,
                  struct range range,
                  struct refusal *refusal,
                  struct error *error)
{
    struct server_error seen = server_error_of(result);
    *refusal = (struct refusal){.row = -1};
    if (!server_refused_row(result)) {
        return session_fail(loader->session, result, true, error);
    }
    snprintf(refusal->sqlstate, sizeof refusal->sqlstate, "%s", seen.sqlstate);
    if (seen.constraint != NULL) {
        snprintf(refusal->constraint, sizeof refusal->constraint, "%s", seen.constraint);
    }
    if (seen.column != NULL) {
        snprintf(refusal->column, sizeof refusal->column, "%s", seen.column);
    }
    const char *rest = copy_context(seen.context, loader->table_name);
    if (rest == NULL) {
        refusal->guessed = true;
        return guess_by_key(loader, seen.detail, range, &refusal->row, error);
    }
    long line = context_line(&rest);
    if (line >= 1 && line <= range.end - range.first) {
        refusal->row = range_row(loader, range, (int)line - 1);
        if (refusal->column[0] == '\0') {
            context_column(loader, rest, refusal->column, sizeof refusal->column);
        }
    }
    return true;
}
