/* groups.h — records that become one row: for each group the one that stands for it, and for a
 * pivot the value of every column.
 *
 * A group is found by a hash of its key's canonical encoding (128 bits). A record is preferred to
 * another by its order values, one after the other, NULL behind every value, and where they are
 * equal by its identity, so that the outcome does not depend on the order in which records come. A
 * record that comes twice changes nothing: a reader may begin a chunk anew.
 *
 *     group            key, identity of the record that stands for it, flags
 *                      cell × order values
 *                      per pivot column: identity of the record it is from, cell × order values,
 *                      cell of the value
 *     cell             state, and the value as vectors hold it; texts are copied behind
 *
 * Threads   one fills, then any number read. SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_GROUPS_H
#define TRANSFORM_GROUPS_H

#include "lookup_store.h"

#include "novate/hash.h"
#include "novate/transform.h"
#include "novate/vector.h"

#define GROUP_ORDERS_MAX 8 /* order values: more would not be read */

/* What a row says, where its values are. */
struct group_row {
    struct hash key;
    struct hash identity;
    const struct vector *const *orders; /* order_count vectors */
    int row;
};

struct group; /* the stored form */

/* Joins a record to its group. ERROR_MEMORY with a hint, or ERROR_IO. */
bool groups_join(struct groups *groups,
                 const struct group_row *row,
                 struct group **group,
                 struct error *error) NODISCARD;
/* Offers the row's value for a pivot column of its group. */
bool groups_offer(struct groups *groups,
                  struct group *group,
                  const struct group_row *row,
                  int column,
                  const struct vector *value,
                  struct error *error) NODISCARD;

/* NULL: there is no such group. */
const struct group *groups_find(const struct groups *groups, struct hash key);
bool group_is_led_by(const struct group *group, struct hash identity);
/* Is there a record in it beside the one that leads? */
bool group_is_followed(const struct group *group);
/* Was it the identity alone that decided? */
bool group_is_tied(const struct group *group);
/* The column's value into a row of a flat vector of its type; false: it is NULL. */
bool groups_value(const struct groups *groups,
                  const struct group *group,
                  int column,
                  struct vector *out,
                  int row);

#endif
