/* documents.c — what a report says; the contract is in documents.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "documents.h"

#include "words.h"

#include <string.h>

enum {
    RTF_PERCENT = 70,
    COMPRESSED_PERCENT = 85
};

static void add(struct document *document, const char *text)
{
    size_t size = strlen(text);
    if (document->size + size <= sizeof document->text) {
        memcpy(document->text + document->size, text, size);
        document->size += size;
    }
}

static void choose_shape(struct document *document, struct dice *dice)
{
    document->rtf = dice_percent(dice, RTF_PERCENT);
    document->compressed = dice_percent(dice, COMPRESSED_PERCENT);
    document->two_chunks = document->index % 4 == 0;
    if (document->kind == D63 || document->kind == V02) {
        document->compressed = document->kind == D63;
        document->rtf = document->rtf || document->kind == V02;
    } else if (document->kind == D65) {
        document->rtf = true;
    }
}

void document_of(const struct trust *trust, int64_t index, struct document *document)
{
    struct dice dice = trust_dice(trust, T_CE_BLOB, index);

    document->index = index;
    document->size = 0;
    document->kind = dirt_at(&trust->dirt, DOCUMENTS, index, &document->which);
    choose_shape(document, &dice);
    if (document->rtf) {
        add(document,
            "{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0\\fswiss Arial;}}\\f0\\fs20 ");
    }
    int64_t sentences = 4 + dice_below(&dice, 20);
    for (int64_t i = 0; i < sentences; i++) {
        add(document, word_any(WORDS_REPORT, &dice));
        if (document->kind == D65 && i == 0) {
            add(document,
                " The patient\\'92s film\\u8217?s quality: \\'93good\\'94, caf\\'e9 \\{sic\\}.");
        }
        if (document->kind == D64 && i == 1) {
            add(document, " The archive's ocf_blob ends here and ocf_blob begins again.");
        }
        add(document, i % 3 == 2 ? (document->rtf ? "\\par\r\n" : "\r\n") : " ");
    }
    if (document->rtf) {
        add(document, "\\par}");
    }
}
