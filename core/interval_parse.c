/* interval_parse.c — intervals from text, as the server reads them.
 *
 * Tokens are those of dates. They are read from the last one backwards, so that a unit is known
 * when its number is met; a number without one takes the unit that the one behind it leaves, or
 * that the type says. What is no such list may still be ISO 8601: "P1Y2M3DT4H5M6S".
 * SPDX-License-Identifier: Apache-2.0 */
#include "datetime_internal.h"
#include "interval_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool interval_parts_time(struct interval_parts *parts, int64_t count, double fraction, int64_t unit)
{
    int64_t time = 0;

    return !__builtin_mul_overflow(count, unit, &time) &&
           !__builtin_add_overflow(parts->microseconds, time, &parts->microseconds) &&
           interval_parts_fraction(parts, fraction, unit);
}

bool interval_parts_fraction(struct interval_parts *parts, double fraction, int64_t unit)
{
    double scaled = fraction * (double)unit;
    int64_t whole = (int64_t)scaled;
    double rest = scaled - (double)whole;

    whole += rest > 0.5 ? 1 : rest < -0.5 ? -1 : 0;
    return !__builtin_add_overflow(parts->microseconds, whole, &parts->microseconds);
}

static bool add_scaled(int32_t *sum, int64_t count, int32_t scale)
{
    int32_t product = 0;

    return count >= INT32_MIN && count <= INT32_MAX &&
           !__builtin_mul_overflow((int32_t)count, scale, &product) &&
           !__builtin_add_overflow(*sum, product, sum);
}

bool interval_parts_days(struct interval_parts *parts, int64_t count, double fraction, int32_t days)
{
    double scaled = fraction * days;
    int32_t whole = (int32_t)scaled;

    return add_scaled(&parts->days, count, days) &&
           !__builtin_add_overflow(parts->days, whole, &parts->days) &&
           interval_parts_fraction(parts, scaled - whole, MICROSECONDS_PER_DAY);
}

bool interval_parts_months(struct interval_parts *parts, int64_t count, double fraction)
{
    return add_scaled(&parts->months, count, 1) &&
           interval_parts_days(parts, 0, fraction, DAYS_PER_MONTH);
}

bool interval_parts_years(struct interval_parts *parts,
                          int64_t count,
                          double fraction,
                          int32_t years)
{
    int32_t months = (int32_t)rint(fraction * years * MONTHS_PER_YEAR);

    return add_scaled(&parts->years, count, years) &&
           !__builtin_add_overflow(parts->months, months, &parts->months);
}

/* What has been given; nothing may be given twice. */
enum given {
    GIVEN_SUBSECOND = 1 << 0,
    GIVEN_SECOND = 1 << 1,
    GIVEN_MINUTE = 1 << 2,
    GIVEN_HOUR = 1 << 3,
    GIVEN_DAY = 1 << 4,
    GIVEN_WEEK = 1 << 5,
    GIVEN_MONTH = 1 << 6,
    GIVEN_YEAR = 1 << 7,
    GIVEN_DECADE = 1 << 8,
    GIVEN_CENTURY = 1 << 9,
    GIVEN_MILLENNIUM = 1 << 10,
    GIVEN_MILLISECOND = 1 << 11,
};

#define GIVEN_SECONDS (GIVEN_SUBSECOND | GIVEN_MILLISECOND | GIVEN_SECOND)
#define GIVEN_TIME    (GIVEN_HOUR | GIVEN_MINUTE | GIVEN_SECONDS)

struct reading {
    struct interval_parts parts;
    enum interval_unit unit; /* of the number to come; INTERVAL_UNIT_NONE: the type says */
    unsigned given;
    int fields; /* of the type */
    bool ago;
};

/* The fraction behind a point, which may be empty. */
static bool read_fraction(const char *text, double *fraction)
{
    char *end = NULL;

    *fraction = 0;
    if (text[1] == '\0') {
        return true;
    }
    errno = 0;
    *fraction = strtod(text, &end);
    return *end == '\0' && errno == 0;
}

