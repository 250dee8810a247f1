/* kernel_logic.c — three-valued logic and what works on values of every type.
 *
 * AND and OR stand here for operands that cannot fail; where the right one can, the compiler uses
 * selections instead, so that it is computed only where it decides something.
 * SPDX-License-Identifier: Apache-2.0 */
#include "kernels.h"
#include "value_set.h"

/* 0 false, 1 true, 2 unknown */
static unsigned truth(const struct call *call, int arg, int row)
{
    return call_is_null(call, arg, row) ? 2 : call_bool(call, arg, row);
}

static void put_truth(struct call *call, int row, unsigned value)
{
    if (value == 2) {
        call_null(call, row);
    } else {
        call->result->bools[row] = (uint8_t)value;
    }
}

void kernel_and(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        unsigned a = truth(call, 0, row);
        unsigned b = truth(call, 1, row);
        put_truth(call, row, a == 0 || b == 0 ? 0 : a == 2 || b == 2 ? 2 : 1);
    }
}

void kernel_or(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        unsigned a = truth(call, 0, row);
        unsigned b = truth(call, 1, row);
        put_truth(call, row, a == 1 || b == 1 ? 1 : a == 2 || b == 2 ? 2 : 0);
    }
}

void kernel_not(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        call->result->bools[row] = !call_bool(call, 0, row);
    }
}

void kernel_is_null(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        call->result->bools[row] = call_is_null(call, 0, row);
    }
}

void kernel_is_true(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        call->result->bools[row] = truth(call, 0, row) == 1;
    }
}

void kernel_is_false(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        call->result->bools[row] = truth(call, 0, row) == 0;
    }
}

/* (a = b, a, b): are they different, NULL being a value like any other? */
void kernel_distinct(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        bool a = call_is_null(call, 1, row);
        bool b = call_is_null(call, 2, row);
        call->result->bools[row] = a || b ? a != b : !call_bool(call, 0, row);
    }
}

/* (a = b, a): a, or NULL where they are equal. */
void kernel_nullif(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        if (truth(call, 0, row) == 1) {
            call_null(call, row);
        } else {
            call_copy(call, 1, row);
        }
    }
}

static void pick_extreme(struct call *call, int sign)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        int best = -1;
        for (int arg = 0; arg < call->arg_count; arg++) {
            if (call_is_null(call, arg, row)) {
                continue;
            }
            if (best < 0 || sign * value_compare(call->args[arg],
                                                 call_slot(call, arg, row),
                                                 call->args[best],
                                                 call_slot(call, best, row)) >
                                0) {
                best = arg;
            }
        }
        if (best < 0) {
            call_null(call, row);
        } else {
            call_copy(call, best, row);
        }
    }
}

void kernel_greatest(struct call *call)
{
    pick_extreme(call, 1);
}

void kernel_least(struct call *call)
{
    pick_extreme(call, -1);
}

/* Is the value one of the step's constants? Unknown if not and one of them is NULL. */
void kernel_in_set(struct call *call)
{
    const struct value_set *set = call->state;

    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        if (value_set_has(set, call->args[0], call_slot(call, 0, row))) {
            call->result->bools[row] = 1;
        } else if (set->has_null) {
            call_null(call, row);
        } else {
            call->result->bools[row] = 0;
        }
    }
}

void kernel_same(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        call_copy(call, 0, call_row(call, k));
    }
}
