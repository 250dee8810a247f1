/* kernel_health_code.c — codes of organisations and of practitioners.
 *
 * Whether an organisation exists needs the files of the Organisation Data Service; here the form is
 * told. A GP's or dentist's code has six digits and a check digit: the last digit of their sum,
 * weighted 1, 3, 7, 1, 3, 7. A default code is valid and names nobody, which is said.
 * Source   NHS Data Model and Dictionary, ORGANISATION CODE, CONSULTANT CODE, GENERAL MEDICAL
 * PRACTITIONER PPD CODE, GENERAL DENTAL PRACTITIONER CODE. SPDX-License-Identifier: Apache-2.0 */
#include "kernel_health.h"
#include "kernels.h"

#include <string.h>

enum {
    ODS_LEAST = 3,
    ODS_MOST = 9,
    GMC_DIGITS = 7,
    GMC_OLD_DIGITS = 6,
    GDC_DIGITS = 6,
    GDC_LEAST = 3
};

static bool ods_default(struct text code)
{
    static const struct text codes[] = {
#define ODS_DEFAULT(code, meaning)          {.data = (code), .size = sizeof(code) - 1},
#define PRACTITIONER_DEFAULT(code, meaning) /* of a person */
#include "ods_defaults.def"
#undef ODS_DEFAULT
#undef PRACTITIONER_DEFAULT
    };
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        if (text_equal(code, codes[i])) {
            return true;
        }
    }
    return false;
}

static bool practitioner_default(struct text code)
{
    static const struct text codes[] = {
#define ODS_DEFAULT(code, meaning)          /* of an organisation */
#define PRACTITIONER_DEFAULT(code, meaning) {.data = (code), .size = sizeof(code) - 1},
#include "ods_defaults.def"
#undef ODS_DEFAULT
#undef PRACTITIONER_DEFAULT
    };
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        if (text_equal(code, codes[i])) {
            return true;
        }
    }
    return false;
}

static enum word ods_form(struct text code)
{
    const char *c = code.data;

    if (ods_default(code) || practitioner_default(code)) {
        return WORD_ODS_DEFAULT;
    }
    if (c[0] == 'R' && (code.size == 3 || code.size == 5)) {
        return code.size == 3 ? WORD_ODS_TRUST : WORD_ODS_SITE;
    }
    if (code.size == 6 && is_capital(c[0]) && strchr("IOQRSTUXZ", c[0]) == NULL &&
        all_digits(c + 1, 5)) {
        return WORD_ODS_PRACTICE;
    }
    return code.size == 3 && c[0] == '5'                           ? WORD_ODS_PCT
           : code.size == 3 && c[0] == 'Q' && all_digits(c + 1, 2) ? WORD_ODS_SHA
                                                                   : WORD_ODS_OTHER;
}

static void read_ods(struct text given, struct reading *reading)
{
    if (!reading_upper(
            given, reading, (struct capitals){ODS_MOST, RULE_ODS_BLANKS, RULE_ODS_CASE})) {
        reading_word(reading, WORD_ODS_LENGTH);
        return;
    }
    for (uint32_t i = 0; i < reading->text.size; i++) {
        if (!is_digit(reading->data[i]) && !is_capital(reading->data[i])) {
            reading_word(reading, WORD_ODS_CHARACTER);
            return;
        }
    }
    reading_word(reading,
                 reading->text.size < ODS_LEAST ? WORD_ODS_LENGTH : ods_form(reading->text));
    if (reading->word == WORD_ODS_DEFAULT) {
        reading_rule(reading, RULE_ODS_DEFAULT);
    }
}

void kernel_ods_code(struct call *call)
{
    health_value(call, read_ods);
}

void kernel_ods_status(struct call *call)
{
    health_status(call, read_ods);
}

/* The digit behind six others. */
static char check_137(const char *digits)
{
    static const int weights[] = {1, 3, 7, 1, 3, 7};
    int sum = 0;

    for (int i = 0; i < 6; i++) {
        sum += (digits[i] - '0') * weights[i];
    }
    return (char)('0' + sum % 10);
}

/* Makes the value the prefix and the digits behind the first `skip` characters, filled with zeros.
 */
