/* eval.c — running steps. Dispatch happens once per step and batch, so that a simple loop over a
 * switch costs nothing that could be measured.
 * SPDX-License-Identifier: Apache-2.0 */
#include "eval.h"

#include "bind_internal.h"

#include "novate/limits.h"

#include <string.h>

static bool init_registers(struct evaluator *e, struct arena *memory)
{
    const struct register_file *file = e->file;
    size_t count = (size_t)file->count;

    e->registers = ARENA_ARRAY(memory, struct vector, count);
    e->rooms = ARENA_ARRAY(memory, void *, count);
    e->valid_rooms = ARENA_ARRAY(memory, uint64_t *, count);
    if (e->registers == NULL || e->rooms == NULL || e->valid_rooms == NULL) {
        return false;
    }
    for (int i = 0; i < file->constant_count; i++) {
        e->registers[file->input_count + i] = *file->constants[i];
    }
    for (size_t i = 0; i < count; i++) {
        if (file->sizes[i] == 0) {
            continue;
        }
        e->rooms[i] = arena_array(memory, LIMIT_BATCH_ROWS, file->sizes[i], alignof(max_align_t));
        e->valid_rooms[i] = ARENA_ARRAY(memory, uint64_t, validity_words(LIMIT_BATCH_ROWS));
        if (e->rooms[i] == NULL || e->valid_rooms[i] == NULL) {
            return false;
        }
    }
    return true;
}

static bool init_rows(struct evaluator *e, struct arena *memory)
{
    e->selections = ARENA_ARRAY(memory, struct selection, (size_t)e->file->selections);
    e->frames = ARENA_ARRAY(memory, struct failures, (size_t)e->file->frames);
    e->some_rows = ARENA_ARRAY(memory, uint16_t, LIMIT_BATCH_ROWS);
    if (e->selections == NULL || e->frames == NULL || e->some_rows == NULL) {
        return false;
    }
    for (int i = 0; i < e->file->selections; i++) {
        /* One more than fits: pushes are done before it is known whether they count. */
        e->selections[i].rows = ARENA_ARRAY(memory, uint16_t, LIMIT_BATCH_ROWS + 1);
        if (e->selections[i].rows == NULL) {
            return false;
        }
    }
    for (int i = 0; i < e->file->frames; i++) {
        e->frames[i].failed = ARENA_ARRAY(memory, uint64_t, validity_words(LIMIT_BATCH_ROWS));
        if (e->frames[i].failed == NULL) {
            return false;
        }
    }
    e->frames[0].rows = ARENA_ARRAY(memory, struct failure, LIMIT_BATCH_ROWS);
    return e->frames[0].rows != NULL;
}

bool evaluator_init(struct evaluator *evaluator,
                    const struct register_file *file,
                    const struct zone *zone,
                    struct arena *memory,
                    struct arena *batch,
                    struct error *error)
{
    *evaluator = (struct evaluator){.file = file, .zone = zone, .arena = batch};
    return (init_registers(evaluator, memory) && init_rows(evaluator, memory)) ||
           error_set_memory(error);
}

static void clear_failures(struct failures *failures)
{
    if (failures->any) {
        memset(failures->failed, 0, validity_words(LIMIT_BATCH_ROWS) * sizeof *failures->failed);
        failures->any = false;
    }
}

void evaluator_begin(struct evaluator *evaluator, int rows)
{
    evaluator->rows = rows;
    evaluator->selections[0].count = rows;
    evaluator->selections[0].all = true;
    clear_failures(&evaluator->frames[0]);
    evaluator->remarks = (struct remarks){.count = 0};
}

static void set_count(const struct evaluator *e, struct selection *selection, int count)
{
    selection->count = count;
    selection->all = count == e->rows;
}

/* The result is one NULL for all rows. */
static void put_null(struct evaluator *e, const struct step *step, struct vector *result)
{
    result->encoding = ENCODING_CONSTANT;
    result->base_rows = 1;
    result->valid = e->valid_rooms[step->result];
    result->valid[0] = 0;
    memset(result->data, 0, storage_size(type_storage(step->type.id)));
}

