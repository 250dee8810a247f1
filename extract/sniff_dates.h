/* sniff_dates.h — which format of dates a text has.
 *
 * A text is compared with shapes (digits, letters, separators), then read with the format itself,
 * so that what is proposed here is what the reader of files accepts. 05/06/2008 has two orders;
 * both are tried.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_SNIFF_DATES_H
#define NOVATE_EXTRACT_SNIFF_DATES_H

#include "novate/arena.h"
#include "novate/text.h"

#include <stdbool.h>

#define SNIFF_DATES       9
#define SNIFF_TIMES       21
#define SNIFF_FORMAT_SIZE 64

struct sniff_dates;

struct sniff_date {
    int date; /* 0 to SNIFF_DATES - 1 */
    int time; /* 0 to SNIFF_TIMES - 1; 0: none */
    bool day_first;
    bool month_first; /* both: the text does not tell */
    bool zoned;
};

struct sniff_dates *sniff_dates_create(struct arena *arena) NODISCARD; /* NULL: no memory */
bool sniff_dates_match(struct sniff_dates *dates, struct text text, struct sniff_date *match);

bool sniff_date_has_orders(int date);
bool sniff_date_is_iso(int date);
bool sniff_date_is_digits(int date); /* 20080605: might be a number */
/* "DD/MM/YYYY HH24:MI". */
void sniff_date_format(int date, int time, bool month_first, char format[SNIFF_FORMAT_SIZE]);

#endif
