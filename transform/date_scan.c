/* date_scan.c — reads the fields of to_date() and to_timestamp().
 *
 * As lenient as the server: blanks may be missing or too many, a separator stands for any other, a
 * number may be shorter than its field where no digit can follow.
 * SPDX-License-Identifier: Apache-2.0 */
#include "date_scan.h"

#include "date_names.h"

#include "novate/text.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define FIELD_BYTES_MAX 12

struct scan {
    const char *at; /* NUL-terminated */
    const struct date_node *node;
    const struct date_node *end;
    struct date_fields *fields;
    int skipped; /* blanks more than the format has */
    bool fixed;  /* FX */
};

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_separator(char c)
{
    return c > ' ' && c < 0x7f && !(c >= '0' && c <= '9') && !(c >= 'A' && c <= 'Z') &&
           !(c >= 'a' && c <= 'z');
}

static void skip_spaces(struct scan *scan)
{
    for (; is_space(*scan->at); scan->at++) {
        scan->skipped++;
    }
}

static void skip_character(struct scan *scan)
{
    if (*scan->at == '\0') {
        return;
    }
    do {
        scan->at++;
    } while ((*scan->at & 0xc0) == 0x80);
}

/* Does what comes next in the format end a number? */
static bool ends_number(const struct scan *scan)
{
    const struct date_node *next = scan->node + 1;

    if (scan->node->ordinal || next == scan->end) {
        return true;
    }
    if (next->kind == NODE_FIELD) {
        return !next->keyword->is_digit;
    }
    return !(next->bytes[1] == '\0' && next->bytes[0] >= '0' && next->bytes[0] <= '9');
}

/* A field that was read before must have had the same value. */
static enum fault set(int *field, int value)
{
    if (*field != 0 && *field != value) {
        return FAULT_FORMAT_VALUE;
    }
    *field = value;
    return FAULT_NONE;
}

/* `used` are the characters that it took. */
static enum fault take_number(struct scan *scan, int digits, int *used, int *value)
{
    const char *start = scan->at;
    char copy[FIELD_BYTES_MAX + 1] = "";
    char *end = NULL;
    long number = 0;

    while (is_space(*scan->at)) {
        scan->at++;
    }
    errno = 0;
    if (scan->node->fill || ends_number(scan)) {
        number = strtol(start, &end, 10);
        scan->at = end;
    } else {
        size_t size = strnlen(scan->at, (size_t)digits);
        if (size < (size_t)digits) {
            return FAULT_FORMAT_VALUE;
        }
        memcpy(copy, scan->at, size);
        number = strtol(copy, &end, 10);
        size_t taken = (size_t)(end - copy);
        if (taken > 0 && taken < size) {
            return FAULT_FORMAT_VALUE;
        }
        scan->at += taken;
    }
    if (scan->at == start) {
        return FAULT_FORMAT_VALUE;
    }
    if (errno == ERANGE || number < INT_MIN || number > INT_MAX) {
        return FAULT_FORMAT_RANGE;
    }
    *used = (int)(scan->at - start);
    *value = (int)number;
    return FAULT_NONE;
}

static enum fault take_int(struct scan *scan, int digits, int *field)
{
    int used = 0;
    int value = 0;
    enum fault fault = take_number(scan, digits, &used, &value);

    return fault == FAULT_NONE ? set(field, value) : fault;
}

/* One of the names, in any case; `short_size` cuts them, 0 does not. */
static enum fault take_name(
    struct scan *scan, const char *const *names, int count, size_t short_size, int *index)
{
    for (int i = 0; i < count; i++) {
        size_t size = short_size > 0 ? short_size : strlen(names[i]);
        if (strnlen(scan->at, size) == size &&
            text_equal_case(text_from(scan->at, size), text_from(names[i], size))) {
            scan->at += size;
            *index = i;
            return FAULT_NONE;
        }
    }
    return FAULT_FORMAT_VALUE;
}

