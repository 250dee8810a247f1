/* datetime_number.c — what the numbers of a date mean.
 *
 * Which field a bare number is depends on its length and on the fields that are there already:
 * three digits or more are a year, and otherwise the order is month, day, year. Numbers without
 * delimiters are read from their end: two digits of day, two of month, the rest is the year.
 * SPDX-License-Identifier: Apache-2.0 */
#include "datetime_internal.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_digit(char character)
{
    return character >= '0' && character <= '9';
}

static bool is_letter(char character)
{
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
}

/* As strtol(): no digits give 0 and leave `at` where it is. False when it is beyond 32 bits. */
static bool take_integer(const char **at, int *value)
{
    const char *scan = *at;
    bool negative = *scan == '-';
    int64_t magnitude = 0;

    *value = 0;
    if (*scan == '+' || *scan == '-') {
        scan++;
    }
    if (!is_digit(*scan)) {
        return true;
    }
    for (; is_digit(*scan); scan++) {
        if (magnitude <= INT_MAX) {
            magnitude = magnitude * 10 + (*scan - '0');
        }
    }
    *at = scan;
    if (magnitude > INT_MAX) {
        return false;
    }
    *value = (int)(negative ? -magnitude : magnitude);
    return true;
}

/* The first two characters as a number. */
static int two_digits(const char *text)
{
    char room[3] = {text[0], text[1], '\0'};
    const char *at = room;
    int value = 0;

    (void)take_integer(&at, &value);
    return value;
}

/* ".DIGITS" in `unit`s. Beyond six digits the server's own arithmetic decides: a double, rounded to
 * even. */
static double take_fraction(const char **at, double unit)
{
    char room[DATETIME_TEXT_MAX + DATETIME_TOKENS_MAX + 16];
    size_t count = 0;

    (*at)++;
    while (is_digit((*at)[count]) && count < DATETIME_TEXT_MAX + DATETIME_TOKENS_MAX) {
        room[count] = (*at)[count];
        count++;
    }
    *at += count;
    if (count == 0) {
        return 0;
    }
    /* Without a point, strtod() does not depend on the locale. */
    (void)snprintf(room + count, sizeof room - count, "e-%zu", count);
    return strtod(room, NULL) * unit;
}

/* The fraction of a second up to the end of the text. */
static enum datetime_status read_fraction(const char *at, int *microsecond)
{
    *microsecond = (int)rint(take_fraction(&at, 1e6));
    return *at == '\0' ? DATETIME_OK : DATETIME_SYNTAX;
}

enum datetime_status datetime_read_time(const char *text, struct datetime_reading *reading)
{
    enum datetime_status status = DATETIME_OK;

    reading->found = SEEN_TIME;
    reading->second = 0;
    reading->microsecond = 0;
    bool hour_fits = take_integer(&text, &reading->hour);

    if (*text != ':') {
        return DATETIME_SYNTAX;
    }
    text++;
    if (!take_integer(&text, &reading->minute)) {
        return DATETIME_RANGE;
    }
    if (*text == '.') { /* minutes and seconds */
        status = read_fraction(text, &reading->microsecond);
        reading->second = reading->minute;
        reading->minute = reading->hour;
        reading->hour = 0;
    } else if (*text == ':') {
        text++;
        if (!take_integer(&text, &reading->second)) {
            return DATETIME_RANGE;
        }
        if (*text == '.') {
            status = read_fraction(text, &reading->microsecond);
        } else if (*text != '\0') {
            return DATETIME_SYNTAX;
        }
    } else if (*text != '\0') {
        return DATETIME_SYNTAX;
    }
    if (status != DATETIME_OK) {
        return status;
    }
    /* Whether the hour is one is known with a.m. or p.m. only. */
    return hour_fits && datetime_time_valid(0, reading->minute, 0, reading->microsecond) &&
                   datetime_time_valid(0, 0, reading->second, 0) && reading->hour >= 0
               ? DATETIME_OK
               : DATETIME_RANGE;
}

