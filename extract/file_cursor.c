/* file_cursor.c — records of a file into batches.
 *
 * Rows are cut into cells, cells stay where the file's bytes are, and at the end of a batch each
 * column is converted in one loop. A batch ends early where the buffer's bytes end, so nothing that
 * a cell points to ever moves.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "cells.h"
#include "file_buffer.h"
#include "file_fields.h"
#include "file_source.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct file_cursor {
    const struct relation *relation;
    const struct file_detail *detail;
    const int *columns;
    struct pace *pace;   /* or NULL */
    uint64_t piece_rows; /* still to be read before the gate is passed again; 0: pass it */
    uint64_t piece_rows_read;
    int64_t piece_ns; /* that reading them took */
    int column_count;
    int *first_use;     /* output column → the first one that reads the same source column */
    int *outputs;       /* column of the relation → output column, or -1 */
    int *field_outputs; /* field of this file → output column, or -1 */
    struct text *cells; /* column_count × LIMIT_BATCH_ROWS */
    uint64_t *begins;   /* of the batch's records, in the stream */
    uint32_t *sizes;    /* of them */
    uint64_t stream;    /* an offset in the stream, and the place in the file that it is */
    uint64_t place;
    struct file_fields fields;
    struct file_buffer buffer;
    char *plain; /* as large as the buffer: fields without their quotes, at their record's place */
    size_t plain_capacity;
    struct file_entry *entry;
    struct file_entry *last; /* of the chunk */
    int fd;
    struct arena arena;
};

static bool cursor_arrays(struct file_cursor *cursor, struct error *error)
{
    int source_count = cursor->relation->schema.count;
    size_t outputs = (size_t)cursor->column_count;
    cursor->first_use = ARENA_ARRAY(&cursor->arena, int, outputs + 1);
    cursor->outputs = ARENA_ARRAY(&cursor->arena, int, (size_t)source_count + 1);
    cursor->field_outputs = ARENA_ARRAY(&cursor->arena, int, (size_t)source_count + 1);
    cursor->cells = ARENA_ARRAY(&cursor->arena, struct text, outputs * LIMIT_BATCH_ROWS + 1);
    cursor->begins = ARENA_ARRAY(&cursor->arena, uint64_t, LIMIT_BATCH_ROWS);
    cursor->sizes = ARENA_ARRAY(&cursor->arena, uint32_t, LIMIT_BATCH_ROWS);
    if (cursor->begins == NULL || cursor->sizes == NULL || cursor->first_use == NULL ||
        cursor->outputs == NULL || cursor->field_outputs == NULL || cursor->cells == NULL) {
        return error_set_memory(error);
    }
    for (int i = 0; i < source_count; i++) {
        cursor->outputs[i] = -1;
    }
    for (int i = 0; i < cursor->column_count; i++) {
        int *output = &cursor->outputs[cursor->columns[i]];
        *output = *output < 0 ? i : *output;
        cursor->first_use[i] = *output;
    }
    return true;
}

static bool cursor_fields(struct file_cursor *cursor, struct error *error)
{
    const struct file_detail *detail = cursor->detail;
    return detail->fixed != NULL
               ? file_fields_init_fixed(&cursor->fields, detail->fixed, error)
               : file_fields_init(
                     &cursor->fields, detail->delimiter, detail->quote, detail->null_text, error);
}

bool file_cursor_open(void *state,
                      const struct relation *relation,
                      const int *columns,
                      const struct schema *schema,
                      struct pace *pace,
                      void **out,
                      struct error *error)
{
    (void)state;
    struct file_cursor *cursor = calloc(1, sizeof *cursor);
    if (cursor == NULL) {
        return error_set_memory(error);
    }
    cursor->relation = relation;
    cursor->detail = relation->detail;
    cursor->columns = columns;
    cursor->pace = pace;
    cursor->column_count = schema->count;
    cursor->fd = -1;
    arena_init(&cursor->arena, 4096, NULL);
    file_buffer_init(&cursor->buffer, LIMIT_BATCH_BYTES, cursor->detail->record_bytes_max);
    if (!cursor_arrays(cursor, error) || !cursor_fields(cursor, error)) {
        file_cursor_close(cursor);
        return false;
    }
    *out = cursor;
    return true;
}

