/* transform_internal.h — what transform.c (deciding) and transform_output.c (writing) share.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_TRANSFORM_INTERNAL_H
#define TRANSFORM_TRANSFORM_INTERNAL_H

#include "eval.h"
#include "program.h"

enum outcome {
    OUTCOME_PASSED,
    OUTCOME_FILTERED,
    OUTCOME_REJECTED,
};

/* What kind of rule decided about a row. */
enum rule_kind {
    RULE_READER,
    RULE_FILTER,
    RULE_COLUMN,
    RULE_CHECK,
};

struct decision {
    uint8_t outcome;
    uint8_t kind;
    uint16_t index; /* of the rule, or of the reader's error */
    enum fault fault;
    const char *name; /* of a lookup */
};

struct transform {
    const struct program *program;
    struct arena memory; /* lives as long as the transform */
    struct arena batch;  /* reset for every batch */
    struct evaluator evaluator;
    struct decision *decisions; /* of the rows that left; passed ones are not written */
    uint64_t **notes;           /* per column, where it has a try(): rows that took the default */
    uint64_t *filter_notes;     /* of conditions: not counted */
    uint64_t *filtered;         /* rows per filter */
    int left;                   /* rows that were filtered or rejected */
    bool keeps_amendments;
};

/* What transform_output.c puts together. */
struct output {
    struct transform *transform;
    struct batch *in;
    struct batch *out;
    const struct selection *rows; /* that passed */
};

/* Counts what was noted and mended of the rows that passed, and describes each case where somebody
 * keeps them. `key` and `position` of a row are the caller's. */
bool transform_output_remarks(const struct output *output, struct error *error) NODISCARD;
/* Of transform_output.c: in the batch's arena; NULL when memory ran out. */
const char *transform_output_key(const struct output *output, int row, struct text_buffer *buffer);
const char *transform_output_position(const struct output *output, int row);

/* Writes the batch that comes out: rows, keys, rejects, tally. */
bool transform_output(struct transform *transform,
                      struct batch *in,
                      struct batch *out,
                      struct error *error) NODISCARD;

#endif
