/* merge.c — the contract is in merge.h.
 *
 * Each row finds its like by one probe of the key's index (LATERAL with LIMIT cannot be planned
 * otherwise), so the cost of a piece does not grow with the table. The rows found to differ are
 * then fetched by their place, for the same reason. Insertion never meets a row that is only to be
 * updated: its triggers do not fire for those, no number of a sequence is used up, and the key
 * needs a unique index but no constraint.
 * SPDX-License-Identifier: Apache-2.0 */
#include "merge.h"

#include "workspace_private.h"

#include <stdlib.h>
#include <string.h>

enum {
    STATEMENT_BYTES_MAX = 1 << 24
};

#define PIECE "pg_temp.novate_merge"

struct merge {
    const char *screen;
    const char *apply;
};

const char *merge_table(void)
{
    return "\"pg_temp\".\"novate_merge\"";
}

static bool is_key(const struct loader_options *options, const char *name)
{
    bool found = false;
    for (int i = 0; i < options->key_count; i++) {
        int index = schema_find(options->schema, text_of(options->key[i]), false);
        found = found || (index >= 0 && strcmp(options->schema->columns[index].name, name) == 0);
    }
    return found;
}

/* Equality of the server may be coarser than that of bytes: citext, collations, jsonb's numbers. A
 * verification compares bytes, of such types those of the text. */
static bool is_textual(const struct loader_options *options, int column)
{
    int found =
        schema_find(&options->table->schema, text_of(options->schema->columns[column].name), true);
    enum type_id id = options->table->schema.columns[found].type.id;
    return id == TYPE_OTHER || id == TYPE_TEXT || id == TYPE_VARCHAR || id == TYPE_CHAR;
}

/* Is the column to be set where rows differ? A key that is equal may still be spelt differently. */
static bool is_set(const struct loader_options *options, int column)
{
    return !is_key(options, options->schema->columns[column].name) || is_textual(options, column);
}

static void push_column(const char *alias, const char *name, struct text_buffer *sql)
{
    text_buffer_format(sql, "%s.", alias);
    text_buffer_identifier(sql, name, '"');
}

/* p."a" = t."a" AND … */
static void push_key_matches(const struct loader_options *options, struct text_buffer *sql)
{
    const char *before = "";
    for (int i = 0; i < options->schema->count; i++) {
        const char *name = options->schema->columns[i].name;
        if (is_key(options, name)) {
            text_buffer_string(sql, before);
            push_column("t", name, sql);
            text_buffer_string(sql, " = ");
            push_column("p", name, sql);
            before = " AND ";
        }
    }
}

static void push_keys(const struct loader_options *options,
                      const char *alias,
                      const char *before,
                      const char *after,
                      struct text_buffer *sql)
{
    const char *separator = "";
    for (int i = 0; i < options->schema->count; i++) {
        const char *name = options->schema->columns[i].name;
        if (is_key(options, name)) {
            text_buffer_string(sql, separator);
            push_column(alias, name, sql);
            text_buffer_string(sql, after);
            separator = before;
        }
    }
}

static void push_differs(const struct loader_options *options, struct text_buffer *sql)
{
    text_buffer_string(sql, "(false");
    for (int i = 0; i < options->schema->count; i++) {
        const char *name = options->schema->columns[i].name;
        const char *form = is_textual(options, i) ? "::text COLLATE \"C\"" : "";
        if (is_set(options, i)) {
            text_buffer_string(sql, " OR ");
            push_column("t", name, sql);
            text_buffer_format(sql, "%s IS DISTINCT FROM ", form);
            push_column("p", name, sql);
            text_buffer_string(sql, form);
        }
    }
    text_buffer_char(sql, ')');
}

