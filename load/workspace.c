/* workspace.c — the contract is in novate/workspace.h. SPDX-License-Identifier: Apache-2.0 */
#include "workspace_private.h"

#include "novate/fault_point.h"
#include "novate/hash.h"

#include <stdlib.h>
#include <string.h>

enum {
    STATEMENT_BYTES_MAX = 1 << 24
};

void workspace_push_schema(const struct target_entity *entity, struct text_buffer *out)
{
    struct text_buffer name;
    text_buffer_init(&name, (size_t)1 << 20);
    text_buffer_format(&name, "%s", entity->migration);
    text_buffer_char(&name, '\0');
    text_buffer_format(&name, "%s", entity->entity);
    out->failed = out->failed || name.failed;
    unsigned long long hash = out->failed ? 0 : hash_bytes64(name.data, name.size);
    text_buffer_format(out, "\"novate_%016llx\"", hash);
    text_buffer_release(&name);
}

void workspace_push_keys(const struct target_entity *entity, struct text_buffer *out)
{
    workspace_push_schema(entity, out);
    text_buffer_string(out, ".\"key\"");
}

/* "patient", of "care"."patient": what follows the dot outside of quotes. */
static const char *last_part(const char *quoted)
{
    bool inside = false;
    const char *part = quoted;
    for (const char *at = quoted; *at != '\0'; at++) {
        inside = inside != (*at == '"');
        part = *at == '.' && !inside ? at + 1 : part;
    }
    return part;
}

void workspace_push_shadow(const struct target_entity *entity,
                           const struct target_table *table,
                           struct text_buffer *out)
{
    workspace_push_schema(entity, out);
    text_buffer_format(out, ".%s", last_part(table->quoted));
}

void workspace_push_columns(const struct schema *schema, struct text_buffer *out)
{
    for (int i = 0; i < schema->count; i++) {
        text_buffer_string(out, i > 0 ? ", " : "");
        text_buffer_identifier(out, schema->columns[i].name, '"');
    }
}

/* Where the entity stands. */
struct progress {
    bool exists; /* the workspace */
    bool finished;
    uint64_t loaded; /* chunks */
    uint64_t left;
    uint64_t rejects; /* that are to be retried, or may be */
};

static bool look(struct session *session,
                 const struct workspace *workspace,
                 struct progress *progress,
                 struct error *error)
{
    static const char sql[] =
        "SELECT (to_regnamespace($3) IS NOT NULL)::text, (e.finished_at IS NOT NULL)::text,"
        " (SELECT count(*) FILTER (WHERE state = 'loaded') || ' '"
        "  || count(*) FILTER (WHERE state <> 'loaded') FROM novate.chunk c"
        "  WHERE (c.migration, c.entity) = (e.migration, e.entity)),"
        " (SELECT count(*) FROM novate.reject r WHERE r.state <> 'retried'"
        "  AND (r.migration, r.entity) = (e.migration, e.entity))::text"
        " FROM novate.entity e WHERE e.migration = $1 AND e.entity = $2 FOR UPDATE";
    struct arena arena;
    struct text_buffer name;
    struct session_result result;
    arena_init(&arena, 1024, NULL);
    text_buffer_init(&name, STATEMENT_BYTES_MAX);
    workspace_push_schema(workspace->entity, &name);
    bool ok = text_buffer_check(&name, error);
    const char *const parameters[] = {
        workspace->entity->migration, workspace->entity->entity, name.data};
    ok = ok && session_query_prepared(session, sql, 3, parameters, &arena, &result, error) &&
         NOVATE_CHECK(error, result.rows == 1);
    if (ok) {
        char *rest = NULL;
        progress->exists = strcmp(session_value(&result, 0, 0), "true") == 0;
        progress->finished = strcmp(session_value(&result, 0, 1), "true") == 0;
        progress->loaded = strtoull(session_value(&result, 0, 2), &rest, 10);
        progress->left = strtoull(rest, NULL, 10);
        progress->rejects = strtoull(session_value(&result, 0, 3), NULL, 10);
    }
    text_buffer_release(&name);
    arena_release(&arena);
    return ok;
}

/* All tables that are in it, whatever mapping they were made for. What others have made to depend
 * on them is in the way, and said so by the server. */
