/* describe.c — a table of the target as its catalogue has it.
 *
 * Domains are taken down to their base type, whose binary form they share; the domain's own name
 * stays in `declared`.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/session.h"

#include <stdlib.h>
#include <string.h>

enum {
    NAME_PARTS_MAX = 2
};

/* A name as a mapping writes it. */
struct table_name {
    int parts;
    struct name_part {
        const char *text; /* without quotes */
        bool quoted;
    } part[NAME_PARTS_MAX];
};

static bool name_refused(const char *name, struct error *error)
{
    error_set(error, ERROR_PLAN, "\"%s\" is not the name of a table", name);
    return error_hint(error,
                      "Write table or schema.table; put a name with other characters than "
                      "letters, digits and _ into double quotes.");
}

/* One part; moves `*at` past it. */
static bool part_parse(const char **at, struct arena *arena, struct name_part *part)
{
    const char *from = *at;
    part->quoted = *from == '"';
    char *text = arena_bytes(arena, strlen(from) + 1);
    size_t size = 0;
    if (text == NULL) {
        return false;
    }
    if (!part->quoted) {
        size = strcspn(from, ".\"");
        memcpy(text, from, size);
        from += size;
    } else {
        for (from++; *from != '\0'; from++) {
            if (from[0] == '"' && from[1] != '"') {
                break;
            }
            from += from[0] == '"' ? 1 : 0;
            text[size++] = *from;
        }
        if (*from != '"') {
            return false;
        }
        from++;
    }
    text[size] = '\0';
    part->text = text;
    *at = from;
    return size > 0;
}

static bool name_parse(const char *name, struct arena *arena, struct table_name *out)
{
    const char *at = name;
    for (out->parts = 0; out->parts < NAME_PARTS_MAX;) {
        if (!part_parse(&at, arena, &out->part[out->parts++])) {
            return false;
        }
        if (*at == '\0') {
            return true;
        }
        if (*at++ != '.') {
            return false;
        }
    }
    return false;
}

/* How well a name fits: 0 as SQL reads it (folded to lower case, or quoted), 1 as it stands, 2
 * without regard to case, NULL not at all. */
#define NAME_FIT(column, parameter, quoted)                                                        \
    "CASE WHEN " quoted " THEN CASE WHEN " column " = " parameter " THEN 0 END"                    \
    " WHEN " column " = lower(" parameter ") THEN 0 WHEN " column " = " parameter " THEN 1"        \
    " WHEN lower(" column ") = lower(" parameter ") THEN 2 END"

static const char find_table[] =
    "SELECT c.oid::text, n.nspname, c.relname, f.fit::text"
    " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,"
    " LATERAL (SELECT " NAME_FIT(
        "c.relname",
        "$1",
        "$2::bool") " +"
                    " CASE WHEN $3::text IS NULL THEN 0 ELSE " NAME_FIT(
                        "n.nspname",
                        "$3",
                        "$4::bool") " END AS fit) f"
                                    " WHERE c.relkind IN ('r', 'p', 'f', 'v') AND f.fit IS NOT NULL"
                                    " AND ($3::text IS NOT NULL OR pg_table_is_visible(c.oid))"
                                    " ORDER BY f.fit, c.oid LIMIT 2";

/* Names to compare a misspelt one with: those of the same spelling in other schemas first. */
static const char find_candidates[] =
    "SELECT CASE WHEN $2::text IS NULL AND pg_table_is_visible(c.oid) THEN ''"
    " ELSE quote_ident(n.nspname) || '.' END || quote_ident(c.relname),"
    " lower(c.relname) = lower($1)"
    " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relkind IN ('r', 'p', 'f', 'v')"
    " AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
    " ORDER BY 2 DESC, 1 LIMIT 10000";

/* Every column with its type's base, the base's modifier, and what its domains add. */
static const char find_columns[] =
    "WITH RECURSIVE step AS ("
    " SELECT a.attnum, t.oid AS type, a.atttypmod AS modifier, t.typtype = 'd' AS domain,"
    "  t.typbasetype AS base, t.typtypmod AS base_modifier, t.typnotnull AS not_null,"
    "  t.typdefault IS NOT NULL AS has_default"
    "  FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid"
    "  WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped"
    " UNION ALL"
    " SELECT s.attnum, t.oid, s.base_modifier, t.typtype = 'd', t.typbasetype, t.typtypmod,"
    "  s.not_null OR t.typnotnull, s.has_default OR t.typdefault IS NOT NULL"
    "  FROM step s JOIN pg_type t ON t.oid = s.base WHERE s.domain)"
    " SELECT a.attname, s.type::text, s.modifier::text, format_type(a.atttypid, a.atttypmod),"
    "  a.attnotnull OR s.not_null,"
    "  a.atthasdef OR a.attidentity <> '' OR s.has_default,"
    "  a.attgenerated <> '' OR a.attidentity = 'a'"
    " FROM pg_attribute a JOIN step s ON s.attnum = a.attnum AND NOT s.domain"
    " WHERE a.attrelid = $1::oid ORDER BY a.attnum";