/* The second of two words counts as 1. */
static enum fault take_pair(struct scan *scan, const char *first, const char *second, int *field)
{
    const char *const names[] = {first, second};
    int index = 0;
    enum fault fault = take_name(scan, names, 2, 0, &index);

    return fault == FAULT_NONE ? set(field, index) : fault;
}

static enum fault take_fraction(struct scan *scan)
{
    static const int scales[] = {100000, 10000, 1000, 100, 10, 1};
    struct date_fields *fields = scan->fields;
    const struct date_keyword *keyword = scan->node->keyword;
    bool milli = strcmp(keyword->name, "MS") == 0;
    int *field = milli ? &fields->millisecond : &fields->microsecond;
    int used = 0;
    int value = 0;

    if (keyword->name[0] == 'F') {
        fields->fraction_digits = keyword->digits;
    }
    enum fault fault = take_number(scan, keyword->digits, &used, &value);

    if (fault == FAULT_NONE) {
        fault = set(field, value);
    }
    if (fault == FAULT_NONE) { /* "25" of US is a quarter of a second */
        int scale = used < 1 || used > 6 ? 1 : scales[used - 1];
        *field *= milli ? (used == 1 ? 100 : used == 2 ? 10 : 1) : scale;
    }
    return fault;
}

/* Two-digit years are those nearest to 2020. */
static enum fault take_year(struct scan *scan)
{
    int digits = scan->node->keyword->digits;
    int used = 0;
    int year = 0;
    enum fault fault = take_number(scan, digits, &used, &year);

    if (fault == FAULT_NONE) {
        fault = set(&scan->fields->year, year);
    }
    if (fault == FAULT_NONE && digits < 4 && used < 4) {
        year = scan->fields->year;
        scan->fields->year = year < 70     ? year + 2000
                             : year < 100  ? year + 1900
                             : year < 520  ? year + 2000
                             : year < 1000 ? year + 1000
                                           : year;
    }
    return fault;
}

static enum fault take_zone_hour(struct scan *scan)
{
    struct date_fields *fields = scan->fields;

    if (*scan->at == '+' || *scan->at == '-' || *scan->at == ' ') {
        fields->zone_sign = *scan->at == '-' ? -1 : 1;
        scan->at++;
    } else {
        /* The sign may have been taken for a separator. */
        fields->zone_sign = scan->skipped > 0 && scan->at[-1] == '-' ? -1 : 1;
    }
    return take_int(scan, 2, &fields->zone_hour);
}

static enum fault take_calendar_name(struct scan *scan, bool months, size_t short_size)
{
    struct date_fields *fields = scan->fields;
    int index = 0;
    enum fault fault = take_name(
        scan, months ? date_month_names : date_day_names, months ? 12 : 7, short_size, &index);

    if (fault != FAULT_NONE) {
        return fault;
    }
    if (months) {
        return set(&fields->month, index + 1);
    }
    fault = set(&fields->weekday, index);
    fields->weekday++;
    return fault;
}

/* Fields that are a number and nothing else; NULL for another. */
static int *number_field(const struct scan *scan)
{
    struct date_fields *fields = scan->fields;

    switch ((int)scan->node->keyword->field) {
    case FIELD_HOUR_24:
    case FIELD_HOUR_12:
        return &fields->hour;
    case FIELD_MINUTE:
        return &fields->minute;
    case FIELD_SECOND:
        return &fields->second;
    case FIELD_SECOND_OF_DAY:
        return &fields->second_of_day;
    case FIELD_MONTH:
        return &fields->month;
    case FIELD_DAY:
        return &fields->day;
    case FIELD_DAY_OF_YEAR:
        return &fields->day_of_year;
    case FIELD_DAY_OF_WEEK:
        return &fields->weekday;
    case FIELD_JULIAN:
        return &fields->julian;
    default:
        return NULL;
    }
}

static enum fault take_field(struct scan *scan)
{
    struct date_fields *fields = scan->fields;
    const struct date_keyword *keyword = scan->node->keyword;
    int *number = number_field(scan);
    int used = 0;
    int value = 0;

