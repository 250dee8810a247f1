/* sequences.c — the sequences behind a table's columns: the contract is in target_state.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/target_state.h"

#include <stdio.h>
#include <string.h>

static const char find_sequences[] =
    "SELECT a.attname, format('%I.%I', n.nspname, s.relname),"
    " has_sequence_privilege(s.oid, 'SELECT') AND has_column_privilege(a.attrelid, a.attnum,"
    "  'SELECT'), has_sequence_privilege(s.oid, 'UPDATE'), q.seqincrement < 0,"
    " q.seqmin::text, q.seqmax::text, q.seqincrement::text"
    " FROM (SELECT d.refobjsubid::int AS attnum, d.objid AS sequence FROM pg_depend d"
    "  WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass"
    "  AND d.refobjid = $1::oid AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')"
    "  UNION SELECT e.adnum, d.refobjid FROM pg_attrdef e JOIN pg_depend d"
    "  ON d.classid = 'pg_attrdef'::regclass AND d.objid = e.oid"
    "  AND d.refclassid = 'pg_class'::regclass WHERE e.adrelid = $1::oid) o"
    " JOIN pg_attribute a ON a.attrelid = $1::oid AND a.attnum = o.attnum"
    " JOIN pg_class s ON s.oid = o.sequence AND s.relkind = 'S'"
    " JOIN pg_namespace n ON n.oid = s.relnamespace JOIN pg_sequence q ON q.seqrelid = s.oid"
    " JOIN pg_type t ON t.oid = a.atttypid"
    " WHERE CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END IN (20, 21, 23, 1700)"
    " ORDER BY a.attnum, 2";

/* The condition under which a sequence is behind: `v` is the column's furthest value. */
static const char *behind_of(bool descending)
{
    return descending
               ? "CASE WHEN s.is_called THEN s.last_value > m.v ELSE s.last_value >= m.v END"
               : "CASE WHEN s.is_called THEN s.last_value < m.v ELSE s.last_value <= m.v END";
}

static const char *furthest_of(const struct target_table *table,
                               const char *column,
                               bool descending,
                               struct arena *arena)
{
    struct text_buffer sql;
    text_buffer_init(&sql, (size_t)1 << 20);
    text_buffer_format(&sql, "(SELECT %s(", descending ? "min" : "max");
    text_buffer_identifier(&sql, column, '"');
    text_buffer_format(&sql, ")::numeric AS v FROM %s) m", table->quoted);
    const char *copy = sql.failed ? NULL : arena_string(arena, sql.data);
    text_buffer_release(&sql);
    return copy;
}

static bool look(struct session *session,
                 const struct target_table *table,
                 const struct session_result *found,
                 int row,
                 struct arena *arena,
                 struct target_sequence *out,
                 struct error *error)
{
    bool descending = session_value(found, row, 4)[0] == 't';
    struct session_result result;
    *out = (struct target_sequence){
        .column = session_value(found, row, 0),
        .sequence = session_value(found, row, 1),
        .readable = session_value(found, row, 2)[0] == 't',
        .settable = session_value(found, row, 3)[0] == 't',
    };
    if (!out->readable) {
        return true;
    }
    const char *furthest = furthest_of(table, out->column, descending, arena);
    const char *sql =
        furthest == NULL
            ? NULL
            : arena_format(arena,
                           "SELECT (s.last_value::numeric + CASE WHEN s.is_called THEN %s ELSE 0"
                           " END)::text, m.v::text, coalesce(%s, false),"
                           " coalesce(m.v NOT BETWEEN %s AND %s, false) FROM %s s, %s",
                           session_value(found, row, 7),
                           behind_of(descending),
                           session_value(found, row, 5),
                           session_value(found, row, 6),
                           out->sequence,
                           furthest);
    if (sql == NULL) {
        return error_set_memory(error);
    }
    if (!session_query(session, sql, 0, NULL, arena, &result, error)) {
        return error_context(error, "looking at sequence %s", out->sequence);
    }
    out->next = session_value(&result, 0, 0);
    out->furthest = session_value(&result, 0, 1);
    out->behind = session_value(&result, 0, 2)[0] == 't';
    out->beyond = session_value(&result, 0, 3)[0] == 't';
    return true;
}

bool target_sequences(struct session *session,
                      const struct target_table *table,
                      struct arena *arena,
                      struct target_sequence **list,
                      int *count,
                      struct error *error)
{
    char oid[32];
    struct session_result found;
    snprintf(oid, sizeof oid, "%lu", (unsigned long)table->oid);
    const char *const parameters[] = {oid};
    *count = 0;
    if (!session_query_prepared(session, find_sequences, 1, parameters, arena, &found, error)) {
        return error_context(error, "looking for the sequences of %s", table->quoted);
    }
    *list = ARENA_ARRAY(arena, struct target_sequence, (size_t)found.rows + 1);
    if (*list == NULL) {
        return error_set_memory(error);
    }
    for (int row = 0; row < found.rows; row++) {
        if (!look(session, table, &found, row, arena, &(*list)[row], error)) {
            return false;
        }
    }
    *count = found.rows;
    return true;
}

bool target_sequence_set(struct session *session,
                         const struct target_table *table,
                         const struct target_sequence *sequence,
                         struct error *error)
{
    struct arena arena;
    struct session_result result;
    struct session_result direction;
    const char *const parameters[] = {sequence->sequence};
    arena_init(&arena, 4096, NULL);
    bool ok =
        session_query(session,
                      "SELECT seqincrement < 0 FROM pg_sequence WHERE seqrelid = $1::regclass",
                      1,
                      parameters,
                      &arena,
                      &direction,
                      error) &&
        NOVATE_CHECK(error, direction.rows == 1);
    bool descending = ok && session_value(&direction, 0, 0)[0] == 't';
    const char *furthest = ok ? furthest_of(table, sequence->column, descending, &arena) : NULL;
    /* Whoever moved it on meanwhile is not taken back. */
    const char *sql = furthest == NULL
                          ? NULL
                          : arena_format(&arena,
                                         "SELECT setval($1::regclass, m.v::bigint) FROM %s s, %s"
                                         " WHERE %s",
                                         sequence->sequence,
                                         furthest,
                                         behind_of(descending));
    if (ok && sql == NULL) {
        ok = error_set_memory(error);
    }
    ok = ok && session_query(session, sql, 1, parameters, &arena, &result, error);
    arena_release(&arena);
    return ok ? true : error_context(error, "setting sequence %s", sequence->sequence);
}