/* The AND of the arguments' validity; NULL if every value is there. */
static uint64_t *join_validity(const struct evaluator *e, const struct call *call)
{
    size_t words = validity_words(e->rows);
    bool any = false;

    for (int i = 0; i < call->arg_count; i++) {
        const uint64_t *valid = call->args[i]->valid;
        if (valid == NULL || call->args[i]->encoding == ENCODING_CONSTANT) {
            continue;
        }
        if (!any) {
            memcpy(call->valid_room, valid, words * sizeof *valid);
            any = true;
            continue;
        }
        for (size_t word = 0; word < words; word++) {
            call->valid_room[word] &= valid[word];
        }
    }
    return any ? call->valid_room : NULL;
}

/* Takes the rows that are NULL from those to compute: their result is all zero bytes. */
static void keep_valid_rows(struct evaluator *e, struct call *call)
{
    size_t size = storage_size(type_storage(call->type->id));
    char *data = call->result->data;
    int count = 0;

    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        if (validity_get(call->result->valid, row)) {
            e->some_rows[count++] = (uint16_t)row;
        } else {
            memset(data + (size_t)row * size, 0, size);
        }
    }
    if (count != call->count) {
        call->rows = e->some_rows;
        call->count = count;
    } else {
        call->result->valid = NULL;
    }
}

static bool run_kernel(const struct step *step, struct call *call, struct error *error)
{
    step->function->kernel(call);
    return !call->out_of_memory || error_set_memory(error);
}

/* All arguments are constant: one row is computed for all. */
static bool run_constant(struct evaluator *e,
                         const struct step *step,
                         struct call *call,
                         struct error *error)
{
    const struct selection *selection = &e->selections[step->selection];
    uint64_t failed = 0;
    struct failure failure = {.fault = FAULT_NONE};
    struct failures failures = {.failed = &failed, .rows = &failure};

    call->result->encoding = ENCODING_CONSTANT;
    call->result->base_rows = 1;
    call->failures = &failures;
    call->rows = NULL;
    call->count = 1;
    call->for_rows = selection->all ? NULL : selection->rows;
    call->for_count = selection->count;
    if (!run_kernel(step, call, error)) {
        return false;
    }
    if (call->result->valid != NULL) {
        call->result->valid[0] &= 1;
    }
    for (int k = 0; failures.any && k < selection->count; k++) {
        failures_note(&e->frames[step->frame], selection_row(selection, k), failure);
    }
    return true;
}

static bool run_call(struct evaluator *e, const struct step *step, struct error *error)
{
    const struct selection *selection = &e->selections[step->selection];
    const struct vector *args[BIND_ARGS_MAX];
    struct vector *result = &e->registers[step->result];
    bool strict = (step->function->flags & FUNCTION_STRICT) != 0;
    bool constant = true;
    bool null = selection->count == 0;

    for (int i = 0; i < step->arg_count; i++) {
        args[i] = &e->registers[step->args[i]];
        bool one = args[i]->encoding == ENCODING_CONSTANT;
        constant = constant && one;
        null = null || (strict && one && !validity_get(args[i]->valid, 0));
    }
    *result = (struct vector){.type = step->type,
                              .encoding = ENCODING_FLAT,
                              .rows = e->rows,
                              .base_rows = e->rows,
                              .data = e->rooms[step->result]};
    if (null) {
        put_null(e, step, result);
        return true;
    }
    struct call call = {.function = step->function,
                        .args = args,
                        .types = step->types,
                        .arg_count = step->arg_count,
                        .result = result,
                        .type = &step->type,
                        .valid_room = e->valid_rooms[step->result],
                        .rows = selection->all ? NULL : selection->rows,
                        .count = selection->count,
                        .arena = e->arena,
                        .zone = e->zone,
                        .state = step->state,
                        .failures = &e->frames[step->frame],
                        .remarks = &e->remarks};
    if (constant && (step->function->flags & FUNCTION_REMARKS) == 0) {
        return run_constant(e, step, &call, error);
    }
    if (strict && (result->valid = join_validity(e, &call)) != NULL) {
        keep_valid_rows(e, &call);
    }
    return run_kernel(step, &call, error);
}

