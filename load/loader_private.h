/* loader_private.h — what the files of the loader share.
 *
 *     loader.c     the writer: chunks, transactions, the ledger's row of a chunk
 *     narrow.c     sends pieces, and narrows one that the server refuses to the rows at fault
 *     refusal.c    reads out of the server's answer which row and what it was
 *     rejects.c    rows of novate.reject
 *     merge.c      mode upsert: from the piece's temporary table into the target's
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_LOAD_LOADER_PRIVATE_H
#define NOVATE_LOAD_LOADER_PRIVATE_H

#include "copy_encode.h"
#include "piece.h"
#include "session_private.h"

#include "novate/loader.h"

/* What the savepoint of the current piece is good for; decides how the next statement begins. */
enum savepoint {
    SAVEPOINT_NONE,  /* not made */
    SAVEPOINT_KEPT,  /* what was done since is to stay */
    SAVEPOINT_BROKEN /* what was done since failed: roll back to it */
};

/* Rows of a piece that wait to be sent. */
struct range {
    int first;
    int end;
    bool uncut;   /* goes as it is, however long: the server has taken it, or is likely to */
    bool counted; /* note_refused() knows its rows already */
};

struct merge;

struct loader {
    struct session *session;
    struct loader_options options;
    struct copy_encoder encoder;
    struct piece piece;
    struct arena arena;         /* of the loader: names, statements, hashes */
    struct hash *hashes;        /* of the rows of a batch */
    struct text_buffer scratch; /* of the hashes; of one key */
    const char *copy;           /* COPY … FROM STDIN */
    const char *table_name;     /* of it, without schema and quotes, as error contexts have it */
    struct merge *merge;        /* mode upsert: what follows the COPY; or NULL */

    /* the chunk */
    bool in_chunk;
    bool skipped; /* it was loaded already */
    int chunk;
    struct arena chunk_arena; /* of the tally */
    struct tally tally;
    struct text_buffer rejects; /* rows of novate.reject that wait, COPY text */

    /* the piece that is being sent */
    bool copying;
    size_t sent_bytes;
    enum savepoint savepoint;
    struct range *waiting; /* a stack; LIMIT_COPY_ROWS + 2 of them */
    int waiting_count;

    /* how far apart refused rows are, so that pieces are made to measure */
    int gap_rows;
    int good_rows; /* since the last refusal */
    bool late;     /* refusals come after the last row of a COPY, and undo all of it */
};

/* A refusal, as far as it may be shown, and where. */
struct refusal {
    char sqlstate[6];
    char constraint[128];
    char column[128];
    int row;             /* of the piece; -1: not told */
    bool guessed;        /* the row was found by its key */
    bool left_out;       /* no error: a trigger kept rows from being stored */
    const char *message; /* no error: novate itself leaves the row out, under `class`; or NULL */
    enum reject_class class;
};

/* Rows that a piece should have. */
int loader_window(const struct loader *loader);
/* Sends what the piece has and was not sent; begins its COPY if need be. */
bool loader_send(struct loader *loader, struct error *error) NODISCARD;
/* Ends the piece: every row of it is accepted or has become a reject. */
bool loader_finish_piece(struct loader *loader, struct error *error) NODISCARD;

/* Reads the refusal of rows that begin with row `first` of the piece. False: it was not the fault
 * of a row, and `error` is set. */
bool refusal_read(struct loader *loader,
                  const PGresult *result,
                  struct range range,
                  struct refusal *refusal,
                  struct error *error) NODISCARD;

/* Adds a reject of the transformation. */
bool rejects_push(struct loader *loader,
                  const struct reject *reject,
                  struct error *error) NODISCARD;
/* Moves row `row` of the piece from passed to rejected, in the tally and in the ledger. */
bool rejects_refuse(struct loader *loader,
                    int row,
                    const struct refusal *refusal,
                    struct error *error) NODISCARD;
/* Sends the rows that wait to novate.reject; not while a COPY is open. */
bool rejects_flush(struct loader *loader, struct error *error) NODISCARD;

#endif
