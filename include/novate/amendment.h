/* amendment.h — what was noted or mended of records that were carried, with the values before and
 * after: the restricted file of the work directory.
 *
 * Everything else that novate writes is free of personal values; this is not. Per chunk of an
 * entity there is one file in a folder of the work directory, of mode 0600, in the form of a
 * segment (compressed, checksummed, encrypted where there is a key), written under a temporary name
 * and renamed before the chunk is committed: a chunk that is carried again writes its file again. A
 * chunk without amendments has no file.
 *
 *     writer = amendment_writer_as_writer(amendments, the loader or staging writer behind it)
 *
 * Threads   one writer belongs to one pipeline.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_AMENDMENT_H
#define NOVATE_AMENDMENT_H

#include "novate/batch.h"
#include "novate/error.h"
#include "novate/pipeline.h"
#include "novate/segment_key.h"

#include <stdbool.h>

/* Of a record that passed; texts live in the arena of the batch. */
struct amendment {
    const char *key;      /* as of a reject */
    const char *position; /* as of a reject, or NULL */
    const char *column;   /* target column, or NULL: of a filter or check */
    const char *kind;     /* "note", "repair", "try" */
    const char *rule;     /* name of the rule; of a try() the column */
    const char *before;   /* the source columns that the rule reads: a JSON object of texts */
    const char *after;    /* value of the column; NULL is NULL */
};

struct amendment_writer;
struct amendment_writer_options {
    const char *work_directory;
    const char *folder; /* in it: "restricted", or a rehearsal's own */
    const char *entity;
    const struct segment_key *key; /* NULL: not encrypted */
    struct writer inner;           /* that batches are handed on to */
    struct budget *budget;
    int ordinal_offset; /* of the files: those of records that were read again are files of their
                           own */
};
/* Makes the folder if it is not there. */
bool amendment_writer_create(const struct amendment_writer_options *options,
                             struct amendment_writer **writer,
                             struct error *error) NODISCARD;
struct writer amendment_writer_as_writer(struct amendment_writer *writer);
void amendment_writer_destroy(struct amendment_writer *writer); /* NULL is allowed */

/* Removes the files of an entity: its chunks are planned anew. */
bool amendments_forget(const char *work_directory,
                       const char *folder,
                       const char *entity,
                       struct error *error) NODISCARD;

/* Gives every amendment of an entity, by chunk and row. `take` returns false to stop, and has set
 * the error then. ERROR_KEY where the files need another key. */
bool amendments_read(const char *work_directory,
                     const char *folder,
                     const char *entity,
                     const struct segment_key *key,
                     bool (*take)(void *state,
                                  const struct amendment *amendment,
                                  struct error *error),
                     void *state,
                     struct error *error) NODISCARD;

#endif
