/* assertions.h — what Check's own are too slow for: it writes a mark into a file for each
 * assertion, also for those that hold. SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_TESTS_ASSERTIONS_H
#define NOVATE_TESTS_ASSERTIONS_H

#include <check.h>

/* ck_assert for what is asked a hundred thousand times. */
#define hold(condition)                                                                            \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            ck_abort_msg("%s", #condition);                                                        \
        }                                                                                          \
    } while (0)

/* ck_assert_msg for the same. */
#define hold_msg(condition, ...)                                                                   \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            ck_abort_msg(__VA_ARGS__);                                                             \
        }                                                                                          \
    } while (0)

/* Fails the test with the error's message unless `ok`. */
#define must(ok, error)                                                                            \
    do {                                                                                           \
        if (!(ok)) {                                                                               \
            ck_abort_msg("%s %s %s", (error)->message, (error)->detail, (error)->context);         \
        }                                                                                          \
    } while (0)

#endif
