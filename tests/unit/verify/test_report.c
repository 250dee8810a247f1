/* test_report.c — verdicts, keys, and the forms that are rendered from the JSON.
 * SPDX-License-Identifier: Apache-2.0 */
#include "rendered_report.h"

#include <stdlib.h>

START_TEST(the_worst_entity_decides)
{
    struct report_entity entities[4] = {{.verdict = VERDICT_VERIFIED}};
    ck_assert_int_eq(report_verdict(entities, 0), VERDICT_NOT_VERIFIED);
    ck_assert_int_eq(report_verdict(entities, 1), VERDICT_VERIFIED);
    entities[1].verdict = VERDICT_NOT_VERIFIED;
    ck_assert_int_eq(report_verdict(entities, 2), VERDICT_NOT_VERIFIED);
    entities[2].verdict = VERDICT_REJECTS;
    ck_assert_int_eq(report_verdict(entities, 3), VERDICT_REJECTS);
    entities[3].verdict = VERDICT_DIFFERENCES;
    ck_assert_int_eq(report_verdict(entities, 4), VERDICT_DIFFERENCES);
}
END_TEST

START_TEST(a_file_is_rendered_by_its_extension)
{
    static const struct {
        const char *path;
        enum report_format format;
    } known[] = {{"a.json", REPORT_JSON},
                 {"/tmp/x.y/A.TXT", REPORT_TEXT},
                 {"r.csv", REPORT_CSV},
                 {"r.v2.html", REPORT_HTML}};
    static const char *const unknown[] = {"report", "report.pdf", "dir.json/report", ""};
    enum report_format format;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        ck_assert(report_format_of(known[i].path, &format));
        ck_assert_int_eq(format, known[i].format);
    }
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        ck_assert_msg(!report_format_of(unknown[i], &format), "%s", unknown[i]);
    }
}
END_TEST

static const char *key_text(const char *key, const char *salt, bool show)
{
    text_buffer_reset(&page);
    report_key(key, salt, show, &page);
    return page.data;
}

START_TEST(a_key_is_hidden_behind_a_salted_hash)
{
    char first[16];
    ck_assert_str_eq(key_text("[\"12\"]", "s", true), "[\"12\"]");
    snprintf(first, sizeof first, "%s", key_text("[\"12\"]", "s", false));
    ck_assert_uint_eq(strlen(first), 9);
    ck_assert_int_eq(first[0], '#');
    ck_assert_uint_eq(strspn(first + 1, "0123456789abcdef"), 8);
    ck_assert_str_eq(key_text("[\"12\"]", "s", false), first);
    ck_assert_str_ne(key_text("[\"13\"]", "s", false), first);
    ck_assert_str_ne(key_text("[\"12\"]", "t", false), first);
    ck_assert_uint_eq(strlen(key_text("[\"12\"]", NULL, false)), 9);
}
END_TEST

START_TEST(the_text_tells_verdict_identity_and_differences)
{
    const char *text = render(REPORT_TEXT);
    assert_has(text, "novate report: southern-millennium, run 12 (load)");
    assert_has(text, "Verdict: differences");
    assert_has(text, "Source and target differ in 4 rows of “patient”; 13,306 rows are equal");
    assert_has(text, "clinical_event  12,345");
    assert_has(text, "inactive: 29");
    assert_has(text, "LENGTH: 3");
    assert_has(text,
               "repaired       ALIAS undecodable replaced: 4, first persons.csv line 17 byte 0x4d2 "
               "(0x81)");
    assert_has(text, "created_at, patient_uuid");
    assert_has(text, "missing in target");
    assert_has(text, "born_on, family_name");
    assert_has(text, "the target could not be reached");
}
END_TEST

START_TEST(a_name_cannot_send_control_characters_to_a_terminal)
{
    it.entities[SAMPLE_EVENT].entity = "clear\x1b[2Jscreen\xc2\x9b";
    const char *text = render(REPORT_TEXT);
    ck_assert_ptr_null(strchr(text, '\x1b'));
    assert_lacks(text, "\xc2\x9b");
    assert_has(text, "clear?[2Jscreen??");
}
END_TEST

START_TEST(csv_has_a_line_per_entity)
{
    it.entities[SAMPLE_EVENT].entity = "=cmd(\"x\")";
    const char *csv = render(REPORT_CSV);
    int lines = 0;
    for (const char *at = csv; (at = strstr(at, "\r\n")) != NULL; at += 2) {
        lines++;
    }
    ck_assert_int_eq(lines, 1 + SAMPLE_ENTITIES);
    assert_has(
        csv,
        "\"southern-millennium\",12,\"load\",\"patient\",\"differences\",1000,0,965,0,30,5,0,"
        "961,2,1,1,2,4,yes,");
    assert_has(csv, "\"'=cmd(\"\"x\"\")\""); /* no formula for a spreadsheet */
    assert_has(csv, "\"appointment\",\"not_verified\",,,,,,,,,,,,,");
}
END_TEST

