/* compare.h — two sides of rows, compared by buckets of their keys' hashes, then by key.
 *
 * Knows no server: both sides are readers. verify.c gives it the mapped source and the table.
 *
 * First reading: both sides, everything, into digests by bucket. Where all agree, that is all.
 * Second reading: again both sides, as often as memory asks for it, keeping the rows of the buckets
 * that differed. What the second reading finds counts; a difference that was gone by then is none.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_VERIFY_COMPARE_H
#define NOVATE_VERIFY_COMPARE_H

#include "novate/verify.h"

#include <stdbool.h>

struct compare_side {
    struct verify_source rows;
    /* Called with each batch before it is hashed, from the thread that hashes; may be NULL. */
    bool (*prepare)(void *state, struct batch *batch, struct error *error);
    void *prepare_state;
    struct pipeline_progress *progress;
};

struct compare {
    const struct schema *schema; /* of both sides' rows */
    const int *key;
    int key_count;                           /* 0: multisets of rows */
    const struct column_comparison *columns; /* as in struct verify_options */
    struct verify_confirm confirm;
    struct verify_checkpoint checkpoint;
    bool figures;      /* of the columns are wanted */
    const bool *coded; /* as in struct verify_options */
    /* Not NULL: rows are counted only, those of the target by this; with the target's state. */
    bool (*count_target)(void *state, uint64_t *rows, struct error *error);
    struct compare_side source;
    struct compare_side target;
    const char *const *refused_keys;
    int refused_count;
    bool together; /* first reading: both sides at once */
    bool threads;  /* in the pipelines */
    struct budget *budget;
    struct cancel *cancel;
    int differences_max;
};

bool compare_run(const struct compare *compare,
                 struct arena *arena,
                 struct verify_result *result,
                 struct error *error) NODISCARD;

/* Reads one side once, into a writer. ERROR_INTERRUPTED when cancelled, however gently: a part of
 * a side proves nothing. */
bool compare_read(const struct compare *compare,
                  const struct compare_side *side,
                  struct writer writer,
                  struct error *error) NODISCARD;

#endif
