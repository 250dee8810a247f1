/* target_facts.c — the contract is in target_facts.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/target_facts.h"

#include <stdio.h>
#include <stdlib.h>

/* One row per fact: is it a warning, what is so, what to do. $1 is the table, $2 whether something
 * is to be deferred. */
static const char facts_of_kind[] =
    "WITH t AS (SELECT c.*, pg_has_role(c.relowner, 'USAGE') AS owned FROM pg_class c"
    "  WHERE c.oid = $1::oid)"
    " SELECT true AS warning, CASE t.relkind WHEN 'v' THEN 'it is a view: rows go where its"
    " triggers put them, and only if they do' ELSE 'it is a foreign table: what is loaded is not"
    " rolled back with the ledger everywhere' END AS text, 'Load the tables behind it.' AS advice"
    " FROM t WHERE t.relkind IN ('v', 'f')"
    " UNION ALL SELECT true, 'it is unlogged: a crash of the server empties it',"
    " 'ALTER TABLE … SET LOGGED before it is used.' FROM t WHERE t.relpersistence = 'u'"
    " UNION ALL SELECT true, 'this role does not own it, so that nothing of it can be deferred',"
    " 'Let its owner run novate, or leave \"defer\" out.' FROM t WHERE $2::bool AND NOT t.owned"
    " UNION ALL SELECT true, 'foreign keys and unique constraints that are to be deferred stay in"
    " place: it is partitioned', NULL FROM t WHERE $2::bool AND t.relkind = 'p' AND EXISTS ("
    " SELECT FROM pg_constraint k WHERE k.conrelid = t.oid AND k.contype IN ('f', 'u'))"
    " UNION ALL SELECT NOT passes, 'row security is '"
    " || CASE WHEN relforcerowsecurity THEN 'forced' ELSE 'on' END"
    " || CASE WHEN passes THEN '; this role is not subject to it'"
    "  ELSE '; this role is subject to it, and loading is refused' END,"
    " CASE WHEN NOT passes THEN 'Load as a role with BYPASSRLS.' END"
    " FROM (SELECT t.*, r.rolsuper OR r.rolbypassrls OR t.owned AND NOT t.relforcerowsecurity"
    "  AS passes FROM t, pg_roles r WHERE r.rolname = current_user AND t.relrowsecurity) s";
static const char facts_of_triggers[] =
    " UNION ALL SELECT false, 'trigger ' || quote_ident(g.tgname) || CASE WHEN g.tgtype & 2 > 0"
    " THEN ' before' WHEN g.tgtype & 64 > 0 THEN ' instead of' ELSE ' after' END || ' insert runs '"
    " || CASE WHEN g.tgtype & 1 > 0 THEN 'for each row that is loaded'"
    "  ELSE 'once for some thousand rows' END, NULL"
    " FROM pg_trigger g WHERE g.tgrelid = $1::oid AND NOT g.tgisinternal AND g.tgtype & 4 > 0"
    " AND g.tgenabled IN ('O', 'A')"
    " UNION ALL SELECT true, 'rule ' || quote_ident(r.rulename) || ' on insert is not applied to"
    " what is loaded by COPY', 'Make it a trigger, or see that its work is done otherwise.'"
    " FROM pg_rewrite r WHERE r.ev_class = $1::oid AND r.ev_type = '3'"
    " UNION ALL SELECT n = 0, 'partitioned by ' || pg_get_partkeydef(t.oid) || ', '"
    " || CASE n WHEN 1 THEN '1 partition' ELSE n || ' partitions' END || CASE WHEN p.partdefid <> 0"
    "  THEN ' and one for the rest' ELSE '; a row for which there is none is rejected' END, NULL"
    " FROM t JOIN pg_partitioned_table p ON p.partrelid = t.oid, LATERAL (SELECT count(*) AS n"
    "  FROM pg_inherits i WHERE i.inhparent = t.oid AND i.inhrelid <> p.partdefid) c"
    " UNION ALL SELECT true, count(*) || CASE count(*) WHEN 1 THEN ' table inherits' ELSE ' tables"
    " inherit' END || ' from it: their rows are read as its own', 'Narrow \"scope\" to the rows of"
    " the table itself.'"
    " FROM pg_inherits i, t WHERE i.inhparent = $1::oid AND t.relkind = 'r' HAVING count(*) > 0";
