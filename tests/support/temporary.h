/* temporary.h — a folder of a test's own, removed with what is in it.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_TESTS_TEMPORARY_H
#define NOVATE_TESTS_TEMPORARY_H

#include <stddef.h>
#include <stdint.h>

struct temporary {
    char path[256];
};

void temporary_make(struct temporary *temporary);
/* "folder/name"; valid until the next call for the same `path`. */
const char *temporary_file(const struct temporary *temporary, const char *name, char path[512]);
void temporary_remove(struct temporary *temporary);

/* Whole files; the caller frees what is read. */
uint8_t *file_read(const char *path, size_t *size);
void file_write(const char *path, const void *data, size_t size);

#endif
