/* date_unit.h — the words for parts of dates and intervals: EXTRACT, date_part, date_trunc.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_DATE_UNIT_H
#define TRANSFORM_DATE_UNIT_H

#include "novate/text.h"

enum date_unit {
    DATE_UNIT_NONE, /* a word that names no part */
    DATE_UNIT_MICROSECOND,
    DATE_UNIT_MILLISECOND,
    DATE_UNIT_SECOND,
    DATE_UNIT_MINUTE,
    DATE_UNIT_HOUR,
    DATE_UNIT_DAY,
    DATE_UNIT_WEEK,
    DATE_UNIT_MONTH,
    DATE_UNIT_QUARTER,
    DATE_UNIT_YEAR,
    DATE_UNIT_DECADE,
    DATE_UNIT_CENTURY,
    DATE_UNIT_MILLENNIUM,
    DATE_UNIT_DOW,
    DATE_UNIT_ISODOW,
    DATE_UNIT_DOY,
    DATE_UNIT_ISOYEAR,
    DATE_UNIT_JULIAN,
    DATE_UNIT_TIMEZONE,
    DATE_UNIT_TIMEZONE_HOUR,
    DATE_UNIT_TIMEZONE_MINUTE,
    DATE_UNIT_EPOCH,
    DATE_UNIT_SPECIAL, /* "now", "infinity": a word of dates, and no part of one */
};

/* In any case; of long words the first ten letters count. Units of length are known everywhere;
 * words of dates only ("dow", "epoch") to EXTRACT. */
enum date_unit date_unit_find(struct text word);
enum date_unit date_unit_find_length(struct text word);

#endif
