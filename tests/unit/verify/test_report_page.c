/* test_report_page.c — the page is markup that any reader understands: well-formed, with headings
 * in order, tables that say what they are, pictures that say nothing alone, and nothing that a name
 * could bring in. SPDX-License-Identifier: Apache-2.0 */
#include "assertions.h"
#include "full_report.h"

#include "novate/seal.h"

static struct sample it;
static struct text_buffer json;
static struct text_buffer page;
static struct error error;
static char *full;

static void setup(void)
{
    sample_setup(&it);
    error = ERROR_NONE;
    text_buffer_init(&json, (size_t)16 << 20);
    text_buffer_init(&page, (size_t)16 << 20);
    must(report_json(&it.report, &json, &error), &error);
    full = full_report(json.data);
}

static void teardown(void)
{
    free(full);
    text_buffer_release(&json);
    text_buffer_release(&page);
    sample_teardown(&it);
}

static const char *render(enum report_format format)
{
    text_buffer_reset(&page);
    must(report_render(full, NULL, format, &page, &error), &error);
    return page.data;
}

static void assert_has(const char *text, const char *part)
{
    ck_assert_msg(strstr(text, part) != NULL, "lacks: %s", part);
}

static void assert_lacks(const char *text, const char *part)
{
    ck_assert_msg(strstr(text, part) == NULL, "has: %s", part);
}

struct tag {
    const char *at;   /* behind "<" or "</" */
    size_t name_size; /* of its name */
    size_t size;      /* up to ">" */
    bool closing;
};

/* The next tag from a place on; comments and the doctype are none. */
static bool next_tag(const char **at, struct tag *tag)
{
    const char *open = strchr(*at, '<');
    while (open != NULL && open[1] == '!') {
        open = strchr(open + 1, '<');
    }
    if (open == NULL) {
        return false;
    }
    tag->closing = open[1] == '/';
    tag->at = open + (tag->closing ? 2 : 1);
    tag->name_size = strcspn(tag->at, " >");
    tag->size = strcspn(tag->at, ">");
    *at = tag->at + tag->size;
    return true;
}

static bool is(const struct tag *tag, const char *name)
{
    return tag->name_size == strlen(name) && memcmp(tag->at, name, tag->name_size) == 0;
}

/* Does the tag have this text within it? */
static bool tag_has(const struct tag *tag, const char *text)
{
    const char *found = strstr(tag->at, text);
    return found != NULL && found < tag->at + tag->size;
}

START_TEST(what_is_opened_is_closed_in_order)
{
    struct tag stack[64];
    struct tag tag;
    int depth = 0;
    const char *at = render(REPORT_HTML);
    while (next_tag(&at, &tag)) {
        if (tag.at[tag.size - 1] == '/') {
            continue;
        }
        if (!tag.closing) {
            hold(depth < 64);
            stack[depth++] = tag;
            continue;
        }
        hold(depth > 0);
        depth--;
        hold_msg(stack[depth].name_size == tag.name_size &&
                     memcmp(stack[depth].at, tag.at, tag.name_size) == 0,
                 "<%.*s> is closed by </%.*s>",
                 (int)stack[depth].name_size,
                 stack[depth].at,
                 (int)tag.name_size,
                 tag.at);
    }
    ck_assert_int_eq(depth, 0);
}
END_TEST

START_TEST(headings_are_in_order)
{
    struct tag tag;
    int level = 0;
    int first = 0;
    const char *at = render(REPORT_HTML);
    while (next_tag(&at, &tag)) {
        bool heading = !tag.closing && tag.name_size == 2 && tag.at[0] == 'h' && tag.at[1] >= '1' &&
                       tag.at[1] <= '6';
        if (heading) {
            int next = tag.at[1] - '0';
            hold_msg(next <= level + 1, "h%d follows h%d", next, level);
            first += next == 1 ? 1 : 0;
            level = next;
        }
    }
    ck_assert_int_eq(first, 1);
}
END_TEST

START_TEST(every_table_has_a_caption_and_every_heading_a_scope)
{
    struct tag tag;
    bool after_table = false;
    int tables = 0;
    const char *at = render(REPORT_HTML);
    while (next_tag(&at, &tag)) {
        hold_msg(!after_table || is(&tag, "caption"), "a table without a caption");
        hold_msg(tag.closing || !is(&tag, "th") || tag_has(&tag, "scope=\""),
                 "a heading without a scope");
        after_table = !tag.closing && is(&tag, "table");
        tables += after_table ? 1 : 0;
    }
    ck_assert_int_gt(tables, 10);
}
END_TEST

