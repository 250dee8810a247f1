/* lookup_key.c — the canonical form of the keys of lookups.
 *
 * Texts are themselves. Numbers are one of
 *     8 bytes                         an integer that fits int64, as it lies in memory
 *     'd' and [-]DIGITS"e"EXPONENT    any other, without leading or trailing zeros in DIGITS; with
 * a blank where it would have 8 bytes 'h' and 16 bytes                the hash of the latter where
 * it is too long NaN and the infinities are no keys. Integers are nearly all there is: their form
 * is one that is written and compared at once. SPDX-License-Identifier: Apache-2.0 */
#include "lookup_internal.h"

#include "novate/decimal.h"
#include "novate/hash.h"
#include "novate/vector.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__extension__ typedef unsigned __int128 uint128;

/* A code of more digits than this is no code, and has no entry. */
#define DIGITS_MAX 1000

#define INTEGER_BYTES 8

static struct text integer_key(int64_t value, char buffer[LOOKUP_KEY_BYTES])
{
    memcpy(buffer, &value, INTEGER_BYTES);
    return text_from(buffer, INTEGER_BYTES);
}

/* digits * 10^exponent as an int64, if it is one. */
static bool to_integer(
    bool negative, const char *digits, size_t count, int64_t exponent, int64_t *value)
{
    uint64_t magnitude = 0;

    if (exponent < 0 || exponent > 18 || count + (size_t)exponent > 19) {
        return false;
    }
    for (size_t i = 0; i < count + (size_t)exponent; i++) {
        const unsigned digit = i < count ? (unsigned)(digits[i] - '0') : 0;
        magnitude = magnitude * 10 + digit; /* 19 digits are below 2^64 */
    }
    if (magnitude > (uint64_t)INT64_MAX + negative) {
        return false;
    }
    /* In two steps, for -2^63. */
    *value = negative && magnitude > 0 ? -(int64_t)(magnitude - 1) - 1 : (int64_t)magnitude;
    return true;
}

/* Room for 'd', a sign, the digits, 'e' and an exponent. */
#define NUMBER_BYTES_MAX (DIGITS_MAX + 32)

static size_t push_number(
    bool negative, const char *digits, size_t count, int64_t exponent, char *text)
{
    char reversed[24];
    size_t size = 0;
    size_t at = 0;
    uint64_t rest = exponent < 0 ? (uint64_t)-exponent : (uint64_t)exponent;

    text[size++] = 'd';
    if (negative) {
        text[size++] = '-';
    }
    memcpy(text + size, digits, count);
    size += count;
    text[size++] = 'e';
    if (exponent < 0) {
        text[size++] = '-';
    }
    do {
        reversed[at++] = (char)('0' + (int)(rest % 10));
        rest /= 10;
    } while (rest > 0);
    while (at > 0) {
        text[size++] = reversed[--at];
    }
    return size;
}

/* (-1)^negative * digits * 10^exponent. */
static struct text number_key(bool negative,
                              const char *digits,
                              size_t count,
                              int64_t exponent,
                              char buffer[LOOKUP_KEY_BYTES])
{
    char text[NUMBER_BYTES_MAX];
    int64_t value;

    while (count > 0 && digits[0] == '0') {
        digits++;
        count--;
    }
    while (count > 0 && digits[count - 1] == '0') {
        count--;
        exponent++;
    }
    if (count == 0) {
        return integer_key(0, buffer);
    }
    if (to_integer(negative, digits, count, exponent, &value)) {
        return integer_key(value, buffer);
    }
    if (count > DIGITS_MAX) {
        return TEXT_NONE;
    }
    size_t size = push_number(negative, digits, count, exponent, text);
    if (size == INTEGER_BYTES) {
        text[size++] = ' ';
    }
    if (size < LOOKUP_KEY_BYTES) {
        memcpy(buffer, text, size);
        return text_from(buffer, size);
    }
    const struct hash hash = hash_bytes(text, size);
    buffer[0] = 'h';
    memcpy(buffer + 1, &hash.high, sizeof hash.high);
    memcpy(buffer + 1 + sizeof hash.high, &hash.low, sizeof hash.low);
    return text_from(buffer, 1 + sizeof hash.high + sizeof hash.low);
}

static bool is_digit(struct text text, size_t at)
{
    return at < text.size && text.data[at] >= '0' && text.data[at] <= '9';
}

/* "e-12" at `*at`; nothing there is 0. False when it is none or beyond what numeric can hold. */
static bool read_exponent(struct text text, size_t *at, int64_t *exponent)
{
    *exponent = 0;
    if (*at == text.size || (text.data[*at] != 'e' && text.data[*at] != 'E')) {
        return true;
    }
    ++*at;
    const bool negative = *at < text.size && text.data[*at] == '-';
    if (*at < text.size && (text.data[*at] == '-' || text.data[*at] == '+')) {
        ++*at;
    }
    if (!is_digit(text, *at)) {
        return false;
    }
    for (; is_digit(text, *at); ++*at) {
        *exponent = *exponent * 10 + (text.data[*at] - '0');
        if (*exponent > 1000000) {
            return false;
        }
    }
    *exponent = negative ? -*exponent : *exponent;
    return true;
}

