/* fuzz.h — what the fuzz targets share.
 *
 * A target is LLVMFuzzerTestOneInput(): it gives arbitrary bytes to code that reads what is not to
 * be trusted. Whatever they are, the code must stay within bounds (the sanitizers watch), end with
 * a result or an operation error of the right code, and keep its invariants (FUZZ_ASSERT).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_TESTS_FUZZ_H
#define NOVATE_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define FUZZ_ASSERT(condition)                                                                     \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            (void)fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                  \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
