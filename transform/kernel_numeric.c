/* kernel_numeric.c — arithmetic of numeric, and its casts; decimal.h computes.
 * SPDX-License-Identifier: Apache-2.0 */
#include "kernels.h"

#include "novate/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum decimal_status decimal_operation(const struct decimal *a,
                                              const struct decimal *b,
                                              struct arena *arena,
                                              struct decimal *result);

static void compute(struct call *call, decimal_operation *operation)
{
    for (int k = 0; k < call->count && !call->out_of_memory; k++) {
        int row = call_row(call, k);
        struct decimal value;
        enum decimal_status status =
            operation(call_decimal(call, 0, row), call_decimal(call, 1, row), call->arena, &value);
        call_decimal_result(call, row, status, &value);
    }
}

void kernel_numeric_add(struct call *call)
{
    compute(call, decimal_add);
}

void kernel_numeric_subtract(struct call *call)
{
    compute(call, decimal_subtract);
}

void kernel_numeric_multiply(struct call *call)
{
    compute(call, decimal_multiply);
}

void kernel_numeric_divide(struct call *call)
{
    compute(call, decimal_divide);
}

void kernel_numeric_remainder(struct call *call)
{
    compute(call, decimal_remainder);
}

void kernel_numeric_negate(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        call->result->decimals[row] = decimal_negate(call_decimal(call, 0, row));
    }
}

static bool is_finite(const struct decimal *value)
{
    return value->kind == DECIMAL_FINITE || value->kind == DECIMAL_WIDE;
}

void kernel_numeric_abs(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct decimal value = *call_decimal(call, 0, row);
        value.negative = 0;
        call->result->decimals[row] = value;
    }
}

void kernel_numeric_sign(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        const struct decimal *value = call_decimal(call, 0, row);
        struct decimal zero = decimal_from_int64(0);
        call->result->decimals[row] =
            value->kind == DECIMAL_NAN ? *value : decimal_from_int64(decimal_compare(value, &zero));
    }
}

/* The server keeps rounding within what a numeric may have. */
static int32_t bounded_scale(int64_t scale)
{
    enum {
        SCALE_MAX = 16383,
        SCALE_MIN = -131073
    };
    return scale > SCALE_MAX ? SCALE_MAX : scale < SCALE_MIN ? SCALE_MIN : (int32_t)scale;
}

void kernel_numeric_round(struct call *call)
{
    for (int k = 0; k < call->count && !call->out_of_memory; k++) {
        int row = call_row(call, k);
        int32_t scale = call->arg_count > 1 ? bounded_scale(call_int64(call, 1, row)) : 0;
        struct decimal value;
        enum decimal_status status =
            decimal_round(call_decimal(call, 0, row), scale, call->arena, &value);
        call_decimal_result(call, row, status, &value);
    }
}

/* One unit of the last place that `scale` keeps. */
static enum decimal_status unit_of(int32_t scale, struct arena *arena, struct decimal *unit)
{
    char text[24];
    (void)snprintf(text, sizeof text, "1e%d", -scale);
    return decimal_parse(text_of(text), arena, unit);
}

/* Rounds, then steps back by one unit if that went the wrong way: away from zero, or (`up` 1 or -1)
 * away from the side asked for. */
static enum decimal_status round_towards(
    const struct decimal *value, int32_t scale, int up, struct arena *arena, struct decimal *result)
{
    struct decimal unit;
    struct decimal rounded;
    enum decimal_status status = decimal_round(value, scale, arena, &rounded);

    if (status != DECIMAL_OK || !is_finite(value)) {
        *result = rounded;
        return status;
    }
    int order = decimal_compare(&rounded, value);
    bool add = up > 0 ? order < 0 : up == 0 && order < 0 && value->negative != 0;
    bool subtract = up < 0 ? order > 0 : up == 0 && order > 0 && value->negative == 0;
    if (!add && !subtract) {
        *result = rounded;
        return DECIMAL_OK;
    }
    status = unit_of(scale, arena, &unit);
    if (status != DECIMAL_OK) {
        return status;
    }
    return add ? decimal_add(&rounded, &unit, arena, result)
               : decimal_subtract(&rounded, &unit, arena, result);
}

static void compute_towards(struct call *call, int up)
{
    for (int k = 0; k < call->count && !call->out_of_memory; k++) {
        int row = call_row(call, k);
        int32_t scale = call->arg_count > 1 ? bounded_scale(call_int64(call, 1, row)) : 0;
        struct decimal value;
        enum decimal_status status =
            round_towards(call_decimal(call, 0, row), scale, up, call->arena, &value);
        call_decimal_result(call, row, status, &value);
    }
}

void kernel_numeric_trunc(struct call *call)
{
    compute_towards(call, 0);
}

void kernel_numeric_ceil(struct call *call)
{
    compute_towards(call, 1);
}

void kernel_numeric_floor(struct call *call)
{
    compute_towards(call, -1);
}

