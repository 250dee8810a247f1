/* plan_marks.h — where the characters of a text stand in its file.
 *
 * A text of YAML is not what stands in the file: lines are folded, indentation is cut off, escapes
 * and variables are replaced. Marks say from which character on the text is again what the file
 * has, so that a problem is shown where it was written.
 *
 *     columns:                      text   a + b || 'RN1'
 *       x: >                        marks  0 → 3:5, 4 → 4:5, 10 → 4:11 (the variable), 13 → 4:17
 *         a +
 *         b || '${trust}'
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_PLAN_MARKS_H
#define TRANSFORM_PLAN_MARKS_H

#include "novate/arena.h"
#include "novate/attr.h"
#include "novate/plan.h"
#include "novate/text.h"

#include <stdbool.h>
#include <stddef.h>

struct marks {
    struct place_mark *items;
    int count;
    int capacity;
    struct arena *arena;
};

enum scalar_style {
    SCALAR_AS_IT_IS, /* plain, literal, folded */
    SCALAR_SINGLE,   /* '' stands for one quote */
    SCALAR_DOUBLE,   /* escapes behind a backslash */
};

/* Adds a mark. False only when memory ran out. */
bool marks_push(struct marks *marks, struct place_mark mark) NODISCARD;

/* The marks of a scalar with that value, of which the first character stands at byte `offset`,
 * which is `place`, of the file. Beyond a character that cannot be found there are no marks. */
bool marks_align(struct marks *marks,
                 struct text file,
                 size_t offset,
                 struct place place,
                 enum scalar_style style,
                 struct text value) NODISCARD;

/* The place of a byte of the text; `place` is that of its first character. */
struct place marks_place(
    const struct place_mark *marks, int count, struct place place, struct text text, size_t offset);

#endif
