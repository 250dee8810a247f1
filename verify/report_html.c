/* report_html.c — a report as one page that needs nothing else: for a browser and for paper.
 *
 * Sections in the order of questions: what is the verdict, where did the records go, what did the
 * comparison find, what was not verified, what of each entity, what of the runs before, which run
 * was it, who signs. SPDX-License-Identifier: Apache-2.0 */
#include "report_chart.h"
#include "report_cross.h"
#include "report_files.h"
#include "report_findings.h"
#include "report_flow.h"
#include "report_gaps.h"
#include "report_history.h"
#include "report_markup.h"
#include "report_samples.h"
#include "report_sign_off.h"
#include "report_target.h"
#include "report_view.h"

#include "novate/limits.h"
#include "novate/page.h"

#include <inttypes.h>
#include <string.h>

static const char *cell_class(const json_t *entity, const struct report_column *column)
{
    switch (column->kind) {
    case CELL_COUNT:
        return "n";
    case CELL_VERDICT:
        return markup_verdict(view_text(entity, "verdict"));
    case CELL_CLOSES:
        return view_closes(entity) ? "" : "bad";
    case CELL_TEXT:
        break;
    }
    return "";
}

static void push_row(struct text_buffer *out,
                     const json_t *entity,
                     const struct report_column *columns,
                     size_t count)
{
    text_buffer_string(out, "<tr>");
    for (size_t i = 0; i < count; i++) {
        struct text_buffer scratch;
        text_buffer_init(&scratch, LIMIT_PLAN_BYTES);
        push_cell(&scratch, entity, &columns[i]);
        const char *class = cell_class(entity, &columns[i]);
        text_buffer_format(out, i == 0 ? "<th scope=\"row\"" : "<td");
        if (*class != '\0') {
            text_buffer_format(out, " class=\"%s\"", class);
        }
        text_buffer_char(out, '>');
        markup_scratch(out, &scratch);
        text_buffer_string(out, i == 0 ? "</th>" : "</td>");
    }
    text_buffer_string(out, "</tr>\n");
}

static void push_totals(struct text_buffer *out,
                        const struct report_view *view,
                        const struct report_column *columns,
                        size_t count)
{
    text_buffer_string(out, "<tfoot><tr><th scope=\"row\">All entities</th>");
    for (size_t i = 1; i < count; i++) {
        if (columns[i].kind != CELL_COUNT) {
            text_buffer_string(out, "<td></td>");
            continue;
        }
        uint64_t total = 0;
        size_t known = 0;
        for (size_t row = 0; row < view->entity_count; row++) {
            uint64_t value = 0;
            if (view_cell_count(view_entity(view, row), columns[i].field, &value)) {
                known++;
                total += value;
            }
        }
        bool partial = known > 0 && known < view->entity_count;
        text_buffer_format(out, "<td class=\"n\">%s", partial ? "at least " : "");
        push_count(out, known > 0, total);
        text_buffer_string(out, "</td>");
    }
    text_buffer_string(out, "</tr></tfoot>\n");
}

static void push_table(struct text_buffer *out,
                       const struct report_view *view,
                       const char *caption,
                       const struct report_column *columns,
                       size_t count)
{
    text_buffer_format(
        out, "<div class=\"scroll\"><table class=\"sort\"><caption>%s</caption>\n", caption);
    text_buffer_string(out, "<thead><tr>");
    for (size_t i = 0; i < count; i++) {
        text_buffer_format(out,
                           "<th scope=\"col\"%s>%s</th>",
                           columns[i].kind == CELL_COUNT ? " class=\"n\"" : "",
                           columns[i].heading);
    }
    text_buffer_string(out, "</tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < view->entity_count; i++) {
        push_row(out, view_entity(view, i), columns, count);
    }
    text_buffer_string(out, "</tbody>\n");
    if (view->entity_count > 1) {
        push_totals(out, view, columns, count);
    }
    text_buffer_string(out, "</table></div>\n");
}

