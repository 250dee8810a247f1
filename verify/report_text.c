/* report_text.c — a report for terminals and paper: plain text, paragraphs of 80 columns, tables as
 * wide as what is in them. SPDX-License-Identifier: Apache-2.0 */
#include "report_cross.h"
#include "report_files.h"
#include "report_findings.h"
#include "report_gaps.h"
#include "report_history.h"
#include "report_lines.h"
#include "report_samples.h"
#include "report_sign_off.h"
#include "report_target.h"
#include "report_view.h"

#include "novate/limits.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* One of the tables that every form has. */
struct entity_table {
    const struct report_view *view;
    const struct report_column *columns;
};

static void push_table_cell(const void *state, size_t row, size_t column, struct text_buffer *out)
{
    const struct entity_table *table = state;
    push_cell(out, view_entity(table->view, row), &table->columns[column]);
}

static void push_table(struct text_buffer *out,
                       const struct report_view *view,
                       const struct report_column *columns,
                       size_t count)
{
    const struct entity_table table = {.view = view, .columns = columns};
    char numbered[LINES_COLUMNS_MAX][32];
    const char *headings[LINES_COLUMNS_MAX];
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(numbered[i], sizeof numbered[i], "#%s", columns[i].heading);
        headings[i] = numbered[i] + (columns[i].kind == CELL_COUNT ? 0 : 1);
    }
    lines_table(out,
                &(struct lines_table){.headings = headings,
                                      .columns = count,
                                      .rows = view->entity_count,
                                      .push = push_table_cell,
                                      .state = &table});
}

static void push_time_field(struct text_buffer *out, const char *label, const char *time)
{
    if (*time != '\0') {
        text_buffer_format(out, "  %-14s ", label);
        push_time(out, time);
        text_buffer_char(out, '\n');
    }
}

/* Counts by name, as under "filtered": {"inactive": 3}. */
static void push_counts(struct text_buffer *out, const char *label, json_t *counts)
{
    const char *name = NULL;
    const json_t *value = NULL;

    for (void *at = json_object_iter(counts); at != NULL; at = json_object_iter_next(counts, at)) {
        name = json_object_iter_key(at);
        value = json_object_iter_value(at);
        text_buffer_format(out, "  %-14s %s: ", label, name);
        push_count(out, json_is_integer(value), (uint64_t)json_integer_value(value));
        text_buffer_char(out, '\n');
    }
}

/* What was mended, by a policy while it was read or by a rule of the mapping. */
static void push_repairs(struct text_buffer *out, json_t *repairs)
{
    for (void *at = json_object_iter(repairs); at != NULL;
         at = json_object_iter_next(repairs, at)) {
        const json_t *repair = json_object_iter_value(at);
        uint64_t count = 0;
        bool known = view_count(repair, "count", &count);
        text_buffer_format(out, "  %-14s %s: ", "repaired", json_object_iter_key(at));
        push_count(out, known, count);
        const char *first = view_text(repair, "first");
        text_buffer_format(out, "%s%s\n", first[0] == '\0' ? "" : ", first ", first);
    }
}

/* A field of words that another function makes. */
static void push_words(struct text_buffer *out,
                       const char *label,
                       const json_t *entity,
                       void (*push)(const json_t *entity, struct text_buffer *out))
{
    struct text_buffer words;
    text_buffer_init(&words, LIMIT_PLAN_BYTES);
    push(entity, &words);
    lines_sentences(out, label, words.size == 0 ? "" : words.data);
    out->failed = out->failed || words.failed;
    text_buffer_release(&words);
}

/* Where there is something that the counts by class do not say. */
static void push_reject_states(struct text_buffer *out, const json_t *entity)
{
    json_t *states = json_object_get(entity, "rejects");
    uint64_t closed = 0;
    uint64_t retried = 0;
    (void)view_count(states, "closed", &closed);
    (void)view_count(states, "retried", &retried);
    if (closed + retried > 0) {
        push_counts(out, "rejects", states);
    }
}

static void push_loaded_with(struct text_buffer *out, const json_t *entity)
{
    const char *digest = json_string_value(json_object_get(entity, "loaded_with"));
    if (digest != NULL) {
        struct text_buffer words;
        text_buffer_init(&words, LIMIT_PLAN_BYTES);
        text_buffer_format(&words,
                           "mapping %s, which is not that of today: what was retried since is "
                           "mapped by another one, and a verification compares all rows with that "
                           "of today",
                           digest);
        lines_sentences(out, "loaded with", words.data == NULL ? "" : words.data);
        out->failed = out->failed || words.failed;
        text_buffer_release(&words);
    }
}

