/* staging.h — segments as the ends of a pipeline, recorded in the work directory's ledger.
 *
 * A staging writer puts each chunk into a segment of its own and records it in the ledger once it
 * is durable; a staging reader gives the chunks of a stage back, and refuses a segment that is not
 * the one that the ledger recorded. Threads   each reader and writer belongs to one pipeline; the
 * ledger is shared by all. SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_STAGING_H
#define NOVATE_STAGING_H

#include "novate/chunk.h"
#include "novate/error.h"
#include "novate/ledger.h"
#include "novate/pipeline.h"
#include "novate/segment.h"

#include <stdbool.h>

/* What the two ends share; must outlive them. */
struct staging {
    const char *work_directory;
    const char *entity;
    struct ledger *ledger;
    const struct segment_key *key;     /* NULL: segments are not encrypted */
    const struct ledger_chunk *chunks; /* of the entity, by ordinal */
    int count;
};

struct staging_writer;
struct staging_writer_options {
    const struct staging *staging;
    enum segment_stage stage;
    const struct schema *schema;
    struct budget *budget;
    /* Called after each recorded chunk, from the writer's thread; may be NULL. */
    void (*committed)(void *state, int chunk_ordinal, const struct tally *tally);
    void *committed_state;
};
/* Makes the folder of segments if it is not there. */
bool staging_writer_create(const struct staging_writer_options *options,
                           struct staging_writer **writer,
                           struct error *error) NODISCARD;
struct writer staging_writer_as_writer(struct staging_writer *writer);
void staging_writer_destroy(struct staging_writer *writer); /* NULL is allowed */

struct staging_reader;
/* Reads the segments of `stage` of the chunks that `supply` hands out. */
bool staging_reader_create(const struct staging *staging,
                           enum segment_stage stage,
                           const struct schema *schema,
                           const struct chunk_supply *supply,
                           struct staging_reader **reader,
                           struct error *error) NODISCARD;
struct reader staging_reader_as_reader(struct staging_reader *reader);
void staging_reader_destroy(struct staging_reader *reader); /* NULL is allowed */

/* Removes the segments of an entity, of both stages, whole or begun: its chunks are planned anew.
 */
bool staging_forget(const char *work_directory, const char *entity, struct error *error) NODISCARD;

/* The schema of the first segment of a stage, copied into the arena; count 0: no segment is there.
 */
bool staging_schema(const struct staging *staging,
                    enum segment_stage stage,
                    struct arena *arena,
                    struct schema *schema,
                    struct error *error) NODISCARD;

#endif
