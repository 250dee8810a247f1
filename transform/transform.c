/* transform.c — a program applied to batches: which records pass, and why the others do not.
 *
 *     row errors of the reader → rejects
 *     filters in order         → filtered, counted by name
 *     columns in order         → rejects: values that cannot be computed, NULL where there must be
 * one checks in order          → rejects: false transform_output         → the batch that comes out
 *
 * Selection 0 of the evaluator holds the rows still in play; every rule works on those only.
 * SPDX-License-Identifier: Apache-2.0 */
#include "transform_internal.h"

#include <string.h>

/* A batch's texts are about that big; larger ones take more blocks for a while. */
#define BATCH_BLOCK_BYTES ((size_t)256 << 10)

static bool init_notes(struct transform *transform)
{
    const struct program *program = transform->program;
    size_t words = validity_words(LIMIT_BATCH_ROWS);

    transform->notes = ARENA_ARRAY(&transform->memory, uint64_t *, (size_t)program->target.count);
    transform->filter_notes = ARENA_ARRAY(&transform->memory, uint64_t, words);
    if (transform->notes == NULL || transform->filter_notes == NULL) {
        return false;
    }
    for (int i = 0; i < program->target.count; i++) {
        if (program->columns[i].notes) {
            transform->notes[i] = ARENA_ARRAY(&transform->memory, uint64_t, words);
            if (transform->notes[i] == NULL) {
                return false;
            }
        }
    }
    return true;
}

bool transform_create_one(const struct program *program,
                          struct budget *budget,
                          struct transform **transform,
                          struct error *error)
{
    struct arena memory;

    *transform = NULL;
    arena_init(&memory, (size_t)256 << 10, budget);
    struct transform *made = ARENA_NEW(&memory, struct transform);
    if (made == NULL) {
        return error_set_memory(error);
    }
    made->program = program;
    made->first = true;
    made->last = true;
    made->memory = memory; /* from here on the transform owns what it lies in */
    arena_init(&made->batch, BATCH_BLOCK_BYTES, budget);
    made->decisions = ARENA_ARRAY(&made->memory, struct decision, LIMIT_BATCH_ROWS);
    made->filtered = ARENA_ARRAY(&made->memory, uint64_t, (size_t)program->mapping->filter_count);
    if (made->decisions == NULL || made->filtered == NULL || !init_notes(made)) {
        (void)error_set_memory(error);
        transform_destroy(made);
        return false;
    }
    if (!evaluator_init(
            &made->evaluator, &program->file, program->zone, &made->memory, &made->batch, error) ||
        (program->grouping != NULL && !group_scratch_create(made, error))) {
        transform_destroy(made);
        return false;
    }
    *transform = made;
    return true;
}

bool transform_create(const struct program *program,
                      struct budget *budget,
                      struct transform **transform,
                      struct error *error)
{
    if (!transform_create_one(program, budget, transform, error)) {
        return false;
    }
    if (program->emitted != NULL && !emission_create(*transform, budget, error)) {
        transform_destroy(*transform);
        *transform = NULL;
        return false;
    }
    return true;
}

void transform_keep_amendments(struct transform *transform)
{
    transform->keeps_amendments = true;
    for (int i = 1; i < transform->emission.count; i++) {
        transform->emission.branches[i]->keeps_amendments = true;
    }
}

void transform_destroy(struct transform *transform)
{
    if (transform != NULL) {
        emission_destroy(transform);
        group_scratch_release(transform);
        struct arena memory = transform->memory;
        arena_release(&transform->batch);
        arena_release(&memory);
    }
}

void transform_decide(struct transform *transform, int row, const struct decision *decision)
{
    transform->decisions[row] = *decision;
    transform->left++;
}

/* Takes the rows that `leaves` names out of play. */
void transform_remove(struct transform *transform, const uint64_t *leaves)
{
    struct selection *rows = &transform->evaluator.selections[0];
    int count = 0;

    for (int k = 0; k < rows->count; k++) {
        int row = selection_row(rows, k);
        rows->rows[count] = (uint16_t)row;
        count += !validity_get(leaves, row);
    }
    rows->count = count;
    rows->all = count == transform->evaluator.rows;
}

