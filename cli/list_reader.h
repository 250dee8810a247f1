/* list_reader.h — the records of a source, chunk by chunk of a list.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_LIST_READER_H
#define CLI_LIST_READER_H

#include "list_supply.h"

#include "novate/source.h"

/* All zero: not open. Does not move while it is open. */
struct list_reader {
    struct list_supply list;
    struct chunk_supply supply;
    struct source_reader *reader;
};

/* What is passed is borrowed until list_reader_close(). */
bool list_reader_open(struct list_reader *list,
                      struct source *source,
                      const struct relation *relation,
                      const int *columns,
                      int column_count,
                      const struct chunk_list *chunks,
                      struct cancel *cancel,
                      struct reader *reader,
                      struct error *error) NODISCARD;
void list_reader_close(struct list_reader *list);

#endif
