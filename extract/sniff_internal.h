/* sniff_internal.h — a file while it is looked at. Private to the files of sniffing.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_SNIFF_INTERNAL_H
#define NOVATE_EXTRACT_SNIFF_INTERNAL_H

#include "sniff_column.h"
#include "sniff_encoding.h"
#include "sniff_sample.h"
#include "sniff_shape.h"

#include "novate/sniff.h"

struct sniffing {
    struct sniff_result *result;
    struct arena *arena;
    struct error *error;
    struct sniff_sample sample;
    struct sniff_encoding encoding;
    struct sniff_shape shape;
    struct sniff_lines lines;
    struct sniff_dates *dates;
    int fields;                /* of most records */
    struct sniff_facts *facts; /* of these, without the first record */
    struct sniff_context context;
    struct text *first; /* fields of the first record */
    int first_count;
    uint64_t records; /* all, the first included */
    uint64_t ragged;
};

/* Adds a finding; NULL for `found` is memory that was refused. */
bool sniff_report(struct sniffing *at,
                  const char *subject,
                  int confidence,
                  const char *found,
                  const char *against) NODISCARD;

/* The records of a delimited file: first record, facts and counts. */
bool sniff_delimited(struct sniffing *at) NODISCARD;
/* The same of a file with fixed columns; `*found` is false when it has none. */
bool sniff_fixed(struct sniffing *at, bool *found) NODISCARD;
/* Room for the facts of `fields` columns. */
bool sniff_facts_make(struct sniffing *at, int fields) NODISCARD;
/* Keeps the first record; `data` NULL: the field was empty. */
bool sniff_keep_first(struct sniffing *at, const struct text *fields, int count) NODISCARD;
/* Is the first record names of columns? */
bool sniff_header(struct sniffing *at) NODISCARD;
/* Header, the text for NULL and the columns, once the records were looked at. */
bool sniff_table(struct sniffing *at) NODISCARD;

#endif
