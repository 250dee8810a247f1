/* rtf.c — the plain text of RTF: groups, characters, and what control words stand between.
 * SPDX-License-Identifier: Apache-2.0 */
#include "rtf_internal.h"

#include <string.h>

enum {
    RUN_MAX = 1024,
    NO_BREAK_SPACE = 0xA0,
    NO_BREAK_HYPHEN = 0x2011
};

struct rtf_reader *rtf_reader_create(struct arena *arena)
{
    struct rtf_reader *reader = ARENA_NEW(arena, struct rtf_reader);

    if (reader != NULL) {
        reader->arena = arena;
        reader->out = (struct document_buffer){.arena = arena};
    }
    return reader;
}

/* The first one counts. */
void rtf_fail(struct rtf_reader *reader, enum document_status status)
{
    if (reader->status == DOCUMENT_OK) {
        reader->status = status;
    }
}

static const struct byte_encoding *table_of(struct rtf_reader *reader, int encoding)
{
    if (reader->tables[encoding] == NULL) {
        struct byte_encoding *table = ARENA_NEW(reader->arena, struct byte_encoding);
        if (table == NULL) {
            rtf_fail(reader, DOCUMENT_NO_MEMORY);
            return NULL;
        }
        rtf_encoding_make(encoding, table);
        reader->tables[encoding] = table;
    }
    return reader->tables[encoding];
}

/* Room for `size` bytes, unless half a character waits for its other half. */
static bool make_room(struct rtf_reader *reader, size_t size)
{
    if (reader->high != 0 || reader->partial_size > 0) {
        rtf_fail(reader, DOCUMENT_UNDECODABLE);
    }
    enum document_status status = document_buffer_reserve(&reader->out, size);
    if (status != DOCUMENT_OK) {
        rtf_fail(reader, status);
    }
    return reader->status == DOCUMENT_OK;
}

static void show(struct rtf_reader *reader, const void *bytes, size_t size)
{
    if (make_room(reader, size)) {
        memcpy(reader->out.data + reader->out.size, bytes, size);
        reader->out.size += size;
    }
}

static void show_code(struct rtf_reader *reader, uint32_t code)
{
    unsigned char bytes[4];
    size_t size = code == 0 ? 0 : utf8_encode(code, bytes);

    if (size == 0) {
        rtf_fail(reader, DOCUMENT_UNDECODABLE);
    } else {
        show(reader, bytes, size);
    }
}

/* \ansicpg65001: a character is complete when it is valid, and wrong when it has four bytes and is
 * not. */
static void show_utf8_byte(struct rtf_reader *reader, unsigned char byte)
{
    unsigned char *partial = reader->partial;
    size_t valid = 0;

    partial[reader->partial_size++] = byte;
    if (byte == 0) {
        rtf_fail(reader, DOCUMENT_UNDECODABLE);
    } else if (utf8_valid((const char *)partial, (size_t)reader->partial_size, &valid)) {
        size_t size = (size_t)reader->partial_size;
        reader->partial_size = 0;
        show(reader, partial, size);
    } else if (byte < 0x80 || reader->partial_size == 4) {
        rtf_fail(reader, DOCUMENT_UNDECODABLE);
    }
}

void rtf_show_byte(struct rtf_reader *reader, int encoding, unsigned char byte)
{
    if (encoding == RTF_ENCODING_UTF8) {
        show_utf8_byte(reader, byte);
        return;
    }
    const struct byte_encoding *table = table_of(reader, encoding);
    if (table != NULL && table->sizes[byte] == 0) {
        rtf_fail(reader, DOCUMENT_UNDECODABLE);
    } else if (table != NULL) {
        show(reader, table->text[byte], table->sizes[byte]);
    }
}

void rtf_show_unicode(struct rtf_reader *reader, int encoding, uint32_t code)
{
    if (rtf_encoding_is_symbols(encoding) && code >= 0xF020 && code <= 0xF0FF) {
        rtf_show_byte(reader, encoding, (unsigned char)(code & 0xFF));
    } else {
        show_code(reader, code);
    }
}

void rtf_character(struct rtf_reader *reader, uint32_t code)
{
    if (rtf_shown(reader)) {
        show_code(reader, code);
    }
}

