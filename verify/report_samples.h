/* report_samples.h — what people found in samples, in every rendering.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_VERIFY_REPORT_SAMPLES_H
#define NOVATE_VERIFY_REPORT_SAMPLES_H

#include "report_view.h"

#include "novate/report.h"

/* The member "samples". */
void report_samples_json(const struct report *report, struct text_buffer *out);
bool report_samples_known(const struct report_view *view);
/* Of text a section with its heading, nothing where there are no samples; of the page what stands
 * below the heading. */
void report_samples_text(const struct report_view *view, struct text_buffer *out);
void report_samples_html(const struct report_view *view, struct text_buffer *out);

#endif
