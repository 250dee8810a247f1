/* report_file.h — a report as it was handed over: JSON, or a page that carries it.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_REPORT_FILE_H
#define CLI_REPORT_FILE_H

#include "novate/arena.h"
#include "novate/text.h"

#define REPORT_FILE_BYTES_MAX ((size_t)512 << 20)

struct report_file {
    bool is_page;
    struct text_buffer bytes;
    struct text json;      /* NULL data: the page carries none */
    struct text signature; /* of the JSON; NULL data: none */
};

/* What a page carries is the arena's. */
bool report_file_read(const char *path,
                      struct arena *arena,
                      struct report_file *file,
                      struct error *error) NODISCARD;
void report_file_release(struct report_file *file);

#endif
