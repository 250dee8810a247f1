/* kernel_extract.c — EXTRACT and date_part.
 *
 * Both give the same parts, EXTRACT exactly and date_part in doubles, computed as the server does.
 * SPDX-License-Identifier: Apache-2.0 */
#include "date_unit.h"
#include "kernels.h"
#include "moment.h"

#include "novate/interval.h"

#include <math.h>

enum part_kind {
    PART_NUMBER, /* value * 10^-scale */
    PART_LATE,   /* (value - time) microseconds, in seconds */
    PART_DAYS,   /* value days, and `time` of one more */
    PART_NULL,
    PART_INFINITY,
    PART_NEGATIVE_INFINITY,
    PART_UNKNOWN,     /* no word for a part */
    PART_UNSUPPORTED, /* no part of this type */
    PART_RANGE,       /* of a date past the last timestamp */
};

struct part {
    enum part_kind kind;
    int64_t value;
    int64_t time;
    int32_t scale;
    bool exact; /* `real` is not needed: it is the nearest of value / 10^scale */
    double real;
};

/* What is extracted from: the local fields of a timestamp, or those of an interval. */
struct source {
    struct moment moment;
    int64_t date;
    int64_t instant;
    int32_t offset; /* seconds east of UTC */
    bool zoned;
    bool date_only;
};

static struct part whole(int64_t value)
{
    return (struct part){.kind = PART_NUMBER, .value = value, .exact = true};
}

static struct part unsupported(enum date_unit unit)
{
    return (struct part){.kind = unit == DATE_UNIT_NONE ? PART_UNKNOWN : PART_UNSUPPORTED};
}

/* Seconds and their fractions; the part of a minute. */
static struct part second_part(enum date_unit unit, int64_t time)
{
    int64_t second = time / 1000000 % 60;
    int64_t micro = time % 1000000;
    int64_t value = second * 1000000 + micro;

    if (unit == DATE_UNIT_MICROSECOND) {
        return whole(value);
    }
    if (unit == DATE_UNIT_MILLISECOND) {
        return (struct part){.kind = PART_NUMBER,
                             .value = value,
                             .scale = 3,
                             .real = (double)second * 1000.0 + (double)micro / 1000.0};
    }
    return (struct part){.kind = PART_NUMBER,
                         .value = value,
                         .scale = 6,
                         .real = (double)second + (double)micro / 1000000.0};
}

/* Units of so many years, counted from year 1 in both directions: there is no year 0. */
static int64_t count_years(int64_t year, int64_t unit)
{
    return year > 0 ? (year + unit - 1) / unit : -((unit - 1 - (year - 1)) / unit);
}

/* Parts of a date; false where the unit is none. */
static bool date_part_of(enum date_unit unit, const struct source *source, int64_t *value)
{
    const struct moment *moment = &source->moment;
    int64_t iso_year = 0;
    int weekday = moment_weekday(source->date);

    switch ((int)unit) {
    case DATE_UNIT_DAY:
        *value = moment->day;
        return true;
    case DATE_UNIT_MONTH:
        *value = moment->month;
        return true;
    case DATE_UNIT_QUARTER:
        *value = (moment->month - 1) / 3 + 1;
        return true;
    case DATE_UNIT_WEEK:
        *value = moment_iso_week(source->date, &iso_year);
        return true;
    case DATE_UNIT_YEAR:
        *value = moment->year > 0 ? moment->year : moment->year - 1;
        return true;
    case DATE_UNIT_DECADE:
        *value = moment->year >= 0 ? moment->year / 10 : -((8 - (moment->year - 1)) / 10);
        return true;
    case DATE_UNIT_CENTURY:
        *value = count_years(moment->year, 100);
        return true;
    case DATE_UNIT_MILLENNIUM:
        *value = count_years(moment->year, 1000);
        return true;
    case DATE_UNIT_ISOYEAR:
        (void)moment_iso_week(source->date, &iso_year);
        *value = iso_year > 0 ? iso_year : iso_year - 1;
        return true;
    case DATE_UNIT_DOW:
        *value = weekday;
        return true;
    case DATE_UNIT_ISODOW:
        *value = weekday == 0 ? 7 : weekday;
        return true;
    case DATE_UNIT_DOY:
        *value = moment_day_of_year(source->date);
        return true;
    default:
        return false;
    }
}

