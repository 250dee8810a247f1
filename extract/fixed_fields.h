/* fixed_fields.h — a record of fixed columns into its fields.
 *
 * Places are counted in characters, not bytes. Blanks at the end of a field are its padding and are
 * cut. Columns may overlap and leave gaps. A record ends where its last column ends; what may be
 * missing is the end of the last column, because programs strip blanks at the ends of lines.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_FIXED_FIELDS_H
#define NOVATE_EXTRACT_FIXED_FIELDS_H

#include "novate/arena.h"
#include "novate/plan.h"
#include "novate/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fixed_column {
    uint32_t begin; /* characters before it */
    uint32_t end;
};

struct fixed_layout {
    const struct fixed_column *columns;
    int count;
    uint32_t least; /* characters before the column that ends last */
    uint32_t width; /* characters of a whole record */
    bool utf8;      /* characters have several bytes */
    bool mixed;     /* and a byte that is no UTF-8 is one, too: POLICY_WINDOWS_1252 */
    struct text null_text;
};

enum fixed_status {
    FIXED_OK,
    FIXED_LENGTH,   /* the record is too short or too long */
    FIXED_ENCODING, /* its characters cannot be counted: it is no valid UTF-8 */
};

/* From the columns that a mapping declares; a column without start follows the one before it.
 * Problems go to `problems`. */
bool fixed_layout_make(const struct relation_spec *spec,
                       bool utf8,
                       struct arena *arena,
                       struct problems *problems,
                       struct fixed_layout *layout,
                       struct error *error) NODISCARD;

/* `items` has room for the columns, `offsets` for width + 1 numbers. `*characters` is the record's
 * length where the status is FIXED_LENGTH. */
enum fixed_status fixed_fields_split(const struct fixed_layout *layout,
                                     const char *data,
                                     size_t size,
                                     uint32_t *offsets,
                                     struct text *items,
                                     size_t *characters);

#endif
