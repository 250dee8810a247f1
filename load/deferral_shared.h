/* deferral_shared.h — what is off a table that several migrations load at a time.
 *
 * Whoever begins while another has something off takes part: it gets a row of novate.deferred of
 * its own for the same thing. Whoever ends while another has such a row leaves it to that one,
 * since rows that are still to come would be refused, and rows that refer to them found in the way.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_LOAD_DEFERRAL_SHARED_H
#define NOVATE_LOAD_DEFERRAL_SHARED_H

#include "novate/deferral.h"

/* Records, for the request's migration too, what others have off that it asks for. In the
 * transaction that drops, before it locks the table: who restores has the rows before the table. */
bool deferral_join(struct session *session,
                   const struct deferral_request *request,
                   struct arena *arena,
                   struct error *error) NODISCARD;

/* Locks the item's row and those of others for the same thing, in one order. `*state` is its own;
 * `*heir` the migration that it can be left to, or NULL. */
bool deferral_take(struct session *session,
                   const struct deferred *item,
                   struct arena *arena,
                   const char **state,
                   const char **heir,
                   struct error *error) NODISCARD;

/* Forgets the item: the heir's row stays. Says so in `reason`. */
bool deferral_leave(struct session *session,
                    const struct deferred *item,
                    const char *heir,
                    struct error *reason,
                    struct error *error) NODISCARD;

#endif
