/* test_file_input.c — files as they are handed over: in UTF-16, compressed, with bytes that are no
 * text, with records that are too large. Whatever a file's form, its records and digests are those
 * of the same file in UTF-8.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "decode.h"
#include "file_fixture.h"
#include "seed.h"

#include <check.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

/* The source refuses, in planning or in reading, and says `part`. */
static void assert_refused(const char *part)
{
    struct reading reading;
    struct error error = ERROR_NONE;
    struct chunk_list chunks;
    reading_open(&reading, &settings);
    bool described = source_describe(
        reading.source, &spec, &reading.arena, &reading.problems, &reading.relation, &error);
    if (described) {
        ck_assert_msg(reading.relation != NULL, "%s", reading_problem(&reading));
        ck_assert(
            !source_plan(reading.source, reading.relation, NULL, &reading.arena, &chunks, &error));
    }
    ck_assert_int_eq(error.code, ERROR_SOURCE);
    ck_assert_msg(strstr(error.message, "\"a.csv\"") != NULL &&
                      (strstr(error.message, part) != NULL || strstr(error.detail, part) != NULL),
                  "%s: %s",
                  error.message,
                  error.detail);
    reading_close(&reading);
}

/* Records of everything that a form could get wrong. */
static size_t random_text(struct seed *seed, char *to, int records)
{
    static const char *const fields[] = {"",
                                         "plain",
                                         "\"quoted\"",
                                         "\"a \"\"quote\"\"\"",
                                         "\"two\nlines\"",
                                         "\"cr\r\nlf,comma\"",
                                         "M\xC3\xBCller",
                                         "\"\xE2\x82\xAC, \xF0\x9F\x98\x80\"",
                                         "\xF0\x90\x80\x80\xF4\x8F\xBF\xBF",
                                         "\xE0\xA0\x80"};
    static const char *const ends[] = {"\n", "\r\n", "\n\n", "\r"};
    char *at = to + sprintf(to, "N,\xC3\x84,B\n");
    for (int i = 0; i < records; i++) {
        at += sprintf(at,
                      "%d,%s,%s%s",
                      i,
                      fields[seed_below(seed, 10)],
                      fields[seed_below(seed, 10)],
                      i + 1 == records ? "" : ends[seed_below(seed, 4)]);
    }
    return (size_t)(at - to);
}

static char *to_utf16(const char *text, size_t size, bool big, bool mark, size_t *out_size)
{
    uint16_t *units = calloc(size + 1, sizeof *units);
    unsigned char *out = malloc(2 * size + 2);
    ck_assert(units != NULL && out != NULL);
    units[0] = 0xFEFF;
    size_t count = utf16_encode(text, size, units + 1) + 1;
    for (size_t i = 0; i < count; i++) {
        out[2 * i + (big ? 0 : 1)] = (unsigned char)(units[i] >> 8);
        out[2 * i + (big ? 1 : 0)] = (unsigned char)units[i];
    }
    free(units);
    size_t skip = mark ? 0 : 2;
    *out_size = 2 * count - skip;
    memmove(out, out + skip, *out_size);
    return (char *)out;
}

/* Units of UTF-16 before byte `offset` of a text in UTF-8. */
static uint64_t units_before(const char *text, uint64_t offset)
{
    uint16_t *units = calloc(offset + 1, sizeof *units);
    ck_assert_ptr_nonnull(units);
    uint64_t count = utf16_encode(text, offset, units);
    free(units);
    return count;
}

START_TEST(utf16_is_the_same_file_at_its_own_offsets)
{
    static const struct {
        const char *encoding;
        bool big, mark;
    } forms[] = {{"UTF-16LE", false, false},
                 {"utf-16le", false, true},
                 {"UTF-16BE", true, false},
                 {"UTF-16BE", true, true},
                 {"UTF-16", true, true},
                 {"UTF-16", false, true}};
    struct seed seed = seed_of(31 + (uint64_t)_i);
    static char text[100000];
    int records = 50 + seed_below(&seed, 400);
    size_t size = random_text(&seed, text, records);
    struct reading plain;
    temp_file_write("a.csv", text, size);
    spec.encoding = NULL;
    read_all(&plain, 0);
    ck_assert_int_eq(plain.count, records);
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        size_t wide_size = 0;
        char *wide = to_utf16(text, size, forms[i].big, forms[i].mark, &wide_size);
        temp_file_write("a.csv", wide, wide_size);
        free(wide);
        spec.encoding = forms[i].encoding;
        for (uint64_t bytes = 1; bytes <= wide_size * 2; bytes = bytes * 7 + 1) {
            struct reading reading;
            read_all(&reading, bytes);
            ck_assert_int_eq(reading.count, records);
            ck_assert(bytes > 1 || reading.chunks.count == records);
            ck_assert(digest_equal(&reading.digest, &plain.digest));
            for (int row = 0; row < records; row++) {
                ck_assert_uint_eq(reading.rows[row].line, plain.rows[row].line);
                ck_assert_uint_eq(reading.rows[row].offset,
                                  2 * units_before(text, plain.rows[row].offset) +
                                      (forms[i].mark ? 2U : 0U));
            }
            reading_close(&reading);
        }
    }
    reading_close(&plain);
}
END_TEST

