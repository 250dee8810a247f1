/* first_reading.c — both sides, read whole, into digests by bucket.
 *
 * A source row whose record was refused at loading is set aside: most often the target lacks it,
 * and the bucket then agrees without it. So refusals do not cost a second reading.
 * The digests of a source chunk are kept apart until it ends, so that one that begins anew (its
 * connection was lost) counts once.
 * SPDX-License-Identifier: Apache-2.0 */
#include "first_reading.h"

#include "checkpoint.h"
#include "hasher.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

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
    struct checkpoint *checkpoint;
    struct tally *tally;     /* source only; of all chunks */
    struct buckets aside;    /* of the chunk in hand */
    struct figures *figures; /* of the chunk in hand, or of the target; NULL: not wanted */
    struct figures aside_figures;
    bool *left_out;     /* which rows of the batch in hand are set aside */
    struct tally chunk; /* of the chunk in hand */
    struct arena arena; /* of `chunk` */
    int refused_rows;   /* set aside before the chunk in hand */
    bool in_chunk;      /* rows of one that has not ended are in no sum */
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
    side->left_out[row] = aside;
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

static bool add_figures(struct side *side, const struct batch *batch, struct error *error)
{
    bool may_be_refused = side->number == SIDE_SOURCE && side->compare->refused_count > 0;

    if (side->figures == NULL) {
        return true;
    }
    if (!may_be_refused) {
        return figures_add(side->figures, batch, NULL, error);
    }
    if (!figures_add(side->figures, batch, side->left_out, error)) {
        return false;
    }
    for (int row = 0; row < batch->rows; row++) {
        side->left_out[row] = !side->left_out[row];
    }
    return figures_add(&side->aside_figures, batch, side->left_out, error);
}

/* Between two chunks of the source: nothing of the next one is known. */
static void chunk_begin(struct side *side)
{
    buckets_reset(side->buckets);
    buckets_reset(&side->aside);
    if (side->figures != NULL) {
        figures_reset(side->figures);
        figures_reset(&side->aside_figures);
    }
    arena_reset(&side->arena);
    tally_init(&side->chunk, &side->arena);
    side->refused_rows = side->reading->refused.row_count;
    side->in_chunk = false;
}

static bool chunk_end(struct side *side, int chunk, struct error *error)
{
    struct first_reading *reading = side->reading;

    buckets_merge(&reading->source, side->buckets);
    buckets_merge(&reading->aside, &side->aside);
    bool ok = side->figures == NULL ||
              (figures_merge(&reading->source_figures, side->figures, error) &&
               figures_merge(&reading->aside_figures, &side->aside_figures, error));
    ok = ok && tally_merge(side->tally, &side->chunk, error);
    chunk_begin(side);
    return ok && checkpoint_chunk(side->checkpoint, chunk, error);
}

static void side_restart(void *state)
{
    struct side *side = state;
    refused_take_back(&side->reading->refused, side->refused_rows);
    chunk_begin(side);
}

/* Where only rows are counted all hashes are 0, and all rows of one bucket. */
static bool hash_rows(struct side *side, const struct batch *batch, struct error *error)
{
    return side->compare->count_target != NULL || hasher_apply(&side->hasher, batch, error);
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
    side->in_chunk = side->number == SIDE_SOURCE;
    return hash_rows(side, batch, error) && add_batch(side, batch, error) &&
           add_figures(side, batch, error) &&
           (side->number != SIDE_SOURCE || !batch->chunk_ends ||
            chunk_end(side, batch->chunk, error));
}

static bool count_target(struct side *side)
{
    const struct compare *compare = side->compare;
    return compare->count_target(
        compare->target.rows.state, &side->buckets->digests[0].rows, &side->error);
}

