/* test_report_earlier.c — what a report says of a run before it comes from that run's own report,
 * as it was written, or is said not to be known. SPDX-License-Identifier: Apache-2.0 */
#include "assertions.h"
#include "sample_report.h"

#include <jansson.h>

static struct sample it;
static struct text_buffer out;
static struct text_buffer json;
static struct error error;
static struct report_earlier earlier;
static json_t *said;

static void setup(void)
{
    sample_setup(&it);
    error = ERROR_NONE;
    said = NULL;
    text_buffer_init(&out, (size_t)1 << 20);
    text_buffer_init(&json, (size_t)16 << 20);
    must(report_json(&it.report, &json, &error), &error);
    earlier = (struct report_earlier){.run = 12,
                                      .kind = "load",
                                      .started_at = "2024-05-01T21:00:00Z",
                                      .finished_at = "2024-05-01T21:04:31Z",
                                      .verdict = "differences",
                                      .reported = true,
                                      .report = text_from(json.data, json.size)};
}

static void teardown(void)
{
    json_decref(said);
    text_buffer_release(&out);
    text_buffer_release(&json);
    sample_teardown(&it);
}

static const json_t *say(void)
{
    must(report_earlier_push(&earlier, "southern-millennium", &out, &error), &error);
    said = json_loads(out.data, JSON_REJECT_DUPLICATES, NULL);
    ck_assert_ptr_nonnull(said);
    return said;
}

static void assert_count(const char *name, json_int_t value)
{
    const json_t *member = json_object_get(said, name);
    ck_assert_msg(json_is_integer(member), "%s is not known", name);
    ck_assert_int_eq(json_integer_value(member), value);
}

/* Listed with what the ledger knows, without numbers, and with what is wrong. */
static void assert_unknown(const char *fault)
{
    static const char *const names[] = {"entities",
                                        "source_rows",
                                        "loaded",
                                        "filtered",
                                        "rejected",
                                        "not_equal",
                                        "missing_target",
                                        "missing_source"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        ck_assert_msg(json_is_null(json_object_get(said, names[i])), "%s is known", names[i]);
    }
    assert_count("run", earlier.run);
    ck_assert_str_eq(json_string_value(json_object_get(said, "kind")), "load");
    ck_assert_str_eq(json_string_value(json_object_get(said, "fault")), fault);
}

START_TEST(counts_are_summed_over_entities)
{
    say();
    assert_count("run", 12);
    assert_count("seconds", 271);
    assert_count("entities", SAMPLE_ENTITIES);
    assert_count("source_rows", 1000 + 12345);
    assert_count("loaded", 965 + 12345);
    assert_count("filtered", 30);
    assert_count("rejected", 5);
    assert_count("not_equal", 2);
    assert_count("missing_target", 1);
    assert_count("missing_source", 1);
    ck_assert_str_eq(json_string_value(json_object_get(said, "verdict")), "differences");
    ck_assert(json_is_null(json_object_get(said, "fault")));
}
END_TEST

START_TEST(a_run_without_a_report_is_listed)
{
    earlier.reported = false;
    earlier.report = TEXT_NONE;
    earlier.verdict = NULL;
    earlier.finished_at = NULL;
    say();
    assert_unknown("it left no report");
    ck_assert(json_is_null(json_object_get(said, "verdict")));
    ck_assert(json_is_null(json_object_get(said, "seconds")));
}
END_TEST

START_TEST(a_report_that_is_gone_is_said)
{
    earlier.report = TEXT_NONE;
    say();
    assert_unknown("its report could not be read");
}
END_TEST

START_TEST(a_report_that_is_too_large_is_said)
{
    earlier.report = TEXT_NONE;
    earlier.too_large = true;
    say();
    assert_unknown("its report is too large to be read again");
}
END_TEST

START_TEST(an_altered_report_gives_no_numbers)
{
    char *loaded = strstr(json.data, "\"loaded\":965");
    ck_assert_ptr_nonnull(loaded);
    loaded[sizeof "\"loaded\":96" - 1] = '6';
    say();
    assert_unknown("its report is not as it was written");
}
END_TEST

START_TEST(a_report_of_another_run_gives_no_numbers)
{
    earlier.run = 13;
    say();
    assert_unknown("its report is of another run");
}
END_TEST

START_TEST(a_report_of_another_migration_gives_no_numbers)
{
    must(report_earlier_push(&earlier, "northern", &out, &error), &error);
    said = json_loads(out.data, 0, NULL);
    assert_unknown("its report is of another migration");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("report_earlier");
    TCase *tests = tcase_create("report_earlier");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, counts_are_summed_over_entities);
    tcase_add_test(tests, a_run_without_a_report_is_listed);
    tcase_add_test(tests, a_report_that_is_gone_is_said);
    tcase_add_test(tests, a_report_that_is_too_large_is_said);
    tcase_add_test(tests, an_altered_report_gives_no_numbers);
    tcase_add_test(tests, a_report_of_another_run_gives_no_numbers);
    tcase_add_test(tests, a_report_of_another_migration_gives_no_numbers);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
