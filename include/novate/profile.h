/* profile.h — what the columns of a relation hold, without showing persons.
 *
 * A profile counts while records stream by, in memory that does not grow with them: different
 * values by HyperLogLog, frequent values and patterns by Space-Saving. Parts that were counted side
 * by side are merged. What may be shown is decided in one place, profile_summarise(): a value or
 * pattern must occur PROFILE_OCCURRENCES_MIN times for certain, and a value must also be one of few
 * (PROFILE_FEW) and not look like an identifier, or stand in a large part of the column (one record
 * in PROFILE_SHARE); smallest and largest
 * values that may not be shown are rounded (numbers to their power of ten, dates to their year) or
 * left out. Renderers see nothing but a summary.
 *
 *     profile_create → profile_add … → profile_merge … → profile_summarise → profile_destroy
 *                                                              │
 *                                   profile_json, profile_text, profile_csv, profile_html
 *
 * Ownership   a summary lives in the arena given. Threads   a profile belongs to one thread at a
 * time.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_PROFILE_H
#define NOVATE_PROFILE_H

#include "novate/batch.h"
#include "novate/error.h"

#include <stdbool.h>
#include <stdint.h>

#define PROFILE_OCCURRENCES_MIN 5
#define PROFILE_FEW             256
#define PROFILE_SHARE           10

struct profile;

/* `schema` must outlive the profile. */
bool profile_create(const struct schema *schema,
                    struct budget *budget,
                    struct profile **out,
                    struct error *error) NODISCARD;
/* `batch` is as a source's reader gives it, with the columns of the schema. */
bool profile_add(struct profile *profile, const struct batch *batch, struct error *error) NODISCARD;
/* As it was made; its memory is kept for what is counted next. */
void profile_reset(struct profile *profile);
/* Adds what another profile of the same schema has counted. */
bool profile_merge(struct profile *into, const struct profile *from, struct error *error) NODISCARD;
/* Bytes that the profile holds. */
size_t profile_bytes(const struct profile *profile);
void profile_destroy(struct profile *profile); /* NULL is allowed */

/* A value or pattern and how often it occurs: exactly, where both are the same. */
struct profile_frequent {
    const char *text;
    bool cut; /* only the beginning of the value */
    uint64_t at_least;
    uint64_t at_most;
};

/* The smallest or largest value. */
struct profile_extreme {
    const char *text; /* NULL: not shown */
    bool rounded;
    bool cut;
};

struct profile_column {
    const char *name;
    const char *type;
    uint64_t values; /* that are not NULL */
    uint64_t nulls;
    uint64_t unknown; /* NULL in a record of which another column could not be read */
    uint64_t errors[REJECT_CLASS_COUNT]; /* values that could not be read; at most one a record */
    uint64_t empty;                      /* texts */
    uint64_t blank;                      /* texts of blanks only */
    uint64_t distinct;
    bool distinct_exact;
    struct profile_extreme smallest; /* texts by bytes (collation C) */
    struct profile_extreme largest;
    bool has_lengths; /* texts in characters, bytea in bytes */
    uint64_t length_min;
    uint64_t length_max;
    double length_average;
    const struct profile_frequent *frequent; /* falling */
    int frequent_count;
    const struct profile_frequent *patterns;
    int pattern_count;
};

struct profile_relation {
    const char *entity;
    const char *source;      /* "table PERSON" */
    const char *consistency; /* as source.h says it */
    uint64_t records;
    uint64_t errors[REJECT_CLASS_COUNT]; /* records that could not be read at all */
    struct profile_column *columns;
    int column_count;
};

/* Counts and columns; entity, source and consistency are the caller's. */
bool profile_summarise(const struct profile *profile,
                       struct arena *arena,
                       struct profile_relation *relation,
                       struct error *error) NODISCARD;

struct profile_report {
    const char *migration;
    const char *started_at; /* "2008-06-09T12:00:00Z" */
    const char *finished_at;
    const char *tool_version;
    const struct profile_relation *relations;
    int relation_count;
};

/* The canonical form (extract/README.md), and renderings that say the same. */
void profile_json(const struct profile_report *report, struct text_buffer *out);
void profile_text(const struct profile_report *report, struct text_buffer *out);
void profile_csv(const struct profile_report *report, struct text_buffer *out);
void profile_html(const struct profile_report *report, struct text_buffer *out);

#endif
