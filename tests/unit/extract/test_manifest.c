/* test_manifest.c — manifests in both of their forms, and what is none.
 * SPDX-License-Identifier: Apache-2.0 */
#include "manifest.h"
#include "values.h"

#include <check.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define MD5_OF_ABC   "900150983cd24fb0d6963f7d28e17f72"
#define SHA_OF_ABC   "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static struct arena arena;
static struct error error;
static struct manifest manifest;
static struct plan_manifest form;

static const struct plan_manifest statref = {.form = MANIFEST_COLUMNS,
                                             .file = "STATREF*",
                                             .delimiter = '|',
                                             .name = "EXTRACT_FILENAME",
                                             .rows = "SOURCE_COUNT"};

static void setup(void)
{
    error = ERROR_NONE;
    arena_init(&arena, 4096, NULL);
    manifest = (struct manifest){.count = 0};
    form = (struct plan_manifest){.form = MANIFEST_CHECKSUMS, .file = "SHA256SUMS"};
}

static void teardown(void)
{
    arena_release(&arena);
}

static bool parse_bytes(const char *name, const char *data, size_t size)
{
    return manifest_parse(&form, name, data, size, &arena, &manifest, &error);
}

static bool parse(const char *name, const char *text)
{
    return parse_bytes(name, text, strlen(text));
}

static void refuse(const char *text, const char *part)
{
    error = ERROR_NONE;
    ck_assert_msg(!parse("M", text), "%s", text);
    ck_assert_int_eq(error.code, ERROR_SOURCE);
    ck_assert_msg(strstr(error.message, part) != NULL, "\"%s\": \"%s\"", text, error.message);
}

START_TEST(a_control_file_states_records_and_the_rest_is_remarked)
{
    form = statref;
    must(parse("2008/STATREF_1.txt",
               "#HEALTH_SYSTEM_SOURCE_ID|SOURCE_COUNT|EXTRACT_FILENAME|EXTRACT_START_DT_TM\r\n"
               "120|6|PPATI_1.txt|09/06/2008 02:00:00\r\n"
               "120|0|./PPNAM_\"1.txt|\r\n"),
         &error);
    ck_assert_int_eq(manifest.count, 2);
    const struct statement *first = &manifest.statements[0];
    ck_assert_str_eq(first->name, "2008/PPATI_1.txt");
    ck_assert_str_eq(first->manifest, "2008/STATREF_1.txt");
    ck_assert_uint_eq(first->line, 2);
    ck_assert(first->rows_given);
    ck_assert_uint_eq(first->rows, 6);
    ck_assert(!first->bytes_given);
    ck_assert_ptr_null(first->hash);
    ck_assert_str_eq(first->remarks,
                     "HEALTH_SYSTEM_SOURCE_ID: 120; EXTRACT_START_DT_TM: 09/06/2008 02:00:00");
    ck_assert_str_eq(manifest.statements[1].name, "2008/PPNAM_\"1.txt");
    ck_assert(manifest.statements[1].rows_given);
}
END_TEST

START_TEST(a_table_may_be_csv_and_state_size_and_hash)
{
    form = (struct plan_manifest){.form = MANIFEST_COLUMNS,
                                  .delimiter = ',',
                                  .name = "file",
                                  .rows = "records",
                                  .bytes = "size",
                                  .hash = "md5"};
    must(parse("m.csv",
               "\xEF\xBB\xBF"
               "File,Size,MD5,Records\n"
               "\"a, \"\"b\"\".csv\", 18446744 ," MD5_OF_ABC ",999999999999999999\n"
               "c.csv,0,900150983CD24FB0D6963F7D28E17F72,\"1\""),
         &error);
    ck_assert_int_eq(manifest.count, 2);
    ck_assert_str_eq(manifest.statements[0].name, "a, \"b\".csv");
    ck_assert_uint_eq(manifest.statements[0].bytes, 18446744);
    ck_assert_uint_eq(manifest.statements[0].rows, 999999999999999999);
    ck_assert_str_eq(manifest.statements[1].hash, MD5_OF_ABC);
    ck_assert_int_eq((int)manifest.statements[1].kind, CHECKSUM_MD5);
    ck_assert_ptr_null(manifest.statements[1].remarks);
}
END_TEST

START_TEST(a_table_that_is_not_well_formed_is_not_believed_in_part)
{
    static const struct {
        const char *text, *part;
    } cases[] = {
        {"", "empty"},
        {"\r\n\n", "empty"},
        {"#SOURCE_COUNT|NAME\n1|a\n", "line 1: it has no column \"EXTRACT_FILENAME\""},
        {"SOURCE_COUNT|EXTRACT_FILENAME\n1\n", "line 2: it has not as many fields"},
        {"SOURCE_COUNT|EXTRACT_FILENAME\n1|a|b\n", "line 2: it has not as many fields"},
        {"SOURCE_COUNT|EXTRACT_FILENAME\n\n\nx|a\n", "line 4: \"SOURCE_COUNT\" is not a number"},
        {"SOURCE_COUNT|EXTRACT_FILENAME\n-1|a\n", "is not a number"},
        {"SOURCE_COUNT|EXTRACT_FILENAME\n1.0|a\n", "is not a number"},
        {"SOURCE_COUNT|EXTRACT_FILENAME\n9999999999999999999|a\n", "is not a number"},
        {"SOURCE_COUNT|EXTRACT_FILENAME\n|a\n", "is not there"},
        {"SOURCE_COUNT|EXTRACT_FILENAME\n1|\n", "\"EXTRACT_FILENAME\" is not there"},
    };
    form = statref;
    for (size_t i = 0; i < COUNT(cases); i++) {
        refuse(cases[i].text, cases[i].part);
    }
    form.delimiter = ',';
    refuse("SOURCE_COUNT,EXTRACT_FILENAME\n1,\"a\"b\"\n", "line 2: it is not well formed");
    refuse("SOURCE_COUNT,EXTRACT_FILENAME\n1,\"a\n", "line 2: it is not well formed");
    form.hash = "H";
    refuse("SOURCE_COUNT,EXTRACT_FILENAME,H\n1,a,abc\n", "\"H\" is no MD5");
    refuse("SOURCE_COUNT,EXTRACT_FILENAME,H\n1,a,\n", "\"H\" is no MD5");
    error = ERROR_NONE;
    ck_assert(!parse_bytes("M", "EXTRACT_FILENAME,SOURCE_COUNT,H\na\0b,1,x\n", 39));
}
END_TEST

