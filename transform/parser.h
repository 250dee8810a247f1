/* parser.h — from the text of an expression to its tree.
 *
 * Precedence is PostgreSQL's, from weakest: OR, AND, NOT, IS, comparisons (which do not chain),
 * BETWEEN IN LIKE ILIKE, ||, + -, * / %, unary + -, ::. SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_PARSER_H
#define TRANSFORM_PARSER_H

#include "ast.h"

#include "novate/arena.h"
#include "novate/attr.h"
#include "novate/error.h"
#include "novate/plan.h"
#include "novate/problem.h"

#include <stdbool.h>

/* The tree of `spec`, in the arena; NULL in *node when a problem was added. False only when memory
 * ran out. */
bool parser_parse(const struct expression_spec *spec,
                  struct arena *arena,
                  struct problems *problems,
                  struct node **node,
                  struct error *error) NODISCARD;

#endif
