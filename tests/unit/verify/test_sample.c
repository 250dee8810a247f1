/* test_sample.c — what errors in a sample prove, and the sheet that people fill in.
 * SPDX-License-Identifier: Apache-2.0 */
#include "assertions.h"

#include "novate/sample.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct text_buffer out;

static void setup(void)
{
    text_buffer_init(&out, 1 << 20);
}

static void teardown(void)
{
    text_buffer_release(&out);
}

static void assert_has(const char *part)
{
    ck_assert_msg(strstr(out.data, part) != NULL, "lacks: %s", part);
}

static void assert_lacks(const char *part)
{
    ck_assert_msg(strstr(out.data, part) == NULL, "has: %s", part);
}

/* Computed with exact rational binomials by another program. */
START_TEST(the_bound_is_that_of_clopper_and_pearson)
{
    static const struct {
        uint64_t checked;
        uint64_t errors;
        double percent;
    } known[] = {{299, 0, 0.9969146792899231},
                 {299, 1, 1.5766783127611432},
                 {299, 3, 2.5726467406895495},
                 {95, 2, 6.4788930314505},
                 {100, 50, 58.637828536908835},
                 {10, 9, 99.48838031081763},
                 {1000, 20, 2.893012285139868},
                 {59, 0, 4.950760988822695},
                 {1, 0, 95}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        double bound = sample_upper_bound(known[i].checked, known[i].errors, 1000000) * 100;
        ck_assert_msg(fabs(bound - known[i].percent) < 1e-6,
                      "%d of %d: %.9f",
                      (int)known[i].errors,
                      (int)known[i].checked,
                      bound);
    }
}
END_TEST

START_TEST(the_bound_grows_with_errors_and_falls_with_records)
{
    for (uint64_t errors = 0; errors < 30; errors++) {
        double bound = sample_upper_bound(300, errors, 100000);
        hold(bound > (double)errors / 300);
        hold(bound < sample_upper_bound(300, errors + 1, 100000));
        hold(bound > sample_upper_bound(400, errors, 100000));
    }
    ck_assert(sample_upper_bound(10000, 5000, 100000) < 0.51);
}
END_TEST

START_TEST(what_is_not_checked_proves_nothing)
{
    ck_assert(sample_upper_bound(0, 0, 100) >= 1);
    ck_assert(sample_upper_bound(10, 10, 100) >= 1);
    ck_assert(sample_upper_bound(100, 0, 100) <= 0);
    ck_assert(fabs(sample_upper_bound(100, 7, 100) - 0.07) < 1e-12);
}
END_TEST

START_TEST(a_bound_is_never_shown_lower_than_it_is)
{
    static const struct {
        double share;
        const char *shown;
    } cases[] = {{0.009969146, "0.997"},
                 {0.0100001, "1.001"},
                 {0.01, "1.000"},
                 {0, "0.000"},
                 {1, "100.000"},
                 {0.00000001, "0.001"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        text_buffer_reset(&out);
        sample_push_percent(&out, cases[i].share);
        ck_assert_str_eq(out.data, cases[i].shown);
    }
}
END_TEST

static const struct sample_field source[] = {{"NAME<i>", "O'Dowd & <b>"}, {"NOTE", "=1+1"}};
static const struct sample_field mapped[] = {{"name", "O'DOWD"}, {"note", NULL}};
static const char *const target[] = {"O'DOWD", "\"quoted\", x"};
static const struct sample_row rows[] = {
    {.mapped = mapped, .target = target, .count = 2},
    {.mapped = mapped, .count = 2, .note = "The target has no row with this key."}};
static const struct sample_record records[] = {{.key = "[\"7\"]",
                                                .outcome = "carried",
                                                .stratum = "female",
                                                .source = source,
                                                .source_count = 2,
                                                .rows = rows,
                                                .row_count = 2},
                                               {.key = "[\"8\"]",
                                                .outcome = "left out by filter <late>",
                                                .source = source,
                                                .source_count = 2}};
static const struct sample_sheet sheet = {.migration = "southern <x>",
                                          .entity = "patient",
                                          .source = "millennium",
                                          .target = "PostgreSQL",
                                          .drawn_at = "2024-05-01T21:04:31Z",
                                          .strata = "sex",
                                          .seed = 7,
                                          .size = 3,
                                          .population = 12345,
                                          .records = records,
                                          .count = 2};

START_TEST(the_page_shows_three_sides_and_escapes_them)
{
    sample_html(&sheet, &out);
    assert_has("<dd>southern &lt;x&gt;</dd>");
    assert_has("<strong>Restricted: this sheet shows personal data.</strong>");
    assert_has("<dt>Records of the source</dt><dd>12,345</dd>");
    assert_has("NAME&lt;i&gt;</th><td>O&#39;Dowd &amp; &lt;b&gt;</td>");
    assert_has("name</th><td>O&#39;DOWD</td><td>O&#39;DOWD</td>");
    assert_has("note</th><td><em>none</em></td><td>&quot;quoted&quot;, x</td>");
    assert_has("<p><strong>The target has no row with this key.</strong></p>");
    assert_has("left out by filter &lt;late&gt;</h3>");
    assert_has("☐ agrees \u00A0 ☐ differs \u00A0 Comment:");
    assert_has("for these the bound is a guide and not exact");
    assert_lacks("<b>");
    assert_lacks("<x>");
    assert_lacks("<late>");
    assert_lacks("href=\"http");
    assert_lacks("src=");
}
END_TEST

START_TEST(the_list_has_a_line_per_field_and_no_formulas)
{
    sample_csv(&sheet, &out);
    assert_has("record,key,outcome,stratum,row,column,source,mapped,target,agrees,differs,comment");
    assert_has("carried");
    assert_has(",\"'=1+1\"");
    assert_lacks(",=1+1");
    assert_lacks("\"=1+1");
    int lines = 0;
    for (const char *at = out.data; (at = strstr(at, "\r\n")) != NULL; at += 2) {
        lines++;
    }
    ck_assert_int_eq(lines, 1 + 2 + 4 + 2);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sample");
    TCase *cases = tcase_create("sample");
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, the_bound_is_that_of_clopper_and_pearson);
    tcase_add_test(cases, the_bound_grows_with_errors_and_falls_with_records);
    tcase_add_test(cases, what_is_not_checked_proves_nothing);
    tcase_add_test(cases, a_bound_is_never_shown_lower_than_it_is);
    tcase_add_test(cases, the_page_shows_three_sides_and_escapes_them);
    tcase_add_test(cases, the_list_has_a_line_per_field_and_no_formulas);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
