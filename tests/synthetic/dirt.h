/* dirt.h — which rows are dirty, and how.
 *
 * Each domain (some rows of one table) has a secret order; each kind of dirt has a block of
 * consecutive places at its end. So counts are exact, no row has two kinds (but those of kind C01),
 * and whether a row is dirty can be asked of the row alone. SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNTHETIC_DIRT_H
#define SYNTHETIC_DIRT_H

#include "random.h"
#include "schema.h"

enum {
    T_ALL_TABLES = TABLES
};

enum domain {
    NOWHERE,
    PEOPLE,
    NHS_ALIASES,
    MRN_ALIASES,
    HOMES,
    OLD_HOMES,
    ENCOUNTERS,
    FIN_ALIASES,
    STAYS,
    FUTURE_EVENTS,
    UNBOOKED,
    PAST_EVENTS,
    WAITERS,
    LAB_ORDERS,
    DETAILS,
    RESULTS,
    DOCUMENTS,
    DIAGNOSES,
    PROCEDURES,
    ALLERGIES,
    LONG_TEXTS,
    PRSNL_ALIASES,
    ORG_ALIASES,
    CODE_VALUES,
    CODE_ALIASES,
    WINPATH_RESULTS,
    WINPATH_SAMPLES,
    JAC_ISSUES,
    JAC_PRESCRIPTIONS,
    PACS_STUDIES,
    PACS_PATIENTS,
    PAPER_VISITS,
    ISOLATES,      /* of the current version of cultures */
    SENSITIVITIES, /* the same */
    DOMAINS
};

enum kind {
#define KIND(id, table, domain, rate, disposition, reason, column, what) id,
#include "dirt.def"
#undef KIND
    KINDS,
    CLEAN = KINDS
};

struct kind_facts {
    const char *name;
    int table; /* enum table_number, or T_ALL_TABLES */
    enum domain domain;
    int rate; /* rows of 100 000 */
    const char *disposition;
    const char *reason;
    const char *column;
    const char *what;
};

extern const struct kind_facts kind_facts[KINDS];

struct dirt {
    struct permutation order[DOMAINS];
    enum kind first[DOMAINS]; /* the first of its kinds */
    enum kind last[DOMAINS];
    int64_t start[KINDS]; /* place of the block in the order */
    int64_t count[KINDS];
};

/* A domain of `size` rows of a table that has `rows`; after all domains, nothing else. A rate that
 * is less than one row is one row. */
void dirt_domain(struct dirt *dirt, enum domain domain, uint64_t seed, int64_t size, int64_t rows);

/* The kind of a row of a domain, and which one of its kind it is; CLEAN, and its place among the
 * clean ones. */
enum kind dirt_at(const struct dirt *dirt, enum domain domain, int64_t index, int64_t *which);
/* The row that is the which-th of its kind. */
int64_t dirt_row(const struct dirt *dirt, enum kind kind, int64_t which);
/* The which-th clean one. */
int64_t dirt_clean_row(const struct dirt *dirt, enum domain domain, int64_t which);
int64_t dirt_clean_count(const struct dirt *dirt, enum domain domain);

#endif
