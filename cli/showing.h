/* showing.h — what a job is at, for the progress line and for "novate status".
 *
 * Where entities are worked on side by side there is one line for all of them, and none for each.
 * Threads   a line for all is opened and closed by the thread that starts the others, before and
 * after they run. SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_SHOWING_H
#define CLI_SHOWING_H

#include "job.h"
#include "progress.h"

struct showing {
    struct job *job;
    struct progress progress;
    bool open;
};

/* `what` is the name of an entity, or how many there are; `rows_expected` 0: not known. Nothing is
 * shown while a line for all is. */
void showing_open(struct showing *showing,
                  struct job *job,
                  const char *verb,
                  const char *what,
                  const struct pipeline_progress *counts,
                  struct pace *pace,
                  uint64_t rows_expected);
/* The line for all. */
void showing_open_all(struct showing *showing,
                      struct job *job,
                      const char *verb,
                      const char *what,
                      const struct pipeline_progress *counts,
                      struct pace *pace,
                      uint64_t rows_expected);
void showing_close(struct showing *showing);

#endif
