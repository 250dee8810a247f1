/* deferral_offending.c — the rows that violate a unique index or a foreign key that was deferred.
 *
 * The queries are put together by the server, from the row of novate.deferred (an index that could
 * not be built is in no catalogue) and from the catalogue (a foreign key is there, NOT VALID).
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/deferral.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Rows are named by their key, as JSON arrays of texts; by their place where there is none. */
#define ROW_NAME                                                                                   \
    "coalesce((SELECT '''['' || ' || string_agg(format('coalesce(to_json(r.%I::text)::text,"       \
    " ''null'')', w.name), ' || '','' || ' ORDER BY w.place) || ' || '']'''"                       \
    " FROM unnest(d.row_key) WITH ORDINALITY w(name, place)),"                                     \
    " '''[\"'' || r.ctid::text || ''\"]''')"

/* Two statements: one that counts keys and rows, one that names rows. */
static const char queries_unique[] =
    "SELECT format('SELECT count(*)::text, coalesce(sum(n), 0)::text FROM (SELECT count(*) AS n"
    " FROM %s%I.%I r WHERE %s GROUP BY %s HAVING count(*) > 1) g', alone, schema_name, table_name,"
    " condition, keys),"
    " format('SELECT name FROM (SELECT %s AS name, count(*) OVER (PARTITION BY %s) AS n,"
    " dense_rank() OVER (ORDER BY %s) AS place FROM %s%I.%I r WHERE %s) g WHERE n > 1"
    " ORDER BY place, name LIMIT $1::bigint', row_name, keys, keys, alone, schema_name, table_name,"
    " condition)"
    " FROM (SELECT CASE WHEN d.partitions IS NULL THEN 'ONLY ' ELSE '' END AS alone, d.schema_name,"
    " d.table_name, " ROW_NAME " AS row_name,"
    " array_to_string(d.index_keys, ', ') AS keys,"
    " concat_ws(' AND ', 'true', '(' || d.predicate || ')', CASE WHEN d.nulls_distinct THEN"
    "  (SELECT string_agg('(' || k || ') IS NOT NULL', ' AND ') FROM unnest(d.index_keys) k) END)"
    "  AS condition FROM novate.deferred d WHERE d.deferred = $1::bigint) q";

static const char queries_foreign_key[] =
    "SELECT format('SELECT count(*)::text, count(*)::text FROM ONLY %I.%I r WHERE %s',"
    " schema_name, table_name, condition),"
    " format('SELECT %s FROM ONLY %I.%I r WHERE %s ORDER BY 1 LIMIT $1::bigint', row_name,"
    " schema_name, table_name, condition)"
    " FROM (SELECT d.schema_name, d.table_name, " ROW_NAME " AS row_name,"
    " (SELECT format(CASE WHEN f.confmatchtype = 'f' THEN 'NOT (%1$s) AND (NOT (%2$s)"
    " OR NOT EXISTS (SELECT FROM ONLY %3$s p WHERE %4$s))' ELSE '%2$s AND NOT EXISTS (SELECT FROM"
    " ONLY %3$s p WHERE %4$s)' END,"
    "  string_agg(format('r.%I IS NULL', a.attname), ' AND '),"
    "  string_agg(format('r.%I IS NOT NULL', a.attname), ' AND '),"
    "  min(format('%I.%I', pn.nspname, p.relname)),"
    "  string_agg(format('p.%I = r.%I', b.attname, a.attname), ' AND '))"
    "  FROM unnest(f.conkey, f.confkey) u(own, other)"
    "  JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = u.own"
    "  JOIN pg_attribute b ON b.attrelid = f.confrelid AND b.attnum = u.other"
    "  JOIN pg_class p ON p.oid = f.confrelid JOIN pg_namespace pn ON pn.oid = p.relnamespace)"
    "  AS condition"
    " FROM novate.deferred d JOIN pg_constraint f ON f.conname = d.name AND f.conrelid ="
    "  to_regclass(format('%I.%I', d.schema_name, d.table_name))"
    " WHERE d.deferred = $1::bigint) q";

bool deferral_offending(struct session *session,
                        const struct deferred *item,
                        int list_max,
                        struct arena *arena,
                        struct deferral_offenders *out,
                        struct error *error)
{
    bool is_foreign_key = strcmp(item->kind, "foreign_key") == 0;
    char number[32];
    char limit[32];
    struct session_result queries;
    struct session_result counts;
    struct session_result rows;
    snprintf(number, sizeof number, "%lld", (long long)item->number);
    snprintf(limit, sizeof limit, "%d", list_max);
    const char *const of_item[] = {number};
    const char *const of_list[] = {limit};
    if (!session_query(session,
                       is_foreign_key ? queries_foreign_key : queries_unique,
                       1,
                       of_item,
                       arena,
                       &queries,
                       error) ||
        !NOVATE_CHECK(error, queries.rows == 1) ||
        !session_query(session, session_value(&queries, 0, 0), 0, NULL, arena, &counts, error) ||
        !session_query(session, session_value(&queries, 0, 1), 1, of_list, arena, &rows, error)) {
        return error_context(
            error, "looking for the rows of %s that violate \"%s\"", item->table, item->name);
    }
    *out = (struct deferral_offenders){
        .keys = strtoull(session_value(&counts, 0, 0), NULL, 10),
        .rows = strtoull(session_value(&counts, 0, 1), NULL, 10),
        .list = rows.values,
        .list_count = rows.rows,
    };
    return true;
}
