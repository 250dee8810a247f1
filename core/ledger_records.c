/* ledger_records.c — entities, chunks and runs in the ledger.
 * SPDX-License-Identifier: Apache-2.0 */
#include "ledger_sql.h"

#include "novate/limits.h"

#include <string.h>

static const char *const state_texts[] = {
    [LEDGER_PLANNED] = "planned",
    [LEDGER_EXTRACTED] = "extracted",
    [LEDGER_TRANSFORMED] = "transformed",
};

bool ledger_entity_get(struct ledger *ledger,
                       const char *entity,
                       struct arena *arena,
                       struct ledger_entity *out,
                       bool *found,
                       struct error *error)
{
    struct ledger_statement statement;

    *found = false;
    pthread_mutex_lock(&ledger->mutex);
    bool ok = ledger_prepare(ledger,
                             &statement,
                             "SELECT entity, mapping_digest, mapping_text, plan_digest "
                             "FROM entity WHERE entity = ?1",
                             error);
    ledger_bind_text(&statement, 1, entity);
    ok = ok && ledger_step(&statement, found, error);
    if (ok && *found) {
        ok = ledger_text(&statement, 0, arena, &out->entity, error) &&
             ledger_text(&statement, 1, arena, &out->mapping_digest, error) &&
             ledger_text(&statement, 2, arena, &out->mapping_text, error) &&
             ledger_text(&statement, 3, arena, &out->plan_digest, error);
    }
    ledger_release(&statement);
    pthread_mutex_unlock(&ledger->mutex);
    return ok;
}

static bool delete_entity(struct ledger *ledger, const char *entity, struct error *error)
{
    struct ledger_statement statement;
    bool ok = ledger_prepare(ledger, &statement, "DELETE FROM entity WHERE entity = ?1", error);

    ledger_bind_text(&statement, 1, entity);
    ok = ok && ledger_step(&statement, NULL, error); /* its chunks go with it */
    ledger_release(&statement);
    return ok;
}

static bool insert_entity(struct ledger *ledger,
                          const struct ledger_entity *entity,
                          struct error *error)
{
    struct ledger_statement statement;
    char now[LEDGER_TIME_SIZE];
    bool ok = ledger_prepare(ledger,
                             &statement,
                             "INSERT INTO entity (entity, mapping_digest, mapping_text, "
                             "plan_digest, planned_at) VALUES (?1, ?2, ?3, ?4, ?5)",
                             error);

    ledger_now(now);
    ledger_bind_text(&statement, 1, entity->entity);
    ledger_bind_text(&statement, 2, entity->mapping_digest);
    ledger_bind_text(&statement, 3, entity->mapping_text);
    ledger_bind_text(&statement, 4, entity->plan_digest);
    ledger_bind_text(&statement, 5, now);
    ok = ok && ledger_step(&statement, NULL, error);
    ledger_release(&statement);
    return ok;
}

static bool insert_chunk(struct ledger *ledger,
                         const char *entity,
                         const struct chunk *chunk,
                         struct text_buffer *json,
                         struct error *error)
{
    struct ledger_statement statement;
    bool ok = ledger_prepare(ledger,
                             &statement,
                             "INSERT INTO chunk (entity, ordinal, id, description, state) "
                             "VALUES (?1, ?2, ?3, ?4, 'planned')",
                             error);

    text_buffer_reset(json);
    chunk_json(chunk, json);
    ok = ok && text_buffer_check(json, error);
    ledger_bind_text(&statement, 1, entity);
    ledger_bind_number(&statement, 2, chunk->ordinal);
    ledger_bind_text(&statement, 3, chunk->id);
    ledger_bind_text(&statement, 4, json->data);
    ok = ok && ledger_step(&statement, NULL, error);
    ledger_release(&statement);
    return ok;
}

bool ledger_entity_plan(struct ledger *ledger,
                        const struct ledger_entity *entity,
                        const struct chunk_list *chunks,
                        struct error *error)
{
    struct text_buffer json;

    text_buffer_init(&json, LIMIT_FIELD_BYTES);
    pthread_mutex_lock(&ledger->mutex);
    bool ok = ledger_begin(ledger, error);
    if (ok) {
        ok = delete_entity(ledger, entity->entity, error) && insert_entity(ledger, entity, error);
        for (int i = 0; ok && i < chunks->count; i++) {
            ok = insert_chunk(ledger, entity->entity, &chunks->items[i], &json, error);
        }
        ok = ledger_end(ledger, ok, error);
    }
    pthread_mutex_unlock(&ledger->mutex);
    text_buffer_release(&json);
    return ok;
}

