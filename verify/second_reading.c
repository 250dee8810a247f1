/* second_reading.c — the buckets that differed, read again and matched by key.
 *
 * The source is read before the target, so that what is equal takes memory once.
 * SPDX-License-Identifier: Apache-2.0 */
#include "second_reading.h"

#include "hasher.h"

/* A source that is lost this often in one verification will be lost again. */
#define RESTARTS_MAX 100

struct second_reading {
    const struct compare *compare;
    const struct first_reading *first;
    const struct comparison *comparison;
    struct bucket_set chosen;
    struct match match;
    struct flight *flight; /* NULL: nothing is looked at twice */
    struct hasher hasher;
    int restarts; /* chunks of the source that were begun anew */
};

/* One side on its way into the match. */
struct side {
    struct second_reading *reading;
    const struct compare_side *rows;
    enum match_side number;
};

/* What tells the columns and the key of a row apart from others of its key. */
static bool describe(struct second_reading *reading,
                     const struct batch *batch,
                     int row,
                     struct match_entry *entry,
                     struct error *error)
{
    struct text json = TEXT_NONE;

    if (reading->compare->key_count == 0) {
        return true;
    }
    const struct comparison *comparison = reading->comparison;
    int columns = comparison->schema->count;
    for (int i = 0; i < columns; i++) {
        const struct vector *vector = &batch->columns[i];
        entry->column_hashes[i] = 0; /* the same of every row, where it is not compared */
        if (!comparison_skips(comparison, i) &&
            !hasher_value(&reading->hasher, vector, row, &entry->column_hashes[i], error)) {
            return false;
        }
    }
    for (int i = 0; i < comparison->tolerant_count; i++) {
        const struct vector *vector = &batch->columns[comparison->tolerant[i]];
        entry->column_hashes[columns + i] = comparison_number(vector, row);
    }
    if (!hasher_key_json(&reading->hasher, batch, row, &json, error)) {
        return false;
    }
    entry->key_json = arena_copy(&reading->match.arena, json.data, json.size);
    return entry->key_json != NULL || error_set_memory(error);
}

static bool note_refusal(struct second_reading *reading,
                         const struct batch *batch,
                         int row,
                         struct match_entry *entry,
                         struct error *error)
{
    struct text json = TEXT_NONE;

    if (!hasher_source_key_json(&reading->hasher, batch, row, &json, error)) {
        return false;
    }
    struct refused_key *key = refused_find(&reading->first->refused, json);
    return key == NULL || match_refuse(&reading->match, entry, key, error);
}

static bool put_row(struct side *side, const struct batch *batch, int row, struct error *error)
{
    struct second_reading *reading = side->reading;
    bool fresh = false;

    struct match_entry *entry = match_put(&reading->match,
                                          side->number,
                                          reading->hasher.keys[row],
                                          reading->hasher.rows[row],
                                          &fresh,
                                          error);
    if (entry == NULL || (fresh && !describe(reading, batch, row, entry, error))) {
        return false;
    }
    if (side->number == MATCH_SOURCE && reading->compare->refused_count > 0) {
        return note_refusal(reading, batch, row, entry, error);
    }
    return true;
}

static void side_restart(void *state)
{
    struct side *side = state;
    side->reading->restarts++;
}

static bool side_write(void *state, struct batch *batch, struct error *error)
{
    struct side *side = state;
    struct second_reading *reading = side->reading;

    if (batch->chunk_restarts) {
        return error_set(error, ERROR_SOURCE_LOST, "the source was lost in the second reading");
    }
    if (side->rows->prepare != NULL &&
        !side->rows->prepare(side->rows->prepare_state, batch, error)) {
        return false;
    }
    if (!hasher_apply(&reading->hasher, batch, error)) {
        return false;
    }
    for (int row = 0; row < batch->rows; row++) {
        if (reading->chosen.has[bucket_of(reading->hasher.keys[row])] &&
            !put_row(side, batch, row, error)) {
            return false;
        }
    }
    return true;
}

static bool read_side(struct second_reading *reading, enum match_side number, struct error *error)
{
    const struct compare *compare = reading->compare;
    struct side side = {
        .reading = reading,
        .rows = number == MATCH_SOURCE ? &compare->source : &compare->target,
        .number = number,
    };
    struct writer writer = {.state = &side, .write = side_write, .restart = side_restart};
    return compare_read(compare, side.rows, writer, error);
}

/* Rows of a bucket that take memory, as long as most are equal: those of the larger side. */
static uint64_t rows_of(const struct first_reading *first, int bucket)
{
    uint64_t source = first->source.digests[bucket].rows + first->aside.digests[bucket].rows;
    uint64_t target = first->target.digests[bucket].rows;
    return source > target ? source : target;
}

/* Two fifths of what is free: if no row is equal, they become four, and the batches have one. */
static uint64_t rows_that_fit(const struct second_reading *reading)
{
    const struct compare *compare = reading->compare;
    const struct budget *budget = compare->budget;
    if (budget == NULL || budget->max_bytes == 0) {
        return UINT64_MAX;
    }
    size_t used = atomic_load(&budget->used_bytes);
    size_t free_bytes = used < budget->max_bytes ? budget->max_bytes - used : 0;
    size_t row_bytes = match_row_bytes(reading->comparison, compare->key_count);
    if (reading->flight != NULL) {
        row_bytes += flight_row_bytes(compare->schema, compare->key_count);
    }
    return free_bytes / 5 * 2 / row_bytes;
}

