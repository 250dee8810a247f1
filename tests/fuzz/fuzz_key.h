/* fuzz_key.h — the one key that fuzz targets and their seeds use.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_TESTS_FUZZ_KEY_H
#define NOVATE_TESTS_FUZZ_KEY_H

#include "fuzz.h"
#include "memory_file.h"

#include "novate/segment_key.h"

static inline struct segment_key *fuzz_key(void)
{
    static const char text[] =
        "novate segment key 1\n000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n";
    struct memory_file file = memory_file_make();
    struct segment_key *key = NULL;
    struct error error = ERROR_NONE;

    memory_file_fill(&file, text, sizeof text - 1);
    FUZZ_ASSERT(segment_key_open(file.path, &key, &error));
    return key;
}

#endif
