/* plan_relation.h — the keys that say where records come from, of a mapping and of a lookup.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_PLAN_RELATION_H
#define TRANSFORM_PLAN_RELATION_H

#include "plan_reader.h"

#include "novate/plan.h"

/* A table of keys that holds a relation begins with PLAN_RELATION_KEYS, in the order of the enum.
 */
enum plan_relation_key {
    RELATION_IN,
    RELATION_TABLE,
    RELATION_QUERY,
    RELATION_FILE,
    RELATION_WHERE,
    RELATION_DELIMITER,
    RELATION_QUOTE,
    RELATION_HEADER,
    RELATION_NULL,
    RELATION_ENCODING,
    RELATION_COLUMNS,
    RELATION_KEY_COUNT
};

#define PLAN_RELATION_KEYS                                                                         \
    {"in", 0}, {"table", 0}, {"query", 0}, {"file", 0}, {"where", 0}, {"delimiter", 0},            \
        {"quote", PLAN_NULLABLE}, {"header", 0}, {"null", PLAN_NULLABLE}, {"encoding", 0},         \
    {                                                                                              \
        "columns", 0                                                                               \
    }

/* Reads fields[0 … RELATION_KEY_COUNT) into `spec`. Which of table, query and file there are is the
 * caller's to check, with plan_check_one_of(). */
void plan_read_relation(struct plan_reader *reader,
                        const struct plan_field *fields,
                        struct relation_spec *spec);

/* Exactly one of the fields is there? Else a problem, at `place` when there is none. `names` says
 * which: "\"table\", \"query\" and \"file\"". The index of the one that is there (the first), or
 * -1. */
int plan_check_one_of(struct plan_reader *reader,
                      const struct plan_field *const *fields,
                      int count,
                      const char *what,
                      const char *names,
                      struct place place);

#endif
