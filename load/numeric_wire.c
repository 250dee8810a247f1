/* numeric_wire.c — numeric in base 10000 and back.
 *
 * Nearly every number has up to 18 digits: that path works in 64 bits, dividing by constants only.
 * SPDX-License-Identifier: Apache-2.0 */
#include "numeric_wire.h"

#include "wire.h"

__extension__ typedef unsigned __int128 uint128;

enum {
    SIGN_POSITIVE = 0x0000,
    SIGN_NEGATIVE = 0x4000,
    SIGN_NAN = 0xC000,
    SIGN_INFINITY = 0xD000,
    SIGN_NEGATIVE_INFINITY = 0xF000,
    HEADER_BYTES = 8,
    /* 38 decimal digits, of which the fraction's last may fill a digit of its own. */
    FINITE_DIGITS_MAX = 11,
    DECIMAL_DIGITS_HELD = 38
};

static const uint64_t powers[20] = {
    UINT64_C(1),
    UINT64_C(10),
    UINT64_C(100),
    UINT64_C(1000),
    UINT64_C(10000),
    UINT64_C(100000),
    UINT64_C(1000000),
    UINT64_C(10000000),
    UINT64_C(100000000),
    UINT64_C(1000000000),
    UINT64_C(10000000000),
    UINT64_C(100000000000),
    UINT64_C(1000000000000),
    UINT64_C(10000000000000),
    UINT64_C(100000000000000),
    UINT64_C(1000000000000000),
    UINT64_C(10000000000000000),
    UINT64_C(100000000000000000),
    UINT64_C(1000000000000000000),
    UINT64_C(10000000000000000000),
};

size_t numeric_wire_bound(const struct decimal *value)
{
    if (value->kind == DECIMAL_WIDE) {
        return HEADER_BYTES + 2 * ((size_t)value->digit_count / 4 + 3);
    }
    return HEADER_BYTES + 2 * FINITE_DIGITS_MAX;
}

static char *header_write(char *at, int count, int weight, int sign, int scale)
{
    at = wire_store16(at, (uint16_t)count);
    at = wire_store16(at, (uint16_t)weight);
    at = wire_store16(at, (uint16_t)sign);
    return wire_store16(at, (uint16_t)scale);
}

/* Takes the last `digits` (1 to 3) decimal digits off a number, with divisors that are constants
 * of the compiler. */
static inline unsigned take_partial(uint64_t *value, int digits)
{
    uint64_t rest;
    switch (digits) {
    case 1:
        rest = *value % 10;
        *value /= 10;
        return (unsigned)rest * 1000;
    case 2:
        rest = *value % 100;
        *value /= 100;
        return (unsigned)rest * 100;
    default:
        rest = *value % 1000;
        *value /= 1000;
        return (unsigned)rest * 10;
    }
}

/* Digits of a 64-bit coefficient from the last to the first; `partial` decimal digits of the
 * fraction do not fill the last one. */
static inline int digits_of_64(uint64_t value, int partial, uint16_t *digits)
{
    int count = 0;
    if (partial > 0) {
        digits[count++] = (uint16_t)take_partial(&value, partial);
    }
    while (value > 0) {
        digits[count++] = (uint16_t)(value % 10000);
        value /= 10000;
    }
    return count;
}

static int digits_of_128(uint128 value, int partial, uint16_t *digits)
{
    int count = 0;
    if (partial > 0) {
        uint64_t power = powers[partial];
        digits[count++] = (uint16_t)((uint64_t)(value % power) * powers[4 - partial]);
        value /= power;
    }
    /* Sixteen decimal digits at a time are worked on in 64 bits. */
    while (value > UINT64_MAX) {
        uint64_t low = (uint64_t)(value % powers[16]);
        value /= powers[16];
        for (int i = 0; i < 4; i++) {
            digits[count++] = (uint16_t)(low % 10000);
            low /= 10000;
        }
    }
    return count + digits_of_64((uint64_t)value, 0, digits + count);
}

