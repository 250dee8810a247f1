/* loader.h — writes batches into a table of the target, each chunk exactly once.
 *
 * A chunk is one transaction: its rows, its rejects and its row of novate.chunk become true
 * together or not at all. Within it rows go in pieces (LIMIT_COPY_ROWS) of COPY BINARY, each under
 * a savepoint; a piece that the server refuses is narrowed to the exact rows by the line in the
 * error's context, by halving where there is none; those become rejects and the rest is loaded. A
 * chunk that the ledger has as loaded is skipped, whoever loaded it.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_LOADER_H
#define NOVATE_LOADER_H

#include "novate/arena.h"
#include "novate/pipeline.h"
#include "novate/session.h"
#include "novate/target_ledger.h"

#include <stdbool.h>

struct loader;

struct loader_options {
    const struct target_entity *entity; /* as planned in the ledger */
    int64_t run;
    const struct target_table *table;
    const struct schema *schema; /* of the batches: columns by name of the table */
    enum load_mode mode;         /* but insert: the workspace (workspace.h) is prepared */
    const char *const *key;      /* upsert: names of columns of `schema` */
    int key_count;
    const char *scope; /* upsert: target SQL; other rows of the table are not updated. Or NULL */
    struct budget *budget;
    /* Called after each committed chunk, from the writer's thread; may be NULL. */
    void (*committed)(void *state, int chunk_ordinal, const struct tally *tally);
    void *committed_state;
};

/* The session is the loader's for its lifetime and stays the caller's to close. */
bool loader_create(struct session *session,
                   const struct loader_options *options,
                   struct loader **loader,
                   struct error *error) NODISCARD;
struct writer loader_as_writer(struct loader *loader);
void loader_destroy(struct loader *loader); /* NULL is allowed */

#endif
