/* kernel_health_result.c — results, quantities of packs and reference ranges, read out of texts.
 *
 * A number here is digits and a point; no exponent, no hexadecimal digits, no word (inf, NaN), no
 * decimal comma: what a laboratory writes as text stays text. Numbers are decimal, and keep the
 * digits that were written. SPDX-License-Identifier: Apache-2.0 */
#include "kernel_health.h"
#include "kernels.h"

#include <string.h>

static bool take(struct text *text, const char *with)
{
    uint32_t size = (uint32_t)strlen(with);

    if (text->size < size || memcmp(text->data, with, size) != 0) {
        return false;
    }
    text->data += size;
    text->size -= size;
    return true;
}

void skip_blanks(struct text *text)
{
    while (take(text, " ") || take(text, "\t")) {
    }
}

static uint32_t count_digits(struct text text, uint32_t from)
{
    uint32_t count = 0;

    while (from + count < text.size && is_digit(text.data[from + count])) {
        count++;
    }
    return count;
}

static bool push(struct result_number *number, const char *data, uint32_t size)
{
    if (size > sizeof number->digits - number->size) {
        return false; /* no measurement has so many digits */
    }
    memcpy(number->digits + number->size, data, size);
    number->size += size;
    return true;
}

bool result_number_read(struct text *text, unsigned flags, struct result_number *number)
{
    struct text rest = *text;

    *number = (struct result_number){.size = 0};
    if ((flags & NUMBER_SIGNED) != 0 && take(&rest, "-")) {
        (void)push(number, "-", 1);
    }
    uint32_t whole = count_digits(rest, 0);
    if (!push(number, rest.data, whole)) {
        return false;
    }
    uint32_t at = whole;
    while ((flags & NUMBER_THOUSANDS) != 0 && whole >= 1 && whole <= 3 && at < rest.size &&
           rest.data[at] == ',') {
        if (count_digits(rest, at + 1) != 3 || !push(number, rest.data + at + 1, 3)) {
            return false;
        }
        at += 4;
        number->thousands = true;
    }
    uint32_t behind = at < rest.size && rest.data[at] == '.' ? count_digits(rest, at + 1) : 0;
    if (behind > 0) {
        if (!push(number, rest.data + at, behind + 1)) {
            return false;
        }
        at += behind + 1;
    }
    if (whole == 0 && behind == 0) {
        return false;
    }
    rest.data += at;
    rest.size -= at;
    *text = rest;
    return true;
}

void result_number_put(struct call *call, int row, const struct result_number *number)
{
    struct decimal value;
    enum decimal_status status =
        decimal_parse(text_from(number->digits, number->size), call->arena, &value);

    call_decimal_result(call, row, status, &value);
}

/* The comparator at the beginning, or NULL. */
static const char *take_comparator(struct text *text)
{
    static const char *const signs[] = {"<=", ">=", "<", ">"};

    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        if (take(text, signs[i])) {
            return signs[i];
        }
    }
    return NULL;
}

/* A result: [comparator] number, and nothing else. */
static bool read_result(struct text text, const char **comparator, struct result_number *number)
{
    text = text_trim(text);
    *comparator = take_comparator(&text);
    skip_blanks(&text);
    return result_number_read(&text, NUMBER_SIGNED | NUMBER_THOUSANDS, number) && text.size == 0;
}

/* What a laboratory's system sends where there is no result. */
static bool is_placeholder(struct text text)
{
    text = text_trim(text);
    for (uint32_t i = 0; i < text.size; i++) {
        if (text.data[i] != '.' && text.data[i] != '*' && text.data[i] != '-') {
            return false;
        }
    }
    return true;
}

void kernel_result_value(struct call *call)
{
    for (int k = 0; k < call->count && !call->out_of_memory; k++) {
        int row = call_row(call, k);
        struct text text = call_text(call, 0, row);
        struct result_number number;
        const char *comparator = NULL;
        if (!read_result(text, &comparator, &number)) {
            call_fail(
                call, row, is_placeholder(text) ? FAULT_RESULT_PLACEHOLDER : FAULT_RESULT_TEXT);
            continue;
        }
        result_number_put(call, row, &number);
        if (comparator != NULL) {
            health_say(call, row, RULE_RESULT_COMPARATOR);
        }
        if (number.thousands) {
            health_say(call, row, RULE_RESULT_THOUSANDS);
        }
    }
}

