/* test_chunk.c — a chunk's identity covers what it is, and its description survives JSON.
 * SPDX-License-Identifier: Apache-2.0 */
#include "values.h"

#include "novate/chunk.h"
#include "novate/limits.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct arena arena;
static struct error error;
static struct text_buffer json;

static const char *lower[] = {"10", "a \"quoted\"\nkey"};
static const char *upper[] = {"20", "Zoë"};
static const struct hash mapping = {.low = 1, .high = 2};
static const struct hash plan = {.low = 3, .high = 4};

static void setup(void)
{
    error = ERROR_NONE;
    arena_init(&arena, 4096, NULL);
    text_buffer_init(&json, LIMIT_FIELD_BYTES);
}

static void teardown(void)
{
    text_buffer_release(&json);
    arena_release(&arena);
}

static struct chunk key_range(void)
{
    return (struct chunk){.kind = CHUNK_KEY_RANGE,
                          .ordinal = 3,
                          .key_count = 2,
                          .lower = lower,
                          .upper = upper,
                          .rows_estimate = 1000};
}

static struct chunk file_range(void)
{
    return (struct chunk){.kind = CHUNK_FILE_RANGE,
                          .file = "persons \"1\".csv",
                          .offset = UINT64_C(5) << 40,
                          .size = 77,
                          .first_line = 12,
                          .file_hash = {.low = UINT64_MAX, .high = 1},
                          .rows_estimate = 3};
}

static void identify(struct chunk *chunk)
{
    must(chunk_identify(chunk, "patient", mapping, plan, &error), &error);
    ck_assert_uint_eq(strlen(chunk->id), HASH_HEX_SIZE - 1);
}

/* Every change of what a chunk is gives another identity; the estimate is no part of it. */
START_TEST(identity_covers_everything_that_matters)
{
    enum {
        VARIANTS = 17
    };
    struct chunk chunks[VARIANTS];
    const char *other[] = {"20", "Zoe"};

    for (int i = 0; i < VARIANTS; i++) {
        chunks[i] = i < 9 ? key_range() : file_range();
    }
    chunks[1].ordinal = 4;
    chunks[2].kind = CHUNK_KEY_NULL;
    chunks[3].lower = NULL;
    chunks[4].upper = NULL;
    chunks[5].upper = other;
    chunks[6].lower = upper;
    chunks[6].upper = lower;
    chunks[7].key_count = 1;
    chunks[8].lower = NULL;
    chunks[8].upper = NULL;
    chunks[10].file = "persons";
    chunks[11].offset++;
    chunks[12].size++;
    chunks[13].first_line++;
    chunks[14].file_hash.high++;
    chunks[15].kind = CHUNK_WHOLE;
    chunks[16].last_file = "persons 2.csv";
    for (int i = 0; i < VARIANTS; i++) {
        identify(&chunks[i]);
        for (int j = 0; j < i; j++) {
            ck_assert_msg(strcmp(chunks[i].id, chunks[j].id) != 0, "%d and %d", j, i);
        }
    }
}
END_TEST

START_TEST(identity_covers_entity_mapping_and_plan_but_not_the_estimate)
{
    struct chunk chunk = key_range();
    struct chunk other = key_range();
    const struct hash changed = {.low = 9, .high = 9};

    identify(&chunk);
    other.rows_estimate++;
    identify(&other);
    ck_assert_str_eq(chunk.id, other.id);
    must(chunk_identify(&other, "patients", mapping, plan, &error), &error);
    ck_assert_str_ne(chunk.id, other.id);
    must(chunk_identify(&other, "patient", changed, plan, &error), &error);
    ck_assert_str_ne(chunk.id, other.id);
    must(chunk_identify(&other, "patient", mapping, changed, &error), &error);
    ck_assert_str_ne(chunk.id, other.id);
    must(chunk_identify(&other, "patient", plan, mapping, &error), &error);
    ck_assert_str_ne(chunk.id, other.id);
}
END_TEST