static bool fill_digits(struct reading *reading, const char *prefix, uint32_t skip, uint32_t width)
{
    char digits[GMC_DIGITS];
    uint32_t size = reading->text.size - skip;
    uint32_t length = (uint32_t)strlen(prefix);

    if (reading->text.size < skip || size > width || !all_digits(reading->data + skip, size)) {
        return false;
    }
    memcpy(digits, reading->data + skip, size);
    memcpy(reading->data, prefix, length);
    memset(reading->data + length, '0', width - size);
    memcpy(reading->data + length + width - size, digits, size);
    reading_own(reading, length + width);
    if (size < width) {
        reading_rule(reading, RULE_PRACTITIONER_ZEROS);
    }
    return true;
}

/* C and seven digits; six where the first was no longer written. */
static enum word judge_gmc(struct reading *reading, uint32_t skip)
{
    return reading->text.size >= skip + GMC_OLD_DIGITS &&
                   fill_digits(reading, "C", skip, GMC_DIGITS)
               ? WORD_PRACTITIONER_CONSULTANT
               : WORD_PRACTITIONER_FORM;
}

static enum word judge_gdc(struct reading *reading, uint32_t skip)
{
    return reading->text.size >= skip + GDC_LEAST && fill_digits(reading, "CD", skip, GDC_DIGITS)
               ? WORD_PRACTITIONER_DENTAL
               : WORD_PRACTITIONER_FORM;
}

static enum word judge_137(const struct reading *reading)
{
    const char *c = reading->data;

    if (reading->text.size != 8 || !all_digits(c + 1, 7)) {
        return WORD_PRACTITIONER_FORM;
    }
    return c[7] != check_137(c + 1) ? WORD_PRACTITIONER_CHECK
           : c[0] == 'G'            ? WORD_PRACTITIONER_GP
                                    : WORD_PRACTITIONER_DENTIST;
}

static enum word judge_code(struct reading *reading)
{
    const char *c = reading->data;
    uint32_t size = reading->text.size;

    if (size > 0 && (c[0] == 'G' || c[0] == 'D')) {
        return judge_137(reading);
    }
    if (size > 1 && c[0] == 'C') {
        return c[1] == 'D' ? judge_gdc(reading, 2) : judge_gmc(reading, 1);
    }
    return WORD_PRACTITIONER_FORM;
}

/* The code in capitals; true if it is a default, whose word is set. */
static bool begin_practitioner(struct text given, struct reading *reading)
{
    if (!reading_upper(given,
                       reading,
                       (struct capitals){8, RULE_PRACTITIONER_BLANKS, RULE_PRACTITIONER_CASE})) {
        reading->text = TEXT_NONE;
        return false;
    }
    if (practitioner_default(reading->text)) {
        reading_word(reading, WORD_PRACTITIONER_DEFAULT);
        reading_rule(reading, RULE_PRACTITIONER_DEFAULT);
        return true;
    }
    return false;
}

static void read_practitioner(struct text given, struct reading *reading)
{
    if (!begin_practitioner(given, reading)) {
        reading_word(reading, judge_code(reading));
    }
}

static bool is_bare(const struct reading *reading)
{
    return reading->text.size > 0 && is_digit(reading->data[0]);
}

static void say_prefix(struct reading *reading, bool bare)
{
    if (bare && reading->fault == FAULT_NONE) {
        reading_rule(reading, RULE_PRACTITIONER_PREFIX);
    }
}

/* A function of one kind of code takes its number without letters too, and no code of another. */
static void read_gmc(struct text given, struct reading *reading)
{
    bool is_default = begin_practitioner(given, reading);
    bool bare = is_bare(reading);
    bool mine =
        bare || (reading->text.size > 1 && reading->data[0] == 'C' && is_digit(reading->data[1]));

    if (!mine || !is_default) {
        reading_word(reading, mine ? judge_gmc(reading, bare ? 0 : 1) : WORD_PRACTITIONER_FORM);
        say_prefix(reading, bare);
    }
}

static void read_gdc(struct text given, struct reading *reading)
{
    bool is_default = begin_practitioner(given, reading);
    bool bare = is_bare(reading);
    bool mine = bare || (reading->text.size > 2 && memcmp(reading->data, "CD", 2) == 0);

    if (!mine || !is_default) {
        reading_word(reading, mine ? judge_gdc(reading, bare ? 0 : 2) : WORD_PRACTITIONER_FORM);
        say_prefix(reading, bare);
    }
}

void kernel_practitioner_code(struct call *call)
{
    health_value(call, read_practitioner);
}

void kernel_practitioner_status(struct call *call)
{
    health_status(call, read_practitioner);
}

void kernel_gmc_code(struct call *call)
{
    health_value(call, read_gmc);
}

void kernel_gdc_code(struct call *call)
{
    health_value(call, read_gdc);
}
