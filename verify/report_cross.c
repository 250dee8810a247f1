/* report_cross.c — the contract is in report_cross.h. SPDX-License-Identifier: Apache-2.0 */
#include "report_cross.h"

#include "report_markup.h"

#include "novate/page.h"

#include <string.h>

enum {
    DIFFERENCES_SHOWN = 20
};

/* As those of other differences: a key that is shown is the array itself. */
static void put_key(const struct report *report, const char *key, struct text_buffer *out)
{
    if (report->show_keys && key[0] == '[') {
        text_buffer_member(out, "key");
        text_buffer_string(out, key);
        return;
    }
    if (report->show_keys) {
        text_buffer_member_text(out, "key", key);
        return;
    }
    text_buffer_member(out, "key");
    text_buffer_char(out, '"'); /* "#" and hexadecimal digits need no escapes */
    report_key(key, report->key_salt, false, out);
    text_buffer_char(out, '"');
}

void report_cross_json(const struct report *report,
                       const struct cross_result *cross,
                       struct text_buffer *out)
{
    text_buffer_member(out, "cross_check");
    if (cross == NULL) {
        text_buffer_string(out, "null");
        return;
    }
    text_buffer_char(out, '{');
    text_buffer_member_count(out, "asked", cross->asked);
    text_buffer_member_count(out, "records", cross->records);
    text_buffer_member_count(out, "columns", cross->columns);
    text_buffer_member_count(out, "equal", cross->equal);
    text_buffer_member_count(out, "different", cross->different);
    text_buffer_member_text(out, "reason", cross->reason);
    text_buffer_member(out, "not_checked");
    text_buffer_char(out, '[');
    for (int i = 0; i < cross->not_checked_count; i++) {
        text_buffer_member(out, NULL);
        text_buffer_char(out, '{');
        text_buffer_member_text(out, "column", cross->not_checked[i].column);
        text_buffer_member_text(out, "reason", cross->not_checked[i].reason);
        text_buffer_char(out, '}');
    }
    text_buffer_char(out, ']');
    text_buffer_member(out, "differences");
    text_buffer_char(out, '[');
    for (int i = 0; i < cross->difference_count; i++) {
        text_buffer_member(out, NULL);
        text_buffer_char(out, '{');
        put_key(report, cross->differences[i].key, out);
        text_buffer_member_text(out, "column", cross->differences[i].column);
        text_buffer_char(out, '}');
    }
    text_buffer_string(out, "]}");
}

static const json_t *cross_of(const json_t *entity)
{
    const json_t *cross = json_object_get(entity, "cross_check");
    return json_is_object(cross) ? cross : NULL;
}

static uint64_t count_of(const json_t *cross, const char *name)
{
    uint64_t count = 0;
    (void)view_count(cross, name, &count);
    return count;
}

/* "200 records, 12 columns: 198 equal, 2 different" */
static void push_outcome(struct text_buffer *out, const json_t *cross)
{
    const char *reason = view_text(cross, "reason");
    if (reason[0] != '\0') {
        text_buffer_format(out, "nothing was compared: %s", reason);
        return;
    }
    push_counted(out, count_of(cross, "records"), "record", "records");
    text_buffer_string(out, ", ");
    push_counted(out, count_of(cross, "columns"), "column", "columns");
    text_buffer_string(out, ", computed by the target's server as well: ");
    push_count(out, true, count_of(cross, "equal"));
    text_buffer_string(out, " equal, ");
    push_count(out, true, count_of(cross, "different"));
    text_buffer_string(out, " different");
}

static void push_more(struct text_buffer *out, size_t count)
{
    if (count > DIFFERENCES_SHOWN) {
        text_buffer_string(out, "… and ");
        push_count(out, true, count - DIFFERENCES_SHOWN);
        text_buffer_string(out, " more; the JSON report has them");
    }
}

