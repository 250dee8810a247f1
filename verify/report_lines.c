/* report_lines.c — the contract is in report_lines.h. SPDX-License-Identifier: Apache-2.0 */
#include "report_lines.h"

#include "novate/limits.h"

#include <string.h>

static const size_t line_width = 80;

static void push_blanks(struct text_buffer *out, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        text_buffer_char(out, ' ');
    }
}

/* The line is at `column` already; lines that follow begin at `indent`. */
static void push_wrapped(struct text_buffer *out, const char *text, size_t indent, size_t column)
{
    bool first = true;

    while (*text != '\0') {
        size_t word = strcspn(text, " ");
        size_t width = utf8_length(text, word);
        if (!first && column + 1 + width > line_width) {
            text_buffer_char(out, '\n');
            push_blanks(out, indent);
            column = indent;
        } else if (!first) {
            text_buffer_char(out, ' ');
            column++;
        }
        text_buffer_push(out, text, word);
        column += width;
        first = false;
        text += word;
        text += strspn(text, " ");
    }
    text_buffer_char(out, '\n');
}

void lines_wrapped(struct text_buffer *out, const char *text, size_t indent)
{
    push_blanks(out, *text == '\0' ? 0 : indent);
    push_wrapped(out, text, indent, indent);
}

void lines_heading(struct text_buffer *out, const char *heading)
{
    text_buffer_format(out, "\n%s\n", heading);
    for (size_t i = utf8_length(heading, strlen(heading)); i > 0; i--) {
        text_buffer_char(out, '-');
    }
    text_buffer_char(out, '\n');
}

void lines_field(struct text_buffer *out, const char *label, const char *value)
{
    if (*value != '\0') {
        text_buffer_format(out, "  %-14s %s\n", label, value);
    }
}

void lines_sentences(struct text_buffer *out, const char *label, const char *value)
{
    const size_t indent = 17; /* that of a field's value */
    if (*value != '\0') {
        text_buffer_format(out, "  %-14s ", label);
        push_wrapped(out, value, indent, indent);
    }
}

void lines_names(struct text_buffer *out, const char *label, const json_t *names)
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

static void push_padded(struct text_buffer *out, struct text text, size_t width, bool right)
{
    size_t length = utf8_length(text.data, text.size);
    size_t blanks = length < width ? width - length : 0;

    push_blanks(out, right ? blanks : 0);
    text_buffer_push(out, text.data, text.size);
    push_blanks(out, right ? 0 : blanks);
}

static bool is_number(const struct lines_table *table, size_t column)
{
    return table->headings[column][0] == '#';
}

/* A cell of the table; row 0 is that of the headings. */
static struct text cell_text(const struct lines_table *table,
                             size_t row,
                             size_t column,
                             struct text_buffer *scratch)
{
    text_buffer_reset(scratch);
    if (row == 0) {
        text_buffer_string(scratch, table->headings[column] + (is_number(table, column) ? 1 : 0));
    } else {
        table->push(table->state, row - 1, column, scratch);
    }
    return text_from(scratch->data, scratch->size);
}

void lines_table(struct text_buffer *out, const struct lines_table *table)
{
    size_t widths[LINES_COLUMNS_MAX] = {0};
    struct text_buffer scratch;

    text_buffer_init(&scratch, LIMIT_PLAN_BYTES);
    for (size_t row = 0; row <= table->rows; row++) {
        for (size_t i = 0; i < table->columns; i++) {
            struct text text = cell_text(table, row, i, &scratch);
            size_t width = utf8_length(text.data, text.size);
            widths[i] = width > widths[i] ? width : widths[i];
        }
    }
    for (size_t row = 0; row <= table->rows; row++) {
        push_blanks(out, table->indent);
        for (size_t i = 0; i < table->columns; i++) {
            struct text text = cell_text(table, row, i, &scratch);
            bool right = is_number(table, i);
            bool last = i + 1 == table->columns;
            text_buffer_string(out, i == 0 ? "" : "  ");
            push_padded(out, text, last && !right ? 0 : widths[i], right);
        }
        text_buffer_char(out, '\n');
    }
    out->failed = out->failed || scratch.failed;
    text_buffer_release(&scratch);
}
