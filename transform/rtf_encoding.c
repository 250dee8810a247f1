/* rtf_encoding.c — the encodings that bytes of RTF are in.
 * Source   code pages of Windows; character sets of the RTF specification; the encoding of the font
 * Symbol as Adobe and Unicode list it; characters that Unicode took over from Wingdings.
 * SPDX-License-Identifier: Apache-2.0 */
#include "rtf_encoding.h"

#include <assert.h>
#include <string.h>

static const struct {
    int number;
    const char *name; /* iconv's */
} code_pages[] = {
    {1252, "CP1252"},
    {1250, "CP1250"},
    {1251, "CP1251"},
    {1253, "CP1253"},
    {1254, "CP1254"},
    {1256, "CP1256"},
    {1257, "CP1257"},
    {437, "CP437"},
    {850, "CP850"},
    {852, "CP852"},
    {866, "CP866"},
    {874, "CP874"},
    {10000, "MACINTOSH"},
    {28591, "ISO-8859-1"},
    {28592, "ISO-8859-2"},
    {28605, "ISO-8859-15"},
};
#define CODE_PAGES (sizeof code_pages / sizeof *code_pages)
static_assert(CODE_PAGES == RTF_ENCODING_COUNT - RTF_ENCODING_CODE_PAGES, "one encoding each");

/* clang-format off */
static const uint16_t symbol[256] = {
    ['\t'] = '\t',
    [0x20] = 0x0020, 0x0021, 0x2200, 0x0023, 0x2203, 0x0025, 0x0026, 0x220B,
    [0x28] = 0x0028, 0x0029, 0x2217, 0x002B, 0x002C, 0x2212, 0x002E, 0x002F,
    [0x30] = 0x0030, 0x0031, 0x0032, 0x0033, 0x0034, 0x0035, 0x0036, 0x0037,
    [0x38] = 0x0038, 0x0039, 0x003A, 0x003B, 0x003C, 0x003D, 0x003E, 0x003F,
    [0x40] = 0x2245, 0x0391, 0x0392, 0x03A7, 0x0394, 0x0395, 0x03A6, 0x0393,
    [0x48] = 0x0397, 0x0399, 0x03D1, 0x039A, 0x039B, 0x039C, 0x039D, 0x039F,
    [0x50] = 0x03A0, 0x0398, 0x03A1, 0x03A3, 0x03A4, 0x03A5, 0x03C2, 0x03A9,
    [0x58] = 0x039E, 0x03A8, 0x0396, 0x005B, 0x2234, 0x005D, 0x22A5, 0x005F,
    [0x60] = 0x203E, 0x03B1, 0x03B2, 0x03C7, 0x03B4, 0x03B5, 0x03C6, 0x03B3,
    [0x68] = 0x03B7, 0x03B9, 0x03D5, 0x03BA, 0x03BB, 0x03BC, 0x03BD, 0x03BF,
    [0x70] = 0x03C0, 0x03B8, 0x03C1, 0x03C3, 0x03C4, 0x03C5, 0x03D6, 0x03C9,
    [0x78] = 0x03BE, 0x03C8, 0x03B6, 0x007B, 0x007C, 0x007D, 0x223C, 0x0000,
    [0xA0] = 0x20AC, 0x03D2, 0x2032, 0x2264, 0x2044, 0x221E, 0x0192, 0x2663,
    [0xA8] = 0x2666, 0x2665, 0x2660, 0x2194, 0x2190, 0x2191, 0x2192, 0x2193,
    [0xB0] = 0x00B0, 0x00B1, 0x2033, 0x2265, 0x00D7, 0x221D, 0x2202, 0x2022,
    [0xB8] = 0x00F7, 0x2260, 0x2261, 0x2248, 0x2026, 0x23D0, 0x23AF, 0x21B5,
    [0xC0] = 0x2135, 0x2111, 0x211C, 0x2118, 0x2297, 0x2295, 0x2205, 0x2229,
    [0xC8] = 0x222A, 0x2283, 0x2287, 0x2284, 0x2282, 0x2286, 0x2208, 0x2209,
    [0xD0] = 0x2220, 0x2207, 0x00AE, 0x00A9, 0x2122, 0x220F, 0x221A, 0x22C5,
    [0xD8] = 0x00AC, 0x2227, 0x2228, 0x21D4, 0x21D0, 0x21D1, 0x21D2, 0x21D3,
    [0xE0] = 0x22C4, 0x27E8, 0x00AE, 0x00A9, 0x2122, 0x2211, 0x239B, 0x239C,
    [0xE8] = 0x239D, 0x23A1, 0x23A2, 0x23A3, 0x23A7, 0x23A8, 0x23A9, 0x23AA,
    [0xF0] = 0x0000, 0x27E9, 0x222B, 0x2320, 0x23AE, 0x2321, 0x239E, 0x239F,
    [0xF8] = 0x23A0, 0x23A4, 0x23A5, 0x23A6, 0x23AB, 0x23AC, 0x23AD, 0x0000,
};

