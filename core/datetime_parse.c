/* datetime_parse.c — dates and times from text, as the server reads them.
 *
 * Nearly every text is ISO 8601 with all its digits; that has a path of its own, which takes only
 * what is valid and leaves the rest, errors included, to the general one.
 * SPDX-License-Identifier: Apache-2.0 */
#include "datetime_internal.h"

/* What the server's buffers for the tokens of a text hold. */
#define ROOM_DATE      (DATETIME_TEXT_MAX + 1)
#define ROOM_TIMESTAMP (DATETIME_TEXT_MAX + DATETIME_TOKENS_MAX)

struct iso {
    int64_t date;
    int64_t time;
    int zone_seconds;
    bool has_zone;
};

static bool two_digits(const char *at, int *value)
{
    unsigned tens = (unsigned)at[0] - '0';
    unsigned ones = (unsigned)at[1] - '0';

    *value = (int)(tens * 10 + ones);
    return tens <= 9 && ones <= 9;
}

/* YYYY-MM-DD at the start of `at`, which has 10 characters or more. */
static bool iso_date(const char *at, int64_t *date)
{
    int century = 0;
    int year = 0;
    int month = 0;
    int day = 0;

    if (!two_digits(at, &century) || !two_digits(at + 2, &year) || at[4] != '-' ||
        !two_digits(at + 5, &month) || at[7] != '-' || !two_digits(at + 8, &day)) {
        return false;
    }
    year += century * 100;
    if (year < 1 || month < 1 || month > 12 || day < 1 ||
        (day > 28 && day > datetime_month_days(year, month))) {
        return false;
    }
    *date = date_from_civil(year, month, day);
    return true;
}

/* .F to .FFFFFF; a longer one is to be rounded, which is not done here. */
static bool iso_fraction(const char **at, const char *end, int *microsecond)
{
    int unit = 100000;

    *microsecond = 0;
    for ((*at)++; *at < end && **at >= '0' && **at <= '9'; (*at)++, unit /= 10) {
        if (unit == 0) {
            return false;
        }
        *microsecond += (**at - '0') * unit;
    }
    return true;
}

/* HH:MM[:SS[.F to .FFFFFF]]; moves past it. */
static bool iso_time(const char **at, const char *end, int64_t *time)
{
    const char *scan = *at;
    int hour = 0;
    int minute = 0;
    int second = 0;
    int microsecond = 0;

    if (end - scan < 5 || !two_digits(scan, &hour) || scan[2] != ':' ||
        !two_digits(scan + 3, &minute) || hour > 23 || minute > 59) {
        return false;
    }
    scan += 5;
    if (scan < end && *scan == ':') {
        if (end - scan < 3 || !two_digits(scan + 1, &second) || second > 59) {
            return false;
        }
        scan += 3;
        if (scan < end && *scan == '.' && !iso_fraction(&scan, end, &microsecond)) {
            return false;
        }
    }
    *at = scan;
    *time = datetime_time(hour, minute, second, microsecond);
    return true;
}

/* Z, ±HH, ±HH:MM or ±HHMM up to the end. */
static bool iso_zone(const char *at, const char *end, int *zone_seconds)
{
    int hour = 0;
    int minute = 0;
    const char *minutes = end - at == 6 && at[3] == ':' ? at + 4 : at + 3;

    *zone_seconds = 0;
    if (end - at == 1 && (*at == 'Z' || *at == 'z')) {
        return true;
    }
    if ((*at != '+' && *at != '-') || end - at < 3 || !two_digits(at + 1, &hour) || hour > 15) {
        return false;
    }
    if (end - at > 3 && (end - minutes != 2 || !two_digits(minutes, &minute) || minute > 59)) {
        return false;
    }
    *zone_seconds = (hour * 60 + minute) * 60;
    if (*at == '-') {
        *zone_seconds = -*zone_seconds;
    }
    return true;
}

static bool iso_parse(struct text text, struct iso *iso)
{
    const char *at = text.data;
    const char *end = at + text.size;

    if (text.size < 10 || !iso_date(at, &iso->date)) {
        return false;
    }
    iso->time = 0;
    iso->has_zone = false;
    at += 10;
    if (at == end) {
        return true;
    }
    if (*at != ' ' && *at != 'T') {
        return false;
    }
    at++;
    if (!iso_time(&at, end, &iso->time)) {
        return false;
    }
    iso->has_zone = at < end;
    return at == end || iso_zone(at, end, &iso->zone_seconds);
}

/* Half away from zero, counted from 2000-01-01 as the server does. */
static int64_t round_to(int64_t value, int precision)
{
    static const int64_t units[7] = {1000000, 100000, 10000, 1000, 100, 10, 1};

    if (precision < 0 || precision >= 6) {
        return value;
    }
    int64_t unit = units[precision];
    int64_t half = unit / 2;

    return value >= 0 ? (value + half) / unit * unit : -((half - value) / unit * unit);
}

