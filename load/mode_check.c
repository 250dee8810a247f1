/* mode_check.c — the contract is in novate/mode_check.h: one question to the catalogue per finding,
 * which answers with a row for each case.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/mode_check.h"

#include "novate/text.h"

#include <stdio.h>
#include <string.h>

/* $1 is the table's OID, $2 its quoted name, $3 the columns of the key as an array of names, $4
 * the mode. Each row of the answer has what takes the place of %s in the message. */
struct question {
    unsigned modes; /* bits by enum load_mode */
    bool warning;
    const char *sql;
    const char *message;
    const char *hint;
};

enum {
    UPSERT = 1 << LOAD_UPSERT,
    REPLACE = 1 << LOAD_REPLACE
};

/* Makes sure that every parameter has a type, and is used. */
#define PARAMETERS                                                                                 \
    "WITH given AS (SELECT $1::oid AS t, $2::text AS name, $3::text[] AS key, $4::text AS mode) "

static const struct question questions[] = {
    {UPSERT,
     false,
     PARAMETERS "SELECT array_to_string(key, ', ') FROM given WHERE NOT EXISTS ("
                "SELECT FROM pg_index x WHERE x.indrelid = t AND x.indisunique AND x.indisvalid"
                " AND x.indpred IS NULL AND x.indexprs IS NULL AND (SELECT array_agg("
                "a.attname::text COLLATE \"C\" ORDER BY a.attname::text COLLATE \"C\")"
                " FROM unnest(x.indkey[0:x.indnkeyatts - 1]) n"
                " JOIN pg_attribute a ON a.attrelid = t AND a.attnum = n)"
                " = (SELECT array_agg(k COLLATE \"C\" ORDER BY k COLLATE \"C\")"
                " FROM unnest(key) k))",
     "the target has no unique index on the key (%s) that rows are merged by",
     "Create one (not partial, of these columns alone), or name the columns of one that is there."},
    {UPSERT,
     true,
     PARAMETERS "SELECT a.attname FROM given JOIN pg_attribute a ON a.attrelid = t"
                " JOIN pg_type y ON y.oid = a.atttypid"
                " WHERE a.attname = ANY (key) AND NOT a.attnotnull AND NOT y.typnotnull"
                " ORDER BY a.attnum",
     "the key column \"%s\" of the target may be NULL: rows without it are rejected",
     "Declare it NOT NULL, or merge by other columns."},
    {UPSERT,
     false,
     PARAMETERS "SELECT name FROM given JOIN pg_class c ON c.oid = t"
                " WHERE c.relkind NOT IN ('r', 'p')",
     "%s is no table that rows can be merged into",
     "Views and foreign tables can be loaded by insert only."},
    {REPLACE,
     false,
     PARAMETERS "SELECT name FROM given JOIN pg_class c ON c.oid = t WHERE c.relkind <> 'r'",
     "%s is no plain table, and its content cannot be replaced",
     "Views, foreign and partitioned tables can be loaded by insert or upsert."},
    {REPLACE,
     false,
     PARAMETERS "SELECT i.inhrelid::regclass::text FROM given JOIN pg_inherits i"
                " ON t IN (i.inhrelid, i.inhparent) ORDER BY 1",
     "the content of the table cannot be replaced, since it inherits or is inherited from (%s)",
     "Use insert or upsert."},
    {REPLACE,
     false,
     PARAMETERS "SELECT format('\"%s\" of %s', k.conname, k.conrelid::regclass)"
                " FROM given JOIN pg_constraint k ON k.confrelid = t"
                " WHERE k.contype = 'f' AND k.conrelid <> t ORDER BY 1",
     "the content of the table cannot be replaced: the foreign key %s refers to it",
     "Drop the foreign key until the table is loaded, or use mode upsert."},
    {REPLACE,
     false,
     PARAMETERS "SELECT string_agg(format('%I', p.pubname), ', ' ORDER BY p.pubname)"
                " FROM given JOIN pg_class c ON c.oid = t, pg_publication p"
                " WHERE p.pubdelete AND (p.puballtables OR EXISTS (SELECT FROM"
                " pg_publication_tables o WHERE o.pubname = p.pubname"
                " AND format('%I.%I', o.schemaname, o.tablename)::regclass = t))"
                " AND (c.relreplident = 'n' OR c.relreplident = 'd' AND NOT EXISTS ("
                "SELECT FROM pg_index x WHERE x.indrelid = t AND x.indisprimary))"
                " HAVING count(*) > 0",
     "old rows cannot be removed: %s publishes removals, and the table has no replica identity",
     "Give it one: ALTER TABLE … REPLICA IDENTITY."},
    {REPLACE,
     true,
     PARAMETERS "SELECT g.tgname FROM given JOIN pg_trigger g ON g.tgrelid = t"
                " WHERE NOT g.tgisinternal AND g.tgenabled <> 'D' ORDER BY 1",
     "the trigger \"%s\" fires when the content is exchanged, for old rows and new ones",
     "If it refuses a row then, the table keeps its old content."},
    {UPSERT | REPLACE,
     false,
     PARAMETERS "SELECT r.rulename FROM given JOIN pg_rewrite r ON r.ev_class = t"
                " JOIN pg_class c ON c.oid = t"
                " WHERE r.rulename <> '_RETURN' AND c.relkind IN ('r', 'p') ORDER BY 1",
     "the rule \"%s\" of the table rewrites what is done to it",
     "Drop it until the table is loaded, or use mode insert."},
    {UPSERT | REPLACE,
     false,
     PARAMETERS "SELECT name FROM given WHERE row_security_active(t)",
     "row security hides rows of %s from this role",
     "Load as the owner of the table, or as a role with BYPASSRLS."},
    {UPSERT | REPLACE,
     false,
     PARAMETERS "SELECT p FROM given, unnest(ARRAY['SELECT', 'UPDATE']) p"
                " WHERE NOT has_table_privilege(t, p) AND (p <> 'UPDATE' OR mode = 'upsert')",
     "no privilege to %s in the table",
     "Grant it to this role."},
    {REPLACE,
     false,
     PARAMETERS "SELECT name FROM given WHERE NOT has_table_privilege(t, 'DELETE')",
     "no privilege to DELETE from %s",
     "Grant it to this role."},
    {REPLACE,
     false,
     PARAMETERS "SELECT k.confrelid::regclass::text FROM given JOIN pg_constraint k"
                " ON k.conrelid = t WHERE k.contype = 'f' AND k.confrelid <> t"
                " AND NOT has_table_privilege(k.confrelid, 'REFERENCES') ORDER BY 1",
     "no privilege to refer to %s, as the table does",
     "Grant REFERENCES on it to this role."},
    {UPSERT | REPLACE,
     false,
     PARAMETERS "SELECT format('%I', current_database()) FROM given"
                " WHERE NOT has_database_privilege(current_database(), 'CREATE')",
     "no privilege to create a schema in the database %s",
     "Grant CREATE on it to this role: the mode keeps tables of its own while it loads."},
    {UPSERT,
     false,
     PARAMETERS "SELECT format('%I', current_database()) FROM given"
                " WHERE NOT has_database_privilege(current_database(), 'TEMPORARY')",
     "no privilege to create temporary tables in the database %s",
     "Grant TEMPORARY on it to this role."},
};

