/* test_rtf.c — RTF to plain text: each rule of the specification, what word processors write, and
 * what is damaged.
 * SPDX-License-Identifier: Apache-2.0 */
#include "rtf.h"
#include "seed.h"

#include "novate/limits.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct arena arena;
static struct rtf_reader *reader;

static void setup(void)
{
    arena_init(&arena, 65536, NULL);
    reader = rtf_reader_create(&arena);
    ck_assert_ptr_nonnull(reader);
}

static void teardown(void)
{
    arena_release(&arena);
}

static const char *status_name(enum document_status status)
{
    static const char *const names[] = {"!ok",
                                        "!cut",
                                        "!corrupt",
                                        "!nested",
                                        "!undecodable",
                                        "!no text",
                                        "!too large",
                                        "!no memory"};
    return names[status];
}

static void check_sized(
    const char *rtf, size_t size, bool decoded, const char *expected, size_t expected_size)
{
    struct text out = TEXT_NONE;
    enum document_status status = rtf_read(reader, text_from(rtf, size), decoded, &out);
    struct text found = status == DOCUMENT_OK ? out : text_of(status_name(status));

    ck_assert_msg(text_equal(found, text_from(expected, expected_size)),
                  "%s: \"%s\" expected, \"%.*s\" found",
                  rtf,
                  expected,
                  (int)found.size,
                  found.data);
}

/* RTF, and its text or what is wrong with it. Where it is ASCII bytes and text are the same. */
struct rtf_case {
    const char *rtf;
    const char *text;
};

static void check_cases(const struct rtf_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *rtf = cases[i].rtf;
        bool ascii = true;
        for (const char *at = rtf; *at != '\0'; at++) {
            ascii = ascii && *at > 0;
        }
        if (ascii) {
            check_sized(rtf, strlen(rtf), true, cases[i].text, strlen(cases[i].text));
        }
        check_sized(rtf, strlen(rtf), false, cases[i].text, strlen(cases[i].text));
    }
}

#define CHECK_CASES(cases) check_cases((cases), sizeof(cases) / sizeof(cases)[0])

START_TEST(words_and_lines)
{
    static const struct rtf_case cases[] = {
        {"{\\rtf1\\ansi Hb 13.2 g/dL\\par Plts 250}", "Hb 13.2 g/dL\nPlts 250"},
        {"{\\rtf1 one\\b0 two}", "onetwo"}, /* a control word takes one blank */
        {"{\\rtf1 one\\b0  two}", "one two"},
        {"{\\rtf1 one {\\b two} three}", "one two three"},
        {"{\\rtf1 one{\\b\\i two}three}", "onetwothree"},
        {"{\\rtf1 one\r\n two\nthree}", "one twothree"},
        {"{\\rtf1 one\\line two\\page three\\sect four\\column five}",
         "one\ntwo\nthree\nfour\nfive"},
        {"{\\rtf1 one\\\ntwo\\\r\nthree}", "one\ntwo\nthree"},
        {"{\\rtf1 one\\tab two\tthree}", "one\ttwo\tthree"},
        {"{\\rtf1 a\\~b\\_c\\-d\\:e\\|f}", "a\302\240b\342\200\221cdef"},
        {"{\\rtf1 a\\ b}", "a b"},
        {"{\\rtf1 \\{x\\}\\\\}", "{x}\\"},
        {"{\\rtf1\\fs24-5\\fs-24 6\\ql7}", "-56"},
        {"{\\rtf1\\pard\\plain\\sa200\\sl276\\slmult1 x}", "x"},
        {"{\\rtf1\\aveylongcontrolwordthatnobodyknows1234567890123 x}", "x"},
        {"{\\rtf}", ""},
        {"{\\rtf1}", ""},
        {" \r\n{\\rtf1 x}\r\n", "x"},
        {"\357\273\277{\\rtf1 x}", "x"},
    };
    CHECK_CASES(cases);
}
END_TEST

