/* nullable.h — may an expression be NULL, as far as that follows from it?
 *
 * From what the catalogue says of the source's columns, from what the filters let through, and from
 * what lookups hold: so it is asked after they are filled. "No" is certain; "yes" may mean "not
 * known".
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_NULLABLE_H
#define TRANSFORM_NULLABLE_H

#include "bind.h"

#include <stdbool.h>

/* Marks the columns that have a value wherever the condition is true. */
void nullable_prove(const struct term *condition, bool *proven);

/* `proven` says which columns of the source have a value. The answer is kept in the terms: always
 * ask with the same `proven`. */
bool nullable_term(struct term *term, const bool *proven);

#endif
