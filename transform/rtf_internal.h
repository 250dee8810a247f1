/* rtf_internal.h — the state of reading RTF, for rtf*.c.
 *
 * rtf.c goes through groups and characters, rtf_word.c knows control words, rtf_font.c fonts, and
 * rtf_field.c fields whose content is not in their result.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_RTF_INTERNAL_H
#define TRANSFORM_RTF_INTERNAL_H

#include "rtf.h"
#include "rtf_encoding.h"

#include "novate/limits.h"

#include <assert.h>
#include <stdint.h>

/* What the characters of a group are. */
enum rtf_mode {
    RTF_TEXT,
    RTF_CARRIER, /* nothing, but a group within may be text */
    RTF_SKIP,    /* nothing, and nothing within is */
    RTF_FONT_TABLE,
    RTF_INSTRUCTION, /* of a field */
};

struct rtf_group {
    uint8_t mode;
    uint8_t encoding;
    bool hidden;
    bool deleted;
    bool starred; /* the next control word begins something that may be skipped */
    bool aside;   /* a footnote */
    int fallback; /* characters behind \u that stand for it */
};

#define RTF_FONT_SLOTS 4096
static_assert(LIMIT_RTF_FONTS * 2 <= RTF_FONT_SLOTS, "a slot is always found");

struct rtf_font {
    uint32_t document; /* that it was declared in; another: the slot is free */
    int number;
    int encoding;
};

/* A font while it is declared. */
struct rtf_declaration {
    bool open;
    int number;
    int charset;
    int code_page; /* -1: not said */
    uint32_t name_size;
    char name[32];
};

/* What a field shows, where its result is empty. */
struct rtf_symbol {
    bool there;
    bool unicode; /* `code` is a character, not a byte */
    int encoding;
    uint32_t code;
    int depth;   /* of the field's group */
    size_t size; /* of the text before */
};

struct rtf_reader {
    struct arena *arena;
    struct document_buffer out;
    struct byte_encoding *tables[RTF_ENCODING_COUNT]; /* made when they are needed */
    const unsigned char *at;
    const unsigned char *end;
    bool decoded;
    enum document_status status;
    int depth;
    struct rtf_group now;
    struct rtf_group groups[LIMIT_RTF_DEPTH];
    int encoding; /* of the document */
    int default_font;
    int fallback_left;        /* characters still to be skipped */
    uint32_t high;            /* a surrogate that waits for its other half; or 0 */
    unsigned char partial[4]; /* a character of UTF-8 that is not complete */
    int partial_size;
    size_t cell_end; /* size of the text behind the last cell */
    uint32_t document;
    int font_count;
    struct rtf_font fonts[RTF_FONT_SLOTS];
    struct rtf_declaration declaration;
    char instruction[128];
    uint32_t instruction_size;
    int checked; /* of a box: 0, 1, or as `checked_first` says */
    int checked_first;
    struct rtf_symbol symbol;
};

/* rtf.c */
static inline bool rtf_shown(const struct rtf_reader *reader)
{
    return reader->now.mode == RTF_TEXT && !reader->now.hidden && !reader->now.deleted;
}
void rtf_fail(struct rtf_reader *reader, enum document_status status);
/* A character, shown or not. */
void rtf_character(struct rtf_reader *reader, uint32_t code);
/* A blank, unless there is one. */
void rtf_separate(struct rtf_reader *reader);
/* A byte in an encoding, or one of the pictures that some write as U+F020 to U+F0FF, shown. */
void rtf_show_byte(struct rtf_reader *reader, int encoding, unsigned char byte);
void rtf_show_unicode(struct rtf_reader *reader, int encoding, uint32_t code);

/* rtf_word.c */
enum {
    RTF_WORD_SIZE = 16 /* longer than every word that is known */
};
/* Control word `name`, padded with zeros, or all zero for one that is longer. */
void rtf_word(struct rtf_reader *reader, const char name[RTF_WORD_SIZE], bool given, int value);

/* rtf_font.c */
int rtf_font_encoding(const struct rtf_reader *reader, int number);
void rtf_font_begin(struct rtf_reader *reader, int number);
void rtf_font_byte(struct rtf_reader *reader, unsigned char byte);
void rtf_font_end(struct rtf_reader *reader);

/* rtf_field.c */
void rtf_field_begin(struct rtf_reader *reader);
void rtf_field_byte(struct rtf_reader *reader, unsigned char byte);
/* The instruction is complete; the group of the field is the current one. */
void rtf_field_instructed(struct rtf_reader *reader);
/* The group of depth `depth` ended, and may have been a field. */
void rtf_field_end(struct rtf_reader *reader, int depth);

#endif
