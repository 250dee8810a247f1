/* feed_values.h — what stands in a column of a file of the feed, by the source that feed.def names:
 *     COLUMN    the column of the row        'TEXT'    a text
 *     @NAME     what the supplier makes of the row (feed_values.c)
 * and behind each of them, as often as needed,
 *     >TABLE.COLUMN    of the row whose number it is        >cdf >display >nhs    of the code value
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNTHETIC_FEED_VALUES_H
#define SYNTHETIC_FEED_VALUES_H

#include "trust.h"

struct feed_values {
    const struct trust *trust;
    struct row *line;  /* texts of other rows are kept in it */
    struct row *other; /* a row of another table */
    struct table *tables;
    int64_t extracted; /* when the file was made */
};

enum {
    FEED_STEPS_MAX = 3
};

struct feed_source {
    const char *first; /* NULL: the column stays empty */
    int steps;
    struct {
        enum table_number table; /* TABLES: a word of the code value */
        const char *name;
    } step[FEED_STEPS_MAX];
};

/* Takes `text` apart, which must last. */
void feed_source_read(struct feed_source *source, const struct table *tables, char *text);
struct value feed_value(struct feed_values *values,
                        const struct row *row,
                        const struct feed_source *source);
/* A column of the row itself; ends the program where the table has none of this name. */
const struct value *feed_column(const struct row *row, const char *name);
int64_t feed_number(const struct row *row, const char *name);
/* Whether the row's encounter has a pathway: it is booked, or was referred (OPREF). */
bool feed_is_booked(const struct trust *trust, const struct row *row);
bool feed_is_referred(const struct trust *trust, const struct row *row);
/* Whether a record of ENCNTR_LOC_HIST goes on with the stay that the one before it began. */
bool feed_goes_on(struct feed_values *values, const struct row *row);

#endif