static void file_leave(struct file_cursor *cursor)
{
    if (cursor->fd >= 0) {
        (void)close(cursor->fd);
    }
    cursor->fd = -1;
    cursor->entry = NULL;
}

static bool file_find(const struct file_cursor *cursor,
                      const char *name,
                      struct file_entry **entry,
                      struct error *error)
{
    *entry = file_entry_find(cursor->detail, name);
    return *entry != NULL ||
           error_set(error, ERROR_STATE, "file \"%s\" is not there any more", name);
}

static bool file_enter(struct file_cursor *cursor, struct file_entry *entry, struct error *error)
{
    file_leave(cursor);
    if (!file_entry_open(entry, &cursor->fd, error)) {
        return false;
    }
    cursor->entry = entry;
    for (int i = 0; i < cursor->relation->schema.count; i++) {
        cursor->field_outputs[i] = cursor->outputs[entry->columns[i]];
    }
    return true;
}

static bool range_begin(struct file_cursor *cursor,
                        const struct file_range *range,
                        uint64_t line,
                        char previous,
                        struct error *error)
{
    if (!file_entry_begin(cursor->entry, cursor->fd, range, NULL, &cursor->buffer.input, error)) {
        return false;
    }
    file_buffer_begin(&cursor->buffer, range->begin);
    cursor->stream = range->begin;
    cursor->place = range->begin;
    file_scan_init(
        &cursor->buffer.scan, cursor->detail->delimiter, cursor->detail->quote, range->begin, line);
    cursor->buffer.scan.previous = previous;
    return true;
}

/* A file from its first record to its end. */
static bool whole_begin(struct file_cursor *cursor, struct file_entry *entry, struct error *error)
{
    const struct file_range range = {entry->data_offset, entry->stamp.size};
    return file_enter(cursor, entry, error) &&
           range_begin(cursor, &range, entry->data_line, entry->data_previous, error);
}

static bool group_begin(struct file_cursor *cursor, const struct chunk *chunk, struct error *error)
{
    struct file_entry *first = NULL;
    return file_find(cursor, chunk->file, &first, error) &&
           file_find(cursor, chunk->last_file, &cursor->last, error) &&
           file_group_verify(first, cursor->last, chunk->file_hash, error) &&
           whole_begin(cursor, first, error);
}

static bool part_begin(struct file_cursor *cursor, const struct chunk *chunk, struct error *error)
{
    struct file_entry *entry = NULL;
    const struct file_range range = {chunk->offset, chunk->offset + chunk->size};
    if (!file_find(cursor, chunk->file, &entry, error)) {
        return false;
    }
    cursor->last = entry;
    if (cursor->entry == entry ? !file_entry_check(entry, cursor->fd, error)
                               : !file_enter(cursor, entry, error)) {
        return false;
    }
    return file_entry_verify(entry, cursor->fd, chunk->file_hash, error) &&
           range_begin(cursor, &range, chunk->first_line, '\n', error);
}

bool file_cursor_begin(void *state, const struct chunk *chunk, struct error *error)
{
    struct file_cursor *cursor = state;
    if (!NOVATE_CHECK(error, chunk->kind == CHUNK_FILE_RANGE && chunk->file != NULL)) {
        return false;
    }
    cursor->piece_rows = 0;
    return chunk->last_file != NULL ? group_begin(cursor, chunk, error)
                                    : part_begin(cursor, chunk, error);
}

static bool refuse_record(struct batch *batch, int row, const char *message, struct error *error)
{
    const struct row_error note = {.row = (uint16_t)row,
                                   .column = -1,
                                   .class = REJECT_COLUMNS,
                                   .sqlstate = "22P04",
                                   .message = message};
    return message != NULL ? batch_note(batch, &note, error) : error_set_memory(error);
}

/* A record whose characters cannot be counted has no columns. */
static bool refuse_bytes(struct batch *batch, int row, struct error *error)
{
    const struct row_error note = {.row = (uint16_t)row,
                                   .column = -1,
                                   .class = REJECT_ENCODING,
                                   .sqlstate = "22021",
                                   .message = "record is not valid UTF-8"};
    return batch_note(batch, &note, error);
}

