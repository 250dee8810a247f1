/* ledger_chunks.c — novate.entity and novate.chunk: what is planned, and what is there.
 * SPDX-License-Identifier: Apache-2.0 */
#include "copy_encode.h"
#include "ledger_private.h"
#include "session_private.h"

#include "novate/fault_point.h"
#include "novate/target_ledger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum load_mode mode_of(const char *text)
{
    int mode = 0;
    while (mode + 1 < LOAD_MODE_COUNT && strcmp(load_mode_text((enum load_mode)mode), text) != 0) {
        mode++;
    }
    return (enum load_mode)mode;
}

bool target_entity_get(struct session *session,
                       const char *migration,
                       const char *entity,
                       struct arena *arena,
                       struct target_entity *out,
                       bool *found,
                       struct error *error)
{
    struct session_result result;
    const char *const parameters[] = {migration, entity};
    if (!session_query_prepared(
            session,
            "SELECT migration, entity, target_table, mapping_digest, mapping_text,"
            " plan_digest, mode, finished_at::text"
            " FROM novate.entity WHERE migration = $1 AND entity = $2",
            2,
            parameters,
            arena,
            &result,
            error)) {
        return error_context(error, "looking \"%s\" up in the target's ledger", entity);
    }
    *found = result.rows > 0;
    if (*found) {
        *out = (struct target_entity){
            .migration = session_value(&result, 0, 0),
            .entity = session_value(&result, 0, 1),
            .target_table = session_value(&result, 0, 2),
            .mapping_digest = session_value(&result, 0, 3),
            .mapping_text = session_value(&result, 0, 4),
            .plan_digest = session_value(&result, 0, 5),
            .mode = mode_of(session_value(&result, 0, 6)),
            .finished_at = session_value(&result, 0, 7),
        };
    }
    return true;
}

/* The entity is there already: says how it differs from what is to be planned. */
static bool entity_is_there(struct session *session,
                            const struct target_entity *entity,
                            struct arena *arena,
                            struct error *error)
{
    struct target_entity known;
    bool found = false;
    if (!target_entity_get(
            session, entity->migration, entity->entity, arena, &known, &found, error)) {
        return false;
    }
    error_set(
        error, ERROR_STATE, "entity \"%s\" is in the target's ledger already", entity->entity);
    if (found && strcmp(known.mapping_digest, entity->mapping_digest) != 0) {
        error_detail(error,
                     "Its mapping has changed since: the ledger knows digest %s, now it is %s.",
                     known.mapping_digest,
                     entity->mapping_digest);
    } else if (found && strcmp(known.target_table, entity->target_table) != 0) {
        error_detail(error,
                     "It went to the table %s, now it is to go to %s.",
                     known.target_table,
                     entity->target_table);
    } else if (found && strcmp(known.plan_digest, entity->plan_digest) != 0) {
        error_detail(error,
                     "The plan has changed since: the ledger knows digest %s, now it is %s.",
                     known.plan_digest,
                     entity->plan_digest);
    }
    return error_hint(error,
                      "Restore mapping and plan to resume, or empty the table and start over with "
                      "--restart.");
}

static bool insert_entity(struct session *session,
                          const struct target_entity *entity,
                          bool replace,
                          struct arena *arena,
                          struct error *error)
{
    struct session_result result;
    const char *const parameters[] = {entity->migration,
                                      entity->entity,
                                      entity->target_table,
                                      entity->mapping_digest,
                                      entity->mapping_text,
                                      entity->plan_digest,
                                      load_mode_text(entity->mode)};
    if (replace && (!rejects_remember(session, entity->migration, entity->entity, error) ||
                    !session_query(session,
                                   "DELETE FROM novate.entity WHERE migration = $1 AND entity = $2",
                                   2,
                                   parameters,
                                   arena,
                                   &result,
                                   error))) {
        return false;
    }
    if (!session_query_prepared(session,
                                "INSERT INTO novate.entity (migration, entity, target_table,"
                                " mapping_digest, mapping_text, plan_digest, mode)"
                                " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
                                7,
                                parameters,
                                arena,
                                &result,
                                error)) {
        return false;
    }
    return result.affected == 1 || entity_is_there(session, entity, arena, error);
}

static bool insert_chunks(struct session *session,
                          const struct target_entity *entity,
                          const struct chunk_list *chunks,
                          struct error *error)
{
    struct text_buffer rows;
    struct text_buffer definition;
    text_buffer_init(&rows, (size_t)1 << 30);
    text_buffer_init(&definition, (size_t)1 << 24);
    for (int i = 0; i < chunks->count; i++) {
        const struct chunk *chunk = &chunks->items[i];
        text_buffer_reset(&definition);
        chunk_json(chunk, &definition);
        copy_text_field(&rows, entity->migration);
        text_buffer_char(&rows, '\t');
        copy_text_field(&rows, entity->entity);
        text_buffer_format(&rows, "\t%d\t%s\t", chunk->ordinal, chunk->id);
        copy_text_field(&rows, definition.data);
        text_buffer_char(&rows, '\n');
    }
    bool ok = text_buffer_check(&definition, error) &&
              (chunks->count == 0 ||
               session_copy_text(
                   session,
                   "COPY novate.chunk (migration, entity, ordinal, id, definition) FROM STDIN",
                   &rows,
                   error));
    text_buffer_release(&rows);
    text_buffer_release(&definition);
    return ok;
}

