/* transform_output.c — the batch that comes out: the rows that passed, moved together, with their
 * keys; the rejects; and the tally of all.
 *
 * Values are copied once, and texts once behind them: the source batch and the evaluator's memory
 * are used again as soon as this returns. Large texts are not copied: their memory is handed on.
 * SPDX-License-Identifier: Apache-2.0 */
#include "transform_internal.h"

#include <string.h>

/* Large, and in memory that can be handed on? Then it is marked for that. */
static bool is_handed_on(const struct output *output, struct text text)
{
    const struct budget *budget = output->out->arena.budget;
    struct arena *source = &output->in->arena;
    struct arena *computed = &output->transform->batch;

    /* What another batch needs too is copied. */
    return text.size >= LIMIT_LARGE_BYTES &&
           ((output->transform->last && source->budget == budget &&
             arena_mark_large(source, text.data)) ||
            (computed->budget == budget && arena_mark_large(computed, text.data)));
}

/* Moves the texts of a flat or constant vector into the batch's arena, one behind the other. */
static bool own_texts(const struct output *output, struct vector *vector, struct error *error)
{
    struct arena *arena = &output->out->arena;
    size_t total = 0;

    for (int i = 0; i < vector->base_rows; i++) {
        total += is_handed_on(output, vector->texts[i]) ? 0 : vector->texts[i].size;
    }
    char *out = arena_bytes(arena, total);
    if (out == NULL) {
        return error_set_memory(error);
    }
    for (int i = 0; i < vector->base_rows; i++) {
        struct text *text = &vector->texts[i];
        if (text->size == 0) {
            text->data = NULL;
            continue;
        }
        if (is_handed_on(output, *text)) {
            continue;
        }
        memcpy(out, text->data, text->size);
        text->data = out;
        out += text->size;
    }
    return true;
}

/* The same for the digits of wide numbers. */
static bool own_digits(struct vector *vector, struct arena *arena, struct error *error)
{
    for (int i = 0; i < vector->base_rows; i++) {
        struct decimal *value = &vector->decimals[i];
        if (value->kind != DECIMAL_WIDE) {
            continue;
        }
        value->digits = arena_copy(arena, value->digits, value->digit_count);
        if (value->digits == NULL) {
            return error_set_memory(error);
        }
    }
    return true;
}

static bool own_values(const struct output *output, struct vector *vector, struct error *error)
{
    enum storage storage = type_storage(vector->type.id);

    return storage == STORAGE_TEXT      ? own_texts(output, vector, error)
           : storage == STORAGE_DECIMAL ? own_digits(vector, &output->out->arena, error)
                                        : true;
}

/* A constant stays one; `to` gets a value of its own. */
static bool copy_constant(const struct output *output,
                          const struct vector *from,
                          struct vector *to,
                          struct error *error)
{
    struct type type = to->type;
    int rows = output->rows->count;
    bool null = !validity_get(from->valid, 0);

    if (!vector_create_constant(to, type, rows, null, &output->out->arena, error)) {
        return false;
    }
    if (!null) {
        memcpy(to->data, from->data, storage_size(type_storage(type.id)));
    }
    return own_values(output, to, error);
}

/* Bits past the end are 0, whatever the evaluator left there. */
static void copy_validity(const struct vector *from, struct vector *to)
{
    size_t words = validity_words(to->rows);

    memcpy(to->valid, from->valid, words * sizeof *to->valid);
    if (to->rows % 64 != 0) {
        to->valid[words - 1] &= (UINT64_C(1) << (to->rows % 64)) - 1;
    }
}

/* `to` is a flat vector of zeros with room for the rows that passed. */
static bool copy_all(const struct vector *from,
                     struct vector *to,
                     struct arena *arena,
                     struct error *error)
{
    memcpy(to->data, from->data, (size_t)to->rows * storage_size(type_storage(to->type.id)));
    if (from->valid != NULL && to->rows > 0) {
        if (!vector_ensure_validity(to, arena, error)) {
            return false;
        }
        copy_validity(from, to);
    }
    return true;
}

/* `to` becomes the rows of `from` that passed, owned by the batch that comes out. */
static bool copy_vector(const struct output *output,
                        const struct vector *from,
                        struct vector *to,
                        struct error *error)
{
    struct arena *arena = &output->out->arena;
    struct type type = to->type;
    int count = output->rows->count;

    if (from->encoding == ENCODING_CONSTANT) {
        return copy_constant(output, from, to, error);
    }
    if (output->rows->all) {
        if (!copy_all(from, to, arena, error)) {
            return false;
        }
    } else if (!vector_select(from, output->rows->rows, count, arena, to, error)) {
        return false;
    }
    to->type = type; /* the column's: the register may be labelled as what it was made from */
    return own_values(output, to, error);
}

