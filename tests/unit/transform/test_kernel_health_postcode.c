/* test_kernel_health_postcode.c — postcodes: forms, repairs, and that there is never more than one
 * way to read one. SPDX-License-Identifier: Apache-2.0 */
#include "health_fixture.h"

START_TEST(valid_ones_stay_as_they_are)
{
    static const struct health_case cases[] = {
        {"SO22 5DE", "SO22 5DE", ""}, /* AA99 */
        {"CR2 6XH", "CR2 6XH", ""},   /* AA9 */
        {"M1 1AE", "M1 1AE", ""},     /* A9 */
        {"M60 1NW", "M60 1NW", ""},   /* A99 */
        {"W1A 1HQ", "W1A 1HQ", ""},   /* A9A */
        {"N1P 2NG", "N1P 2NG", ""},   /* P as third letter */
        {"EC1A 1BB", "EC1A 1BB", ""}, /* AA9A */
        {"GIR 0AA", "GIR 0AA", ""},   /* the one without a district */
        {"BS0 1AA", "BS0 1AA", ""},   /* district 0 */
        {"BFPO 5", "BFPO 5", ""},
        {"BFPO 57", "BFPO 57", ""},
        {"BFPO 801", "BFPO 801", ""},
        {"JE2 3QA", "JE2 3QA", ""},
        {"GY10 1AA", "GY10 1AA", ""},
        {"IM1 1AA", "IM1 1AA", ""},
        {"ZZ99 3VZ", "ZZ99 3VZ", ""},
        {"ZZ99 3CZ", "ZZ99 3CZ", ""},
        {"MA1 1AA", "MA1 1AA", "postcode: unknown area"},
    };
    CHECK_HEALTH("postcode", cases);
}
END_TEST

START_TEST(case_and_spacing_are_mended)
{
    static const struct health_case cases[] = {
        {"M11AE", "M1 1AE", "postcode: spacing"},
        {"L278XY", "L27 8XY", "postcode: spacing"},
        {"NR103EZ", "NR10 3EZ", "postcode: spacing"},
        {"RG45AY", "RG4 5AY", "postcode: spacing"},
        {"ZE10AA", "ZE1 0AA", "postcode: spacing"},
        {"BT358GE", "BT35 8GE", "postcode: spacing"},
        {"MA11AA", "MA1 1AA", "postcode: spacing, postcode: unknown area"},
        {"m60 1nw", "M60 1NW", "postcode: case"},
        {"so225de", "SO22 5DE", "postcode: case, postcode: spacing"},
        {"SO22  5DE ", "SO22 5DE", "postcode: spacing"},
        {"W1   1AA", "W1 1AA", "postcode: spacing"},
        {"SO2 25DE", "SO22 5DE", "postcode: spacing"},
        {"SO22\xc2\xa0"
         "5DE",
         "SO22 5DE",
         "postcode: spacing"},
        {"SO22-5DE", "SO22 5DE", "postcode: punctuation, postcode: spacing"},
        {"SO22 5DE.", "SO22 5DE", "postcode: punctuation"},
        {"bfpo57", "BFPO 57", "postcode: case, postcode: spacing"},
        {"zz993vz", "ZZ99 3VZ", "postcode: case, postcode: spacing"},
        {"gir0aa", "GIR 0AA", "postcode: case, postcode: spacing"},
    };
    CHECK_HEALTH("postcode", cases);
}
END_TEST

START_TEST(letters_for_digits_are_mended_where_one_reading_is_valid)
{
    static const struct health_case cases[] = {
        {"S022 5DE", "SO22 5DE", "postcode: digit 0 for letter O"},
        {"SO22 5DE", "SO22 5DE", ""},
        {"SOI2 1AA", "SO12 1AA", "postcode: letter I for digit 1"},
        {"BI1 1AA", "B11 1AA", "postcode: letter I for digit 1"},
        {"S01 1AA", "SO1 1AA", "postcode: digit 0 for letter O"},
        {"M1 OAA", "M1 0AA", "postcode: letter O for digit 0"},
        {"1P1 1AA", "IP1 1AA", "postcode: digit 1 for letter I"},
        {"1PI IAA", "IP1 1AA", "postcode: letter I for digit 1, postcode: digit 1 for letter I"},
        {"BFP0 5O", "BFPO 50", "postcode: letter O for digit 0, postcode: digit 0 for letter O"},
        {"zz99 ivz", "ZZ99 1VZ", "postcode: letter I for digit 1, postcode: case"},
        {"1A11AA", "!POSTCODE_OUTWARD", ""}, /* IA1 1AA has a form, but there is no area IA */
        {"SO22 5OE", "!POSTCODE_INWARD", ""},
        {"SO22 50E", "!POSTCODE_INWARD", ""},
        {"SO22 5CI", "!POSTCODE_INWARD", ""},
    };
    CHECK_HEALTH("postcode", cases);
}
END_TEST

