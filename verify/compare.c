/* compare.c — two sides of rows, compared by buckets of their keys' hashes, then by key.
 * SPDX-License-Identifier: Apache-2.0 */
#include "compare.h"

#include "buckets.h"
#include "differences.h"
#include "first_reading.h"
#include "match.h"
#include "second_reading.h"

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

static bool conclude(const struct match_totals *totals,
                     struct differences *differences,
                     struct verify_result *result,
                     struct error *error)
{
    differences_finish(differences);
    result->source_digest = totals->source;
    result->target_digest = totals->target;
    result->equal = totals->equal;
    result->not_equal = totals->not_equal;
    result->missing_target = totals->missing_target;
    result->missing_source = totals->missing_source;
    result->refused = totals->refused;
    result->differences = differences->items;
    result->difference_count = differences->count;
    bool same = totals->not_equal + totals->missing_target + totals->missing_source == 0;
    result->verdict = same ? VERDICT_VERIFIED : VERDICT_DIFFERENCES;
    /* Two ways to the same conclusion: the rows one by one, and their sums. */
    return NOVATE_CHECK(error, same == digest_equal(&totals->source, &totals->target));
}

bool compare_run(const struct compare *compare,
                 struct arena *arena,
                 struct verify_result *result,
                 struct error *error)
{
    struct arena working;
    struct first_reading first = {.refused = {.slots = NULL}};
    struct bucket_set explained = {.count = 0};
    struct bucket_set differing = {.count = 0};
    struct match_totals totals = {.equal = 0};
    struct differences differences;

    *result = (struct verify_result){.equal = 0};
    tally_init(&result->tally, arena);
    differences_init(&differences, compare->differences_max, arena);
    arena_init(&working, (size_t)64 << 10, compare->budget);
    bool ok = bucket_set_init(&explained, &working, error) &&
              bucket_set_init(&differing, &working, error) &&
              first_reading_run(&first, compare, &result->tally, &working, error);
    if (ok) {
        judge(&first, &explained, &differing, &totals);
        result->buckets_reread = (uint64_t)differing.count;
        ok = second_reading_run(
                 compare, &first, &differing, &differences, &totals, &working, error) &&
             conclude(&totals, &differences, result, error);
    }
    arena_release(&working);
    return ok;
}
