/* flight.h — differences that are looked at once more before they are reported, and those whose
 * record changed in between.
 *
 * Of each key with rows left over, the first look notes the rows of both sides as a digest. At the
 * second look the same rows left over under the key are a difference; others are in flight: the
 * record changed. Keys of which nothing is left over have settled.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_VERIFY_FLIGHT_H
#define NOVATE_VERIFY_FLIGHT_H

#include "novate/arena.h"
#include "novate/hash.h"
#include "novate/verify.h"

#include <stdbool.h>
#include <stdint.h>

/* What is left over under one key. */
struct flight_left {
    struct hash key;
    struct digest rows[2]; /* by side */
};

/* As the first look found it. */
struct flight_group {
    struct flight_group *next; /* in the hash table */
    struct flight_left left;
    struct difference first; /* the first of them; no key: all was within a tolerance */
    bool met;                /* something is left over at the second look too */
};

struct flight {
    struct arena *results; /* of what is reported */
    int limit;
    struct in_flight *items; /* `limit` at most; made late */
    int count;
    uint64_t changed; /* differences of records that changed, and differ still */
    uint64_t settled; /* keys that differ no more */

    struct arena arena; /* of the groups */
    struct flight_group **heads;
    size_t head_count;
    size_t group_count; /* of those that differ */
    char first_at[VERIFY_TIME_SIZE];
    char second_at[VERIFY_TIME_SIZE];
};

/* Bytes that a row takes whose key differs, to plan how many fit. */
size_t flight_row_bytes(const struct schema *schema, int key_count);

void flight_init(struct flight *flight, int limit, struct arena *results, struct budget *budget);
/* Gives the memory of the groups back, not that of the results. */
void flight_clear(struct flight *flight);
/* Forgets the groups, not the results. `groups` is about how many will come. */
bool flight_begin(struct flight *flight, size_t groups, struct error *error) NODISCARD;
/* First look: notes a key; `*group` is filled with its first difference by flight_describe(). */
bool flight_put(struct flight *flight,
                const struct flight_left *left,
                struct flight_group **group,
                struct error *error) NODISCARD;
/* Copies a difference into the group, unless it has one. */
bool flight_describe(struct flight *flight,
                     struct flight_group *group,
                     const struct difference *difference,
                     struct error *error) NODISCARD;
/* Second look: the group of a key, or NULL; it has been met from now on. */
struct flight_group *flight_meet(struct flight *flight, struct hash key);
/* Are the same rows left over? */
bool flight_same(const struct flight_group *group, const struct flight_left *left);
/* Keeps a record that was seen twice, unless `limit` are: NULL says that it was equal then. */
bool flight_note(struct flight *flight,
                 const struct difference *first,
                 const struct difference *second,
                 struct error *error) NODISCARD;
/* A difference of a record that changed; `group` NULL: nothing differed at the first look. */
bool flight_changed(struct flight *flight,
                    const struct flight_group *group,
                    const struct difference *difference,
                    uint64_t count,
                    struct error *error) NODISCARD;
/* After the second look: what was not met has settled. */
bool flight_settle(struct flight *flight, struct error *error) NODISCARD;
void flight_release(struct flight *flight);

#endif