static void run_begin(struct evaluator *e, const struct step *step)
{
    e->registers[step->result] = (struct vector){.type = step->type,
                                                 .encoding = ENCODING_FLAT,
                                                 .rows = e->rows,
                                                 .base_rows = e->rows,
                                                 .data = e->rooms[step->result]};
}

static void ensure_validity(struct evaluator *e, int index)
{
    struct vector *vector = &e->registers[index];

    if (vector->valid == NULL) {
        vector->valid = e->valid_rooms[index];
        memset(vector->valid, 0xff, validity_words(e->rows) * sizeof *vector->valid);
    }
}

static void merge_values(struct vector *to, const struct vector *from, const struct selection *rows)
{
    size_t size = storage_size(type_storage(to->type.id));
    size_t step = from->encoding == ENCODING_CONSTANT ? 0 : size;
    char *out = to->data;
    const char *in = from->data;

    if (rows->all && step > 0) {
        memcpy(out, in, (size_t)rows->count * size);
        return;
    }
    for (int k = 0; k < rows->count; k++) {
        size_t row = (size_t)selection_row(rows, k);
        switch (size) { /* sizes known to the compiler become plain loads and stores */
        case 1:
            out[row] = in[row * step];
            break;
        case 8:
            memcpy(out + row * 8, in + row * step, 8);
            break;
        case 16:
            memcpy(out + row * 16, in + row * step, 16);
            break;
        default:
            memcpy(out + row * size, in + row * step, size);
            break;
        }
    }
}

static void run_merge(struct evaluator *e, const struct step *step)
{
    const struct selection *rows = &e->selections[step->selection];
    const struct vector *from = &e->registers[step->args[0]];
    struct vector *to = &e->registers[step->result];

    merge_values(to, from, rows);
    if (from->valid == NULL && to->valid == NULL) {
        return;
    }
    ensure_validity(e, step->result);
    for (int k = 0; k < rows->count; k++) {
        int row = selection_row(rows, k);
        if (validity_get(from->valid, vector_slot(from, row))) {
            validity_set(to->valid, row);
        } else {
            validity_clear(to->valid, row);
        }
    }
}

/* 0 false, 1 true, 2 unknown */
static unsigned truth(const struct vector *vector, int row)
{
    int slot = vector_slot(vector, row);
    return validity_get(vector->valid, slot) ? vector->bools[slot] : 2;
}

/* Divides the step's selection in two by what `keep` says of each row. */
static void split(struct evaluator *e,
                  const struct step *step,
                  bool (*keep)(const struct vector *vector, int row),
                  const struct vector *vector)
{
    const struct selection *rows = &e->selections[step->selection];
    struct selection *first = &e->selections[step->first];
    struct selection *second = &e->selections[step->second];
    int yes = 0;
    int no = 0;

    for (int k = 0; k < rows->count; k++) {
        int row = selection_row(rows, k);
        bool kept = keep(vector, row);
        first->rows[yes] = (uint16_t)row;
        second->rows[no] = (uint16_t)row;
        yes += kept;
        no += !kept;
    }
    set_count(e, first, yes);
    set_count(e, second, no);
}

static bool is_true(const struct vector *vector, int row)
{
    return truth(vector, row) == 1;
}

static bool is_there(const struct vector *vector, int row)
{
    return !vector_is_null(vector, row);
}

static void run_undecided(struct evaluator *e, const struct step *step)
{
    const struct selection *rows = &e->selections[step->selection];
    const struct vector *vector = &e->registers[step->args[0]];
    struct selection *first = &e->selections[step->first];
    unsigned decided = step->op == STEP_UNDECIDED_AND ? 0 : 1;
    int count = 0;

    for (int k = 0; k < rows->count; k++) {
        int row = selection_row(rows, k);
        first->rows[count] = (uint16_t)row;
        count += truth(vector, row) != decided;
    }
    set_count(e, first, count);
}