static bool read_state(const char *text, enum ledger_state *state, struct error *error)
{
    for (int i = LEDGER_PLANNED; text != NULL && i <= LEDGER_TRANSFORMED; i++) {
        if (strcmp(text, state_texts[i]) == 0) {
            *state = (enum ledger_state)i;
            return true;
        }
    }
    return error_set(error, ERROR_CORRUPT, "the ledger has a chunk in an unknown state");
}

/* Columns in the order of the SELECT in ledger_chunks(). */
static bool read_chunk(const struct ledger_statement *statement,
                       struct arena *arena,
                       struct ledger_chunk *chunk,
                       struct error *error)
{
    const char *id = NULL;
    const char *description = NULL;
    const char *state = NULL;
    const char *tally = NULL;

    if (!ledger_text(statement, 0, arena, &id, error) ||
        !ledger_text(statement, 1, arena, &description, error) ||
        !ledger_text(statement, 2, arena, &state, error) ||
        !ledger_text(statement, 3, arena, &chunk->extracted, error) ||
        !ledger_text(statement, 4, arena, &chunk->extracted_checksum, error) ||
        !ledger_text(statement, 5, arena, &chunk->transformed, error) ||
        !ledger_text(statement, 6, arena, &chunk->transformed_checksum, error) ||
        !ledger_text(statement, 7, arena, &tally, error) ||
        !read_state(state, &chunk->state, error)) {
        return false;
    }
    if (id == NULL || description == NULL || strlen(id) >= sizeof chunk->chunk.id) {
        return error_set(error, ERROR_CORRUPT, "the ledger has a chunk without identity");
    }
    if (!chunk_from_json(description, arena, &chunk->chunk, error)) {
        return false;
    }
    memcpy(chunk->chunk.id, id, strlen(id) + 1);
    tally_init(&chunk->tally, arena);
    return tally == NULL || tally_from_json(tally, &chunk->tally, error);
}

/* `sql` counts the rows of an answer to come, of an entity or (NULL) of all. */
static bool count_rows(
    struct ledger *ledger, const char *sql, const char *entity, int *count, struct error *error)
{
    struct ledger_statement statement;
    bool row = false;
    bool ok = ledger_prepare(ledger, &statement, sql, error);

    ledger_bind_text(&statement, 1, entity);
    ok = ok && ledger_step(&statement, &row, error) && NOVATE_CHECK(error, row);
    *count = ok ? (int)ledger_number(&statement, 0) : 0;
    ledger_release(&statement);
    return ok;
}

static bool select_chunks(struct ledger *ledger,
                          const char *entity,
                          struct arena *arena,
                          struct ledger_chunk *chunks,
                          int count,
                          struct error *error)
{
    struct ledger_statement statement;
    bool ok = ledger_prepare(ledger,
                             &statement,
                             "SELECT id, description, state, extracted, extracted_checksum, "
                             "transformed, transformed_checksum, tally "
                             "FROM chunk WHERE entity = ?1 ORDER BY ordinal",
                             error);

    ledger_bind_text(&statement, 1, entity);
    for (int i = 0; ok && i < count; i++) {
        bool row = false;
        ok = ledger_step(&statement, &row, error) && NOVATE_CHECK(error, row) &&
             read_chunk(&statement, arena, &chunks[i], error);
    }
    ledger_release(&statement);
    return ok;
}

/* Reads in one transaction, so that the count and what is counted agree. */
bool ledger_chunks(struct ledger *ledger,
                   const char *entity,
                   struct arena *arena,
                   struct ledger_chunk **chunks,
                   int *count,
                   struct error *error)
{
    pthread_mutex_lock(&ledger->mutex);
    bool ok = ledger_execute(ledger, "BEGIN", error);
    if (ok) {
        ok = count_rows(
            ledger, "SELECT count(*) FROM chunk WHERE entity = ?1", entity, count, error);
        if (ok) {
            *chunks = ARENA_ARRAY(arena, struct ledger_chunk, (size_t)*count + 1);
            ok = *chunks != NULL ? select_chunks(ledger, entity, arena, *chunks, *count, error)
                                 : error_set_memory(error);
        }
        ok = ledger_end(ledger, ok, error);
    }
    pthread_mutex_unlock(&ledger->mutex);
    return ok;
}

