/* sheet.c — the contract is in sheet.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "sheet.h"

#include "novate/canonical.h"
#include "novate/limits.h"
#include "novate/report.h"

#include <string.h>

enum {
    SHEET_BYTES_MAX = 256 << 20,
    INDENT = 2
};

void sheet_open(struct sheet *sheet)
{
    text_buffer_init(&sheet->out, SHEET_BYTES_MAX);
    text_buffer_init(&sheet->scratch, LIMIT_RECORD_BYTES * 2);
    sheet_object(sheet, NULL);
}

void sheet_release(struct sheet *sheet)
{
    text_buffer_release(&sheet->out);
    text_buffer_release(&sheet->scratch);
}

static void end_line(struct sheet *sheet)
{
    if (sheet->in_row) {
        text_buffer_char(&sheet->out, '\n');
        sheet->in_row = false;
    }
}

static void indent(struct sheet *sheet)
{
    for (int i = 0; i < (sheet->depth - 1) * INDENT; i++) {
        text_buffer_char(&sheet->out, ' ');
    }
}

static void begin(struct sheet *sheet, const char *name, char opener, char closer)
{
    if (sheet->depth == SHEET_DEPTH_MAX) {
        sheet->out.failed = true;
        return;
    }
    if (sheet->json && sheet->depth > 0) {
        text_buffer_member(&sheet->out, name);
    }
    if (sheet->json) {
        text_buffer_char(&sheet->out, opener);
    } else if (name != NULL) {
        end_line(sheet);
        indent(sheet);
        text_buffer_format(&sheet->out, "%s\n", name);
    }
    sheet->closers[sheet->depth++] = closer;
}

void sheet_object(struct sheet *sheet, const char *name)
{
    begin(sheet, name, '{', '}');
}

void sheet_list(struct sheet *sheet, const char *name)
{
    begin(sheet, name, '[', ']');
}

void sheet_row(struct sheet *sheet)
{
    if (!sheet->json) {
        end_line(sheet);
        indent(sheet);
    }
    begin(sheet, NULL, '{', '}');
    sheet->in_row = !sheet->json;
    sheet->row_has_members = false;
}

void sheet_end(struct sheet *sheet)
{
    end_line(sheet);
    if (sheet->depth == 0) {
        return;
    }
    sheet->depth--;
    if (sheet->json) {
        text_buffer_char(&sheet->out, sheet->closers[sheet->depth]);
    }
    if (sheet->json && sheet->depth == 0) {
        text_buffer_char(&sheet->out, '\n');
    }
}

/* Text only: a member, whose value is one line whatever it holds. */
static void push_line(struct sheet *sheet, const char *name, const char *value)
{
    if (sheet->in_row) {
        text_buffer_string(&sheet->out, sheet->row_has_members ? "  " : "");
        sheet->row_has_members = true;
    } else {
        indent(sheet);
        text_buffer_format(&sheet->out, "%s: ", name);
    }
    for (; *value != '\0'; value++) {
        text_buffer_char(&sheet->out, *value == '\n' || *value == '\t' ? ' ' : *value);
    }
    if (!sheet->in_row) {
        text_buffer_char(&sheet->out, '\n');
    }
}

void sheet_text(struct sheet *sheet, const char *name, const char *value)
{
    if (sheet->json) {
        text_buffer_member_text(&sheet->out, name, value);
    } else if (value != NULL) {
        push_line(sheet, name, value);
    }
}

void sheet_count(struct sheet *sheet, const char *name, uint64_t value)
{
    if (sheet->json) {
        text_buffer_member_count(&sheet->out, name, value);
        return;
    }
    text_buffer_reset(&sheet->scratch);
    text_buffer_format(&sheet->scratch, "%llu", (unsigned long long)value);
    push_line(sheet, name, sheet->scratch.data);
}

void sheet_bool(struct sheet *sheet, const char *name, bool value)
{
    if (sheet->json) {
        text_buffer_member_bool(&sheet->out, name, value);
    } else if (value) {
        push_line(sheet, name, sheet->in_row ? name : "yes");
    }
}