/* Rows that failed in a rule become rejects. */
static void take_failures(struct transform *transform, enum rule_kind kind, int index)
{
    struct failures *failures = &transform->evaluator.frames[0];
    const struct selection *rows = &transform->evaluator.selections[0];

    if (!failures->any) {
        return;
    }
    for (int k = 0; k < rows->count; k++) {
        int row = selection_row(rows, k);
        if (validity_get(failures->failed, row)) {
            transform_decide(transform,
                             row,
                             &(struct decision){.outcome = OUTCOME_REJECTED,
                                                .kind = (uint8_t)kind,
                                                .index = (uint16_t)index,
                                                .fault = failures->rows[row].fault,
                                                .name = failures->rows[row].name});
        }
    }
    transform_remove(transform, failures->failed);
    memset(failures->failed, 0, validity_words(LIMIT_BATCH_ROWS) * sizeof *failures->failed);
    failures->any = false;
}

/* Errors that the reader found come before everything else. */
static void take_reader_errors(struct transform *transform, const struct batch *in)
{
    struct failures *failures = &transform->evaluator.frames[0];

    for (int i = 0; i < in->error_count; i++) {
        failures_note(failures, in->errors[i].row, (struct failure){.fault = FAULT_NONE});
    }
    take_failures(transform, RULE_READER, 0);
    for (int i = 0; i < in->error_count; i++) {
        transform->decisions[in->errors[i].row].index = (uint16_t)i;
    }
}

bool transform_run_rule(struct transform *transform,
                        const struct rule *rule,
                        enum rule_kind kind,
                        int index,
                        uint64_t *notes,
                        struct error *error)
{
    transform->evaluator.notes = notes;
    transform->evaluator.remarks.column = kind == RULE_COLUMN ? (int16_t)index : -1;
    if (!evaluator_run(&transform->evaluator, &rule->routine, error)) {
        return error_context(error, "computing \"%s\"", rule->name);
    }
    take_failures(transform, kind, index);
    return true;
}

/* What becomes of a row for which a condition is not true. */
static struct decision not_met(enum rule_kind kind, int index)
{
    enum outcome outcome = kind == RULE_CHECK  ? OUTCOME_REJECTED
                           : kind == RULE_WHEN ? OUTCOME_SKIPPED
                                               : OUTCOME_FILTERED;
    return (struct decision){.outcome = (uint8_t)outcome,
                             .kind = (uint8_t)kind,
                             .index = (uint16_t)index,
                             .fault = FAULT_CHECK};
}

/* Rows for which the condition is not true leave, or for a check those for which it is false. */
static void apply_condition(struct transform *transform,
                            const struct rule *rule,
                            enum rule_kind kind,
                            int index)
{
    struct evaluator *e = &transform->evaluator;
    const struct vector *condition = &e->registers[rule->routine.result];
    struct selection *rows = &e->selections[0];
    int count = 0;

    for (int k = 0; k < rows->count; k++) {
        int row = selection_row(rows, k);
        int slot = vector_slot(condition, row);
        bool null = !validity_get(condition->valid, slot);
        bool stays = null ? kind == RULE_CHECK : condition->bools[slot] != 0;
        e->some_rows[count] = (uint16_t)row;
        count += stays;
        if (!stays) {
            struct decision decision = not_met(kind, index);
            transform_decide(transform, row, &decision);
        }
    }
    if (count != rows->count) {
        memcpy(rows->rows, e->some_rows, (size_t)count * sizeof *rows->rows);
        if (kind == RULE_FILTER) {
            transform->filtered[index] += (uint64_t)(rows->count - count);
        }
        rows->count = count;
        rows->all = false;
    }
}

/* NULL where the target's column must have a value. */
static void check_not_null(struct transform *transform, int index)
{
    struct evaluator *e = &transform->evaluator;
    const struct vector *values = &e->registers[transform->program->columns[index].routine.result];
    const struct selection *rows = &e->selections[0];

    if (transform->program->target.columns[index].nullable || values->valid == NULL) {
        return;
    }
    for (int k = 0; k < rows->count; k++) {
        int row = selection_row(rows, k);
        if (vector_is_null(values, row)) {
            failures_note(&e->frames[0], row, (struct failure){.fault = FAULT_NOT_NULL});
        }
    }
    take_failures(transform, RULE_COLUMN, index);
}