START_TEST(named_characters)
{
    static const struct rtf_case cases[] = {
        {"{\\rtf1 a\\emdash b\\endash c}", "a\342\200\224b\342\200\223c"},
        {"{\\rtf1 \\lquote x\\rquote\\ldblquote y\\rdblquote}",
         "\342\200\230x\342\200\231\342\200\234y\342\200\235"},
        {"{\\rtf1 \\bullet  x}", "\342\200\242 x"},
        {"{\\rtf1 a\\enspace b\\emspace c\\qmspace d}", "a\342\200\202b\342\200\203c\342\200\205d"},
        {"{\\rtf1 a\\zwj\\zwnj b}", "a\342\200\215\342\200\214b"},
    };
    CHECK_CASES(cases);
}
END_TEST

START_TEST(tables)
{
    static const struct rtf_case cases[] = {
        {"{\\rtf1\\trowd\\cellx100\\cellx200\\intbl Na\\cell 140\\cell\\row\\intbl K\\cell 4.1"
         "\\cell\\row After}",
         "Na\t140\nK\t4.1\nAfter"},
        {"{\\rtf1\\intbl a\\cell\\cell\\row}", "a\t\n"},
        {"{\\rtf1\\intbl x\\nestcell y\\nestcell{\\*\\nesttableprops\\trowd\\nestrow}"
         "{\\nonesttables\\par}z\\cell\\row}",
         "x\ty\nz\n"},
    };
    CHECK_CASES(cases);
}
END_TEST

START_TEST(destinations)
{
    static const struct rtf_case cases[] = {
        {"{\\rtf1{\\fonttbl{\\f0\\fswiss Arial;}}{\\colortbl;\\red0;}{\\stylesheet{\\s0 Normal;}}"
         "{\\info{\\title T}{\\author A}}{\\*\\generator Riched20;}x}",
         "x"},
        {"{\\rtf1{\\header Trust}{\\footerf Page}{\\pict\\wmetafile8 0123}{\\*\\unknown a{b}c}x}",
         "x"},
        {"{\\rtf1{\\listtext 1.\\tab}First{\\pntext\\bullet\\tab}Second}",
         "1.\tFirst\342\200\242\tSecond"},
        {"{\\rtf1{\\field{\\*\\fldinst HYPERLINK \"http://x\"}{\\fldrslt link}} end}", "link end"},
        {"{\\rtf1{\\*\\shppict{\\pict x}}{\\nonshppict{\\pict x}}y}", "y"},
        {"{\\rtf1{\\shp{\\*\\shpinst\\shpleft1{\\sp{\\sn a}{\\sv b}}{\\shptxt In a box\\par}}"
         "{\\shprslt{\\*\\do{\\dptxbxtext In a box}}}}x}",
         "In a box\nx"},
        {"{\\rtf1{\\*\\do\\dobxpage{\\dptxbx{\\dptxbxtext old box}}}}", "old box"},
        {"{\\rtf1{\\object\\objemb{\\*\\objclass X}{\\*\\objdata 00}{\\result shown}}}", "shown"},
        {"{\\rtf1{\\upr{\\bkmkname ascii}{\\*\\ud unicode}}}", "unicode"},
        {"{\\rtf1 dose{\\footnote as charted} given}", "dose as charted  given"},
        {"{\\rtf1{\\*\\annotation not for the patient}{\\*\\atnid x}y}", "y"},
        {"{\\rtf1 a{\\v hidden}b{\\v hidden\\v0 shown}c{\\v x\\plain y}}", "abshowncy"},
        {"{\\rtf1 {\\deleted Allergic}{\\deleted0  Not allergic}}", " Not allergic"},
        {"{\\rtf1{\\header{\\shptxt x}}{\\header{\\result x}}y}", "y"},
    };
    CHECK_CASES(cases);
}
END_TEST

