/* report_chart.h — pictures of a report, as SVG within its page.
 *
 * A picture repeats a table that stands beside it: nothing is in it alone. Kinds of areas are told
 * apart by their labels and patterns, never by colour. Positions are whole pixels, since the point
 * of a printed double would depend on the locale. SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_VERIFY_REPORT_CHART_H
#define NOVATE_VERIFY_REPORT_CHART_H

#include "report_view.h"

#define CHART_WIDTH 680

/* The patterns, once in a page. */
void chart_patterns(struct text_buffer *out);

/* A figure up to its first shape. `id` is unique in the page; title and description are said where
 * the picture is not seen, and released. */
void chart_begin(struct text_buffer *out,
                 const char *id,
                 int height,
                 struct text_buffer *title,
                 struct text_buffer *description);
void chart_end(struct text_buffer *out);

/* Classes of areas are those of the page's style: loaded, present, filtered, rejected, merged,
 * lost, plain. */
void chart_bar(struct text_buffer *out, int x, int y, int width, int height, const char *class);
/* A text, escaped and cut short to `characters`. `right`: it ends at x. */
void chart_label(
    struct text_buffer *out, int x, int y, bool right, const char *text, size_t characters);
/* A verdict as a shape of some 16 pixels around a point: a tick, a cross, else a question mark. */
void chart_verdict(struct text_buffer *out, int x, int y, const char *verdict);

/* Pixels that a part of a whole takes; a part that is not nothing has three at least. `*widened`
 * is set when that is more than its share. */
int chart_pixels(uint64_t part, uint64_t whole, int pixels, bool *widened);

/* "12.5 %", "under 0.1 %": a part is never said to be nothing or all when it is not. */
void push_share(struct text_buffer *out, uint64_t part, uint64_t whole);

#endif
