/* report_gaps.c — the contract is in report_gaps.h.
 *
 * Both renderings go through the same list, so that nothing is said in one of them only.
 * SPDX-License-Identifier: Apache-2.0 */
#include "report_gaps.h"

#include "report_lines.h"
#include "report_markup.h"

#include "novate/limits.h"
#include "novate/page.h"

#include <string.h>

static const char beyond[] =
    "Tables of the source that no entity reads, and tables of the target that no entity fills, "
    "have no part in this report.";

/* One thing that was not verified. */
struct gap {
    const char *entity;
    const char *what;     /* in words */
    const char *name;     /* of a column, or SQL; "" */
    const json_t *names;  /* of columns; or NULL */
    uint64_t rows;        /* "12 rows" before the words; 0: none */
    const char *declared; /* before the reason, where somebody gave it; "" */
    const char *why;
};

typedef void use_gap(void *state, const struct gap *gap);

static void each_skipped(const json_t *entity, use_gap *use, void *state)
{
    const json_t *skipped = json_object_get(entity, "skipped");
    for (size_t i = 0; i < json_array_size(skipped); i++) {
        const json_t *item = json_array_get(skipped, i);
        use(state,
            &(struct gap){.entity = view_text(entity, "entity"),
                          .what = "column ",
                          .name = view_text(item, "column"),
                          .declared = "declared not to be compared: ",
                          .why = view_text(item, "reason")});
    }
}

/* Rows of which less was proved than that they are equal. */
static void each_doubtful_row(const json_t *entity, use_gap *use, void *state)
{
    const json_t *verification = json_object_get(entity, "verification");
    struct gap gap = {
        .entity = view_text(entity, "entity"), .what = "", .name = "", .declared = ""};
    if (view_count(verification, "within_tolerance", &gap.rows) && gap.rows > 0) {
        gap.what = " to the last digit";
        gap.why = "equal only within the tolerance that is declared for floating-point columns";
        use(state, &gap);
    }
    if (view_count(verification, "in_flight", &gap.rows) && gap.rows > 0) {
        gap.what = " in flight";
        gap.why = "their records changed while they were looked at";
        use(state, &gap);
    }
}

static void each_gap_of(const json_t *entity, use_gap *use, void *state)
{
    const json_t *not_compared = json_object_get(entity, "not_compared");
    struct gap gap = {
        .entity = view_text(entity, "entity"), .what = "", .name = "", .declared = ""};
    bool compared = json_is_object(json_object_get(entity, "verification"));
    const char *reason = view_text(entity, "reason");

    bool counted = view_has_level(entity, "counts");
    if (!compared || counted || *reason != '\0') {
        gap.what = compared && !counted ? "the entity as a whole" : "every row and column";
        gap.why = *reason != '\0' ? reason
                  : counted       ? "only counts were compared"
                                  : "no reason is known";
        use(state, &gap);
    }
    each_skipped(entity, use, state);
    each_doubtful_row(entity, use, state);
    if (json_array_size(not_compared) > 0) {
        gap.what = json_array_size(not_compared) == 1 ? "column " : "columns ";
        gap.names = not_compared;
        gap.why = "filled by no rule of the mapping";
        use(state, &gap);
        gap.names = NULL;
    }
    gap.name = view_text(entity, "scope");
    if (*gap.name != '\0') {
        gap.what = "rows of the table that are outside ";
        gap.why = "the mapping answers only for those within its scope";
        use(state, &gap);
    }
}

static void each_gap(const struct report_view *view, use_gap *use, void *state)
{
    for (size_t i = 0; i < view->entity_count; i++) {
        each_gap_of(view_entity(view, i), use, state);
    }
}

static void count_gap(void *state, const struct gap *gap)
{
    size_t *count = state;
    (void)gap;
    ++*count;
}

static void push_rows(struct text_buffer *out, const struct gap *gap)
{
    if (gap->rows > 0) {
        push_counted(out, gap->rows, "row", "rows");
    }
    text_buffer_string(out, gap->what);
}

static void push_text_gap(void *state, const struct gap *gap)
{
    struct text_buffer *out = state;
    struct text_buffer line;
    text_buffer_init(&line, LIMIT_RECORD_BYTES);
    text_buffer_format(&line, "%s: ", gap->entity);
    push_rows(&line, gap);
    text_buffer_string(&line, gap->name);
    for (size_t i = 0; i < json_array_size(gap->names); i++) {
        const char *name = json_string_value(json_array_get(gap->names, i));
        text_buffer_format(&line, "%s%s", i == 0 ? "" : ", ", name == NULL ? "?" : name);
    }
    text_buffer_format(&line, ": %s%s", gap->declared, gap->why);
    lines_wrapped(out, line.data == NULL ? "" : line.data, 2);
    out->failed = out->failed || line.failed;
    text_buffer_release(&line);
}