static bool copy_columns(const struct output *output, struct error *error)
{
    const struct program *program = output->transform->program;
    const struct evaluator *e = &output->transform->evaluator;

    for (int i = 0; i < program->target.count && output->rows->count > 0; i++) {
        const struct vector *from = &e->registers[program->columns[i].routine.result];
        if (!copy_vector(output, from, &output->out->columns[i], error)) {
            return false;
        }
    }
    return true;
}

static bool copy_keys(const struct output *output, struct error *error)
{
    const struct program *program = output->transform->program;
    const struct evaluator *e = &output->transform->evaluator;
    struct batch *out = output->out;

    if (program->key_count == 0) {
        return true;
    }
    out->key_count = program->key_count;
    out->key_columns = ARENA_ARRAY(&out->arena, struct vector, (size_t)program->key_count);
    if (out->key_columns == NULL) {
        return error_set_memory(error);
    }
    for (int i = 0; i < program->key_count; i++) {
        struct vector *to = &out->key_columns[i];
        struct type type = program->source.columns[program->keys[i]].type;
        if (!vector_create(to, type, output->rows->count, &out->arena, error) ||
            !copy_vector(output, &e->registers[program->keys[i]], to, error)) {
            return false;
        }
    }
    return true;
}

static void copy_positions(const struct output *output)
{
    const struct batch *in = output->in;
    struct batch *out = output->out;

    for (int k = 0; k < output->rows->count; k++) {
        int row = selection_row(output->rows, k);
        out->source_hashes[k] = in->source_hashes[row];
        if (out->lines != NULL) {
            out->lines[k] = in->lines[row];
            out->offsets[k] = in->offsets[row];
        }
    }
}

/* ["12345","A"], or the position where the source has no key. */
const char *transform_output_key(const struct output *output, int row, struct text_buffer *buffer)
{
    const struct transform *transform = output->transform;
    const struct program *program = transform->program;
    struct vector keys[LIMIT_KEY_COLUMNS];

    text_buffer_reset(buffer);
    if (program->key_count == 0) {
        batch_key_json(output->in, row, buffer);
    } else {
        for (int i = 0; i < program->key_count; i++) {
            keys[i] = transform->evaluator.registers[program->keys[i]];
        }
        vectors_key_json(keys, program->key_count, row, buffer);
    }
    return buffer->failed ? NULL : arena_copy(&output->out->arena, buffer->data, buffer->size);
}

const char *transform_output_position(const struct output *output, int row)
{
    const struct batch *in = output->in;

    return arena_format(&output->out->arena,
                        "%s line %llu byte %llu",
                        in->file == NULL ? "" : in->file,
                        (unsigned long long)in->lines[row],
                        (unsigned long long)in->offsets[row]);
}

/* What the reader said, copied: its batch is used again. */
static bool describe_reader_error(const struct output *output,
                                  const struct row_error *row_error,
                                  struct reject *reject)
{
    struct arena *arena = &output->out->arena;
    const struct schema *schema = output->in->schema;

    reject->class = row_error->class;
    memcpy(reject->sqlstate, row_error->sqlstate, sizeof reject->sqlstate);
    reject->message = arena_string(arena, row_error->message);
    if (row_error->column >= 0 && row_error->column < schema->count) {
        reject->column = schema->columns[row_error->column].name;
    }
    if (row_error->name != NULL) {
        reject->name = arena_string(arena, row_error->name);
        return reject->name != NULL && reject->message != NULL;
    }
    return reject->message != NULL;
}

static bool describe_reject(const struct output *output, int row, struct reject *reject)
{
    const struct program *program = output->transform->program;
    const struct decision *decision = &output->transform->decisions[row];

    if (decision->kind == RULE_READER) {
        return describe_reader_error(output, &output->in->errors[decision->index], reject);
    }
    const struct fault_info *info = fault_info(decision->fault);
    reject->class = info->class;
    memcpy(reject->sqlstate, info->sqlstate, sizeof reject->sqlstate);
    reject->message = info->message;
    reject->name = decision->name;
    if (decision->kind == RULE_COLUMN) {
        reject->column = program->target.columns[decision->index].name;
        reject->name = decision->name == NULL ? program->emitted : decision->name;
        return true;
    }
    if (decision->kind == RULE_GROUP) {
        reject->name = decision->name == NULL ? program->grouping->name : decision->name;
        return true;
    }
    if (decision->kind == RULE_WHEN) {
        reject->name = decision->name == NULL ? program->emitted : decision->name;
        return true;
    }
    const struct rule *rule = decision->kind == RULE_FILTER ? &program->filters[decision->index]
                                                            : &program->checks[decision->index];
    reject->name = decision->name == NULL ? rule->name : decision->name;
    if (decision->fault == FAULT_CHECK) {
        reject->message = rule->message;
    }
    return true;
}