/* A record that does not have the relation's columns. */
static bool refuse_shape(
    const struct file_fields *fields, int count, struct batch *batch, int row, struct error *error)
{
    if (fields->status == FIXED_ENCODING) {
        return refuse_bytes(batch, row, error);
    }
    if (fields->status == FIXED_LENGTH) {
        return refuse_record(batch,
                             row,
                             arena_format(&batch->arena,
                                          "record has %zu characters instead of %u",
                                          fields->characters,
                                          fields->fixed->width),
                             error);
    }
    const char *message =
        fields->count > LIMIT_COLUMNS
            ? "record has more fields than can be carried"
            : arena_format(
                  &batch->arena, "record has %d fields instead of %d", fields->count, count);
    return refuse_record(batch, row, message, error);
}

/* The fields of the record go to their columns; a record that is not well formed has none. */
static bool row_fill(struct file_cursor *cursor, struct batch *batch, int row, struct error *error)
{
    const struct file_record *record = &cursor->buffer.scan.record;
    const struct file_fields *fields = &cursor->fields;
    int count = cursor->relation->schema.count;
    struct text *cells = cursor->cells;
    if (fields->count == count && fields->status == FIXED_OK && !record->malformed &&
        !record->unclosed) {
        for (int i = 0; i < count; i++) {
            int output = cursor->field_outputs[i];
            if (output >= 0) {
                cells[(size_t)output * LIMIT_BATCH_ROWS + (size_t)row] = fields->items[i];
            }
        }
        return true;
    }
    for (int i = 0; i < cursor->column_count; i++) {
        cells[(size_t)i * LIMIT_BATCH_ROWS + (size_t)row] = TEXT_NONE;
    }
    if (record->unclosed) {
        return refuse_record(batch, row, "the file ends in a quoted field", error);
    }
    if (record->malformed) {
        return refuse_record(batch, row, "a quote in a quoted field is not doubled", error);
    }
    return refuse_shape(fields, count, batch, row, error);
}

static bool plain_room(struct file_cursor *cursor, struct error *error)
{
    if (cursor->plain_capacity < cursor->buffer.capacity) {
        char *plain = realloc(cursor->plain, cursor->buffer.capacity);
        if (plain == NULL) {
            return error_set_memory(error);
        }
        cursor->plain = plain;
        cursor->plain_capacity = cursor->buffer.capacity;
    }
    return true;
}

/* The place in the file of an offset in the stream; asked for in rising order, of the beginning and
 * the end of each record. What is gone from the buffer since is line ends. */
static uint64_t place_of(struct file_cursor *cursor, uint64_t offset)
{
    enum wide_order order = cursor->entry->manner.order;
    const struct file_buffer *buffer = &cursor->buffer;
    if (cursor->stream < buffer->base) {
        cursor->place += (buffer->base - cursor->stream) * (order == WIDE_NONE ? 1 : 2);
        cursor->stream = buffer->base;
    }
    cursor->place += file_input_bytes(
        order, buffer->data + (cursor->stream - buffer->base), (size_t)(offset - cursor->stream));
    cursor->stream = offset;
    return cursor->place;
}

static bool row_read(struct file_cursor *cursor, struct batch *batch, int row, struct error *error)
{
    const struct file_record *record = &cursor->buffer.scan.record;
    size_t size = 0;
    const char *data = file_buffer_record(&cursor->buffer, &size);
    char *plain = NULL;
    if (record->quoted) {
        /* The buffer grows only before the first row, so no cell points to what moves here. */
        if (!plain_room(cursor, error)) {
            return false;
        }
        plain = cursor->plain + (data - cursor->buffer.data);
    }
    if (!file_fields_split(&cursor->fields, data, size, record->quoted, plain, error)) {
        return false;
    }
    batch->lines[row] = record->line;
    batch->offsets[row] = place_of(cursor, record->begin);
    (void)place_of(cursor, record->end);
    cursor->begins[row] = record->begin;
    cursor->sizes[row] = (uint32_t)size;
    return row_fill(cursor, batch, row, error);
}

/* struct cell_places: a cell is where its record is, or without quotes where they were taken off.
 */
