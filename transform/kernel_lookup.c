/* kernel_lookup.c — lookup('name', key…): the value as text; the binder casts it to the type that
 * the lookup declares.
 * SPDX-License-Identifier: Apache-2.0 */
#include "kernels.h"
#include "lookup_table.h"
#include "lookup_use.h"

static void put_missing(struct call *call, int row, const struct lookup_use *use)
{
    switch (use->spec->missing) {
    case LOOKUP_MISSING_NULL:
        call_null(call, row);
        break;
    case LOOKUP_MISSING_KEEP: /* the argument behind the keys is the key as text */
        call_copy(call, use->key_count, row);
        break;
    case LOOKUP_MISSING_DEFAULT:
        call->result->texts[row] = text_of(use->spec->missing_default);
        break;
    case LOOKUP_MISSING_REJECT:
        call_null(call, row);
        failures_note(
            call->failures, row, (struct failure){.fault = FAULT_LOOKUP, .name = use->spec->name});
        break;
    }
}

void kernel_lookup(struct call *call)
{
    const struct lookup_use *use = call->state;
    char room[LIMIT_KEY_COLUMNS][LOOKUP_KEY_BYTES];
    struct text keys[LIMIT_KEY_COLUMNS];
    struct vector typed[LIMIT_KEY_COLUMNS];

    for (int i = 0; i < use->key_count; i++) {
        typed[i] = *call->args[i];
        typed[i].type = *call->types[i];
    }
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct text value = TEXT_NONE;
        bool null = false;
        for (int i = 0; i < use->key_count; i++) {
            keys[i] = lookup_key_text(&typed[i], row, use->numeric[i], room[i]);
        }
        if (lookup_find(use->lookup, keys, use->key_count, use->value_column, &value, &null)) {
            if (null) {
                call_null(call, row);
            } else {
                call->result->texts[row] = value;
            }
        } else if (lookup_is_cyclic(use->lookup, keys, use->key_count)) {
            call_null(call, row);
            failures_note(call->failures,
                          row,
                          (struct failure){.fault = FAULT_LOOKUP_CYCLE, .name = use->spec->name});
        } else {
            put_missing(call, row, use);
        }
    }
}
