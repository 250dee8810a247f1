/* report_sign_off.h — where people sign for what a report says, on paper.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_VERIFY_REPORT_SIGN_OFF_H
#define NOVATE_VERIFY_REPORT_SIGN_OFF_H

#include "report_view.h"

void report_sign_off_text(const struct report_view *view, struct text_buffer *out);
void report_sign_off_html(const struct report_view *view, struct text_buffer *out);

#endif
