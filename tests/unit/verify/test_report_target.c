/* test_report_target.c — what a report says of the state in which the target starts its life.
 * SPDX-License-Identifier: Apache-2.0 */
#include "rendered_report.h"

#include <stdlib.h>

static const char state[] =
    "{\"deferred\":["
    "{\"entity\":\"patient\",\"kind\":\"index\",\"table\":\"care.patient\",\"name\":\"by_name\","
    "\"state\":\"restored\"},"
    "{\"entity\":\"patient\",\"kind\":\"foreign_key\",\"table\":\"care.patient\","
    "\"name\":\"to<gp>\",\"state\":\"violated\",\"rows\":3,\"keys\":[\"#1\"],"
    "\"message\":\"3 rows refer to rows that are not there: #1\"}],"
    "\"tables\":[{\"entity\":\"patient\",\"table\":\"\\\"care\\\".\\\"patient\\\"\","
    "\"sequences\":["
    "{\"column\":\"id\",\"sequence\":\"care.id_seq\",\"next\":\"1\",\"furthest\":\"965\","
    "\"state\":\"set\"},"
    "{\"column\":\"no\",\"sequence\":\"care.no_seq\",\"next\":\"7\",\"furthest\":\"9\","
    "\"state\":\"behind\"}],"
    "\"maintenance\":\"analyzed\","
    "\"space\":[{\"name\":\"care.patient\",\"kind\":\"table\",\"bytes\":4000000,\"rows\":965,"
    "\"dead_rows\":1200,\"fillfactor\":90,\"waste_percent\":55,\"by\":\"estimate\","
    "\"advice\":\"Rewrite it.\"},"
    "{\"name\":\"care.by_name\",\"kind\":\"index\",\"bytes\":8192,\"rows\":965,\"dead_rows\":0,"
    "\"fillfactor\":90,\"waste_percent\":null,\"by\":\"estimate\",\"advice\":null}]}]}";

START_TEST(every_form_tells_what_was_restored_sequences_and_space)
{
    it.report.target_state = state;
    const char *text = render(REPORT_TEXT);
    assert_has(text, "The target after this run\n---");
    assert_has(text, "index by_name of care.patient: restored\n");
    assert_has(text,
               "foreign key to<gp> of care.patient: NOT RESTORED: 3 rows refer to rows that are "
               "not there: #1\n");
    assert_has(text, "care.id_seq of column id: set, goes on after 965\n");
    assert_has(text, "care.no_seq of column no: BEHIND, would give 7 where there is 9\n");
    assert_has(text,
               "table care.patient: 4.0 MB, 965 rows, 1,200 dead rows, fillfactor 90, about 55% "
               "waste. WARNING: Rewrite it.\n");
    assert_has(text, "index care.by_name: 0.0 MB, 965 rows, 0 dead rows, fillfactor 90\n");
    const char *html = render(REPORT_HTML);
    assert_has(html, "<h2>The target after this run</h2>");
    assert_has(html, "<li>foreign key to&lt;gp&gt; of care.patient: NOT RESTORED: ");
    assert_has(html, "<p>Statistics: analyzed</p>");
    assert_has(html, "about 55% waste. WARNING: Rewrite it.</li>");
    assert_has(render(REPORT_JSON), "\"target_state\":{\"deferred\":[");
}
END_TEST

START_TEST(what_is_missing_stands_in_the_headline)
{
    it.report.target_state = state;
    assert_has(render(REPORT_TEXT), "The target lacks 1 index or constraint that was deferred.");
    assert_has(render(REPORT_HTML), "The target lacks 1 index or constraint that was deferred.");
}
END_TEST

START_TEST(a_report_that_says_nothing_of_it_has_no_such_section)
{
    ck_assert_ptr_null(strstr(render(REPORT_TEXT), "The target after this run"));
    ck_assert_ptr_null(strstr(render(REPORT_HTML), "The target after this run"));
    ck_assert_ptr_null(strstr(render(REPORT_TEXT), "The target lacks"));
    ck_assert_ptr_null(strstr(render(REPORT_JSON), "target_state"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("report_target");
    TCase *cases = tcase_create("report_target");
    tcase_add_checked_fixture(cases, rendered_setup, rendered_teardown);
    tcase_add_test(cases, every_form_tells_what_was_restored_sequences_and_space);
    tcase_add_test(cases, what_is_missing_stands_in_the_headline);
    tcase_add_test(cases, a_report_that_says_nothing_of_it_has_no_such_section);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
