/* durable.h — a file that is there whole or not at all.
 *
 * It is written under a temporary name beside its own, fsynced, renamed, and its folder is fsynced.
 * A temporary file that a killed process left behind is written over by the next attempt.
 *
 *     struct durable_file file = DURABLE_FILE_EMPTY;
 *     ok = durable_file_open(&file, path, error) && durable_file_write(&file, data, size, error) &&
 *          durable_file_commit(&file, error);
 *     durable_file_release(&file);        removes what was not committed
 *
 * Mode 0600. One writer at a time for a path: the lock of the work directory sees to that.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_DURABLE_H
#define NOVATE_DURABLE_H

#include "novate/error.h"

#include <stdbool.h>
#include <stddef.h>

struct durable_file {
    int descriptor; /* -1: not open */
    char *path;
    char *temporary;
};

#define DURABLE_FILE_EMPTY ((struct durable_file){.descriptor = -1})

bool durable_file_open(struct durable_file *file, const char *path, struct error *error) NODISCARD;
bool durable_file_write(struct durable_file *file,
                        const void *data,
                        size_t size,
                        struct error *error) NODISCARD;
bool durable_file_commit(struct durable_file *file, struct error *error) NODISCARD;
void durable_file_release(struct durable_file *file);

/* Makes a directory (mode 0700) unless it is there; its parent must be. */
bool durable_directory_make(const char *path, struct error *error) NODISCARD;
/* Makes the entries of the folder that holds `path` durable. */
bool durable_directory_sync(const char *path, struct error *error) NODISCARD;

#endif
