/* ledger_schema.c — the schema `novate` of the target: making it, its version, and the lock.
 *
 * People query these tables too, so every table and every column that needs it says what it is.
 * Digests are hex texts: they can be compared with reports by eye.
 * SPDX-License-Identifier: Apache-2.0 */
#include "ledger_private.h"

#include "novate/hash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    SCHEMA_VERSION = 5,
    /* How often, and after how many milliseconds, a lock that is held is asked for again: the
     * session of a novate that was killed goes on until the server notices. */
    LOCK_TRIES = 60,
    LOCK_WAIT_MS = 50
};

static const char schema_runs[] =
    "CREATE SCHEMA novate;"
    "COMMENT ON SCHEMA novate IS"
    " 'The ledger of novate: what was migrated into this database, by whom, and what was not.';"
    "CREATE TABLE novate.version ("
    " version integer PRIMARY KEY,"
    " tool text NOT NULL,"
    " installed_at timestamptz NOT NULL DEFAULT clock_timestamp());"
    "COMMENT ON TABLE novate.version IS 'Version of this schema; novate refuses a later one.';"
    "CREATE TABLE novate.run ("
    " run bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
    " migration text NOT NULL,"
    " kind text NOT NULL CHECK (kind IN ('rehearsal', 'load', 'delta', 'verify', 'retry')),"
    " plan_digest text NOT NULL,"
    " tool text NOT NULL,"
    " role text NOT NULL DEFAULT session_user,"
    " started_at timestamptz NOT NULL DEFAULT clock_timestamp(),"
    " finished_at timestamptz,"
    " verdict text,"
    " report json);"
    "COMMENT ON TABLE novate.run IS 'One row per execution of novate against this database.';"
    "COMMENT ON COLUMN novate.run.plan_digest IS 'XXH3-128 of the plan that was executed, hex.';"
    "COMMENT ON COLUMN novate.run.finished_at IS"
    " 'NULL while it runs, or when it was killed: the next run resumes.';"
    "COMMENT ON COLUMN novate.run.report IS 'The report, as it was given out, byte by byte.';";

static const char schema_chunks[] =
    "CREATE TABLE novate.entity ("
    " migration text NOT NULL,"
    " entity text NOT NULL,"
    " target_table text NOT NULL,"
    " mapping_digest text NOT NULL,"
    " mapping_text text NOT NULL,"
    " plan_digest text NOT NULL,"
    " planned_at timestamptz NOT NULL DEFAULT clock_timestamp(),"
    " PRIMARY KEY (migration, entity));"
    "COMMENT ON TABLE novate.entity IS"
    " 'One row per mapping: which table it fills, and the mapping it was filled with.';"
    "COMMENT ON COLUMN novate.entity.mapping_text IS"
    " 'What the digest covers; shown when another mapping is to resume this one.';"
    "CREATE TABLE novate.chunk ("
    " migration text NOT NULL,"
    " entity text NOT NULL,"
    " ordinal integer NOT NULL CHECK (ordinal >= 0),"
    " id text NOT NULL,"
    " definition json NOT NULL,"
    " state text NOT NULL DEFAULT 'planned' CHECK (state IN ('planned', 'loaded')),"
    " run bigint REFERENCES novate.run,"
    " loaded_at timestamptz,"
    " source_rows bigint, source_digest text,"
    " passed_rows bigint, passed_digest text,"
    " filtered_rows bigint, filtered_digest text,"
    " rejected_rows bigint, rejected_digest text,"
    " emitted_rows bigint, emitted_digest text,"
    " merged_rows bigint, merged_digest text,"
    " loaded_rows bigint, loaded_digest text,"
    " counters jsonb,"
    " PRIMARY KEY (migration, entity, ordinal),"
    " FOREIGN KEY (migration, entity) REFERENCES novate.entity ON DELETE CASCADE,"
    " CHECK (state = 'planned' OR source_rows + emitted_rows"
    " = passed_rows + filtered_rows + rejected_rows + merged_rows));"
    "COMMENT ON TABLE novate.chunk IS"
    " 'The parts that an entity is loaded in. A row becomes loaded in the transaction that loads"
    " its data, so that each part is there exactly once or not at all.';"
    "COMMENT ON COLUMN novate.chunk.id IS"
    " 'Digest of mapping, plan and bounds: another plan has other chunks.';"
    "COMMENT ON COLUMN novate.chunk.definition IS 'Key range or byte range of the source.';"
    "COMMENT ON COLUMN novate.chunk.source_rows IS"
    " 'Records read + emitted = passed + filtered + rejected + merged, in rows and in digests.';"
    "COMMENT ON COLUMN novate.chunk.emitted_rows IS"
    " 'Rows that a record gave beyond its first one.';"
    "COMMENT ON COLUMN novate.chunk.merged_rows IS"
    " 'Records that stand in the row of another one.';"
    "COMMENT ON COLUMN novate.chunk.source_digest IS"
    " 'Sum of the records'' hashes (XXH3-128) modulo 2^128, hex.';"
    "COMMENT ON COLUMN novate.chunk.loaded_digest IS"
    " 'Sum of the hashes of the target''s rows, as they were sent.';"
    "COMMENT ON COLUMN novate.chunk.counters IS 'How many by filter, class of reject and note.';";

