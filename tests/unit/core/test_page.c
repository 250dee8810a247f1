/* test_page.c — pages can be read: every colour of text against every background, nothing that is
 * fetched, and a policy that lets exactly this style and this script be used.
 * SPDX-License-Identifier: Apache-2.0 */
#include "assertions.h"

#include "novate/base64.h"
#include "novate/checksum.h"
#include "novate/page.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct text_buffer page;
static struct error error;

static void setup(void)
{
    error = ERROR_NONE;
    text_buffer_init(&page, (size_t)1 << 20);
    page_begin(&page, "<title> & \"more\"");
    page_main(&page);
    text_buffer_string(&page, "</main>\n");
    page_end(&page);
    must(text_buffer_check(&page, &error), &error);
}

static void teardown(void)
{
    text_buffer_release(&page);
}

/* What stands between two texts. */
static struct text between(const char *opens, const char *closes)
{
    const char *begin = strstr(page.data, opens);
    ck_assert_msg(begin != NULL, "lacks %s", opens);
    begin += strlen(opens);
    const char *end = strstr(begin, closes);
    ck_assert_msg(end != NULL, "lacks %s", closes);
    return text_from(begin, (size_t)(end - begin));
}

struct colour {
    char name[32];
    double luminance; /* relative, of WCAG 2 */
};

static double linear(unsigned channel)
{
    double value = channel / 255.0;
    return value <= 0.03928 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4);
}

/* The colours that :root names. */
static int read_colours(struct colour *colours, int max)
{
    struct text root = between(":root{", "}");
    const char *end = root.data + root.size;
    int count = 0;
    for (const char *at = strstr(root.data, "--"); at != NULL && at < end; at = strstr(at, "--")) {
        size_t size = strcspn(at, ":");
        ck_assert_int_lt(count, max);
        ck_assert_uint_lt(size, sizeof colours[count].name);
        memcpy(colours[count].name, at, size);
        colours[count].name[size] = '\0';
        ck_assert_msg(at[size + 1] == '#', "%s is no colour", colours[count].name);
        unsigned long rgb = strtoul(at + size + 2, NULL, 16);
        colours[count].luminance = 0.2126 * linear((unsigned)(rgb >> 16) & 255) +
                                   0.7152 * linear((unsigned)(rgb >> 8) & 255) +
                                   0.0722 * linear((unsigned)rgb & 255);
        count++;
        at += size;
    }
    return count;
}

static double contrast(const struct colour *a, const struct colour *b)
{
    double light = fmax(a->luminance, b->luminance);
    double dark = fmin(a->luminance, b->luminance);
    return (light + 0.05) / (dark + 0.05);
}

static bool is_background(const struct colour *colour)
{
    return strncmp(colour->name, "--on-", 5) == 0 || strncmp(colour->name, "--fill-", 7) == 0;
}

START_TEST(every_text_is_told_from_every_background)
{
    struct colour colours[32];
    int count = read_colours(colours, 32);
    int pairs = 0;
    for (int i = 0; i < count; i++) {
        /* Rules between rows are decoration: rows are told apart without them. */
        if (is_background(&colours[i]) || strcmp(colours[i].name, "--line") == 0) {
            continue;
        }
        for (int j = 0; j < count; j++) {
            if (is_background(&colours[j])) {
                double ratio = contrast(&colours[i], &colours[j]);
                hold_msg(
                    ratio >= 4.5, "%s on %s has %.2f", colours[i].name, colours[j].name, ratio);
                pairs++;
            }
        }
    }
    ck_assert_int_ge(pairs, 30);
}
END_TEST

/* So that the test above knows every pair. */
START_TEST(colours_are_named_in_one_place)
{
    struct text style = between("<style>", "</style>");
    const char *end = style.data + style.size;
    const char *behind = strchr(strstr(style.data, ":root{"), '}');
    for (const char *at = strchr(behind, '#'); at != NULL && at < end; at = strchr(at + 1, '#')) {
        size_t digits = strspn(at + 1, "0123456789abcdefABCDEF");
        bool named = at[-1] == '(' || at[-1] == '}' || at[-1] == '\n'; /* url(#p), #sign-off */
        hold_msg(named || digits < 3, "a colour beside :root: %.20s", at);
    }
    ck_assert_ptr_null(strstr(behind, "rgb("));
}
END_TEST

static void assert_allowed(struct text source)
{
    struct message_digest digest;
    struct text_buffer expected;
    unsigned char value[MESSAGE_DIGEST_SIZE_MAX];
    must(message_digest_open(&digest, MESSAGE_DIGEST_SHA256, &error), &error);
    size_t size = message_digest_compute(&digest, "", 0, source, value);
    message_digest_close(&digest);
    text_buffer_init(&expected, 256);
    text_buffer_string(&expected, "'sha256-");
    base64_push(text_from((const char *)value, size), &expected);
    text_buffer_char(&expected, '\'');
    ck_assert_msg(strstr(page.data, expected.data) != NULL, "the policy lacks %s", expected.data);
    text_buffer_release(&expected);
}

START_TEST(the_policy_allows_this_style_and_this_script_alone)
{
    struct text policy = between("Content-Security-Policy\" content=\"", "\"");
    ck_assert_int_eq(strncmp(policy.data, "default-src 'none'; ", 20), 0);
    ck_assert_ptr_null(strstr(page.data, "unsafe"));
    assert_allowed(between("<style>", "</style>"));
    assert_allowed(between("<script>", "</script>"));
}
END_TEST

START_TEST(nothing_is_fetched)
{
    static const char *const never[] = {
        "http:", "https:", "//", "@import", "src=", "fetch(", "XMLHttp", "innerHTML", "eval("};
    for (size_t i = 0; i < sizeof never / sizeof *never; i++) {
        ck_assert_msg(strstr(page.data, never[i]) == NULL, "has %s", never[i]);
    }
    for (const char *at = strstr(page.data, "url("); at != NULL; at = strstr(at + 1, "url(")) {
        hold_msg(at[4] == '#', "fetches %.20s", at);
    }
}
END_TEST

START_TEST(the_title_is_escaped)
{
    struct text title = between("<title>", "</title>");
    ck_assert(text_equal(title, text_of("&lt;title&gt; &amp; &quot;more&quot;")));
}
END_TEST

START_TEST(paper_has_all_rows_and_their_headings)
{
    struct text print = between("@media print{", "</style>");
    static const char *const kept[] = {"thead{display:table-header-group;break-inside:avoid}",
                                       "tr[hidden]{display:table-row!important}",
                                       "tr,.verdict",
                                       "th button{display:none}"};
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        const char *found = strstr(print.data, kept[i]);
        ck_assert_msg(found != NULL && found < print.data + print.size, "lacks %s", kept[i]);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("page");
    TCase *tests = tcase_create("page");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, every_text_is_told_from_every_background);
    tcase_add_test(tests, colours_are_named_in_one_place);
    tcase_add_test(tests, the_policy_allows_this_style_and_this_script_alone);
    tcase_add_test(tests, nothing_is_fetched);
    tcase_add_test(tests, the_title_is_escaped);
    tcase_add_test(tests, paper_has_all_rows_and_their_headings);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
