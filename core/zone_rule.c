/* zone_rule.c — POSIX TZ strings: the offset and the rule of daylight saving time.
 *
 * "GMT0BST,M3.5.0/1,M10.5.0" reads: GMT is 0 west of UTC; BST, an hour ahead, begins on the last
 * (5th) Sunday (0) of March at 1, and ends on the last one of October at 2. Hours may go from -167
 * to 167 (RFC 8536). SPDX-License-Identifier: Apache-2.0 */
#include "zone_internal.h"

static bool is_digit(char character)
{
    return character >= '0' && character <= '9';
}

/* Digits up to `max`. */
static bool parse_integer(const char **at, int min, int max, int *value)
{
    const char *scan = *at;

    *value = 0;
    for (; is_digit(*scan); scan++) {
        *value = *value * 10 + (*scan - '0');
        if (*value > max) {
            return false;
        }
    }
    if (scan == *at || *value < min) {
        return false;
    }
    *at = scan;
    return true;
}

static bool skip(const char **at, char character)
{
    if (**at != character) {
        return false;
    }
    (*at)++;
    return true;
}

/* [+-]H[:MM[:SS]] */
static bool parse_seconds(const char **at, int32_t *seconds)
{
    bool negative = **at == '-';
    int hour = 0;
    int minute = 0;
    int second = 0;

    if (**at == '+' || **at == '-') {
        (*at)++;
    }
    if (!parse_integer(at, 0, 167, &hour)) {
        return false;
    }
    if (skip(at, ':')) {
        if (!parse_integer(at, 0, 59, &minute)) {
            return false;
        }
        if (skip(at, ':') && !parse_integer(at, 0, 60, &second)) {
            return false;
        }
    }
    *seconds = (hour * 60 + minute) * 60 + second;
    if (negative) {
        *seconds = -*seconds;
    }
    return true;
}

/* An abbreviation, or any text in angle brackets. */
static bool skip_name(const char **at)
{
    const char *start = *at;

    if (skip(at, '<')) {
        while (**at != '\0' && **at != '>') {
            (*at)++;
        }
        return skip(at, '>');
    }
    while (**at != '\0' && !is_digit(**at) && **at != ',' && **at != '-' && **at != '+') {
        (*at)++;
    }
    return *at > start;
}

static bool parse_day(const char **at, struct zone_rule_day *day)
{
    *day = (struct zone_rule_day){.kind = 'D', .seconds = 7200};
    if (skip(at, 'J')) {
        day->kind = 'J';
        if (!parse_integer(at, 1, 365, &day->day)) {
            return false;
        }
    } else if (skip(at, 'M')) {
        day->kind = 'M';
        if (!parse_integer(at, 1, 12, &day->month) || !skip(at, '.') ||
            !parse_integer(at, 1, 5, &day->week) || !skip(at, '.') ||
            !parse_integer(at, 0, 6, &day->day)) {
            return false;
        }
    } else if (!parse_integer(at, 0, 365, &day->day)) {
        return false;
    }
    return !skip(at, '/') || parse_seconds(at, &day->seconds);
}

bool zone_rule_parse(const char *text, struct zone_rule *rule)
{
    int32_t west = 0;

    *rule = (struct zone_rule){.offset = 0};
    if (!skip_name(&text) || !parse_seconds(&text, &west)) {
        return false;
    }
    rule->offset = -west;
    if (*text == '\0') {
        return true;
    }
    rule->has_daylight = true;
    rule->daylight_offset = rule->offset + 3600;
    if (!skip_name(&text)) {
        return false;
    }
    if (*text != ',' && *text != '\0') {
        if (!parse_seconds(&text, &west)) {
            return false;
        }
        rule->daylight_offset = -west;
    }
    if (*text == '\0') {
        text = ",M3.2.0,M11.1.0"; /* what POSIX systems take for granted */
    }
    return skip(&text, ',') && parse_day(&text, &rule->start) && skip(&text, ',') &&
           parse_day(&text, &rule->end) && *text == '\0';
}

static bool is_leap(int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* Days since 2000-01-01 of the day a rule means. */
static int64_t rule_date(const struct zone_rule_day *day, int64_t year)
{
    if (day->kind == 'D') {
        return date_from_civil(year, 1, 1) + day->day;
    }
    if (day->kind == 'J') {
        bool after_february = is_leap(year) && day->day >= 60;

        return date_from_civil(year, 1, 1) + day->day - 1 + (after_february ? 1 : 0);
    }

    int64_t first = date_from_civil(year, day->month, 1);
    int64_t next = day->month == 12 ? date_from_civil(year + 1, 1, 1)
                                    : date_from_civil(year, day->month + 1, 1);
    int64_t weekday = ((first + 6) % 7 + 7) % 7; /* 2000-01-01 was a Saturday */
    int64_t date = first + (day->day - weekday + 7) % 7 + (int64_t)(day->week - 1) * 7;

    return date >= next ? date - 7 : date; /* the fifth is the last */
}

int64_t zone_rule_start(const struct zone_rule *rule, int64_t year)
{
    return rule_date(&rule->start, year) * 86400 + rule->start.seconds - rule->offset;
}

int64_t zone_rule_end(const struct zone_rule *rule, int64_t year)
{
    return rule_date(&rule->end, year) * 86400 + rule->end.seconds - rule->daylight_offset;
}
