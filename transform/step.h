/* step.h — the compiled form of a mapping: routines of steps over registers.
 *
 * A register is a vector. The first ones are given: the columns of the source batch, then the
 * constants. The others are computed; each has room for a batch of the widest storage it ever
 * holds, and is used again when its value is no longer needed. A selection is the list of rows that
 * a step works on; selection 0 holds the rows that are still in play, the others belong to
 * branches.
 *
 *     CASE WHEN a THEN x ELSE y END
 *
 *         BEGIN   r1
 *         CALL    a → r2                          on s0
 *         SPLIT   r2: true → s1, others → s2      on s0
 *         SKIP    to L1                           if s1 is empty
 *         CALL    x → r3                          on s1
 *         MERGE   r3 → r1                         on s1
 *     L1: SKIP    to L2                           if s2 is empty
 *         CALL    y → r3                          on s2
 *         MERGE   r3 → r1                         on s2
 *     L2:
 *
 * So a branch is computed for the rows that take it and for no others.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_STEP_H
#define TRANSFORM_STEP_H

#include "function_table.h"

#include "novate/type.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum step_op {
    STEP_CALL,          /* result = function(args) */
    STEP_BEGIN,         /* result: flat, to be filled by STEP_MERGE */
    STEP_MERGE,         /* result = args[0] on the selection */
    STEP_SPLIT,         /* by the boolean args[0]: first = true, second = the others */
    STEP_SPLIT_NULL,    /* by args[0]: first = there, second = NULL */
    STEP_UNDECIDED_AND, /* first = where args[0] is not false */
    STEP_UNDECIDED_OR,  /* first = where args[0] is not true */
    STEP_AND,           /* result = result AND args[0] on the selection */
    STEP_OR,            /* result = result OR args[0] on the selection */
    STEP_SKIP,          /* to `target` if the selection is empty */
    STEP_TRY_BEGIN,     /* `frame` has no failures */
    STEP_TRY_END,       /* first = where nothing failed in `frame`, second = where something did */
};

struct step {
    enum step_op op;
    int selection; /* that it works on */
    int first;     /* selections that it makes */
    int second;
    int result; /* register */
    int target; /* of a skip: index of a step */
    int frame;  /* where failures go: 0 the record, 1 … the try() around */
    int arg_count;
    const int *args; /* registers */
    const struct function *function;
    const void *state;
    struct type type;                /* of the result */
    const struct type *const *types; /* of the arguments, as the checker sees them */
};

/* One expression, compiled. */
struct routine {
    struct step *steps;
    int count;
    int result; /* register */
    struct type type;
};

/* What routines need to run. */
struct register_file {
    int input_count;                 /* source columns: registers 0 … */
    int constant_count;              /* registers input_count … */
    const struct vector **constants; /* of one row */
    int count;                       /* all registers */
    size_t *sizes;                   /* bytes per value of each register, 0 where it is given */
    int selections;
    int frames;
};

#endif