START_TEST(others_are_refused)
{
    static const struct health_case cases[] = {
        {"EH1JS", "!POSTCODE_OUTWARD", ""},
        {"QA1 1AA", "!POSTCODE_OUTWARD", ""},
        {"BJ1 1AA", "!POSTCODE_OUTWARD", ""},
        {"B01 1AA", "!POSTCODE_OUTWARD", ""}, /* BO is no area, 01 no district */
        {"W1L 1AA", "!POSTCODE_OUTWARD", ""},
        {"EC1C 1AA", "!POSTCODE_OUTWARD", ""},
        {"BFPO XX", "!POSTCODE_OUTWARD", ""},
        {"ZZ99 3VX", "!POSTCODE_INWARD", ""},
        {"SO22 DE5", "!POSTCODE_INWARD", ""},
        {"M1 1A", "!POSTCODE_LENGTH", ""},
        {"SO22 5DEE", "!POSTCODE_LENGTH", ""},
        {"BFPO 5419", "!POSTCODE_LENGTH", ""}, /* nine characters */
        {"", "!POSTCODE_LENGTH", ""},
        {"...", "!POSTCODE_LENGTH", ""},
        {"SO22 5D\xc3\x89", "!POSTCODE_CHARACTER", ""},
        {"not known", "!POSTCODE_LENGTH", ""},
    };
    CHECK_HEALTH("postcode", cases);
}
END_TEST

START_TEST(a_status_says_what_a_text_is)
{
    static const struct health_case cases[] = {
        {"so225de", "valid", ""},
        {"S022 5DE", "valid", ""},
        {"MA1 1AA", "unknown area", ""},
        {"ZZ99 3VZ", "pseudo", ""},
        {"BFPO57", "BFPO", ""},
        {"JE2 3QA", "crown dependency", ""},
        {"GY1 1AA", "crown dependency", ""},
        {"IM1 1AA", "crown dependency", ""},
        {"  ", "blank", ""},
        {"SO22", "length", ""},
        {"SO22 5D\xc3\x89", "character", ""},
        {"SO22 5OE", "inward", ""},
        {"QA1 1AA", "outward", ""},
    };
    CHECK_HEALTH("postcode_status", cases);
}
END_TEST

/* The text with the other one of O and 0, I and 1 at the places whose bits are set, or NULL where
 * there is nothing to exchange. */
static const char *other_reading(const char *text, int places)
{
    char *other = arena_string(&run.arena, text);

    for (int i = 0; other[i] != '\0'; i++) {
        const char *pair = strchr("O0OI1I", other[i]);
        if ((places >> i & 1) == 0) {
            continue;
        }
        if (pair == NULL) {
            return NULL;
        }
        other[i] = pair[1];
    }
    return other;
}

/* The one reading that is a postcode of an area that exists, as it is written; "" where there is
 * none, NULL where there are several. */
static const char *only_reading(const char *text)
{
    const char *only = "";

    for (int places = 1; places < 1 << strlen(text); places++) {
        const char *reading = other_reading(text, places);
        if (reading == NULL) {
            continue;
        }
        struct health_answer answer = health_ask("postcode", reading);
        if (answer.value[0] != '!' && answer.repairs == 0 && answer.notes == 0) {
            if (only == NULL || only[0] != '\0') {
                return NULL;
            }
            only = reading;
        }
    }
    return only;
}

/* Random outward and inward parts of what is taken for each other: what is mended is what trying
 * all readings finds, and mending it again changes nothing. */
START_TEST(what_is_mended_has_one_reading)
{
    static const char set[] = "OI01EPS2";
    struct seed seed = seed_of(20260302);
    int mended = 0;

    for (int round = 0; round < 3000; round++) {
        struct arena_mark mark = arena_mark(&run.arena);
        char text[9] = {0};
        int size = 2 + seed_below(&seed, 3);
        for (int i = 0; i < size; i++) {
            text[i] = set[seed_below(&seed, (int)sizeof set - 1)];
        }
        memcpy(text + size, seed_below(&seed, 2) == 0 ? " 1AA" : " OEP", 5);
        struct health_answer once = health_ask("postcode", text);
        bool as_written = strcmp(once.value, text) == 0;
        const char *only = as_written ? text : only_reading(text);
        ck_assert_msg(only != NULL, "%s has several readings", text);
        if (only[0] == '\0') {
            ck_assert_msg(once.value[0] == '!', "%s is mended to %s", text, once.value);
        } else {
            ck_assert_str_eq(once.value, only);
            ck_assert_str_eq(health_ask("postcode", once.value).value, once.value);
            ck_assert_int_eq(health_ask("postcode", once.value).repairs, 0);
        }
        mended += !as_written && only[0] != '\0';
        arena_rewind(&run.arena, mark);
    }
    ck_assert_int_gt(mended, 100);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        valid_ones_stay_as_they_are,
        case_and_spacing_are_mended,
        letters_for_digits_are_mended_where_one_reading_is_valid,
        others_are_refused,
        a_status_says_what_a_text_is,
        what_is_mended_has_one_reading,
    };
    return RUN_TESTS("kernel_health_postcode", tests);
}
