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
    struct place place;  /* of the text */
    int *inputs;         /* source columns that it reads: indices of program->source, ascending */
    int input_count;
};

/* How records become one row: dedupe: or pivot:. */
struct grouping {
    const struct grouping_spec *spec;
    const char *name; /* "dedupe" or "pivot": what reports count under */
    struct rule *by;
    int by_count;
    enum grouping_keep {
        KEEP_LATEST,
        KEEP_EARLIEST
    } keep;
    struct rule *orders;
    int order_count;
    struct rule *attribute; /* of a pivot */
    struct rule *values;    /* of a pivot: one per column */
    int column_count;
    int first_register; /* of the columns that a pivot makes: behind those of the source */
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
    int64_t now;          /* timestamptz: when the run began */
    struct schema source; /* the columns that are read, in the order of the source */
    int *source_columns;  /* their indices in the whole source schema */
    struct schema inputs; /* those, and behind them the columns that a pivot makes */
    struct schema target; /* the columns that are written */
    int *keys;            /* indices in `source` of the source key */
    int key_count;
    int target_key[LIMIT_KEY_COLUMNS]; /* indices in `target` */
    int target_key_count;
    const char **uncovered;
    int uncovered_count;
    struct grouping *grouping; /* or NULL */
    const char **asked[PROGRAM_ASKED_COUNT];
    int asked_count[PROGRAM_ASKED_COUNT];
    struct null_risk *risks;
    int risk_count;
    bool *proven; /* columns of the whole source schema that have a value after the filters */
    struct rule *filters;
    struct rule *when;         /* NULL, or: gives a row only where it is true */
    const char *emitted;       /* name of the row under emit:, or NULL */
    struct program **branches; /* of the first: all rows that a record gives, it among them */
    int branch_count;
    struct rule *columns; /* one per column of `target` */
    struct rule *checks;
    struct register_file file;
};

/* Does the expression ask a lookup? Whether it can be parsed at all is somebody else's business. */
bool expression_asks_lookup(const struct expression_spec *spec,
                            struct arena *arena,
                            bool *asks,
                            struct error *error) NODISCARD;

#endif
