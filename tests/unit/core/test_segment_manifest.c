/* test_segment_manifest.c — the list of staged files says what was put in, and nothing else: with a
 * seal no bit of it can be changed, without one no file outside its folder can be named.
 * SPDX-License-Identifier: Apache-2.0 */
#include "sample_segment.h"
#include "segment_crypt.h"
#include "values.h"

#include "novate/limits.h"
#include "novate/segment_manifest.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DIGEST_A "00112233445566778899aabbccddeeff"
#define DIGEST_B "ffeeddccbbaa99887766554433221100"
#define SHA256   "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static struct temporary folder;
static char path[512];
static struct arena arena;
static struct error error;
static struct segment_key *key;

static struct manifest_segment segments[2];
static struct manifest_entity entity;
static const char *absent[] = {"episode \"é\""};
static struct segment_manifest manifest;

static void describe(void);

static void setup(void)
{
    char name[512];

    error = ERROR_NONE;
    key = NULL;
    arena_init(&arena, 65536, NULL);
    temporary_make(&folder);
    (void)temporary_file(&folder, "segments", name);
    ck_assert_int_eq(mkdir(name, 0700), 0);
    (void)temporary_file(&folder, "segments/manifest.json", path);
    describe();
}

/* A manifest that holds. */
static void describe(void)
{
    struct digest records = {.rows = 7, .sum = {.low = 1, .high = UINT64_MAX}};
    segments[0] = (struct manifest_segment){.stage = SEGMENT_EXTRACTED,
                                            .chunk = 0,
                                            .chunk_id = DIGEST_A,
                                            .file = "patient-000000.extracted",
                                            .bytes = 1234,
                                            .sha256 = SHA256,
                                            .checksum = DIGEST_B,
                                            .rows = 7,
                                            .source = records};
    segments[1] = segments[0];
    segments[1].stage = SEGMENT_TRANSFORMED;
    segments[1].file = "patient-000000.transformed";
    segments[1].rows = 6;
    entity = (struct manifest_entity){.entity = "patient",
                                      .mapping_digest = DIGEST_A,
                                      .mapping_text = "entity: patient\n# Zoë\t\"x\"\n",
                                      .plan_digest = DIGEST_B,
                                      .stage = SEGMENT_TRANSFORMED,
                                      .source = records,
                                      .passed = {.rows = 6},
                                      .rejected = {.rows = 1},
                                      .segments = segments,
                                      .segment_count = 2};
    manifest = (struct segment_manifest){.novate = "0.1.0",
                                         .migration = "southern",
                                         .written_at = "2008-06-09T12:00:00Z",
                                         .host = "hades",
                                         .operator_name = "orpheus",
                                         .entities = &entity,
                                         .entity_count = 1,
                                         .absent = absent,
                                         .absent_count = 1};
}

static void teardown(void)
{
    segment_key_close(key);
    arena_release(&arena);
    temporary_remove(&folder);
}

static bool parse(const char *text, struct segment_manifest *read, struct error *reason)
{
    return segment_manifest_parse(text, strlen(text), key, &arena, read, reason);
}

static char *written(void)
{
    size_t size = 0;

    must(segment_manifest_write(folder.path, &manifest, key, &error), &error);
    return (char *)file_read(path, &size);
}

