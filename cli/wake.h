/* wake.h — waiting for a while, or until it is ended, on a clock that nobody sets.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_WAKE_H
#define CLI_WAKE_H

#include "novate/attr.h"

#include <pthread.h>
#include <stdbool.h>

bool wake_init(pthread_cond_t *wake) NODISCARD;
/* The mutex, which is of `ending` too, is held. */
void wake_wait(pthread_cond_t *wake, pthread_mutex_t *mutex, const bool *ending, long milliseconds);

#endif