/* A value of a type with a zone or without: local time, less the offset, to the precision. */
static enum datetime_status finish(
    int64_t date, int64_t time, int32_t offset, int precision, int64_t *result)
{
    int64_t local = 0;

    if (__builtin_mul_overflow(date, MICROSECONDS_PER_DAY, &local) ||
        __builtin_add_overflow(local, time, &local)) {
        return DATETIME_RANGE;
    }
    /* A time of more hours than a day has must not lead past 2000-01-01: so the server notices what
     * overflows. */
    if ((local < 0 && date > 0) || (local > 0 && date < -1) ||
        __builtin_sub_overflow(local, (int64_t)offset * 1000000, &local)) {
        return DATETIME_RANGE;
    }
    if (local >= DATETIME_TIMESTAMP_MIN && local < DATETIME_TIMESTAMP_END) {
        local = round_to(local, precision);
    }
    if (local < DATETIME_TIMESTAMP_MIN || local >= DATETIME_TIMESTAMP_END) {
        return DATETIME_RANGE;
    }
    *result = local;
    return DATETIME_OK;
}

/* Whether the reading is one of the words that stand for a value; then `result` is it. */
static bool special_value(const struct datetime_reading *reading, int64_t epoch, int64_t *result)
{
    switch (reading->value) {
    case VALUE_EPOCH:
        *result = epoch;
        return true;
    case VALUE_INFINITY:
        *result = DATETIME_INFINITY;
        return true;
    case VALUE_NEGATIVE_INFINITY:
        *result = DATETIME_NEGATIVE_INFINITY;
        return true;
    case VALUE_CIVIL:
    case VALUE_MIDNIGHT:
        break;
    }
    return false;
}

/* 1970-01-01 */
#define UNIX_EPOCH_DATE INT64_C(-10957)

static bool date_in_range(int64_t date)
{
    return date >= DATETIME_DATE_MIN && date <= DATETIME_DATE_MAX;
}

static int64_t reading_date(const struct datetime_reading *reading)
{
    return date_from_civil(reading->year, reading->month, reading->day);
}

static int64_t reading_time(const struct datetime_reading *reading)
{
    return datetime_time(reading->hour, reading->minute, reading->second, reading->microsecond);
}

enum datetime_status date_parse(struct text text, int64_t *date)
{
    struct datetime_tokens tokens;
    struct datetime_reading reading;
    struct iso iso;

    if (iso_parse(text, &iso)) {
        *date = iso.date;
        return DATETIME_OK;
    }
    if (!datetime_tokens_split(&tokens, text, ROOM_DATE)) {
        return DATETIME_SYNTAX;
    }
    enum datetime_status status = datetime_decode(&tokens, &reading);

    if (status == DATETIME_OK && !special_value(&reading, UNIX_EPOCH_DATE, date)) {
        *date = reading_date(&reading);
        status = date_in_range(*date) ? DATETIME_OK : DATETIME_RANGE;
    }
    arena_release(&reading.arena);
    return status;
}

enum datetime_status time_parse(struct text text, int precision, int64_t *time)
{
    struct datetime_tokens tokens;
    struct datetime_reading reading;
    const char *at = text.data;
    const char *end = at + text.size;

    if (iso_time(&at, end, time) && at == end) {
        *time = round_to(*time, precision);
        return DATETIME_OK;
    }
    if (!datetime_tokens_split(&tokens, text, ROOM_DATE)) {
        return DATETIME_SYNTAX;
    }
    enum datetime_status status = datetime_decode_time(&tokens, &reading);

    if (status == DATETIME_OK) {
        *time = round_to(reading_time(&reading), precision);
    }
    arena_release(&reading.arena);
    return status;
}

/* Both timestamps. One without a zone drops the offset, as the server does without a word. */
static enum datetime_status parse_general(
    struct text text, int precision, bool with_zone, const struct zone *zone, int64_t *result)
{
    struct datetime_tokens tokens;
    struct datetime_reading reading;

    if (!datetime_tokens_split(&tokens, text, ROOM_TIMESTAMP)) {
        return DATETIME_SYNTAX;
    }
    enum datetime_status status = datetime_decode(&tokens, &reading);

    if (status == DATETIME_OK &&
        !special_value(&reading, UNIX_EPOCH_DATE * MICROSECONDS_PER_DAY, result)) {
        int64_t date = reading_date(&reading);
        int32_t offset = with_zone ? datetime_reading_offset(&reading, zone) : 0;

        int64_t time = reading_time(&reading);

        /* The server would let labelled hours wrap around at 32 bits of seconds. */
        status = date_in_range(date) && time / 1000000 <= INT32_MAX
                     ? finish(date, time, offset, precision, result)
                     : DATETIME_RANGE;
    }
    arena_release(&reading.arena);
    return status;
}

enum datetime_status timestamp_parse(struct text text, int precision, int64_t *timestamp)
{
    struct iso iso;

    if (iso_parse(text, &iso)) {
        *timestamp = round_to(iso.date * MICROSECONDS_PER_DAY + iso.time, precision);
        return DATETIME_OK;
    }
    return parse_general(text, precision, false, NULL, timestamp);
}

enum datetime_status timestamptz_parse(struct text text,
                                       int precision,
                                       const struct zone *zone,
                                       int64_t *timestamptz)
{
    struct iso iso;

    if (!iso_parse(text, &iso)) {
        return parse_general(text, precision, true, zone, timestamptz);
    }
    int64_t local = iso.date * MICROSECONDS_PER_DAY + iso.time;

    if (iso.has_zone) {
        local -= (int64_t)iso.zone_seconds * 1000000;
    } else if (zone != NULL) {
        local = zone_to_utc(zone, local);
    }
    *timestamptz = round_to(local, precision);
    return DATETIME_OK;
}
