/* showing.c — the contract is in showing.h. SPDX-License-Identifier: Apache-2.0 */
#include "showing.h"

void showing_open(struct showing *showing,
                  struct job *job,
                  const char *verb,
                  const char *what,
                  const struct pipeline_progress *counts,
                  struct pace *pace,
                  uint64_t rows_expected)
{
    *showing = (struct showing){.job = job, .open = !job->shows_all};
    if (showing->open) {
        watch_work(&job->watch, verb, what, counts);
        progress_open(&showing->progress, job->console, verb, what, counts, pace, rows_expected, 0);
    }
}

void showing_open_all(struct showing *showing,
                      struct job *job,
                      const char *verb,
                      const char *what,
                      const struct pipeline_progress *counts,
                      struct pace *pace,
                      uint64_t rows_expected)
{
    showing_open(showing, job, verb, what, counts, pace, rows_expected);
    job->shows_all = true;
}

void showing_close(struct showing *showing)
{
    if (showing->open) {
        showing->job->shows_all = false;
        progress_close(&showing->progress);
        watch_work(&showing->job->watch, NULL, NULL, NULL);
    }
}
