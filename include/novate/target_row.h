/* target_row.h — one row of a table of the target, by its key, for people to look at.
 * Errors   ERROR_TARGET. Threads   one at a time, as the session.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_TARGET_ROW_H
#define NOVATE_TARGET_ROW_H

#include "novate/session.h"

/* `columns` and `keys` are indices of the table's columns; `values` the texts of the key, as
 * PostgreSQL reads them. `*rows` says how many there are, 2 for more than one; the first one's
 * texts (NULL for NULL) are in `*texts`, in the arena. */
bool target_row_find(struct session *session,
                     const struct target_table *table,
                     const int *columns,
                     int count,
                     const int *keys,
                     int key_count,
                     const char *const *values,
                     struct arena *arena,
                     const char *const **texts,
                     int *rows,
                     struct error *error) NODISCARD;

#endif
