/* references_queries.h — what of novate.deferred tells about foreign keys that are off; $1 is the
 * table's oid. SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_LOAD_REFERENCES_QUERIES_H
#define NOVATE_LOAD_REFERENCES_QUERIES_H

/* deferred, name, reference, refers_to: those of the table, whichever migration took them off. */
#define REFERENCES_OFF                                                                             \
    "SELECT DISTINCT ON (d.name) d.deferred, d.name, d.reference, to_regclass(format('%I.%I',"     \
    "  d.reference ->> 'schema', d.reference ->> 'table'))::oid AS refers_to"                      \
    " FROM novate.deferred d JOIN pg_namespace n ON n.nspname = d.schema_name"                     \
    " JOIN pg_class t ON t.relnamespace = n.oid AND t.relname = d.table_name"                      \
    " WHERE t.oid = $1::oid AND d.state = 'dropped' AND d.reference IS NOT NULL"                   \
    " AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conrelid = t.oid"                        \
    "  AND c.conname = d.name) ORDER BY d.name, d.deferred"

/* The columns of such a one, f. */
#define REFERENCES_COLUMNS                                                                         \
    "ROWS FROM (jsonb_to_recordset(f.reference -> 'columns')"                                      \
    " AS (child text, parent text, equals text)) WITH ORDINALITY AS k(child, parent, equals, n)"

/* Those whose rows can be asked about before they are loaded: name, refers_to (an oid), quoted name
 * of that table, whether MATCH FULL, how many columns; of each column child, parent, collation,
 * operator, the type of its arrays and what their elements are to become, the oid of the elements'
 * type. */
extern const char references_query[];

#endif
