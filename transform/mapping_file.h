/* mapping_file.h — reads a mapping file.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_MAPPING_FILE_H
#define TRANSFORM_MAPPING_FILE_H

#include "plan_variables.h"

#include "novate/plan.h"

/* Reads the mapping in `path`, which the plan names at `place`. Problems of form, and a file that
 * cannot be read, are problems; false only for an operation error. Memory that runs out may also be
 * noted in reader->failed. */
bool mapping_file_load(struct plan_reader *reader,
                       struct plan_variables *variables,
                       const char *path,
                       struct place place,
                       struct mapping *mapping,
                       struct error *error) NODISCARD;

/* Reads the map under "lookups" into `mapping`. */
void mapping_read_lookups(struct plan_reader *reader,
                          const struct plan_field *field,
                          struct mapping *mapping);

/* An expression, and a map of names and expressions: target columns. */
bool mapping_read_expression(struct plan_reader *reader,
                             const struct plan_field *field,
                             struct expression_spec *spec);
const struct expression_spec *mapping_read_expressions(struct plan_reader *reader,
                                                       const struct plan_field *field,
                                                       int *count);
/* Reads the list under "emit" into `mapping`. */
void mapping_read_emits(struct plan_reader *reader,
                        const struct plan_field *field,
                        struct mapping *mapping);

/* Reads the map under "dedupe" or "pivot" into `mapping`. */
void mapping_read_grouping(struct plan_reader *reader,
                           const struct plan_field *dedupe,
                           const struct plan_field *pivot,
                           struct mapping *mapping);

/* Sets mapping->digest from the tree, after variables, and the bytes of the lookups' files. A file
 * that cannot be read is a problem. */
bool mapping_set_digest(struct plan_reader *reader,
                        const struct plan_node *root,
                        struct mapping *mapping,
                        struct error *error) NODISCARD;

#endif
