/* repair_read.c — the rows behind differences, read again by their keys.
 *
 * First the target's rows of which verification has the key from the target: they give the hash by
 * which a mapped row is known to be of the same key, however its text is written. Then the mapped
 * source, whole, as verification read it; for those of a batch that are asked for, the target's
 * rows of their keys, and the statements.
 * SPDX-License-Identifier: Apache-2.0 */
#include "carry.h"
#include "grouping.h"
#include "mapped_reading.h"
#include "repair.h"

#include "novate/canonical.h"

#include <stdlib.h>
#include <string.h>

enum {
    KEYS_MAX = 1000, /* of one question */
    KEYS_BYTES_MAX = 256 << 20
};

static int compare_key(const void *key, const void *item)
{
    return strcmp(key, ((const struct repair_item *)item)->difference->key);
}

static int compare_hash(const void *left, const void *right)
{
    const struct repair_item *const *a = left;
    const struct repair_item *const *b = right;
    return hash_compare((*a)->key_hash, (*b)->key_hash);
}

static struct repair_item *find_by_key(const struct repair *repair, const char *key)
{
    return bsearch(key, repair->items, (size_t)repair->count, sizeof *repair->items, compare_key);
}

static struct repair_item *find_by_hash(const struct repair *repair, struct hash hash)
{
    const struct repair_item wanted = {.key_hash = hash};
    const struct repair_item *key = &wanted;
    struct repair_item **found = bsearch(
        &key, repair->hashed, (size_t)repair->hashed_count, sizeof *repair->hashed, compare_hash);
    return found == NULL ? NULL : *found;
}

static bool hash_keys(struct repair *repair,
                      struct batch *batch,
                      struct hash **hashes,
                      struct error *error)
{
    struct target_rows *rows = &repair->rows;
    *hashes = ARENA_ARRAY(&batch->arena, struct hash, (size_t)batch->rows + 1);
    return *hashes != NULL ? canonical_hash_rows(
                                 batch, rows->key, rows->key_count, &rows->scratch, *hashes, error)
                           : error_set_memory(error);
}

/* Takes the statement that is in repair->scratch. */
static bool keep_statement(struct repair *repair, struct repair_item *item, struct error *error)
{
    if (!text_buffer_check(&repair->scratch, error)) {
        return false;
    }
    if (*repair->bytes + repair->scratch.size > LIMIT_REPAIR_BYTES) {
        item->state = REPAIR_TOO_MUCH;
        return true;
    }
    item->state = REPAIR_PRINTED;
    item->offset = repair->statements.size;
    item->size = repair->scratch.size;
    *repair->bytes += item->size;
    text_buffer_push(&repair->statements, repair->scratch.data, repair->scratch.size);
    return text_buffer_check(&repair->statements, error);
}

/* --- the target's rows of keys that the target gave --- */

static bool note_found(struct repair *repair,
                       const struct batch *batch,
                       int row,
                       struct hash hash,
                       struct error *error)
{
    text_buffer_reset(&repair->scratch);
    target_rows_key_json(&repair->rows, batch, row, &repair->scratch);
    if (!text_buffer_check(&repair->scratch, error)) {
        return false;
    }
    struct repair_item *item = find_by_key(repair, repair->scratch.data);
    if (item == NULL || item->state == REPAIR_SHARED ||
        item->difference->kind == DIFFERENCE_MISSING_TARGET) {
        return true;
    }
    if (item->has_hash) {
        item->state = REPAIR_SHARED;
        return true;
    }
    item->has_hash = true;
    item->key_hash = hash;
    if (item->difference->kind != DIFFERENCE_MISSING_SOURCE) {
        return true;
    }
    text_buffer_reset(&repair->scratch);
    repair_sql_delete(&repair->table, batch, row, &repair->scratch);
    return keep_statement(repair, item, error);
}

static bool take_found(void *state, struct batch *batch, struct error *error)
{
    struct repair *repair = state;
    struct hash *hashes = NULL;
    bool ok = hash_keys(repair, batch, &hashes, error);
    for (int row = 0; ok && row < batch->rows; row++) {
        ok = note_found(repair, batch, row, hashes[row], error);
    }
    return ok;
}

static bool read_target(struct repair *repair, struct error *error)
{
    struct text_buffer keys;
    bool ok = true;
    text_buffer_init(&keys, KEYS_BYTES_MAX);
    for (int next = 0; ok && next < repair->count;) {
        int count = 0;
        text_buffer_reset(&keys);
        text_buffer_char(&keys, '[');
        for (; next < repair->count && count < KEYS_MAX; next++) {
            const struct difference *difference = repair->items[next].difference;
            if (difference->kind != DIFFERENCE_MISSING_TARGET) {
                text_buffer_format(&keys, "%s%s", count > 0 ? "," : "", difference->key);
                count++;
            }
        }
        text_buffer_char(&keys, ']');
        ok = text_buffer_check(&keys, error) &&
             (count == 0 || target_rows_read(&repair->rows, keys.data, take_found, repair, error));
    }
    text_buffer_release(&keys);
    return ok;
}

