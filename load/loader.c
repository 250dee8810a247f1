/* loader.c — the writer of a pipeline: each chunk is one transaction, and each chunk is loaded
 * once.
 *
 * The first thing a transaction does is to lock the chunk's row of the ledger; the last is to set
 * it to loaded. Whoever comes second waits, and then finds that there is nothing left to do.
 * SPDX-License-Identifier: Apache-2.0 */
#include "ledger_private.h"
#include "loader_private.h"
#include "merge.h"
#include "workspace_private.h"

#include "novate/canonical.h"
#include "novate/fault_point.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    REJECT_BYTES = 512 << 10, /* rejects that wait in memory for the end of a piece */
    WINDOW_START_ROWS = LIMIT_COPY_ROWS,
    MERGE_START_ROWS = 1024
};

/* patient, of "care"."patient". */
static const char *unquoted_name(const char *quoted, struct arena *arena)
{
    char *name = arena_bytes(arena, strlen(quoted) + 1);
    size_t size = 0;
    bool inside = false;
    for (const char *at = quoted; name != NULL && *at != '\0'; at++) {
        if (at[0] == '"' && inside && at[1] == '"') {
            at++;
        } else if (at[0] == '"') {
            inside = !inside;
            continue;
        } else if (at[0] == '.' && !inside) {
            size = 0;
            continue;
        }
        name[size++] = *at;
    }
    if (name != NULL) {
        name[size] = '\0';
    }
    return name;
}

/* Matches the batches' columns with the table's. */
static bool match_columns(const struct loader_options *options,
                          enum type_id *types,
                          bool *binary,
                          struct error *error)
{
    *binary = true;
    for (int i = 0; i < options->schema->count; i++) {
        const struct column *column = &options->schema->columns[i];
        int found = schema_find(&options->table->schema, text_of(column->name), true);
        if (found < 0) {
            return error_set(error,
                             ERROR_STATE,
                             "the table %s has no column \"%s\"",
                             options->table->quoted,
                             column->name);
        }
        const struct column *into = &options->table->schema.columns[found];
        if (into->generated) {
            error_set(error,
                      ERROR_PLAN,
                      "the column \"%s\" of %s cannot be written",
                      into->name,
                      options->table->quoted);
            error_detail(error, "The target generates its values.");
            return error_hint(error, "Leave the column out of the mapping.");
        }
        types[i] = into->type.id;
        *binary = *binary && copy_encodes(column->type.id, into->type.id);
    }
    return true;
}

/* Which table the rows are sent into. */
static const char *sent_into(const struct loader_options *options, struct arena *arena)
{
    struct text_buffer name;
    if (options->mode != LOAD_REPLACE) {
        return options->mode == LOAD_UPSERT ? merge_table() : options->table->quoted;
    }
    text_buffer_init(&name, (size_t)1 << 20);
    workspace_push_shadow(options->entity, options->table, &name);
    const char *shadow = name.failed ? NULL : arena_string(arena, name.data);
    text_buffer_release(&name);
    return shadow;
}

static const char *copy_statement(const struct loader_options *options,
                                  const char *table,
                                  bool binary,
                                  struct arena *arena)
{
    struct text_buffer sql;
    const char *statement = NULL;
    text_buffer_init(&sql, (size_t)1 << 20);
    if (options->mode == LOAD_UPSERT) {
        text_buffer_format(&sql, "TRUNCATE %s; ", table);
    }
    text_buffer_format(&sql, "COPY %s (", table);
    workspace_push_columns(options->schema, &sql);
    text_buffer_format(&sql, ") FROM STDIN (FORMAT %s)", binary ? "binary" : "text");
    if (!sql.failed) {
        statement = arena_string(arena, sql.data);
    }
    text_buffer_release(&sql);
    return statement;
}

static bool loader_init(struct loader *loader, struct error *error)
{
    const struct loader_options *options = &loader->options;
    struct budget *budget = options->budget;
    bool binary = true;
    arena_init(&loader->arena, (size_t)64 << 10, budget);
    arena_init(&loader->chunk_arena, 4096, budget);
    probe_init(&loader->probe, budget);
    references_init(&loader->references, budget);
    blocks_init(&loader->blocks, budget);
    wire_init(&loader->slice, budget);
    text_buffer_init(&loader->scratch, LIMIT_RECORD_BYTES * 2);
    text_buffer_init(&loader->rejects, (size_t)1 << 30);
    parents_init(&loader->parents);
    enum type_id *types =
        ARENA_ARRAY(&loader->arena, enum type_id, (size_t)options->schema->count + 1);
    loader->hashes = ARENA_ARRAY(&loader->arena, struct hash, LIMIT_BATCH_ROWS);
    loader->waiting = ARENA_ARRAY(&loader->arena, struct range, LIMIT_COPY_ROWS + 4);
    if (!piece_init(&loader->piece, budget, error)) {
        return false;
    }
    if (types == NULL || loader->hashes == NULL || loader->waiting == NULL) {
        return error_set_memory(error);
    }
    if (!NOVATE_CHECK(error, options->schema->count > 0) ||
        !match_columns(options, types, &binary, error) ||
        !copy_encoder_init(&loader->encoder, options->schema, types, binary, budget, error)) {
        return false;
    }
    const char *table = sent_into(options, &loader->arena);
    if (table == NULL) {
        return error_set_memory(error);
    }
    loader->copy = copy_statement(options, table, binary, &loader->arena);
    loader->table_name = unquoted_name(table, &loader->arena);
    loader->gap_rows = WINDOW_START_ROWS;
    return (loader->copy != NULL && loader->table_name != NULL ? true : error_set_memory(error)) &&
           (options->mode != LOAD_UPSERT || merge_create(loader, error));
}

