/* reread.c — the contract is in reread.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "reread.h"

#include "carry.h"

#include <stdlib.h>
#include <string.h>

enum {
    ASKED_MAX = 1000,    /* keys that are asked for one by one */
    CHUNK_SHARE_MIN = 20 /* records of the chunk for each of them; fewer: it is read instead */
};

static int compare_wanted(const void *left, const void *right)
{
    const struct wanted *a = left;
    const struct wanted *b = right;
    int order = strcmp(a->reject->key, b->reject->key);
    return order != 0                              ? order
           : a->reject->reject < b->reject->reject ? -1
                                                   : a->reject->reject > b->reject->reject;
}

static bool list_wanted(struct reread *reread,
                        const struct target_reject *rejects,
                        int count,
                        struct error *error)
{
    struct arena *arena = &reread->job->arena;
    reread->wanted = ARENA_ARRAY(arena, struct wanted, (size_t)count + 1);
    reread->found = ARENA_ARRAY(arena, int64_t, (size_t)count + 1);
    reread->places = ARENA_ARRAY(arena, int, (size_t)count + 1);
    if (reread->wanted == NULL || reread->found == NULL || reread->places == NULL) {
        return error_set_memory(error);
    }
    reread->count = count;
    for (int i = 0; i < count; i++) {
        reread->wanted[i] = (struct wanted){.reject = &rejects[i]};
        if (rejects[i].source_hash != NULL &&
            !hash_from_hex(rejects[i].source_hash, &reread->wanted[i].source_hash)) {
            return error_set(error, ERROR_STATE, "a reject of the target's ledger has no hash");
        }
    }
    qsort(reread->wanted, (size_t)count, sizeof *reread->wanted, compare_wanted);
    return true;
}

/* One read per key, each key once. `*possible` false: one of them cannot be asked for. */
static bool ask_by_key(struct reread *reread, bool *possible, struct error *error)
{
    struct arena *arena = &reread->job->arena;
    struct chunk *items = ARENA_ARRAY(arena, struct chunk, (size_t)reread->count + 1);
    int count = 0;
    *possible = true;
    if (items == NULL) {
        return error_set_memory(error);
    }
    for (int i = 0; *possible && i < reread->count; i++) {
        const char *key = reread->wanted[i].reject->key;
        if (i > 0 && strcmp(key, reread->wanted[i - 1].reject->key) == 0) {
            continue;
        }
        if (!chunk_of_key(
                key, reread->key.count, reread->ordinal, arena, &items[count], possible, error)) {
            return false;
        }
        count++;
    }
    if (*possible) {
        reread->chunks = (struct chunk_list){.items = items, .count = count};
    }
    return true;
}

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool same_bytes(const struct chunk *a, const struct chunk *b)
{
    return a->kind == b->kind && a->offset == b->offset && a->size == b->size &&
           hash_equal(a->file_hash, b->file_hash) && same_text(a->file, b->file) &&
           same_text(a->last_file, b->last_file);
}

/* Files may have been mended: then a record is where its key is. */
static bool choose_file_chunks(struct reread *reread,
                               const struct chunk *chunk,
                               struct error *error)
{
    struct chunk_list today = {.count = 0};
    if (!carry_plan_chunks(reread->job, reread->entity, &today, error)) {
        return false;
    }
    for (int i = 0; i < today.count; i++) {
        if (same_bytes(chunk, &today.items[i])) {
            reread->chunks = (struct chunk_list){.items = &today.items[i], .count = 1};
            return true;
        }
    }
    reread->chunks = today;
    if (reread->key.count > 0) {
        return true;
    }
    error_set(
        error,
        ERROR_STATE,
        "the records of entity \"%s\" cannot be found again: file \"%s\" has changed, and the "
        "mapping names no key of it",
        reread->entity->mapping->entity,
        chunk->file);
    return error_hint(error,
                      "Name its key in the mapping, or empty the table and begin the entity again "
                      "with --entity %s --restart.",
                      reread->entity->mapping->entity);
}

static bool choose_chunks(struct reread *reread,
                          const struct target_chunk *chunk,
                          struct error *error)
{
    const char *index = NULL;
    if (chunk->chunk.kind == CHUNK_FILE_RANGE) {
        return choose_file_chunks(reread, &chunk->chunk, error);
    }
    if (chunk->chunk.kind != CHUNK_WHOLE &&
        chunk->chunk.key_count != relation_bounds(reread->entity->relation)) {
        error_set(error,
                  ERROR_STATE,
                  "entity \"%s\" was planned by another key than the mapping names",
                  reread->entity->mapping->entity);
        return error_hint(error, "Name the key in the mapping that it was loaded with.");
    }
    bool few = reread->count <= ASKED_MAX &&
               (uint64_t)reread->count * CHUNK_SHARE_MIN < chunk->tally.source.rows;
    bool possible = false;
    if (few && record_key_is_asked_by_text(&reread->key, reread->entity->relation) &&
        relation_access(reread->entity->relation, &index) == RELATION_BY_INDEX &&
        !ask_by_key(reread, &possible, error)) {
        return false;
    }
    if (!possible) {
        struct chunk *one = ARENA_NEW(&reread->job->arena, struct chunk);
        if (one == NULL) {
            return error_set_memory(error);
        }
        *one = chunk->chunk;
        reread->chunks = (struct chunk_list){.items = one, .count = 1};
    }
    return true;
}

