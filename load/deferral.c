/* deferral.c — what is taken off a table before it is loaded: the contract is in deferral.h.
 *
 * Definitions are read with an empty search_path, so that they name everything in full and mean the
 * same in whatever session they are executed.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/deferral.h"

#include "deferral_shared.h"
#include "session_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is asked for, and why it stays where it does; foreign keys in the order in which the server
 * has them checked. $1 table, $2 foreign keys, $3 indexes, $4
 * unique ones, $5 key columns (JSON), $6 rows are found by key, $7 migration. */
static const char find_foreign_keys[] =
    "WITH t AS (SELECT c.oid, c.relkind, c.relname, c.relispartition, n.nspname,"
    "  pg_has_role(c.relowner, 'USAGE') AS owned, has_schema_privilege(n.oid, 'CREATE') AS creates"
    "  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = $1::oid),"
    " foreign_key AS (SELECT 'foreign_key' AS kind, f.oid, f.conname AS name, CASE"
    "  WHEN t.relkind = 'p' THEN 'no server can add it NOT VALID to a partitioned table'"
    "  WHEN f.conparentid <> 0 THEN 'it is that of a partitioned table'"
    "  WHEN r.relkind = 'p' THEN 'it refers to a partitioned table'"
    "  WHEN EXISTS (SELECT FROM pg_trigger g WHERE g.tgconstraint = f.oid AND g.tgenabled <> 'O')"
    "   THEN 'its triggers are not in their usual state'"
    "  WHEN EXISTS (SELECT FROM novate.deferred d WHERE d.migration <> $7 AND d.name = f.conname"
    "   AND d.schema_name = t.nspname AND d.table_name = t.relname AND d.state = 'not_valid')"
    "   THEN 'another migration has it still to validate'"
    "  WHEN NOT t.owned THEN 'this role does not own the table'"
    "  WHEN NOT has_table_privilege(f.confrelid, 'REFERENCES')"
    "   THEN 'this role has no privilege REFERENCES on the table that it refers to'"
    "  WHEN EXISTS (SELECT FROM pg_depend d WHERE d.refclassid = 'pg_constraint'::regclass"
    "   AND d.refobjid = f.oid AND d.deptype = 'n') THEN 'something else depends on it'"
    " END AS kept FROM t JOIN pg_constraint f ON f.conrelid = t.oid AND f.contype = 'f'"
    " JOIN pg_class r ON r.oid = f.confrelid WHERE $2::bool),";
