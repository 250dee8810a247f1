/* sniff_shape.h — what separates records and fields of a sample.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_SNIFF_SHAPE_H
#define NOVATE_EXTRACT_SNIFF_SHAPE_H

#include "sniff_sample.h"

#include "novate/text.h"

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

#define SNIFF_FIXED_FIELDS 64

struct sniff_lines {
    uint64_t lf, cr, crlf;
    uint64_t count;
    uint64_t same;                  /* lines of the length that most have */
    size_t size;                    /* that length */
    int starts[SNIFF_FIXED_FIELDS]; /* bytes, from 0, where a field begins after a blank */
    int start_count;                /* in every such line; the first is 0 */
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

/* The next line of a piece, without its end; `*at` is moved behind it. */
bool sniff_line_next(const struct sniff_piece *piece, size_t *at, struct text *line);

#endif
