/* ledger.h — what the work directory holds: `ledger.db`, a SQLite file, fsynced at every commit.
 *
 * Entities with the mapping they were staged with, chunks by stage with their segments and tallies,
 * and runs with their reports. What the *target* holds is told by the target alone
 * (target_ledger.h). A ledger of a later version is refused with ERROR_STATE, one of
 * version 1 is brought to version 2 in place by whoever opens it to write.
 *
 * The lock is `lock` in the work directory (fcntl): one novate at a time writes there; ERROR_LOCKED
 * names the process that holds it. It holds between processes, not within one, and falls with its
 * process, so nothing needs to be removed after a crash. Threads   every function may be called
 * from any thread; calls are serialised inside.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_LEDGER_H
#define NOVATE_LEDGER_H

#include "novate/arena.h"
#include "novate/batch.h"
#include "novate/chunk.h"
#include "novate/error.h"

#include <stdbool.h>
#include <stdint.h>

struct work_lock {
    int descriptor; /* -1: not held */
};
/* Makes the directory (mode 0700) if it is not there. */
bool work_lock_take(struct work_lock *lock,
                    const char *work_directory,
                    struct error *error) NODISCARD;
void work_lock_drop(struct work_lock *lock);
/* The process that holds the lock; 0: none. Not for a process that holds it itself: asking would
 * drop it. */
bool work_lock_holder(const char *work_directory, long *process, struct error *error) NODISCARD;

/* Sets SQLite up for this process, as ledger and as a source behind ODBC: each connection belongs
 * to one thread at a time, and what memory it takes is not counted, so that readers side by side do
 * not wait for each other. Once, before anything else is called; without it all works, slower. */
void ledger_set_up(void);

struct ledger;
/* With `create` false and no file there, ERROR_STATE says that nothing was done yet. `read_only`
 * opens without writing a byte. */
bool ledger_open(const char *work_directory,
                 bool create,
                 bool read_only,
                 struct ledger **ledger,
                 struct error *error) NODISCARD;
void ledger_close(struct ledger *ledger);

/* Where the work directory lies and what it was begun with. */
struct ledger_place {
    const char *host;               /* identity of the machine */
    const char *path;               /* of the work directory, absolute */
    int64_t inode;                  /* of the ledger's file */
    const char *target;             /* identity of the target; NULL: none was written to yet */
    const char *target_description; /* for people; or NULL */
    const char *begun_at;           /* UTC, ISO 8601; kept by ledger_place_put() */
};
bool ledger_place_get(struct ledger *ledger,
                      struct arena *arena,
                      struct ledger_place *place,
                      bool *found,
                      struct error *error) NODISCARD;
bool ledger_place_put(struct ledger *ledger,
                      const struct ledger_place *place,
                      struct error *error) NODISCARD;

struct ledger_entity {
    const char *entity;
    const char *mapping_digest; /* hex */
    const char *mapping_text;   /* what the digest covers, for showing what changed */
    const char *plan_digest;    /* hex */
};
/* `*found` false when the entity was never staged. */
bool ledger_entity_get(struct ledger *ledger,
                       const char *entity,
                       struct arena *arena,
                       struct ledger_entity *out,
                       bool *found,
                       struct error *error) NODISCARD;
/* Replaces the entity and forgets its chunks, then records `chunks` as planned. One transaction. */
bool ledger_entity_plan(struct ledger *ledger,
                        const struct ledger_entity *entity,
                        const struct chunk_list *chunks,
                        struct error *error) NODISCARD;

enum ledger_state {
    LEDGER_PLANNED,
    LEDGER_EXTRACTED,
    LEDGER_TRANSFORMED
};
struct ledger_chunk {
    struct chunk chunk;
    enum ledger_state state;
    const char *extracted; /* segment file names, relative to the work directory; or NULL */
    const char *extracted_checksum; /* hex */
    const char *transformed;
    const char *transformed_checksum;
    struct tally tally; /* of the latest stage */
};
bool ledger_chunks(struct ledger *ledger,
                   const char *entity,
                   struct arena *arena,
                   struct ledger_chunk **chunks,
                   int *count,
                   struct error *error) NODISCARD;
/* Records a committed segment of a chunk. */
bool ledger_chunk_staged(struct ledger *ledger,
                         const char *entity,
                         int ordinal,
                         enum ledger_state state,
                         const char *segment,
                         struct hash checksum,
                         const struct tally *tally,
                         struct error *error) NODISCARD;

/* Records an entity with chunks that another machine staged: each extracted or further, with what
 * is known of its segments. Replaces the entity. One transaction. */
bool ledger_entity_adopt(struct ledger *ledger,
                         const struct ledger_entity *entity,
                         const struct ledger_chunk *chunks,
                         int count,
                         struct error *error) NODISCARD;

struct ledger_run {
    int64_t run;             /* given by ledger_run_begin */
    const char *kind;        /* rehearsal, load, delta, verify; or the stage: extract, transform */
    const char *started_at;  /* UTC, ISO 8601 */
    const char *finished_at; /* or NULL */
    const char *verdict;     /* or NULL */
    const char *report;      /* file name relative to the work directory, or NULL */
};
bool ledger_run_begin(struct ledger *ledger,
                      const char *kind,
                      int64_t *run,
                      struct error *error) NODISCARD;
bool ledger_run_finish(struct ledger *ledger,
                       int64_t run,
                       const char *verdict,
                       const char *report,
                       struct error *error) NODISCARD;
bool ledger_runs(struct ledger *ledger,
                 struct arena *arena,
                 struct ledger_run **runs,
                 int *count,
                 struct error *error) NODISCARD;

/* The tally as JSON (digests in hex, counters) and back: used by both ledgers and by segments. The
 * tally read into was initialised: counters are added to those it has. */
void tally_json(const struct tally *tally, struct text_buffer *out);
bool tally_from_json(const char *json, struct tally *tally, struct error *error) NODISCARD;

#endif