struct counts_table {
    const char *caption;
    const char *heading; /* of the names */
};

/* {"inactive": 3} as a small table. */
static void push_counts(struct text_buffer *out, const struct counts_table *table, json_t *counts)
{
    const char *const headings[] = {table->heading, "#Records"};
    if (json_object_size(counts) == 0) {
        return;
    }
    markup_table_plain(out, "narrow", table->caption, headings, 2);
    for (void *at = json_object_iter(counts); at != NULL; at = json_object_iter_next(counts, at)) {
        text_buffer_string(out, "<tr><th scope=\"row\">");
        page_text(out, json_object_iter_key(at));
        text_buffer_string(out, "</th>");
        markup_count(out, counts, json_object_iter_key(at));
        text_buffer_string(out, "</tr>\n");
    }
    markup_table_end(out);
}

/* What was mended, by a policy while it was read or by a rule of the mapping. */
static void push_repairs(struct text_buffer *out, json_t *repairs)
{
    static const char *const headings[] = {"Rule", "#Times", "First case"};
    if (json_object_size(repairs) == 0) {
        return;
    }
    markup_table_plain(out, "narrow", "Mended, by rule", headings, 3);
    for (void *at = json_object_iter(repairs); at != NULL;
         at = json_object_iter_next(repairs, at)) {
        const json_t *repair = json_object_iter_value(at);
        text_buffer_string(out, "<tr><th scope=\"row\">");
        page_text(out, json_object_iter_key(at));
        text_buffer_string(out, "</th>");
        markup_count(out, repair, "count");
        markup_cell(out, view_text(repair, "first"), false);
        text_buffer_string(out, "</tr>\n");
    }
    markup_table_end(out);
}

/* Were rejects closed or retried? Otherwise all are open. */
static bool has_history(const json_t *states)
{
    uint64_t closed = 0;
    uint64_t retried = 0;
    (void)view_count(states, "closed", &closed);
    (void)view_count(states, "retried", &retried);
    return closed + retried > 0;
}

/* What became of records on their way, beside where they went. */
static void push_entity_counts(struct text_buffer *out, const json_t *entity)
{
    static const struct counts_table states = {"What became of rejects", "State"};
    static const struct counts_table notes = {"Noted, and carried", "Rule"};

    text_buffer_string(out, "<div class=\"side\">\n");
    if (has_history(json_object_get(entity, "rejects"))) {
        push_counts(out, &states, json_object_get(entity, "rejects"));
    }
    push_counts(out, &notes, json_object_get(entity, "notes"));
    push_repairs(out, json_object_get(entity, "repaired"));
    text_buffer_string(out, "</div>\n");
}

/* What the verification read, where that is not what loading had read: a source that is live. */
static void push_since(struct text_buffer *out, const json_t *entity)
{
    uint64_t then = 0;
    uint64_t now = 0;
    if (!view_count(entity, "source_rows", &then) ||
        !view_count(json_object_get(entity, "verification"), "source_rows", &now) || then == now) {
        return;
    }
    text_buffer_string(out, "<p>The source had ");
    push_counted(out, then, "record", "records");
    text_buffer_string(out, " when it was loaded and ");
    push_count(out, true, now);
    text_buffer_string(out, " when it was verified.</p>\n");
}

static void push_words_term(struct text_buffer *out,
                            const char *term,
                            const json_t *entity,
                            void (*push)(const json_t *entity, struct text_buffer *out))
{
    struct text_buffer words;

    text_buffer_init(&words, LIMIT_PLAN_BYTES);
    push(entity, &words);
    markup_term(out, term, words.size == 0 ? "" : words.data, false);
    out->failed = out->failed || words.failed;
    text_buffer_release(&words);
}

