/* buckets.c — digests of rows, by bucket of the hash of their key.
 * SPDX-License-Identifier: Apache-2.0 */
#include "buckets.h"

#include <string.h>

bool buckets_init(struct buckets *buckets, struct arena *arena, struct error *error)
{
    buckets->digests = ARENA_ARRAY(arena, struct digest, LIMIT_VERIFY_BUCKETS);
    return buckets->digests != NULL || error_set_memory(error);
}

void buckets_reset(struct buckets *buckets)
{
    memset(buckets->digests, 0, sizeof *buckets->digests * LIMIT_VERIFY_BUCKETS);
}

void buckets_merge(struct buckets *buckets, const struct buckets *other)
{
    for (int i = 0; i < LIMIT_VERIFY_BUCKETS; i++) {
        if (other->digests[i].rows > 0) {
            digest_merge(&buckets->digests[i], &other->digests[i]);
        }
    }
}

bool bucket_set_init(struct bucket_set *set, struct arena *arena, struct error *error)
{
    set->count = 0;
    set->has = ARENA_ARRAY(arena, bool, LIMIT_VERIFY_BUCKETS);
    return set->has != NULL || error_set_memory(error);
}

void bucket_set_add(struct bucket_set *set, int bucket)
{
    set->count += set->has[bucket] ? 0 : 1;
    set->has[bucket] = true;
}

void bucket_set_remove(struct bucket_set *set, int bucket)
{
    set->count -= set->has[bucket] ? 1 : 0;
    set->has[bucket] = false;
}

void bucket_set_reset(struct bucket_set *set)
{
    memset(set->has, 0, sizeof *set->has * LIMIT_VERIFY_BUCKETS);
    set->count = 0;
}