static const char find_indexes[] =
    " other_index AS (SELECT CASE WHEN k.oid IS NULL THEN 'index' ELSE 'unique_constraint' END"
    " AS kind, i.indexrelid AS oid, c.relname AS name, CASE"
    "  WHEN NOT i.indisvalid OR NOT i.indisready THEN 'it is not valid'"
    "  WHEN c.relispartition THEN 'it is that of a partitioned table'"
    "  WHEN t.relkind = 'p' AND k.oid IS NOT NULL"
    "   THEN 'it is a constraint of a partitioned table'"
    "  WHEN i.indisreplident AND $6::bool THEN 'it is the replica identity'"
    "  WHEN $6::bool AND NOT EXISTS (SELECT FROM json_array_elements_text($5::json) w"
    "   WHERE NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = t.oid"
    "    AND a.attname = w AND a.attnum = ANY ((i.indkey::smallint[])"
    "    [0:json_array_length($5::json) - 1]))) THEN 'it serves the mapping''s key'"
    "  WHEN EXISTS (SELECT FROM pg_constraint f WHERE f.contype = 'f'"
    "   AND f.conindid = i.indexrelid) THEN 'foreign keys refer to it'"
    "  WHEN EXISTS (SELECT FROM unnest(array_append(parts.oids, i.indexrelid)) m, pg_depend d"
    "   WHERE d.refclassid = 'pg_class'::regclass"
    "   AND d.refobjid = m AND d.deptype = 'n' OR d.classid = 'pg_class'::regclass"
    "   AND d.objid = m AND d.deptype IN ('x', 'e')"
    "   OR d.refclassid = 'pg_constraint'::regclass AND d.refobjid = k.oid AND d.deptype = 'n')"
    "   THEN 'it and something else depend on each other'"
    "  WHEN NOT t.owned THEN 'this role does not own the table'"
    "  WHEN NOT t.creates THEN 'this role may not create anything in the schema'"
    "  WHEN c.reltablespace <> 0 AND NOT has_tablespace_privilege(c.reltablespace, 'CREATE')"
    "   THEN 'this role may not create anything in its tablespace'"
    "  WHEN EXISTS (SELECT FROM pg_index p JOIN pg_class pi ON pi.oid = p.indexrelid"
    "   JOIN pg_class pt ON pt.oid = p.indrelid WHERE p.indexrelid = ANY (parts.oids)"
    "   AND NOT (pg_has_role(pt.relowner, 'USAGE')"
    "    AND has_schema_privilege(pt.relnamespace, 'CREATE') AND (pi.reltablespace = 0"
    "    OR has_tablespace_privilege(pi.reltablespace, 'CREATE'))))"
    "   THEN 'this role could not make that of a partition again'"
    " END AS kept FROM t JOIN pg_index i ON i.indrelid = t.oid"
    " JOIN pg_class c ON c.oid = i.indexrelid"
    " CROSS JOIN LATERAL (SELECT coalesce(array_agg(m.relid::oid), '{}') AS oids"
    "  FROM pg_partition_tree(i.indexrelid) m WHERE m.level > 0) parts"
    " LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.conrelid = t.oid"
    "  AND k.contype IN ('p', 'u', 'x')"
    " WHERE coalesce(k.contype = 'u', true) AND NOT i.indisprimary AND NOT i.indisexclusion"
    " AND CASE WHEN i.indisunique THEN $4::bool ELSE $3::bool END)"
    " SELECT kind, oid::text, name, kept FROM (SELECT kind, oid, name, kept, oid AS place"
    "  FROM foreign_key UNION ALL SELECT kind, oid, name, kept, 0 FROM other_index) w"
    " ORDER BY kind, place, name";

static const char record_columns[] =
    "INSERT INTO novate.deferred (migration, entity, run, kind, schema_name, table_name, name,"
    " definition, constraint_definition, comment, constraint_comment, tablespace, valid, clustered,"
    " replica_identity, column_statistics, index_keys, predicate, nulls_distinct, row_key,"
    " partitions, reference) SELECT $1, $2, $3::bigint, $4, n.nspname, t.relname, ";
#define ROW_KEY                                                                                    \
    " coalesce(nullif(ARRAY(SELECT json_array_elements_text($6::json)), '{}'),"                    \
    " ARRAY(SELECT a.attname::text FROM pg_index p, unnest(p.indkey::smallint[])"                  \
    " WITH ORDINALITY u(number, place) JOIN pg_attribute a ON a.attnum = u.number"                 \
    " WHERE p.indrelid = t.oid AND p.indisprimary AND a.attrelid = t.oid ORDER BY u.place))"
/* Of the index of a partitioned table: those that go with it. */
#define PARTITIONS                                                                                 \
    " CASE WHEN c.relkind = 'I' THEN (SELECT coalesce(jsonb_agg(jsonb_build_object("               \
    " 'schema', pn.nspname, 'table', pt.relname, 'name', pc.relname, 'depth', m.level,"            \
    " 'parent', (SELECT format('%I.%I', an.nspname, a.relname) FROM pg_class a"                    \
    "  JOIN pg_namespace an ON an.oid = a.relnamespace WHERE a.oid = m.parentrelid),"              \
    " 'definition', pg_get_indexdef(pc.oid), 'tablespace', ps.spcname,"                            \
    " 'comment', obj_description(pc.oid, 'pg_class'), 'clustered', p.indisclustered,"              \
    " 'replica_identity', p.indisreplident, 'statistics', (SELECT jsonb_object_agg(a.attnum,"      \
    "  a.attstattarget) FROM pg_attribute a WHERE a.attrelid = pc.oid AND a.attstattarget >= 0))"  \
    " ORDER BY m.level, pn.nspname, pc.relname), '[]') FROM pg_partition_tree(c.oid) m"            \
    " JOIN pg_index p ON p.indexrelid = m.relid JOIN pg_class pc ON pc.oid = m.relid"              \
    " JOIN pg_class pt ON pt.oid = p.indrelid JOIN pg_namespace pn ON pn.oid = pt.relnamespace"    \
    " LEFT JOIN pg_tablespace ps ON ps.oid = pc.reltablespace WHERE m.level > 0) END"
