/* catalogue_queries.c — the contract is in catalogue_queries.h.
 *
 * Each query begins with the objects that it is about and ends with their properties, one row each.
 * Columns that not every version of PostgreSQL has are asked for through to_jsonb().
 * SPDX-License-Identifier: Apache-2.0 */
#include "catalogue_queries.h"

/* Of the object `oid` of a catalogue. */
#define FREE_OF_EXTENSIONS(catalogue, oid)                                                         \
    "NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = '" catalogue                            \
    "'::regclass AND e.objid = " oid " AND e.deptype = 'e')"

/* Relations r, with `space` and `named`. */
#define RELATIONS                                                                                  \
    "WITH r AS (SELECT c.*, quote_ident(n.nspname) AS space,"                                      \
    " format('%I.%I', n.nspname, c.relname) AS named FROM pg_class c"                              \
    " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ANY ($1::text[])"            \
    " AND " FREE_OF_EXTENSIONS("pg_class", "c.oid") ") "

/* Types t, likewise. */
#define TYPES                                                                                      \
    "WITH t AS (SELECT y.*, quote_ident(n.nspname) AS space,"                                      \
    " format('%I.%I', n.nspname, y.typname) AS named FROM pg_type y"                               \
    " JOIN pg_namespace n ON n.oid = y.typnamespace WHERE n.nspname = ANY ($1::text[])"            \
    " AND " FREE_OF_EXTENSIONS("pg_type", "y.oid") ") "

/* What follows the properties; a property that the object has not is no row. */
#define PROPERTIES(list)                                                                           \
    "LATERAL (VALUES ('', NULL)," list ") p(property, value)"                                      \
    " WHERE (p.property = '' OR p.value IS NOT NULL) AND "

/* The table that relation r inherits from, or is a partition of. */
#define PARENT                                                                                     \
    "(SELECT i.inhparent::regclass::text FROM pg_inherits i WHERE i.inhrelid = r.oid"              \
    " ORDER BY i.inhseqno LIMIT 1)"

#define COLLATION(collation)                                                                       \
    "(SELECT format('%I.%I', cn.nspname, co.collname) FROM pg_collation co"                        \
    " JOIN pg_namespace cn ON cn.oid = co.collnamespace WHERE co.oid = " collation ")"

/* Of definitions that have many lines. */
#define DIGEST(text) "'SHA-256 ' || encode(sha256(convert_to(" text ", 'UTF8')), 'hex')"

static const char schemas[] =
    "SELECT quote_ident(n.nspname), quote_ident(n.nspname), quote_ident(n.nspname), NULL, '', NULL"
    " FROM pg_namespace n WHERE n.nspname = ANY ($1::text[])";

static const char extensions[] =
    "SELECT quote_ident(n.nspname), quote_ident(x.extname), quote_ident(x.extname), NULL,"
    " p.property, p.value"
    " FROM pg_extension x JOIN pg_namespace n ON n.oid = x.extnamespace, " //
    PROPERTIES("('schema', quote_ident(n.nspname))")                       //
    "x.extname <> 'plpgsql' AND $1::text[] IS NOT NULL";

