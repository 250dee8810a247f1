/* probe_catalogue.c — what a probe evaluates, out of the target's catalogue.
 * SPDX-License-Identifier: Apache-2.0 */
#include "probe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How a collation is asked for; nothing where there is none. */
#define COLLATE_CLAUSE(oid)                                                                        \
    "coalesce((SELECT format(' COLLATE %I.%I', n.nspname, c.collname) FROM pg_collation c"         \
    " JOIN pg_namespace n ON n.oid = c.collnamespace WHERE c.oid = " oid "), '')"

/* Can the session look into a table as the server itself does? */
#define MAY_READ(oid) "has_table_privilege(" oid ", 'SELECT') AND NOT row_security_active(" oid ")"

#define ENABLED                                                                                    \
    "CASE WHEN current_setting('session_replication_role') = 'replica'"                            \
    " THEN '{R,A}' ELSE '{O,A}' END::\"char\"[]"

/* A trigger before the row changes it; any other may change what keys are compared with. The
 * constraints of partitions have names of their own. */
static const char read_table[] =
    "SELECT c.relkind IN ('r', 'p') AND NOT EXISTS (SELECT FROM pg_trigger t"
    " WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgtype & 4 <> 0 AND t.tgtype & 3 = 3"
    " AND t.tgenabled = ANY (" ENABLED ")),"
    " c.relkind = 'r' AND NOT EXISTS (SELECT FROM pg_trigger t"
    " WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgtype & 4 <> 0"
    " AND t.tgenabled = ANY (" ENABLED "))"
    " FROM pg_class c WHERE c.oid = $1::oid";

/* Domains are taken down to their base types, so that their checks do not end the COPY. What a
 * column holds that is not sent is an expression, or NULL: only inserting tells. */
static const char read_columns[] =
    "WITH RECURSIVE step AS ("
    " SELECT a.attnum, t.oid AS type, a.atttypmod AS modifier, t.typtype = 'd' AS domain,"
    "  t.typbasetype AS base, t.typtypmod AS base_modifier, t.typdefault IS NOT NULL AS filled"
    "  FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid"
    "  WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped"
    " UNION ALL"
    " SELECT s.attnum, t.oid, s.base_modifier, t.typtype = 'd', t.typbasetype, t.typtypmod,"
    "  s.filled OR t.typdefault IS NOT NULL"
    "  FROM step s JOIN pg_type t ON t.oid = s.base WHERE s.domain)"
    " SELECT a.attname, a.attnum::text,"
    "  format_type(s.type, s.modifier) || " COLLATE_CLAUSE(
        "a.attcollation") ","
                          " a.attgenerated <> '',"
                          " CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid)"
                          " WHEN a.attidentity <> '' OR s.filled THEN NULL"
                          " WHEN d.adbin IS NULL THEN 'NULL::' || format_type(s.type, s.modifier)"
                          " WHEN EXISTS (SELECT FROM regexp_matches(d.adbin::text,"
                          "  ':(?:op)?funcid ([0-9]+)', 'g') m"
                          "  JOIN pg_proc p ON p.oid = m[1]::oid WHERE p.provolatile = 'v')"
                          "  THEN NULL"
                          " ELSE format('(%s)::%s', pg_get_expr(d.adbin, d.adrelid),"
                          "  format_type(s.type, s.modifier)) END"
                          " FROM pg_attribute a JOIN step s ON s.attnum = a.attnum AND NOT s.domain"
                          " LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum"
                          " WHERE a.attrelid = $1::oid ORDER BY a.attnum";