void rtf_separate(struct rtf_reader *reader)
{
    size_t size = reader->out.size;
    char last = size == 0 ? '\n' : reader->out.data[size - 1];

    if (last != ' ' && last != '\t' && last != '\n') {
        rtf_character(reader, ' ');
    }
}

/* A byte of the text, as it stands or escaped. */
static void take_byte(struct rtf_reader *reader, unsigned char byte)
{
    if (reader->fallback_left > 0) {
        reader->fallback_left--;
    } else if (rtf_shown(reader)) {
        rtf_show_byte(reader, reader->now.encoding, byte);
    } else if (reader->now.mode == RTF_FONT_TABLE) {
        rtf_font_byte(reader, byte);
    } else if (reader->now.mode == RTF_INSTRUCTION) {
        rtf_field_byte(reader, byte);
    }
}

static void begin_group(struct rtf_reader *reader)
{
    reader->at++;
    reader->fallback_left = 0;
    if (reader->depth == LIMIT_RTF_DEPTH) {
        rtf_fail(reader, DOCUMENT_NESTED);
        return;
    }
    reader->groups[reader->depth++] = reader->now;
    reader->now.aside = false;
    reader->now.starred = false;
}

static void end_group(struct rtf_reader *reader)
{
    struct rtf_group ended = reader->now;
    int depth = reader->depth;

    reader->at++;
    reader->fallback_left = 0;
    if (ended.mode == RTF_FONT_TABLE) {
        rtf_font_end(reader);
    }
    if (ended.aside) {
        rtf_separate(reader);
    }
    reader->now = reader->groups[--reader->depth];
    if (ended.mode == RTF_FONT_TABLE && reader->now.mode == RTF_TEXT) {
        reader->now.encoding = (uint8_t)rtf_font_encoding(reader, reader->default_font);
    }
    if (ended.mode == RTF_INSTRUCTION && reader->now.mode != RTF_INSTRUCTION) {
        rtf_field_instructed(reader);
    }
    rtf_field_end(reader, depth);
}

