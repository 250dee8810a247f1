/* match.c — the rows of two sides, those of one content together.
 * SPDX-License-Identifier: Apache-2.0 */
#include "match.h"

/* A row's key in JSON: a guess that planning can live with, since memory is counted anyway. */
static const size_t key_json_bytes = 32;

static size_t numbers_of_row(const struct comparison *comparison, bool keyed)
{
    return keyed ? (size_t)comparison->schema->count + (size_t)comparison->tolerant_count : 0;
}

size_t match_row_bytes(const struct comparison *comparison, int key_count)
{
    size_t columns = numbers_of_row(comparison, key_count > 0);
    return sizeof(struct match_entry) + columns * sizeof(uint64_t) +
           (size_t)key_count * key_json_bytes + 2 * sizeof(struct match_entry *);
}

void match_init(struct match *match,
                const struct comparison *comparison,
                bool keyed,
                struct budget *budget)
{
    *match = (struct match){.comparison = comparison, .keyed = keyed};
    arena_init(&match->arena, (size_t)256 << 10, budget);
}

void match_clear(struct match *match)
{
    arena_reset(&match->arena);
    match->heads = NULL;
    match->head_count = 0;
    match->entry_count = 0;
}

bool match_begin(struct match *match, uint64_t rows, struct error *error)
{
    arena_reset(&match->arena);
    match->entry_count = 0;
    match->digests[MATCH_SOURCE] = (struct digest){.rows = 0};
    match->digests[MATCH_TARGET] = (struct digest){.rows = 0};
    match->head_count = 64;
    while (match->head_count < rows && match->head_count < SIZE_MAX / 4) {
        match->head_count *= 2;
    }
    match->heads = ARENA_ARRAY(&match->arena, struct match_entry *, match->head_count);
    return match->heads != NULL || error_set_memory(error);
}

struct match_entry *match_put(struct match *match,
                              enum match_side side,
                              struct hash key,
                              struct hash row,
                              bool *fresh,
                              struct error *error)
{
    /* Low bits chose the bucket and are much alike here. */
    struct match_entry **head = &match->heads[row.high & (match->head_count - 1)];
    struct match_entry *entry = *head;
    while (entry != NULL && (!hash_equal(entry->row, row) || !hash_equal(entry->key, key))) {
        entry = entry->next;
    }
    *fresh = entry == NULL;
    if (entry == NULL) {
        size_t columns = numbers_of_row(match->comparison, match->keyed);
        entry = arena_push(&match->arena,
                           sizeof *entry + columns * sizeof entry->column_hashes[0],
                           alignof(struct match_entry));
        if (entry == NULL) {
            (void)error_set_memory(error);
            return NULL;
        }
        entry->key = key;
        entry->row = row;
        entry->next = *head;
        *head = entry;
        match->entry_count++;
    }
    entry->count[side]++;
    digest_add(&match->digests[side], row);
    return entry;
}

bool match_refuse(struct match *match,
                  struct match_entry *entry,
                  struct refused_key *key,
                  struct error *error)
{
    struct match_refusal *refusal = ARENA_NEW(&match->arena, struct match_refusal);
    if (refusal == NULL) {
        return error_set_memory(error);
    }
    refusal->key = key;
    refusal->next = entry->refusals;
    entry->refusals = refusal;
    return true;
}

void match_release(struct match *match)
{
    arena_release(&match->arena);
}