/* $2: columns whose values are not known. The checks of a domain come base first, by name. */
static const char read_own[] =
    "WITH RECURSIVE domain_step AS ("
    " SELECT a.attnum, a.attname, t.oid AS type, t.typbasetype, t.typnotnull, 0 AS level"
    "  FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid"
    "  WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped AND t.typtype = 'd'"
    "  AND a.attnum <> ALL ($2::int2[])"
    " UNION ALL"
    " SELECT s.attnum, s.attname, t.oid, t.typbasetype, t.typnotnull, s.level + 1"
    "  FROM domain_step s JOIN pg_type t ON t.oid = s.typbasetype WHERE t.typtype = 'd')"
    " SELECT kind, name, column_name, test, NULL, NULL, NULL, NULL, needs::text, false FROM ("
    " SELECT 0 AS phase, lpad(d.attnum::text, 5, '0') || lpad((1000 - d.level)::text, 4, '0')"
    "  || c.conname AS place, 'check' AS kind, c.conname AS name, d.attname AS column_name,"
    "  format('(SELECT NOT (%s) FROM (SELECT %I AS value) AS novate_value)',"
    "   pg_get_expr(c.conbin, 0), d.attname) AS test, ARRAY[d.attnum] AS needs"
    "  FROM domain_step d JOIN pg_constraint c ON c.contypid = d.type AND c.contype = 'c'"
    " UNION ALL"
    " SELECT 0, lpad(d.attnum::text, 5, '0') || '0000', 'null', NULL, d.attname,"
    "  format('%I IS NULL', d.attname), ARRAY[d.attnum] FROM domain_step d WHERE d.typnotnull"
    " UNION ALL"
    " SELECT 1, lpad(a.attnum::text, 5, '0'), 'null', NULL, a.attname,"
    "  format('%I IS NOT DISTINCT FROM NULL', a.attname), ARRAY[a.attnum]"
    "  FROM pg_attribute a WHERE a.attrelid = $1::oid AND a.attnum > 0 AND a.attnotnull"
    "  AND NOT a.attisdropped AND a.attnum <> ALL ($2::int2[])"
    " UNION ALL"
    " SELECT 2, c.conname, 'check', c.conname, NULL,"
    "  format('NOT (%s)', pg_get_expr(c.conbin, c.conrelid)), c.conkey"
    "  FROM pg_constraint c WHERE c.conrelid = $1::oid AND c.contype = 'c'"
    "  AND NOT coalesce(c.conkey && $2::int2[], false)"
    "  AND coalesce(to_jsonb(c) ->> 'conenforced', 'true') = 'true'"
    ") AS constraints ORDER BY phase, place COLLATE \"C\"";

/* Plain B-tree keys with the types' own operators, of columns, of expressions, of a part of the
 * rows. $3: those that are checked after the statement. */
static const char read_unique[] =
    "WITH index_key AS ("
    " SELECT i.indexrelid, k.n, pg_get_indexdef(i.indexrelid, k.n::integer, false)"
    "  || " COLLATE_CLAUSE(
        "i.indcollation[k.n - 1]") " AS expression,"
                                   "  (SELECT format('OPERATOR(%I.%s)', n.nspname, o.oprname)"
                                   "   FROM pg_opclass oc JOIN pg_amop ao ON ao.amopfamily = "
                                   "oc.opcfamily"
                                   "   AND ao.amoplefttype = oc.opcintype AND ao.amoprighttype = "
                                   "oc.opcintype"
                                   "   AND ao.amopstrategy = 3 JOIN pg_operator o ON o.oid = "
                                   "ao.amopopr"
                                   "   JOIN pg_namespace n ON n.oid = o.oprnamespace"
                                   "   WHERE oc.oid = i.indclass[k.n - 1] AND oc.opcdefault) AS "
                                   "equals,"
                                   "  format('u%s_%s', i.indexrelid, k.n) AS label"
                                   " FROM pg_index i CROSS JOIN LATERAL generate_series(1, "
                                   "i.indnkeyatts) AS k(n)"
                                   " WHERE i.indrelid = $1::oid AND i.indisunique AND i.indislive"
                                   "  AND i.indimmediate <> $3::boolean)"
                                   " SELECT 'unique', c.relname, NULL, format("
                                   "  '(SELECT true FROM %s%s AS novate_there WHERE %s LIMIT 1)',"
                                   "  CASE WHEN t.relkind = 'p' THEN '' ELSE 'ONLY ' END, "
                                   "t.oid::regclass,"
                                   "  string_agg(format('%s %s novate_keyed.%s', k.expression, "
                                   "k.equals, k.label), ' AND ')"
                                   "   || coalesce(' AND (' || pg_get_expr(i.indpred, i.indrelid) "
                                   "|| ')', '')),"
                                   " string_agg(format('%s AS %s', k.expression, k.label), ', '),"
                                   " string_agg(format('NOT %s IS NOT DISTINCT FROM NULL', "
                                   "k.expression), ' AND ')"
                                   "  || coalesce(' AND (' || pg_get_expr(i.indpred, i.indrelid) "
                                   "|| ')', ''),"
                                   " 'u' || i.indexrelid, string_agg(k.label, ', '), ARRAY(SELECT "
                                   "unnest(i.indkey::int2[])"
                                   "  UNION SELECT d.refobjsubid FROM pg_depend d WHERE d.classid "
                                   "= 'pg_class'::regclass"
                                   "  AND d.objid = i.indexrelid AND d.refclassid = "
                                   "'pg_class'::regclass"
                                   "  AND d.refobjid = i.indrelid)::text, false"
                                   " FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN "
                                   "pg_am m ON m.oid = c.relam"
                                   " JOIN pg_class t ON t.oid = i.indrelid JOIN index_key k ON "
                                   "k.indexrelid = i.indexrelid"
                                   " WHERE m.amname = 'btree' AND NOT i.indisexclusion "
                                   "AND " MAY_READ(
                                       "i.indrelid") "  AND coalesce(to_jsonb(i) ->> "
                                                     "'indnullsnotdistinct', 'false') = 'false'"
                                                     "  AND NOT EXISTS (SELECT FROM "
                                                     "unnest(i.indkey::int2[]) a WHERE a = ANY "
                                                     "($2::int2[]))"
                                                     "  AND NOT EXISTS (SELECT FROM pg_depend d "
                                                     "WHERE d.classid = 'pg_class'::regclass"
                                                     "   AND d.objid = i.indexrelid AND "
                                                     "d.refclassid = 'pg_class'::regclass"
                                                     "   AND d.refobjid = i.indrelid AND "
                                                     "d.refobjsubid = ANY ($2::int2[]))"
                                                     " GROUP BY i.indexrelid, i.indrelid, "
                                                     "i.indpred, c.relname, t.oid, t.relkind"
                                                     " HAVING bool_and(k.equals IS NOT NULL) ORDER "
                                                     "BY i.indexrelid";