static int hexadecimal(unsigned char c)
{
    unsigned char low = c | 0x20;
    return c >= '0' && c <= '9' ? c - '0' : low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

static void take_hexadecimal(struct rtf_reader *reader)
{
    if (reader->end - reader->at < 2) {
        rtf_fail(reader, DOCUMENT_CUT);
        return;
    }
    int high = hexadecimal(reader->at[0]);
    int low = hexadecimal(reader->at[1]);
    reader->at += 2;
    if (high < 0 || low < 0) {
        rtf_fail(reader, DOCUMENT_CORRUPT);
    } else {
        take_byte(reader, (unsigned char)(high << 4 | low));
    }
}

static void take_special(struct rtf_reader *reader, uint32_t code)
{
    if (reader->fallback_left > 0) {
        reader->fallback_left--;
    } else {
        rtf_character(reader, code);
    }
}

/* Behind a backslash: what is no letter. Those that are not known are nothing, but a blank keeps
 * words apart whoever wrote it. */
static void take_symbol(struct rtf_reader *reader)
{
    unsigned char symbol = *reader->at++;

    switch (symbol) {
    case '\'':
        take_hexadecimal(reader);
        break;
    case '\\':
    case '{':
    case '}':
        take_byte(reader, symbol);
        break;
    case '~':
        take_special(reader, NO_BREAK_SPACE);
        break;
    case '_':
        take_special(reader, NO_BREAK_HYPHEN);
        break;
    case '*':
        reader->now.starred = true;
        break;
    case '\r':
    case '\n':
        reader->fallback_left = 0;
        rtf_character(reader, '\n');
        break;
    case ' ':
    case '\t':
        take_special(reader, symbol);
        break;
    case 0:
        rtf_fail(reader, DOCUMENT_CORRUPT);
        break;
    default:
        if (symbol >= 0x80) {
            rtf_fail(reader, DOCUMENT_CORRUPT);
        }
        break;
    }
}

static bool letter(unsigned char c)
{
    unsigned char low = c | 0x20;
    return low >= 'a' && low <= 'z';
}

static bool digit(const struct rtf_reader *reader, ptrdiff_t offset)
{
    return reader->end - reader->at > offset && reader->at[offset] >= '0' &&
           reader->at[offset] <= '9';
}

/* The number behind a word; beyond what any word means it stays where it is. */
static bool take_number(struct rtf_reader *reader, int *value)
{
    bool negative = reader->at < reader->end && *reader->at == '-';
    int number = 0;

    if (!digit(reader, negative ? 1 : 0)) {
        return false;
    }
    reader->at += negative ? 1 : 0;
    while (digit(reader, 0)) {
        number = number > 99999999 ? number : number * 10 + (*reader->at - '0');
        reader->at++;
    }
    *value = negative ? -number : number;
    return true;
}

static void take_word(struct rtf_reader *reader)
{
    char name[RTF_WORD_SIZE] = {0};
    const unsigned char *from = reader->at;
    int value = 0;

    while (reader->at < reader->end && letter(*reader->at)) {
        reader->at++;
    }
    size_t size = (size_t)(reader->at - from);
    if (size < RTF_WORD_SIZE) {
        memcpy(name, from, size);
    }
    bool given = take_number(reader, &value);
    if (reader->at == reader->end) {
        rtf_fail(reader, DOCUMENT_CUT); /* perhaps within the word */
        return;
    }
    if (*reader->at == ' ') {
        reader->at++;
    }
    rtf_word(reader, name, given, value);
}

static void take_control(struct rtf_reader *reader)
{
    reader->at++;
    if (reader->at == reader->end) {
        rtf_fail(reader, DOCUMENT_CUT);
    } else if (letter(*reader->at)) {
        take_word(reader);
    } else {
        take_symbol(reader);
    }
}

/* Characters up to the next one that means something. */
static size_t run_size(const struct rtf_reader *reader)
{
    static const bool ends[256] = {
        ['{'] = true, ['}'] = true, ['\\'] = true, ['\r'] = true, ['\n'] = true, [0] = true};
    const unsigned char *at = reader->at;
    size_t left = (size_t)(reader->end - at);
    size_t max = left < RUN_MAX ? left : RUN_MAX;
    size_t size = 0;

    while (size < max && !ends[at[size]]) {
        size++;
    }
    return size;
}

/* What is decoded already; but in a font of symbols even letters are none. */
static void show_decoded(struct rtf_reader *reader, const unsigned char *run, size_t size)
{
    if (!rtf_encoding_is_symbols(reader->now.encoding)) {
        show(reader, run, size);
        return;
    }
    for (size_t i = 0; i < size && reader->status == DOCUMENT_OK; i++) {
        if (run[i] < 0x80) {
            rtf_show_byte(reader, reader->now.encoding, run[i]);
        } else {
            show(reader, run + i, 1);
        }
    }
}

static void show_bytes(struct rtf_reader *reader, const unsigned char *run, size_t size)
{
    const struct byte_encoding *table = table_of(reader, reader->now.encoding);

    if (table == NULL || !make_room(reader, size * sizeof table->text[0])) {
        return;
    }
    char *to = reader->out.data + reader->out.size;
    bool known = true;
    for (size_t i = 0; i < size; i++) {
        uint8_t bytes = table->sizes[run[i]];
        memcpy(to, table->text[run[i]], sizeof table->text[0]);
        known = known && bytes > 0;
        to += bytes;
    }
    reader->out.size = (size_t)(to - reader->out.data);
    if (!known) {
        rtf_fail(reader, DOCUMENT_UNDECODABLE);
    }
}

/* One character that stands for another: more bytes than one where they are decoded. */
static void skip_fallback(struct rtf_reader *reader)
{
    reader->fallback_left--;
    reader->at++;
    while (reader->decoded && reader->at < reader->end && (*reader->at & 0xC0) == 0x80) {
        reader->at++;
    }
}

static void take_run(struct rtf_reader *reader)
{
    while (reader->fallback_left > 0 && run_size(reader) > 0) {
        skip_fallback(reader);
    }
    const unsigned char *run = reader->at;
    size_t size = run_size(reader);
    reader->at += size;
    if (size > 0 && rtf_shown(reader)) {
        if (reader->decoded) {
            show_decoded(reader, run, size);
        } else if (reader->now.encoding != RTF_ENCODING_UTF8) {
            show_bytes(reader, run, size);
        } else {
            for (size_t i = 0; i < size && reader->status == DOCUMENT_OK; i++) {
                show_utf8_byte(reader, run[i]);
            }
        }
    } else if (reader->now.mode == RTF_FONT_TABLE || reader->now.mode == RTF_INSTRUCTION) {
        for (size_t i = 0; i < size; i++) {
            take_byte(reader, run[i]);
        }
    }
}

static void take_next(struct rtf_reader *reader)
{
    switch (*reader->at) {
    case '{':
        begin_group(reader);
        break;
    case '}':
        end_group(reader);
        break;
    case '\\':
        take_control(reader);
        break;
    case '\r':
    case '\n':
        reader->at++;
        break;
    case 0:
        rtf_fail(reader, DOCUMENT_CORRUPT);
        break;
    default:
        take_run(reader);
        break;
    }
}

static enum document_status read_rtf(struct rtf_reader *reader, struct text document, bool decoded)
{
    reader->at = (const unsigned char *)memchr(document.data, '{', document.size);
    reader->end = (const unsigned char *)document.data + document.size;
    reader->decoded = decoded;
    reader->status = DOCUMENT_OK;
    reader->out.size = 0;
    reader->depth = 0;
    reader->encoding = rtf_encoding_of_code_page(0);
    reader->now = (struct rtf_group){.encoding = (uint8_t)reader->encoding, .fallback = 1};
    reader->default_font = 0;
    reader->fallback_left = 0;
    reader->high = 0;
    reader->partial_size = 0;
    reader->cell_end = 0;
    reader->document++;
    reader->font_count = 0;
    reader->declaration.open = false;
    reader->symbol.there = false;
    do {
        take_next(reader);
    } while (reader->status == DOCUMENT_OK && reader->depth > 0 && reader->at < reader->end);
    if (reader->status == DOCUMENT_OK && reader->depth > 0) {
        return DOCUMENT_CUT;
    }
    if (reader->status == DOCUMENT_OK && (reader->high != 0 || reader->partial_size > 0)) {
        return DOCUMENT_UNDECODABLE;
    }
    struct text rest = text_from((const char *)reader->at, (size_t)(reader->end - reader->at));
    if (reader->status == DOCUMENT_OK && text_trim(rest).size > 0) {
        return DOCUMENT_CORRUPT;
    }
    return reader->status;
}

/* Bytes that are not RTF. */
static enum document_status read_plain(struct rtf_reader *reader,
                                       struct text document,
                                       struct text *out)
{
    if (document.size > 0 && memchr(document.data, 0, document.size) != NULL) {
        return DOCUMENT_UNDECODABLE;
    }
    if (utf8_valid(document.data, document.size, NULL)) {
        bool marked = document.size >= 3 && memcmp(document.data, "\xEF\xBB\xBF", 3) == 0;
        *out = marked ? text_from(document.data + 3, document.size - 3) : document;
        return DOCUMENT_OK;
    }
    reader->status = DOCUMENT_OK;
    reader->out.size = 0;
    reader->now = (struct rtf_group){.encoding = (uint8_t)rtf_encoding_of_code_page(0)};
    reader->high = 0;
    reader->partial_size = 0;
    for (uint32_t at = 0; at < document.size && reader->status == DOCUMENT_OK; at += RUN_MAX) {
        uint32_t left = document.size - at;
        show_bytes(
            reader, (const unsigned char *)document.data + at, left < RUN_MAX ? left : RUN_MAX);
    }
    *out = text_from(reader->out.data, reader->out.size);
    return reader->status;
}

enum document_status rtf_read(struct rtf_reader *reader,
                              struct text document,
                              bool decoded,
                              struct text *out)
{
    while (!decoded && document.size > 0 && document.data[document.size - 1] == 0) {
        document.size--;
    }
    enum document_kind kind = document_kind(document);
    *out = document;
    if (kind == DOCUMENT_RTF) {
        enum document_status status = read_rtf(reader, document, decoded);
        *out = text_from(reader->out.data, reader->out.size);
        return status;
    }
    if (decoded) {
        return DOCUMENT_OK;
    }
    return kind == DOCUMENT_OTHER ? read_plain(reader, document, out) : DOCUMENT_NO_TEXT;
}
