/* vector_format.c — values as PostgreSQL prints them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "float_decimal.h"

#include "novate/datetime.h"
#include "novate/interval.h"
#include "novate/vector.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Digits and exponent of the shortest decimal that reads back as the same number. */
struct shortest {
    char digits[20];
    int count;
    int exponent; /* of the first digit */
};

static bool text_reads_as(const char *text, double value, bool single)
{
    uint64_t read_bits = 0;
    uint64_t wanted_bits = 0;

    double read = single ? (double)strtof(text, NULL) : strtod(text, NULL);
    memcpy(&read_bits, &read, sizeof read_bits);
    memcpy(&wanted_bits, &value, sizeof wanted_bits);
    return read_bits == wanted_bits;
}

/* Does digits * 10^exponent read back as `value`, bit by bit, at the precision of its type? Not
 * half-way between two numbers, where it would be a matter of rounding: a little more and a little
 * less must read back too. */
static bool reads_back(uint64_t digits, int exponent, double value, bool single)
{
    char text[64];

    (void)snprintf(text, sizeof text, "%" PRIu64 "e%d", digits, exponent);
    if (!text_reads_as(text, value, single)) {
        return false;
    }
    (void)snprintf(text, sizeof text, "%" PRIu64 "%020de%d", digits, 1, exponent - 20);
    if (!text_reads_as(text, value, single)) {
        return false;
    }
    (void)snprintf(
        text, sizeof text, "%" PRIu64 "99999999999999999999e%d", digits - 1, exponent - 20);
    return text_reads_as(text, value, single);
}

/* The nearest decimal of `count` digits, as an integer; returns the exponent of its first digit. */
static int nearest_decimal(double value, int count, uint64_t *digits)
{
    char text[40];

    (void)snprintf(text, sizeof text, "%.*e", count - 1, value);
    *digits = 0;
    const char *at = text;
    for (; *at != 'e'; at++) {
        if (*at != '.') {
            *digits = *digits * 10 + (uint64_t)(*at - '0');
        }
    }
    return (int)strtol(at + 1, NULL, 10);
}

static void keep_digits(uint64_t digits, int last_exponent, struct shortest *out)
{
    out->count = snprintf(out->digits, sizeof out->digits, "%" PRIu64, digits);
    out->exponent = last_exponent + out->count - 1;
    while (out->count > 1 && out->digits[out->count - 1] == '0') {
        out->count--;
    }
}

/* Decimal digits without snprintf(), which would take most of the time. */
static void keep_short(uint64_t digits, int32_t scale, struct shortest *out)
{
    char room[sizeof out->digits];
    int used = (int)sizeof room;

    for (; digits > 0; digits /= 10) {
        room[--used] = (char)('0' + digits % 10);
    }
    out->count = (int)sizeof room - used;
    memcpy(out->digits, room + used, (size_t)out->count);
    out->exponent = out->count - 1 - scale;
    while (out->count > 1 && out->digits[out->count - 1] == '0') {
        out->count--;
    }
}

/* `value` is finite, positive and not zero. The nearest decimal of n digits is tried for growing n;
 * below a power of two numbers lie closer than above it, so there the next decimal upwards may read
 * back where the nearest one does not. The longest decimal always reads back. */
static void shortest_digits(double value, bool single, struct shortest *out)
{
    int count_max = single ? 9 : 17;
    uint64_t short_digits = 0;
    int32_t scale = 0;
    bool none = false;

    if (float_decimal(value, single, &short_digits, &scale, &none)) {
        keep_short(short_digits, scale, out);
        return;
    }
    for (int count = !none ? 1 : single ? 7 : 16; count <= count_max; count++) {
        uint64_t digits = 0;
        int last_exponent = nearest_decimal(value, count, &digits) - (count - 1);
        if (count == count_max || reads_back(digits, last_exponent, value, single)) {
            keep_digits(digits, last_exponent, out);
            return;
        }
        if (reads_back(digits + 1, last_exponent, value, single)) {
            keep_digits(digits + 1, last_exponent, out);
            return;
        }
    }
}

