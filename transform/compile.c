/* compile.c — from typed trees to steps.
 *
 * Every term is compiled within a scope: a selection of rows and the try() around it. A term that
 * stands in several places is computed once if the scope of the first place covers the others.
 * Registers are given back when the last term that uses them has been compiled: the steps run in
 * order, so that whoever writes the register later cannot disturb.
 * SPDX-License-Identifier: Apache-2.0 */
#include "compile.h"

#include <string.h>

struct scope {
    const struct scope *parent;
    int selection;
    int frame;
};

enum register_state {
    REGISTER_FREE,
    REGISTER_HELD, /* until its last use, or the end of the routine */
    REGISTER_KEPT, /* for ever */
};

int compiler_prepare(struct term *term)
{
    int constants = term->kind == TERM_CONSTANT;

    if (term->uses++ > 0) {
        return 0;
    }
    term->can_fail = term->kind == TERM_CALL &&
                     (term->function->flags & (FUNCTION_CAN_FAIL | FUNCTION_REMARKS)) != 0;
    for (int i = 0; i < term->arg_count; i++) {
        constants += compiler_prepare(term->args[i]);
        term->can_fail = term->can_fail || term->args[i]->can_fail;
    }
    return constants;
}

bool compiler_init(struct compiler *compiler,
                   struct arena *arena,
                   struct register_file *file,
                   int input_count,
                   int constant_max,
                   struct error *error)
{
    *compiler = (struct compiler){.arena = arena, .file = file};
    *file = (struct register_file){.input_count = input_count, .selections = 1, .frames = 1};
    file->constants = ARENA_ARRAY(arena, const struct vector *, (size_t)constant_max);
    file->count = input_count + constant_max;
    compiler->register_max = file->count + 32;
    compiler->registers = ARENA_ARRAY(arena, uint8_t, (size_t)compiler->register_max);
    file->sizes = ARENA_ARRAY(arena, size_t, (size_t)compiler->register_max);
    compiler->selection_max = 16;
    compiler->selections = ARENA_ARRAY(arena, bool, (size_t)compiler->selection_max);
    if (file->constants == NULL || compiler->registers == NULL || file->sizes == NULL ||
        compiler->selections == NULL) {
        return error_set_memory(error);
    }
    memset(compiler->registers, REGISTER_KEPT, (size_t)file->count);
    compiler->selections[0] = true;
    return true;
}

/* Twice the room for an array; NULL: no memory. */
static void *grow(struct compiler *compiler, const void *items, int count, int *max, size_t size)
{
    int wanted = *max == 0 ? 16 : *max * 2;
    void *grown = arena_array(compiler->arena, (size_t)wanted, size, alignof(max_align_t));

    if (grown == NULL) {
        compiler->memory = true;
        return NULL;
    }
    if (count > 0) {
        memcpy(grown, items, (size_t)count * size);
    }
    *max = wanted;
    return grown;
}

static bool grow_registers(struct compiler *compiler)
{
    struct register_file *file = compiler->file;
    int max = compiler->register_max;

    if (file->count < compiler->register_max) {
        return true;
    }
    uint8_t *registers = grow(compiler, compiler->registers, file->count, &max, sizeof *registers);
    max = compiler->register_max;
    size_t *sizes = grow(compiler, file->sizes, file->count, &max, sizeof *sizes);
    if (registers == NULL || sizes == NULL) {
        return false;
    }
    compiler->registers = registers;
    file->sizes = sizes;
    compiler->register_max = max;
    return true;
}

