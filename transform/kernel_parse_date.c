/* kernel_parse_date.c — parse_date(), parse_time() and parse_timestamp(): texts of declared
 * formats, and no others. SPDX-License-Identifier: Apache-2.0 */
#include "kernels.h"
#include "moment.h"
#include "strict_format.h"

#include "novate/interval.h"

/* The latest year of the century's digits whose date is not after the pivot. */
static bool complete_year(struct datetime_fields *fields, int64_t pivot)
{
    int64_t year = 0;
    int month = 0;
    int day = 0;

    if (moment_is_infinite(pivot)) {
        return false;
    }
    date_to_civil(pivot, &year, &month, &day);
    int64_t century = year / 100 * 100;
    bool after = fields->year > year % 100 ||
                 (fields->year == year % 100 &&
                  (fields->month > month || (fields->month == month && fields->day > day)));

    fields->year += century - (after ? 100 : 0);
    return year > 100 && fields->day <= moment_month_days(fields->year, fields->month);
}

static bool read_fields(const struct call *call,
                        int row,
                        struct datetime_fields *fields,
                        enum fault *fault)
{
    const struct strict_format *format = call->state;
    struct text text = call_text(call, 0, row);

    *fault = FAULT_FORMAT_VALUE;
    for (int i = 0; i < format->count; i++) {
        const struct datetime_pattern *pattern = &format->patterns[i];
        enum datetime_status status = datetime_pattern_apply(pattern, text, fields);
        if (status == DATETIME_OK &&
            (!pattern->has_short_year || complete_year(fields, call_int64(call, 2, row)))) {
            return true;
        }
        if (status != DATETIME_SYNTAX) {
            *fault = FAULT_FORMAT_RANGE;
        }
    }
    return false;
}

static int64_t time_of(const struct datetime_fields *fields)
{
    return fields->hour * MICROSECONDS_PER_HOUR + fields->minute * MICROSECONDS_PER_MINUTE +
           fields->second * MICROSECONDS_PER_SECOND + fields->microsecond;
}

/* The date, the time or both, by the type of the result. A pivot can lead past what timestamps
 * hold. */
static bool put_value(const struct datetime_fields *fields, enum type_id id, int64_t *value)
{
    int64_t date = date_from_civil(fields->year, fields->month, fields->day);

    if (id == TYPE_DATE) {
        *value = date;
        return true;
    }
    if (id == TYPE_TIME) {
        *value = time_of(fields);
        return true;
    }
    return !__builtin_mul_overflow(date, MICROSECONDS_PER_DAY, value) &&
           !__builtin_add_overflow(*value, time_of(fields), value) && timestamp_in_range(*value);
}

void kernel_parse_strict(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct datetime_fields fields;
        enum fault fault = FAULT_NONE;
        if (!read_fields(call, row, &fields, &fault)) {
            call_fail(call, row, fault);
        } else if (!put_value(&fields, call->type->id, &call->result->int64s[row])) {
            call_fail(call, row, FAULT_FORMAT_RANGE);
        }
    }
}
