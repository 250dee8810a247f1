/* file_json.c — a file and what is stated of it, as reports have it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/source_file.h"

#include <inttypes.h>

static void put_name(struct text_buffer *out, const char *name)
{
    char last = out->size > 0 ? out->data[out->size - 1] : '{';
    text_buffer_string(out, last == '{' ? "" : ",");
    text_buffer_json(out, text_of(name));
    text_buffer_char(out, ':');
}

static void put_text(struct text_buffer *out, const char *name, const char *text)
{
    put_name(out, name);
    if (text == NULL) {
        text_buffer_string(out, "null");
    } else {
        text_buffer_json(out, text_of(text));
    }
}

static void put_number(struct text_buffer *out, const char *name, bool known, uint64_t number)
{
    put_name(out, name);
    if (known) {
        text_buffer_format(out, "%" PRIu64, number);
    } else {
        text_buffer_string(out, "null");
    }
}

void source_file_json(const struct source_file *file, struct text_buffer *out)
{
    text_buffer_char(out, '{');
    put_text(out, "name", file->name);
    put_number(out, "bytes", !file->missing, file->bytes);
    put_number(out, "rows", file->read, file->rows);
    put_text(out, "sha256", file->sha256);
    put_text(out, "manifest", file->manifest);
    put_number(out, "stated_rows", file->rows_stated, file->stated_rows);
    put_number(out, "stated_bytes", file->bytes_stated, file->stated_bytes);
    put_text(out, "stated_hash", file->stated_hash);
    put_text(out, "hash_kind", file->hash_kind);
    put_text(out, "remarks", file->remarks);
    put_name(out, "agrees");
    text_buffer_string(out,
                       file->fault != NULL                     ? "false"
                       : file->manifest == NULL || !file->read ? "null"
                                                               : "true");
    put_text(out, "fault", file->fault);
    put_text(out, "same_as", file->same_as);
    text_buffer_char(out, '}');
}