START_TEST(code_pages)
{
    static const struct rtf_case cases[] = {
        {"{\\rtf1\\ansi\\ansicpg1252 Caf\\'e9 \\'93x\\'94}",
         "Caf\303\251 \342\200\234x\342\200\235"},
        {"{\\rtf1\\ansi\\ansicpg1250 \\'e8}", "\304\215"},
        {"{\\rtf1 \\'e9\\'E9}", "\303\251\303\251"},
        {"{\\rtf1\\ansicpg0 \\'e9}", "\303\251"},
        {"{\\rtf1\\mac \\'8e}", "\303\251"},
        {"{\\rtf1\\pc \\'82}", "\303\251"},
        {"{\\rtf1\\pca \\'9b}", "\303\270"},
        {"{\\rtf1\\ansicpg65001 \\'c3\\'a9\\'e2\\'82\\'ac\\'f0\\'9f\\'98\\'80x}",
         "\303\251\342\202\254\360\237\230\200x"},
        {"{\\rtf1\\ansicpg65001 \\'c3x}", "!undecodable"},
        {"{\\rtf1\\ansicpg65001 \\'c3\\par\\'a9}", "!undecodable"},
        {"{\\rtf1\\ansicpg65001 \\'80\\'80\\'80\\'80\\'80}", "!undecodable"},
        {"{\\rtf1\\ansicpg65001 \\'c3}", "!undecodable"},
        {"{\\rtf1 \\'81}", "!undecodable"}, /* never given out */
        {"{\\rtf1\\ansicpg932 abc}", "abc"},
        {"{\\rtf1\\ansicpg932 \\'83\\'5c}", "!undecodable"},
        {"{\\rtf1 \\'00}", "!undecodable"},
        {"{\\rtf1{\\*\\x \\'81}{\\v \\'81}{\\header\\'81}y}", "y"}, /* nobody sees it */
    };
    CHECK_CASES(cases);
}
END_TEST

#define FONTS                                                                                      \
    "{\\fonttbl{\\f0\\fswiss\\fcharset0 Arial;}{\\f1\\fcharset204{\\*\\falt X}Arial CYR;}"         \
    "{\\f2\\fnil\\cpg1253 Greek;}{\\f3\\froman\\fcharset2 Symbol;}"                                \
    "{\\f4\\fcharset2 Wingdings;}{\\f5\\fcharset2 Marlett;}{\\f6\\fcharset128 MS Mincho;}"         \
    "{\\f31502\\fcharset238 Far;}{\\f7\\fcharset1 Default;}\\f8\\fcharset77 Mac;}"

START_TEST(fonts)
{
    static const struct rtf_case cases[] = {
        {"{\\rtf1" FONTS "\\f0 \\'e9\\f1 \\'e9\\f0 \\'e9}", "\303\251\320\271\303\251"},
        {"{\\rtf1" FONTS "{\\f1 \\'e9}\\'e9}", "\320\271\303\251"},
        {"{\\rtf1" FONTS "\\f2 \\'e1\\f31502 \\'e8\\f8 \\'8e}", "\316\261\304\215\303\251"},
        {"{\\rtf1\\deff1" FONTS "\\'e9\\f0 \\'e9\\plain \\'e9}", "\320\271\303\251\320\271"},
        {"{\\rtf1\\ansicpg1250" FONTS "\\f7 \\'e8\\f99 \\'e8\\f0 \\'e8}",
         "\304\215\304\215\303\250"},
        /* micrograms, not milligrams */
        {"{\\rtf1" FONTS "5 {\\f3 m}g}", "5 \316\274g"},
        {"{\\rtf1" FONTS "{\\f3\\'b3} 5 {\\f3 \\'a3} 6{\\f3\\'b0}C}",
         "\342\211\245 5 \342\211\244 6\302\260C"},
        {"{\\rtf1" FONTS "{\\f3\\u-3913 ?} x}", "\342\200\242 x"},
        {"{\\rtf1" FONTS "{\\f3\\u61549\\'6d}g}", "\316\274g"},
        {"{\\rtf1" FONTS "{\\f4\\'fe} yes {\\f4 o} no {\\f4\\'a7}}",
         "\342\230\221 yes \342\226\241 no \342\226\252"},
        {"{\\rtf1" FONTS "{\\f4 A}}", "!undecodable"},
        {"{\\rtf1" FONTS "{\\f5 a}}", "!undecodable"},
        {"{\\rtf1" FONTS "{\\f5  \\tab}x}", " \tx"},
        {"{\\rtf1" FONTS "\\f6 abc}", "abc"},
        {"{\\rtf1" FONTS "\\f6 \\'83\\'5c}", "!undecodable"},
        {"{\\rtf1\\deff0{\\fonttbl\\f0\\fnil\\fcharset204 X}\\'e9}", "\320\271"},
    };
    CHECK_CASES(cases);
}
END_TEST

