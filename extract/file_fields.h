/* file_fields.h — a record of a file into its fields.
 *
 * A record is cut where it stands; one that has a doubled quote, or a quote where none should be,
 * goes through libcsv, which undoes them. Both give the same (a test compares them), but libcsv
 * looks at each byte. Which fields are NULL is decided here, because only here it is known which
 * were quoted. Records of fixed columns are cut by fixed_fields.h.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_FILE_FIELDS_H
#define NOVATE_EXTRACT_FILE_FIELDS_H

#include "file_scan.h"
#include "fixed_fields.h"

#include "novate/error.h"
#include "novate/limits.h"
#include "novate/text.h"

#include <csv.h>

struct file_fields {
    struct csv_parser parser;
    bool parser_ready;
    char delimiter;
    int quote;
    struct text null_text;
    struct text *items; /* LIMIT_COLUMNS; `data` NULL: the field is NULL */
    int count;          /* of the record, LIMIT_COLUMNS + 1 when there are more */
    /* Of fixed columns: */
    const struct fixed_layout *fixed; /* NULL: fields are delimited */
    uint32_t *offsets;
    enum fixed_status status; /* of the record; its items are only there when it is FIXED_OK */
    size_t characters;        /* of a record that has too few or too many */
    /* While a record is parsed: */
    char *to; /* where libcsv's next field goes */
    const char *raw;
    const char *raw_end;
    const char *seek; /* raw field number seek_index begins here */
    int seek_index;
    int rows;
};

bool file_fields_init(struct file_fields *fields,
                      char delimiter,
                      int quote,
                      struct text null_text,
                      struct error *error) NODISCARD;
/* Records have fixed columns; `layout` outlives the fields. */
bool file_fields_init_fixed(struct file_fields *fields,
                            const struct fixed_layout *layout,
                            struct error *error) NODISCARD;
/* `plain` has room for `size` bytes: what is quoted is put there without its quotes. The items
 * point into `data` and `plain`. */
bool file_fields_split(struct file_fields *fields,
                       const char *data,
                       size_t size,
                       bool quoted,
                       char *plain,
                       struct error *error) NODISCARD;
/* Where in a record byte `offset` of a field's text stands, quotes and their doubles counted. */
size_t file_fields_offset(const struct file_fields *fields,
                          struct text record,
                          int index,
                          size_t offset);
void file_fields_release(struct file_fields *fields);

#endif
