/* mapped_source.h — the source of an entity through its mapping, read from the beginning as often
 * as it is asked for. SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_MAPPED_SOURCE_H
#define CLI_MAPPED_SOURCE_H

#include "job.h"
#include "list_reader.h"

/* State of a struct verify_source: one reading at a time. */
struct mapped_source {
    struct job *job;
    struct entity *entity; /* compiled, its groups found */
    struct chunk_list chunks;
    struct source *source;
    struct list_reader records;
    struct transform *transform;
};

bool mapped_source_open(void *state,
                        struct reader *reader,
                        struct transformer *transformer,
                        struct error *error) NODISCARD;
void mapped_source_close(void *state);

#endif
