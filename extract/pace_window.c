/* pace_window.c — the contract is in pace_window.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "pace_window.h"

#define MINUTE_US INT64_C(60000000)

static int64_t day_of(int64_t local_us)
{
    int64_t day = local_us / MICROSECONDS_PER_DAY;
    return local_us % MICROSECONDS_PER_DAY < 0 ? day - 1 : day;
}

bool pace_window_open(const struct plan_window *window,
                      const struct zone *zone,
                      int64_t utc_us,
                      int64_t *change_us)
{
    *change_us = 0;
    if (!window->given) {
        return true;
    }
    int64_t today = day_of(zone_to_local(zone, utc_us));
    int64_t next = INT64_MAX;
    /* A day before, for windows over midnight; two days after, for one that was over this morning,
     * and whose next day has none of its hours. */
    for (int64_t day = today - 1; day <= today + 2; day++) {
        bool overnight = window->end_minute <= window->begin_minute;
        int64_t last = overnight ? day + 1 : day;
        int64_t begin =
            zone_to_utc(zone, day * MICROSECONDS_PER_DAY + window->begin_minute * MINUTE_US);
        int64_t end =
            zone_to_utc(zone, last * MICROSECONDS_PER_DAY + window->end_minute * MINUTE_US);
        if (begin <= utc_us && utc_us < end) {
            *change_us = end - utc_us;
            return true;
        }
        if (begin > utc_us && begin < end && begin < next) {
            next = begin;
        }
    }
    *change_us = next == INT64_MAX ? 0 : next - utc_us;
    return false;
}

void pace_window_format(const struct plan_window *window, struct text_buffer *out)
{
    text_buffer_format(out,
                       "%02d:%02d-%02d:%02d",
                       window->begin_minute / 60,
                       window->begin_minute % 60,
                       window->end_minute / 60,
                       window->end_minute % 60);
}

void pace_window_duration(int64_t duration_us, struct text_buffer *out)
{
    int64_t minutes = duration_us / MINUTE_US;
    if (minutes >= 60) {
        text_buffer_format(
            out, "%lld h %lld min", (long long)(minutes / 60), (long long)(minutes % 60));
    } else if (minutes > 0) {
        text_buffer_format(out, "%lld min", (long long)minutes);
    } else {
        text_buffer_string(out, "less than a minute");
    }
}
