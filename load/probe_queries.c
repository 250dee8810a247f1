/* probe_queries.c — what a probe asks of the target's catalogue. $1 is the table's oid.
 * SPDX-License-Identifier: Apache-2.0 */
#include "probe_queries.h"

/* clang-format off */

/* How a collation is asked for; nothing where there is none. */
#define COLLATE_CLAUSE(oid) \
    "coalesce((SELECT format(' COLLATE %I.%I', n.nspname, c.collname) FROM pg_collation c" \
    "  JOIN pg_namespace n ON n.oid = c.collnamespace WHERE c.oid = " oid "), '')"

/* Can the session look into a table as the server itself does? */
#define MAY_READ(oid) \
    "has_table_privilege(" oid ", 'SELECT') AND NOT row_security_active(" oid ")"

#define ENABLED \
    "CASE WHEN current_setting('session_replication_role') = 'replica'" \
    " THEN '{R,A}' ELSE '{O,A}' END::\"char\"[]"

/* A trigger may change what is compared, and has a say of its own. So do partitions, whose
 * constraints have names of their own. */
const char probe_read_table[] =
    "SELECT c.relkind = 'r' AND NOT EXISTS (SELECT FROM pg_trigger t"
    "  WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgtype & 4 <> 0"
    "  AND t.tgenabled = ANY (" ENABLED "))"
    " FROM pg_class c WHERE c.oid = $1::oid";

/* Domains are taken down to their base types, so that their checks do not end the COPY. What a
 * column holds that is not sent is an expression, or NULL: only inserting tells. A column that is
 * generated needs those of its expression. */
const char probe_read_columns[] =
    "WITH RECURSIVE step AS ("
    "  SELECT a.attnum, t.oid AS type, a.atttypmod AS modifier, t.typtype = 'd' AS domain,"
    "   t.typbasetype AS base, t.typtypmod AS base_modifier, t.typdefault IS NOT NULL AS filled"
    "  FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid"
    "  WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped"
    " UNION ALL"
    "  SELECT s.attnum, t.oid, s.base_modifier, t.typtype = 'd', t.typbasetype, t.typtypmod,"
    "   s.filled OR t.typdefault IS NOT NULL"
    "  FROM step s JOIN pg_type t ON t.oid = s.base WHERE s.domain)"
    " SELECT a.attname, a.attnum::text,"
    "  format_type(s.type, s.modifier) || " COLLATE_CLAUSE("a.attcollation") ","
    "  a.attgenerated <> '',"
    "  CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid)"
    "   WHEN a.attidentity <> '' OR s.filled THEN NULL"
    "   WHEN d.adbin IS NULL THEN 'NULL::' || format_type(s.type, s.modifier)"
    "   WHEN EXISTS (SELECT FROM regexp_matches(d.adbin::text, ':(?:op)?funcid ([0-9]+)', 'g') m"
    "    JOIN pg_proc p ON p.oid = m[1]::oid WHERE p.provolatile = 'v') THEN NULL"
    "   ELSE format('(%s)::%s', pg_get_expr(d.adbin, d.adrelid),"
    "    format_type(s.type, s.modifier)) END,"
    "  CASE WHEN a.attgenerated <> '' THEN ARRAY(SELECT m[1]"
    "   FROM regexp_matches(d.adbin::text, ':varattno ([0-9]+)', 'g') m)::text END"
    " FROM pg_attribute a JOIN step s ON s.attnum = a.attnum AND NOT s.domain"
    " LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum"
    " WHERE a.attrelid = $1::oid ORDER BY a.attnum";

