/* program.h — the inside of a compiled mapping, for program*.c and transform*.c.
 *
 * Read-only after program_compile(); everything lives in the arena given there.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_PROGRAM_H
#define TRANSFORM_PROGRAM_H

#include "step.h"

#include "novate/datetime.h"
#include "novate/transform.h"

/* A filter, a column or a check. */
struct rule {
    const char *name;
    struct routine routine;
    bool notes;          /* it has a try() */
    const char *message; /* of a check that is not met */
    const char *text;    /* as written, for explanations */
};

struct term;

/* A column that must have a value. */
struct null_risk {
    const char *name;
    struct place place;
    struct term *term;
};

struct program {
    const struct mapping *mapping;
    const struct zone *zone;
    struct schema source; /* the columns that are read, in the order of the source */
    int *source_columns;  /* their indices in the whole source schema */
    struct schema target; /* the columns that are written */
    int *keys;            /* indices in `source` of the source key */
    int key_count;
    int target_key[LIMIT_KEY_COLUMNS]; /* indices in `target` */
    int target_key_count;
    const char **uncovered;
    int uncovered_count;
    const char **asked[PROGRAM_ASKED_COUNT];
    int asked_count[PROGRAM_ASKED_COUNT];
    struct null_risk *risks;
    int risk_count;
    bool *proven; /* columns of the whole source schema that have a value after the filters */
    struct rule *filters;
    struct rule *columns; /* one per column of `target` */
    struct rule *checks;
    struct register_file file;
};

#endif
