/* profile_internal.h — a profile while it is counted. Private to profile.c and profile_summary.c.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_PROFILE_INTERNAL_H
#define NOVATE_EXTRACT_PROFILE_INTERNAL_H

#include "profile_column.h"

struct profile {
    const struct schema *schema;
    struct arena arena;
    struct text_buffer scratch;
    uint64_t records;
    uint64_t errors[REJECT_CLASS_COUNT];
    struct profile_counts *columns;
};

/* What is shown and what is not, in sentences; nothing that HTML would escape. */
void profile_push_rules(struct text_buffer *out);

#endif
