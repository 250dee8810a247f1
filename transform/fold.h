/* fold.h — computing at compile time what is constant, tolerantly: a call that fails is left as it
 * is, for perhaps no record ever gets there (CASE WHEN x <> 0 THEN … ELSE 1/0 END).
 *
 * This is where novate differs from PostgreSQL, which raises such an error while planning.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_FOLD_H
#define TRANSFORM_FOLD_H

#include "bind.h"

/* Turns a TERM_CALL of constants into a TERM_CONSTANT. *fault says why it was not done. False only
 * when memory ran out. */
bool fold_call(struct term *term,
               const struct zone *zone,
               struct arena *arena,
               enum fault *fault) NODISCARD;

#endif
