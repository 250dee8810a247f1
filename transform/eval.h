/* eval.h — running the steps of a routine over a batch.
 *
 * An evaluator holds what steps write: registers, selections, failures. It belongs to one thread;
 * the routines and the register file are shared. Per batch:
 *
 *     evaluator_begin(e, rows)          selection 0 is all rows, nothing failed
 *     e->registers[i] = column i        the caller gives the source columns, FLAT or CONSTANT
 *     evaluator_run(e, routine) …       e->registers[routine->result] has the values
 *
 * Rows outside selection 0 have no defined value in a result. SPDX-License-Identifier: Apache-2.0
 */
#ifndef TRANSFORM_EVAL_H
#define TRANSFORM_EVAL_H

#include "step.h"

#include "novate/attr.h"

struct selection {
    uint16_t *rows; /* in ascending order; not filled when `all` */
    int count;
    bool all; /* every row of the batch */
};

struct evaluator {
    const struct register_file *file;
    const struct zone *zone;
    struct arena *arena; /* texts of the batch; reset by the caller */
    int rows;
    struct vector *registers;
    void **rooms;           /* values of computed registers */
    uint64_t **valid_rooms; /* their validity */
    struct selection *selections;
    struct failures *frames; /* 0: of the record */
    uint64_t *notes;         /* rows where a try() took its default: set by the caller, or NULL */
    struct remarks remarks;  /* of the batch so far */
    uint16_t *some_rows;     /* scratch */
};

/* Everything lives in `memory`. */
bool evaluator_init(struct evaluator *evaluator,
                    const struct register_file *file,
                    const struct zone *zone,
                    struct arena *memory,
                    struct arena *batch,
                    struct error *error) NODISCARD;
void evaluator_begin(struct evaluator *evaluator, int rows);
/* False only for operation errors: memory. */
bool evaluator_run(struct evaluator *evaluator,
                   const struct routine *routine,
                   struct error *error) NODISCARD;

static inline int selection_row(const struct selection *selection, int k)
{
    return selection->all ? k : (int)selection->rows[k];
}

#endif