static const char tables[] =
    RELATIONS "SELECT r.space, r.named, r.named, NULL, p.property, p.value FROM r, " //
    PROPERTIES(
        "('kind', CASE r.relkind WHEN 'r' THEN 'an ordinary table' WHEN 'p' THEN 'partitioned'"
        "  ELSE 'a foreign table' END),"
        "('persistence', CASE r.relpersistence WHEN 'u' THEN 'UNLOGGED, a crash empties it'"
        "  ELSE 'logged' END),"
        "('partition key', pg_get_partkeydef(r.oid)),"
        "('partition bound', pg_get_expr(r.relpartbound, r.oid)),"
        "('parent', (SELECT string_agg(i.inhparent::regclass::text, ', ' ORDER BY i.inhseqno)"
        "  FROM pg_inherits i WHERE i.inhrelid = r.oid)),"
        "('row security', CASE WHEN r.relrowsecurity THEN 'on' ELSE 'off' END"
        "  || CASE WHEN r.relforcerowsecurity THEN ', forced' ELSE '' END),"
        "('replica identity', CASE r.relreplident WHEN 'd' THEN 'default' WHEN 'n' THEN 'nothing'"
        "  WHEN 'f' THEN 'full' ELSE coalesce('index ' || (SELECT i.indexrelid::regclass::text"
        "  FROM pg_index i WHERE i.indrelid = r.oid AND i.indisreplident), 'nothing') END),"
        "('storage parameters', (SELECT string_agg(o, ', ' ORDER BY o) FROM"
        "  unnest(r.reloptions) o))") //
    "r.relkind IN ('r', 'p', 'f')";

static const char columns[] =
    RELATIONS "SELECT r.space, r.named, r.named || '.' || quote_ident(a.attname),"
              " CASE WHEN a.attinhcount > 0 THEN " PARENT " || '.' || quote_ident(a.attname) END,"
              " p.property, p.value FROM r"
              " JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped"
              " JOIN pg_type t ON t.oid = a.atttypid"
              " LEFT JOIN pg_attrdef d ON d.adrelid = r.oid AND d.adnum = a.attnum, " //
    PROPERTIES(
        "('type', format_type(a.atttypid, a.atttypmod)),"
        "('nulls', CASE WHEN a.attnotnull THEN 'NOT NULL' ELSE 'NULL is allowed' END),"
        "('default', CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END),"
        "('generation', CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid)"
        "  END),"
        "('identity', CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END),"
        "('collation', CASE WHEN a.attcollation <> t.typcollation THEN " COLLATION(
            "a.attcollation") " END)") //
    "r.relkind IN ('r', 'p', 'f')";

/* Of tables and domains. Validation is a property of its own; so is whether the triggers that
 * enforce it run. */
static const char constraints[] = RELATIONS
    ", k AS (SELECT r.space, r.named, k.*, CASE WHEN k.conparentid <> 0 THEN (SELECT"
    "   quote_ident(o.conname) || ' on ' || o.conrelid::regclass::text FROM pg_constraint o"
    "   WHERE o.oid = k.conparentid)"
    "  WHEN k.coninhcount > 0 THEN quote_ident(k.conname) || ' on ' || " PARENT " END AS model"
    "  FROM r JOIN pg_constraint k ON k.conrelid = r.oid AND k.contype IN ('p', 'u', 'c', 'f', 'x')"
    " UNION ALL SELECT quote_ident(n.nspname), format('%I.%I', n.nspname, t.typname), k.*, NULL"
    "  FROM pg_constraint k JOIN pg_type t ON t.oid = k.contypid JOIN pg_namespace n"
    "  ON n.oid = t.typnamespace WHERE k.contype = 'c' AND n.nspname = ANY ($1::text[])"
    "  AND " FREE_OF_EXTENSIONS(
        "pg_type",
        "t.oid") ")"
                 " SELECT k.space, k.named, quote_ident(k.conname) || ' on ' || k.named, k.model,"
                 " p.property, p.value FROM k LEFT JOIN pg_index x ON x.indexrelid = k.conindid"
                 " AND k.contype IN ('p', 'u', 'x'), " //
    PROPERTIES(
        "('definition', regexp_replace(pg_get_constraintdef(k.oid), ' NOT VALID$', '')),"
        "('validation', CASE WHEN k.convalidated THEN 'validated' ELSE 'NOT VALID' END),"
        "('enforcement', CASE WHEN EXISTS (SELECT FROM pg_trigger g WHERE g.tgconstraint = k.oid"
        "  AND g.tgisinternal AND g.tgenabled NOT IN ('O', 'A'))"
        "  THEN 'NOT ENFORCED, its triggers are disabled' ELSE 'enforced' END),"
        "('index', CASE WHEN x.indisvalid AND x.indisready THEN 'valid'"
        "  WHEN x.indexrelid IS NOT NULL THEN 'INVALID' END)") //
    "true";

