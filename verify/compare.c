/* compare.c — two sides of rows, compared by buckets of their keys' hashes, then by key.
 * SPDX-License-Identifier: Apache-2.0 */
#include "compare.h"

#include "buckets.h"
#include "checkpoint.h"
#include "findings.h"
#include "first_reading.h"
#include "second_reading.h"

#include "novate/limits.h"

#include <string.h>

bool compare_read(const struct compare *compare,
                  const struct compare_side *side,
                  struct writer writer,
                  struct error *error)
{
    struct pipeline pipeline = {
        .writer = writer,
        .threads = compare->threads,
        .budget = compare->budget,
        .cancel = compare->cancel,
        .progress = side->progress,
    };
    if (!side->rows.open(side->rows.state, &pipeline.reader, &pipeline.transformer, error)) {
        return false;
    }
    bool ok = pipeline_run(&pipeline, error);
    side->rows.close(side->rows.state);
    if (ok && cancel_level(compare->cancel) != CANCEL_NONE) {
        return error_set(error, ERROR_INTERRUPTED, "the verification was interrupted");
    }
    return ok;
}

/* Counts the buckets that agree, without or with the rows set aside; names those that do not. */
static void judge(struct first_reading *first,
                  struct bucket_set *explained,
                  struct bucket_set *differing,
                  struct match_totals *totals)
{
    for (int i = 0; i < LIMIT_VERIFY_BUCKETS; i++) {
        const struct digest *source = &first->source.digests[i];
        const struct digest *aside = &first->aside.digests[i];
        const struct digest *target = &first->target.digests[i];
        struct digest whole = *source;
        digest_merge(&whole, aside);
        if (digest_equal(source, target)) {
            bucket_set_add(explained, i);
            totals->refused += aside->rows;
        } else if (!digest_equal(&whole, target)) {
            bucket_set_add(differing, i);
            continue;
        }
        totals->equal += target->rows;
        digest_merge(&totals->source, target);
        digest_merge(&totals->target, target);
    }
    refused_settle(&first->refused, explained);
}

static bool conclude(struct findings *found, struct verify_result *result, struct error *error)
{
    const struct match_totals *totals = &found->totals;
    const struct flight *flight = &found->flight;

    differences_finish(&found->differences);
    result->source_digest = totals->source;
    result->target_digest = totals->target;
    result->equal = totals->equal;
    result->within_tolerance = totals->within_tolerance;
    result->not_equal = totals->not_equal;
    result->missing_target = totals->missing_target;
    result->missing_source = totals->missing_source;
    result->refused = totals->refused;
    result->in_flight = flight->changed;
    result->settled = flight->settled;
    result->flights = flight->items;
    result->flight_count = flight->count;
    result->differences = found->differences.items;
    result->difference_count = found->differences.count;
    uint64_t differ = totals->not_equal + totals->missing_target + totals->missing_source;
    result->verdict = differ > 0            ? VERDICT_DIFFERENCES
                      : flight->changed > 0 ? VERDICT_NOT_VERIFIED
                                            : VERDICT_VERIFIED;
    /* Two ways to the same conclusion: the rows one by one, and their sums. */
    bool same = differ + flight->changed + totals->within_tolerance == 0;
    return NOVATE_CHECK(error, same == digest_equal(&totals->source, &totals->target));
}

/* Rows only. Refusals explain rows that the target lacks. */
static void conclude_counts(const struct first_reading *first, struct verify_result *result)
{
    uint64_t source = first->source.digests[0].rows;
    uint64_t aside = first->aside.digests[0].rows;
    uint64_t target = first->target.digests[0].rows;
    uint64_t most = source + aside;

    result->missing_target = target < source ? source - target : 0;
    result->missing_source = target > most ? target - most : 0;
    result->refused = target < source ? aside : target < most ? most - target : 0;
    result->equal = target < most ? target : most;
    result->source_digest.rows = most - result->refused;
    result->target_digest.rows = target;
    bool same = result->missing_target + result->missing_source == 0;
    result->verdict = same ? VERDICT_VERIFIED : VERDICT_DIFFERENCES;
}

/* Rows that were refused and are in the target all the same are in its figures; where only some of
 * them are, nothing says which, and they are left out. */
static bool conclude_figures(struct first_reading *first,
                             struct arena *arena,
                             struct verify_result *result,
                             struct error *error)
{
    if (result->refused == 0 &&
        !figures_merge(&first->source_figures, &first->aside_figures, error)) {
        return false;
    }
    return figures_compare(&first->source_figures, &first->target_figures, arena, result, error);
}

/* The reading of both sides, and of what differs the second one. */
static bool read_both(const struct compare *compare,
                      struct first_reading *first,
                      struct checkpoint *checkpoint,
                      struct verify_result *result,
                      struct findings *found,
                      struct arena *arena,
                      struct arena *working,
                      struct error *error)
{
    struct bucket_set explained = {.count = 0};
    struct bucket_set differing = {.count = 0};

    if (!bucket_set_init(&explained, working, error) ||
        !bucket_set_init(&differing, working, error) ||
        !bucket_set_init(&found->settled, working, error) ||
        !first_reading_run(first, compare, checkpoint, &result->tally, working, error)) {
        return false;
    }
    if (checkpoint->resumed_count > 0) {
        result->resumed_chunks = checkpoint->resumed_count;
        memcpy(result->resumed_from, checkpoint->began_at, sizeof result->resumed_from);
    }
    if (compare->count_target != NULL) {
        conclude_counts(first, result);
        return true;
    }
    judge(first, &explained, &differing, &found->totals);
    result->buckets_reread = (uint64_t)differing.count;
    if (!checkpoint_second(checkpoint, found, &differing, error)) {
        return false;
    }
    result->resumed_buckets = (uint64_t)found->settled.count;
    return second_reading_run(compare, first, &differing, checkpoint, found, working, error) &&
           conclude(found, result, error) &&
           (!compare->figures || conclude_figures(first, arena, result, error));
}

bool compare_run(const struct compare *compare,
                 struct arena *arena,
                 struct verify_result *result,
                 struct error *error)
{
    struct arena working;
    struct comparison comparison;
    struct first_reading first = {.comparison = &comparison};
    struct findings found = {.totals = {.equal = 0}};
    struct checkpoint checkpoint = {.kept = NULL};

    *result = (struct verify_result){.equal = 0};
    tally_init(&result->tally, arena);
    differences_init(&found.differences, compare->differences_max, arena);
    flight_init(&found.flight, LIMIT_IN_FLIGHT, arena, compare->budget);
    arena_init(&working, (size_t)64 << 10, compare->budget);
    bool ok = comparison_init(&comparison, compare->schema, compare->columns, &working, error) &&
              read_both(compare, &first, &checkpoint, result, &found, arena, &working, error);
    checkpoint_close(&checkpoint);
    first_reading_release(&first);
    arena_release(&working);
    flight_release(&found.flight);
    return ok;
}