static const char schema_findings[] =
    "CREATE TABLE novate.reject ("
    " reject bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
    " run bigint NOT NULL REFERENCES novate.run,"
    " migration text NOT NULL,"
    " entity text NOT NULL,"
    " chunk integer NOT NULL,"
    " key text,"
    " position text,"
    " column_name text,"
    " class text NOT NULL,"
    " name text,"
    " sqlstate text,"
    " message text,"
    " source_hash text,"
    " by_target boolean NOT NULL,"
    " rejected_at timestamptz NOT NULL DEFAULT clock_timestamp(),"
    " FOREIGN KEY (migration, entity, chunk) REFERENCES novate.chunk ON DELETE CASCADE);"
    "CREATE INDEX ON novate.reject (migration, entity, chunk);"
    "COMMENT ON TABLE novate.reject IS"
    " 'Records that could not be carried, and why. Holds keys of records, never their values.';"
    "COMMENT ON COLUMN novate.reject.key IS 'Key of the source record, a JSON array of texts.';"
    "COMMENT ON COLUMN novate.reject.position IS 'Where it stands in a file.';"
    "COMMENT ON COLUMN novate.reject.name IS 'Of the check, lookup or constraint.';"
    "COMMENT ON COLUMN novate.reject.by_target IS"
    " 'True: the target refused the row. False: the mapping rejected the record.';"
    "CREATE TABLE novate.verification ("
    " run bigint NOT NULL REFERENCES novate.run,"
    " entity text NOT NULL,"
    " verdict text NOT NULL,"
    " equal bigint NOT NULL,"
    " not_equal bigint NOT NULL,"
    " missing_target bigint NOT NULL,"
    " missing_source bigint NOT NULL,"
    " source_digest text,"
    " target_digest text,"
    " verified_at timestamptz NOT NULL DEFAULT clock_timestamp(),"
    " PRIMARY KEY (run, entity));"
    "COMMENT ON TABLE novate.verification IS"
    " 'What a comparison of source and target found, in rows.';"
    "CREATE TABLE novate.difference ("
    " run bigint NOT NULL,"
    " entity text NOT NULL,"
    " ordinal integer NOT NULL,"
    " key text NOT NULL,"
    " kind text NOT NULL CHECK (kind IN ('not_equal', 'missing_target', 'missing_source')),"
    " columns json NOT NULL,"
    " PRIMARY KEY (run, entity, ordinal),"
    " FOREIGN KEY (run, entity) REFERENCES novate.verification ON DELETE CASCADE);"
    "COMMENT ON TABLE novate.difference IS"
    " 'Rows that differ, by key of the target: the first ones, all are counted.';";