void report_gaps_text(const struct report_view *view, struct text_buffer *out)
{
    size_t count = 0;
    each_gap(view, count_gap, &count);
    if (count == 0) {
        lines_wrapped(out, "Every column of every target table was compared, in every row.", 2);
    }
    each_gap(view, push_text_gap, out);
    lines_wrapped(out, beyond, 2);
}

static void push_html_gap(void *state, const struct gap *gap)
{
    struct text_buffer *out = state;
    text_buffer_string(out, "<tr><th scope=\"row\">");
    page_text(out, gap->entity);
    text_buffer_string(out, "</th><td>");
    push_rows(out, gap);
    if (*gap->name != '\0') {
        text_buffer_string(out, "<code>");
        page_text(out, gap->name);
        text_buffer_string(out, "</code>");
    }
    markup_names(out, gap->names);
    text_buffer_format(out, "</td><td>%s", gap->declared);
    page_text(out, gap->why);
    text_buffer_string(out, "</td></tr>\n");
}

void report_gaps_html(const struct report_view *view, struct text_buffer *out)
{
    static const char *const headings[] = {"Entity", "Not verified", "Why"};
    size_t count = 0;
    each_gap(view, count_gap, &count);
    if (count == 0) {
        text_buffer_string(out,
                           "<p>Every column of every target table was compared, in every row.</p>"
                           "\n");
    } else {
        markup_table_plain(out, "", "What this report does not prove", headings, 3);
        each_gap(view, push_html_gap, out);
        markup_table_end(out);
    }
    text_buffer_format(out, "<p class=\"note\">%s</p>\n", beyond);
}

static void push_sentence(struct text_buffer *out, const char *sentence)
{
    text_buffer_string(out, out->size == 0 ? "" : " ");
    text_buffer_string(out, sentence);
}

static void push_settled(struct text_buffer *out, const json_t *verification)
{
    uint64_t settled = 0;
    if (view_count(verification, "settled", &settled) && settled > 0) {
        text_buffer_string(out, "; ");
        push_counted(out, settled, "key", "keys");
        text_buffer_string(out, " differed no more");
    }
}

static void push_resumed_buckets(struct text_buffer *out, const json_t *verification)
{
    uint64_t buckets = 0;
    if (view_count(verification, "resumed_buckets", &buckets) && buckets > 0) {
        text_buffer_string(out, ", and ");
        push_counted(out, buckets, "bucket", "buckets");
        text_buffer_string(out, " of what differed had been read again");
    }
}

void push_comparison_words(const json_t *entity, struct text_buffer *out)
{
    const json_t *verification = json_object_get(entity, "verification");
    uint64_t count = 0;

    if (view_has_level(entity, "counts")) {
        push_sentence(out, "Only counts were compared: no row and no column was.");
    } else if (view_has_level(entity, "digest")) {
        push_sentence(out, "Rows were compared by digests.");
    } else if (view_has_level(entity, "full")) {
        push_sentence(out, "Rows were compared by digests, and each column by itself.");
    }
    if (view_count(verification, "within_tolerance", &count) && count > 0) {
        push_sentence(out, "");
        push_counted(out, count, "row is", "rows are");
        text_buffer_string(out, " equal only within the declared tolerance.");
    }
    if (view_count(verification, "in_flight", &count) && count > 0) {
        push_sentence(out, "");
        push_counted(out, count, "row was", "rows were");
        text_buffer_string(out, " in flight.");
    }
    if (view_count(verification, "confirm_after_s", &count) && count > 0) {
        push_sentence(out, "What differed was looked at again after ");
        push_counted(out, count, "second", "seconds");
        push_settled(out, verification);
        text_buffer_char(out, '.');
    }
    if (view_count(verification, "resumed_chunks", &count) && count > 0) {
        push_sentence(out, "");
        push_counted(out, count, "chunk", "chunks");
        text_buffer_string(out, " of the source had been read before an interruption, from ");
        push_time(out, view_text(verification, "resumed_from"));
        text_buffer_string(out, " on");
        push_resumed_buckets(out, verification);
        text_buffer_char(out, '.');
    }
}
