/* target_reject.h — novate.reject: records that could not be carried, as a list to be worked off.
 *
 * A reject is open until it was retried (read again, mapped, and carried) or somebody closed it.
 * What happened to it before is in novate.reject_event, by entity, key, class and name, so that a
 * record that is rejected again in a later run keeps its age. Writing functions are one transaction
 * each. SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_TARGET_REJECT_H
#define NOVATE_TARGET_REJECT_H

#include "novate/session.h"

#include <stdbool.h>
#include <stdint.h>

struct target_reject {
    int64_t reject; /* its number */
    int64_t run;    /* that rejected it last */
    const char *entity;
    int chunk;
    const char *key; /* JSON array */
    const char *position;
    const char *column;
    const char *class_text;
    const char *name;
    const char *sqlstate;
    const char *message;
    bool by_target;    /* the target refused the row; otherwise the mapping rejected the record */
    const char *state; /* open, retried, closed */
    const char *rejected_at; /* ISO 8601 UTC, as the next one */
    const char *first_seen_at;
    int64_t first_run;
    int64_t times_seen;
    const char *source_hash; /* hex, of the record as it was read */
};

/* Which rejects: NULL and 0 are all. */
struct target_reject_filter {
    const char *migration;
    const char *entity;
    const char *class_text;
    const char *name; /* of check, lookup, rule or constraint */
    const char *state;
    const char *key; /* JSON array */
    const int64_t *numbers;
    int number_count;
    uint64_t limit;
};
/* Ordered by entity and number. */
bool target_rejects(struct session *session,
                    const struct target_reject_filter *filter,
                    struct arena *arena,
                    struct target_reject **rejects,
                    int *count,
                    struct error *error) NODISCARD;

/* Rejects of the same entity, class, name, column and state. */
struct target_reject_group {
    const char *entity;
    const char *class_text;
    const char *name;
    const char *column;
    const char *state;
    uint64_t rejects;
    const char *first_seen_at;
    const char *last_seen_at;
    uint64_t times_seen_max;
};
/* The largest first; the filter's limit is one of groups. */
bool target_reject_groups(struct session *session,
                          const struct target_reject_filter *filter,
                          struct arena *arena,
                          struct target_reject_group **groups,
                          int *count,
                          struct error *error) NODISCARD;

struct target_reject_counts {
    uint64_t open;
    uint64_t retried;
    uint64_t closed;
};
bool target_reject_counts(struct session *session,
                          const char *migration,
                          const char *entity,
                          struct target_reject_counts *counts,
                          struct error *error) NODISCARD;

/* What happened to a record before, oldest first. */
struct target_reject_event {
    const char *what; /* rejected, retried, closed, reopened */
    const char *at;
    int64_t run; /* 0: none */
    const char *class_text;
    const char *name;
    const char *who; /* or NULL, as the next ones */
    const char *why;
    const char *mapping_digest;
};
bool target_reject_events(struct session *session,
                          const char *migration,
                          const struct target_reject *reject,
                          struct arena *arena,
                          struct target_reject_event **events,
                          int *count,
                          struct error *error) NODISCARD;

/* What happened to all rejects of a migration, and how far runs are numbered, as a JSON text to be
 * given to the ledger of another database, which has none of it yet. */
bool target_history(struct session *session,
                    const char *migration,
                    struct arena *arena,
                    const char **history,
                    struct error *error) NODISCARD;
bool target_history_put(struct session *session,
                        const char *migration,
                        const char *history,
                        struct error *error) NODISCARD;

/* Records what rejects of an entity are retried with; `entity` has the digests of today. */
struct target_entity;
bool target_retry_begin(struct session *session,
                        int64_t run,
                        const struct target_entity *entity,
                        struct error *error) NODISCARD;

/* Open rejects become closed, closed ones open; all of `numbers`, or none: ERROR_STATE names the
 * first that is not there or not in that state. */
bool target_rejects_close(struct session *session,
                          const char *migration,
                          const int64_t *numbers,
                          int count,
                          const char *who,
                          const char *why,
                          struct error *error) NODISCARD;
bool target_rejects_reopen(struct session *session,
                           const char *migration,
                           const int64_t *numbers,
                           int count,
                           const char *who,
                           const char *why,
                           struct error *error) NODISCARD;

#endif
