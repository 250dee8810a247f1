/* checking_target.c — the contract is in checking_target.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "checking_target.h"

#include "deferring.h"

#include "novate/deferral.h"
#include "novate/target_facts.h"
#include "novate/target_state.h"

#include <string.h>

static void push_line(
    struct job *job, bool warning, const char *text, const char *advice, struct text_buffer *out)
{
    job->warnings += warning;
    text_buffer_format(out, "  target %s: %s\n", warning ? "warning" : "note", text);
    if (advice != NULL) {
        text_buffer_format(out, "    %s\n", advice);
    }
}

/* The entity that fills a table first; -1: none. */
static int filled_by(const struct job *job, uint32_t table)
{
    for (int index = 0; index < job->entity_count; index++) {
        if (job->entities[index].table != NULL && job->entities[index].table->oid == table) {
            return index;
        }
    }
    return -1;
}

/* Parents are loaded before children, as long as foreign keys stay on. */
static bool push_order(struct job *job,
                       const struct entity *entity,
                       struct text_buffer *out,
                       struct error *error)
{
    struct target_reference *list = NULL;
    int count = 0;
    if ((deferring_wanted(job, entity) & DEFER_FOREIGN_KEYS) != 0) {
        return true;
    }
    if (!target_references(job->target.control, entity->table, &job->arena, &list, &count, error)) {
        return false;
    }
    for (int index = 0; index < count; index++) {
        int other = filled_by(job, list[index].to);
        if (other < 0 || &job->entities[other] <= entity || list[index].to == entity->table->oid) {
            continue;
        }
        const char *text = arena_format(
            &job->arena,
            "foreign key \"%s\" refers to %s, which is loaded later, by entity "
            "\"%s\"%s",
            list[index].name,
            list[index].table,
            job->entities[other].mapping->entity,
            list[index].circular ? ", and which refers back: no order satisfies both" : "");
        if (text == NULL) {
            return error_set_memory(error);
        }
        push_line(job,
                  true,
                  text,
                  list[index].circular
                      ? "Write \"defer: [foreign_keys]\" under \"target\" of the mapping."
                      : "List that mapping before this one in the plan, or write \"defer: "
                        "[foreign_keys]\" under \"target\".",
                  out);
    }
    return true;
}

static bool push_sequences(struct job *job,
                           const struct target_table *table,
                           struct text_buffer *out,
                           struct error *error)
{
    struct target_sequence *list = NULL;
    int count = 0;
    if (!target_sequences(job->target.control, table, &job->arena, &list, &count, error)) {
        return false;
    }
    for (int index = 0; index < count; index++) {
        const struct target_sequence *sequence = &list[index];
        if (sequence->readable && !sequence->behind && sequence->settable) {
            continue;
        }
        const char *text =
            sequence->behind
                ? arena_format(&job->arena,
                               "sequence %s is behind: it would give %s, column \"%s\" holds %s",
                               sequence->sequence,
                               sequence->next,
                               sequence->column,
                               sequence->furthest)
                : arena_format(&job->arena,
                               "sequence %s of column \"%s\" cannot be set after loading",
                               sequence->sequence,
                               sequence->column);
        if (text == NULL) {
            return error_set_memory(error);
        }
        push_line(job,
                  true,
                  text,
                  !sequence->readable || !sequence->settable
                      ? "Grant SELECT and UPDATE on it to this role."
                      : "Loading sets it.",
                  out);
    }
    return true;
}

bool checking_target_push(struct job *job,
                          const struct entity *entity,
                          struct text_buffer *out,
                          struct error *error)
{
    struct target_fact *facts = NULL;
    int count = 0;
    if (!target_facts(job->target.control,
                      entity->table,
                      deferring_wanted(job, entity) != 0,
                      &job->arena,
                      &facts,
                      &count,
                      error)) {
        return false;
    }
    for (int index = 0; index < count; index++) {
        push_line(job, facts[index].warning, facts[index].text, facts[index].advice, out);
    }
    return push_order(job, entity, out, error) && push_sequences(job, entity->table, out, error);
}

bool checking_target_left(struct job *job, struct text_buffer *out, struct error *error)
{
    struct deferred *list = NULL;
    int count = 0;
    bool others = false;
    if (!deferral_list(job->target.control, NULL, &job->arena, &list, &count, error)) {
        return false;
    }
    for (int index = 0; index < count; index++) {
        const struct deferred *item = &list[index];
        bool other = strcmp(item->migration, job->plan.migration) != 0;
        others = others || other;
        job->warnings++;
        text_buffer_format(out,
                           "warning: %s \"%s\" of %s %s since %s, entity %s of migration %s\n",
                           deferring_kind(item->kind),
                           item->name,
                           item->table,
                           deferring_state(item->state),
                           item->dropped_at,
                           item->entity,
                           item->migration);
    }
    if (count > 0) {
        text_buffer_format(out,
                           "    \"novate run\" restores those of this migration at its end, "
                           "\"novate load %s --finish\" at once%s.\n",
                           job->options->plan,
                           others ? "; those of another one, the same with its plan" : "");
    }
    return true;
}
