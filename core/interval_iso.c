/* interval_iso.c — units of intervals, and intervals as ISO 8601 writes them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "interval_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Longer words are compared by their first characters, as the server does. */
#define WORD_BYTES 10

static const struct unit_word {
    char word[WORD_BYTES + 1];
    uint8_t unit; /* enum interval_unit */
} unit_words[] = {
    {"c", INTERVAL_UNIT_CENTURY},
    {"cent", INTERVAL_UNIT_CENTURY},
    {"centuries", INTERVAL_UNIT_CENTURY},
    {"century", INTERVAL_UNIT_CENTURY},
    {"d", INTERVAL_UNIT_DAY},
    {"day", INTERVAL_UNIT_DAY},
    {"days", INTERVAL_UNIT_DAY},
    {"dec", INTERVAL_UNIT_DECADE},
    {"decade", INTERVAL_UNIT_DECADE},
    {"decades", INTERVAL_UNIT_DECADE},
    {"decs", INTERVAL_UNIT_DECADE},
    {"h", INTERVAL_UNIT_HOUR},
    {"hour", INTERVAL_UNIT_HOUR},
    {"hours", INTERVAL_UNIT_HOUR},
    {"hr", INTERVAL_UNIT_HOUR},
    {"hrs", INTERVAL_UNIT_HOUR},
    {"m", INTERVAL_UNIT_MINUTE},
    {"microsecon", INTERVAL_UNIT_MICROSECOND},
    {"mil", INTERVAL_UNIT_MILLENNIUM},
    {"millennia", INTERVAL_UNIT_MILLENNIUM},
    {"millennium", INTERVAL_UNIT_MILLENNIUM},
    {"millisecon", INTERVAL_UNIT_MILLISECOND},
    {"mils", INTERVAL_UNIT_MILLENNIUM},
    {"min", INTERVAL_UNIT_MINUTE},
    {"mins", INTERVAL_UNIT_MINUTE},
    {"minute", INTERVAL_UNIT_MINUTE},
    {"minutes", INTERVAL_UNIT_MINUTE},
    {"mon", INTERVAL_UNIT_MONTH},
    {"mons", INTERVAL_UNIT_MONTH},
    {"month", INTERVAL_UNIT_MONTH},
    {"months", INTERVAL_UNIT_MONTH},
    {"ms", INTERVAL_UNIT_MILLISECOND},
    {"msec", INTERVAL_UNIT_MILLISECOND},
    {"mseconds", INTERVAL_UNIT_MILLISECOND},
    {"msecs", INTERVAL_UNIT_MILLISECOND},
    {"qtr", INTERVAL_UNIT_OTHER},
    {"quarter", INTERVAL_UNIT_OTHER},
    {"s", INTERVAL_UNIT_SECOND},
    {"sec", INTERVAL_UNIT_SECOND},
    {"second", INTERVAL_UNIT_SECOND},
    {"seconds", INTERVAL_UNIT_SECOND},
    {"secs", INTERVAL_UNIT_SECOND},
    {"timezone", INTERVAL_UNIT_OTHER},
    {"timezone_h", INTERVAL_UNIT_OTHER},
    {"timezone_m", INTERVAL_UNIT_OTHER},
    {"us", INTERVAL_UNIT_MICROSECOND},
    {"usec", INTERVAL_UNIT_MICROSECOND},
    {"usecond", INTERVAL_UNIT_MICROSECOND},
    {"useconds", INTERVAL_UNIT_MICROSECOND},
    {"usecs", INTERVAL_UNIT_MICROSECOND},
    {"w", INTERVAL_UNIT_WEEK},
    {"week", INTERVAL_UNIT_WEEK},
    {"weeks", INTERVAL_UNIT_WEEK},
    {"y", INTERVAL_UNIT_YEAR},
    {"year", INTERVAL_UNIT_YEAR},
    {"years", INTERVAL_UNIT_YEAR},
    {"yr", INTERVAL_UNIT_YEAR},
    {"yrs", INTERVAL_UNIT_YEAR},
};