/* As the server's own triggers ask. MATCH FULL refuses a key of which only a part is there. */
static const char read_foreign[] =
    "WITH foreign_column AS ("
    " SELECT c.oid, a.attname, format('f%s_%s', c.oid, k.n) AS label, p.attname AS parent,"
    "  " COLLATE_CLAUSE(
        "p.attcollation") " AS collated,"
                          "  format('OPERATOR(%I.%s)', n.nspname, o.oprname) AS equals"
                          " FROM pg_constraint c CROSS JOIN LATERAL"
                          "  unnest(c.conkey, c.confkey, c.conpfeqop) WITH ORDINALITY AS k(child, "
                          "parent, op, n)"
                          " JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.child"
                          " JOIN pg_attribute p ON p.attrelid = c.confrelid AND p.attnum = k.parent"
                          " JOIN pg_operator o ON o.oid = k.op JOIN pg_namespace n ON n.oid = "
                          "o.oprnamespace"
                          " WHERE c.conrelid = $1::oid AND c.contype = 'f'),"
                          " foreign_key AS ("
                          " SELECT c.oid, c.conname, c.confmatchtype, c.confrelid, t.tgname, "
                          "r.relkind,"
                          "  c.confrelid = c.conrelid AS self, count(*) AS columns,"
                          "  CASE WHEN c.confrelid = c.conrelid THEN c.conkey || c.confkey ELSE "
                          "c.conkey END AS needs,"
                          "  string_agg(format('%I AS %s', f.attname, f.label), ', ') AS keys,"
                          "  string_agg('novate_keyed.' || f.label, ', ') AS labels,"
                          "  string_agg(format('novate_parent.%I%s %s novate_keyed.%s', f.parent, "
                          "f.collated,"
                          "   f.equals, f.label), ' AND ') AS matches"
                          " FROM pg_constraint c JOIN foreign_column f ON f.oid = c.oid"
                          " JOIN pg_class r ON r.oid = c.confrelid"
                          " JOIN pg_trigger t ON t.tgconstraint = c.oid AND t.tgrelid = c.conrelid"
                          "  AND t.tgtype & 4 <> 0 AND t.tgenabled = ANY (" ENABLED ")"
                          " WHERE " MAY_READ(
                              "c.confrelid") " AND has_schema_privilege(r.relnamespace, 'USAGE')"
                                             "  AND NOT c.conkey && $2::int2[]"
                                             "  AND NOT (c.confrelid = c.conrelid AND c.confkey && "
                                             "$2::int2[])"
                                             "  AND coalesce(to_jsonb(c) ->> 'conperiod', 'false') "
                                             "= 'false'"
                                             " GROUP BY c.oid, c.conname, c.confmatchtype, "
                                             "c.confrelid, c.conrelid, t.tgname, r.relkind,"
                                             "  c.conkey, c.confkey)"
                                             " SELECT 'foreign', k.conname, NULL, format("
                                             "  '(num_nulls(%1$s) = 0 AND (SELECT true FROM "
                                             "%2$s%3$s AS novate_parent"
                                             " WHERE %4$s LIMIT 1) IS NULL%5$s%6$s)', k.labels,"
                                             "  CASE WHEN k.relkind = 'p' THEN '' ELSE 'ONLY ' "
                                             "END, k.confrelid::regclass, k.matches,"
                                             "  CASE WHEN k.self THEN format(' AND NOT EXISTS "
                                             "(SELECT FROM novate_siblings AS"
                                             " novate_parent WHERE %1$s) AND NOT EXISTS (SELECT "
                                             "FROM novate_source AS novate_parent"
                                             " WHERE %1$s AND novate_parent.novate_row = "
                                             "novate_keyed.novate_row)', k.matches) ELSE '' END,"
                                             "  CASE WHEN k.confmatchtype = 'f' THEN format(' OR "
                                             "num_nulls(%s) BETWEEN 1 AND %s',"
                                             "   k.labels, k.columns - 1) ELSE '' END),"
                                             "  k.keys, NULL, 'f' || k.oid, NULL, k.needs::text, "
                                             "k.self"
                                             " FROM foreign_key k ORDER BY k.tgname COLLATE \"C\"";

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
    COLUMN_EXPRESSION
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
    if (sent >= 0 && out->needed != NULL && !out->needed[sent]) {
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
    const char *before = "";
    text_buffer_string(copy,
                       "TRUNCATE pg_temp.novate_piece RESTART IDENTITY; "
                       "COPY pg_temp.novate_piece (");
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
    text_buffer_string(&out.create,
                       "SET LOCAL jit = off; CREATE TEMPORARY TABLE novate_piece"
                       " (novate_row integer GENERATED ALWAYS AS IDENTITY");
    text_buffer_string(&out.known, "novate_row - 1 AS novate_row");
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
    } queries[] = {{read_own, NULL}, {read_unique, "f"}, {read_foreign, NULL}, {read_unique, "t"}};
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
        for (int row = 0; row < found[i].rows; row++) {
            if (!read_test(probe, &found[i], row, &probe->tests[probe->count++], error)) {
                return false;
            }
        }
    }
    return true;
}