/* Those of constraints stand there. */
static const char indexes[] = RELATIONS
    "SELECT r.space, r.named, x.indexrelid::regclass::text, (SELECT i.inhparent::regclass::text"
    " FROM pg_inherits i WHERE i.inhrelid = x.indexrelid), p.property, p.value"
    " FROM r JOIN pg_index x ON x.indrelid = r.oid, " //
    PROPERTIES("('definition', pg_get_indexdef(x.indexrelid)),"
               "('state', CASE WHEN NOT x.indisready THEN 'NOT READY, writes do not keep it'"
               "  WHEN x.indisvalid THEN 'valid' ELSE 'INVALID, no query uses it' END),"
               "('clustered on', CASE WHEN x.indisclustered THEN 'yes' END)") //
    "NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = x.indexrelid"
    " AND k.contype IN ('p', 'u', 'x'))";

static const char sequences[] = RELATIONS
    "SELECT r.space, coalesce(o.named, r.named), r.named, NULL, p.property, p.value"
    " FROM r JOIN pg_sequence s ON s.seqrelid = r.oid"
    " LEFT JOIN LATERAL (SELECT d.refobjid::regclass::text AS named, d.refobjid::regclass::text"
    "  || '.' || quote_ident(a.attname) AS owner FROM pg_depend d"
    "  JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid"
    "  WHERE d.classid = 'pg_class'::regclass AND d.objid = r.oid AND d.refobjsubid > 0"
    "  AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i') LIMIT 1) o ON true, " //
    PROPERTIES("('type', format_type(s.seqtypid, NULL)),('start', s.seqstart::text),"
               "('increment', s.seqincrement::text),('minimum', s.seqmin::text),"
               "('maximum', s.seqmax::text),('cache', s.seqcache::text),"
               "('cycle', CASE WHEN s.seqcycle THEN 'yes' ELSE 'no' END),"
               "('owner', o.owner)") //
    "true";

static const char triggers[] = RELATIONS
    "SELECT r.space, r.named, quote_ident(g.tgname) || ' on ' || r.named,"
    " (SELECT quote_ident(o.tgname) || ' on ' || o.tgrelid::regclass::text FROM pg_trigger o"
    "  WHERE o.oid = (to_jsonb(g) ->> 'tgparentid')::oid), p.property, p.value"
    " FROM r JOIN pg_trigger g ON g.tgrelid = r.oid AND NOT g.tgisinternal, " //
    PROPERTIES("('definition', pg_get_triggerdef(g.oid)),"
               "('state', CASE g.tgenabled WHEN 'O' THEN 'enabled' WHEN 'A' THEN 'enabled always'"
               "  WHEN 'R' THEN 'enabled for replication only' ELSE 'DISABLED' END)") //
    "true";

static const char rules[] =
    RELATIONS "SELECT r.space, r.named, quote_ident(w.rulename) || ' on ' || r.named, NULL,"
              " p.property, p.value FROM r JOIN pg_rewrite w ON w.ev_class = r.oid"
              " AND w.rulename <> '_RETURN', " //
    PROPERTIES("('definition', pg_get_ruledef(w.oid)),"
               "('state', CASE w.ev_enabled WHEN 'O' THEN 'enabled' WHEN 'A' THEN 'enabled always'"
               "  WHEN 'R' THEN 'enabled for replication only' ELSE 'DISABLED' END)") //
    "true";