static bool add_reject(const struct output *output,
                       int row,
                       struct text_buffer *buffer,
                       struct error *error)
{
    struct batch *out = output->out;
    struct reject *reject = &out->rejects[out->reject_count++];

    reject->source_hash = output->in->source_hashes[row];
    reject->key = transform_output_key(output, row, buffer);
    if (reject->key == NULL || !describe_reject(output, row, reject)) {
        return error_set_memory(error);
    }
    if (output->in->lines != NULL &&
        (reject->position = transform_output_position(output, row)) == NULL) {
        return error_set_memory(error);
    }
    const char *class = reject_class_text(reject->class);
    if (reject->class == REJECT_RULE && reject->name != NULL) {
        class = arena_format(&out->arena, "%s:%s", class, reject->name);
    }
    return class == NULL ? error_set_memory(error)
                         : counters_add(&out->tally.counters, "reject", class, 1, error);
}

/* Rows that left are those between the ones that passed. */
static bool account_for_left(const struct output *output, struct error *error)
{
    struct batch *out = output->out;
    struct text_buffer buffer;
    int next = 0;
    bool ok = true;

    out->rejects = ARENA_ARRAY(&out->arena, struct reject, (size_t)output->transform->left);
    if (out->rejects == NULL) {
        return error_set_memory(error);
    }
    text_buffer_init(&buffer, LIMIT_FIELD_BYTES);
    for (int row = 0; ok && row < output->in->rows; row++) {
        if (next < output->rows->count && selection_row(output->rows, next) == row) {
            next++;
        } else if (output->transform->decisions[row].outcome == OUTCOME_FILTERED) {
            digest_add(&out->tally.filtered, output->in->source_hashes[row]);
        } else if (output->transform->decisions[row].outcome == OUTCOME_MERGED) {
            digest_add(&out->tally.merged, output->in->source_hashes[row]);
        } else if (output->transform->decisions[row].outcome == OUTCOME_REJECTED) {
            digest_add(&out->tally.rejected, output->in->source_hashes[row]);
            ok = add_reject(output, row, &buffer, error);
        }
    }
    text_buffer_release(&buffer);
    return ok;
}

static bool count_grouped(const struct output *output, struct error *error)
{
    const struct transform *transform = output->transform;
    const char *name = transform->program->grouping->name;
    const struct counter items[] = {
        {.group = "merge", .name = name, .count = transform->merged},
        {.group = "filter", .name = name, .count = transform->without_column},
        {.group = "note", .name = name, .count = transform_count_tied(transform)},
    };

    for (size_t i = 0; i < sizeof items / sizeof *items; i++) {
        if (items[i].count > 0 &&
            !counters_add_item(&output->out->tally.counters, &items[i], error)) {
            return false;
        }
    }
    return true;
}

static bool count_all(const struct output *output, struct error *error)
{
    const struct transform *transform = output->transform;
    const struct program *program = transform->program;
    struct tally *tally = &output->out->tally;

    if (transform->first && !counters_merge(&tally->counters, &output->in->tally.counters, error)) {
        return false; /* what the reader repaired */
    }
    for (int row = 0; row < output->in->rows; row++) {
        struct hash hash = output->in->source_hashes[row];
        if (transform->candidates == NULL || validity_get(transform->fresh, row)) {
            digest_add(&tally->source, hash);
        } else if (validity_get(transform->candidates, row)) {
            digest_add(&tally->emitted, hash);
        }
    }
    for (int k = 0; k < output->rows->count; k++) {
        digest_add(&tally->passed, output->out->source_hashes[k]);
    }
    for (int i = 0; i < program->mapping->filter_count; i++) {
        if (transform->filtered[i] > 0 && !counters_add(&tally->counters,
                                                        "filter",
                                                        program->filters[i].name,
                                                        transform->filtered[i],
                                                        error)) {
            return false;
        }
    }
    return (program->grouping == NULL || count_grouped(output, error)) &&
           transform_output_remarks(output, error);
}

bool transform_output(struct transform *transform,
                      struct batch *in,
                      struct batch *out,
                      struct error *error)
{
    struct output output = {
        .transform = transform, .in = in, .out = out, .rows = &transform->evaluator.selections[0]};

    if (!batch_begin(out, output.rows->count, in->lines != NULL, error)) {
        return false;
    }
    out->chunk = in->chunk;
    out->chunk_ends = in->chunk_ends;
    batch_set_rows(out, output.rows->count);
    if (in->file != NULL && (out->file = arena_string(&out->arena, in->file)) == NULL) {
        return error_set_memory(error);
    }
    copy_positions(&output);
    bool ok = copy_columns(&output, error) && copy_keys(&output, error);
    arena_hand_on(&transform->batch, &out->arena);
    ok = ok && (transform->left == 0 || account_for_left(&output, error)) &&
         count_all(&output, error);
    if (transform->last) {
        arena_hand_on(&in->arena, &out->arena);
    }
    return ok;
}
