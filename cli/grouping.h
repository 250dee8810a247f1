/* grouping.h — the first reading of an entity whose mapping makes one row of several records: every
 * record once, to know which of them stands for which. Entities of other mappings are left alone.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_GROUPING_H
#define CLI_GROUPING_H

#include "job.h"

#include "novate/staging.h"

/* Finds the groups anew, in entity->grouped. `chunks` NULL: they are planned. */
bool grouping_read_source(struct job *job,
                          struct entity *entity,
                          const struct chunk_list *chunks,
                          struct error *error) NODISCARD;
/* The same from extracted segments. */
bool grouping_read_segments(struct job *job,
                            struct entity *entity,
                            const struct staging *staging,
                            struct error *error) NODISCARD;
/* Groups of one batch only, for a preview. */
bool grouping_take_batch(struct job *job,
                         struct entity *entity,
                         struct batch *batch,
                         struct error *error) NODISCARD;
/* Groups of another program over the entity's source, which has some, to be released. */
bool grouping_read_with(struct job *job,
                        struct entity *entity,
                        const struct program *program,
                        const struct chunk_list *chunks,
                        struct grouped *grouped,
                        struct error *error) NODISCARD;
void grouping_release(struct grouped *grouped);

#endif
