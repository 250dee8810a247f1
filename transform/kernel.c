/* kernel.c — what all kernels share: results that are NULL or fail, and the order of values.
 * SPDX-License-Identifier: Apache-2.0 */
#include "kernel.h"

#include "function_table.h"

#include "novate/interval.h"
#include "novate/limits.h"

#include <assert.h>
#include <math.h>
#include <string.h>

const struct fault_info *fault_info(enum fault fault)
{
    static const struct fault_info infos[] = {
#define FAULT(name, class, sqlstate, message) {REJECT_##class, sqlstate, message},
#include "faults.def"
#undef FAULT
    };
    return &infos[(unsigned)fault < FAULT_COUNT ? fault : FAULT_NONE];
}

enum fault fault_of_decimal(enum decimal_status status)
{
    switch (status) {
    case DECIMAL_SYNTAX:
        return FAULT_NUMERIC_SYNTAX;
    case DECIMAL_DIVISION_BY_ZERO:
        return FAULT_DIVISION;
    case DECIMAL_OK:
    case DECIMAL_OVERFLOW:
    case DECIMAL_MEMORY:
        break;
    case DECIMAL_INVALID:
        return FAULT_POWER;
    case DECIMAL_NO_LOGARITHM:
        return FAULT_LOGARITHM;
    }
    return FAULT_NUMERIC_RANGE;
}

void failures_note(struct failures *failures, int row, struct failure failure)
{
    if (failures->any && validity_get(failures->failed, row)) {
        return; /* the first one counts */
    }
    failures->any = true;
    validity_set(failures->failed, row);
    if (failures->rows != NULL) {
        failures->rows[row] = failure;
    }
}

void call_null(struct call *call, int row)
{
    struct vector *result = call->result;
    size_t size = storage_size(type_storage(call->type->id));

    if (result->valid == NULL) {
        size_t words = validity_words(result->rows > 0 ? result->rows : 1);
        memset(call->valid_room, 0xff, words * sizeof *call->valid_room);
        result->valid = call->valid_room;
    }
    validity_clear(result->valid, row);
    memset((char *)result->data + (size_t)row * size, 0, size);
}

/* Does the table say so? Operators, casts and internals have no list of faults. */
static UNUSED bool may_fail(const struct function *function, enum fault fault)
{
    if (function == NULL || function->doc == NULL) {
        return true;
    }
    for (int i = 0; i < FUNCTION_FAULTS_MAX; i++) {
        if (function->faults[i] == fault) {
            return true;
        }
    }
    return false;
}

void call_fail(struct call *call, int row, enum fault fault)
{
    bool listed = may_fail(call->function, fault);

    assert(listed);
    (void)listed;
    call_null(call, row);
    failures_note(call->failures, row, (struct failure){.fault = fault});
}

void call_remark(struct call *call, int row, enum remark_kind kind, const char *rule)
{
    struct remarks *remarks = call->remarks;

    if (remarks == NULL) {
        return;
    }
    assert(call->function == NULL || (call->function->flags & FUNCTION_REMARKS) != 0);
    if (remarks->count == remarks->capacity) {
        int capacity = remarks->capacity == 0 ? 256 : remarks->capacity * 2;
        struct remark *items = ARENA_ARRAY(call->arena, struct remark, (size_t)capacity);
        if (items == NULL) {
            call->out_of_memory = true;
            return;
        }
        if (remarks->count > 0) {
            memcpy(items, remarks->items, (size_t)remarks->count * sizeof *items);
        }
        remarks->items = items;
        remarks->capacity = capacity;
    }
    remarks->items[remarks->count++] = (struct remark){
        .rule = rule, .row = (uint16_t)row, .column = remarks->column, .kind = (uint8_t)kind};
}

void call_decimal_result(struct call *call,
                         int row,
                         enum decimal_status status,
                         const struct decimal *value)
{
    if (status == DECIMAL_OK) {
        call->result->decimals[row] = *value;
    } else if (status == DECIMAL_MEMORY) {
        call->out_of_memory = true;
    } else {
        call_fail(call, row, fault_of_decimal(status));
    }
}

void call_copy(struct call *call, int arg, int row)
{
    size_t size = storage_size(type_storage(call->type->id));

    if (call_is_null(call, arg, row)) {
        call_null(call, row);
    } else {
        memcpy((char *)call->result->data + (size_t)row * size,
               (const char *)call->args[arg]->data + call_slot(call, arg, row) * size,
               size);
    }
}

char *call_bytes(struct call *call, size_t size)
{
    char *bytes = arena_bytes(call->arena, size);

    if (bytes == NULL) {
        call->out_of_memory = true;
    }
    return bytes;
}

char *call_field(struct call *call, int row, size_t size)
{
    if (size > LIMIT_FIELD_BYTES) {
        call_fail(call, row, FAULT_TEXT_SIZE);
        return NULL;
    }
    return call_bytes(call, size);
}

int double_compare(double a, double b)
{
    if (isnan(a) || isnan(b)) {
        return (isnan(a) != 0) - (isnan(b) != 0);
    }
    return (a > b) - (a < b);
}

int value_compare(const struct vector *a, size_t slot_a, const struct vector *b, size_t slot_b)
{
    switch (type_storage(a->type.id)) {
    case STORAGE_BOOL:
        return (a->bools[slot_a] > b->bools[slot_b]) - (a->bools[slot_a] < b->bools[slot_b]);
    case STORAGE_INT64:
        return (a->int64s[slot_a] > b->int64s[slot_b]) - (a->int64s[slot_a] < b->int64s[slot_b]);
    case STORAGE_FLOAT64:
        return double_compare(a->doubles[slot_a], b->doubles[slot_b]);
    case STORAGE_DECIMAL:
        return decimal_compare(&a->decimals[slot_a], &b->decimals[slot_b]);
    case STORAGE_TEXT:
        return text_compare(a->texts[slot_a], b->texts[slot_b]);
    case STORAGE_UUID:
        return memcmp(&a->uuids[slot_a], &b->uuids[slot_b], sizeof(struct uuid));
    case STORAGE_INTERVAL:
        return interval_compare(&a->intervals[slot_a], &b->intervals[slot_b]);
    }
    return 0;
}
