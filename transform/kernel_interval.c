/* kernel_interval.c — intervals: reading, sums, products, justified forms, and times of day.
 *
 * Where the server's integers wrap around unnoticed, in make_interval() and in times of day, so do
 * these. SPDX-License-Identifier: Apache-2.0 */
#include "kernels.h"

#include "novate/interval.h"

#include <math.h>

static const struct interval *interval_at(const struct call *call, int arg, int row)
{
    return &call->args[arg]->intervals[call_slot(call, arg, row)];
}

static void put_interval(struct call *call, int row, bool ok, const struct interval *value)
{
    if (ok) {
        call->result->intervals[row] = *value;
    } else {
        call_fail(call, row, FAULT_INTERVAL_RANGE);
    }
}

void kernel_parse_interval(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        switch (
            interval_parse(call_text(call, 0, row), *call->type, &call->result->intervals[row])) {
        case INTERVAL_OK:
            break;
        case INTERVAL_SYNTAX:
            call_fail(call, row, FAULT_INTERVAL_SYNTAX);
            break;
        case INTERVAL_OVERFLOW:
            call_fail(call, row, FAULT_INTERVAL_FIELD);
            break;
        case INTERVAL_RANGE:
            call_fail(call, row, FAULT_INTERVAL_RANGE);
            break;
        }
    }
}

/* To interval(3) or interval day to minute. */
void kernel_interval_fit(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        call->result->intervals[row] = interval_fit(*interval_at(call, 0, row), *call->type);
    }
}

#define BINARY(name, function)                                                                     \
    void kernel_interval_##name(struct call *call)                                                 \
    {                                                                                              \
        for (int k = 0; k < call->count; k++) {                                                    \
            int row = call_row(call, k);                                                           \
            struct interval value;                                                                 \
            bool ok = function(*interval_at(call, 0, row), *interval_at(call, 1, row), &value);    \
            put_interval(call, row, ok, &value);                                                   \
        }                                                                                          \
    }

BINARY(add, interval_add)
BINARY(subtract, interval_subtract)

#define UNARY(name, function)                                                                      \
    void kernel_interval_##name(struct call *call)                                                 \
    {                                                                                              \
        for (int k = 0; k < call->count; k++) {                                                    \
            int row = call_row(call, k);                                                           \
            struct interval value;                                                                 \
            bool ok = function(*interval_at(call, 0, row), &value);                                \
            put_interval(call, row, ok, &value);                                                   \
        }                                                                                          \
    }

UNARY(negate, interval_negate)
UNARY(justify_hours, interval_justify_hours)
UNARY(justify_days, interval_justify_days)
UNARY(justify_interval, interval_justify)

/* In either order. */
void kernel_interval_multiply(struct call *call)
{
    int interval = call->types[0]->id == TYPE_INTERVAL ? 0 : 1;

    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        double factor = call_double(call, 1 - interval, row);
        struct interval value;
        bool ok = interval_multiply(*interval_at(call, interval, row), factor, &value);
        put_interval(call, row, ok, &value);
    }
}

void kernel_interval_divide(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        double divisor = call_double(call, 1, row);
        struct interval value;
        if (fpclassify(divisor) == FP_ZERO) {
            call_fail(call, row, FAULT_DIVISION);
            continue;
        }
        put_interval(
            call, row, interval_divide(*interval_at(call, 0, row), divisor, &value), &value);
    }
}

static int64_t add_wrapping(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a + (uint64_t)b);
}

static int64_t negate_wrapping(int64_t value)
{
    return (int64_t)(0 - (uint64_t)value);
}

/* (years, months, weeks, days, hours, minutes integer, seconds double precision), from the left as
 * many as are given. */
void kernel_make_interval(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        uint32_t parts[6] = {0};
        double seconds = call->arg_count == 7 ? call_double(call, 6, row) : 0;
        if (!isfinite(seconds)) {
            call_fail(call, row, FAULT_INTERVAL_RANGE);
            continue;
        }
        for (int i = 0; i < 6 && i < call->arg_count; i++) {
            parts[i] = (uint32_t)call_int64(call, i, row);
        }
        seconds = rint(seconds * 1000000.0);
        int64_t time = seconds >= -0x1p63 && seconds < 0x1p63 ? (int64_t)seconds : INT64_MIN;
        time = add_wrapping(time,
                            (int64_t)(int32_t)parts[4] * MICROSECONDS_PER_HOUR +
                                (int64_t)(int32_t)parts[5] * MICROSECONDS_PER_MINUTE);
        call->result->intervals[row] =
            (struct interval){.microseconds = time,
                              .days = (int32_t)(parts[2] * 7 + parts[3]),
                              .months = (int32_t)(parts[0] * MONTHS_PER_YEAR + parts[1])};
    }
}

/* Of an interval only its time of day counts, days and months do not. (Within a day of the least
 * one the server gives a time that is none.) */
static int64_t time_of_day(int64_t time)
{
    time %= MICROSECONDS_PER_DAY;
    return time < 0 ? time + MICROSECONDS_PER_DAY : time;
}

void kernel_time_add_interval(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        call->result->int64s[row] = time_of_day(
            add_wrapping(call_int64(call, 0, row), interval_at(call, 1, row)->microseconds));
    }
}

void kernel_time_subtract_interval(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        int64_t time = negate_wrapping(interval_at(call, 1, row)->microseconds);
        call->result->int64s[row] = time_of_day(add_wrapping(call_int64(call, 0, row), time));
    }
}

void kernel_time_subtract(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        call->result->intervals[row] =
            (struct interval){.microseconds = call_int64(call, 0, row) - call_int64(call, 1, row)};
    }
}

void kernel_time_to_interval(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        call->result->intervals[row] = (struct interval){.microseconds = call_int64(call, 0, row)};
    }
}

void kernel_interval_to_time(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        call->result->int64s[row] = time_of_day(interval_at(call, 0, row)->microseconds);
    }
}
