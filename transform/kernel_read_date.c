/* kernel_read_date.c — to_date() and to_timestamp(text, text).
 *
 * What a text leaves out is that of 0001-01-01 BC 00:00.
 * SPDX-License-Identifier: Apache-2.0 */
#include "date_scan.h"
#include "kernels.h"
#include "moment.h"

#include "novate/interval.h"

#include <string.h>

/* The date and the time that the fields make. */
struct reading {
    struct moment moment; /* without its time */
    int64_t date;
    int hour, minute, second;
    int64_t microsecond;
};

static enum fault make_time(const struct date_fields *fields, struct reading *reading)
{
    int rest = fields->second_of_day;

    reading->hour = fields->hour != 0 ? fields->hour : rest / 3600;
    reading->minute = fields->minute != 0 ? fields->minute : rest % 3600 / 60;
    reading->second = fields->second != 0 ? fields->second : rest % 60;
    reading->microsecond = (int64_t)fields->millisecond * 1000 + fields->microsecond;
    if (!fields->clock_12) {
        return FAULT_NONE;
    }
    if (reading->hour < 1 || reading->hour > 12) {
        return FAULT_FORMAT_VALUE;
    }
    reading->hour = reading->hour % 12 + (fields->afternoon != 0 ? 12 : 0);
    return FAULT_NONE;
}

/* The day of the year sets what of month and day is still the first. */
static enum fault apply_day_of_year(const struct date_fields *fields,
                                    struct moment *moment,
                                    bool *has_month,
                                    bool *has_day)
{
    int64_t first = date_from_civil(moment->year, 1, 1);
    int month = 1;

    if (fields->day_of_year == 0 || (moment->month > 1 && moment->day > 1)) {
        return FAULT_NONE;
    }
    if (moment->year == 0 && fields->before_christ == 0) {
        return FAULT_FORMAT_VALUE;
    }
    while (month <= 12 &&
           fields->day_of_year > (month == 12 ? date_from_civil(moment->year + 1, 1, 1)
                                              : date_from_civil(moment->year, month + 1, 1)) -
                                     first) {
        month++;
    }
    int64_t before = month > 12 ? date_from_civil(moment->year + 1, 1, 1) - first
                                : date_from_civil(moment->year, month, 1) - first;
    if (moment->month <= 1) {
        moment->month = month;
    }
    if (moment->day <= 1) {
        moment->day = (int)(fields->day_of_year - before);
    }
    *has_month = true;
    *has_day = true;
    return FAULT_NONE;
}

static enum fault make_date(const struct date_fields *fields, struct reading *reading)
{
    struct moment *moment = &reading->moment;
    bool has_year = fields->year != 0;
    bool has_month = fields->month != 0;
    bool has_day = fields->day != 0;

    *moment = (struct moment){.month = 1, .day = 1};
    if (has_year) {
        moment->year = fields->before_christ != 0 ? -(int64_t)fields->year : fields->year;
        moment->year += moment->year < 0;
    }
    if (fields->julian != 0) {
        date_to_civil((int64_t)(uint32_t)fields->julian - JULIAN_EPOCH_DAYS,
                      &moment->year,
                      &moment->month,
                      &moment->day);
        has_year = has_month = has_day = true;
    }
    moment->day = fields->day != 0 ? fields->day : moment->day;
    moment->month = fields->month != 0 ? fields->month : moment->month;
    enum fault fault = apply_day_of_year(fields, moment, &has_month, &has_day);

    if (fault != FAULT_NONE) {
        return fault;
    }
    if ((has_month && (moment->month < 1 || moment->month > 12)) ||
        (has_day && (moment->day < 1 || moment->day > 31)) ||
        (has_year && has_month && has_day &&
         moment->day > moment_month_days(moment->year, moment->month))) {
        return FAULT_FORMAT_RANGE;
    }
    reading->date = moment_date(moment);
    return FAULT_NONE;
}

static enum fault read_text(const struct date_format *format,
                            const char *text,
                            struct date_fields *fields,
                            struct reading *reading)
{
    enum fault fault = date_scan(format, text, fields);

