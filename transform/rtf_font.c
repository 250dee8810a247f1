/* rtf_font.c — the table of fonts of RTF: which encoding each of them means.
 *
 * The table is hashed by the font's number, which need not be small. A slot that an earlier
 * document filled is free: nothing is cleared between documents.
 * SPDX-License-Identifier: Apache-2.0 */
#include "rtf_internal.h"

static uint32_t first_slot(int number)
{
    return (uint32_t)number * UINT32_C(2654435761) % RTF_FONT_SLOTS;
}

/* The encoding of the document where the font was not declared. */
int rtf_font_encoding(const struct rtf_reader *reader, int number)
{
    uint32_t at = first_slot(number);

    while (reader->fonts[at].document == reader->document) {
        if (reader->fonts[at].number == number) {
            return reader->fonts[at].encoding;
        }
        at = (at + 1) % RTF_FONT_SLOTS;
    }
    return reader->encoding;
}

static void store(struct rtf_reader *reader, int number, int encoding)
{
    uint32_t at = first_slot(number);

    while (reader->fonts[at].document == reader->document && reader->fonts[at].number != number) {
        at = (at + 1) % RTF_FONT_SLOTS;
    }
    if (reader->fonts[at].document != reader->document && reader->font_count++ == LIMIT_RTF_FONTS) {
        rtf_fail(reader, DOCUMENT_NESTED);
        return;
    }
    reader->fonts[at] = (struct rtf_font){reader->document, number, encoding};
}

void rtf_font_end(struct rtf_reader *reader)
{
    struct rtf_declaration *font = &reader->declaration;

    if (!font->open) {
        return;
    }
    font->open = false;
    int encoding = rtf_encoding_of_font(
        font->charset, text_trim(text_from(font->name, font->name_size)), reader->encoding);
    if (font->code_page >= 0 && !rtf_encoding_is_symbols(encoding)) {
        encoding = rtf_encoding_of_code_page(font->code_page);
    }
    store(reader, font->number, encoding);
}

void rtf_font_begin(struct rtf_reader *reader, int number)
{
    rtf_font_end(reader);
    reader->declaration =
        (struct rtf_declaration){.open = true, .number = number, .charset = 1, .code_page = -1};
}

/* A character of a font's name, which ends with a semicolon. */
void rtf_font_byte(struct rtf_reader *reader, unsigned char byte)
{
    struct rtf_declaration *font = &reader->declaration;

    if (byte == ';') {
        rtf_font_end(reader);
    } else if (font->name_size < sizeof font->name) {
        font->name[font->name_size++] = (char)byte;
    }
}
