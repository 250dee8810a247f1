/* test_report_diff.c — what differs between two reports is said, and nothing else.
 * SPDX-License-Identifier: Apache-2.0 */
#include "assertions.h"
#include "full_report.h"

static struct sample from;
static struct sample to;
static struct text_buffer first;
static struct text_buffer second;
static struct text_buffer out;
static struct error error;

static void setup(void)
{
    error = ERROR_NONE;
    sample_setup(&from);
    sample_setup(&to);
    text_buffer_init(&first, (size_t)16 << 20);
    text_buffer_init(&second, (size_t)16 << 20);
    text_buffer_init(&out, (size_t)16 << 20);
}

static void teardown(void)
{
    text_buffer_release(&first);
    text_buffer_release(&second);
    text_buffer_release(&out);
    sample_teardown(&from);
    sample_teardown(&to);
}

static const char *diff(void)
{
    text_buffer_reset(&first);
    text_buffer_reset(&second);
    text_buffer_reset(&out);
    must(report_json(&from.report, &first, &error), &error);
    must(report_json(&to.report, &second, &error), &error);
    must(report_diff(first.data, second.data, &out, &error), &error);
    return out.data;
}

/* The words in their order, whatever blanks are between them. */
static bool says(const char *text, const char *words)
{
    char line[512];
    for (const char *at = text; *at != '\0';) {
        size_t size = 0;
        for (; *at != '\0' && *at != '\n'; at++) {
            bool again = *at == ' ' && (size == 0 || line[size - 1] == ' ');
            if (!again && size + 1 < sizeof line) {
                line[size++] = *at;
            }
        }
        line[size] = '\0';
        at += *at == '\n' ? 1 : 0;
        if (strcmp(line, words) == 0) {
            return true;
        }
    }
    return false;
}

static void assert_says(const char *words)
{
    ck_assert_msg(says(out.data, words), "\"%s\" is not in:\n%s", words, out.data);
}

static int lines(void)
{
    int count = 0;
    for (size_t i = 0; i < out.size; i++) {
        count += out.data[i] == '\n' ? 1 : 0;
    }
    return count;
}

START_TEST(two_that_are_alike_differ_in_nothing)
{
    to.report.run = 13;
    to.report.finished_at = "2024-05-02T09:00:00Z";
    to.report.started_at = "2024-05-02T08:00:00Z";
    to.entities[SAMPLE_EVENT].seconds += 100;
    diff();
    assert_says("from: load of \"southern-millennium\", run 12, finished 2024-05-01 21:04:31 UTC: "
                "differences");
    assert_says("to: load of \"southern-millennium\", run 13, finished 2024-05-02 09:00:00 UTC: "
                "differences");
    assert_says("nothing else differs");
    ck_assert_int_eq(lines(), 3);
}
END_TEST

START_TEST(what_is_otherwise_is_said)
{
    struct report_entity *event = &to.entities[SAMPLE_EVENT];
    to.report.plan_digest = "ffeeddccbbaa99887766554433221100";
    to.event.source_digest.sum.low ^= 1;
    event->mapping_digest = "11";
    from.entities[SAMPLE_EVENT].mapping_digest = "10";
    sample_counter(&event->load, "reject", "LENGTH", 2);
    sample_counter(&event->load, "filter", "zero_row", 1);
    sample_counter(&event->load, "note", "odd", 7);
    diff();
    assert_says("run");
    assert_says("digest of the plan 00112233445566778899aabbccddeeff → "
                "ffeeddccbbaa99887766554433221100");
    assert_says("entity clinical_event");
    assert_says("digest of the mapping 10 → 11");
    assert_says("rejected: LENGTH 0 → 2 (+2)");
    assert_says("noted: odd 0 → 7 (+7)");
    ck_assert_ptr_nonnull(strstr(out.data, "filtered: zero_row"));
    ck_assert_ptr_nonnull(strstr(out.data, "digest of the source"));
    ck_assert_ptr_nonnull(strstr(out.data, "  seconds"));
    ck_assert_ptr_null(strstr(out.data, "entity patient"));
    ck_assert_ptr_null(strstr(out.data, "nothing else"));
}
END_TEST

START_TEST(counts_that_are_not_known_are_no_zeros)
{
    to.entities[SAMPLE_EVENT].verified = false;
    diff();
    ck_assert_ptr_nonnull(strstr(out.data, "equal"));
    ck_assert_ptr_nonnull(strstr(out.data, "→ –\n"));
}
END_TEST

