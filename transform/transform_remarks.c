/* transform_remarks.c — what was noted and mended of the rows that passed: counted by rule, and
 * described with the values before and after for the restricted file.
 * SPDX-License-Identifier: Apache-2.0 */
#include "transform_internal.h"

#include "novate/amendment.h"

#include <string.h>

/* Different rules and columns of which a batch knows what it has heard. */
#define RULES_MAX 128

/* What a rule has said of one column. */
struct rule_count {
    const char *rule;
    int kind;
    int column;
    uint64_t count; /* records that no other column has counted */
    int first_row;
    uint64_t *rows; /* a bit per row of which it was said */
};

static const char *group_of(int kind)
{
    return kind == REMARK_REPAIR ? "repair" : "note";
}

static bool add_count(const struct output *output,
                      const struct rule_count *count,
                      struct error *error)
{
    const struct batch *in = output->in;
    struct counter item = {.group = group_of(count->kind),
                           .name = count->rule,
                           .count = count->count,
                           .first_chunk = (uint64_t)in->chunk,
                           .first_row = in->chunk_row + (uint64_t)count->first_row};

    if (count->kind == REMARK_REPAIR && in->lines != NULL) {
        item.first = transform_output_position(output, count->first_row);
        if (item.first == NULL) {
            return error_set_memory(error);
        }
    }
    return counters_add_item(&output->out->tally.counters, &item, error);
}

static bool same_rule(const struct rule_count *count, const struct remark *remark)
{
    return count->kind == remark->kind &&
           (count->rule == remark->rule || strcmp(count->rule, remark->rule) == 0);
}

/* Has another column, or this one, counted the record? */
static bool counts_record(const struct rule_count *counts, int used, const struct remark *remark)
{
    for (int i = 0; i < used; i++) {
        if (same_rule(&counts[i], remark) && validity_get(counts[i].rows, remark->row)) {
            return true;
        }
    }
    return false;
}

/* The count of the remark's rule and column; NULL: there are too many, or no memory. */
static struct rule_count *count_of(const struct output *output,
                                   const struct remark *remark,
                                   struct rule_count *counts,
                                   int *used)
{
    int at = 0;

    while (at < *used && (counts[at].column != remark->column || !same_rule(&counts[at], remark))) {
        at++;
    }
    if (at == RULES_MAX) {
        return NULL;
    }
    if (at == *used) {
        uint64_t *rows =
            ARENA_ARRAY(&output->transform->batch, uint64_t, validity_words(output->in->rows + 1));
        if (rows == NULL) {
            return NULL;
        }
        counts[(*used)++] =
            (struct rule_count){remark->rule, remark->kind, remark->column, 0, remark->row, rows};
    }
    return &counts[at];
}

/* An expression may be computed several times for a record, and in several columns: a rule counts
 * the record once, and `fresh` says whether this is the first time that it is said of the column.
 */
static bool count_remark(const struct output *output,
                         const struct remark *remark,
                         struct rule_count *counts,
                         int *used,
                         bool *fresh,
                         struct error *error)
{
    bool counted = counts_record(counts, *used, remark);
    struct rule_count *count = count_of(output, remark, counts, used);

    if (count == NULL) {
        const struct rule_count one = {remark->rule, remark->kind, 0, 1, remark->row, NULL};
        *fresh = true;
        return add_count(output, &one, error);
    }
    *fresh = !validity_get(count->rows, remark->row);
    validity_set(count->rows, remark->row);
    if (!counted) {
        count->first_row =
            count->count == 0 || remark->row < count->first_row ? remark->row : count->first_row;
        count->count++;
    }
    return true;
}

/* A bit per row that passed. */
static uint64_t *passed_rows(const struct output *output)
{
    struct arena *arena = &output->transform->batch;
    uint64_t *passed = ARENA_ARRAY(arena, uint64_t, validity_words(output->in->rows + 1));

    for (int k = 0; passed != NULL && k < output->rows->count; k++) {
        validity_set(passed, selection_row(output->rows, k));
    }
    return passed;
}

/* {"NHS_NBR":"943 476 5919"} of the source columns that the rule reads. */
static void push_before(const struct output *output,
                        const struct rule *rule,
                        int row,
                        struct text_buffer *buffer)
{
    const struct transform *transform = output->transform;
    struct text_buffer value;

    text_buffer_init(&value, LIMIT_FIELD_BYTES);
    text_buffer_char(buffer, '{');
    for (int i = 0; i < rule->input_count; i++) {
        const struct vector *vector = &transform->evaluator.registers[rule->inputs[i]];
        text_buffer_member(buffer, transform->program->inputs.columns[rule->inputs[i]].name);
        if (vector_is_null(vector, row)) {
            text_buffer_string(buffer, "null");
            continue;
        }
        text_buffer_reset(&value);
        vector_format(vector, row, &value);
        text_buffer_json(buffer, text_from(value.data, value.size));
    }
    text_buffer_char(buffer, '}');
    buffer->failed = buffer->failed || value.failed;
    text_buffer_release(&value);
}

