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
    OUTCOME_MERGED,  /* stands in another record's row */
    OUTCOME_SKIPPED, /* gives no row here; what became of the record is counted elsewhere */
};

/* What kind of rule decided about a row. */
enum rule_kind {
    RULE_READER,
    RULE_FILTER,
    RULE_COLUMN,
    RULE_CHECK,
    RULE_WHEN,
    RULE_GROUP,
};

struct decision {
    uint8_t outcome;
    uint8_t kind;
    uint16_t index; /* of the rule, or of the reader's error */
    enum fault fault;
    const char *name; /* of a lookup */
};

/* What the rows of a batch came to so far, where a record may give several. */
struct emission {
    struct transform **branches; /* one per row that a record may give; the first is this one */
    int count;
    int next;
    uint64_t *given; /* rows that gave something already */
};

struct transform {
    const struct program *program;
    struct arena memory; /* lives as long as the transform */
    struct arena batch;  /* reset for every batch */
    struct evaluator evaluator;
    struct decision *decisions;  /* of the rows that left; passed ones are not written */
    uint64_t **notes;            /* per column, where it has a try(): rows that took the default */
    uint64_t *filter_notes;      /* of conditions: not counted */
    uint64_t *filtered;          /* rows per filter */
    int left;                    /* rows that were filtered or rejected */
    struct emission emission;    /* count 0: each record gives one row */
    uint64_t *candidates;        /* of a branch: rows that passed the filters and give a row here */
    uint64_t *emits;             /* of a branch: rows that its condition lets through */
    uint64_t *fresh;             /* of a branch: rows that are counted as records here */
    const struct groups *groups; /* where the program has any */
    struct group_scratch *group; /* likewise: what its rows come to */
    uint64_t merged;             /* rows of the batch that were merged */
    uint64_t without_column;     /* rows whose attribute no column of the pivot takes */
    bool first;                  /* the first, or only, batch that comes of the one that went in */
    bool last;                   /* the last, or only, one */
    bool keeps_amendments;
};

/* What transform_output.c puts together. */
struct output {
    struct transform *transform;
    struct batch *in;
    struct batch *out;
    const struct selection *rows; /* that passed */
};

/* The columns that came in, and what the reader found, are put before the rules. */
bool transform_begin(struct transform *transform, struct batch *in, struct error *error) NODISCARD;
bool transform_filter(struct transform *transform, struct error *error) NODISCARD;
/* Rows for which the row's condition is not true are skipped. */
bool transform_when(struct transform *transform, struct error *error) NODISCARD;
/* transform_group.c: of each group the record that stands for it stays. */
bool group_scratch_create(struct transform *transform, struct error *error) NODISCARD;
void group_scratch_release(struct transform *transform);
bool transform_group(struct transform *transform,
                     const struct batch *in,
                     struct error *error) NODISCARD;
/* Records in play that stand for others by nothing but their key. */
uint64_t transform_count_tied(const struct transform *transform);
/* Of transform.c: runs a rule over the rows in play; those that fail become rejects. */
bool transform_run_rule(struct transform *transform,
                        const struct rule *rule,
                        enum rule_kind kind,
                        int index,
                        uint64_t *notes,
                        struct error *error) NODISCARD;
/* Why a row leaves; and takes all those that leave out of play. */
void transform_decide(struct transform *transform, int row, const struct decision *decision);
void transform_remove(struct transform *transform, const uint64_t *leaves);
bool transform_map(struct transform *transform, struct error *error) NODISCARD;

bool transform_create_one(const struct program *program,
                          struct budget *budget,
                          struct transform **transform,
                          struct error *error) NODISCARD;

/* transform_emit.c: makes the branches' transforms, and gives one batch per branch. */
bool emission_create(struct transform *transform,
                     struct budget *budget,
                     struct error *error) NODISCARD;
void emission_destroy(struct transform *transform);
bool emission_apply(struct transform *transform,
                    struct batch *in,
                    struct batch *out,
                    struct error *error) NODISCARD;

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
