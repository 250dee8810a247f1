/* report_files.h — the files of an entity, in all renderings of a report.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_VERIFY_REPORT_FILES_H
#define NOVATE_VERIFY_REPORT_FILES_H

#include "report_view.h"

void report_files_text(const json_t *entity, struct text_buffer *out);
void report_files_html(const json_t *entity, struct text_buffer *out);

/* Files that agree with their manifest, do not, or are stated by none. */
struct report_files_counts {
    uint64_t files;
    uint64_t agree;
    uint64_t disagree;
};
struct report_files_counts report_files_count(const json_t *entity);

#endif
