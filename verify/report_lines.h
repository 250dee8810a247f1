/* report_lines.h — the pieces of which a report in plain text is made.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_VERIFY_REPORT_LINES_H
#define NOVATE_VERIFY_REPORT_LINES_H

#include "report_view.h"

#define LINES_COLUMNS_MAX 16

void lines_heading(struct text_buffer *out, const char *heading);
/* A paragraph, broken at blanks. */
void lines_wrapped(struct text_buffer *out, const char *text, size_t indent);
/* "  label          value"; nothing for a value that is "". */
void lines_field(struct text_buffer *out, const char *label, const char *value);
/* The same, broken at blanks. */
void lines_sentences(struct text_buffer *out, const char *label, const char *value);
/* A JSON list of names behind its label; nothing for none. */
void lines_names(struct text_buffer *out, const char *label, const json_t *names);

/* A table whose columns are as wide as what is in them. A heading that begins with "#" is that of a
 * column of numbers. `push` writes one cell. */
struct lines_table {
    const char *const *headings;
    size_t columns; /* LINES_COLUMNS_MAX at most */
    size_t rows;
    size_t indent;
    void (*push)(const void *state, size_t row, size_t column, struct text_buffer *out);
    const void *state;
};
void lines_table(struct text_buffer *out, const struct lines_table *table);

#endif
