/* batch.h — up to LIMIT_BATCH_ROWS records by column, and what happened to them.
 *
 * A batch travels through a pipeline; whoever holds it owns it. Its arena holds everything that its
 * vectors, rejects and counters point to, and is reset when the batch is used again.
 *
 * A batch that was read from a source carries source columns, a hash per record, and row errors
 * that the reader found (undecodable bytes, wrong number of fields); what the reader repaired by a
 * policy is in the counters of its tally. A batch that left the transformation carries target
 * columns, the rejects and the tally of the records that did not come through.
 *
 *     batch_init(&batch, &schema, &budget, error) … batch_begin(&batch, rows, error) …
 * batch_release(&batch)
 *
 * A batch stays where it was initialised: its counters point to its arena.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_BATCH_H
#define NOVATE_BATCH_H

#include "novate/arena.h"
#include "novate/counters.h"
#include "novate/error.h"
#include "novate/hash.h"
#include "novate/type.h"
#include "novate/vector.h"

#include <stdbool.h>
#include <stdint.h>

enum reject_class {
#define REJECT_CLASS(name, text, meaning, finder, remedy) REJECT_##name,
#include "novate/reject_classes.def"
#undef REJECT_CLASS
    REJECT_CLASS_COUNT
};

const char *reject_class_text(enum reject_class class);
/* The class of a SQLSTATE that the target or a kernel reported. */
enum reject_class reject_class_of(const char *sqlstate);
/* The table of classes in Markdown: the section of mappings/README.md that a test keeps fresh. */
void reject_class_reference(struct text_buffer *out);

/* A data error of a row, noted by a reader or a kernel. The first one of a row counts. */
struct row_error {
    uint16_t row;
    int16_t column; /* source column for readers, mapped column for kernels, -1: the row */
    enum reject_class class;
    char sqlstate[6];    /* or "" */
    const char *name;    /* of the check or lookup, or NULL */
    const char *message; /* without any value of the record; batch arena or static */
};

/* A record that could not be carried. */
struct reject {
    const char *key;      /* the source key as a JSON array of texts: ["12345"]; or the position */
    const char *position; /* "persons.csv line 17 byte 1234", or NULL */
    const char *column;   /* target column (or source column for readers), or NULL */
    enum reject_class class;
    const char *name; /* of the check or lookup, or NULL */
    char sqlstate[6];
    const char *message; /* without any value of the record */
    struct hash source_hash;
};

/* Where the records of a chunk went, by rows and by digests of source records. The identity
 * source + emitted = passed + filtered + rejected + merged must hold; `loaded` and `present` split
 * what passed. */
struct tally {
    struct digest source;
    struct digest emitted; /* rows of a record beyond its first one */
    struct digest passed;
    struct digest filtered;
    struct digest rejected;
    struct digest merged;     /* records that stand in another record's row */
    struct digest loaded;     /* of *target* rows: what was sent and committed */
    uint64_t inserted;        /* `loaded`, by what became of it: rows that are new, */
    uint64_t updated;         /* rows that had other values, */
    uint64_t unchanged;       /* rows that were there as they are; only the target's ledger has
                                 these three */
    struct counters counters; /* groups "filter", "reject", "merge", "note", "repair" */
};

void tally_init(struct tally *tally, struct arena *arena);
bool tally_merge(struct tally *tally, const struct tally *other, struct error *error) NODISCARD;
/* Does the identity hold, in rows and in digests? */
bool tally_closes(const struct tally *tally);

struct amendment; /* novate/amendment.h */

struct batch {
    const struct schema *schema; /* not owned */
    struct vector *columns;      /* schema->count of them */
    int rows;
    struct arena arena;
    struct hash *source_hashes; /* of the source records behind the rows */
    uint64_t *lines;            /* files: physical line a record begins at, 1-based; or NULL */
    uint64_t *offsets;          /* files: byte offset of it; or NULL */
    const char *file;           /* files: which; or NULL */
    struct row_error *errors; /* at most one per row, in order of rows after batch_sort_errors() */
    int error_count;
    uint64_t *error_rows;       /* bit i: row i has an error; kept by batch_note() */
    int rows_max;               /* what batch_begin() made room for */
    struct vector *key_columns; /* after transformation: the source key of each row; or NULL */
    int key_count;
    struct reject *rejects;
    int reject_count;
    struct amendment *amendments; /* of rows that passed, where somebody keeps them */
    int amendment_count;
    struct tally tally;
    int chunk;           /* ordinal of the chunk it belongs to */
    uint64_t chunk_row;  /* while it is read: records of the chunk before its first one */
    bool chunk_restarts; /* the first batch of a chunk begun anew: forget what came of it before */
    bool chunk_ends;     /* the last batch of the chunk (may have 0 rows) */
    bool again;          /* of a transformer: the batch that went in gives another one */
};

bool batch_init(struct batch *batch,
                const struct schema *schema,
                struct budget *budget,
                struct error *error) NODISCARD;
/* Empties the batch (arena included) and makes flat zero vectors for up to `rows_max` rows; `rows`
 * is 0. Room for hashes and errors is made, lines and offsets only when `with_positions`. Whoever
 * fills it says with batch_set_rows() how many rows it became. */
bool batch_begin(struct batch *batch,
                 int rows_max,
                 bool with_positions,
                 struct error *error) NODISCARD;
/* Forgets everything and gives back the memory of large values, when nobody needs it any more. */
void batch_clear(struct batch *batch);
/* Sets `rows` of the batch and of all its vectors, key columns included; `rows_max` at most. */
void batch_set_rows(struct batch *batch, int rows);
/* Notes a data error, unless the row has one. `message` must live as long as the batch. */
bool batch_note(struct batch *batch,
                const struct row_error *row_error,
                struct error *error) NODISCARD;
void batch_sort_errors(struct batch *batch);
/* Leaves the rows of `selection` (ascending) in a batch that was read, with their hashes, places
 * and errors. */
bool batch_select(struct batch *batch,
                  const uint16_t *selection,
                  int count,
                  struct error *error) NODISCARD;
/* The key of a row as a JSON array of texts (NULL as null): ["12345","A"]. Without key columns, the
 * position, ["persons.csv:17"], or []. */
void batch_key_json(const struct batch *batch, int row, struct text_buffer *out);
/* The same from any vectors. */
void vectors_key_json(const struct vector *columns, int count, int row, struct text_buffer *out);
void batch_release(struct batch *batch);
/* Rows within limits and the same in every vector, types as the schema says, every vector valid,
 * errors within rows: ERROR_INTERNAL otherwise. */
bool batch_validate(const struct batch *batch, struct error *error) NODISCARD;

#endif
