/* bind_lossy.h — what a column cannot hold of an expression's values, found from their types and
 * bounds before a record is read.
 *
 * Nothing is ever lost unsaid. A value that is bounded and too large for its column is a problem,
 * unless the mapping says what is meant: truncate(x), round(x, n), CAST, or fit(x). Where the bound
 * is not known each record is checked, and which columns that concerns is told.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_BIND_LOSSY_H
#define TRANSFORM_BIND_LOSSY_H

#include "bind_internal.h"

/* `term` as truncate(x) leaves it: it fits the column. NULL, and a problem, where there is nothing
 * that could be cut. */
struct term *bind_cut(struct binder *binder, struct term *term, const struct column *column);

/* False, and a problem, when `term` may lose something in the column, and nothing was said of it.
 * *unproved is what each record is asked for. */
bool bind_lossless(struct binder *binder,
                   const struct term *term,
                   const struct column *column,
                   const struct expression_spec *spec,
                   enum extent *unproved);

#endif