/* A register for values of that type; the narrowest free one that is wide enough, or any. */
static int take_register(struct compiler *compiler, struct type type)
{
    struct register_file *file = compiler->file;
    size_t size = storage_size(type_storage(type.id));
    int first = file->input_count + file->constant_count;
    int found = -1;

    for (int i = first; i < file->count; i++) {
        if (compiler->registers[i] == REGISTER_FREE &&
            (found < 0 || (file->sizes[i] >= size &&
                           (file->sizes[found] < size || file->sizes[i] < file->sizes[found])))) {
            found = i;
        }
    }
    if (found < 0) {
        if (!grow_registers(compiler)) {
            return 0;
        }
        found = file->count++;
    }
    compiler->registers[found] = REGISTER_HELD;
    file->sizes[found] = file->sizes[found] < size ? size : file->sizes[found];
    return found;
}

static int take_selection(struct compiler *compiler)
{
    struct register_file *file = compiler->file;
    int i = 0;

    while (i < file->selections && compiler->selections[i]) {
        i++;
    }
    if (i == compiler->selection_max) {
        bool *grown = grow(compiler,
                           compiler->selections,
                           i,
                           &compiler->selection_max,
                           sizeof *compiler->selections);
        if (grown == NULL) {
            return 0;
        }
        compiler->selections = grown;
    }
    file->selections = i == file->selections ? i + 1 : file->selections;
    compiler->selections[i] = true;
    return i;
}

static void give_selection(struct compiler *compiler, int selection)
{
    if (selection != 0) {
        compiler->selections[selection] = false;
    }
}

static const struct scope *make_scope(struct compiler *compiler,
                                      const struct scope *parent,
                                      int selection,
                                      int frame)
{
    struct scope *scope = ARENA_NEW(compiler->arena, struct scope);

    if (scope == NULL) {
        compiler->memory = true;
        return parent;
    }
    *scope = (struct scope){.parent = parent, .selection = selection, .frame = frame};
    return scope;
}

static bool covers(const struct scope *outer, const struct scope *scope)
{
    while (scope != NULL && scope != outer) {
        scope = scope->parent;
    }
    return outer != NULL && scope == outer;
}

/* A new step at the end; a scratch one when memory ran out. */
static struct step *emit(struct compiler *compiler,
                         enum step_op op,
                         const struct scope *scope,
                         int result)
{
    struct routine *routine = compiler->routine;

    if (routine->count == compiler->step_max) {
        struct step *grown =
            grow(compiler, routine->steps, routine->count, &compiler->step_max, sizeof *grown);
        if (grown == NULL) {
            return NULL;
        }
        routine->steps = grown;
    }
    struct step *step = &routine->steps[routine->count++];
    *step = (struct step){
        .op = op, .selection = scope->selection, .frame = scope->frame, .result = result};
    return step;
}

/* A step with one argument. */
static struct step *emit_one(
    struct compiler *compiler, enum step_op op, const struct scope *scope, int result, int arg)
{
    struct step *step = emit(compiler, op, scope, result);
    int *args = ARENA_NEW(compiler->arena, int);

    if (step == NULL || args == NULL) {
        compiler->memory = true;
        return NULL;
    }
    *args = arg;
    step->args = args;
    step->arg_count = 1;
    return step;
}

/* A skip whose target is set by land(). Returns its index. */
static int emit_skip(struct compiler *compiler, const struct scope *scope, int selection)
{
    struct step *step = emit(compiler, STEP_SKIP, scope, 0);

    if (step != NULL) {
        step->selection = selection;
    }
    return compiler->routine->count - 1;
}

static void land(struct compiler *compiler, int skip)
{
    if (!compiler->memory) {
        compiler->routine->steps[skip].target = compiler->routine->count;
    }
}

static int compile_term(struct compiler *compiler, struct term *term, const struct scope *scope);

/* A term that used `term` has been compiled. */
static void consume(struct compiler *compiler, struct term *term)
{
    if (--term->uses > 0 || term->kind == TERM_COLUMN || term->kind == TERM_CONSTANT) {
        return;
    }
    if (term->kind == TERM_RELABEL) {
        consume(compiler, term->args[0]);
    } else if (compiler->registers[term->compiled_register] == REGISTER_HELD) {
        compiler->registers[term->compiled_register] = REGISTER_FREE;
    }
}

