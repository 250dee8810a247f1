/* mode_check.h — can the table of the target be loaded in a mode? What the catalogue says.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_MODE_CHECK_H
#define NOVATE_MODE_CHECK_H

#include "novate/load_mode.h"
#include "novate/session.h"

#include <stdbool.h>

struct mode_finding {
    bool warning; /* it can be loaded all the same */
    const char *message;
    const char *hint; /* or NULL */
};

/* Mode upsert: a key without a unique index, key columns that may be NULL. Mode replace: whatever
 * would be lost or come to harm with the old rows. Both: kinds of tables, row security, privileges.
 * Findings live in the arena; none for mode insert. */
bool mode_check(struct session *session,
                enum load_mode mode,
                const struct target_table *table,
                const char *const *key,
                int key_count,
                struct arena *arena,
                struct mode_finding **findings,
                int *count,
                struct error *error) NODISCARD;

#endif
