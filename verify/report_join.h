/* report_join.h — reports side by side, as the forms of them are made.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_VERIFY_REPORT_JOIN_H
#define NOVATE_VERIFY_REPORT_JOIN_H

#include "report_view.h"

#include <stdbool.h>
#include <stdint.h>

/* What is summed up; differences are those of all three kinds. */
enum joined_count {
    JOINED_SOURCE,
    JOINED_EMITTED,
    JOINED_LOADED,
    JOINED_PRESENT,
    JOINED_FILTERED,
    JOINED_REJECTED,
    JOINED_MERGED,
    JOINED_DIFFERENCES,
    JOINED_COUNT
};
extern const char *const joined_names[JOINED_COUNT]; /* their members in JSON */

/* The joined report is an object of these members:
 *   novate_joined_reports  1
 *   verdict                the worst of the reports
 *   reports                {migration, run, kind, finished_at, verdict, sha256 (of its JSON),
 * closes, and the counts}, in the order given together               {verdict, closes, and the
 * counts} of all of them entities               {entity, reports: [{migration, run, verdict,
 * closes, and the counts}], together, filtered, rejected, repaired: {name: records}}, in the order
 * in which they come first A count that one of the parts does not have is null in the sum. */
void joined_text(const json_t *joined, struct text_buffer *out);
void joined_csv(const json_t *joined, struct text_buffer *out);
void joined_html(const json_t *joined, struct text_buffer *out);

#endif
