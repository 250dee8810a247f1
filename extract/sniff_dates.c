/* sniff_dates.c — which format of dates a text has.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "sniff_dates.h"

#include "novate/datetime.h"

#include <stdio.h>
#include <string.h>

/* In shapes 9 is a digit and a an ASCII letter. */
static const struct date_row {
    const char *shape;
    const char *format;
    const char *month_first; /* NULL: there is one order only */
} DATE_ROWS[SNIFF_DATES] = {
    {"9999-99-99", "YYYY-MM-DD", NULL},
    {"99/99/9999", "DD/MM/YYYY", "MM/DD/YYYY"},
    {"99-99-9999", "DD-MM-YYYY", "MM-DD-YYYY"},
    {"99.99.9999", "DD.MM.YYYY", "MM.DD.YYYY"},
    {"99-aaa-9999", "DD-MON-YYYY", NULL},
    {"99 aaa 9999", "DD MON YYYY", NULL},
    {"99/aaa/9999", "DD/MON/YYYY", NULL},
    {"9999/99/99", "YYYY/MM/DD", NULL},
    {"99999999", "YYYYMMDD", NULL},
};

static const struct time_row {
    const char *shape;
    const char *format;
} TIME_ROWS[SNIFF_TIMES] = {
    {"", ""},
    {" 99:99", " HH24:MI"},
    {" 99:99:99", " HH24:MI:SS"},
    {" 99:99:99.9", " HH24:MI:SS.FF1"},
    {" 99:99:99.99", " HH24:MI:SS.FF2"},
    {" 99:99:99.999", " HH24:MI:SS.MS"},
    {" 99:99:99.9999", " HH24:MI:SS.FF4"},
    {" 99:99:99.99999", " HH24:MI:SS.FF5"},
    {" 99:99:99.999999", " HH24:MI:SS.US"},
    {" 99:99:99 aa", " HH12:MI:SS AM"},
    {"T99:99", "THH24:MI"},
    {"T99:99:99", "THH24:MI:SS"},
    {"T99:99:99.9", "THH24:MI:SS.FF1"},
    {"T99:99:99.99", "THH24:MI:SS.FF2"},
    {"T99:99:99.999", "THH24:MI:SS.MS"},
    {"T99:99:99.9999", "THH24:MI:SS.FF4"},
    {"T99:99:99.99999", "THH24:MI:SS.FF5"},
    {"T99:99:99.999999", "THH24:MI:SS.US"},
    {" 99:99 aa", " HH12:MI AM"},
    {"9999", "HH24MI"},
    {"999999", "HH24MISS"},
};

enum {
    YEAR_FIRST = 1850, /* eight digits are a date only between these */
    YEAR_LAST = 2110
};

struct cached_pattern {
    bool ready;
    bool usable;
    struct datetime_pattern pattern;
};

struct sniff_dates {
    struct cached_pattern day[SNIFF_DATES][SNIFF_TIMES];
    struct cached_pattern month[SNIFF_DATES][SNIFF_TIMES];
};

struct sniff_dates *sniff_dates_create(struct arena *arena)
{
    return ARENA_NEW(arena, struct sniff_dates);
}

bool sniff_date_has_orders(int date)
{
    return DATE_ROWS[date].month_first != NULL;
}

bool sniff_date_is_iso(int date)
{
    return date == 0;
}

bool sniff_date_is_digits(int date)
{
    return date == SNIFF_DATES - 1;
}

void sniff_date_format(int date, int time, bool month_first, char format[SNIFF_FORMAT_SIZE])
{
    const char *first = month_first ? DATE_ROWS[date].month_first : DATE_ROWS[date].format;
    (void)snprintf(format, SNIFF_FORMAT_SIZE, "%s%s", first, TIME_ROWS[time].format);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* Does the text begin with the shape? */
static bool has_shape(const char *shape, struct text text)
{
    size_t i = 0;
    for (; shape[i] != '\0'; i++) {
        if (i == text.size) {
            return false;
        }
        char c = text.data[i];
        bool same = shape[i] == '9' ? is_digit(c) : shape[i] == 'a' ? is_letter(c) : c == shape[i];
        if (!same) {
            return false;
        }
    }
    return true;
}

static bool reads(struct cached_pattern *cached,
                  int date,
                  int time,
                  bool month_first,
                  struct text text,
                  struct datetime_fields *fields)
{
    if (!cached->ready) {
        char format[SNIFF_FORMAT_SIZE];
        struct error ignored = ERROR_NONE;
        sniff_date_format(date, time, month_first, format);
        cached->usable = datetime_pattern_parse(text_of(format), &cached->pattern, &ignored);
        cached->ready = true;
    }
    return cached->usable &&
           datetime_pattern_apply(&cached->pattern, text, fields) == DATETIME_OK &&
           datetime_fields_valid(fields);
}

/* Takes Z, +01 or +01:00 off the end of a text that has a time. */
static bool zone_cut(struct text *text)
{
    static const char *const shapes[] = {"Z", "+99:99", "-99:99", "+9999", "-9999", "+99", "-99"};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        size_t size = strlen(shapes[i]);
        if (text->size < size + 16) {
            continue;
        }
        struct text tail = text_from(text->data + text->size - size, size);
        char before = text->data[text->size - size - 1];
        if (has_shape(shapes[i], tail) && is_digit(before)) {
            *text = text_from(text->data, text->size - size);
            return true;
        }
    }
    return false;
}

static bool match_with(struct sniff_dates *dates, struct text text, struct sniff_date *match)
{
    struct datetime_fields fields;
    for (int date = 0; date < SNIFF_DATES; date++) {
        if (!has_shape(DATE_ROWS[date].shape, text)) {
            continue;
        }
        size_t size = strlen(DATE_ROWS[date].shape);
        struct text rest = text_from(text.data + size, text.size - size);
        for (int time = 0; time < SNIFF_TIMES; time++) {
            bool fits = strlen(TIME_ROWS[time].shape) == rest.size &&
                        has_shape(TIME_ROWS[time].shape, rest);
            if (!fits) {
                continue;
            }
            match->date = date;
            match->time = time;
            match->day_first = reads(&dates->day[date][time], date, time, false, text, &fields) &&
                               (!sniff_date_is_digits(date) ||
                                (fields.year >= YEAR_FIRST && fields.year <= YEAR_LAST));
            match->month_first = sniff_date_has_orders(date) &&
                                 reads(&dates->month[date][time], date, time, true, text, &fields);
            return match->day_first || match->month_first;
        }
    }
    return false;
}

bool sniff_dates_match(struct sniff_dates *dates, struct text text, struct sniff_date *match)
{
    *match = (struct sniff_date){.date = 0};
    if (text.size < 8 || text.size > 40 || !is_digit(text.data[0])) {
        return false;
    }
    if (match_with(dates, text, match)) {
        return true;
    }
    match->zoned = zone_cut(&text);
    return match->zoned && match_with(dates, text, match) && match->time != 0;
}
