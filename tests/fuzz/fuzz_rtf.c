/* fuzz_rtf.c — RTF over arbitrary bytes.
 *
 * The first byte says whether the others are decoded already (1) or bytes (0). Held, whatever they
 * are: what comes out is valid UTF-8 without U+0000, not longer than its escapes can make it, and
 * the same when the document is read again, whatever was read in between.
 * SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "rtf.h"

#include <string.h>

static struct {
    struct rtf_reader *reader;
    struct arena arena;
    struct text_buffer first;
} fuzz;

static void check_text(struct text document, struct text text)
{
    FUZZ_ASSERT(utf8_valid(text.data, text.size, NULL));
    FUZZ_ASSERT(text.size == 0 || memchr(text.data, 0, text.size) == NULL);
    FUZZ_ASSERT(text.size <= (size_t)document.size * 3);
}

static void read_document(struct text document, bool decoded)
{
    struct text text = TEXT_NONE;
    struct text again = TEXT_NONE;
    enum document_status status = rtf_read(fuzz.reader, document, decoded, &text);

    FUZZ_ASSERT(status != DOCUMENT_NO_MEMORY);
    text_buffer_reset(&fuzz.first);
    if (status == DOCUMENT_OK) {
        check_text(document, text);
        text_buffer_push(&fuzz.first, text.data, text.size);
    }
    FUZZ_ASSERT(
        rtf_read(fuzz.reader, text_of("{\\rtf1\\mac{\\fonttbl{\\f0 Symbol;}}m"), true, &again) ==
        DOCUMENT_CUT);
    FUZZ_ASSERT(rtf_read(fuzz.reader, document, decoded, &again) == status);
    FUZZ_ASSERT(status != DOCUMENT_OK ||
                text_equal(again, text_from(fuzz.first.data, fuzz.first.size)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (fuzz.reader == NULL) {
        arena_init(&fuzz.arena, 65536, NULL);
        text_buffer_init(&fuzz.first, 1 << 20);
        fuzz.reader = rtf_reader_create(&fuzz.arena);
        FUZZ_ASSERT(fuzz.reader != NULL);
    }
    if (size > 0) {
        struct text document = text_from((const char *)data + 1, size - 1);
        bool decoded = (data[0] & 1) != 0;
        if (!decoded || (utf8_valid(document.data, document.size, NULL) &&
                         memchr(document.data, 0, document.size) == NULL)) {
            read_document(document, decoded);
        }
    }
    return 0;
}
