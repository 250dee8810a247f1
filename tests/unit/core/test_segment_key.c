/* test_segment_key.c — key files: made once, never written over, for their owner alone; what is
 * derived from them is what core/README.md says.
 * SPDX-License-Identifier: Apache-2.0 */
#include "segment_crypt.h"
#include "temporary.h"
#include "values.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static struct temporary folder;
static char path[512];
static struct error error;

static void setup(void)
{
    error = ERROR_NONE;
    temporary_make(&folder);
    (void)temporary_file(&folder, "key", path);
}

static void teardown(void)
{
    temporary_remove(&folder);
}

static void refused(const char *part)
{
    struct segment_key *key = NULL;
    struct error reason = ERROR_NONE;

    ck_assert(!segment_key_open(path, &key, &reason));
    ck_assert_ptr_null(key);
    ck_assert_int_eq(reason.code, ERROR_KEY);
    ck_assert_msg(strstr(reason.message, part) != NULL, "%s", reason.message);
    ck_assert_int_ne(reason.hint[0], '\0');
}

START_TEST(a_key_is_made_for_its_owner_alone_and_never_written_over)
{
    struct segment_key *key = NULL;
    struct error reason = ERROR_NONE;
    struct stat status;
    size_t size = 0;

    must(segment_key_make(path, &error), &error);
    ck_assert_int_eq(stat(path, &status), 0);
    ck_assert_uint_eq(status.st_mode & 07777, 0600);
    uint8_t *before = file_read(path, &size);
    ck_assert(!segment_key_make(path, &reason));
    ck_assert_int_eq(reason.code, ERROR_KEY);
    uint8_t *after = file_read(path, &size);
    ck_assert_mem_eq(before, after, size);
    must(segment_key_open(path, &key, &error), &error);
    ck_assert_uint_eq(strlen(segment_key_id(key)), 32);
    segment_key_close(key);
    segment_key_close(NULL);
    free(before);
    free(after);
}
END_TEST

START_TEST(two_keys_differ)
{
    struct segment_key *keys[2] = {NULL, NULL};
    char other[512];

    (void)temporary_file(&folder, "other", other);
    must(segment_key_make(path, &error), &error);
    must(segment_key_make(other, &error), &error);
    must(segment_key_open(path, &keys[0], &error), &error);
    must(segment_key_open(other, &keys[1], &error), &error);
    ck_assert_str_ne(segment_key_id(keys[0]), segment_key_id(keys[1]));
    segment_key_close(keys[0]);
    segment_key_close(keys[1]);
}
END_TEST

START_TEST(a_key_that_others_may_read_is_refused)
{
    static const mode_t modes[] = {0640, 0604, 0620, 0602, 0610, 0777};

    must(segment_key_make(path, &error), &error);
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        ck_assert_int_eq(chmod(path, modes[i]), 0);
        refused("open to others");
    }
}
END_TEST

#define DIGITS "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

static void write_key(const char *text)
{
    file_write(path, text, strlen(text));
    ck_assert_int_eq(chmod(path, 0600), 0);
}

START_TEST(what_is_no_key_is_refused)
{
    static const char *const texts[] = {
        "",
        "novate segment key 1\n",
        "novate segment key 2\n" DIGITS "\n",
        "novate segment key 1\n" DIGITS "0\n",
        "novate segment key 1\n" DIGITS "\n\n",
        "novate segment key 1\n0001020304050607\n",
        "novate segment key 1\ng00102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n",
        DIGITS "\n",
    };

    refused("could not open");
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        write_key(texts[i]);
        refused("not a key");
    }
}
END_TEST

/* The vectors were computed with Python's hashlib and hmac: see core/README.md. */
START_TEST(derivation_is_as_documented)
{
    struct segment_key *key = NULL;
    uint8_t seal[CRYPT_SEAL_BYTES];
    char hex[2 * CRYPT_SEAL_BYTES + 1];

    write_key("novate segment key 1\n" DIGITS "\n");
    must(segment_key_open(path, &key, &error), &error);
    ck_assert_str_eq(segment_key_id(key), "3a70d6c669ef17ed4d5c3439937af9de");
    segment_seal(key, "novate", 6, seal);
    bytes_hex(seal, sizeof seal, hex);
    ck_assert_str_eq(hex, "62045a0146f779182195f89e13e48a23790ba182fc60981d683c1b52e99b396c");
    ck_assert(segment_seal_holds(key, "novate", 6, seal));
    seal[0] ^= 1;
    ck_assert(!segment_seal_holds(key, "novate", 6, seal));
    segment_key_close(key);
}
END_TEST

START_TEST(sha256_is_sha256)
{
    uint8_t sha256[CRYPT_SHA256_BYTES];
    char hex[2 * CRYPT_SHA256_BYTES + 1];
    uint64_t bytes = 0;

    write_key("abc");
    must(file_sha256(path, sha256, &bytes, &error), &error);
    bytes_hex(sha256, sizeof sha256, hex);
    ck_assert_uint_eq(bytes, 3);
    ck_assert_str_eq(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    ck_assert(!file_sha256("/nonexistent", sha256, &bytes, &error));
    ck_assert_int_eq(error.code, ERROR_IO);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("segment_key");
    TCase *cases = tcase_create("segment_key");

    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, a_key_is_made_for_its_owner_alone_and_never_written_over);
    tcase_add_test(cases, two_keys_differ);
    tcase_add_test(cases, a_key_that_others_may_read_is_refused);
    tcase_add_test(cases, what_is_no_key_is_refused);
    tcase_add_test(cases, derivation_is_as_documented);
    tcase_add_test(cases, sha256_is_sha256);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
