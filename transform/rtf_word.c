/* rtf_word.c — control words of RTF: rtf_words.def, and what they do.
 * SPDX-License-Identifier: Apache-2.0 */
#include "rtf_internal.h"

#include <string.h>

enum action {
    ACTION_CHARACTER,
    ACTION_CELL,
    ACTION_ROW,
    ACTION_SKIP,    /* the group is no text */
    ACTION_CARRIER, /* nor is this one, but it may have a group of the next kind */
    ACTION_SHOW,    /* text in a carrier */
    ACTION_FONT_TABLE,
    ACTION_INSTRUCTION,
    ACTION_ASIDE,
    ACTION_CODE_PAGE, /* of the document */
    ACTION_DEFAULT_FONT,
    ACTION_FONT,
    ACTION_CHARSET,
    ACTION_FONT_CODE_PAGE,
    ACTION_FALLBACK,
    ACTION_UNICODE,
    ACTION_BINARY,
    ACTION_PLAIN,
    ACTION_HIDDEN,
    ACTION_DELETED,
    ACTION_CHECKED,
    ACTION_CHECKED_FIRST,
};

struct word {
    char name[RTF_WORD_SIZE]; /* padded with zeros */
    enum action action;
    int value;
};

static const struct word *find(const char name[RTF_WORD_SIZE])
{
    static const struct word words[] = {
#define WORD(name, action, value) {name, ACTION_##action, value},
#include "rtf_words.def"
#undef WORD
    };
    size_t low = 0;
    size_t high = sizeof words / sizeof *words;

    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = memcmp(name, words[middle].name, RTF_WORD_SIZE);
        if (order == 0) {
            return &words[middle];
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return NULL;
}

/* Does the word say what kind of group it stands in? */
static bool is_destination(enum action action)
{
    return action >= ACTION_SKIP && action <= ACTION_ASIDE;
}

static void begin_destination(struct rtf_reader *reader, enum action action)
{
    struct rtf_group *now = &reader->now;

    if (action == ACTION_SHOW) {
        now->mode = now->mode == RTF_CARRIER ? RTF_TEXT : now->mode;
    } else if (action == ACTION_CARRIER) {
        now->mode = now->mode == RTF_TEXT ? RTF_CARRIER : now->mode;
    } else if (action == ACTION_FONT_TABLE && now->mode == RTF_TEXT) {
        now->mode = RTF_FONT_TABLE;
    } else if (action == ACTION_INSTRUCTION && now->mode == RTF_TEXT) {
        now->mode = RTF_INSTRUCTION;
        rtf_field_begin(reader);
    } else if (action == ACTION_ASIDE) {
        now->aside = true;
        rtf_separate(reader);
    } else {
        now->mode = RTF_SKIP;
    }
}

static void set_code_page(struct rtf_reader *reader, int code_page)
{
    if (reader->now.mode == RTF_TEXT) {
        reader->encoding = rtf_encoding_of_code_page(code_page);
        reader->now.encoding = (uint8_t)reader->encoding;
    }
}

static void set_font(struct rtf_reader *reader, int number)
{
    if (reader->now.mode == RTF_FONT_TABLE) {
        rtf_font_begin(reader, number);
    } else {
        reader->now.encoding = (uint8_t)rtf_font_encoding(reader, number);
    }
}

static void unicode(struct rtf_reader *reader, bool given, int value)
{
    uint32_t code = (uint32_t)(value < 0 ? value + 0x10000 : value);

    reader->fallback_left = reader->now.fallback;
    if (!given || code > 0x10FFFF) {
        rtf_fail(reader, DOCUMENT_CORRUPT);
    } else if (!rtf_shown(reader)) {
        return;
    } else if (code >= 0xD800 && code <= 0xDBFF && reader->high == 0) {
        reader->high = code;
    } else if (code >= 0xDC00 && code <= 0xDFFF && reader->high != 0) {
        uint32_t high = reader->high;
        reader->high = 0;
        rtf_show_unicode(
            reader, reader->now.encoding, 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00));
    } else {
        rtf_show_unicode(reader, reader->now.encoding, code);
    }
}

