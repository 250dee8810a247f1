/* kernel_write_date.c — to_char() of timestamps and intervals.
 *
 * The format is constant and has been taken apart by the checker: it is the state of the call.
 * SPDX-License-Identifier: Apache-2.0 */
#include "date_format.h"
#include "date_names.h"
#include "kernels.h"
#include "moment.h"

#include "novate/interval.h"
#include "novate/limits.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const date_month_names[12] = {"January",
                                          "February",
                                          "March",
                                          "April",
                                          "May",
                                          "June",
                                          "July",
                                          "August",
                                          "September",
                                          "October",
                                          "November",
                                          "December"};
const char *const date_day_names[7] = {
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
const char *const date_roman_months[12] = {
    "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"};

/* What is written; the fields of an interval may be negative. */
struct written {
    int64_t year; /* 0 is 1 BC */
    int month;
    int day;
    int64_t hour;
    int minute;
    int second;
    int microsecond;
    int32_t offset;
    int64_t date;
    int64_t day_of_year;
    bool interval;
};

/* A number of so many digits, and one more where it is negative; none if they are not to be
 * filled. */
static void put_number(
    struct text_buffer *out, const struct date_node *node, int64_t value, int digits, bool negative)
{
    char text[32];
    int width = node->fill ? 0 : digits + (negative ? 1 : 0);
    int size = snprintf(text, sizeof text, "%0*" PRId64, width, value);

    text_buffer_push(out, text, (size_t)size);
    if (node->ordinal) {
        text_buffer_string(out, ordinal_suffix(text, (size_t)size, node->ordinal_upper));
    }
}

/* Like put_number(), filled whatever the format says. */
static void put_digits(struct text_buffer *out,
                       const struct date_node *node,
                       int64_t value,
                       int digits)
{
    struct date_node filled = *node;

    filled.fill = false;
    put_number(out, &filled, value, digits, false);
}

static void put_name(struct text_buffer *out,
                     const struct date_node *node,
                     const char *name,
                     size_t size,
                     size_t width)
{
    enum date_case form = (enum date_case)node->keyword->form;

    for (size_t i = 0; i < size; i++) {
        char c = name[i];
        bool small = c >= 'a' && c <= 'z';
        bool large = c >= 'A' && c <= 'Z';
        if (small && form == CASE_UPPER) {
            c = (char)(c - 'a' + 'A');
        } else if (large && form == CASE_LOWER) {
            c = (char)(c - 'A' + 'a');
        }
        text_buffer_char(out, c);
    }
    for (size_t i = size; !node->fill && i < width; i++) {
        text_buffer_char(out, ' ');
    }
}

/* A full name to 9 characters, a short one of 3. */
static void put_calendar_name(struct text_buffer *out,
                              const struct date_node *node,
                              const char *name,
                              bool full)
{
    put_name(out, node, name, full ? strlen(name) : 3, full ? 9 : 0);
}

static void put_word(struct text_buffer *out, const struct date_node *node, const char *word)
{
    put_name(out, node, word, strlen(word), 0);
}

/* Years before Christ are counted backwards from 1; those of an interval are a number. */
static int64_t shown_year(const struct written *written, int64_t year)
{
    return written->interval || year > 0 ? year : 1 - year;
}

static void put_year(struct text_buffer *out,
                     const struct date_node *node,
                     const struct written *written)
{
    static const int64_t limits[] = {10, 100, 1000, INT64_MAX};
    int digits = node->keyword->digits;
    int64_t year = shown_year(written, written->year);
    bool negative = year < 0;

    if (node->keyword->field == FIELD_ISO_YEAR) {
        int64_t iso_year = 0;
        (void)moment_iso_week(written->date, &iso_year);
        year = shown_year(written, iso_year);
    }
    put_number(
        out, node, digits == 4 ? year : year % limits[digits - 1], digits, negative && digits > 1);
}

static void put_century(struct text_buffer *out,
                        const struct date_node *node,
                        const struct written *written)
{
    int64_t year = written->year;
    int64_t century = written->interval ? year / 100
                      : year > 0        ? (year - 1) / 100 + 1
                                        : year / 100 - 1;

    put_number(out, node, century, 2, century < 0);
}

static void put_offset(struct text_buffer *out,
                       const struct date_node *node,
                       const struct written *written)
{
    int32_t size = abs(written->offset);

    if (node->keyword->field == FIELD_ZONE_MINUTE) {
        text_buffer_format(out, "%02d", size % 3600 / 60);
        return;
    }
    text_buffer_char(out, written->offset < 0 ? '-' : '+');
    if (node->keyword->field == FIELD_ZONE_HOUR) {
        text_buffer_format(out, "%02d", size / 3600);
        return;
    }
    text_buffer_format(out, "%0*d", node->fill ? 0 : 2, size / 3600);
    if (size % 3600 != 0) {
        text_buffer_format(out, ":%02d", size % 3600 / 60);
    }
}

static void put_time(struct text_buffer *out,
                     const struct date_node *node,
                     const struct written *written)
{
    static const int units[] = {100000, 10000, 1000, 100, 10, 1};
    int64_t hour = written->hour;
    bool afternoon = hour % 24 >= 12;

    switch ((int)node->keyword->field) {
    case FIELD_MERIDIEM:
        put_word(out, node, afternoon ? "PM" : "AM");
        break;
    case FIELD_MERIDIEM_DOTS:
        put_word(out, node, afternoon ? "P.M." : "A.M.");
        break;
    case FIELD_HOUR_24:
        put_number(out, node, hour, 2, hour < 0);
        break;
    case FIELD_HOUR_12:
        put_number(out, node, hour % 12 == 0 ? 12 : hour % 12, 2, hour < 0);
        break;
    case FIELD_MINUTE:
        put_number(out, node, written->minute, 2, written->minute < 0);
        break;
    case FIELD_SECOND:
        put_number(out, node, written->second, 2, written->second < 0);
        break;
    case FIELD_SECOND_OF_DAY:
        put_digits(out, node, hour * 3600 + written->minute * 60 + written->second, 0);
        break;
    case FIELD_FRACTION:
        put_digits(out,
                   node,
                   written->microsecond / units[node->keyword->digits - 1],
                   node->keyword->digits);
        break;
    default:
        put_offset(out, node, written);
        break;
    }
}

static void put_day(struct text_buffer *out,
                    const struct date_node *node,
                    const struct written *written)
{
    int weekday = moment_weekday(written->date);
    int64_t iso_year = 0;

    switch ((int)node->keyword->field) {
    case FIELD_DAY_NAME:
        put_calendar_name(out, node, date_day_names[weekday], true);
        break;
    case FIELD_DAY_SHORT:
        put_calendar_name(out, node, date_day_names[weekday], false);
        break;
    case FIELD_DAY_OF_YEAR:
        put_number(out, node, written->day_of_year, 3, false);
        break;
    case FIELD_ISO_DAY_OF_YEAR:
        put_number(out, node, moment_iso_day_of_year(written->date), 3, false);
        break;
    case FIELD_DAY:
        put_number(out, node, written->day, 2, false);
        break;
    case FIELD_DAY_OF_WEEK:
        put_digits(out, node, weekday + 1, 0);
        break;
    case FIELD_ISO_DAY_OF_WEEK:
        put_digits(out, node, weekday == 0 ? 7 : weekday, 0);
        break;
    case FIELD_WEEK:
        put_number(out, node, (written->day_of_year - 1) / 7 + 1, 2, false);
        break;
    case FIELD_ISO_WEEK:
        put_number(out, node, moment_iso_week(written->date, &iso_year), 2, false);
        break;
    case FIELD_WEEK_OF_MONTH:
        put_digits(out, node, (written->day - 1) / 7 + 1, 0);
        break;
    default:
        put_digits(out, node, written->date + JULIAN_EPOCH_DAYS, 0);
        break;
    }
}

static void put_comma_year(struct text_buffer *out,
                           const struct date_node *node,
                           const struct written *written)
{
    int64_t year = shown_year(written, written->year);
    int64_t thousands = year / 1000;

    text_buffer_format(out, "%" PRId64 ",", thousands);
    put_digits(out, node, year - thousands * 1000, 3);
}

static void put_field(struct text_buffer *out,
                      const struct date_node *node,
                      const struct written *written)
{
    switch ((int)node->keyword->field) {
    case FIELD_ERA:
        put_word(out, node, written->year <= 0 ? "BC" : "AD");
        break;
    case FIELD_ERA_DOTS:
        put_word(out, node, written->year <= 0 ? "B.C." : "A.D.");
        break;
    case FIELD_CENTURY:
        put_century(out, node, written);
        break;
    case FIELD_MONTH:
        put_number(out, node, written->month, 2, written->month < 0);
        break;
    case FIELD_MONTH_NAME:
        put_calendar_name(out, node, date_month_names[written->month - 1], true);
        break;
    case FIELD_MONTH_SHORT:
        put_calendar_name(out, node, date_month_names[written->month - 1], false);
        break;
    case FIELD_MONTH_ROMAN: {
        const char *roman = date_roman_months[written->month - 1];
        put_name(out, node, roman, strlen(roman), 4);
        break;
    }
    case FIELD_QUARTER:
        if (written->month != 0) {
            put_digits(out, node, (written->month - 1) / 3 + 1, 0);
        }
        break;
    case FIELD_YEAR:
    case FIELD_ISO_YEAR:
        put_year(out, node, written);
        break;
    case FIELD_YEAR_COMMA:
        put_comma_year(out, node, written);
        break;
    case FIELD_FX:
        break;
    case FIELD_DAY_NAME:
    case FIELD_DAY_SHORT:
    case FIELD_DAY_OF_YEAR:
    case FIELD_ISO_DAY_OF_YEAR:
    case FIELD_DAY:
    case FIELD_DAY_OF_WEEK:
    case FIELD_ISO_DAY_OF_WEEK:
    case FIELD_WEEK:
    case FIELD_ISO_WEEK:
    case FIELD_WEEK_OF_MONTH:
    case FIELD_JULIAN:
        put_day(out, node, written);
        break;
    default:
        put_time(out, node, written);
        break;
    }
}

static struct written of_timestamp(const struct call *call, int row)
{
    int64_t value = call_int64(call, 0, row);
    bool zoned = call->types[0]->id == TYPE_TIMESTAMPTZ && call->zone != NULL;
    int64_t local = zoned ? zone_to_local(call->zone, value) : value;
    struct moment moment = moment_of(local);

    return (struct written){.year = moment.year,
                            .month = moment.month,
                            .day = moment.day,
                            .hour = moment.time / MICROSECONDS_PER_HOUR,
                            .minute = (int)(moment.time / MICROSECONDS_PER_MINUTE % 60),
                            .second = (int)(moment.time / MICROSECONDS_PER_SECOND % 60),
                            .microsecond = (int)(moment.time % MICROSECONDS_PER_SECOND),
                            .offset = (int32_t)((local - value) / MICROSECONDS_PER_SECOND),
                            .date = timestamp_date(local),
                            .day_of_year = moment_day_of_year(timestamp_date(local))};
}

static struct written of_interval(const struct interval *interval)
{
    int64_t time = interval->microseconds;
    int64_t month_days = (int64_t)interval->months * DAYS_PER_MONTH;

    return (struct written){.year = interval->months / MONTHS_PER_YEAR,
                            .month = interval->months % MONTHS_PER_YEAR,
                            .day = interval->days,
                            .hour = time / MICROSECONDS_PER_HOUR,
                            .minute = (int)(time / MICROSECONDS_PER_MINUTE % 60),
                            .second = (int)(time / MICROSECONDS_PER_SECOND % 60),
                            .microsecond = (int)(time % MICROSECONDS_PER_SECOND),
                            .day_of_year = (int32_t)(uint32_t)(month_days + interval->days),
                            .interval = true};
}

static void write_row(struct call *call, int row, struct text_buffer *out)
{
    const struct date_format *format = call->state;
    bool interval = call->types[0]->id == TYPE_INTERVAL;
    struct written written = interval
                                 ? of_interval(&call->args[0]->intervals[call_slot(call, 0, row)])
                                 : of_timestamp(call, row);

    text_buffer_reset(out);
    for (int i = 0; i < format->count; i++) {
        const struct date_node *node = &format->nodes[i];
        if (node->kind == NODE_FIELD) {
            put_field(out, node, &written);
        } else {
            text_buffer_string(out, node->bytes);
        }
    }
    char *text = out->failed ? NULL : call_bytes(call, out->size);
    if (text == NULL) {
        call->out_of_memory = true;
        return;
    }
    if (out->size > 0) {
        memcpy(text, out->data, out->size);
    }
    call->result->texts[row] = text_from(text, out->size);
}

/* Of an infinite timestamp, and in an empty format, nothing can be written. */
void kernel_write_date(struct call *call)
{
    bool empty = ((const struct date_format *)call->state)->empty;
    bool interval = call->types[0]->id == TYPE_INTERVAL;
    struct text_buffer buffer;

    text_buffer_init(&buffer, LIMIT_FIELD_BYTES);
    for (int k = 0; k < call->count && !call->out_of_memory; k++) {
        int row = call_row(call, k);
        if (empty || (!interval && moment_is_infinite(call_int64(call, 0, row)))) {
            call_null(call, row);
        } else {
            write_row(call, row, &buffer);
        }
    }
    text_buffer_release(&buffer);
}
