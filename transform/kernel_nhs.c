/* kernel_nhs.c — the NHS number: ten digits of which the last checks the others.
 *
 * Written 9434765919, 943 476 5919 or 943-476-5919, blanks around allowed. The first nine digits
 * are weighted 10 to 2; 11 minus the sum modulo 11 must be the tenth, 11 standing for 0; where it
 * would be 10 the number was never given out. Ten equal digits pass that test by accident and are
 * refused.
 * Source   NHS Data Model and Dictionary, NHS NUMBER. SPDX-License-Identifier: Apache-2.0 */
#include "kernels.h"

#include <string.h>

enum {
    NHS_DIGITS = 10
};

/* The ten digits, in whichever form they are written. */
static bool read_digits(struct text text, char digits[NHS_DIGITS])
{
    text = text_trim(text);
    bool grouped = text.size == NHS_DIGITS + 2;
    int count = 0;

    if (text.size != NHS_DIGITS && !grouped) {
        return false;
    }
    if (grouped && (text.data[3] != text.data[7] || (text.data[3] != ' ' && text.data[3] != '-'))) {
        return false;
    }
    for (uint32_t at = 0; at < text.size; at++) {
        if (grouped && (at == 3 || at == 7)) {
            continue;
        }
        if (text.data[at] < '0' || text.data[at] > '9') {
            return false;
        }
        digits[count++] = text.data[at];
    }
    return true;
}

static bool digits_valid(const char digits[NHS_DIGITS])
{
    int sum = 0;
    bool equal = true;

    for (int i = 0; i < NHS_DIGITS - 1; i++) {
        sum += (digits[i] - '0') * (NHS_DIGITS - i);
        equal = equal && digits[i] == digits[i + 1];
    }
    int check = 11 - sum % 11;
    return !equal && (check == 11 ? 0 : check) == digits[NHS_DIGITS - 1] - '0';
}

void kernel_nhs_number(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct text text = call_text(call, 0, row);
        char digits[NHS_DIGITS];
        if (!read_digits(text, digits) || !digits_valid(digits)) {
            call_fail(call, row, FAULT_NHS_NUMBER);
            continue;
        }
        text = text_trim(text);
        if (text.size != NHS_DIGITS) { /* the plain form is its own result */
            char *copy = call_bytes(call, NHS_DIGITS);
            if (copy == NULL) {
                return;
            }
            memcpy(copy, digits, NHS_DIGITS);
            text = text_from(copy, NHS_DIGITS);
        }
        call->result->texts[row] = text;
    }
}
