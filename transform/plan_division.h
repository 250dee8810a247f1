/* plan_division.h — a target that several migrations of one plan share, each with rows of its own.
 *
 * The plan says by which column they are told apart, and what this migration has there. Every
 * mapping then fills it, knows its rows by it, answers for no others, and looks nothing up among
 * them; so does every lookup of the target. What is not divided says so: `undivided`.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_PLAN_DIVISION_H
#define TRANSFORM_PLAN_DIVISION_H

#include "plan_reader.h"

#include "novate/plan.h"

/* One column and its value. */
void plan_read_division(struct plan_reader *reader,
                        const struct plan_field *field,
                        struct plan_division *division);

/* The mapping as the division has it, fragments included. */
bool plan_divide(struct plan_reader *reader,
                 const struct plan_division *division,
                 struct mapping *mapping,
                 struct error *error) NODISCARD;

#endif
