/* moment.c — days of weeks and years. SPDX-License-Identifier: Apache-2.0 */
#include "moment.h"

int moment_weekday(int64_t date)
{
    int64_t day = (date + 6) % 7; /* 2000-01-01 was a Saturday */
    return (int)(day < 0 ? day + 7 : day);
}

int moment_month_days(int64_t year, int month)
{
    int64_t next =
        month == 12 ? date_from_civil(year + 1, 1, 1) : date_from_civil(year, month + 1, 1);
    return (int)(next - date_from_civil(year, month, 1));
}

/* The first week is that of the fourth of January. */
int64_t moment_iso_monday(int64_t iso_year, int week)
{
    int64_t fourth = date_from_civil(iso_year, 1, 4);
    return fourth - (moment_weekday(fourth) + 6) % 7 + ((int64_t)week - 1) * 7;
}

int moment_iso_week(int64_t date, int64_t *iso_year)
{
    /* The year of a week is that of its Thursday. */
    int64_t thursday = date - (moment_weekday(date) + 6) % 7 + 3;
    int64_t year = 0;
    int month = 0;
    int day = 0;

    date_to_civil(thursday, &year, &month, &day);
    *iso_year = year;
    return (int)((thursday - date_from_civil(year, 1, 1)) / 7) + 1;
}

int moment_day_of_year(int64_t date)
{
    int64_t year = 0;
    int month = 0;
    int day = 0;

    date_to_civil(date, &year, &month, &day);
    return (int)(date - date_from_civil(year, 1, 1)) + 1;
}

int moment_iso_day_of_year(int64_t date)
{
    int64_t year = 0;

    (void)moment_iso_week(date, &year);
    return (int)(date - moment_iso_monday(year, 1)) + 1;
}
