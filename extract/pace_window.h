/* pace_window.h — a part of the day, every day, in a time zone.
 *
 * A night's window is one stretch of time, from the instant of its beginning to that of its end, as
 * zone_to_utc() decides for times that a change of the clocks leaves out or repeats: it is never
 * opened twice, nor left out.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_PACE_WINDOW_H
#define NOVATE_EXTRACT_PACE_WINDOW_H

#include "novate/datetime.h"
#include "novate/plan.h"

/* Is it open at this instant? `*change_us` is how long it stays so (0: for ever; of no use where
 * no window is given, which is always open). */
bool pace_window_open(const struct plan_window *window,
                      const struct zone *zone,
                      int64_t utc_us,
                      int64_t *change_us);

/* "20:00-06:00". */
void pace_window_format(const struct plan_window *window, struct text_buffer *out);
/* "3 h 12 min", "12 min", "less than a minute". */
void pace_window_duration(int64_t duration_us, struct text_buffer *out);

#endif
