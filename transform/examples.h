/* examples.h — what examples.c (running) and example_compare.c (judging) share.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_EXAMPLES_H
#define TRANSFORM_EXAMPLES_H

#include "novate/batch.h"
#include "novate/datetime.h"
#include "novate/examples.h"

/* An example, and what became of its record. */
struct trial {
    const struct example *example;
    struct batch *outs; /* what came out, in order */
    int out_count;
    const struct mapping *mapping;
    const struct zone *zone; /* of the source */
    bool target_known;
    struct arena *arena;
    struct problems *problems;
    bool open;   /* a target that is not known decides whether a value is the expected one */
    bool memory; /* memory ran out */
};

/* `text` as a value of the type, one row; NULL: it is none, or memory ran out. `text` may be NULL.
 */
const struct vector *example_value(struct trial *trial, const char *text, struct type type);

/* The same as a column of that type gives it: with as many digits behind the point. */
const struct vector *example_stored(struct trial *trial, const char *text, struct type type);

enum judgement {
    JUDGEMENT_PASSED,
    JUDGEMENT_FAILED, /* problems were added */
    JUDGEMENT_OPEN,   /* only a target could tell */
};

enum judgement example_judge(struct trial *trial);

#endif
