/* kernel_make.c — dates, times and timestamps made of numbers.
 * SPDX-License-Identifier: Apache-2.0 */
#include "kernels.h"
#include "moment.h"
#include "zone_state.h"

#include "novate/interval.h"

#include <math.h>

#define YEAR_MAX 5874898 /* of anything that is a date */

/* A year before Christ is negative; there is no year 0. */
static bool read_date(const struct call *call, int row, int64_t *date)
{
    int64_t year = call_int64(call, 0, row);
    int64_t month = call_int64(call, 1, row);
    int64_t day = call_int64(call, 2, row);

    if (year == 0 || year < -YEAR_MAX || year > YEAR_MAX || month < 1 || month > 12 || day < 1) {
        return false;
    }
    year += year < 0;
    if (day > moment_month_days(year, (int)month)) {
        return false;
    }
    *date = date_from_civil(year, (int)month, (int)day);
    return *date >= DATE_MIN && *date < DATE_END;
}

/* Hours, minutes and seconds from argument `first` on; up to 24:00:00, which is a time. */
static bool read_time(const struct call *call, int first, int row, int64_t *time)
{
    int64_t hours = call_int64(call, first, row);
    int64_t minutes = call_int64(call, first + 1, row);
    double seconds = rint(call_double(call, first + 2, row) * 1000000.0);

    if (hours < 0 || hours > 24 || minutes < 0 || minutes > 59 ||
        !(seconds >= 0 && seconds <= 60000000.0)) {
        return false;
    }
    *time = hours * MICROSECONDS_PER_HOUR + minutes * MICROSECONDS_PER_MINUTE + (int64_t)seconds;
    return *time <= MICROSECONDS_PER_DAY;
}

static bool read_timestamp(const struct call *call, int row, int64_t *timestamp)
{
    int64_t date = 0;
    int64_t time = 0;

    return read_date(call, row, &date) && read_time(call, 3, row, &time) &&
           !__builtin_mul_overflow(date, MICROSECONDS_PER_DAY, timestamp) &&
           !__builtin_add_overflow(*timestamp, time, timestamp) && timestamp_in_range(*timestamp);
}

void kernel_make_date(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        if (!read_date(call, row, &call->result->int64s[row])) {
            call_fail(call, row, FAULT_DATE_RANGE);
        }
    }
}

void kernel_make_time(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        if (!read_time(call, 0, row, &call->result->int64s[row])) {
            call_fail(call, row, FAULT_DATE_RANGE);
        }
    }
}

void kernel_make_timestamp(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        if (!read_timestamp(call, row, &call->result->int64s[row])) {
            call_fail(call, row, FAULT_DATE_RANGE);
        }
    }
}

/* In the source's zone, or in the one that a seventh argument names. */
void kernel_make_timestamptz(struct call *call)
{
    struct zone_cache cache = {.count = 0};
    struct zone_name session = {.zone = call->zone};

    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        const struct zone_name *zone = &session;
        int64_t value = 0;
        if (!read_timestamp(call, row, &value)) {
            call_fail(call, row, FAULT_DATE_RANGE);
            continue;
        }
        if (call->arg_count == 7) {
            zone = zone_of_row(call, &cache, 6, row, ZONE_BY_NAME_OR_OFFSET);
        }
        if (zone == NULL) {
            call_fail(call, row, FAULT_ZONE);
            continue;
        }
        value = zone_name_to_utc(zone, value);
        if (timestamp_in_range(value)) {
            call->result->int64s[row] = value;
        } else {
            call_fail(call, row, FAULT_DATE_RANGE);
        }
    }
}

void kernel_isfinite(struct call *call)
{
    bool interval = call->types[0]->id == TYPE_INTERVAL;

    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        call->result->bools[row] = interval || !moment_is_infinite(call_int64(call, 0, row));
    }
}

/* Seconds since 1970-01-01 00:00 UTC. */
static bool read_epoch(double seconds, int64_t *timestamp)
{
    if (isinf(seconds)) {
        *timestamp = seconds > 0 ? DATETIME_INFINITY : DATETIME_NEGATIVE_INFINITY;
        return true;
    }
    const double first = 86400.0 * (double)(DATE_MIN + UNIX_EPOCH_DAYS);
    const double end = 86400.0 * (double)(TIMESTAMP_END / MICROSECONDS_PER_DAY + UNIX_EPOCH_DAYS);

    if (!(seconds >= first && seconds < end)) {
        return false;
    }
    *timestamp = (int64_t)rint((seconds - 86400.0 * (double)UNIX_EPOCH_DAYS) * 1000000.0);
    return timestamp_in_range(*timestamp);
}

void kernel_to_timestamp(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        if (!read_epoch(call_double(call, 0, row), &call->result->int64s[row])) {
            call_fail(call, row, FAULT_DATE_RANGE);
        }
    }
}
