/* refused.h — source records that the target refused when they were loaded, and how many of each.
 *
 * Such a record is in the mapped source and rightly not in the target. It explains a row that the
 * target lacks; each refusal explains one. SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_VERIFY_REFUSED_H
#define NOVATE_VERIFY_REFUSED_H

#include "buckets.h"

#include "novate/arena.h"
#include "novate/error.h"
#include "novate/text.h"

#include <stdbool.h>
#include <stdint.h>

struct refused_key {
    const char *key; /* JSON array of the source key; not owned */
    uint64_t hash;
    int count;     /* refusals that explain nothing yet */
    int set_aside; /* rows set aside in the first pass */
};

/* A row that the first pass kept out of its bucket. */
struct refused_row {
    struct refused_key *key;
    int bucket;
};

struct refused {
    struct refused_key *slots; /* open addressing; a free one has no key */
    size_t mask;
    struct refused_row *rows; /* as many as there are refusals at most */
    int row_count;
};

/* `keys` may repeat. */
bool refused_init(struct refused *refused,
                  const char *const *keys,
                  int count,
                  struct arena *arena,
                  struct error *error) NODISCARD;
/* NULL: the key was not refused. */
struct refused_key *refused_find(const struct refused *refused, struct text key);
/* What stands for the key where keys must not be shown: 63 bits of its hash; and back, NULL: none
 * has it. */
uint64_t refused_mark(const struct refused_key *key);
struct refused_key *refused_marked(const struct refused *refused, uint64_t mark);
/* True when a refusal of `key` was free to explain the row, which is noted under `bucket`. */
bool refused_set_aside(struct refused *refused, struct refused_key *key, int bucket);
/* Takes back what was set aside after the first `row_count` rows. */
void refused_take_back(struct refused *refused, int row_count);
/* Uses up the refusals that explain the rows set aside in a bucket. */
void refused_settle(struct refused *refused, const struct bucket_set *explained);

#endif