START_TEST(unicode)
{
    static const struct rtf_case cases[] = {
        {"{\\rtf1\\ansi\\uc1 \\u8217?s}", "\342\200\231s"},
        {"{\\rtf1 \\u8217\\'92s}", "\342\200\231s"},
        {"{\\rtf1 \\u8217 ?s}", "\342\200\231s"},
        {"{\\rtf1\\uc0 \\u8217 s\\u233}", "\342\200\231s\303\251"},
        {"{\\rtf1\\uc2 \\u8217\\'81\\'92s}", "\342\200\231s"},
        {"{\\rtf1\\uc2 \\u8217?}s", "!corrupt"},
        {"{\\rtf1{\\uc2 \\u8217?}s}", "\342\200\231s"}, /* a group ends what is skipped */
        {"{\\rtf1{\\uc0 \\u8217}\\u8217?s}", "\342\200\231\342\200\231s"},
        {"{\\rtf1 \\u8217\\rquote s}", "\342\200\231s"},
        {"{\\rtf1 \\u8217\\~s}", "\342\200\231s"},
        {"{\\rtf1 \\u8217\\{s}", "\342\200\231s"},
        {"{\\rtf1 \\u8217\\par s}", "\342\200\231\ns"}, /* no likeness of it */
        {"{\\rtf1 \\u945\\u946 ?}", "\316\261\316\262"},
        {"{\\rtf1 \\u-10179?\\u-8704?x}", "\360\237\230\200x"},
        {"{\\rtf1 \\u55357?\\u56832?x}", "\360\237\230\200x"},
        {"{\\rtf1 \\u128512?x}", "\360\237\230\200x"},
        {"{\\rtf1 \\u-10179?x}", "!undecodable"},
        {"{\\rtf1 \\u-10179?}", "!undecodable"},
        {"{\\rtf1 \\u-8704?}", "!undecodable"},
        {"{\\rtf1 \\u-10179?\\u-10179?\\u-8704?}", "!undecodable"},
        {"{\\rtf1 \\u0?}", "!undecodable"},
        {"{\\rtf1 \\u1114112?}", "!corrupt"},
        {"{\\rtf1 \\u-70000?}", "!corrupt"},
        {"{\\rtf1 \\u99999999999?}", "!corrupt"},
        {"{\\rtf1 \\u?}", "!corrupt"},
        {"{\\rtf1\\v\\u8217?\\v0 x}", "x"},
    };
    CHECK_CASES(cases);
}
END_TEST