/* Finds `name="…"` in a tag. */
static bool attribute(const struct tag *tag, const char *name, const char **value, size_t *size)
{
    char opens[32];
    snprintf(opens, sizeof opens, " %s=\"", name);
    if (!tag_has(tag, opens)) {
        return false;
    }
    *value = strstr(tag->at, opens) + strlen(opens);
    *size = strcspn(*value, "\"");
    return true;
}

static int times_of_id(const char *html, const char *id, size_t size)
{
    struct tag tag;
    int times = 0;
    while (next_tag(&html, &tag)) {
        const char *value = NULL;
        size_t value_size = 0;
        if (!tag.closing && attribute(&tag, "id", &value, &value_size)) {
            times += value_size == size && memcmp(value, id, size) == 0 ? 1 : 0;
        }
    }
    return times;
}

START_TEST(names_of_places_are_there_once)
{
    struct tag tag;
    const char *html = render(REPORT_HTML);
    const char *at = html;
    while (next_tag(&at, &tag)) {
        const char *value = NULL;
        size_t size = 0;
        if (tag.closing) {
            continue;
        }
        if (attribute(&tag, "id", &value, &size)) {
            hold_msg(times_of_id(html, value, size) == 1, "twice: %.*s", (int)size, value);
        }
        if (attribute(&tag, "href", &value, &size)) {
            hold_msg(value[0] == '#' && times_of_id(html, value + 1, size - 1) == 1,
                     "leads nowhere: %.*s",
                     (int)size,
                     value);
        }
        if (attribute(&tag, "aria-labelledby", &value, &size)) {
            size_t title = strcspn(value, " ");
            hold(times_of_id(html, value, title) == 1);
            hold(times_of_id(html, value + title + 1, size - title - 1) == 1);
        }
    }
}
END_TEST

START_TEST(the_page_has_landmarks)
{
    const char *html = render(REPORT_HTML);
    assert_has(html, "<html lang=\"en\">");
    assert_has(html, "<a class=\"skip\" href=\"#content\">");
    assert_has(html, "<main id=\"content\">");
    assert_has(html, "<nav aria-label=\"Contents\">");
    assert_has(html, "<header>");
}
END_TEST

START_TEST(every_picture_is_said_in_words)
{
    struct tag tag;
    int pictures = 0;
    const char *at = render(REPORT_HTML);
    while (next_tag(&at, &tag)) {
        if (tag.closing || !is(&tag, "svg") || tag_has(&tag, "aria-hidden")) {
            continue;
        }
        hold(tag_has(&tag, "role=\"img\"") && tag_has(&tag, "aria-labelledby="));
        hold(next_tag(&at, &tag) && is(&tag, "title") && at[1] != '<');
        hold(next_tag(&at, &tag) && tag.closing && is(&tag, "title"));
        hold(next_tag(&at, &tag) && is(&tag, "desc") && at[1] != '<');
        pictures++;
    }
    ck_assert_int_eq(pictures, 4); /* two flows, one list of codes, the history */
}
END_TEST

/* A name may be anything: none of it becomes markup, an attribute, a style or a script. */
START_TEST(a_hostile_name_stays_a_name)
{
    static const char *const harmless[] = {"onerror=alert(1)&gt;", "&lt;img src=x"};
    struct tag tag;
    const char *html = render(REPORT_HTML);
    const char *at = html;
    int scripts = 0;
    for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++) {
        assert_has(html, harmless[i]);
    }
    while (next_tag(&at, &tag)) {
        hold_msg(!is(&tag, "img"), "a name made an element");
        hold_msg(!tag_has(&tag, "onerror"), "a name made an attribute");
        hold_msg(!tag_has(&tag, " style="), "a style that the policy forbids");
        scripts += is(&tag, "script") && !tag.closing ? 1 : 0;
    }
    ck_assert_int_eq(scripts, 1);
}
END_TEST

