/* pace_private.h — a pace with a clock of one's own, for tests in which nobody waits.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_PACE_PRIVATE_H
#define NOVATE_EXTRACT_PACE_PRIVATE_H

#include "novate/pace.h"

#include <pthread.h>

struct pace_clock {
    void *state;
    int64_t (*now_ns)(void *state); /* steady */
    int64_t (*utc_us)(void *state); /* since 2000-01-01 */
    /* Until `until_ns` or a signal; the mutex is locked. May wake early. */
    void (*wait)(void *state, pthread_cond_t *changed, pthread_mutex_t *mutex, int64_t until_ns);
};

bool pace_create_with(const struct plan_source *settings,
                      const struct cancel *cancel,
                      const struct pace_clock *clock,
                      struct pace **pace,
                      struct error *error) NODISCARD;

#endif