/* Digests and names, by which both sides and the mapping can be told. */
static void push_entity_terms(struct text_buffer *out, const json_t *entity)
{
    text_buffer_string(out, "<dl>\n");
    markup_term(out, "Reason", view_text(entity, "reason"), false);
    markup_term(out, "Source", view_text(entity, "source"), false);
    markup_term(out, "Target table", view_text(entity, "target_table"), false);
    markup_term(out, "Scope in the table", view_text(entity, "scope"), true);
    push_words_term(out, "Loaded by", entity, push_stored_words);
    markup_term(out, "Consistency", view_text(entity, "consistency"), false);
    push_words_term(out, "Comparison", entity, push_comparison_words);
    markup_term(out, "Digest of the source", view_text(entity, "source_digest"), true);
    markup_term(out, "Digest of the target", view_text(entity, "target_digest"), true);
    markup_term(out, "Digest of the mapping", view_text(entity, "mapping_digest"), true);
    markup_term(out, "Loaded with mapping", view_text(entity, "loaded_with"), true);
    text_buffer_string(out, "</dl>\n");
}

static void push_entity(struct text_buffer *out, const json_t *entity, size_t index)
{
    const char *verdict = view_text(entity, "verdict");

    text_buffer_string(out, "<section class=\"entity\">\n<h3>");
    page_text(out, view_text(entity, "entity"));
    text_buffer_format(out, " — <span class=\"%s\">", markup_verdict(verdict));
    page_text(out, verdict_words(verdict));
    text_buffer_string(out, "</span></h3>\n");
    push_entity_terms(out, entity);
    push_since(out, entity);
    report_flow_html(entity, index, out);
    push_entity_counts(out, entity);
    report_files_html(entity, out);
    report_rows_html(entity, out);
    report_columns_html(entity, out);
    report_cross_html(entity, out);
    report_codes_html(entity, index, out);
    text_buffer_string(out, "</section>\n");
}

static void push_run(const struct report_view *view, struct text_buffer *out)
{
    const json_t *root = view->root;

    text_buffer_string(out, "<dl>\n<dt>Started</dt><dd>");
    markup_time(out, view_text(root, "started_at"));
    text_buffer_string(out, "</dd>\n<dt>Finished</dt><dd>");
    markup_time(out, view_text(root, "finished_at"));
    text_buffer_string(out, "</dd>\n");
    markup_term(out, "Source", view_text(root, "source"), false);
    markup_term(out, "Target", view_text(root, "target"), false);
    markup_term(out, "Digest of the plan", view_text(root, "plan_digest"), true);
    markup_term(out, "Host", view_text(root, "host"), false);
    markup_term(out, "Operator", view_text(root, "operator"), false);
    markup_term(out, "novate", view_text(root, "tool_version"), false);
    const json_t *seal = json_object_get(root, "seal");
    markup_term(out, "Seal", view_text(seal, "sha256"), true);
    markup_term(
        out, "Follows report", view_text(json_object_get(seal, "previous"), "report"), false);
    markup_term(out, "To be signed with key", view_text(seal, "key"), true);
    text_buffer_string(
        out,
        "</dl>\n<p class=\"note\">Rows are compared by hashes of a canonical form (encoding 1, "
        "XXH3-128); a digest is the sum of the hashes of all rows. Hashes find accidents, not "
        "forgery; the seal and its signature do, by \"novate report check\" with this file.");
    if (!view_flag(root, "keys_shown")) {
        text_buffer_string(out,
                           " Keys are personal data: what begins with # is a hash of a key, the "
                           "same throughout this report.");
    }
    text_buffer_string(out, "</p>\n");
}

static void push_head(struct text_buffer *out, const struct report_view *view)
{
    struct text_buffer title;
    text_buffer_init(&title, LIMIT_PLAN_BYTES);
    text_buffer_format(&title,
                       "%s — %s",
                       view_text(view->root, "migration"),
                       verdict_words(view_text(view->root, "verdict")));
    page_begin(out, title.data == NULL ? "" : title.data);
    out->failed = out->failed || title.failed;
    text_buffer_release(&title);
}