static enum datetime_status read_digits_date(const char *text,
                                             size_t size,
                                             struct datetime_reading *reading)
{
    char room[DATETIME_TEXT_MAX + DATETIME_TOKENS_MAX];
    const char *at = room;

    if (size >= sizeof room) {
        return DATETIME_SYNTAX;
    }
    reading->found = SEEN_DATE;
    reading->day = two_digits(text + size - 2);
    reading->month = two_digits(text + size - 4);
    memcpy(room, text, size - 4);
    room[size - 4] = '\0';
    if (size == 6) {
        reading->short_year = true;
    }
    /* Here the server would let the year wrap around at 32 bits; no record means that. */
    return take_integer(&at, &reading->year) ? DATETIME_OK : DATETIME_RANGE;
}

enum datetime_status datetime_read_digits(char *text,
                                          unsigned seen,
                                          struct datetime_reading *reading)
{
    const char *point = strchr(text, '.');
    size_t size = point != NULL ? (size_t)(point - text) : strlen(text);

    if (point != NULL) {
        reading->microsecond = (int)rint(take_fraction(&point, 1e6));
    } else if ((seen & SEEN_DATE) != SEEN_DATE && size >= 6) {
        return read_digits_date(text, size, reading);
    }
    if ((seen & SEEN_TIME) == SEEN_TIME || (size != 6 && size != 4)) {
        return DATETIME_SYNTAX;
    }
    reading->found = SEEN_TIME;
    reading->hour = two_digits(text);
    reading->minute = two_digits(text + 2);
    reading->second = size == 6 ? two_digits(text + 4) : 0;
    return DATETIME_OK;
}

enum datetime_status datetime_read_digits_offset(char *text,
                                                 unsigned seen,
                                                 struct datetime_reading *reading)
{
    char *minus = strchr(text, '-');

    if ((reading->seen & SEEN_TIME) == SEEN_TIME || minus == NULL) {
        return DATETIME_SYNTAX;
    }
    enum datetime_status status = datetime_read_offset(minus, &reading->zone_seconds);

    if (status != DATETIME_OK) {
        return status;
    }
    *minus = '\0';
    status = datetime_read_digits(text, seen, reading);
    reading->found |= SEEN_ZONE;
    return status;
}

/* A number, of `size` digits, that is not part of a time. */
static enum datetime_status place_number(
    int value, size_t size, unsigned seen, bool text_month, struct datetime_reading *reading)
{
    bool is_year = size >= 3;

    switch (seen & SEEN_DATE) {
    case 0:
        reading->found = is_year ? SEEN_YEAR : SEEN_MONTH;
        break;
    case SEEN_YEAR:
    case SEEN_DAY:
        reading->found = SEEN_MONTH;
        break;
    case SEEN_MONTH:
        reading->found = text_month && is_year ? SEEN_YEAR : SEEN_DAY;
        break;
    case SEEN_YEAR | SEEN_MONTH:
        reading->found = SEEN_DAY;
        if (text_month && is_year && reading->short_year) {
            /* 2-Jan-2024: what was taken for the year is the day. */
            reading->day = reading->year;
            reading->year = value;
            reading->short_year = false;
            return DATETIME_OK;
        }
        break;
    case SEEN_MONTH | SEEN_DAY:
        reading->found = SEEN_YEAR;
        break;
    default:
        return DATETIME_SYNTAX;
    }
    if (reading->found == SEEN_YEAR) {
        reading->year = value;
        reading->short_year = size <= 2;
    } else if (reading->found == SEEN_MONTH) {
        reading->month = value;
    } else {
        reading->day = value;
    }
    return DATETIME_OK;
}

enum datetime_status datetime_read_number(char *text,
                                          unsigned seen,
                                          bool text_month,
                                          struct datetime_reading *reading)
{
    const char *at = text;
    size_t size = strlen(text);
    int value = 0;

