/* test_seal.c — no byte of a sealed report can be altered unseen, and what was altered is named.
 * SPDX-License-Identifier: Apache-2.0 */
#include "assertions.h"
#include "sample_report.h"

#include "novate/seal.h"

#include <stdlib.h>

static struct sample it;
static struct arena arena;
static struct text_buffer out;
static struct seal_state state;
static struct error error;

static void setup(void)
{
    error = ERROR_NONE;
    sample_setup(&it);
    arena_init(&arena, 65536, NULL);
    text_buffer_init(&out, (size_t)16 << 20);
}

static void teardown(void)
{
    text_buffer_release(&out);
    arena_release(&arena);
    sample_teardown(&it);
}

static void make(const char *previous, const char *digest, const char *key)
{
    it.report.links =
        (struct seal_links){.previous = previous, .previous_sha256 = digest, .key = key};
    text_buffer_reset(&out);
    must(report_json(&it.report, &out, &error), &error);
}

static void look(void)
{
    must(seal_look(text_from(out.data, out.size), &arena, &state, &error), &error);
}

START_TEST(a_report_as_it_was_written_is_whole)
{
    char digest[SHA256_HEX_SIZE];
    make("000001-load.json", "00ff", "abcd");
    look();
    ck_assert(state.is_report && state.is_sealed);
    ck_assert_ptr_null(state.altered);
    ck_assert_int_eq(state.parts, SAMPLE_ENTITIES + 2);
    ck_assert_str_eq(state.previous, "000001-load.json");
    ck_assert_str_eq(state.previous_sha256, "00ff");
    ck_assert_str_eq(state.key, "abcd");
    ck_assert_str_eq(state.migration, "southern-millennium");
    ck_assert_str_eq(state.kind, "load");
    ck_assert_str_eq(state.verdict, "differences");
    ck_assert_int_eq(state.run, 12);
    must(sha256_hex(text_from(out.data, out.size), digest, &error), &error);
    ck_assert_str_eq(state.sha256, digest);
}
END_TEST

START_TEST(the_first_report_follows_none)
{
    make(NULL, NULL, NULL);
    look();
    ck_assert(state.is_sealed);
    ck_assert_ptr_null(state.altered);
    ck_assert_ptr_null(state.previous);
    ck_assert_ptr_null(state.key);
}
END_TEST

/* As sha256sum prints it. */
START_TEST(digests_are_those_of_others)
{
    char digest[SHA256_HEX_SIZE];
    must(sha256_hex(text_of("abc"), digest, &error), &error);
    ck_assert_str_eq(digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}
END_TEST

static bool is_accused(void)
{
    return !state.is_report || !state.is_sealed || state.altered != NULL;
}

START_TEST(every_byte_that_is_altered_is_found)
{
    static const char changes[] = {1, 0x20, (char)0x80};
    make("000001-load.json", "00ff", "abcd");
    for (size_t at = 0; at < out.size; at++) {
        char kept = out.data[at];
        out.data[at] = (char)(kept ^ changes[at % sizeof changes]);
        look();
        hold_msg(is_accused(), "byte %zu of %zu", at, out.size);
        out.data[at] = kept;
    }
    look();
    ck_assert(!is_accused());
}
END_TEST

START_TEST(what_is_cut_off_or_added_is_found)
{
    make("000001-load.json", "00ff", "abcd");
    size_t whole = out.size;
    for (size_t size = 0; size < whole; size += size < whole - 300 ? 97 : 1) {
        must(seal_look(text_from(out.data, size), &arena, &state, &error), &error);
        hold_msg(is_accused(), "%zu of %zu bytes", size, whole);
    }
    text_buffer_char(&out, '\n');
    look();
    ck_assert(is_accused());
}
END_TEST

static void change(const char *from, const char *to)
{
    ck_assert_uint_eq(strlen(from), strlen(to));
    char *at = strstr(out.data, from);
    ck_assert_ptr_nonnull(at);
    memcpy(at, to, strlen(to));
    look();
}

START_TEST(the_part_that_was_altered_is_named)
{
    static const struct {
        const char *from;
        const char *to;
        const char *part;
    } cases[] = {
        {"\"run\":12", "\"run\":13", "head"},
        {"\"entity\":\"patient\"", "\"entity\":\"pathway\"", "entity patient"},
        {"\"entity\":\"clinical_event\"", "\"entity\":\"clinical_evens\"", "entity clinical_event"},
        {"\"report\":\"000001", "\"report\":\"000000", "the seal"},
        {"\"part\":\"head\"", "\"part\":\"hean\"", "the seal"},
        {"\"seal\":{", "\"seel\":{", "the seal"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        make("000001-load.json", "00ff", "abcd");
        change(cases[i].from, cases[i].to);
        ck_assert_ptr_nonnull(state.altered);
        ck_assert_str_eq(state.altered, cases[i].part);
    }
}
END_TEST

/* A member that is there twice would be read otherwise by another reader. */
START_TEST(what_can_be_read_in_two_ways_is_no_report)
{
    make(NULL, NULL, NULL);
    text_buffer_reset(&out);
    text_buffer_string(&out, "{\"novate_report\":1,\"novate_report\":1}\n");
    look();
    ck_assert(!state.is_report);
}
END_TEST

START_TEST(a_report_without_a_seal_says_so)
{
    text_buffer_string(&out, "{\"novate_report\":1,\"migration\":\"old\",\"run\":3}\n");
    look();
    ck_assert(state.is_report && !state.is_sealed);
    ck_assert_str_eq(state.migration, "old");
}
END_TEST

START_TEST(a_page_carries_its_report)
{
    struct text json;
    struct text signature;
    struct text_buffer page;
    text_buffer_init(&page, (size_t)16 << 20);
    make(NULL, NULL, NULL);
    must(report_render(out.data, "signed\n", REPORT_HTML, &page, &error), &error);
    must(seal_carried(text_from(page.data, page.size), &arena, &json, &signature, &error), &error);
    ck_assert(text_equal(json, text_from(out.data, out.size)));
    ck_assert(text_equal(signature, text_of("signed\n")));
    text_buffer_reset(&page);
    must(report_render(out.data, NULL, REPORT_HTML, &page, &error), &error);
    must(seal_carried(text_from(page.data, page.size), &arena, &json, &signature, &error), &error);
    ck_assert(text_equal(json, text_from(out.data, out.size)));
    ck_assert_ptr_null(signature.data);
    must(seal_carried(text_of("<html></html>"), &arena, &json, &signature, &error), &error);
    ck_assert_ptr_null(json.data);
    must(seal_carried(text_of(""), &arena, &json, &signature, &error), &error);
    ck_assert_ptr_null(json.data);
    text_buffer_release(&page);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("seal");
    TCase *cases = tcase_create("seal");
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, a_report_as_it_was_written_is_whole);
    tcase_add_test(cases, the_first_report_follows_none);
    tcase_add_test(cases, digests_are_those_of_others);
    tcase_add_test(cases, every_byte_that_is_altered_is_found);
    tcase_add_test(cases, what_is_cut_off_or_added_is_found);
    tcase_add_test(cases, the_part_that_was_altered_is_named);
    tcase_add_test(cases, what_can_be_read_in_two_ways_is_no_report);
    tcase_add_test(cases, a_report_without_a_seal_says_so);
    tcase_add_test(cases, a_page_carries_its_report);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
