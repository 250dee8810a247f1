/* first_reading.c — both sides, read whole, into digests by bucket.
 *
 * A source row whose record was refused at loading is set aside: most often the target lacks it,
 * and the bucket then agrees without it. So refusals do not cost a second reading.
 * The digests of a source chunk are kept apart until it ends, so that one that begins anew (its
 * connection was lost) counts once.
 * SPDX-License-Identifier: Apache-2.0 */
#include "first_reading.h"

#include "hasher.h"

#include <pthread.h>
#include <stdatomic.h>

enum {
    SIDE_NONE,
    SIDE_SOURCE,
    SIDE_TARGET
};

/* One side on its way into buckets. */
struct side {
    const struct compare *compare;
    const struct compare_side *rows;
    int number;
    atomic_int *failed; /* the side that failed first: the other one need not go on */
    struct hasher hasher;
    struct buckets *buckets; /* of the chunk in hand, or of the target */
    struct first_reading *reading;
    struct tally *tally;  /* source only; of all chunks */
    struct buckets aside; /* of the chunk in hand */
    struct tally chunk;   /* of the chunk in hand */
    struct arena arena;   /* of `chunk` */
    int refused_rows;     /* set aside before the chunk in hand */
    bool ok;
    struct error error;
};

static bool set_aside(struct side *side, const struct batch *batch, int row, struct error *error)
{
    struct text key = TEXT_NONE;
    struct hash row_hash = side->hasher.rows[row];
    int bucket = bucket_of(side->hasher.keys[row]);

    if (!hasher_source_key_json(&side->hasher, batch, row, &key, error)) {
        return false;
    }
    struct refused_key *refused = refused_find(&side->reading->refused, key);
    bool aside = refused != NULL && refused_set_aside(&side->reading->refused, refused, bucket);
    struct buckets *buckets = aside ? &side->aside : side->buckets;
    digest_add(&buckets->digests[bucket], row_hash);
    return true;
}

static bool add_batch(struct side *side, const struct batch *batch, struct error *error)
{
    bool may_be_refused = side->number == SIDE_SOURCE && side->compare->refused_count > 0;

    for (int row = 0; row < batch->rows; row++) {
        if (!may_be_refused) {
            int bucket = bucket_of(side->hasher.keys[row]);
            digest_add(&side->buckets->digests[bucket], side->hasher.rows[row]);
        } else if (!set_aside(side, batch, row, error)) {
            return false;
        }
    }
    return true;
}

/* Between two chunks of the source: nothing of the next one is known. */
static void chunk_begin(struct side *side)
{
    buckets_reset(side->buckets);
    buckets_reset(&side->aside);
    arena_reset(&side->arena);
    tally_init(&side->chunk, &side->arena);
    side->refused_rows = side->reading->refused.row_count;
}

static bool chunk_end(struct side *side, struct error *error)
{
    buckets_merge(&side->reading->source, side->buckets);
    buckets_merge(&side->reading->aside, &side->aside);
    bool ok = tally_merge(side->tally, &side->chunk, error);
    chunk_begin(side);
    return ok;
}

static void side_restart(void *state)
{
    struct side *side = state;
    refused_take_back(&side->reading->refused, side->refused_rows);
    chunk_begin(side);
}

static bool side_write(void *state, struct batch *batch, struct error *error)
{
    struct side *side = state;

    int failed = atomic_load(side->failed);
    if (failed != SIDE_NONE && failed != side->number) {
        return error_set(error, ERROR_INTERRUPTED, "the other side could not be read");
    }
    if (side->rows->prepare != NULL &&
        !side->rows->prepare(side->rows->prepare_state, batch, error)) {
        return false;
    }
    if (side->tally != NULL && !tally_merge(&side->chunk, &batch->tally, error)) {
        return false;
    }
    return hasher_apply(&side->hasher, batch, error) && add_batch(side, batch, error) &&
           (side->number != SIDE_SOURCE || !batch->chunk_ends || chunk_end(side, error));
}

static void *side_run(void *state)
{
    struct side *side = state;
    struct writer writer = {.state = side,
                            .write = side_write,
                            .restart = side->number == SIDE_SOURCE ? side_restart : NULL};

    side->ok = compare_read(side->compare, side->rows, writer, &side->error);
    if (!side->ok) {
        int none = SIDE_NONE;
        atomic_compare_exchange_strong(side->failed, &none, side->number);
    }
    return NULL;
}

static bool run_together(struct side *source, struct side *target, struct error *error)
{
    pthread_t thread;

    int status = pthread_create(&thread, NULL, side_run, target);
    if (status != 0) {
        return error_set_system(error, ERROR_MEMORY, status, "could not start a thread");
    }
    side_run(source);
    pthread_join(thread, NULL);
    return true;
}

static bool run_sides(struct side *source, struct side *target, bool together, struct error *error)
{
    if (together) {
        if (!run_together(source, target, error)) {
            return false;
        }
    } else {
        side_run(source);
        if (source->ok) {
            side_run(target);
        }
    }
    int failed = atomic_load(source->failed);
    if (failed != SIDE_NONE) {
        *error = failed == SIDE_SOURCE ? source->error : target->error;
        return false;
    }
    return true;
}

bool first_reading_run(struct first_reading *reading,
                       const struct compare *compare,
                       struct tally *tally,
                       struct arena *arena,
                       struct error *error)
{
    atomic_int failed = SIDE_NONE;
    struct buckets chunk = {.digests = NULL};
    struct side source = {
        .compare = compare,
        .rows = &compare->source,
        .number = SIDE_SOURCE,
        .failed = &failed,
        .buckets = &chunk,
        .reading = reading,
        .tally = tally,
    };
    struct side target = {
        .compare = compare,
        .rows = &compare->target,
        .number = SIDE_TARGET,
        .failed = &failed,
        .buckets = &reading->target,
        .reading = reading,
    };
    const int *key = compare->key;
    int keys = compare->key_count;

    arena_init(&source.arena, 4096, NULL);
    bool ok = buckets_init(&reading->source, arena, error) && buckets_init(&chunk, arena, error) &&
              buckets_init(&source.aside, arena, error) &&
              buckets_init(&reading->aside, arena, error) &&
              buckets_init(&reading->target, arena, error) &&
              refused_init(
                  &reading->refused, compare->refused_keys, compare->refused_count, arena, error) &&
              hasher_init(&source.hasher, key, keys, arena, error) &&
              hasher_init(&target.hasher, key, keys, arena, error);
    if (ok) {
        chunk_begin(&source);
        ok = run_sides(&source, &target, compare->together, error);
    }
    arena_release(&source.arena);
    hasher_release(&source.hasher);
    hasher_release(&target.hasher);
    return ok;
}