START_TEST(checksums_are_read_as_coreutils_and_openssl_write_them)
{
    must(parse("sums/SHA256SUMS",
               "# made at night\n"
               "\n" SHA_OF_ABC "  a b.csv\r\n" SHA_OF_ABC " *bin.csv\n"
               "\\" SHA_OF_ABC "  back\\\\slash\\nfeed\\r\n"
               "SHA256 (tagged (1).csv) = " SHA_OF_ABC "\n"
               "SHA2-256(openssl.csv)= " SHA_OF_ABC "\n"
               "MD5 (m = n) = " MD5_OF_ABC "\n" MD5_OF_ABC "   blank"),
         &error);
    static const char *const names[] = {"a b.csv",
                                        "bin.csv",
                                        "back\\slash\nfeed\r",
                                        "tagged (1).csv",
                                        "openssl.csv",
                                        "m = n",
                                        " blank"};
    ck_assert_int_eq(manifest.count, (int)COUNT(names));
    for (size_t i = 0; i < COUNT(names); i++) {
        ck_assert_int_eq(strncmp(manifest.statements[i].name, "sums/", 5), 0);
        ck_assert_str_eq(manifest.statements[i].name + 5, names[i]);
        ck_assert_str_eq(manifest.statements[i].hash, i < 5 ? SHA_OF_ABC : MD5_OF_ABC);
        ck_assert(!manifest.statements[i].rows_given);
    }
    ck_assert_uint_eq(manifest.statements[0].line, 3);
}
END_TEST

START_TEST(what_is_no_checksum_is_refused_with_its_line)
{
    static const char *const cases[] = {
        "x",
        "abc  name\n",
        MD5_OF_ABC,
        MD5_OF_ABC " name\n",
        MD5_OF_ABC "  \n",
        "zz0150983cd24fb0d6963f7d28e17f72  name\n",
        "SHA256 (name) = " MD5_OF_ABC "\n", /* another length than the name says */
        "BLAKE2b (name) = " SHA_OF_ABC SHA_OF_ABC "\n",
        "MD5 () = " MD5_OF_ABC "\n",
        "MD5 (name = " MD5_OF_ABC "\n",
        "MD5 name) = " MD5_OF_ABC "\n",
        "=",
        "(=",
        "()=",
        "\\",
        "\\" MD5_OF_ABC "  name\\x\n",
        "\\" MD5_OF_ABC "  name\\",
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        refuse(cases[i], "line 1: this is no checksum");
    }
    error = ERROR_NONE;
    ck_assert(!parse_bytes("M", MD5_OF_ABC "  a\0b\n", 38));
}
END_TEST

/* Every beginning of a good one, and every byte of it changed, ends one way or the other. */
START_TEST(damaged_manifests_end)
{
    static const char table[] = "#A|SOURCE_COUNT|EXTRACT_FILENAME\r\n1|2|x\r\n3|4|y\r\n";
    static const char sums[] = "\\" MD5_OF_ABC "  a\\\\b\nMD5 (c) = " MD5_OF_ABC "\n";
    const char *const texts[] = {table, sums};
    for (int which = 0; which < 2; which++) {
        form.form = which == 0 ? MANIFEST_COLUMNS : MANIFEST_CHECKSUMS;
        if (which == 0) {
            form = statref;
        }
        size_t size = strlen(texts[which]);
        char copy[128];
        ck_assert_uint_lt(size, sizeof copy);
        for (size_t at = 0; at <= size; at++) {
            error = ERROR_NONE;
            (void)parse_bytes("M", texts[which], at);
            for (int byte = 0; at < size && byte < 256; byte += 3) {
                memcpy(copy, texts[which], size);
                copy[at] = (char)byte;
                error = ERROR_NONE;
                (void)parse_bytes("M", copy, size);
            }
            arena_reset(&arena);
            manifest = (struct manifest){.count = 0};
        }
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("manifest");
    TCase *tests = tcase_create("manifest");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, a_control_file_states_records_and_the_rest_is_remarked);
    tcase_add_test(tests, a_table_may_be_csv_and_state_size_and_hash);
    tcase_add_test(tests, a_table_that_is_not_well_formed_is_not_believed_in_part);
    tcase_add_test(tests, checksums_are_read_as_coreutils_and_openssl_write_them);
    tcase_add_test(tests, what_is_no_checksum_is_refused_with_its_line);
    tcase_add_test(tests, damaged_manifests_end);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
