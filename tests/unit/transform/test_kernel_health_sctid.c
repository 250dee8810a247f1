/* test_kernel_health_sctid.c — identifiers of SNOMED CT and dm+d, and what Verhoeff's digit
 * promises. SPDX-License-Identifier: Apache-2.0 */
#include "health_fixture.h"

START_TEST(identifiers)
{
    static const struct health_case cases[] = {
        {"73211009", "73211009", ""},
        {"22298006", "22298006", ""},
        {"100005", "100005", ""}, /* the shortest */
        {"11000001102", "11000001102", ""},
        {"1324681000000101", "1324681000000101", ""},
        {"39720311000001101", "39720311000001101", ""},
        {"999990011000001105", "999990011000001105", ""},
        {"999990011000000110", "999990011000000110", ""}, /* a description */
        {" 73211009", "73211009", "sctid: blanks"},
        {"73211008", "!SCTID_CHECK", ""},
        {"999990011000001152", "!SCTID_CHECK", ""}, /* the one above, through a double */
        {"12345", "!SCTID", ""},
        {"0073211009", "!SCTID", ""},
        {"1999990011000001105", "!SCTID", ""},
        {"7321100A", "!SCTID", ""},
        {"-73211009", "!SCTID", ""},
        {"", "!SCTID", ""},
        {"100300", "!SCTID_PARTITION", ""}, /* partition 30 */
        {"100108", "!SCTID_PARTITION", ""}, /* an extension without a namespace */
    };
    CHECK_HEALTH("sctid", cases);
}
END_TEST

START_TEST(numbers)
{
    static const struct value_case cases[] = {
        {"sctid(73211009)", "73211009"},
        {"sctid(73211009::bigint)", "73211009"},
        {"sctid(999990011000001105)", "999990011000001105"},
        {"sctid(999990011000001152)", "!22023"},
        {"sctid(-73211009)", "!22023"},
        {"sctid(0)", "!22023"},
        {"sctid(9223372036854775807)", "!22023"},
        {"sctid_kind(73211009)", "concept"},
        {"sctid_kind(999990011000000110)", "extension description"},
        {"sctid_kind(12345)", "!22023"},
        {"dmd_id(39720311000001101)", "39720311000001101"},
        {"dmd_id(1324681000000101)", "!22023"},
        {"sctid(null::bigint)", "NULL"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(kinds_and_namespaces)
{
    static const struct health_case kinds[] = {
        {"73211009", "concept", ""},
        {"1223980016", "description", ""},
        {"39720311000001101", "extension concept", ""},
        {"999990011000000110", "extension description", ""},
    };
    static const struct health_case namespaces[] = {
        {"73211009", "NULL", ""},
        {"39720311000001101", "1000001", ""},
        {"11000001102", "1000001", ""},
        {"1324681000000101", "1000000", ""},
        {"73211008", "!SCTID_CHECK", ""},
    };
    static const struct health_case dmd[] = {
        {"39720311000001101", "39720311000001101", ""},
        {"322236009", "322236009", ""},      /* of the international release */
        {"1324681000000101", "!DMD_ID", ""}, /* the clinical extension */
        {"1223980016", "!DMD_ID", ""},       /* a description */
        {"39720311000001102", "!SCTID_CHECK", ""},
    };
    CHECK_HEALTH("sctid_kind", kinds);
    CHECK_HEALTH("sctid_namespace", namespaces);
    CHECK_HEALTH("dmd_id", dmd);
}
END_TEST

static bool check_fails(const char *digits)
{
    struct arena_mark mark = arena_mark(&run.arena);
    const char *value = health_value_of("sctid", digits);
    bool fails =
        strcmp(value, "!SCTID_CHECK") == 0 || (strcmp(value, "!SCTID") == 0 && digits[0] == '0');

    arena_rewind(&run.arena, mark);
    return fails;
}

START_TEST(one_check_digit_that_finds_every_slip)
{
    struct seed seed = seed_of(20260304);

    for (int round = 0; round < 60; round++) {
        char digits[19] = {'\0'};
        int size = 8 + seed_below(&seed, 11);
        int valid = 0;
        char last = '0';
        for (int i = 0; i < size; i++) {
            digits[i] = (char)('0' + (i == 0) + seed_below(&seed, 10 - (i == 0)));
        }
        digits[size - 3] = '0';
        digits[size - 2] = (char)('0' + seed_below(&seed, 3));
        for (char c = '0'; c <= '9'; c++) {
            digits[size - 1] = c;
            if (health_passes("sctid", digits)) {
                valid++;
                last = c;
            }
        }
        ck_assert_msg(valid == 1, "%s has %d check digits", digits, valid);
        digits[size - 1] = last;
        for (int i = 0; i < size; i++) {
            char good = digits[i];
            for (char c = '0'; c <= '9'; c++) {
                digits[i] = c;
                ck_assert_msg(c == good || check_fails(digits), "%s", digits);
            }
            digits[i] = good;
            if (i > 0 && digits[i - 1] != good) {
                digits[i] = digits[i - 1];
                digits[i - 1] = good;
                ck_assert_msg(check_fails(digits), "%s", digits);
                digits[i - 1] = digits[i];
                digits[i] = good;
            }
        }
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        identifiers,
        numbers,
        kinds_and_namespaces,
        one_check_digit_that_finds_every_slip,
    };
    return RUN_TESTS("kernel_health_sctid", tests);
}