void report_cross_text(const json_t *entity, struct text_buffer *out)
{
    const json_t *cross = cross_of(entity);
    const json_t *unchecked = json_object_get(cross, "not_checked");
    const json_t *differences = json_object_get(cross, "differences");
    size_t count = json_array_size(differences);

    if (cross == NULL) {
        return;
    }
    text_buffer_string(out, "  cross-check    ");
    push_outcome(out, cross);
    text_buffer_char(out, '\n');
    for (size_t i = 0; i < json_array_size(unchecked); i++) {
        const json_t *item = json_array_get(unchecked, i);
        text_buffer_format(out,
                           "    not cross-checked  %s: %s\n",
                           view_text(item, "column"),
                           view_text(item, "reason"));
    }
    for (size_t i = 0; i < count && i < DIFFERENCES_SHOWN; i++) {
        const json_t *item = json_array_get(differences, i);
        text_buffer_string(out, "    differs  ");
        push_key(out, json_object_get(item, "key"));
        text_buffer_format(out, "  %s\n", view_text(item, "column"));
    }
    if (count > DIFFERENCES_SHOWN) {
        text_buffer_string(out, "    ");
        push_more(out, count);
        text_buffer_char(out, '\n');
    }
}

static void push_escaped(struct text_buffer *out,
                         void (*push)(struct text_buffer *, const json_t *),
                         const json_t *value)
{
    struct text_buffer text;
    text_buffer_init(&text, out->max_bytes);
    push(&text, value);
    page_text(out, text.data == NULL ? "" : text.data);
    out->failed = out->failed || text.failed;
    text_buffer_release(&text);
}

static void push_table(struct text_buffer *out,
                       const json_t *items,
                       size_t shown,
                       const char *caption,
                       const char *const headings[2],
                       bool keys)
{
    markup_table_plain(out, "", caption, headings, 2);
    for (size_t i = 0; i < json_array_size(items) && i < shown; i++) {
        const json_t *item = json_array_get(items, i);
        text_buffer_string(out, "<tr><td><code>");
        if (keys) {
            push_escaped(out, push_key, json_object_get(item, "key"));
        } else {
            page_text(out, view_text(item, "column"));
        }
        text_buffer_string(out, "</code></td><td>");
        page_text(out, view_text(item, keys ? "column" : "reason"));
        text_buffer_string(out, "</td></tr>\n");
    }
    markup_table_end(out);
}

void report_cross_html(const json_t *entity, struct text_buffer *out)
{
    static const char *const different[2] = {"Key of the record", "Differs in"};
    static const char *const left_out[2] = {"Column", "Reason"};
    const json_t *cross = cross_of(entity);
    const json_t *unchecked = json_object_get(cross, "not_checked");
    const json_t *differences = json_object_get(cross, "differences");
    size_t count = json_array_size(differences);

    if (cross == NULL) {
        return;
    }
    text_buffer_string(out, "<h4>Cross-check</h4>\n<p>");
    push_escaped(out, push_outcome, cross);
    text_buffer_string(out, ".</p>\n");
    if (count > 0) {
        push_table(out,
                   differences,
                   DIFFERENCES_SHOWN,
                   "Records that the target's server computes otherwise",
                   different,
                   true);
        text_buffer_string(out, "<p>");
        push_more(out, count);
        text_buffer_string(out, "</p>\n");
    }
    if (json_array_size(unchecked) > 0) {
        push_table(out,
                   unchecked,
                   json_array_size(unchecked),
                   "What was not cross-checked",
                   left_out,
                   false);
    }
}

uint64_t report_cross_different(const struct report_view *view)
{
    uint64_t different = 0;
    for (size_t i = 0; i < view->entity_count; i++) {
        different += count_of(cross_of(view_entity(view, i)), "different");
    }
    return different;
}

void report_cross_headline(const struct report_view *view, struct text_buffer *out)
{
    uint64_t different = report_cross_different(view);
    if (different > 0) {
        text_buffer_string(out, " The target's server computes ");
        push_counted(out, different, "record", "records");
        text_buffer_string(out, " of the cross-check otherwise than the mapping did.");
    }
}
