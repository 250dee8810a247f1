/* identity.c — the reconciliation identity of an entity. SPDX-License-Identifier: Apache-2.0 */
#include "identity.h"

struct identity identity_of(const struct report_entity *entity)
{
    struct identity identity = {.stored = true, .closes = true};

    if (entity->loaded_known) {
        identity.tally = &entity->load;
        identity.counted_by = entity->dry_run ? "dry run" : "load";
        identity.loaded_known = !entity->dry_run;
        identity.loaded = entity->load.loaded.rows;
        identity.present = entity->present_rows;
        identity.stored = entity->load.loaded.rows ==
                          entity->load.inserted + entity->load.updated + entity->load.unchanged;
    } else if (entity->verified && entity->verification != NULL) {
        identity.tally = &entity->verification->tally;
        identity.counted_by = "verification";
    }
    if (identity.tally != NULL) {
        identity.closes =
            tally_closes(identity.tally) && identity_gap(&identity) == 0 && identity.stored;
    }
    return identity;
}

int64_t identity_gap(const struct identity *identity)
{
    const struct tally *tally = identity->tally;
    if (tally == NULL) {
        return 0;
    }
    uint64_t carried =
        identity->loaded_known ? identity->loaded + identity->present : tally->passed.rows;
    return (int64_t)(tally->source.rows + tally->emitted.rows - carried - tally->filtered.rows -
                     tally->rejected.rows - tally->merged.rows);
}

enum verdict identity_verdict(const struct report_entity *entity)
{
    struct identity identity = identity_of(entity);
    if (entity->verdict == VERDICT_VERIFIED && !identity.closes) {
        return VERDICT_NOT_VERIFIED;
    }
    return entity->verdict;
}
