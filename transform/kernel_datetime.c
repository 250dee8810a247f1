/* kernel_datetime.c — arithmetic of dates, and casts between dates, times and timestamps.
 *
 * Where a zone is needed it is the source's: a timestamp that becomes a timestamptz is taken as
 * local time there.
 * SPDX-License-Identifier: Apache-2.0 */
#include "kernels.h"

#include <stdint.h>

/* Bounds of what the types can hold: dates 4713-11-24 BC to 5874897-12-31, timestamps from the
 * first date on to 294276-12-31 (the upper bounds are exclusive). */
#define DATE_MIN      INT64_C(-2451545)
#define DATE_END      INT64_C(2145031949)
#define TIMESTAMP_MIN (DATE_MIN * MICROSECONDS_PER_DAY)
#define TIMESTAMP_END INT64_C(9223371331200000000)

static bool is_infinite(int64_t value)
{
    return value == DATETIME_INFINITY || value == DATETIME_NEGATIVE_INFINITY;
}

bool date_to_timestamp(int64_t date, int64_t *timestamp)
{
    if (is_infinite(date)) {
        *timestamp = date;
        return true;
    }
    if (date >= TIMESTAMP_END / MICROSECONDS_PER_DAY) {
        return false;
    }
    *timestamp = date * MICROSECONDS_PER_DAY;
    return true;
}

static int64_t day_of(int64_t timestamp)
{
    int64_t day = timestamp / MICROSECONDS_PER_DAY;
    return timestamp % MICROSECONDS_PER_DAY < 0 ? day - 1 : day;
}

static void put_timestamp(struct call *call, int row, int64_t value)
{
    if (value < TIMESTAMP_MIN || value >= TIMESTAMP_END) {
        call_fail(call, row, FAULT_DATE_RANGE);
    } else {
        call->result->int64s[row] = value;
    }
}

static void shift_date(struct call *call, int sign)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        int64_t date = call_int64(call, 0, row);
        if (!is_infinite(date)) {
            date += sign * call_int64(call, 1, row);
            if (date < DATE_MIN || date >= DATE_END) {
                call_fail(call, row, FAULT_DATE_RANGE);
                continue;
            }
        }
        call->result->int64s[row] = date;
    }
}

void kernel_date_add_days(struct call *call)
{
    shift_date(call, 1);
}

void kernel_date_subtract_days(struct call *call)
{
    shift_date(call, -1);
}

void kernel_date_subtract(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        int64_t a = call_int64(call, 0, row);
        int64_t b = call_int64(call, 1, row);
        if (is_infinite(a) || is_infinite(b)) {
            call_fail(call, row, FAULT_DATE_RANGE);
        } else {
            call->result->int64s[row] = a - b;
        }
    }
}

void kernel_date_add_time(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        int64_t value = 0;
        if (!date_to_timestamp(call_int64(call, 0, row), &value)) {
            call_fail(call, row, FAULT_DATE_RANGE);
        } else if (is_infinite(value)) {
            call->result->int64s[row] = value;
        } else {
            put_timestamp(call, row, value + call_int64(call, 1, row));
        }
    }
}

void kernel_date_to_timestamp(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        int64_t value = 0;
        if (!date_to_timestamp(call_int64(call, 0, row), &value)) {
            call_fail(call, row, FAULT_DATE_RANGE);
        } else {
            call->result->int64s[row] = value;
        }
    }
}

static void put_utc(struct call *call, int row, int64_t local)
{
    if (is_infinite(local)) {
        call->result->int64s[row] = local;
    } else {
        put_timestamp(call, row, zone_to_utc(call->zone, local));
    }
}

void kernel_date_to_timestamptz(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        int64_t value = 0;
        if (!date_to_timestamp(call_int64(call, 0, row), &value)) {
            call_fail(call, row, FAULT_DATE_RANGE);
        } else {
            put_utc(call, row, value);
        }
    }
}

void kernel_timestamp_to_timestamptz(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        put_utc(call, row, call_int64(call, 0, row));
    }
}

/* A timestamp as it is, a timestamptz as local time. */
static int64_t local_value(const struct call *call, int row)
{
    int64_t value = call_int64(call, 0, row);

    return call->types[0]->id == TYPE_TIMESTAMPTZ && !is_infinite(value)
               ? zone_to_local(call->zone, value)
               : value;
}

void kernel_timestamptz_to_timestamp(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        int64_t value = local_value(call, row);
        if (is_infinite(value)) {
            call->result->int64s[row] = value;
        } else {
            put_timestamp(call, row, value);
        }
    }
}

void kernel_timestamp_to_date(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        int64_t value = local_value(call, row);
        call->result->int64s[row] = is_infinite(value) ? value : day_of(value);
    }
}

/* The time of an infinite timestamp is NULL, as in PostgreSQL. */
void kernel_timestamp_to_time(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        int64_t value = local_value(call, row);
        if (is_infinite(value)) {
            call_null(call, row);
        } else {
            call->result->int64s[row] = value - day_of(value) * MICROSECONDS_PER_DAY;
        }
    }
}

/* Microseconds rounded to the fraction digits of a type, half away from zero (half up where the
 * value counts from midnight). */
static int64_t round_fraction(int64_t value, const struct type *type)
{
    static const int64_t units[] = {1000000, 100000, 10000, 1000, 100, 10, 1};
    int digits = type->precision == 0 ? 6 : type->precision - 1;
    int64_t unit = units[digits];

    return value < 0 ? -((-value + unit / 2) / unit * unit) : (value + unit / 2) / unit * unit;
}

/* To time(p), timestamp(p), timestamp(p) with time zone: rounds. */
void kernel_fraction_fit(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        int64_t value = call_int64(call, 0, row);
        call->result->int64s[row] = is_infinite(value) ? value : round_fraction(value, call->type);
    }
}

/* The same for assignments: refuses to lose anything. */
void kernel_assign_fraction(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        int64_t value = call_int64(call, 0, row);
        if (!is_infinite(value) && round_fraction(value, call->type) != value) {
            call_fail(call, row, FAULT_LOSSY_TIME);
        } else {
            call->result->int64s[row] = value;
        }
    }
}