START_TEST(fields_without_a_result)
{
#define FIELD(instruction, result)                                                                 \
    "{\\rtf1 5 {\\field{\\*\\fldinst " instruction "}{\\fldrslt" result "}}g}"
#define BOX(settings)                                                                              \
    FIELD("{FORMCHECKBOX }{\\*\\formfield{\\fftype1" settings "{\\*\\ffname Check1}}}", "")
    static const struct rtf_case cases[] = {
        {FIELD("SYMBOL 109 \\\\f \"Symbol\" \\\\s 10", "\\f3\\fs20"), "5 \316\274g"},
        {FIELD("{\\rs1 SYMBOL 0x6D \\\\f Symbol}", "{\\f3}"), "5 \316\274g"},
        {FIELD("SYMBOL 61549 \\\\f \"Symbol\"", ""), "5 \316\274g"},
        {FIELD("SYMBOL 181", ""), "5 \302\265g"},
        {FIELD("SYMBOL 8805 \\\\u", ""), "5 \342\211\245g"},
        {FIELD("SYMBOL 109 \\\\f \"Symbol\"", " m"), "5 mg"}, /* the result counts */
        {FIELD("SYMBOL 65 \\\\f \"Wingdings\"", ""), "!undecodable"},
        {FIELD("SYMBOL x", ""), "5 g"},
        {FIELD("PAGE", " 1"), "5 1g"},
        {BOX("\\ffres1\\ffdefres0"), "5 \342\230\222g"},
        {BOX("\\ffres0\\ffdefres1"), "5 \342\230\220g"},
        {BOX("\\ffres25\\ffdefres1"), "5 \342\230\222g"},
        {BOX("\\ffdefres0"), "5 \342\230\220g"},
    };
    CHECK_CASES(cases);
}
END_TEST

START_TEST(binary_is_passed_over)
{
    static const char zeros[] = "{\\rtf1 a{\\pict\\bin5 }{\\\0}}b}";

    check_sized(zeros, sizeof zeros - 1, false, "ab", 2);
    static const struct rtf_case cases[] = {
        {"{\\rtf1 a\\bin3 }}}b}", "ab"},
        {"{\\rtf1 a\\bin0 b}", "ab"},
        {"{\\rtf1\\u233\\bin2 }}b}", "\303\251b"}, /* stands for the character */
        {"{\\rtf1 a\\bin3 }", "!cut"},
        {"{\\rtf1 a\\bin999999999999 }", "!cut"},
        {"{\\rtf1 a\\bin-1 }", "!cut"},
    };
    CHECK_CASES(cases);
    check_sized("{\\rtf1\\bin1 \303\251}", 15, true, "!corrupt", 8);
}
END_TEST

START_TEST(characters_that_are_decoded_stay)
{
    static const char rtf[] =
        "{\\rtf1\\ansicpg1250" FONTS "\303\251\\'e8\\u233\303\251x{\\f3 m\303\251}}";
    static const char text[] = "\303\251\303\250\303\251x\316\274\303\251";

    check_sized(rtf, sizeof rtf - 1, true, text, sizeof text - 1);
}
END_TEST

START_TEST(bytes_are_decoded)
{
    static const struct rtf_case cases[] = {
        {"{\\rtf1 Caf\351\\u233\351x}", "Caf\303\251\303\251x"},
        {"{\\rtf1\\ansicpg65001 Caf\303\251}", "Caf\303\251"},
        {"{\\rtf1\\ansicpg65001 Caf\351}", "!undecodable"},
        {"{\\rtf1 \201}", "!undecodable"},
    };
    CHECK_CASES(cases);
    check_sized("{\\rtf1 x}\0\0", 11, false, "x", 1);
    check_sized("{\\rtf1 x\0}", 10, false, "!corrupt", 8);
}
END_TEST

START_TEST(what_is_not_rtf_stays)
{
    static const struct rtf_case cases[] = {
        {"plain text", "plain text"},
        {"", ""},
        {"{\\rt", "{\\rt"},
        {"{\\rtfx}", "{\\rtfx}"},
        {"x {\\rtf1 y}", "x {\\rtf1 y}"},
        {"a\\par b }", "a\\par b }"},
        {"Caf\303\251", "Caf\303\251"}, /* bytes in UTF-8 */
        {"Caf\351 \200", "Caf\303\251 \342\202\254"},
        {"Caf\351 \201", "!undecodable"},
        {"\357\273\277x", "x"},
    };
    CHECK_CASES(cases);
    check_sized("\357\273\277x", 4, true, "\357\273\277x", 4);
    check_sized("a\0b", 3, false, "!undecodable", 12);
    check_sized("ab\0", 3, false, "ab", 2);
    check_sized("%PDF-1.4", 8, false, "!no text", 8);
    check_sized("\211PNG\r\n\032\n", 8, false, "!no text", 8);
    check_sized("%PDF-1.4", 8, true, "%PDF-1.4", 8);
}
END_TEST

