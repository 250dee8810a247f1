/* segment_key_internal.h — what is derived from a key file; always in memory of libsodium.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_SEGMENT_KEY_INTERNAL_H
#define NOVATE_SEGMENT_KEY_INTERNAL_H

#include "segment_crypt.h"

#include <stdint.h>

struct segment_key {
    uint8_t stream[32];
    uint8_t seal[32];
    char id[2 * CRYPT_ID_BYTES + 1];
};

#endif
