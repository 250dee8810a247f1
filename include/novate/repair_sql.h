/* repair_sql.h — statements that would make rows of a table what a mapping says, for people to
 * judge and to run. Nothing here asks the server for anything.
 *
 * Identifiers are quoted and values are literals in single quotes without a type of their own,
 * which the column's type reads; they mean the same under the settings that repair_sql_begin()
 * makes. Columns that no rule fills are named nowhere. Every statement holds values of records.
 * Errors   those of the buffer, to be checked at the end.  SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_REPAIR_SQL_H
#define NOVATE_REPAIR_SQL_H

#include "novate/batch.h"
#include "novate/session.h"

enum repair_kind {
    REPAIR_DELETE,
    REPAIR_UPDATE,
    REPAIR_INSERT,
    REPAIR_KIND_COUNT
};
const char *repair_kind_text(enum repair_kind kind);

struct repair_table {
    const struct target_table *table;
    const int *columns; /* of the table, in the order of the batches */
    int count;
    const int *key; /* indices in the batches */
    int key_count;  /* one at least */
};

/* Settings, and the transaction; and its end. */
void repair_sql_begin(struct text_buffer *out);
void repair_sql_end(struct text_buffer *out);
/* A line of comment, whatever is in the text. */
void repair_sql_comment(struct text_buffer *out, const char *text);

void repair_sql_insert(const struct repair_table *table,
                       const struct batch *mapped,
                       int row,
                       struct text_buffer *out);
/* The columns for which `differs` is true, of the row of this key that has what `found` has in
 * them. */
void repair_sql_update(const struct repair_table *table,
                       const struct batch *mapped,
                       int row,
                       const struct batch *found,
                       int found_row,
                       const bool *differs,
                       struct text_buffer *out);
/* The row of this key that has what `found` has in every column. */
void repair_sql_delete(const struct repair_table *table,
                       const struct batch *found,
                       int row,
                       struct text_buffer *out);

#endif
