/* values.h — vectors and batches out of texts, for tests of what handles any type.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_TESTS_VALUES_H
#define NOVATE_TESTS_VALUES_H

#include "assertions.h"

#include "novate/arena.h"
#include "novate/batch.h"
#include "novate/vector.h"

/* Puts a value, as PostgreSQL prints it, into a row of a flat vector; NULL is NULL. Fails the test
 * when the text is not of the vector's type. */
void value_put(struct vector *vector, int row, const char *text, struct arena *arena);

/* The same values in another layout: `vector` (flat) as a dictionary of its different slots, in
 * reverse order. */
void values_as_dictionary(struct vector *vector, struct arena *arena);

/* The value of a row as text, or NULL; in the arena. */
const char *value_text(const struct vector *vector, int row, struct arena *arena);

#endif
