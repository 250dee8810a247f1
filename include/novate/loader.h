/* loader.h — writes batches into a table of the target, each chunk exactly once.
 *
 * A chunk is one transaction: its rows, its rejects and its row of novate.chunk become true
 * together or not at all. Within it rows go in pieces (LIMIT_COPY_ROWS) of COPY BINARY, each under
 * a savepoint; of a piece that the server refuses one question names the rows at fault, and what it
 * cannot tell is found by the line in the error's context, or by halving; those rows become rejects
 * and the rest is loaded. A chunk that the ledger has as loaded is skipped, whoever loaded it.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_LOADER_H
#define NOVATE_LOADER_H

#include "novate/arena.h"
#include "novate/identity.h"
#include "novate/pipeline.h"
#include "novate/session.h"
#include "novate/target_ledger.h"

#include <stdbool.h>

struct loader;

/* Records of a loaded chunk that are read again because they were rejected: their rejects, and
 * those of them that the batches hold a record for. One chunk, one loader. The chunk's tally is
 * corrected, rejects of what is carried now become `retried`, those of what is rejected again stay
 * open and say the reason of now; all of it in the transaction of the rows. */
struct loader_retry {
    const int64_t *numbers;
    int number_count;
    const int64_t *found; /* complete when the last batch of the chunk comes */
    const int *found_count;
    bool several;               /* rejects of one record are of rows that it gives */
    const char *mapping_digest; /* of today, hex */
};

struct loader_options {
    const struct target_entity *entity; /* as planned in the ledger */
    int64_t run;
    const struct target_table *table;
    const struct schema *schema; /* of the batches: columns by name of the table */
    enum load_mode mode;         /* but insert: the workspace (workspace.h) is prepared */
    const char *const *key;      /* upsert: names of columns of `schema` */
    int key_count;
    const char *scope; /* upsert: target SQL; other rows of the table are not updated. Or NULL */
    const struct identity *identities; /* of the migration's entities: what a row that a foreign
                                          key refuses refers to may be a reject of theirs */
    int identity_count;
    const uint32_t
        *filled_later; /* oids of tables whose first rows come later in this run: what
                          refers to them by a foreign key that is off is not asked about */
    int filled_later_count;
    struct budget *budget;
    /* Called after each committed chunk, from the writer's thread; may be NULL. The tally of a
     * retry is that of the records read again. */
    void (*committed)(void *state, int chunk_ordinal, const struct tally *tally);
    void *committed_state;
    const struct loader_retry *retry; /* or NULL */
};

/* The session is the loader's for its lifetime and stays the caller's to close. */
bool loader_create(struct session *session,
                   const struct loader_options *options,
                   struct loader **loader,
                   struct error *error) NODISCARD;
struct writer loader_as_writer(struct loader *loader);
void loader_destroy(struct loader *loader); /* NULL is allowed */

#endif