/* The rows of the piece that are to be left out, with the reason; and the keys of the others. */
static void push_screen(const struct loader *loader, struct text_buffer *sql)
{
    const struct loader_options *options = &loader->options;
    text_buffer_string(sql, "WITH kept AS (INSERT INTO ");
    workspace_push_keys(options->entity, sql);
    text_buffer_string(sql, " AS k (");
    for (int i = 0, n = 0; i < options->schema->count; i++) {
        if (is_key(options, options->schema->columns[i].name)) {
            text_buffer_string(sql, n++ > 0 ? ", " : "");
            text_buffer_identifier(sql, options->schema->columns[i].name, '"');
        }
    }
    text_buffer_string(sql, ", novate_row) SELECT ");
    push_keys(options, "p", ", ", "", sql);
    text_buffer_string(sql, ", p.novate_row FROM " PIECE " p WHERE ");
    push_keys(options, "p", " AND ", " IS NOT NULL", sql);
    text_buffer_string(sql,
                       " ORDER BY p.novate_row ON CONFLICT DO NOTHING RETURNING k.novate_row)"
                       " SELECT (p.novate_row - (SELECT min(novate_row) FROM " PIECE "))::text,"
                       " CASE WHEN ");
    push_keys(options, "p", " AND ", " IS NOT NULL", sql);
    text_buffer_string(sql,
                       " THEN 'd' ELSE 'n' END, p.novate_row::text FROM " PIECE " p WHERE NOT"
                       " EXISTS (SELECT FROM kept WHERE kept.novate_row = p.novate_row)");
    if (options->scope != NULL) {
        text_buffer_string(sql,
                           " UNION ALL SELECT (p.novate_row - (SELECT min(novate_row)"
                           " FROM " PIECE "))::text, 's', p.novate_row::text FROM " PIECE " p"
                           " JOIN kept ON kept.novate_row = p.novate_row,"
                           " LATERAL (SELECT t.novate_scoped FROM (SELECT ");
        text_buffer_format(sql,
                           "*, (%s\n) IS TRUE AS novate_scoped FROM %s) t WHERE ",
                           options->scope,
                           options->table->quoted);
        push_key_matches(options, sql);
        text_buffer_string(sql, " LIMIT 1) t WHERE NOT t.novate_scoped");
    }
}

/* UPDATE of the rows that were found to differ; nothing where the mapping fills but the key. */
static void push_change(const struct loader_options *options, struct text_buffer *sql)
{
    const char *before = "";
    for (int i = 0; i < options->schema->count; i++) {
        if (!is_set(options, i)) {
            continue;
        }
        if (before[0] == '\0') {
            text_buffer_format(sql, "UPDATE %s t SET ", options->table->quoted);
        }
        text_buffer_string(sql, before);
        text_buffer_identifier(sql, options->schema->columns[i].name, '"');
        text_buffer_string(sql, " = ");
        push_column("p", options->schema->columns[i].name, sql);
        before = ", ";
    }
    if (before[0] == '\0') {
        text_buffer_string(sql, "SELECT 1 WHERE false");
        return;
    }
    text_buffer_string(sql,
                       " FROM " PIECE " p WHERE t.ctid = ANY (ARRAY("
                       "SELECT place FROM found WHERE differs)) AND ");
    push_key_matches(options, sql);
    text_buffer_string(sql, " AND ");
    push_differs(options, sql); /* partitions have rows of one place each */
    text_buffer_string(sql, " RETURNING 1");
}

/* found: what is there of each row; changed, then added: what is done. Answers with how many were
 * to be added, to be changed and to be left, and how many were added and changed. */
static void push_apply(const struct loader *loader, struct text_buffer *sql)
{
    const struct loader_options *options = &loader->options;
    text_buffer_string(sql,
                       "WITH found AS (SELECT p.novate_row, t.place, t.differs FROM " PIECE
                       " p LEFT JOIN LATERAL (SELECT t.ctid AS place, ");
    push_differs(options, sql);
    text_buffer_format(sql, " AS differs FROM %s t WHERE ", options->table->quoted);
    push_key_matches(options, sql);
    text_buffer_string(sql, " LIMIT 1) t ON true), changed AS (");
    push_change(options, sql);
    text_buffer_format(sql, "), added AS (INSERT INTO %s (", options->table->quoted);
    workspace_push_columns(options->schema, sql);
    text_buffer_string(sql, ") SELECT ");
    for (int i = 0; i < options->schema->count; i++) {
        text_buffer_string(sql, i > 0 ? ", " : "");
        push_column("p", options->schema->columns[i].name, sql);
    }
    text_buffer_string(sql,
                       " FROM " PIECE " p JOIN found f ON f.novate_row = p.novate_row"
                       " WHERE f.place IS NULL AND (SELECT count(*) FROM changed) >= 0"
                       " ORDER BY p.novate_row RETURNING 1)"
                       " SELECT count(*) FILTER (WHERE place IS NULL),"
                       " count(*) FILTER (WHERE differs), count(*) FILTER (WHERE NOT differs),"
                       " (SELECT count(*) FROM added), (SELECT count(*) FROM changed) FROM found");
}

static const char *statement(struct loader *loader,
                             void (*push)(const struct loader *loader, struct text_buffer *sql))
{
    struct text_buffer sql;
    text_buffer_init(&sql, STATEMENT_BYTES_MAX);
    push(loader, &sql);
    const char *made = sql.failed ? NULL : arena_string(&loader->arena, sql.data);
    text_buffer_release(&sql);
    return made;
}

static void push_create(const struct loader *loader, struct text_buffer *sql)
{
    text_buffer_string(
        sql, "DISCARD TEMP; CREATE TEMPORARY TABLE novate_merge ON COMMIT DELETE ROWS AS SELECT ");
    workspace_push_columns(loader->options.schema, sql);
    text_buffer_format(sql,
                       " FROM %s WITH NO DATA; ALTER TABLE " PIECE
                       " ADD novate_row bigint GENERATED ALWAYS AS IDENTITY",
                       loader->options.table->quoted);
}

