/* date_format.h — pictures of dates: the formats of to_char, to_date and to_timestamp.
 *
 *     'FMDD "of" Mon YYYY'  →  DD fill, ' ', 'o', 'f', ' ', Mon, ' ', YYYY
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_DATE_FORMAT_H
#define TRANSFORM_DATE_FORMAT_H

#include "novate/arena.h"
#include "novate/text.h"

#include <stdbool.h>
#include <stdint.h>

enum date_field {
    FIELD_MERIDIEM_DOTS,
    FIELD_MERIDIEM,
    FIELD_ERA_DOTS,
    FIELD_ERA,
    FIELD_CENTURY,
    FIELD_DAY_NAME,
    FIELD_DAY_SHORT,
    FIELD_DAY_OF_YEAR,
    FIELD_ISO_DAY_OF_YEAR,
    FIELD_DAY,
    FIELD_DAY_OF_WEEK,
    FIELD_ISO_DAY_OF_WEEK,
    FIELD_FRACTION, /* of a second; `digits` */
    FIELD_FX,
    FIELD_HOUR_24,
    FIELD_HOUR_12,
    FIELD_MINUTE,
    FIELD_SECOND,
    FIELD_SECOND_OF_DAY,
    FIELD_ISO_WEEK,
    FIELD_WEEK,
    FIELD_WEEK_OF_MONTH,
    FIELD_JULIAN,
    FIELD_MONTH,
    FIELD_MONTH_NAME,
    FIELD_MONTH_SHORT,
    FIELD_MONTH_ROMAN,
    FIELD_QUARTER,
    FIELD_OFFSET,
    FIELD_ZONE,
    FIELD_ZONE_HOUR,
    FIELD_ZONE_MINUTE,
    FIELD_YEAR, /* `digits` of it: 4 are all */
    FIELD_YEAR_COMMA,
    FIELD_ISO_YEAR,
};

enum date_case {
    CASE_UPPER,
    CASE_MIXED,
    CASE_LOWER
};

struct date_keyword {
    char name[6];
    uint8_t field; /* enum date_field */
    uint8_t form;  /* enum date_case */
    uint8_t digits;
    bool is_digit; /* what it reads is digits: the field before it ends where it must */
};

struct date_node {
    enum date_node_kind {
        NODE_FIELD,
        NODE_SEPARATOR,
        NODE_SPACE,
        NODE_CHARACTER
    } kind;
    const struct date_keyword *keyword;
    bool fill;    /* FM: no padding */
    bool ordinal; /* TH or th behind it */
    bool ordinal_upper;
    char bytes[5]; /* a character that stands for itself */
};

struct date_format {
    struct date_node *nodes;
    int count;
    bool empty; /* no text at all; one that gives no node is not */
};

enum date_format_use {
    DATE_FORMAT_WRITE,
    DATE_FORMAT_WRITE_INTERVAL,
    DATE_FORMAT_READ,
};

/* False when the format has something that is not available for the use: `refused` (16 bytes) names
 * it; or, with an empty one, when memory ran out. */
bool date_format_parse(struct text text,
                       enum date_format_use use,
                       struct arena *arena,
                       struct date_format *format,
                       char refused[16]);

/* "st", "nd", "rd" or "th" after these digits. */
const char *ordinal_suffix(const char *digits, size_t size, bool upper);

#endif
