/* rtf_encoding.h — the encodings that bytes of RTF are in: code pages, by number or by a font's
 * character set, and fonts that show Greek letters or pictures in place of letters.
 *
 * A micro sign is often the letter m in the font Symbol: read as a letter, micrograms become
 * milligrams.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_RTF_ENCODING_H
#define TRANSFORM_RTF_ENCODING_H

#include "novate/attr.h"
#include "novate/encoding.h"
#include "novate/text.h"

#include <stdbool.h>

enum {
    RTF_ENCODING_NONE,      /* one that is not read here: ASCII, and nothing else is known */
    RTF_ENCODING_UTF8,      /* \ansicpg65001 */
    RTF_ENCODING_SYMBOL,    /* the font Symbol */
    RTF_ENCODING_WINGDINGS, /* the characters of the font Wingdings that letters use */
    RTF_ENCODING_PICTURES,  /* other fonts of symbols: nobody knows */
    RTF_ENCODING_CODE_PAGES,
    RTF_ENCODING_COUNT = RTF_ENCODING_CODE_PAGES + 16
};

/* 0 is windows-1252. */
int rtf_encoding_of_code_page(int code_page);
/* Of a font; `otherwise` where its character set says nothing. */
int rtf_encoding_of_font(int charset, struct text name, int otherwise);
bool rtf_encoding_is_symbols(int encoding);
/* Not of UTF-8. */
void rtf_encoding_make(int encoding, struct byte_encoding *table);

#endif
