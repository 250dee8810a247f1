/* source.h — the outgoing system, whatever it is: ODBC or a folder of files, behind one contract.
 *
 * A source is one connection (or folder), used by one thread at a time and opened once per
 * pipeline. A relation is a described table, query or set of files; it is read-only after
 * source_describe() and may be shared by all sources opened with the same settings.
 *
 *     source_open → source_describe → source_plan → source_reader_open → next … →
 * source_reader_close → source_close
 *
 * Values come exactly: numbers as integers or decimals, never through a double; text as valid UTF-8
 * (bytes that do not decode are row errors of class ENCODING, U+0000 of class NUL); numbers and
 * dates of files that are not of their declared type are row errors of class TYPE or RANGE. The
 * source is only read: connections ask for read-only access. SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_SOURCE_H
#define NOVATE_SOURCE_H

#include "novate/batch.h"
#include "novate/cancel.h"
#include "novate/chunk.h"
#include "novate/error.h"
#include "novate/limits.h"
#include "novate/pace.h"
#include "novate/pipeline.h"
#include "novate/plan.h"

#include <stdbool.h>
#include <stdint.h>

struct source;
struct relation;
struct source_reader;

/* Whom a source tells what happens to its connection, without values and secrets, and who ends its
 * waits. */
struct source_watch {
    void *state;
    void (*say)(void *state, const char *message); /* or NULL; called from the thread that reads */
    const struct cancel *cancel;                   /* or NULL; outlives the source */
};

/* ERROR_SOURCE_CONNECT with the driver's diagnostics; never shows the connection string, which may
 * hold a password. A connection that is lost as soon as it is made is tried again as any other.
 * `settings` must outlive the source; `watch` may be NULL: nobody is told. */
bool source_open(const struct plan_source *settings,
                 const struct source_watch *watch,
                 struct source **source,
                 struct error *error) NODISCARD;
/* As source_open, for files relative to `directory` (lookup files). UTF-8. */
bool source_open_directory(const char *directory,
                           struct source **source,
                           struct error *error) NODISCARD;
void source_close(struct source *source); /* NULL is allowed */
/* Readers opened from now on, and planning, keep to it; it outlives the source. NULL (as at first):
 * no limits. */
void source_set_pace(struct source *source, struct pace *pace);

/* Lets the snapshot go that the source reads in, if it does: whoever reads next sees what is there
 * then. */
bool source_let_go(struct source *source, struct error *error) NODISCARD;

/* Looks the relation up; `spec` must outlive it. Problems that point into the mapping (no such
 * table, no file matches) go to `problems`; then `*relation` is NULL and the result true. Where
 * only a key column is not there `*relation` is known by its columns, and good for nothing else. */
bool source_describe(struct source *source,
                     const struct relation_spec *spec,
                     struct arena *arena,
                     struct problems *problems,
                     struct relation **relation,
                     struct error *error) NODISCARD;

/* Is there a file of the relation, one of files, in the source's folder? Nothing is connected to.
 */
bool source_has_files(const struct plan_source *settings,
                      const struct relation_spec *spec,
                      struct arena *arena,
                      bool *there,
                      struct error *error) NODISCARD;

/* All columns, in the relation's order. */
const struct schema *relation_schema(const struct relation *relation);
/* Indices of the key columns; 0 when the relation has none. */
int relation_key(const struct relation *relation, int columns[LIMIT_KEY_COLUMNS]);
/* How many columns bound its chunks: those of its key, or the first of them where the mapping has
 * it split by a table's index. */
int relation_bounds(const struct relation *relation);
/* "per chunk", "file as of 2008-06-05T09:00:00Z": how consistent a reading is. */
const char *relation_consistency(const struct relation *relation);

/* How the records of a relation are found. */
enum relation_access {
    RELATION_BY_PLACE, /* of files */
    RELATION_BY_INDEX, /* short reads along an index */
    RELATION_BY_SPLIT, /* the same, along that of the table which it is split by */
    RELATION_BY_SCANS, /* no index is known to serve the key: each chunk is a scan */
    RELATION_BY_SCAN,  /* no key: one scan, and one chunk */
    RELATION_HELD,     /* the same, and the driver holds all of its rows in memory */
};
/* `*index` is the name of the index; NULL where none is known. */
enum relation_access relation_access(const struct relation *relation, const char **index);
/* Rows that one read of a database asks for; 0: of files. */
bool source_read_rows(struct source *source, uint64_t *rows, struct error *error) NODISCARD;

struct chunk_plan_options {
    uint64_t chunk_rows;  /* 0: LIMIT_CHUNK_ROWS */
    uint64_t chunk_bytes; /* of files; 0: LIMIT_CHUNK_BYTES */
    bool uncounted;       /* what a database can only read in one go is not counted before */
    bool threads;         /* large files are hashed by a thread of their own */
    struct pace *pace;    /* set by source_plan() */
};
/* Chunks without ids. Never reads rows through OFFSET; for files one pass over the bytes. An empty
 * relation gives 0 chunks, or one where it was not counted. */
bool source_plan(struct source *source,
                 const struct relation *relation,
                 const struct chunk_plan_options *options,
                 struct arena *arena,
                 struct chunk_list *chunks,
                 struct error *error) NODISCARD;

/* Reads `columns` (indices of relation_schema, in any order) of the chunks that `supply` hands out,
 * one after the other. Batches carry source hashes over these columns; the last one of a chunk has
 * chunk_ends, which may be an empty one. */
bool source_reader_open(struct source *source,
                        const struct relation *relation,
                        const int *columns,
                        int count,
                        const struct chunk_supply *supply,
                        struct cancel *cancel,
                        struct source_reader **out,
                        struct error *error) NODISCARD;
/* A reader that yields does not wait in the middle of a chunk while reading is paused or the window
 * is closed: next() fails with ERROR_INTERRUPTED, so that what its chunk holds open elsewhere is
 * let go. Whoever asked for it waits with pace_pass() and reads the chunk again. */
void source_reader_set_yields(struct source_reader *reader, bool yields);
struct reader source_reader_as_reader(struct source_reader *reader);
void source_reader_close(struct source_reader *reader); /* NULL is allowed */

#endif
