/* health.h — how fit a source is to be read: what slows it or is slowed by it, measured, with
 * advice.
 *
 * Findings are advice, not errors: nothing stops because of them. What cannot be measured is a
 * finding of its own, which says which privilege is missing: silence never means health. Each probe
 * is one short query of the catalogue or of statistics that the server keeps anyway; no table is
 * read, and a query that takes longer than a few seconds is given up.
 *
 * No finding holds a value of a record. Everything is in the arena that is given. One thread at a
 * time, as with the source itself. SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_HEALTH_H
#define NOVATE_HEALTH_H

#include "novate/source.h"

#define HEALTH_LONG_QUERY_S 60

enum health_severity {
    HEALTH_INFO,     /* a figure, or what could not be measured */
    HEALTH_WARNING,  /* costs time, or somebody else's */
    HEALTH_CRITICAL, /* reading would hurt the source */
};

struct health_finding {
    enum health_severity severity;
    const char *what;     /* "key index", "dead rows" */
    const char *measured; /* "30 % of 12 MB are free", "could not be read: permission denied" */
    const char *advice;   /* sentences; NULL: nothing is to be done */
};

struct health {
    unsigned long_query_s; /* in: queries that run longer are told of; 0: HEALTH_LONG_QUERY_S */
    struct health_finding *items;
    int count;
    int capacity;
};

/* Appends what is found about a relation, or with NULL about the source as a whole. Files have no
 * findings. An error means that the connection is lost, or that there is no memory. */
bool source_health(struct source *source,
                   const struct relation *relation,
                   struct arena *arena,
                   struct health *health,
                   struct error *error) NODISCARD;

#endif
