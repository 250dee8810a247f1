/* calendar.h — moments as seconds of UTC since 1970, days since then, and what clocks in the UK
 * showed, without the machine's own opinion of zones. SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNTHETIC_CALENDAR_H
#define SYNTHETIC_CALENDAR_H

#include <stddef.h>
#include <stdint.h>

enum {
    HOUR = 3600,
    DAY = 24 * HOUR,
    MOMENT_TEXT = 32 /* room for any form of a moment */
};

struct civil {
    int year;
    int month;
    int day;
    int hour;
    int minute;
    int second;
};

/* The forms that a delivery has of one moment. */
enum moment_form {
    FORM_ISO,         /* 2008-06-05 09:00:00 */
    FORM_ISO_MILLIS,  /* 2008-06-05 09:00:00.000 */
    FORM_SLASHED,     /* 05/06/2008 09:00:00 */
    FORM_DASHED,      /* 05-06-2008 09:00:00 */
    FORM_MONTH,       /* 05-JUN-2008 09:00:00 */
    FORM_MONTH_DAY,   /* 05-JUN-2008 */
    FORM_SLASHED_DAY, /* 05/06/2008 */
    FORM_SLASHED_MINUTE,
    FORM_ISO_DAY
};

int64_t calendar_day(int year, int month, int day);
int64_t calendar_moment(int year, int month, int day, int hour);
struct civil calendar_civil(int64_t moment);
int calendar_weekday(int64_t day); /* 0 is Monday */

/* Hours that London's clocks were ahead of UTC when this day began there. */
int london_midnight_hours(int64_t day);
/* From 1996 on: what the clock showed, and the moment when it did (the first of two). */
int64_t london_of_utc(int64_t utc);
int64_t utc_of_london(int64_t local);

/* `text` has MOMENT_TEXT bytes; returns the length. */
size_t moment_write(int64_t moment, enum moment_form form, char *text);

#endif
