/* interval_internal.h — what the interval_*.c files share: the parts of an interval while a text is
 * read. SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_CORE_INTERVAL_INTERNAL_H
#define NOVATE_CORE_INTERVAL_INTERNAL_H

#include "novate/interval.h"

#include <math.h>

struct interval_parts {
    int64_t microseconds;
    int32_t days;
    int32_t months;
    int32_t years;
};

enum interval_unit {
    INTERVAL_UNIT_NONE,
    INTERVAL_UNIT_MICROSECOND,
    INTERVAL_UNIT_MILLISECOND,
    INTERVAL_UNIT_SECOND,
    INTERVAL_UNIT_MINUTE,
    INTERVAL_UNIT_HOUR,
    INTERVAL_UNIT_DAY,
    INTERVAL_UNIT_WEEK,
    INTERVAL_UNIT_MONTH,
    INTERVAL_UNIT_YEAR,
    INTERVAL_UNIT_DECADE,
    INTERVAL_UNIT_CENTURY,
    INTERVAL_UNIT_MILLENNIUM,
    INTERVAL_UNIT_OTHER, /* a word of the server's list that no number goes with */
    INTERVAL_UNIT_COUNT
};

/* A unit or "ago"; false for another word. */
bool interval_unit_find(const char *word, enum interval_unit *unit, bool *ago);

/* Add `count` and a fraction of one more, which goes to the smaller units; false on overflow. */
bool interval_parts_time(struct interval_parts *parts,
                         int64_t count,
                         double fraction,
                         int64_t unit);
bool interval_parts_fraction(struct interval_parts *parts, double fraction, int64_t unit);
bool interval_parts_days(struct interval_parts *parts,
                         int64_t count,
                         double fraction,
                         int32_t days);
bool interval_parts_months(struct interval_parts *parts, int64_t count, double fraction);
bool interval_parts_years(struct interval_parts *parts,
                          int64_t count,
                          double fraction,
                          int32_t years);

/* ISO 8601: designators, and the alternative formats. */
enum interval_status interval_iso_parse(struct text text, struct interval_parts *parts);

#endif
