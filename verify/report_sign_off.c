/* report_sign_off.c — the contract is in report_sign_off.h.
 *
 * What is signed for is named by the SHA-256 of the report's JSON file: it is not in the file,
 * which could not hold it, but follows from its bytes. So a page made from them shows it, and
 * whoever has the file finds the same digits. SPDX-License-Identifier: Apache-2.0 */
#include "report_sign_off.h"

#include "report_lines.h"
#include "report_markup.h"

#include "novate/limits.h"
#include "novate/page.h"

#include <inttypes.h>
#include <string.h>

static const struct {
    const char *act;
    const char *role; /* "": to be written by hand */
} signers[] = {
    {"Made the run", ""},
    {"Checked the verification", ""},
    {"Accepts", "Clinical safety"},
    {"Accepts", "Information governance"},
    {"Accepts", "Owner of the new system"},
};
enum {
    SIGNERS = sizeof signers / sizeof *signers
};

static void push_run(const struct report_view *view, struct text_buffer *out)
{
    uint64_t run = 0;
    text_buffer_string(out, view_text(view->root, "migration"));
    if (view_count(view->root, "run", &run)) {
        text_buffer_format(out, ", run %" PRIu64, run);
    }
    text_buffer_format(out, " (%s), finished ", view_text(view->root, "kind"));
    push_time(out, view_text(view->root, "finished_at"));
}

/* What the program knows of who made the run. It is no signature. */
static void push_operator(const struct report_view *view, struct text_buffer *out)
{
    const char *operator_name = view_text(view->root, "operator");
    const char *host = view_text(view->root, "host");
    if (*operator_name == '\0' && *host == '\0') {
        text_buffer_string(out, "not recorded");
        return;
    }
    text_buffer_format(out,
                       "%s on %s",
                       *operator_name == '\0' ? "an unknown user" : operator_name,
                       *host == '\0' ? "an unknown host" : host);
}

struct facts {
    struct text_buffer run;
    struct text_buffer operator_name;
};

static void facts_open(struct facts *facts, const struct report_view *view)
{
    text_buffer_init(&facts->run, LIMIT_PLAN_BYTES);
    text_buffer_init(&facts->operator_name, LIMIT_PLAN_BYTES);
    push_run(view, &facts->run);
    push_operator(view, &facts->operator_name);
}

static void facts_close(struct facts *facts, struct text_buffer *out)
{
    out->failed = out->failed || facts->run.failed || facts->operator_name.failed;
    text_buffer_release(&facts->run);
    text_buffer_release(&facts->operator_name);
}

static const char *data_of(const struct text_buffer *text)
{
    return text->data == NULL ? "" : text->data;
}

void report_sign_off_text(const struct report_view *view, struct text_buffer *out)
{
    struct facts facts;
    facts_open(&facts, view);
    lines_field(out, "run", data_of(&facts.run));
    lines_field(out, "verdict", verdict_words(view_text(view->root, "verdict")));
    lines_field(out, "plan", view_text(view->root, "plan_digest"));
    lines_field(out, "SHA-256", view->sha256);
    lines_field(out, "made by", data_of(&facts.operator_name));
    facts_close(&facts, out);
    for (size_t i = 0; i < SIGNERS; i++) {
        text_buffer_format(out,
                           "\n  %-26s name       ______________________________________\n"
                           "  %-26s role, date ______________________________________\n"
                           "  %-26s signature  ______________________________________\n",
                           signers[i].act,
                           signers[i].role,
                           "");
    }
}

void report_sign_off_html(const struct report_view *view, struct text_buffer *out)
{
    static const char *const headings[] = {"Who", "Name", "Role", "Date", "Signature"};
    const char *verdict = view_text(view->root, "verdict");
    struct facts facts;

    facts_open(&facts, view);
    text_buffer_string(out, "<dl>\n");
    markup_term(out, "Run", data_of(&facts.run), false);
    text_buffer_string(out, "<dt>Verdict</dt><dd><strong>");
    page_text(out, verdict_words(verdict));
    text_buffer_string(out, "</strong></dd>\n");
    markup_term(out, "Digest of the plan", view_text(view->root, "plan_digest"), true);
    markup_term(out, "SHA-256 of the report", view->sha256, true);
    markup_term(out, "Made by, as recorded", data_of(&facts.operator_name), false);
    facts_close(&facts, out);
    text_buffer_string(out,
                       "</dl>\n<p class=\"note\">The SHA-256 is that of the JSON file that this "
                       "page was made from, as <code>sha256sum</code> and <code>novate report "
                       "check</code> print it.</p>\n");
    markup_table_plain(out, "sign", "Signed for by", headings, 5);
    for (size_t i = 0; i < SIGNERS; i++) {
        text_buffer_format(out,
                           "<tr><th scope=\"row\">%s</th><td></td><td>%s</td><td></td><td></td>"
                           "</tr>\n",
                           signers[i].act,
                           signers[i].role);
    }
    markup_table_end(out);
}
