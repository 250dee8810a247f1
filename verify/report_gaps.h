/* report_gaps.h — what a report does not prove, in all its renderings: entities, columns and rows
 * that were not compared, or not to the last digit, and why.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_VERIFY_REPORT_GAPS_H
#define NOVATE_VERIFY_REPORT_GAPS_H

#include "report_view.h"

void report_gaps_text(const struct report_view *view, struct text_buffer *out);
void report_gaps_html(const struct report_view *view, struct text_buffer *out);

/* How the rows of an entity were compared, in sentences: level, tolerance, second look. Nothing
 * where the report does not say. */
void push_comparison_words(const json_t *entity, struct text_buffer *out);

#endif
