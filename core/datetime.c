/* datetime.c — the calendar, and dates and times as text the way the server writes them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "datetime_internal.h"

/* Days from 0000-03-01, where the reckoning below begins, to 2000-01-01. */
#define EPOCH_DAYS     INT64_C(730425)
#define CYCLE_DAYS     146097 /* 400 years */
#define SECONDS_A_DAY  86400
#define ZONE_HOURS_MAX 16

static int64_t floor_divide(int64_t value, int64_t divisor)
{
    int64_t quotient = value / divisor;

    return quotient - (value % divisor < 0 ? 1 : 0);
}

/* A year is taken to begin in March: then the lengths of its months follow a straight line, and the
 * leap day is its last one. */
int64_t date_from_civil(int64_t year, int month, int day)
{
    int64_t march_year = month <= 2 ? year - 1 : year;
    int64_t cycle = floor_divide(march_year, 400);
    int64_t year_of_cycle = march_year - cycle * 400;
    int64_t month_of_year = month <= 2 ? month + 9 : month - 3;
    int64_t day_of_year = (153 * month_of_year + 2) / 5 + day - 1;
    int64_t day_of_cycle =
        year_of_cycle * 365 + year_of_cycle / 4 - year_of_cycle / 100 + day_of_year;

    return cycle * CYCLE_DAYS + day_of_cycle - EPOCH_DAYS;
}

void date_to_civil(int64_t date, int64_t *year, int *month, int *day)
{
    int64_t days = date + EPOCH_DAYS;
    int64_t cycle = floor_divide(days, CYCLE_DAYS);
    int32_t day_of_cycle = (int32_t)(days - cycle * CYCLE_DAYS);
    int32_t year_of_cycle =
        (day_of_cycle - day_of_cycle / 1460 + day_of_cycle / 36524 - day_of_cycle / 146096) / 365;
    int32_t day_of_year =
        day_of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
    int32_t month_of_year = (5 * day_of_year + 2) / 153;

    *day = day_of_year - (153 * month_of_year + 2) / 5 + 1;
    *month = month_of_year < 10 ? month_of_year + 3 : month_of_year - 9;
    *year = cycle * 400 + year_of_cycle + (*month <= 2 ? 1 : 0);
}