bool loader_create(struct session *session,
                   const struct loader_options *options,
                   struct loader **loader,
                   struct error *error)
{
    struct loader *created = calloc(1, sizeof *created);
    if (created == NULL) {
        return error_set_memory(error);
    }
    created->session = session;
    created->options = *options;
    if (!loader_init(created, error)) {
        loader_destroy(created);
        return error_context(error, "preparing to load \"%s\"", options->entity->entity);
    }
    *loader = created;
    return true;
}

static bool check_plan(const struct loader *loader,
                       const struct session_result *result,
                       struct error *error)
{
    const struct target_entity *entity = loader->options.entity;
    if (result->rows == 0) {
        error_set(error,
                  ERROR_STATE,
                  "chunk %d of \"%s\" is not planned in the target's ledger",
                  loader->chunk,
                  entity->entity);
        return error_hint(error, "Was the entity planned anew by another novate? Start again.");
    }
    if (strcmp(session_value(result, 0, 1), entity->mapping_digest) != 0 ||
        strcmp(session_value(result, 0, 2), entity->plan_digest) != 0) {
        error_set(error, ERROR_STATE, "\"%s\" was planned anew meanwhile", entity->entity);
        return error_hint(error, "Start again with the plan and mapping that are to be used.");
    }
    return true;
}

static bool chunk_begin(struct loader *loader, const struct batch *batch, struct error *error)
{
    const struct target_entity *entity = loader->options.entity;
    struct session_result result;
    char ordinal[16];
    loader->chunk = batch->chunk;
    loader->in_chunk = true;
    loader->skipped = false;
    loader->savepoint = SAVEPOINT_NONE;
    loader->has_rejects = false;
    loader->probe_table = false;
    /* A merge into a table that is empty is planned as such, while another lane may fill it: by
     * whatever index. The next one finds it as large as its own first piece made it. */
    loader->piece_rows = loader->merge == NULL ? LIMIT_COPY_ROWS : MERGE_START_ROWS;
    loader->blocks.ready = false;
    arena_reset(&loader->chunk_arena);
    tally_init(&loader->tally, &loader->chunk_arena);
    snprintf(ordinal, sizeof ordinal, "%d", loader->chunk);
    const char *const parameters[] = {entity->migration, entity->entity, ordinal};
    /* Checks that would wait for COMMIT are made to run with each COPY, where they have a row. A
     * merge looks each key up: by the index, though the table was empty when that was planned. */
    const char *begin = loader->merge == NULL
                            ? "BEGIN ISOLATION LEVEL READ COMMITTED; SET CONSTRAINTS ALL IMMEDIATE"
                            : "BEGIN ISOLATION LEVEL READ COMMITTED; SET CONSTRAINTS ALL IMMEDIATE;"
                              " SET LOCAL enable_seqscan = off";
    if (!session_execute(loader->session, begin, error) ||
        !session_query_prepared(
            loader->session,
            "SELECT c.state, e.mapping_digest, e.plan_digest"
            " FROM novate.chunk c JOIN novate.entity e USING (migration, entity)"
            " WHERE c.migration = $1 AND c.entity = $2 AND c.ordinal = $3::integer"
            " FOR UPDATE OF c",
            3,
            parameters,
            &loader->chunk_arena,
            &result,
            error) ||
        !check_plan(loader, &result, error)) {
        return false;
    }
    bool loaded = strcmp(session_value(&result, 0, 0), "loaded") == 0;
    if (loader->options.retry != NULL) {
        return references_read(loader, error) && retry_begin(loader, loaded, error);
    }
    if (loaded) {
        loader->skipped = true;
        return session_execute(loader->session, "ROLLBACK", error);
    }
    return references_read(loader, error) && fault_point_meet(FAULT_POINT_LOAD_BEGIN, error);
}

