/* sampling.h — a sample of an entity for people: drawn in one reading of the source, then set
 * beside what the mapping makes of it and what the target holds.
 *
 *     sampling_draw … sampling_sheet … sampling_release
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_SAMPLING_H
#define CLI_SAMPLING_H

#include "job.h"

#include "novate/sample.h"

/* Records with the same value of a column of the target; all of them, where none was named. */
struct stratum {
    const char *value; /* NULL: all */
    struct pick *pick;
    uint64_t records; /* of the source */
    int taken;
};

struct sampling {
    struct job *job;
    struct entity *entity;
    int column; /* of the mapped row; -1: no strata */
    const int *keys;
    int key_count;
    struct stratum *strata;
    int count;
    uint64_t population;
    struct text_buffer scratch;
};

bool sampling_draw(struct sampling *sampling,
                   struct job *job,
                   struct entity *entity,
                   struct error *error) NODISCARD;
/* `session` reads the target. The sheet lives in the job's arena. */
bool sampling_sheet(struct sampling *sampling,
                    struct session *session,
                    struct sample_sheet *sheet,
                    struct error *error) NODISCARD;
void sampling_release(struct sampling *sampling);

#endif
