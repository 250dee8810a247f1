/* report_cross.h — the cross-check of an entity, in every rendering.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_VERIFY_REPORT_CROSS_H
#define NOVATE_VERIFY_REPORT_CROSS_H

#include "report_view.h"

#include "novate/report.h"

/* The member "cross_check". */
void report_cross_json(const struct report *report,
                       const struct cross_result *cross,
                       struct text_buffer *out);
/* The next three write nothing where there was no cross-check. */
void report_cross_text(const json_t *entity, struct text_buffer *out);
void report_cross_html(const json_t *entity, struct text_buffer *out);
/* Records that differ, over all entities. */
uint64_t report_cross_different(const struct report_view *view);
/* " The target's server computes …": a sentence for the headline. */
void report_cross_headline(const struct report_view *view, struct text_buffer *out);

#endif