static bool find_nearest(struct session *session,
                         const char *name,
                         const struct table_name *parsed,
                         struct arena *arena,
                         const char **nearest,
                         struct error *error)
{
    struct session_result result;
    const char *const parameters[] = {parsed->part[parsed->parts - 1].text,
                                      parsed->parts > 1 ? parsed->part[0].text : NULL};
    if (!session_query(session, find_candidates, 2, parameters, arena, &result, error)) {
        return false;
    }
    const char **names = ARENA_ARRAY(arena, const char *, (size_t)result.rows + 1);
    if (names == NULL) {
        return error_set_memory(error);
    }
    for (int i = 0; i < result.rows; i++) {
        names[i] = session_value(&result, i, 0);
    }
    *nearest = result.rows > 0 && session_value(&result, 0, 1)[0] == 't'
                   ? names[0]
                   : text_nearest(name, names, (size_t)result.rows);
    return true;
}

/* OIDs of built-in types are part of PostgreSQL's protocol and do not change. */
static enum type_id type_of_oid(unsigned long oid)
{
    static const struct {
        unsigned long oid;
        enum type_id id;
    } types[] = {
        {16, TYPE_BOOL},
        {17, TYPE_BYTEA},
        {20, TYPE_INT8},
        {21, TYPE_INT2},
        {23, TYPE_INT4},
        {25, TYPE_TEXT},
        {700, TYPE_FLOAT4},
        {701, TYPE_FLOAT8},
        {1042, TYPE_CHAR},
        {1043, TYPE_VARCHAR},
        {1082, TYPE_DATE},
        {1083, TYPE_TIME},
        {1114, TYPE_TIMESTAMP},
        {1184, TYPE_TIMESTAMPTZ},
        {1700, TYPE_NUMERIC},
        {2950, TYPE_UUID},
    };
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (types[i].oid == oid) {
            return types[i].id;
        }
    }
    return TYPE_OTHER;
}

/* pg_attribute.atttypmod as the type's input function reads it; -1: not stated. */
static struct type type_of_catalogue(unsigned long oid, long modifier)
{
    enum {
        HEADER = 4,         /* VARHDRSZ, added to lengths and numeric's modifier */
        SCALE_BITS = 0x7ff, /* signed, 11 bits since PostgreSQL 15 */
        SCALE_SIGN = 0x400
    };
    struct type type = type_of(type_of_oid(oid));
    if (modifier < 0) {
        return type;
    }
    if (type.id == TYPE_VARCHAR || type.id == TYPE_CHAR) {
        type.length = (int32_t)(modifier - HEADER);
    } else if (type.id == TYPE_NUMERIC) {
        long packed = modifier - HEADER;
        type.precision = (int16_t)((packed >> 16) & 0xffff);
        type.scale = (int16_t)(((packed & SCALE_BITS) ^ SCALE_SIGN) - SCALE_SIGN);
    } else if (type.id == TYPE_TIME || type.id == TYPE_TIMESTAMP || type.id == TYPE_TIMESTAMPTZ) {
        type.precision = (int16_t)(modifier + 1);
    }
    return type;
}

static void describe_columns(const struct session_result *result, struct target_table *table)
{
    table->binary = true;
    table->schema.count = result->rows;
    for (int i = 0; i < result->rows; i++) {
        struct column *column = &table->schema.columns[i];
        column->name = session_value(result, i, 0);
        column->type = type_of_catalogue(strtoul(session_value(result, i, 1), NULL, 10),
                                         strtol(session_value(result, i, 2), NULL, 10));
        column->declared = session_value(result, i, 3);
        column->nullable = session_value(result, i, 4)[0] != 't';
        column->has_default = session_value(result, i, 5)[0] == 't';
        column->generated = session_value(result, i, 6)[0] == 't';
        column->hidden_cast = column->type.id == TYPE_OTHER;
        table->binary = table->binary && (column->generated || !column->hidden_cast);
    }
}

