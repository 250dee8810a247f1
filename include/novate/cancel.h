/* cancel.h — one flag that asks every thread of a job to stop, and why.
 *
 * A part of a job may have a flag of its own below that of the job: whoever heeds it heeds both, so
 * the part can be stopped alone, and is stopped with the job. Threads   any.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_CANCEL_H
#define NOVATE_CANCEL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

enum cancel_level {
    CANCEL_NONE = 0,
    CANCEL_FINISH = 1, /* finish the chunk, begin no other */
    CANCEL_NOW = 2,    /* stop at once; what is not committed is rolled back */
};

struct cancel {
    atomic_int level;
    const struct cancel *parent; /* heeded too; outlives this one. NULL: none */
};

static inline void cancel_request(struct cancel *cancel, enum cancel_level level)
{
    int seen = atomic_load(&cancel->level);
    while (seen < (int)level && !atomic_compare_exchange_weak(&cancel->level, &seen, (int)level)) {
    }
}

/* The highest of the flag and those above it. */
static inline enum cancel_level cancel_level(const struct cancel *cancel)
{
    int highest = CANCEL_NONE;
    for (; cancel != NULL; cancel = cancel->parent) {
        int level = atomic_load(&cancel->level);
        highest = level > highest ? level : highest;
    }
    return (enum cancel_level)highest;
}

#endif