START_TEST(html_is_one_page_that_fetches_nothing)
{
    const char *html = render(REPORT_HTML);
    assert_has(html, "<!DOCTYPE html>");
    assert_has(html, "<html lang=\"en\">");
    assert_has(html, "default-src 'none'");
    assert_lacks(html, "http:");
    assert_lacks(html, "https:");
    assert_lacks(html, "src=");
    assert_lacks(html, "@import");
    assert_has(html, "Verdict: differences");
    assert_has(html, "<th scope=\"col\" class=\"n\">Already present</th>");
    assert_has(html, "<th scope=\"row\">patient</th>");
    assert_has(html, "Sign-off");
    assert_has(html, "What was not verified");
    assert_has(html, "Mended, by rule");
    assert_has(html, "persons.csv line 17 byte 0x4d2 (0x81)");
    assert_has(html, "&quot;care&quot;.&quot;patient&quot;");
}
END_TEST

START_TEST(html_escapes_everything)
{
    it.report.show_keys = true;
    it.report.migration = "<script>alert(1)</script>";
    it.report.kind = "\"><img>";
    it.report.finished_at = "<img>";
    it.report.operator_name = "O'Brien & <sons>";
    it.entities[SAMPLE_PATIENT].entity = "<img src=x>";
    it.entities[SAMPLE_PATIENT].source = "where A < 1 and B > 2";
    it.entities[SAMPLE_UNKNOWN].not_verified_reason = "<img>";
    const char *html = render(REPORT_HTML);
    assert_lacks(html, "<script>alert");
    assert_lacks(html, "<img");
    assert_lacks(html, "<sons");
    assert_lacks(html, "<b>");
    assert_has(html, "A &lt; 1 and B &gt; 2");
    assert_has(html, "O&#39;Brien &amp; &lt;sons&gt;");
}
END_TEST

/* A file that agrees, one that does not, one that is missing, one that nobody states. */
static const char files[] =
    "[{\"name\":\"PPATI_1.txt\",\"bytes\":925,\"rows\":6,\"sha256\":\"3a7b\",\"manifest\":"
    "\"STATREF_1\","
    "\"stated_rows\":6,\"stated_bytes\":null,\"stated_hash\":\"3a7b\",\"hash_kind\":\"SHA-256\","
    "\"remarks\":\"EXTRACT_RANGE_START_DT: "
    "08/06/2008\",\"agrees\":true,\"fault\":null,\"same_as\":null},"
    "{\"name\":\"<b>.txt\",\"bytes\":1000,\"rows\":5,\"sha256\":\"9f86\",\"manifest\":\"STATREF_"
    "1\","
    "\"stated_rows\":1234,\"stated_bytes\":null,\"stated_hash\":null,\"hash_kind\":null,"
    "\"remarks\":null,\"agrees\":false,\"fault\":\"<i>short\",\"same_as\":null},"
    "{\"name\":\"gone.txt\",\"bytes\":null,\"rows\":null,\"sha256\":null,\"manifest\":\"STATREF_"
    "1\","
    "\"stated_rows\":1,\"agrees\":false,\"fault\":\"it is missing\"},"
    "{\"name\":\"free.txt\",\"bytes\":1,\"rows\":1,\"sha256\":\"aa\",\"manifest\":null,\"agrees\":"
    "null},"
    "7,{}]";

/* What became of the rows of an upsert; of an insertion the counts of the table say it. */
START_TEST(a_mode_says_what_became_of_the_rows)
{
    struct report_entity *entity = &it.entities[SAMPLE_EVENT];
    uint64_t loaded = entity->load.loaded.rows;
    assert_lacks(render(REPORT_TEXT), "unchanged");
    entity->mode = LOAD_UPSERT;
    entity->load.inserted = loaded - 3;
    entity->load.updated = 1;
    entity->load.unchanged = 2;
    assert_has(render(REPORT_TEXT), "  mode           upsert: ");
    assert_has(render(REPORT_TEXT), " inserted, 1 updated, 2 unchanged\n");
    assert_has(render(REPORT_HTML), " inserted, 1 updated, 2 unchanged</dd>");
    assert_has(render(REPORT_CSV), ",1,2,\"");
    assert_has(render(REPORT_JSON), "\"updated\":1,\"unchanged\":2");
    assert_has(render(REPORT_JSON), "\"closes\":true");
    entity->load.unchanged = 1;
    assert_has(render(REPORT_TEXT), "not every loaded row was inserted, updated or unchanged");
}
END_TEST

START_TEST(files_are_quoted_in_every_form)
{
    it.entities[SAMPLE_PATIENT].files = files;
    const char *text = render(REPORT_TEXT);
    assert_has(text, "PPATI_1.txt: agrees");
    assert_has(text, "found    6 records, 925 bytes, SHA-256 3a7b");
    assert_has(text, "stated   6 records, SHA-256 as found");
    assert_has(text, "remarks  EXTRACT_RANGE_START_DT: 08/06/2008");
    assert_has(text, "<b>.txt: DOES NOT AGREE");
    assert_has(text, "stated   1,234 records");
    assert_has(text, "fault    <i>short");
    assert_has(text, "found    missing");
    assert_has(text, "free.txt: not stated");
    assert_has(text, "stated   by no manifest");
    assert_has(render(REPORT_CSV), ",6,1,2,\"insert\",");
    const char *html = render(REPORT_HTML);
    assert_has(html, "<code>PPATI_1.txt</code></th><td>6 records, 925 bytes, SHA-256 3a7b</td>");
    assert_has(html, "<strong>DOES NOT AGREE</strong><br/>&lt;i&gt;short");
    assert_lacks(html, "<i>short");
    assert_lacks(html, "<b>.txt");
}
END_TEST

