/* retry.h — a lost connection to a source, made again.
 *
 * What lost it begins anew by itself: here only the waiting, the growing pauses, the budget of the
 * plan (retry_s_max) and what is said meanwhile. An incident lasts from the first loss until a
 * chunk has been read whole: a source that breaks at the same place again and again uses up one
 * budget.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_RETRY_H
#define NOVATE_EXTRACT_RETRY_H

#include "source_private.h"

struct retry {
    int tries; /* 0: no incident */
    int64_t begun_ns;
};

/* After `error`, was the connection lost and may it be made again? Then does so: true, and `error`
 * is ERROR_NONE. Otherwise false with `error`, and a hint that says how long it was tried. */
bool retry_connect(struct retry *retry,
                   struct source *source,
                   const struct source_driver *driver,
                   const struct cancel *cancel,
                   struct error *error) NODISCARD;

#endif
