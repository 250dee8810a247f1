/* calendar.c — moments and London's clocks; the contract is in calendar.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "calendar.h"

#include <stdbool.h>

struct summer {
    int32_t first;
    int32_t end;
    int32_t hours;
};

static const struct summer summers[] = {
#define SUMMER(first, end, hours) {first, end, hours},
#include "calendar_summer.def"
#undef SUMMER
};

static const char month_names[] = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";

static int64_t floor_div(int64_t value, int64_t by)
{
    return value / by - (value % by < 0);
}

/* Years begin in March here, so that the leap day is a year's last. */
int64_t calendar_day(int year, int month, int day)
{
    int64_t y = year - (month <= 2);
    int64_t era = floor_div(y, 400);
    int64_t of_era = y - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

int64_t calendar_moment(int year, int month, int day, int hour)
{
    return calendar_day(year, month, day) * DAY + (int64_t)hour * HOUR;
}

struct civil calendar_civil(int64_t moment)
{
    int64_t days = floor_div(moment, DAY);
    int64_t rest = moment - days * DAY;
    int64_t shifted = days + 719468;
    int64_t era = floor_div(shifted, 146097);
    int64_t of_era = shifted - era * 146097;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * of_year + 2) / 153;
    struct civil civil = {.day = (int)(of_year - (153 * month + 2) / 5 + 1),
                          .month = (int)(month < 10 ? month + 3 : month - 9),
                          .hour = (int)(rest / HOUR),
                          .minute = (int)(rest / 60 % 60),
                          .second = (int)(rest % 60)};
    civil.year = (int)(year + era * 400 + (civil.month <= 2));
    return civil;
}

int calendar_weekday(int64_t day)
{
    return (int)(day + 3 - floor_div(day + 3, 7) * 7);
}

int london_midnight_hours(int64_t day)
{
    size_t from = 0;
    size_t to = sizeof summers / sizeof *summers;

    while (from < to) {
        size_t middle = (from + to) / 2;
        if (summers[middle].end <= day) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    bool inside = from < sizeof summers / sizeof *summers && summers[from].first <= day;
    return inside ? summers[from].hours : 0;
}

/* 01:00 UTC of a month's last Sunday. */
static int64_t last_sunday(int year, int month)
{
    int64_t day = calendar_day(year, month, 31);
    return (day - (calendar_weekday(day) + 1) % 7) * DAY + HOUR;
}

int64_t london_of_utc(int64_t utc)
{
    int year = calendar_civil(utc).year;
    bool summer = utc >= last_sunday(year, 3) && utc < last_sunday(year, 10);
    return summer ? utc + HOUR : utc;
}

int64_t utc_of_london(int64_t local)
{
    return london_of_utc(local - HOUR) == local ? local - HOUR : local;
}

static char *two(char *at, int number)
{
    at[0] = (char)('0' + number / 10 % 10);
    at[1] = (char)('0' + number % 10);
    return at + 2;
}

static char *year_first(char *at, const struct civil *civil)
{
    at = two(two(at, civil->year / 100), civil->year);
    *at++ = '-';
    at = two(at, civil->month);
    *at++ = '-';
    return two(at, civil->day);
}

static char *day_first(char *at, const struct civil *civil, char between, bool named)
{
    at = two(at, civil->day);
    *at++ = between;
    if (named) {
        for (int i = 0; i < 3; i++) {
            *at++ = month_names[(civil->month - 1) * 3 + i];
        }
    } else {
        at = two(at, civil->month);
    }
    *at++ = between;
    return two(two(at, civil->year / 100), civil->year);
}

static char *time_of_day(char *at, const struct civil *civil, bool seconds)
{
    *at++ = ' ';
    at = two(at, civil->hour);
    *at++ = ':';
    at = two(at, civil->minute);
    if (seconds) {
        *at++ = ':';
        at = two(at, civil->second);
    }
    return at;
}

size_t moment_write(int64_t moment, enum moment_form form, char *text)
{
    struct civil civil = calendar_civil(moment);
    char *at = text;

    if (form == FORM_ISO || form == FORM_ISO_MILLIS || form == FORM_ISO_DAY) {
        at = year_first(at, &civil);
    } else if (form == FORM_MONTH || form == FORM_MONTH_DAY) {
        at = day_first(at, &civil, '-', true);
    } else {
        at = day_first(at, &civil, form == FORM_DASHED ? '-' : '/', false);
    }
    if (form != FORM_MONTH_DAY && form != FORM_SLASHED_DAY && form != FORM_ISO_DAY) {
        at = time_of_day(at, &civil, form != FORM_SLASHED_MINUTE);
    }
    if (form == FORM_ISO_MILLIS) {
        *at++ = '.';
        at = two(at, 0);
        *at++ = '0';
    }
    *at = '\0';
    return (size_t)(at - text);
}
