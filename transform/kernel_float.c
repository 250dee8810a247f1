/* kernel_float.c — arithmetic of real and double precision, and their casts.
 *
 * As in PostgreSQL an infinite result of finite operands is an error, and so is a zero product or
 * quotient of operands that are not zero. A real is kept as a double of real precision: computing
 * in double and rounding once gives the same as computing in real, for + - * /.
 * SPDX-License-Identifier: Apache-2.0 */
#include "kernels.h"

#include <float.h>
#include <math.h>

static bool is_zero(double value)
{
    return fpclassify(value) == FP_ZERO;
}

/* Stores `value`, rounded to the result's precision. `infinite` says that it may be infinite,
 * `zero` that it may be zero. */
static void put(struct call *call, int row, double value, bool infinite, bool zero)
{
    if (call->type->id == TYPE_FLOAT4) {
        value = (double)(float)value;
    }
    if (isinf(value) && !infinite) {
        call_fail(call, row, FAULT_FLOAT_OVERFLOW);
    } else if (is_zero(value) && !zero) {
        call_fail(call, row, FAULT_FLOAT_UNDERFLOW);
    } else {
        call->result->doubles[row] = value;
    }
}

void kernel_float_add(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        double a = call_double(call, 0, row);
        double b = call_double(call, 1, row);
        put(call, row, a + b, isinf(a) || isinf(b), true);
    }
}

void kernel_float_subtract(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        double a = call_double(call, 0, row);
        double b = call_double(call, 1, row);
        put(call, row, a - b, isinf(a) || isinf(b), true);
    }
}

void kernel_float_multiply(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        double a = call_double(call, 0, row);
        double b = call_double(call, 1, row);
        put(call, row, a * b, isinf(a) || isinf(b), is_zero(a) || is_zero(b));
    }
}

void kernel_float_divide(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        double a = call_double(call, 0, row);
        double b = call_double(call, 1, row);
        if (is_zero(b) && !isnan(a)) {
            call_fail(call, row, FAULT_DIVISION);
        } else {
            put(call, row, a / b, isinf(a), is_zero(a) || isinf(b));
        }
    }
}

void kernel_float_negate(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        call->result->doubles[row] = -call_double(call, 0, row);
    }
}

void kernel_float_abs(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        call->result->doubles[row] = fabs(call_double(call, 0, row));
    }
}

void kernel_float_round(struct call *call)
{
    for (int k = 0; k < call->count; k++) { /* half to even, as the server's rint() */
        int row = call_row(call, k);
        call->result->doubles[row] = rint(call_double(call, 0, row));
    }
}

void kernel_float_trunc(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        call->result->doubles[row] = trunc(call_double(call, 0, row));
    }
}

void kernel_float_ceil(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        call->result->doubles[row] = ceil(call_double(call, 0, row));
    }
}

void kernel_float_floor(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        call->result->doubles[row] = floor(call_double(call, 0, row));
    }
}

void kernel_float_sign(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        double value = call_double(call, 0, row);
        call->result->doubles[row] = value > 0 ? 1 : value < 0 ? -1 : 0;
    }
}

void kernel_int_to_float(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        int64_t value = call_int64(call, 0, row);
        call->result->doubles[row] =
            call->type->id == TYPE_FLOAT4 ? (double)(float)value : (double)value;
    }
}

/* Rounds half to even, then checks the range: the bounds are exact as doubles. */
static void put_integer(struct call *call, int row, double value)
{
    enum type_id id = call->type->id;
    double bound = id == TYPE_INT2 ? 0x1p15 : id == TYPE_INT4 ? 0x1p31 : 0x1p63;
    enum fault fault = id == TYPE_INT2   ? FAULT_INT2_RANGE
                       : id == TYPE_INT4 ? FAULT_INT4_RANGE
                                         : FAULT_INT8_RANGE;

    value = rint(value);
    if (isnan(value) || value < -bound || value >= bound) {
        call_fail(call, row, fault);
    } else {
        call->result->int64s[row] = (int64_t)value;
    }
}

void kernel_float_to_int(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        put_integer(call, row, call_double(call, 0, row));
    }
}

void kernel_float8_to_float4(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        double value = call_double(call, 0, row);
        put(call, row, value, isinf(value), is_zero(value));
    }
}

void kernel_float_to_numeric(struct call *call)
{
    int digits = call->types[0]->id == TYPE_FLOAT4 ? FLT_DIG : DBL_DIG;

    for (int k = 0; k < call->count && !call->out_of_memory; k++) {
        int row = call_row(call, k);
        struct decimal value;
        enum decimal_status status =
            decimal_from_double(call_double(call, 0, row), digits, call->arena, &value);
        call_decimal_result(call, row, status, &value);
    }
}

/* Would the number come back? For assignments, which must not lose anything. */
void kernel_assign_int_to_float(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        int64_t value = call_int64(call, 0, row);
        double near = call->type->id == TYPE_FLOAT4 ? (double)(float)value : (double)value;
        if (near >= 0x1p63 || (int64_t)near != value) {
            call_fail(call, row, FAULT_LOSSY_FLOAT);
        } else {
            call->result->doubles[row] = near;
        }
    }
}

void kernel_assign_float_to_int(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        double value = call_double(call, 0, row);
        if (isfinite(value) && fabs(value - rint(value)) > 0) {
            call_fail(call, row, FAULT_LOSSY_INTEGER);
        } else {
            put_integer(call, row, value);
        }
    }
}
