/* date_scan.h — the fields of a text that is read by a picture, as lenient as to_date() is.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_DATE_SCAN_H
#define TRANSFORM_DATE_SCAN_H

#include "date_format.h"
#include "kernel.h"

#include <stdbool.h>

/* Numbers as they were read; 0 is also what was not there. */
struct date_fields {
    int hour, minute, second, second_of_day, millisecond, microsecond;
    int day, month, year, day_of_year, weekday, julian;
    int zone_hour, zone_minute, zone_sign;
    int afternoon, before_christ;
    int fraction_digits; /* of FF1 to FF6 */
    bool clock_12;
};

/* `text` is NUL-terminated. */
enum fault date_scan(const struct date_format *format,
                     const char *text,
                     struct date_fields *fields);

#endif
