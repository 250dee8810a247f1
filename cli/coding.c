/* coding.c — the contract is in coding.h. SPDX-License-Identifier: Apache-2.0 */
#include "coding.h"

#include "novate/limits.h"
#include "novate/report.h"

#include <string.h>

#define CODE_TEXT_MAX ((size_t)2 << 30) /* a field of the largest size */

/* Counters of these groups are of columns, under the names of their own groups. */
static const char group_nulls[] = "codes: nulls";
static const char group_cut[] = "codes: too many";

bool coding_open(struct coding *coding,
                 struct job *job,
                 const struct program *program,
                 struct error *error)
{
    struct arena *arena = &coding->arena;
    size_t columns = (size_t)program_target_schema(program)->count;

    *coding = (struct coding){.count = 0};
    arena_init(arena, (size_t)16 << 10, &job->budget);
    text_buffer_init(&coding->scratch, CODE_TEXT_MAX);
    if (!program_codes(program, arena, &coding->columns, &coding->count, error)) {
        return false;
    }
    coding->coded = ARENA_ARRAY(arena, bool, columns);
    coding->groups = ARENA_ARRAY(arena, const char *, (size_t)coding->count + 1);
    coding->batch = ARENA_ARRAY(arena, struct code_counts, (size_t)coding->count + 1);
    if (coding->coded == NULL || coding->groups == NULL || coding->batch == NULL) {
        return error_set_memory(error);
    }
    for (int index = 0; index < coding->count; index++) {
        int column = coding->columns[index].column;
        coding->coded[column] = true;
        coding->groups[index] = arena_format(
            arena, "codes of %s", program_target_schema(program)->columns[column].name);
        if (coding->groups[index] == NULL) {
            return error_set_memory(error);
        }
        if (!code_counts_init(&coding->batch[index], LIMIT_CODES, arena, error)) {
            return false;
        }
    }
    return true;
}

static bool count_column(struct coding *coding,
                         struct code_counts *counts,
                         const struct vector *vector,
                         struct error *error)
{
    for (int row = 0; row < vector->rows && !counts->too_many; row++) {
        if (vector_is_null(vector, row)) {
            counts->nulls++;
            continue;
        }
        text_buffer_reset(&coding->scratch);
        vector_format(vector, row, &coding->scratch);
        struct text code = text_from(coding->scratch.data, coding->scratch.size);
        if (!text_buffer_check(&coding->scratch, error) ||
            !code_counts_add(counts, code, 1, error)) {
            return false;
        }
    }
    return true;
}

static bool put_column(const struct code_counts *counts,
                       const char *group,
                       struct counters *counters,
                       struct error *error)
{
    if (counts->too_many) {
        return counters_add(counters, group_cut, group, 1, error);
    }
    for (int i = 0; i < counts->slot_count; i++) {
        const struct code_count *slot = &counts->slots[i];
        if (slot->rows > 0 && !counters_add(counters, group, slot->code, slot->rows, error)) {
            return false;
        }
    }
    return counts->nulls == 0 || counters_add(counters, group_nulls, group, counts->nulls, error);
}

static bool count_batch(struct coding *coding,
                        const struct batch *in,
                        struct counters *counters,
                        struct error *error)
{
    for (int index = 0; index < coding->count; index++) {
        int source = coding->columns[index].source;
        struct code_counts *counts = &coding->batch[index];
        if (source < 0) {
            continue;
        }
        code_counts_reset(counts);
        if (!count_column(coding, counts, &in->columns[source], error) ||
            !put_column(counts, coding->groups[index], counters, error)) {
            return false;
        }
    }
    return true;
}

static bool apply(void *state, struct batch *in, struct batch *out, struct error *error)
{
    struct coding *coding = state;

    if (!coding->inner.apply(coding->inner.state, in, out, error)) {
        return false;
    }
    bool ok = coding->again || count_batch(coding, in, &out->tally.counters, error);
    coding->again = out->again;
    return ok;
}

void coding_tap(struct coding *coding, struct transformer *transformer)
{
    coding->inner = *transformer;
    transformer->state = coding;
    transformer->apply = apply;
}

/* Codes that are too many in all, though not in the parts, are too many here. */
static bool collect(const struct counters *counters,
                    const char *group,
                    struct code_counts *before,
                    struct error *error)
{
    before->nulls = counters_get(counters, group_nulls, group);
    for (int i = 0; i < counters->count; i++) {
        const struct counter *item = &counters->items[i];
        if (strcmp(item->group, group) == 0 &&
            !code_counts_add(before, text_of(item->name), item->count, error)) {
            return false;
        }
    }
    before->too_many |= counters_get(counters, group_cut, group) > 0;
    return true;
}

bool coding_say(const struct coding *coding, struct entity *entity, struct error *error)
{
    const struct schema *schema = program_target_schema(entity->program);
    const struct counters *counters = &entity->verification->tally.counters;
    struct report_codes *codes =
        ARENA_ARRAY(&entity->arena, struct report_codes, (size_t)coding->count + 1);
    if (codes == NULL) {
        return error_set_memory(error);
    }
    for (int index = 0; index < coding->count; index++) {
        const struct program_code *column = &coding->columns[index];
        struct code_counts *before = ARENA_NEW(&entity->arena, struct code_counts);
        if (before == NULL) {
            return error_set_memory(error);
        }
        if (!code_counts_init(before, LIMIT_CODES, &entity->arena, error) ||
            !collect(counters, coding->groups[index], before, error)) {
            return false;
        }
        codes[index] = (struct report_codes){
            .column = schema->columns[column->column].name,
            .from = arena_string(&entity->arena, column->rule),
            .before = column->source < 0 ? NULL : before,
        };
        if (codes[index].from == NULL) {
            return error_set_memory(error);
        }
    }
    entity->codes = codes;
    entity->code_count = coding->count;
    return true;
}

void coding_close(struct coding *coding)
{
    arena_release(&coding->arena);
    text_buffer_release(&coding->scratch);
}
