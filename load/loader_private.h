/* loader_private.h — what the files of the loader share.
 *
 *     loader.c     the writer: chunks, transactions, the ledger's row of a chunk
 *     sending.c    one COPY of rows of a piece, under a savepoint
 *     references.c which rows refer to what is not there, by a foreign key that is off
 *     screen.c     finds the rows of a piece that would be refused by one question to the server
 *     sift.c       has the server narrow a piece to the rows at fault
 *     narrow.c     does so from here, COPY by COPY
 *     refusal.c    reads out of the server's answer which row and what it was
 *     rejects.c    rows of novate.reject
 *     parents.c    which of them refer to a record that is a reject itself
 *     merge.c      mode upsert: from the piece's temporary table into the target's
 *     retry.c      records of a loaded chunk that were rejected and are read again
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_LOAD_LOADER_PRIVATE_H
#define NOVATE_LOAD_LOADER_PRIVATE_H

#include "blocks.h"
#include "copy_encode.h"
#include "parents.h"
#include "piece.h"
#include "probe.h"
#include "references.h"
#include "session_private.h"

#include "novate/loader.h"

enum {
    SCREEN_CERTAIN = 256,
    SCREEN_ROWS_MIN = 64 /* fewer rows are narrowed in less time than a question takes */
};

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
    bool suspect; /* one row that was refused in a block: the column is to be told */
    bool sifted;  /* without the rows that the probe has named */
    bool absent;  /* one row that refers to what is not there: is it refused for another reason? */
};

struct merge;

struct loader {
    struct session *session;
    struct loader_options options;
    struct copy_encoder encoder;
    struct piece piece;
    struct wire slice;          /* of its rows, what the probe looks at */
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
    struct parents parents;     /* and those whose class is not known yet */
    bool has_rejects;           /* of the chunk, waiting or written */

    /* the piece that is being sent */
    bool copying;
    const char *copy_elsewhere; /* COPY to the table of the probe or of the blocks; NULL: to the
                                   target's own */
    int sent_rows;              /* of the COPY that is open */
    enum savepoint savepoint;
    struct range *waiting; /* a stack; LIMIT_COPY_ROWS + 2 of them */
    int waiting_count;
    int unforeseen; /* rows that were refused, and that the probe has not named */

    /* whether pieces are screened, or sifted, before the target has refused any of their rows */
    struct probe probe;
    bool probe_table; /* there is one, in this transaction */
    struct references references;
    struct blocks blocks;
    int expected;     /* how likely a piece has rows that are refused, of SCREEN_CERTAIN */
    int screen_pause; /* rows that are not screened, since that did not help */
    int screen_pause_last;

    /* how far apart refused rows are, so that pieces are made to measure */
    int gap_rows;
    int piece_rows; /* that the piece in hand may have */
    int good_rows;  /* since the last refusal */
    bool late;      /* refusals come after the last row of a COPY, and undo all of it */
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

/* Sends what the piece has by now, if that is much and need not wait for its end. */
bool loader_advance(struct loader *loader, struct error *error) NODISCARD;
/* Sends what the piece has and was not sent, to `copy_elsewhere` if that is set; begins its COPY if
 * need be. */
bool loader_send(struct loader *loader, struct error *error) NODISCARD;
/* Ends the COPY that loader_send() has begun, and forgets where it went. */
bool loader_send_end(struct loader *loader,
                     bool *accepted,
                     struct refusal *refusal,
                     struct error *error) NODISCARD;
/* Sends rows in a COPY of their own. `*accepted` false: `refusal` says why. */
bool loader_send_range(struct loader *loader,
                       struct range range,
                       bool *accepted,
                       struct refusal *refusal,
                       struct error *error) NODISCARD;
/* Sets what the savepoint of a piece keeps: what was done before it, or since it too. */
bool loader_savepoint(struct loader *loader, struct error *error) NODISCARD;
/* How many rows a range has, and which one is the nth. */
int range_rows(const struct loader *loader, struct range range);
int range_row(const struct loader *loader, struct range range, int nth);

/* Can the server be asked about pieces, as far as is known? */
bool screen_allowed(const struct loader *loader);
/* Directs the piece to the probe's table, if that can be had. */
bool screen_aim(struct loader *loader, struct error *error) NODISCARD;
/* Asks it. `*settled`: every row of the piece is accepted or refused. */
bool screen_piece(struct loader *loader, bool *settled, struct error *error) NODISCARD;
/* How a piece went: rows that were refused as foreseen, and others. */
void screen_note(struct loader *loader, int foreseen, int unforeseen);
/* What was to help has failed. False: that is the operation's failure too, and `error` is set; else
 * what was done since the savepoint is undone with the next statement. */
bool screen_recover(struct loader *loader, struct error *failure, struct error *error) NODISCARD;

/* Can the server narrow pieces, as far as is known? */
bool sift_allowed(const struct loader *loader);
/* Directs the piece to the blocks' table, if that can be had. */
bool sift_aim(struct loader *loader, struct error *error) NODISCARD;
/* Has it narrow the piece. `*sifted`: but for what waits, every row is accepted or refused. */
bool sift_piece(struct loader *loader, bool *sifted, struct error *error) NODISCARD;

/* How far refused rows are apart. */
void note_good(struct loader *loader, int rows);
void note_refused(struct loader *loader, int good_before);
/* Rows that are to be sent, the last one first. */
void push_range(struct loader *loader, struct range range);

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

/* The chunk's row is locked: locks the rejects that are retried. */
bool retry_begin(struct loader *loader, bool loaded, struct error *error) NODISCARD;
/* Numbers of the rejects whose records were read again so far, as an array of the server's; NULL
 * when memory ran out. */
const char *retry_found(struct loader *loader);
/* All rows are sent: settles the rejects, and makes `whole` the chunk's tally from now on. */
bool retry_end(struct loader *loader, struct tally *whole, struct error *error) NODISCARD;

#endif
