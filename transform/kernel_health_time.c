/* kernel_health_time.c — times of HL7, days of spreadsheets, and dates that mean that there is
 * none. SPDX-License-Identifier: Apache-2.0 */
#include "kernel_health.h"
#include "kernels.h"

#include <math.h>

#define MICROSECONDS_PER_HOUR (INT64_C(3600) * 1000000)

/* A time stamp of HL7 version 2: YYYY[MM[DD[HH[MM[SS[.S[S[S[S]]]]]]]]][+/-ZZZZ]. */
struct hl7 {
    struct datetime_fields fields;
    enum word precision;
};

static int number_at(struct text text, uint32_t at, uint32_t digits)
{
    int number = 0;

    for (uint32_t i = at; i < at + digits; i++) {
        number = number * 10 + text.data[i] - '0';
    }
    return number;
}

static uint32_t digits_at(struct text text, uint32_t at)
{
    uint32_t count = 0;

    while (at + count < text.size && is_digit(text.data[at + count])) {
        count++;
    }
    return count;
}

/* The fields that the digits say; the others are the first of their kind. */
static bool read_fields(struct text text, uint32_t digits, struct hl7 *hl7)
{
    struct datetime_fields *fields = &hl7->fields;
    int *const parts[] = {
        &fields->month, &fields->day, &fields->hour, &fields->minute, &fields->second};
    uint32_t count = (digits - 4) / 2;

    if (digits < 4 || digits > 14 || digits % 2 != 0) {
        return false;
    }
    *hl7 = (struct hl7){.fields = {.year = number_at(text, 0, 4), .month = 1, .day = 1}};
    for (uint32_t i = 0; i < count; i++) {
        *parts[i] = number_at(text, 4 + 2 * i, 2);
    }
    hl7->precision = (enum word)((uint32_t)WORD_HL7_YEAR + count);
    return true;
}

static bool read_fraction(struct text text, uint32_t *at, struct hl7 *hl7)
{
    uint32_t digits = digits_at(text, *at + 1);

    if (hl7->precision != WORD_HL7_SECOND || digits < 1 || digits > 4) {
        return false;
    }
    int fraction = number_at(text, *at + 1, digits);
    for (uint32_t i = digits; i < 6; i++) {
        fraction *= 10;
    }
    hl7->fields.microsecond = fraction;
    hl7->precision = WORD_HL7_FRACTION;
    *at += 1 + digits;
    return true;
}

static bool read_offset(struct text text, uint32_t *at, struct datetime_fields *fields)
{
    if (digits_at(text, *at + 1) != 4) {
        return false;
    }
    int hours = number_at(text, *at + 1, 2);
    int minutes = number_at(text, *at + 3, 2);
    if (hours > 15 || minutes > 59) {
        return false;
    }
    fields->has_zone = true;
    fields->zone_seconds = (hours * 60 + minutes) * (text.data[*at] == '-' ? -60 : 60);
    *at += 5;
    return true;
}

static enum fault read_hl7(struct text text, struct hl7 *hl7)
{
    text = text_trim(text);
    uint32_t at = digits_at(text, 0);
    if (!read_fields(text, at, hl7)) {
        return FAULT_HL7;
    }
    if (at < text.size && text.data[at] == '.' && !read_fraction(text, &at, hl7)) {
        return FAULT_HL7;
    }
    if (at < text.size && (text.data[at] == '+' || text.data[at] == '-') &&
        !read_offset(text, &at, &hl7->fields)) {
        return FAULT_HL7;
    }
    if (at != text.size) {
        return FAULT_HL7;
    }
    bool sound = datetime_fields_valid(&hl7->fields) && hl7->fields.year > 0 &&
                 hl7->fields.hour < 24 && hl7->fields.second < 60;
    return sound ? FAULT_NONE : FAULT_DATE_RANGE;
}

void kernel_hl7_timestamp(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct hl7 hl7;
        enum fault fault = read_hl7(call_text(call, 0, row), &hl7);
        if (fault != FAULT_NONE) {
            call_fail(call, row, fault);
            continue;
        }
        const struct datetime_fields *fields = &hl7.fields;
        int64_t seconds = (fields->hour * 60 + fields->minute) * 60 + fields->second;
        int64_t local =
            date_from_civil(fields->year, fields->month, fields->day) * MICROSECONDS_PER_DAY +
            seconds * 1000000 + fields->microsecond;
        call->result->int64s[row] = fields->has_zone
                                        ? local - (int64_t)fields->zone_seconds * 1000000
                                    : call->zone != NULL ? zone_to_utc(call->zone, local)
                                                         : local;
    }
}

void kernel_hl7_precision(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct hl7 hl7;
        enum fault fault = read_hl7(call_text(call, 0, row), &hl7);
        if (fault != FAULT_NONE) {
            call_fail(call, row, fault);
        } else {
            health_put_word(call, row, hl7.precision);
        }
    }
}