START_TEST(entities_of_one_report_only_are_named)
{
    from.report.entity_count = 1;
    diff();
    assert_says("entity clinical_event");
    assert_says("is in the second report only");
    from.report.entity_count = SAMPLE_ENTITIES;
    to.report.entity_count = 1;
    diff();
    assert_says("is in the first report only");
}
END_TEST

START_TEST(what_is_no_report_is_refused)
{
    struct error reason = ERROR_NONE;
    diff();
    ck_assert(!report_diff("{}", first.data, &out, &reason));
    ck_assert_int_eq(reason.code, ERROR_STATE);
    ck_assert_ptr_nonnull(strstr(reason.context, "first"));
    reason = ERROR_NONE;
    ck_assert(!report_diff(first.data, "no JSON", &out, &reason));
    ck_assert_ptr_nonnull(strstr(reason.context, "second"));
}
END_TEST

/* Two reports with the same counts may have proved different things. */
START_TEST(what_was_not_compared_is_a_difference)
{
    (void)diff();
    char *full = full_report(second.data);
    json_t *plain = json_loads(first.data, 0, NULL);
    json_t *patient = json_array_get(json_object_get(plain, "entities"), SAMPLE_PATIENT);
    full_set(json_object_get(patient, "verification"), "level", "\"digest\"");
    full_set(json_object_get(patient, "verification"), "within_tolerance", "0");
    char *before = json_dumps(plain, JSON_COMPACT);
    text_buffer_reset(&out);
    must(report_diff(before, full, &out, &error), &error);
    json_decref(plain);
    free(before);
    free(full);
    assert_says("declared not to be compared nothing → photo");
    assert_says("scope in the table nothing → trust = 'RN1'");
    assert_says("level of comparison digest → full");
    assert_says("equal within tolerance 0 → 11 (+11)");
    ck_assert_ptr_null(strstr(out.data, "filled by no rule"));
    to.entities[SAMPLE_PATIENT].not_compared_count = 1;
    (void)diff();
    assert_says("filled by no rule created_at, patient_uuid → created_at");
}
END_TEST

START_TEST(distributions_of_codes_are_compared_code_by_code)
{
    static const char before[] =
        "[{\"column\":\"sex\",\"from\":\"x\",\"before\":[{\"code\":\"362\",\"rows\":10},"
        "{\"code\":\"363\",\"rows\":20}],\"after\":[{\"code\":\"1\",\"source_rows\":10,"
        "\"target_rows\":10},{\"code\":\"2\",\"source_rows\":20,\"target_rows\":20}]}]";
    static const char after[] =
        "[{\"column\":\"sex\",\"from\":\"x\",\"before\":[{\"code\":\"362\",\"rows\":11},"
        "{\"code\":\"364\",\"rows\":5}],\"after\":[{\"code\":\"1\",\"source_rows\":11,"
        "\"target_rows\":12},{\"code\":\"2\",\"source_rows\":20,\"target_rows\":20}]},"
        "{\"column\":\"ward\",\"from\":\"y\",\"before\":null,\"after\":[]}]";
    (void)diff();
    json_t *older = json_loads(first.data, 0, NULL);
    json_t *newer = json_loads(second.data, 0, NULL);
    full_set(json_array_get(json_object_get(older, "entities"), SAMPLE_PATIENT), "codes", before);
    full_set(json_array_get(json_object_get(newer, "entities"), SAMPLE_PATIENT), "codes", after);
    char *older_text = json_dumps(older, JSON_COMPACT);
    char *newer_text = json_dumps(newer, JSON_COMPACT);
    text_buffer_reset(&out);
    must(report_diff(older_text, newer_text, &out, &error), &error);
    json_decref(older);
    json_decref(newer);
    free(older_text);
    free(newer_text);
    assert_says("sex before mapping: 362 10 → 11 (+1)");
    assert_says("sex before mapping: 363 20 → 0 (-20)");
    assert_says("sex before mapping: 364 0 → 5 (+5)");
    assert_says("sex in the target: 1 10 → 12 (+2)");
    ck_assert_ptr_null(strstr(out.data, "in the target: 2"));
    ck_assert_ptr_null(strstr(out.data, "ward"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("report_diff");
    TCase *cases = tcase_create("report_diff");
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, two_that_are_alike_differ_in_nothing);
    tcase_add_test(cases, what_is_otherwise_is_said);
    tcase_add_test(cases, counts_that_are_not_known_are_no_zeros);
    tcase_add_test(cases, entities_of_one_report_only_are_named);
    tcase_add_test(cases, what_is_no_report_is_refused);
    tcase_add_test(cases, what_was_not_compared_is_a_difference);
    tcase_add_test(cases, distributions_of_codes_are_compared_code_by_code);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
