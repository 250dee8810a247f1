/* kernel_health_name.c — names of persons for display: capitals and small letters, nothing else.
 *
 * Only a name that is all capitals or all small is changed: whoever wrote it in both meant it.
 * Words begin with a capital, behind blanks, hyphens, points and brackets; and so does what follows
 * Mc, Mac (with exceptions) and a single letter with an apostrophe (O'Brien, D'Arcy). Words such as
 * van der stay small where a name follows. Letters of Latin, accents included; others stay.
 * SPDX-License-Identifier: Apache-2.0 */
#include "kernel_health.h"
#include "kernels.h"

#include <string.h>

enum letter_case {
    CASE_NONE,
    CASE_CAPITAL,
    CASE_SMALL
};

/* Of U+00C0 to U+017F and U+1E00 to U+1EFF. `*other` is the letter in the other case, which has as
 * many bytes. */
static enum letter_case latin_case(uint32_t c, uint32_t *other)
{
    if (c >= 0xc0 && c <= 0xfe && c != 0xd7 && c != 0xdf && c != 0xf7) {
        *other = c ^ 0x20;
        return c < 0xe0 ? CASE_CAPITAL : CASE_SMALL;
    }
    if (c == 0xff || c == 0x178) {
        *other = c == 0xff ? 0x178 : 0xff;
        return c == 0xff ? CASE_SMALL : CASE_CAPITAL;
    }
    bool even = (c >= 0x100 && c <= 0x137 && c != 0x130 && c != 0x131) ||
                (c >= 0x14a && c <= 0x177) || (c >= 0x1e00 && c <= 0x1e95) ||
                (c >= 0x1ea0 && c <= 0x1eff);
    bool odd = (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17e);
    if (!even && !odd) {
        return CASE_NONE;
    }
    bool capital = (c % 2 == 0) == even;
    *other = capital ? c + 1 : c - 1;
    return capital ? CASE_CAPITAL : CASE_SMALL;
}

/* The character at `data`: its case, and its bytes. */
struct letter {
    enum letter_case is;
    uint32_t size;
    uint32_t number; /* of two or three bytes */
    uint32_t other;
};

static struct letter letter_at(const char *data, uint32_t size)
{
    const unsigned char *c = (const unsigned char *)data;
    struct letter letter = {CASE_NONE, 1, c[0], c[0]};

    if (c[0] < 0x80) {
        letter.is = c[0] >= 'A' && c[0] <= 'Z'   ? CASE_CAPITAL
                    : c[0] >= 'a' && c[0] <= 'z' ? CASE_SMALL
                                                 : CASE_NONE;
        letter.other = c[0] ^ 0x20U;
    } else if (c[0] < 0xe0 && size >= 2) {
        letter.size = 2;
        letter.number = (c[0] & 0x1fU) << 6 | (c[1] & 0x3fU);
        letter.is = latin_case(letter.number, &letter.other);
    } else if (c[0] < 0xf0 && size >= 3) {
        letter.size = 3;
        letter.number = (c[0] & 0x0fU) << 12 | (c[1] & 0x3fU) << 6 | (c[2] & 0x3fU);
        letter.is = latin_case(letter.number, &letter.other);
    } else if (c[0] >= 0xf0 && size >= 4) {
        letter.size = 4;
    }
    return letter;
}

/* Writes the letter at `data` in that case. */
static void put_letter(char *data, struct letter letter, enum letter_case wanted)
{
    if (letter.is == CASE_NONE || letter.is == wanted) {
        return;
    }
    uint32_t c = letter.other;
    if (letter.size == 1) {
        data[0] = (char)c;
    } else if (letter.size == 2) {
        data[0] = (char)(0xc0 | c >> 6);
        data[1] = (char)(0x80 | (c & 0x3f));
    } else {
        data[0] = (char)(0xe0 | c >> 12);
        data[1] = (char)(0x80 | (c >> 6 & 0x3f));
        data[2] = (char)(0x80 | (c & 0x3f));
    }
}

/* Are there letters of one case only? */
static bool is_one_case(struct text text)
{
    bool found[3] = {false};

    for (uint32_t at = 0; at < text.size;) {
        struct letter letter = letter_at(text.data + at, text.size - at);
        found[letter.is] = true;
        at += letter.size;
    }
    return found[CASE_CAPITAL] != found[CASE_SMALL];
}

