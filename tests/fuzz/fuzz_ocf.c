/* fuzz_ocf.c — OCF over arbitrary bytes, and round trips.
 *
 * The first byte says what the others are: 0 what is compressed, otherwise a document that is
 * compressed first, with or without a clear at its beginning and a marker at its end (bits 1 and
 * 2); the upper bits say how often strings are forgotten. Held: what was compressed comes back, and
 * of other bytes the result is bounded, and the same when they are decoded again.
 * SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "ocf.h"
#include "ocf_encoder.h"

#include "novate/limits.h"

#include <string.h>

static struct {
    struct ocf_decoder *decoder;
    struct arena arena;
    struct text_buffer first;
} fuzz;

static void decode(struct text bytes)
{
    struct text document = TEXT_NONE;
    struct text again = TEXT_NONE;
    bool plain = false;
    enum document_status status = ocf_decode(fuzz.decoder, bytes, &document, &plain);

    FUZZ_ASSERT(status == DOCUMENT_OK || status == DOCUMENT_CUT || status == DOCUMENT_CORRUPT);
    if (status == DOCUMENT_OK) {
        FUZZ_ASSERT(document.size <= LIMIT_DOCUMENT_BYTES);
        FUZZ_ASSERT(!plain || (document.size <= bytes.size && document.data == bytes.data));
        text_buffer_reset(&fuzz.first);
        text_buffer_push(&fuzz.first, document.data, document.size);
        FUZZ_ASSERT(ocf_decode(fuzz.decoder, bytes, &again, &plain) == status);
        FUZZ_ASSERT(text_equal(again, text_from(fuzz.first.data, fuzz.first.size)));
    }
}

static void encode(struct text document, uint8_t options)
{
    struct ocf_encoding encoding = {.begin_with_clear = (options & 2) != 0,
                                    .marker = (options & 4) != 0,
                                    .codes_max = 300 + (options >> 3) * 256};
    size_t size = 0;
    unsigned char *encoded = ocf_encode(document.data, document.size, &encoding, &size);
    struct text bytes = text_from((const char *)encoded, size);
    struct text out = TEXT_NONE;
    bool plain = false;

    /* Without a clear and a marker the codes of a document may look like a document. */
    if (document_kind(bytes) == DOCUMENT_OTHER) {
        FUZZ_ASSERT(ocf_decode(fuzz.decoder, bytes, &out, &plain) == DOCUMENT_OK && !plain);
        FUZZ_ASSERT(text_equal(out, document));
    }
    free(encoded);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (fuzz.decoder == NULL) {
        arena_init(&fuzz.arena, 65536, NULL);
        text_buffer_init(&fuzz.first, LIMIT_DOCUMENT_BYTES);
        fuzz.decoder = ocf_decoder_create(&fuzz.arena);
        FUZZ_ASSERT(fuzz.decoder != NULL);
    }
    if (size > 0) {
        struct text bytes = text_from((const char *)data + 1, size - 1);
        if ((data[0] & 1) == 0) {
            decode(bytes);
        } else {
            encode(bytes, data[0]);
        }
    }
    return 0;
}