/* Bytes that are no RTF, in groups that are shown as well as in others. */
static void skip_binary(struct rtf_reader *reader, int size)
{
    if (size < 0 || reader->end - reader->at < size) {
        rtf_fail(reader, DOCUMENT_CUT);
        return;
    }
    reader->at += size;
    if (reader->decoded && reader->at < reader->end && (*reader->at & 0xC0) == 0x80) {
        rtf_fail(reader, DOCUMENT_CORRUPT); /* in the middle of a character */
    }
}

/* The tab behind the last cell of a row gives way to the end of the line. */
static void end_row(struct rtf_reader *reader)
{
    if (rtf_shown(reader) && reader->out.size > 0 && reader->cell_end == reader->out.size) {
        reader->out.size--;
    }
    rtf_character(reader, '\n');
}

static void apply(struct rtf_reader *reader, const struct word *word, bool given, int value)
{
    switch (word->action) {
    case ACTION_CHARACTER:
        rtf_character(reader, (uint32_t)word->value);
        break;
    case ACTION_CELL:
        rtf_character(reader, '\t');
        reader->cell_end = rtf_shown(reader) ? reader->out.size : reader->cell_end;
        break;
    case ACTION_ROW:
        end_row(reader);
        break;
    case ACTION_CODE_PAGE:
        set_code_page(reader, given && word->value == 0 ? value : word->value);
        break;
    case ACTION_DEFAULT_FONT:
        reader->default_font = value;
        break;
    case ACTION_FONT:
        set_font(reader, value);
        break;
    case ACTION_CHARSET:
        reader->declaration.charset = value;
        break;
    case ACTION_FONT_CODE_PAGE:
        reader->declaration.code_page = value;
        break;
    case ACTION_FALLBACK:
        reader->now.fallback = !given ? 1 : value < 0 ? 0 : value;
        break;
    case ACTION_UNICODE:
        unicode(reader, given, value);
        break;
    case ACTION_BINARY:
        skip_binary(reader, value);
        break;
    case ACTION_PLAIN:
        reader->now.encoding = (uint8_t)rtf_font_encoding(reader, reader->default_font);
        reader->now.hidden = false;
        reader->now.deleted = false;
        break;
    case ACTION_HIDDEN:
        reader->now.hidden = !given || value != 0;
        break;
    case ACTION_DELETED:
        reader->now.deleted = !given || value != 0;
        break;
    case ACTION_CHECKED:
        reader->checked = value;
        break;
    case ACTION_CHECKED_FIRST:
        reader->checked_first = value;
        break;
    case ACTION_SKIP:
    case ACTION_CARRIER:
    case ACTION_SHOW:
    case ACTION_FONT_TABLE:
    case ACTION_INSTRUCTION:
    case ACTION_ASIDE:
        begin_destination(reader, word->action);
        break;
    }
}

/* Ends a line or a cell, or is a character of its own: what no writer means as the likeness of
 * another character, even where it says that one follows. */
static bool stands_alone(const struct word *word)
{
    return (word->action == ACTION_CHARACTER && word->value < ' ') || word->action == ACTION_CELL ||
           word->action == ACTION_ROW || word->action == ACTION_UNICODE;
}

void rtf_word(struct rtf_reader *reader, const char name[RTF_WORD_SIZE], bool given, int value)
{
    const struct word *word = find(name);
    bool starred = reader->now.starred;

    reader->now.starred = false;
    if (starred && (word == NULL || !is_destination(word->action))) {
        reader->now.mode = RTF_SKIP;
        return;
    }
    if (reader->fallback_left > 0) {
        reader->fallback_left--;
        if (word != NULL && stands_alone(word)) {
            reader->fallback_left = 0;
        } else if (word == NULL || word->action != ACTION_BINARY) {
            return;
        }
    }
    if (word != NULL) {
        apply(reader, word, given, value);
    }
}
