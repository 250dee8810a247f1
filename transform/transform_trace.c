/* transform_trace.c — what each rule made of one record; the contract is in
 * novate/transform_trace.h.
 *
 * The registers of columns are kept until the next batch, and the decision about the row says which
 * rule it did not get past.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/transform_trace.h"

#include "transform_internal.h"

const char *trace_kind_text(enum trace_kind kind)
{
    static const char *const names[] = {
        [TRACE_READER] = "reading",
        [TRACE_FILTER] = "filter",
        [TRACE_GROUP] = "group",
        [TRACE_ROW] = "row",
        [TRACE_COLUMN] = "column",
        [TRACE_CHECK] = "check",
    };
    return names[kind];
}

const char *trace_outcome_text(enum trace_outcome outcome)
{
    static const char *const names[] = {
        [TRACE_PASSED] = "passed",
        [TRACE_LEFT_OUT] = "left out",
        [TRACE_REJECTED] = "rejected",
        [TRACE_MERGED] = "merged",
        [TRACE_NOT_REACHED] = "not reached",
    };
    return names[outcome];
}

/* Which of the branches was applied last. */
static const struct transform *last_applied(const struct transform *transform)
{
    const struct emission *emission = &transform->emission;
    if (emission->count == 0) {
        return transform;
    }
    return emission->branches[emission->next == 0 ? emission->count - 1 : emission->next - 1];
}

/* The decision about the row; NULL: it passed. */
static const struct decision *decision_of(const struct transform *branch)
{
    return branch->evaluator.selections[0].count > 0 ? NULL : &branch->decisions[0];
}

static enum trace_outcome outcome_of(const struct decision *decision)
{
    switch ((enum outcome)decision->outcome) {
    case OUTCOME_REJECTED:
        return TRACE_REJECTED;
    case OUTCOME_MERGED:
        return TRACE_MERGED;
    case OUTCOME_PASSED:
    case OUTCOME_FILTERED:
    case OUTCOME_SKIPPED:
        break;
    }
    return TRACE_LEFT_OUT;
}

static enum trace_kind kind_of(enum rule_kind kind)
{
    switch (kind) {
    case RULE_READER:
        return TRACE_READER;
    case RULE_FILTER:
        return TRACE_FILTER;
    case RULE_COLUMN:
        return TRACE_COLUMN;
    case RULE_CHECK:
        return TRACE_CHECK;
    case RULE_WHEN:
        return TRACE_ROW;
    case RULE_GROUP:
        break;
    }
    return TRACE_GROUP;
}

static enum trace_outcome step_outcome(const struct decision *decision,
                                       enum trace_kind kind,
                                       int index)
{
    if (decision == NULL) {
        return TRACE_PASSED;
    }
    enum trace_kind at = kind_of((enum rule_kind)decision->kind);
    if (kind != at) {
        return kind < at ? TRACE_PASSED : TRACE_NOT_REACHED;
    }
    int decided = kind == TRACE_FILTER || kind == TRACE_COLUMN || kind == TRACE_CHECK
                      ? decision->index
                      : index;
    return index < decided   ? TRACE_PASSED
           : index > decided ? TRACE_NOT_REACHED
                             : outcome_of(decision);
}

static void add_rules(struct trace *trace,
                      const struct rule *rules,
                      int count,
                      enum trace_kind kind,
                      const struct decision *decision)
{
    for (int i = 0; i < count; i++) {
        trace->steps[trace->count++] = (struct trace_step){
            .kind = kind,
            .outcome = step_outcome(decision, kind, i),
            .name = rules[i].name,
            .text = rules[i].text,
            .place = rules[i].place,
            .inputs = rules[i].inputs,
            .input_count = kind == TRACE_CHECK ? 0 : rules[i].input_count,
        };
    }
}

static void add_columns(struct trace *trace,
                        const struct transform *branch,
                        const struct decision *decision)
{
    const struct program *program = branch->program;
    int first = trace->count;
    add_rules(trace, program->columns, program->target.count, TRACE_COLUMN, decision);
    for (int i = 0; i < program->target.count; i++) {
        struct trace_step *step = &trace->steps[first + i];
        step->column = &program->target.columns[i];
        step->computed = step->outcome == TRACE_PASSED;
        if (step->computed) {
            step->made = branch->evaluator.registers[program->columns[i].routine.result];
            step->made.type = step->column->type; /* not what it was made from */
        }
    }
}

bool transform_trace(const struct transform *transform,
                     struct arena *arena,
                     struct trace *trace,
                     struct error *error)
{
    const struct transform *branch = last_applied(transform);
    const struct program *program = branch->program;
    const struct mapping *mapping = program->mapping;
    const struct decision *decision = decision_of(branch);
    size_t most =
        3 + (size_t)(mapping->filter_count + program->target.count + mapping->check_count);

    *trace = (struct trace){.columns = &program->inputs,
                            .values = branch->evaluator.registers,
                            .row = program->emitted,
                            .steps = ARENA_ARRAY(arena, struct trace_step, most)};
    if (trace->steps == NULL) {
        return error_set_memory(error);
    }
    if (decision != NULL && decision->kind == RULE_READER) {
        trace->steps[trace->count++] =
            (struct trace_step){.kind = TRACE_READER, .outcome = TRACE_REJECTED, .name = "reader"};
    }
    add_rules(trace, program->filters, mapping->filter_count, TRACE_FILTER, decision);
    if (program->grouping != NULL) {
        trace->steps[trace->count++] =
            (struct trace_step){.kind = TRACE_GROUP,
                                .outcome = step_outcome(decision, TRACE_GROUP, 0),
                                .name = program->grouping->name};
    }
    add_rules(trace, program->when, program->when == NULL ? 0 : 1, TRACE_ROW, decision);
    add_columns(trace, branch, decision);
    add_rules(trace, program->checks, mapping->check_count, TRACE_CHECK, decision);
    return true;
}
