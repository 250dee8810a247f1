/* code_counts.c — the contract is in novate/code_counts.h. SPDX-License-Identifier: Apache-2.0 */
#include "novate/code_counts.h"

#include "novate/hash.h"

#include <string.h>

/* A longer text is no code. */
#define CODE_BYTES_MAX 200

bool code_counts_init(struct code_counts *counts,
                      int limit,
                      struct arena *arena,
                      struct error *error)
{
    *counts = (struct code_counts){.arena = arena, .limit = limit, .slot_count = 2};
    while (counts->slot_count < 2 * limit) {
        counts->slot_count *= 2;
    }
    counts->slots = ARENA_ARRAY(arena, struct code_count, (size_t)counts->slot_count);
    return counts->slots != NULL || error_set_memory(error);
}

/* Where the text is, or the free slot where it would be. */
static struct code_count *slot_of(const struct code_counts *counts, struct text code)
{
    size_t mask = (size_t)counts->slot_count - 1;
    size_t at = (size_t)hash_bytes64(code.data, code.size) & mask;

    while (counts->slots[at].code != NULL && !text_equal(text_of(counts->slots[at].code), code)) {
        at = (at + 1) & mask;
    }
    return &counts->slots[at];
}

bool code_counts_add(struct code_counts *counts,
                     struct text code,
                     uint64_t rows,
                     struct error *error)
{
    if (counts->too_many) {
        return true;
    }
    struct code_count *slot = code.size > CODE_BYTES_MAX ? NULL : slot_of(counts, code);
    if (slot == NULL || (slot->code == NULL && counts->count == counts->limit)) {
        counts->too_many = true;
        return true;
    }
    if (slot->code == NULL) {
        slot->code = arena_copy(counts->arena, code.data, code.size);
        if (slot->code == NULL) {
            return error_set_memory(error);
        }
        counts->count++;
    }
    slot->rows += rows;
    return true;
}

bool code_counts_merge(struct code_counts *counts,
                       const struct code_counts *other,
                       struct error *error)
{
    counts->nulls += other->nulls;
    counts->too_many = counts->too_many || other->too_many;
    for (int i = 0; i < other->slot_count && !counts->too_many; i++) {
        const struct code_count *slot = &other->slots[i];
        if (slot->rows > 0 && !code_counts_add(counts, text_of(slot->code), slot->rows, error)) {
            return false;
        }
    }
    return true;
}

uint64_t code_counts_of(const struct code_counts *counts, const char *code)
{
    const struct code_count *slot = slot_of(counts, text_of(code));
    return slot->code == NULL ? 0 : slot->rows;
}

/* The texts stay: the next rows have the same ones, most likely. */
void code_counts_reset(struct code_counts *counts)
{
    for (int i = 0; i < counts->slot_count; i++) {
        counts->slots[i].rows = 0;
    }
    counts->nulls = 0;
    counts->too_many = false;
}
