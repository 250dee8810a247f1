/* odbc_reads.h — a chunk as a sequence of short reads, each a range of an index.
 *
 * A unique integer key is read by LIMIT: the last row of a read says where the next one begins. Of
 * any other key the source is first asked for its n-th key after the last one, and then for all
 * rows up to and with it, so that rows of equal keys are never parted; a chunk that was counted
 * when it was planned, and that one read holds, is asked for at once. Where no index serves the
 * key, every further read would be another scan: the chunk is one read. It is one, too, for rows
 * without a key.
 *
 *     odbc_reads_begin → odbc_reads_next → execute, fetch, odbc_reads_took … → odbc_reads_next …
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_ODBC_READS_H
#define NOVATE_EXTRACT_ODBC_READS_H

#include "odbc_source.h"

enum odbc_reads_by {
    ODBC_READS_WHOLE,
    ODBC_READS_STEPS,
    ODBC_READS_LIMIT,
};

struct odbc_reads {
    struct odbc_connection *connection;
    const struct relation *bounding; /* along whose index: the relation's own, or its split's */
    bool split;                      /* the latter */
    struct pace *pace;               /* or NULL */
    enum odbc_reads_by by;
    struct chunk range; /* what the read in hand asks for */
    uint64_t limit;     /* rows that it asks for at most; 0: all of the range */
    const struct chunk *chunk;
    bool last;         /* no read follows */
    bool held;         /* the gate was passed, and pace_leave() is owed */
    uint64_t rows;     /* of the read in hand */
    uint64_t bytes;    /* of its values, where `sized` */
    uint64_t rows_max; /* that a read asks for, where `sized` */
    bool sized;        /* the driver stores results, and values may be long */
    int64_t source_ns; /* of it */
    int64_t last_key;  /* ODBC_READS_LIMIT: of the last row */
    char lower_text[24];
    const char *lower[1];
    struct arena bounds[2]; /* lower and upper end of the read in hand, in turn */
    int turn;
};

void odbc_reads_init(struct odbc_reads *reads,
                     struct odbc_connection *connection,
                     const struct relation *relation,
                     struct pace *pace);
/* Of a chunk, which outlives the reading of it. `by_limit`: the cursor can say the integer key of
 * each row. */
void odbc_reads_begin(struct odbc_reads *reads, const struct chunk *chunk, bool by_limit);
/* Passes the gate and decides on the next read; `*more` is false after the last one. */
bool odbc_reads_next(struct odbc_reads *reads, bool *more, struct error *error) NODISCARD;
/* Values may be long: a driver that stores results gets no more rows at a time than its memory is
 * meant for, going by the size of the last ones. For a reader, before its first chunk. */
void odbc_reads_size(struct odbc_reads *reads);
/* Rows came, or their end, and the source needed so long. */
void odbc_reads_took(struct odbc_reads *reads, uint64_t rows, int64_t source_ns);
/* The read in hand is at its end, or given up. */
void odbc_reads_leave(struct odbc_reads *reads);
void odbc_reads_release(struct odbc_reads *reads);

/* Rows that a read of the relation asks for. */
uint64_t odbc_read_rows(const struct odbc_connection *connection, struct pace *pace);

#endif
