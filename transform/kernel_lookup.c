/* kernel_lookup.c — lookup('name', key…): the value as text; the binder casts it to the type that
 * the lookup declares.
 * SPDX-License-Identifier: Apache-2.0 */
#include "kernels.h"
#include "lookup_table.h"
#include "lookup_use.h"

/* The key of the row in hand. */
struct asked {
    const struct lookup_use *use;
    struct vector typed[LIMIT_KEY_COLUMNS];
    struct text keys[LIMIT_KEY_COLUMNS];
    char room[LIMIT_KEY_COLUMNS][LOOKUP_KEY_BYTES];
};

static void put_missing(struct call *call, int row, const struct lookup_use *use)
{
    switch (use->spec->missing) {
    case LOOKUP_MISSING_NULL:
        call_null(call, row);
        break;
    case LOOKUP_MISSING_KEEP:
        call_copy(call, use->keep, row);
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

/* A key of constants is computed once, for many rows. */
static void note_miss(struct call *call, const struct asked *asked, int row)
{
    const struct lookup *lookup = asked->use->lookup;
    const int count = call->for_count > 0 ? call->for_count : 1;

    for (int i = 0; i < count && !call->out_of_memory; i++) {
        int missed = call->for_count == 0 ? row : call->for_rows == NULL ? i : call->for_rows[i];
        call->out_of_memory = !lookup_note_miss(lookup, asked->typed, asked->keys, row, missed);
    }
}

static bool find(
    const struct call *call, const struct asked *asked, int row, struct text *value, bool *null)
{
    const struct lookup_use *use = asked->use;

    return use->periods
               ? lookup_find_at(use->lookup,
                                asked->keys,
                                call_int64(call, use->key_count, row),
                                use->value_column,
                                value,
                                null)
               : lookup_find(
                     use->lookup, asked->keys, use->key_count, use->value_column, value, null);
}

static void look_up(struct call *call, struct asked *asked, int row)
{
    const struct lookup_use *use = asked->use;
    struct text value = TEXT_NONE;
    bool null = false;

    for (int i = 0; i < use->key_count; i++) {
        asked->keys[i] = lookup_key_text(&asked->typed[i], row, use->numeric[i], asked->room[i]);
    }
    if (find(call, asked, row, &value, &null)) {
        if (null) {
            call_null(call, row);
        } else {
            call->result->texts[row] = value;
        }
    } else if (lookup_is_cyclic(use->lookup, asked->keys, use->key_count)) {
        call_null(call, row);
        failures_note(call->failures,
                      row,
                      (struct failure){.fault = FAULT_LOOKUP_CYCLE, .name = use->spec->name});
    } else {
        if (lookup_is_watched(use->lookup)) {
            note_miss(call, asked, row);
        }
        put_missing(call, row, use);
    }
}

void kernel_lookup(struct call *call)
{
    struct asked asked;

    asked.use = call->state;
    for (int i = 0; i < asked.use->key_count; i++) {
        asked.typed[i] = *call->args[i];
        asked.typed[i].type = *call->types[i];
    }
    for (int k = 0; k < call->count && !call->out_of_memory; k++) {
        look_up(call, &asked, call_row(call, k));
    }
}
