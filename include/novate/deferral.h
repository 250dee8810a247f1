/* deferral.h — indexes and constraints that are taken off a table before it is loaded, and put back
 * afterwards.
 *
 * What is dropped is recorded in novate.deferred of the target by the transaction that drops it, so
 * that whoever comes later can restore it, whatever became of the run, the plan or the mapping.
 * Restoring one is a transaction of its own, which begins by locking its row of the ledger: a
 * server process that a killed novate left behind is waited for, and nothing is restored twice.
 * Of several migrations that load a table at a time the last one restores: deferral_shared.h.
 *
 * The index of a partitioned table goes with those of its partitions. Left in place: primary keys,
 * exclusion constraints, constraints of a partitioned table, what is not valid, what something else
 * depends on, the mapping's key where rows are found by it, what this role could not make again.
 *
 * Errors   ERROR_TARGET; that rows violate what is restored is an outcome, no error.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_DEFERRAL_H
#define NOVATE_DEFERRAL_H

#include "novate/session.h"

#include <stdbool.h>
#include <stdint.h>

struct deferral_request {
    const char *migration;
    const char *entity;
    int64_t run;
    const struct target_table *table;
    bool indexes; /* those that are not unique */
    bool unique_indexes;
    bool foreign_keys;
    const char *const *key; /* columns of the table that name its rows; none: its primary key */
    int key_count;
    bool finds_by_key; /* loading looks for rows by this key */
};

struct deferral_item {
    const char *kind; /* index, unique_constraint, foreign_key */
    const char *name;
    const char *kept; /* why it was left in place; NULL: it was dropped */
};

/* Drops and records, in one transaction. `items` are those that were asked for. */
bool deferral_drop(struct session *session,
                   const struct deferral_request *request,
                   struct arena *arena,
                   struct deferral_item **items,
                   int *count,
                   struct error *error) NODISCARD;

/* The oids of the tables that a table's rows are asked about while they are loaded (loader.h),
 * since foreign keys to them are off. One may be there several times. */
bool deferral_asked(struct session *session,
                    const struct target_table *table,
                    struct arena *arena,
                    uint32_t **oids,
                    int *count,
                    struct error *error) NODISCARD;

/* What is dropped and not restored yet. */
struct deferred {
    int64_t number; /* novate.deferred.deferred */
    const char *migration;
    const char *entity;
    const char *kind;
    const char *table; /* schema.table, quoted where needed */
    const char *name;
    const char *state; /* dropped, not_valid */
    const char *dropped_at;
    const char *message; /* why it could not be restored; or NULL */
};
/* Of one migration, or of all (NULL), those of large tables first; constraints after indexes. None
 * where the ledger has no such table. */
bool deferral_list(struct session *session,
                   const char *migration,
                   struct arena *arena,
                   struct deferred **list,
                   int *count,
                   struct error *error) NODISCARD;

enum deferral_outcome {
    DEFERRAL_RESTORED,
    DEFERRAL_TO_VALIDATE, /* the foreign key is there, rows are not checked yet */
    DEFERRAL_VIOLATED,    /* rows do not satisfy it; `reason` says so */
    DEFERRAL_IMPOSSIBLE,  /* the table is gone, the name is taken, the server refuses: `reason` */
    DEFERRAL_LEFT,        /* to another migration that loads the table, which `reason` names */
};
/* Before a session restores: waits for locks take as long as they take. */
bool deferral_prepare(struct session *session, struct error *error) NODISCARD;
/* Builds the index, or adds the foreign key NOT VALID. */
bool deferral_restore(struct session *session,
                      const struct deferred *item,
                      enum deferral_outcome *outcome,
                      struct error *reason,
                      struct error *error) NODISCARD;
/* Validates a foreign key that was restored so far. */
bool deferral_validate(struct session *session,
                       const struct deferred *item,
                       enum deferral_outcome *outcome,
                       struct error *reason,
                       struct error *error) NODISCARD;

/* Rows that violate what could not be restored. */
struct deferral_offenders {
    uint64_t rows;
    uint64_t keys;           /* of a unique index: values that are there more than once */
    const char *const *list; /* JSON arrays: keys of the first of these rows, in groups */
    int list_count;
};
bool deferral_offending(struct session *session,
                        const struct deferred *item,
                        int list_max,
                        struct arena *arena,
                        struct deferral_offenders *out,
                        struct error *error) NODISCARD;

/* What the server process `pid` that builds an index is at; false when nothing is known. */
struct deferral_progress {
    char phase[64];
    double share; /* of the phase, 0 … 1; negative: not known */
};
bool deferral_progress(struct session *session, int pid, struct deferral_progress *out);

#endif
