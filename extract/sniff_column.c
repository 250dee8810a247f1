/* sniff_column.c — what the values of a column of a sample have in common.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "sniff_column.h"

#include "scalar.h"

#include <string.h>

const char *const sniff_null_texts[SNIFF_NULLS] = {"NULL", "null", "\\N", "(null)", "<NULL>"};

enum {
    DIGITS_MAX = 18 /* that every bigint can hold */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_one_of(struct text text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (text_equal_case(text, text_of(words[i]))) {
            return true;
        }
    }
    return false;
}

/* Ten digits of which the last is the check digit of the others, modulo 11. */
static bool is_nhs_number(struct text text)
{
    int sum = 0;
    if (text.size != 10) {
        return false;
    }
    for (int i = 0; i < 9; i++) {
        sum += (text.data[i] - '0') * (10 - i);
    }
    int check = (11 - sum % 11) % 11;
    return check != 10 && check == text.data[9] - '0';
}

static size_t digits_at(struct text text, size_t at)
{
    size_t end = at;
    while (end < text.size && is_digit(text.data[end])) {
        end++;
    }
    return end - at;
}

static void add_integer(struct sniff_facts *facts, struct text text, size_t sign)
{
    size_t digits = text.size - sign;
    if (digits > 1 && text.data[sign] == '0') {
        facts->leading_zeros++;
    } else if (digits > DIGITS_MAX) {
        facts->long_digits++;
    } else {
        facts->integers++;
        facts->zero_one += digits == 1 && text.data[0] <= '1';
        facts->nhs_numbers += is_nhs_number(text);
        int whole = (int)digits;
        facts->whole_digits_max = whole > facts->whole_digits_max ? whole : facts->whole_digits_max;
    }
}

/* 1.234.567,50 or 12,50: groups of three digits, then a comma. */
static bool is_comma_decimal(struct text text, size_t at)
{
    size_t digits = digits_at(text, at);
    if (digits == 0) {
        return false;
    }
    at += digits;
    while (at < text.size && text.data[at] == '.') {
        if (digits_at(text, at + 1) != 3) {
            return false;
        }
        at += 4;
    }
    return at < text.size && text.data[at] == ',' && digits_at(text, at + 1) > 0 &&
           at + 1 + digits_at(text, at + 1) == text.size;
}

static void add_number(struct sniff_facts *facts, struct text text)
{
    size_t sign = text.data[0] == '-' ? 1 : 0;
    size_t whole = digits_at(text, sign);
    size_t at = sign + whole;
    if (at == text.size) {
        if (whole > 0) {
            add_integer(facts, text, sign);
        }
        return;
    }
    if (is_comma_decimal(text, sign)) {
        facts->commas++;
        return;
    }
    size_t scale = text.data[at] == '.' ? digits_at(text, at + 1) : 0;
    if (scale > 0 && at + 1 + scale == text.size) {
        if (whole > 1 && text.data[sign] == '0') {
            facts->leading_zeros++;
            return;
        }
        facts->decimals++;
        facts->whole_digits_max =
            (int)whole > facts->whole_digits_max ? (int)whole : facts->whole_digits_max;
        facts->scale_max = (int)scale > facts->scale_max ? (int)scale : facts->scale_max;
        return;
    }
    double value = 0;
    bool has_exponent = memchr(text.data, 'E', text.size) || memchr(text.data, 'e', text.size);
    facts->exponents += whole > 0 && has_exponent && scalar_float(text, false, &value) == SCALAR_OK;
}

static bool is_midnight(struct text text)
{
    for (size_t i = 10; i < text.size; i++) {
        if (text.data[i] >= '1' && text.data[i] <= '9') {
            return false;
        }
    }
    return text.size > 10;
}

static void add_date(struct sniff_facts *facts, struct sniff_dates *dates, struct text text)
{
    struct sniff_date match;
    if (!sniff_dates_match(dates, text, &match)) {
        return;
    }
    facts->dates++;
    facts->zoned += match.zoned;
    facts->timed += match.time != 0;
    facts->midnights += match.time != 0 && is_midnight(text);
    facts->formats[match.date][match.time]++;
    if (sniff_date_has_orders(match.date)) {
        facts->day_first[match.date] += match.day_first && !match.month_first;
        facts->month_first[match.date] += match.month_first && !match.day_first;
        facts->either[match.date] += match.month_first && match.day_first;
    }
}

static bool is_time(struct text text)
{
    int64_t value = 0;
    bool shaped = (text.size == 5 || text.size == 8) && text.data[2] == ':' &&
                  is_digit(text.data[0]) && is_digit(text.data[1]);
    return shaped && time_parse(text, 6, &value) == DATETIME_OK;
}

static void add_value(struct sniff_facts *facts, struct sniff_dates *dates, struct text text)
{
    static const char *const truths[] = {"true", "false", "t", "f"};
    static const char *const answers[] = {"y", "n", "yes", "no"};
    struct uuid uuid;
    facts->truths += is_one_of(text, truths, sizeof truths / sizeof *truths);
    facts->yes_no += is_one_of(text, answers, sizeof answers / sizeof *answers);
    facts->uuids += text.size == 36 && scalar_uuid(text, &uuid) == SCALAR_OK;
    if (is_digit(text.data[0]) || text.data[0] == '-' || text.data[0] == '.') {
        add_number(facts, text);
        add_date(facts, dates, text);
        facts->times += is_time(text);
    }
}

void sniff_facts_add(struct sniff_facts *facts, struct sniff_dates *dates, struct text field)
{
    facts->records++;
    if (field.data == NULL || field.size == 0) {
        facts->empty += field.data == NULL;
        facts->quoted_empty += field.data != NULL;
        return;
    }
    for (int i = 0; i < SNIFF_NULLS; i++) {
        if (text_equal(field, text_of(sniff_null_texts[i]))) {
            facts->nulls[i]++;
            return;
        }
    }
    size_t characters =
        utf8_valid(field.data, field.size, NULL) ? utf8_length(field.data, field.size) : field.size;
    struct text text = text_trim(field);
    facts->values++;
    facts->padded += text.size != field.size;
    if (characters > facts->characters_max) {
        facts->characters_max = (uint32_t)characters;
    }
    if (text.size > 0) {
        add_value(facts, dates, text);
    }
}
