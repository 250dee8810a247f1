/* files.h — whole files, read and written.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_FILES_H
#define CLI_FILES_H

#include "novate/error.h"
#include "novate/text.h"

#include <stdbool.h>
#include <stddef.h>

/* Appends a file to a buffer, which bounds its size. Failures are of class `code`. */
bool read_file(const char *path,
               enum error_code code,
               struct text_buffer *out,
               struct error *error) NODISCARD;

/* A file written whole or not at all, mode 0600. */
bool write_file(const char *path, const char *data, size_t size, struct error *error) NODISCARD;

#endif