static void push_entity(struct text_buffer *out, const json_t *entity)
{
    const json_t *identity = json_object_get(entity, "identity");

    text_buffer_format(out,
                       "\n%s: %s\n",
                       view_text(entity, "entity"),
                       verdict_words(view_text(entity, "verdict")));
    lines_field(out, "reason", view_text(entity, "reason"));
    lines_field(out, "source", view_text(entity, "source"));
    lines_field(out, "target", view_text(entity, "target_table"));
    lines_field(out, "scope", view_text(entity, "scope"));
    push_words(out, "mode", entity, push_stored_words);
    lines_field(out, "consistency", view_text(entity, "consistency"));
    push_counts(out, "filtered", json_object_get(identity, "filtered"));
    push_counts(out, "rejected", json_object_get(identity, "rejected"));
    push_reject_states(out, entity);
    push_counts(out, "merged", json_object_get(identity, "merged"));
    push_counts(out, "noted", json_object_get(entity, "notes"));
    push_repairs(out, json_object_get(entity, "repaired"));
    push_words(out, "comparison", entity, push_comparison_words);
    lines_field(out, "source digest", view_text(entity, "source_digest"));
    lines_field(out, "target digest", view_text(entity, "target_digest"));
    lines_field(out, "mapping", view_text(entity, "mapping_digest"));
    push_loaded_with(out, entity);
    report_files_text(entity, out);
    report_cross_text(entity, out);
    report_rows_text(entity, out);
    report_columns_text(entity, out);
    report_codes_text(entity, out);
}

static void push_verdict(struct text_buffer *out, const struct report_view *view)
{
    struct text_buffer headline;
    uint64_t run = 0;

    text_buffer_format(out, "novate report: %s", view_text(view->root, "migration"));
    if (view_count(view->root, "run", &run)) {
        text_buffer_format(out, ", run %" PRIu64, run);
    }
    text_buffer_format(out, " (%s)\n\n", view_text(view->root, "kind"));
    text_buffer_format(out, "Verdict: %s\n", verdict_words(view_text(view->root, "verdict")));
    text_buffer_init(&headline, LIMIT_PLAN_BYTES);
    push_headline(view, &headline);
    lines_wrapped(out, headline.data == NULL ? "" : headline.data, 2);
    text_buffer_release(&headline);
}

void report_text(const struct report_view *view, struct text_buffer *out)
{
    size_t begin = out->size;

    push_verdict(out, view);
    lines_heading(out,
                  "Where the records went: source + emitted = loaded + present + filtered "
                  "+ rejected + merged");
    push_table(out, view, identity_columns, IDENTITY_COLUMNS);
    lines_heading(out, "What the comparison found, in rows");
    push_table(out, view, comparison_columns, COMPARISON_COLUMNS);
    lines_heading(out, "What was not verified");
    report_gaps_text(view, out);
    lines_heading(out, "Entities");
    for (size_t i = 0; i < view->entity_count; i++) {
        push_entity(out, view_entity(view, i));
    }
    if (report_target_known(view)) {
        lines_heading(out, "The target after this run");
        report_target_text(view, out);
    }
    report_samples_text(view, out);
    lines_heading(out, "Runs before this one");
    report_history_text(view, out);
    lines_heading(out, "This run");
    push_time_field(out, "started", view_text(view->root, "started_at"));
    push_time_field(out, "finished", view_text(view->root, "finished_at"));
    lines_field(out, "source", view_text(view->root, "source"));
    lines_field(out, "target", view_text(view->root, "target"));
    lines_field(out, "plan", view_text(view->root, "plan_digest"));
    lines_field(out, "host", view_text(view->root, "host"));
    lines_field(out, "operator", view_text(view->root, "operator"));
    const json_t *seal = json_object_get(view->root, "seal");
    lines_field(out, "seal", view_text(seal, "sha256"));
    lines_field(out, "follows", view_text(json_object_get(seal, "previous"), "report"));
    lines_field(out, "key", view_text(seal, "key"));
    lines_field(out, "novate", view_text(view->root, "tool_version"));
    text_buffer_char(out, '\n');
    lines_wrapped(
        out,
        "Digests are sums of XXH3-128 hashes: they find accidents, not forgery. Keys that "
        "begin with # are hashes of keys.",
        0);
    lines_heading(out, "Sign-off");
    report_sign_off_text(view, out);
    text_buffer_printable(out, begin);
}
