/* report_markup.h — the pieces of which the page of a report is made.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_VERIFY_REPORT_MARKUP_H
#define NOVATE_VERIFY_REPORT_MARKUP_H

#include "report_view.h"

/* Writes what is in a scratch buffer, escaped, and releases it. */
void markup_scratch(struct text_buffer *out, struct text_buffer *scratch);
void markup_time(struct text_buffer *out, const char *time);
/* Of a list of definitions; nothing for a value that is "". */
void markup_term(struct text_buffer *out, const char *term, const char *value, bool code);
/* A JSON list of names, as code. */
void markup_names(struct text_buffer *out, const json_t *names);
/* <td class="n"> with a count of an object; a dash where it is not known. */
void markup_count(struct text_buffer *out, const json_t *object, const char *name);
/* <td> with a text, as code or not. */
void markup_cell(struct text_buffer *out, const char *text, bool code);
/* Class of a verdict: its colour, which only repeats the word. */
const char *markup_verdict(const char *verdict);

/* A table up to its first row. Headings are plain text of ours; one that begins with "#" is that of
 * a column of numbers. `class` may be "". The caption is what `caption` holds, which is released.
 */
void markup_table(struct text_buffer *out,
                  const char *class,
                  struct text_buffer *caption,
                  const char *const *headings,
                  size_t count);
/* The same with a caption that needs no making. */
void markup_table_plain(struct text_buffer *out,
                        const char *class,
                        const char *caption,
                        const char *const *headings,
                        size_t count);
void markup_table_end(struct text_buffer *out);

#endif
