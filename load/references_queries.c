/* references_queries.c — foreign keys that are off and can be asked about. $1 is the table's oid.
 *
 * Left out, so that only validating tells: those of a circle of tables, which no order of loading
 * satisfies; of which the parent's key has no index, or the role may not read it; and all where a
 * trigger may change the row before it is stored.
 * SPDX-License-Identifier: Apache-2.0 */
#include "references_queries.h"

/* clang-format off */

#define ENABLED \
    "CASE WHEN current_setting('session_replication_role') = 'replica'" \
    " THEN '{R,A}' ELSE '{O,A}' END::\"char\"[]"

/* From a table to one that it refers to, be the key on or off. */
#define EDGES \
    "SELECT conrelid AS child, confrelid AS parent FROM pg_constraint WHERE contype = 'f'" \
    " UNION SELECT to_regclass(format('%I.%I', schema_name, table_name))::oid," \
    "  to_regclass(format('%I.%I', reference ->> 'schema', reference ->> 'table'))::oid" \
    " FROM novate.deferred WHERE state = 'dropped' AND reference IS NOT NULL"

const char references_query[] =
    "WITH RECURSIVE edge AS MATERIALIZED (" EDGES "), off AS (" REFERENCES_OFF ")"
    " SELECT f.name, f.refers_to::text, format('%I.%I', rn.nspname, r.relname),"
    "  f.reference ->> 'full', jsonb_array_length(f.reference -> 'columns')::text, k.child,"
    "  k.parent, coalesce((SELECT format(' COLLATE %I.%I', cn.nspname, c.collname)"
    "   FROM pg_collation c JOIN pg_namespace cn ON cn.oid = c.collnamespace"
    "   WHERE c.oid = p.attcollation), ''),"
    "  k.equals, format_type(b.type, -1) || '[]', format_type(b.type, b.modifier), b.type::text"
    " FROM off f JOIN pg_class r ON r.oid = f.refers_to AND r.relkind = 'r'"
    " JOIN pg_namespace rn ON rn.oid = r.relnamespace CROSS JOIN LATERAL " REFERENCES_COLUMNS
    " JOIN pg_attribute a ON a.attrelid = $1::oid AND a.attname = k.child AND NOT a.attisdropped"
    " JOIN pg_attribute p ON p.attrelid = r.oid AND p.attname = k.parent AND NOT p.attisdropped"
    " CROSS JOIN LATERAL (WITH RECURSIVE step AS ("
    "   SELECT t.oid AS type, a.atttypmod AS modifier, t.typtype = 'd' AS domain,"
    "    t.typbasetype AS base, t.typtypmod AS base_modifier FROM pg_type t"
    "    WHERE t.oid = a.atttypid"
    "  UNION ALL SELECT t.oid, s.base_modifier, t.typtype = 'd', t.typbasetype, t.typtypmod"
    "   FROM step s JOIN pg_type t ON t.oid = s.base WHERE s.domain)"
    "  SELECT s.type, s.modifier FROM step s JOIN pg_type t ON t.oid = s.type"
    "  WHERE NOT s.domain AND t.typarray <> 0 AND t.typcategory <> 'A') b"
    " WHERE has_table_privilege(r.oid, 'SELECT') AND NOT row_security_active(r.oid)"
    "  AND has_schema_privilege(r.relnamespace, 'USAGE')"
    "  AND NOT EXISTS (WITH RECURSIVE way(oid) AS (SELECT f.refers_to UNION"
    "   SELECT e.parent FROM way JOIN edge e ON e.child = way.oid)"
    "   SELECT FROM way WHERE way.oid = $1::oid)"
    "  AND EXISTS (SELECT FROM pg_index i WHERE i.indrelid = r.oid AND i.indisunique"
    "   AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL"
    "   AND (SELECT array_agg(att.attname::text ORDER BY att.attname::text) FROM"
    "    unnest(i.indkey::int2[]) WITH ORDINALITY AS u(number, n) JOIN pg_attribute att"
    "    ON att.attrelid = r.oid AND att.attnum = u.number WHERE u.n <= i.indnkeyatts)"
    "   = (SELECT array_agg(w ->> 'parent' ORDER BY w ->> 'parent')"
    "    FROM jsonb_array_elements(f.reference -> 'columns') w))"
    "  AND NOT EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = $1::oid AND NOT g.tgisinternal"
    "   AND g.tgtype & 3 = 3 AND g.tgtype & 20 <> 0 AND g.tgenabled = ANY (" ENABLED "))"
    "  AND EXISTS (SELECT FROM pg_class t WHERE t.oid = $1::oid AND t.relkind = 'r'"
    "   AND NOT t.relhasrules)"
    " ORDER BY f.deferred, k.n";