/* What rows are asked by while it is off (references.h). Periods are not compared by equality. */
#define REFERENCE                                                                                  \
    " (SELECT jsonb_build_object('schema', rn.nspname, 'table', r.relname,"                        \
    "  'full', f.confmatchtype = 'f', 'columns', jsonb_agg(jsonb_build_object("                    \
    "  'child', own.attname, 'parent', other.attname,"                                             \
    "  'equals', format('OPERATOR(%I.%s)', pn.nspname, o.oprname)) ORDER BY k.n))"                 \
    "  FROM unnest(f.conkey, f.confkey, f.conpfeqop) WITH ORDINALITY AS k(child, parent, op, n)"   \
    "  JOIN pg_attribute own ON own.attrelid = f.conrelid AND own.attnum = k.child"                \
    "  JOIN pg_attribute other ON other.attrelid = f.confrelid AND other.attnum = k.parent"        \
    "  JOIN pg_operator o ON o.oid = k.op JOIN pg_namespace pn ON pn.oid = o.oprnamespace"         \
    "  JOIN pg_class r ON r.oid = f.confrelid JOIN pg_namespace rn ON rn.oid = r.relnamespace"     \
    "  WHERE coalesce(to_jsonb(f) ->> 'conperiod', 'false') = 'false'"                             \
    "  GROUP BY rn.nspname, r.relname)"
static const char record_index[] =
    "c.relname, pg_get_indexdef(c.oid), pg_get_constraintdef(k.oid),"
    " obj_description(c.oid, 'pg_class'), obj_description(k.oid, 'pg_constraint'), s.spcname,"
    " true, i.indisclustered, i.indisreplident,"
    " (SELECT json_object_agg(a.attnum, a.attstattarget) FROM pg_attribute a"
    "  WHERE a.attrelid = c.oid AND a.attstattarget >= 0),"
    " ARRAY(SELECT pg_get_indexdef(c.oid, p, false) FROM generate_series(1, i.indnkeyatts) p),"
    " pg_get_expr(i.indpred, i.indrelid),"
    " NOT coalesce((to_jsonb(i)->>'indnullsnotdistinct')::bool, false)," ROW_KEY "," PARTITIONS
    ", NULL FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = "
    "i.indrelid"
    " JOIN pg_namespace n ON n.oid = t.relnamespace"
    " LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace"
    " LEFT JOIN pg_constraint k ON k.conindid = c.oid AND k.conrelid = t.oid AND k.contype = 'u'"
    " WHERE i.indexrelid = $5::oid";
static const char record_foreign_key[] =
    "f.conname, pg_get_constraintdef(f.oid), NULL, NULL, obj_description(f.oid, 'pg_constraint'),"
    " NULL, f.convalidated, false, false, NULL, '{}', NULL, true," ROW_KEY ", NULL," REFERENCE
    " FROM pg_constraint f JOIN pg_class t ON t.oid = f.conrelid"
    " JOIN pg_namespace n ON n.oid = t.relnamespace WHERE f.oid = $5::oid";
static const char statement_to_drop[] =
    " RETURNING CASE kind WHEN 'index' THEN format('DROP INDEX %I.%I', schema_name, name)"
    " ELSE format('ALTER TABLE %I.%I DROP CONSTRAINT %I', schema_name, table_name, name) END";

/* A foreign key that is back and not validated goes on with the row that it has: that knows what it
 * was before. */
