/* trace_source.c — the record as the source has it now, and which chunk it falls in.
 *
 * Where its key can be asked for, the record is; otherwise everything is read, and the chunk that
 * gives it is known. A key that was asked for is placed among the bounds of chunks by the source
 * itself, in its own collation: there is a record in (bound, key] where the key is beyond the
 * bound. SPDX-License-Identifier: Apache-2.0 */
#include "carry.h"
#include "list_reader.h"
#include "trace.h"

#include <string.h>

/* One reading of some chunks. */
struct finding {
    struct tracing *tracing;
    struct source *source;
    struct list_reader records;
    struct reader reader;
};

static bool open_reading(struct finding *finding,
                         const struct chunk_list *chunks,
                         struct error *error)
{
    struct job *job = finding->tracing->job;
    struct entity *entity = finding->tracing->entity;
    return source_pool_lend(
               job->sources, job_source_settings(job, entity), &finding->source, error) &&
           list_reader_open(&finding->records,
                            finding->source,
                            entity->relation,
                            entity->source_columns,
                            entity->source_column_count,
                            chunks,
                            &job->cancel,
                            &finding->reader,
                            error);
}

static void close_reading(struct finding *finding)
{
    list_reader_close(&finding->records);
    source_pool_return(finding->tracing->job->sources, finding->source);
}

static bool next_batch(struct finding *finding,
                       struct batch *batch,
                       bool *more,
                       struct error *error)
{
    if (cancel_level(&finding->tracing->job->cancel) != CANCEL_NONE) {
        return error_set(error, ERROR_INTERRUPTED, "interrupted");
    }
    if (!finding->reader.next(finding->reader.state, batch, more, error)) {
        return false;
    }
    if (*more && batch->chunk_restarts) {
        error_set(error, ERROR_SOURCE_LOST, "the connection was lost while the record was sought");
        return error_hint(error, "Repeat the command.");
    }
    return true;
}

/* Rows of the batch with the key; `*first` is the first of them, or -1. */
static bool count_matches(struct tracing *tracing,
                          const struct batch *batch,
                          int *first,
                          struct error *error)
{
    struct text_buffer *scratch = &tracing->sheet.scratch;
    *first = -1;
    for (int row = 0; row < batch->rows; row++) {
        record_key_json(&tracing->record_key, batch, row, scratch);
        if (!text_buffer_check(scratch, error)) {
            return false;
        }
        if (strcmp(scratch->data, tracing->key) == 0) {
            *first = *first < 0 ? row : *first;
            tracing->records++;
        }
    }
    return true;
}

/* The batch becomes the record's. */
static bool keep_record(struct tracing *tracing, struct batch *batch, int row, struct error *error)
{
    uint16_t selection = (uint16_t)row;
    if (batch->file != NULL) {
        tracing->file = arena_string(&tracing->job->arena, batch->file);
        batch->file = tracing->file;
    }
    batch->chunk_ends = false;
    return batch_select(batch, &selection, 1, error);
}

/* The first record with the key stays in tracing->record; all are counted. */
static bool search(struct tracing *tracing, const struct chunk_list *chunks, struct error *error)
{
    struct finding finding = {.tracing = tracing};
    struct budget *budget = &tracing->job->budget;
    const struct schema *schema = program_source_schema(tracing->entity->program);
    struct batch others = {.rows = 0};
    bool more = true;
    bool ok = batch_init(&tracing->record, schema, budget, error) &&
              batch_init(&others, schema, budget, error) && open_reading(&finding, chunks, error);
    while (ok && more) {
        struct batch *batch = tracing->records == 0 ? &tracing->record : &others;
        int first = -1;
        ok = next_batch(&finding, batch, &more, error);
        if (ok && more) {
            ok = count_matches(tracing, batch, &first, error) &&
                 (batch == &others || first < 0 || keep_record(tracing, batch, first, error));
        }
    }
    close_reading(&finding);
    batch_release(&others);
    return ok;
}

static bool has_any(struct tracing *tracing,
                    const struct chunk *chunk,
                    bool *any,
                    struct error *error)
{
    struct finding finding = {.tracing = tracing};
    struct chunk item = *chunk;
    const struct chunk_list list = {.items = &item, .count = 1};
    struct batch batch = {.rows = 0};
    bool more = true;
    bool ok = batch_init(&batch,
                         program_source_schema(tracing->entity->program),
                         &tracing->job->budget,
                         error) &&
              open_reading(&finding, &list, error);
    *any = false;
    while (ok && more && !*any) {
        ok = next_batch(&finding, &batch, &more, error);
        *any = ok && more && batch.rows > 0;
    }
    close_reading(&finding);
    batch_release(&batch);
    return ok;
}

