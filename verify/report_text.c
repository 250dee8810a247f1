/* report_text.c — a report for terminals and paper: plain text, at most 100 columns where names
 * allow it. SPDX-License-Identifier: Apache-2.0 */
#include "report_cross.h"
#include "report_files.h"
#include "report_samples.h"
#include "report_target.h"
#include "report_view.h"

#include "novate/limits.h"

#include <inttypes.h>
#include <string.h>

/* Differences printed one by one; the JSON has more. */
static const size_t differences_max = 50;

static const size_t paragraph_width = 90;

static void push_blanks(struct text_buffer *out, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        text_buffer_char(out, ' ');
    }
}

/* A paragraph, broken at blanks. */
static void push_wrapped(struct text_buffer *out, const char *text, size_t indent)
{
    size_t column = 0;

    while (*text != '\0') {
        size_t word = strcspn(text, " ");
        size_t width = utf8_length(text, word);
        if (column > 0 && column + 1 + width > paragraph_width - indent) {
            text_buffer_char(out, '\n');
            column = 0;
        }
        push_blanks(out, column == 0 ? indent : 1);
        text_buffer_push(out, text, word);
        column += (column == 0 ? 0 : 1) + width;
        text += word;
        text += strspn(text, " ");
    }
    text_buffer_char(out, '\n');
}

static void push_heading(struct text_buffer *out, const char *heading)
{
    text_buffer_format(out, "\n%s\n", heading);
    for (size_t i = utf8_length(heading, strlen(heading)); i > 0; i--) {
        text_buffer_char(out, '-');
    }
    text_buffer_char(out, '\n');
}

static void push_padded(struct text_buffer *out, struct text text, size_t width, bool right)
{
    size_t length = utf8_length(text.data, text.size);
    size_t blanks = length < width ? width - length : 0;

    push_blanks(out, right ? blanks : 0);
    text_buffer_push(out, text.data, text.size);
    push_blanks(out, right ? 0 : blanks);
}

/* A cell of the table; `row` -1 is the heading. */
static struct text cell_text(const struct report_view *view,
                             const struct report_column *column,
                             int row,
                             struct text_buffer *scratch)
{
    text_buffer_reset(scratch);
    if (row < 0) {
        text_buffer_string(scratch, column->heading);
    } else {
        push_cell(scratch, view_entity(view, (size_t)row), column);
    }
    return text_from(scratch->data, scratch->size);
}

static void push_table(struct text_buffer *out,
                       const struct report_view *view,
                       const struct report_column *columns,
                       size_t count)
{
    size_t widths[IDENTITY_COLUMNS + COMPARISON_COLUMNS] = {0};
    struct text_buffer scratch;
    int rows = (int)view->entity_count;

    text_buffer_init(&scratch, LIMIT_PLAN_BYTES);
    for (int row = -1; row < rows; row++) {
        for (size_t i = 0; i < count; i++) {
            struct text text = cell_text(view, &columns[i], row, &scratch);
            size_t width = utf8_length(text.data, text.size);
            widths[i] = width > widths[i] ? width : widths[i];
        }
    }
    for (int row = -1; row < rows; row++) {
        for (size_t i = 0; i < count; i++) {
            struct text text = cell_text(view, &columns[i], row, &scratch);
            text_buffer_string(out, i == 0 ? "" : "  ");
            bool last = i + 1 == count;
            bool right = columns[i].kind == CELL_COUNT;
            push_padded(out, text, last && !right ? 0 : widths[i], right);
        }
        text_buffer_char(out, '\n');
    }
    out->failed = out->failed || scratch.failed;
    text_buffer_release(&scratch);
}

static void push_field(struct text_buffer *out, const char *label, const char *value)
{
    if (*value != '\0') {
        text_buffer_format(out, "  %-14s %s\n", label, value);
    }
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

static void push_list(struct text_buffer *out, const char *label, const json_t *names)
{
    size_t count = json_array_size(names);
    if (count == 0) {
        return;
    }
    text_buffer_format(out, "  %-14s ", label);
    for (size_t i = 0; i < count; i++) {
        const char *name = json_string_value(json_array_get(names, i));
        text_buffer_format(out, "%s%s", i == 0 ? "" : ", ", name == NULL ? "?" : name);
    }
    text_buffer_char(out, '\n');
}

static void push_difference(struct text_buffer *out, const json_t *difference)
{
    const json_t *columns = json_object_get(difference, "columns");

    text_buffer_format(out, "    %-17s  ", kind_words(view_text(difference, "kind")));
    push_key(out, json_object_get(difference, "key"));
    for (size_t i = 0; i < json_array_size(columns); i++) {
        const char *name = json_string_value(json_array_get(columns, i));
        text_buffer_format(out, "%s%s", i == 0 ? "  " : ", ", name == NULL ? "?" : name);
    }
    text_buffer_char(out, '\n');
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
    text_buffer_string(out, "  differences\n");
    for (size_t i = 0; i < printed; i++) {
        push_difference(out, json_array_get(differences, i));
    }
    if (total > printed) {
        text_buffer_string(out, "    … and ");
        push_count(out, true, total - printed);
        text_buffer_string(out, " more; the JSON report describes ");
        push_count(out, true, described);
        text_buffer_string(out, " of them\n");
    }
}

/* "upsert: 5 inserted, 2 updated, 900 unchanged"; of an insertion the table says it all. */
static void push_stored(struct text_buffer *out, const json_t *entity)
{
    struct text_buffer words;
    text_buffer_init(&words, LIMIT_PLAN_BYTES);
    push_stored_words(entity, &words);
    push_field(out, "mode", words.size == 0 ? "" : words.data);
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
        text_buffer_format(
            out,
            "  loaded with: mapping %s, which is not that of today: what was retried "
            "since is mapped by another one, and a verification compares all rows "
            "with that of today\n",
            digest);
    }
}

