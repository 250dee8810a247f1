/* kernel_datetime.c — arithmetic of dates, and casts between dates, times and timestamps.
 *
 * Where a zone is needed it is the source's: a timestamp that becomes a timestamptz is taken as
 * local time there.
 * SPDX-License-Identifier: Apache-2.0 */
#include "kernels.h"
#include "moment.h"

#include <stdint.h>

bool date_to_timestamp(int64_t date, int64_t *timestamp)
{
    if (moment_is_infinite(date)) {
        *timestamp = date;
        return true;
    }
    if (date >= TIMESTAMP_END / MICROSECONDS_PER_DAY) {
        return false;
    }
    *timestamp = date * MICROSECONDS_PER_DAY;
    return true;
}

static void put_timestamp(struct call *call, int row, int64_t value)
{
    if (!timestamp_in_range(value)) {
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
        if (!moment_is_infinite(date)) {
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
        if (moment_is_infinite(a) || moment_is_infinite(b)) {
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
        } else if (moment_is_infinite(value)) {
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
    if (moment_is_infinite(local)) {
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

    return call->types[0]->id == TYPE_TIMESTAMPTZ && !moment_is_infinite(value)
               ? zone_to_local(call->zone, value)
               : value;
}

void kernel_timestamptz_to_timestamp(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        int64_t value = local_value(call, row);
        if (moment_is_infinite(value)) {
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
        call->result->int64s[row] = moment_is_infinite(value) ? value : timestamp_date(value);
    }
}

/* The time of an infinite timestamp is NULL, as in PostgreSQL. */
void kernel_timestamp_to_time(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        int64_t value = local_value(call, row);
        if (moment_is_infinite(value)) {
            call_null(call, row);
        } else {
            call->result->int64s[row] = value - timestamp_date(value) * MICROSECONDS_PER_DAY;
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
        call->result->int64s[row] =
            moment_is_infinite(value) ? value : round_fraction(value, call->type);
    }
}

/* The same for assignments: refuses to lose anything. */
void kernel_assign_fraction(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        int64_t value = call_int64(call, 0, row);
        if (!moment_is_infinite(value) && round_fraction(value, call->type) != value) {
            call_fail(call, row, FAULT_LOSSY_TIME);
        } else {
            call->result->int64s[row] = value;
        }
    }
}
