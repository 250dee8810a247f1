/* fold.c — calls of constants.
 * SPDX-License-Identifier: Apache-2.0 */
#include "fold.h"

#include "kernels.h"

static bool all_constant(const struct term *term)
{
    for (int i = 0; i < term->arg_count; i++) {
        if (term->args[i]->kind != TERM_CONSTANT) {
            return false;
        }
    }
    return true;
}

/* The kernel's result for one row of constant arguments. */
static void compute(const struct term *term, struct call *call)
{
    bool null = false;

    for (int i = 0; i < term->arg_count; i++) {
        null = null || vector_is_null(term->args[i]->constant, 0);
    }
    if (null && (term->function->flags & FUNCTION_STRICT) != 0) {
        call_null(call, 0);
    } else {
        term->function->kernel(call);
    }
}

bool fold_call(struct term *term, const struct zone *zone, struct arena *arena, enum fault *fault)
{
    uint64_t failed = 0;
    struct failure failure = {.fault = FAULT_NONE};
    struct failures failures = {.failed = &failed, .rows = &failure};
    size_t size = storage_size(type_storage(term->type.id));

    *fault = FAULT_NONE;
    /* A lookup has no entries yet; what is said of rows is said of each of them. */
    if (!all_constant(term) || term->function->kernel == kernel_lookup ||
        (term->function->flags & FUNCTION_REMARKS) != 0) {
        return true;
    }
    struct vector *result = ARENA_NEW(arena, struct vector);
    uint64_t *valid = ARENA_NEW(arena, uint64_t);
    const struct vector **args = ARENA_ARRAY(arena, const struct vector *, (size_t)term->arg_count);
    const struct type **types = ARENA_ARRAY(arena, const struct type *, (size_t)term->arg_count);
    void *data = arena_push(arena, size, alignof(max_align_t));
    if (result == NULL || valid == NULL || args == NULL || types == NULL || data == NULL) {
        return false;
    }
    *result = (struct vector){
        .type = term->type, .encoding = ENCODING_CONSTANT, .rows = 1, .base_rows = 1, .data = data};
    for (int i = 0; i < term->arg_count; i++) {
        args[i] = term->args[i]->constant;
        types[i] = &term->args[i]->type;
    }
    struct call call = {.function = term->function,
                        .args = args,
                        .types = types,
                        .arg_count = term->arg_count,
                        .result = result,
                        .type = &term->type,
                        .valid_room = valid,
                        .count = 1,
                        .arena = arena,
                        .zone = zone,
                        .state = term->state,
                        .failures = &failures};
    compute(term, &call);
    if (call.out_of_memory) {
        return false;
    }
    if (failures.any) {
        *fault = failure.fault;
        return true;
    }
    if (result->valid != NULL) {
        result->valid[0] &= 1;
    }
    term->kind = TERM_CONSTANT;
    term->constant = result;
    term->args = NULL;
    term->arg_count = 0;
    return true;
}
