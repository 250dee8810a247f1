/* trace_segments.c — is the record in what is staged in the work directory?
 *
 * Segments of the record's chunk are read where that is known, otherwise all of a stage. What
 * cannot be read is said, and the page goes on.
 * SPDX-License-Identifier: Apache-2.0 */
#include "list_supply.h"
#include "segments.h"
#include "trace.h"

#include "novate/staging.h"

#include <string.h>

/* One stage of the entity. */
struct stage {
    struct tracing *tracing;
    enum segment_stage id;
    const char *name;
    struct staging staging;
    struct chunk *chunks; /* staged that far, and to be looked through */
    int chunk_count;
    int key[LIMIT_KEY_COLUMNS]; /* extracted segments: indices in their schema */
    int key_count;
    uint64_t records;   /* with the key */
    struct hash hash;   /* of the first of them, as it was read */
    const char *became; /* transformed: what became of it */
    int ordinal;        /* chunk that has it */
};

static bool choose_chunks(struct stage *stage, struct error *error)
{
    struct tracing *tracing = stage->tracing;
    int least = stage->id == SEGMENT_EXTRACTED ? LEDGER_EXTRACTED : LEDGER_TRANSFORMED;
    stage->chunks =
        ARENA_ARRAY(&tracing->job->arena, struct chunk, (size_t)stage->staging.count + 1);
    if (stage->chunks == NULL) {
        return error_set_memory(error);
    }
    for (int i = 0; i < stage->staging.count; i++) {
        const struct ledger_chunk *chunk = &stage->staging.chunks[i];
        bool here =
            tracing->chunk == NULL || strcmp(tracing->chunk->chunk.id, chunk->chunk.id) == 0;
        if ((int)chunk->state >= least && here) {
            stage->chunks[stage->chunk_count++] = chunk->chunk;
        }
    }
    return true;
}

/* The key's columns by their names. */
static bool find_key(struct stage *stage, const struct schema *schema)
{
    const struct schema *source = program_source_schema(stage->tracing->entity->program);
    stage->key_count = stage->tracing->record_key.count;
    for (int i = 0; i < stage->key_count; i++) {
        const char *name = source->columns[stage->tracing->record_key.columns[i]].name;
        stage->key[i] = schema_find(schema, text_of(name), true);
        if (stage->key[i] < 0) {
            return false;
        }
    }
    return true;
}

static void push_key(const struct stage *stage,
                     const struct batch *batch,
                     int row,
                     struct text_buffer *out)
{
    struct vector key[LIMIT_KEY_COLUMNS];
    text_buffer_reset(out);
    if (stage->id == SEGMENT_TRANSFORMED || stage->key_count == 0) {
        batch_key_json(batch, row, out);
        return;
    }
    for (int i = 0; i < stage->key_count; i++) {
        key[i] = batch->columns[stage->key[i]];
    }
    vectors_key_json(key, stage->key_count, row, out);
}

static void note(struct stage *stage,
                 const struct batch *batch,
                 struct hash hash,
                 const char *became)
{
    if (stage->records++ == 0) {
        stage->hash = hash;
        stage->became = became;
        stage->ordinal = batch->chunk;
    }
}

static bool look_through(struct stage *stage, const struct batch *batch, struct error *error)
{
    struct text_buffer *scratch = &stage->tracing->sheet.scratch;
    const char *key = stage->tracing->key;
    for (int row = 0; row < batch->rows; row++) {
        push_key(stage, batch, row, scratch);
        if (!text_buffer_check(scratch, error)) {
            return false;
        }
        if (strcmp(scratch->data, key) == 0) {
            note(stage, batch, batch->source_hashes[row], "a row for the target");
        }
    }
    for (int i = 0; i < batch->reject_count; i++) {
        if (strcmp(batch->rejects[i].key, key) == 0) {
            note(stage, batch, batch->rejects[i].source_hash, "a reject");
        }
    }
    return true;
}

