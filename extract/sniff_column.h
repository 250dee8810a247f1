/* sniff_column.h — what the values of a column of a sample have in common, and the type that this
 * suggests.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_SNIFF_COLUMN_H
#define NOVATE_EXTRACT_SNIFF_COLUMN_H

#include "sniff_dates.h"

#include "novate/error.h"
#include "novate/sniff.h"
#include "novate/text.h"

#include <stdint.h>

/* Texts that stand for NULL in somebody's extracts. */
#define SNIFF_NULLS 5
extern const char *const sniff_null_texts[SNIFF_NULLS];

/* Counts of values; what is empty or one of the texts for NULL is in `empty`, `quoted_empty` or
 * `nulls` only. */
struct sniff_facts {
    uint64_t records; /* that have the column */
    uint64_t empty;
    uint64_t quoted_empty;
    uint64_t nulls[SNIFF_NULLS];
    uint64_t values;
    uint64_t integers; /* up to 18 digits, no leading zeros */
    uint64_t leading_zeros;
    uint64_t long_digits; /* more than 18 */
    uint64_t decimals;
    uint64_t commas; /* 12,50 and 1.234,50 */
    uint64_t exponents;
    uint64_t nhs_numbers; /* ten digits with a valid check digit */
    uint64_t zero_one;
    uint64_t truths; /* true, false, t, f */
    uint64_t yes_no; /* Y, N, yes, no */
    uint64_t uuids;
    uint64_t times;
    uint64_t padded; /* blanks around */
    uint64_t dates;
    uint64_t zoned;
    uint64_t timed; /* dates with a time */
    uint64_t midnights;
    uint32_t formats[SNIFF_DATES][SNIFF_TIMES];
    uint32_t day_first[SNIFF_DATES];   /* only so */
    uint32_t month_first[SNIFF_DATES]; /* only so */
    uint32_t either[SNIFF_DATES];
    uint32_t characters_max;
    int whole_digits_max; /* before the point */
    int scale_max;
};

/* What is known of the file that a column may depend on. */
struct sniff_context {
    int null_text;  /* index of sniff_null_texts; -1: the empty text is NULL */
    bool whole;     /* every record was looked at */
    bool day_first; /* another column shows it */
    bool month_first;
    bool utf8;
};

/* A field without data was empty and not quoted. */
void sniff_facts_add(struct sniff_facts *facts, struct sniff_dates *dates, struct text field);
bool sniff_facts_typed(const struct sniff_facts *facts, const struct sniff_context *context);
/* Could the field be a value of the type that the facts suggest? Text: always. */
bool sniff_facts_differ(const struct sniff_facts *facts,
                        const struct sniff_context *context,
                        struct sniff_dates *dates,
                        struct text field);
bool sniff_column_decide(const struct sniff_facts *facts,
                         const struct sniff_context *context,
                         struct arena *arena,
                         struct sniff_column *column,
                         struct error *error) NODISCARD;

#endif