static int begin_result(struct compiler *compiler,
                        const struct term *term,
                        const struct scope *scope)
{
    int result = take_register(compiler, term->type);
    struct step *step = emit(compiler, STEP_BEGIN, scope, result);

    if (step != NULL) {
        step->type = term->type;
    }
    return result;
}

/* Compiles a value for the scope and puts it into `result`. */
static void merge_value(struct compiler *compiler,
                        struct term *value,
                        const struct scope *scope,
                        int result)
{
    int from = compile_term(compiler, value, scope);
    struct step *step = emit_one(compiler, STEP_MERGE, scope, result, from);

    if (step != NULL) {
        step->type = value->type;
    }
    consume(compiler, value);
}

static int compile_constant(struct compiler *compiler, const struct term *term)
{
    struct register_file *file = compiler->file;

    file->constants[file->constant_count] = term->constant;
    return file->input_count + file->constant_count++;
}

static int compile_call(struct compiler *compiler, struct term *term, const struct scope *scope)
{
    size_t count = (size_t)term->arg_count;
    int *args = ARENA_ARRAY(compiler->arena, int, count);
    const struct type **types = ARENA_ARRAY(compiler->arena, const struct type *, count);

    if (args == NULL || types == NULL) {
        compiler->memory = true;
        return 0;
    }
    for (int i = 0; i < term->arg_count; i++) {
        args[i] = compile_term(compiler, term->args[i], scope);
        types[i] = &term->args[i]->type;
    }
    /* The result is taken before the arguments are given back: they never share a register. */
    int result = take_register(compiler, term->type);
    struct step *step = emit(compiler, STEP_CALL, scope, result);
    if (step == NULL) {
        return 0;
    }
    step->args = args;
    step->types = types;
    step->arg_count = term->arg_count;
    step->function = term->function;
    step->state = term->state;
    step->type = term->type;
    for (int i = 0; i < term->arg_count; i++) {
        consume(compiler, term->args[i]);
    }
    return result;
}

/* Operands that cannot fail are computed for all rows and joined two by two. */
static int compile_dense_junction(struct compiler *compiler,
                                  struct term *term,
                                  const struct scope *scope)
{
    const struct function *function =
        internal_function(term->kind == TERM_AND ? INTERNAL_AND : INTERNAL_OR);
    const struct type **types = ARENA_ARRAY(compiler->arena, const struct type *, 2);
    int left = compile_term(compiler, term->args[0], scope);

    for (int i = 1; i < term->arg_count && !compiler->memory; i++) {
        int *args = ARENA_ARRAY(compiler->arena, int, 2);
        int right = compile_term(compiler, term->args[i], scope);
        int result = take_register(compiler, term->type);
        struct step *step = emit(compiler, STEP_CALL, scope, result);
        if (step == NULL || args == NULL || types == NULL) {
            compiler->memory = true;
            break;
        }
        args[0] = left;
        args[1] = right;
        types[0] = types[1] = &term->type;
        step->args = args;
        step->types = types;
        step->arg_count = 2;
        step->function = function;
        step->type = term->type;
        if (i == 1) {
            consume(compiler, term->args[0]);
        } else {
            compiler->registers[left] = REGISTER_FREE;
        }
        consume(compiler, term->args[i]);
        left = result;
    }
    return left;
}