bool reread_create(struct reread *reread,
                   struct job *job,
                   struct entity *entity,
                   const int *columns,
                   int column_count,
                   const struct target_chunk *chunk,
                   const struct target_reject *rejects,
                   int count,
                   struct error *error)
{
    *reread = (struct reread){
        .job = job,
        .entity = entity,
        .columns = columns,
        .column_count = column_count,
        .ordinal = chunk->chunk.ordinal,
    };
    text_buffer_init(&reread->scratch, LIMIT_RECORD_BYTES * 2);
    return list_wanted(reread, rejects, count, error) &&
           record_key_find(&reread->key, entity->relation, columns, column_count, error) &&
           choose_chunks(reread, chunk, error);
}

/* The first of `wanted` with this key; -1: none. */
static int find_wanted(const struct reread *reread, const char *key)
{
    int low = 0;
    int high = reread->count;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (strcmp(reread->wanted[middle].reject->key, key) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < reread->count && strcmp(reread->wanted[low].reject->key, key) == 0 ? low : -1;
}

static void take(struct reread *reread, struct wanted *wanted)
{
    wanted->state = REREAD_FOUND;
    reread->places[reread->found_count] = (int)(wanted - reread->wanted);
    reread->found[reread->found_count++] = wanted->reject->reject;
}

/* Is a record with the key of wanted[first] and this hash one that is to be given out? */
static bool match(struct reread *reread, int first, struct hash hash)
{
    struct wanted *free_one = NULL;
    const char *key = reread->wanted[first].reject->key;
    for (int i = first; i < reread->count && strcmp(reread->wanted[i].reject->key, key) == 0; i++) {
        struct wanted *wanted = &reread->wanted[i];
        if (wanted->state == REREAD_FOUND) {
            continue;
        }
        if (hash_equal(wanted->source_hash, hash)) {
            take(reread, wanted);
            return true;
        }
        free_one = free_one == NULL ? wanted : free_one;
    }
    if (reread->wanted[first].shared) {
        return false;
    }
    if (free_one != NULL) {
        take(reread, free_one);
        return true;
    }
    for (int i = first; i < reread->count && strcmp(reread->wanted[i].reject->key, key) == 0; i++) {
        reread->wanted[i].shared = true;
    }
    reread->again = true;
    return false;
}

static bool is_of_class(const struct target_reject *reject, enum reject_class class)
{
    return strcmp(reject->class_text, reject_class_text(class)) == 0;
}

/* Was the record found to lead its group when it was rejected, rather than rejected before? A
 * reader names columns, too, those of the source, but has none of these classes. */
static bool led_its_group(const struct reread *reread, const struct target_reject *reject)
{
    const struct schema *source = relation_schema(reread->entity->relation);
    bool by_mapping = is_of_class(reject, REJECT_NULL_VALUE) ||
                      is_of_class(reject, REJECT_LOOKUP) || is_of_class(reject, REJECT_RULE);
    bool of_target = reject->column != NULL &&
                     (by_mapping || schema_find(source, text_of(reject->column), true) < 0);
    return reject->by_target || of_target || is_of_class(reject, REJECT_CHECK);
}

/* A row that is made of the record and others may be there, or somebody else's to make. */
static bool is_grouped(struct reread *reread, int first, enum standing standing)
{
    struct wanted *wanted = &reread->wanted[first];
    bool alone = standing == STANDING_FREE ||
                 (standing == STANDING_LEADS && led_its_group(reread, wanted->reject));
    if (!alone && wanted->state != REREAD_FOUND) {
        wanted->state = REREAD_LEFT;
    }
    return !alone;
}

/* Takes all rejects of the record if they are all that it gives, and it is as it was. */
static bool take_every_row(struct reread *reread, int first, struct hash hash, int given)
{
    const char *key = reread->wanted[first].reject->key;
    int end = first;
    bool same = true;
    for (; end < reread->count && strcmp(reread->wanted[end].reject->key, key) == 0; end++) {
        const struct wanted *wanted = &reread->wanted[end];
        same = same && wanted->state != REREAD_FOUND && hash_equal(wanted->source_hash, hash);
    }
    bool whole = same && end - first == given;
    for (int i = first; i < end; i++) {
        if (whole) {
            take(reread, &reread->wanted[i]);
        } else if (reread->wanted[i].state != REREAD_FOUND) {
            reread->wanted[i].state = REREAD_LEFT;
        }
    }
    return whole;
}

/* What is known of the rows of a batch where a record is not one row. */
struct judged {
    uint8_t standings[LIMIT_BATCH_ROWS];
    uint8_t given[LIMIT_BATCH_ROWS];
};

static bool judge(struct reread *reread,
                  struct batch *batch,
                  struct judged *judged,
                  struct error *error)
{
    if (reread->judge == NULL) {
        return true;
    }
    return reread->entity->mapping->emit_count > 0
               ? transform_count_given(reread->judge, batch, judged->given, error)
               : transform_find_standings(reread->judge, batch, judged->standings, error);
}

static bool is_taken(struct reread *reread,
                     int first,
                     const struct batch *batch,
                     int row,
                     const struct judged *judged)
{
    struct hash hash = batch->source_hashes[row];
    if (reread->judge == NULL) {
        return match(reread, first, hash);
    }
    return reread->entity->mapping->emit_count > 0
               ? take_every_row(reread, first, hash, judged->given[row])
               : !is_grouped(reread, first, judged->standings[row]) && match(reread, first, hash);
}

static bool select_rows(struct reread *reread, struct batch *batch, struct error *error)
{
    uint16_t selection[LIMIT_BATCH_ROWS];
    struct judged judged;
    int count = 0;
    if (!judge(reread, batch, &judged, error)) {
        return false;
    }
    for (int row = 0; row < batch->rows; row++) {
        record_key_json(&reread->key, batch, row, &reread->scratch);
        if (!text_buffer_check(&reread->scratch, error)) {
            return false;
        }
        int first = find_wanted(reread, reread->scratch.data);
        if (first >= 0 && is_taken(reread, first, batch, row, &judged)) {
            selection[count++] = (uint16_t)row;
        }
    }
    reread->begun = reread->begun || count > 0;
    return batch_select(batch, selection, count, error);
}

static bool end_chunk(struct reread *reread, struct batch *batch, bool *more, struct error *error)
{
    if (reread->ended) {
        *more = false;
        return true;
    }
    if (reread->again) {
        return error_set(error, ERROR_INTERRUPTED, "records share a key");
    }
    if (cancel_level(&reread->job->cancel) != CANCEL_NONE) {
        error_set(error, ERROR_INTERRUPTED, "interrupted");
        return error_hint(error, "Nothing of the chunk in hand was changed. Repeat the command.");
    }
    reread->ended = true;
    *more = true;
    if (!batch_begin(batch, 1, false, error)) {
        return false;
    }
    batch->chunk = reread->ordinal;
    batch->chunk_ends = true;
    return true;
}

/* A connection that is made again may begin a chunk again of which rows were given out. */
static bool check_restart(struct reread *reread, const struct batch *batch, struct error *error)
{
    if (!batch->chunk_restarts || !reread->begun) {
        return true;
    }
    error_set(error, ERROR_SOURCE_LOST, "the connection was lost while records were read again");
    return error_hint(error, "Nothing of their chunk was changed. Repeat the command.");
}

static bool reread_next(void *state, struct batch *batch, bool *more, struct error *error)
{
    struct reread *reread = state;
    if (!reread->ended && !reread->inner.next(reread->inner.state, batch, more, error)) {
        return false;
    }
    if (reread->ended || !*more) {
        return end_chunk(reread, batch, more, error);
    }
    if (!check_restart(reread, batch, error) || !select_rows(reread, batch, error)) {
        return false;
    }
    batch->chunk = reread->ordinal;
    batch->chunk_ends = false;
    batch->chunk_restarts = false;
    return true;
}

bool reread_open(struct reread *reread, struct reader *reader, struct error *error)
{
    struct job *job = reread->job;
    reread->found_count = 0;
    reread->begun = false;
    reread->ended = false;
    reread->again = false;
    for (int i = 0; i < reread->count; i++) {
        reread->wanted[i].state = reread->wanted[i].shared ? REREAD_AMBIGUOUS : REREAD_MISSING;
    }
    if (!source_pool_lend(
            job->sources, job_source_settings(job, reread->entity), &reread->source, error) ||
        !source_let_go(reread->source, error) ||
        !list_reader_open(&reread->records,
                          reread->source,
                          reread->entity->relation,
                          reread->columns,
                          reread->column_count,
                          &reread->chunks,
                          &job->cancel,
                          &reread->inner,
                          error)) {
        reread_close(reread);
        return false;
    }
    *reader = (struct reader){.state = reread, .schema = reread->inner.schema, .next = reread_next};
    return true;
}

void reread_close(struct reread *reread)
{
    list_reader_close(&reread->records);
    source_pool_return(reread->job->sources, reread->source);
    reread->source = NULL;
}

void reread_release(struct reread *reread)
{
    text_buffer_release(&reread->scratch);
}