/* Since version 3. */
static const char schema_deferred[] =
    "CREATE TABLE novate.deferred ("
    " deferred bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
    " migration text NOT NULL,"
    " entity text NOT NULL,"
    " run bigint NOT NULL REFERENCES novate.run,"
    " kind text NOT NULL CHECK (kind IN ('index', 'unique_constraint', 'foreign_key')),"
    " schema_name text NOT NULL,"
    " table_name text NOT NULL,"
    " name text NOT NULL,"
    " definition text NOT NULL,"
    " constraint_definition text,"
    " comment text,"
    " constraint_comment text,"
    " tablespace text,"
    " valid boolean NOT NULL,"
    " clustered boolean NOT NULL,"
    " replica_identity boolean NOT NULL,"
    " column_statistics json,"
    " index_keys text[] NOT NULL,"
    " predicate text,"
    " nulls_distinct boolean NOT NULL,"
    " row_key text[] NOT NULL,"
    " state text NOT NULL DEFAULT 'dropped'"
    " CHECK (state IN ('dropped', 'not_valid', 'restored', 'given_up')),"
    " message text,"
    " dropped_at timestamptz NOT NULL DEFAULT clock_timestamp(),"
    " restored_at timestamptz);"
    "CREATE INDEX ON novate.deferred (migration) WHERE state IN ('dropped', 'not_valid');"
    "COMMENT ON TABLE novate.deferred IS"
    " 'Indexes and constraints that were taken off a table while it was loaded. What is not"
    " restored is put back by \"novate load PLAN --finish\".';"
    "COMMENT ON COLUMN novate.deferred.definition IS"
    " 'Of the index, as pg_get_indexdef() has it; of a foreign key, pg_get_constraintdef().';"
    "COMMENT ON COLUMN novate.deferred.valid IS 'Of a foreign key: whether it was validated.';"
    "COMMENT ON COLUMN novate.deferred.row_key IS 'Columns that rows are named by in reports.';"
    "COMMENT ON COLUMN novate.deferred.state IS"
    " 'dropped: it is missing. not_valid: a foreign key is back, rows that were there are not"
    " checked yet, or violate it. given_up: set by hand, it is not to come back.';"
    "COMMENT ON COLUMN novate.deferred.message IS 'Why it could not be restored.';";

/* Since version 4. */
static const char schema_partitions[] =
    "ALTER TABLE novate.deferred ADD partitions jsonb;"
    "COMMENT ON COLUMN novate.deferred.partitions IS"
    " 'Of an index of a partitioned table: those of its partitions, which went with it.';";

/* Since version 5. */
static const char schema_references[] = "ALTER TABLE novate.deferred ADD reference jsonb;"
                                        "COMMENT ON COLUMN novate.deferred.reference IS"
                                        " 'Of a foreign key: what rows are asked by while it is "
                                        "off. Without, they are only checked when"
                                        " it is back.';";

/* How rows become those of the table, and what was done with them; version 2 had not got it. */
static const char schema_modes[] =
    "ALTER TABLE novate.entity"
    " ADD mode text NOT NULL DEFAULT 'insert' CHECK (mode IN ('insert', 'upsert', 'replace')),"
    " ADD finished_at timestamptz;"
    "COMMENT ON COLUMN novate.entity.finished_at IS"
    " 'Modes upsert and replace: when the last chunk was in and, of replace, the content of the"
    " table was exchanged.';"
    "ALTER TABLE novate.chunk ADD inserted_rows bigint, ADD updated_rows bigint,"
    " ADD unchanged_rows bigint;"
    "UPDATE novate.chunk SET inserted_rows = loaded_rows, updated_rows = 0, unchanged_rows = 0"
    " WHERE state = 'loaded';"
    "ALTER TABLE novate.chunk ADD CONSTRAINT chunk_loaded_check CHECK (state = 'planned'"
    " OR loaded_rows = inserted_rows + updated_rows + unchanged_rows);"
    "COMMENT ON COLUMN novate.chunk.inserted_rows IS"
    " 'Rows loaded = inserted (new) + updated (had other values) + unchanged (were there).';";

