/* target_state.h — the state in which a loaded table starts its life: sequences beyond its values,
 * statistics, and how much of its space is waste.
 * Errors   ERROR_TARGET.  SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_TARGET_STATE_H
#define NOVATE_TARGET_STATE_H

#include "novate/session.h"

#include <stdbool.h>
#include <stdint.h>

/* A sequence that a column of whole numbers takes its default from, owned by it (serial, identity)
 * or not. */
struct target_sequence {
    const char *column;
    const char *sequence; /* schema.sequence, quoted where needed */
    const char *next;     /* value that it would give */
    const char *furthest; /* value of the column, in the direction of the sequence; or NULL */
    bool readable;        /* false: this role may not look, nothing else is known */
    bool behind;          /* it would give values that are there, or were passed */
    bool beyond;          /* of the sequence's own bounds: it cannot be set */
    bool settable;        /* this role may set it */
};
bool target_sequences(struct session *session,
                      const struct target_table *table,
                      struct arena *arena,
                      struct target_sequence **list,
                      int *count,
                      struct error *error) NODISCARD;
/* Beyond the furthest value; never back. */
bool target_sequence_set(struct session *session,
                         const struct target_table *table,
                         const struct target_sequence *sequence,
                         struct error *error) NODISCARD;

/* Was anything loaded by the entity since the table was analysed last? */
bool target_needs_analyze(struct session *session,
                          const char *migration,
                          const char *entity,
                          const struct target_table *table,
                          bool *needs,
                          struct error *error) NODISCARD;
bool target_analyze(struct session *session,
                    const struct target_table *table,
                    bool vacuum,
                    struct error *error) NODISCARD;

/* Space of a table, of one of its partitions, or of an index. */
struct target_space {
    const char *name; /* schema.name, quoted where needed */
    bool is_index;
    uint64_t bytes;
    uint64_t rows;
    uint64_t dead_rows; /* of a table */
    int fillfactor;     /* percent */
    double waste;       /* share of the space that is free or dead, beyond the fill factor;
                           negative: not known */
    bool measured;      /* by pgstattuple; otherwise estimated from statistics */
    const char *advice; /* where it is bad: what to do; or NULL */
};
/* The largest first; at most `max`. `measured`: pgstattuple may read them, where it is there. */
bool target_spaces(struct session *session,
                   const struct target_table *table,
                   int max,
                   bool measured,
                   struct arena *arena,
                   struct target_space **list,
                   int *count,
                   struct error *error) NODISCARD;

#endif