START_TEST(what_goes_in_comes_out)
{
    struct segment_manifest read;
    struct stat status;
    bool found = false;

    key = _i == 1 ? sample_key(&folder, "key") : NULL;
    must(segment_manifest_read(folder.path, key, &arena, &read, &found, &error), &error);
    ck_assert(!found);
    ck_assert(!segment_manifest_exists(folder.path));
    free(written());
    ck_assert(segment_manifest_exists(folder.path));
    ck_assert_int_eq(stat(path, &status), 0);
    ck_assert_uint_eq(status.st_mode & 07777, 0600);
    must(segment_manifest_read(folder.path, key, &arena, &read, &found, &error), &error);
    ck_assert(found);
    ck_assert_pstr_eq(read.key_id, key == NULL ? NULL : segment_key_id(key));
    ck_assert_str_eq(read.migration, "southern");
    ck_assert_str_eq(read.written_at, manifest.written_at);
    ck_assert_str_eq(read.host, "hades");
    ck_assert_str_eq(read.operator_name, "orpheus");
    ck_assert_int_eq(read.absent_count, 1);
    ck_assert_str_eq(read.absent[0], absent[0]);
    ck_assert_int_eq(read.entity_count, 1);
    ck_assert_str_eq(read.entities[0].mapping_text, entity.mapping_text);
    ck_assert_str_eq(read.entities[0].plan_digest, DIGEST_B);
    ck_assert(digest_equal(&read.entities[0].source, &entity.source));
    ck_assert_uint_eq(read.entities[0].rejected.rows, 1);
    ck_assert_int_eq(read.entities[0].segment_count, 2);
    const struct manifest_segment *last = &read.entities[0].segments[1];
    ck_assert_int_eq(last->stage, SEGMENT_TRANSFORMED);
    ck_assert_str_eq(last->file, segments[1].file);
    ck_assert_str_eq(last->sha256, SHA256);
    ck_assert_uint_eq(last->bytes, 1234);
    ck_assert_uint_eq(last->rows, 6);
    must(segment_manifest_remove(folder.path, &error), &error);
    must(segment_manifest_remove(folder.path, &error), &error);
    ck_assert(!segment_manifest_exists(folder.path));
}
END_TEST

START_TEST(no_bit_of_a_sealed_manifest_can_be_changed)
{
    struct segment_manifest read;

    key = sample_key(&folder, "key");
    char *text = written();
    size_t size = strlen(text) - 1; /* without the last line end */
    for (size_t offset = 0; offset < size; offset++) {
        for (int bit = 0; bit < 8; bit++) {
            struct error reason = ERROR_NONE;
            text[offset] = (char)(text[offset] ^ 1 << bit);
            ck_assert_msg(!segment_manifest_parse(text, size, key, &arena, &read, &reason),
                          "offset %zu, bit %d",
                          offset,
                          bit);
            ck_assert_msg(
                reason.code == ERROR_CORRUPT || reason.code == ERROR_KEY, "%s", reason.message);
            text[offset] = (char)(text[offset] ^ 1 << bit);
        }
        arena_reset(&arena);
    }
    must(segment_manifest_parse(text, size, key, &arena, &read, &error), &error);
    for (size_t length = 0; length < size; length++) {
        struct error reason = ERROR_NONE;
        ck_assert(!segment_manifest_parse(text, length, key, &arena, &read, &reason));
        ck_assert_int_eq(reason.code, ERROR_CORRUPT);
    }
    free(text);
}
END_TEST

START_TEST(a_seal_cannot_be_taken_off)
{
    struct segment_manifest read;
    struct error reason = ERROR_NONE;
    char *plain = written();

    key = sample_key(&folder, "key");
    ck_assert(!parse(plain, &read, &reason));
    ck_assert_int_eq(reason.code, ERROR_KEY);
    char *sealed = written();
    segment_key_close(key);
    key = NULL;
    reason = ERROR_NONE;
    ck_assert(!parse(sealed, &read, &reason));
    ck_assert_int_eq(reason.code, ERROR_KEY);
    key = sample_key(&folder, "other");
    reason = ERROR_NONE;
    ck_assert(!parse(sealed, &read, &reason));
    ck_assert_int_eq(reason.code, ERROR_KEY);
    ck_assert_ptr_nonnull(strstr(reason.message, "another key"));
    free(plain);
    free(sealed);
}
END_TEST

static void refused(const char *what)
{
    struct segment_manifest read;
    struct error reason = ERROR_NONE;
    char *text = written();

    ck_assert_msg(!parse(text, &read, &reason), "%s", what);
    ck_assert_int_eq(reason.code, ERROR_CORRUPT);
    free(text);
}

