/* sniff_shape.h — what separates records and fields of a sample.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_SNIFF_SHAPE_H
#define NOVATE_EXTRACT_SNIFF_SHAPE_H

#include "sniff_sample.h"

struct sniff_shape {
    char delimiter; /* 0: none found */
    char quote;     /* 0: none */
    int fields;     /* of most records */
    uint64_t records;
    uint64_t fitting;   /* with so many fields */
    uint64_t quoted;    /* records that have a quoted field */
    uint64_t malformed; /* with a quote that is neither doubled nor at the end of its field */
    uint64_t multiline; /* with a line end in a quoted field */
    double score;       /* 0 to 1 */
};

struct sniff_lines {
    uint64_t lf, cr, crlf;
    uint64_t count;
    uint64_t same;      /* lines of the length that most have */
    size_t size;        /* that length */
    const char *blanks; /* "8, 24, 31": columns, 1-based, where blanks end in every such line */
};

/* The best of the delimiters and quotes that there are, by how many records get the same number of
 * fields. */
bool sniff_shape_find(const struct sniff_sample *sample,
                      struct sniff_shape *best,
                      struct error *error) NODISCARD;

bool sniff_lines_find(const struct sniff_sample *sample,
                      struct arena *arena,
                      struct sniff_lines *lines,
                      struct error *error) NODISCARD;

#endif