static bool describe_found(struct session *session,
                           const char *name,
                           const struct session_result *found,
                           struct arena *arena,
                           struct target_table **table,
                           struct error *error)
{
    struct text_buffer quoted;
    struct session_result columns;
    const char *const parameters[] = {session_value(found, 0, 0)};
    struct target_table *described = ARENA_NEW(arena, struct target_table);
    if (!session_query_prepared(session, find_columns, 1, parameters, arena, &columns, error)) {
        return false;
    }
    text_buffer_init(&quoted, 4096);
    text_buffer_identifier(&quoted, session_value(found, 0, 1), '"');
    text_buffer_char(&quoted, '.');
    text_buffer_identifier(&quoted, session_value(found, 0, 2), '"');
    bool ok = text_buffer_check(&quoted, error);
    if (ok && described != NULL) {
        described->name = arena_string(arena, name);
        described->quoted = arena_string(arena, quoted.data);
        described->oid = (uint32_t)strtoul(parameters[0], NULL, 10);
        described->schema.columns = ARENA_ARRAY(arena, struct column, (size_t)columns.rows + 1);
    }
    text_buffer_release(&quoted);
    if (!ok || described == NULL || described->name == NULL || described->quoted == NULL ||
        described->schema.columns == NULL) {
        return error_set_memory(error);
    }
    describe_columns(&columns, described);
    *table = described;
    return true;
}

bool session_describe(struct session *session,
                      const char *name,
                      struct arena *arena,
                      struct target_table **table,
                      const char **nearest,
                      struct error *error)
{
    struct table_name parsed;
    struct session_result found;
    *table = NULL;
    *nearest = NULL;
    if (!name_parse(name, arena, &parsed)) {
        return name_refused(name, error);
    }
    const struct name_part *part = &parsed.part[parsed.parts - 1];
    const struct name_part *schema = parsed.parts > 1 ? &parsed.part[0] : NULL;
    const char *const parameters[] = {part->text,
                                      part->quoted ? "true" : "false",
                                      schema == NULL ? NULL : schema->text,
                                      schema != NULL && schema->quoted ? "true" : "false"};
    if (!session_query_prepared(session, find_table, 4, parameters, arena, &found, error)) {
        return error_context(error, "describing table \"%s\" of the target", name);
    }
    if (found.rows == 0) {
        return find_nearest(session, name, &parsed, arena, nearest, error);
    }
    if (found.rows > 1 && strcmp(session_value(&found, 0, 3), session_value(&found, 1, 3)) == 0) {
        error_set(error, ERROR_PLAN, "the table name \"%s\" is ambiguous in the target", name);
        error_detail(error,
                     "It may be \"%s\".\"%s\" or \"%s\".\"%s\".",
                     session_value(&found, 0, 1),
                     session_value(&found, 0, 2),
                     session_value(&found, 1, 1),
                     session_value(&found, 1, 2));
        return error_hint(error, "Put the name into double quotes, with its schema.");
    }
    if (!describe_found(session, name, &found, arena, table, error)) {
        return error_context(error, "describing table \"%s\" of the target", name);
    }
    return true;
}

/* `question` opens a parenthesis that ends behind the table and its scope. */
static bool ask_rows(struct session *session,
                     const char *question,
                     const struct target_table *table,
                     const char *scope,
                     struct arena *arena,
                     const char **answer,
                     struct error *error)
{
    struct session_result result;
    struct text_buffer sql;
    text_buffer_init(&sql, (size_t)1 << 20);
    text_buffer_format(&sql, "%s FROM %s", question, table->quoted);
    if (scope != NULL) {
        /* The line feed ends a comment that the scope may end with. */
        text_buffer_format(&sql, " WHERE (%s\n)", scope);
    }
    text_buffer_string(&sql, ") AS answer");
    bool ok = text_buffer_check(&sql, error) &&
              session_query(session, sql.data, 0, NULL, arena, &result, error);
    *answer = ok ? session_value(&result, 0, 0) : NULL;
    text_buffer_release(&sql);
    return ok;
}

bool session_table_has_rows(struct session *session,
                            const struct target_table *table,
                            const char *scope,
                            bool *has_rows,
                            struct error *error)
{
    struct arena arena;
    const char *answer = NULL;
    arena_init(&arena, 1024, NULL);
    bool ok = ask_rows(session, "SELECT EXISTS (SELECT", table, scope, &arena, &answer, error);
    if (ok) {
        *has_rows = answer[0] == 't';
    } else {
        error_context(error, "looking for rows of %s", table->quoted);
    }
    arena_release(&arena);
    return ok;
}

bool session_count_rows(struct session *session,
                        const struct target_table *table,
                        const char *scope,
                        uint64_t *rows,
                        struct error *error)
{
    struct arena arena;
    const char *answer = NULL;
    arena_init(&arena, 1024, NULL);
    bool ok =
        ask_rows(session, "SELECT count(*) FROM (SELECT", table, scope, &arena, &answer, error);
    if (ok) {
        *rows = strtoull(answer, NULL, 10);
    } else {
        error_context(error, "counting rows of %s", table->quoted);
    }
    arena_release(&arena);
    return ok;
}
