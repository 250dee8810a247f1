/* kernel_nhs.c — NHS numbers and Scotland's CHI numbers: ten digits of which the last checks the
 * others.
 *
 * An NHS number is written 9434765919, 943 476 5919 or 943-476-5919, blanks around allowed. The
 * first nine digits are weighted 10 to 2; 11 minus the sum modulo 11 must be the tenth, 11 standing
 * for 0; where it would be 10 the number was never given out. Ten equal digits pass that test by
 * accident and are refused. A CHI number, which the range 01 to 31 belongs to, begins with a date
 * of birth; nine digits are a number that lost its 0 if with it they are a valid CHI number. Source
 * NHS Data Model and Dictionary, NHS NUMBER; ranges as NHS England and NHS Scotland publish them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "kernel_health.h"
#include "kernels.h"

#include <string.h>

enum {
    NHS_DIGITS = 10
};

/* Where a separator stands in a form with one or two of them; 0: none. */
struct form {
    uint32_t first, second;
};

/* The ten digits, written in that form with one kind of separator. */
static bool read_form(struct text text, struct form form, char digits[NHS_DIGITS])
{
    uint32_t separators = form.second > 0 ? 2 : form.first > 0 ? 1 : 0;
    char separator = (char)(separators > 0 && text.size > form.first ? text.data[form.first] : ' ');
    int count = 0;

    if (text.size != NHS_DIGITS + separators || (separator != ' ' && separator != '-')) {
        return false;
    }
    for (uint32_t at = 0; at < text.size; at++) {
        if (at > 0 && (at == form.first || at == form.second)) {
            if (text.data[at] != separator) {
                return false;
            }
            continue;
        }
        if (!is_digit(text.data[at])) {
            return false;
        }
        digits[count++] = text.data[at];
    }
    return true;
}

static bool digits_equal(const char digits[NHS_DIGITS])
{
    for (int i = 1; i < NHS_DIGITS; i++) {
        if (digits[i] != digits[0]) {
            return false;
        }
    }
    return true;
}

/* Of the first nine digits; 10: there is no such number. */
static int check_digit(const char digits[NHS_DIGITS])
{
    int sum = 0;

    for (int i = 0; i < NHS_DIGITS - 1; i++) {
        sum += (digits[i] - '0') * (NHS_DIGITS - i);
    }
    int check = 11 - sum % 11;
    return check == 11 ? 0 : check;
}

static int two_digits(const char *digits)
{
    return (digits[0] - '0') * 10 + digits[1] - '0';
}

/* Do they begin with a date, DDMMYY, of this century or the last? */
static bool begins_with_date(const char *digits)
{
    static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int day = two_digits(digits);
    int month = two_digits(digits + 2);

    if (month < 1 || month > 12 || day < 1 || day > days[month - 1]) {
        return false;
    }
    return month != 2 || day != 29 || two_digits(digits + 4) % 4 == 0;
}

static enum word range_of(const char digits[NHS_DIGITS])
{
    int high = two_digits(digits) * 100 + two_digits(digits + 2);

    if (high < 100 || (high >= 3113 && high < 3200)) {
        return WORD_RANGE_UNALLOCATED;
    }
    if (high < 4000) {
        return high < 3113 ? WORD_RANGE_CHI : WORD_RANGE_NI;
    }
    switch (digits[0]) {
    case '5':
        return WORD_RANGE_NEVER;
    case '8':
        return high < 8600 ? WORD_RANGE_IRELAND : WORD_RANGE_UNALLOCATED;
    case '9':
        return WORD_RANGE_TEST;
    default:
        return WORD_RANGE_ENGLAND;
    }
}

static enum word judge_digits(const char digits[NHS_DIGITS], enum word range)
{
    if (digits_equal(digits)) {
        return WORD_NHS_PLACEHOLDER;
    }
    int check = check_digit(digits);
    if (check != digits[NHS_DIGITS - 1] - '0') {
        return check == 10 ? WORD_NHS_CHECK_TEN : WORD_NHS_CHECK_DIGIT;
    }
    if (range == WORD_RANGE_CHI && !begins_with_date(digits)) {
        return WORD_NHS_CHI_DATE;
    }
    return range == WORD_RANGE_TEST                                       ? WORD_NHS_TEST
           : range == WORD_RANGE_NEVER || range == WORD_RANGE_UNALLOCATED ? WORD_NHS_NOT_ISSUED
                                                                          : WORD_NHS_VALID;
}

