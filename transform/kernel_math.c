/* kernel_math.c — powers, roots and logarithms; bits and divisors of integers.
 *
 * As in PostgreSQL an infinite result of a finite argument is an overflow, and zero an underflow
 * where the argument does not account for it. The functions are the C library's, as the server's.
 * SPDX-License-Identifier: Apache-2.0 */
#include "kernels.h"

#include <math.h>

static bool is_zero(double value)
{
    return fpclassify(value) == FP_ZERO;
}

static bool is_one(double value)
{
    return !(value < 1) && !(value > 1) && !isnan(value);
}

static void put(struct call *call, int row, double value, bool infinite, bool zero)
{
    if (isinf(value) && !infinite) {
        call_fail(call, row, FAULT_FLOAT_OVERFLOW);
    } else if (is_zero(value) && !zero) {
        call_fail(call, row, FAULT_FLOAT_UNDERFLOW);
    } else {
        call->result->doubles[row] = value;
    }
}

void kernel_float_sqrt(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        double a = call_double(call, 0, row);
        if (a < 0) {
            call_fail(call, row, FAULT_POWER);
        } else {
            put(call, row, sqrt(a), isinf(a), is_zero(a));
        }
    }
}

void kernel_float_cbrt(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        double a = call_double(call, 0, row);
        put(call, row, cbrt(a), isinf(a), is_zero(a));
    }
}

void kernel_float_exp(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        double a = call_double(call, 0, row);
        put(call, row, exp(a), isinf(a), isinf(a));
    }
}

static void logarithm(struct call *call, double (*function)(double))
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        double a = call_double(call, 0, row);
        if (a < 0 || is_zero(a)) {
            call_fail(call, row, FAULT_LOGARITHM);
        } else {
            put(call, row, function(a), isinf(a), is_one(a));
        }
    }
}

void kernel_float_ln(struct call *call)
{
    logarithm(call, log);
}

void kernel_float_log(struct call *call)
{
    logarithm(call, log10);
}

/* Where one of them is infinite; neither is NaN. */
static double infinite_power(double a, double b)
{
    double size = fabs(a);

    if (isinf(b)) {
        return is_one(size) ? 1 : (size > 1) == (b > 0) ? (double)INFINITY : 0;
    }
    if (is_zero(b)) {
        return 1;
    }
    bool odd = fabs(floor(b / 2) - b / 2) > 0;
    double result = b > 0 ? (double)INFINITY : 0.0;
    return a < 0 && odd ? -result : result;
}

void kernel_float_power(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        double a = call_double(call, 0, row);
        double b = call_double(call, 1, row);
        bool whole = !(floor(b) < b);
        if (isnan(a) || isnan(b)) { /* NaN ^ 0 and 1 ^ NaN are 1 */
            bool one = (isnan(a) && is_zero(b)) || (isnan(b) && is_one(a));
            call->result->doubles[row] = one ? 1 : (double)NAN;
        } else if ((is_zero(a) && b < 0) || (a < 0 && !whole)) {
            call_fail(call, row, FAULT_POWER);
        } else if (isinf(a) || isinf(b)) {
            call->result->doubles[row] = infinite_power(a, b);
        } else {
            put(call, row, pow(a, b), false, is_zero(a));
        }
    }
}

/* A decimal_…() of one or two numbers. */
typedef enum decimal_status one_operation(const struct decimal *a,
                                          struct arena *arena,
                                          struct decimal *result);
typedef enum decimal_status two_operation(const struct decimal *a,
                                          const struct decimal *b,
                                          struct arena *arena,
                                          struct decimal *result);

static void compute_two(struct call *call, two_operation *operation)
{
    for (int k = 0; k < call->count && !call->out_of_memory; k++) {
        int row = call_row(call, k);
        struct decimal value;
        enum decimal_status status =
            operation(call_decimal(call, 0, row), call_decimal(call, 1, row), call->arena, &value);
        call_decimal_result(call, row, status, &value);
    }
}

static void compute_one(struct call *call, one_operation *operation)
{
    for (int k = 0; k < call->count && !call->out_of_memory; k++) {
        int row = call_row(call, k);
        struct decimal value;
        enum decimal_status status = operation(call_decimal(call, 0, row), call->arena, &value);
        call_decimal_result(call, row, status, &value);
    }
}

void kernel_numeric_power(struct call *call)
{
    compute_two(call, decimal_power_of);
}

void kernel_numeric_exp(struct call *call)
{
    compute_one(call, decimal_exp);
}

void kernel_numeric_ln(struct call *call)
{
    compute_one(call, decimal_ln);
}