/* Surrogates without their other half, in the middle and at a chunk's end, and an odd last byte. */
START_TEST(utf16_that_is_none_is_refused_where_it_stands)
{
    static const char file[] = "\xFF\xFE"
                               "A\0,\0B\0\n\0"
                               "x\0\x00\xD8,\0"
                               "1\0\n\0"
                               "y\0\x00\xDC\x00\xD8,\0"
                               "2\0\n\0"
                               "z\0,\0"
                               "3\0\n\0"
                               "\x3D\xD8\x00\xDE,\0"
                               "4\0\n\0"
                               "e\0,\0\"\0\"\0\"\0\x01\xDA\"\0\n\0"
                               "l\0,\0"
                               "\x41";
    struct reading reading;
    spec.encoding = "UTF-16";
    temp_file_write("a.csv", file, sizeof file - 1);
    read_all(&reading, 1);
    ck_assert_int_eq(reading.count, 6);
    ck_assert_str_eq(reading.rows[0].message,
                     "unit 0xd800 at 0xc of the file is no character of its encoding");
    ck_assert_str_eq(reading.rows[1].message,
                     "unit 0xdc00 at 0x16 of the file is no character of its encoding");
    ck_assert_ptr_null(reading.rows[2].refused);
    ck_assert_str_eq(reading_value(&reading, 3, "A"), "\xF0\x9F\x98\x80");
    ck_assert_str_eq(reading.rows[4].message,
                     "unit 0xda01 at 0x3c of the file is no character of its encoding");
    ck_assert_str_eq(reading.rows[5].message,
                     "byte 0x41 at 0x46 of the file is no character of its encoding");
    for (int row = 0; row < 6; row++) {
        bool refused = row != 2 && row != 3;
        ck_assert(refused == (reading.rows[row].refused != NULL));
        ck_assert(!refused || strcmp(reading.rows[row].refused, "ENCODING") == 0);
    }
    reading_close(&reading);
}
END_TEST

