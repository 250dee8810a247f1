/* report_flow.h — where the records of an entity went, as a picture and as a table.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_VERIFY_REPORT_FLOW_H
#define NOVATE_VERIFY_REPORT_FLOW_H

#include "report_view.h"

/* `index` of the entity makes its picture's name unique in the page. */
void report_flow_html(const json_t *entity, size_t index, struct text_buffer *out);

#endif
