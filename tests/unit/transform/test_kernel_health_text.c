/* test_kernel_health_text.c — names for display, texts decoded wrongly, identifiers of DICOM.
 * SPDX-License-Identifier: Apache-2.0 */
#include "health_fixture.h"

#include <iconv.h>

START_TEST(names)
{
    static const char changed[] = "person_name: case";
    static const struct health_case cases[] = {
        {"SMITH", "Smith", changed},
        {"smith", "Smith", changed},
        {"MCDONALD", "McDonald", changed},
        {"MACDONALD", "MacDonald", changed},
        {"MACE", "Mace", changed},
        {"MACHIN", "Machin", changed},
        {"MACK", "Mack", changed},
        {"MACKIE", "Mackie", changed},
        {"MACY", "Macy", changed},
        {"MCC", "Mcc", changed},
        {"O'BRIEN", "O'Brien", changed},
        {"O\xe2\x80\x99"
         "BRIEN",
         "O\xe2\x80\x99"
         "Brien",
         changed},
        {"D'ARCY", "D'Arcy", changed},
        {"SMITH-JONES", "Smith-Jones", changed},
        {"MCDONALD-O'NEILL", "McDonald-O'Neill", changed},
        {"VAN DER BERG", "van der Berg", changed},
        {"VAN", "Van", changed},
        {"DE LA RUE", "de la Rue", changed},
        {"LA RUE", "La Rue", changed},
        {"VAN 'T HOFF", "van 't Hoff", changed},
        {"ST JOHN", "St John", changed},
        {"ST. JOHN", "St. John", changed},
        {"J.R. SMITH", "J.R. Smith", changed},
        {"HENRY III", "Henry III", changed},
        {"IV", "Iv", changed},
        {"SI\xc3\x82N", "Si\xc3\xa2n", changed},                 /* Â */
        {"\xc3\xa9mile", "\xc3\x89mile", changed},               /* é */
        {"D\xc5\xb4R", "D\xc5\xb5r", changed},                   /* Ŵ */
        {"\xc5\xbdI\xc5\xbdKA", "\xc5\xbdi\xc5\xbeka", changed}, /* Ž, whose capital is odd */
        {"NGUY\xe1\xbb\x84N", "Nguy\xe1\xbb\x85n", changed},     /* three bytes */
        {"  SMITH  ", "  Smith  ", changed},
        {"McDonald", "McDonald", ""},
        {"van der BERG", "van der BERG", ""}, /* both: somebody meant it */
        {"O", "O", ""},
        {"12", "12", ""},
        {"", "", ""},
        {"\xe5\xb1\xb1\xe7\x94\xb0", "\xe5\xb1\xb1\xe7\x94\xb0", ""}, /* no case */
    };
    CHECK_HEALTH("person_name", cases);
}
END_TEST