/* Plain notation within the same bounds as the server's, scientific outside. */
static void format_float(double value, bool single, struct text_buffer *out)
{
    if (isnan(value)) {
        text_buffer_string(out, "NaN");
        return;
    }
    if (signbit(value)) {
        text_buffer_char(out, '-');
        value = -value;
    }
    if (isinf(value)) {
        text_buffer_string(out, "Infinity");
        return;
    }
    if (fpclassify(value) == FP_ZERO) {
        text_buffer_char(out, '0');
        return;
    }
    struct shortest s = {.count = 0};
    shortest_digits(value, single, &s);
    if (s.exponent < -4 || s.exponent >= (single ? 6 : 15)) {
        text_buffer_char(out, s.digits[0]);
        if (s.count > 1) {
            text_buffer_char(out, '.');
            text_buffer_push(out, s.digits + 1, (size_t)s.count - 1);
        }
        text_buffer_format(
            out, "e%c%02d", s.exponent < 0 ? '-' : '+', s.exponent < 0 ? -s.exponent : s.exponent);
        return;
    }
    if (s.exponent < 0) {
        text_buffer_push(out, "0.000", (size_t)(1 - s.exponent));
        text_buffer_push(out, s.digits, (size_t)s.count);
        return;
    }
    int whole = s.exponent + 1 < s.count ? s.exponent + 1 : s.count;
    text_buffer_push(out, s.digits, (size_t)whole);
    text_buffer_push(out, "00000000000000", (size_t)(s.exponent + 1 - whole));
    if (s.count > whole) {
        text_buffer_char(out, '.');
        text_buffer_push(out, s.digits + whole, (size_t)(s.count - whole));
    }
}

static void format_hex(const void *data, size_t size, struct text_buffer *out)
{
    static const char digits[] = "0123456789abcdef";
    const uint8_t *bytes = data;
    char piece[256];
    size_t used = 0;

    for (size_t i = 0; i < size; i++) {
        piece[used++] = digits[bytes[i] >> 4];
        piece[used++] = digits[bytes[i] & 15];
        if (used == sizeof piece) {
            text_buffer_push(out, piece, used);
            used = 0;
        }
    }
    text_buffer_push(out, piece, used);
}

static void format_uuid(const struct uuid *uuid, struct text_buffer *out)
{
    static const char digits[] = "0123456789abcdef";
    char room[36];
    size_t used = 0;

    for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10) {
            room[used++] = '-';
        }
        room[used++] = digits[uuid->bytes[i] >> 4];
        room[used++] = digits[uuid->bytes[i] & 15];
    }
    text_buffer_push(out, room, sizeof room);
}

static void format_integral(const struct vector *vector, int slot, struct text_buffer *out)
{
    int64_t value = vector->int64s[slot];

    /* Only types of this storage get here. */
    switch ((int)vector->type.id) {
    case TYPE_DATE:
        date_format(value, out);
        break;
    case TYPE_TIME:
        time_format(value, out);
        break;
    case TYPE_TIMESTAMP:
        timestamp_format(value, out);
        break;
    case TYPE_TIMESTAMPTZ:
        timestamptz_format(value, NULL, out);
        break;
    default:
        text_buffer_format(out, "%" PRId64, value);
        break;
    }
}

static void format_text(enum type_id type, struct text text, struct text_buffer *out)
{
    if (type == TYPE_BYTEA) {
        text_buffer_string(out, "\\x");
        format_hex(text.data, text.size, out);
        return;
    }
    while (type == TYPE_CHAR && text.size > 0 && text.data[text.size - 1] == ' ') {
        text.size--;
    }
    text_buffer_push(out, text.data, text.size);
}

void vector_format(const struct vector *vector, int row, struct text_buffer *out)
{
    int slot = vector_slot(vector, row);

    if (!validity_get(vector->valid, slot)) {
        return;
    }
    switch (type_storage(vector->type.id)) {
    case STORAGE_BOOL:
        text_buffer_char(out, vector->bools[slot] != 0 ? 't' : 'f');
        break;
    case STORAGE_INT64:
        format_integral(vector, slot, out);
        break;
    case STORAGE_FLOAT64:
        format_float(vector->doubles[slot], vector->type.id == TYPE_FLOAT4, out);
        break;
    case STORAGE_DECIMAL:
        decimal_format(&vector->decimals[slot], out);
        break;
    case STORAGE_TEXT:
        format_text(vector->type.id, vector->texts[slot], out);
        break;
    case STORAGE_UUID:
        format_uuid(&vector->uuids[slot], out);
        break;
    case STORAGE_INTERVAL:
        interval_format(&vector->intervals[slot], out);
        break;
    }
}
