/* repair.c — the contract is in repair.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "repair.h"

#include "carry.h"
#include "checking.h"

#include <string.h>

enum repair_kind repair_kind_of(const struct repair_item *item)
{
    switch (item->difference->kind) {
    case DIFFERENCE_MISSING_TARGET:
        return REPAIR_INSERT;
    case DIFFERENCE_MISSING_SOURCE:
        return REPAIR_DELETE;
    case DIFFERENCE_NOT_EQUAL:
        break;
    }
    return REPAIR_UPDATE;
}

/* What was not loaded yet is no difference to be mended by hand. */
static bool check_loaded(struct job *job, struct entity *entity, struct error *error)
{
    struct target_entity known;
    bool exists = false;
    bool found = false;
    const char *name = entity->mapping->entity;
    if (!target_ledger_readable(job->target.control, &exists, error) ||
        (exists &&
         !target_entity_get(
             job->target.control, job->plan.migration, name, &job->arena, &known, &found, error)) ||
        (found && !carry_recall(job, entity, error))) {
        return false;
    }
    bool waits = found && known.mode == LOAD_REPLACE && known.finished_at == NULL;
    if (!waits && !entity->incomplete) {
        return true;
    }
    error_set(error, ERROR_STATE, "entity \"%s\" is not loaded yet", name);
    return error_hint(error, "Go on with \"novate run\"; then what differs can be told.");
}

static bool list_items(struct repair *repair, struct error *error)
{
    const struct verify_result *result = repair->entity->verification;
    repair->items =
        ARENA_ARRAY(&repair->job->arena, struct repair_item, (size_t)result->difference_count + 1);
    if (repair->items == NULL) {
        return error_set_memory(error);
    }
    repair->count = result->difference_count;
    for (int i = 0; i < repair->count; i++) {
        repair->items[i] = (struct repair_item){.difference = &result->differences[i]};
        if (i > 0 && strcmp(result->differences[i - 1].key, result->differences[i].key) == 0) {
            repair->items[i - 1].state = REPAIR_SHARED;
            repair->items[i].state = REPAIR_SHARED;
        }
    }
    return true;
}

static void count_items(struct repair *repair)
{
    for (int i = 0; i < repair->count; i++) {
        const struct repair_item *item = &repair->items[i];
        repair->states[item->state]++;
        if (item->state == REPAIR_PRINTED) {
            repair->counts[repair_kind_of(item)]++;
        }
    }
}

static bool make_statements(struct repair *repair, struct error *error)
{
    if (!target_rows_init(&repair->rows, repair->job, repair->entity, error)) {
        return false;
    }
    if (repair->rows.key_count == 0) {
        repair->unprintable = "the mapping names no key of the target, so rows are compared by "
                              "how often they are there, and none can be told from another";
        return true;
    }
    repair->table = (struct repair_table){
        .table = repair->entity->table,
        .columns = repair->rows.columns,
        .count = repair->rows.schema->count,
        .key = repair->rows.key,
        .key_count = repair->rows.key_count,
    };
    if (!list_items(repair, error) || !repair_read(repair, error)) {
        return false;
    }
    count_items(repair);
    return true;
}

bool repair_make(struct repair *repair,
                 struct job *job,
                 struct entity *entity,
                 size_t *bytes,
                 struct error *error)
{
    *repair = (struct repair){.job = job, .entity = entity, .bytes = bytes};
    text_buffer_init(&repair->statements, LIMIT_REPAIR_BYTES);
    text_buffer_init(&repair->scratch, LIMIT_RECORD_BYTES * 4);
    if (!check_loaded(job, entity, error) || !checking_run(job, entity, error)) {
        return false;
    }
    const struct verify_result *result = entity->verification;
    repair->differences = result->not_equal + result->missing_target + result->missing_source;
    if (repair->differences > 0 && !make_statements(repair, error)) {
        return error_context(error, "making statements for entity \"%s\"", entity->mapping->entity);
    }
    return true;
}

void repair_release(struct repair *repair)
{
    target_rows_release(&repair->rows);
    text_buffer_release(&repair->statements);
    text_buffer_release(&repair->scratch);
}
