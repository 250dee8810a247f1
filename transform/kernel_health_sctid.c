/* kernel_health_sctid.c — identifiers of SNOMED CT, and of dm+d, which are some of them.
 *
 * 6 to 18 digits without a leading zero. The last is Verhoeff's check digit, which finds every
 * single wrong digit and every two neighbours in each other's place: it also finds most numbers
 * that went through a double. The two digits before say what is identified: 00 and 10 a concept, 01
 * and 11 a description, 02 and 12 a relationship; behind 1 stands an extension, whose namespace are
 * the seven digits before.
 * Source   SNOMED CT Release File Specification, SCTID; Verhoeff's tables are those of the dihedral
 * group of ten. SPDX-License-Identifier: Apache-2.0 */
#include "kernel_health.h"
#include "kernels.h"

#include <string.h>

enum {
    SCTID_LEAST = 6,
    SCTID_MOST = 18,
    NAMESPACE_DIGITS = 7,
    EXTENSION_LEAST = 11 /* an item of one digit, namespace, partition, check digit */
};

static bool verhoeff_valid(const char *digits, uint32_t size)
{
    static const uint8_t product[10][10] = {{0, 1, 2, 3, 4, 5, 6, 7, 8, 9},
                                            {1, 2, 3, 4, 0, 6, 7, 8, 9, 5},
                                            {2, 3, 4, 0, 1, 7, 8, 9, 5, 6},
                                            {3, 4, 0, 1, 2, 8, 9, 5, 6, 7},
                                            {4, 0, 1, 2, 3, 9, 5, 6, 7, 8},
                                            {5, 9, 8, 7, 6, 0, 4, 3, 2, 1},
                                            {6, 5, 9, 8, 7, 1, 0, 4, 3, 2},
                                            {7, 6, 5, 9, 8, 2, 1, 0, 4, 3},
                                            {8, 7, 6, 5, 9, 3, 2, 1, 0, 4},
                                            {9, 8, 7, 6, 5, 4, 3, 2, 1, 0}};
    static const uint8_t permutation[8][10] = {{0, 1, 2, 3, 4, 5, 6, 7, 8, 9},
                                               {1, 5, 7, 6, 2, 8, 3, 0, 9, 4},
                                               {5, 8, 0, 3, 7, 9, 6, 1, 4, 2},
                                               {8, 9, 1, 6, 0, 4, 3, 5, 2, 7},
                                               {9, 4, 5, 3, 1, 2, 6, 8, 7, 0},
                                               {4, 2, 8, 6, 5, 7, 3, 9, 0, 1},
                                               {2, 7, 9, 3, 8, 0, 6, 4, 1, 5},
                                               {7, 0, 4, 6, 9, 1, 3, 2, 5, 8}};
    unsigned check = 0;

    for (uint32_t i = 0; i < size; i++) {
        check = product[check][permutation[i % 8][digits[size - 1 - i] - '0']];
    }
    return check == 0;
}

static enum word partition_of(const char *digits, uint32_t size)
{
    static const enum word words[2][3] = {
        {WORD_SCTID_CONCEPT, WORD_SCTID_DESCRIPTION, WORD_SCTID_RELATIONSHIP},
        {WORD_SCTID_EXT_CONCEPT, WORD_SCTID_EXT_DESCRIPTION, WORD_SCTID_EXT_RELATIONSHIP}};
    int extension = digits[size - 3] - '0';
    int what = digits[size - 2] - '0';

    return extension > 1 || what > 2 || (extension == 1 && size < EXTENSION_LEAST)
               ? WORD_NONE
               : words[extension][what];
}

static void judge(struct reading *reading)
{
    const char *digits = reading->text.data;
    uint32_t size = reading->text.size;

    if (size < SCTID_LEAST || size > SCTID_MOST || digits[0] == '0' || !all_digits(digits, size)) {
        reading->fault = FAULT_SCTID;
    } else if (!verhoeff_valid(digits, size)) {
        reading->fault = FAULT_SCTID_CHECK;
    } else {
        reading->word = partition_of(digits, size);
        reading->fault = reading->word == WORD_NONE ? FAULT_SCTID_PARTITION : FAULT_NONE;
    }
}

static void read_sctid(struct text given, struct reading *reading)
{
    reading->text = reading_trim(given, reading, RULE_SCTID_BLANKS);
    judge(reading);
}

static bool is_extension(enum word word)
{
    return word == WORD_SCTID_EXT_CONCEPT || word == WORD_SCTID_EXT_DESCRIPTION ||
           word == WORD_SCTID_EXT_RELATIONSHIP;
}

static struct text namespace_of(struct text sctid)
{
    return text_from(sctid.data + sctid.size - 3 - NAMESPACE_DIGITS, NAMESPACE_DIGITS);
}

/* A concept of the international release or of the United Kingdom's drug extension. */
static void read_dmd(struct text given, struct reading *reading)
{
    read_sctid(given, reading);
    if (reading->fault == FAULT_NONE && reading->word != WORD_SCTID_CONCEPT &&
        (reading->word != WORD_SCTID_EXT_CONCEPT ||
         !text_equal(namespace_of(reading->text), text_of("1000001")))) {
        reading->fault = FAULT_DMD_ID;
    }
}

/* The digits of a number; what is negative or too long is left empty, and so refused. */
static void number_digits(int64_t number, struct reading *reading)
{
    uint32_t at = READING_BYTES;

    for (int64_t rest = number; rest > 0; rest /= 10) {
        reading->data[--at] = (char)('0' + rest % 10);
    }
    reading->text = text_from(reading->data + at, READING_BYTES - at);
}

static void begin_number(struct call *call, int row, struct reading *reading)
{
    reading->word = WORD_NONE;
    reading->fault = FAULT_NONE;
    reading->rule_count = 0;
    number_digits(call_int64(call, 0, row), reading);
}

/* A number's value is itself. */
static void number_values(struct call *call, reader *read)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct reading reading;
        begin_number(call, row, &reading);
        read(reading.text, &reading);
        if (reading.fault != FAULT_NONE) {
            call_fail(call, row, reading.fault);
        } else {
            call->result->int64s[row] = call_int64(call, 0, row);
        }
    }
}

void kernel_sctid(struct call *call)
{
    health_value(call, read_sctid);
}

void kernel_sctid_number(struct call *call)
{
    number_values(call, read_sctid);
}

void kernel_dmd_id(struct call *call)
{
    health_value(call, read_dmd);
}

void kernel_dmd_id_number(struct call *call)
{
    number_values(call, read_dmd);
}

void kernel_sctid_kind(struct call *call)
{
    health_word(call, read_sctid);
}

void kernel_sctid_kind_number(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct reading reading;
        begin_number(call, row, &reading);
        judge(&reading);
        if (reading.fault != FAULT_NONE) {
            call_fail(call, row, reading.fault);
        } else {
            health_put_word(call, row, reading.word);
        }
    }
}

void kernel_sctid_namespace(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct reading reading = {.rule_count = 0};
        read_sctid(call_text(call, 0, row), &reading);
        if (reading.fault != FAULT_NONE) {
            call_fail(call, row, reading.fault);
        } else if (is_extension(reading.word)) {
            call->result->texts[row] = namespace_of(reading.text);
        } else {
            call_null(call, row);
        }
    }
}
