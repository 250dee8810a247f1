/* profile_column.h — what is counted of one column.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_PROFILE_COLUMN_H
#define NOVATE_EXTRACT_PROFILE_COLUMN_H

#include "sketch_distinct.h"
#include "sketch_frequent.h"

#include "novate/batch.h"

/* Values and patterns that are counted one by one. Twice what is shown, so that the bounds of those
 * that are shown are good. */
#define PROFILE_VALUES   256
#define PROFILE_PATTERNS 128

/* The smallest or largest value so far, and how often it occurred. Texts are compared by their
 * beginning. */
struct profile_limit {
    uint64_t count; /* 0: none */
    union {
        int64_t integer;
        double number;
        struct decimal decimal;
    };
    struct sketch_text text;
};

struct profile_counts {
    struct type type;
    uint64_t values;
    uint64_t nulls;
    uint64_t unknown;
    uint64_t errors[REJECT_CLASS_COUNT];
    uint64_t empty;
    uint64_t blank;
    uint64_t length_min;
    uint64_t length_max;
    uint64_t length_sum;
    bool unlimited; /* a number of more than 38 digits: no smallest and largest */
    struct profile_limit smallest;
    struct profile_limit largest;
    struct sketch_distinct distinct;
    struct sketch_frequent frequent;
    struct sketch_frequent patterns;
};

/* Values of `vector` that are not NULL, in the rows of which `rows` is not 0. `scratch` is used. */
bool profile_counts_add(struct profile_counts *counts,
                        const struct vector *vector,
                        const uint8_t *rows,
                        struct arena *arena,
                        struct text_buffer *scratch,
                        struct error *error) NODISCARD;
/* As before the first value; memory is kept. */
void profile_counts_reset(struct profile_counts *counts);
bool profile_counts_merge(struct profile_counts *into,
                          const struct profile_counts *from,
                          struct arena *arena,
                          struct error *error) NODISCARD;

/* "A(3)9(4)": letters as A and a, digits as 9, a character beyond ASCII as ä, control characters
 * escaped, anything else as it is; runs with their length. The first runs only. */
void profile_pattern(struct text text, struct text_buffer *out);

#endif
