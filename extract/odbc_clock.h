/* odbc_clock.h — how long the source takes. SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_ODBC_CLOCK_H
#define NOVATE_EXTRACT_ODBC_CLOCK_H

#include <stdint.h>
#include <time.h>

static inline int64_t odbc_clock_ns(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

#endif
