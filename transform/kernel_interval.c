/* kernel_interval.c — intervals: reading, sums, products, justified forms, and times of day.
 *
 * make_interval() and times of day at the ends of the range are an error and the right time; older
 * servers let their integers wrap around. SPDX-License-Identifier: Apache-2.0 */
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

struct interval_parts {
    int64_t whole[6]; /* years, months, weeks, days, hours, minutes */
    double seconds;
};

static bool make_interval(const struct interval_parts *parts, struct interval *result)
{
    int64_t months = parts->whole[0] * MONTHS_PER_YEAR + parts->whole[1];
    int64_t days = parts->whole[2] * 7 + parts->whole[3];
    double seconds = rint(parts->seconds * 1000000.0);
    int64_t time = parts->whole[4] * MICROSECONDS_PER_HOUR;

    if (!(seconds >= -0x1p63 && seconds < 0x1p63) || months < INT32_MIN || months > INT32_MAX ||
        days < INT32_MIN || days > INT32_MAX ||
        __builtin_add_overflow(time, parts->whole[5] * MICROSECONDS_PER_MINUTE, &time) ||
        __builtin_add_overflow(time, (int64_t)seconds, &time)) {
        return false;
    }
    *result =
        (struct interval){.microseconds = time, .days = (int32_t)days, .months = (int32_t)months};
    return true;
}

/* (years, months, weeks, days, hours, minutes integer, seconds double precision), from the left as
 * many as are given. */
void kernel_make_interval(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct interval_parts parts = {.seconds =
                                           call->arg_count == 7 ? call_double(call, 6, row) : 0};
        struct interval value;
        for (int i = 0; i < 6 && i < call->arg_count; i++) {
            parts.whole[i] = call_int64(call, i, row);
        }
        put_interval(call, row, make_interval(&parts, &value), &value);
    }
}

/* Of an interval only its time of day counts, days and months do not. */
static int64_t time_of_day(int64_t time)
{
    time %= MICROSECONDS_PER_DAY;
    return time < 0 ? time + MICROSECONDS_PER_DAY : time;
}

/* The server's sums wrap around. */
void kernel_time_add_interval(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        uint64_t time = (uint64_t)interval_at(call, 1, row)->microseconds;
        call->result->int64s[row] =
            time_of_day((int64_t)((uint64_t)call_int64(call, 0, row) + time));
    }
}

void kernel_time_subtract_interval(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        uint64_t time = (uint64_t)interval_at(call, 1, row)->microseconds;
        call->result->int64s[row] =
            time_of_day((int64_t)((uint64_t)call_int64(call, 0, row) - time));
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
