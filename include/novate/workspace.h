/* workspace.h — what the modes upsert and replace keep in the target beside its ledger while an
 * entity is being loaded: a schema of the entity's own, "novate_" and a hash of its name, with
 *
 *     upsert     the table "key": keys of the rows that were loaded, so that of two records with
 * one key the second is a reject, in whatever chunk, lane or run it comes replace    the shadow: a
 * table of the target table's name and form, which chunks are loaded into until its rows take the
 * place of the table's
 *
 * It is made before the first chunk and gone with the last one; that of upsert stays for as long as
 * there are rejects that may be retried. Whoever calls holds the migration's lock.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_WORKSPACE_H
#define NOVATE_WORKSPACE_H

#include "novate/session.h"
#include "novate/target_ledger.h"

#include <stdbool.h>
#include <stdint.h>

struct workspace {
    const struct target_entity *entity; /* as planned in the ledger */
    const struct target_table *table;
    const struct schema *schema; /* of the mapped rows */
    const char *const *key;      /* names; upsert only */
    int key_count;
};

/* Makes it anew where no chunk is loaded yet. ERROR_STATE when chunks are and it is gone. */
bool workspace_prepare(struct session *session,
                       const struct workspace *workspace,
                       struct error *error) NODISCARD;

struct workspace_end {
    bool done;         /* by this call: not when it was done before, or chunks are left */
    uint64_t removed;  /* replace: rows that the table had, */
    uint64_t inserted; /* and has now */
};
/* Once all chunks are loaded: of replace the rows of the shadow take the place of the table's, in
 * one transaction that readers see before or after; the workspace goes. ERROR_STATE when the table
 * would not hold exactly what was loaded: then it is as it was. */
bool workspace_finish(struct session *session,
                      const struct workspace *workspace,
                      struct workspace_end *end,
                      struct error *error) NODISCARD;

/* Before rejects are retried: the mode that their rows are to be loaded by. Once the content of a
 * table was replaced they are added to it. ERROR_STATE when the workspace is gone. */
bool workspace_reopen(struct session *session,
                      const struct workspace *workspace,
                      enum load_mode *mode,
                      struct error *error) NODISCARD;
/* Drops what is not needed any more of an entity that was finished. Looks at nothing but
 * `workspace->entity`. */
bool workspace_release(struct session *session,
                       const struct workspace *workspace,
                       struct error *error) NODISCARD;

#endif
