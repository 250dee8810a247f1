/* match_settle.c — what is left over of two sides once equal rows have cancelled, paired by key.
 * SPDX-License-Identifier: Apache-2.0 */
#include "match.h"

#include <stdlib.h>

/* How far a row looks for the one most like it among those left over under its key, and up to how
 * many of them those most alike are paired first. Keys repeat seldom; a key of a million rows must
 * not cost a million squared. */
static const size_t nearest_window = 64;

/* Where differences go: into differences and totals, unless they are looked at again. */
struct settling {
    const struct match *match;
    struct differences *differences;
    struct match_totals *totals;
    struct flight *flight; /* NULL: nothing is looked at twice */
    bool first_look;
    const char **names; /* room for the names of all columns */
};

/* What is left over under one key. */
struct group {
    const struct settling *settling;
    struct match_entry **entries;
    size_t count;
    size_t first;                /* no target rows are left before it */
    struct flight_group *before; /* what the first look found, or finds now */
    bool in_flight;
};

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
            refusal->used = true;
            entry->count[MATCH_SOURCE]--;
            totals->refused++;
            digest_remove(&totals->source, entry->row);
        }
    }
}

/* The rows will be read again: the refusals are to explain them then. */
static void take_back(struct match_entry *const *entries, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct match_refusal *refusal = entries[i]->refusals;
        for (; refusal != NULL; refusal = refusal->next) {
            refusal->key->count += refusal->used ? 1 : 0;
            refusal->used = false;
        }
    }
}

/* Within its tolerance a column does not differ. */
static bool column_differs(const struct comparison *comparison,
                           const struct match_entry *source,
                           const struct match_entry *target,
                           int column)
{
    if (source->column_hashes[column] == target->column_hashes[column]) {
        return false;
    }
    for (int i = 0; i < comparison->tolerant_count; i++) {
        int at = comparison->schema->count + i;
        if (comparison->tolerant[i] == column) {
            return !comparison_near(
                comparison, i, source->column_hashes[at], target->column_hashes[at]);
        }
    }
    return true;
}