/* Each further operand is computed only where the ones before have not decided. */
static int compile_lazy_junction(struct compiler *compiler,
                                 struct term *term,
                                 const struct scope *scope)
{
    bool is_and = term->kind == TERM_AND;
    int result = begin_result(compiler, term, scope);
    int *skips = ARENA_ARRAY(compiler->arena, int, (size_t)term->arg_count);
    const struct scope *open = scope;

    if (skips == NULL) {
        compiler->memory = true;
        return result;
    }
    merge_value(compiler, term->args[0], scope, result);
    for (int i = 1; i < term->arg_count && !compiler->memory; i++) {
        struct step *step =
            emit_one(compiler, is_and ? STEP_UNDECIDED_AND : STEP_UNDECIDED_OR, open, 0, result);
        int undecided = take_selection(compiler);
        if (step == NULL) {
            break;
        }
        step->first = undecided;
        if (open != scope) {
            give_selection(compiler, open->selection);
        }
        open = make_scope(compiler, open, undecided, scope->frame);
        skips[i] = emit_skip(compiler, open, undecided);
        int arg = compile_term(compiler, term->args[i], open);
        (void)emit_one(compiler, is_and ? STEP_AND : STEP_OR, open, result, arg);
        consume(compiler, term->args[i]);
    }
    for (int i = 1; i < term->arg_count; i++) {
        land(compiler, skips[i]);
    }
    if (open != scope) {
        give_selection(compiler, open->selection);
    }
    return result;
}

static int compile_junction(struct compiler *compiler, struct term *term, const struct scope *scope)
{
    for (int i = 1; i < term->arg_count; i++) {
        if (term->args[i]->can_fail) {
            return compile_lazy_junction(compiler, term, scope);
        }
    }
    return compile_dense_junction(compiler, term, scope);
}

/* One step that makes two selections out of the scope's. */
static void emit_split(struct compiler *compiler,
                       enum step_op op,
                       const struct scope *scope,
                       int arg,
                       int *first,
                       int *second)
{
    struct step *step = emit_one(compiler, op, scope, 0, arg);

    *first = take_selection(compiler);
    *second = take_selection(compiler);
    if (step != NULL) {
        step->first = *first;
        step->second = *second;
    }
}

static int compile_case(struct compiler *compiler, struct term *term, const struct scope *scope)
{
    int result = begin_result(compiler, term, scope);
    int pairs = term->arg_count / 2;
    int *skips = ARENA_ARRAY(compiler->arena, int, (size_t)pairs + 1);
    const struct scope *rest = scope;

    for (int i = 0; i < pairs && skips != NULL && !compiler->memory; i++) {
        int then = 0;
        int others = 0;
        int condition = compile_term(compiler, term->args[2 * i], rest);
        emit_split(compiler, STEP_SPLIT, rest, condition, &then, &others);
        consume(compiler, term->args[2 * i]);
        int skip = emit_skip(compiler, rest, then);
        const struct scope *inner = make_scope(compiler, rest, then, scope->frame);
        merge_value(compiler, term->args[2 * i + 1], inner, result);
        land(compiler, skip);
        give_selection(compiler, then);
        if (rest != scope) {
            give_selection(compiler, rest->selection);
        }
        rest = make_scope(compiler, rest, others, scope->frame);
        skips[i] = emit_skip(compiler, rest, others);
    }
    merge_value(compiler, term->args[term->arg_count - 1], rest, result);
    for (int i = 0; i < pairs && skips != NULL; i++) {
        land(compiler, skips[i]);
    }
    if (rest != scope) {
        give_selection(compiler, rest->selection);
    }
    compiler->memory = compiler->memory || skips == NULL;
    return result;
}

static int compile_coalesce(struct compiler *compiler, struct term *term, const struct scope *scope)
{
    int result = begin_result(compiler, term, scope);
    int last = term->arg_count - 1;
    int *skips = ARENA_ARRAY(compiler->arena, int, (size_t)term->arg_count);
    const struct scope *rest = scope;

    for (int i = 0; i < last && skips != NULL && !compiler->memory; i++) {
        int there = 0;
        int missing = 0;
        int value = compile_term(compiler, term->args[i], rest);
        emit_split(compiler, STEP_SPLIT_NULL, rest, value, &there, &missing);
        const struct scope *inner = make_scope(compiler, rest, there, scope->frame);
        struct step *step = emit_one(compiler, STEP_MERGE, inner, result, value);
        if (step != NULL) {
            step->type = term->type;
        }
        consume(compiler, term->args[i]);
        give_selection(compiler, there);
        if (rest != scope) {
            give_selection(compiler, rest->selection);
        }
        rest = make_scope(compiler, rest, missing, scope->frame);
        skips[i] = emit_skip(compiler, rest, missing);
    }
    merge_value(compiler, term->args[last], rest, result);
    for (int i = 0; i < last && skips != NULL; i++) {
        land(compiler, skips[i]);
    }
    if (rest != scope) {
        give_selection(compiler, rest->selection);
    }
    compiler->memory = compiler->memory || skips == NULL;
    return result;
}

