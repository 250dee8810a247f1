/* kernel_health_postcode.c — postcodes of the United Kingdom, and those that the NHS made.
 *
 * The last three characters, inward, are a digit and two letters; what stands before them, outward,
 * is one of A9 A99 A9A AA9 AA99 AA9A with certain letters at each place. A text that has none of
 * these forms is read again with O for 0, I for 1 and the other way about: where exactly one of
 * these readings is a postcode of an area that exists, that is it.
 * Source   NHS Data Model and Dictionary, POSTCODE; Royal Mail, Programmers' Guide to PAF; BS 7666.
 * SPDX-License-Identifier: Apache-2.0 */
#include "kernel_health.h"
#include "kernels.h"

#include <string.h>

enum {
    POSTCODE_LEAST = 5,
    POSTCODE_MOST = 7,
    INWARD = 3
};

/* The letters and digits of a text, and how they were written. */
struct letters {
    char data[POSTCODE_MOST];
    uint32_t size;
    int blanks;        /* at all */
    uint32_t blank_at; /* the letters before the last one */
    bool small, punctuation;
};

static bool one_of(char c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

static bool area_exists(char first, char second)
{
    static const bool areas[26][27] = {
#define AREA(first, second)   [(first) - 'A'][(second) - '@'] = true,
#define PSEUDO(code, meaning) /* not of an area */
#include "postcodes.def"
#undef AREA
#undef PSEUDO
    };
    return areas[first - 'A'][is_capital(second) ? second - '@' : 0];
}

static bool inward_valid(const char *c)
{
    static const char set[] = "ABDEFGHJLNPQRSTUWXYZ";
    return is_digit(c[0]) && one_of(c[1], set) && one_of(c[2], set);
}

/* The district behind the area: 9, 99 without a leading zero, or 9 and a letter of the set. */
static bool district_valid(const char *c, uint32_t size, const char *set)
{
    if (size == 0 || size > 2 || !is_digit(c[0])) {
        return false;
    }
    return size == 1 || (is_digit(c[1]) ? c[0] != '0' : one_of(c[1], set));
}

static bool outward_valid(const char *c, uint32_t size)
{
    if (!is_capital(c[0]) || one_of(c[0], "QVX")) {
        return false;
    }
    if (is_digit(c[1])) {
        return district_valid(c + 1, size - 1, "ABCDEFGHJKPSTUW");
    }
    return !one_of(c[1], "IJZ") && district_valid(c + 2, size - 2, "ABEHMNPRVWXY");
}

static bool begins(const char *c, uint32_t size, const char *with)
{
    size_t length = strlen(with);
    return size >= length && memcmp(c, with, length) == 0;
}

/* What those letters and digits are, five to seven. */
static enum word classify(const char *c, uint32_t size)
{
    if (begins(c, size, "BFPO")) {
        return all_digits(c + 4, size - 4) ? WORD_POSTCODE_BFPO : WORD_POSTCODE_OUTWARD;
    }
    if (size == 7 && begins(c, size, "ZZ99")) {
        return is_digit(c[4]) && is_capital(c[5]) && c[6] == 'Z' ? WORD_POSTCODE_PSEUDO
                                                                 : WORD_POSTCODE_INWARD;
    }
    if (!inward_valid(c + size - INWARD)) {
        return WORD_POSTCODE_INWARD;
    }
    if (size == 6 && begins(c, size, "GIR0AA")) {
        return WORD_POSTCODE_VALID;
    }
    if (!outward_valid(c, size - INWARD)) {
        return WORD_POSTCODE_OUTWARD;
    }
    return !area_exists(c[0], c[1]) ? WORD_POSTCODE_AREA
           : begins(c, size, "JE") || begins(c, size, "GY") || begins(c, size, "IM")
               ? WORD_POSTCODE_CROWN
               : WORD_POSTCODE_VALID;
}

static bool is_refused(enum word word)
{
    return word == WORD_POSTCODE_INWARD || word == WORD_POSTCODE_OUTWARD;
}

/* The other one of a pair that is taken for each other. */
static char twin(char c)
{
    return (char)(c == '0' ? 'O' : c == 'O' ? '0' : c == '1' ? 'I' : c == 'I' ? '1' : c);
}

/* Reads O for 0 and so on in all ways; true if one of them, and no other, is a postcode. */
static bool reread(const struct letters *letters, char found[POSTCODE_MOST], enum word *word)
{
    uint32_t places[POSTCODE_MOST];
    uint32_t count = 0;
    int readings = 0;

    for (uint32_t i = 0; i < letters->size; i++) {
        if (twin(letters->data[i]) != letters->data[i]) {
            places[count++] = i;
        }
    }
    for (uint32_t change = 1; change < UINT32_C(1) << count; change++) {
        char c[POSTCODE_MOST];
        memcpy(c, letters->data, sizeof c);
        for (uint32_t i = 0; i < count; i++) {
            if ((change >> i & 1) != 0) {
                c[places[i]] = twin(c[places[i]]);
            }
        }
        enum word is = classify(c, letters->size);
        if (!is_refused(is) && is != WORD_POSTCODE_AREA) {
            memcpy(found, c, sizeof c);
            *word = is;
            readings++;
        }
    }
    return readings == 1;
}

static void say_swaps(struct reading *reading, const char *from, const char *to, uint32_t size)
{
    static const struct {
        char written;
        enum rule rule;
    } swaps[] = {{'O', RULE_POSTCODE_O},
                 {'0', RULE_POSTCODE_0},
                 {'I', RULE_POSTCODE_I},
                 {'1', RULE_POSTCODE_1}};

    for (size_t swap = 0; swap < sizeof swaps / sizeof swaps[0]; swap++) {
        for (uint32_t i = 0; i < size; i++) {
            if (from[i] == swaps[swap].written && to[i] != from[i]) {
                reading_rule(reading, swaps[swap].rule);
                break;
            }
        }
    }
}

/* Blanks, U+00A0 among them, and signs of ASCII are left out; WORD_NONE if nothing else is wrong.
 */
static enum word collect(struct text text, struct letters *letters)
{
    for (uint32_t at = 0; at < text.size; at++) {
        unsigned char c = (unsigned char)text.data[at];
        bool hard = c == 0xc2 && at + 1 < text.size && (unsigned char)text.data[at + 1] == 0xa0;
        if (c == ' ' || (c >= '\t' && c <= '\r') || hard) {
            at += hard;
            letters->blanks += c == ' ' ? 1 : 2; /* only one blank is right */
            letters->blank_at = letters->size;
        } else if (is_digit((char)c) || is_capital(to_capital((char)c))) {
            if (letters->size == POSTCODE_MOST) {
                return WORD_POSTCODE_LENGTH;
            }
            letters->small = letters->small || (c >= 'a' && c <= 'z');
            letters->data[letters->size++] = to_capital((char)c);
        } else if (c > ' ' && c < 0x7f) {
            letters->punctuation = true;
        } else {
            return WORD_POSTCODE_CHARACTER;
        }
    }
    return letters->size == 0               ? WORD_POSTCODE_BLANK
           : letters->size < POSTCODE_LEAST ? WORD_POSTCODE_LENGTH
                                            : WORD_NONE;
}

static void read_postcode(struct text given, struct reading *reading)
{
    struct letters letters = {.size = 0};
    char code[POSTCODE_MOST];
    enum word word = collect(given, &letters);

    if (word != WORD_NONE) {
        reading_word(reading, word);
        return;
    }
    memcpy(code, letters.data, sizeof code);
    word = classify(code, letters.size);
    if (is_refused(word) && reread(&letters, code, &word)) {
        say_swaps(reading, letters.data, code, letters.size);
    }
    uint32_t outward = word == WORD_POSTCODE_BFPO ? 4 : letters.size - INWARD;
    memcpy(reading->data, code, outward);
    reading->data[outward] = ' ';
    memcpy(reading->data + outward + 1, code + outward, letters.size - outward);
    reading_own(reading, letters.size + 1);
    reading_word(reading, word);
    if (letters.small) {
        reading_rule(reading, RULE_POSTCODE_CASE);
    }
    if (letters.punctuation) {
        reading_rule(reading, RULE_POSTCODE_PUNCTUATION);
    }
    if (letters.blanks != 1 || letters.blank_at != outward) {
        reading_rule(reading, RULE_POSTCODE_SPACING);
    }
    if (word == WORD_POSTCODE_AREA) {
        reading_rule(reading, RULE_POSTCODE_AREA);
    }
}

void kernel_postcode(struct call *call)
{
    health_value(call, read_postcode);
}

void kernel_postcode_status(struct call *call)
{
    health_status(call, read_postcode);
}