START_TEST(what_was_not_verified_is_said_in_every_form)
{
    const char *html = render(REPORT_HTML);
    assert_has(html, "<td>column <code>photo</code></td><td>declared not to be compared: re-enc");
    assert_has(html, "<td>11 rows to the last digit</td>");
    assert_has(html, "<td>1 row in flight</td>");
    assert_has(html, "<td>rows of the table that are outside <code>trust = &#39;RN1&#39;</code>");
    assert_has(html, "<td>every row and column</td><td>only counts were compared</td>");
    assert_has(html, "<td>every row and column</td><td>the target could not be reached</td>");
    assert_has(html, "<code>created_at</code>, <code>patient_uuid</code></td><td>filled by no");
    assert_has(html, "Columns were declared not to be compared: of “patient”.");
    assert_has(html, "Only counts were compared of “clinical_event”: no row was.");
    const char *text = render(REPORT_TEXT);
    assert_has(text, "patient: column photo: declared not to be compared: re-encoded, CHG-12");
    assert_has(text, "patient: 11 rows to the last digit: equal only within");
    assert_has(text, "patient: columns created_at, patient_uuid: filled by no rule");
    assert_has(text, "clinical_event: every row and column: only counts were compared");
    assert_has(text, "appointment: every row and column: the target could not be reached");
    assert_has(render(REPORT_CSV), ",\"full\",11,1,30,1,2,1,\"trust = 'RN1'\"\r\n");
}
END_TEST

START_TEST(columns_stand_side_by_side)
{
    const char *html = render(REPORT_HTML);
    assert_has(html, "2 columns, of which 1 differs");
    assert_has(
        html,
        "<td>both</td><td>agrees</td><td class=\"n\">964</td><td class=\"n\">0</td><td>1</td>");
    assert_has(html, "<td>source</td><td class=\"bad\">DIFFERS</td><td class=\"n\">964</td>");
    assert_has(html, "<td>target</td><td class=\"bad\">DIFFERS</td><td class=\"n\">964</td>");
    assert_has(html, "<td class=\"n\">7</td><td>#3f9a0c13</td>");
    assert_has(html, "<td>#3f9a0c13</td><td>–</td><td>–</td>");
    const char *text = render(REPORT_TEXT);
    assert_has(text, "bigint  both    agrees      964      0  1          2001     1999001\n");
}
END_TEST

static const char *html_of_codes(void)
{
    return strstr(render(REPORT_HTML), "Codes of ");
}

START_TEST(codes_are_counted_before_and_after)
{
    const char *html = render(REPORT_HTML);
    assert_has(html, "<code>(NULL)</code></th><td class=\"n\">4</td>");
    assert_has(html,
               "<code>F</code></th><td class=\"n\">600</td><td class=\"n\">597</td>"
               "<td class=\"n\">-3</td>");
    assert_has(html, "<td class=\"n\">+1,001</td>");
    assert_has(html, ">597 target (-3)</text>");
    assert_has(html, "Before: 3 codes too rare to be shown, in 9 rows.");
    assert_has(render(REPORT_TEXT), "F ");
    assert_has(page.data, "-3\n");
    assert_has(html_of_codes(),
               "After: 1 code too rare to be shown, in 2 rows of the source and 1 row of the "
               "target.");
    assert_has(page.data, "Before the mapping codes are not counted");
}
END_TEST

START_TEST(the_way_of_comparing_is_said)
{
    const char *html = render(REPORT_HTML);
    assert_has(html, "Rows were compared by digests, and each column by itself. 11 rows are equal");
    assert_has(html, "looked at again after 30 seconds; 2 keys differed no more.");
    assert_has(html,
               "4 chunks of the source had been read before an interruption, from 2024-05-01");
}
END_TEST

START_TEST(rows_in_flight_say_both_looks)
{
    assert_has(render(REPORT_HTML),
               "<td>2024-05-01 21:03:00 UTC: not equal</td><td><code>born_on</code></td>"
               "<td>2024-05-01 21:03:30 UTC: equal</td><td></td>");
    assert_has(render(REPORT_TEXT),
               "    #0a1b2c3d\n      2024-05-01 21:03:00 UTC: not equal  born_on\n"
               "      2024-05-01 21:03:30 UTC: equal\n");
}
END_TEST

START_TEST(a_flow_says_each_way_and_its_share)
{
    const char *html = render(REPORT_HTML);
    assert_has(html, ">965 (96.5 %) loaded</text>");
    assert_has(html, ">29 (2.9 %) filtered: inactive</text>");
    assert_has(html, ">1 (0.1 %) filtered: zero_row</text>");
    assert_has(html, "the smallest, which are drawn wider to be seen");
    assert_has(html, "<td>LENGTH</td><td class=\"n\">3</td><td class=\"n\">0.3 %</td>");
    assert_has(html, "<td class=\"n\">100.0 %</td>"); /* of clinical_event */
    assert_has(html, "<p>Where its records went is not known.</p>");
}
END_TEST