static int compile_try(struct compiler *compiler, struct term *term, const struct scope *scope)
{
    int frame = scope->frame + 1;
    int passed = 0;
    int failed = 0;
    const struct scope *inside = make_scope(compiler, scope, scope->selection, frame);

    compiler->file->frames = frame >= compiler->file->frames ? frame + 1 : compiler->file->frames;
    (void)emit(compiler, STEP_TRY_BEGIN, inside, 0);
    int value = compile_term(compiler, term->args[0], inside);
    int result = begin_result(compiler, term, scope);
    emit_split(compiler, STEP_TRY_END, inside, value, &passed, &failed);
    const struct scope *good = make_scope(compiler, scope, passed, scope->frame);
    struct step *step = emit_one(compiler, STEP_MERGE, good, result, value);
    if (step != NULL) {
        step->type = term->type;
    }
    consume(compiler, term->args[0]);
    give_selection(compiler, passed);
    const struct scope *bad = make_scope(compiler, scope, failed, scope->frame);
    int skip = emit_skip(compiler, bad, failed);
    merge_value(compiler, term->args[1], bad, result);
    land(compiler, skip);
    give_selection(compiler, failed);
    return result;
}

static int compile_new(struct compiler *compiler, struct term *term, const struct scope *scope)
{
    switch (term->kind) {
    case TERM_COLUMN:
        return compiler->columns[term->column];
    case TERM_CONSTANT:
        return compile_constant(compiler, term);
    case TERM_CALL:
        return compile_call(compiler, term, scope);
    case TERM_RELABEL:
        return compile_term(compiler, term->args[0], scope);
    case TERM_AND:
    case TERM_OR:
        return compile_junction(compiler, term, scope);
    case TERM_CASE:
        return compile_case(compiler, term, scope);
    case TERM_COALESCE:
        return compile_coalesce(compiler, term, scope);
    case TERM_TRY:
        return compile_try(compiler, term, scope);
    }
    return 0;
}

static int compile_term(struct compiler *compiler, struct term *term, const struct scope *scope)
{
    if (compiler->memory) {
        return 0;
    }
    if (term->kind == TERM_CONSTANT ? term->compiled_scope == NULL
                                    : !covers(term->compiled_scope, scope)) {
        int result = compile_new(compiler, term, scope);
        term->compiled_register = result;
        term->compiled_scope = scope;
    }
    return term->compiled_register;
}

bool compiler_routine(struct compiler *compiler,
                      struct term *term,
                      bool keep,
                      struct routine *routine,
                      struct error *error)
{
    *routine = (struct routine){.type = term->type};
    compiler->routine = routine;
    compiler->step_max = 0;
    const struct scope *scope = make_scope(compiler, NULL, 0, 0);
    if (compiler->memory) {
        return error_set_memory(error);
    }
    routine->result = compile_term(compiler, term, scope);
    for (int i = 0; i < compiler->file->count; i++) {
        if (keep && i == routine->result) {
            compiler->registers[i] = REGISTER_KEPT;
        } else if (compiler->registers[i] == REGISTER_HELD) {
            compiler->registers[i] = REGISTER_FREE;
        }
    }
    return !compiler->memory || error_set_memory(error);
}