static const uint16_t wingdings[256] = {
    ['\t'] = '\t',
    [0x20] = 0x0020, [0x28] = 0x260E, [0x2A] = 0x2709, [0x4A] = 0x263A, [0x4C] = 0x2639,
    [0x6C] = 0x25CF, [0x6E] = 0x25A0, [0x6F] = 0x25A1, [0x71] = 0x2751, [0x72] = 0x2752,
    [0x74] = 0x29EB, [0x75] = 0x25C6, [0x76] = 0x2756, [0x81] = 0x2460, [0x82] = 0x2461,
    [0x83] = 0x2462, [0x84] = 0x2463, [0x85] = 0x2464, [0x86] = 0x2465, [0x87] = 0x2466,
    [0x88] = 0x2467, [0x89] = 0x2468, [0x8A] = 0x2469, [0x8C] = 0x2776, [0x8D] = 0x2777,
    [0x8E] = 0x2778, [0x8F] = 0x2779, [0x90] = 0x277A, [0x91] = 0x277B, [0x92] = 0x277C,
    [0x93] = 0x277D, [0x94] = 0x277E, [0x95] = 0x277F, [0x9F] = 0x2022, [0xA1] = 0x25CB,
    [0xA7] = 0x25AA, [0xA8] = 0x25FB, [0xD8] = 0x27A2, [0xDF] = 0x2190, [0xE0] = 0x2192,
    [0xE1] = 0x2191, [0xE2] = 0x2193, [0xE8] = 0x2794, [0xF0] = 0x21E8, [0xFB] = 0x2717,
    [0xFC] = 0x2713, [0xFD] = 0x2612, [0xFE] = 0x2611,
};
/* clang-format on */

int rtf_encoding_of_code_page(int code_page)
{
    if (code_page == 65001) {
        return RTF_ENCODING_UTF8;
    }
    for (size_t i = 0; i < CODE_PAGES; i++) {
        if (code_pages[i].number == code_page || code_page == 0) {
            return RTF_ENCODING_CODE_PAGES + (int)i;
        }
    }
    return RTF_ENCODING_NONE;
}

int rtf_encoding_of_font(int charset, struct text name, int otherwise)
{
    static const struct {
        int charset;
        int code_page;
    } charsets[] = {
        {0, 1252}, /* ANSI */
        {77, 10000},
        {161, 1253}, /* Greek */
        {162, 1254}, /* Turkish */
        {178, 1256}, /* Arabic */
        {186, 1257}, /* Baltic */
        {204, 1251}, /* Russian */
        {222, 874},  /* Thai */
        {238, 1250}, /* Eastern Europe */
        {254, 437},
        {255, 850},
    };
    if (text_equal_case(name, text_of("Symbol")) || text_equal_case(name, text_of("SymbolMT"))) {
        return RTF_ENCODING_SYMBOL;
    }
    if (text_equal_case(name, text_of("Wingdings"))) {
        return RTF_ENCODING_WINGDINGS;
    }
    if (charset == 2) {
        return RTF_ENCODING_PICTURES;
    }
    for (size_t i = 0; i < sizeof charsets / sizeof *charsets; i++) {
        if (charsets[i].charset == charset) {
            return rtf_encoding_of_code_page(charsets[i].code_page);
        }
    }
    return charset == 1 ? otherwise : RTF_ENCODING_NONE;
}

bool rtf_encoding_is_symbols(int encoding)
{
    return encoding == RTF_ENCODING_SYMBOL || encoding == RTF_ENCODING_WINGDINGS ||
           encoding == RTF_ENCODING_PICTURES;
}

static void make_symbols(const uint16_t *codes, struct byte_encoding *table)
{
    for (int byte = 0; byte < 256; byte++) {
        if (codes[byte] != 0) {
            table->sizes[byte] = (uint8_t)utf8_encode(codes[byte], table->text[byte]);
        }
    }
}

void rtf_encoding_make(int encoding, struct byte_encoding *table)
{
    static const uint16_t blanks[256] = {['\t'] = '\t', [' '] = ' '};

    *table = (struct byte_encoding){.sizes = {0}};
    if (rtf_encoding_is_symbols(encoding)) {
        make_symbols(encoding == RTF_ENCODING_SYMBOL      ? symbol
                     : encoding == RTF_ENCODING_WINGDINGS ? wingdings
                                                          : blanks,
                     table);
    } else if (encoding < RTF_ENCODING_CODE_PAGES ||
               !byte_encoding_init(table, code_pages[encoding - RTF_ENCODING_CODE_PAGES].name)) {
        *table = (struct byte_encoding){.sizes = {0}};
        for (int byte = 1; byte < 0x80; byte++) {
            table->sizes[byte] = 1;
            table->text[byte][0] = (unsigned char)byte;
        }
    }
    table->sizes[0] = 0; /* U+0000 is no text */
}