/* The ranges follow each other: the first whose upper bound the key is not beyond. */
static bool place_key(struct tracing *tracing, const struct chunk *asked, struct error *error)
{
    int low = 0;
    int high = tracing->chunk_count;
    while (high > low && tracing->chunks[high - 1].chunk.kind != CHUNK_KEY_RANGE) {
        high--;
    }
    if (high == low || tracing->chunks[0].chunk.key_count != asked->key_count) {
        return true;
    }
    for (high--; low < high;) {
        int middle = low + (high - low) / 2;
        struct chunk beyond = *asked;
        bool any = true;
        beyond.kind = CHUNK_KEY_RANGE;
        beyond.lower = tracing->chunks[middle].chunk.upper;
        if (beyond.lower == NULL) {
            return true; /* no bounds that follow each other */
        }
        if (!has_any(tracing, &beyond, &any, error)) {
            return false;
        }
        if (any) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    tracing->chunk = &tracing->chunks[low];
    return true;
}

static bool is_within(const struct chunk *chunk, const struct tracing *tracing)
{
    uint64_t offset = tracing->record.offsets[0];
    bool same = strcmp(chunk->file, tracing->file) == 0;
    if (chunk->last_file != NULL) {
        return strcmp(chunk->file, tracing->file) <= 0 &&
               strcmp(tracing->file, chunk->last_file) <= 0;
    }
    return same && offset >= chunk->offset && offset - chunk->offset < chunk->size;
}

/* The ledger's chunk of what was read as `read`. A file that changed since has none. */
static void place_read(struct tracing *tracing, const struct chunk *read)
{
    for (int i = 0; i < tracing->chunk_count; i++) {
        const struct chunk *chunk = &tracing->chunks[i].chunk;
        bool file = chunk->kind == CHUNK_FILE_RANGE;
        if (file ? read->kind == CHUNK_FILE_RANGE && tracing->file != NULL &&
                       hash_equal(chunk->file_hash, read->file_hash) && is_within(chunk, tracing)
                 : chunk->ordinal == read->ordinal && strcmp(chunk->id, read->id) == 0) {
            tracing->chunk = &tracing->chunks[i];
            return;
        }
    }
}

/* Everything is read: the chunks of the ledger, or for files those of today. */
static bool search_all(struct tracing *tracing, struct error *error)
{
    struct chunk_list list = {.count = tracing->chunk_count};
    struct job *job = tracing->job;
    bool files = tracing->entity->mapping->source.file != NULL;
    if (files || list.count == 0) {
        if (!carry_plan_chunks(job, tracing->entity, &list, error)) {
            return false;
        }
    } else {
        list.items = ARENA_ARRAY(&job->arena, struct chunk, (size_t)list.count);
        if (list.items == NULL) {
            return error_set_memory(error);
        }
        for (int i = 0; i < list.count; i++) {
            list.items[i] = tracing->chunks[i].chunk;
        }
    }
    if (!search(tracing, &list, error)) {
        return false;
    }
    for (int i = 0; tracing->records > 0 && i < list.count; i++) {
        if (list.items[i].ordinal == tracing->record.chunk) {
            place_read(tracing, &list.items[i]);
        }
    }
    return true;
}

bool trace_find(struct tracing *tracing, struct error *error)
{
    struct entity *entity = tracing->entity;
    struct chunk one;
    bool possible = record_key_is_asked_by_text(&tracing->record_key, entity->relation) &&
                    entity->mapping->source.file == NULL;
    if (possible && !chunk_of_key(tracing->key,
                                  tracing->record_key.count,
                                  0,
                                  &tracing->job->arena,
                                  &one,
                                  &possible,
                                  error)) {
        return false;
    }
    if (!possible) {
        return search_all(tracing, error);
    }
    const struct chunk_list list = {.items = &one, .count = 1};
    tracing->read_alone = true;
    return search(tracing, &list, error) &&
           (tracing->records == 0 || place_key(tracing, &one, error));
}

static void show_file(struct tracing *tracing)
{
    struct sheet *sheet = &tracing->sheet;
    const struct batch *record = &tracing->record;
    if (tracing->file == NULL) {
        return;
    }
    sheet_text(sheet, "file", tracing->file);
    if (record->lines != NULL) {
        sheet_count(sheet, "line", record->lines[0]);
        sheet_count(sheet, "byte", record->offsets[0]);
    }
}

void trace_show_source(struct tracing *tracing)
{
    struct sheet *sheet = &tracing->sheet;
    const struct batch *record = &tracing->record;
    sheet_object(sheet, "source");
    sheet_count(sheet, "records", (uint64_t)tracing->records);
    if (tracing->records > 0) {
        show_file(tracing);
        sheet_hash(sheet, "record_hash", record->source_hashes[0]);
        sheet_list(sheet, "columns");
        for (int i = 0; i < record->schema->count; i++) {
            const struct column *column = &record->schema->columns[i];
            sheet_row(sheet);
            sheet_text(sheet, "column", column->name);
            sheet_value(sheet, "value", &record->columns[i], 0, column->declared);
            sheet_end(sheet);
        }
        sheet_end(sheet);
    }
    sheet_end(sheet);
}
