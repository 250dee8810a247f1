/* transform_trace.h — what each rule of a mapping made of one record.
 *
 *     batch of one record → transform_as_transformer(transform).apply() → transform_trace()
 *
 * The mapping is applied as everywhere else; afterwards the transform still knows which rules were
 * met, which one decided, and what the columns before it came to. Threads   as the transform.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_TRANSFORM_TRACE_H
#define NOVATE_TRANSFORM_TRACE_H

#include "novate/problem.h"
#include "novate/transform.h"
#include "novate/vector.h"

/* In the order in which rules are applied. */
enum trace_kind {
    TRACE_READER, /* what was wrong with the record before any rule */
    TRACE_FILTER,
    TRACE_GROUP, /* dedupe or pivot */
    TRACE_ROW,   /* the condition of a row under emit: */
    TRACE_COLUMN,
    TRACE_CHECK,
};
const char *trace_kind_text(enum trace_kind kind);

enum trace_outcome {
    TRACE_PASSED,
    TRACE_LEFT_OUT, /* by a filter; by the condition of a row */
    TRACE_REJECTED, /* the batch that came out has the reason */
    TRACE_MERGED,   /* the record stands in another record's row */
    TRACE_NOT_REACHED,
};
const char *trace_outcome_text(enum trace_outcome outcome);

struct trace_step {
    enum trace_kind kind;
    enum trace_outcome outcome;
    const char *name;
    const char *text;   /* as written; NULL: nothing is */
    struct place place; /* of the text; no line: none */
    const int *inputs;  /* columns of the trace that it reads; of checks: none */
    int input_count;
    const struct column *column; /* TRACE_COLUMN: of the target */
    bool computed;
    struct vector made; /* where it was computed: its value is row 0 */
};

struct trace {
    const struct schema *columns; /* those of the source, and behind them what a pivot makes */
    const struct vector *values;  /* of these, row 0 */
    const char *row;              /* name under emit:, or NULL */
    struct trace_step *steps;     /* in the order in which they are applied */
    int count;
};

/* Of the batch, of one row, that the transform was applied to last. Steps live in `arena`, what
 * columns made until the transform is applied again, what they read as long as the batch. */
bool transform_trace(const struct transform *transform,
                     struct arena *arena,
                     struct trace *trace,
                     struct error *error) NODISCARD;

#endif