static bool drop(struct session *session, const struct target_entity *entity, struct error *error)
{
    struct arena arena;
    struct text_buffer sql;
    struct text_buffer name;
    struct session_result result;
    arena_init(&arena, 1024, NULL);
    text_buffer_init(&sql, STATEMENT_BYTES_MAX);
    text_buffer_init(&name, STATEMENT_BYTES_MAX);
    workspace_push_schema(entity, &name);
    bool ok = text_buffer_check(&name, error);
    const char *const parameters[] = {name.data};
    ok = ok && session_query(session,
                             "SELECT c.oid::regclass::text FROM pg_class c"
                             " WHERE c.relnamespace = to_regnamespace($1) AND c.relkind = 'r'",
                             1,
                             parameters,
                             &arena,
                             &result,
                             error);
    for (int i = 0; ok && i < result.rows; i++) {
        text_buffer_format(&sql, "DROP TABLE %s; ", session_value(&result, i, 0));
    }
    if (ok) {
        text_buffer_format(&sql, "DROP SCHEMA IF EXISTS %s", name.data);
        ok = text_buffer_check(&sql, error) && session_execute(session, sql.data, error);
    }
    text_buffer_release(&name);
    text_buffer_release(&sql);
    arena_release(&arena);
    return ok;
}

/* Types and collations are those of the table, so that keys are equal here when they are there. */
static void push_key_table(const struct workspace *workspace, struct text_buffer *sql)
{
    text_buffer_string(sql, "; CREATE TABLE ");
    workspace_push_keys(workspace->entity, sql);
    text_buffer_string(sql, " AS SELECT ");
    for (int i = 0; i < workspace->key_count; i++) {
        text_buffer_identifier(sql, workspace->key[i], '"');
        text_buffer_string(sql, ", ");
    }
    text_buffer_format(
        sql, "0::bigint AS novate_row FROM %s WITH NO DATA; ", workspace->table->quoted);
    text_buffer_string(sql, "CREATE UNIQUE INDEX ON ");
    workspace_push_keys(workspace->entity, sql);
    for (int i = 0; i < workspace->key_count; i++) {
        text_buffer_string(sql, i > 0 ? ", " : " (");
        text_buffer_identifier(sql, workspace->key[i], '"');
    }
    text_buffer_char(sql, ')');
}

static bool make(struct session *session, const struct workspace *workspace, struct error *error)
{
    struct text_buffer sql;
    text_buffer_init(&sql, STATEMENT_BYTES_MAX);
    text_buffer_string(&sql, "CREATE SCHEMA ");
    workspace_push_schema(workspace->entity, &sql);
    text_buffer_string(&sql, "; COMMENT ON SCHEMA ");
    workspace_push_schema(workspace->entity, &sql);
    text_buffer_string(
        &sql,
        " IS 'Of novate, while an entity is loaded by upsert or replace or has rejects"
        " that may be retried: see novate.entity'");
    if (workspace->entity->mode == LOAD_UPSERT) {
        push_key_table(workspace, &sql);
    }
    bool ok = text_buffer_check(&sql, error) && session_execute(session, sql.data, error) &&
              (workspace->entity->mode != LOAD_REPLACE || shadow_make(session, workspace, error));
    text_buffer_release(&sql);
    return ok;
}

static bool workspace_gone(const struct workspace *workspace, struct error *error)
{
    error_set(error,
              ERROR_STATE,
              "what \"%s\" was being loaded with is gone from the target",
              workspace->entity->entity);
    error_detail(error,
                 "Mode %s keeps a schema of its own until it is done with the entity, and somebody "
                 "has dropped it.",
                 load_mode_text(workspace->entity->mode));
    return error_hint(error, "Begin the entity again with --restart.");
}

bool workspace_prepare(struct session *session,
                       const struct workspace *workspace,
                       struct error *error)
{
    struct progress progress = {.exists = false};
    bool ok =
        session_execute(session, "BEGIN", error) && look(session, workspace, &progress, error);
    if (ok && workspace->entity->mode == LOAD_INSERT) {
        /* It may have been begun in another mode. */
        ok = !progress.exists || drop(session, workspace->entity, error);
    } else if (ok && progress.loaded == 0 && !progress.finished) {
        ok = drop(session, workspace->entity, error) && make(session, workspace, error);
    } else if (ok && !progress.exists && !progress.finished) {
        ok = workspace_gone(workspace, error);
    }
    if (!session_execute(session, ok ? "COMMIT" : "ROLLBACK", error) || !ok) {
        return error_context(error,
                             "preparing to load \"%s\" by %s",
                             workspace->entity->entity,
                             load_mode_text(workspace->entity->mode));
    }
    return true;
}

