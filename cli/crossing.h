/* crossing.h — the cross-check: some records of each entity, computed by the target's server as
 * well.
 *
 *     crossing_allowed                  does what was asked for make sense?
 *     crossing_tap                      the records that verification reads are offered to be
 * picked crossing_run                      after it: the server computes them, and both are
 * compared
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_CROSSING_H
#define CLI_CROSSING_H

#include "job.h"

/* ERROR_USAGE where nothing would be verified. */
bool crossing_allowed(const struct options *options, struct error *error) NODISCARD;

/* A reader that shows what it reads to a pick. All zero: not open; does not move while it is. */
struct crossing_tap {
    struct reader inner;
    struct pick *pick;
};
/* Makes entity->pick, once: the first reading of an entity is that which is picked from. `reader`
 * stays as it is where no cross-check is asked for. */
bool crossing_tap(struct job *job,
                  struct entity *entity,
                  struct crossing_tap *tap,
                  struct reader *reader,
                  struct error *error) NODISCARD;

/* Fills entity->cross. A target that cannot do it is no error here, but a result. */
bool crossing_run(struct job *job, struct entity *entity, struct error *error) NODISCARD;
/* What the crossing of an entity makes of a verdict. */
enum verdict crossing_verdict(const struct entity *entity, enum verdict verdict);
/* Lines for people, below the summary; nothing where none was asked for. */
void crossing_say(const struct job *job, struct text_buffer *out);
/* False, and the error to exit with, where nothing but cross-checks differs. */
bool crossing_conclude(const struct job *job, struct error *error) NODISCARD;

#endif