static size_t put_character(char *out, unsigned c)
{
    if (c < 0x800) {
        out[0] = (char)(0xc0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    out[0] = (char)(0xe0 | c >> 12);
    out[1] = (char)(0x80 | (c >> 6 & 0x3f));
    out[2] = (char)(0x80 | (c & 0x3f));
    return 3;
}

/* Unicode has 215 letters in Latin-1, Latin Extended-A and Latin Extended Additional whose capital
 * is one character of as many bytes and comes back to them. */
START_TEST(letters_go_to_capitals_and_back)
{
    int letters = 0;

    for (unsigned c = 0xc0; c < 0x1f00; c++) {
        struct arena_mark mark = arena_mark(&run.arena);
        char small[8] = {0};
        char capitals[8] = "A";
        size_t size = put_character(small, c);
        memcpy(small + size, "ab", 2);
        const char *capital = health_value_of("person_name", small);
        ck_assert_uint_eq(strlen(capital), size + 2);
        if (memcmp(capital, small, size) != 0) {
            memcpy(capitals + 1, capital, size);
            memcpy(capitals + 1 + size, "B", 1);
            const char *back = health_value_of("person_name", capitals);
            ck_assert_msg(memcmp(back + 1, small, size) == 0, "%x", c);
            letters++;
        }
        arena_rewind(&run.arena, mark);
    }
    ck_assert_int_eq(letters, 215);
}
END_TEST

START_TEST(mojibake_is_read_back)
{
    static const char changed[] = "mojibake: UTF-8 read as Windows-1252";
    static const struct health_case cases[] = {
        {"O\xc3\xa2\xe2\x82\xac\xe2\x84\xa2"
         "Brien",
         "O\xe2\x80\x99"
         "Brien",
         changed},
        {"Si\xc3\x83\xc2\xa2n", "Si\xc3\xa2n", changed},
        {"\xc3\x82\xc2\xb5mol/L", "\xc2\xb5mol/L", changed},
        {"\xc3\x83\xc2\x81vila", "\xc3\x81vila", changed}, /* a byte that Windows leaves open */
        {"\xc3\x83\xc6\x92\xc3\x82\xc2\xa2", "\xc3\xa2", changed}, /* twice */
        {"Si\xc3\xa2n", "Si\xc3\xa2n", ""},
        {"caf\xc3\xa9 \xc3\x83\xc2\xa2", "caf\xc3\xa9 \xc3\x83\xc2\xa2", ""}, /* both */
        {"\xc3\x82 ", "\xc3\x82 ", ""},
        {"N\xc3\x83O", "N\xc3\x83O", ""},                     /* as it is in Portuguese */
        {"\xc3\xa2\xe2\x82\xac", "\xc3\xa2\xe2\x82\xac", ""}, /* cut short */
        {"\xc3\x83\xc2\xa2 \xe5\xb1\xb1", "\xc3\x83\xc2\xa2 \xe5\xb1\xb1", ""},
        {"plain", "plain", ""},
        {"", "", ""},
    };
    CHECK_HEALTH("mojibake", cases);
}
END_TEST

/* The text as it looks when its bytes are taken for Windows-1252, or NULL where that has no such
 * byte. The C library knows how. */
static const char *decode_wrongly(const char *text)
{
    size_t left = strlen(text);
    size_t room = 4 * left + 1;
    char *copy = arena_string(&run.arena, text);
    char *wrong = arena_bytes(&run.arena, room);
    char *in = copy;
    char *out = wrong;
    iconv_t converter = iconv_open("UTF-8", "CP1252");

    ck_assert_ptr_nonnull(copy);
    ck_assert_ptr_nonnull(wrong);
    ck_assert(converter != (iconv_t)-1); // NOLINT(performance-no-int-to-ptr): POSIX has it so
    size_t failed = iconv(converter, &in, &left, &out, &room);
    (void)iconv_close(converter);
    *out = '\0';
    return failed == 0 ? wrong : NULL;
}

/* Sound text with accents and quotes, decoded wrongly once to three times. */
START_TEST(what_was_decoded_wrongly_comes_back)
{
    static const char *const signs[] = {"\xe2\x80\x99", "\xe2\x80\x9c", "\xe2\x82\xac"};
    struct seed seed = seed_of(20260305);
    int tried = 0;

    for (int round = 0; round < 1000; round++) {
        struct arena_mark mark = arena_mark(&run.arena);
        char sound[64] = "x";
        for (int i = 0; i < 1 + seed_below(&seed, 6); i++) {
            int c = 0xa0 + seed_below(&seed, 0x60);
            char letter[3] = {(char)(0xc0 | c >> 6), (char)(0x80 | (c & 0x3f)), '\0'};
            int sign = seed_below(&seed, 8);
            const char *piece = sign < 3 ? signs[sign] : letter;
            size_t size = strlen(sound);
            memcpy(sound + size, piece, strlen(piece) + 1);
            size = strlen(sound);
            memcpy(sound + size, "x", 2);
        }
        ck_assert_str_eq(health_value_of("mojibake", sound), sound);
        const char *wrong = sound;
        for (int times = 0; times < 3 && (wrong = decode_wrongly(wrong)) != NULL; times++) {
            struct health_answer back = health_ask("mojibake", wrong);
            ck_assert_str_eq(back.value, sound);
            ck_assert_int_eq(back.repairs, 1);
            tried++;
        }
        arena_rewind(&run.arena, mark);
    }
    ck_assert_int_gt(tried, 1000);
}
END_TEST

START_TEST(unique_identifiers)
{
    static const struct health_case cases[] = {
        {"1.2.840.10008.1.1", "1.2.840.10008.1.1", ""},
        {"2.25.329800735698586629295641978511506172918",
         "2.25.329800735698586629295641978511506172918",
         ""},
        {"1.0.3", "1.0.3", ""},
        {"1.2.3 ", "1.2.3", "dicom_uid: padding"},
        {"1.2.34567890123456789012345678901234567890123456789012345678901.2", "!DICOM_LENGTH", ""},
        {"1.2.345678901234567890123456789012345678901234567890123456789.12",
         "1.2.345678901234567890123456789012345678901234567890123456789.12",
         ""},
        {"1.02.3", "!DICOM_UID", ""},
        {"1.00", "!DICOM_UID", ""},
        {"1..2", "!DICOM_UID", ""},
        {".1.2", "!DICOM_UID", ""},
        {"1.2.", "!DICOM_UID", ""},
        {"1.2.A", "!DICOM_UID", ""},
        {"1 2", "!DICOM_UID", ""},
        {"", "!DICOM_UID", ""},
    };
    CHECK_HEALTH("dicom_uid", cases);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        names,
        letters_go_to_capitals_and_back,
        mojibake_is_read_back,
        what_was_decoded_wrongly_comes_back,
        unique_identifiers,
    };
    return RUN_TESTS("kernel_health_text", tests);
}
