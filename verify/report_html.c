/* report_html.c — a report as one page that needs nothing else: for a browser and for paper.
 *
 * Sections in the order of questions: what is the verdict, where did the records go, what did the
 * comparison find, what of each entity, what was not compared, which run was it, who signs.
 * SPDX-License-Identifier: Apache-2.0 */
#include "report_cross.h"
#include "report_files.h"
#include "report_samples.h"
#include "report_target.h"
#include "report_view.h"

#include "novate/limits.h"
#include "novate/page.h"

#include <inttypes.h>
#include <string.h>

/* Differences on the page; more would not be read, and the JSON has them. */
static const size_t differences_max = 500;

/* Writes what a function of the view pushes, escaped. */
static void push_scratch(struct text_buffer *out, struct text_buffer *scratch)
{
    page_escaped(out, text_from(scratch->data, scratch->size));
    out->failed = out->failed || scratch->failed;
    text_buffer_release(scratch);
}

static void push_escaped_time(struct text_buffer *out, const char *time)
{
    struct text_buffer scratch;
    text_buffer_init(&scratch, LIMIT_PLAN_BYTES);
    push_time(&scratch, time);
    push_scratch(out, &scratch);
}

static const char *verdict_class(const char *verdict)
{
    return strcmp(verdict, "verified") == 0      ? "good"
           : strcmp(verdict, "differences") == 0 ? "bad"
                                                 : "warn";
}

