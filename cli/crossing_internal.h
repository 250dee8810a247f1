/* crossing_internal.h — what crossing.c (in order) and crossing_compare.c (one record) share.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_CROSSING_INTERNAL_H
#define CLI_CROSSING_INTERNAL_H

#include "crossing.h"

#include "novate/cross_check.h"

/* What the mapping made of a record. */
struct fate {
    enum fate_kind {
        FATE_KEPT,
        FATE_MERGED,         /* another record of its group was kept */
        FATE_FILTERED,       /* `index` of the filter */
        FATE_FILTER_REFUSED, /* a filter could not be computed */
        FATE_COLUMN_REFUSED, /* `index` of the column, `class` */
        FATE_CHECK_NOT_MET,  /* `index` of the check */
        FATE_CHECK_REFUSED,  /* a check could not be computed */
        FATE_UNKNOWN
    } kind;
    int index;
    enum reject_class class;
    int row;    /* FATE_KEPT: of the mapped rows */
    bool loses; /* FATE_COLUMN_REFUSED: the server sees too that the column would lose something */
};

struct crossing {
    struct job *job;
    struct entity *entity;
    struct rendering rendering;
    struct cross_check *cross;
    struct batch *mapped; /* the rows of the slice */
    struct fate *fates;   /* of the records of the slice */
    int first;            /* record of the pick that the slice begins with */
    int filters;          /* that the server computes: the first so many */
    int checks;
    struct text_buffer *scratch;
    struct cross_result *result;
    struct cross_difference *differences;
    bool *seen; /* records that were compared */
};

/* Of a record that was mapped alone. */
void crossing_fate(const struct program *program,
                   const struct mapping *mapping,
                   const struct batch *out,
                   struct fate *fate);
/* Asks the server about values that the mapping refused because their column would lose something.
 * Before its rows are read: it says one thing at a time. */
bool crossing_ask_losses(struct crossing *crossing, int count, struct error *error) NODISCARD;
/* Compares the rows that the server gave with those of the slice. */
bool crossing_compare(void *state, struct batch *batch, struct error *error) NODISCARD;

#endif
