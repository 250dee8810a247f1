/* name.h — names that a mapping gives: quoted or not, with a schema or without, misspelt or not.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_NAME_H
#define NOVATE_NAME_H

#include "novate/arena.h"
#include "novate/text.h"
#include "novate/type.h"

#include <stdbool.h>

/* A part of a name: `"Person"` is Person, quoted; person is itself. Doubled quotes inside stand for
 * one. Out of memory, the text as it stands. */
struct text name_unquote(const char *name, bool *quoted, struct arena *arena);

/* Index of a column by its name as a mapping writes it, or what schema_find() says. */
int name_column(const struct schema *schema, const char *name, struct arena *arena);

/* schema.table or table; dots in quotes do not divide. `schema.text.data` is NULL without one. */
struct name_part {
    struct text text;
    bool quoted;
};
struct table_name {
    struct name_part schema;
    struct name_part table;
};
bool table_name_parse(const char *name, struct arena *arena, struct table_name *out) NODISCARD;
bool name_part_matches(const struct name_part *part, const char *name);

/* "Perhaps you meant "X"." or NULL. */
const char *name_hint(const char *name,
                      const char *const *candidates,
                      size_t count,
                      struct arena *arena);
const char *name_column_hint(const struct schema *schema, const char *name, struct arena *arena);

#endif
