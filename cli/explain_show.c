/* explain_show.c — explanations as text, Markdown and CSV.
 * SPDX-License-Identifier: Apache-2.0 */
#include "explain_show.h"

#include <string.h>

/* What stands above the items of a kind. */
static const char *title(enum explained_kind kind)
{
    switch (kind) {
    case EXPLAINED_FILTER:
        return "Filters: which records are kept";
    case EXPLAINED_GROUP:
        return "Groups: which records make one row";
    case EXPLAINED_ROW:
        return "Rows that a record gives";
    case EXPLAINED_COLUMN:
        return "Target columns, and what fills them";
    case EXPLAINED_CHECK:
        return "Checks: which rows are rejected";
    case EXPLAINED_UNFILLED:
        return "Target columns that nothing fills";
    case EXPLAINED_UNREAD:
        return "Source columns that nothing reads";
    case EXPLAINED_FUNCTION:
    case EXPLAINED_KIND_COUNT:
        break;
    }
    return "Functions";
}

static const char *target_of(const struct explanation *explanation)
{
    const char *table = explanation->mapping->target_table;
    return table == NULL ? "" : table;
}

/* ", by upsert: rows …" */
static void push_mode(const struct explanation *explanation, struct text_buffer *out)
{
    enum load_mode mode = explanation->mapping->mode;
    if (mode != LOAD_INSERT) {
        text_buffer_format(out, ", by %s: %s", load_mode_text(mode), load_mode_meaning(mode));
    }
}

/* --- text --- */

static void push_line(struct text_buffer *out, const char *label, const char *text)
{
    if (text[0] != '\0') {
        text_buffer_format(out, "      %s%s\n", label, text);
    }
}

static void push_text(const struct explained *item, struct text_buffer *out)
{
    text_buffer_format(out, "  %s", item->name);
    if (item->type != NULL) {
        text_buffer_format(out, "  %s", item->type);
    }
    if (item->nulls[0] != '\0') {
        text_buffer_format(out, ", %s", item->nulls);
    }
    text_buffer_char(out, '\n');
    if (item->kind == EXPLAINED_UNFILLED || item->kind == EXPLAINED_UNREAD) {
        return; /* the title says it */
    }
    push_line(out, "", item->rule);
    push_line(out, "reads ", item->sources);
    push_line(out, "lookups ", item->lookups);
    push_line(out, "rejected: ", item->rejects);
}

/* --- Markdown --- */

static void push_cell(struct text_buffer *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '|' || *text == '\\') {
            text_buffer_char(out, '\\');
        }
        text_buffer_char(out, *text == '\n' ? ' ' : *text);
    }
    text_buffer_string(out, " | ");
}

static void push_markdown(const struct explained *item, struct text_buffer *out)
{
    const char *const cells[] = {item->name,
                                 item->type == NULL ? "" : item->type,
                                 item->rule,
                                 item->sources,
                                 item->lookups,
                                 item->nulls,
                                 item->rejects};
    text_buffer_string(out, "| ");
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
        push_cell(out, cells[i]);
    }
    out->size -= out->failed ? 0 : 1;
    text_buffer_char(out, '\n');
}

/* --- CSV --- */

static void push_csv(const struct explanation *explanation,
                     const struct explained *item,
                     struct text_buffer *out)
{
    const char *const fields[] = {explanation->mapping->entity,
                                  explained_kind_text(item->kind),
                                  item->name,
                                  item->type == NULL ? "" : item->type,
                                  item->rule,
                                  item->text == NULL ? "" : item->text,
                                  item->sources,
                                  item->lookups,
                                  item->nulls,
                                  item->rejects};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        text_buffer_csv(out, fields[i]);
        text_buffer_char(out, ',');
    }
    if (item->place.line > 0) {
        text_buffer_format(out, "\"%s:%d\"", item->place.file, item->place.line);
    }
    text_buffer_char(out, '\n');
}

/* --- all --- */

void explain_show_head(enum output_format format, struct text_buffer *out)
{
    if (format == OUTPUT_CSV) {
        text_buffer_string(out,
                           "entity,kind,name,type,rule,expression,source_columns,lookups,null,"
                           "rejected,place\n");
    }
}

static void push_begin(const struct explanation *explanation,
                       enum output_format format,
                       struct text_buffer *out)
{
    const struct mapping *mapping = explanation->mapping;
    if (format == OUTPUT_TEXT) {
        text_buffer_format(out,
                           "entity %s: from %s into %s",
                           mapping->entity,
                           explanation->source,
                           target_of(explanation));
        push_mode(explanation, out);
        text_buffer_char(out, '\n');
    } else if (format == OUTPUT_MARKDOWN) {
        text_buffer_format(out,
                           "## %s\n\nFrom %s into %s (%s)",
                           mapping->entity,
                           explanation->source,
                           target_of(explanation),
                           mapping->file);
        push_mode(explanation, out);
        text_buffer_string(out, ".\n");
    }
}

static void push_title(enum explained_kind kind, enum output_format format, struct text_buffer *out)
{
    if (format == OUTPUT_TEXT) {
        text_buffer_format(out, "\n%s\n", title(kind));
    } else if (format == OUTPUT_MARKDOWN) {
        text_buffer_format(out,
                           "\n### %s\n\n"
                           "| name | type | rule in words | source columns | lookups | NULL | "
                           "rejected |\n| --- | --- | --- | --- | --- | --- | --- |\n",
                           title(kind));
    }
}

void explain_show(const struct explanation *explanation,
                  enum output_format format,
                  struct text_buffer *out)
{
    push_begin(explanation, format, out);
    for (int i = 0; i < explanation->count; i++) {
        const struct explained *item = &explanation->items[i];
        const bool first = i == 0 || explanation->items[i - 1].kind != item->kind;
        if (first) {
            push_title(item->kind, format, out);
        }
        if (format == OUTPUT_TEXT) {
            push_text(item, out);
        } else if (format == OUTPUT_MARKDOWN) {
            push_markdown(item, out);
        } else {
            push_csv(explanation, item, out);
        }
    }
    if (format != OUTPUT_CSV) {
        text_buffer_char(out, '\n');
    }
}
