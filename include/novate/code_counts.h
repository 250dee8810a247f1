/* code_counts.h — how often each of a few different texts occurs: the distribution of a code.
 *
 * Meant for vocabularies: when more different texts come than it was made for, it says so and keeps
 * none. NULLs are counted beside them. Not thread-safe.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_CODE_COUNTS_H
#define NOVATE_CODE_COUNTS_H

#include "novate/arena.h"
#include "novate/error.h"
#include "novate/text.h"

#include <stdbool.h>
#include <stdint.h>

struct code_count {
    const char *code; /* NULL: the slot is free */
    uint64_t rows;
};

struct code_counts {
    struct arena *arena;
    struct code_count *slots; /* open addressing; in no order */
    int slot_count;           /* a power of two */
    int count;                /* different ones */
    int limit;
    uint64_t nulls;
    bool too_many; /* more than `limit`, or one that is too long */
};

/* `limit` different texts at most. Texts are copied into `arena`, each once. */
bool code_counts_init(struct code_counts *counts,
                      int limit,
                      struct arena *arena,
                      struct error *error) NODISCARD;
bool code_counts_add(struct code_counts *counts,
                     struct text code,
                     uint64_t rows,
                     struct error *error) NODISCARD;
bool code_counts_merge(struct code_counts *counts,
                       const struct code_counts *other,
                       struct error *error) NODISCARD;
/* Rows of a text; 0 when it does not occur. */
uint64_t code_counts_of(const struct code_counts *counts, const char *code);
/* Forgets all rows; memory of the texts stays in use. */
void code_counts_reset(struct code_counts *counts);

#endif