static const char drop_again[] =
    "UPDATE novate.deferred d SET state = 'dropped', dropped_at = clock_timestamp(), message = "
    "NULL,"
    " reference =" REFERENCE " FROM pg_constraint f JOIN pg_class t ON t.oid = f.conrelid"
    " JOIN pg_namespace n ON n.oid = t.relnamespace"
    " WHERE f.oid = $1::oid AND d.migration = $2 AND d.kind = 'foreign_key'"
    " AND d.state = 'not_valid' AND d.name = f.conname AND d.table_name = t.relname"
    " AND d.schema_name = n.nspname RETURNING"
    " format('ALTER TABLE %I.%I DROP CONSTRAINT %I', d.schema_name, d.table_name, d.name)";

static const char *key_json(const struct deferral_request *request, struct arena *arena)
{
    struct text_buffer text;
    text_buffer_init(&text, (size_t)1 << 20);
    text_buffer_char(&text, '[');
    for (int i = 0; i < request->key_count; i++) {
        text_buffer_string(&text, i > 0 ? "," : "");
        text_buffer_json(&text, text_of(request->key[i]));
    }
    text_buffer_char(&text, ']');
    const char *copy = text.failed ? NULL : arena_string(arena, text.data);
    text_buffer_release(&text);
    return copy;
}

static bool drop_one(struct session *session,
                     const struct deferral_request *request,
                     const char *key,
                     const struct session_result *found,
                     int row,
                     struct arena *arena,
                     struct error *error)
{
    const char *kind = session_value(found, row, 0);
    const char *oid = session_value(found, row, 1);
    bool is_foreign_key = strcmp(kind, "foreign_key") == 0;
    char run[32];
    struct session_result result = {.rows = 0};
    snprintf(run, sizeof run, "%lld", (long long)request->run);
    const char *const again[] = {oid, request->migration};
    const char *const parameters[] = {request->migration, request->entity, run, kind, oid, key};
    const char *insert = arena_format(arena,
                                      "%s%s%s",
                                      record_columns,
                                      is_foreign_key ? record_foreign_key : record_index,
                                      statement_to_drop);
    if (insert == NULL) {
        return error_set_memory(error);
    }
    if (is_foreign_key && !session_query(session, drop_again, 2, again, arena, &result, error)) {
        return false;
    }
    if (result.rows == 0 && !session_query(session, insert, 6, parameters, arena, &result, error)) {
        return false;
    }
    return NOVATE_CHECK(error, result.rows == 1) &&
           session_execute(session, session_value(&result, 0, 0), error);
}

static bool drop_found(struct session *session,
                       const struct deferral_request *request,
                       struct arena *arena,
                       struct deferral_item **items,
                       int *count,
                       struct error *error)
{
    char oid[32];
    struct session_result found;
    snprintf(oid, sizeof oid, "%lu", (unsigned long)request->table->oid);
    const char *key = key_json(request, arena);
    const char *find = arena_format(arena, "%s%s", find_foreign_keys, find_indexes);
    const char *const parameters[] = {oid,
                                      request->foreign_keys ? "t" : "f",
                                      request->indexes ? "t" : "f",
                                      request->unique_indexes ? "t" : "f",
                                      key,
                                      request->finds_by_key && request->key_count > 0 ? "t" : "f",
                                      request->migration};
    if (key == NULL || find == NULL) {
        return error_set_memory(error);
    }
    if (!session_query(session, find, 7, parameters, arena, &found, error)) {
        return false;
    }
    *items = ARENA_ARRAY(arena, struct deferral_item, (size_t)found.rows + 1);
    if (*items == NULL) {
        return error_set_memory(error);
    }
    *count = found.rows;
    for (int row = 0; row < found.rows; row++) {
        (*items)[row] = (struct deferral_item){
            .kind = session_value(&found, row, 0),
            .name = session_value(&found, row, 2),
            .kept = session_value(&found, row, 3),
        };
        if ((*items)[row].kept == NULL &&
            !drop_one(session, request, key, &found, row, arena, error)) {
            return error_context(error, "dropping \"%s\"", (*items)[row].name);
        }
    }
    return true;
}