static struct part zone_part(enum date_unit unit, int32_t offset)
{
    return whole(unit == DATE_UNIT_TIMEZONE        ? offset
                 : unit == DATE_UNIT_TIMEZONE_HOUR ? offset / 3600
                                                   : offset / 60 % 60);
}

static struct part epoch_part(const struct source *source)
{
    const int64_t epoch = -UNIX_EPOCH_DAYS * MICROSECONDS_PER_DAY;
    struct part part = {.kind = PART_NUMBER, .scale = 6};

    if (source->date_only) {
        return whole((source->date + UNIX_EPOCH_DAYS) * 86400);
    }
    if (source->instant < INT64_MAX + epoch) {
        part.value = source->instant - epoch;
        part.real = (double)part.value / 1000000.0;
        return part;
    }
    part.kind = PART_LATE; /* past 64 bits */
    part.value = source->instant;
    part.time = epoch;
    part.real = ((double)source->instant - (double)epoch) / 1000000.0;
    return part;
}

static struct part julian_part(const struct source *source)
{
    int64_t day = source->date + JULIAN_EPOCH_DAYS;
    int64_t time = source->moment.time;

    if (source->date_only) {
        return whole(day);
    }
    return (struct part){.kind = PART_DAYS,
                         .value = day,
                         .time = time,
                         .real = (double)day +
                                 ((double)(time / 1000000) + (double)(time % 1000000) / 1000000.0) /
                                     86400.0};
}

/* Of a date or timestamp that is finite. */
static struct part moment_part(enum date_unit unit, const struct source *source)
{
    int64_t value = 0;

    if (date_part_of(unit, source, &value)) {
        return whole(value);
    }
    switch ((int)unit) {
    case DATE_UNIT_EPOCH:
        return epoch_part(source);
    case DATE_UNIT_JULIAN:
        return julian_part(source);
    case DATE_UNIT_TIMEZONE:
    case DATE_UNIT_TIMEZONE_HOUR:
    case DATE_UNIT_TIMEZONE_MINUTE:
        return source->zoned ? zone_part(unit, source->offset) : unsupported(unit);
    case DATE_UNIT_MICROSECOND:
    case DATE_UNIT_MILLISECOND:
    case DATE_UNIT_SECOND:
        return source->date_only ? unsupported(unit) : second_part(unit, source->moment.time);
    case DATE_UNIT_MINUTE:
        return source->date_only ? unsupported(unit)
                                 : whole(source->moment.time / MICROSECONDS_PER_MINUTE % 60);
    case DATE_UNIT_HOUR:
        return source->date_only ? unsupported(unit)
                                 : whole(source->moment.time / MICROSECONDS_PER_HOUR);
    default:
        return unsupported(unit);
    }
}

/* What only grows is infinite, what comes again is not known. */
static struct part infinite_part(enum date_unit unit, bool negative, bool date_only)
{
    switch ((int)unit) {
    case DATE_UNIT_YEAR:
    case DATE_UNIT_DECADE:
    case DATE_UNIT_CENTURY:
    case DATE_UNIT_MILLENNIUM:
    case DATE_UNIT_JULIAN:
    case DATE_UNIT_ISOYEAR:
    case DATE_UNIT_EPOCH:
        return (struct part){.kind = negative ? PART_NEGATIVE_INFINITY : PART_INFINITY};
    case DATE_UNIT_DAY:
    case DATE_UNIT_MONTH:
    case DATE_UNIT_QUARTER:
    case DATE_UNIT_WEEK:
    case DATE_UNIT_DOW:
    case DATE_UNIT_ISODOW:
    case DATE_UNIT_DOY:
        return (struct part){.kind = PART_NULL};
    case DATE_UNIT_NONE:
    case DATE_UNIT_SPECIAL:
        return unsupported(unit);
    default:
        return date_only ? unsupported(unit) : (struct part){.kind = PART_NULL};
    }
}

