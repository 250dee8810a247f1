/* report_file.c — the contract is in report_file.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "report_file.h"

#include "files.h"
#include "sealing.h"

#include "novate/report.h"

bool report_file_read(const char *path,
                      struct arena *arena,
                      struct report_file *file,
                      struct error *error)
{
    enum report_format format = REPORT_JSON;
    const char *signature = NULL;
    *file =
        (struct report_file){.is_page = report_format_of(path, &format) && format == REPORT_HTML};
    text_buffer_init(&file->bytes, REPORT_FILE_BYTES_MAX);
    if (!read_file(path, ERROR_IO, &file->bytes, error)) {
        return false;
    }
    struct text bytes =
        text_from(file->bytes.data == NULL ? "" : file->bytes.data, file->bytes.size);
    if (file->is_page) {
        return seal_carried(bytes, arena, &file->json, &file->signature, error);
    }
    file->json = bytes;
    bool ok = sealing_get(path, arena, &signature, error);
    file->signature = signature == NULL ? TEXT_NONE : text_of(signature);
    return ok;
}

void report_file_release(struct report_file *file)
{
    text_buffer_release(&file->bytes);
}