static const char policies[] =
    RELATIONS "SELECT r.space, r.named, quote_ident(y.polname) || ' on ' || r.named, NULL,"
              " p.property, p.value FROM r JOIN pg_policy y ON y.polrelid = r.oid, " //
    PROPERTIES("('command', CASE y.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT'"
               "  WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END),"
               "('effect', CASE WHEN y.polpermissive THEN 'permissive' ELSE 'restrictive' END),"
               "('roles', (SELECT string_agg(n, ', ' ORDER BY n) FROM (SELECT CASE o WHEN 0"
               "  THEN 'public' ELSE pg_get_userbyid(o)::text END AS n FROM unnest(y.polroles) o)"
               "  named)),"
               "('condition', pg_get_expr(y.polqual, y.polrelid)),"
               "('check', pg_get_expr(y.polwithcheck, y.polrelid))") //
    "true";

static const char views[] =
    RELATIONS "SELECT r.space, r.named, r.named, NULL, p.property, p.value FROM r, " //
    PROPERTIES("('kind', CASE r.relkind WHEN 'v' THEN 'a view' ELSE 'a materialized view' END),"
               "('definition', " DIGEST(
                   "pg_get_viewdef(r.oid)") "),"
                                            "('options', (SELECT string_agg(o, ', ' ORDER BY o) "
                                            "FROM unnest(r.reloptions) o))") //
    "r.relkind IN ('v', 'm')";

/* Without those that types made for themselves. */
static const char functions[] =
    "SELECT quote_ident(n.nspname), f.oid::regprocedure::text, f.oid::regprocedure::text, NULL,"
    " p.property, p.value FROM pg_proc f JOIN pg_namespace n ON n.oid = f.pronamespace"
    " LEFT JOIN pg_aggregate a ON a.aggfnoid = f.oid, " //
    PROPERTIES("('kind', CASE f.prokind WHEN 'p' THEN 'a procedure' WHEN 'a' THEN 'an aggregate'"
               "  WHEN 'w' THEN 'a window function' ELSE 'a function' END),"
               "('result', pg_get_function_result(f.oid)),"
               "('security', CASE WHEN f.prosecdef THEN 'definer' ELSE 'invoker' END),"
               "('definition', " DIGEST(
                   "CASE f.prokind WHEN 'a' THEN concat_ws(' ', a.aggkind, a.aggtransfn::text,"
                   "  a.aggtranstype::regtype::text, a.aggfinalfn::text, a.aggcombinefn::text,"
                   "  a.aggmtransfn::text, a.aggminvtransfn::text, a.aggsortop::regoperator::text,"
                   "  a.agginitval)"
                   "  ELSE pg_get_functiondef(f.oid) END") ")") //
    "n.nspname = ANY ($1::text[]) AND NOT EXISTS (SELECT FROM pg_depend e"
    " WHERE e.classid = 'pg_proc'::regclass AND e.objid = f.oid AND e.deptype IN ('e', 'i'))";

static const char enums[] =
    TYPES "SELECT t.space, t.named, t.named, NULL, p.property, p.value FROM t, " //
    PROPERTIES("('labels', (SELECT coalesce(string_agg(quote_literal(l.enumlabel), ', '"
               "  ORDER BY l.enumsortorder), 'none') FROM pg_enum l WHERE l.enumtypid = t.oid))") //
    "t.typtype = 'e'";

static const char domains[] =
    TYPES "SELECT t.space, t.named, t.named, NULL, p.property, p.value FROM t"
          " JOIN pg_type b ON b.oid = t.typbasetype, " //
    PROPERTIES("('type', format_type(t.typbasetype, t.typtypmod)),"
               "('nulls', CASE WHEN t.typnotnull THEN 'NOT NULL' ELSE 'NULL is allowed' END),"
               "('default', t.typdefault),"
               "('collation', CASE WHEN t.typcollation <> b.typcollation THEN " COLLATION(
                   "t.typcollation") " END)") //
    "t.typtype = 'd'";