    if (fault == FAULT_NONE) {
        fault = make_time(fields, reading);
    }
    if (fault == FAULT_NONE) {
        fault = make_date(fields, reading);
    }
    if (fault == FAULT_NONE &&
        (reading->hour < 0 || reading->hour > 23 || reading->minute < 0 || reading->minute > 59 ||
         reading->second < 0 || reading->second > 59 || reading->microsecond < 0 ||
         reading->microsecond >= 1000000)) {
        fault = FAULT_FORMAT_RANGE;
    }
    return fault;
}

/* A copy with a NUL behind it; NULL when memory is out. */
static const char *terminated(struct call *call, struct text text)
{
    char *copy = call_bytes(call, (size_t)text.size + 1);

    if (copy != NULL) {
        if (text.size > 0) {
            memcpy(copy, text.data, text.size);
        }
        copy[text.size] = '\0';
    }
    return copy;
}

static bool zone_in_range(const struct date_fields *fields)
{
    return fields->zone_sign == 0 || (fields->zone_hour >= 0 && fields->zone_hour <= 15 &&
                                      fields->zone_minute >= 0 && fields->zone_minute <= 59);
}

void kernel_read_date(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct date_fields fields;
        struct reading reading = {.date = 0};
        const char *text = terminated(call, call_text(call, 0, row));
        if (text == NULL) {
            return;
        }
        enum fault fault = read_text(call->state, text, &fields, &reading);
        if (fault == FAULT_NONE &&
            (!zone_in_range(&fields) || reading.date < DATE_MIN || reading.date >= DATE_END)) {
            fault = FAULT_FORMAT_RANGE;
        }
        if (fault != FAULT_NONE) {
            call_fail(call, row, fault);
        } else {
            call->result->int64s[row] = reading.date;
        }
    }
}

/* FF1 to FF6 also say how many digits are kept, half away from zero. */
static int64_t round_digits(int64_t value, int digits)
{
    static const int64_t units[] = {1, 100000, 10000, 1000, 100, 10, 1};
    int64_t unit = units[digits];

    return value < 0 ? -((-value + unit / 2) / unit * unit) : (value + unit / 2) / unit * unit;
}

static enum fault make_instant(const struct date_fields *fields,
                               const struct reading *reading,
                               const struct zone *zone,
                               int64_t *value)
{
    int64_t time = reading->hour * MICROSECONDS_PER_HOUR +
                   reading->minute * MICROSECONDS_PER_MINUTE +
                   reading->second * MICROSECONDS_PER_SECOND + reading->microsecond;

    if (!zone_in_range(fields)) {
        return FAULT_FORMAT_RANGE;
    }
    if (__builtin_mul_overflow(reading->date, MICROSECONDS_PER_DAY, value) ||
        __builtin_add_overflow(*value, time, value)) {
        return FAULT_FORMAT_RANGE;
    }
    if (fields->zone_sign != 0) {
        int64_t seconds = fields->zone_hour * 3600 + fields->zone_minute * 60;
        *value -= fields->zone_sign * seconds * MICROSECONDS_PER_SECOND;
    } else if (zone != NULL) {
        *value = zone_to_utc(zone, *value);
    }
    if (!timestamp_in_range(*value)) {
        return FAULT_FORMAT_RANGE;
    }
    *value = round_digits(*value, fields->fraction_digits);
    return FAULT_NONE;
}

void kernel_read_timestamp(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct date_fields fields;
        struct reading reading = {.date = 0};
        int64_t value = 0;
        const char *text = terminated(call, call_text(call, 0, row));
        if (text == NULL) {
            return;
        }
        enum fault fault = read_text(call->state, text, &fields, &reading);
        if (fault == FAULT_NONE) {
            fault = make_instant(&fields, &reading, call->zone, &value);
        }
        if (fault != FAULT_NONE) {
            call_fail(call, row, fault);
        } else {
            call->result->int64s[row] = value;
        }
    }
}
