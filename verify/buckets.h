/* buckets.h — digests of rows, by bucket of the hash of their key.
 *
 * Two sides agree on a bucket when count and sum of row hashes agree; neither order nor collation
 * plays a part. A bucket that differs tells which few rows need reading again.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_VERIFY_BUCKETS_H
#define NOVATE_VERIFY_BUCKETS_H

#include "novate/arena.h"
#include "novate/error.h"
#include "novate/hash.h"
#include "novate/limits.h"

#include <stdbool.h>

static inline int bucket_of(struct hash key)
{
    return (int)(key.low % LIMIT_VERIFY_BUCKETS);
}

struct buckets {
    struct digest *digests; /* LIMIT_VERIFY_BUCKETS of them */
};

bool buckets_init(struct buckets *buckets, struct arena *arena, struct error *error) NODISCARD;

void buckets_reset(struct buckets *buckets);
void buckets_merge(struct buckets *buckets, const struct buckets *other);

/* A set of buckets. */
struct bucket_set {
    bool *has; /* LIMIT_VERIFY_BUCKETS of them */
    int count;
};

bool bucket_set_init(struct bucket_set *set, struct arena *arena, struct error *error) NODISCARD;
void bucket_set_add(struct bucket_set *set, int bucket);
void bucket_set_remove(struct bucket_set *set, int bucket);
void bucket_set_reset(struct bucket_set *set);

#endif