/* The result so far is open: the operand decides, or leaves it unknown. */
static void run_junction(struct evaluator *e, const struct step *step)
{
    const struct selection *rows = &e->selections[step->selection];
    const struct vector *operand = &e->registers[step->args[0]];
    struct vector *result = &e->registers[step->result];
    unsigned decided = step->op == STEP_AND ? 0 : 1;

    for (int k = 0; k < rows->count; k++) {
        int row = selection_row(rows, k);
        unsigned value = truth(operand, row);
        if (value == decided) {
            result->bools[row] = (uint8_t)decided;
            if (result->valid != NULL) {
                validity_set(result->valid, row);
            }
        } else if (value == 2) {
            ensure_validity(e, step->result);
            validity_clear(result->valid, row);
            result->bools[row] = 0;
        }
    }
}

/* What was said of a value that could not be computed in the end is not said. */
static void drop_remarks(struct evaluator *e, const struct failures *failures)
{
    struct remarks *remarks = &e->remarks;
    int kept = failures->remarks;

    for (int i = failures->remarks; i < remarks->count; i++) {
        remarks->items[kept] = remarks->items[i];
        kept += !validity_get(failures->failed, remarks->items[i].row);
    }
    remarks->count = kept;
}

static void run_try_end(struct evaluator *e, const struct step *step)
{
    const struct selection *rows = &e->selections[step->selection];
    const struct failures *failures = &e->frames[step->frame];
    struct selection *passed = &e->selections[step->first];
    struct selection *failed = &e->selections[step->second];
    int yes = 0;
    int no = 0;

    if (!failures->any) {
        if (!rows->all) {
            memcpy(passed->rows, rows->rows, (size_t)rows->count * sizeof *rows->rows);
        }
        set_count(e, passed, rows->count);
        set_count(e, failed, 0);
        return;
    }
    for (int k = 0; k < rows->count; k++) {
        int row = selection_row(rows, k);
        bool bad = validity_get(failures->failed, row);
        passed->rows[yes] = (uint16_t)row;
        failed->rows[no] = (uint16_t)row;
        yes += !bad;
        no += bad;
        if (bad && e->notes != NULL) {
            validity_set(e->notes, row);
        }
    }
    set_count(e, passed, yes);
    set_count(e, failed, no);
    drop_remarks(e, failures);
}

/* Everything but calls and skips. */
static void run_step(struct evaluator *e, const struct step *step)
{
    switch (step->op) {
    case STEP_BEGIN:
        run_begin(e, step);
        break;
    case STEP_MERGE:
        run_merge(e, step);
        break;
    case STEP_SPLIT:
        split(e, step, is_true, &e->registers[step->args[0]]);
        break;
    case STEP_SPLIT_NULL:
        split(e, step, is_there, &e->registers[step->args[0]]);
        break;
    case STEP_UNDECIDED_AND:
    case STEP_UNDECIDED_OR:
        run_undecided(e, step);
        break;
    case STEP_AND:
    case STEP_OR:
        run_junction(e, step);
        break;
    case STEP_TRY_BEGIN:
        clear_failures(&e->frames[step->frame]);
        e->frames[step->frame].remarks = e->remarks.count;
        break;
    case STEP_TRY_END:
        run_try_end(e, step);
        break;
    case STEP_CALL:
    case STEP_SKIP:
        break;
    }
}

bool evaluator_run(struct evaluator *evaluator, const struct routine *routine, struct error *error)
{
    for (int i = 0; i < routine->count; i++) {
        const struct step *step = &routine->steps[i];
        if (step->op == STEP_CALL) {
            if (!run_call(evaluator, step, error)) {
                return false;
            }
        } else if (step->op == STEP_SKIP) {
            if (evaluator->selections[step->selection].count == 0) {
                i = step->target - 1;
            }
        } else {
            run_step(evaluator, step);
        }
    }
    return true;
}
