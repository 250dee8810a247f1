/* plan_policy.h — what becomes of bytes that mean nothing: "undecodable" and "nul", of a plan's
 * sources, of relations and of their columns.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_PLAN_POLICY_H
#define TRANSFORM_PLAN_POLICY_H

#include "plan_reader.h"

#include "novate/plan.h"

/* "undecodable"; `*place` is its value's, without a file where there is none. */
enum value_policy plan_read_undecodable(struct plan_reader *reader,
                                        const struct plan_field *field,
                                        enum value_policy otherwise,
                                        struct place *place);
/* "nul", which cannot be windows-1252. */
enum value_policy plan_read_nul(struct plan_reader *reader,
                                const struct plan_field *field,
                                enum value_policy otherwise);
const char *plan_policy_name(enum value_policy policy);

/* Can texts of the encoding be read so? A problem otherwise. NULL: a server decodes them. */
bool plan_policy_check(struct plan_reader *reader,
                       enum value_policy policy,
                       const char *encoding,
                       struct place place);

/* Fills in what a relation of files and its columns do not say, by their source, and checks that it
 * fits their encodings. NULL: the folder of the mapping, whose files are UTF-8. */
void plan_policy_settle(struct plan_reader *reader,
                        const struct plan_source *source,
                        struct relation_spec *spec);

#endif