/* A chunk that went through JSON is the same chunk: it has the same identity. */
START_TEST(json_goes_there_and_back)
{
    struct chunk chunks[] = {key_range(),
                             file_range(),
                             key_range(),
                             file_range(),
                             {.kind = CHUNK_WHOLE},
                             {.kind = CHUNK_KEY_NULL, .key_count = 1, .ordinal = 9}};

    chunks[2].lower = NULL;
    chunks[3].last_file = "persons \"2\".csv";
    for (size_t i = 0; i < sizeof chunks / sizeof chunks[0]; i++) {
        struct chunk read;
        text_buffer_reset(&json);
        chunk_json(&chunks[i], &json);
        must(chunk_from_json(json.data, &arena, &read, &error), &error);
        ck_assert_str_eq(read.id, "");
        ck_assert_uint_eq(read.rows_estimate, chunks[i].rows_estimate);
        identify(&chunks[i]);
        identify(&read);
        ck_assert_str_eq(read.id, chunks[i].id);
    }
}
END_TEST

START_TEST(a_key_is_a_chunk_unless_it_cannot_be_asked_for)
{
    static const char *const unfit[] = {
        "[\"12\"]", "[\"12\",null]", "[\"12\",\"a\",\"b\"]", "[\"12\",\"a\\u0000b\"]", "12", ""};
    struct chunk chunk;
    bool found = false;

    must(chunk_of_key("[\"12\",\"a\\\"b\"]", 2, 7, &arena, &chunk, &found, &error), &error);
    ck_assert(found);
    ck_assert_int_eq(chunk.kind, CHUNK_KEY_ONE);
    ck_assert_int_eq(chunk.ordinal, 7);
    ck_assert_str_eq(chunk.upper[0], "12");
    ck_assert_str_eq(chunk.upper[1], "a\"b");
    for (size_t i = 0; i < sizeof unfit / sizeof unfit[0]; i++) {
        must(chunk_of_key(unfit[i], 2, 7, &arena, &chunk, &found, &error), &error);
        ck_assert(!found);
    }
    must(chunk_of_key("[]", 0, 7, &arena, &chunk, &found, &error), &error);
    ck_assert(!found);
}
END_TEST

START_TEST(what_is_no_chunk_is_refused)
{
    static const char *const texts[] = {
        "",
        "[]",
        "{}",
        "{\"ordinal\":0,\"kind\":\"half\",\"key_count\":0,\"lower\":null,\"upper\":null,"
        "\"rows_estimate\":0}",
        "{\"ordinal\":-1,\"kind\":\"whole\",\"key_count\":0,\"lower\":null,\"upper\":null,"
        "\"rows_estimate\":0}",
        "{\"ordinal\":0,\"kind\":\"whole\",\"key_count\":33,\"lower\":null,\"upper\":null,"
        "\"rows_estimate\":0}",
        "{\"ordinal\":0,\"kind\":\"key_range\",\"key_count\":2,\"lower\":[\"1\"],\"upper\":null,"
        "\"rows_estimate\":0}",
        "{\"ordinal\":0,\"kind\":\"key_range\",\"key_count\":1,\"lower\":[1],\"upper\":null,"
        "\"rows_estimate\":0}",
        "{\"ordinal\":0,\"kind\":\"file_range\",\"key_count\":0,\"lower\":null,\"upper\":null,"
        "\"rows_estimate\":0,\"file\":\"f\",\"offset\":0,\"size\":1,\"first_line\":1,"
        "\"file_hash\":\"short\"}",
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct chunk chunk;
        error = ERROR_NONE;
        ck_assert_msg(!chunk_from_json(texts[i], &arena, &chunk, &error), "%s", texts[i]);
        ck_assert_int_eq(error.code, ERROR_CORRUPT);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("chunk");
    TCase *cases = tcase_create("chunk");

    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, identity_covers_everything_that_matters);
    tcase_add_test(cases, identity_covers_entity_mapping_and_plan_but_not_the_estimate);
    tcase_add_test(cases, json_goes_there_and_back);
    tcase_add_test(cases, what_is_no_chunk_is_refused);
    tcase_add_test(cases, a_key_is_a_chunk_unless_it_cannot_be_asked_for);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
