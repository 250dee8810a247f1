/* kernel_trunc.c — date_trunc and date_bin. SPDX-License-Identifier: Apache-2.0 */
#include "date_unit.h"
#include "kernels.h"
#include "moment.h"
#include "zone_state.h"

#include "novate/interval.h"

/* The first year of a period of years; there is no year 0, so a century begins with year 1. */
static int64_t first_year(enum date_unit unit, int64_t year)
{
    int64_t length = unit == DATE_UNIT_CENTURY ? 100 : 1000;

    if (unit == DATE_UNIT_DECADE) {
        return year > 0 ? year / 10 * 10 : -((8 - (year - 1)) / 10) * 10;
    }
    return year > 0 ? (year + length - 1) / length * length - (length - 1)
                    : -((length - 1 - (year - 1)) / length) * length + 1;
}

/* What the time of day is cut to; 0: all of it goes. */
static int64_t time_unit(enum date_unit unit)
{
    switch ((int)unit) {
    case DATE_UNIT_MICROSECOND:
        return 1;
    case DATE_UNIT_MILLISECOND:
        return 1000;
    case DATE_UNIT_SECOND:
        return MICROSECONDS_PER_SECOND;
    case DATE_UNIT_MINUTE:
        return MICROSECONDS_PER_MINUTE;
    case DATE_UNIT_HOUR:
        return MICROSECONDS_PER_HOUR;
    default:
        return 0;
    }
}

/* False when the unit is not one to cut to. */
static bool cut_moment(enum date_unit unit, struct moment *moment)
{
    int64_t scale = time_unit(unit);
    int64_t iso_year = 0;
    int week = 0;

    moment->time = scale == 0 ? 0 : moment->time / scale * scale;
    switch ((int)unit) {
    case DATE_UNIT_MILLENNIUM:
    case DATE_UNIT_CENTURY:
    case DATE_UNIT_DECADE:
        moment->year = first_year(unit, moment->year);
        moment->month = 1;
        break;
    case DATE_UNIT_YEAR:
        moment->month = 1;
        break;
    case DATE_UNIT_QUARTER:
        moment->month = (moment->month - 1) / 3 * 3 + 1;
        break;
    case DATE_UNIT_MONTH:
        break;
    case DATE_UNIT_WEEK:
        week = moment_iso_week(moment_date(moment), &iso_year);
        date_to_civil(
            moment_iso_monday(iso_year, week), &moment->year, &moment->month, &moment->day);
        return true;
    case DATE_UNIT_DAY:
        return true;
    default:
        return scale != 0;
    }
    moment->day = 1;
    return true;
}

static enum fault unit_fault(enum date_unit unit)
{
    return unit == DATE_UNIT_NONE ? FAULT_DATE_UNIT : FAULT_DATE_UNIT_TYPE;
}

/* `zone` is NULL for a timestamp without one. */
static void cut_timestamp(struct call *call,
                          int row,
                          enum date_unit unit,
                          const struct zone_name *zone)
{
    int64_t value = call_int64(call, 1, row);
    int64_t local = zone == NULL ? value : zone_name_to_local(zone, value);
    struct moment moment = moment_of(local);

    if (!cut_moment(unit, &moment)) {
        call_fail(call, row, unit_fault(unit));
        return;
    }
    /* East of Greenwich the local time of the last hours is out of range; what counts is UTC. */
    int64_t date = moment_date(&moment);
    int64_t cut = date * MICROSECONDS_PER_DAY + moment.time;

    if (zone != NULL) {
        /* Within an hour the offset stays what it was; a day begins with its own. */
        cut = time_unit(unit) != 0 ? cut - (local - value) : zone_name_to_utc(zone, cut);
    }
    if (date >= DATE_MIN && timestamp_in_range(cut)) {
        call->result->int64s[row] = cut;
    } else {
        call_fail(call, row, FAULT_DATE_RANGE);
    }
}

/* The unit that argument 0 names; of a constant one it is known after the first row. */
static enum date_unit unit_of_row(const struct call *call, int k, int row, enum date_unit known)
{
    return k > 0 && call->args[0]->encoding == ENCODING_CONSTANT
               ? known
               : date_unit_find_length(call_text(call, 0, row));
}

