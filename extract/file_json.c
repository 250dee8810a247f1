/* file_json.c — a file and what is stated of it, as reports have it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/source_file.h"

static void put_number(struct text_buffer *out, const char *name, bool known, uint64_t number)
{
    if (known) {
        text_buffer_member_count(out, name, number);
    } else {
        text_buffer_member_text(out, name, NULL);
    }
}

void source_file_json(const struct source_file *file, struct text_buffer *out)
{
    text_buffer_char(out, '{');
    text_buffer_member_text(out, "name", file->name);
    put_number(out, "bytes", !file->missing, file->bytes);
    put_number(out, "rows", file->read, file->rows);
    text_buffer_member_text(out, "sha256", file->sha256);
    text_buffer_member_text(out, "manifest", file->manifest);
    put_number(out, "stated_rows", file->rows_stated, file->stated_rows);
    put_number(out, "stated_bytes", file->bytes_stated, file->stated_bytes);
    text_buffer_member_text(out, "stated_hash", file->stated_hash);
    text_buffer_member_text(out, "hash_kind", file->hash_kind);
    text_buffer_member_text(out, "remarks", file->remarks);
    text_buffer_member(out, "agrees");
    text_buffer_string(out,
                       file->fault != NULL                     ? "false"
                       : file->manifest == NULL || !file->read ? "null"
                                                               : "true");
    text_buffer_member_text(out, "fault", file->fault);
    text_buffer_member_text(out, "same_as", file->same_as);
    text_buffer_char(out, '}');
}
