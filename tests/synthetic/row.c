/* row.c — one row; the contract is in row.h. SPDX-License-Identifier: Apache-2.0 */
#include "row.h"

#include "calendar.h"
#include "fatal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static struct value default_of(const struct column *column)
{
    bool end = strstr(column->name, "END_") != NULL || strstr(column->name, "UNTIL") != NULL;

    if (!column->not_null) {
        return (struct value){.kind = VALUE_NULL};
    }
    switch (column->type) {
    case COLUMN_NUMBER:
    case COLUMN_DOUBLE:
        return (struct value){.kind = VALUE_INTEGER};
    case COLUMN_MOMENT:
    case COLUMN_DAY:
        return (struct value){
            .kind = VALUE_MOMENT,
            .integer = calendar_moment(end ? 2100 : 1800, end ? 12 : 1, end ? 31 : 1, 0)};
    case COLUMN_TEXT:
    case COLUMN_CHAR:
    case COLUMN_LONG_TEXT:
        return (struct value){.kind = VALUE_TEXT, .bytes = " ", .size = 1};
    case COLUMN_BYTES:
        break;
    }
    return (struct value){.kind = VALUE_BYTES, .bytes = ""};
}

void row_begin(struct row *row, struct table *table)
{
    row->table = table;
    row->touched_count = 0;
    row->note_count = 0;
    row->left_out = false;
    row->scratch_used = 0;
    memset(row->is_touched, 0, sizeof row->is_touched);
    for (int i = 0; i < table->count; i++) {
        row->defaults[i] = default_of(&table->columns[i]);
        row->values[i] = row->defaults[i];
    }
}

void row_reset(struct row *row)
{
    for (int i = 0; i < row->touched_count; i++) {
        int column = row->touched[i];
        row->values[column] = row->defaults[column];
        row->is_touched[column] = false;
    }
    row->touched_count = 0;
    row->note_count = 0;
    row->left_out = false;
    row->scratch_used = 0;
    row->ward = 0;
}

static struct value *touch(struct row *row, const char *name)
{
    int column = table_column(row->table, name);
    if (column < 0) {
        fatal("table %s has no column %s", row->table->name, name);
    }
    if (!row->is_touched[column]) {
        row->is_touched[column] = true;
        row->touched[row->touched_count++] = column;
    }
    return &row->values[column];
}

void row_number(struct row *row, const char *column, int64_t number)
{
    *touch(row, column) = (struct value){.kind = VALUE_INTEGER, .integer = number};
}

void row_moment(struct row *row, const char *column, int64_t moment)
{
    *touch(row, column) = (struct value){.kind = VALUE_MOMENT, .integer = moment};
}

void row_null(struct row *row, const char *column)
{
    *touch(row, column) = (struct value){.kind = VALUE_NULL};
}

void row_text_sized(struct row *row, const char *column, const char *text, size_t size)
{
    *touch(row, column) = (struct value){.kind = VALUE_TEXT, .bytes = text, .size = size};
}

void row_text(struct row *row, const char *column, const char *text)
{
    row_text_sized(row, column, text, strlen(text));
}

void row_bytes(struct row *row, const char *column, const void *bytes, size_t size)
{
    *touch(row, column) = (struct value){.kind = VALUE_BYTES, .bytes = bytes, .size = size};
}

char *row_room(struct row *row, size_t size)
{
    if (size > SCRATCH_BYTES - row->scratch_used) {
        fatal("table %s: a row has no room for %zu bytes", row->table->name, size);
    }
    char *room = row->scratch + row->scratch_used;
    row->scratch_used += size;
    return room;
}

const char *row_format(struct row *row, const char *column, const char *format, ...)
{
    va_list arguments;
    char *text = row->scratch + row->scratch_used;
    size_t room = SCRATCH_BYTES - row->scratch_used;

    va_start(arguments, format);
    int length = vsnprintf(text, room, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= room) {
        fatal("table %s, column %s: no room", row->table->name, column);
    }
    row->scratch_used += (size_t)length + 1;
    row_text_sized(row, column, text, (size_t)length);
    return text;
}

bool row_has(struct row *row, const char *column)
{
    return table_column(row->table, column) >= 0;
}

const struct value *row_value(const struct row *row, int column)
{
    return &row->values[column];
}

void row_note(struct row *row, enum kind kind)
{
    if (row->note_count == NOTES_MAX) {
        fatal("table %s: more notes than a row may have", row->table->name);
    }
    row->notes[row->note_count++] = kind;
}
