/* test_report_cross.c — what a report says of records that the target's server computed as well.
 * SPDX-License-Identifier: Apache-2.0 */
#include "rendered_report.h"

#include "novate/cross_result.h"

#include <stdlib.h>

static struct report_entity entities[SAMPLE_ENTITIES];

static const struct cross_unchecked unchecked[] = {
    {"nhs_number", "nhs_number() is novate's own"},
    {"check <known>", "it reads column \"nhs_number\", which is not cross-checked"},
};
static const struct cross_difference differences[] = {
    {"[\"12\",\"A\"]", "born_on"},
    {"[\"12\",\"A\"]", "filter inactive"},
    {"00112233445566778899aabbccddeeff", "born_on"},
};
static struct cross_result cross;

static void setup(void)
{
    rendered_setup();
    memcpy(entities, it.report.entities, sizeof entities);
    it.report.entities = entities;
    cross = (struct cross_result){.asked = 300,
                                  .records = 250,
                                  .columns = 1200,
                                  .equal = 240,
                                  .different = 2,
                                  .not_checked = unchecked,
                                  .not_checked_count = 2,
                                  .differences = differences,
                                  .difference_count = 3};
    entities[SAMPLE_PATIENT].cross = &cross;
}

START_TEST(json_has_counts_names_and_hidden_keys)
{
    const char *text = render(REPORT_JSON);
    assert_has(text,
               "\"cross_check\":{\"asked\":300,\"records\":250,\"columns\":1200,\"equal\":240,"
               "\"different\":2,\"reason\":null,\"not_checked\":[{\"column\":\"nhs_number\","
               "\"reason\":\"nhs_number() is novate's own\"},");
    assert_has(text, "\"differences\":[{\"key\":\"#");
    assert_has(text, "\",\"column\":\"filter inactive\"}");
    assert_has(text, "\"cross_check\":null");
    assert_lacks(text, "[\"12\",\"A\"]");
    it.report.show_keys = true;
    text = render(REPORT_JSON);
    assert_has(text, "{\"key\":[\"12\",\"A\"],\"column\":\"born_on\"}");
    assert_has(text, "{\"key\":\"00112233445566778899aabbccddeeff\",\"column\":\"born_on\"}");
}
END_TEST

START_TEST(every_form_tells_what_differs_and_what_was_not_checked)
{
    it.report.show_keys = true;
    const char *text = render(REPORT_TEXT);
    assert_has(text,
               "  cross-check    250 records, 1,200 columns, computed by the target's server as "
               "well: 240 equal, 2 different\n");
    assert_has(text, "    not cross-checked  nhs_number: nhs_number() is novate's own\n");
    assert_has(text, "    differs  [\"12\",\"A\"]  filter inactive\n");
    const char *html = render(REPORT_HTML);
    assert_has(html, "<h4>Cross-check</h4>\n<p>250 records, 1,200 columns, computed");
    assert_has(html, "<code>check &lt;known&gt;</code></td><td>it reads column ");
    assert_has(html, "</code></td><td>filter inactive</td></tr>");
}
END_TEST

START_TEST(the_headline_tells_it_apart_from_the_comparison)
{
    assert_has(render(REPORT_TEXT), "computes 2 records of the");
    assert_has(render(REPORT_TEXT), "Source and target differ in 4 rows");
    static struct verify_result equal;
    equal = *entities[SAMPLE_PATIENT].verification;
    equal.not_equal = 0;
    equal.missing_target = 0;
    equal.missing_source = 0;
    entities[SAMPLE_PATIENT].verification = &equal;
    assert_lacks(render(REPORT_TEXT), "Source and target differ");
    assert_has(render(REPORT_TEXT), "computes 2 records of the");
    cross.different = 0;
    assert_lacks(render(REPORT_TEXT), "computes");
}
END_TEST

START_TEST(what_was_not_possible_is_said)
{
    cross = (struct cross_result){
        .asked = 300, .records = 250, .impossible = true, .reason = "the target <could> not"};
    assert_has(render(REPORT_JSON), "\"reason\":\"the target <could> not\",\"not_checked\":[]");
    assert_has(render(REPORT_TEXT), "cross-check    nothing was compared: the target <could> not");
    assert_has(render(REPORT_HTML), "<p>nothing was compared: the target &lt;could&gt; not.</p>");
}
END_TEST

START_TEST(many_differences_are_cut_short)
{
    static struct cross_difference many[100];
    for (int i = 0; i < 100; i++) {
        many[i] = (struct cross_difference){"[\"1\"]", i < 20 ? "seen" : "unseen"};
    }
    cross.differences = many;
    cross.difference_count = 100;
    it.report.show_keys = true;
    assert_has(render(REPORT_TEXT), "    … and 80 more; the JSON report has them\n");
    assert_lacks(page.data, "unseen");
    assert_has(render(REPORT_HTML), "<p>… and 80 more; the JSON report has them</p>");
    assert_has(render(REPORT_JSON), "unseen");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("report_cross");
    TCase *cases = tcase_create("report_cross");
    tcase_add_checked_fixture(cases, setup, rendered_teardown);
    tcase_add_test(cases, json_has_counts_names_and_hidden_keys);
    tcase_add_test(cases, every_form_tells_what_differs_and_what_was_not_checked);
    tcase_add_test(cases, the_headline_tells_it_apart_from_the_comparison);
    tcase_add_test(cases, what_was_not_possible_is_said);
    tcase_add_test(cases, many_differences_are_cut_short);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
