/* lookups_shared.c — the contract is in lookups_shared.h. SPDX-License-Identifier: Apache-2.0 */
#include "lookups_shared.h"

#include <string.h>

/* The digest has the name of the source, too: where a plan has several it must be written. */
static bool are_same(const struct lookup_spec *a, const struct lookup_spec *b)
{
    bool own_file = a->source.file != NULL && a->source.in == NULL;
    return hash_equal(a->digest, b->digest) &&
           (!own_file || strcmp(a->directory, b->directory) == 0);
}

const struct lookup *lookups_same_before(const struct job *job, const struct entity *entity, int at)
{
    const struct lookup_spec *spec = &entity->mapping->lookups[at];
    for (const struct entity *other = job->entities; other <= entity; other++) {
        int count = other == entity          ? at
                    : other->lookups == NULL ? 0
                                             : other->mapping->lookup_count;
        for (int other_at = 0; other_at < count; other_at++) {
            if (other->lookups[other_at] != NULL &&
                are_same(spec, &other->mapping->lookups[other_at])) {
                return other->lookups[other_at];
            }
        }
    }
    return NULL;
}

/* Keys of a lookup that a mapping includes and does not ask compare as where it is asked. */
static void bind_unasked(const struct job *job, struct entity *entity, int at)
{
    const struct lookup_spec *spec = &entity->mapping->lookups[at];
    bool bound = false;
    for (int index = 0; !bound && index < job->entity_count; index++) {
        const struct entity *other = &job->entities[index];
        int count = other->lookups == NULL ? 0 : other->mapping->lookup_count;
        for (int other_at = 0; !bound && other_at < count; other_at++) {
            bound = other->lookups[other_at] != NULL &&
                    are_same(spec, &other->mapping->lookups[other_at]) &&
                    lookup_bind_as(entity->lookups[at], other->lookups[other_at]);
        }
    }
}

bool lookups_share(const struct job *job, struct entity *entity, int at)
{
    const struct lookup_spec *spec = &entity->mapping->lookups[at];
    for (const struct shared_lookup *shared = job->shared; shared != NULL; shared = shared->next) {
        if (are_same(spec, &shared->entity->mapping->lookups[shared->at]) &&
            lookup_share(entity->lookups[at], shared->entity->lookups[shared->at])) {
            entity->lookups_shared[at] = shared;
            return true;
        }
    }
    bind_unasked(job, entity, at);
    return false;
}

bool lookups_offer(struct job *job, const struct entity *entity, int at, struct error *error)
{
    struct shared_lookup *shared = ARENA_NEW(&job->arena, struct shared_lookup);
    if (shared == NULL) {
        return error_set_memory(error);
    }
    *shared = (struct shared_lookup){.entity = entity, .at = at, .next = job->shared};
    job->shared = shared;
    return true;
}
