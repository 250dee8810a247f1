/* match.c — matches the rows of two sides by key, and says what is left over.
 * SPDX-License-Identifier: Apache-2.0 */
#include "match.h"

#include "novate/limits.h"

#include <stdlib.h>

/* How far a row looks for the one most like it among those left over under its key, and up to how
 * many of them those most alike are paired first. Keys repeat seldom; a key of a million rows must
 * not cost a million squared. */
static const size_t nearest_window = 64;

/* A row's key in JSON: a guess that planning can live with, since memory is counted anyway. */
static const size_t key_json_bytes = 32;

size_t match_row_bytes(const struct schema *schema, int key_count)
{
    size_t columns = key_count == 0 ? 0 : (size_t)schema->count;
    return sizeof(struct match_entry) + columns * sizeof(uint64_t) +
           (size_t)key_count * key_json_bytes + 2 * sizeof(struct match_entry *);
}

void match_init(struct match *match, const struct schema *schema, bool keyed, struct budget *budget)
{
    *match = (struct match){.schema = schema, .keyed = keyed};
    arena_init(&match->arena, (size_t)256 << 10, budget);
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
        size_t columns = match->keyed ? (size_t)match->schema->count : 0;
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

static int compare_entries(const void *left, const void *right)
{
    const struct match_entry *a = *(const struct match_entry *const *)left;
    const struct match_entry *b = *(const struct match_entry *const *)right;
    int order = hash_compare(a->key, b->key);
    return order != 0 ? order : hash_compare(a->row, b->row);
}

/* Cancels what is equal; gathers the entries that have rows left, by key. */
static bool gather(struct match *match,
                   struct match_totals *totals,
                   struct match_entry ***left,
                   size_t *left_count,
                   struct error *error)
{
    *left_count = 0;
    *left = ARENA_ARRAY(&match->arena, struct match_entry *, match->entry_count);
    if (*left == NULL && match->entry_count > 0) {
        return error_set_memory(error);
    }
    for (size_t i = 0; i < match->head_count; i++) {
        for (struct match_entry *entry = match->heads[i]; entry != NULL; entry = entry->next) {
            uint64_t *count = entry->count;
            uint64_t equal = count[MATCH_SOURCE] < count[MATCH_TARGET] ? count[MATCH_SOURCE]
                                                                       : count[MATCH_TARGET];
            totals->equal += equal;
            count[MATCH_SOURCE] -= equal;
            count[MATCH_TARGET] -= equal;
            if (count[MATCH_SOURCE] + count[MATCH_TARGET] > 0) {
                (*left)[(*left_count)++] = entry;
            }
        }
    }
    if (*left_count > 1) {
        qsort(*left, *left_count, sizeof **left, compare_entries);
    }
    return true;
}

/* Source rows of refused records explain themselves, each refusal one of them. */
static void explain(struct match_entry *entry, struct match_totals *totals)
{
    struct match_refusal *refusal = entry->refusals;
    for (; refusal != NULL && entry->count[MATCH_SOURCE] > 0; refusal = refusal->next) {
        if (refusal->key->count > 0) {
            refusal->key->count--;
            entry->count[MATCH_SOURCE]--;
            totals->refused++;
            digest_remove(&totals->source, entry->row);
        }
    }
}

/* What is left over under one key. */
struct group {
    const struct match *match;
    struct match_entry **entries;
    size_t count;
    size_t first; /* no target rows are left before it */
    struct differences *differences;
    struct match_totals *totals;
    const char **names; /* room for the names of all columns */
};

static int columns_that_differ(const struct match *match,
                               const struct match_entry *a,
                               const struct match_entry *b,
                               const char **names)
{
    int count = 0;
    for (int i = 0; i < match->schema->count; i++) {
        if (a->column_hashes[i] != b->column_hashes[i]) {
            if (names != NULL) {
                names[count] = match->schema->columns[i].name;
            }
            count++;
        }
    }
    return count;
}

/* The target row left over that differs in the fewest columns, `columns_max` at most. */
static struct match_entry *nearest(struct group *group,
                                   const struct match_entry *source,
                                   int columns_max)
{
    struct match_entry *best = NULL;
    int best_columns = columns_max + 1;

    while (group->first < group->count && group->entries[group->first]->count[MATCH_TARGET] == 0) {
        group->first++;
    }
    for (size_t i = group->first, seen = 0; i < group->count && seen < nearest_window; i++) {
        struct match_entry *target = group->entries[i];
        if (target->count[MATCH_TARGET] == 0) {
            continue;
        }
        int columns = columns_that_differ(group->match, source, target, NULL);
        if (columns < best_columns) {
            best = target;
            best_columns = columns;
        }
        seen++;
    }
    return best;
}

static bool push_missing(struct group *group,
                         const struct match_entry *entry,
                         enum match_side side,
                         struct error *error)
{
    char hex[HASH_HEX_SIZE];
    hash_hex(entry->row, hex);
    struct difference difference = {
        .kind = side == MATCH_SOURCE ? DIFFERENCE_MISSING_TARGET : DIFFERENCE_MISSING_SOURCE,
        .key = group->match->keyed ? entry->key_json : hex,
    };
    uint64_t *total =
        side == MATCH_SOURCE ? &group->totals->missing_target : &group->totals->missing_source;
    *total += entry->count[side];
    /* Rows of one content make differences of one content: past the limit none could be kept. */
    uint64_t limit = (uint64_t)group->differences->limit;
    uint64_t count = entry->count[side] < limit ? entry->count[side] : limit;
    for (uint64_t i = 0; i < count; i++) {
        if (!differences_push(group->differences, &difference, error)) {
            return false;
        }
    }
    return true;
}

static bool pair_up(struct group *group,
                    struct match_entry *source,
                    int columns_max,
                    struct error *error)
{
    while (source->count[MATCH_SOURCE] > 0) {
        struct match_entry *target = nearest(group, source, columns_max);
        if (target == NULL) {
            return true;
        }
        struct difference difference = {
            .kind = DIFFERENCE_NOT_EQUAL,
            .key = target->key_json,
            .columns = group->names,
            .column_count = columns_that_differ(group->match, source, target, group->names),
        };
        source->count[MATCH_SOURCE]--;
        target->count[MATCH_TARGET]--;
        group->totals->not_equal++;
        if (!differences_push(group->differences, &difference, error)) {
            return false;
        }
    }
    return true;
}

/* Those most alike first: one column, two, four, … With two rows, or too many, at once. */
static bool pair_all(struct group *group, struct error *error)
{
    int columns = group->match->schema->count;
    bool by_likeness = group->count > 2 && group->count <= nearest_window;
    int columns_max = by_likeness ? 1 : columns;

    for (;;) {
        for (size_t i = 0; i < group->count; i++) {
            if (!pair_up(group, group->entries[i], columns_max, error)) {
                return false;
            }
        }
        if (columns_max >= columns) {
            return true;
        }
        columns_max *= 2;
    }
}

static bool settle(struct group *group, struct error *error)
{
    for (size_t i = 0; i < group->count; i++) {
        explain(group->entries[i], group->totals);
    }
    /* What is left of one content is left on one side. */
    if (group->count > 1 && !pair_all(group, error)) {
        return false;
    }
    for (size_t i = 0; i < group->count; i++) {
        if (!push_missing(group, group->entries[i], MATCH_SOURCE, error) ||
            !push_missing(group, group->entries[i], MATCH_TARGET, error)) {
            return false;
        }
    }
    return true;
}

bool match_finish(struct match *match,
                  struct differences *differences,
                  struct match_totals *totals,
                  struct error *error)
{
    struct match_entry **left = NULL;
    size_t left_count = 0;
    const char **names = ARENA_ARRAY(&match->arena, const char *, (size_t)match->schema->count);

    if (names == NULL) {
        return error_set_memory(error);
    }
    if (!gather(match, totals, &left, &left_count, error)) {
        return false;
    }
    digest_merge(&totals->source, &match->digests[MATCH_SOURCE]);
    digest_merge(&totals->target, &match->digests[MATCH_TARGET]);
    for (size_t begin = 0, end = 0; begin < left_count; begin = end) {
        for (end = begin; end < left_count && hash_equal(left[end]->key, left[begin]->key); end++) {
        }
        struct group group = {
            .match = match,
            .entries = left + begin,
            .count = end - begin,
            .differences = differences,
            .totals = totals,
            .names = names,
        };
        if (!settle(&group, error)) {
            return false;
        }
    }
    return true;
}

void match_release(struct match *match)
{
    arena_release(&match->arena);
}
