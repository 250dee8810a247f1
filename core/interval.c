/* interval.c — intervals: text, order, and the fields of types.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/interval.h"

#include "novate/datetime.h"

#include <inttypes.h>
#include <stddef.h>

static const struct interval_fields {
    const char *name;
    int fields;
} fields_of_types[] = {
    {"year", INTERVAL_YEAR},
    {"month", INTERVAL_MONTH},
    {"day", INTERVAL_DAY},
    {"hour", INTERVAL_HOUR},
    {"minute", INTERVAL_MINUTE},
    {"second", INTERVAL_SECOND},
    {"year to month", INTERVAL_YEAR | INTERVAL_MONTH},
    {"day to hour", INTERVAL_DAY | INTERVAL_HOUR},
    {"day to minute", INTERVAL_DAY | INTERVAL_HOUR | INTERVAL_MINUTE},
    {"day to second", INTERVAL_DAY | INTERVAL_HOUR | INTERVAL_MINUTE | INTERVAL_SECOND},
    {"hour to minute", INTERVAL_HOUR | INTERVAL_MINUTE},
    {"hour to second", INTERVAL_HOUR | INTERVAL_MINUTE | INTERVAL_SECOND},
    {"minute to second", INTERVAL_MINUTE | INTERVAL_SECOND},
};

#define FIELDS_COUNT (sizeof fields_of_types / sizeof fields_of_types[0])

int interval_fields_find(struct text words)
{
    for (size_t i = 0; i < FIELDS_COUNT; i++) {
        if (text_equal_case(text_of(fields_of_types[i].name), words)) {
            return fields_of_types[i].fields;
        }
    }
    return 0;
}

const char *interval_fields_name(int fields)
{
    for (size_t i = 0; i < FIELDS_COUNT; i++) {
        if (fields_of_types[i].fields == fields) {
            return fields_of_types[i].name;
        }
    }
    return NULL;
}

/* Each part says of which sign the next one must tell itself apart. */
static void format_part(
    int64_t value, const char *unit, bool *empty, bool *after_negative, struct text_buffer *out)
{
    if (value == 0) {
        return;
    }
    text_buffer_format(out,
                       "%s%s%" PRId64 " %s%s",
                       *empty ? "" : " ",
                       *after_negative && value > 0 ? "+" : "",
                       value,
                       unit,
                       value != 1 ? "s" : "");
    *after_negative = value < 0;
    *empty = false;
}

void interval_format(const struct interval *interval, struct text_buffer *out)
{
    int64_t time = interval->microseconds;
    uint64_t size = time < 0 ? 0 - (uint64_t)time : (uint64_t)time;
    bool empty = true;
    bool after_negative = false;

    format_part(interval->months / MONTHS_PER_YEAR, "year", &empty, &after_negative, out);
    format_part(interval->months % MONTHS_PER_YEAR, "mon", &empty, &after_negative, out);
    format_part(interval->days, "day", &empty, &after_negative, out);
    if (time == 0 && !empty) {
        return;
    }
    text_buffer_format(out,
                       "%s%s%02" PRIu64 ":%02d:%02d",
                       empty ? "" : " ",
                       time < 0         ? "-"
                       : after_negative ? "+"
                                        : "",
                       size / (uint64_t)MICROSECONDS_PER_HOUR,
                       (int)(size / (uint64_t)MICROSECONDS_PER_MINUTE % 60),
                       (int)(size / (uint64_t)MICROSECONDS_PER_SECOND % 60));
    int fraction = (int)(size % (uint64_t)MICROSECONDS_PER_SECOND);
    int digits = 6;

    if (fraction != 0) {
        for (; fraction % 10 == 0; fraction /= 10) {
            digits--;
        }
        text_buffer_format(out, ".%0*d", digits, fraction);
    }
}

/* The unit that the smallest field of a type counts; 0: time of day is not among them. */
static int64_t smallest_unit(int fields)
{
    return (fields & INTERVAL_SECOND) != 0   ? 1
           : (fields & INTERVAL_MINUTE) != 0 ? MICROSECONDS_PER_MINUTE
           : (fields & INTERVAL_HOUR) != 0   ? MICROSECONDS_PER_HOUR
                                             : 0;
}

/* Half away from zero; at the very end of the range the server's sum wraps around, and so does
 * this one. */
static int64_t round_time(int64_t time, int digits)
{
    static const int64_t units[] = {1000000, 100000, 10000, 1000, 100, 10, 1};
    uint64_t unit = (uint64_t)units[digits];
    uint64_t size = (time < 0 ? 0 - (uint64_t)time : (uint64_t)time) + unit / 2;
    int64_t rounded = (int64_t)size / (int64_t)unit * (int64_t)unit;

    return time < 0 ? (int64_t)(0 - (uint64_t)rounded) : rounded;
}

struct interval interval_fit(struct interval interval, struct type type)
{
    int fields = type.length;

    if (fields != 0) {
        int64_t unit = smallest_unit(fields);
        interval.microseconds = unit == 0 ? 0 : interval.microseconds / unit * unit;
        if (unit == 0 && (fields & INTERVAL_DAY) == 0) {
            interval.days = 0;
        }
        if (fields == INTERVAL_YEAR) {
            interval.months = interval.months / MONTHS_PER_YEAR * MONTHS_PER_YEAR;
        }
    }
    if (type.precision > 0) {
        interval.microseconds = round_time(interval.microseconds, type.precision - 1);
    }
    return interval;
}

/* As whole days of 24 hours, and what is left of them, which is not negative. */
static int64_t whole_days(const struct interval *interval, int64_t *rest)
{
    int64_t days = interval->microseconds / MICROSECONDS_PER_DAY;

    *rest = interval->microseconds % MICROSECONDS_PER_DAY;
    if (*rest < 0) {
        *rest += MICROSECONDS_PER_DAY;
        days--;
    }
    return (int64_t)interval->months * DAYS_PER_MONTH + interval->days + days;
}

int interval_compare(const struct interval *a, const struct interval *b)
{
    int64_t rest_a = 0;
    int64_t rest_b = 0;
    int64_t days_a = whole_days(a, &rest_a);
    int64_t days_b = whole_days(b, &rest_b);

    if (days_a != days_b) {
        return days_a < days_b ? -1 : 1;
    }
    return (rest_a > rest_b) - (rest_a < rest_b);
}