/* $2: columns whose values are not known. The checks of a domain come base first, by name. */
const char probe_read_own[] =
    "WITH RECURSIVE domain_step AS ("
    "  SELECT a.attnum, a.attname, t.oid AS type, t.typbasetype, t.typnotnull, 0 AS level"
    "  FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid"
    "  WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped AND t.typtype = 'd'"
    "   AND a.attnum <> ALL ($2::int2[])"
    " UNION ALL"
    "  SELECT s.attnum, s.attname, t.oid, t.typbasetype, t.typnotnull, s.level + 1"
    "  FROM domain_step s JOIN pg_type t ON t.oid = s.typbasetype WHERE t.typtype = 'd')"
    " SELECT kind, name, column_name, test, NULL, NULL, NULL, NULL, NULL, needs::text, false"
    " FROM ("
    "  SELECT 0 AS phase, lpad(d.attnum::text, 5, '0') || lpad((1000 - d.level)::text, 4, '0')"
    "   || c.conname AS place, 'check' AS kind, c.conname AS name, d.attname AS column_name,"
    "   format('(SELECT NOT (%s) FROM (SELECT %I AS value) AS novate_value)',"
    "    pg_get_expr(c.conbin, 0), d.attname) AS test, ARRAY[d.attnum] AS needs"
    "  FROM domain_step d JOIN pg_constraint c ON c.contypid = d.type AND c.contype = 'c'"
    " UNION ALL"
    "  SELECT 0, lpad(d.attnum::text, 5, '0') || '0000', 'null', NULL, d.attname,"
    "   format('%I IS NULL', d.attname), ARRAY[d.attnum] FROM domain_step d WHERE d.typnotnull"
    " UNION ALL"
    "  SELECT 1, lpad(a.attnum::text, 5, '0'), 'null', NULL, a.attname,"
    "   format('%I IS NOT DISTINCT FROM NULL', a.attname), ARRAY[a.attnum]"
    "  FROM pg_attribute a WHERE a.attrelid = $1::oid AND a.attnum > 0 AND a.attnotnull"
    "   AND NOT a.attisdropped AND a.attnum <> ALL ($2::int2[])"
    " UNION ALL"
    "  SELECT 2, c.conname, 'check', c.conname, NULL,"
    "   format('NOT (%s)', pg_get_expr(c.conbin, c.conrelid)), c.conkey"
    "  FROM pg_constraint c WHERE c.conrelid = $1::oid AND c.contype = 'c'"
    "   AND NOT coalesce(c.conkey && $2::int2[], false)"
    "   AND coalesce(to_jsonb(c) ->> 'conenforced', 'true') = 'true'"
    " ) AS constraints ORDER BY phase, place COLLATE \"C\"";

/* Plain B-tree keys with the types' own operators, of columns, of expressions, of a part of the
 * rows. $3: those that are checked after the statement. */
const char probe_read_unique[] =
    "WITH index_key AS ("
    "  SELECT i.indexrelid, k.n, pg_get_indexdef(i.indexrelid, k.n::integer, false)"
    "   || " COLLATE_CLAUSE("i.indcollation[k.n - 1]") " AS expression,"
    "   (SELECT format('OPERATOR(%I.%s)', n.nspname, o.oprname)"
    "    FROM pg_opclass oc JOIN pg_amop ao ON ao.amopfamily = oc.opcfamily"
    "     AND ao.amoplefttype = oc.opcintype AND ao.amoprighttype = oc.opcintype"
    "     AND ao.amopstrategy = 3 JOIN pg_operator o ON o.oid = ao.amopopr"
    "    JOIN pg_namespace n ON n.oid = o.oprnamespace"
    "    WHERE oc.oid = i.indclass[k.n - 1] AND oc.opcdefault) AS equals,"
    "   format('u%s_%s', i.indexrelid, k.n) AS label"
    "  FROM pg_index i CROSS JOIN LATERAL generate_series(1, i.indnkeyatts) AS k(n)"
    "  WHERE i.indrelid = $1::oid AND i.indisunique AND i.indislive"
    "   AND i.indimmediate <> $3::boolean)"
    " SELECT 'unique', c.relname, NULL,"
    "  format('(SELECT true FROM ONLY %s AS novate_there WHERE %s LIMIT 1)', t.oid::regclass,"
    "   string_agg(format('%s %s novate_keyed.%s', k.expression, k.equals, k.label), ' AND ')"
    "    || coalesce(' AND (' || pg_get_expr(i.indpred, i.indrelid) || ')', '')),"
    "  string_agg(format('%s AS %s', k.expression, k.label), ', '),"
    "  string_agg(format('NOT %s IS NOT DISTINCT FROM NULL', k.expression), ' AND ')"
    "   || coalesce(' AND (' || pg_get_expr(i.indpred, i.indrelid) || ')', ''),"
    "  'u' || i.indexrelid, string_agg(k.label, ', '),"
    "  string_agg(format('u%1$s_twice.%2$s %3$s novate_rows.%2$s', i.indexrelid, k.label,"
    "   k.equals), ' AND '),"
    "  ARRAY(SELECT unnest(i.indkey::int2[])"
    "   UNION SELECT d.refobjsubid FROM pg_depend d WHERE d.classid = 'pg_class'::regclass"
    "    AND d.objid = i.indexrelid AND d.refclassid = 'pg_class'::regclass"
    "    AND d.refobjid = i.indrelid)::text, false"
    " FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam"
    " JOIN pg_class t ON t.oid = i.indrelid JOIN index_key k ON k.indexrelid = i.indexrelid"
    " WHERE m.amname = 'btree' AND NOT i.indisexclusion AND " MAY_READ("i.indrelid")
    "  AND coalesce(to_jsonb(i) ->> 'indnullsnotdistinct', 'false') = 'false'"
    "  AND NOT EXISTS (SELECT FROM unnest(i.indkey::int2[]) a WHERE a = ANY ($2::int2[]))"
    "  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass"
    "   AND d.objid = i.indexrelid AND d.refclassid = 'pg_class'::regclass"
    "   AND d.refobjid = i.indrelid AND d.refobjsubid = ANY ($2::int2[]))"
    " GROUP BY i.indexrelid, i.indrelid, i.indpred, c.relname, t.oid"
    " HAVING bool_and(k.equals IS NOT NULL) ORDER BY i.indexrelid";

