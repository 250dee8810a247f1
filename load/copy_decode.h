/* copy_decode.h — rows of COPY BINARY as they come from the server, into the vectors of a batch.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_LOAD_COPY_DECODE_H
#define NOVATE_LOAD_COPY_DECODE_H

#include "novate/batch.h"

enum copy_row {
    COPY_ROW,      /* a row was stored */
    COPY_NO_ROW,   /* the message held nothing but the header */
    COPY_TRAILER,  /* the end of the data */
    COPY_MALFORMED /* not what the server should send */
};

/* Reads the header that the first message begins with; the rest of the message is a row, or
 * nothing. */
bool copy_decode_head(const char **data, size_t *size) NODISCARD;

/* Stores the row in `data` as row `row` of the batch, whose vectors are flat. Texts point into
 * `data`, which must live as long as the batch; numbers that are too wide go to the batch's arena.
 * `*outcome` says what the message was. */
bool copy_decode_row(const char *data,
                     size_t size,
                     struct batch *batch,
                     int row,
                     enum copy_row *outcome,
                     struct error *error) NODISCARD;

#endif
