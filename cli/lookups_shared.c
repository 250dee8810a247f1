/* lookups_shared.c — the contract is in lookups_shared.h. SPDX-License-Identifier: Apache-2.0 */
#include "lookups_shared.h"

#include <string.h>

const struct relation_spec *lookups_in(const struct entity *entity, const struct lookup_spec *spec)
{
    return spec->source.in != NULL ? &spec->source : &entity->mapping->source;
}

const struct plan_source *lookups_source(struct job *job,
                                         const struct entity *entity,
                                         const struct lookup_spec *spec)
{
    return plan_source_of(&job->plan, lookups_in(entity, spec), &job->problems);
}

static bool are_same(
    struct job *job, const struct entity *entity, int at, const struct entity *other, int other_at)
{
    const struct lookup_spec *a = &entity->mapping->lookups[at];
    const struct lookup_spec *b = &other->mapping->lookups[other_at];
    if (!hash_equal(a->digest, b->digest)) {
        return false;
    }
    if (a->target_table != NULL) {
        return true;
    }
    return a->source.file != NULL && a->source.in == NULL
               ? strcmp(a->directory, b->directory) == 0
               : lookups_source(job, entity, a) == lookups_source(job, other, b);
}

const struct lookup *lookups_same_before(struct job *job, const struct entity *entity, int at)
{
    for (const struct entity *other = job->entities; other <= entity; other++) {
        int count = other == entity          ? at
                    : other->lookups == NULL ? 0
                                             : other->mapping->lookup_count;
        for (int other_at = 0; other_at < count; other_at++) {
            if (other->lookups[other_at] != NULL && are_same(job, entity, at, other, other_at)) {
                return other->lookups[other_at];
            }
        }
    }
    return NULL;
}

/* Keys of a lookup that a mapping includes and does not ask compare as where it is asked. */
static void bind_unasked(struct job *job, struct entity *entity, int at)
{
    bool bound = false;
    for (int index = 0; !bound && index < job->entity_count; index++) {
        const struct entity *other = &job->entities[index];
        int count = other->lookups == NULL ? 0 : other->mapping->lookup_count;
        for (int other_at = 0; !bound && other_at < count; other_at++) {
            bound = other->lookups[other_at] != NULL &&
                    are_same(job, entity, at, other, other_at) &&
                    lookup_bind_as(entity->lookups[at], other->lookups[other_at]);
        }
    }
}

bool lookups_share(struct job *job, struct entity *entity, int at)
{
    for (const struct shared_lookup *shared = job->shared; shared != NULL; shared = shared->next) {
        if (are_same(job, entity, at, shared->entity, shared->at) &&
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