static const char *cell_class(const json_t *entity, const struct report_column *column)
{
    switch (column->kind) {
    case CELL_COUNT:
        return "n";
    case CELL_VERDICT:
        return verdict_class(view_text(entity, "verdict"));
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
        push_scratch(out, &scratch);
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
        bool known = false;
        for (size_t row = 0; row < view->entity_count; row++) {
            uint64_t value = 0;
            if (view_cell_count(view_entity(view, row), columns[i].field, &value)) {
                known = true;
                total += value;
            }
        }
        text_buffer_string(out, "<td class=\"n\">");
        push_count(out, known, total);
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
    text_buffer_format(out, "<div class=\"scroll\"><table><caption>%s</caption>\n", caption);
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

static void push_term(struct text_buffer *out, const char *term, const char *value, bool code)
{
    if (*value == '\0') {
        return;
    }
    text_buffer_format(out, "<dt>%s</dt><dd>%s", term, code ? "<code>" : "");
    page_text(out, value);
    text_buffer_format(out, "%s</dd>\n", code ? "</code>" : "");
}

/* What a reject class means; "" for a name that is none. */
static const char *class_meaning(const char *name)
{
    static const struct {
        const char *text;
        const char *meaning;
    } classes[] = {
#define REJECT_CLASS(name, text, meaning, finder, remedy) {text, meaning},
#include "novate/reject_classes.def"
#undef REJECT_CLASS
    };
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        if (strcmp(classes[i].text, name) == 0) {
            return classes[i].meaning;
        }
    }
    return "";
}

struct counts_table {
    const char *caption;
    const char *heading; /* of the names */
    bool meanings;       /* the names are reject classes */
};

/* {"inactive": 3} as a small table. */
static void push_counts(struct text_buffer *out, const struct counts_table *table, json_t *counts)
{
    if (json_object_size(counts) == 0) {
        return;
    }
    text_buffer_format(out,
                       "<table class=\"narrow\"><caption>%s</caption><thead><tr>"
                       "<th scope=\"col\">%s</th><th scope=\"col\" class=\"n\">Records</th>"
                       "%s</tr></thead>\n<tbody>\n",
                       table->caption,
                       table->heading,
                       table->meanings ? "<th scope=\"col\">Meaning</th>" : "");
    for (void *at = json_object_iter(counts); at != NULL; at = json_object_iter_next(counts, at)) {
        const char *name = json_object_iter_key(at);
        const json_t *value = json_object_iter_value(at);
        text_buffer_string(out, "<tr><th scope=\"row\">");
        page_text(out, name);
        text_buffer_string(out, "</th><td class=\"n\">");
        push_count(out, json_is_integer(value), (uint64_t)json_integer_value(value));
        text_buffer_string(out, "</td>");
        if (table->meanings) {
            text_buffer_format(out, "<td>%s</td>", class_meaning(name));
        }
        text_buffer_string(out, "</tr>\n");
    }
    text_buffer_string(out, "</tbody></table>\n");
}

/* What was mended, by a policy while it was read or by a rule of the mapping. */
static void push_repairs(struct text_buffer *out, json_t *repairs)
{
    if (json_object_size(repairs) == 0) {
        return;
    }
    text_buffer_string(out,
                       "<table class=\"narrow\"><caption>Mended, by rule"
                       "</caption><thead><tr><th scope=\"col\">Rule</th>"
                       "<th scope=\"col\" class=\"n\">Times</th><th scope=\"col\">First case</th>"
                       "</tr></thead>\n<tbody>\n");
    for (void *at = json_object_iter(repairs); at != NULL;
         at = json_object_iter_next(repairs, at)) {
        const json_t *repair = json_object_iter_value(at);
        uint64_t count = 0;
        bool known = view_count(repair, "count", &count);
        text_buffer_string(out, "<tr><th scope=\"row\">");
        page_text(out, json_object_iter_key(at));
        text_buffer_string(out, "</th><td class=\"n\">");
        push_count(out, known, count);
        text_buffer_string(out, "</td><td>");
        page_text(out, view_text(repair, "first"));
        text_buffer_string(out, "</td></tr>\n");
    }
    text_buffer_string(out, "</tbody></table>\n");
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

/* What became of records on their way, by name. */
static void push_entity_counts(struct text_buffer *out, const json_t *entity)
{
    static const struct counts_table filtered = {"Left out on purpose", "Filter", false};
    static const struct counts_table rejected = {"Rejected", "Class", true};
    static const struct counts_table states = {"What became of rejects", "State", false};
    static const struct counts_table merged = {"In the row of another record", "Rule", false};
    static const struct counts_table notes = {"Noted, and carried", "Rule", false};
    const json_t *identity = json_object_get(entity, "identity");

    text_buffer_string(out, "<div class=\"side\">\n");
    push_counts(out, &filtered, json_object_get(identity, "filtered"));
    push_counts(out, &rejected, json_object_get(identity, "rejected"));
    if (has_history(json_object_get(entity, "rejects"))) {
        push_counts(out, &states, json_object_get(entity, "rejects"));
    }
    push_counts(out, &merged, json_object_get(identity, "merged"));
    push_counts(out, &notes, json_object_get(entity, "notes"));
    push_repairs(out, json_object_get(entity, "repaired"));
    text_buffer_string(out, "</div>\n");
}

static void push_names(struct text_buffer *out, const json_t *names)
{
    for (size_t i = 0; i < json_array_size(names); i++) {
        const char *name = json_string_value(json_array_get(names, i));
        text_buffer_string(out, i == 0 ? "<code>" : ", <code>");
        page_text(out, name == NULL ? "?" : name);
        text_buffer_string(out, "</code>");
    }
}

static void push_difference(struct text_buffer *out, const json_t *difference)
{
    struct text_buffer key;

    text_buffer_init(&key, LIMIT_RECORD_BYTES);
    push_key(&key, json_object_get(difference, "key"));
    text_buffer_string(out, "<tr><th scope=\"row\"><code>");
    push_scratch(out, &key);
    text_buffer_string(out, "</code></th><td>");
    page_text(out, kind_words(view_text(difference, "kind")));
    text_buffer_string(out, "</td><td>");
    push_names(out, json_object_get(difference, "columns"));
    text_buffer_string(out, "</td></tr>\n");
}

static void push_differences(struct text_buffer *out, const json_t *entity)
{
    const json_t *differences = json_object_get(entity, "differences");
    size_t described = json_array_size(differences);
    size_t printed = described < differences_max ? described : differences_max;
    uint64_t total = view_differences(entity);

    if (total == 0) {
        return;
    }
    text_buffer_string(out, "<div class=\"scroll\"><table><caption>Differences: ");
    push_count(out, true, total);
    if (total > printed) {
        text_buffer_string(out, ", of which the first ");
        push_count(out, true, printed);
        text_buffer_string(out, " by key are shown; the JSON report describes ");
        push_count(out, true, described);
    }
    text_buffer_string(out,
                       "</caption><thead><tr><th scope=\"col\">Key</th><th scope=\"col\">"
                       "Difference</th><th scope=\"col\">Columns</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < printed; i++) {
        push_difference(out, json_array_get(differences, i));
    }
    text_buffer_string(out, "</tbody></table></div>\n");
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

static void push_stored(struct text_buffer *out, const json_t *entity)
{
    struct text_buffer words;

    text_buffer_init(&words, LIMIT_PLAN_BYTES);
    push_stored_words(entity, &words);
    push_term(out, "Loaded by", words.size == 0 ? "" : words.data, false);
    out->failed = out->failed || words.failed;
    text_buffer_release(&words);
}

static void push_entity(struct text_buffer *out, const json_t *entity)
{
    const json_t *not_compared = json_object_get(entity, "not_compared");
    const char *verdict = view_text(entity, "verdict");

    text_buffer_string(out, "<section class=\"entity\">\n<h3>");
    page_text(out, view_text(entity, "entity"));
    text_buffer_format(out,
                       " — <span class=\"%s\">%s</span></h3>\n<dl>\n",
                       verdict_class(verdict),
                       verdict_words(verdict));
    push_term(out, "Reason", view_text(entity, "reason"), false);
    push_term(out, "Source", view_text(entity, "source"), false);
    push_term(out, "Target table", view_text(entity, "target_table"), false);
    push_stored(out, entity);
    push_term(out, "Consistency", view_text(entity, "consistency"), false);
    push_term(out, "Digest of the source", view_text(entity, "source_digest"), true);
    push_term(out, "Digest of the target", view_text(entity, "target_digest"), true);
    push_term(out, "Digest of the mapping", view_text(entity, "mapping_digest"), true);
    if (json_array_size(not_compared) > 0) {
        text_buffer_string(out, "<dt>Columns not compared</dt><dd>");
        push_names(out, not_compared);
        text_buffer_string(out, "</dd>\n");
    }
    text_buffer_string(out, "</dl>\n");
    push_since(out, entity);
    report_files_html(entity, out);
    push_entity_counts(out, entity);
    push_differences(out, entity);
    report_cross_html(entity, out);
    text_buffer_string(out, "</section>\n");
}

static void push_not_compared(struct text_buffer *out, const struct report_view *view)
{
    bool any = false;

    text_buffer_string(out, "<h2>What was not compared</h2>\n<dl>\n");
    for (size_t i = 0; i < view->entity_count; i++) {
        const json_t *entity = view_entity(view, i);
        const json_t *names = json_object_get(entity, "not_compared");
        bool compared = json_is_object(json_object_get(entity, "verification"));
        if (compared && json_array_size(names) == 0) {
            continue;
        }
        any = true;
        text_buffer_string(out, "<dt>");
        page_text(out, view_text(entity, "entity"));
        text_buffer_string(out, "</dt><dd>");
        text_buffer_string(out, compared ? "columns that no rule fills: " : "no row");
        if (compared) {
            push_names(out, names);
        }
        text_buffer_string(out, "</dd>\n");
    }
    text_buffer_string(out, "</dl>\n");
    if (!any) {
        text_buffer_string(out, "<p>Every column of every target table was compared.</p>\n");
    }
}

static void push_run(struct text_buffer *out, const struct report_view *view)
{
    const json_t *root = view->root;

    text_buffer_string(out, "<h2>This run</h2>\n<dl>\n");
    text_buffer_string(out, "<dt>Started</dt><dd>");
    push_escaped_time(out, view_text(root, "started_at"));
    text_buffer_string(out, "</dd>\n<dt>Finished</dt><dd>");
    push_escaped_time(out, view_text(root, "finished_at"));
    text_buffer_string(out, "</dd>\n");
    push_term(out, "Source", view_text(root, "source"), false);
    push_term(out, "Target", view_text(root, "target"), false);
    push_term(out, "Digest of the plan", view_text(root, "plan_digest"), true);
    push_term(out, "Host", view_text(root, "host"), false);
    push_term(out, "Operator", view_text(root, "operator"), false);
    push_term(out, "novate", view_text(root, "tool_version"), false);
    const json_t *seal = json_object_get(root, "seal");
    push_term(out, "Seal", view_text(seal, "sha256"), true);
    push_term(out, "Follows report", view_text(json_object_get(seal, "previous"), "report"), false);
    push_term(out, "To be signed with key", view_text(seal, "key"), true);
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

static void push_sign_off(struct text_buffer *out)
{
    static const char *const roles[] = {
        "Migration lead", "Clinical safety", "Information governance", "System owner"};

    text_buffer_string(out,
                       "<section id=\"sign-off\">\n<h2>Sign-off</h2>\n<table class=\"sign\"><thead>"
                       "<tr><th scope=\"col\">Role</th><th scope=\"col\">Name</th>"
                       "<th scope=\"col\">Signature</th><th scope=\"col\">Date</th></tr></thead>\n"
                       "<tbody>\n");
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        text_buffer_format(
            out, "<tr><th scope=\"row\">%s</th><td></td><td></td><td></td></tr>\n", roles[i]);
    }
    text_buffer_string(out, "</tbody></table>\n</section>\n");
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

static void push_verdict(struct text_buffer *out, const struct report_view *view)
{
    const char *verdict = view_text(view->root, "verdict");
    struct text_buffer headline;
    uint64_t run = 0;

    text_buffer_string(out, "<header>\n<h1>Migration report: ");
    page_text(out, view_text(view->root, "migration"));
    text_buffer_string(out, "</h1>\n<p class=\"meta\">");
    if (view_count(view->root, "run", &run)) {
        text_buffer_format(out, "Run %" PRIu64 ", ", run);
    }
    page_text(out, view_text(view->root, "kind"));
    text_buffer_string(out, ", finished ");
    push_escaped_time(out, view_text(view->root, "finished_at"));
    text_buffer_string(out, "<br>From ");
    page_text(out, view_text(view->root, "source"));
    text_buffer_string(out, "<br>To ");
    page_text(out, view_text(view->root, "target"));
    text_buffer_format(out,
                       "</p>\n</header>\n<main>\n<section class=\"verdict %s\">\n"
                       "<h2>Verdict: %s</h2>\n<p>",
                       verdict_class(verdict),
                       verdict_words(verdict));
    text_buffer_init(&headline, LIMIT_PLAN_BYTES);
    push_headline(view, &headline);
    push_scratch(out, &headline);
    text_buffer_string(out, "</p>\n</section>\n");
}

void report_html(const struct report_view *view, struct text_buffer *out)
{
    push_head(out, view);
    push_verdict(out, view);
    text_buffer_string(out, "<h2>Where the records went</h2>\n");
    push_table(out,
               view,
               "Source + emitted = loaded + already present + filtered + rejected + merged",
               identity_columns,
               IDENTITY_COLUMNS);
    text_buffer_string(out, "<h2>What the comparison found</h2>\n");
    push_table(out,
               view,
               "Both sides read again and compared by key, in rows",
               comparison_columns,
               COMPARISON_COLUMNS);
    text_buffer_string(out, "<h2>Entities</h2>\n");
    for (size_t i = 0; i < view->entity_count; i++) {
        push_entity(out, view_entity(view, i));
    }
    push_not_compared(out, view);
    if (report_target_known(view)) {
        report_target_html(view, out);
    }
    report_samples_html(view, out);
    push_run(out, view);
    push_sign_off(out);
    text_buffer_string(out, "</main>\n");
    page_end(out);
}