static bool sort_hashed(struct repair *repair, struct error *error)
{
    repair->hashed =
        ARENA_ARRAY(&repair->job->arena, struct repair_item *, (size_t)repair->count + 1);
    if (repair->hashed == NULL) {
        return error_set_memory(error);
    }
    for (int i = 0; i < repair->count; i++) {
        if (repair->items[i].has_hash) {
            repair->hashed[repair->hashed_count++] = &repair->items[i];
        }
    }
    qsort(repair->hashed, (size_t)repair->hashed_count, sizeof *repair->hashed, compare_hash);
    return true;
}

/* --- the mapped source, and the target's rows beside it --- */

/* A batch of mapped rows, of which some are of differences. */
struct pairing {
    struct repair *repair;
    struct batch *mapped;
    struct hash *hashes;                         /* of its keys */
    struct repair_item *items[LIMIT_BATCH_ROWS]; /* of the rows, once they are selected */
    bool lost;                                   /* the source was, within a chunk */
};

static struct repair_item *item_of(struct pairing *pairing, int row, struct error *error)
{
    struct repair *repair = pairing->repair;
    struct repair_item *item = find_by_hash(repair, pairing->hashes[row]);
    if (item != NULL) {
        return item;
    }
    text_buffer_reset(&repair->scratch);
    target_rows_key_json(&repair->rows, pairing->mapped, row, &repair->scratch);
    if (!text_buffer_check(&repair->scratch, error)) {
        return NULL;
    }
    item = find_by_key(repair, repair->scratch.data);
    return item != NULL && item->difference->kind == DIFFERENCE_MISSING_TARGET ? item : NULL;
}

static bool is_refused(const struct batch *batch, int row)
{
    return batch->error_count > 0 && validity_get(batch->error_rows, row);
}

/* Which columns differ, of those that verification named. */
static bool find_differing(struct pairing *pairing,
                           const struct repair_item *item,
                           const struct batch *found,
                           int row,
                           bool *differs,
                           bool *any,
                           struct error *error)
{
    struct repair *repair = pairing->repair;
    const struct schema *schema = repair->rows.schema;
    *any = false;
    for (int i = 0; i < schema->count; i++) {
        bool named = false;
        enum agreement agreement = AGREEMENT_EQUAL;
        for (int at = 0; at < item->difference->column_count; at++) {
            named = named || strcmp(item->difference->columns[at], schema->columns[i].name) == 0;
        }
        if (named &&
            !target_rows_compare(
                &repair->rows, i, pairing->mapped, item->row, found, row, &agreement, error)) {
            return false;
        }
        differs[i] = agreement == AGREEMENT_DIFFERS;
        *any = *any || differs[i];
    }
    return true;
}

static bool pair(struct pairing *pairing,
                 struct repair_item *item,
                 const struct batch *found,
                 int row,
                 struct error *error)
{
    struct repair *repair = pairing->repair;
    bool any = false;
    if (item->state == REPAIR_SHARED || ++item->targets > 1) {
        item->state = REPAIR_SHARED;
        return true;
    }
    if (item->difference->kind != DIFFERENCE_NOT_EQUAL) {
        return true;
    }
    if (is_refused(pairing->mapped, item->row)) {
        item->state = REPAIR_REFUSED;
        return true;
    }
    bool *differs =
        ARENA_ARRAY(&pairing->mapped->arena, bool, (size_t)repair->rows.schema->count + 1);
    if (differs == NULL) {
        return error_set_memory(error);
    }
    if (!find_differing(pairing, item, found, row, differs, &any, error)) {
        return false;
    }
    if (!any) {
        return true;
    }
    text_buffer_reset(&repair->scratch);
    repair_sql_update(
        &repair->table, pairing->mapped, item->row, found, row, differs, &repair->scratch);
    return keep_statement(repair, item, error);
}

static bool take_pairs(void *state, struct batch *batch, struct error *error)
{
    struct pairing *pairing = state;
    struct hash *hashes = NULL;
    bool ok = hash_keys(pairing->repair, batch, &hashes, error);
    for (int row = 0; ok && row < batch->rows; row++) {
        for (int at = 0; ok && at < pairing->mapped->rows; at++) {
            struct repair_item *item = pairing->items[at];
            if (item != NULL && hash_equal(item->key_hash, hashes[row])) {
                ok = pair(pairing, item, batch, row, error);
            }
        }
    }
    return ok;
}

static bool insert_missing(struct pairing *pairing, struct error *error)
{
    struct repair *repair = pairing->repair;
    for (int row = 0; row < pairing->mapped->rows; row++) {
        struct repair_item *item = pairing->items[row];
        if (item == NULL || item->difference->kind != DIFFERENCE_MISSING_TARGET ||
            item->targets > 0 || item->state == REPAIR_SHARED) {
            continue;
        }
        if (is_refused(pairing->mapped, row)) {
            item->state = REPAIR_REFUSED;
            continue;
        }
        text_buffer_reset(&repair->scratch);
        repair_sql_insert(&repair->table, pairing->mapped, row, &repair->scratch);
        if (!keep_statement(repair, item, error)) {
            return false;
        }
    }
    return true;
}

