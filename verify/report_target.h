/* report_target.h — the state in which the target starts its life, in all renderings of a report.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_VERIFY_REPORT_TARGET_H
#define NOVATE_VERIFY_REPORT_TARGET_H

#include "report_view.h"

/* Does the report say anything of it? */
bool report_target_known(const struct report_view *view);
/* Indexes and constraints that were off and are not restored, or not valid. */
size_t report_target_missing(const struct report_view *view);
void report_target_text(const struct report_view *view, struct text_buffer *out);
void report_target_html(const struct report_view *view, struct text_buffer *out);

#endif
