/* report_findings.h — what a comparison found of an entity, in all renderings of a report: rows
 * that differ, rows in flight, columns side by side, codes before and after the mapping.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_VERIFY_REPORT_FINDINGS_H
#define NOVATE_VERIFY_REPORT_FINDINGS_H

#include "report_view.h"

void report_rows_text(const json_t *entity, struct text_buffer *out);
void report_rows_html(const json_t *entity, struct text_buffer *out);

void report_columns_text(const json_t *entity, struct text_buffer *out);
void report_columns_html(const json_t *entity, struct text_buffer *out);
/* Columns of which both sides do not agree. */
size_t report_columns_differing(const json_t *entity);

void report_codes_text(const json_t *entity, struct text_buffer *out);
/* `index` of the entity makes names of pictures unique in the page. */
void report_codes_html(const json_t *entity, size_t index, struct text_buffer *out);

#endif