/* Which of the columns of the batches a column of the table is: by its number; -1: none. */
static int sent_column(const struct session_result *columns,
                       const struct schema *schema,
                       long number)
{
    for (int row = 0; row < columns->rows; row++) {
        if (strtol(session_value(columns, row, COLUMN_NUMBER), NULL, 10) == number) {
            return schema_find(schema, text_of(session_value(columns, row, COLUMN_NAME)), true);
        }
    }
    return -1;
}

/* A column that the table generates needs any others. */
static void need_columns(const struct session_result *columns,
                         const struct schema *schema,
                         const char *numbers,
                         bool *needed)
{
    for (const char *at = numbers; at != NULL && *at != '\0';) {
        char *end = NULL;
        long number = strtol(at, &end, 10);
        if (end == at) {
            at++;
            continue;
        }
        int column = sent_column(columns, schema, number);
        for (int i = 0; i < schema->count; i++) {
            needed[i] |= i == column || (column < 0 && number > 0);
        }
        at = end;
    }
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
    if (!session_query(session, read_table, 1, parameters, &probe->answers, &result, error)) {
        return false;
    }
    probe->usable = result.rows == 1 && is_true(session_value(&result, 0, 0));
    probe->certain = probe->usable && is_true(session_value(&result, 0, 1));
    const char *unknown = NULL;
    return !probe->usable ||
           (session_query(session, read_columns, 1, parameters, &probe->answers, &result, error) &&
            read_statements(probe, &result, schema, NULL, binary, &parameters[1], error) &&
            read_tests(probe, session, parameters, error) &&
            read_needs(probe, &result, schema, binary, error) &&
            read_statements(probe, &result, schema, probe->needed, binary, &unknown, error));
}
