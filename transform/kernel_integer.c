/* kernel_integer.c — arithmetic of smallint, integer and bigint. All are int64_t in memory; the
 * type decides where they overflow.
 * SPDX-License-Identifier: Apache-2.0 */
#include "kernels.h"

#define INT_KERNELS(type, low, high)                                                               \
    void kernel_##type##_add(struct call *call)                                                    \
    {                                                                                              \
        for (int k = 0; k < call->count; k++) {                                                    \
            int row = call_row(call, k);                                                           \
            int64_t value = 0;                                                                     \
            bool over = __builtin_add_overflow(                                                    \
                call_int64(call, 0, row), call_int64(call, 1, row), &value);                       \
            put(call, row, value, over || value < (low) || value > (high));                        \
        }                                                                                          \
    }                                                                                              \
    void kernel_##type##_subtract(struct call *call)                                               \
    {                                                                                              \
        for (int k = 0; k < call->count; k++) {                                                    \
            int row = call_row(call, k);                                                           \
            int64_t value = 0;                                                                     \
            bool over = __builtin_sub_overflow(                                                    \
                call_int64(call, 0, row), call_int64(call, 1, row), &value);                       \
            put(call, row, value, over || value < (low) || value > (high));                        \
        }                                                                                          \
    }                                                                                              \
    void kernel_##type##_multiply(struct call *call)                                               \
    {                                                                                              \
        for (int k = 0; k < call->count; k++) {                                                    \
            int row = call_row(call, k);                                                           \
            int64_t value = 0;                                                                     \
            bool over = __builtin_mul_overflow(                                                    \
                call_int64(call, 0, row), call_int64(call, 1, row), &value);                       \
            put(call, row, value, over || value < (low) || value > (high));                        \
        }                                                                                          \
    }                                                                                              \
    void kernel_##type##_divide(struct call *call)                                                 \
    {                                                                                              \
        for (int k = 0; k < call->count; k++) {                                                    \
            int row = call_row(call, k);                                                           \
            int64_t a = call_int64(call, 0, row);                                                  \
            int64_t b = call_int64(call, 1, row);                                                  \
            if (b == 0) {                                                                          \
                call_fail(call, row, FAULT_DIVISION);                                              \
            } else { /* only the least number has no counterpart above zero */                     \
                put(call, row, b == -1 && a == (low) ? 0 : a / b, b == -1 && a == (low));          \
            }                                                                                      \
        }                                                                                          \
    }                                                                                              \
    void kernel_##type##_negate(struct call *call)                                                 \
    {                                                                                              \
        for (int k = 0; k < call->count; k++) {                                                    \
            int row = call_row(call, k);                                                           \
            int64_t a = call_int64(call, 0, row);                                                  \
            put(call, row, a == (low) ? 0 : -a, a == (low));                                       \
        }                                                                                          \
    }                                                                                              \
    void kernel_##type##_abs(struct call *call)                                                    \
    {                                                                                              \
        for (int k = 0; k < call->count; k++) {                                                    \
            int row = call_row(call, k);                                                           \
            int64_t a = call_int64(call, 0, row);                                                  \
            put(call, row, a == (low) ? 0 : a < 0 ? -a : a, a == (low));                           \
        }                                                                                          \
    }                                                                                              \
    /* From a wider integer. */                                                                    \
    void kernel_int_to_##type(struct call *call)                                                   \
    {                                                                                              \
        for (int k = 0; k < call->count; k++) {                                                    \
            int row = call_row(call, k);                                                           \
            int64_t value = call_int64(call, 0, row);                                              \
            put(call, row, value, value<(low) || value>(high));                                    \
        }                                                                                          \
    }

static enum fault range_fault(const struct call *call)
{
    return call->type->id == TYPE_INT2   ? FAULT_INT2_RANGE
           : call->type->id == TYPE_INT4 ? FAULT_INT4_RANGE
                                         : FAULT_INT8_RANGE;
}

static inline void put(struct call *call, int row, int64_t value, bool out_of_range)
{
    if (__builtin_expect(out_of_range, 0)) {
        call_fail(call, row, range_fault(call));
    } else {
        call->result->int64s[row] = value;
    }
}

INT_KERNELS(int2, INT16_MIN, INT16_MAX)
INT_KERNELS(int4, INT32_MIN, INT32_MAX)
INT_KERNELS(int8, INT64_MIN, INT64_MAX)

/* The sign of the dividend; n % -1 is 0 for every n. */
void kernel_int_remainder(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        int64_t b = call_int64(call, 1, row);
        if (b == 0) {
            call_fail(call, row, FAULT_DIVISION);
        } else {
            call->result->int64s[row] = b == -1 ? 0 : call_int64(call, 0, row) % b;
        }
    }
}

void kernel_int4_to_bool(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        call->result->bools[row] = call_int64(call, 0, row) != 0;
    }
}

void kernel_bool_to_int4(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        call->result->int64s[row] = call_bool(call, 0, row);
    }
}
