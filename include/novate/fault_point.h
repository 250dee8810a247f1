/* fault_point.h — named places at which a test makes novate fail, wait or die.
 *
 *     NOVATE_FAULT=NAME:ACTION[:NTH]   at the NTH time (default 1) that the place is met
 *     NOVATE_FAULT_TRACE=FILE          gets a line with the name of every place that is met, or of
 *                                      that of NOVATE_FAULT alone; the NTH time is counted by it,
 *                                      over all processes; without it every time is the first
 *
 * ACTION is `error` (the operation fails with the place's code), `delay` (a tenth of a second), or
 * `kill` (SIGKILL: nothing is cleaned up). Only builds with NOVATE_FAULTS have them.
 * Threads   any. SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_FAULT_POINT_H
#define NOVATE_FAULT_POINT_H

#include "novate/error.h"

#include <stdbool.h>

enum fault_point {
#define FAULT_POINT(id, name, code, meaning) FAULT_POINT_##id,
#include "novate/fault_points.def"
#undef FAULT_POINT
    FAULT_POINT_COUNT
};

#if defined(NOVATE_FAULTS)
/* False: it shall fail here. */
bool fault_point_meet(enum fault_point point, struct error *error) NODISCARD;
#else
static inline bool fault_point_meet(enum fault_point point, struct error *error)
{
    (void)point;
    (void)error;
    return true;
}
#endif

#endif