/* A new extraction makes what was transformed before obsolete. */
static const char extracted_sql[] =
    "UPDATE chunk SET state = 'extracted', extracted = ?3, extracted_checksum = ?4, "
    "transformed = NULL, transformed_checksum = NULL, tally = ?5, staged_at = ?6, "
    "source_rows = ?7, passed_rows = ?8, filtered_rows = ?9, rejected_rows = ?10 "
    "WHERE entity = ?1 AND ordinal = ?2 RETURNING ordinal";
static const char transformed_sql[] =
    "UPDATE chunk SET state = 'transformed', transformed = ?3, transformed_checksum = ?4, "
    "tally = ?5, staged_at = ?6, "
    "source_rows = ?7, passed_rows = ?8, filtered_rows = ?9, rejected_rows = ?10 "
    "WHERE entity = ?1 AND ordinal = ?2 RETURNING ordinal";

static bool update_chunk(struct ledger *ledger,
                         const char *entity,
                         int ordinal,
                         enum ledger_state state,
                         const char *segment,
                         const char *checksum,
                         const struct tally *tally,
                         struct text_buffer *json,
                         struct error *error)
{
    struct ledger_statement statement;
    char now[LEDGER_TIME_SIZE];
    bool row = false;

    ledger_now(now);
    text_buffer_reset(json);
    tally_json(tally, json);
    bool ok = ledger_prepare(ledger,
                             &statement,
                             state == LEDGER_EXTRACTED ? extracted_sql : transformed_sql,
                             error) &&
              text_buffer_check(json, error);
    ledger_bind_text(&statement, 1, entity);
    ledger_bind_number(&statement, 2, ordinal);
    ledger_bind_text(&statement, 3, segment);
    ledger_bind_text(&statement, 4, checksum);
    ledger_bind_text(&statement, 5, json->data);
    ledger_bind_text(&statement, 6, now);
    ledger_bind_number(&statement, 7, (int64_t)tally->source.rows);
    ledger_bind_number(&statement, 8, (int64_t)tally->passed.rows);
    ledger_bind_number(&statement, 9, (int64_t)tally->filtered.rows);
    ledger_bind_number(&statement, 10, (int64_t)tally->rejected.rows);
    ok = ok && ledger_step(&statement, &row, error);
    if (ok && !row) {
        ok = error_set(
            error, ERROR_STATE, "chunk %d of entity \"%s\" is not in the ledger", ordinal, entity);
    }
    ok = ok && ledger_step(&statement, NULL, error); /* to the end: commits */
    ledger_release(&statement);
    return ok;
}

bool ledger_chunk_staged(struct ledger *ledger,
                         const char *entity,
                         int ordinal,
                         enum ledger_state state,
                         const char *segment,
                         struct hash checksum,
                         const struct tally *tally,
                         struct error *error)
{
    struct text_buffer json;
    char hex[HASH_HEX_SIZE];

    if (!NOVATE_CHECK(error, state == LEDGER_EXTRACTED || state == LEDGER_TRANSFORMED)) {
        return false;
    }
    hash_hex(checksum, hex);
    text_buffer_init(&json, LIMIT_FIELD_BYTES);
    pthread_mutex_lock(&ledger->mutex);
    bool ok = update_chunk(ledger, entity, ordinal, state, segment, hex, tally, &json, error);
    pthread_mutex_unlock(&ledger->mutex);
    text_buffer_release(&json);
    return ok;
}

static bool adopt_chunk(struct ledger *ledger,
                        const char *entity,
                        const struct ledger_chunk *chunk,
                        struct text_buffer *json,
                        struct error *error)
{
    int ordinal = chunk->chunk.ordinal;

    return insert_chunk(ledger, entity, &chunk->chunk, json, error) &&
           update_chunk(ledger,
                        entity,
                        ordinal,
                        LEDGER_EXTRACTED,
                        chunk->extracted,
                        chunk->extracted_checksum,
                        &chunk->tally,
                        json,
                        error) &&
           (chunk->state < LEDGER_TRANSFORMED || update_chunk(ledger,
                                                              entity,
                                                              ordinal,
                                                              LEDGER_TRANSFORMED,
                                                              chunk->transformed,
                                                              chunk->transformed_checksum,
                                                              &chunk->tally,
                                                              json,
                                                              error));
}

