/* control.h — what one terminal tells a job that another one started: a small file in the work
 * directory.
 *
 *     novate control 1
 *     to 4711
 *     from process 4850, user alice, 2008-06-09T12:00:00Z
 *     set millennium rows_per_second_max 20000
 *     pause
 *
 * It appears whole (linked under its name, never over another one), is addressed to a process, and
 * goes when that process has read it: that is the answer. Mode 0600.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_CONTROL_H
#define CLI_CONTROL_H

#include "novate/arena.h"
#include "novate/error.h"

#include <stdbool.h>

#define CONTROL_CHANGES_MAX 64

struct control_change {
    const char *source; /* of the plan */
    const char *name;   /* as plan_pace_set() knows it */
    const char *value;
};

struct control_order {
    long to;          /* process */
    const char *from; /* for people */
    bool pauses;
    bool resumes;
    struct control_change changes[CONTROL_CHANGES_MAX];
    int change_count;
};

/* Writes the order and waits until it has been read; ERROR_STATE when that takes too long, or when
 * the process has ended. */
bool control_send(const char *work_directory,
                  const struct control_order *order,
                  struct error *error) NODISCARD;

enum control_read {
    CONTROL_NONE,
    CONTROL_ORDER,
    CONTROL_STALE,     /* for a process that is gone */
    CONTROL_MALFORMED, /* not an order of this version */
};
/* Takes the order that lies there, for process `self`; whatever it was, it is gone then. */
enum control_read control_take(const char *work_directory,
                               long self,
                               struct arena *arena,
                               struct control_order *order);

#endif
