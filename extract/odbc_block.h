/* odbc_block.h — the buffers that a driver fetches a block of rows into, and their conversion into
 * vectors.
 *
 * One buffer per column, bound column-wise, as wide as the column's values may be; a column of
 * which that is not known, or is much, gets a bounded one, and a value that is longer is read again
 * in pieces. Nothing is truncated.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_ODBC_BLOCK_H
#define NOVATE_EXTRACT_ODBC_BLOCK_H

#include "cells.h"
#include "odbc_source.h"

struct odbc_slot {
    const struct odbc_column *column;
    enum odbc_form form; /* of the column, or what it comes to with this connection */
    SQLSMALLINT c_type;
    size_t width;     /* of one value in `data` */
    size_t end_bytes; /* of the terminator that the driver puts after a value */
    bool variable;    /* the indicator is a length */
    unsigned char *data;
    SQLLEN *indicators;
    struct text whole; /* unbound: the value that did not fit in `data` */
};

struct odbc_block {
    const struct odbc_connection *connection;
    struct odbc_slot *slots;
    int slot_count;
    bool bound;       /* false: each value is asked for, in order */
    bool long_values; /* a value may be longer than its buffer */
    bool adapts;      /* the driver reads ahead what a fetch asks for: rows follow their size */
    SQLULEN capacity; /* rows that one fetch gives at most */
    SQLULEN rows;     /* rows that the next fetch asks for */
    SQLULEN fetched;  /* rows that the last fetch gave; written by the driver */
    SQLULEN taken;    /* of those, converted */
    SQLUSMALLINT *status;
    struct text *cells; /* of one column */
    struct arena arena; /* long values of the last fetch */
};

bool odbc_block_init(struct odbc_block *block,
                     const struct odbc_connection *connection,
                     const struct odbc_relation *relation,
                     const int *columns,
                     int count,
                     struct error *error) NODISCARD;
/* Tells a statement about the buffers. */
bool odbc_block_bind(struct odbc_block *block, SQLHSTMT statement, struct error *error) NODISCARD;
/* Decides how many rows the next fetch asks for, where they follow their size. */
bool odbc_block_adapt(struct odbc_block *block, SQLHSTMT statement, struct error *error) NODISCARD;
/* The next rows; none in `fetched` at the end. */
bool odbc_block_fetch(struct odbc_block *block, SQLHSTMT statement, struct error *error) NODISCARD;
/* What the texts and bytes of the last fetch take, as far as the driver says. */
size_t odbc_block_bytes(const struct odbc_block *block);
/* Rows of the last fetch that were not converted. */
static inline int odbc_block_left(const struct odbc_block *block)
{
    return (int)(block->fetched - block->taken);
}
/* The next of them into rows [first, first + *count) of the batch: all that are left, or as many as
 * pass `bytes_max`, and one at least. */
bool odbc_block_convert(struct odbc_block *block,
                        SQLHSTMT statement,
                        struct batch *batch,
                        int first,
                        size_t bytes_max,
                        int *count,
                        struct error *error) NODISCARD;
void odbc_block_release(struct odbc_block *block);

/* Is the value of a row longer than its buffer? */
bool odbc_slot_truncated(const struct odbc_slot *slot, size_t row);
/* That value whole: from its beginning when it was bound, otherwise what is in the buffer and what
 * follows. In `large`, in memory of its own, if it is one; in the block's arena otherwise, or where
 * `large` is NULL. */
bool odbc_block_reread(struct odbc_block *block,
                       SQLHSTMT statement,
                       int slot,
                       size_t row,
                       struct arena *large,
                       struct text *value,
                       struct error *error) NODISCARD;
bool odbc_fetch_refused(const struct odbc_block *block,
                        SQLHSTMT statement,
                        struct error *error) COLD;

#endif