bool ledger_entity_adopt(struct ledger *ledger,
                         const struct ledger_entity *entity,
                         const struct ledger_chunk *chunks,
                         int count,
                         struct error *error)
{
    struct text_buffer json;

    text_buffer_init(&json, LIMIT_FIELD_BYTES);
    pthread_mutex_lock(&ledger->mutex);
    bool ok = ledger_begin(ledger, error);
    if (ok) {
        ok = delete_entity(ledger, entity->entity, error) && insert_entity(ledger, entity, error);
        for (int i = 0; ok && i < count; i++) {
            ok = adopt_chunk(ledger, entity->entity, &chunks[i], &json, error);
        }
        ok = ledger_end(ledger, ok, error);
    }
    pthread_mutex_unlock(&ledger->mutex);
    text_buffer_release(&json);
    return ok;
}

bool ledger_run_begin(struct ledger *ledger, const char *kind, int64_t *run, struct error *error)
{
    struct ledger_statement statement;
    char now[LEDGER_TIME_SIZE];

    ledger_now(now);
    pthread_mutex_lock(&ledger->mutex);
    bool ok = ledger_prepare(
        ledger, &statement, "INSERT INTO run (kind, started_at) VALUES (?1, ?2)", error);
    ledger_bind_text(&statement, 1, kind);
    ledger_bind_text(&statement, 2, now);
    ok = ok && ledger_step(&statement, NULL, error);
    if (ok) {
        *run = sqlite3_last_insert_rowid(ledger->connection);
    }
    ledger_release(&statement);
    pthread_mutex_unlock(&ledger->mutex);
    return ok;
}

bool ledger_run_finish(struct ledger *ledger,
                       int64_t run,
                       const char *verdict,
                       const char *report,
                       struct error *error)
{
    struct ledger_statement statement;
    char now[LEDGER_TIME_SIZE];

    ledger_now(now);
    pthread_mutex_lock(&ledger->mutex);
    bool ok = ledger_prepare(ledger,
                             &statement,
                             "UPDATE run SET finished_at = ?2, verdict = ?3, report = ?4 "
                             "WHERE run = ?1",
                             error);
    ledger_bind_number(&statement, 1, run);
    ledger_bind_text(&statement, 2, now);
    ledger_bind_text(&statement, 3, verdict);
    ledger_bind_text(&statement, 4, report);
    ok = ok && ledger_step(&statement, NULL, error);
    ok = ok && NOVATE_CHECK(error, sqlite3_changes(ledger->connection) == 1);
    ledger_release(&statement);
    pthread_mutex_unlock(&ledger->mutex);
    return ok;
}

static bool select_runs(struct ledger *ledger,
                        struct arena *arena,
                        struct ledger_run *runs,
                        int count,
                        struct error *error)
{
    struct ledger_statement statement;
    bool ok = ledger_prepare(ledger,
                             &statement,
                             "SELECT run, kind, started_at, finished_at, verdict, report "
                             "FROM run ORDER BY run",
                             error);

    for (int i = 0; ok && i < count; i++) {
        bool row = false;
        struct ledger_run *run = &runs[i];
        ok = ledger_step(&statement, &row, error) && NOVATE_CHECK(error, row) &&
             ledger_text(&statement, 1, arena, &run->kind, error) &&
             ledger_text(&statement, 2, arena, &run->started_at, error) &&
             ledger_text(&statement, 3, arena, &run->finished_at, error) &&
             ledger_text(&statement, 4, arena, &run->verdict, error) &&
             ledger_text(&statement, 5, arena, &run->report, error);
        run->run = ok ? ledger_number(&statement, 0) : 0;
    }
    ledger_release(&statement);
    return ok;
}

bool ledger_runs(struct ledger *ledger,
                 struct arena *arena,
                 struct ledger_run **runs,
                 int *count,
                 struct error *error)
{
    pthread_mutex_lock(&ledger->mutex);
    bool ok = ledger_execute(ledger, "BEGIN", error);
    if (ok) {
        ok = count_rows(ledger, "SELECT count(*) FROM run", NULL, count, error);
        if (ok) {
            *runs = ARENA_ARRAY(arena, struct ledger_run, (size_t)*count + 1);
            ok = *runs != NULL ? select_runs(ledger, arena, *runs, *count, error)
                               : error_set_memory(error);
        }
        ok = ledger_end(ledger, ok, error);
    }
    pthread_mutex_unlock(&ledger->mutex);
    return ok;
}