void kernel_int_to_numeric(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        call->result->decimals[row] = decimal_from_int64(call_int64(call, 0, row));
    }
}

static void put_integer(struct call *call, int row, const struct decimal *value)
{
    enum type_id id = call->type->id;
    int64_t low = id == TYPE_INT2 ? INT16_MIN : id == TYPE_INT4 ? INT32_MIN : INT64_MIN;
    int64_t high = id == TYPE_INT2 ? INT16_MAX : id == TYPE_INT4 ? INT32_MAX : INT64_MAX;
    int64_t integer = 0;

    if (!is_finite(value)) {
        call_fail(call, row, FAULT_SPECIAL);
    } else if (decimal_to_int64(value, &integer) != DECIMAL_OK || integer < low || integer > high) {
        call_fail(call,
                  row,
                  id == TYPE_INT2   ? FAULT_INT2_RANGE
                  : id == TYPE_INT4 ? FAULT_INT4_RANGE
                                    : FAULT_INT8_RANGE);
    } else {
        call->result->int64s[row] = integer;
    }
}

void kernel_numeric_to_int(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        put_integer(call, row, call_decimal(call, 0, row));
    }
}

void kernel_assign_numeric_to_int(struct call *call)
{
    for (int k = 0; k < call->count && !call->out_of_memory; k++) {
        int row = call_row(call, k);
        const struct decimal *value = call_decimal(call, 0, row);
        struct decimal whole;
        if (value->kind == DECIMAL_FINITE && value->scale == 0) {
            put_integer(call, row, value);
            continue;
        }
        enum decimal_status status = decimal_round(value, 0, call->arena, &whole);
        if (status == DECIMAL_MEMORY) {
            call->out_of_memory = true;
        } else if (status == DECIMAL_OK && decimal_compare(&whole, value) != 0) {
            call_fail(call, row, FAULT_LOSSY_INTEGER);
        } else {
            put_integer(call, row, value);
        }
    }
}

/* Digits and power are exact as floats: then IEEE 754 rounds their quotient correctly. */
static bool small_to_single(const struct decimal *value, double *result)
{
    static const float powers[] = {
        1e0F, 1e1F, 1e2F, 1e3F, 1e4F, 1e5F, 1e6F, 1e7F, 1e8F, 1e9F, 1e10F};

    if (value->kind != DECIMAL_FINITE || value->high != 0 || value->low > UINT64_C(1) << 24 ||
        value->scale > 10) {
        return false;
    }
    float magnitude = (float)value->low / powers[value->scale];
    *result = (double)(value->negative ? -magnitude : magnitude);
    return true;
}

/* Through text, as the server does: exact for every number of digits, and rounded once. */
void kernel_numeric_to_float(struct call *call)
{
    bool single = call->type->id == TYPE_FLOAT4;
    struct text_buffer text;

    text_buffer_init(&text, (size_t)1 << 20);
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        const struct decimal *value = call_decimal(call, 0, row);
        struct decimal zero = decimal_from_int64(0);
        double result = 0;
        if (single && small_to_single(value, &result)) {
            call->result->doubles[row] = result;
            continue;
        }
        if (single && is_finite(value)) {
            text_buffer_reset(&text);
            decimal_format(value, &text);
            result = text.failed ? 0 : (double)strtof(text.data, NULL);
        } else {
            result = decimal_to_double(value);
        }
        if (is_finite(value) && isinf(result)) {
            call_fail(call, row, FAULT_FLOAT_OVERFLOW);
        } else if (is_finite(value) && fpclassify(result) == FP_ZERO &&
                   decimal_compare(value, &zero) != 0) {
            call_fail(call, row, FAULT_FLOAT_UNDERFLOW);
        } else {
            call->result->doubles[row] = result;
        }
    }
    call->out_of_memory = call->out_of_memory || text.failed;
    text_buffer_release(&text);
}

/* To numeric(p,s): rounds. */
void kernel_numeric_fit(struct call *call)
{
    for (int k = 0; k < call->count && !call->out_of_memory; k++) {
        int row = call_row(call, k);
        struct decimal value;
        enum decimal_status status = decimal_fit(call_decimal(call, 0, row),
                                                 call->type->precision,
                                                 call->type->scale,
                                                 call->arena,
                                                 &value);
        call_decimal_result(call, row, status, &value);
    }
}

/* To numeric(p,s): refuses to lose digits. */
void kernel_assign_numeric(struct call *call)
{
    for (int k = 0; k < call->count && !call->out_of_memory; k++) {
        int row = call_row(call, k);
        const struct decimal *given = call_decimal(call, 0, row);
        struct decimal value;
        enum decimal_status status =
            decimal_fit(given, call->type->precision, call->type->scale, call->arena, &value);
        if (status == DECIMAL_OK && decimal_compare(given, &value) != 0) {
            call_fail(call, row, FAULT_LOSSY_NUMERIC);
        } else {
            call_decimal_result(call, row, status, &value);
        }
    }
}
