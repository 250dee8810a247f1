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
    RELATION_FORMAT, /* from here on of files only */
    RELATION_DELIMITER,
    RELATION_QUOTE,
    RELATION_HEADER,
    RELATION_NULL,
    RELATION_ENCODING, /* from here on of any relation */
    RELATION_UNDECODABLE,
    RELATION_NUL,
    RELATION_COLUMNS,
    RELATION_KEY_COUNT
};

#define PLAN_RELATION_KEYS                                                                         \
    {"in", 0}, {"table", 0}, {"query", 0}, {"file", 0}, {"where", 0}, {"format", 0},               \
        {"delimiter", 0}, {"quote", PLAN_NULLABLE}, {"header", 0}, {"null", PLAN_NULLABLE},        \
        {"encoding", 0}, {"undecodable", 0}, {"nul", 0},                                           \
    {                                                                                              \
        "columns", 0                                                                               \
    }

/* Reads fields[0 … RELATION_KEY_COUNT) into `spec`. Which of table, query and file there are is the
 * caller's to check, with plan_check_one_of(). */
void plan_read_relation(struct plan_reader *reader,
                        const struct plan_field *fields,
                        struct relation_spec *spec);

/* Fills in what the relation does not say, by its format or else that of its source. */
void plan_relation_settle(struct relation_spec *spec, enum file_format format);

/* One ASCII character that can frame fields. `otherwise` when there is none or it is refused. */
char plan_read_character(struct plan_reader *reader,
                         const struct plan_field *field,
                         char otherwise);
enum file_format plan_read_format(struct plan_reader *reader,
                                  const struct plan_field *field,
                                  enum file_format otherwise);
const char *plan_format_name(enum file_format format);

/* Reads the map of declared columns into `spec`. */
void plan_read_relation_columns(struct plan_reader *reader,
                                const struct plan_field *field,
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