int datetime_month_days(int64_t year, int month)
{
    static const uint8_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

bool datetime_time_valid(int hour, int minute, int second, int microsecond)
{
    if (hour < 0 || hour > 24 || minute < 0 || minute > 59 || second < 0 || second > 60 ||
        microsecond < 0 || microsecond > 1000000) {
        return false;
    }
    return datetime_time(hour, minute, second, microsecond) <= MICROSECONDS_PER_DAY;
}

bool datetime_fields_valid(const struct datetime_fields *fields)
{
    if (fields->month < 1 || fields->month > 12 || fields->day < 1 ||
        fields->year < DATETIME_YEAR_MIN || fields->year > DATETIME_YEAR_MAX ||
        fields->day > datetime_month_days(fields->year, fields->month)) {
        return false;
    }
    if (fields->has_zone && (fields->zone_seconds <= -ZONE_HOURS_MAX * 3600 ||
                             fields->zone_seconds >= ZONE_HOURS_MAX * 3600)) {
        return false;
    }
    return datetime_time_valid(fields->hour, fields->minute, fields->second, fields->microsecond) &&
           date_from_civil(fields->year, fields->month, fields->day) >= DATETIME_DATE_MIN;
}

/* Writing: into a small array, pushed as one piece. Each function returns where it stopped. */

/* The longest: 294277-01-01 12:34:56.123456+15:59:59 BC */
#define LINE_BYTES 64

static char *put_two(char *at, int value)
{
    at[0] = (char)('0' + value / 10);
    at[1] = (char)('0' + value % 10);
    return at + 2;
}

/* Four digits at least. */
static char *put_year(char *at, int64_t year)
{
    char digits[20];
    int count = 0;

    if (year < 10000) {
        return put_two(put_two(at, (int)year / 100), (int)year % 100);
    }
    for (; year > 0; year /= 10) {
        digits[count++] = (char)('0' + year % 10);
    }
    while (count > 0) {
        *at++ = digits[--count];
    }
    return at;
}

/* `before_christ` tells whether " BC" must follow all else. */
static char *put_date(char *at, int64_t date, bool *before_christ)
{
    int64_t year = 0;
    int month = 0;
    int day = 0;

    date_to_civil(date, &year, &month, &day);
    *before_christ = year <= 0;
    at = put_year(at, year > 0 ? year : 1 - year);
    *at++ = '-';
    at = put_two(at, month);
    *at++ = '-';
    return put_two(at, day);
}

static char *put_time(char *at, int64_t time)
{
    int seconds = (int)(time / 1000000);
    int fraction = (int)(time % 1000000);

    at = put_two(at, seconds / 3600);
    *at++ = ':';
    at = put_two(at, seconds / 60 % 60);
    *at++ = ':';
    at = put_two(at, seconds % 60);
    if (fraction == 0) {
        return at;
    }
    *at++ = '.';
    at = put_two(at, fraction / 10000);
    at = put_two(at, fraction / 100 % 100);
    at = put_two(at, fraction % 100);
    while (at[-1] == '0') {
        at--;
    }
    return at;
}

/* +01, +05:30, -00:01:15 */
static char *put_offset(char *at, int32_t offset)
{
    int32_t seconds = offset < 0 ? -offset : offset;

    *at++ = offset < 0 ? '-' : '+';
    at = put_two(at, seconds / 3600);
    if (seconds % 3600 != 0) {
        *at++ = ':';
        at = put_two(at, seconds / 60 % 60);
    }
    if (seconds % 60 != 0) {
        *at++ = ':';
        at = put_two(at, seconds % 60);
    }
    return at;
}

static char *put_era(char *at, bool before_christ)
{
    if (before_christ) {
        *at++ = ' ';
        *at++ = 'B';
        *at++ = 'C';
    }
    return at;
}

static char *put_timestamp(char *at, int64_t timestamp, bool *before_christ)
{
    int64_t date = floor_divide(timestamp, MICROSECONDS_PER_DAY);

    at = put_date(at, date, before_christ);
    *at++ = ' ';
    return put_time(at, timestamp - date * MICROSECONDS_PER_DAY);
}

/* Whether the value is infinite; then it is written. */
static bool format_infinity(int64_t value, struct text_buffer *out)
{
    if (value == DATETIME_INFINITY) {
        text_buffer_push(out, "infinity", 8);
        return true;
    }
    if (value == DATETIME_NEGATIVE_INFINITY) {
        text_buffer_push(out, "-infinity", 9);
        return true;
    }
    return false;
}

void date_format(int64_t date, struct text_buffer *out)
{
    char line[LINE_BYTES];
    bool before_christ = false;

    if (format_infinity(date, out)) {
        return;
    }
    char *end = put_date(line, date, &before_christ);

    end = put_era(end, before_christ);
    text_buffer_push(out, line, (size_t)(end - line));
}

void time_format(int64_t time, struct text_buffer *out)
{
    char line[LINE_BYTES];
    const char *end = put_time(line, time);

    text_buffer_push(out, line, (size_t)(end - line));
}

void timestamp_format(int64_t timestamp, struct text_buffer *out)
{
    char line[LINE_BYTES];
    bool before_christ = false;

    if (format_infinity(timestamp, out)) {
        return;
    }
    char *end = put_timestamp(line, timestamp, &before_christ);

    end = put_era(end, before_christ);
    text_buffer_push(out, line, (size_t)(end - line));
}

void timestamptz_format(int64_t timestamptz, const struct zone *zone, struct text_buffer *out)
{
    char line[LINE_BYTES];
    bool before_christ = false;

    if (format_infinity(timestamptz, out)) {
        return;
    }
    int64_t local = zone == NULL ? timestamptz : zone_to_local(zone, timestamptz);
    char *end = put_timestamp(line, local, &before_christ);

    end = put_offset(end, (int32_t)((local - timestamptz) / 1000000));
    end = put_era(end, before_christ);
    text_buffer_push(out, line, (size_t)(end - line));
}