bool interval_unit_find(const char *word, enum interval_unit *unit, bool *ago)
{
    if (strcmp(word, "ago") == 0) {
        *ago = true;
        *unit = INTERVAL_UNIT_OTHER; /* a number right before it has none */
        return true;
    }
    for (size_t i = 0; i < sizeof unit_words / sizeof unit_words[0]; i++) {
        if (strncmp(word, unit_words[i].word, WORD_BYTES) == 0) {
            *unit = (enum interval_unit)unit_words[i].unit;
            return true;
        }
    }
    return false;
}

struct scan {
    const char *at; /* NUL-terminated */
    struct interval_parts *parts;
};

static bool is_digit(char character)
{
    return character >= '0' && character <= '9';
}

static enum interval_status take_number(struct scan *scan, int64_t *count, double *fraction)
{
    char *end = NULL;

    if (!is_digit(*scan->at) && *scan->at != '-' && *scan->at != '.') {
        return INTERVAL_SYNTAX;
    }
    errno = 0;
    double value = strtod(scan->at, &end);
    if (end == scan->at || errno != 0) {
        return INTERVAL_SYNTAX;
    }
    scan->at = end;
    if (!(value >= -1.0e15 && value <= 1.0e15)) {
        return INTERVAL_OVERFLOW;
    }
    *count = (int64_t)value;
    *fraction = value - (double)*count;
    return INTERVAL_OK;
}

static enum interval_status status_of(bool fits)
{
    return fits ? INTERVAL_OK : INTERVAL_OVERFLOW;
}

/* After the years of P0001-02-03; what follows the date is the caller's. */
static enum interval_status take_months_days(struct scan *scan)
{
    int64_t count = 0;
    double fraction = 0;
    enum interval_status status = take_number(scan, &count, &fraction);

    if (status == INTERVAL_OK) {
        status = status_of(interval_parts_months(scan->parts, count, fraction));
    }
    if (status != INTERVAL_OK || *scan->at == '\0' || *scan->at == 'T') {
        return status;
    }
    if (*scan->at++ != '-') {
        return INTERVAL_SYNTAX;
    }
    status = take_number(scan, &count, &fraction);
    if (status == INTERVAL_OK) {
        status = status_of(interval_parts_days(scan->parts, count, fraction, 1));
    }
    if (status == INTERVAL_OK && *scan->at != '\0' && *scan->at != 'T') {
        status = INTERVAL_SYNTAX;
    }
    return status;
}

/* P00010203 and P0001-02-03, the number at hand having been read. `first`: nothing stood before. */
static enum interval_status take_basic_date(
    struct scan *scan, int64_t count, double fraction, size_t width, bool first)
{
    struct interval_parts *parts = scan->parts;

    if (*scan->at != '-' && width == 8 && first) {
        return status_of(interval_parts_years(parts, count / 10000, 0, 1) &&
                         interval_parts_months(parts, count / 100 % 100, 0) &&
                         interval_parts_days(parts, count % 100, fraction, 1));
    }
    if (!first) {
        return INTERVAL_SYNTAX;
    }
    if (!interval_parts_years(parts, count, fraction, 1)) {
        return INTERVAL_OVERFLOW;
    }
    if (*scan->at != '-') {
        return INTERVAL_OK;
    }
    scan->at++;
    return take_months_days(scan);
}

/* T040506 and T04:05:06; ends the text. */
static enum interval_status take_basic_time(
    struct scan *scan, int64_t count, double fraction, size_t width, bool first)
{
    static const int64_t units[] = {MICROSECONDS_PER_MINUTE, MICROSECONDS_PER_SECOND};
    struct interval_parts *parts = scan->parts;

