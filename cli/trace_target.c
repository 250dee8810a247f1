/* trace_target.c — what of the record is in the target: rows beside those that the mapping makes,
 * and what the ledger there says.
 * SPDX-License-Identifier: Apache-2.0 */
#include "target_rows.h"
#include "trace.h"

#include "novate/canonical.h"

#include <string.h>

enum {
    KEY_BYTES_MAX = 64 << 20
};

void trace_judge(struct tracing *tracing, enum trace_verdict verdict, const char *why)
{
    if (tracing->why == NULL || verdict > tracing->verdict) {
        tracing->verdict = verdict;
        tracing->why = why;
    }
}

bool trace_read_ledger(struct tracing *tracing, bool has_ledger, struct error *error)
{
    struct job *job = tracing->job;
    const char *migration = job->plan.migration;
    const char *entity = tracing->entity->mapping->entity;
    const struct target_reject_filter filter = {
        .migration = migration, .entity = entity, .key = tracing->key};
    return !has_ledger || (target_entity_get(job->target.control,
                                             migration,
                                             entity,
                                             &job->arena,
                                             &tracing->ledger,
                                             &tracing->in_ledger,
                                             error) &&
                           target_chunks(job->target.control,
                                         migration,
                                         entity,
                                         &job->arena,
                                         &tracing->chunks,
                                         &tracing->chunk_count,
                                         error) &&
                           target_rejects(job->target.control,
                                          &filter,
                                          &job->arena,
                                          &tracing->rejects,
                                          &tracing->reject_count,
                                          error));
}

/* Bounds of a chunk are keys of records. */
static void show_bound(struct sheet *sheet, const char *name, const char *const *values, int count)
{
    struct text_buffer json;
    if (values == NULL) {
        sheet_text(sheet, name, NULL);
        return;
    }
    text_buffer_init(&json, KEY_BYTES_MAX);
    text_buffer_char(&json, '[');
    for (int i = 0; i < count; i++) {
        text_buffer_member_text(&json, NULL, values[i]);
    }
    text_buffer_char(&json, ']');
    sheet->out.failed = sheet->out.failed || json.failed;
    if (!json.failed) {
        sheet_key(sheet, name, json.data);
    }
    text_buffer_release(&json);
}

static void show_chunk(struct sheet *sheet, const struct target_chunk *chunk)
{
    const struct chunk *range = &chunk->chunk;
    sheet_object(sheet, "chunk");
    sheet_count(sheet, "ordinal", (uint64_t)range->ordinal);
    if (range->kind == CHUNK_FILE_RANGE) {
        sheet_text(sheet, "file", range->file);
        sheet_text(sheet, "last_file", range->last_file);
        sheet_count(sheet, "first_line", range->first_line);
        sheet_count(sheet, "first_byte", range->offset);
        sheet_count(sheet, "bytes", range->size);
    } else if (range->kind == CHUNK_KEY_RANGE && (range->lower != NULL || range->upper != NULL)) {
        show_bound(sheet, "after_key", (const char *const *)range->lower, range->key_count);
        show_bound(sheet, "to_key", (const char *const *)range->upper, range->key_count);
    } else {
        sheet_text(sheet,
                   "range",
                   range->kind == CHUNK_KEY_NULL ? "records whose key is NULL" : "all records");
    }
    sheet_text(sheet, "state", chunk->loaded ? "loaded" : "planned");
    sheet_text(sheet, "loaded_at", chunk->loaded_at);
    sheet_text(sheet, "run", chunk->run);
    sheet_end(sheet);
}

static void show_reject(struct sheet *sheet, const struct target_reject *reject)
{
    sheet_object(sheet, NULL);
    sheet_count(sheet, "reject", (uint64_t)reject->reject);
    sheet_text(sheet, "state", reject->state);
    sheet_text(sheet, "class", reject->class_text);
    sheet_text(sheet, "name", reject->name);
    sheet_text(sheet, "column", reject->column);
    sheet_text(sheet, "message", reject->message);
    sheet_text(sheet, "sqlstate", reject->sqlstate);
    sheet_text(sheet, "rejected_by", reject->by_target ? "the target" : "the mapping");
    sheet_count(sheet, "chunk", (uint64_t)reject->chunk);
    sheet_text(sheet, "first_seen_at", reject->first_seen_at);
    sheet_count(sheet, "first_run", (uint64_t)reject->first_run);
    sheet_text(sheet, "last_seen_at", reject->rejected_at);
    sheet_count(sheet, "last_run", (uint64_t)reject->run);
    sheet_count(sheet, "times_seen", (uint64_t)reject->times_seen);
    sheet_end(sheet);
}

