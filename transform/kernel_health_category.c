/* kernel_health_category.c — coded values of one or two characters.
 * Source   NHS Data Model and Dictionary, ETHNIC CATEGORY, PERSON STATED GENDER CODE, PERSON GENDER
 * CODE CURRENT, NHS NUMBER STATUS INDICATOR CODE. SPDX-License-Identifier: Apache-2.0 */
#include "kernel_health.h"
#include "kernels.h"

#include <string.h>

static bool one_of(char c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

/* A national letter, and what a trust adds to it; or 99. */
static void read_ethnic_category(struct text given, struct reading *reading)
{
    if (!reading_upper(
            given, reading, (struct capitals){2, RULE_ETHNIC_BLANKS, RULE_ETHNIC_CASE})) {
        reading->fault = FAULT_ETHNIC_CATEGORY;
        return;
    }
    const char *c = reading->data;
    uint32_t size = reading->text.size;
    bool local = size == 1 || (size == 2 && (is_digit(c[1]) || is_capital(c[1])));
    if (size == 1 && is_digit(c[0])) {
        reading->fault = FAULT_ETHNIC_RETIRED;
    } else if (!(size == 2 && memcmp(c, "99", 2) == 0) &&
               (!local || !one_of(c[0], "ABCDEFGHJKLMNPRSZ"))) {
        reading->fault = FAULT_ETHNIC_CATEGORY;
    }
}

static void read_gender(struct text given, struct reading *reading, const char *codes)
{
    if (!reading_upper(
            given, reading, (struct capitals){1, RULE_GENDER_BLANKS, RULE_GENDER_CASE}) ||
        reading->text.size == 0 || !one_of(reading->data[0], codes)) {
        reading->fault = FAULT_GENDER;
    }
}

static void read_stated_gender(struct text given, struct reading *reading)
{
    read_gender(given, reading, "0129X");
    if (reading->fault == FAULT_NONE && reading->data[0] == '0') {
        reading->data[0] = 'X';
        reading_rule(reading, RULE_GENDER_NOT_KNOWN);
    }
}

static void read_current_gender(struct text given, struct reading *reading)
{
    read_gender(given, reading, "0129");
}

static void read_status_code(struct text given, struct reading *reading)
{
    struct text text = reading_trim(given, reading, RULE_STATUS_BLANKS);

    if (text.size == 1) {
        reading_rule(reading, RULE_STATUS_ZERO);
    }
    if (text.size < 1 || text.size > 2 || (text.size == 2 && text.data[0] != '0') ||
        !one_of(text.data[text.size - 1], "12345678")) {
        reading->fault = FAULT_NHS_STATUS;
        return;
    }
    reading->data[0] = '0';
    reading->data[1] = text.data[text.size - 1];
    reading_own(reading, 2);
}

void kernel_ethnic_category(struct call *call)
{
    health_value(call, read_ethnic_category);
}

void kernel_person_stated_gender(struct call *call)
{
    health_value(call, read_stated_gender);
}

void kernel_person_gender_current(struct call *call)
{
    health_value(call, read_current_gender);
}

void kernel_nhs_number_status_code(struct call *call)
{
    health_value(call, read_status_code);
}
