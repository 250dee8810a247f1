/* target_facts.h — what of a table's own make-up matters to whoever loads it: triggers, row
 * security, partitions, what replicates it, what is broken. Catalogues only; no row is read.
 * Errors   ERROR_TARGET.  SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_TARGET_FACTS_H
#define NOVATE_TARGET_FACTS_H

#include "novate/session.h"

#include <stdbool.h>
#include <stdint.h>

struct target_fact {
    bool warning;       /* otherwise a note */
    const char *text;   /* lower case, no full stop */
    const char *advice; /* sentence, or NULL */
};
/* Warnings first. `defers`: something is to be taken off the table while it is loaded. */
bool target_facts(struct session *session,
                  const struct target_table *table,
                  bool defers,
                  struct arena *arena,
                  struct target_fact **list,
                  int *count,
                  struct error *error) NODISCARD;

/* A foreign key of the table. */
struct target_reference {
    const char *name;
    uint32_t to;       /* oid of the table that it refers to */
    const char *table; /* its name */
    bool circular;     /* that one refers back, perhaps through others */
};
bool target_references(struct session *session,
                       const struct target_table *table,
                       struct arena *arena,
                       struct target_reference **list,
                       int *count,
                       struct error *error) NODISCARD;

/* The oids of the tables whose rows are seen through one: its own, and of a view those it is over,
 * through others too. */
bool target_bases(struct session *session,
                  const struct target_table *table,
                  struct arena *arena,
                  uint32_t **oids,
                  int *count,
                  struct error *error) NODISCARD;

#endif
