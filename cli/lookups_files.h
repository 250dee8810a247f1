/* lookups_files.h — lookups in files that a supplier hands over: which of their rows are entries,
 * and what is said of those that cannot be read. SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_LOOKUPS_FILES_H
#define CLI_LOOKUPS_FILES_H

#include "job.h"

/* Is its file one of a source, not one of the mapping's own? */
bool lookups_files_has(const struct lookup_spec *spec);

/* Compiles `where` and `keep` over the file's columns; `columns` are those of the lookup, by their
 * indices. Problems are added; with errors among them `*program` is NULL and the result still true.
 */
bool lookups_files_compile(struct job *job,
                           const struct entity *entity,
                           const struct lookup_spec *spec,
                           const struct schema *schema,
                           const int *columns,
                           int count,
                           struct program **program,
                           struct error *error) NODISCARD;

/* Gives the rows that are entries to the visitor, by the columns of the lookup. Those that cannot
 * be read are none, and a warning. */
bool lookups_files_read(struct job *job,
                        const struct lookup_spec *spec,
                        const struct program *program,
                        struct source *source,
                        const struct relation *relation,
                        const struct lookups_visitor *visitor,
                        struct error *error) NODISCARD;

/* Of all that were read: ERROR_SOURCE where a supplier states other files. */
bool lookups_files_agree(const struct job *job, struct error *error) NODISCARD;

#endif
