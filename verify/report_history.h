/* report_history.h — the runs before this one, in all renderings of a report.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_VERIFY_REPORT_HISTORY_H
#define NOVATE_VERIFY_REPORT_HISTORY_H

#include "report_view.h"

void report_history_text(const struct report_view *view, struct text_buffer *out);
void report_history_html(const struct report_view *view, struct text_buffer *out);

#endif