/* What became of rejects after they were written; the last part of the schema, and what version 2
 * had not. */
static const char schema_rejects[] =
    "ALTER TABLE novate.reject"
    " ADD state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'retried', 'closed')),"
    " ADD first_run bigint,"
    " ADD first_seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),"
    " ADD times_seen integer NOT NULL DEFAULT 1;"
    "COMMENT ON COLUMN novate.reject.state IS"
    " 'open; retried: it was read again and carried; closed: somebody decided that it stays out.';"
    "COMMENT ON COLUMN novate.reject.run IS 'The run that rejected it last.';"
    "COMMENT ON COLUMN novate.reject.first_run IS"
    " 'The run that rejected it first: for the same reason, or before it was retried.';"
    "COMMENT ON COLUMN novate.reject.times_seen IS 'Runs that rejected it.';"
    "ALTER TABLE novate.run ADD host text;"
    "COMMENT ON COLUMN novate.run.host IS 'Where novate ran.';"
    "CREATE TABLE novate.reject_event ("
    " event bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
    " migration text NOT NULL,"
    " entity text NOT NULL,"
    " key text,"
    " class text NOT NULL,"
    " name text,"
    " reject bigint NOT NULL,"
    " run bigint,"
    " what text NOT NULL CHECK (what IN ('rejected', 'retried', 'closed', 'reopened')),"
    " at timestamptz NOT NULL DEFAULT clock_timestamp(),"
    " who text,"
    " why text,"
    " mapping_digest text);"
    "CREATE INDEX ON novate.reject_event (migration, entity, md5(key));"
    "COMMENT ON TABLE novate.reject_event IS"
    " 'What happened to rejects before they came to be as novate.reject has them. It outlives them:"
    " a record that is rejected again after a restart keeps its age.';"
    "COMMENT ON COLUMN novate.reject_event.mapping_digest IS 'What it was retried with.';"
    "CREATE TABLE novate.retry ("
    " run bigint NOT NULL REFERENCES novate.run,"
    " migration text NOT NULL,"
    " entity text NOT NULL,"
    " mapping_digest text NOT NULL,"
    " mapping_text text NOT NULL,"
    " plan_digest text NOT NULL,"
    " PRIMARY KEY (run, entity));"
    "COMMENT ON TABLE novate.retry IS"
    " 'The mapping that rejects of an entity were retried with; novate.entity has the one that the"
    " others were loaded with.';";

static const char upgrade_2[] =
    "ALTER TABLE novate.run DROP CONSTRAINT run_kind_check,"
    " ADD CONSTRAINT run_kind_check"
    " CHECK (kind IN ('rehearsal', 'load', 'delta', 'verify', 'retry'));";

static const char upgrade_2_rows[] =
    "UPDATE novate.reject SET first_run = run, first_seen_at = rejected_at";

static const char record_version[] =
    "INSERT INTO novate.version (version, tool) VALUES (5, '" NOVATE_VERSION "')";

/* Key of the advisory lock that serialises installations. */
static const char install_lock[] = "SELECT pg_advisory_xact_lock(7955998170729676800)";

/* The relation is read so that the server looks at what others have committed: a session that waits
 * for a lock within a transaction may otherwise go by names that it remembers. */
bool target_ledger_exists(struct session *session, bool *exists, struct error *error)
{
    struct arena arena;
    struct session_result result;
    arena_init(&arena, 1024, NULL);
    bool ok = session_query(session,
                            "SELECT to_regclass('novate.version') IS NOT NULL"
                            " FROM pg_catalog.pg_namespace LIMIT 1",
                            0,
                            NULL,
                            &arena,
                            &result,
                            error);
    if (ok) {
        *exists = session_value(&result, 0, 0)[0] == 't';
    }
    arena_release(&arena);
    return ok;
}

static bool read_version(struct session *session, long *version, struct error *error)
{
    struct arena arena;
    struct session_result result;
    arena_init(&arena, 1024, NULL);
    bool ok = session_query(session,
                            "SELECT coalesce(max(version), 0)::text FROM novate.version",
                            0,
                            NULL,
                            &arena,
                            &result,
                            error);
    *version = ok ? strtol(session_value(&result, 0, 0), NULL, 10) : 0;
    arena_release(&arena);
    return ok;
}

