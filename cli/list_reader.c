/* list_reader.c — the contract is in list_reader.h. SPDX-License-Identifier: Apache-2.0 */
#include "list_reader.h"

bool list_reader_open(struct list_reader *list,
                      struct source *source,
                      const struct relation *relation,
                      const int *columns,
                      int column_count,
                      const struct chunk_list *chunks,
                      struct cancel *cancel,
                      struct reader *reader,
                      struct error *error)
{
    list->list = (struct list_supply){.chunks = chunks};
    list->supply = (struct chunk_supply){.state = &list->list, .next = list_supply_next};
    if (!source_reader_open(
            source, relation, columns, column_count, &list->supply, cancel, &list->reader, error)) {
        return false;
    }
    *reader = source_reader_as_reader(list->reader);
    return true;
}

void list_reader_close(struct list_reader *list)
{
    source_reader_close(list->reader);
    list->reader = NULL;
}