static const char facts_of_parts[] =
    " UNION ALL SELECT false, CASE f.contype WHEN 'f' THEN 'foreign key ' ELSE 'check ' END"
    " || quote_ident(f.conname) || ' is not validated: older rows may violate it', NULL"
    " FROM pg_constraint f WHERE f.conrelid = $1::oid AND NOT f.convalidated"
    " UNION ALL SELECT false, 'column ' || quote_ident(a.attname) || CASE WHEN a.attgenerated <> ''"
    "  THEN ' is computed by the target' WHEN a.attidentity = 'a' THEN ' is numbered by the target,"
    " always' ELSE ' is numbered by the target where no value is given' END, NULL"
    " FROM pg_attribute a WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped"
    " AND (a.attgenerated <> '' OR a.attidentity <> '')"
    " UNION ALL SELECT true, 'index ' || quote_ident(x.relname) || ' is not valid: nothing uses "
    "it',"
    " 'REINDEX INDEX, or drop it.' FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid"
    " WHERE i.indrelid = $1::oid AND NOT (i.indisvalid AND i.indisready)"
    " UNION ALL SELECT without, 'it is published by ' || names || ': every row that is loaded goes"
    " to the subscribers' || CASE WHEN without THEN '; it has no replica identity, so that changed"
    " and deleted rows are refused' ELSE '' END, NULL"
    " FROM (SELECT string_agg(quote_ident(p.pubname), ', ' ORDER BY p.pubname) AS names,"
    "  bool_or(CASE t.relreplident WHEN 'n' THEN true WHEN 'd' THEN NOT EXISTS (SELECT FROM"
    "   pg_index i WHERE i.indrelid = t.oid AND i.indisprimary) WHEN 'i' THEN NOT EXISTS (SELECT"
    "   FROM pg_index i WHERE i.indrelid = t.oid AND i.indisreplident) ELSE false END) AS without"
    "  FROM t, pg_namespace n, pg_publication_tables o JOIN pg_publication p"
    "  ON p.pubname = o.pubname WHERE n.oid = t.relnamespace AND o.schemaname = n.nspname"
    "  AND o.tablename = t.relname) s WHERE names IS NOT NULL"
    " ORDER BY 1 DESC";

bool target_facts(struct session *session,
                  const struct target_table *table,
                  bool defers,
                  struct arena *arena,
                  struct target_fact **list,
                  int *count,
                  struct error *error)
{
    char oid[32];
    struct session_result found;
    snprintf(oid, sizeof oid, "%lu", (unsigned long)table->oid);
    const char *const parameters[] = {oid, defers ? "t" : "f"};
    const char *sql =
        arena_format(arena, "%s%s%s", facts_of_kind, facts_of_triggers, facts_of_parts);
    *count = 0;
    if (sql == NULL) {
        return error_set_memory(error);
    }
    if (!session_query(session, sql, 2, parameters, arena, &found, error)) {
        return error_context(error, "looking at the make-up of %s", table->quoted);
    }
    *list = ARENA_ARRAY(arena, struct target_fact, (size_t)found.rows + 1);
    if (*list == NULL) {
        return error_set_memory(error);
    }
    for (int row = 0; row < found.rows; row++) {
        (*list)[row] = (struct target_fact){
            .warning = session_value(&found, row, 0)[0] == 't',
            .text = session_value(&found, row, 1),
            .advice = session_value(&found, row, 2),
        };
    }
    *count = found.rows;
    return true;
}

static const char find_references[] =
    "SELECT f.conname, f.confrelid::text, format('%I.%I', n.nspname, r.relname),"
    " EXISTS (WITH RECURSIVE way(oid) AS (SELECT f.confrelid UNION SELECT g.confrelid"
    "  FROM way JOIN pg_constraint g ON g.conrelid = way.oid AND g.contype = 'f')"
    "  SELECT FROM way WHERE way.oid = f.conrelid)"
    " FROM pg_constraint f JOIN pg_class r ON r.oid = f.confrelid"
    " JOIN pg_namespace n ON n.oid = r.relnamespace"
    " WHERE f.conrelid = $1::oid AND f.contype = 'f' AND f.conparentid = 0 ORDER BY 1";

bool target_references(struct session *session,
                       const struct target_table *table,
                       struct arena *arena,
                       struct target_reference **list,
                       int *count,
                       struct error *error)
{
    char oid[32];
    struct session_result found;
    snprintf(oid, sizeof oid, "%lu", (unsigned long)table->oid);
    const char *const parameters[] = {oid};
    *count = 0;
    if (!session_query_prepared(session, find_references, 1, parameters, arena, &found, error)) {
        return error_context(error, "looking for the foreign keys of %s", table->quoted);
    }
    *list = ARENA_ARRAY(arena, struct target_reference, (size_t)found.rows + 1);
    if (*list == NULL) {
        return error_set_memory(error);
    }
    for (int row = 0; row < found.rows; row++) {
        (*list)[row] = (struct target_reference){
            .name = session_value(&found, row, 0),
            .to = (uint32_t)strtoul(session_value(&found, row, 1), NULL, 10),
            .table = session_value(&found, row, 2),
            .circular = session_value(&found, row, 3)[0] == 't',
        };
    }
    *count = found.rows;
    return true;
}
