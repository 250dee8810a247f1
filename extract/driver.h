/* driver.h — what a kind of source must be able to do, and what the contract in source.h builds on.
 *
 * A driver is one constant table of functions. source.c keeps everything that drivers share: which
 * driver a relation belongs to, key columns, pacing, hashes, order of row errors, the walk over
 * chunks. A driver connects, describes, plans and fills batches; it never sees the pipeline.
 *
 * Errors   as everywhere: false with `error` set for what stops the stage; batch_note() for what
 * belongs to a row; problem_add() for what the mapping names and the source does not have.
 * Threads  a driver's state and cursors belong to one thread at a time; a struct relation is shared
 * by all and must not point into any state.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_DRIVER_H
#define NOVATE_EXTRACT_DRIVER_H

#include "novate/health.h"
#include "novate/pace.h"
#include "novate/source.h"

struct source_driver {
    /* What people call this kind of source in messages: "ODBC", "files". */
    const char *name;

    /* Whether records have a line and an offset: then batches are begun with room for positions and
     * cursor_next() must set `file`, and `lines` and `offsets` of every row. */
    bool positions;

    /* Connects (or finds the folder) and gives the driver's state for this source. Asks for
     * read-only access and for results that are not held in memory whole. On failure nothing is
     * left open, and the error never holds the connection string. With ERROR_SOURCE_LOST there may
     * be a state all the same, to reconnect or to close; with others it stays as it was (NULL).
     * `settings` outlives the state. */
    bool (*open)(const struct plan_source *settings, void **state, struct error *error);

    /* Disconnects and frees the state; every cursor has been closed before. Cannot fail: what a
     * server says while it is left changes nothing any more. */
    void (*close)(void *state);

    /* Connects again in place after ERROR_SOURCE_LOST; every cursor has been dropped, and begins a
     * chunk next. On failure it may be asked again. NULL: nothing can be lost. */
    bool (*reconnect)(void *state, struct error *error);

    /* Ends the snapshot that the connection reads in, if it does: what is read next is read in one
     * of its own. NULL: there are none. */
    bool (*let_go)(void *state, struct error *error);

    /* Looks up the relation that `relation->spec` names and sets its schema (all columns, typed),
     * consistency and detail; everything in `arena`. What is not there is a problem, with the
     * nearest name as hint, and the result is still true: the caller looks at problems->errors. Key
     * columns are found by the caller from the schema. */
    bool (*describe)(void *state,
                     struct relation *relation,
                     struct arena *arena,
                     struct problems *problems,
                     struct error *error);

    /* What is found of the health of a relation, or with NULL of the source as a whole; NULL: such
     * sources have none. */
    bool (*health)(void *state,
                   const struct relation *relation,
                   struct arena *arena,
                   struct health *health,
                   struct error *error);

    enum relation_access (*access)(const struct relation *relation, const char **index);

    /* Rows that a read asks for. NULL: it is not asked in rows. */
    uint64_t (*read_rows)(void *state, struct pace *pace);

    /* Cuts the relation into chunks that partition it, now and after rows were added at either end;
     * none when it is empty. Ordinals and ids are set by others. `options` has no zeros. Must not
     * hold rows in memory, and must not read them through OFFSET. */
    bool (*plan)(void *state,
                 const struct relation *relation,
                 const struct chunk_plan_options *options,
                 struct arena *arena,
                 struct chunk_list *chunks,
                 struct error *error);

    /* Makes what reading `columns` (indices of the relation's schema) of many chunks needs:
     * statement, buffers. `schema` is that of the batches, one column per index, and like `columns`
     * and `pace` (or NULL) outlives the cursor, which passes the gate of the pace before each query
     * or piece of a file and says afterwards what it took. Reads nothing yet. */
    bool (*cursor_open)(void *state,
                        const struct relation *relation,
                        const int *columns,
                        const struct schema *schema,
                        struct pace *pace,
                        void **cursor,
                        struct error *error);

    /* Starts on a chunk; the one before has been read to its end, or is given up. `chunk` outlives
     * the reading of it. */
    bool (*cursor_begin)(void *cursor, const struct chunk *chunk, struct error *error);

    /* Fills `batch`, which is begun and empty: values, NULLs, row errors, batch->rows. Gives at
     * least one row unless the chunk has no more, and sets `*ended` with the last rows or, where
     * the end shows only afterwards, with no row. With the end it notes in batch->tally what the
     * chunk was read in (reading.h), unless relation->consistency says it for all. */
    bool (*cursor_next)(void *cursor, struct batch *batch, bool *ended, struct error *error);

    /* Gives the chunk in hand up, and whatever of the connection the cursor holds. NULL: there is
     * nothing to give up. */
    void (*cursor_drop)(void *cursor);

    /* Frees the cursor, in whatever state it is. */
    void (*cursor_close)(void *cursor);
};

extern const struct source_driver odbc_driver;
extern const struct source_driver file_driver;

struct relation {
    const struct source_driver *driver;
    const struct plan_source *settings;
    const struct relation_spec *spec;
    struct schema schema;
    int key[LIMIT_KEY_COLUMNS];
    int key_count;
    const struct relation *split; /* of tables: whose key bounds the chunks; NULL: its own does */
    const char *consistency;
    void *detail; /* the driver's own; read-only, or guarded by the driver */
};

#endif
