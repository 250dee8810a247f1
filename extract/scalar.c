/* scalar.c — one text into one value: numbers, booleans, dates as machines write them.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "scalar.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Room for any double that is written with sense; longer texts are copied to no avail. */
#define FLOAT_TEXT_MAX 1024

/* 18 digits fit in 63 bits whatever they are. */
#define SAFE_DIGITS 18

static enum scalar_status integer_slow(struct text text, int64_t min, int64_t max, int64_t *value)
{
    text = text_trim(text);
    const char *at = text.data;
    const char *end = text.data + text.size;
    if (text.size == 0) {
        return SCALAR_TYPE;
    }
    bool negative = *at == '-';
    at += *at == '-' || *at == '+' ? 1 : 0;
    if (at == end) {
        return SCALAR_TYPE;
    }
    int64_t sum = 0; /* kept negative: INT64_MIN has no positive */
    bool overflow = false;
    for (; at < end; at++) {
        unsigned digit = (unsigned)*at - '0';
        if (digit > 9) {
            return SCALAR_TYPE;
        }
        overflow = overflow || __builtin_mul_overflow(sum, 10, &sum) ||
                   __builtin_sub_overflow(sum, (int64_t)digit, &sum);
    }
    overflow = overflow || (!negative && sum == INT64_MIN);
    if (overflow) {
        return SCALAR_RANGE;
    }
    *value = negative ? sum : -sum;
    return *value < min || *value > max ? SCALAR_RANGE : SCALAR_OK;
}

enum scalar_status scalar_integer(struct text text, int64_t min, int64_t max, int64_t *value)
{
    const char *at = text.data;
    uint32_t left = text.size;
    bool negative = left > 0 && *at == '-';
    at += negative ? 1 : 0;
    left -= negative ? 1 : 0;
    if (left == 0 || left > SAFE_DIGITS) {
        return integer_slow(text, min, max, value);
    }
    int64_t sum = 0;
    for (; left > 0; left--, at++) {
        unsigned digit = (unsigned)*at - '0';
        if (digit > 9) {
            return integer_slow(text, min, max, value);
        }
        sum = sum * 10 + digit;
    }
    *value = negative ? -sum : sum;
    return *value < min || *value > max ? SCALAR_RANGE : SCALAR_OK;
}

static bool float_word(struct text text, double *value)
{
    static const struct {
        const char *word;
        double value;
    } words[] = {{"NaN", (double)NAN},
                 {"Infinity", (double)INFINITY},
                 {"+Infinity", (double)INFINITY},
                 {"inf", (double)INFINITY},
                 {"+inf", (double)INFINITY},
                 {"-Infinity", -(double)INFINITY},
                 {"-inf", -(double)INFINITY}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (text_equal_case(text, text_of(words[i].word))) {
            *value = words[i].value;
            return true;
        }
    }
    return false;
}

enum scalar_status scalar_float(struct text text, bool single, double *value)
{
    char copy[FLOAT_TEXT_MAX];
    text = text_trim(text);
    if (text.size == 0 || text.size >= sizeof copy) {
        return SCALAR_TYPE;
    }
    if (float_word(text, value)) {
        return SCALAR_OK;
    }
    memcpy(copy, text.data, text.size);
    copy[text.size] = '\0';
    if (strspn(copy, "+-.0123456789eE") != text.size) { /* hexadecimal, nan(…) */
        return SCALAR_TYPE;
    }
    char *end = NULL;
    errno = 0;
    double result = single ? (double)strtof(copy, &end) : strtod(copy, &end);
    if (end != copy + text.size) {
        return SCALAR_TYPE;
    }
    if (errno == ERANGE && (isinf(result) || fpclassify(result) == FP_ZERO)) {
        return SCALAR_RANGE;
    }
    *value = result;
    return SCALAR_OK;
}

enum scalar_status scalar_bool(struct text text, uint8_t *value)
{
    static const struct {
        const char *word;
        uint32_t size_min; /* the shortest beginning that is not ambiguous */
        uint8_t value;
    } words[] = {{"true", 1, 1},
                 {"false", 1, 0},
                 {"yes", 1, 1},
                 {"no", 1, 0},
                 {"on", 2, 1},
                 {"off", 2, 0},
                 {"1", 1, 1},
                 {"0", 1, 0}};
    text = text_trim(text);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (text.size >= words[i].size_min && text.size <= strlen(words[i].word) &&
            strncasecmp(text.data, words[i].word, text.size) == 0) {
            *value = words[i].value;
            return SCALAR_OK;
        }
    }
    return SCALAR_TYPE;
}