static bool take_rows(struct loader *loader, const struct batch *batch, struct error *error)
{
    struct piece *piece = &loader->piece;
    int kept = 0; /* rows before this one are known to the piece by key */
    for (int row = 0; row < batch->rows; row++) {
        if (!piece_push(piece, &loader->encoder, batch, row, loader->hashes[row], error)) {
            return false;
        }
        digest_add(&loader->tally.loaded, loader->hashes[row]);
        if (piece->rows >= loader->piece_rows ||
            piece->wire.size + piece->wire.splice_bytes >= LIMIT_COPY_BYTES) {
            if (!piece_keep(piece, batch, kept, row + 1 - kept, error) ||
                !loader_finish_piece(loader, error)) {
                return false;
            }
            loader->piece_rows = LIMIT_COPY_ROWS;
            kept = row + 1;
        } else if (!loader_advance(loader, error)) {
            return false;
        }
    }
    return piece_keep(piece, batch, kept, batch->rows - kept, error) &&
           (piece->wire.splice_count == 0 || loader_finish_piece(loader, error));
}

static bool take_batch(struct loader *loader, const struct batch *batch, struct error *error)
{
    if (!NOVATE_CHECK(error, batch->rows <= LIMIT_BATCH_ROWS) ||
        !NOVATE_CHECK(error, batch->tally.passed.rows == (uint64_t)batch->rows) ||
        !canonical_hash_rows(batch, NULL, 0, &loader->scratch, loader->hashes, error) ||
        !tally_merge(&loader->tally, &batch->tally, error)) {
        return false;
    }
    for (int i = 0; i < batch->reject_count; i++) {
        if (!rejects_push(loader, &batch->rejects[i], error)) {
            return false;
        }
    }
    if (!take_rows(loader, batch, error)) {
        return false;
    }
    /* Rejects go out between two pieces. */
    return loader->rejects.size + loader->parents.rows.size < REJECT_BYTES ||
           (loader_finish_piece(loader, error) && rejects_flush(loader, error));
}

/* A chunk that is retried stays the one that its run loaded. */
static bool record_chunk(struct loader *loader, const struct tally *tally, struct error *error)
{
    const struct target_entity *entity = loader->options.entity;
    bool retry = loader->options.retry != NULL;
    const struct digest *const digests[] = {
        &tally->source,
        &tally->passed,
        &tally->filtered,
        &tally->rejected,
        &tally->loaded,
        &tally->emitted,
        &tally->merged,
    };
    const uint64_t stored[] = {tally->inserted, tally->updated, tally->unchanged};
    enum {
        DIGESTS = sizeof digests / sizeof digests[0],
        STORED = sizeof stored / sizeof stored[0],
        COUNTERS = 4 + 2 * DIGESTS, /* their parameter */
        PARAMETERS = COUNTERS + 2 + STORED
    };
    char ordinal[16];
    char run[32];
    char rows[DIGESTS][32];
    char stored_rows[STORED][32];
    char hex[DIGESTS][HASH_HEX_SIZE];
    struct session_result result;
    const char *parameters[PARAMETERS] = {entity->migration, entity->entity, ordinal, run};
    snprintf(ordinal, sizeof ordinal, "%d", loader->chunk);
    snprintf(run, sizeof run, "%lld", (long long)loader->options.run);
    for (int i = 0; i < DIGESTS; i++) {
        snprintf(rows[i], sizeof rows[i], "%llu", (unsigned long long)digests[i]->rows);
        hash_hex(digests[i]->sum, hex[i]);
        parameters[4 + 2 * i] = rows[i];
        parameters[5 + 2 * i] = hex[i];
    }
    for (int i = 0; i < STORED; i++) {
        snprintf(stored_rows[i], sizeof stored_rows[i], "%llu", (unsigned long long)stored[i]);
        parameters[COUNTERS + 2 + i] = stored_rows[i];
    }
    text_buffer_reset(&loader->scratch);
    counters_json(&tally->counters, &loader->scratch);
    if (!text_buffer_check(&loader->scratch, error)) {
        return false;
    }
    parameters[COUNTERS] = loader->scratch.data;
    parameters[COUNTERS + 1] = retry ? "loaded" : "planned";
    if (!session_query_prepared(loader->session,
                                "UPDATE novate.chunk SET state = 'loaded',"
                                " run = CASE state WHEN 'loaded' THEN run ELSE $4 END,"
                                " loaded_at = CASE state WHEN 'loaded' THEN loaded_at"
                                " ELSE clock_timestamp() END,"
                                " source_rows = $5, source_digest = $6,"
                                " passed_rows = $7, passed_digest = $8,"
                                " filtered_rows = $9, filtered_digest = $10,"
                                " rejected_rows = $11, rejected_digest = $12,"
                                " loaded_rows = $13, loaded_digest = $14,"
                                " emitted_rows = $15, emitted_digest = $16,"
                                " merged_rows = $17, merged_digest = $18, counters = $19,"
                                " inserted_rows = $21, updated_rows = $22, unchanged_rows = $23"
                                " WHERE migration = $1 AND entity = $2 AND ordinal = $3"
                                " AND state = $20",
                                PARAMETERS,
                                parameters,
                                &loader->chunk_arena,
                                &result,
                                error)) {
        return false;
    }
    return NOVATE_CHECK(error, result.affected == 1);
}

