/* plan_pace.h — what is said of how hard a source is read: values and their bounds, for plans and
 * for what is set while a job runs.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_PLAN_PACE_H
#define TRANSFORM_PLAN_PACE_H

#include "novate/plan.h"

#define PLAN_PACE_ROWS_MOST  1000000000
#define PLAN_PACE_MS_LEAST   10
#define PLAN_PACE_MS_MOST    600000
#define PLAN_PACE_MS_DEFAULT 1000

#define PLAN_PACE_WINDOW_MESSAGE "\"window\" must be two times of the day, such as \"20:00-06:00\""
#define PLAN_PACE_BACK_OFF_MESSAGE                                                                 \
    "\"back_off\" must be a factor from 1.1 to 1000, such as 3, or \"never\""

/* Two different times of the day; what is written only when it is one. */
bool plan_pace_parse_window(const char *text, struct plan_window *window);
/* A factor such as 3 or 2.5; "never" gives 0. */
bool plan_pace_parse_back_off(const char *text, double *factor);

#endif