static bool cell_place(
    void *state, const struct batch *batch, int column, int row, size_t offset, uint64_t *place)
{
    const struct file_cursor *cursor = state;
    const struct file_buffer *buffer = &cursor->buffer;
    const char *record = buffer->data + (cursor->begins[row] - buffer->base);
    int output = cursor->first_use[column];
    struct text cell = cursor->cells[(size_t)output * LIMIT_BATCH_ROWS + (size_t)row];
    uintptr_t from = (uintptr_t)record;
    uintptr_t at = (uintptr_t)cell.data;
    size_t before = (size_t)(at - from) + offset;
    if (at < from || at > from + cursor->sizes[row]) {
        int field = 0;
        while (cursor->field_outputs[field] != output) {
            field++;
        }
        before = file_fields_offset(
            &cursor->fields, text_from(record, cursor->sizes[row]), field, offset);
    }
    *place = batch->offsets[row] + file_input_bytes(cursor->entry->manner.order, record, before);
    return true;
}

static bool columns_convert(struct file_cursor *cursor,
                            struct batch *batch,
                            int rows,
                            struct error *error)
{
    const struct cell_places places = {.state = cursor, .offset = cell_place};
    for (int i = 0; i < cursor->column_count; i++) {
        const struct cell_format format = {.care = cursor->detail->cares[cursor->columns[i]],
                                           .places = &places,
                                           .repeated = cursor->first_use[i] != i,
                                           .dates = cursor->detail->dates[cursor->columns[i]],
                                           .zone = cursor->detail->zone,
                                           .declared = true,
                                           .hex_bytes = true};
        const struct text *cells = cursor->cells + (size_t)cursor->first_use[i] * LIMIT_BATCH_ROWS;
        if (!cells_convert(cells, 0, rows, &format, batch, i, error)) {
            return false;
        }
    }
    return true;
}

/* Rows of one file. */
static bool rows_read(struct file_cursor *cursor,
                      struct batch *batch,
                      bool *ended,
                      struct error *error)
{
    enum file_buffer_status status = FILE_BUFFER_RECORD;
    int row = 0;
    batch->file = cursor->entry->name;
    while (row < LIMIT_BATCH_ROWS) {
        if (!file_buffer_next(&cursor->buffer, row == 0, &status, error)) {
            return false;
        }
        if (status != FILE_BUFFER_RECORD) {
            break;
        }
        if (!row_read(cursor, batch, row, error)) {
            return false;
        }
        row++;
    }
    batch->rows = row;
    *ended = status == FILE_BUFFER_END;
    /* Read whole, and still the file that it was? */
    return columns_convert(cursor, batch, row, error) &&
           (!*ended || file_entry_check(cursor->entry, cursor->fd, error));
}

/* A batch has rows of one file. */
static bool batch_read(struct file_cursor *cursor,
                       struct batch *batch,
                       bool *ended,
                       struct error *error)
{
    for (;;) {
        if (!rows_read(cursor, batch, ended, error)) {
            return false;
        }
        if (!*ended || cursor->entry == cursor->last) {
            return true;
        }
        if (!whole_begin(cursor, cursor->entry + 1, error)) {
            return false;
        }
        if (batch->rows > 0) {
            *ended = false;
            return true;
        }
    }
}

static int64_t now_ns(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* A piece of a file is to the pace what a query is: so many rows, or to the end of the chunk. */
bool file_cursor_next(void *state, struct batch *batch, bool *ended, struct error *error)
{
    struct file_cursor *cursor = state;
    if (cursor->piece_rows == 0) {
        if (pace_enter(cursor->pace) == PACE_CANCELLED) {
            return error_set(error, ERROR_INTERRUPTED, "interrupted");
        }
        cursor->piece_rows = pace_read_rows(cursor->pace);
        cursor->piece_rows_read = 0;
        cursor->piece_ns = 0;
    }
    int64_t began = now_ns();
    if (!batch_read(cursor, batch, ended, error)) {
        return false;
    }
    cursor->piece_ns += now_ns() - began;
    cursor->piece_rows_read += (uint64_t)batch->rows;
    if (*ended || cursor->piece_rows_read >= cursor->piece_rows) {
        pace_leave(cursor->pace, cursor->piece_rows_read, cursor->piece_ns);
        cursor->piece_rows = 0;
    }
    return true;
}

void file_cursor_close(void *state)
{
    struct file_cursor *cursor = state;
    file_leave(cursor);
    file_fields_release(&cursor->fields);
    file_buffer_release(&cursor->buffer);
    arena_release(&cursor->arena);
    free(cursor->plain);
    free(cursor);
}
