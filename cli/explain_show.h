/* explain_show.h — explanations as text, Markdown and CSV.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_EXPLAIN_SHOW_H
#define CLI_EXPLAIN_SHOW_H

#include "options.h"

#include "novate/explain.h"
#include "novate/text.h"

/* What stands before all entities. */
void explain_show_head(enum output_format format, struct text_buffer *out);
void explain_show(const struct explanation *explanation,
                  enum output_format format,
                  struct text_buffer *out);

#endif
