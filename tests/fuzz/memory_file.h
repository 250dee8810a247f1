/* memory_file.h — a file without a disk, under a path that can be opened.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_TESTS_MEMORY_FILE_H
#define NOVATE_TESTS_MEMORY_FILE_H

#include "fuzz.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct memory_file {
    int descriptor;
    char path[64];
};

static inline struct memory_file memory_file_make(void)
{
    struct memory_file file = {.descriptor = memfd_create("fuzz", MFD_CLOEXEC)};

    FUZZ_ASSERT(file.descriptor >= 0 && fchmod(file.descriptor, 0600) == 0);
    (void)snprintf(file.path, sizeof file.path, "/proc/self/fd/%d", file.descriptor);
    return file;
}

/* The file is `data` and nothing else. */
static inline void memory_file_fill(const struct memory_file *file, const void *data, size_t size)
{
    FUZZ_ASSERT(ftruncate(file->descriptor, (off_t)size) == 0);
    FUZZ_ASSERT(pwrite(file->descriptor, data, size, 0) == (ssize_t)size);
}

#endif
