/* rejects.h — what the verbs of command "rejects" share.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_REJECTS_H
#define CLI_REJECTS_H

#include "job.h"
#include "reread.h"

#include "novate/target_reject.h"

/* Numbers behind the plan, in the job's arena. ERROR_USAGE when one is none. */
bool rejects_numbers(struct job *job,
                     const int64_t **numbers,
                     int *count,
                     struct error *error) NODISCARD;
/* What the command line asks for, of one entity; NULL: of all. */
struct target_reject_filter rejects_filter(const struct job *job, const char *entity);
/* ERROR_STATE names the first of the numbers that the migration has no reject of. */
bool rejects_check_numbers(struct job *job,
                           const struct target_reject_filter *filter,
                           struct error *error) NODISCARD;
/* Connects to write: work directory and migration are locked, the ledger must be there. */
bool rejects_open_to_write(struct job *job, struct error *error) NODISCARD;

/* A record of the source as it is now: `json` is an object of its columns as texts; NULL: it is not
 * there any more (`state`), or cannot be told from others. */
typedef bool rejects_take(void *state,
                          const struct target_reject *reject,
                          enum reread_state found,
                          const char *json,
                          struct error *error);
/* Reads the records of an entity's rejects again, chunk by chunk, and gives each reject once, with
 * what was read. The entity is compiled. */
bool rejects_read_records(struct job *job,
                          struct entity *entity,
                          struct target_reject *rejects,
                          int count,
                          rejects_take *take,
                          void *state,
                          struct error *error) NODISCARD;
/* Sorts rejects of an entity by chunk and number. */
void rejects_by_chunk(struct target_reject *rejects, int count);
/* How many from `first` on are of its chunk. */
int rejects_of_chunk(const struct target_reject *rejects, int first, int count);
/* The ledger's chunk of a reject. */
bool rejects_find_chunk(const struct target_chunk *chunks,
                        int chunk_count,
                        const struct target_reject *reject,
                        const struct target_chunk **chunk,
                        struct error *error) NODISCARD;

/* The verbs; each in a file of its name. */
bool rejects_list(const struct options *options,
                  struct console *console,
                  struct error *error) NODISCARD;
bool rejects_show(const struct options *options,
                  struct console *console,
                  struct error *error) NODISCARD;
bool rejects_export(const struct options *options,
                    struct console *console,
                    struct error *error) NODISCARD;
bool rejects_retry(const struct options *options,
                   struct console *console,
                   struct error *error) NODISCARD;

#endif