bool trace_show_ledger(struct tracing *tracing, struct error *error)
{
    struct sheet *sheet = &tracing->sheet;
    char today[HASH_HEX_SIZE];
    hash_hex(tracing->entity->mapping->digest, today);
    sheet_object(sheet, "ledger");
    sheet_text(sheet, "entity", tracing->in_ledger ? "planned" : "nothing planned yet");
    if (tracing->in_ledger && strcmp(tracing->ledger.mapping_digest, today) != 0) {
        sheet_text(sheet, "planned_with", "another mapping than that of today");
    }
    if (tracing->chunk != NULL) {
        show_chunk(sheet, tracing->chunk);
    } else {
        sheet_text(sheet, "chunk", NULL);
        sheet_text(sheet,
                   "chunk_unknown",
                   tracing->in_ledger ? "no bounds of the chunks there tell where it falls in"
                                      : NULL);
    }
    if (tracing->reject_count > 0 || sheet->json) {
        sheet_list(sheet, "rejects");
        for (int i = 0; i < tracing->reject_count; i++) {
            show_reject(sheet, &tracing->rejects[i]);
        }
        sheet_end(sheet);
    }
    sheet_end(sheet);
    return text_buffer_check(&sheet->out, error);
}

/* --- a row that came of the record --- */

struct comparing {
    struct tracing *tracing;
    struct target_rows rows;
    struct batch *mapped;
    int row;
    struct hash key_hash;
    struct hash row_hash;
    int found;
    bool equal;
    bool skipped; /* a column was not compared */
};

static bool hash_row(struct comparing *comparing,
                     const struct batch *batch,
                     int row,
                     struct hash *key,
                     struct hash *whole,
                     struct error *error)
{
    struct target_rows *rows = &comparing->rows;
    struct hash *hashes =
        ARENA_ARRAY(&comparing->tracing->job->arena, struct hash, (size_t)batch->rows + 1);
    if (hashes == NULL) {
        return error_set_memory(error);
    }
    if (!canonical_hash_rows(batch, rows->key, rows->key_count, &rows->scratch, hashes, error)) {
        return false;
    }
    *key = hashes[row];
    if (!canonical_hash_rows(batch, NULL, 0, &rows->scratch, hashes, error)) {
        return false;
    }
    *whole = hashes[row];
    return true;
}

static const char *const agreement_text[] = {
    [AGREEMENT_EQUAL] = "equal",
    [AGREEMENT_NEAR] = "within tolerance",
    [AGREEMENT_SKIPPED] = "not compared",
    [AGREEMENT_DIFFERS] = "differs",
};

static bool show_columns(struct comparing *comparing,
                         const struct batch *found,
                         int row,
                         struct error *error)
{
    struct sheet *sheet = &comparing->tracing->sheet;
    const struct schema *schema = comparing->rows.schema;
    sheet_list(sheet, "columns");
    for (int i = 0; i < schema->count; i++) {
        enum agreement agreement = AGREEMENT_DIFFERS;
        const struct vector *mapped = &comparing->mapped->columns[i];
        if (!target_rows_compare(&comparing->rows,
                                 i,
                                 comparing->mapped,
                                 comparing->row,
                                 found,
                                 row,
                                 &agreement,
                                 error)) {
            return false;
        }
        comparing->equal = comparing->equal && agreement != AGREEMENT_DIFFERS;
        comparing->skipped = comparing->skipped || agreement == AGREEMENT_SKIPPED;
        sheet_row(sheet);
        sheet_text(sheet, "column", schema->columns[i].name);
        sheet_text(sheet, "verdict", agreement_text[agreement]);
        sheet_value(sheet, "mapped", mapped, comparing->row, schema->columns[i].declared);
        sheet_value(sheet, "target", &found->columns[i], row, found->schema->columns[i].declared);
        sheet_end(sheet);
    }
    sheet_end(sheet);
    return true;
}

static bool take_row(struct comparing *comparing,
                     const struct batch *batch,
                     int row,
                     struct error *error)
{
    struct sheet *sheet = &comparing->tracing->sheet;
    struct hash key;
    struct hash whole;
    if (!hash_row(comparing, batch, row, &key, &whole, error)) {
        return false;
    }
    if (!hash_equal(key, comparing->key_hash)) {
        return true; /* its type holds it to be the same, verification does not */
    }
    comparing->found++;
    if (comparing->found > 1) {
        return true;
    }
    comparing->equal = true;
    sheet_hash(sheet, "target_row_hash", whole);
    return show_columns(comparing, batch, row, error);
}

static bool take_rows(void *state, struct batch *batch, struct error *error)
{
    bool ok = true;
    for (int row = 0; ok && row < batch->rows; row++) {
        ok = take_row(state, batch, row, error);
    }
    return ok;
}

/* Did the target refuse the row when it was loaded? One refusal accounts for one row. */
static bool was_refused(struct tracing *tracing)
{
    int refusals = 0;
    for (int i = 0; i < tracing->reject_count; i++) {
        const struct target_reject *reject = &tracing->rejects[i];
        refusals += reject->by_target && strcmp(reject->state, "retried") != 0 ? 1 : 0;
    }
    if (tracing->explained == refusals) {
        return false;
    }
    tracing->explained++;
    return true;
}

