/* fuzz_datetime.c — dates and times, as texts, as numbers and by declared formats.
 *
 * The first byte says what the others are: 0 a text; 1 eight bytes of a value; 2 a format and a
 * text, with a zero byte between. Its upper bits are the fraction digits and the time zone. Held:
 * value → text → value is the same value, and in range; a day is its calendar fields and back;
 * local time is that of UTC and back where the clocks do not change; what a format reads is a date.
 * SPDX-License-Identifier: Apache-2.0 */
#include "datetime_internal.h"
#include "fuzz.h"

#include "novate/datetime.h"
#include "novate/limits.h"

#include <string.h>

enum {
    ZONES = 3,
    HOURS_MAX = 3
};

static struct {
    bool ready;
    struct arena arena;
    const struct zone *zones[ZONES]; /* the first is UTC */
    struct text_buffer text;
} fuzz;

static void prepare(void)
{
    struct error error = ERROR_NONE;

    arena_init(&fuzz.arena, 65536, NULL);
    text_buffer_init(&fuzz.text, 4096);
    FUZZ_ASSERT(zone_load("Europe/London", &fuzz.arena, &fuzz.zones[1], &error));
    FUZZ_ASSERT(zone_load("Australia/Lord_Howe", &fuzz.arena, &fuzz.zones[2], &error));
    fuzz.ready = true;
}

static struct text formatted(void)
{
    FUZZ_ASSERT(!fuzz.text.failed);
    return text_from(fuzz.text.data, fuzz.text.size);
}

static bool infinite(int64_t value)
{
    return value == DATETIME_INFINITY || value == DATETIME_NEGATIVE_INFINITY;
}

static void check_date(int64_t date)
{
    int64_t again = 0;
    int64_t year = 0;
    int month = 0;
    int day = 0;

    text_buffer_reset(&fuzz.text);
    date_format(date, &fuzz.text);
    FUZZ_ASSERT(date_parse(formatted(), &again) == DATETIME_OK && again == date);
    if (!infinite(date)) {
        FUZZ_ASSERT(date >= DATETIME_DATE_MIN && date < DATETIME_DATE_MAX);
        date_to_civil(date, &year, &month, &day);
        FUZZ_ASSERT(month >= 1 && month <= 12 && day >= 1 && day <= 31);
        FUZZ_ASSERT(date_from_civil(year, month, day) == date);
    }
}

static void check_time(int64_t time)
{
    int64_t again = 0;

    FUZZ_ASSERT(time >= 0 && time <= MICROSECONDS_PER_DAY);
    text_buffer_reset(&fuzz.text);
    time_format(time, &fuzz.text);
    FUZZ_ASSERT(time_parse(formatted(), 6, &again) == DATETIME_OK && again == time);
}

static void check_timestamp(int64_t timestamp)
{
    int64_t again = 0;

    FUZZ_ASSERT(infinite(timestamp) ||
                (timestamp >= DATETIME_TIMESTAMP_MIN && timestamp < DATETIME_TIMESTAMP_END));
    text_buffer_reset(&fuzz.text);
    timestamp_format(timestamp, &fuzz.text);
    FUZZ_ASSERT(timestamp_parse(formatted(), 6, &again) == DATETIME_OK && again == timestamp);
}

/* Where a clock is put back the later of two moments is meant, and local time at the ends of the
 * range is none; elsewhere the way there is the way back. */
static void check_local(int64_t utc, const struct zone *zone)
{
    int64_t local = zone_to_local(zone, utc);
    int64_t back = zone_to_utc(zone, local);
    int64_t difference = back > utc ? back - utc : utc - back;

    FUZZ_ASSERT(difference <= HOURS_MAX * INT64_C(3600000000));
    FUZZ_ASSERT(zone_to_local(zone, back) == local);
}

static void check_timestamptz(int64_t value, const struct zone *zone)
{
    int64_t again = 0;

    FUZZ_ASSERT(infinite(value) ||
                (value >= DATETIME_TIMESTAMP_MIN && value < DATETIME_TIMESTAMP_END));
    bool near_end = value < DATETIME_TIMESTAMP_MIN + MICROSECONDS_PER_DAY * 2 ||
                    value > DATETIME_TIMESTAMP_END - MICROSECONDS_PER_DAY * 2;
    if (infinite(value) || !near_end) {
        text_buffer_reset(&fuzz.text);
        timestamptz_format(value, zone, &fuzz.text);
        FUZZ_ASSERT(timestamptz_parse(formatted(), 6, zone, &again) == DATETIME_OK);
        FUZZ_ASSERT(again == value);
    }
    if (!infinite(value) && !near_end && zone != NULL) {
        check_local(value, zone);
    }
}

static void read_text(struct text text, int precision, const struct zone *zone)
{
    int64_t value = 0;

    if (date_parse(text, &value) == DATETIME_OK) {
        check_date(value);
    }
    if (time_parse(text, precision, &value) == DATETIME_OK) {
        check_time(value);
    }
    if (timestamp_parse(text, precision, &value) == DATETIME_OK) {
        check_timestamp(value);
    }
    if (timestamptz_parse(text, precision, zone, &value) == DATETIME_OK) {
        check_timestamptz(value, zone);
    }
}

static void read_value(const uint8_t *data, size_t size, const struct zone *zone)
{
    int64_t value = 0;

    memcpy(&value, data, size < sizeof value ? size : sizeof value);
    if (infinite(value) || (value >= DATETIME_DATE_MIN && value < DATETIME_DATE_MAX)) {
        check_date(value);
    }
    if (value >= 0 && value <= MICROSECONDS_PER_DAY) {
        check_time(value);
    }
    if (infinite(value) || (value >= DATETIME_TIMESTAMP_MIN && value < DATETIME_TIMESTAMP_END)) {
        check_timestamp(value);
        check_timestamptz(value, zone);
    }
}

static void read_pattern(struct text pattern, struct text text)
{
    struct datetime_pattern parsed;
    struct error error = ERROR_NONE;
    struct datetime_fields fields;

    if (!datetime_pattern_parse(pattern, &parsed, &error)) {
        FUZZ_ASSERT(error.code == ERROR_PLAN);
    } else if (datetime_pattern_apply(&parsed, text, &fields) == DATETIME_OK) {
        FUZZ_ASSERT(datetime_fields_valid(&fields));
        check_date(date_from_civil(fields.year, fields.month, fields.day));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!fuzz.ready) {
        prepare();
    }
    if (size == 0) {
        return 0;
    }
    const struct zone *zone = fuzz.zones[(data[0] >> 2 & 3) % ZONES];
    const char *text = (const char *)data + 1;
    const char *middle = size == 1 ? NULL : memchr(text, 0, size - 1);
    if ((data[0] & 3) == 0) {
        read_text(text_from(text, size - 1), (data[0] >> 4) % 7, zone);
    } else if ((data[0] & 3) == 1) {
        read_value(data + 1, size - 1, zone);
    } else if (middle != NULL) {
        size_t first = (size_t)(middle - text);
        read_pattern(text_from(text, first), text_from(middle + 1, size - first - 2));
    }
    return 0;
}