void kernel_result_comparator(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct result_number number;
        const char *comparator = NULL;
        if (read_result(call_text(call, 0, row), &comparator, &number) && comparator != NULL) {
            call->result->texts[row] = text_of(comparator);
        } else {
            call_null(call, row);
        }
    }
}

/* 4 x 1 Vial Pack, 99 Tablet: [containers x] units [of what]. */
struct pack {
    bool has_containers;
    struct result_number containers, units;
    struct text what;
};

/* The name of the unit: no digit, so that no second number is overlooked, and no line end. */
static bool is_unit(struct text text)
{
    for (uint32_t i = 0; i < text.size; i++) {
        if (is_digit(text.data[i]) || (unsigned char)text.data[i] < ' ') {
            return false;
        }
    }
    return text.size == 0 || (unsigned char)text.data[0] >= 'A' || text.data[0] == '%';
}

static bool read_pack(struct text text, struct pack *pack)
{
    text = text_trim(text);
    pack->has_containers = false;
    if (!result_number_read(&text, NUMBER_SIGNED | NUMBER_THOUSANDS, &pack->units)) {
        return false;
    }
    bool blank = text.size > 0 && text.data[0] == ' '; /* 0x1A is no pack */
    skip_blanks(&text);
    struct text rest = text;
    bool sign = take(&rest, "\u00d7") || (blank && (take(&rest, "x") || take(&rest, "X")));
    bool apart = rest.size == 0 || rest.data[0] == ' '; /* otherwise a name may begin with x */
    skip_blanks(&rest);
    if (sign && (apart || is_digit(rest.data[0]))) {
        pack->containers = pack->units;
        pack->has_containers = true;
        text = rest;
        if (!result_number_read(&text, NUMBER_THOUSANDS, &pack->units)) {
            return false;
        }
        skip_blanks(&text);
    }
    pack->what = text;
    return is_unit(text);
}

static void put_product(struct call *call, int row, const struct pack *pack)
{
    struct decimal a;
    struct decimal b;
    const struct result_number *x = &pack->containers;
    const struct result_number *y = &pack->units;
    enum decimal_status status = decimal_parse(text_from(x->digits, x->size), call->arena, &a);

    if (status == DECIMAL_OK) {
        status = decimal_parse(text_from(y->digits, y->size), call->arena, &b);
    }
    if (status == DECIMAL_OK) {
        status = decimal_multiply(&a, &b, call->arena, &a);
    }
    call_decimal_result(call, row, status, &a);
}

void kernel_pack_total(struct call *call)
{
    for (int k = 0; k < call->count && !call->out_of_memory; k++) {
        int row = call_row(call, k);
        struct pack pack;
        if (!read_pack(call_text(call, 0, row), &pack)) {
            call_fail(call, row, FAULT_PACK);
            continue;
        }
        if (pack.has_containers) {
            put_product(call, row, &pack);
            health_say(call, row, RULE_PACK_TOTAL);
        } else {
            result_number_put(call, row, &pack.units);
        }
        if (pack.units.thousands || (pack.has_containers && pack.containers.thousands)) {
            health_say(call, row, RULE_PACK_THOUSANDS);
        }
    }
}

static void put_part(struct call *call, bool containers)
{
    for (int k = 0; k < call->count && !call->out_of_memory; k++) {
        int row = call_row(call, k);
        struct pack pack;
        if (!read_pack(call_text(call, 0, row), &pack)) {
            call_fail(call, row, FAULT_PACK);
        } else if (!pack.has_containers) {
            call_null(call, row);
        } else {
            result_number_put(call, row, containers ? &pack.containers : &pack.units);
        }
    }
}

void kernel_pack_containers(struct call *call)
{
    put_part(call, true);
}

void kernel_pack_units(struct call *call)
{
    put_part(call, false);
}

void kernel_pack_unit(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct pack pack;
        if (!read_pack(call_text(call, 0, row), &pack)) {
            call_fail(call, row, FAULT_PACK);
        } else if (pack.what.size == 0) {
            call_null(call, row);
        } else {
            call->result->texts[row] = pack.what;
        }
    }
}
