/* plan_reader.h — reads values out of the tree of a plan or mapping, and says what is wrong.
 *
 *     static const struct plan_key keys[] = {{"table", 0}, {"key", PLAN_REQUIRED}, …};
 *     struct plan_field fields[COUNT];
 *     plan_read_keys(&reader, node, "source", keys, COUNT, fields) …
 *     plan_read_text(&reader, &fields[KEY_TABLE])
 *
 * A field that is not there gives the default. One that is wrong notes a problem at its place and
 * gives the default too, so that reading goes on and finds the rest.
 * Errors   memory that runs out is remembered in `failed`, tested once at the end.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_PLAN_READER_H
#define TRANSFORM_PLAN_READER_H

#include "plan_tree.h"

#include "novate/arena.h"
#include "novate/error.h"
#include "novate/problem.h"

#include <stdbool.h>
#include <stdint.h>

struct plan_reader {
    struct arena *arena;
    struct problems *problems;
    bool failed; /* memory ran out */
};

enum plan_key_flags {
    PLAN_REQUIRED = 1 << 0,
    PLAN_NULLABLE = 1 << 1, /* null is a value */
    PLAN_LATER = 1 << 2,    /* of the format, but not read by this version */
};

struct plan_key {
    const char *name;
    unsigned flags;
};

/* A key that was found; all NULL where it was not. */
struct plan_field {
    struct plan_node *key;
    struct plan_node *value;
};

/* Fills fields[i] for keys[i]. Unknown, missing and empty keys are problems; `what` names the map
 * in them ("a plan", "\"source\""). False, and a problem, when `node` is no map. */
bool plan_read_keys(struct plan_reader *reader,
                    const struct plan_node *node,
                    const char *what,
                    const struct plan_key *keys,
                    int count,
                    struct plan_field *fields);

/* NULL when there is none. The text is not empty. */
const char *plan_read_text(struct plan_reader *reader, const struct plan_field *field);
/* As plan_read_text, of letters, digits, "_", "-" and "."; it names files and reports. */
const char *plan_read_name(struct plan_reader *reader, const struct plan_field *field);
bool plan_check_name(struct plan_reader *reader, const char *what, const struct plan_node *node);
/* One text or a list of them, each once, LIMIT `count_max`; NULL when there is none. */
const char *const *plan_read_list(struct plan_reader *reader,
                                  const struct plan_field *field,
                                  int count_max,
                                  int *count);
/* The places of what plan_read_list() gave; NULL when there is none. */
const struct place *plan_list_places(struct plan_reader *reader,
                                     const struct plan_field *field,
                                     const char *const *list,
                                     int count);
bool plan_read_bool(struct plan_reader *reader, const struct plan_field *field, bool otherwise);
uint64_t plan_read_number(struct plan_reader *reader,
                          const struct plan_field *field,
                          uint64_t least,
                          uint64_t most,
                          uint64_t otherwise);
/* Digits only, all of `text`. */
bool plan_parse_number(const char *text, uint64_t *number);
/* Index of the choice; `otherwise` when there is none. */
int plan_read_choice(struct plan_reader *reader,
                     const struct plan_field *field,
                     const char *const *choices,
                     int count,
                     int otherwise);

/* The field's own name, and its place: that of the text's first character. */
const char *plan_field_name(const struct plan_field *field);
struct place plan_field_place(const struct plan_field *field);
/* Notes that the value is of the wrong kind. Returns false. */
bool plan_refuse_kind(struct plan_reader *reader,
                      const struct plan_field *field,
                      const char *wanted);

/* Remembers that memory ran out when `memory` is NULL. Returns whether it is there. */
bool plan_reader_keep(struct plan_reader *reader, const void *memory);

#endif