bool lookup_number_key(struct text number, char buffer[LOOKUP_KEY_BYTES], struct text *key)
{
    const struct text text = text_trim(number);
    char digits[DIGITS_MAX];
    size_t count = 0;
    size_t at = 0;
    int64_t fraction = 0;
    int64_t exponent;
    bool any = false;
    bool point = false;

    const bool negative = text.size > 0 && text.data[0] == '-';
    if (text.size > 0 && (text.data[0] == '-' || text.data[0] == '+')) {
        at++;
    }
    for (; is_digit(text, at) || (!point && at < text.size && text.data[at] == '.'); at++) {
        if (text.data[at] == '.') {
            point = true;
            continue;
        }
        any = true;
        fraction += point;
        if (count == 0 && text.data[at] == '0') {
            continue; /* leading zeros need no room */
        }
        if (count == DIGITS_MAX) {
            return false;
        }
        digits[count++] = text.data[at];
    }
    if (!any || !read_exponent(text, &at, &exponent) || at != text.size) {
        return false;
    }
    *key = number_key(negative, digits, count, exponent - fraction, buffer);
    return true;
}

static struct text decimal_key(const struct decimal *value, char buffer[LOOKUP_KEY_BYTES])
{
    char digits[40];
    size_t at = sizeof digits;

    if (value->kind == DECIMAL_WIDE) {
        return number_key(
            value->negative, value->digits, value->digit_count, -(int64_t)value->scale, buffer);
    }
    if (value->kind != DECIMAL_FINITE) {
        return TEXT_NONE;
    }
    if (value->scale == 0 && value->high == 0 && value->low <= (uint64_t)INT64_MAX) {
        const int64_t magnitude = (int64_t)value->low;
        return integer_key(value->negative ? -magnitude : magnitude, buffer);
    }
    uint128 rest = ((uint128)value->high << 64) | value->low;
    for (; rest > 0; rest /= 10) {
        digits[--at] = (char)('0' + (int)(rest % 10));
    }
    return number_key(
        value->negative, digits + at, sizeof digits - at, -(int64_t)value->scale, buffer);
}

/* By the shortest digits that read back as the same number, as PostgreSQL casts to text. */
static struct text float_key(double value, bool single, char buffer[LOOKUP_KEY_BYTES])
{
    char text[32];
    struct text key = TEXT_NONE;

    if (!isfinite(value)) {
        return key;
    }
    /* Below these whole numbers are exact, and have no shorter digits than their own. */
    if (fabs(value) < (single ? 0x1p24 : 0x1p53) && !(trunc(value) < value) &&
        !(trunc(value) > value)) {
        return integer_key((int64_t)value, buffer);
    }
    for (int precision = single ? 6 : 15; precision <= (single ? 9 : 17); precision++) {
        const int size = snprintf(text, sizeof text, "%.*g", precision, value);
        const double back = single ? (double)strtof(text, NULL) : strtod(text, NULL);
        if (!(back < value) && !(back > value)) {
            return lookup_number_key(text_from(text, (size_t)size), buffer, &key) ? key : TEXT_NONE;
        }
    }
    return key;
}

static struct text numeric_key(const struct vector *vector, int slot, char buffer[LOOKUP_KEY_BYTES])
{
    struct text key = TEXT_NONE;

    switch (type_storage(vector->type.id)) {
    case STORAGE_INT64:
        return integer_key(vector->int64s[slot], buffer);
    case STORAGE_DECIMAL:
        return decimal_key(&vector->decimals[slot], buffer);
    case STORAGE_FLOAT64:
        return float_key(vector->doubles[slot], vector->type.id == TYPE_FLOAT4, buffer);
    case STORAGE_TEXT:
        return lookup_number_key(vector->texts[slot], buffer, &key) ? key : TEXT_NONE;
    case STORAGE_BOOL:
    case STORAGE_UUID:
        break;
    }
    return TEXT_NONE;
}

struct text lookup_key_text(const struct vector *vector,
                            int row,
                            bool numeric,
                            char buffer[LOOKUP_KEY_BYTES])
{
    /* A buffer that already has all the memory it may take never asks for more. */
    struct text_buffer out = {
        .data = buffer, .capacity = LOOKUP_KEY_BYTES, .max_bytes = LOOKUP_KEY_BYTES - 1};
    const int slot = vector_slot(vector, row);

    if (numeric) {
        return numeric_key(vector, slot, buffer);
    }
    if (type_is_text(vector->type.id) || vector->type.id == TYPE_OTHER) {
        return vector->texts[slot];
    }
    vector_format(vector, row, &out);
    if (out.failed) {
        buffer[0] = '\0'; /* in no text: no entry has it */
        return text_from(buffer, 1);
    }
    return text_from(buffer, out.size);
}
