/* page.h — what the reports that are pages have in common: one HTML file that needs nothing else,
 * for a browser and for paper.
 *
 * Errors   of the text_buffer. Threads   pure functions.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_PAGE_H
#define NOVATE_PAGE_H

#include "novate/text.h"

/* Everything up to <body>; the title is escaped. */
void page_begin(struct text_buffer *out, const char *title);
void page_end(struct text_buffer *out);

/* Text as HTML: what would be markup is escaped, control characters are replaced. */
void page_escaped(struct text_buffer *out, struct text text);
void page_text(struct text_buffer *out, const char *text);

#endif
