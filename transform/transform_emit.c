/* transform_emit.c — records that give several rows: one program per row, one batch per program.
 *
 * What a record comes to is counted once, in the batch of its first row: reader's errors and
 * filters with the first program, a record that gives no row with the last. Further rows are
 * counted as emitted, so that every batch's identity closes by itself.
 * SPDX-License-Identifier: Apache-2.0 */
#include "transform_internal.h"

#include <string.h>

/* Under what reports count records that give no row. */
static const char none_given[] = "emit";

static size_t bitmap_bytes(void)
{
    return validity_words(LIMIT_BATCH_ROWS) * sizeof(uint64_t);
}

static bool init_bitmaps(struct transform *transform)
{
    size_t words = validity_words(LIMIT_BATCH_ROWS);

    transform->candidates = ARENA_ARRAY(&transform->memory, uint64_t, words);
    transform->emits = ARENA_ARRAY(&transform->memory, uint64_t, words);
    transform->fresh = ARENA_ARRAY(&transform->memory, uint64_t, words);
    return transform->candidates != NULL && transform->emits != NULL && transform->fresh != NULL;
}

bool emission_create(struct transform *transform, struct budget *budget, struct error *error)
{
    const struct program *program = transform->program;
    struct emission *emission = &transform->emission;
    int count = program->branch_count;

    emission->branches = ARENA_ARRAY(&transform->memory, struct transform *, (size_t)count);
    emission->given = ARENA_ARRAY(&transform->memory, uint64_t, validity_words(LIMIT_BATCH_ROWS));
    if (emission->branches == NULL || emission->given == NULL || !init_bitmaps(transform)) {
        return error_set_memory(error);
    }
    emission->branches[0] = transform;
    emission->count = 1;
    transform->last = count == 1;
    for (int i = 1; i < count; i++) {
        struct transform **branch = &emission->branches[i];
        if (!transform_create_one(program->branches[i], budget, branch, error)) {
            return false;
        }
        emission->count++;
        (*branch)->first = false;
        (*branch)->last = i == count - 1;
        if (!init_bitmaps(*branch)) {
            return error_set_memory(error);
        }
    }
    return true;
}

void emission_destroy(struct transform *transform)
{
    for (int i = 1; i < transform->emission.count; i++) {
        transform_destroy(transform->emission.branches[i]);
    }
}

/* Rows in play. */
static void mark_rows(const struct transform *branch, uint64_t *rows)
{
    const struct selection *selection = &branch->evaluator.selections[0];

    memset(rows, 0, bitmap_bytes());
    for (int k = 0; k < selection->count; k++) {
        validity_set(rows, selection_row(selection, k));
    }
}

/* What filters and the reader decided was counted with the first row. */
static void forget_decisions(struct transform *branch, int rows)
{
    for (int row = 0; row < rows; row++) {
        if (!validity_get(branch->candidates, row)) {
            branch->decisions[row].outcome = OUTCOME_SKIPPED;
        }
    }
    memset(branch->filtered,
           0,
           (size_t)branch->program->mapping->filter_count * sizeof *branch->filtered);
    branch->merged = 0;
    branch->without_column = 0;
    branch->evaluator.remarks.count = 0;
}

/* Which rows are counted as records here, which as further rows. Returns how many never gave one.
 */
static uint64_t settle(struct transform *transform, struct transform *branch, int rows)
{
    uint64_t *given = transform->emission.given;
    uint64_t none = 0;

    memset(branch->fresh, 0, bitmap_bytes());
    for (int row = 0; row < rows; row++) {
        if (!validity_get(branch->candidates, row)) {
            if (branch->first) {
                validity_set(branch->fresh, row); /* filtered, or rejected by the reader */
            }
            continue;
        }
        bool gives = validity_get(branch->emits, row);
        bool before = validity_get(given, row);
        if (gives && !before) {
            validity_set(branch->fresh, row);
            validity_set(given, row);
        } else if (!gives) {
            validity_clear(branch->candidates, row);
            if (branch->last && !before) {
                validity_set(branch->fresh, row);
                branch->decisions[row].outcome = OUTCOME_FILTERED;
                none++;
            }
        }
    }
    return none;
}

/* Rows that the condition did not leave out: those still in play, and those it failed for. */
static void mark_emitting(struct transform *branch, int rows)
{
    mark_rows(branch, branch->emits);
    for (int row = 0; row < rows; row++) {
        if (validity_get(branch->candidates, row) && !validity_get(branch->emits, row) &&
            branch->decisions[row].outcome == OUTCOME_REJECTED) {
            validity_set(branch->emits, row);
        }
    }
}

bool emission_apply(struct transform *transform,
                    struct batch *in,
                    struct batch *out,
                    struct error *error)
{
    struct emission *emission = &transform->emission;
    struct transform *branch = emission->branches[emission->next];

    if (branch->first) {
        memset(emission->given, 0, bitmap_bytes());
    }
    if (!transform_begin(branch, in, error) || !transform_filter(branch, error) ||
        !transform_group(branch, in, error)) {
        return false;
    }
    mark_rows(branch, branch->candidates);
    if (!branch->first) {
        forget_decisions(branch, in->rows);
    }
    if (!transform_when(branch, error)) {
        return false;
    }
    mark_emitting(branch, in->rows);
    uint64_t none = settle(transform, branch, in->rows);
    if (!transform_map(branch, error) || !transform_output(branch, in, out, error)) {
        return false;
    }
    emission->next = branch->last ? 0 : emission->next + 1;
    out->again = !branch->last;
    return none == 0 || counters_add(&out->tally.counters, "filter", none_given, none, error);
}

/* A record that gives no row may be rejected itself, with the first program. */
static bool count_of_branch(struct transform *branch,
                            struct batch *in,
                            uint8_t *given,
                            struct error *error)
{
    if (!transform_begin(branch, in, error) || !transform_filter(branch, error)) {
        return false;
    }
    mark_rows(branch, branch->candidates);
    if (!transform_when(branch, error)) {
        return false;
    }
    mark_emitting(branch, in->rows);
    for (int row = 0; row < in->rows; row++) {
        bool candidate = validity_get(branch->candidates, row);
        bool rejected = branch->first && branch->decisions[row].outcome == OUTCOME_REJECTED;
        bool counts = candidate ? validity_get(branch->emits, row) : rejected;
        given[row] = (uint8_t)(given[row] + counts);
    }
    return true;
}

bool transform_count_given(struct transform *transform,
                           struct batch *in,
                           uint8_t *given,
                           struct error *error)
{
    memset(given, 0, LIMIT_BATCH_ROWS);
    for (int i = 0; i < transform->emission.count; i++) {
        if (!count_of_branch(transform->emission.branches[i], in, given, error)) {
            return false;
        }
    }
    return true;
}
