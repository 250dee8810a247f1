/* cancel.h — one flag that asks every thread of a job to stop, and why.
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
};

static inline void cancel_request(struct cancel *cancel, enum cancel_level level)
{
    int seen = atomic_load(&cancel->level);
    while (seen < (int)level && !atomic_compare_exchange_weak(&cancel->level, &seen, (int)level)) {
    }
}

static inline enum cancel_level cancel_level(const struct cancel *cancel)
{
    return cancel == NULL ? CANCEL_NONE : (enum cancel_level)atomic_load(&cancel->level);
}

#endif