/* Days of a spreadsheet: 1 is 1900-01-01, and 60 would be 29 February 1900, a day that never was;
 * or 0 is 1904-01-01. The last is 9999-12-31. */
static void put_serial(struct call *call, int row, bool is_serial, int64_t serial)
{
    int64_t epoch = call->arg_count > 1 ? call_int64(call, 1, row) : 1900;
    int64_t first = epoch == 1904 ? 0 : 1;
    int64_t day_zero = epoch == 1904 ? date_from_civil(1904, 1, 1)
                       : serial > 60 ? date_from_civil(1899, 12, 30)
                                     : date_from_civil(1899, 12, 31);

    if (epoch != 1900 && epoch != 1904) {
        call_fail(call, row, FAULT_EXCEL_EPOCH);
    } else if (!is_serial || serial < first || serial > date_from_civil(9999, 12, 31) - day_zero) {
        call_fail(call, row, FAULT_EXCEL_SERIAL);
    } else if (epoch == 1900 && serial == 60) {
        call_fail(call, row, FAULT_EXCEL_DAY_60);
    } else {
        call->result->int64s[row] = day_zero + serial;
    }
}

void kernel_excel_date_int(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        int64_t serial = call_int64(call, 0, row);
        /* far enough from the ends for arithmetic */
        put_serial(call, row, serial >= 0 && serial < INT32_MAX, serial);
    }
}

/* The fraction is the time of day. */
void kernel_excel_date_float(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        double serial = call_double(call, 0, row);
        bool is_serial = serial >= 0 && serial < INT32_MAX; /* false for NaN */
        put_serial(call, row, is_serial, is_serial ? (int64_t)floor(serial) : 0);
    }
}

static void put_decimal_serial(struct call *call, int row, const struct decimal *value)
{
    int64_t serial = 0;
    bool is_serial = decimal_to_int64(value, &serial) == DECIMAL_OK && !value->negative;

    struct decimal rounded = decimal_from_int64(serial);
    if (is_serial && decimal_compare(&rounded, value) > 0) {
        serial--; /* it was rounded upwards */
    }
    put_serial(call, row, is_serial && serial < INT32_MAX, serial);
}

void kernel_excel_date_numeric(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        put_decimal_serial(call, row, call_decimal(call, 0, row));
    }
}

void kernel_excel_date_text(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct text text = text_trim(call_text(call, 0, row));
        struct result_number number;
        struct decimal value = decimal_from_int64(-1);
        if (result_number_read(&text, 0, &number) && text.size == 0 &&
            decimal_parse(text_from(number.digits, number.size), call->arena, &value) ==
                DECIMAL_MEMORY) {
            call->out_of_memory = true;
            return;
        }
        put_decimal_serial(call, row, &value);
    }
}

enum {
    SENTINELS = 6
};

/* Days that systems write where there is no date: the first that they can, or one far ahead. */
static const struct sentinel {
    int16_t year;
    int8_t month, day;
} sentinels[SENTINELS] = {
    {1753, 1, 1}, {1753, 1, 3}, {1800, 1, 1}, {1900, 1, 1}, {2100, 12, 31}, {9999, 12, 31}};

static void find_sentinels(int64_t days[SENTINELS])
{
    for (int i = 0; i < SENTINELS; i++) {
        days[i] = date_from_civil(sentinels[i].year, sentinels[i].month, sentinels[i].day);
    }
}

void kernel_known_date(struct call *call)
{
    int64_t days[SENTINELS];

    find_sentinels(days);
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        int64_t date = call_int64(call, 0, row);
        bool known = true;
        for (int i = 0; i < SENTINELS; i++) {
            known = known && date != days[i];
        }
        if (known) {
            call->result->int64s[row] = date;
        } else {
            call_null(call, row);
        }
    }
}

/* Any time of such a day; with a time zone, of that day anywhere on earth: the zone that it was
 * written in is not the one that it is read in. */
void kernel_known_timestamp(struct call *call)
{
    bool zoned = call->type->id == TYPE_TIMESTAMPTZ;
    int64_t before = zoned ? 14 * MICROSECONDS_PER_HOUR : 0;
    int64_t behind = zoned ? 12 * MICROSECONDS_PER_HOUR : 0;
    int64_t days[SENTINELS];

    find_sentinels(days);
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        int64_t at = call_int64(call, 0, row);
        bool known = true;
        for (int i = 0; i < SENTINELS; i++) {
            int64_t begin = days[i] * MICROSECONDS_PER_DAY;
            known = known && (at < begin - before || at >= begin + MICROSECONDS_PER_DAY + behind);
        }
        if (known) {
            call->result->int64s[row] = at;
        } else {
            call_null(call, row);
        }
    }
}
