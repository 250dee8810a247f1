/* checkpoint_findings.h — what a second reading has found so far, in JSON.
 *
 * Keys of differences are in it. SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_VERIFY_CHECKPOINT_FINDINGS_H
#define NOVATE_VERIFY_CHECKPOINT_FINDINGS_H

#include "findings.h"
#include "refused.h"

#include "novate/json_fields.h"

/* An object; `refused` for how many refusals are left of each key. */
void findings_json(struct findings *findings,
                   const struct refused *refused,
                   struct text_buffer *out);
/* Into findings that are empty but for the totals, which it replaces. False: it is not what
 * findings_json() writes, or of other columns or refusals, or there is no memory; then the refusals
 * are as they were, and the findings of no use. */
bool findings_take(struct findings *findings,
                   struct refused *refused,
                   const struct schema *schema,
                   const json_t *kept) NODISCARD;

#endif
