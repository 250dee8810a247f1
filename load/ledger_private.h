/* ledger_private.h — what the files of the target's ledger and the loader share.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_LOAD_LEDGER_PRIVATE_H
#define NOVATE_LOAD_LEDGER_PRIVATE_H

#include "novate/target_ledger.h"

/* Does a session hold the lock of a migration? */
bool target_ledger_is_locked(struct session *session,
                             const char *migration,
                             bool *locked,
                             struct error *error) NODISCARD;

/* The tally of a chunk that is loaded. */
bool ledger_chunk_tally(struct session *session,
                        const char *migration,
                        const char *entity,
                        const char *ordinal,
                        struct arena *arena,
                        struct tally *tally,
                        struct error *error) NODISCARD;

/* Rejects of an entity that is planned anew leave their age in novate.reject_event. */
bool rejects_remember(struct session *session,
                      const char *migration,
                      const char *entity,
                      struct error *error) NODISCARD;
/* Gives the rejects that a run wrote for a chunk the age that they have. */
bool rejects_recall_age(struct session *session,
                        const char *migration,
                        const char *entity,
                        int chunk,
                        struct error *error) NODISCARD;

#endif