START_TEST(a_mark_that_contradicts_is_a_problem)
{
    static const struct {
        const char *encoding, *bytes, *problem;
    } cases[] = {
        {"UTF-8",
         "\xFF\xFE"
         "A",
         "byte order mark of UTF-16LE, but is declared as UTF-8"},
        {"windows-1252",
         "\xEF\xBB\xBF"
         "A\n",
         "byte order mark of UTF-8, but is declared as wind"},
        {"UTF-16LE",
         "\xFE\xFF"
         "AA",
         "byte order mark of UTF-16BE, but is declared as UTF-16LE"},
        {"UTF-16BE",
         "\xFF\xFE"
         "AA",
         "byte order mark of UTF-16LE, but is declared as UTF-16BE"},
        {"UTF-16",
         "\xEF\xBB\xBF"
         "A\n",
         "byte order mark of UTF-8, but is declared as UTF-16"},
        {"UTF-16", "AAAA", "declared as UTF-16 and has no byte order mark"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        temp_file_text("a.csv", cases[i].bytes);
        spec.encoding = cases[i].encoding;
        assert_problem(cases[i].problem);
    }
    temp_file_write("a.csv", "\xFF\xFE\0\0A\0\0\0", 8);
    assert_problem("byte order mark of UTF-32");
}
END_TEST

static void assert_counter(const struct reading *reading,
                           const char *name,
                           uint64_t count,
                           const char *first)
{
    const struct counter *item = counters_find(&reading->counters, "repair", name);
    ck_assert_msg(item != NULL, "nothing was counted as %s", name);
    ck_assert_uint_eq(item->count, count);
    ck_assert_str_eq(item->first, first);
}

static const struct relation_column repaired[] = {
    {.name = "R", .decode = POLICY_REPLACE, .nul = POLICY_STRIP},
    {.name = "S", .encoding = "windows-1252", .decode = POLICY_STRIP, .nul = POLICY_REPLACE},
    {.name = "N", .type = "bigint", .nul = POLICY_STRIP}};

START_TEST(policies_repair_and_count_with_the_first_case)
{
    static const char file[] = "R,S,N,K\n"
                               "ok,\xE9,1,k\n"
                               "a\xFFz\xE2\x82,x\x81,2,k\n"
                               "\"q\"\"\xFF\",\"\"\"\x90\x9D\",3,k\n"
                               "n\0n,n\0n,\0004\0,k\n"
                               "x,y,5,k\xFF\n";
    struct reading reading;
    spec.columns = repaired;
    spec.column_count = 3;
    temp_file_write("a.csv", file, sizeof file - 1);
    for (uint64_t bytes = 1; bytes < 100; bytes += 40) {
        read_all(&reading, bytes);
        ck_assert_int_eq(reading.count, 5);
        ck_assert_str_eq(reading_value(&reading, 0, "S"), "\xC3\xA9");
        ck_assert_str_eq(reading_value(&reading, 1, "R"), "a\xEF\xBF\xBDz\xEF\xBF\xBD");
        ck_assert_str_eq(reading_value(&reading, 1, "S"), "x");
        ck_assert_str_eq(reading_value(&reading, 2, "R"), "q\"\xEF\xBF\xBD");
        ck_assert_str_eq(reading_value(&reading, 2, "S"), "\"");
        ck_assert_str_eq(reading_value(&reading, 3, "R"), "nn");
        ck_assert_str_eq(reading_value(&reading, 3, "S"), "n\xEF\xBF\xBDn");
        ck_assert_str_eq(reading_value(&reading, 3, "N"), "4");
        ck_assert_str_eq(reading.rows[4].refused, "ENCODING");
        ck_assert_int_eq(reading.counters.count, 5);
        assert_counter(&reading, "R undecodable replaced", 3, "a.csv line 3 byte 0x12 (0xff)");
        assert_counter(&reading, "S undecodable stripped", 3, "a.csv line 3 byte 0x18 (0x81)");
        assert_counter(&reading, "R U+0000 stripped", 1, "a.csv line 5 byte 0x31 (0x00)");
        assert_counter(&reading, "S U+0000 replaced", 1, "a.csv line 5 byte 0x35 (0x00)");
        assert_counter(&reading, "N U+0000 stripped", 2, "a.csv line 5 byte 0x38 (0x00)");
        reading_close(&reading);
    }
}
END_TEST

/* Quotes are not in the text, and count in the file. */
START_TEST(offsets_in_quoted_fields_are_those_of_the_file)
{
    static const char file[] = "R,S,N\n\"a\"\"b\",\"c\"\"\"\"d\x81\",1\n";
    struct reading reading;
    spec.columns = repaired;
    spec.column_count = 3;
    temp_file_write("a.csv", file, sizeof file - 1);
    read_all(&reading, 0);
    ck_assert_str_eq(reading_value(&reading, 0, "S"), "c\"\"d");
    ck_assert_int_eq((unsigned char)file[0x14], 0x81);
    assert_counter(&reading, "S undecodable stripped", 1, "a.csv line 2 byte 0x14 (0x81)");
    reading_close(&reading);
}
END_TEST

static size_t gzip(const char *data, size_t size, unsigned char *to, size_t room)
{
    z_stream stream = {.next_in = (z_const Bytef *)(uintptr_t)data,
                       .avail_in = (uInt)size,
                       .next_out = to,
                       .avail_out = (uInt)room};
    ck_assert_int_eq(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    ck_assert_int_eq(deflate(&stream, Z_FINISH), Z_STREAM_END);
    ck_assert_int_eq(deflateEnd(&stream), Z_OK);
    return stream.total_out;
}

static size_t zstd(const char *data, size_t size, unsigned char *to, size_t room)
{
    ZSTD_CCtx *context = ZSTD_createCCtx();
    ck_assert_ptr_nonnull(context);
    ck_assert(!ZSTD_isError(ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)));
    size_t result = ZSTD_compress2(context, to, room, data, size);
    ck_assert(!ZSTD_isError(result));
    (void)ZSTD_freeCCtx(context);
    return result;
}

typedef size_t packer(const char *data, size_t size, unsigned char *to, size_t room);
static packer *const packers[] = {gzip, zstd};

#define PACKED_BYTES 200000

/* In one member, and in two that are cut anywhere; also of UTF-16. */
START_TEST(packed_files_are_the_same_file)
{
    static char text[100000];
    static unsigned char packed[PACKED_BYTES];
    struct seed seed = seed_of(77);
    size_t size = random_text(&seed, text, 2000);
    struct reading plain;
    temp_file_write("a.csv", text, size);
    read_all(&plain, 0);
    for (int i = 0; i < 12; i++) {
        packer *pack = packers[i % 2];
        size_t cut = i < 2 ? size : (size_t)seed_below(&seed, (int)size);
        size_t packed_size = pack(text, cut, packed, sizeof packed);
        if (cut < size) {
            packed_size +=
                pack(text + cut, size - cut, packed + packed_size, sizeof packed - packed_size);
        }
        struct reading reading;
        temp_file_write("a.csv", packed, packed_size);
        read_all(&reading, 100);
        ck_assert_int_eq(reading.chunks.count, 1);
        ck_assert(digest_equal(&reading.digest, &plain.digest));
        ck_assert_uint_eq(reading.rows[1999].line, plain.rows[1999].line);
        ck_assert_uint_eq(reading.rows[1999].offset, plain.rows[1999].offset);
        reading_close(&reading);
    }
    size_t wide_size = 0;
    char *wide = to_utf16(text, size, false, true, &wide_size);
    temp_file_write("a.csv", packed, zstd(wide, wide_size, packed, sizeof packed));
    free(wide);
    spec.encoding = "UTF-16";
    struct reading reading;
    read_all(&reading, 0);
    ck_assert(digest_equal(&reading.digest, &plain.digest));
    reading_close(&reading);
    reading_close(&plain);
}
END_TEST

START_TEST(damaged_packed_files_are_refused_by_name)
{
    static char text[60000];
    static unsigned char packed[PACKED_BYTES];
    struct seed seed = seed_of(78);
    size_t size = random_text(&seed, text, 1000);
    for (int i = 0; i < 2; i++) {
        size_t packed_size = packers[i](text, size, packed, sizeof packed);
        for (int k = 0; k < 20;
             k++) { /* cut off anywhere, from the first bytes to the last but one */
            size_t kept = k < 8 ? packed_size - 1 - (size_t)k
                                : 20 + (size_t)seed_below(&seed, (int)packed_size - 21);
            temp_file_write("a.csv", packed, kept);
            assert_refused("damaged");
        }
        packed[packed_size] = 'x';
        packed[packed_size + 1] = '\n';
        temp_file_write("a.csv", packed, packed_size + 2);
        assert_refused("Something else follows");
        packed[packed_size - 5] ^= 1; /* in gzip's check sum; in zstd's last block */
        packed[packed_size - 1] ^= 1; /* in gzip's length; in zstd's check sum */
        temp_file_write("a.csv", packed, packed_size);
        assert_refused("damaged");
    }
}
END_TEST

/* Pairs of surrogates at every boundary of what is read at once. */
START_TEST(pairs_are_not_torn_between_two_reads)
{
    enum {
        PAIRS = 60000
    };
    static char text[4 * PAIRS + 16];
    for (size_t shift = 0; shift < 2; shift++) {
        struct reading reading;
        size_t wide_size = 0;
        size_t size = (size_t)sprintf(text, "A\n%.*s", (int)shift, "x");
        for (size_t i = 0; i < PAIRS; i++, size += 4) {
            memcpy(text + size, "\xF0\x9F\x98\x80", 4);
        }
        char *wide = to_utf16(text, size, true, false, &wide_size);
        temp_file_write("a.csv", wide, wide_size);
        free(wide);
        spec.encoding = "UTF-16BE";
        read_all(&reading, 0);
        ck_assert_int_eq(reading.count, 1);
        ck_assert_ptr_null(reading.rows[0].refused);
        ck_assert_uint_eq(strlen(reading_value(&reading, 0, "A")), size - 2);
        ck_assert_mem_eq(reading_value(&reading, 0, "A"), text + 2, size - 2);
        reading_close(&reading);
    }
}
END_TEST

/* More than the buffer holds, in one chunk: what was moved out of it counts as well. */
START_TEST(offsets_in_utf16_hold_after_the_buffer_moved)
{
    static char text[6 << 20];
    struct reading reading;
    size_t size = (size_t)sprintf(text, "A,B\r\n");
    size_t wide_size = 0;
    int records = 0;
    for (; size < sizeof text - 300; records++) {
        size += (size_t)sprintf(text + size, "%d,\xC3\xA9%200s\r\n\r\n", records, "");
    }
    char *wide = to_utf16(text, size, false, true, &wide_size);
    temp_file_write("a.csv", wide, wide_size);
    free(wide);
    spec.encoding = "UTF-16";
    read_all(&reading, 0);
    ck_assert_int_eq(reading.count, records);
    ck_assert_int_eq(reading.chunks.count, 1);
    uint64_t place = 2 + 5 * 2;
    for (int row = 0; row < records; row++) {
        char number[16];
        int digits = sprintf(number, "%d", row);
        ck_assert_uint_eq(reading.rows[row].offset, place);
        place += 2 * ((uint64_t)digits + 206);
    }
    reading_close(&reading);
}
END_TEST

/* A frame that says of itself which window it needs: 128 MB is the most. */
START_TEST(a_window_that_is_too_large_is_refused)
{
    static unsigned char frame[] = "\x28\xB5\x2F\xFD\x00?\x21\x00\x00"
                                   "A\n1\n";
    struct reading reading;
    frame[5] = (27 - 10) << 3;
    temp_file_write("a.csv", frame, sizeof frame - 1);
    read_all(&reading, 0);
    ck_assert_str_eq(reading_value(&reading, 0, "A"), "1");
    reading_close(&reading);
    frame[5] = (28 - 10) << 3;
    temp_file_write("a.csv", frame, sizeof frame - 1);
    assert_refused("needs too much memory");
}
END_TEST

/* A quote that is never closed, in a file that is larger than memory may be. */
START_TEST(a_record_of_a_gigabyte_is_refused_at_its_line)
{
    struct rusage before;
    struct rusage after;
    int file = open("a.csv", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    ck_assert_int_ge(file, 0);
    ck_assert_int_eq((int)write(file, "A,B\n1,x\n2,\"", 11), 11);
    ck_assert_int_eq(ftruncate(file, INT64_C(1181116006)), 0);
    ck_assert_int_eq(close(file), 0);
    settings.memory_mb = 256;
    ck_assert_int_eq(getrusage(RUSAGE_SELF, &before), 0);
    assert_refused("too large (line 3 byte 0x8)");
    ck_assert_int_eq(getrusage(RUSAGE_SELF, &after), 0);
    ck_assert_int_lt((int)(after.ru_maxrss - before.ru_maxrss), 64 * 1024);
}
END_TEST

/* With no header to end, the names of columns are looked for in the same record. */
START_TEST(a_header_that_does_not_end_is_refused)
{
    int file = open("a.csv", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    ck_assert_int_ge(file, 0);
    ck_assert_int_eq((int)write(file, "\"A,B\n", 5), 5);
    ck_assert_int_eq(ftruncate(file, INT64_C(1181116006)), 0);
    ck_assert_int_eq(close(file), 0);
    assert_refused("too large (line 1 byte 0x0)");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("file_input");
    TCase *tests = tcase_create("file_input");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_set_timeout(tests, 100);
    tcase_add_loop_test(tests, utf16_is_the_same_file_at_its_own_offsets, 0, 3);
    tcase_add_test(tests, utf16_that_is_none_is_refused_where_it_stands);
    tcase_add_test(tests, a_mark_that_contradicts_is_a_problem);
    tcase_add_test(tests, policies_repair_and_count_with_the_first_case);
    tcase_add_test(tests, offsets_in_quoted_fields_are_those_of_the_file);
    tcase_add_test(tests, packed_files_are_the_same_file);
    tcase_add_test(tests, damaged_packed_files_are_refused_by_name);
    tcase_add_test(tests, pairs_are_not_torn_between_two_reads);
    tcase_add_test(tests, offsets_in_utf16_hold_after_the_buffer_moved);
    tcase_add_test(tests, a_window_that_is_too_large_is_refused);
    tcase_add_test(tests, a_record_of_a_gigabyte_is_refused_at_its_line);
    tcase_add_test(tests, a_header_that_does_not_end_is_refused);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
