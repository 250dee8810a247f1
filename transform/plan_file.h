/* plan_file.h — paths of a plan and the bytes behind them.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_PLAN_FILE_H
#define TRANSFORM_PLAN_FILE_H

#include "novate/arena.h"
#include "novate/error.h"
#include "novate/hash.h"
#include "novate/text.h"

#include <stdbool.h>

/* The folder of a file: "a/b" of "a/b/c.yaml", "." of "c.yaml", "/" of "/c.yaml". NULL: memory. */
const char *plan_path_directory(const char *path, struct arena *arena);
/* `name` as seen from `directory`; absolute names stay as they are. NULL: memory. */
const char *plan_path_join(const char *directory, const char *name, struct arena *arena);

/* The whole file, LIMIT_PLAN_BYTES at most, NUL-terminated. ERROR_PLAN when it cannot be read. */
bool plan_file_read(const char *path,
                    struct arena *arena,
                    struct text *content,
                    struct error *error) NODISCARD;

/* Pushes the bytes of a file of any size as one field: its size, then the bytes. */
bool plan_file_hash(const char *path, struct hash_stream *stream, struct error *error) NODISCARD;

#endif
