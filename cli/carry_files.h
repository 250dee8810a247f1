/* carry_files.h — the files of entities: compared with what the supplier states before anything is
 * carried, and kept for the report. Private to carry*.c and the commands.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_CARRY_FILES_H
#define CLI_CARRY_FILES_H

#include "job.h"

#include "novate/source_file.h"

/* The descriptions of all files of an entity: a million of them, and then some. */
#define CARRY_FILES_BYTES_MAX ((size_t)1 << 30)

/* Does a ledger know the chunks of an entity already? Then its files were compared before. */
typedef bool carry_begun(struct job *job,
                         const struct entity *entity,
                         bool *begun,
                         struct error *error);

/* Plans all entities of which a manifest states files and that are not begun; carry_plan() then has
 * their chunks. ERROR_SOURCE, after every fault of every file was printed, when they do not agree.
 */
bool carry_survey(struct job *job, carry_begun *begun, struct error *error) NODISCARD;

/* The same of entities that were planned already, or, where they were not, of names and sizes. A
 * line per entity is pushed to `out`. */
bool carry_files_look(struct job *job, struct text_buffer *out, struct error *error) NODISCARD;

/* What was found out about the files of an entity that has just been planned: into its chunks, so
 * that the ledgers keep it, and for the report. */
bool carry_files_take(struct job *job,
                      struct entity *entity,
                      struct chunk_list *chunks,
                      struct source_files *files,
                      struct error *error) NODISCARD;
/* Prints faults; ERROR_SOURCE with any. */
bool carry_files_check(struct job *job,
                       const struct entity *entity,
                       const struct source_files *files,
                       struct error *error) NODISCARD;

/* ERROR_SOURCE: so many faults were printed. */
bool carry_files_refuse(int faults, struct error *error);

/* What ledgers kept: pushed chunk by chunk, in order, then given to an entity that was not planned
 * by this process. Releases the buffer. */
void carry_files_push(const struct chunk *chunk, struct text_buffer *out);
bool carry_files_recall(struct job *job,
                        struct entity *entity,
                        struct text_buffer *files,
                        struct error *error) NODISCARD;

#endif
