/* page.h — what the reports that are pages have in common: one HTML file that needs nothing else,
 * for a browser and for paper, read by eyes, by ears and without colour.
 *
 * A table of class "sort" can be sorted by its columns, and filtered when it is long, where the
 * browser runs the page's script; without it nothing is missing and nothing is dead. Such a table
 * has one row of headings and no cell that spans.
 *
 * Errors   of the text_buffer. Threads   pure functions.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_PAGE_H
#define NOVATE_PAGE_H

#include "novate/text.h"

/* Everything up to <body>, and the way past the header; the title is escaped. */
void page_begin(struct text_buffer *out, const char *title);
/* <main>, where the way past the header leads. The caller closes it. */
void page_main(struct text_buffer *out);
void page_end(struct text_buffer *out);

/* Text as HTML: what would be markup is escaped, control characters are replaced. */
void page_escaped(struct text_buffer *out, struct text text);
void page_text(struct text_buffer *out, const char *text);

#endif
