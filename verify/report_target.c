/* report_target.c — the contract is in report_target.h.
 *
 * Both renderings show the same sentences: text as lines, HTML as tables of them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "report_target.h"

#include "novate/page.h"

#include <inttypes.h>
#include <string.h>

static bool is_restored(const json_t *item)
{
    return strcmp(view_text(item, "state"), "restored") == 0;
}

bool report_target_known(const struct report_view *view)
{
    return json_is_object(json_object_get(view->root, "target_state"));
}

size_t report_target_missing(const struct report_view *view)
{
    const json_t *deferred =
        json_object_get(json_object_get(view->root, "target_state"), "deferred");
    size_t missing = 0;
    for (size_t i = 0; i < json_array_size(deferred); i++) {
        missing += is_restored(json_array_get(deferred, i)) ? 0 : 1;
    }
    return missing;
}

static const char *kind_of(const json_t *item)
{
    const char *kind = view_text(item, "kind");
    return strcmp(kind, "foreign_key") == 0         ? "foreign key"
           : strcmp(kind, "unique_constraint") == 0 ? "unique constraint"
                                                    : "index";
}

static void push_deferred(struct text_buffer *out, const json_t *item)
{
    const char *message = view_text(item, "message");
    text_buffer_format(out,
                       "%s %s of %s: %s%s%s",
                       kind_of(item),
                       view_text(item, "name"),
                       view_text(item, "table"),
                       is_restored(item) ? "restored" : "NOT RESTORED",
                       message[0] == '\0' ? "" : ": ",
                       message);
}

static void push_sequence(struct text_buffer *out, const json_t *sequence)
{
    const char *state = view_text(sequence, "state");
    text_buffer_format(
        out, "%s of column %s: ", view_text(sequence, "sequence"), view_text(sequence, "column"));
    if (strcmp(state, "set") == 0) {
        text_buffer_format(out, "set, goes on after %s", view_text(sequence, "furthest"));
    } else if (strcmp(state, "behind") == 0) {
        text_buffer_format(out,
                           "BEHIND, would give %s where there is %s",
                           view_text(sequence, "next"),
                           view_text(sequence, "furthest"));
    } else if (strcmp(state, "ahead") == 0) {
        text_buffer_format(out, "would give %s", view_text(sequence, "next"));
    } else {
        text_buffer_string(out, state);
    }
}

static void push_space(struct text_buffer *out, const json_t *space)
{
    uint64_t bytes = 0;
    uint64_t rows = 0;
    uint64_t dead = 0;
    uint64_t waste = 0;
    uint64_t fillfactor = 0;
    (void)view_count(space, "bytes", &bytes);
    (void)view_count(space, "rows", &rows);
    (void)view_count(space, "dead_rows", &dead);
    (void)view_count(space, "fillfactor", &fillfactor);
    text_buffer_format(out,
                       "%s %s: %.1f MB, ",
                       view_text(space, "kind"),
                       view_text(space, "name"),
                       (double)bytes / 1e6);
    push_counted(out, rows, "row", "rows");
    text_buffer_string(out, ", ");
    push_counted(out, dead, "dead row", "dead rows");
    text_buffer_format(out, ", fillfactor %" PRIu64, fillfactor);
    if (view_count(space, "waste_percent", &waste)) {
        bool measured = strcmp(view_text(space, "by"), "pgstattuple") == 0;
        text_buffer_format(out, ", %s%" PRIu64 "%% waste", measured ? "" : "about ", waste);
    }
    if (view_text(space, "advice")[0] != '\0') {
        text_buffer_format(out, ". WARNING: %s", view_text(space, "advice"));
    }
}

/* One list of sentences, in either form. */
typedef void push_sentence(struct text_buffer *out, const json_t *item);

static void push_lines(struct text_buffer *out, const json_t *list, push_sentence *push)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        text_buffer_string(out, "    ");
        push(out, json_array_get(list, i));
        text_buffer_char(out, '\n');
    }
}

static void push_items(struct text_buffer *out,
                       const char *caption,
                       const json_t *list,
                       push_sentence *push)
{
    if (json_array_size(list) == 0) {
        return;
    }
    text_buffer_format(out, "<p>%s</p>\n<ul>\n", caption);
    for (size_t i = 0; i < json_array_size(list); i++) {
        struct text_buffer sentence;
        text_buffer_init(&sentence, out->max_bytes);
        push(&sentence, json_array_get(list, i));
        text_buffer_string(out, "<li>");
        page_text(out, sentence.data == NULL ? "" : sentence.data);
        text_buffer_string(out, "</li>\n");
        out->failed = out->failed || sentence.failed;
        text_buffer_release(&sentence);
    }
    text_buffer_string(out, "</ul>\n");
}

void report_target_text(const struct report_view *view, struct text_buffer *out)
{
    const json_t *state = json_object_get(view->root, "target_state");
    const json_t *tables = json_object_get(state, "tables");
    const json_t *deferred = json_object_get(state, "deferred");
    if (json_array_size(deferred) > 0) {
        text_buffer_string(out, "  deferred indexes and constraints\n");
        push_lines(out, deferred, push_deferred);
    }
    for (size_t i = 0; i < json_array_size(tables); i++) {
        const json_t *table = json_array_get(tables, i);
        text_buffer_format(out,
                           "  %s, statistics: %s\n",
                           view_text(table, "table"),
                           view_text(table, "maintenance"));
        push_lines(out, json_object_get(table, "sequences"), push_sequence);
        push_lines(out, json_object_get(table, "space"), push_space);
    }
}

void report_target_html(const struct report_view *view, struct text_buffer *out)
{
    const json_t *state = json_object_get(view->root, "target_state");
    const json_t *tables = json_object_get(state, "tables");
    push_items(out,
               "Indexes and constraints that were off while tables were loaded:",
               json_object_get(state, "deferred"),
               push_deferred);
    for (size_t i = 0; i < json_array_size(tables); i++) {
        const json_t *table = json_array_get(tables, i);
        text_buffer_string(out, "<h3>");
        page_text(out, view_text(table, "table"));
        text_buffer_string(out, "</h3>\n<p>Statistics: ");
        page_text(out, view_text(table, "maintenance"));
        text_buffer_string(out, "</p>\n");
        push_items(out, "Sequences:", json_object_get(table, "sequences"), push_sequence);
        push_items(out, "Space:", json_object_get(table, "space"), push_space);
    }
}
