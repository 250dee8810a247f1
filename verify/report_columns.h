/* report_columns.h — what a verification says of columns, codes and records in flight, in JSON.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_VERIFY_REPORT_COLUMNS_H
#define NOVATE_VERIFY_REPORT_COLUMNS_H

#include "novate/report.h"

void report_put_skipped(struct text_buffer *out, const struct report_entity *entity);
void report_put_in_flight(struct text_buffer *out,
                          const struct report *report,
                          const struct verify_result *result);
void report_put_columns(struct text_buffer *out,
                        const struct report *report,
                        const struct verify_result *result);
void report_put_codes(struct text_buffer *out, const struct report_entity *entity);

/* A member "key" as the report shows keys. */
void report_put_key(struct text_buffer *out, const struct report *report, const char *key);
/* A list of names as a member. */
void report_put_names(struct text_buffer *out,
                      const char *name,
                      const char *const *names,
                      int count);

#endif