/* Composite types, ranges, and base types, of which only the name is known. */
static const char types[] =
    TYPES "SELECT t.space, t.named, t.named, NULL, p.property, p.value FROM t"
          " LEFT JOIN pg_class c ON c.oid = t.typrelid"
          " LEFT JOIN pg_range g ON g.rngtypid = t.oid, " //
    PROPERTIES("('kind', CASE t.typtype WHEN 'c' THEN 'composite' WHEN 'r' THEN 'a range'"
               "  ELSE 'a base type' END),"
               "('attributes', (SELECT string_agg(quote_ident(a.attname) || ' '"
               "  || format_type(a.atttypid, a.atttypmod), ', ' ORDER BY a.attnum)"
               "  FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0"
               "  AND NOT a.attisdropped)),"
               "('subtype', format_type(g.rngsubtype, NULL))") //
    "(t.typtype = 'r' OR (t.typtype = 'c' AND c.relkind = 'c') OR (t.typtype = 'b'"
    " AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid)))";

static const char statistics[] = RELATIONS
    "SELECT r.space, r.named, format('%I.%I', n.nspname, s.stxname), NULL, p.property, p.value"
    " FROM r JOIN pg_statistic_ext s ON s.stxrelid = r.oid"
    " JOIN pg_namespace n ON n.oid = s.stxnamespace, " //
    PROPERTIES("('definition', pg_get_statisticsobjdef(s.oid))") "true";

const char *const CATALOGUE_QUERIES[CATALOGUE_KIND_COUNT] = {
    [CATALOGUE_SCHEMA] = schemas,
    [CATALOGUE_EXTENSION] = extensions,
    [CATALOGUE_TABLE] = tables,
    [CATALOGUE_COLUMN] = columns,
    [CATALOGUE_CONSTRAINT] = constraints,
    [CATALOGUE_INDEX] = indexes,
    [CATALOGUE_SEQUENCE] = sequences,
    [CATALOGUE_TRIGGER] = triggers,
    [CATALOGUE_RULE] = rules,
    [CATALOGUE_POLICY] = policies,
    [CATALOGUE_VIEW] = views,
    [CATALOGUE_FUNCTION] = functions,
    [CATALOGUE_ENUM] = enums,
    [CATALOGUE_DOMAIN] = domains,
    [CATALOGUE_TYPE] = types,
    [CATALOGUE_STATISTICS] = statistics,
};

/* `public` is everywhere: it counts where something is in it. Types of arrays come with their type.
 */
const char CATALOGUE_SCHEMAS_QUERY[] =
    "SELECT array_agg(n.nspname::text ORDER BY n.nspname)::text FROM pg_namespace n"
    " WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'novate')"
    " AND " FREE_OF_EXTENSIONS("pg_namespace", "n.oid") //
    " AND (n.nspname <> 'public' OR EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = n.oid"
    "  AND " FREE_OF_EXTENSIONS(
        "pg_class",
        "c.oid") ")"
                 " OR EXISTS (SELECT FROM pg_proc f WHERE f.pronamespace = n.oid"
                 "  AND " FREE_OF_EXTENSIONS(
                     "pg_proc",
                     "f.oid") ")"
                              " OR EXISTS (SELECT FROM pg_type t WHERE t.typnamespace = n.oid"
                              "  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = "
                              "'pg_type'::regclass"
                              "  AND e.objid = t.oid AND e.deptype IN ('e', 'i'))))";

const char CATALOGUE_FED_QUERY[] = RELATIONS
    "SELECT r.oid::text, r.named FROM r WHERE r.relkind IN ('r', 'p') AND NOT r.relispartition"
    " AND (EXISTS (SELECT FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'"
    "  WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass"
    "  AND d.refobjid = r.oid AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i'))"
    " OR EXISTS (SELECT FROM pg_attrdef e JOIN pg_depend d ON d.classid = 'pg_attrdef'::regclass"
    "  AND d.objid = e.oid AND d.refclassid = 'pg_class'::regclass JOIN pg_class s"
    "  ON s.oid = d.refobjid AND s.relkind = 'S' WHERE e.adrelid = r.oid)) ORDER BY 2";
