/* scripted_source.h — a source that answers from a script (scripted/scripted.h), and what it was
 * asked.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_TESTS_SCRIPTED_SOURCE_H
#define NOVATE_TESTS_SCRIPTED_SOURCE_H

#include "temp_folder.h"

#include <stdbool.h>

struct scripted_source {
    char folder[TEMP_FOLDER_SIZE];
    char string[1024]; /* the connection string */
    char *log;         /* of the last scripted_log() */
};

/* Makes a folder of its own with the script in it. Skips the program without the driver. */
void scripted_open(struct scripted_source *source, const char *script);
/* All that was asked since the last call, a line each; lives until the next call. */
const char *scripted_log(struct scripted_source *source);
/* Fails the test unless the line was asked since the last scripted_log(), and says what was. */
void scripted_asked(const struct scripted_source *source, const char *line);
void scripted_close(struct scripted_source *source);

#endif
