/* odbc_slice.h — a chunk read in slices, for drivers that store whole results.
 *
 * Such a driver gives no row before it holds the last one of the result. Nothing would be loaded
 * meanwhile, and a chunk would stand in memory twice. So the chunk of an integer key is asked for
 * in key ranges of a few batches each, all in one snapshot: to its reader it is one chunk as ever.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_ODBC_SLICE_H
#define NOVATE_EXTRACT_ODBC_SLICE_H

#include "odbc_source.h"

struct odbc_slices {
    struct chunk slice; /* the one in hand; bounds point into this struct or into the chunk */
    const struct chunk *chunk;
    int64_t low;  /* of the slice, exclusive */
    int64_t high; /* of the chunk, inclusive */
    uint64_t width;
    bool sliced; /* a snapshot is open */
    const char *lower[1];
    const char *upper[1];
    char lower_text[24];
    char upper_text[24];
};

/* Decides on slices and makes the first one: the chunk itself where there is nothing to be sliced.
 * The chunk must outlive the slices, which stay where they are. */
bool odbc_slices_begin(struct odbc_slices *slices,
                       struct odbc_connection *connection,
                       const struct relation *relation,
                       const struct chunk *chunk,
                       struct arena *arena,
                       struct error *error) NODISCARD;
/* The next slice; false after the last one. */
bool odbc_slices_next(struct odbc_slices *slices);
/* Ends the snapshot. */
bool odbc_slices_end(struct odbc_slices *slices,
                     struct odbc_connection *connection,
                     struct error *error) NODISCARD;

#endif
