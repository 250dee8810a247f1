/* cross_check.h — the rules of a mapping computed by the target's server, for some records.
 *
 * The records are copied into a temporary table of the session, as they were read; the server
 * computes filters, columns and checks from them (rendering.h); what comes of it is read with the
 * decoder of every other table. All of it happens in one transaction that is rolled back: nothing
 * but temporary tables is ever written.
 *
 *     cross_check_open … cross_check_lookup, cross_check_entries … cross_check_probe
 *     cross_check_records, cross_check_read      up to LIMIT_BATCH_ROWS at a time
 *     cross_check_close
 *
 * A record that the server refuses is asked about alone, column by column; so every error has its
 * record and column.
 * Errors   ERROR_TARGET with the server's SQLSTATE: 42501 where the role may not make temporary
 * tables. No value of a record is in a message.
 * Threads  one at a time.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_CROSS_CHECK_H
#define NOVATE_CROSS_CHECK_H

#include "novate/batch.h"
#include "novate/rendering.h"
#include "novate/session.h"

#include <stdbool.h>

struct cross_check;

struct cross_check_options {
    struct session *session;     /* not read-only, and in no transaction */
    const struct schema *source; /* of the records */
    const struct schema *target; /* of the mapped rows */
    struct rendering *rendering; /* gets the reasons of what the server refuses */
    const char *timezone;        /* of the source */
    struct budget *budget;       /* may be NULL */
};

bool cross_check_open(const struct cross_check_options *options,
                      struct cross_check **cross,
                      struct error *error) NODISCARD;

/* An empty table for the entries of a lookup of the mapping; then its entries, batch by batch: the
 * columns of its key, then those of its values. */
bool cross_check_lookup(struct cross_check *cross, int index, struct error *error) NODISCARD;
bool cross_check_entries(struct cross_check *cross,
                         int index,
                         const struct batch *batch,
                         struct error *error) NODISCARD;

/* Shows every rule to the server; those that it refuses lose their `sql` and get a reason. */
bool cross_check_probe(struct cross_check *cross,
                       struct arena *arena,
                       struct error *error) NODISCARD;

/* Forgets the records before, and computes these. Columns and checks only of those that are
 * `wanted`, one flag per record. */
bool cross_check_records(struct cross_check *cross,
                         const struct batch *records,
                         const bool *wanted,
                         struct error *error) NODISCARD;

/* Columns of the batches that cross_check_read() gives, before those of the mapped row. */
enum {
    CROSS_RECORD, /* bigint: index of the record */
    CROSS_FILTER, /* integer: 0, or which filter keeps it out, from 1 on; -1: one was refused */
    CROSS_CHECK,  /* the same of the checks; NULL: not computed */
    CROSS_COLUMNS
};
bool cross_check_read(struct cross_check *cross,
                      void *state,
                      bool (*take)(void *state, struct batch *batch, struct error *error),
                      struct error *error) NODISCARD;
/* Did the server refuse to compute the column of the record? */
bool cross_check_failed(const struct cross_check *cross, int record, int column);
/* Would the value lose something in its column, by the server's own reckoning? */
bool cross_check_loses(
    struct cross_check *cross, int record, int column, bool *loses, struct error *error) NODISCARD;

/* Rolls all of it back. NULL is allowed. */
void cross_check_close(struct cross_check *cross);

#endif