static char *encode_finite(const struct decimal *value, char *at)
{
    uint16_t digits[FINITE_DIGITS_MAX + 2];
    int partial = value->scale & 3;
    int count = value->high == 0
                    ? digits_of_64(value->low, partial, digits)
                    : digits_of_128((uint128)value->high << 64 | value->low, partial, digits);
    /* The weight of digits[0]. */
    int lowest = -(value->scale >> 2) - (partial > 0 ? 1 : 0);
    int zeros = 0;

    while (zeros < count && digits[zeros] == 0) {
        zeros++;
    }
    if (zeros == count) {
        return header_write(at, 0, 0, SIGN_POSITIVE, value->scale);
    }
    int sign = value->negative != 0 ? SIGN_NEGATIVE : SIGN_POSITIVE;
    at = header_write(at, count - zeros, lowest + count - 1, sign, value->scale);
    while (count > zeros) {
        at = wire_store16(at, digits[--count]);
    }
    return at;
}

/* The base-10000 digit that begins at decimal place `start` of the digits; places outside of them
 * are zeros. */
static unsigned wide_digit(const struct decimal *value, int64_t start)
{
    unsigned digit = 0;
    for (int64_t i = start; i < start + 4; i++) {
        bool inside = i >= 0 && i < (int64_t)value->digit_count;
        digit = digit * 10 + (inside ? (unsigned)(value->digits[i] - '0') : 0);
    }
    return digit;
}

static char *encode_wide(const struct decimal *value, char *at)
{
    /* Digits before the point may be negative: 0.0001 has -3. */
    int64_t before = (int64_t)value->digit_count - value->scale;
    int64_t weight = (before > 0 ? (before + 3) / 4 : -(-before / 4)) - 1;
    int64_t first = before - (weight + 1) * 4; /* place of the first digit, -3 to 0 */
    int64_t count = ((int64_t)value->digit_count - first + 3) / 4;

    while (count > 0 && wide_digit(value, first + (count - 1) * 4) == 0) {
        count--;
    }
    at = header_write(at,
                      (int)count,
                      (int)weight,
                      value->negative != 0 ? SIGN_NEGATIVE : SIGN_POSITIVE,
                      value->scale);
    for (int64_t i = 0; i < count; i++) {
        at = wire_store16(at, (uint16_t)wide_digit(value, first + i * 4));
    }
    return at;
}

char *numeric_encode(const struct decimal *value, char *at)
{
    if (value->kind == DECIMAL_FINITE) {
        return encode_finite(value, at);
    }
    if (value->kind == DECIMAL_WIDE) {
        return encode_wide(value, at);
    }
    if (value->kind == DECIMAL_NAN) {
        return header_write(at, 0, 0, SIGN_NAN, 0);
    }
    return header_write(at, 0, 0, value->negative != 0 ? SIGN_NEGATIVE_INFINITY : SIGN_INFINITY, 0);
}

struct numeric_header {
    int count;
    int weight;
    int sign;
    int scale;
};

/* More digits than the struct holds, or so many that the bound cannot tell: through text. */
static enum numeric_status decode_wide(const struct numeric_header *header,
                                       const char *digits,
                                       struct arena *arena,
                                       struct decimal *result)
{
    int64_t places = ((int64_t)header->weight + 1) * 4 + header->scale;
    char *text = arena_bytes(arena, (size_t)places + 1);
    if (text == NULL) {
        return NUMERIC_MEMORY;
    }
    for (int64_t i = 0; i < places; i++) {
        int64_t index = i / 4;
        unsigned digit = index < header->count ? wire_load16(digits + index * 2) : 0;
        text[i] = (char)('0' + digit / powers[3 - i % 4] % 10);
    }
    int64_t zeros = 0;
    while (zeros < places && text[zeros] == '0') {
        zeros++;
    }
    result->scale = header->scale;
    result->negative = header->sign == SIGN_NEGATIVE && zeros < places;
    if (places - zeros > DECIMAL_DIGITS_HELD) {
        result->kind = DECIMAL_WIDE;
        result->digits = text + zeros;
        result->digit_count = (uint64_t)(places - zeros);
        return NUMERIC_OK;
    }
    uint128 coefficient = 0;
    for (int64_t i = zeros; i < places; i++) {
        coefficient = coefficient * 10 + (unsigned)(text[i] - '0');
    }
    result->low = (uint64_t)coefficient;
    result->high = (uint64_t)(coefficient >> 64);
    return NUMERIC_OK;
}