/* Digits that are no int are out of range. */
static bool read_int(const char *text, char **end, int32_t *value)
{
    errno = 0;
    long number = strtol(text, end, 10);

    *value = (int32_t)number;
    return errno != ERANGE && number >= INT32_MIN && number <= INT32_MAX;
}

struct clock {
    int64_t hours;
    int32_t minutes;
    int32_t seconds;
    int32_t microseconds;
};

/* Two numbers that are minutes and seconds. */
static bool as_minutes(struct clock *clock)
{
    if (clock->hours > INT32_MAX || clock->hours < INT32_MIN) {
        return false;
    }
    clock->seconds = clock->minutes;
    clock->minutes = (int32_t)clock->hours;
    clock->hours = 0;
    return true;
}

static enum interval_status read_clock_seconds(const char *text, int fields, struct clock *clock)
{
    char *end = NULL;
    double fraction = 0;

    if (*text == '\0') {
        bool minutes = fields == (INTERVAL_MINUTE | INTERVAL_SECOND);
        return !minutes || as_minutes(clock) ? INTERVAL_OK : INTERVAL_OVERFLOW;
    }
    if (*text == ':') {
        if (!read_int(text + 1, &end, &clock->seconds)) {
            return INTERVAL_OVERFLOW;
        }
        text = end;
    } else if (*text != '.') {
        return INTERVAL_SYNTAX;
    } else if (!as_minutes(clock)) { /* "1:02.5" is always minutes and seconds */
        return INTERVAL_OVERFLOW;
    }
    if (*text == '\0') {
        return INTERVAL_OK;
    }
    if (*text != '.' || !read_fraction(text, &fraction)) {
        return INTERVAL_SYNTAX;
    }
    clock->microseconds = (int32_t)rint(fraction * 1000000);
    return INTERVAL_OK;
}

/* HH:MM, HH:MM:SS[.F], MM:SS.F; the hours may be many. */
static enum interval_status read_clock(const char *text, int fields, int64_t *time)
{
    struct clock clock = {.hours = 0};
    char *end = NULL;

    errno = 0;
    clock.hours = strtoll(text, &end, 10);
    if (errno == ERANGE) {
        return INTERVAL_OVERFLOW;
    }
    if (*end != ':') {
        return INTERVAL_SYNTAX;
    }
    if (!read_int(end + 1, &end, &clock.minutes)) {
        return INTERVAL_OVERFLOW;
    }
    enum interval_status status = read_clock_seconds(end, fields, &clock);

    if (status != INTERVAL_OK) {
        return status;
    }
    struct interval_parts parts = {.microseconds = clock.microseconds};

    if (clock.hours < 0 || clock.minutes < 0 || clock.minutes > 59 || clock.seconds < 0 ||
        clock.seconds > 60 || !interval_parts_time(&parts, clock.hours, 0, MICROSECONDS_PER_HOUR) ||
        !interval_parts_time(&parts, clock.minutes, 0, MICROSECONDS_PER_MINUTE) ||
        !interval_parts_time(&parts, clock.seconds, 0, MICROSECONDS_PER_SECOND)) {
        return INTERVAL_OVERFLOW;
    }
    *time = parts.microseconds;
    return INTERVAL_OK;
}

/* The unit of a number that has none and is the last of all. */
static enum interval_unit type_unit(int fields)
{
    return (fields & INTERVAL_SECOND) != 0   ? INTERVAL_UNIT_SECOND
           : (fields & INTERVAL_MINUTE) != 0 ? INTERVAL_UNIT_MINUTE
           : (fields & INTERVAL_HOUR) != 0   ? INTERVAL_UNIT_HOUR
           : (fields & INTERVAL_DAY) != 0    ? INTERVAL_UNIT_DAY
           : (fields & INTERVAL_MONTH) != 0  ? INTERVAL_UNIT_MONTH
           : (fields & INTERVAL_YEAR) != 0   ? INTERVAL_UNIT_YEAR
                                             : INTERVAL_UNIT_SECOND;
}

