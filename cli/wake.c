/* wake.c — the contract is in wake.h. SPDX-License-Identifier: Apache-2.0 */
#include "wake.h"

#include <time.h>

bool wake_init(pthread_cond_t *wake)
{
    pthread_condattr_t attributes;
    bool ok = pthread_condattr_init(&attributes) == 0;
    ok = ok && pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 &&
         pthread_cond_init(wake, &attributes) == 0;
    (void)pthread_condattr_destroy(&attributes);
    return ok;
}

void wake_wait(pthread_cond_t *wake, pthread_mutex_t *mutex, const bool *ending, long milliseconds)
{
    struct timespec until = {0};
    int result = 0;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += milliseconds / 1000;
    until.tv_nsec += milliseconds % 1000 * 1000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    while (!*ending && result == 0) {
        result = pthread_cond_timedwait(wake, mutex, &until);
    }
}