void sheet_key(struct sheet *sheet, const char *name, const char *key)
{
    text_buffer_reset(&sheet->scratch);
    report_key(key, sheet->salt, sheet->shows_keys, &sheet->scratch);
    sheet_text(sheet, name, sheet->scratch.failed ? NULL : sheet->scratch.data);
}

void sheet_hash(struct sheet *sheet, const char *name, struct hash hash)
{
    char hex[HASH_HEX_SIZE];
    hash_hex(hash, hex);
    text_buffer_reset(&sheet->scratch);
    report_key(hex, sheet->salt, sheet->shows_values, &sheet->scratch);
    sheet_text(sheet, name, sheet->scratch.failed ? NULL : sheet->scratch.data);
}

static const char *type_name(const struct vector *vector,
                             const char *declared,
                             struct text_buffer *out)
{
    if (declared != NULL) {
        return declared;
    }
    type_format(vector->type, out);
    return out->failed ? "" : out->data;
}

static void push_length(struct sheet *sheet, const struct vector *vector, int row)
{
    if (type_storage(vector->type.id) != STORAGE_TEXT) {
        return;
    }
    struct text text = vector->texts[vector_slot(vector, row)];
    bool bytes = vector->type.id == TYPE_BYTEA;
    size_t length = bytes ? text.size : utf8_length(text.data, text.size);
    if (sheet->json) {
        text_buffer_member_count(&sheet->out, bytes ? "bytes" : "characters", length);
    } else {
        text_buffer_format(&sheet->out,
                           ", %zu %s%s",
                           length,
                           bytes ? "byte" : "character",
                           length == 1 ? "" : "s");
    }
}

/* What stands for a value: itself, or its hash. False: nothing does. */
static bool describe(struct sheet *sheet, const struct vector *vector, int row)
{
    struct error ignored = ERROR_NONE;
    struct hash hash = {.low = 0};
    char hex[HASH_HEX_SIZE];
    text_buffer_reset(&sheet->scratch);
    if (sheet->shows_values) {
        text_buffer_string(&sheet->scratch, "");
        vector_format(vector, row, &sheet->scratch);
        return !sheet->scratch.failed;
    }
    if (!canonical_hash_value(vector, row, &sheet->scratch, &hash, &ignored)) {
        sheet->out.failed = true;
        return false;
    }
    hash_hex(hash, hex);
    text_buffer_reset(&sheet->scratch);
    report_key(hex, sheet->salt, false, &sheet->scratch);
    return !sheet->scratch.failed;
}

static void push_described(struct sheet *sheet)
{
    struct text text =
        text_from(sheet->scratch.data == NULL ? "" : sheet->scratch.data, sheet->scratch.size);
    if (sheet->json) {
        text_buffer_member(&sheet->out, sheet->shows_values ? "value" : "hash");
        text_buffer_json(&sheet->out, text);
    } else if (sheet->shows_values) {
        text_buffer_char(&sheet->out, ' ');
        text_buffer_json(&sheet->out, text);
    } else {
        text_buffer_format(&sheet->out, " %s", sheet->scratch.data);
    }
}

void sheet_value(struct sheet *sheet,
                 const char *name,
                 const struct vector *vector,
                 int row,
                 const char *declared)
{
    struct text_buffer type;
    bool null = vector_is_null(vector, row);
    text_buffer_init(&type, LIMIT_HEADER_BYTES);
    if (sheet->json) {
        sheet_object(sheet, name);
        sheet_text(sheet, "type", type_name(vector, declared, &type));
        sheet_bool(sheet, "null", null);
    } else {
        bool in_row = sheet->in_row;
        sheet->row_has_members = in_row && sheet->row_has_members;
        if (!in_row) {
            indent(sheet);
            text_buffer_format(&sheet->out, "%s: ", name);
        }
        sheet->in_row = true;
        push_line(sheet, name, type_name(vector, declared, &type));
        text_buffer_string(&sheet->out, null ? " NULL" : "");
        sheet->in_row = in_row;
    }
    text_buffer_release(&type);
    if (!null && describe(sheet, vector, row)) {
        push_described(sheet);
        push_length(sheet, vector, row);
    }
    if (sheet->json) {
        sheet_end(sheet);
    } else if (!sheet->in_row) {
        text_buffer_char(&sheet->out, '\n');
    }
}
