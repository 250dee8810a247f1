/* crossing_say.c — what cross-checks mean for verdicts, people and the exit code.
 * SPDX-License-Identifier: Apache-2.0 */
#include "crossing.h"

#include <inttypes.h>

enum verdict crossing_verdict(const struct entity *entity, enum verdict verdict)
{
    if (entity->cross == NULL) {
        return verdict;
    }
    if (entity->cross->different > 0) {
        return VERDICT_DIFFERENCES;
    }
    return entity->cross->impossible && verdict == VERDICT_VERIFIED ? VERDICT_NOT_VERIFIED
                                                                    : verdict;
}

static void push_unchecked(const struct cross_result *cross, struct text_buffer *out)
{
    for (int i = 0; i < cross->not_checked_count; i++) {
        text_buffer_format(out,
                           "%s%s (%s)",
                           i == 0 ? "; not cross-checked: " : ", ",
                           cross->not_checked[i].column,
                           cross->not_checked[i].reason);
    }
}

void crossing_say(const struct job *job, struct text_buffer *out)
{
    for (int index = 0; index < job->entity_count; index++) {
        const struct entity *entity = &job->entities[index];
        const struct cross_result *cross = entity->cross;
        if (cross == NULL) {
            continue;
        }
        text_buffer_format(out, "cross-check of %s: ", entity->mapping->entity);
        if (cross->reason != NULL) {
            text_buffer_format(out, "nothing was compared: %s\n", cross->reason);
            continue;
        }
        text_buffer_format(out,
                           "%" PRIu64 " records, %" PRIu64 " columns: %" PRIu64 " equal, %" PRIu64
                           " different",
                           cross->records,
                           cross->columns,
                           cross->equal,
                           cross->different);
        push_unchecked(cross, out);
        text_buffer_char(out, '\n');
    }
}

bool crossing_conclude(const struct job *job, struct error *error)
{
    bool different = false;
    for (int index = 0; index < job->entity_count; index++) {
        const struct entity *entity = &job->entities[index];
        different = different || (entity->cross != NULL && entity->cross->different > 0);
        if (entity->verification != NULL && entity->verification->verdict == VERDICT_DIFFERENCES) {
            return true; /* that is said first */
        }
    }
    if (!different) {
        return true;
    }
    error_set(error,
              ERROR_DIFFERENCES,
              "the target's server computes records otherwise than the mapping did");
    return error_hint(error,
                      "The report names records and columns under \"cross_check\"; --show-keys "
                      "shows their keys.");
}
