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

/* The keys that a fragment may have as well as a mapping, in this order. */
enum rule_key {
    RULES_LOOKUPS,
    RULES_FILTERS,
    RULES_COPY,
    RULES_COLUMNS,
    RULES_CHECKS,
    RULES_KEY_COUNT
};

/* Reads the values of these keys into `mapping`. */
void mapping_read_rules(struct plan_reader *reader,
                        const struct plan_field *fields,
                        struct mapping *mapping);

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

/* Reads the map under "verify" into `mapping`. */
void mapping_read_verify(struct plan_reader *reader,
                         const struct plan_field *field,
                         struct mapping *mapping);

/* Reads the list under "examples" into `mapping`. */
void mapping_read_examples(struct plan_reader *reader,
                           const struct plan_field *field,
                           struct mapping *mapping);

/* A fragment, read with one set of parameters. */
struct fragment {
    const char *path;
    const char *text; /* variables replaced */
    const struct plan_node *root;
    struct mapping rules; /* its own and those of the fragments that it includes */
};

/* Those of one mapping, each once, in the order in which they are met. */
struct fragments {
    struct fragment **items;
    int count;
};

/* Different fragments of one mapping, and entries of one "include". */
#define FRAGMENTS_MAX 100

/* Adds to `parent` what the fragments that it includes at `place` say. */
void mapping_join(struct plan_reader *reader,
                  struct place place,
                  struct mapping *parent,
                  struct fragment *const *children,
                  int count);

/* Reads the fragments under "include", and theirs, and adds what they say to `mapping`. */
bool mapping_include(struct plan_reader *reader,
                     struct plan_variables *variables,
                     const struct plan_field *field,
                     struct mapping *mapping,
                     struct fragments *fragments,
                     struct error *error) NODISCARD;

/* Sets spec->digest from the node of a lookup, after variables. */
void mapping_set_lookup_digest(struct plan_reader *reader,
                               const struct plan_node *node,
                               struct lookup_spec *spec);

/* Sets mapping->digest from the trees, after variables, and the bytes of the lookups' files. A file
 * that cannot be read is a problem. */
bool mapping_set_digest(struct plan_reader *reader,
                        const struct plan_node *root,
                        const struct fragments *fragments,
                        struct mapping *mapping,
                        struct error *error) NODISCARD;

#endif