    reading->found = 0;
    if (!take_integer(&at, &value)) {
        return DATETIME_RANGE;
    }
    if (at == text) {
        return DATETIME_SYNTAX;
    }
    if (*at == '.') {
        if (at - text > 2) {
            return datetime_read_digits(text, seen | SEEN_DATE, reading);
        }
        enum datetime_status status = read_fraction(at, &reading->microsecond);

        if (status != DATETIME_OK) {
            return status;
        }
    } else if (*at != '\0') {
        return DATETIME_SYNTAX;
    }
    if (size == 3 && (seen & SEEN_DATE) == SEEN_YEAR && value >= 1 && value <= 366) {
        reading->found = SEEN_DAY_OF_YEAR | SEEN_MONTH | SEEN_DAY;
        reading->day_of_year = value;
        return DATETIME_OK;
    }
    if ((seen & SEEN_DATE) == SEEN_DATE) {
        return datetime_read_digits(text, seen, reading);
    }
    return place_number(value, size, seen, text_month, reading);
}

/* The parts of a date: runs of digits and runs of letters, each ended by one other character. */
static int split_date(char *text, char *parts[DATETIME_TOKENS_MAX])
{
    int count = 0;

    while (*text != '\0' && count < DATETIME_TOKENS_MAX) {
        while (*text != '\0' && !is_digit(*text) && !is_letter(*text)) {
            text++;
        }
        if (*text == '\0') {
            return -1;
        }
        parts[count++] = text;
        if (is_digit(*text)) {
            while (is_digit(*text)) {
                text++;
            }
        } else {
            while (is_letter(*text)) {
                text++;
            }
        }
        if (*text != '\0') {
            *text++ = '\0';
        }
    }
    return count;
}

enum datetime_status datetime_read_date(char *text, struct datetime_reading *reading)
{
    char *parts[DATETIME_TOKENS_MAX];
    int count = split_date(text, parts);
    bool text_month = false;
    unsigned seen = reading->seen;
    unsigned found = 0;

    if (count < 0) {
        return DATETIME_SYNTAX;
    }
    /* Words first: there a month is certain. */
    for (int i = 0; i < count; i++) {
        if (!is_letter(*parts[i])) {
            continue;
        }
        struct datetime_meaning meaning = datetime_word_find(parts[i]);

        if (meaning.word != WORD_MONTH || (seen & SEEN_MONTH) != 0) {
            return DATETIME_SYNTAX;
        }
        reading->month = meaning.value;
        text_month = true;
        seen |= SEEN_MONTH;
        found |= SEEN_MONTH;
    }
    for (int i = 0; i < count; i++) {
        if (is_letter(*parts[i])) {
            continue;
        }
        enum datetime_status status = datetime_read_number(parts[i], seen, text_month, reading);

        if (status != DATETIME_OK) {
            return status;
        }
        if ((seen & reading->found) != 0) {
            return DATETIME_SYNTAX;
        }
        seen |= reading->found;
        found |= reading->found;
    }
    reading->found = found;
    return (seen & ~(unsigned)(SEEN_DAY_OF_YEAR | SEEN_ZONE)) == SEEN_DATE ? DATETIME_OK
                                                                           : DATETIME_SYNTAX;
}

/* A Julian day, whose fraction is a time. */
static enum datetime_status read_julian(int value,
                                        const char *fraction,
                                        struct datetime_reading *reading)
{
    int64_t year = 0;

    reading->found = SEEN_DATE;
    reading->julian = true;
    date_to_civil(value + DATETIME_DATE_MIN, &year, &reading->month, &reading->day);
    reading->year = (int)year;
    if (*fraction == '\0') {
        return DATETIME_OK;
    }
    int64_t time = (int64_t)take_fraction(&fraction, (double)MICROSECONDS_PER_DAY);

