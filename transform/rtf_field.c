/* rtf_field.c — fields of RTF that show something although their result is empty: a symbol, as in
 * SYMBOL 109 \f "Symbol", and boxes of a form that are ticked or not.
 * SPDX-License-Identifier: Apache-2.0 */
#include "rtf_internal.h"

enum {
    NO_CHOICE = 25, /* of \ffres: the default counts */
    BOX = 0x2610,
    BOX_CHECKED = 0x2612
};

void rtf_field_begin(struct rtf_reader *reader)
{
    reader->instruction_size = 0;
    reader->checked = NO_CHOICE;
    reader->checked_first = 0;
}

void rtf_field_byte(struct rtf_reader *reader, unsigned char byte)
{
    if (reader->instruction_size < sizeof reader->instruction) {
        reader->instruction[reader->instruction_size++] = (char)byte;
    }
}

/* The next word of an instruction; one in quotes may have blanks. */
static struct text take_word(struct text *rest)
{
    *rest = text_trim(*rest);
    bool quoted = rest->size > 0 && rest->data[0] == '"';
    uint32_t from = quoted ? 1 : 0;
    uint32_t to = from;
    while (to < rest->size && rest->data[to] != (quoted ? '"' : ' ')) {
        to++;
    }
    struct text word = text_from(rest->data + from, to - from);
    to += quoted && to < rest->size ? 1 : 0;
    *rest = text_from(rest->data + to, rest->size - to);
    return word;
}

/* Decimal, or hexadecimal behind 0x. */
static bool read_number(struct text word, uint32_t *number)
{
    bool hexadecimal = word.size > 2 && word.data[0] == '0' && (word.data[1] | ' ') == 'x';
    uint32_t base = hexadecimal ? 16 : 10;
    uint32_t value = 0;
    uint32_t at = hexadecimal ? 2 : 0;

    if (word.size == 0 || word.size > 8) {
        return false;
    }
    for (; at < word.size; at++) {
        char c = word.data[at];
        char low = (char)(c | ' ');
        uint32_t digit = c >= '0' && c <= '9'       ? (uint32_t)(c - '0')
                         : low >= 'a' && low <= 'f' ? (uint32_t)(low - 'a') + 10
                                                    : 16;
        if (digit >= base) {
            return false;
        }
        value = value * base + digit;
    }
    *number = value;
    return true;
}

static void read_symbol(struct rtf_reader *reader, struct text rest)
{
    struct rtf_symbol *symbol = &reader->symbol;

    symbol->encoding = reader->encoding;
    if (!read_number(take_word(&rest), &symbol->code)) {
        return;
    }
    while (rest.size > 0) {
        struct text word = take_word(&rest);
        if (text_equal_case(word, text_of("\\f"))) {
            symbol->encoding = rtf_encoding_of_font(1, take_word(&rest), reader->encoding);
        } else if (text_equal_case(word, text_of("\\u"))) {
            symbol->unicode = true;
        }
    }
    symbol->unicode = symbol->unicode || symbol->code > 0xFF;
    symbol->there = true;
}

void rtf_field_instructed(struct rtf_reader *reader)
{
    struct text rest = text_from(reader->instruction, reader->instruction_size);
    struct text word = take_word(&rest);

    reader->symbol = (struct rtf_symbol){.depth = reader->depth, .size = reader->out.size};
    if (text_equal_case(word, text_of("SYMBOL"))) {
        read_symbol(reader, rest);
    } else if (text_equal_case(word, text_of("FORMCHECKBOX"))) {
        int checked = reader->checked == NO_CHOICE ? reader->checked_first : reader->checked;
        reader->symbol.there = true;
        reader->symbol.unicode = true;
        reader->symbol.code = checked != 0 ? BOX_CHECKED : BOX;
    }
}

void rtf_field_end(struct rtf_reader *reader, int depth)
{
    struct rtf_symbol symbol = reader->symbol;

    if (!symbol.there || symbol.depth != depth) {
        return;
    }
    reader->symbol.there = false;
    if (symbol.size != reader->out.size || !rtf_shown(reader)) {
        return;
    }
    if (symbol.unicode) {
        rtf_show_unicode(reader, symbol.encoding, symbol.code);
    } else {
        rtf_show_byte(reader, symbol.encoding, (unsigned char)symbol.code);
    }
}
