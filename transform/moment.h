/* moment.h — timestamps as calendar fields and back, for kernels of dates.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_MOMENT_H
#define TRANSFORM_MOMENT_H

#include "novate/datetime.h"

#include <stdbool.h>
#include <stdint.h>

/* Bounds of what the types can hold: dates 4713-11-24 BC to 5874897-12-31, timestamps from the
 * first date on to 294276-12-31 (the upper bounds are exclusive). */
#define DATE_MIN      INT64_C(-2451545)
#define DATE_END      INT64_C(2145031949)
#define TIMESTAMP_MIN (DATE_MIN * MICROSECONDS_PER_DAY)
#define TIMESTAMP_END INT64_C(9223371331200000000)

/* Days from 4714-11-24 BC, the first day of the Julian period, to 2000-01-01. */
#define JULIAN_EPOCH_DAYS INT64_C(2451545)
/* Days from 1970-01-01 to 2000-01-01. */
#define UNIX_EPOCH_DAYS INT64_C(10957)

/* Year 0 is 1 BC. */
struct moment {
    int64_t year;
    int month;
    int day;
    int64_t time; /* microseconds since midnight */
};

static inline bool moment_is_infinite(int64_t value)
{
    return value == DATETIME_INFINITY || value == DATETIME_NEGATIVE_INFINITY;
}

static inline bool timestamp_in_range(int64_t value)
{
    return value >= TIMESTAMP_MIN && value < TIMESTAMP_END;
}

static inline bool timestamp_in_local_range(int64_t value)
{
    return value >= TIMESTAMP_MIN - MICROSECONDS_PER_DAY &&
           value < TIMESTAMP_END + MICROSECONDS_PER_DAY;
}

static inline int64_t timestamp_date(int64_t timestamp)
{
    int64_t day = timestamp / MICROSECONDS_PER_DAY;
    return timestamp % MICROSECONDS_PER_DAY < 0 ? day - 1 : day;
}

static inline struct moment moment_of(int64_t timestamp)
{
    int64_t date = timestamp_date(timestamp);
    struct moment moment = {.time = timestamp - date * MICROSECONDS_PER_DAY};

    date_to_civil(date, &moment.year, &moment.month, &moment.day);
    return moment;
}

static inline int64_t moment_date(const struct moment *moment)
{
    return date_from_civil(moment->year, moment->month, moment->day);
}

/* The inverse; false when the result is more than a day away from what a timestamp can be: as local
 * time it may still stand for one. */
static inline bool moment_timestamp(const struct moment *moment, int64_t *timestamp)
{
    return !__builtin_mul_overflow(moment_date(moment), MICROSECONDS_PER_DAY, timestamp) &&
           !__builtin_add_overflow(*timestamp, moment->time, timestamp) &&
           timestamp_in_local_range(*timestamp);
}

/* 0 is Sunday. */
int moment_weekday(int64_t date);
int moment_month_days(int64_t year, int month);
/* Monday of a week of ISO 8601, and the week and the year that a date belongs to. */
int64_t moment_iso_monday(int64_t iso_year, int week);
int moment_iso_week(int64_t date, int64_t *iso_year);
/* 1 is the first of January, or the first day of the ISO year. */
int moment_day_of_year(int64_t date);
int moment_iso_day_of_year(int64_t date);

#endif
