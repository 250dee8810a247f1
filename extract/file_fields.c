/* file_fields.c — a record of a file into its fields.
 *
 * libcsv calls back for each field and cannot be told to stop: what goes wrong is counted or kept,
 * and looked at afterwards. It takes blanks around fields away unless told that nothing is a blank,
 * and grows its buffer by a block at a time, hence the large block.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "file_fields.h"

#include <stdlib.h>
#include <string.h>

#define PARSER_BLOCK_BYTES ((size_t)256 << 10)

static int nothing_is_blank(unsigned char byte)
{
    (void)byte;
    return 0;
}

bool file_fields_init(struct file_fields *fields,
                      char delimiter,
                      int quote,
                      struct text null_text,
                      struct error *error)
{
    *fields = (struct file_fields){.delimiter = delimiter, .quote = quote, .null_text = null_text};
    fields->items = calloc(LIMIT_COLUMNS, sizeof *fields->items);
    if (fields->items == NULL ||
        (quote != FILE_SCAN_NO_QUOTE && csv_init(&fields->parser, CSV_EMPTY_IS_NULL) != 0)) {
        file_fields_release(fields);
        return error_set_memory(error);
    }
    if (quote != FILE_SCAN_NO_QUOTE) {
        fields->parser_ready = true;
        csv_set_delim(&fields->parser, (unsigned char)delimiter);
        csv_set_quote(&fields->parser, (unsigned char)quote);
        csv_set_space_func(&fields->parser, nothing_is_blank);
        csv_set_blk_size(&fields->parser, PARSER_BLOCK_BYTES);
    }
    return true;
}

bool file_fields_init_fixed(struct file_fields *fields,
                            const struct fixed_layout *layout,
                            struct error *error)
{
    if (!file_fields_init(fields, '\n', FILE_SCAN_NO_QUOTE, layout->null_text, error)) {
        return false;
    }
    fields->fixed = layout;
    fields->offsets = calloc((size_t)layout->width + 1, sizeof *fields->offsets);
    if (fields->offsets == NULL) {
        file_fields_release(fields);
        return error_set_memory(error);
    }
    return true;
}

/* Moves from the beginning of a raw field past the delimiter that ends it. */
static const char *raw_skip(const struct file_fields *fields, const char *at, const char *end)
{
    if (at < end && *at == (char)fields->quote) {
        at++;
        for (;;) {
            const char *quote = memchr(at, fields->quote, (size_t)(end - at));
            if (quote == NULL || quote + 1 == end) {
                return end;
            }
            at = quote + 1;
            if (*at == fields->delimiter) {
                return at + 1;
            }
            at += *at == (char)fields->quote ? 1 : 0;
        }
    }
    const char *delimiter = memchr(at, fields->delimiter, (size_t)(end - at));
    return delimiter == NULL ? end : delimiter + 1;
}

/* Was field `index` of the record quoted? libcsv knows and does not tell; asked only about fields
 * that look like the text for NULL, in rising order. */
static bool was_quoted(struct file_fields *fields, int index)
{
    while (fields->seek_index < index) {
        fields->seek = raw_skip(fields, fields->seek, fields->raw_end);
        fields->seek_index++;
    }
    return fields->seek < fields->raw_end && *fields->seek == (char)fields->quote;
}

static void field_seen(void *data, size_t size, void *state)
{
    struct file_fields *fields = state;
    int index = fields->count;
    if (index >= LIMIT_COLUMNS) {
        fields->count = LIMIT_COLUMNS + 1;
        return;
    }
    struct text field = {.data = fields->to, .size = (uint32_t)size};
    if (size > 0) {
        memcpy(fields->to, data, size);
        fields->to += size;
    }
    if (fields->null_text.size == 0) {
        field.data = data == NULL ? NULL : field.data;
    } else if (text_equal(field, fields->null_text) && !was_quoted(fields, index)) {
        field = TEXT_NONE;
    }
    fields->items[index] = field;
    fields->count = index + 1;
}

static void row_seen(int terminator, void *state)
{
    struct file_fields *fields = state;
    (void)terminator;
    fields->rows++;
}