static bool read_stage(struct stage *stage, struct error *error)
{
    struct job *job = stage->tracing->job;
    const struct chunk_list list = {.items = stage->chunks, .count = stage->chunk_count};
    struct list_supply items = {.chunks = &list};
    const struct chunk_supply supply = {.state = &items, .next = list_supply_next};
    struct staging_reader *staged = NULL;
    struct schema schema;
    struct batch batch = {.rows = 0};
    bool more = true;
    bool ok = staging_schema(&stage->staging, stage->id, &job->arena, &schema, error) &&
              (stage->id == SEGMENT_TRANSFORMED || find_key(stage, &schema) ||
               error_set(error, ERROR_STATE, "segments do not have the key's columns")) &&
              staging_reader_create(&stage->staging, stage->id, &schema, &supply, &staged, error) &&
              batch_init(&batch, &schema, &job->budget, error);
    while (ok && more) {
        struct reader reader = staging_reader_as_reader(staged);
        ok = reader.next(reader.state, &batch, &more, error) &&
             (!more || look_through(stage, &batch, error));
    }
    batch_release(&batch);
    staging_reader_destroy(staged);
    return ok;
}

static void show_stage(struct stage *stage, const struct error *reason)
{
    struct sheet *sheet = &stage->tracing->sheet;
    struct tracing *tracing = stage->tracing;
    sheet_object(sheet, NULL);
    sheet_text(sheet, "stage", stage->name);
    if (reason->code != ERROR_OK) {
        sheet_text(sheet, "not_read", reason->message);
    } else {
        sheet_count(sheet, "records", stage->records);
    }
    if (stage->records > 0) {
        bool same =
            tracing->records > 0 && hash_equal(stage->hash, tracing->record.source_hashes[0]);
        sheet_count(sheet, "chunk", (uint64_t)stage->ordinal);
        sheet_text(sheet, "became", stage->id == SEGMENT_TRANSFORMED ? stage->became : NULL);
        sheet_text(sheet,
                   "record",
                   tracing->records == 0 ? "not in the source any more"
                   : same                ? "as it is now"
                                         : "other than it is now");
    }
    sheet_end(sheet);
}

static bool trace_stage(struct stage *stage, struct error *error)
{
    struct error reason = ERROR_NONE;
    if (!choose_chunks(stage, error)) {
        return false;
    }
    if (stage->chunk_count > 0) {
        (void)!read_stage(stage, &reason);
        show_stage(stage, &reason);
    }
    return true;
}

static bool trace_stages(struct tracing *tracing,
                         const struct ledger_chunk *chunks,
                         int count,
                         struct error *error)
{
    struct job *job = tracing->job;
    struct stage stages[] = {
        {.id = SEGMENT_EXTRACTED, .name = "extracted"},
        {.id = SEGMENT_TRANSFORMED, .name = "transformed"},
    };
    bool ok = true;
    for (int i = 0; ok && i < 2; i++) {
        stages[i].tracing = tracing;
        stages[i].staging = (struct staging){.work_directory = job->plan.work,
                                             .entity = tracing->entity->mapping->entity,
                                             .ledger = job->ledger,
                                             .key = job->key,
                                             .chunks = chunks,
                                             .count = count};
        ok = trace_stage(&stages[i], error);
    }
    return ok;
}

bool trace_show_segments(struct tracing *tracing, struct error *error)
{
    struct job *job = tracing->job;
    struct ledger_chunk *chunks = NULL;
    int count = 0;
    int staged = 0;
    if (job->ledger != NULL &&
        !ledger_chunks(
            job->ledger, tracing->entity->mapping->entity, &job->arena, &chunks, &count, error)) {
        return false;
    }
    for (int i = 0; i < count; i++) {
        staged += chunks[i].state != LEDGER_PLANNED;
    }
    if (staged == 0 && !tracing->sheet.json) {
        return true;
    }
    sheet_list(&tracing->sheet, "segments");
    bool ok = staged == 0 || trace_stages(tracing, chunks, count, error);
    sheet_end(&tracing->sheet);
    return ok;
}