START_TEST(damage_is_told)
{
    static const struct rtf_case cases[] = {
        {"{\\rtf1 x", "!cut"},
        {"{\\rtf1 {\\b x}", "!cut"},
        {"{\\rtf1 x\\", "!cut"},
        {"{\\rtf1 x\\'", "!cut"},
        {"{\\rtf1 x\\'e", "!cut"},
        {"{\\rtf1 x\\'ez}", "!corrupt"},
        {"{\\rtf1 x\\'}}", "!corrupt"},
        {"{\\rtf1 x}}", "!corrupt"},
        {"{\\rtf1 x} more", "!corrupt"},
        {"{\\rtf1 x}{\\rtf1 y}", "!corrupt"},
        {"{\\rtf1 x\\\351}", "!corrupt"},
    };
    CHECK_CASES(cases);
}
END_TEST

/* A cut anywhere is told, and never reads past the end. */
START_TEST(every_cut_is_told)
{
    static const char rtf[] =
        "{\\rtf1\\ansi\\deff0" FONTS "{\\*\\x y}\\pard Caf\\'e9 \\u8217?s {\\f3 m}\\bin2 }}\\par}";

    for (size_t size = 6; size < sizeof rtf - 1; size++) {
        char *copy = malloc(size);
        ck_assert_ptr_nonnull(copy);
        memcpy(copy, rtf, size);
        struct text out;
        ck_assert_int_eq(rtf_read(reader, text_from(copy, size), size % 2 == 0, &out),
                         DOCUMENT_CUT);
        free(copy);
    }
}
END_TEST

/* {\rtf1 {{{…x…}}} with so many groups in all. */
static void check_depth(int depth, const char *expected)
{
    size_t size = (size_t)depth * 2 + 6;
    char *rtf = malloc(size);

    ck_assert_ptr_nonnull(rtf);
    memcpy(rtf, "{\\rtf1", 6);
    memset(rtf + 6, '{', (size_t)depth - 1);
    rtf[depth + 5] = 'x';
    memset(rtf + depth + 6, '}', (size_t)depth);
    check_sized(rtf, size, true, expected, strlen(expected));
    free(rtf);
}

START_TEST(depth_is_bounded)
{
    check_depth(LIMIT_RTF_DEPTH, "x");
    check_depth(LIMIT_RTF_DEPTH + 1, "!nested");
}
END_TEST

static void check_fonts(int count, const char *expected)
{
    struct text_buffer rtf;

    text_buffer_init(&rtf, 1 << 20);
    text_buffer_string(&rtf, "{\\rtf1{\\fonttbl");
    for (int i = 0; i < count; i++) {
        text_buffer_format(&rtf, "{\\f%d\\fcharset204 A;}", i * 7);
    }
    text_buffer_string(&rtf, "{\\f7 B;}}\\f7 \\'e9\\f14 \\'e9}");
    check_sized(rtf.data, rtf.size, true, expected, strlen(expected));
    text_buffer_release(&rtf);
}

START_TEST(fonts_are_bounded)
{
    check_fonts(LIMIT_RTF_FONTS, "\303\251\320\271");
    check_fonts(LIMIT_RTF_FONTS + 1, "!nested");
    check_fonts(LIMIT_RTF_FONTS, "\303\251\320\271"); /* nothing of the one before is left */
}
END_TEST