/* Nine digits that with a 0 in front are a CHI number. */
static bool restore_zero(struct text text, char digits[NHS_DIGITS])
{
    if (text.size != NHS_DIGITS - 1 || !all_digits(text.data, text.size)) {
        return false;
    }
    digits[0] = '0';
    memcpy(digits + 1, text.data, NHS_DIGITS - 1);
    return range_of(digits) == WORD_RANGE_CHI &&
           judge_digits(digits, WORD_RANGE_CHI) == WORD_NHS_VALID;
}

/* Why it is in none of the forms. */
static enum word judge_form(struct text text)
{
    int digits = 0;
    int letters = 0;
    int others = 0;

    for (uint32_t at = 0; at < text.size; at++) {
        char c = text.data[at];
        bool separator = c == ' ' || c == '-' || c == '/';
        digits += is_digit(c);
        letters += is_capital(to_capital(c));
        others += !separator && !is_digit(c) && !is_capital(to_capital(c));
    }
    if (text.size == 0) {
        return WORD_NHS_BLANK;
    }
    if (others == 0 && letters > 0 && digits > 0 && is_capital(to_capital(text.data[0]))) {
        return WORD_NHS_OLD_STYLE;
    }
    return others > 0 || letters > 0 ? WORD_NHS_CHARACTER
           : digits == NHS_DIGITS    ? WORD_NHS_FORMAT
                                     : WORD_NHS_LENGTH;
}

/* The digits, in any of the forms; otherwise the reading says why not. */
static bool read_digits(struct text given, struct reading *reading)
{
    static const struct form plain = {0, 0};
    static const struct form grouped = {3, 7};
    struct text text = reading_trim(given, reading, RULE_NHS_BLANKS);

    if (read_form(text, plain, reading->data)) {
        return true;
    }
    if (read_form(text, grouped, reading->data)) {
        reading_rule(reading, RULE_NHS_SEPARATORS);
        return true;
    }
    if (restore_zero(text, reading->data)) {
        reading_rule(reading, RULE_NHS_LEADING_ZERO);
        return true;
    }
    reading_word(reading, judge_form(text));
    return false;
}

static void read_nhs_number(struct text given, struct reading *reading)
{
    if (!read_digits(given, reading)) {
        return;
    }
    reading_own(reading, NHS_DIGITS);
    reading_word(reading, judge_digits(reading->data, range_of(reading->data)));
    if (reading->word == WORD_NHS_TEST) {
        reading_rule(reading, RULE_NHS_TEST);
    } else if (reading->word == WORD_NHS_NOT_ISSUED) {
        reading_rule(reading, RULE_NHS_RANGE);
    }
}

static void read_nhs_range(struct text given, struct reading *reading)
{
    if (read_digits(given, reading)) {
        reading_word(reading, range_of(reading->data));
    }
}

static void read_chi_number(struct text given, struct reading *reading)
{
    static const struct form forms[] = {{0, 0}, {6, 0}, {3, 7}};
    struct text text = reading_trim(given, reading, RULE_CHI_BLANKS);
    size_t form = 0;

    while (form < sizeof forms / sizeof forms[0] && !read_form(text, forms[form], reading->data)) {
        form++;
    }
    if (form == sizeof forms / sizeof forms[0]) {
        if (!restore_zero(text, reading->data)) {
            reading->fault = FAULT_CHI_NUMBER;
            return;
        }
        reading_rule(reading, RULE_CHI_LEADING_ZERO);
    } else if (form > 0) {
        reading_rule(reading, RULE_CHI_SEPARATORS);
    }
    reading_own(reading, NHS_DIGITS);
    reading->fault = digits_equal(reading->data)        ? FAULT_NHS_PLACEHOLDER
                     : !begins_with_date(reading->data) ? FAULT_CHI_DATE
                     : check_digit(reading->data) != reading->data[NHS_DIGITS - 1] - '0'
                         ? FAULT_CHECK_DIGIT
                         : FAULT_NONE;
}

void kernel_nhs_number(struct call *call)
{
    health_value(call, read_nhs_number);
}

void kernel_nhs_number_status(struct call *call)
{
    health_status(call, read_nhs_number);
}

void kernel_nhs_number_range(struct call *call)
{
    health_word(call, read_nhs_range);
}

void kernel_chi_number(struct call *call)
{
    health_value(call, read_chi_number);
}