    if (number != NULL) {
        fields->clock_12 = fields->clock_12 || keyword->field == FIELD_HOUR_12;
        return take_int(scan, keyword->digits, number);
    }
    switch ((int)keyword->field) {
    case FIELD_MERIDIEM:
        fields->clock_12 = true;
        return take_pair(scan, "am", "pm", &fields->afternoon);
    case FIELD_MERIDIEM_DOTS:
        fields->clock_12 = true;
        return take_pair(scan, "a.m.", "p.m.", &fields->afternoon);
    case FIELD_ERA:
        return take_pair(scan, "ad", "bc", &fields->before_christ);
    case FIELD_ERA_DOTS:
        return take_pair(scan, "a.d.", "b.c.", &fields->before_christ);
    case FIELD_FRACTION:
        return take_fraction(scan);
    case FIELD_YEAR:
        return take_year(scan);
    case FIELD_MONTH_NAME:
    case FIELD_MONTH_SHORT:
        return take_calendar_name(scan, true, keyword->field == FIELD_MONTH_SHORT ? 3 : 0);
    case FIELD_DAY_NAME:
    case FIELD_DAY_SHORT:
        return take_calendar_name(scan, false, keyword->field == FIELD_DAY_SHORT ? 3 : 0);
    case FIELD_ZONE_HOUR:
        return take_zone_hour(scan);
    case FIELD_ZONE_MINUTE:
        fields->zone_sign = fields->zone_sign == 0 ? 1 : fields->zone_sign;
        return take_int(scan, 2, &fields->zone_minute);
    case FIELD_QUARTER: /* read, and of no use */
        return take_number(scan, 1, &used, &value);
    default:
        scan->fixed = true; /* FX */
        return FAULT_NONE;
    }
}

/* What stands between fields. */
static void take_between(struct scan *scan)
{
    bool character = scan->node->kind == NODE_CHARACTER;

    if (scan->fixed) {
        skip_character(scan);
    } else if (character && scan->skipped > 0) {
        scan->skipped--; /* one of the blanks stood for it */
    } else if (character) {
        skip_character(scan);
    } else {
        scan->skipped--;
        if (is_space(*scan->at) || is_separator(*scan->at)) {
            scan->at++;
            scan->skipped++;
        }
    }
}

static bool takes_ordinal(const struct date_node *node)
{
    switch ((int)node->keyword->field) {
    case FIELD_MERIDIEM:
    case FIELD_MERIDIEM_DOTS:
    case FIELD_ERA:
    case FIELD_ERA_DOTS:
    case FIELD_MONTH_NAME:
    case FIELD_MONTH_SHORT:
    case FIELD_DAY_NAME:
    case FIELD_DAY_SHORT:
    case FIELD_ZONE_HOUR:
    case FIELD_ZONE_MINUTE:
    case FIELD_FX:
        return false;
    default:
        return node->ordinal;
    }
}

static enum fault take_all(const struct date_format *format, struct scan *scan)
{
    for (; scan->node < scan->end && *scan->at != '\0'; scan->node++) {
        bool field = scan->node->kind == NODE_FIELD;
        bool fix = field && scan->node->keyword->field == FIELD_FX;
        if (!scan->fixed && !fix && (field || scan->node == format->nodes)) {
            skip_spaces(scan);
        }
        if (!field) {
            take_between(scan);
            continue;
        }
        enum fault fault = take_field(scan);
        if (fault != FAULT_NONE) {
            return fault;
        }
        if (takes_ordinal(scan->node)) {
            skip_character(scan);
            skip_character(scan);
        }
        if (!scan->fixed) {
            scan->skipped = 0;
            skip_spaces(scan);
        }
    }
    return FAULT_NONE;
}

enum fault date_scan(const struct date_format *format, const char *text, struct date_fields *fields)
{
    struct scan scan = {
        .at = text, .node = format->nodes, .end = format->nodes + format->count, .fields = fields};

    *fields = (struct date_fields){.hour = 0};
    return take_all(format, &scan);
}