    if (*scan->at == '\0' && width == 6 && first) {
        return status_of(interval_parts_time(parts, count / 10000, 0, MICROSECONDS_PER_HOUR) &&
                         interval_parts_time(parts, count / 100 % 100, 0, units[0]) &&
                         interval_parts_time(parts, count % 100, 0, units[1]) &&
                         interval_parts_fraction(parts, fraction, 1)); /* the server's own slip */
    }
    if (!first) {
        return INTERVAL_SYNTAX;
    }
    if (!interval_parts_time(parts, count, fraction, MICROSECONDS_PER_HOUR)) {
        return INTERVAL_OVERFLOW;
    }
    for (int i = 0; i < 2 && *scan->at != '\0'; i++) {
        if (*scan->at++ != ':') {
            return INTERVAL_SYNTAX;
        }
        enum interval_status status = take_number(scan, &count, &fraction);
        if (status == INTERVAL_OK) {
            status = status_of(interval_parts_time(parts, count, fraction, units[i]));
        }
        if (status != INTERVAL_OK) {
            return status;
        }
    }
    return *scan->at == '\0' ? INTERVAL_OK : INTERVAL_SYNTAX;
}

/* A number with its designator; INTERVAL_RANGE where there is none. */
static enum interval_status add_designated(struct scan *scan,
                                           bool date,
                                           int64_t count,
                                           double fraction)
{
    struct interval_parts *parts = scan->parts;

    switch (*scan->at) {
    case 'Y':
        return date ? status_of(interval_parts_years(parts, count, fraction, 1)) : INTERVAL_SYNTAX;
    case 'W':
        return date ? status_of(interval_parts_days(parts, count, fraction, 7)) : INTERVAL_SYNTAX;
    case 'D':
        return date ? status_of(interval_parts_days(parts, count, fraction, 1)) : INTERVAL_SYNTAX;
    case 'M':
        return status_of(
            date ? interval_parts_months(parts, count, fraction)
                 : interval_parts_time(parts, count, fraction, MICROSECONDS_PER_MINUTE));
    case 'H':
        return date ? INTERVAL_SYNTAX
                    : status_of(interval_parts_time(parts, count, fraction, MICROSECONDS_PER_HOUR));
    case 'S':
        return date ? INTERVAL_SYNTAX
                    : status_of(
                          interval_parts_time(parts, count, fraction, MICROSECONDS_PER_SECOND));
    case '\0':
        return INTERVAL_RANGE;
    default:
        return *scan->at == (date ? '-' : ':') || (date && *scan->at == 'T') ? INTERVAL_RANGE
                                                                             : INTERVAL_SYNTAX;
    }
}

/* One field; `first` says that none stands before it in its part. */
static enum interval_status take_field(struct scan *scan, bool date, bool first)
{
    const char *start = scan->at;
    size_t width = strspn(start + (*start == '-' ? 1 : 0), "0123456789");
    int64_t count = 0;
    double fraction = 0;
    enum interval_status status = take_number(scan, &count, &fraction);

    if (status != INTERVAL_OK) {
        return status;
    }
    status = add_designated(scan, date, count, fraction);
    if (status != INTERVAL_RANGE) {
        scan->at += status == INTERVAL_OK;
        return status;
    }
    return date ? take_basic_date(scan, count, fraction, width, first)
                : take_basic_time(scan, count, fraction, width, first);
}

enum interval_status interval_iso_parse(struct text text, struct interval_parts *parts)
{
    char line[512];
    bool date = true;
    bool first = true;

    if (text.size < 2 || text.data[0] != 'P' || text.size >= sizeof line) {
        return INTERVAL_SYNTAX;
    }
    memcpy(line, text.data + 1, text.size - 1);
    line[text.size - 1] = '\0';
    struct scan scan = {.at = line, .parts = parts};

    while (*scan.at != '\0') {
        if (*scan.at == 'T') {
            date = false;
            first = true;
            scan.at++;
            continue;
        }
        enum interval_status status = take_field(&scan, date, first);
        if (status != INTERVAL_OK) {
            return status;
        }
        first = false;
    }
    return INTERVAL_OK;
}