static void *side_run(void *state)
{
    struct side *side = state;
    struct writer writer = {.state = side,
                            .write = side_write,
                            .restart = side->number == SIDE_SOURCE ? side_restart : NULL};

    bool target = side->number == SIDE_TARGET;
    side->ok = target && side->compare->count_target != NULL
                   ? count_target(side)
                   : compare_read(side->compare, side->rows, writer, &side->error) &&
                         NOVATE_CHECK(&side->error, !side->in_chunk);
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

/* Of the source's chunk in hand, and of both sides whole. */
static bool init_figures(struct first_reading *reading,
                         const struct compare *compare,
                         struct figures *chunk,
                         struct side *source,
                         struct side *target,
                         struct arena *arena,
                         struct error *error)
{
    struct figures *const all[] = {
        &reading->source_figures, &reading->aside_figures, chunk, &source->aside_figures};

    if (!compare->figures) {
        return true;
    }
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (!figures_init(all[i], reading->comparison, compare->coded, arena, error)) {
            return false;
        }
    }
    source->figures = chunk;
    target->figures = &reading->target_figures;
    return figures_init(
        target->figures, reading->comparison, compare->coded, &reading->target_arena, error);
}

static bool init_buckets(struct first_reading *reading,
                         const struct compare *compare,
                         struct side *source,
                         struct arena *arena,
                         struct error *error)
{
    source->left_out = ARENA_ARRAY(arena, bool, LIMIT_BATCH_ROWS);
    if (source->left_out == NULL) {
        return error_set_memory(error);
    }
    return buckets_init(&reading->source, arena, error) &&
           buckets_init(source->buckets, arena, error) &&
           buckets_init(&source->aside, arena, error) &&
           buckets_init(&reading->aside, arena, error) &&
           buckets_init(&reading->target, arena, error) &&
           refused_init(
               &reading->refused, compare->refused_keys, compare->refused_count, arena, error);
}

static bool init_hasher(struct side *side, struct arena *arena, struct error *error)
{
    const struct compare *compare = side->compare;
    return hasher_init(
        &side->hasher, compare->key, compare->key_count, side->reading->comparison, arena, error);
}

/* From where an earlier reading was interrupted; where this one is, what it did is kept. */
static bool read_sides(struct side *source, struct side *target, struct error *error)
{
    const struct compare *compare = source->compare;
    struct checkpoint *checkpoint = source->checkpoint;
    struct error ignored = ERROR_NONE;

    checkpoint_open(checkpoint, compare, source->reading, source->tally);
    chunk_begin(source);
    bool ok = run_sides(source, target, compare->together, error);
    /* The failure itself is what the caller hears of. */
    bool kept = ok || checkpoint->done_count == 0 || checkpoint_save(checkpoint, &ignored);
    (void)kept;
    return ok;
}

bool first_reading_run(struct first_reading *reading,
                       const struct compare *compare,
                       struct checkpoint *checkpoint,
                       struct tally *tally,
                       struct arena *arena,
                       struct error *error)
{
    atomic_int failed = SIDE_NONE;
    struct buckets chunk = {.digests = NULL};
    struct figures chunk_figures = {.count = 0};
    struct side source = {
        .compare = compare,
        .rows = &compare->source,
        .number = SIDE_SOURCE,
        .failed = &failed,
        .buckets = &chunk,
        .reading = reading,
        .checkpoint = checkpoint,
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

    arena_init(&source.arena, 4096, NULL);
    arena_init(&reading->target_arena, (size_t)64 << 10, compare->budget);
    bool ok = init_buckets(reading, compare, &source, arena, error) &&
              init_hasher(&source, arena, error) && init_hasher(&target, arena, error) &&
              init_figures(reading, compare, &chunk_figures, &source, &target, arena, error);
    if (ok) {
        ok = read_sides(&source, &target, error);
    }
    arena_release(&source.arena);
    hasher_release(&source.hasher);
    hasher_release(&target.hasher);
    figures_release(&chunk_figures);
    figures_release(&source.aside_figures);
    return ok;
}

void first_reading_release(struct first_reading *reading)
{
    figures_release(&reading->source_figures);
    figures_release(&reading->aside_figures);
    figures_release(&reading->target_figures);
    arena_release(&reading->target_arena);
}
