/* figures_json.h — figures of one side, to be kept and taken up again.
 *
 * The least and the greatest values and codes are in it. SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_VERIFY_FIGURES_JSON_H
#define NOVATE_VERIFY_FIGURES_JSON_H

#include "figures.h"

#include "novate/json_fields.h"

/* A list with an object per column that is compared. */
void figures_json(const struct figures *figures, struct text_buffer *out);
/* Into figures of no row. False: it is not what figures_json() writes of these columns, or there is
 * no memory; then the figures are to be reset. */
bool figures_take(struct figures *figures, const json_t *kept) NODISCARD;

#endif
