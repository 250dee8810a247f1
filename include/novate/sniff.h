/* sniff.h — what a file of unknown shape probably is, from a bounded sample of it.
 *
 * Reads the beginning, some places in the middle and the end (all of a small file) and proposes how
 * a mapping should read it. Every finding has a confidence and says what speaks against it; what
 * cannot be decided (the order of day and month) is said and left as text, never guessed. Nothing
 * that is shown holds a value of a record: names of columns are shown only when the first record is
 * surely a header.
 *
 *     sniff_file → sniff_print
 *
 * Ownership   what is found lives in the arena given. Threads   no state is shared.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_SNIFF_H
#define NOVATE_SNIFF_H

#include "novate/arena.h"
#include "novate/error.h"
#include "novate/text.h"

#include <stdbool.h>
#include <stdint.h>

enum sniff_kind {
    SNIFF_DELIMITED,
    SNIFF_FIXED_WIDTH,
    SNIFF_NO_TABLE, /* empty, HL7, compressed, binary; no source block */
};

struct sniff_finding {
    const char *subject; /* "delimiter" */
    const char *found;   /* "\"|\"" */
    int confidence;      /* percent */
    const char *against; /* or NULL */
};

struct sniff_column {
    const char *name; /* NULL: the file has no header */
    const char *type; /* as a mapping writes it: "bigint", "date 'DD/MM/YYYY'" */
    int confidence;
    const char *note; /* what was seen, without values */
};

/* Where a fixed column is, in characters from 1. */
struct sniff_place {
    int start;
    int width;
};

#define SNIFF_FINDINGS_MAX 16

struct sniff_result {
    enum sniff_kind kind;
    const char *file; /* its name, without folders */
    uint64_t file_bytes;
    uint64_t read_bytes; /* unpacked */
    bool whole;          /* all of it was looked at */
    uint64_t records;    /* looked at, without the header */
    struct sniff_finding findings[SNIFF_FINDINGS_MAX];
    int finding_count;
    bool millennium; /* bars, no quotes, a header after # */
    char delimiter;
    char quote; /* 0: none */
    bool header;
    const char *null;     /* text that stands for NULL */
    const char *encoding; /* as a mapping names it */
    struct sniff_column *columns;
    int column_count;
    const struct sniff_place *places; /* of fixed columns; NULL otherwise */
};

/* ERROR_IO when the file cannot be read. */
bool sniff_file(const char *path,
                struct arena *arena,
                struct sniff_result *result,
                struct error *error) NODISCARD;

/* The findings as comments of YAML, and below them, for a table, the mapping's `source:` block. */
void sniff_print(const struct sniff_result *result, struct text_buffer *out);

#endif