static bool ends_word(char c)
{
    return c == ' ' || c == '-' || c == '.' || c == '(' || c == ')' || c == ',' || c == '/' ||
           (unsigned char)c < ' ';
}

enum list {
    LIST_PLAIN_MAC,
    LIST_PARTICLE,
    LIST_ARTICLE,
    LIST_NUMERAL
};

static bool in_list(enum list list, struct text word)
{
    static const struct {
        enum list list;
        struct text word;
    } entries[] = {
#define NAME(list, word) {LIST_##list, {.data = (word), .size = sizeof(word) - 1}},
#include "name_case.def"
#undef NAME
    };
    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++) {
        if (entries[i].list == list && text_equal_case(word, entries[i].word)) {
            return true;
        }
    }
    return false;
}

/* Bytes of the apostrophe at `at`: ' or U+2019; 0: there is none. */
static uint32_t apostrophe(struct text word, uint32_t at)
{
    if (at < word.size && word.data[at] == '\'') {
        return 1;
    }
    return at + 3 <= word.size && memcmp(word.data + at, "\u2019", 3) == 0 ? 3 : 0;
}

/* Where a second capital stands in the word, or 0. */
static uint32_t second_capital(struct text word)
{
    uint32_t behind = word.size > 0 ? letter_at(word.data, word.size).size : 0;
    uint32_t sign = apostrophe(word, behind);

    if (sign > 0) {
        return behind + sign;
    }
    if (word.size >= 4 && text_equal_case(text_from(word.data, 2), text_of("MC"))) {
        return 2;
    }
    bool mac = word.size >= 6 && text_equal_case(text_from(word.data, 3), text_of("MAC"));
    return mac && !in_list(LIST_PLAIN_MAC, word) ? 3 : 0;
}

/* What decides how a word is written. */
struct place {
    bool after_de;
    bool blank_follows; /* and so another word, since ends are trimmed */
    bool blank_before;
    bool last;
};

static void write_word(char *data, struct text word, struct place place)
{
    bool small = place.blank_follows &&
                 (in_list(LIST_PARTICLE, word) || (place.after_de && in_list(LIST_ARTICLE, word)));
    bool numeral = place.last && place.blank_before && in_list(LIST_NUMERAL, word);
    uint32_t second = small || numeral ? 0 : second_capital(word);

    for (uint32_t at = 0; at < word.size;) {
        struct letter letter = letter_at(word.data + at, word.size - at);
        bool capital = numeral || (!small && (at == 0 || (second > 0 && at == second)));
        put_letter(data + at, letter, capital ? CASE_CAPITAL : CASE_SMALL);
        at += letter.size;
    }
}

/* `data` is a copy of the name. */
static void write_name(char *data, struct text name)
{
    bool after_de = false;
    uint32_t end = text_trim(name).size + (uint32_t)(text_trim(name).data - name.data);

    for (uint32_t at = 0; at < end;) {
        uint32_t size = 0;
        while (at + size < end && !ends_word(name.data[at + size])) {
            size++;
        }
        struct text word = text_from(name.data + at, size);
        struct place place = {.after_de = after_de,
                              .blank_follows = at + size < end && name.data[at + size] == ' ',
                              .blank_before = at > 0 && name.data[at - 1] == ' ',
                              .last = at + size == end};
        write_word(data + at, word, place);
        if (size > 0) {
            after_de = text_equal_case(word, text_of("DE"));
        }
        at += size + 1;
    }
}

void kernel_person_name(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct text name = call_text(call, 0, row);
        if (!is_one_case(name)) {
            call->result->texts[row] = name;
            continue;
        }
        char *data = call_bytes(call, name.size);
        if (data == NULL) {
            return;
        }
        memcpy(data, name.data, name.size);
        write_name(data, name);
        if (memcmp(data, name.data, name.size) == 0) {
            call->result->texts[row] = name;
        } else {
            call->result->texts[row] = text_from(data, name.size);
            health_say(call, row, RULE_NAME_CASE);
        }
    }
}
