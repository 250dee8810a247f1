/* checking_examples.c — the examples of mappings, run.
 * SPDX-License-Identifier: Apache-2.0 */
#include "checking_examples.h"

#include "novate/limits.h"

bool checking_examples_entity(struct job *job,
                              struct entity *entity,
                              struct examples_result *result,
                              struct error *error)
{
    const struct mapping *mapping = entity->mapping;
    if (entity->program == NULL || mapping->example_count == 0) {
        return true;
    }
    bool *filled = ARENA_ARRAY(&job->arena, bool, (size_t)mapping->lookup_count + 1);
    if (filled == NULL) {
        return error_set_memory(error);
    }
    for (int at = 0; at < mapping->lookup_count; at++) {
        filled[at] = lookups_reachable(job, &mapping->lookups[at]) && !entity->lookups_unread[at];
    }
    const struct examples_input input = {
        .mapping = mapping,
        .source = &entity->source_schema,
        .target = entity->table == NULL ? NULL : &entity->table->schema,
        .lookups = entity->lookups,
        .filled = filled,
        .timezone = job_source_settings(job, entity)->timezone,
    };
    return examples_run(&input, &job->arena, &job->problems, result, error)
               ? true
               : error_context(error, "testing the mapping of entity \"%s\"", mapping->entity);
}

void checking_examples_total(struct job *job,
                             const struct examples_result *result,
                             struct text_buffer *out)
{
    struct text_buffer line;
    text_buffer_init(&line, LIMIT_PLAN_BYTES);
    examples_format(result, &line);
    if (line.size > 0 && result->failed == 0) {
        text_buffer_format(out, "examples: %s\n", line.data);
    } else if (line.size > 0) {
        text_buffer_char(&line, '\n');
        console_result(job->console, "examples: ", 10);
        console_result(job->console, line.data, line.size);
    }
    text_buffer_release(&line);
}