void kernel_date_trunc(struct call *call)
{
    enum date_unit unit = DATE_UNIT_NONE;

    struct zone_cache cache = {.count = 0};
    struct zone_name session = {.zone = call->zone};
    bool zoned = call->types[1]->id == TYPE_TIMESTAMPTZ;

    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct zone_name named = session;
        unit = unit_of_row(call, k, row, unit);
        if (call->arg_count == 3 && !moment_is_infinite(call_int64(call, 1, row))) {
            const struct zone_name *found = zone_of_row(call, &cache, 2, row, ZONE_BY_NAME);
            if (found == NULL) {
                call_fail(call, row, FAULT_ZONE);
                continue;
            }
            named = *found;
            named.abbreviation = NULL; /* of such a word only the zone counts */
        }
        if (moment_is_infinite(call_int64(call, 1, row))) {
            call->result->int64s[row] = call_int64(call, 1, row);
        } else {
            cut_timestamp(call, row, unit, zoned ? &named : NULL);
        }
    }
}

static bool cut_interval(enum date_unit unit, struct interval *interval)
{
    int64_t scale = time_unit(unit);
    int32_t months = 0;

    switch ((int)unit) {
    case DATE_UNIT_MILLENNIUM:
        months = 12000;
        break;
    case DATE_UNIT_CENTURY:
        months = 1200;
        break;
    case DATE_UNIT_DECADE:
        months = 120;
        break;
    case DATE_UNIT_YEAR:
        months = 12;
        break;
    case DATE_UNIT_QUARTER:
        months = 3;
        break;
    case DATE_UNIT_MONTH:
        months = 1;
        break;
    case DATE_UNIT_DAY:
        break;
    default:
        if (scale == 0) {
            return false;
        }
        break;
    }
    interval->microseconds = scale == 0 ? 0 : interval->microseconds / scale * scale;
    if (months != 0) {
        interval->months = interval->months / months * months;
        interval->days = 0;
    }
    return true;
}

void kernel_interval_trunc(struct call *call)
{
    enum date_unit unit = DATE_UNIT_NONE;

    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        unit = unit_of_row(call, k, row, unit);
        struct interval value = call->args[1]->intervals[call_slot(call, 1, row)];
        if (cut_interval(unit, &value)) {
            call->result->intervals[row] = value;
        } else {
            call_fail(call, row, unit_fault(unit));
        }
    }
}

/* The beginning of the bin that a value falls into. */
static enum fault bin_start(const struct interval *stride,
                            int64_t value,
                            int64_t origin,
                            int64_t *start)
{
    int64_t width = 0;
    int64_t distance = 0;

    if (moment_is_infinite(origin)) {
        return FAULT_DATE_RANGE;
    }
    if (stride->months != 0) {
        return FAULT_BIN_MONTHS;
    }
    if (__builtin_mul_overflow((int64_t)stride->days, MICROSECONDS_PER_DAY, &width) ||
        __builtin_add_overflow(width, stride->microseconds, &width)) {
        return FAULT_INTERVAL_RANGE;
    }
    if (width <= 0) {
        return FAULT_BIN_STRIDE;
    }
    if (__builtin_sub_overflow(value, origin, &distance)) {
        return FAULT_INTERVAL_RANGE;
    }
    int64_t rest = distance % width;

    *start = value - rest;
    if (rest < 0 && __builtin_sub_overflow(*start, width, start)) {
        return FAULT_DATE_RANGE;
    }
    return timestamp_in_range(*start) ? FAULT_NONE : FAULT_DATE_RANGE;
}

void kernel_date_bin(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        int64_t value = call_int64(call, 1, row);
        enum fault fault = FAULT_NONE;
        if (!moment_is_infinite(value)) {
            fault = bin_start(&call->args[0]->intervals[call_slot(call, 0, row)],
                              value,
                              call_int64(call, 2, row),
                              &value);
        }
        if (fault == FAULT_NONE) {
            call->result->int64s[row] = value;
        } else {
            call_fail(call, row, fault);
        }
    }
}