static bool in_play(const struct transform *transform)
{
    return transform->evaluator.selections[0].count > 0;
}

bool transform_filter(struct transform *transform, struct error *error)
{
    const struct program *program = transform->program;

    for (int i = 0; i < program->mapping->filter_count && in_play(transform); i++) {
        if (!transform_run_rule(
                transform, &program->filters[i], RULE_FILTER, i, transform->filter_notes, error)) {
            return false;
        }
        apply_condition(transform, &program->filters[i], RULE_FILTER, i);
    }
    return true;
}

bool transform_when(struct transform *transform, struct error *error)
{
    const struct rule *when = transform->program->when;

    if (when == NULL || !in_play(transform)) {
        return true;
    }
    if (!transform_run_rule(transform, when, RULE_WHEN, 0, transform->filter_notes, error)) {
        return false;
    }
    apply_condition(transform, when, RULE_WHEN, 0);
    return true;
}

static bool run_columns(struct transform *transform, struct error *error)
{
    const struct program *program = transform->program;

    for (int i = 0; i < program->target.count && in_play(transform); i++) {
        uint64_t *notes = transform->notes[i];
        if (notes != NULL) {
            memset(notes, 0, validity_words(LIMIT_BATCH_ROWS) * sizeof *notes);
        }
        if (!transform_run_rule(transform, &program->columns[i], RULE_COLUMN, i, notes, error)) {
            return false;
        }
        check_not_null(transform, i);
    }
    return true;
}

static bool run_checks(struct transform *transform, struct error *error)
{
    const struct program *program = transform->program;

    for (int i = 0; i < program->mapping->check_count && in_play(transform); i++) {
        if (!transform_run_rule(
                transform, &program->checks[i], RULE_CHECK, i, transform->filter_notes, error)) {
            return false;
        }
        apply_condition(transform, &program->checks[i], RULE_CHECK, i);
    }
    return true;
}

/* The source columns as the first registers. Steps never meet a dictionary. */
static bool give_columns(struct transform *transform, const struct batch *in, struct error *error)
{
    for (int i = 0; i < in->schema->count; i++) {
        struct vector *to = &transform->evaluator.registers[i];
        *to = in->columns[i];
        if (to->encoding == ENCODING_DICTIONARY &&
            !vector_flatten(&in->columns[i], &transform->batch, to, error)) {
            return false;
        }
    }
    return true;
}

bool transform_map(struct transform *transform, struct error *error)
{
    return run_columns(transform, error) && run_checks(transform, error);
}

bool transform_begin(struct transform *transform, struct batch *in, struct error *error)
{
    const struct program *program = transform->program;

    if (!NOVATE_CHECK(error, in->schema->count == program->source.count) ||
        !NOVATE_CHECK(error, in->rows <= LIMIT_BATCH_ROWS)) {
        return false;
    }
    arena_reset(&transform->batch);
    transform->left = 0;
    transform->merged = 0;
    transform->without_column = 0;
    memset(transform->filtered,
           0,
           (size_t)program->mapping->filter_count * sizeof *transform->filtered);
    evaluator_begin(&transform->evaluator, in->rows);
    if (!give_columns(transform, in, error)) {
        return false;
    }
    take_reader_errors(transform, in);
    return true;
}

static bool transform_apply(void *state, struct batch *in, struct batch *out, struct error *error)
{
    struct transform *transform = state;

    if (transform->emission.count > 0) {
        return emission_apply(transform, in, out, error);
    }
    return transform_begin(transform, in, error) && transform_filter(transform, error) &&
           transform_group(transform, in, error) && transform_map(transform, error) &&
           transform_output(transform, in, out, error);
}

struct transformer transform_as_transformer(struct transform *transform)
{
    return (struct transformer){
        .state = transform,
        .schema = &transform->program->target,
        .apply = transform_apply,
    };
}