enum {
    QUESTIONS = sizeof questions / sizeof questions[0],
    FINDINGS_MAX = 64,
    TEXT_BYTES_MAX = 1 << 20
};

/* {"a","b"}, with the names as the table has them. */
static void push_key(const struct target_table *table,
                     const char *const *key,
                     int key_count,
                     struct text_buffer *out)
{
    text_buffer_char(out, '{');
    for (int i = 0; i < key_count; i++) {
        int found = schema_find(&table->schema, text_of(key[i]), false);
        const char *name = found < 0 ? key[i] : table->schema.columns[found].name;
        text_buffer_string(out, i > 0 ? ",\"" : "\"");
        for (; *name != '\0'; name++) {
            text_buffer_string(out, *name == '"' || *name == '\\' ? "\\" : "");
            text_buffer_char(out, *name);
        }
        text_buffer_char(out, '"');
    }
    text_buffer_char(out, '}');
}

static bool ask(struct session *session,
                const struct question *question,
                const char *const parameters[4],
                struct arena *arena,
                struct mode_finding *findings,
                int *count,
                struct error *error)
{
    struct session_result result;
    if (!session_query(session, question->sql, 4, parameters, arena, &result, error)) {
        return false;
    }
    const char *place = strstr(question->message, "%s");
    for (int i = 0; i < result.rows && *count < FINDINGS_MAX; i++) {
        findings[*count] = (struct mode_finding){
            .warning = question->warning,
            .message = arena_format(arena,
                                    "%.*s%s%s",
                                    (int)(place - question->message),
                                    question->message,
                                    session_value(&result, i, 0),
                                    place + 2),
            .hint = question->hint,
        };
        if (findings[(*count)++].message == NULL) {
            return error_set_memory(error);
        }
    }
    return true;
}

bool mode_check(struct session *session,
                enum load_mode mode,
                const struct target_table *table,
                const char *const *key,
                int key_count,
                struct arena *arena,
                struct mode_finding **findings,
                int *count,
                struct error *error)
{
    struct text_buffer names;
    char oid[16];
    *count = 0;
    *findings = ARENA_ARRAY(arena, struct mode_finding, FINDINGS_MAX);
    text_buffer_init(&names, TEXT_BYTES_MAX);
    push_key(table, key, key_count, &names);
    snprintf(oid, sizeof oid, "%u", (unsigned)table->oid);
    bool ok = *findings == NULL ? error_set_memory(error) : text_buffer_check(&names, error);
    const char *const parameters[4] = {oid, table->quoted, names.data, load_mode_text(mode)};
    for (int i = 0; ok && i < QUESTIONS; i++) {
        if ((questions[i].modes & (1U << mode)) != 0) {
            ok = ask(session, &questions[i], parameters, arena, *findings, count, error);
        }
    }
    text_buffer_release(&names);
    return ok ? true : error_context(error, "looking at table %s", table->quoted);
}
