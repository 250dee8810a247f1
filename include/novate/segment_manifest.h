/* segment_manifest.h — what a folder of complete stages holds: the list that goes with staged files
 * to another machine.
 *
 * `segments/manifest.json` in the work directory is there only while every chunk of every entity
 * that was begun has finished its stage. It names each segment with its size and SHA-256, and each
 * entity with the digests of mapping and plan and of its records; no key or value of a record.
 * With a key it carries a seal, so that forgery is found and not accidents alone. The form is in
 * core/README.md. Ownership   what is read lives in the arena. Threads   one at a time.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_SEGMENT_MANIFEST_H
#define NOVATE_SEGMENT_MANIFEST_H

#include "novate/arena.h"
#include "novate/error.h"
#include "novate/hash.h"
#include "novate/segment.h"

#include <stdbool.h>
#include <stdint.h>

#define SEGMENT_SHA256_HEX_SIZE 65 /* 64 digits and NUL */

struct manifest_segment {
    enum segment_stage stage;
    int chunk;            /* ordinal */
    const char *chunk_id; /* hex */
    const char *file;     /* in the folder of segments */
    uint64_t bytes;
    const char *sha256;   /* hex; NULL (of no manifest): not known, nor is the size */
    const char *checksum; /* hex, of the content, as the ledger has it */
    uint64_t rows;
    struct digest source; /* of the source records of the chunk */
};

struct manifest_entity {
    const char *entity;
    const char *mapping_digest; /* hex */
    const char *mapping_text;
    const char *plan_digest; /* hex */
    enum segment_stage stage;
    struct digest source;
    struct digest passed; /* this and what follows: of a transformed entity only */
    struct digest filtered;
    struct digest rejected;
    struct digest emitted;
    struct digest merged;
    /* By chunk; of each the extracted one, then, of a transformed entity, the transformed one. */
    struct manifest_segment *segments;
    int segment_count;
};

struct segment_manifest {
    const char *novate; /* version that wrote it */
    const char *migration;
    const char *written_at; /* UTC, ISO 8601 */
    const char *host;
    const char *operator_name;
    const char *key_id; /* NULL: not sealed */
    struct manifest_entity *entities;
    int entity_count;
    const char **absent; /* entities of the plan that were not begun */
    int absent_count;
};

/* Durable, mode 0600; sealed if there is a key. `key_id` is not looked at. */
bool segment_manifest_write(const char *work_directory,
                            const struct segment_manifest *manifest,
                            const struct segment_key *key,
                            struct error *error) NODISCARD;
/* Before a segment is written. None is there: true. */
bool segment_manifest_remove(const char *work_directory, struct error *error) NODISCARD;
bool segment_manifest_exists(const char *work_directory);

/* Checks form and seal: ERROR_CORRUPT, or ERROR_KEY where it is sealed with another key, or a key
 * is given and it is not sealed, or the other way round. */
bool segment_manifest_read(const char *work_directory,
                           const struct segment_key *key,
                           struct arena *arena,
                           struct segment_manifest *manifest,
                           bool *found,
                           struct error *error) NODISCARD;
bool segment_manifest_parse(const char *json,
                            size_t size,
                            const struct segment_key *key,
                            struct arena *arena,
                            struct segment_manifest *manifest,
                            struct error *error) NODISCARD;

/* Size and SHA-256 of a segment as it stands in the work directory. */
bool manifest_segment_measure(const char *work_directory,
                              struct manifest_segment *segment,
                              struct arena *arena,
                              struct error *error) NODISCARD;

/* Reads a segment whole: is it, byte for byte and record for record, what is said of it? Gives the
 * chunk and the tally that a ledger records. ERROR_CORRUPT names the file and what differs. */
bool manifest_segment_check(const char *work_directory,
                            const char *entity,
                            const struct manifest_segment *segment,
                            const struct segment_key *key,
                            struct arena *arena,
                            struct chunk *chunk,
                            struct tally *tally,
                            struct error *error) NODISCARD;

#endif
