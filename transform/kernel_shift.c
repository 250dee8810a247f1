/* kernel_shift.c — dates and timestamps moved by intervals, and the intervals between them.
 *
 * Months go first, and a day that the month does not have becomes its last one; then days, then
 * time. With a time zone months and days are those of local time, so that a day may have 23 hours;
 * the zone is the source's. SPDX-License-Identifier: Apache-2.0 */
#include "kernels.h"
#include "moment.h"

#include "novate/interval.h"

/* A step of a shift in local time. */
static bool shift_months(int64_t *timestamp, int64_t months)
{
    struct moment moment = moment_of(*timestamp);
    int64_t month = moment.year * MONTHS_PER_YEAR + moment.month - 1 + months;
    int64_t year = month / MONTHS_PER_YEAR;

    month %= MONTHS_PER_YEAR;
    if (month < 0) {
        month += MONTHS_PER_YEAR;
        year--;
    }
    moment.year = year;
    moment.month = (int)month + 1;
    int last = moment_month_days(moment.year, moment.month);

    moment.day = moment.day > last ? last : moment.day;
    return moment_timestamp(&moment, timestamp);
}

static bool shift_days(int64_t *timestamp, int64_t days)
{
    int64_t date = timestamp_date(*timestamp);
    int64_t time = *timestamp - date * MICROSECONDS_PER_DAY;

    return !__builtin_mul_overflow(date + days, MICROSECONDS_PER_DAY, timestamp) &&
           !__builtin_add_overflow(*timestamp, time, timestamp) &&
           timestamp_in_local_range(*timestamp);
}

static int64_t to_local(const struct zone *zone, int64_t utc)
{
    return zone == NULL ? utc : zone_to_local(zone, utc);
}

static bool to_utc(const struct zone *zone, int64_t *value)
{
    if (zone != NULL) {
        *value = zone_to_utc(zone, *value);
    }
    return timestamp_in_range(*value);
}

/* Without a zone: NULL. `sign` is 1 or -1. The parts cannot be negated beforehand, for the smallest
 * ones have no counterpart; the server negates them all the same, and they wrap around. */
static bool shift(int64_t *timestamp, struct interval by, int sign, const struct zone *zone)
{
    if (sign < 0) {
        by = (struct interval){.microseconds = (int64_t)(0 - (uint64_t)by.microseconds),
                               .days = (int32_t)(0 - (uint32_t)by.days),
                               .months = (int32_t)(0 - (uint32_t)by.months)};
    }
    if (by.months != 0) {
        *timestamp = to_local(zone, *timestamp);
        if (!shift_months(timestamp, by.months) || !to_utc(zone, timestamp)) {
            return false;
        }
    }
    if (by.days != 0) {
        *timestamp = to_local(zone, *timestamp);
        if (!shift_days(timestamp, by.days) || !to_utc(zone, timestamp)) {
            return false;
        }
    }
    return !__builtin_add_overflow(*timestamp, by.microseconds, timestamp) &&
           timestamp_in_range(*timestamp);
}

static void shift_rows(struct call *call, int sign)
{
    const struct zone *zone = call->types[0]->id == TYPE_TIMESTAMPTZ ? call->zone : NULL;
    bool date = call->types[0]->id == TYPE_DATE;

    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        int64_t value = call_int64(call, 0, row);
        if (date && !date_to_timestamp(value, &value)) {
            call_fail(call, row, FAULT_DATE_RANGE);
            continue;
        }
        const struct interval *by = &call->args[1]->intervals[call_slot(call, 1, row)];
        if (!moment_is_infinite(value) && !shift(&value, *by, sign, zone)) {
            call_fail(call, row, FAULT_DATE_RANGE);
            continue;
        }
        call->result->int64s[row] = value;
    }
}

void kernel_shift_forward(struct call *call)
{
    shift_rows(call, 1);
}

void kernel_shift_back(struct call *call)
{
    shift_rows(call, -1);
}

/* In days and hours. Two timestamps may lie further apart than an interval reaches, and then the
 * server's difference wraps around. */
void kernel_timestamp_subtract(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        int64_t a = call_int64(call, 0, row);
        int64_t b = call_int64(call, 1, row);
        struct interval value = {.microseconds = (int64_t)((uint64_t)a - (uint64_t)b)};
        if (moment_is_infinite(a) || moment_is_infinite(b) ||
            !interval_justify_hours(value, &value)) {
            call_fail(call, row, FAULT_DATE_RANGE);
        } else {
            call->result->intervals[row] = value;
        }
    }
}