START_TEST(results_are_bounded)
{
    size_t size = LIMIT_DOCUMENT_BYTES + 64;
    char *rtf = malloc(size);

    ck_assert_ptr_nonnull(rtf);
    memset(rtf, 'x', size);
    memcpy(rtf, "{\\rtf1 ", 7);
    rtf[size - 1] = '}';
    check_sized(rtf, size, true, "!too large", 10);
    free(rtf);
}
END_TEST

/* No order of words and groups does anything but give text or say what is wrong. */
START_TEST(random_documents_give_valid_text)
{
    static const char *const pieces[] = {"{",
                                         "}",
                                         "\\par ",
                                         "\\u8217?",
                                         "\\uc2 ",
                                         "\\'e9",
                                         "x",
                                         " ",
                                         "\\f3 ",
                                         "\\v ",
                                         "\\plain ",
                                         "\\*",
                                         "\\fonttbl ",
                                         "\\f3\\fcharset2 Symbol;",
                                         "\\shpinst ",
                                         "\\shptxt ",
                                         "\\fldinst ",
                                         "SYMBOL 109",
                                         "\\cell ",
                                         "\\row ",
                                         "\\ansicpg65001 ",
                                         "\\u-10179?",
                                         "\\u-8704?",
                                         "\\bin1 ",
                                         "\\footnote ",
                                         "\\~",
                                         "\303\251",
                                         "\\upr ",
                                         "\\ud ",
                                         "\\'c3",
                                         "\\'a9",
                                         "\\deleted ",
                                         "\\header ",
                                         "\\formfield ",
                                         "\\ffres1 "};
    struct seed seed = seed_of(1);
    struct text_buffer rtf;
    int good = 0;

    text_buffer_init(&rtf, 1 << 20);
    for (int round = 0; round < 20000; round++) {
        int open = 1;
        text_buffer_reset(&rtf);
        text_buffer_string(&rtf, "{\\rtf1 ");
        for (int i = seed_below(&seed, 30); i > 0; i--) {
            const char *piece = pieces[seed_below(&seed, (int)(sizeof pieces / sizeof pieces[0]))];
            open += piece[0] == '{' ? 1 : piece[0] == '}' ? -1 : 0;
            if (open == 0) {
                open = 1;
                continue;
            }
            text_buffer_string(&rtf, piece);
        }
        for (; open > 0; open--) {
            text_buffer_char(&rtf, '}');
        }
        struct text out = TEXT_NONE;
        enum document_status status =
            rtf_read(reader, text_from(rtf.data, rtf.size), seed_below(&seed, 2) == 0, &out);
        if (status == DOCUMENT_OK) {
            good++;
            ck_assert_msg(utf8_valid(out.data, out.size, NULL), "%s", rtf.data);
        }
    }
    ck_assert_int_gt(good, 5000);
    text_buffer_release(&rtf);
}
END_TEST

/* They are looked for by halves. */
START_TEST(known_words_are_in_order)
{
    static const char *const words[] = {
#define WORD(name, action, value) name,
#include "rtf_words.def"
#undef WORD
    };
    for (size_t i = 1; i < sizeof words / sizeof *words; i++) {
        ck_assert_msg(strcmp(words[i - 1], words[i]) < 0, "%s", words[i]);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {words_and_lines,
                                  named_characters,
                                  tables,
                                  destinations,
                                  code_pages,
                                  fonts,
                                  unicode,
                                  fields_without_a_result,
                                  binary_is_passed_over,
                                  characters_that_are_decoded_stay,
                                  bytes_are_decoded,
                                  what_is_not_rtf_stays,
                                  damage_is_told,
                                  every_cut_is_told,
                                  depth_is_bounded,
                                  fonts_are_bounded,
                                  results_are_bounded,
                                  random_documents_give_valid_text,
                                  known_words_are_in_order};
    Suite *suite = suite_create("rtf");
    TCase *tcase = tcase_create("rtf");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, 60);
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        tcase_add_test(tcase, tests[i]);
    }
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