/* Adds a number to the parts; sets what it gives. */
static enum interval_status add_number(struct reading *reading,
                                       int64_t count,
                                       double fraction,
                                       unsigned *given)
{
    static const struct {
        unsigned given;
        int64_t microseconds; /* of a unit of time of day */
        int32_t days;         /* of days and weeks */
        int32_t years;        /* of years and more */
    } units[INTERVAL_UNIT_COUNT] = {
        [INTERVAL_UNIT_MICROSECOND] = {GIVEN_SUBSECOND, 1, 0, 0},
        [INTERVAL_UNIT_MILLISECOND] = {GIVEN_MILLISECOND, 1000, 0, 0},
        [INTERVAL_UNIT_SECOND] = {GIVEN_SECOND, MICROSECONDS_PER_SECOND, 0, 0},
        [INTERVAL_UNIT_MINUTE] = {GIVEN_MINUTE, MICROSECONDS_PER_MINUTE, 0, 0},
        [INTERVAL_UNIT_HOUR] = {GIVEN_HOUR, MICROSECONDS_PER_HOUR, 0, 0},
        [INTERVAL_UNIT_DAY] = {GIVEN_DAY, 0, 1, 0},
        [INTERVAL_UNIT_WEEK] = {GIVEN_WEEK, 0, 7, 0},
        [INTERVAL_UNIT_MONTH] = {GIVEN_MONTH, 0, 0, 0},
        [INTERVAL_UNIT_YEAR] = {GIVEN_YEAR, 0, 0, 1},
        [INTERVAL_UNIT_DECADE] = {GIVEN_DECADE, 0, 0, 10},
        [INTERVAL_UNIT_CENTURY] = {GIVEN_CENTURY, 0, 0, 100},
        [INTERVAL_UNIT_MILLENNIUM] = {GIVEN_MILLENNIUM, 0, 0, 1000},
    };
    enum interval_unit unit = reading->unit;
    struct interval_parts *parts = &reading->parts;
    bool ok = false;

    if (units[unit].given == 0) { /* quarters, and words that are no unit */
        return INTERVAL_SYNTAX;
    }
    *given = units[unit].given;
    if (units[unit].microseconds != 0) {
        ok = interval_parts_time(parts, count, fraction, units[unit].microseconds);
    } else if (units[unit].days != 0) {
        ok = interval_parts_days(parts, count, fraction, units[unit].days);
    } else if (units[unit].years != 0) {
        ok = interval_parts_years(parts, count, fraction, units[unit].years);
    } else {
        ok = interval_parts_months(parts, count, fraction);
    }
    if (unit == INTERVAL_UNIT_SECOND && fraction * fraction > 0) {
        *given = GIVEN_SECONDS;
    } else if (unit == INTERVAL_UNIT_HOUR) {
        reading->unit = INTERVAL_UNIT_DAY;
    }
    return ok ? INTERVAL_OK : INTERVAL_OVERFLOW;
}

/* "3", "-3.5", and the years and months of SQL: "1-2". */
static enum interval_status read_number(const char *text, struct reading *reading, unsigned *given)
{
    bool negative = *text == '-';
    double fraction = 0;
    char *end = NULL;

    if (reading->unit == INTERVAL_UNIT_NONE) {
        reading->unit = type_unit(reading->fields);
    }
    errno = 0;
    int64_t count = strtoll(text, &end, 10);
    if (errno == ERANGE) {
        return INTERVAL_OVERFLOW;
    }
    if (*end == '-') {
        int32_t months = 0;
        if (!read_int(end + 1, &end, &months) || months < 0 || months >= MONTHS_PER_YEAR) {
            return INTERVAL_OVERFLOW;
        }
        if (*end != '\0') {
            return INTERVAL_SYNTAX;
        }
        reading->unit = INTERVAL_UNIT_MONTH;
        if (__builtin_mul_overflow(count, (int64_t)MONTHS_PER_YEAR, &count) ||
            __builtin_add_overflow(count, (int64_t)(negative ? -months : months), &count)) {
            return INTERVAL_OVERFLOW;
        }
    } else if (*end == '.') {
        if (!read_fraction(end, &fraction)) {
            return INTERVAL_SYNTAX;
        }
        fraction = negative ? -fraction : fraction;
    } else if (*end != '\0') {
        return INTERVAL_SYNTAX;
    }
    return add_number(reading, count, fraction, given);
}

