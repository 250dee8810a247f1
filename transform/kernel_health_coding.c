/* kernel_health_coding.c — ICD-10, OPCS-4 and Read codes: their forms, without the classifications.
 *
 * ICD-10   a letter, two digits, a fourth digit or X where the category is undivided; then a fifth
 * digit, and D (dagger) or A (asterisk) as sixth, with - as fifth where there is no digit.
 * OPCS-4   a letter other than I, and three digits. Read codes (version 2 and CTV3) have five
 * characters, dots behind shorter ones, and may be followed by a term code of two; capitals and
 * small letters are different.
 * Source   NHS Data Model and Dictionary, ICD-10 CODE, OPCS-4 CODE; NHS Information Authority, Read
 * Codes file structure. SPDX-License-Identifier: Apache-2.0 */
#include "kernel_health.h"
#include "kernels.h"

#include <string.h>

enum {
    WRITTEN_MOST = 12, /* of a code with dot and marks */
    READ_SIZE = 5,
    READ_TERM_SIZE = 2
};

/* Takes the dot behind the third character out. */
static struct text without_dot(struct text code, struct reading *reading, enum rule rule)
{
    if (code.size > 4 && code.data[3] == '.') {
        memmove(reading->data + 3, reading->data + 4, code.size - 4);
        code.size--;
        reading_rule(reading, rule);
    }
    return code;
}

/* The mark at the end: D, A, or none; cut off the code. A dagger is U+2020 or +. */
static char take_mark(struct text *code, struct reading *reading)
{
    static const struct {
        const char *sign;
        char mark;
        bool letter;
    } marks[] = {{"\u2020", 'D', false},
                 {"+", 'D', false},
                 {"*", 'A', false},
                 {"D", 'D', true},
                 {"A", 'A', true}};

    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        uint32_t size = (uint32_t)strlen(marks[i].sign);
        if (code->size > 3 + size - 1 &&
            memcmp(code->data + code->size - size, marks[i].sign, size) == 0) {
            code->size -= size;
            if (!marks[i].letter) {
                reading_rule(reading, RULE_ICD10_MARK);
            }
            return marks[i].mark;
        }
    }
    return '\0';
}

static void read_icd10(struct text given, struct reading *reading)
{
    if (!reading_upper(
            given, reading, (struct capitals){WRITTEN_MOST, RULE_ICD10_BLANKS, RULE_ICD10_CASE})) {
        reading->fault = FAULT_ICD10;
        return;
    }
    struct text code = without_dot(reading->text, reading, RULE_ICD10_DOT);
    const char *c = reading->data;
    if (code.size < 3 || !is_capital(c[0]) || !all_digits(c + 1, 2)) {
        reading->fault = FAULT_ICD10;
        return;
    }
    char mark = take_mark(&code, reading);
    bool filled = code.size == 5 && c[4] == '-';
    bool fourth = code.size == 3 || is_digit(c[3]) || c[3] == 'X';
    if (code.size > 5 || !fourth || (code.size == 5 && !filled && !is_digit(c[4]))) {
        reading->fault = FAULT_ICD10_REST;
        return;
    }
    uint32_t size = filled ? 4 : code.size;
    bool mended = filled && mark == '\0';
    if (size == 3) {
        reading->data[size++] = 'X';
        mended = true;
    }
    if (mark != '\0') {
        mended = mended || (size == 4 && !filled);
        if (size == 4) {
            reading->data[size++] = '-';
        }
        reading->data[size++] = mark;
    }
    if (mended) {
        reading_rule(reading, RULE_ICD10_FILLER);
    }
    reading_own(reading, size);
}

static void read_opcs4(struct text given, struct reading *reading)
{
    if (!reading_upper(
            given, reading, (struct capitals){WRITTEN_MOST, RULE_OPCS4_BLANKS, RULE_OPCS4_CASE})) {
        reading->fault = FAULT_OPCS4;
        return;
    }
    struct text code = without_dot(reading->text, reading, RULE_OPCS4_DOT);
    const char *c = reading->data;
    if (code.size < 4 || code.size > 5 || !is_capital(c[0]) || c[0] == 'I' ||
        !all_digits(c + 1, 3) || (code.size == 5 && !is_digit(c[4]) && !is_capital(c[4]))) {
        reading->fault = FAULT_OPCS4;
        return;
    }
    if (code.size == 5) {
        reading_rule(reading, RULE_OPCS4_LOCAL);
    }
    reading_own(reading, 4);
    if (memcmp(c, "X998", 4) == 0 || memcmp(c, "X999", 4) == 0) {
        reading_rule(reading, RULE_OPCS4_DEFAULT);
    }
}

static bool is_read_character(char c)
{
    return is_digit(c) || is_capital(to_capital(c));
}

/* The code with its dots; `*term` is what stands behind it. */
static void split_read(struct text given, struct reading *reading, struct text *term)
{
    struct text text = reading_trim(given, reading, RULE_READ_BLANKS);
    uint32_t size = text.size < READ_SIZE ? text.size : READ_SIZE;
    uint32_t used = 0;

    *term = TEXT_NONE;
    while (used < size && is_read_character(text.data[used])) {
        used++;
    }
    bool sound = used > 0;
    for (uint32_t i = used; i < size; i++) {
        sound = sound && text.data[i] == '.';
    }
    if (text.size > READ_SIZE) {
        *term = text_from(text.data + READ_SIZE, text.size - READ_SIZE);
        sound = sound && term->size == READ_TERM_SIZE && is_read_character(term->data[0]) &&
                is_read_character(term->data[1]);
    }
    if (!sound) {
        reading->fault = FAULT_READ_CODE;
        return;
    }
    reading->text = text_from(text.data, size);
    if (size < READ_SIZE) {
        memcpy(reading->data, text.data, size);
        memset(reading->data + size, '.', READ_SIZE - size);
        reading_own(reading, READ_SIZE);
        reading_rule(reading, RULE_READ_DOTS);
    }
}

static void read_read_code(struct text given, struct reading *reading)
{
    struct text term;

    split_read(given, reading, &term);
}

void kernel_icd10(struct call *call)
{
    health_value(call, read_icd10);
}

void kernel_opcs4(struct call *call)
{
    health_value(call, read_opcs4);
}

void kernel_read_code(struct call *call)
{
    health_value(call, read_read_code);
}

void kernel_read_term(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct reading reading = {.rule_count = 0};
        struct text term;
        split_read(call_text(call, 0, row), &reading, &term);
        if (reading.fault != FAULT_NONE) {
            call_fail(call, row, reading.fault);
        } else if (term.size == 0) {
            call_null(call, row);
        } else {
            call->result->texts[row] = term;
        }
    }
}
