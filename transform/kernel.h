/* kernel.h — what a kernel is: the function that computes one step for many rows.
 *
 * A kernel gets its arguments as vectors that are FLAT or CONSTANT (never DICTIONARY), the rows to
 * compute, and a flat result with room for all rows. It may be called for rows in any subset; it
 * must not look at any other row, for their values are not defined.
 *
 *     for (int k = 0; k < call->count; k++) {
 *         int row = call_row(call, k);
 *         out[row] = a[(size_t)row * call_stride(call, 0)] + …;
 *     }
 *
 * Rules   A STRICT function's kernel is not given rows of which an argument is NULL; the evaluator
 * has set their result to NULL. Other kernels test call_is_null() and use call_null(). A value that
 * cannot be computed is call_fail(row, fault): the result is NULL there and the record is rejected
 * (or, inside try(), replaced). Its function must list that fault. Memory comes from call->arena
 * and lives as long as the batch; when it is refused, set call->out_of_memory and return. A kernel
 * keeps no state of its own: one program is run by many threads.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_KERNEL_H
#define TRANSFORM_KERNEL_H

#include "novate/arena.h"
#include "novate/batch.h"
#include "novate/datetime.h"
#include "novate/vector.h"

#include <stdbool.h>
#include <stdint.h>

/* Data errors that kernels find (faults.def). */
enum fault {
#define FAULT(name, class, sqlstate, message) FAULT_##name,
#include "faults.def"
#undef FAULT
    FAULT_COUNT
};

struct fault_info {
    enum reject_class class;
    char sqlstate[6];
    const char *message;
};

const struct fault_info *fault_info(enum fault fault);
enum fault fault_of_decimal(enum decimal_status status);

/* Which rows failed, and how: one of these for the record, and one for each try() around. */
struct failure {
    const char *name; /* of the lookup, or NULL */
    enum fault fault;
};

struct failures {
    uint64_t *failed;     /* a bit per row */
    struct failure *rows; /* the first failure of each row that failed; NULL inside try() */
    bool any;
    int remarks; /* made before the try() began */
};

void failures_note(struct failures *failures, int row, struct failure failure);

/* What is said of a row that passes. */
enum remark_kind {
    REMARK_NOTE,   /* it deserves a look */
    REMARK_REPAIR, /* a value was mended */
};

struct remark {
    const char *rule; /* static, or of the program */
    uint16_t row;
    int16_t column; /* mapped column that is being computed; -1: a condition */
    uint8_t kind;   /* enum remark_kind */
};

/* The remarks of one batch, in the order they were made. */
struct remarks {
    struct remark *items; /* in the batch's arena */
    int count;
    int capacity;
    int16_t column; /* of the rule that is being computed */
};

struct function;

struct call {
    const struct function *function;
    const struct vector *const *args;
    const struct type *const *types; /* of the arguments, as the checker sees them */
    int arg_count;
    struct vector *result;
    const struct type *type; /* of the result */
    uint64_t *valid_room;    /* bitmap that the result may use */
    const uint16_t *rows;    /* NULL: rows 0 to count - 1 */
    int count;
    const uint16_t *for_rows; /* all arguments are constant, and one row is computed: for these */
    int for_count;            /* rows (NULL: 0 to for_count - 1); otherwise 0 */
    struct arena *arena;
    const struct zone *zone; /* of the source; NULL is UTC */
    const void *state;       /* of the step: a lookup, a set of constants */
    struct failures *failures;
    struct remarks *remarks; /* NULL: nobody listens */
    bool out_of_memory;
};

typedef void kernel_function(struct call *call);

static inline int call_row(const struct call *call, int k)
{
    return call->rows == NULL ? k : (int)call->rows[k];
}

/* 0 for a constant argument, whose only value is at 0. */
static inline size_t call_stride(const struct call *call, int arg)
{
    return call->args[arg]->encoding == ENCODING_CONSTANT ? 0 : 1;
}

static inline size_t call_slot(const struct call *call, int arg, int row)
{
    return call->args[arg]->encoding == ENCODING_CONSTANT ? 0 : (size_t)row;
}

static inline bool call_is_null(const struct call *call, int arg, int row)
{
    return !validity_get(call->args[arg]->valid, (int)call_slot(call, arg, row));
}

static inline struct text call_text(const struct call *call, int arg, int row)
{
    return call->args[arg]->texts[call_slot(call, arg, row)];
}

static inline int64_t call_int64(const struct call *call, int arg, int row)
{
    return call->args[arg]->int64s[call_slot(call, arg, row)];
}

static inline const struct decimal *call_decimal(const struct call *call, int arg, int row)
{
    return &call->args[arg]->decimals[call_slot(call, arg, row)];
}

static inline double call_double(const struct call *call, int arg, int row)
{
    return call->args[arg]->doubles[call_slot(call, arg, row)];
}

static inline uint8_t call_bool(const struct call *call, int arg, int row)
{
    return call->args[arg]->bools[call_slot(call, arg, row)];
}

/* The result of `row` is NULL (and all zero). */
void call_null(struct call *call, int row);
/* It is NULL because it cannot be computed. */
void call_fail(struct call *call, int row, enum fault fault);
/* Says that of the row; the values before and after are added by whoever reports. A row that fails,
 * or whose try() does, has no remarks. The function must have the flag REMARKS. */
void call_remark(struct call *call, int row, enum remark_kind kind, const char *rule);
/* Stores a decimal result, or fails with the fault that belongs to the status. */
void call_decimal_result(struct call *call,
                         int row,
                         enum decimal_status status,
                         const struct decimal *value);
/* A copy of `argument`'s value of that row, NULL included, of the result's storage. */
void call_copy(struct call *call, int arg, int row);
/* Room for a text of that many bytes; NULL after setting out_of_memory. */
char *call_bytes(struct call *call, size_t size);
/* The same for the text of a row, which may be too long: then the row fails. */
char *call_field(struct call *call, int row, size_t size);

/* Order of two values of the same storage, as PostgreSQL's btree has it; NaN is above all. */
int value_compare(const struct vector *a, size_t slot_a, const struct vector *b, size_t slot_b);
int double_compare(double a, double b);

#endif