/* What is never upgraded: a later version, and one before 2, which was never published. */
static bool refuse_version(struct session *session, long version, struct error *error)
{
    struct arena arena;
    struct session_result result;
    arena_init(&arena, 1024, NULL);
    bool ok =
        session_query(session,
                      "SELECT tool FROM novate.version ORDER BY version DESC, installed_at LIMIT 1",
                      0,
                      NULL,
                      &arena,
                      &result,
                      error);
    if (ok) {
        error_set(error,
                  ERROR_STATE,
                  "the target's ledger is of version %ld, this novate writes version %d",
                  version,
                  (int)SCHEMA_VERSION);
        error_detail(error,
                     "It was made by novate %s.",
                     result.rows == 0 ? "of unknown version" : session_value(&result, 0, 0));
        error_hint(error, "Use that version of novate, or a later one.");
    }
    arena_release(&arena);
    return false;
}

static bool install(struct session *session, struct error *error)
{
    bool exists = false;
    return session_execute(session, install_lock, error) &&
           target_ledger_exists(session, &exists, error) &&
           (exists || (session_execute(session, schema_runs, error) &&
                       session_execute(session, schema_chunks, error) &&
                       session_execute(session, schema_findings, error) &&
                       session_execute(session, schema_deferred, error) &&
                       session_execute(session, schema_partitions, error) &&
                       session_execute(session, schema_references, error) &&
                       session_execute(session, schema_modes, error) &&
                       session_execute(session, schema_rejects, error) &&
                       session_execute(session, record_version, error)));
}

/* Whoever came first while we waited for the lock has done it. */
static bool upgrade(struct session *session, struct error *error)
{
    long version = 0;
    return session_execute(session, install_lock, error) &&
           read_version(session, &version, error) &&
           (version != 2 || (session_execute(session, upgrade_2, error) &&
                             session_execute(session, schema_deferred, error) &&
                             session_execute(session, schema_modes, error) &&
                             session_execute(session, schema_rejects, error) &&
                             session_execute(session, upgrade_2_rows, error))) &&
           (version >= 4 || session_execute(session, schema_partitions, error)) &&
           (version >= SCHEMA_VERSION || (session_execute(session, schema_references, error) &&
                                          session_execute(session, record_version, error)));
}

static bool in_transaction(struct session *session,
                           bool (*work)(struct session *session, struct error *error),
                           struct error *error)
{
    bool ok = session_execute(session, "BEGIN", error) && work(session, error);
    return session_execute(session, ok ? "COMMIT" : "ROLLBACK", error) && ok;
}

bool target_ledger_install(struct session *session, struct error *error)
{
    bool exists = false;
    long version = 0;
    if (!target_ledger_exists(session, &exists, error)) {
        return false;
    }
    if (!exists && !in_transaction(session, install, error)) {
        return error_context(error, "making the ledger, schema \"novate\" of the target");
    }
    if (!read_version(session, &version, error)) {
        return false;
    }
    if (version >= 2 && version < SCHEMA_VERSION) {
        return in_transaction(session, upgrade, error) ||
               error_context(error, "upgrading the ledger, schema \"novate\" of the target");
    }
    return version == SCHEMA_VERSION || refuse_version(session, version, error);
}

bool target_ledger_readable(struct session *session, bool *exists, struct error *error)
{
    long version = 0;
    if (!target_ledger_exists(session, exists, error) ||
        (*exists && !read_version(session, &version, error))) {
        return false;
    }
    if (!*exists || version == SCHEMA_VERSION) {
        return true;
    }
    if (version > SCHEMA_VERSION) {
        return refuse_version(session, version, error);
    }
    error_set(error,
              ERROR_STATE,
              "the target's ledger is of version %ld, this novate reads version %d",
              version,
              (int)SCHEMA_VERSION);
    return error_hint(
        error,
        "What only looks upgrades nothing. \"novate run\" or \"novate load\" upgrades "
        "it in place.");
}