    reading->found |= SEEN_TIME;
    reading->hour = (int)(time / INT64_C(3600000000));
    reading->minute = (int)(time / 60000000 % 60);
    reading->second = (int)(time / 1000000 % 60);
    reading->microsecond = (int)(time % 1000000);
    return *fraction == '\0' ? DATETIME_OK : DATETIME_SYNTAX;
}

/* A label and a whole number. */
static enum datetime_status place_labelled(int value, struct datetime_reading *reading)
{
    bool after_hour = (reading->seen & SEEN_MONTH) != 0 && (reading->seen & SEEN_HOUR) != 0;

    switch (reading->unit) {
    case UNIT_YEAR:
        reading->year = value;
        reading->found = SEEN_YEAR;
        break;
    case UNIT_MONTH:
        if (after_hour) { /* "m" after "h" is a minute */
            reading->minute = value;
            reading->found = SEEN_MINUTE;
        } else {
            reading->month = value;
            reading->found = SEEN_MONTH;
        }
        break;
    case UNIT_DAY:
        reading->day = value;
        reading->found = SEEN_DAY;
        break;
    case UNIT_HOUR:
        reading->hour = value;
        reading->found = SEEN_HOUR;
        break;
    case UNIT_MINUTE:
        reading->minute = value;
        reading->found = SEEN_MINUTE;
        break;
    case UNIT_SECOND:
        reading->second = value;
        reading->found = SEEN_SECOND;
        break;
    case UNIT_NONE:
    case UNIT_JULIAN:
    case UNIT_TIME:
    case UNIT_OTHER:
        return DATETIME_SYNTAX;
    }
    return DATETIME_OK;
}

enum datetime_status datetime_read_labelled(char *text, struct datetime_reading *reading)
{
    const char *at = text;
    enum datetime_status status = DATETIME_OK;
    enum datetime_unit unit = reading->unit;
    int value = 0;

    reading->found = 0;
    if (!take_integer(&at, &value)) {
        return DATETIME_RANGE;
    }
    bool fraction_allowed = unit == UNIT_JULIAN || unit == UNIT_TIME || unit == UNIT_SECOND;

    if (*at != '\0' && (*at != '.' || !fraction_allowed)) {
        return DATETIME_SYNTAX;
    }
    if (unit == UNIT_JULIAN) {
        status = read_julian(value, at, reading);
    } else if (unit == UNIT_TIME) {
        status = datetime_read_digits(text, reading->seen | SEEN_DATE, reading);
        if (status == DATETIME_OK && reading->found != SEEN_TIME) {
            status = DATETIME_SYNTAX;
        }
    } else {
        status = place_labelled(value, reading);
        if (status == DATETIME_OK && *at == '.') {
            status = read_fraction(at, &reading->microsecond);
            reading->found = SEEN_SECONDS;
        }
    }
    reading->unit = UNIT_NONE;
    return status;
}

enum datetime_status datetime_read_offset(const char *text, int *zone_seconds)
{
    const char *at = text + 1;
    int hour = 0;
    int minute = 0;
    int second = 0;

    if (*text != '+' && *text != '-') {
        return DATETIME_SYNTAX;
    }
    if (!take_integer(&at, &hour)) {
        return DATETIME_RANGE;
    }
    if (*at == ':') {
        at++;
        if (!take_integer(&at, &minute)) {
            return DATETIME_RANGE;
        }
        if (*at == ':') {
            at++;
            if (!take_integer(&at, &second)) {
                return DATETIME_RANGE;
            }
        }
    } else if (*at == '\0' && strlen(text) > 3) { /* +HHMM */
        minute = hour % 100;
        hour /= 100;
    }
    if (hour < 0 || hour > 15 || minute < 0 || minute > 59 || second < 0 || second > 59) {
        return DATETIME_RANGE;
    }
    *zone_seconds = (hour * 60 + minute) * 60 + second;
    if (*text == '-') {
        *zone_seconds = -*zone_seconds;
    }
    return *at == '\0' ? DATETIME_OK : DATETIME_SYNTAX;
}