static struct part time_part(enum date_unit unit, int64_t time)
{
    switch ((int)unit) {
    case DATE_UNIT_MICROSECOND:
    case DATE_UNIT_MILLISECOND:
    case DATE_UNIT_SECOND:
        return second_part(unit, time);
    case DATE_UNIT_MINUTE:
        return whole(time / MICROSECONDS_PER_MINUTE % 60);
    case DATE_UNIT_HOUR:
        return whole(time / MICROSECONDS_PER_HOUR);
    case DATE_UNIT_EPOCH:
        return (struct part){
            .kind = PART_NUMBER, .value = time, .scale = 6, .real = (double)time / 1000000.0};
    default:
        return unsupported(unit == DATE_UNIT_SPECIAL ? DATE_UNIT_NONE : unit);
    }
}

/* A year of 365.25 days, a month of 30. */
static struct part interval_epoch(const struct interval *interval)
{
    int32_t years = interval->months / MONTHS_PER_YEAR;
    int32_t months = interval->months % MONTHS_PER_YEAR;
    int64_t seconds =
        (INT64_C(1461) * years + INT64_C(120) * months + INT64_C(4) * interval->days) * (86400 / 4);
    struct part part = {.kind = PART_NUMBER, .scale = 6};

    part.real = (double)interval->microseconds / 1000000.0;
    part.real += 365.25 * 86400 * years;
    part.real += 30.0 * 86400 * months;
    part.real += 86400.0 * interval->days;
    if (__builtin_mul_overflow(seconds, INT64_C(1000000), &part.value) ||
        __builtin_add_overflow(part.value, interval->microseconds, &part.value)) {
        part.kind = PART_DAYS;
        part.value = seconds;
        part.time = interval->microseconds;
    }
    return part;
}

static struct part interval_part(enum date_unit unit, const struct interval *interval)
{
    int32_t years = interval->months / MONTHS_PER_YEAR;
    int32_t months = interval->months % MONTHS_PER_YEAR;

    switch ((int)unit) {
    case DATE_UNIT_DAY:
        return whole(interval->days);
    case DATE_UNIT_MONTH:
        return whole(months);
    case DATE_UNIT_QUARTER:
        return whole(months / 3 + 1);
    case DATE_UNIT_YEAR:
        return whole(years);
    case DATE_UNIT_DECADE:
        return whole(years / 10);
    case DATE_UNIT_CENTURY:
        return whole(years / 100);
    case DATE_UNIT_MILLENNIUM:
        return whole(years / 1000);
    case DATE_UNIT_EPOCH:
        return interval_epoch(interval);
    default:
        return time_part(unit, interval->microseconds);
    }
}

static struct part timestamp_part(enum date_unit unit,
                                  int64_t value,
                                  const struct zone *zone,
                                  bool zoned)
{
    if (moment_is_infinite(value)) {
        return infinite_part(unit, value == DATETIME_NEGATIVE_INFINITY, false);
    }
    int64_t local = zone == NULL ? value : zone_to_local(zone, value);
    struct source source = {.moment = moment_of(local),
                            .date = timestamp_date(local),
                            .instant = value,
                            .offset = (int32_t)((local - value) / 1000000),
                            .zoned = zoned};
    return moment_part(unit, &source);
}

/* EXTRACT takes a date as it is. */
static struct part plain_date_part(enum date_unit unit, int64_t date)
{
    struct source source = {.date = date, .date_only = true};

    if (moment_is_infinite(date)) {
        return infinite_part(unit, date == DATETIME_NEGATIVE_INFINITY, true);
    }
    date_to_civil(date, &source.moment.year, &source.moment.month, &source.moment.day);
    return moment_part(unit, &source);
}

static struct part find_part(const struct call *call, enum date_unit unit, int row)
{
    size_t slot = call_slot(call, 1, row);

    switch ((int)call->types[1]->id) {
    case TYPE_INTERVAL:
        return interval_part(unit, &call->args[1]->intervals[slot]);
    case TYPE_TIME:
        return time_part(unit, call->args[1]->int64s[slot]);
    case TYPE_DATE:
        return plain_date_part(unit, call->args[1]->int64s[slot]);
    case TYPE_TIMESTAMPTZ:
        return timestamp_part(unit, call->args[1]->int64s[slot], call->zone, true);
    default:
        return timestamp_part(unit, call->args[1]->int64s[slot], NULL, false);
    }
}

static struct decimal scaled(int64_t value, int32_t scale)
{
    struct decimal decimal = decimal_from_int64(value);