bool merge_create(struct loader *loader, struct error *error)
{
    const struct loader_options *options = &loader->options;
    struct merge *merge = ARENA_NEW(&loader->arena, struct merge);
    const char *create = statement(loader, push_create);
    for (int i = 0; i < options->key_count; i++) {
        if (!NOVATE_CHECK(error,
                          schema_find(options->schema, text_of(options->key[i]), false) >= 0)) {
            return false;
        }
    }
    if (merge == NULL || create == NULL) {
        return error_set_memory(error);
    }
    merge->screen = statement(loader, push_screen);
    merge->apply = statement(loader, push_apply);
    loader->merge = merge;
    return (merge->screen != NULL && merge->apply != NULL ? true : error_set_memory(error)) &&
           NOVATE_CHECK(error, options->key_count > 0) &&
           session_execute(loader->session, create, error);
}

/* `*result` NULL: the rows were refused. */
static bool run(struct loader *loader,
                const char *sql,
                struct range range,
                PGresult **result,
                struct refusal *refusal,
                struct error *error)
{
    *result = NULL;
    if (!session_send_query(loader->session, sql, 0, NULL, error) ||
        !session_next_result(loader->session, result, error)) {
        return false;
    }
    ExecStatusType status = PQresultStatus(*result);
    bool ok = true;
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
        ok = refusal_read(loader, *result, range, refusal, error);
        PQclear(*result);
        *result = NULL;
    }
    session_drain(loader->session);
    return ok;
}

/* The rows that were screened out are no more to be merged. */
static bool leave_out(struct loader *loader, const PGresult *left, struct error *error)
{
    struct text_buffer sql;
    if (PQntuples(left) == 0) {
        return true;
    }
    text_buffer_init(&sql, STATEMENT_BYTES_MAX);
    text_buffer_string(&sql, "DELETE FROM " PIECE " WHERE novate_row = ANY ('{");
    for (int i = 0; i < PQntuples(left); i++) {
        text_buffer_format(&sql, "%s%s", i > 0 ? "," : "", PQgetvalue(left, i, 2));
    }
    text_buffer_string(&sql, "}')");
    bool ok = text_buffer_check(&sql, error) && session_execute(loader->session, sql.data, error);
    text_buffer_release(&sql);
    return ok;
}

static bool refuse_left(struct loader *loader,
                        struct range range,
                        const PGresult *left,
                        struct error *error)
{
    for (int i = 0; i < PQntuples(left); i++) {
        struct refusal refusal = {.row =
                                      range.first + (int)strtol(PQgetvalue(left, i, 0), NULL, 10)};
        switch (PQgetvalue(left, i, 1)[0]) {
        case 'n':
            refusal.class = REJECT_NULL_VALUE;
            refusal.message = "a column of the key that rows are merged by has no value";
            break;
        case 's':
            refusal.class = REJECT_UNIQUE;
            refusal.message = "a row with this key is there, outside the scope of the mapping";
            break;
        default:
            refusal.class = REJECT_UNIQUE;
            refusal.message = "a record before this one has given the row with this key";
            break;
        }
        if (!NOVATE_CHECK(error, refusal.row < range.end) ||
            !rejects_refuse(loader, refusal.row, &refusal, error)) {
            return false;
        }
    }
    return true;
}

static uint64_t count_of(const PGresult *result, int column)
{
    return strtoull(PQgetvalue(result, 0, column), NULL, 10);
}

/* Counts what was done, unless a trigger has kept rows from being stored. */
static bool take_counts(struct loader *loader, const PGresult *done)
{
    uint64_t added = count_of(done, 0);
    uint64_t changed = count_of(done, 1);
    if (count_of(done, 3) != added || count_of(done, 4) != changed) {
        return false;
    }
    loader->tally.inserted += added;
    loader->tally.updated += changed;
    loader->tally.unchanged += count_of(done, 2);
    return true;
}

bool merge_range(struct loader *loader,
                 struct range range,
                 bool *accepted,
                 struct refusal *refusal,
                 struct error *error)
{
    PGresult *left = NULL;
    PGresult *done = NULL;
    bool ok = run(loader, loader->merge->screen, range, &left, refusal, error);
    *accepted = ok && left != NULL;
    if (*accepted) {
        ok = leave_out(loader, left, error) &&
             run(loader, loader->merge->apply, range, &done, refusal, error);
        *accepted = ok && done != NULL;
    }
    if (*accepted && !take_counts(loader, done)) {
        *accepted = false;
        *refusal = (struct refusal){.row = -1, .left_out = true};
    }
    ok = ok && (!*accepted || refuse_left(loader, range, left, error));
    PQclear(left);
    PQclear(done);
    return ok;
}
