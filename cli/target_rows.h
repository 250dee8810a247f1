/* target_rows.h — mapped rows and the rows that the target has under their keys, column by column.
 *
 * Values of types that only the server knows are brought into its form, so that both sides' hashes
 * are of the same encoding. One thread, with a session of its own.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_TARGET_ROWS_H
#define CLI_TARGET_ROWS_H

#include "job.h"

struct target_rows {
    struct session *session; /* borrowed, as the next ones */
    const struct target_table *table;
    const char *scope;                     /* or NULL */
    const struct schema *schema;           /* of mapped rows */
    const struct column_comparison *rules; /* of its columns; NULL: all are compared exactly */
    int *columns;                          /* of the table, in the order of the schema */
    int key[LIMIT_KEY_COLUMNS];            /* indices in the schema */
    int key_count;                         /* 0: the mapping names no key */
    struct text_buffer scratch;
};

/* ERROR_NOT_VERIFIED where a column of the mapping cannot be compared with the table's. */
bool target_rows_init(struct target_rows *rows,
                      struct job *job,
                      const struct entity *entity,
                      struct error *error) NODISCARD;
void target_rows_release(struct target_rows *rows);
/* Values that the server's type refuses stay as they are, and are row errors of the batch. */
bool target_rows_prepare(struct target_rows *rows,
                         struct batch *mapped,
                         struct error *error) NODISCARD;
/* The target key of a mapped row, as a JSON array, added to `out`. */
void target_rows_key_json(const struct target_rows *rows,
                          const struct batch *batch,
                          int row,
                          struct text_buffer *out);
/* Gives the rows whose key is among `keys` (a JSON array of keys), and what the server holds to be
 * equal to one. `take` returns false to stop, and has set the error then. */
typedef bool target_rows_take(void *state, struct batch *batch, struct error *error);
bool target_rows_read(struct target_rows *rows,
                      const char *keys,
                      target_rows_take *take,
                      void *state,
                      struct error *error) NODISCARD;
enum agreement {
    AGREEMENT_EQUAL,
    AGREEMENT_NEAR,    /* within the tolerance of the column */
    AGREEMENT_SKIPPED, /* the mapping does not want it compared */
    AGREEMENT_DIFFERS
};
/* How a mapped row and one of the target agree in a column, an index in the schema. */
bool target_rows_compare(struct target_rows *rows,
                         int column,
                         const struct batch *mapped,
                         int mapped_row,
                         const struct batch *found,
                         int found_row,
                         enum agreement *agreement,
                         struct error *error) NODISCARD;

#endif