/* The coefficient is the digits' value times 10^shift; a negative shift cuts zeros off the last
 * digit. */
static uint64_t coefficient_64(const char *digits, int count, int shift)
{
    uint64_t value = 0;
    int whole = shift < 0 ? count - 1 : count;
    for (int i = 0; i < whole; i++) {
        value = value * 10000 + wire_load16(digits + (ptrdiff_t)i * 2);
    }
    if (shift < 0) {
        uint64_t last = wire_load16(digits + (ptrdiff_t)whole * 2);
        return value * powers[4 + shift] + last / powers[-shift];
    }
    return value * powers[shift];
}

static uint128 coefficient_128(const char *digits, int count, int shift)
{
    uint128 value = 0;
    int whole = shift < 0 ? count - 1 : count;
    for (int i = 0; i < whole; i++) {
        value = value * 10000 + wire_load16(digits + (ptrdiff_t)i * 2);
    }
    if (shift < 0) {
        uint64_t last = wire_load16(digits + (ptrdiff_t)whole * 2);
        return value * powers[4 + shift] + last / powers[-shift];
    }
    for (; shift > 19; shift -= 19) {
        value *= powers[19];
    }
    return value * powers[shift];
}

static enum numeric_status decode_finite(struct numeric_header header,
                                         const char *digits,
                                         struct arena *arena,
                                         struct decimal *result)
{
    /* Digits beyond the display scale are cut off, as numeric_recv does. */
    int kept = header.weight + 1 + (header.scale + 3) / 4;
    if (header.count > kept) {
        header.count = kept > 0 ? kept : 0;
    }
    result->scale = header.scale;
    if (header.count == 0) {
        return NUMERIC_OK;
    }
    int places = (header.weight + 1) * 4 + header.scale; /* the most digits there can be */
    int shift = header.scale + 4 * (header.weight - header.count + 1);
    if (places <= 19) {
        result->low = coefficient_64(digits, header.count, shift);
    } else if (places <= DECIMAL_DIGITS_HELD) {
        uint128 coefficient = coefficient_128(digits, header.count, shift);
        result->low = (uint64_t)coefficient;
        result->high = (uint64_t)(coefficient >> 64);
    } else {
        return decode_wide(&header, digits, arena, result);
    }
    result->negative = header.sign == SIGN_NEGATIVE && (result->low | result->high) != 0;
    return NUMERIC_OK;
}

enum numeric_status numeric_decode(const char *at,
                                   size_t size,
                                   struct arena *arena,
                                   struct decimal *result)
{
    *result = (struct decimal){.scale = 0};
    if (size < HEADER_BYTES) {
        return NUMERIC_MALFORMED;
    }
    struct numeric_header header = {
        .count = wire_load16(at),
        .weight = (int16_t)wire_load16(at + 2),
        .sign = wire_load16(at + 4),
        .scale = wire_load16(at + 6),
    };
    if (size != HEADER_BYTES + 2 * (size_t)header.count || header.scale > 0x3FFF) {
        return NUMERIC_MALFORMED;
    }
    switch (header.sign) {
    case SIGN_POSITIVE:
    case SIGN_NEGATIVE:
        return decode_finite(header, at + HEADER_BYTES, arena, result);
    case SIGN_NAN:
        result->kind = DECIMAL_NAN;
        return NUMERIC_OK;
    case SIGN_INFINITY:
    case SIGN_NEGATIVE_INFINITY:
        result->kind = DECIMAL_INFINITY;
        result->negative = header.sign == SIGN_NEGATIVE_INFINITY;
        return NUMERIC_OK;
    default:
        return NUMERIC_MALFORMED;
    }
}
