/* deferring.h — indexes and foreign keys while entities are loaded: off before, on again after all
 * of them, several at a time.  SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_DEFERRING_H
#define CLI_DEFERRING_H

#include "job.h"

/* Bits of enum plan_defer: what the mapping says, or else the plan. */
unsigned deferring_wanted(const struct job *job, const struct entity *entity);
/* "foreign key", of novate.deferred's word for it. */
const char *deferring_kind(const char *kind);
/* "is missing" */
const char *deferring_state(const char *state);

/* Takes off the entity's table what its mapping or the plan says, and says what stays in place. */
bool deferring_begin(struct job *job, const struct entity *entity, struct error *error) NODISCARD;

/* Restores all that the migration has off, whichever run or plan took it off. What cannot be
 * restored is said and counted in job->deferred_left. `json` gets an array: what was restored and
 * what was not. */
bool deferring_end(struct job *job, struct text_buffer *json, struct error *error) NODISCARD;

/* Lists what is off: as warnings, with how it is restored. Nothing is changed. */
bool deferring_say(struct job *job, struct text_buffer *json, struct error *error) NODISCARD;
/* The same after a run that stopped; what cannot be found out then is not said. */
void deferring_say_left(struct job *job);
/* For `status`. */
bool deferring_push(struct job *job, struct text_buffer *out, struct error *error) NODISCARD;

#endif
