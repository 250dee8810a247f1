/* fuzz_decimal.c — decimal numbers: the bytes are two of them as text, with a zero byte between.
 *
 * Held, where both are numbers: text → value → text → value is the same value of the same scale;
 * equal values have the same canonical bytes, different ones others; and what holds of numbers on
 * paper: a + b - b = a, a - b = -(b - a), a * b = b * a, a % b is smaller than b and of the sign of
 * a, rounding to the digits that are there changes nothing.
 * SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"

#include "novate/canonical.h"
#include "novate/decimal.h"

#include <string.h>

enum {
    DIGITS_MAX = 600 /* of what is computed with: more is slow, and no different */
};

static struct {
    bool ready;
    struct arena arena;
    struct text_buffer text;
    struct text_buffer other;
} fuzz;

static bool equal(const struct decimal *a, const struct decimal *b)
{
    return decimal_compare(a, b) == 0 && decimal_compare(b, a) == 0;
}

static bool finite(const struct decimal *value)
{
    return value->kind == DECIMAL_FINITE || value->kind == DECIMAL_WIDE;
}

static bool small(const struct decimal *value)
{
    return value->scale <= DIGITS_MAX &&
           (value->kind != DECIMAL_WIDE || value->digit_count <= DIGITS_MAX);
}

/* Text of the value, and the value of that text. */
static void check_text(const struct decimal *value)
{
    struct decimal again;

    text_buffer_reset(&fuzz.text);
    decimal_format(value, &fuzz.text);
    FUZZ_ASSERT(!fuzz.text.failed);
    struct text text = text_from(fuzz.text.data, fuzz.text.size);
    FUZZ_ASSERT(decimal_parse(text, &fuzz.arena, &again) == DECIMAL_OK);
    FUZZ_ASSERT(equal(value, &again) && again.scale == value->scale);
    FUZZ_ASSERT(again.kind == value->kind && again.negative == value->negative);
}

static void encode(struct decimal value, struct text_buffer *out)
{
    struct vector vector = {.type = {.id = TYPE_NUMERIC}, .rows = 1, .base_rows = 1};

    vector.decimals = &value;
    text_buffer_reset(out);
    canonical_value(&vector, 0, out);
    FUZZ_ASSERT(!out->failed && out->size > 0);
}

static void check_canonical(const struct decimal *a, const struct decimal *b)
{
    encode(*a, &fuzz.text);
    encode(*b, &fuzz.other);
    bool same = text_equal(text_from(fuzz.text.data, fuzz.text.size),
                           text_from(fuzz.other.data, fuzz.other.size));
    FUZZ_ASSERT(same == equal(a, b));
    FUZZ_ASSERT(decimal_compare(a, b) == -decimal_compare(b, a));
}

/* False: the result is too large to be one. */
static bool computed(enum decimal_status status, const struct decimal *value)
{
    FUZZ_ASSERT(status == DECIMAL_OK || status == DECIMAL_OVERFLOW);
    if (status == DECIMAL_OK) {
        check_text(value);
    }
    return status == DECIMAL_OK;
}

static void check_sums(const struct decimal *a, const struct decimal *b)
{
    struct decimal sum;
    struct decimal back;

    if (computed(decimal_add(a, b, &fuzz.arena, &sum), &sum) &&
        computed(decimal_subtract(&sum, b, &fuzz.arena, &back), &back)) {
        FUZZ_ASSERT(equal(a, &back));
    }
    if (computed(decimal_subtract(a, b, &fuzz.arena, &sum), &sum)) {
        FUZZ_ASSERT(decimal_subtract(b, a, &fuzz.arena, &back) == DECIMAL_OK);
        back = decimal_negate(&back);
        FUZZ_ASSERT(equal(&sum, &back));
    }
}

static void check_products(const struct decimal *a, const struct decimal *b)
{
    struct decimal product;
    struct decimal other;
    struct decimal zero = decimal_from_int64(0);

    if (computed(decimal_multiply(a, b, &fuzz.arena, &product), &product)) {
        FUZZ_ASSERT(decimal_multiply(b, a, &fuzz.arena, &other) == DECIMAL_OK);
        FUZZ_ASSERT(equal(&product, &other) && product.scale == other.scale);
    }
    if (equal(b, &zero)) {
        FUZZ_ASSERT(decimal_divide(a, b, &fuzz.arena, &other) == DECIMAL_DIVISION_BY_ZERO);
        FUZZ_ASSERT(decimal_remainder(a, b, &fuzz.arena, &other) == DECIMAL_DIVISION_BY_ZERO);
        return;
    }
    (void)computed(decimal_divide(a, b, &fuzz.arena, &other), &other);
    if (computed(decimal_remainder(a, b, &fuzz.arena, &other), &other)) {
        struct decimal divisor = *b;
        FUZZ_ASSERT(equal(&other, &zero) || other.negative == a->negative);
        divisor.negative = other.negative;
        int order = decimal_compare(&other, &divisor);
        FUZZ_ASSERT(other.negative ? order > 0 : order < 0);
    }
}

static void check_rounding(const struct decimal *value)
{
    struct decimal rounded;
    int64_t integer = 0;

    FUZZ_ASSERT(decimal_round(value, value->scale, &fuzz.arena, &rounded) == DECIMAL_OK);
    FUZZ_ASSERT(equal(value, &rounded));
    if (decimal_to_int64(value, &integer) == DECIMAL_OK) {
        struct decimal whole = decimal_from_int64(integer);
        FUZZ_ASSERT(decimal_round(value, 0, &fuzz.arena, &rounded) == DECIMAL_OK);
        FUZZ_ASSERT(equal(&whole, &rounded));
        check_canonical(&whole, &rounded);
    }
}

static void check_pair(const struct decimal *a, const struct decimal *b)
{
    check_canonical(a, b);
    if (!finite(a) || !finite(b) || !small(a) || !small(b)) {
        return;
    }
    check_sums(a, b);
    check_products(a, b);
    check_rounding(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    const char *middle = size == 0 ? NULL : memchr(text, 0, size);
    struct decimal a;
    struct decimal b = decimal_from_int64(3);

    if (!fuzz.ready) {
        arena_init(&fuzz.arena, 1 << 20, NULL);
        text_buffer_init(&fuzz.text, 1 << 20);
        text_buffer_init(&fuzz.other, 1 << 20);
        fuzz.ready = true;
    }
    size_t first = middle == NULL ? size : (size_t)(middle - text);
    if (decimal_parse(text_from(text, first), &fuzz.arena, &a) == DECIMAL_OK) {
        check_text(&a);
        if (middle == NULL ||
            decimal_parse(text_from(middle + 1, size - first - 1), &fuzz.arena, &b) == DECIMAL_OK) {
            check_pair(&a, &b);
        }
    }
    arena_reset(&fuzz.arena);
    return 0;
}