bool target_entity_plan(struct session *session,
                        const struct target_entity *entity,
                        const struct chunk_list *chunks,
                        bool replace,
                        struct error *error)
{
    struct arena arena;
    arena_init(&arena, 4096, NULL);
    bool ok = session_execute(session, "BEGIN", error) &&
              insert_entity(session, entity, replace, &arena, error) &&
              insert_chunks(session, entity, chunks, error) &&
              fault_point_meet(FAULT_POINT_PLAN_COMMIT, error);
    arena_release(&arena);
    if (!session_execute(session, ok ? "COMMIT" : "ROLLBACK", error) || !ok) {
        return error_context(error, "planning \"%s\" in the target's ledger", entity->entity);
    }
    return fault_point_meet(FAULT_POINT_PLAN_COMMITTED, error);
}

#define TALLY_COLUMNS                                                                              \
    "source_rows::text, source_digest, passed_rows::text, passed_digest,"                          \
    " filtered_rows::text, filtered_digest, rejected_rows::text, rejected_digest,"                 \
    " loaded_rows::text, loaded_digest, emitted_rows::text, emitted_digest,"                       \
    " merged_rows::text, merged_digest,"                                                           \
    " inserted_rows::text, updated_rows::text, unchanged_rows::text, counters"

static bool read_digest(const char *rows, const char *hex, struct digest *digest)
{
    if (rows == NULL || hex == NULL) {
        return false;
    }
    digest->rows = strtoull(rows, NULL, 10);
    return hash_from_hex(hex, &digest->sum);
}

static bool no_tally(struct error *error)
{
    return error_set(error, ERROR_STATE, "a chunk of the target's ledger has no tally");
}

/* Columns of the query from source_rows on. */
static bool read_tally(const struct session_result *result,
                       int row,
                       int column,
                       struct tally *tally,
                       struct error *error)
{
    struct digest *const digests[] = {
        &tally->source,
        &tally->passed,
        &tally->filtered,
        &tally->rejected,
        &tally->loaded,
        &tally->emitted,
        &tally->merged,
    };
    enum {
        DIGESTS = sizeof digests / sizeof digests[0]
    };
    for (int i = 0; i < DIGESTS; i++) {
        if (!read_digest(session_value(result, row, column + 2 * i),
                         session_value(result, row, column + 2 * i + 1),
                         digests[i])) {
            return no_tally(error);
        }
    }
    uint64_t *const counts[] = {&tally->inserted, &tally->updated, &tally->unchanged};
    enum {
        COUNTS = sizeof counts / sizeof counts[0]
    };
    for (int i = 0; i < COUNTS; i++) {
        const char *rows = session_value(result, row, column + 2 * DIGESTS + i);
        if (rows == NULL) {
            return no_tally(error);
        }
        *counts[i] = strtoull(rows, NULL, 10);
    }
    const char *counters = session_value(result, row, column + 2 * DIGESTS + COUNTS);
    return counters_from_json(&tally->counters, counters == NULL ? "{}" : counters, error);
}

/* Of a loaded chunk. */
bool ledger_chunk_tally(struct session *session,
                        const char *migration,
                        const char *entity,
                        const char *ordinal,
                        struct arena *arena,
                        struct tally *tally,
                        struct error *error)
{
    struct session_result result;
    const char *const parameters[] = {migration, entity, ordinal};
    tally_init(tally, arena);
    return session_query(session,
                         "SELECT " TALLY_COLUMNS " FROM novate.chunk"
                         " WHERE migration = $1 AND entity = $2 AND ordinal = $3",
                         3,
                         parameters,
                         arena,
                         &result,
                         error) &&
           NOVATE_CHECK(error, result.rows == 1) && read_tally(&result, 0, 0, tally, error);
}

static const char select_chunks[] =
    "SELECT ordinal::text, id, definition, state = 'loaded',"
    " to_char(loaded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'),"
    " run::text, " TALLY_COLUMNS
    " FROM novate.chunk WHERE migration = $1 AND entity = $2 ORDER BY chunk.ordinal";

bool target_chunks(struct session *session,
                   const char *migration,
                   const char *entity,
                   struct arena *arena,
                   struct target_chunk **chunks,
                   int *count,
                   struct error *error)
{
    struct session_result result;
    const char *const parameters[] = {migration, entity};
    if (!session_query_prepared(session, select_chunks, 2, parameters, arena, &result, error)) {
        return error_context(error, "reading the chunks of \"%s\"", entity);
    }
    *chunks = ARENA_ARRAY(arena, struct target_chunk, (size_t)result.rows + 1);
    if (*chunks == NULL) {
        return error_set_memory(error);
    }
    *count = result.rows;
    for (int i = 0; i < result.rows; i++) {
        struct target_chunk *chunk = &(*chunks)[i];
        if (!chunk_from_json(session_value(&result, i, 2), arena, &chunk->chunk, error)) {
            return error_context(error, "reading the chunks of \"%s\"", entity);
        }
        snprintf(chunk->chunk.id, sizeof chunk->chunk.id, "%s", session_value(&result, i, 1));
        chunk->loaded = session_value(&result, i, 3)[0] == 't';
        tally_init(&chunk->tally, arena);
        chunk->loaded_at = session_value(&result, i, 4);
        chunk->run = session_value(&result, i, 5);
        if (chunk->loaded && !read_tally(&result, i, 6, &chunk->tally, error)) {
            return error_context(error, "reading the chunks of \"%s\"", entity);
        }
    }
    return true;
}
