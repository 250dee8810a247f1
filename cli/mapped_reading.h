/* mapped_reading.h — the source of an entity through its mapping, read from the beginning as often
 * as it is asked for. SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_MAPPED_READING_H
#define CLI_MAPPED_READING_H

#include "job.h"
#include "list_reader.h"

struct mapped_reading {
    struct job *job;
    struct entity *entity; /* compiled, its groups found */
    struct chunk_list chunks;
    struct source *source;
    struct list_reader records;
    struct transform *transform;
};

/* The first three members are set; one reading at a time. */
bool mapped_reading_open(struct mapped_reading *mapped,
                         struct reader *reader,
                         struct transformer *transformer,
                         struct error *error) NODISCARD;
void mapped_reading_close(struct mapped_reading *mapped);

#endif
