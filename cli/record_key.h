/* record_key.h — the key of a source's records among the columns that are read, and as ledgers and
 * reports write it.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_RECORD_KEY_H
#define CLI_RECORD_KEY_H

#include "novate/source.h"

struct record_key {
    int columns[LIMIT_KEY_COLUMNS]; /* of the columns that are read */
    int count;                      /* 0: a record is known by its place in a file */
};

/* `columns` (indices of relation_schema) are those that are read, the key among them. */
bool record_key_find(struct record_key *key,
                     const struct relation *relation,
                     const int *columns,
                     int column_count,
                     struct error *error) NODISCARD;
/* Is the text of each key value, as it is written, what the source can be asked with? */
bool record_key_is_asked_by_text(const struct record_key *key, const struct relation *relation);
/* A JSON array of texts, or the place; `out` is reset. */
void record_key_json(const struct record_key *key,
                     const struct batch *batch,
                     int row,
                     struct text_buffer *out);

#endif
