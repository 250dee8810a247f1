/* place.h — is the work directory the one that it was, and the target the one that it was begun
 * with? Both are kept in its ledger.
 *
 * A work directory that was moved within its file system stays itself; one that was copied, to
 * another place or another machine, is refused: two of them would go on from the same state.
 * "novate ledger adopt" accepts what is there. SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_PLACE_H
#define CLI_PLACE_H

#include "job.h"

/* The ledger is open to write. ERROR_STATE says where it was begun. */
bool place_check(struct job *job, struct error *error) NODISCARD;
/* The target is connected to be written. A rehearsal's is its own, and --restart of everything
 * begins with whatever target there is. */
bool place_check_target(struct job *job, struct error *error) NODISCARD;
/* From now on this is the place; with a connection, this is the target. */
bool place_adopt(struct job *job, struct error *error) NODISCARD;

#endif
