/* target_fixture.h — a target for tests of loading: a server, sessions, and rows to load.
 *
 * The server is the one of NOVATE_TEST_PG, or else a private cluster in a folder of its own.
 * target_fixture_start() and _stop() are for an unchecked fixture: once per program.
 *
 * Programs that use it link novate_load. SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_TESTS_TARGET_FIXTURE_H
#define NOVATE_TESTS_TARGET_FIXTURE_H

#include "novate/arena.h"
#include "novate/batch.h"
#include "novate/loader.h"
#include "novate/session.h"
#include "novate/target_ledger.h"

void target_fixture_start(void);
void target_fixture_stop(void);
const char *target_fixture_conninfo(void);

struct session *target_session(bool read_only);
void target_execute(struct session *session, const char *sql);
/* The first value of a query, "" for NULL; in the arena. */
const char *target_value(struct session *session, struct arena *arena, const char *sql);
struct target_table *target_describe(struct session *session,
                                     struct arena *arena,
                                     const char *name);

/* Batches of rows for one table, given as texts. Each row is a record of its own, whose key is the
 * text of column 0. */
struct target_rows {
    struct session *session;
    struct arena *arena;
    const struct target_table *table;
    struct schema schema;
    struct target_entity entity;
    int64_t run;
    struct loader *loader;
    struct writer writer;
    struct batch batch;
    int filled; /* rows of the batch that is being made */
    int chunk;
    int committed;      /* calls of the loader's callback */
    struct tally tally; /* of the last chunk; without its counters */
};

/* Plans `chunks` chunks of an entity named after the table, begins a run, and opens a loader for
 * the named columns (NULL-terminated). */
void target_rows_open(struct target_rows *rows,
                      struct session *session,
                      struct arena *arena,
                      const char *table,
                      const char *const *columns,
                      int chunks);
/* Adds a row; writes the batch when it is full. Fails the test on an error. */
void target_rows_push(struct target_rows *rows, const char *const *cells);
/* The same, but gives the error back. */
bool target_rows_try(struct target_rows *rows, const char *const *cells, struct error *error);
/* Ends the chunk and begins the next one. */
void target_rows_end_chunk(struct target_rows *rows);
bool target_rows_try_end(struct target_rows *rows, struct error *error);
void target_rows_close(struct target_rows *rows);

#endif