    decimal.scale = scale;
    return decimal;
}

/* Days and the share of one, as the server divides; or seconds and microseconds. */
static enum decimal_status add_time(const struct part *part,
                                    struct arena *arena,
                                    struct decimal *value)
{
    struct decimal days = decimal_from_int64(part->value);
    struct decimal time = scaled(part->time, part->scale);
    struct decimal day = decimal_from_int64(MICROSECONDS_PER_DAY);

    if (part->scale == 0) {
        enum decimal_status status = decimal_divide(&time, &day, arena, &time);
        if (status != DECIMAL_OK) {
            return status;
        }
    }
    return decimal_add(&days, &time, arena, value);
}

/* (value - time) / 1000000 as the server divides: its quotient has fewer digits than there are. */
static enum decimal_status late_epoch(const struct part *part,
                                      struct arena *arena,
                                      struct decimal *value)
{
    struct decimal instant = decimal_from_int64(part->value);
    struct decimal epoch = decimal_from_int64(part->time);
    struct decimal million = decimal_from_int64(1000000);
    enum decimal_status status = decimal_subtract(&instant, &epoch, arena, value);

    status = status == DECIMAL_OK ? decimal_divide(value, &million, arena, value) : status;
    return status == DECIMAL_OK ? decimal_round(value, 6, arena, value) : status;
}

/* What is no number; false where it is one. */
static bool put_special(struct call *call, int row, enum part_kind kind)
{
    if (kind == PART_NULL) {
        call_null(call, row);
    } else if (kind == PART_UNKNOWN) {
        call_fail(call, row, FAULT_DATE_UNIT);
    } else if (kind == PART_UNSUPPORTED) {
        call_fail(call, row, FAULT_DATE_UNIT_TYPE);
    } else if (kind == PART_RANGE) {
        call_fail(call, row, FAULT_DATE_RANGE);
    } else {
        return false;
    }
    return true;
}

static void put_numeric(struct call *call, int row, const struct part *part)
{
    struct decimal value = {.kind = DECIMAL_INFINITY,
                            .negative = part->kind == PART_NEGATIVE_INFINITY};

    if (part->kind == PART_DAYS) {
        call_decimal_result(call, row, add_time(part, call->arena, &value), &value);
        return;
    }
    if (part->kind == PART_LATE) {
        call_decimal_result(call, row, late_epoch(part, call->arena, &value), &value);
        return;
    }
    if (part->kind == PART_NUMBER) {
        value = scaled(part->value, part->scale);
    }
    call->result->decimals[row] = value;
}

static void put_double(struct call *call, int row, const struct part *part)
{
    call->result->doubles[row] = part->kind == PART_INFINITY            ? (double)INFINITY
                                 : part->kind == PART_NEGATIVE_INFINITY ? -(double)INFINITY
                                 : part->exact                          ? (double)part->value
                                                                        : part->real;
}

typedef void put_part(struct call *call, int row, const struct part *part);

static void extract(struct call *call, put_part *put)
{
    bool constant = call->args[0]->encoding == ENCODING_CONSTANT;
    enum date_unit unit = DATE_UNIT_NONE;

    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        if (k == 0 || !constant) {
            unit = date_unit_find(call_text(call, 0, row));
        }
        struct part part = find_part(call, unit, row);
        if (!put_special(call, row, part.kind)) {
            put(call, row, &part);
        }
    }
}

void kernel_extract(struct call *call)
{
    extract(call, put_numeric);
}

void kernel_date_part(struct call *call)
{
    extract(call, put_double);
}

/* Not strict: the server makes the date a timestamp before it looks at the unit. */
void kernel_date_part_of_date(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        int64_t timestamp = 0;
        struct part part = {.kind = PART_NULL};
        if (!call_is_null(call, 1, row)) {
            if (!date_to_timestamp(call_int64(call, 1, row), &timestamp)) {
                part.kind = PART_RANGE;
            } else if (!call_is_null(call, 0, row)) {
                enum date_unit unit = date_unit_find(call_text(call, 0, row));
                part = timestamp_part(unit, timestamp, NULL, false);
            }
        }
        if (!put_special(call, row, part.kind)) {
            put_double(call, row, &part);
        }
    }
}
