/* test_segment_damage.c — no damage to a segment is ever passed off as data, wherever it is.
 *
 * Goal: a flipped bit, a missing end, a wrong key are refused with the right error. Method: every
 * bit of a small segment, plain and encrypted, and every length.
 * SPDX-License-Identifier: Apache-2.0 */
#include "assertions.h"
#include "sample_segment.h"
#include "segment_crypt.h"
#include "values.h"

#include <check.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct temporary folder;
static char path[512];
static struct error error;
static struct segment_key *key; /* NULL: plain */

static void setup(void)
{
    error = ERROR_NONE;
    key = NULL;
    temporary_make(&folder);
    (void)temporary_file(&folder, "segment", path);
}

static void teardown(void)
{
    segment_key_close(key);
    temporary_remove(&folder);
}

/* The version says whether a segment is encrypted, and which key it needs stands behind it: changes
 * there may also be taken for another key. */
static bool may_name_another_key(size_t offset)
{
    return offset == SEGMENT_MAGIC_BYTES || (key != NULL && offset >= SEGMENT_PREAMBLE_BYTES &&
                                             offset < SEGMENT_PREAMBLE_BYTES + CRYPT_ID_BYTES);
}

static void expect_refusal(size_t offset, size_t size)
{
    struct error reason = ERROR_NONE;

    hold_msg(!segment_read_all(path, key, &reason), "offset %zu of %zu", offset, size);
    hold_msg(reason.code == ERROR_CORRUPT ||
                 (reason.code == ERROR_KEY && may_name_another_key(offset)),
             "offset %zu: %s",
             offset,
             reason.message);
}

START_TEST(a_changed_byte_is_never_accepted)
{
    if (_i == 1) {
        key = sample_key(&folder, "key");
    }
    size_t size = 0;
    uint8_t *bytes = sample_segment(path, key, &size);

    int file = open(path, O_WRONLY | O_CLOEXEC);
    ck_assert_int_ge(file, 0);
    for (size_t offset = 0; offset < size; offset++) {
        for (int bit = 0; bit < 9; bit++) { /* each bit, and all of them */
            uint8_t changed = (uint8_t)(bytes[offset] ^ (bit < 8 ? 1 << bit : 0xff));
            hold(pwrite(file, &changed, 1, (off_t)offset) == 1);
            expect_refusal(offset, size);
        }
        hold(pwrite(file, bytes + offset, 1, (off_t)offset) == 1);
    }
    must(segment_read_all(path, key, &error), &error);
    (void)close(file);
    free(bytes);
}
END_TEST

START_TEST(a_segment_cut_short_or_grown_is_never_accepted)
{
    if (_i == 1) {
        key = sample_key(&folder, "key");
    }
    size_t size = 0;
    uint8_t *bytes = sample_segment(path, key, &size);

    for (size_t length = 0; length < size; length++) {
        struct error reason = ERROR_NONE;
        file_write(path, bytes, length);
        hold_msg(!segment_read_all(path, key, &reason), "length %zu of %zu", length, size);
        hold(reason.code == ERROR_CORRUPT);
    }
    struct error reason = ERROR_NONE;
    file_write(path, bytes, size + 1); /* file_read puts a NUL there */
    ck_assert(!segment_read_all(path, key, &reason));
    ck_assert_int_eq(reason.code, ERROR_CORRUPT);
    free(bytes);
}
END_TEST

/* One who can compute checksums, but has no key. */
static void repair_checksums(uint8_t *bytes, size_t size)
{
    size_t end = size - SEGMENT_FOOTER_BYTES;
    size_t at = SEGMENT_PREAMBLE_BYTES + CRYPT_ID_BYTES + CRYPT_HEADER_BYTES;

    while (at < end) {
        struct frame frame = frame_load(bytes + at);
        size_t covered = FRAME_HEAD_BYTES + (size_t)frame.stored;
        store_le64(bytes + at + covered, hash_bytes64(bytes + at, covered));
        at += covered + FRAME_CHECKSUM_BYTES;
    }
}

START_TEST(an_encrypted_block_cannot_be_altered_by_one_who_mends_the_checksums)
{
    key = sample_key(&folder, "key");
    size_t size = 0;
    uint8_t *bytes = sample_segment(path, key, &size);
    uint8_t *changed = malloc(size);
    size_t first = SEGMENT_PREAMBLE_BYTES + CRYPT_ID_BYTES + CRYPT_HEADER_BYTES;

    ck_assert_ptr_nonnull(changed);
    for (size_t offset = first; offset < size - SEGMENT_FOOTER_BYTES; offset++) {
        memcpy(changed, bytes, size);
        changed[offset] ^= 0x20;
        size_t head = first; /* of the frame that the offset is in */
        while (offset >= head + FRAME_HEAD_BYTES + frame_load(bytes + head).stored + 8) {
            head += FRAME_HEAD_BYTES + (size_t)frame_load(bytes + head).stored + 8;
        }
        if (offset >= head + 16 && offset < head + 24) {
            continue; /* the size of the frame: where the next one is cannot be said */
        }
        repair_checksums(changed, size);
        if (memcmp(changed, bytes, size) == 0) {
            continue; /* it was a checksum that was changed */
        }
        file_write(path, changed, size);
        expect_refusal(offset, size);
    }
    free(changed);
    free(bytes);
}
END_TEST

static const uint8_t *find_text(const uint8_t *bytes, size_t size, const char *text)
{
    size_t length = strlen(text);

    for (size_t at = 0; at + length <= size; at++) {
        if (memcmp(bytes + at, text, length) == 0) {
            return bytes + at;
        }
    }
    return NULL;
}

START_TEST(a_segment_needs_its_own_key)
{
    struct segment_key *own = NULL;
    size_t size = 0;
    struct error reason = ERROR_NONE;

    key = sample_key(&folder, "own");
    own = key;
    uint8_t *bytes = sample_segment(path, key, &size);
    ck_assert_ptr_null(find_text(bytes, size, "patient"));
    ck_assert_ptr_null(find_text(bytes, size, "lower"));
    free(bytes);
    key = NULL;
    ck_assert(!segment_read_all(path, key, &reason));
    ck_assert_int_eq(reason.code, ERROR_KEY);
    ck_assert_ptr_nonnull(strstr(reason.hint, "--key-file"));
    key = sample_key(&folder, "other");
    reason = ERROR_NONE;
    ck_assert(!segment_read_all(path, key, &reason));
    ck_assert_int_eq(reason.code, ERROR_KEY);
    ck_assert_ptr_nonnull(strstr(reason.message, "another key"));
    segment_key_close(key);
    key = NULL;
    free(sample_segment(path, key, &size)); /* plain */
    key = own;
    reason = ERROR_NONE;
    ck_assert(!segment_read_all(path, key, &reason));
    ck_assert_int_eq(reason.code, ERROR_KEY);
    ck_assert_ptr_nonnull(strstr(reason.message, "not encrypted"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("segment_damage");
    TCase *cases = tcase_create("segment_damage");

    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_set_timeout(cases, 60);
    tcase_add_loop_test(cases, a_changed_byte_is_never_accepted, 0, 2);
    tcase_add_loop_test(cases, a_segment_cut_short_or_grown_is_never_accepted, 0, 2);
    tcase_add_test(cases, an_encrypted_block_cannot_be_altered_by_one_who_mends_the_checksums);
    tcase_add_test(cases, a_segment_needs_its_own_key);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
