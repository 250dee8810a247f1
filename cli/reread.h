/* reread.h — records that were rejected, read again from the source: a reader that gives those of
 * one chunk, and no others.
 *
 * A record is told by its key as the ledger has it, in a file without a key by its line. Where an
 * index serves the key and there are few, each is asked for by itself; otherwise the chunk is read.
 * A key that more records have than were rejected tells none apart: of these only a record that is
 * the same as it was is taken, by its hash. Where one record is not one row, it is taken only if
 * none of its rows can be there yet. One thread.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_REREAD_H
#define CLI_REREAD_H

#include "job.h"
#include "list_reader.h"
#include "record_key.h"

#include "novate/target_reject.h"

enum reread_state {
    REREAD_MISSING,   /* not there any more */
    REREAD_FOUND,     /* handed out */
    REREAD_AMBIGUOUS, /* its key is that of several, none of which is as it was */
    REREAD_LEFT,      /* of the rows that it has a part in some may be there */
};

struct wanted {
    const struct target_reject *reject;
    struct hash source_hash;
    enum reread_state state;
    bool shared; /* its key is that of more records */
};

struct reread {
    struct job *job;
    struct entity *entity;
    const int *columns; /* of the relation, those that are read */
    int column_count;
    int ordinal;           /* of the ledger's chunk */
    struct wanted *wanted; /* by key */
    int count;
    struct record_key key;
    int64_t *found; /* numbers of rejects, as records are handed out */
    int *places;    /* in `wanted`, of the same */
    int found_count;
    struct transform *judge;  /* of a mapping by which a record is not one row, or NULL */
    struct chunk_list chunks; /* what is read */
    struct source *source;
    struct list_reader records;
    struct reader inner;
    struct text_buffer scratch;
    bool begun; /* rows were handed out */
    bool ended;
    bool again; /* keys came out as shared: close, and open anew */
};

/* `rejects` are of one chunk of the ledger, `columns` outlive the reading and hold the key. False
 * with ERROR_STATE where records cannot be told apart. */
bool reread_create(struct reread *reread,
                   struct job *job,
                   struct entity *entity,
                   const int *columns,
                   int column_count,
                   const struct target_chunk *chunk,
                   const struct target_reject *rejects,
                   int count,
                   struct error *error) NODISCARD;
/* Reads from the beginning; the reader ends with an empty batch that ends the chunk. Where it fails
 * with `again` set, what was made of its batches is to be undone, and it is opened anew. */
bool reread_open(struct reread *reread, struct reader *reader, struct error *error) NODISCARD;
void reread_close(struct reread *reread);
void reread_release(struct reread *reread);

#endif