static bool describe(const struct output *output,
                     const struct remark *remark,
                     const char *kind,
                     struct text_buffer *buffer,
                     struct error *error)
{
    const struct program *program = output->transform->program;
    struct batch *out = output->out;
    struct amendment *amendment = &out->amendments[out->amendment_count++];

    *amendment = (struct amendment){.kind = kind, .rule = remark->rule, .before = "{}"};
    amendment->key = transform_output_key(output, remark->row, buffer);
    bool ok = amendment->key != NULL;
    if (output->in->lines != NULL) {
        amendment->position = transform_output_position(output, remark->row);
        ok = ok && amendment->position != NULL;
    }
    if (remark->column >= 0) {
        const struct rule *rule = &program->columns[remark->column];
        const struct vector *after = &output->transform->evaluator.registers[rule->routine.result];
        amendment->column = program->target.columns[remark->column].name;
        text_buffer_reset(buffer);
        push_before(output, rule, remark->row, buffer);
        amendment->before =
            buffer->failed ? NULL : arena_copy(&out->arena, buffer->data, buffer->size);
        if (!vector_is_null(after, remark->row)) {
            text_buffer_reset(buffer);
            vector_format(after, remark->row, buffer);
            amendment->after = buffer->failed ? NULL
                                              : arena_copy(&out->arena,
                                                           buffer->data == NULL ? "" : buffer->data,
                                                           buffer->size);
            ok = ok && amendment->after != NULL;
        }
    }
    return (ok && amendment->before != NULL) || error_set_memory(error);
}

/* Every try() that took its default, as a remark of its column. */
static bool take_tries(const struct output *output, struct text_buffer *buffer, struct error *error)
{
    const struct transform *transform = output->transform;
    const struct program *program = transform->program;

    for (int i = 0; i < program->target.count; i++) {
        const uint64_t *notes = transform->notes[i];
        uint64_t count = 0;
        for (int k = 0; notes != NULL && k < output->rows->count; k++) {
            int row = selection_row(output->rows, k);
            const struct remark remark = {
                program->target.columns[i].name, (uint16_t)row, (int16_t)i, REMARK_NOTE};
            if (!validity_get(notes, row)) {
                continue;
            }
            count++;
            if (transform->keeps_amendments && !describe(output, &remark, "try", buffer, error)) {
                return false;
            }
        }
        if (count > 0 && !counters_add(&output->out->tally.counters,
                                       "note",
                                       program->target.columns[i].name,
                                       count,
                                       error)) {
            return false;
        }
    }
    return true;
}

static bool take_remarks(const struct output *output,
                         const uint64_t *passed,
                         struct text_buffer *buffer,
                         struct error *error)
{
    const struct transform *transform = output->transform;
    const struct remarks *remarks = &transform->evaluator.remarks;
    struct rule_count counts[RULES_MAX];
    int used = 0;

    for (int i = 0; i < remarks->count; i++) {
        const struct remark *remark = &remarks->items[i];
        bool fresh = false;
        if (!validity_get(passed, remark->row)) {
            continue;
        }
        if (!count_remark(output, remark, counts, &used, &fresh, error) ||
            (transform->keeps_amendments && fresh &&
             !describe(output, remark, group_of(remark->kind), buffer, error))) {
            return false;
        }
    }
    for (int i = 0; i < used; i++) {
        if (counts[i].count > 0 && !add_count(output, &counts[i], error)) {
            return false;
        }
    }
    return true;
}

/* Room for all that could be described. */
static bool make_room(const struct output *output, struct error *error)
{
    const struct transform *transform = output->transform;
    size_t most = (size_t)transform->evaluator.remarks.count;

    if (!transform->keeps_amendments) {
        return true;
    }
    for (int i = 0; i < transform->program->target.count; i++) {
        for (int k = 0; transform->notes[i] != NULL && k < output->rows->count; k++) {
            most += validity_get(transform->notes[i], selection_row(output->rows, k));
        }
    }
    output->out->amendments = ARENA_ARRAY(&output->out->arena, struct amendment, most);
    return output->out->amendments != NULL || error_set_memory(error);
}

bool transform_output_remarks(const struct output *output, struct error *error)
{
    const uint64_t *passed = output->rows->count == 0 ? NULL : passed_rows(output);
    struct text_buffer buffer;

    if (output->rows->count == 0) {
        return true;
    }
    if (passed == NULL) {
        return error_set_memory(error);
    }
    if (!make_room(output, error)) {
        return false;
    }
    text_buffer_init(&buffer, LIMIT_FIELD_BYTES);
    bool ok = take_tries(output, &buffer, error) && take_remarks(output, passed, &buffer, error);
    text_buffer_release(&buffer);
    return ok;
}
