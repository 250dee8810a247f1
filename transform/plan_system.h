/* plan_system.h — the systems of a plan: its sources (plan_source.c), its target, and its limits.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_PLAN_SYSTEM_H
#define TRANSFORM_PLAN_SYSTEM_H

#include "plan_reader.h"

#include "novate/plan.h"

/* Systems of one plan: a hospital has a few dozen. */
#define PLAN_SOURCES_MAX 100

/* A file or folder relative to `directory`; NULL when there is none. */
const char *plan_read_path(struct plan_reader *reader,
                           const struct plan_field *field,
                           const char *directory);

/* Exactly one of the two fields must be there; otherwise a problem, at `root` when there is none.
 */
void plan_read_sources(struct plan_reader *reader,
                       const struct plan_node *root,
                       const struct plan_field *one,
                       const struct plan_field *several,
                       struct plan *plan);
void plan_read_target(struct plan_reader *reader,
                      const struct plan_field *field,
                      struct plan *plan);

/* Bits of enum plan_defer; of "none", which a variable can say, no bit. Those that are not
 * `allowed` there are problems. */
unsigned plan_read_defer(struct plan_reader *reader,
                         const struct plan_field *field,
                         unsigned allowed);

/* What holds when the plan says nothing. */
void plan_set_limits(struct plan_limits *limits);
void plan_read_limits(struct plan_reader *reader,
                      const struct plan_field *field,
                      struct plan_limits *limits);

/* The same of a mapping, which has `rejects` alone. */
void plan_read_mapping_limits(struct plan_reader *reader,
                              const struct plan_field *field,
                              struct plan_limits *limits);

bool plan_set_digest(struct plan *plan, struct error *error) NODISCARD;

#endif