/* Was the record's row to be there? */
static void judge_missing(struct tracing *tracing)
{
    bool loaded = tracing->chunk != NULL && tracing->chunk->loaded;
    bool all = tracing->chunk_count > 0;
    if (was_refused(tracing)) {
        bool alone = tracing->records == 1;
        trace_judge(tracing,
                    alone ? TRACE_IS_RIGHT : TRACE_NOT_COMPARED,
                    alone ? "the target refused the row when it was loaded: it is not there"
                          : "the row is not there: the target refused that of one of the records "
                            "with the key, and which one is not known");
        return;
    }
    if (tracing->in_ledger && tracing->ledger.mode == LOAD_REPLACE &&
        tracing->ledger.finished_at == NULL) {
        trace_judge(
            tracing, TRACE_NOT_COMPARED, "the table has its old rows until all chunks are loaded");
        return;
    }
    for (int i = 0; i < tracing->chunk_count; i++) {
        all = all && tracing->chunks[i].loaded;
    }
    if (loaded || (tracing->chunk == NULL && all)) {
        trace_judge(
            tracing, TRACE_DIFFERS, "the row is missing in the target, though its chunk is loaded");
    } else {
        trace_judge(tracing, TRACE_NOT_COMPARED, "the record was not loaded yet");
    }
}

static void judge_row(struct comparing *comparing)
{
    struct tracing *tracing = comparing->tracing;
    if (comparing->found == 0) {
        judge_missing(tracing);
    } else if (comparing->found > 1) {
        trace_judge(tracing,
                    TRACE_NOT_COMPARED,
                    arena_format(&tracing->job->arena,
                                 "%d rows of the target have the key: they cannot be told apart",
                                 comparing->found));
    } else if (comparing->equal && comparing->skipped) {
        trace_judge(tracing,
                    TRACE_NOT_COMPARED,
                    "the target's row is equal but for columns that are not compared, as the "
                    "mapping says");
    } else if (comparing->equal) {
        trace_judge(tracing, TRACE_IS_RIGHT, "the target's row is equal");
    } else if (was_refused(tracing)) {
        trace_judge(tracing,
                    TRACE_NOT_COMPARED,
                    "the target refused the row when it was loaded: what it has under the row's "
                    "key is of another record, or was changed since");
    } else {
        trace_judge(tracing, TRACE_DIFFERS, "the target's row differs");
    }
}

static bool compare_row(struct comparing *comparing, struct error *error)
{
    struct sheet *sheet = &comparing->tracing->sheet;
    struct text_buffer keys;
    text_buffer_init(&keys, KEY_BYTES_MAX);
    text_buffer_char(&keys, '[');
    target_rows_key_json(&comparing->rows, comparing->mapped, comparing->row, &keys);
    bool ok = text_buffer_check(&keys, error) && hash_row(comparing,
                                                          comparing->mapped,
                                                          comparing->row,
                                                          &comparing->key_hash,
                                                          &comparing->row_hash,
                                                          error);
    if (ok) {
        sheet_key(sheet, "key", keys.data + 1);
        text_buffer_char(&keys, ']');
        /* A hash of a key is the key to whoever tries all of them. */
        char hex[HASH_HEX_SIZE];
        hash_hex(comparing->key_hash, hex);
        sheet_text(sheet, "key_hash", sheet->shows_keys ? hex : NULL);
        sheet_hash(sheet, "row_hash", comparing->row_hash);
        ok = text_buffer_check(&keys, error) &&
             target_rows_read(&comparing->rows, keys.data, take_rows, comparing, error);
    }
    text_buffer_release(&keys);
    if (ok) {
        sheet_count(sheet, "rows", (uint64_t)comparing->found);
        judge_row(comparing);
    }
    return ok;
}

bool trace_show_row(struct tracing *tracing, struct batch *mapped, int row, struct error *error)
{
    struct comparing comparing = {.tracing = tracing, .mapped = mapped, .row = row};
    if (tracing->entity->table == NULL) {
        trace_judge(tracing, TRACE_NOT_COMPARED, "there is no target yet");
        return true;
    }
    sheet_object(&tracing->sheet, "target");
    sheet_text(&tracing->sheet, "table", tracing->entity->table->quoted);
    bool ok = target_rows_init(&comparing.rows, tracing->job, tracing->entity, error) &&
              target_rows_prepare(&comparing.rows, mapped, error);
    if (ok && comparing.rows.key_count == 0) {
        trace_judge(tracing,
                    TRACE_NOT_COMPARED,
                    "the mapping names no key of the target: its row cannot be looked up");
    } else if (ok) {
        ok = compare_row(&comparing, error);
    }
    sheet_end(&tracing->sheet);
    target_rows_release(&comparing.rows);
    return ok;
}
