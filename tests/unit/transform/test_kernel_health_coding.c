/* test_kernel_health_coding.c — ICD-10, OPCS-4 and Read codes.
 * SPDX-License-Identifier: Apache-2.0 */
#include "health_fixture.h"

START_TEST(icd10_codes)
{
    static const struct health_case cases[] = {
        {"I219", "I219", ""},
        {"R54X", "R54X", ""},
        {"U071", "U071", ""},
        {"S7200", "S7200", ""},
        {"A170-D", "A170-D", ""},
        {"M0106A", "M0106A", ""},
        {"I21.9", "I219", "icd10: dot"},
        {"i21.9", "I219", "icd10: case, icd10: dot"},
        {" I219", "I219", "icd10: blanks"},
        {"R54", "R54X", "icd10: filler"},
        {"S72.00", "S7200", "icd10: dot"},
        {"I219-", "I219", "icd10: filler"},
        {"A17.0D", "A170-D", "icd10: dot, icd10: filler"},
        {"A170D", "A170-D", "icd10: filler"},
        {"A17.0+", "A170-D", "icd10: dot, icd10: mark, icd10: filler"},
        {"A17.0\xe2\x80\xa0", "A170-D", "icd10: dot, icd10: mark, icd10: filler"},
        {"G01*", "G01X-A", "icd10: mark, icd10: filler"},
        {"M01.06*", "M0106A", "icd10: dot, icd10: mark"},
        {"21.9", "!ICD10", ""},
        {"I2", "!ICD10", ""},
        {"IX1", "!ICD10", ""},
        {"", "!ICD10", ""},
        {"I21.9 and more", "!ICD10", ""},
        {"I21.", "!ICD10_REST", ""},
        {"I21-", "!ICD10_REST", ""},
        {"I2199A9", "!ICD10_REST", ""},
        {"I219XA", "!ICD10_REST", ""},
        {"I21 9", "!ICD10_REST", ""},
        {"I21..9", "!ICD10_REST", ""},
        {"I21Y", "!ICD10_REST", ""},
    };
    CHECK_HEALTH("icd10", cases);
}
END_TEST

START_TEST(opcs4_codes)
{
    static const struct health_case cases[] = {
        {"K401", "K401", ""},
        {"Z943", "Z943", ""},
        {"K40.1", "K401", "opcs4: dot"},
        {"k40.1 ", "K401", "opcs4: blanks, opcs4: case, opcs4: dot"},
        {"K401A", "K401", "opcs4: local fifth character"},
        {"K40.12", "K401", "opcs4: dot, opcs4: local fifth character"},
        {"X998", "X998", "opcs4: default code"},
        {"X99.9", "X999", "opcs4: dot, opcs4: default code"},
        {"X997", "X997", ""},
        {"I401", "!OPCS4", ""},
        {"K4", "!OPCS4", ""},
        {"K40", "!OPCS4", ""},
        {"K40X", "!OPCS4", ""},
        {"4401", "!OPCS4", ""},
        {"K401-", "!OPCS4", ""},
        {"K401AB", "!OPCS4", ""},
        {"", "!OPCS4", ""},
    };
    CHECK_HEALTH("opcs4", cases);
}
END_TEST

START_TEST(read_codes_keep_their_case)
{
    static const struct health_case cases[] = {
        {"G30..", "G30..", ""},
        {"g30..", "g30..", ""}, /* another code */
        {"XE0Uc", "XE0Uc", ""},
        {"G30..00", "G30..", ""},
        {"XE0Uc1A", "XE0Uc", ""},
        {"G30", "G30..", "read_code: dots"},
        {"G", "G....", "read_code: dots"},
        {" G30..", "G30..", "read_code: blanks"},
        {"", "!READ_CODE", ""},
        {".....", "!READ_CODE", ""},
        {".G30.", "!READ_CODE", ""},
        {"G.30.", "!READ_CODE", ""},
        {"G30..0", "!READ_CODE", ""},
        {"G30..000", "!READ_CODE", ""},
        {"G30....", "!READ_CODE", ""},
        {"G30-.", "!READ_CODE", ""},
        {"G3 ..", "!READ_CODE", ""},
    };
    static const struct health_case terms[] = {
        {"G30..00", "00", ""},
        {"XE0Uc1A", "1A", ""},
        {"G30..", "NULL", ""},
        {"G30", "NULL", ""},
        {"G30..0", "!READ_CODE", ""},
    };
    CHECK_HEALTH("read_code", cases);
    CHECK_HEALTH("read_term", terms);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        icd10_codes,
        opcs4_codes,
        read_codes_keep_their_case,
    };
    return RUN_TESTS("kernel_health_coding", tests);
}
