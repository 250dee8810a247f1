/* interval_arithmetic.c — sums, products and justified forms of intervals.
 *
 * Products are computed in doubles, step by step as the server does: which digits are lost is part
 * of the result. SPDX-License-Identifier: Apache-2.0 */
#include "novate/datetime.h"
#include "novate/interval.h"

#include <math.h>

#define SECONDS_PER_DAY 86400.0

bool interval_add(struct interval a, struct interval b, struct interval *result)
{
    return !__builtin_add_overflow(a.months, b.months, &result->months) &&
           !__builtin_add_overflow(a.days, b.days, &result->days) &&
           !__builtin_add_overflow(a.microseconds, b.microseconds, &result->microseconds);
}

bool interval_subtract(struct interval a, struct interval b, struct interval *result)
{
    return !__builtin_sub_overflow(a.months, b.months, &result->months) &&
           !__builtin_sub_overflow(a.days, b.days, &result->days) &&
           !__builtin_sub_overflow(a.microseconds, b.microseconds, &result->microseconds);
}

bool interval_negate(struct interval interval, struct interval *result)
{
    return interval_subtract((struct interval){.months = 0}, interval, result);
}

/* To six digits, so that 0.1 * 30 days is 3 days. */
static double round_six(double value)
{
    return rint(value * 1000000.0) / 1000000.0;
}

static bool fits_int32(double value)
{
    return value >= (double)INT32_MIN && value < -(double)INT32_MIN; /* NaN does not */
}

static bool add_days(struct interval *interval, double days)
{
    return fits_int32(days) &&
           !__builtin_add_overflow(interval->days, (int32_t)days, &interval->days);
}

/* The parts in fractions; what is whole of them is already in `result`. */
static bool cascade(double months, double days, double microseconds, struct interval *result)
{
    double month_days = round_six((months - result->months) * DAYS_PER_MONTH);
    double seconds = round_six((days - result->days + month_days - (double)(int32_t)month_days) *
                               SECONDS_PER_DAY);

    if (fabs(seconds) >= SECONDS_PER_DAY) {
        int32_t whole = (int32_t)(seconds / SECONDS_PER_DAY);
        if (!add_days(result, whole)) {
            return false;
        }
        seconds -= whole * SECONDS_PER_DAY;
    }
    double time = rint(microseconds + seconds * 1000000.0);
    if (!add_days(result, month_days) || !(time >= -0x1p63 && time < 0x1p63)) {
        return false;
    }
    result->microseconds = (int64_t)time;
    return true;
}

/* The three parts, scaled. */
static bool scale(double months, double days, double microseconds, struct interval *result)
{
    if (!fits_int32(months) || !fits_int32(days)) {
        return false;
    }
    result->months = (int32_t)months;
    result->days = (int32_t)days;
    return cascade(months, days, microseconds, result);
}

bool interval_multiply(struct interval interval, double factor, struct interval *result)
{
    return scale(interval.months * factor,
                 interval.days * factor,
                 (double)interval.microseconds * factor,
                 result);
}

bool interval_divide(struct interval interval, double divisor, struct interval *result)
{
    return scale(interval.months / divisor,
                 interval.days / divisor,
                 (double)interval.microseconds / divisor,
                 result);
}

static bool carry_days(struct interval *interval)
{
    int32_t months = interval->days / DAYS_PER_MONTH;

    interval->days -= months * DAYS_PER_MONTH;
    return !__builtin_add_overflow(interval->months, months, &interval->months);
}

static bool carry_hours(struct interval *interval)
{
    int32_t days = (int32_t)(interval->microseconds / MICROSECONDS_PER_DAY);

    interval->microseconds -= days * MICROSECONDS_PER_DAY;
    return !__builtin_add_overflow(interval->days, days, &interval->days);
}

/* Days and time of one sign. */
static void align_time(struct interval *interval)
{
    if (interval->days > 0 && interval->microseconds < 0) {
        interval->microseconds += MICROSECONDS_PER_DAY;
        interval->days--;
    } else if (interval->days < 0 && interval->microseconds > 0) {
        interval->microseconds -= MICROSECONDS_PER_DAY;
        interval->days++;
    }
}

bool interval_justify_hours(struct interval interval, struct interval *result)
{
    *result = interval;
    if (!carry_hours(result)) {
        return false;
    }
    align_time(result);
    return true;
}

bool interval_justify_days(struct interval interval, struct interval *result)
{
    *result = interval;
    if (!carry_days(result)) {
        return false;
    }
    if (result->months > 0 && result->days < 0) {
        result->days += DAYS_PER_MONTH;
        result->months--;
    } else if (result->months < 0 && result->days > 0) {
        result->days -= DAYS_PER_MONTH;
        result->months++;
    }
    return true;
}

bool interval_justify(struct interval interval, struct interval *result)
{
    bool same_sign = (interval.days > 0 && interval.microseconds > 0) ||
                     (interval.days < 0 && interval.microseconds < 0);

    *result = interval;
    /* Days first where hours would only make more of them. */
    if ((same_sign && !carry_days(result)) || !carry_hours(result) || !carry_days(result)) {
        return false;
    }
    if (result->months > 0 &&
        (result->days < 0 || (result->days == 0 && result->microseconds < 0))) {
        result->days += DAYS_PER_MONTH;
        result->months--;
    } else if (result->months < 0 &&
               (result->days > 0 || (result->days == 0 && result->microseconds > 0))) {
        result->days -= DAYS_PER_MONTH;
        result->months++;
    }
    align_time(result);
    return true;
}