static int columns_that_differ(const struct comparison *comparison,
                               const struct match_entry *source,
                               const struct match_entry *target,
                               const char **names)
{
    int count = 0;
    for (int i = 0; i < comparison->schema->count; i++) {
        if (column_differs(comparison, source, target, i)) {
            if (names != NULL) {
                names[count] = comparison->schema->columns[i].name;
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
    const struct comparison *comparison = group->settling->match->comparison;
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
        int columns = columns_that_differ(comparison, source, target, NULL);
        if (columns < best_columns) {
            best = target;
            best_columns = columns;
        }
        seen++;
    }
    return best;
}

static uint64_t *total_of(struct match_totals *totals, enum difference_kind kind)
{
    return kind == DIFFERENCE_NOT_EQUAL        ? &totals->not_equal
           : kind == DIFFERENCE_MISSING_TARGET ? &totals->missing_target
                                               : &totals->missing_source;
}

/* `times`: rows of one content make differences of one content. */
static bool report(struct group *group,
                   const struct difference *difference,
                   uint64_t times,
                   struct error *error)
{
    const struct settling *settling = group->settling;

    if (settling->first_look) {
        return flight_describe(settling->flight, group->before, difference, error);
    }
    if (group->in_flight) {
        return flight_changed(settling->flight, group->before, difference, times, error);
    }
    *total_of(settling->totals, difference->kind) += times;
    /* Past the limit none could be kept. */
    uint64_t limit = (uint64_t)settling->differences->limit;
    for (uint64_t i = 0; i < times && i < limit; i++) {
        if (!differences_push(settling->differences, difference, error)) {
            return false;
        }
    }
    return true;
}

static bool report_missing(struct group *group,
                           const struct match_entry *entry,
                           enum match_side side,
                           struct error *error)
{
    char hex[HASH_HEX_SIZE];
    hash_hex(entry->row, hex);
    struct difference difference = {
        .kind = side == MATCH_SOURCE ? DIFFERENCE_MISSING_TARGET : DIFFERENCE_MISSING_SOURCE,
        .key = group->settling->match->keyed ? entry->key_json : hex,
    };
    return entry->count[side] == 0 || report(group, &difference, entry->count[side], error);
}

static bool pair_up(struct group *group,
                    struct match_entry *source,
                    int columns_max,
                    struct error *error)
{
    const struct settling *settling = group->settling;

    while (source->count[MATCH_SOURCE] > 0) {
        struct match_entry *target = nearest(group, source, columns_max);
        if (target == NULL) {
            return true;
        }
        struct difference difference = {
            .kind = DIFFERENCE_NOT_EQUAL,
            .key = target->key_json,
            .columns = settling->names,
            .column_count =
                columns_that_differ(settling->match->comparison, source, target, settling->names),
        };
        source->count[MATCH_SOURCE]--;
        target->count[MATCH_TARGET]--;
        if (difference.column_count == 0) {
            settling->totals->equal++;
            settling->totals->within_tolerance++;
        } else if (!report(group, &difference, 1, error)) {
            return false;
        }
    }
    return true;
}

/* Those most alike first: one column, two, four, … With two rows, or too many, at once. */
static bool pair_all(struct group *group, struct error *error)
{
    int columns = group->settling->match->comparison->schema->count;
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

/* What this look says of the group, or what the one before said of it. */
static bool look(struct group *group, struct error *error)
{
    const struct settling *settling = group->settling;
    struct flight_left left = {.key = group->entries[0]->key};

    for (size_t i = 0; i < group->count; i++) {
        for (int side = MATCH_SOURCE; side <= MATCH_TARGET; side++) {
            for (uint64_t rows = 0; rows < group->entries[i]->count[side]; rows++) {
                digest_add(&left.rows[side], group->entries[i]->row);
            }
        }
    }
    if (settling->first_look) {
        return flight_put(settling->flight, &left, &group->before, error);
    }
    group->before = flight_meet(settling->flight, left.key);
    group->in_flight = group->before == NULL || !flight_same(group->before, &left);
    return true;
}

static bool is_left(const struct group *group)
{
    for (size_t i = 0; i < group->count; i++) {
        const struct match_entry *entry = group->entries[i];
        if (entry->count[MATCH_SOURCE] + entry->count[MATCH_TARGET] > 0) {
            return true;
        }
    }
    return false;
}

/* Differences within a tolerance are none, whatever the first look thought of it. */
static bool settle(struct group *group, struct error *error)
{
    const struct settling *settling = group->settling;

    for (size_t i = 0; i < group->count; i++) {
        explain(group->entries[i], settling->totals);
    }
    if (settling->flight != NULL && is_left(group) && !look(group, error)) {
        return false;
    }
    /* What is left of one content is left on one side. */
    if (group->count > 1 && !pair_all(group, error)) {
        return false;
    }
    for (size_t i = 0; i < group->count; i++) {
        if (!report_missing(group, group->entries[i], MATCH_SOURCE, error) ||
            !report_missing(group, group->entries[i], MATCH_TARGET, error)) {
            return false;
        }
    }
    return true;
}

static bool settle_all(const struct settling *settling,
                       struct match_entry **left,
                       size_t left_count,
                       struct error *error)
{
    for (size_t begin = 0, end = 0; begin < left_count; begin = end) {
        for (end = begin; end < left_count && hash_equal(left[end]->key, left[begin]->key); end++) {
        }
        struct group group = {
            .settling = settling,
            .entries = left + begin,
            .count = end - begin,
        };
        if (!settle(&group, error)) {
            return false;
        }
    }
    return true;
}

static bool begin(struct match *match,
                  struct settling *settling,
                  struct match_entry ***left,
                  size_t *left_count,
                  struct error *error)
{
    settling->match = match;
    settling->names =
        ARENA_ARRAY(&match->arena, const char *, (size_t)match->comparison->schema->count);
    if (settling->names == NULL) {
        return error_set_memory(error);
    }
    return gather(match, settling->totals, left, left_count, error);
}

bool match_first_look(struct match *match, struct flight *flight, struct error *error)
{
    struct match_totals unused = {.equal = 0};
    struct settling settling = {.totals = &unused, .flight = flight, .first_look = true};
    struct match_entry **left = NULL;
    size_t left_count = 0;

    if (!begin(match, &settling, &left, &left_count, error)) {
        return false;
    }
    bool ok =
        flight_begin(flight, left_count, error) && settle_all(&settling, left, left_count, error);
    take_back(left, left_count);
    return ok;
}

bool match_finish(struct match *match,
                  struct flight *flight,
                  struct differences *differences,
                  struct match_totals *totals,
                  struct error *error)
{
    struct settling settling = {.totals = totals, .flight = flight, .differences = differences};
    struct match_entry **left = NULL;
    size_t left_count = 0;

    if (!begin(match, &settling, &left, &left_count, error)) {
        return false;
    }
    digest_merge(&totals->source, &match->digests[MATCH_SOURCE]);
    digest_merge(&totals->target, &match->digests[MATCH_TARGET]);
    return settle_all(&settling, left, left_count, error) &&
           (flight == NULL || flight_settle(flight, error));
}