static bool split_quoted(
    struct file_fields *fields, const char *data, size_t size, char *plain, struct error *error)
{
    fields->count = 0;
    fields->to = plain;
    fields->raw = data;
    fields->raw_end = data + size;
    fields->seek = data;
    fields->seek_index = 0;
    fields->rows = 0;
    size_t parsed = csv_parse(&fields->parser, data, size, field_seen, row_seen, fields);
    if (parsed != size || csv_fini(&fields->parser, field_seen, row_seen, fields) != 0) {
        int code = csv_error(&fields->parser);
        return code == CSV_ENOMEM
                   ? error_set_memory(error)
                   : error_set(error, ERROR_SOURCE, "libcsv: %s", csv_strerror(code));
    }
    return NOVATE_CHECK(error, fields->rows == 1);
}

/* The end of a field's content; `*next` is the byte after its delimiter, or NULL at the end of the
 * record. False: a quote in it is doubled, or the like, and libcsv is to look at it. */
static bool field_end(const struct file_fields *fields,
                      const char *begin,
                      const char *end,
                      bool quoted,
                      const char **stop,
                      const char **next)
{
    size_t left = (size_t)(end - begin);
    const char *delimiter = NULL;
    if (quoted) {
        *stop = left == 0 ? NULL : memchr(begin, fields->quote, left);
        if (*stop == NULL || (*stop + 1 < end && (*stop)[1] != fields->delimiter)) {
            return false;
        }
        delimiter = *stop + 1 < end ? *stop + 1 : NULL;
    } else {
        delimiter = left == 0 ? NULL : memchr(begin, fields->delimiter, left);
        *stop = delimiter == NULL ? end : delimiter;
    }
    *next = delimiter == NULL ? NULL : delimiter + 1;
    return true;
}

/* A record of which no field needs its quotes undone: its items are its own bytes. */
static bool split_simple(struct file_fields *fields, const char *data, size_t size, bool any_quoted)
{
    const char *end = data + size;
    struct text null_text = fields->null_text;
    fields->count = 0;
    while (data != NULL && fields->count < LIMIT_COLUMNS) {
        const char *stop = NULL;
        const char *next = NULL;
        bool quoted = any_quoted && data < end && *data == (char)fields->quote;
        data += quoted ? 1 : 0;
        if (!field_end(fields, data, end, quoted, &stop, &next)) {
            return false;
        }
        struct text field = {.data = data, .size = (uint32_t)(stop - data)};
        if (!quoted && field.size == null_text.size &&
            (field.size == 0 || memcmp(data, null_text.data, field.size) == 0)) {
            field = TEXT_NONE;
        }
        fields->items[fields->count++] = field;
        data = next;
    }
    fields->count += data != NULL ? 1 : 0; /* there are more */
    return true;
}

bool file_fields_split(struct file_fields *fields,
                       const char *data,
                       size_t size,
                       bool quoted,
                       char *plain,
                       struct error *error)
{
    if (fields->fixed != NULL) {
        fields->count = fields->fixed->count;
        fields->status = fixed_fields_split(
            fields->fixed, data, size, fields->offsets, fields->items, &fields->characters);
        return true;
    }
    return split_simple(fields, data, size, quoted) ||
           split_quoted(fields, data, size, plain, error);
}

size_t file_fields_offset(const struct file_fields *fields,
                          struct text record,
                          int index,
                          size_t offset)
{
    const char *end = record.data + record.size;
    const char *at = record.data;
    for (int i = 0; i < index; i++) {
        at = raw_skip(fields, at, end);
    }
    bool quoted = at < end && *at == (char)fields->quote;
    at += quoted ? 1 : 0;
    for (; offset > 0 && at < end; offset--) {
        bool doubled = quoted && at + 1 < end && *at == (char)fields->quote;
        at += doubled ? 2 : 1;
    }
    return (size_t)(at - record.data);
}

void file_fields_release(struct file_fields *fields)
{
    if (fields->parser_ready) {
        csv_free(&fields->parser);
    }
    free(fields->items);
    free(fields->offsets);
    *fields = (struct file_fields){0};
}
