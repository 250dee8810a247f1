/* test_report_samples.c — what people found in samples, in every form of a report.
 * SPDX-License-Identifier: Apache-2.0 */
#include "rendered_report.h"

#include <stdlib.h>

static struct ledger_sample samples[] = {
    {.entity = "patient",
     .sheet_sha256 = "aa11",
     .seed = 7,
     .size = 300,
     .population = 12345,
     .records = 299,
     .checked = 299,
     .errors = 0,
     .who = "A. <Lane>",
     .at = "2024-05-02T12:00:00Z"},
    {.entity = "clinical_event",
     .sheet_sha256 = "bb22",
     .mapping_digest = "another",
     .strata = "sex",
     .population = 100,
     .records = 50,
     .checked = 40,
     .errors = 1,
     .who = "B",
     .why = "one misread",
     .at = "2024-05-03T12:00:00Z"},
};

static void setup(void)
{
    rendered_setup();
    samples[0].mapping_digest = it.report.entities[SAMPLE_PATIENT].mapping_digest;
    it.report.samples = samples;
    it.report.sample_count = 2;
}

START_TEST(json_has_every_field)
{
    const char *text = render(REPORT_JSON);
    assert_has(text,
               "\"samples\":[{\"entity\":\"patient\",\"seed\":7,\"size\":300,\"records\":299,"
               "\"population\":12345,\"strata\":null,\"checked\":299,\"errors\":0,"
               "\"upper_bound_percent\":0.997,\"who\":\"A. <Lane>\",\"why\":null,"
               "\"at\":\"2024-05-02T12:00:00Z\",\"mapping_digest\":\"");
    assert_has(text, "\"sheet_sha256\":\"bb22\"}]");
}
END_TEST

START_TEST(people_read_who_checked_what_and_what_it_proves)
{
    const char *text = render(REPORT_TEXT);
    assert_has(text,
               "  patient: 299 records of 12,345 checked by A. <Lane>, 2024-05-02 12:00:00 UTC: 0 "
               "errors; at 95 % confidence no more than 0.997 % are wrong\n    sheet aa11\n");
    assert_has(text, "are wrong; NOT ALL of the sample was checked; the mapping was ANOTHER ONE");
    assert_has(text, ": one misread\n");
    const char *html = render(REPORT_HTML);
    assert_has(html, "<h2>Samples that people checked</h2>");
    assert_has(html, "checked by A. &lt;Lane&gt;");
    assert_has(html, "sheet <code>bb22</code>");
}
END_TEST

START_TEST(without_samples_nothing_is_said)
{
    it.report.sample_count = 0;
    assert_has(render(REPORT_JSON), "\"samples\":[]");
    ck_assert_ptr_null(strstr(render(REPORT_TEXT), "Samples"));
    ck_assert_ptr_null(strstr(render(REPORT_HTML), "Samples"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("report_samples");
    TCase *cases = tcase_create("report_samples");
    tcase_add_checked_fixture(cases, setup, rendered_teardown);
    tcase_add_test(cases, json_has_every_field);
    tcase_add_test(cases, people_read_who_checked_what_and_what_it_proves);
    tcase_add_test(cases, without_samples_nothing_is_said);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