void kernel_numeric_log(struct call *call)
{
    compute_two(call, decimal_log);
}

void kernel_numeric_log10(struct call *call)
{
    compute_one(call, decimal_log10);
}

void kernel_numeric_sqrt(struct call *call)
{
    compute_one(call, decimal_sqrt);
}

void kernel_numeric_div(struct call *call)
{
    compute_two(call, decimal_div);
}

void kernel_numeric_gcd(struct call *call)
{
    compute_two(call, decimal_gcd);
}

void kernel_numeric_lcm(struct call *call)
{
    compute_two(call, decimal_lcm);
}

void kernel_numeric_trim_scale(struct call *call)
{
    for (int k = 0; k < call->count && !call->out_of_memory; k++) {
        int row = call_row(call, k);
        const struct decimal *value = call_decimal(call, 0, row);
        int32_t scale = decimal_scale_min(value);
        if (scale < 0) {
            call->result->decimals[row] = *value;
            continue;
        }
        struct decimal trimmed;
        enum decimal_status status = decimal_round(value, scale, call->arena, &trimmed);
        call_decimal_result(call, row, status, &trimmed);
    }
}

static void put_scale(struct call *call, int row, int32_t scale)
{
    if (scale < 0) {
        call_null(call, row);
    } else {
        call->result->int64s[row] = scale;
    }
}

void kernel_numeric_scale(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        const struct decimal *value = call_decimal(call, 0, row);
        bool number = value->kind == DECIMAL_FINITE || value->kind == DECIMAL_WIDE;
        put_scale(call, row, number ? value->scale : -1);
    }
}

void kernel_numeric_min_scale(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        put_scale(call, row, decimal_scale_min(call_decimal(call, 0, row)));
    }
}

#define BIT_KERNEL(name, expression)                                                               \
    void kernel_int_##name(struct call *call)                                                      \
    {                                                                                              \
        for (int k = 0; k < call->count; k++) {                                                    \
            int row = call_row(call, k);                                                           \
            int64_t a = call_int64(call, 0, row);                                                  \
            int64_t b = call_int64(call, 1, row);                                                  \
            call->result->int64s[row] = (expression);                                              \
        }                                                                                          \
    }
BIT_KERNEL(and, (a) & (b))
BIT_KERNEL(or, (a) | (b))
BIT_KERNEL(xor, (a) ^ (b))

void kernel_int_not(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        call->result->int64s[row] = ~call_int64(call, 0, row);
    }
}

/* Counts are taken modulo the width, as the server's machine does; a smallint is shifted as an
 * integer and cut. */
void kernel_int_shift_left(struct call *call)
{
    enum type_id id = call->type->id;

    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        uint64_t a = (uint64_t)call_int64(call, 0, row);
        uint64_t b = (uint64_t)call_int64(call, 1, row);
        int64_t *out = &call->result->int64s[row];
        if (id == TYPE_INT8) {
            *out = (int64_t)(a << (b & 63));
        } else {
            uint32_t shifted = (uint32_t)a << (b & 31);
            *out = id == TYPE_INT2 ? (int16_t)shifted : (int32_t)shifted;
        }
    }
}

void kernel_int_shift_right(struct call *call)
{
    uint64_t mask = call->type->id == TYPE_INT8 ? 63 : 31;

    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        int64_t a = call_int64(call, 0, row);
        call->result->int64s[row] = a >> ((uint64_t)call_int64(call, 1, row) & mask);
    }
}

static uint64_t size_of_number(int64_t value)
{
    return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

static uint64_t common_divisor(uint64_t a, uint64_t b)
{
    while (b != 0) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static void put_divisor(struct call *call, int row, uint64_t value, bool over)
{
    bool narrow = call->type->id == TYPE_INT4;

    if (over || value > (narrow ? (uint64_t)INT32_MAX : (uint64_t)INT64_MAX)) {
        call_fail(call, row, narrow ? FAULT_INT4_RANGE : FAULT_INT8_RANGE);
    } else {
        call->result->int64s[row] = (int64_t)value;
    }
}

void kernel_int_gcd(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        uint64_t a = size_of_number(call_int64(call, 0, row));
        put_divisor(call, row, common_divisor(a, size_of_number(call_int64(call, 1, row))), false);
    }
}

void kernel_int_lcm(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        uint64_t a = size_of_number(call_int64(call, 0, row));
        uint64_t b = size_of_number(call_int64(call, 1, row));
        uint64_t value = 0;
        bool over = a != 0 && b != 0 && __builtin_mul_overflow(a / common_divisor(a, b), b, &value);
        put_divisor(call, row, value, over);
    }
}
