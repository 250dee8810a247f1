/* checking_health.h — how fit the sources are to be read, as `check` shows it.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_CHECKING_HEALTH_H
#define CLI_CHECKING_HEALTH_H

#include "job.h"

#include "novate/health.h"
#include "novate/text.h"

/* How many findings there were, by severity. */
struct health_counts {
    int of[HEALTH_CRITICAL + 1];
};

/* The findings of each database that the job's entities come from. */
bool checking_health_sources(struct job *job,
                             struct text_buffer *out,
                             struct health_counts *counts,
                             struct error *error) NODISCARD;
/* Those of an entity's own relation. */
bool checking_health_entity(struct job *job,
                            const struct entity *entity,
                            struct text_buffer *out,
                            struct health_counts *counts,
                            struct error *error) NODISCARD;
/* "health: 1 critical, 2 warnings": nothing where nothing was looked at. */
void checking_health_total(const struct health_counts *counts, struct text_buffer *out);

#endif
