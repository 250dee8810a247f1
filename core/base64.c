/* base64.c — by libsodium; the contract is in novate/base64.h. SPDX-License-Identifier: Apache-2.0
 */
#include "novate/base64.h"

#include <sodium.h>

enum {
    TAKEN = 3 * 1024, /* bytes at a time, which are four digits for every three */
    DIGITS = TAKEN / 3 * 4
};

void base64_push(struct text bytes, struct text_buffer *out)
{
    char text[DIGITS + 1];
    for (size_t at = 0; at < bytes.size; at += TAKEN) {
        size_t size = bytes.size - at < TAKEN ? bytes.size - at : TAKEN;
        (void)sodium_bin2base64(text,
                                sizeof text,
                                (const unsigned char *)bytes.data + at,
                                size,
                                sodium_base64_VARIANT_ORIGINAL);
        text_buffer_string(out, text);
    }
}

bool base64_read(struct text digits, struct arena *arena, struct text *out, struct error *error)
{
    size_t size = 0;
    char *bytes = arena_bytes(arena, (size_t)digits.size + 1);
    *out = TEXT_NONE;
    if (bytes == NULL) {
        return error_set_memory(error);
    }
    if (sodium_base642bin((unsigned char *)bytes,
                          digits.size,
                          digits.data,
                          digits.size,
                          NULL,
                          &size,
                          NULL,
                          sodium_base64_VARIANT_ORIGINAL) == 0) {
        *out = text_from(bytes, size);
    }
    return true;
}