/* Five records of a million are not "0.0 %", and all but one are not "100.0 %". */
START_TEST(a_share_is_never_nothing_or_all_when_it_is_not)
{
    json_t *root = json_loads(full, 0, NULL);
    json_t *event = json_array_get(json_object_get(root, "entities"), SAMPLE_EVENT);
    json_t *identity = json_object_get(event, "identity");
    json_object_set_new(identity, "source", json_integer(1000000));
    json_object_set_new(identity, "loaded", json_integer(999995));
    free(full);
    full = json_dumps(root, JSON_COMPACT);
    json_decref(root);
    const char *html = render(REPORT_HTML);
    assert_has(html, ">999,995 (over 99.9 %) loaded</text>");
    assert_has(html, ">5 (under 0.1 %) UNACCOUNTED FOR</text>");
    assert_has(html, "<th scope=\"row\">UNACCOUNTED FOR</th><td></td><td class=\"n\">5</td>");
}
END_TEST

START_TEST(the_history_lists_what_left_no_report_too)
{
    const char *html = render(REPORT_HTML);
    assert_has(html, "3 runs before these are not listed.");
    assert_has(html, ">40,001 source</text>");
    assert_has(html, "<td>none; it left no report</td>");
    assert_has(html, ">12 (this)</th>");
    const char *text = render(REPORT_TEXT);
    assert_has(text, "9  load ");
    assert_has(text, "none; it left no report\n");
    assert_has(text, "3 runs before these are not listed.");
}
END_TEST

/* What people sign for is the file: the digits on paper are those of its bytes. */
START_TEST(the_sign_off_names_the_file)
{
    char digest[SHA256_HEX_SIZE];
    char expected[256];
    must(sha256_hex(text_of(full), digest, &error), &error);
    const char *html = render(REPORT_HTML);
    snprintf(
        expected, sizeof expected, "<dt>SHA-256 of the report</dt><dd><code>%s</code>", digest);
    assert_has(html, "<dt>Verdict</dt><dd><strong>differences</strong></dd>");
    assert_has(html, "southern-millennium, run 12 (load), finished 2024-05-01 21:04:31 UTC");
    assert_has(html, "an unknown user on mig01");
    assert_has(html, expected);
    snprintf(expected, sizeof expected, "  SHA-256        %s\n", digest);
    assert_has(render(REPORT_TEXT), expected);
}
END_TEST

START_TEST(a_page_without_these_keys_says_nothing_of_them)
{
    text_buffer_reset(&page);
    must(report_render(json.data, NULL, REPORT_HTML, &page, &error), &error);
    assert_lacks(page.data, "In flight");
    assert_lacks(page.data, "Codes of");
    assert_lacks(page.data, "each side by itself");
    assert_has(page.data, "This is the first run from its work directory.");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("report_page");
    TCase *tests = tcase_create("report_page");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, what_is_opened_is_closed_in_order);
    tcase_add_test(tests, headings_are_in_order);
    tcase_add_test(tests, every_table_has_a_caption_and_every_heading_a_scope);
    tcase_add_test(tests, names_of_places_are_there_once);
    tcase_add_test(tests, the_page_has_landmarks);
    tcase_add_test(tests, every_picture_is_said_in_words);
    tcase_add_test(tests, a_hostile_name_stays_a_name);
    tcase_add_test(tests, what_was_not_verified_is_said_in_every_form);
    tcase_add_test(tests, columns_stand_side_by_side);
    tcase_add_test(tests, codes_are_counted_before_and_after);
    tcase_add_test(tests, the_way_of_comparing_is_said);
    tcase_add_test(tests, rows_in_flight_say_both_looks);
    tcase_add_test(tests, a_flow_says_each_way_and_its_share);
    tcase_add_test(tests, a_share_is_never_nothing_or_all_when_it_is_not);
    tcase_add_test(tests, the_history_lists_what_left_no_report_too);
    tcase_add_test(tests, the_sign_off_names_the_file);
    tcase_add_test(tests, a_page_without_these_keys_says_nothing_of_them);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