/* pg_locks shows a key of 64 bits as two of 32. */
static const char lock_holder[] =
    "SELECT a.pid::text, a.application_name, a.usename,"
    " to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'),"
    " coalesce(host(a.client_addr), 'the same host')"
    " FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid"
    " WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1"
    " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND l.classid = (($1::bigint >> 32) & 4294967295)::oid"
    " AND l.objid = ($1::bigint & 4294967295)::oid LIMIT 1";

static bool locked_by_other(struct session *session,
                            const char *migration,
                            const char *key,
                            struct arena *arena,
                            struct error *error)
{
    struct session_result holder;
    const char *const parameters[] = {key};
    if (!session_query(session, lock_holder, 1, parameters, arena, &holder, error)) {
        return false;
    }
    error_set(error,
              ERROR_LOCKED,
              "the migration \"%s\" is being worked on by another novate",
              migration);
    if (holder.rows > 0) {
        error_detail(error,
                     "Server process %s, application \"%s\", user \"%s\", from %s, connected since "
                     "%s UTC.",
                     session_value(&holder, 0, 0),
                     session_value(&holder, 0, 1),
                     session_value(&holder, 0, 2),
                     session_value(&holder, 0, 4),
                     session_value(&holder, 0, 3));
    }
    return error_hint(error,
                      "Wait until it ends. If it is dead, its lock goes with its connection; an "
                      "administrator can end that with pg_terminate_backend().");
}

/* The key of a migration's lock, as a text. */
static bool lock_key(const char *migration, char key[32], struct error *error)
{
    struct text_buffer name;
    text_buffer_init(&name, (size_t)1 << 20);
    text_buffer_format(&name, "novate migration %s", migration);
    bool ok = text_buffer_check(&name, error);
    if (ok) {
        uint64_t hash = hash_bytes64(name.data, name.size);
        /* A bigint has a sign: the half of the keys above its maximum are the negative ones. */
        int64_t signed_hash = hash > INT64_MAX ? -(int64_t)(UINT64_MAX - hash) - 1 : (int64_t)hash;
        snprintf(key, 32, "%lld", (long long)signed_hash);
    }
    text_buffer_release(&name);
    return ok;
}

static bool try_lock(struct session *session,
                     const char *const *parameters,
                     struct arena *arena,
                     bool *locked,
                     struct error *error)
{
    struct session_result result;
    arena_reset(arena);
    bool ok = session_query(
        session, "SELECT pg_try_advisory_lock($1::bigint)", 1, parameters, arena, &result, error);
    *locked = ok && session_value(&result, 0, 0)[0] == 't';
    return ok;
}

bool target_ledger_lock(struct session *session, const char *migration, struct error *error)
{
    const struct timespec wait = {.tv_nsec = LOCK_WAIT_MS * 1000000L};
    struct arena arena;
    char key[32] = "";
    const char *const parameters[] = {key};
    bool locked = false;
    arena_init(&arena, 1024, NULL);
    bool ok =
        lock_key(migration, key, error) && try_lock(session, parameters, &arena, &locked, error);
    for (int i = 0; i < LOCK_TRIES && ok && !locked; i++) {
        (void)nanosleep(&wait, NULL);
        ok = try_lock(session, parameters, &arena, &locked, error);
    }
    ok = ok && (locked || locked_by_other(session, migration, key, &arena, error));
    arena_release(&arena);
    return ok;
}

bool target_ledger_is_locked(struct session *session,
                             const char *migration,
                             bool *locked,
                             struct error *error)
{
    struct arena arena;
    struct session_result holder;
    char key[32] = "";
    const char *const parameters[] = {key};
    arena_init(&arena, 1024, NULL);
    bool ok = lock_key(migration, key, error) &&
              session_query(session, lock_holder, 1, parameters, &arena, &holder, error);
    *locked = ok && holder.rows > 0;
    arena_release(&arena);
    return ok;
}
