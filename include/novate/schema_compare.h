/* schema_compare.h — is the structure of a database what was declared?
 *
 * A pure function of two catalogues: what the schema file of a plan makes of an empty database, and
 * what the target has. One finding per property that differs; what follows from another finding is
 * left out: the columns of a table that is missing, the copies of an index in the partitions.
 *
 * Ownership   findings live in the arena and point into the catalogues.
 * Errors      ERROR_MEMORY.  SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_SCHEMA_COMPARE_H
#define NOVATE_SCHEMA_COMPARE_H

#include "novate/target_catalogue.h"

#include <stdint.h>

enum schema_deviation {
    SCHEMA_MISSING,   /* declared, and not there */
    SCHEMA_EXTRA,     /* there, and not declared; extensions may be */
    SCHEMA_DIFFERENT, /* one of its properties */
    SCHEMA_BEHIND,    /* a sequence: the next insertion would collide */
};

struct schema_finding {
    enum schema_deviation deviation;
    const struct catalogue_item *item;         /* declared; where it is extra, found */
    const char *property;                      /* of SCHEMA_DIFFERENT, else NULL */
    const char *declared;                      /* value; NULL: it has none */
    const char *found;                         /* likewise */
    const struct catalogue_sequence *sequence; /* of SCHEMA_BEHIND, else NULL */
};

struct schema_comparison {
    struct schema_finding *findings; /* by schema, object, kind, name, property */
    int count;
    const struct catalogue_gap **gaps; /* of the target's, those of declared objects */
    int gap_count;
    uint64_t compared[CATALOGUE_KIND_COUNT]; /* declared objects */
    uint64_t objects;                        /* all of them */
};

bool schema_compare(const struct target_catalogue *declared,
                    const struct target_catalogue *found,
                    struct arena *arena,
                    struct schema_comparison *comparison,
                    struct error *error) NODISCARD;

/* "missing", "extra", "different", "behind". */
const char *schema_deviation_name(enum schema_deviation deviation);
/* "index", "indexes". */
const char *catalogue_kind_name(enum catalogue_kind kind, bool several);
/* The finding in words, without a line end: for people, safe for a terminal. */
void schema_finding_text(const struct schema_finding *finding, struct text_buffer *out);
/* A name or reason, made safe for a terminal in the same way. */
void schema_text(const char *text, struct text_buffer *out);

#endif