/* A time of day with a sign is one only if it has a colon and is well-formed. */
static bool read_signed_clock(const char *text,
                              struct reading *reading,
                              enum interval_status *status)
{
    int64_t time = 0;

    if (strchr(text + 1, ':') == NULL ||
        read_clock(text + 1, reading->fields, &time) != INTERVAL_OK) {
        return false;
    }
    reading->parts.microseconds = *text == '-' ? -time : time;
    *status = INTERVAL_OK;
    return true;
}

static enum interval_status read_token(const struct datetime_token *token, struct reading *reading)
{
    unsigned given = 0;
    enum interval_status status = INTERVAL_OK;
    enum interval_unit unit = INTERVAL_UNIT_NONE;

    switch (token->kind) {
    case TOKEN_TIME:
        status = read_clock(token->text, reading->fields, &reading->parts.microseconds);
        given = GIVEN_TIME;
        reading->unit = INTERVAL_UNIT_DAY;
        break;
    case TOKEN_OFFSET:
        if (read_signed_clock(token->text, reading, &status)) {
            given = GIVEN_TIME;
            reading->unit = INTERVAL_UNIT_DAY;
            break;
        }
        status = read_number(token->text, reading, &given);
        break;
    case TOKEN_DATE:
    case TOKEN_NUMBER:
        status = read_number(token->text, reading, &given);
        break;
    case TOKEN_WORD:
    case TOKEN_SPECIAL:
        if (!interval_unit_find(token->text, &unit, &reading->ago)) {
            return INTERVAL_SYNTAX;
        }
        reading->unit = unit;
        break;
    }
    if (status != INTERVAL_OK) {
        return status;
    }
    if ((reading->given & given) != 0) {
        return INTERVAL_SYNTAX;
    }
    reading->given |= given;
    return INTERVAL_OK;
}

/* "ago" turns every part around. */
static bool negate_parts(struct interval_parts *parts)
{
    return !__builtin_sub_overflow(0, parts->microseconds, &parts->microseconds) &&
           !__builtin_sub_overflow(0, parts->days, &parts->days) &&
           !__builtin_sub_overflow(0, parts->months, &parts->months) &&
           !__builtin_sub_overflow(0, parts->years, &parts->years);
}

static enum interval_status read_tokens(struct text text, int fields, struct interval_parts *parts)
{
    struct datetime_tokens tokens;
    struct reading reading = {.fields = fields};

    if (!datetime_tokens_split(&tokens, text, DATETIME_ROOM_MAX)) {
        return INTERVAL_SYNTAX;
    }
    for (int i = tokens.count - 1; i >= 0; i--) {
        enum interval_status status = read_token(&tokens.items[i], &reading);
        if (status != INTERVAL_OK) {
            return status;
        }
    }
    if (reading.given == 0) {
        return INTERVAL_SYNTAX;
    }
    if (reading.ago && !negate_parts(&reading.parts)) {
        return INTERVAL_OVERFLOW;
    }
    *parts = reading.parts;
    return INTERVAL_OK;
}

enum interval_status interval_parse(struct text text, struct type type, struct interval *interval)
{
    struct interval_parts parts = {.years = 0};
    enum interval_status status = read_tokens(text, type.length, &parts);

    if (status == INTERVAL_SYNTAX) {
        parts = (struct interval_parts){.years = 0};
        status = interval_iso_parse(text, &parts);
    }
    if (status != INTERVAL_OK) {
        return status;
    }
    int64_t months = (int64_t)parts.years * MONTHS_PER_YEAR + parts.months;

    if (months < INT32_MIN || months > INT32_MAX) {
        return INTERVAL_RANGE;
    }
    *interval = interval_fit((struct interval){.microseconds = parts.microseconds,
                                               .days = parts.days,
                                               .months = (int32_t)months},
                             type);
    return INTERVAL_OK;
}
