/* interval.h — intervals: months, days and microseconds, each with a sign of its own, as PostgreSQL
 * has them.
 *
 * A month has no fixed number of days, nor a day of hours, until an interval meets a timestamp;
 * only comparisons take 30 days and 24 hours for granted. Functions that can leave the range return
 * false and leave `result` undefined. Threads   pure functions. SPDX-License-Identifier: Apache-2.0
 */
#ifndef NOVATE_INTERVAL_H
#define NOVATE_INTERVAL_H

#include "novate/text.h"
#include "novate/type.h"

#include <stdbool.h>
#include <stdint.h>

#define MONTHS_PER_YEAR         12
#define DAYS_PER_MONTH          30 /* where nothing better is known */
#define MICROSECONDS_PER_SECOND INT64_C(1000000)
#define MICROSECONDS_PER_MINUTE INT64_C(60000000)
#define MICROSECONDS_PER_HOUR   INT64_C(3600000000)

enum interval_status {
    INTERVAL_OK,
    INTERVAL_SYNTAX,   /* 22007 */
    INTERVAL_OVERFLOW, /* 22015: a field of the text is out of range */
    INTERVAL_RANGE,    /* 22008: all of them together are */
};

/* PostgreSQL's input: "1 year 2 mons 3 days 04:05:06", "1-2", "P1Y2M", "3 days ago". The type's
 * fields (INTERVAL '1' DAY) say what a number without a unit means and what is kept. */
enum interval_status interval_parse(struct text text, struct type type, struct interval *interval);
/* PostgreSQL's output, IntervalStyle postgres. */
void interval_format(const struct interval *interval, struct text_buffer *out);
/* To the fields and the precision of a type: interval(3), interval day to minute. */
struct interval interval_fit(struct interval interval, struct type type);
/* By months of 30 days and days of 24 hours: "1 mon" equals "30 days". */
int interval_compare(const struct interval *a, const struct interval *b);

bool interval_add(struct interval a, struct interval b, struct interval *result);
bool interval_subtract(struct interval a, struct interval b, struct interval *result);
bool interval_negate(struct interval interval, struct interval *result);
/* Fractions of months become days, those of days microseconds; nothing is carried upwards. */
bool interval_multiply(struct interval interval, double factor, struct interval *result);
/* The divisor is not zero. */
bool interval_divide(struct interval interval, double divisor, struct interval *result);
/* 24 hours become a day; 30 days a month; both, and one sign for all. */
bool interval_justify_hours(struct interval interval, struct interval *result);
bool interval_justify_days(struct interval interval, struct interval *result);
bool interval_justify(struct interval interval, struct interval *result);

/* Names of a type's fields ("day to second"), or 0; NULL for a set that no type has. */
int interval_fields_find(struct text words);
const char *interval_fields_name(int fields);

#endif