static void sentence(const char *expected)
{
    assert_has(render(REPORT_TEXT), expected);
    assert_has(render(REPORT_HTML), expected);
}

START_TEST(a_verified_report_says_so_in_a_sentence)
{
    it.report.entities = &it.entities[SAMPLE_EVENT];
    it.report.entity_count = 1;
    it.report.verdict = VERDICT_VERIFIED;
    assert_has(render(REPORT_HTML),
               "12,345 rows of 1 entity equal in every compared column, none missing, none too "
               "many.");
    sentence("Verdict: verified");
}
END_TEST

START_TEST(an_identity_that_does_not_close_is_the_headline)
{
    it.entities[SAMPLE_EVENT].present_rows = 3;
    sentence("Records are unaccounted for: the identity of “clinical_event” does not close.");
    sentence("3 records more are accounted for than the source has");
}
END_TEST

START_TEST(a_verification_that_was_left_out_is_said)
{
    it.report.entities = NULL;
    it.report.entity_count = 0;
    it.report.verdict = VERDICT_NOT_VERIFIED;
    it.report.verification_skipped = true;
    sentence("Verification was left out on request (--no-verify).");
}
END_TEST

START_TEST(rejects_over_the_limit_are_said)
{
    it.report.entities = &it.entities[SAMPLE_EVENT];
    it.report.entity_count = 1;
    it.entities[SAMPLE_EVENT].verdict = VERDICT_REJECTS;
    it.report.verdict = VERDICT_REJECTS;
    sentence("More records were rejected than the plan allows, in “clinical_event”");
}
END_TEST

START_TEST(json_is_rendered_as_it_is)
{
    render(REPORT_JSON);
    ck_assert_str_eq(page.data, json.data);
}
END_TEST

START_TEST(what_is_no_report_is_refused)
{
    static const char *const others[] = {
        "",
        "{",
        "[]",
        "{}",
        "{\"novate_report\":1}",
        "{\"novate_report\":1,\"entities\":{}}",
        "{\"novate_report\":\"1\",\"entities\":[]}",
        "{\"novate_report\":2,\"entities\":[]}",
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        error = ERROR_NONE;
        ck_assert_msg(!report_render(others[i], NULL, REPORT_HTML, &page, &error), "%s", others[i]);
        ck_assert_int_eq(error.code, ERROR_STATE);
    }
}
END_TEST

/* Fields of the wrong kind, as a file that was edited may have, show as unknown. */
START_TEST(a_report_with_odd_fields_is_rendered)
{
    static const char odd[] =
        "{\"novate_report\":1,\"migration\":5,\"run\":\"x\",\"verdict\":null,\"entities\":[1,null,"
        "{\"entity\":[],\"equal\":-1,\"identity\":[],\"differences\":{\"a\":1},\"not_compared\":[1]"
        ","
        "\"notes\":{\"a\":\"b\"}},{\"not_equal\":3,\"differences\":[1,{\"key\":null,\"columns\":[2]"
        "}"
        "]}]}";
    static const enum report_format formats[] = {REPORT_TEXT, REPORT_CSV, REPORT_HTML};
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        text_buffer_reset(&page);
        ck_assert_msg(report_render(odd, NULL, formats[i], &page, &error), "%s", error.message);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("report");
    TCase *tests = tcase_create("report");
    tcase_add_checked_fixture(tests, rendered_setup, rendered_teardown);
    tcase_add_test(tests, the_worst_entity_decides);
    tcase_add_test(tests, a_file_is_rendered_by_its_extension);
    tcase_add_test(tests, a_key_is_hidden_behind_a_salted_hash);
    tcase_add_test(tests, the_text_tells_verdict_identity_and_differences);
    tcase_add_test(tests, a_name_cannot_send_control_characters_to_a_terminal);
    tcase_add_test(tests, csv_has_a_line_per_entity);
    tcase_add_test(tests, html_is_one_page_that_fetches_nothing);
    tcase_add_test(tests, html_escapes_everything);
    tcase_add_test(tests, a_mode_says_what_became_of_the_rows);
    tcase_add_test(tests, files_are_quoted_in_every_form);
    tcase_add_test(tests, a_verified_report_says_so_in_a_sentence);
    tcase_add_test(tests, an_identity_that_does_not_close_is_the_headline);
    tcase_add_test(tests, a_verification_that_was_left_out_is_said);
    tcase_add_test(tests, rejects_over_the_limit_are_said);
    tcase_add_test(tests, json_is_rendered_as_it_is);
    tcase_add_test(tests, what_is_no_report_is_refused);
    tcase_add_test(tests, a_report_with_odd_fields_is_rendered);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