static int hex_digit(char character)
{
    if (character >= '0' && character <= '9') {
        return character - '0';
    }
    int lower = character | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

enum scalar_status scalar_uuid(struct text text, struct uuid *value)
{
    text = text_trim(text);
    if (text.size >= 2 && text.data[0] == '{' && text.data[text.size - 1] == '}') {
        text = text_from(text.data + 1, text.size - 2);
    }
    int digits = 0;
    struct uuid result = {{0}};
    for (uint32_t i = 0; i < text.size; i++) {
        if (text.data[i] == '-' && digits > 0 && digits % 4 == 0 && digits < 32 &&
            text.data[i - 1] != '-') {
            continue;
        }
        int digit = hex_digit(text.data[i]);
        if (digit < 0 || digits == 32) {
            return SCALAR_TYPE;
        }
        result.bytes[digits / 2] = (uint8_t)(result.bytes[digits / 2] << 4 | digit);
        digits++;
    }
    if (digits != 32) {
        return SCALAR_TYPE;
    }
    *value = result;
    return SCALAR_OK;
}

enum scalar_status scalar_bytes(struct text text, char *to, size_t *size)
{
    if (text.size < 2 || text.size % 2 != 0 || text.data[0] != '\\' || text.data[1] != 'x') {
        return SCALAR_TYPE;
    }
    for (uint32_t i = 2; i < text.size; i += 2) {
        int high = hex_digit(text.data[i]);
        int low = hex_digit(text.data[i + 1]);
        if (high < 0 || low < 0) {
            return SCALAR_TYPE;
        }
        *to++ = (char)(high << 4 | low);
    }
    *size = text.size / 2 - 1;
    return SCALAR_OK;
}

/* Two digits, or a number above 99. */
static int two(const char *at)
{
    unsigned high = (unsigned)at[0] - '0';
    unsigned low = (unsigned)at[1] - '0';
    return high > 9 || low > 9 ? 100 : (int)(high * 10 + low);
}

static bool iso_day(const char *at, int64_t *date)
{
    static const int days[13] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int century = two(at);
    int decade = two(at + 2);
    int month = two(at + 5);
    int day = two(at + 8);
    int year = century * 100 + decade;
    if (at[4] != '-' || at[7] != '-' || century > 99 || decade > 99 || year < 1 || month < 1 ||
        month > 12 || day < 1) {
        return false;
    }
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (day > days[month] + (month == 2 && leap ? 1 : 0)) {
        return false;
    }
    *date = date_from_civil(year, month, day);
    return true;
}

bool scalar_iso_date(struct text text, int64_t *date)
{
    return text.size == 10 && iso_day(text.data, date);
}

bool scalar_iso_timestamp(struct text text, int64_t *timestamp)
{
    int64_t date = 0;
    const char *at = text.data;
    if (text.size == 10 && iso_day(at, &date)) {
        *timestamp = date * MICROSECONDS_PER_DAY;
        return true;
    }
    if (text.size < 19 || text.size > 26 || text.size == 20 || (at[10] != ' ' && at[10] != 'T') ||
        at[13] != ':' || at[16] != ':' || !iso_day(at, &date)) {
        return false;
    }
    int hour = two(at + 11);
    int minute = two(at + 14);
    int second = two(at + 17);
    if (hour > 23 || minute > 59 || second > 59) {
        return false;
    }
    int64_t fraction = 0;
    if (text.size > 19) {
        if (at[19] != '.') {
            return false;
        }
        for (uint32_t i = 20; i < 26; i++) {
            unsigned digit = i < text.size ? (unsigned)at[i] - '0' : 0;
            if (digit > 9) {
                return false;
            }
            fraction = fraction * 10 + digit;
        }
    }
    int64_t seconds = (int64_t)hour * 3600 + minute * 60 + second;
    *timestamp = date * MICROSECONDS_PER_DAY + seconds * 1000000 + fraction;
    return true;
}
