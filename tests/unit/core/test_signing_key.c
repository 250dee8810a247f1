/* test_signing_key.c — keys of two halves, and signatures that hold for nothing else than what was
 * signed. SPDX-License-Identifier: Apache-2.0 */
#include "assertions.h"
#include "temporary.h"
#include "values.h"

#include "novate/signing_key.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct temporary folder;
static char path[512];
static char public_path[520];
static struct error error;

static void setup(void)
{
    error = ERROR_NONE;
    temporary_make(&folder);
    (void)temporary_file(&folder, "operator", path);
    (void)snprintf(public_path, sizeof public_path, "%s.pub", path);
}

static void teardown(void)
{
    temporary_remove(&folder);
}

static mode_t mode_of(const char *name)
{
    struct stat status;
    ck_assert_int_eq(stat(name, &status), 0);
    return status.st_mode & 07777;
}

static struct signing_key *made(void)
{
    struct signing_key *key = NULL;
    must(signing_key_make(path, &error), &error);
    must(signing_key_open(path, &key, &error), &error);
    return key;
}

static void write_text(const char *name, const char *text, mode_t mode)
{
    file_write(name, text, strlen(text));
    ck_assert_int_eq(chmod(name, mode), 0);
}

START_TEST(the_secret_is_for_its_owner_and_the_public_half_for_all)
{
    char public_hex[SIGNING_PUBLIC_HEX_SIZE];
    struct signing_key *key = made();
    ck_assert_uint_eq(mode_of(path), 0600);
    ck_assert_uint_eq(mode_of(public_path), 0644);
    must(signing_public_read(public_path, public_hex, &error), &error);
    ck_assert_str_eq(public_hex, signing_key_public(key));
    signing_key_close(key);
    signing_key_close(NULL);
}
END_TEST

START_TEST(neither_half_is_written_over)
{
    struct error reason = ERROR_NONE;
    signing_key_close(made());
    ck_assert(!signing_key_make(path, &reason));
    ck_assert_int_eq(reason.code, ERROR_KEY);
    ck_assert_int_eq(unlink(path), 0);
    reason = ERROR_NONE;
    ck_assert(!signing_key_make(path, &reason)); /* the public half is still there */
    ck_assert_int_eq(reason.code, ERROR_KEY);
    ck_assert_int_ne(access(path, F_OK), 0);
}
END_TEST

START_TEST(what_is_no_key_is_refused)
{
    struct signing_key *key = NULL;
    char public_hex[SIGNING_PUBLIC_HEX_SIZE];
    struct error reason = ERROR_NONE;
    signing_key_close(made());
    ck_assert(!signing_key_open(public_path, &key, &reason)); /* open to others, and no secret */
    ck_assert_int_eq(reason.code, ERROR_KEY);
    ck_assert_int_eq(chmod(public_path, 0600), 0);
    reason = ERROR_NONE;
    ck_assert(!signing_key_open(public_path, &key, &reason));
    ck_assert_int_eq(reason.code, ERROR_KEY);
    reason = ERROR_NONE;
    ck_assert(!signing_public_read(path, public_hex, &reason)); /* a secret is no public key */
    ck_assert_int_eq(reason.code, ERROR_KEY);
    ck_assert_int_ne(reason.hint[0], '\0');
    write_text(path, "novate signing key 1\n0011\n", 0600);
    reason = ERROR_NONE;
    ck_assert(!signing_key_open(path, &key, &reason));
    ck_assert_int_eq(reason.code, ERROR_KEY);
    ck_assert_ptr_null(key);
}
END_TEST

/* RFC 8032, section 7.1, test 2: the secret is the seed of the RFC. */
START_TEST(signatures_are_those_of_others)
{
    char text[SIGNATURE_TEXT_SIZE];
    struct signing_key *key = NULL;
    write_text(path,
               "novate signing key 1\n"
               "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb\n",
               0600);
    must(signing_key_open(path, &key, &error), &error);
    ck_assert_str_eq(signing_key_public(key),
                     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    must(signing_key_sign(key, text_of("\x72"), text, &error), &error);
    ck_assert_str_eq(text,
                     "novate signature 1\n"
                     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c\n"
                     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                     "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00\n");
    signing_key_close(key);
}
END_TEST

START_TEST(every_byte_that_is_altered_is_found)
{
    static const char report[] = "what was signed";
    char bytes[sizeof report];
    char text[SIGNATURE_TEXT_SIZE];
    char public_hex[SIGNING_PUBLIC_HEX_SIZE];
    struct signing_key *key = made();
    bool valid = false;
    memcpy(bytes, report, sizeof bytes);
    must(signing_key_sign(key, text_of(report), text, &error), &error);
    must(signature_check(text_of(text), text_of(report), public_hex, &valid, &error), &error);
    ck_assert(valid);
    ck_assert_str_eq(public_hex, signing_key_public(key));
    for (size_t at = 0; at + 1 < sizeof bytes; at++) {
        bytes[at] ^= 1;
        must(signature_check(text_of(text), text_of(bytes), public_hex, &valid, &error), &error);
        ck_assert(!valid);
        bytes[at] ^= 1;
    }
    for (size_t at = 0; text[at] != '\0'; at++) {
        struct error reason = ERROR_NONE;
        char kept = text[at];
        text[at] = (char)(kept ^ (at % 2 == 0 ? 1 : 0x20));
        bool read = signature_check(text_of(text), text_of(report), public_hex, &valid, &reason);
        ck_assert_msg(!read || !valid, "byte %zu", at);
        text[at] = kept;
    }
    signing_key_close(key);
}
END_TEST

START_TEST(the_signature_of_another_key_is_not_taken_for_it)
{
    char text[SIGNATURE_TEXT_SIZE];
    char public_hex[SIGNING_PUBLIC_HEX_SIZE];
    char other[512];
    struct signing_key *keys[2] = {made(), NULL};
    bool valid = false;
    (void)temporary_file(&folder, "other", other);
    must(signing_key_make(other, &error), &error);
    must(signing_key_open(other, &keys[1], &error), &error);
    must(signing_key_sign(keys[1], text_of("report"), text, &error), &error);
    must(signature_check(text_of(text), text_of("report"), public_hex, &valid, &error), &error);
    ck_assert(valid);
    ck_assert_str_ne(public_hex, signing_key_public(keys[0]));
    signing_key_close(keys[0]);
    signing_key_close(keys[1]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("signing_key");
    TCase *cases = tcase_create("signing_key");
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, the_secret_is_for_its_owner_and_the_public_half_for_all);
    tcase_add_test(cases, neither_half_is_written_over);
    tcase_add_test(cases, what_is_no_key_is_refused);
    tcase_add_test(cases, signatures_are_those_of_others);
    tcase_add_test(cases, every_byte_that_is_altered_is_found);
    tcase_add_test(cases, the_signature_of_another_key_is_not_taken_for_it);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
