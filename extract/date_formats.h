/* date_formats.h — the formats that dates of one column may have, tried in their order.
 *
 * The first that fits a text whole counts. A text that has the form of one and is no date of the
 * calendar goes on to the next; it is out of range when no other takes it. Threads   read-only
 * after it is made.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_DATE_FORMATS_H
#define NOVATE_EXTRACT_DATE_FORMATS_H

#include "novate/arena.h"
#include "novate/datetime.h"

#include <stdbool.h>

struct date_formats {
    struct datetime_pattern *patterns;
    int count;
    bool exclusive; /* no text has the form of two of them, so that any order gives the same */
    bool
        whole_days; /* of dates: a time of day that is not midnight would be lost, and is refused */
};

/* Formats as texts; false with ERROR_PLAN and the first that is none. */
bool date_formats_parse(const char *const *formats,
                        int count,
                        struct arena *arena,
                        struct date_formats *out,
                        struct error *error) NODISCARD;

/* What a Millennium feed writes in columns that declare no format: its five formats of one
 * delivery, with and without their time of day. */
bool date_formats_millennium(struct arena *arena,
                             struct date_formats *out,
                             struct error *error) NODISCARD;

/* `*last` is the index of the format that fitted last, or 0: values of a column mostly look alike.
 */
enum datetime_status date_formats_apply(const struct date_formats *formats,
                                        struct text text,
                                        int *last,
                                        struct datetime_fields *fields);

#endif