START_TEST(what_contradicts_itself_is_refused)
{
    segments[0].file = "../../etc/passwd";
    refused("a file elsewhere");
    describe();
    segments[0].file = "patient-000001.extracted";
    refused("the file of another chunk");
    describe();
    segments[1].chunk = 1;
    segments[1].file = "patient-000001.transformed";
    refused("two chunks of one segment each");
    describe();
    segments[1] = segments[0];
    refused("the same segment twice");
    describe();
    entity.segment_count = 1;
    refused("a transformed entity without transformed segments");
    describe();
    entity.source.rows++;
    refused("records that do not add up");
    describe();
    entity.mapping_digest = "0011";
    refused("a digest that is none");
}
END_TEST

static struct manifest_segment measured(void)
{
    struct manifest_segment segment = {
        .stage = SEGMENT_EXTRACTED, .chunk = 3, .chunk_id = "", .file = "patient-000003.extracted"};
    struct segment_reader *reader = NULL;
    const struct segment_header *header = NULL;
    char name[512];
    size_t size = 0;

    (void)temporary_file(&folder, "segments/patient-000003.extracted", name);
    free(sample_segment(name, key, &size));
    must(manifest_segment_measure(folder.path, &segment, &arena, &error), &error);
    ck_assert_uint_eq(segment.bytes, size);
    must(segment_reader_open(name, key, &reader, &header, &error), &error);
    char hex[HASH_HEX_SIZE];
    hash_hex(segment_reader_checksum(reader), hex);
    segment.checksum = arena_string(&arena, hex);
    segment_reader_close(reader);
    return segment;
}

START_TEST(a_segment_is_what_is_said_of_it_or_named)
{
    struct manifest_segment segment = measured();
    struct chunk chunk;
    struct tally tally;
    struct error reason = ERROR_NONE;

    /* The sample has no hashes, so what is recorded of its records is made to agree here. */
    ck_assert(!manifest_segment_check(
        folder.path, "patient", &segment, key, &arena, &chunk, &tally, &reason));
    ck_assert_ptr_nonnull(strstr(reason.message, "other records"));
    segment.rows = 4 < 2 * LIMIT_BATCH_ROWS ? 4 : 2 * LIMIT_BATCH_ROWS;
    segment.source = tally.source;
    must(manifest_segment_check(
             folder.path, "patient", &segment, key, &arena, &chunk, &tally, &error),
         &error);
    ck_assert_int_eq(chunk.ordinal, 3);
    ck_assert_str_eq(chunk.lower[0], "10");
    static const char *const names[] = {"visit", "patient", "patient", "patient", "patient"};
    static const char *const words[] = {
        "another entity", "another size", "not the file", "another content", "missing"};
    for (int i = 0; i < 5; i++) {
        struct manifest_segment other = segment;
        other.bytes += i == 1;
        other.sha256 = i == 2 ? SHA256 : other.sha256;
        other.checksum = i == 3 ? DIGEST_A : other.checksum;
        other.file = i == 4 ? "patient-000004.extracted" : other.file;
        reason = ERROR_NONE;
        ck_assert(!manifest_segment_check(
            folder.path, names[i], &other, key, &arena, &chunk, &tally, &reason));
        ck_assert_int_eq(reason.code, ERROR_CORRUPT);
        ck_assert_msg(strstr(reason.message, words[i]) != NULL, "%s", reason.message);
        ck_assert_ptr_nonnull(strstr(reason.message, other.file));
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("segment_manifest");
    TCase *cases = tcase_create("segment_manifest");

    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_set_timeout(cases, 60);
    tcase_add_loop_test(cases, what_goes_in_comes_out, 0, 2);
    tcase_add_test(cases, no_bit_of_a_sealed_manifest_can_be_changed);
    tcase_add_test(cases, a_seal_cannot_be_taken_off);
    tcase_add_test(cases, what_contradicts_itself_is_refused);
    tcase_add_test(cases, a_segment_is_what_is_said_of_it_or_named);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
