/* cells.h — a column of texts as a source gave them, into a typed vector.
 *
 * Both drivers end here: fields of files, and columns that a database gives as text because that is
 * what is exact. A cell whose `data` is NULL is NULL. A value that is not of the column's type is a
 * row error and leaves NULL behind; messages never hold the value, but the one byte that is no
 * character, in hexadecimal digits.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_CELLS_H
#define NOVATE_EXTRACT_CELLS_H

#include "date_formats.h"
#include "decode.h"

#include "novate/batch.h"
#include "novate/datetime.h"
#include "novate/limits.h"

/* Where a byte of a cell stands in its file. */
struct cell_places {
    void *state;
    bool (*offset)(void *state,
                   const struct batch *batch,
                   int column,
                   int row,
                   size_t cell_offset,
                   uint64_t *file_offset);
};

struct cell_format {
    struct text_care care;            /* of texts; repairs go to the batch's counters */
    const struct cell_places *places; /* NULL: offsets are those in the value */
    const struct date_formats *dates; /* of dates and times; NULL: as PostgreSQL reads them */
    const struct zone *zone;          /* of timestamptz without a zone; NULL: UTC */
    bool declared;  /* lengths and scales are the plan's, and no server has enforced them */
    bool repeated;  /* another column of the batch is the same one, and counts its repairs */
    bool hex_bytes; /* BYTEA is \x and hex digits; otherwise the bytes themselves */
};

/* `rows` cells into rows `first` and following of batch->columns[column], whose values are zero. */
bool cells_convert(const struct text *cells,
                   int first,
                   int rows,
                   const struct cell_format *format,
                   struct batch *batch,
                   int column,
                   struct error *error) NODISCARD;

/* Notes a row error of a cell and makes it NULL. `message` must live as long as the batch. */
bool cell_refuse(struct batch *batch,
                 int column,
                 int row,
                 enum reject_class class,
                 const char *message,
                 struct error *error) NODISCARD;
bool cell_set_null(struct batch *batch, int column, int row, struct error *error) NODISCARD;

#endif
