/* kernel_health_unit.c — units of measurement: local spellings to codes of UCUM.
 *
 * A table, not a grammar: an unknown unit is an error, and no value is ever converted.
 * SPDX-License-Identifier: Apache-2.0 */
#include "kernel_health.h"
#include "kernels.h"

#include <string.h>

struct unit {
    struct text spelling;
    struct text code;
};

/* Signs that are written in another way in the table. */
struct sign {
    const char *bytes;
    char plain;
    bool raised; /* a digit behind a ^ */
};

static const struct text *find_unit(struct text spelling)
{
    static const struct unit units[] = {
#define UNIT(spelling, code)                                                                       \
    {{.data = (spelling), .size = sizeof(spelling) - 1},                                           \
     {.data = (code), .size = sizeof(code) - 1}},
#include "ucum_units.def"
#undef UNIT
    };
    size_t low = 0;
    size_t high = sizeof units / sizeof units[0];

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = text_compare(spelling, units[middle].spelling);
        if (order == 0) {
            return &units[middle].code;
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return NULL;
}

/* The sign that `text` begins with, or NULL. */
static const struct sign *find_sign(const char *data, uint32_t size)
{
    static const struct sign signs[] = {{"\u00b5", 'u', false},
                                        {"\u03bc", 'u', false},
                                        {"\u00d7", 'x', false},
                                        {"\u2070", '0', true},
                                        {"\u00b9", '1', true},
                                        {"\u00b2", '2', true},
                                        {"\u00b3", '3', true},
                                        {"\u2074", '4', true},
                                        {"\u2075", '5', true},
                                        {"\u2076", '6', true},
                                        {"\u2077", '7', true},
                                        {"\u2078", '8', true},
                                        {"\u2079", '9', true}};

    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        size_t length = strlen(signs[i].bytes);
        if (length <= size && memcmp(data, signs[i].bytes, length) == 0) {
            return &signs[i];
        }
    }
    return NULL;
}

/* The spelling as the table has it, in `plain`; false if it is longer than any there. */
static bool make_plain(struct text text, char plain[READING_BYTES], uint32_t *size)
{
    bool raised = false;

    *size = 0;
    for (uint32_t at = 0; at < text.size;) {
        const struct sign *sign =
            (unsigned char)text.data[at] < 0x80 ? NULL : find_sign(text.data + at, text.size - at);
        if (*size + 2 > READING_BYTES) {
            return false;
        }
        if (sign != NULL && sign->raised && !raised) {
            plain[(*size)++] = '^';
        }
        raised = sign != NULL && sign->raised;
        plain[(*size)++] = (char)(sign != NULL ? sign->plain : text.data[at]);
        at += sign != NULL ? (uint32_t)strlen(sign->bytes) : 1;
    }
    return true;
}

static void read_unit(struct text given, struct reading *reading)
{
    uint32_t size = 0;
    const struct text *code = NULL;

    if (make_plain(text_trim(given), reading->data, &size)) {
        code = find_unit(text_from(reading->data, size));
    }
    if (code == NULL) {
        reading->fault = FAULT_UCUM_UNIT;
        return;
    }
    reading->text = *code;
    if (!text_equal(given, *code)) {
        reading_rule(reading, RULE_UCUM_SPELLING);
    }
}

void kernel_ucum_unit(struct call *call)
{
    health_value(call, read_unit);
}