static bool note_finished(struct session *session,
                          const struct workspace *workspace,
                          struct error *error)
{
    struct arena arena;
    struct session_result result;
    const char *const parameters[] = {workspace->entity->migration, workspace->entity->entity};
    arena_init(&arena, 1024, NULL);
    bool ok = session_query(session,
                            "UPDATE novate.entity SET finished_at = clock_timestamp()"
                            " WHERE migration = $1 AND entity = $2",
                            2,
                            parameters,
                            &arena,
                            &result,
                            error);
    arena_release(&arena);
    return ok;
}

/* The keys that were loaded are asked for once more when rejects are retried. */
static bool release(struct session *session,
                    const struct workspace *workspace,
                    const struct progress *progress,
                    struct error *error)
{
    bool needed =
        !progress->finished || (workspace->entity->mode == LOAD_UPSERT && progress->rejects > 0);
    return needed || !progress->exists || drop(session, workspace->entity, error);
}

bool workspace_finish(struct session *session,
                      const struct workspace *workspace,
                      struct workspace_end *end,
                      struct error *error)
{
    struct progress progress = {.exists = false};
    *end = (struct workspace_end){.done = false};
    if (workspace->entity->mode == LOAD_INSERT) {
        return true;
    }
    bool ok = session_execute(session,
                              "BEGIN ISOLATION LEVEL READ COMMITTED; SET CONSTRAINTS ALL IMMEDIATE",
                              error) &&
              look(session, workspace, &progress, error);
    if (ok && !progress.finished && progress.left == 0) {
        end->done = true;
        ok = (progress.exists || workspace_gone(workspace, error)) &&
             (workspace->entity->mode != LOAD_REPLACE ||
              shadow_exchange(session, workspace, end, error)) &&
             note_finished(session, workspace, error);
        progress.finished = true;
    }
    ok = ok && release(session, workspace, &progress, error) &&
         fault_point_meet(FAULT_POINT_MODE_COMMIT, error);
    if (!session_execute(session, ok ? "COMMIT" : "ROLLBACK", error) || !ok ||
        !fault_point_meet(FAULT_POINT_MODE_COMMITTED, error)) {
        end->done = false;
        return error_context(error,
                             "finishing \"%s\" by %s",
                             workspace->entity->entity,
                             load_mode_text(workspace->entity->mode));
    }
    return true;
}

bool workspace_reopen(struct session *session,
                      const struct workspace *workspace,
                      enum load_mode *mode,
                      struct error *error)
{
    struct progress progress = {.exists = false};
    if (!look(session, workspace, &progress, error)) {
        return false;
    }
    *mode = workspace->entity->mode;
    if (*mode == LOAD_REPLACE && progress.finished) {
        *mode = LOAD_INSERT;
    }
    return *mode == LOAD_INSERT || progress.exists || workspace_gone(workspace, error);
}

bool workspace_release(struct session *session,
                       const struct workspace *workspace,
                       struct error *error)
{
    struct progress progress = {.exists = false};
    if (workspace->entity->mode == LOAD_INSERT) {
        return true;
    }
    bool ok = session_execute(session, "BEGIN", error) &&
              look(session, workspace, &progress, error) &&
              release(session, workspace, &progress, error);
    return (session_execute(session, ok ? "COMMIT" : "ROLLBACK", error) && ok) ||
           error_context(error, "releasing what \"%s\" was loaded with", workspace->entity->entity);
}

bool workspace_drop_all(struct session *session,
                        const char *migration,
                        struct arena *arena,
                        struct error *error)
{
    struct session_result result;
    const char *const parameters[] = {migration};
    bool ok = session_query(session,
                            "SELECT entity FROM novate.entity WHERE migration = $1",
                            1,
                            parameters,
                            arena,
                            &result,
                            error);
    for (int i = 0; ok && i < result.rows; i++) {
        const struct target_entity entity = {.migration = migration,
                                             .entity = session_value(&result, i, 0)};
        ok = drop(session, &entity, error);
    }
    return ok;
}