static bool commit(struct loader *loader, struct error *error)
{
    if (session_execute(loader->session, "COMMIT", error)) {
        return true;
    }
    return error_detail(
        error,
        "Whether the target committed chunk %d is not known here; its ledger knows, "
        "and the chunk will not be loaded twice.",
        loader->chunk);
}

/* Everything that was read is accounted for, and everything that was loaded. */
static bool chunk_closes(struct loader *loader, struct error *error)
{
    struct tally *tally = &loader->tally;
    if (loader->merge == NULL) {
        tally->inserted = tally->loaded.rows;
    }
    return NOVATE_CHECK(error, tally_closes(tally)) &&
           NOVATE_CHECK(error, tally->loaded.rows == tally->passed.rows) &&
           NOVATE_CHECK(error,
                        tally->loaded.rows == tally->inserted + tally->updated + tally->unchanged);
}

/* The chunk's row and its rejects become what they are from now on. */
static bool record(struct loader *loader, struct error *error)
{
    const struct target_entity *entity = loader->options.entity;
    struct tally whole;
    if (loader->options.retry != NULL) {
        return retry_end(loader, &whole, error) && record_chunk(loader, &whole, error);
    }
    return (!loader->has_rejects ||
            rejects_recall_age(
                loader->session, entity->migration, entity->entity, loader->chunk, error)) &&
           record_chunk(loader, &loader->tally, error);
}

static bool chunk_end(struct loader *loader, struct error *error)
{
    if (!loader->skipped) {
        if (!loader_finish_piece(loader, error) || !chunk_closes(loader, error) ||
            !rejects_flush(loader, error) || !fault_point_meet(FAULT_POINT_LOAD_RECORD, error) ||
            !record(loader, error) || !fault_point_meet(FAULT_POINT_LOAD_COMMIT, error) ||
            !commit(loader, error) || !fault_point_meet(FAULT_POINT_LOAD_COMMITTED, error)) {
            return false;
        }
    }
    loader->in_chunk = false;
    if (!loader->skipped && loader->options.committed != NULL) {
        loader->options.committed(loader->options.committed_state, loader->chunk, &loader->tally);
    }
    return true;
}

static bool loader_write(void *state, struct batch *batch, struct error *error)
{
    struct loader *loader = state;
    bool ok = loader->in_chunk ? NOVATE_CHECK(error, loader->chunk == batch->chunk)
                               : chunk_begin(loader, batch, error);
    ok = ok && (loader->skipped || take_batch(loader, batch, error)) &&
         (!batch->chunk_ends || chunk_end(loader, error));
    return ok ||
           error_context(
               error, "loading \"%s\", chunk %d", loader->options.entity->entity, loader->chunk);
}

static bool loader_finish(void *state, struct error *error)
{
    const struct loader *loader = state;
    return NOVATE_CHECK(error, !loader->in_chunk);
}

static void loader_abort(void *state)
{
    struct loader *loader = state;
    if (loader->in_chunk && !loader->skipped) {
        session_rollback(loader->session);
    }
    loader->in_chunk = false;
    loader->copying = false;
    loader->copy_elsewhere = NULL;
    loader->sent_rows = 0;
    loader->waiting_count = 0;
    piece_reset(&loader->piece);
    text_buffer_reset(&loader->rejects);
    parents_reset(&loader->parents);
}

struct writer loader_as_writer(struct loader *loader)
{
    return (struct writer){.state = loader,
                           .write = loader_write,
                           .finish = loader_finish,
                           .abort = loader_abort,
                           .restart = loader_abort};
}

void loader_destroy(struct loader *loader)
{
    if (loader == NULL) {
        return;
    }
    if (loader->in_chunk) {
        loader_abort(loader);
    }
    copy_encoder_release(&loader->encoder);
    piece_release(&loader->piece);
    probe_release(&loader->probe);
    references_release(&loader->references);
    blocks_release(&loader->blocks);
    wire_release(&loader->slice);
    text_buffer_release(&loader->scratch);
    text_buffer_release(&loader->rejects);
    parents_release(&loader->parents);
    arena_release(&loader->chunk_arena);
    arena_release(&loader->arena);
    free(loader);
}