/* The selected rows, each of an item that was not seen before, or NULL. */
static bool ask_target(struct pairing *pairing, struct error *error)
{
    struct repair *repair = pairing->repair;
    struct text_buffer keys;
    int count = 0;
    text_buffer_init(&keys, KEYS_BYTES_MAX);
    text_buffer_char(&keys, '[');
    for (int row = 0; row < pairing->mapped->rows; row++) {
        if (pairing->items[row] != NULL) {
            text_buffer_string(&keys, count++ > 0 ? "," : "");
            target_rows_key_json(&repair->rows, pairing->mapped, row, &keys);
        }
    }
    text_buffer_char(&keys, ']');
    bool ok =
        text_buffer_check(&keys, error) &&
        (count == 0 || target_rows_read(&repair->rows, keys.data, take_pairs, pairing, error));
    text_buffer_release(&keys);
    return ok && insert_missing(pairing, error);
}

/* A mapped row whose key is a difference's. One that the source should not have is no difference
 * any more; a second one cannot be told from the first. */
static struct repair_item *meet(struct pairing *pairing, struct repair_item *item, int row)
{
    if (item->difference->kind == DIFFERENCE_MISSING_SOURCE && item->state != REPAIR_SHARED) {
        item->state = REPAIR_CHANGED;
        return NULL;
    }
    if (item->state == REPAIR_SHARED || ++item->sources > 1) {
        item->state = REPAIR_SHARED;
        return NULL;
    }
    item->row = row;
    item->key_hash = pairing->hashes[row];
    return item;
}

static bool select_rows(struct pairing *pairing, struct error *error)
{
    uint16_t selection[LIMIT_BATCH_ROWS];
    struct error reason = ERROR_NONE;
    int count = 0;
    if (!hash_keys(pairing->repair, pairing->mapped, &pairing->hashes, error)) {
        return false;
    }
    for (int row = 0; row < pairing->mapped->rows; row++) {
        struct repair_item *item = item_of(pairing, row, &reason);
        if (reason.code != ERROR_OK) {
            *error = reason;
            return false;
        }
        if (item != NULL) {
            pairing->hashes[count] = pairing->hashes[row];
            pairing->items[count] = meet(pairing, item, count);
            selection[count++] = (uint16_t)row;
        }
    }
    batch_sort_errors(pairing->mapped);
    return batch_select(pairing->mapped, selection, count, error);
}

static bool has_other_key(const struct repair *repair)
{
    bool other = false;
    for (int i = 0; i < repair->rows.key_count; i++) {
        other = other || repair->rows.schema->columns[repair->rows.key[i]].type.id == TYPE_OTHER;
    }
    return other;
}

/* Which of its rows were met before is not known. */
static void chunk_lost(void *state)
{
    struct pairing *pairing = state;
    pairing->lost = true;
}

static bool write_mapped(void *state, struct batch *batch, struct error *error)
{
    struct pairing *pairing = state;
    struct target_rows *rows = &pairing->repair->rows;
    bool other = has_other_key(pairing->repair);
    if (pairing->lost) {
        (void)error_set(error, ERROR_SOURCE_LOST, "the source was lost while repairs were sought");
        return error_hint(error, "Nothing was written. The same command begins again.");
    }
    pairing->mapped = batch;
    return (!other || target_rows_prepare(rows, batch, error)) && select_rows(pairing, error) &&
           (batch->rows == 0 ||
            ((other || target_rows_prepare(rows, batch, error)) && ask_target(pairing, error)));
}

static bool read_source(struct repair *repair, struct error *error)
{
    struct job *job = repair->job;
    struct mapped_reading mapped = {.job = job, .entity = repair->entity};
    struct pairing *pairing = ARENA_NEW(&job->arena, struct pairing);
    if (pairing == NULL) {
        return error_set_memory(error);
    }
    pairing->repair = repair;
    struct pipeline pipeline = {
        .writer = {.state = pairing, .write = write_mapped, .restart = chunk_lost},
        .threads = job->options->jobs > 0,
        .budget = &job->budget,
        .cancel = &job->cancel,
    };
    if (!carry_plan_chunks(job, repair->entity, &mapped.chunks, error) ||
        !grouping_read_source(job, repair->entity, &mapped.chunks, error) ||
        !mapped_reading_open(&mapped, &pipeline.reader, &pipeline.transformer, error)) {
        return false;
    }
    bool ok = pipeline_run(&pipeline, error);
    mapped_reading_close(&mapped);
    if (ok && cancel_level(&job->cancel) != CANCEL_NONE) {
        return error_set(error, ERROR_INTERRUPTED, "interrupted");
    }
    return ok;
}

bool repair_read(struct repair *repair, struct error *error)
{
    return read_target(repair, error) && sort_hashed(repair, error) && read_source(repair, error);
}
