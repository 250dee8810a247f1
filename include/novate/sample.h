/* sample.h — samples for people: the sheet that they tick, and what a number of errors proves.
 *
 * A sheet shows, record by record, what the source says, what the mapping makes of it, and what the
 * table of the target holds. It holds personal data, and is written for one reader.
 * Ownership   everything that a sheet points to is the caller's. Threads   pure functions.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_SAMPLE_H
#define NOVATE_SAMPLE_H

#include "novate/text.h"

#include <stdint.h>

/* The share of wrong records in the population that is not exceeded, at 95 %, where `errors` of
 * `checked` ones that were drawn at random are wrong: the exact binomial bound (Clopper and
 * Pearson, one-sided), 1 - 0.05^(1/n) without an error. A population that is not much larger than
 * the sample makes it conservative; of one that was checked whole it is the share itself. */
double sample_upper_bound(uint64_t checked, uint64_t errors, uint64_t population);
/* As a percentage with three digits after the point, rounded up: a bound is never shown lower than
 * it is. */
void sample_push_percent(struct text_buffer *out, double share);

struct sample_field {
    const char *name;
    const char *value; /* NULL for NULL */
};

/* A row that a record gives. */
struct sample_row {
    const struct sample_field *mapped;
    const char *const *target; /* the same columns of the table's row; NULL: there is none */
    int count;
    const char *note; /* why there is no row of the table; or NULL */
};

struct sample_record {
    const char *key;
    const char *outcome; /* "carried", "left out by filter …" */
    const char *stratum; /* or NULL */
    const struct sample_field *source;
    int source_count;
    const struct sample_row *rows;
    int row_count;
};

struct sample_sheet {
    const char *migration;
    const char *entity;
    const char *source;
    const char *target;
    const char *drawn_at;
    const char *strata; /* column, or NULL */
    uint64_t seed;
    uint64_t size;
    uint64_t population;
    const struct sample_record *records;
    int count;
};

/* One page, for a browser and for paper, that fetches nothing. */
void sample_html(const struct sample_sheet *sheet, struct text_buffer *out);
/* The same, a line per field. */
void sample_csv(const struct sample_sheet *sheet, struct text_buffer *out);

#endif