/* Chooses buckets from `*next` on, one at least; `*rows` says how many rows will
 * take memory. */
static void choose(struct second_reading *reading,
                   const struct bucket_set *differing,
                   int buckets_max,
                   int *next,
                   uint64_t *rows)
{
    uint64_t rows_max = rows_that_fit(reading);

    bucket_set_reset(&reading->chosen);
    *rows = 0;
    for (; *next < LIMIT_VERIFY_BUCKETS && reading->chosen.count < buckets_max; (*next)++) {
        if (!differing->has[*next]) {
            continue;
        }
        uint64_t more = rows_of(reading->first, *next);
        if (reading->chosen.count > 0 && *rows + more > rows_max) {
            return;
        }
        bucket_set_add(&reading->chosen, *next);
        *rows += more;
    }
}

static bool read_chosen(struct second_reading *reading, uint64_t rows, struct error *error)
{
    return match_begin(&reading->match, rows, error) && read_side(reading, MATCH_SOURCE, error) &&
           read_side(reading, MATCH_TARGET, error);
}

/* What differs is looked at again after a while. */
static bool look_twice(struct second_reading *reading, uint64_t rows, struct error *error)
{
    const struct verify_confirm *confirm = &reading->compare->confirm;
    struct flight *flight = reading->flight;

    if (!match_first_look(&reading->match, flight, error)) {
        return false;
    }
    confirm->now(confirm->state, flight->first_at);
    if (flight->group_count > 0 &&
        (!confirm->wait(confirm->state, error) || !read_chosen(reading, rows, error))) {
        return false;
    }
    confirm->now(confirm->state, flight->second_at);
    return flight->group_count > 0 || read_chosen(reading, rows, error);
}

/* Reads the next buckets. Rows of a chunk that begins anew cannot be told from others: after a lost
 * connection the buckets are read again. When memory runs out all the same (keys are longer than
 * was guessed, or the sides have grown), tries again with half as many. */
static bool read_next(struct second_reading *reading,
                      const struct bucket_set *differing,
                      int *next,
                      struct error *error)
{
    int buckets_max = LIMIT_VERIFY_BUCKETS;
    int restarts = reading->restarts;

    for (;;) {
        struct error attempt = ERROR_NONE;
        match_clear(&reading->match);
        if (reading->flight != NULL) {
            flight_clear(reading->flight);
        }
        int after = *next;
        uint64_t rows = 0;
        choose(reading, differing, buckets_max, &after, &rows);
        if (read_chosen(reading, rows, &attempt) &&
            (reading->flight == NULL || look_twice(reading, rows, &attempt))) {
            *next = after;
            return true;
        }
        if (attempt.code == ERROR_SOURCE_LOST && reading->restarts > restarts &&
            reading->restarts < RESTARTS_MAX) {
            restarts = reading->restarts;
            continue;
        }
        if (attempt.code != ERROR_MEMORY || reading->chosen.count <= 1) {
            *error = attempt;
            return false;
        }
        buckets_max = reading->chosen.count / 2;
    }
}

/* Does the target hold what it held at the first reading, in the buckets that were read again? */
static bool target_is_the_same(const struct second_reading *reading)
{
    struct digest sum = {.rows = 0};

    for (int i = 0; i < LIMIT_VERIFY_BUCKETS; i++) {
        if (reading->chosen.has[i]) {
            digest_merge(&sum, &reading->first->target.digests[i]);
        }
    }
    return digest_equal(&sum, &reading->match.digests[MATCH_TARGET]);
}

static bool settle_chosen(struct second_reading *reading,
                          struct checkpoint *checkpoint,
                          struct findings *findings,
                          struct error *error)
{
    if (!match_finish(
            &reading->match, reading->flight, &findings->differences, &findings->totals, error)) {
        return false;
    }
    for (int i = 0; i < LIMIT_VERIFY_BUCKETS; i++) {
        if (reading->chosen.has[i]) {
            bucket_set_add(&findings->settled, i);
        }
    }
    return checkpoint_settled(checkpoint, target_is_the_same(reading), error);
}

bool second_reading_run(const struct compare *compare,
                        struct first_reading *first,
                        const struct bucket_set *differing,
                        struct checkpoint *checkpoint,
                        struct findings *findings,
                        struct arena *arena,
                        struct error *error)
{
    struct second_reading reading = {
        .compare = compare,
        .first = first,
        .comparison = first->comparison,
        .flight = compare->confirm.wait == NULL ? NULL : &findings->flight,
    };
    int next = 0;
    bool ok = false;

    match_init(&reading.match, reading.comparison, compare->key_count > 0, compare->budget);
    if (!bucket_set_init(&reading.chosen, arena, error) ||
        !hasher_init(
            &reading.hasher, compare->key, compare->key_count, reading.comparison, arena, error)) {
        goto done;
    }
    for (int done = 0; done < differing->count; done += reading.chosen.count) {
        if (!read_next(&reading, differing, &next, error) ||
            !settle_chosen(&reading, checkpoint, findings, error)) {
            goto done;
        }
    }
    ok = true;
done:
    hasher_release(&reading.hasher);
    match_release(&reading.match);
    return ok;
}