static void push_header(struct text_buffer *out, const struct report_view *view)
{
    uint64_t run = 0;

    text_buffer_string(out, "<header>\n<h1>Migration report: ");
    page_text(out, view_text(view->root, "migration"));
    text_buffer_string(out, "</h1>\n<p class=\"meta\">");
    if (view_count(view->root, "run", &run)) {
        text_buffer_format(out, "Run %" PRIu64 ", ", run);
    }
    page_text(out, view_text(view->root, "kind"));
    text_buffer_string(out, ", finished ");
    markup_time(out, view_text(view->root, "finished_at"));
    text_buffer_string(out, "<br/>From ");
    page_text(out, view_text(view->root, "source"));
    text_buffer_string(out, "<br/>To ");
    page_text(out, view_text(view->root, "target"));
    text_buffer_string(out, "</p>\n</header>\n");
}

static void push_verdict(struct text_buffer *out, const struct report_view *view)
{
    const char *verdict = view_text(view->root, "verdict");
    struct text_buffer headline;

    text_buffer_format(
        out, "<section class=\"verdict %s\">\n<h2>Verdict: ", markup_verdict(verdict));
    page_text(out, verdict_words(verdict));
    text_buffer_string(out, "</h2>\n<p>");
    text_buffer_init(&headline, LIMIT_PLAN_BYTES);
    push_headline(view, &headline);
    markup_scratch(out, &headline);
    text_buffer_string(out, "</p>\n</section>\n");
}

static void push_identities(const struct report_view *view, struct text_buffer *out)
{
    push_table(out,
               view,
               "Source + emitted = loaded + already present + filtered + rejected + merged",
               identity_columns,
               IDENTITY_COLUMNS);
}

static void push_comparisons(const struct report_view *view, struct text_buffer *out)
{
    push_table(out,
               view,
               "Both sides read again and compared by key, in rows",
               comparison_columns,
               COMPARISON_COLUMNS);
}

static void push_entities(const struct report_view *view, struct text_buffer *out)
{
    for (size_t i = 0; i < view->entity_count; i++) {
        push_entity(out, view_entity(view, i), i);
    }
}

/* The parts of the page, in its order, each with its place in the contents. */
static const struct {
    const char *id;
    const char *heading;
    void (*push)(const struct report_view *view, struct text_buffer *out);
    bool (*known)(const struct report_view *view); /* NULL: it always stands there */
} parts[] = {
    {"records", "Where the records went", push_identities, NULL},
    {"comparison", "What the comparison found", push_comparisons, NULL},
    {"gaps", "What was not verified", report_gaps_html, NULL},
    {"entities", "Entities", push_entities, NULL},
    {"target", "The target after this run", report_target_html, report_target_known},
    {"samples", "Samples that people checked", report_samples_html, report_samples_known},
    {"history", "Runs before this one", report_history_html, NULL},
    {"run", "This run", push_run, NULL},
    {"sign-off", "Sign-off", report_sign_off_html, NULL},
};

static void push_contents(struct text_buffer *out, const struct report_view *view)
{
    text_buffer_string(out, "<nav aria-label=\"Contents\"><ul>\n");
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (parts[i].known == NULL || parts[i].known(view)) {
            text_buffer_format(
                out, "<li><a href=\"#%s\">%s</a></li>\n", parts[i].id, parts[i].heading);
        }
    }
    text_buffer_string(out, "</ul></nav>\n");
}

void report_html(const struct report_view *view, struct text_buffer *out)
{
    push_head(out, view);
    push_header(out, view);
    push_contents(out, view);
    page_main(out);
    push_verdict(out, view);
    chart_patterns(out);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (parts[i].known == NULL || parts[i].known(view)) {
            text_buffer_format(
                out, "<section id=\"%s\">\n<h2>%s</h2>\n", parts[i].id, parts[i].heading);
            parts[i].push(view, out);
            text_buffer_string(out, "</section>\n");
        }
    }
    text_buffer_string(out, "</main>\n");
    page_end(out);
}