/* Who does not own the table has nothing dropped, and need not be allowed to lock it so. */
static bool lock_table(struct session *session,
                       const struct target_table *table,
                       struct arena *arena,
                       struct error *error)
{
    struct session_result result;
    char oid[32];
    snprintf(oid, sizeof oid, "%lu", (unsigned long)table->oid);
    const char *const parameters[] = {oid};
    if (!session_query(session,
                       "SELECT CASE WHEN pg_has_role(relowner, 'USAGE') THEN relkind END"
                       " FROM pg_class WHERE oid = $1::oid",
                       1,
                       parameters,
                       arena,
                       &result,
                       error)) {
        return false;
    }
    const char *kind = result.rows == 0 ? NULL : session_value(&result, 0, 0);
    if (kind == NULL || (kind[0] != 'r' && kind[0] != 'p')) {
        return true;
    }
    const char *lock = arena_format(arena,
                                    "LOCK TABLE %s%s IN ACCESS EXCLUSIVE MODE",
                                    kind[0] == 'p' ? "" : "ONLY ",
                                    table->quoted);
    return lock == NULL ? error_set_memory(error) : session_execute(session, lock, error);
}

bool deferral_drop(struct session *session,
                   const struct deferral_request *request,
                   struct arena *arena,
                   struct deferral_item **items,
                   int *count,
                   struct error *error)
{
    *items = NULL;
    *count = 0;
    bool ok = session_execute(session, "BEGIN; SET LOCAL search_path = ''", error) &&
              deferral_join(session, request, arena, error) &&
              lock_table(session, request->table, arena, error) &&
              drop_found(session, request, arena, items, count, error) &&
              session_execute(session, "COMMIT", error);
    if (!ok) {
        session_rollback(session);
        return error_context(error,
                             "deferring indexes and constraints of %s; what was dropped is recorded"
                             " in novate.deferred",
                             request->table->quoted);
    }
    return true;
}

static const char list_left[] =
    "SELECT d.deferred::text, d.migration, d.entity, d.kind,"
    " format('%I.%I', d.schema_name, d.table_name), d.name, d.state,"
    " to_char(d.dropped_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), d.message"
    " FROM novate.deferred d CROSS JOIN LATERAL (SELECT"
    " to_regclass(format('%I.%I', d.schema_name, d.table_name)) AS oid) t"
    " WHERE d.state IN ('dropped', 'not_valid') AND (d.migration = $1 OR $1 IS NULL)"
    " ORDER BY d.kind = 'foreign_key', (SELECT coalesce(sum(pg_relation_size(m.relid)),"
    " pg_relation_size(t.oid)) FROM pg_partition_tree(t.oid) m) DESC NULLS LAST, d.deferred";

bool deferral_list(struct session *session,
                   const char *migration,
                   struct arena *arena,
                   struct deferred **list,
                   int *count,
                   struct error *error)
{
    struct session_result result;
    const char *const parameters[] = {migration};
    *list = NULL;
    *count = 0;
    if (!session_query(session,
                       "SELECT to_regclass('novate.deferred') IS NOT NULL",
                       0,
                       NULL,
                       arena,
                       &result,
                       error)) {
        return false;
    }
    if (session_value(&result, 0, 0)[0] != 't') {
        return true;
    }
    if (!session_query(session, list_left, 1, parameters, arena, &result, error)) {
        return error_context(error, "reading what is deferred from the target's ledger");
    }
    *list = ARENA_ARRAY(arena, struct deferred, (size_t)result.rows + 1);
    if (*list == NULL) {
        return error_set_memory(error);
    }
    *count = result.rows;
    for (int row = 0; row < result.rows; row++) {
        (*list)[row] = (struct deferred){
            .number = strtoll(session_value(&result, row, 0), NULL, 10),
            .migration = session_value(&result, row, 1),
            .entity = session_value(&result, row, 2),
            .kind = session_value(&result, row, 3),
            .table = session_value(&result, row, 4),
            .name = session_value(&result, row, 5),
            .state = session_value(&result, row, 6),
            .dropped_at = session_value(&result, row, 7),
            .message = session_value(&result, row, 8),
        };
    }
    return true;
}