/* As the server's own triggers ask. MATCH FULL refuses a key of which only a part is there. */
const char probe_read_foreign[] =
    "WITH foreign_column AS ("
    "  SELECT c.oid, a.attname, format('f%s_%s', c.oid, k.n) AS label, p.attname AS parent,"
    "   " COLLATE_CLAUSE("p.attcollation") " AS collated,"
    "   format('OPERATOR(%I.%s)', n.nspname, o.oprname) AS equals"
    "  FROM pg_constraint c CROSS JOIN LATERAL"
    "   unnest(c.conkey, c.confkey, c.conpfeqop) WITH ORDINALITY AS k(child, parent, op, n)"
    "  JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.child"
    "  JOIN pg_attribute p ON p.attrelid = c.confrelid AND p.attnum = k.parent"
    "  JOIN pg_operator o ON o.oid = k.op JOIN pg_namespace n ON n.oid = o.oprnamespace"
    "  WHERE c.conrelid = $1::oid AND c.contype = 'f'),"
    " foreign_key AS ("
    "  SELECT c.oid, c.conname, c.confmatchtype, c.confrelid, t.tgname, r.relkind,"
    "   c.confrelid = c.conrelid AS self, count(*) AS columns,"
    "   CASE WHEN c.confrelid = c.conrelid THEN c.conkey || c.confkey ELSE c.conkey END AS needs,"
    "   string_agg(format('%I AS %s', f.attname, f.label), ', ') AS keys,"
    "   string_agg('novate_keyed.' || f.label, ', ') AS labels,"
    "   string_agg(format('novate_parent.%I%s %s novate_keyed.%s', f.parent, f.collated,"
    "    f.equals, f.label), ' AND ') AS matches"
    "  FROM pg_constraint c JOIN foreign_column f ON f.oid = c.oid"
    "  JOIN pg_class r ON r.oid = c.confrelid"
    "  JOIN pg_trigger t ON t.tgconstraint = c.oid AND t.tgrelid = c.conrelid"
    "   AND t.tgtype & 4 <> 0 AND t.tgenabled = ANY (" ENABLED ")"
    "  WHERE " MAY_READ("c.confrelid") " AND has_schema_privilege(r.relnamespace, 'USAGE')"
    "   AND NOT c.conkey && $2::int2[]"
    "   AND NOT (c.confrelid = c.conrelid AND c.confkey && $2::int2[])"
    "   AND coalesce(to_jsonb(c) ->> 'conperiod', 'false') = 'false'"
    "  GROUP BY c.oid, c.conname, c.confmatchtype, c.confrelid, c.conrelid, t.tgname, r.relkind,"
    "   c.conkey, c.confkey)"
    " SELECT 'foreign', k.conname, NULL,"
    "  format('(num_nulls(%1$s) = 0 AND (SELECT true FROM %2$s%3$s AS novate_parent"
    "    WHERE %4$s LIMIT 1) IS NULL%5$s%6$s)', k.labels,"
    "   CASE WHEN k.relkind = 'p' THEN '' ELSE 'ONLY ' END, k.confrelid::regclass, k.matches,"
    "   CASE WHEN k.self THEN format(' AND NOT EXISTS (SELECT FROM novate_siblings AS"
    "     novate_parent WHERE %1$s) AND NOT EXISTS (SELECT FROM novate_source AS novate_parent"
    "     WHERE %1$s AND novate_parent.novate_row = novate_keyed.novate_row)', k.matches)"
    "    ELSE '' END,"
    "   CASE WHEN k.confmatchtype = 'f' THEN format(' OR num_nulls(%s) BETWEEN 1 AND %s',"
    "    k.labels, k.columns - 1) ELSE '' END),"
    "  k.keys, NULL, 'f' || k.oid, NULL, NULL, k.needs::text, k.self"
    " FROM foreign_key k ORDER BY k.tgname COLLATE \"C\"";
