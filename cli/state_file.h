/* state_file.h — what a running job says of itself in its work directory, for "novate status".
 *
 * Texts line by line, replaced whole about every second while the job runs, gone when it ends. One
 * that a killed job left behind is told by its process, which does not hold the lock any more.
 *
 *     novate state 1
 *     pid 4711
 *     since 2008-06-09T12:00:00Z
 *     work load patient
 *     rows 460900
 *     source millennium throttled (20000 rows/s)
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_STATE_FILE_H
#define CLI_STATE_FILE_H

#include "novate/arena.h"
#include "novate/error.h"
#include "novate/text.h"

#include <stdbool.h>

/* The first lines of a state; the writer adds what it knows. */
void state_file_begin(struct text_buffer *text, const char *since);
/* Where it cannot be written nothing but the answer of "novate status" is missing. */
void state_file_write(const char *work_directory, const struct text_buffer *text);
void state_file_remove(const char *work_directory);

/* Says on `out` what runs in the work directory; nothing when nothing does. */
bool state_file_show(const char *work_directory,
                     struct arena *arena,
                     struct text_buffer *out,
                     struct error *error) NODISCARD;

#endif