static void push_entity(struct text_buffer *out, const json_t *entity)
{
    const json_t *identity = json_object_get(entity, "identity");

    text_buffer_format(out,
                       "\n%s: %s\n",
                       view_text(entity, "entity"),
                       verdict_words(view_text(entity, "verdict")));
    push_field(out, "reason", view_text(entity, "reason"));
    push_field(out, "source", view_text(entity, "source"));
    push_field(out, "target", view_text(entity, "target_table"));
    push_stored(out, entity);
    push_field(out, "consistency", view_text(entity, "consistency"));
    push_counts(out, "filtered", json_object_get(identity, "filtered"));
    push_counts(out, "rejected", json_object_get(identity, "rejected"));
    push_reject_states(out, entity);
    push_counts(out, "merged", json_object_get(identity, "merged"));
    push_counts(out, "noted", json_object_get(entity, "notes"));
    push_repairs(out, json_object_get(entity, "repaired"));
    push_list(out, "not compared", json_object_get(entity, "not_compared"));
    push_field(out, "source digest", view_text(entity, "source_digest"));
    push_field(out, "target digest", view_text(entity, "target_digest"));
    push_field(out, "mapping", view_text(entity, "mapping_digest"));
    push_loaded_with(out, entity);
    report_files_text(entity, out);
    report_cross_text(entity, out);
    push_differences(out, entity);
}

/* Control characters of a name or key must not reach a terminal. */
static void make_printable(struct text_buffer *out, size_t begin)
{
    for (size_t i = begin; i < out->size; i++) {
        unsigned char byte = (unsigned char)out->data[i];
        bool c1 = byte == 0xC2 && i + 1 < out->size && (unsigned char)out->data[i + 1] < 0xA0;
        if ((byte < 0x20 && byte != '\n') || byte == 0x7F) {
            out->data[i] = '?';
        } else if (c1) {
            out->data[i] = '?';
            out->data[i + 1] = '?';
        }
    }
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
    push_wrapped(out, headline.data == NULL ? "" : headline.data, 2);
    text_buffer_release(&headline);
}

void report_text(const struct report_view *view, struct text_buffer *out)
{
    size_t begin = out->size;

    push_verdict(out, view);
    push_heading(out,
                 "Where the records went: source + emitted = loaded + present + filtered "
                 "+ rejected + merged");
    push_table(out, view, identity_columns, IDENTITY_COLUMNS);
    push_heading(out, "What the comparison found, in rows");
    push_table(out, view, comparison_columns, COMPARISON_COLUMNS);
    push_heading(out, "Entities");
    for (size_t i = 0; i < view->entity_count; i++) {
        push_entity(out, view_entity(view, i));
    }
    if (report_target_known(view)) {
        push_heading(out, "The target after this run");
        report_target_text(view, out);
    }
    report_samples_text(view, out);
    push_heading(out, "This run");
    push_time_field(out, "started", view_text(view->root, "started_at"));
    push_time_field(out, "finished", view_text(view->root, "finished_at"));
    push_field(out, "source", view_text(view->root, "source"));
    push_field(out, "target", view_text(view->root, "target"));
    push_field(out, "plan", view_text(view->root, "plan_digest"));
    push_field(out, "host", view_text(view->root, "host"));
    push_field(out, "operator", view_text(view->root, "operator"));
    const json_t *seal = json_object_get(view->root, "seal");
    push_field(out, "seal", view_text(seal, "sha256"));
    push_field(out, "follows", view_text(json_object_get(seal, "previous"), "report"));
    push_field(out, "key", view_text(seal, "key"));
    push_field(out, "novate", view_text(view->root, "tool_version"));
    text_buffer_char(out, '\n');
    push_wrapped(out,
                 "Digests are sums of XXH3-128 hashes: they find accidents, not forgery. Keys that "
                 "begin with # are hashes of keys.",
                 0);
    make_printable(out, begin);
}
