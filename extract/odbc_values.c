/* odbc_values.c — values of a block, as a driver gives them, into vectors.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_block.h"
#include "scalar.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define WIDTH_REAL 40

#define NANOSECONDS_PER_MICROSECOND 1000

/* What the conversions of a column share. */
struct values {
    struct odbc_block *block;
    SQLHSTMT statement;
    const struct odbc_slot *slot;
    int index; /* of the slot, and of the column */
    struct batch *batch;
    struct vector *vector;
    size_t from; /* rows of the block, */
    size_t end;
    int first; /* and what is added to one of them for its row in the batch */
    struct error *error;
};

/* The terminator that SQLGetData() adds to each piece is written over by the next one. */
static bool pieces_read(struct odbc_block *block,
                        SQLHSTMT statement,
                        int slot_index,
                        struct arena *arena,
                        char *data,
                        size_t capacity,
                        size_t used,
                        struct text *value,
                        struct error *error)
{
    const struct odbc_slot *slot = &block->slots[slot_index];
    for (;;) {
        SQLLEN indicator = 0;
        size_t room = capacity - used - slot->end_bytes;
        SQLRETURN result = SQLGetData(statement,
                                      (SQLUSMALLINT)(slot_index + 1),
                                      slot->c_type,
                                      data + used,
                                      (SQLLEN)(capacity - used),
                                      &indicator);
        if (result == SQL_NO_DATA) {
            break;
        }
        if (!SQL_SUCCEEDED(result)) {
            return odbc_fetch_refused(block, statement, error);
        }
        bool more = indicator == SQL_NO_TOTAL || (indicator > 0 && (size_t)indicator > room);
        used += more ? room : indicator > 0 ? (size_t)indicator : 0;
        if (!more) {
            break;
        }
        size_t wanted = capacity * 2;
        if (wanted > LIMIT_FIELD_BYTES * 2) {
            (void)error_set(error, ERROR_SOURCE, "a value of the source is too large");
            return error_detail(error, "A value may have %zu bytes.", LIMIT_FIELD_BYTES);
        }
        char *grown = arena_bytes(arena, wanted);
        if (grown == NULL) {
            return error_set_memory(error);
        }
        memcpy(grown, data, used);
        data = grown;
        capacity = wanted;
    }
    *value = text_from(data, used);
    return true;
}

bool odbc_block_reread(struct odbc_block *block,
                       SQLHSTMT statement,
                       int slot_index,
                       size_t row,
                       struct arena *large,
                       struct text *value,
                       struct error *error)
{
    const struct odbc_slot *slot = &block->slots[slot_index];
    SQLLEN indicator = slot->indicators[row];
    size_t known = indicator > 0 ? (size_t)indicator : 0;
    size_t capacity = (known > slot->width ? known : slot->width * 4) + 2 * sizeof(SQLWCHAR);
    capacity &= ~(sizeof(SQLWCHAR) - 1);
    size_t used = block->bound ? 0 : slot->width - slot->end_bytes;
    if (known > LIMIT_FIELD_BYTES * 2) {
        (void)error_set(error, ERROR_SOURCE, "a value of the source is too large");
        return error_detail(error, "A value may have %zu bytes.", LIMIT_FIELD_BYTES);
    }
    bool own = large != NULL && known >= LIMIT_LARGE_BYTES;
    struct arena *arena = own ? large : &block->arena;
    char *data =
        own ? arena_large(arena, capacity) : arena_push(arena, capacity, alignof(SQLWCHAR));
    if (data == NULL) {
        return error_set_memory(error);
    }
    memcpy(data, slot->data + row * slot->width, used);
    if (block->capacity > 1 &&
        !SQL_SUCCEEDED(SQLSetPos(statement, row + 1, SQL_POSITION, SQL_LOCK_NO_CHANGE))) {
        return odbc_fetch_refused(block, statement, error);
    }
    return pieces_read(block, statement, slot_index, arena, data, capacity, used, value, error);
}

static int row_of(const struct values *at, size_t row)
{
    return at->first + (int)row;
}

static bool is_null(const struct values *at, size_t row)
{
    return at->slot->indicators[row] == SQL_NULL_DATA;
}

static bool set_null(const struct values *at, size_t row)
{
    return cell_set_null(at->batch, at->index, row_of(at, row), at->error);
}

static bool refuse(const struct values *at, size_t row, enum reject_class class, const char *text)
{
    return cell_refuse(at->batch, at->index, row_of(at, row), class, text, at->error);
}

static bool convert_fixed(const struct values *at)
{
    const unsigned char *from = at->slot->data + at->from * at->slot->width;
    for (size_t row = at->from; row < at->end; row++, from += at->slot->width) {
        if (is_null(at, row)) {
            if (!set_null(at, row)) {
                return false;
            }
        } else if (at->slot->form == ODBC_FORM_INTEGER) {
            memcpy(&at->vector->int64s[row_of(at, row)], from, sizeof(int64_t));
        } else if (at->slot->form == ODBC_FORM_DOUBLE) {
            memcpy(&at->vector->doubles[row_of(at, row)], from, sizeof(double));
        } else {
            at->vector->bools[row_of(at, row)] = *from != 0;
        }
    }
    return true;
}

static bool date_value(const SQL_DATE_STRUCT *date, int64_t *value)
{
    struct datetime_fields fields = {.year = date->year, .month = date->month, .day = date->day};
    if (!datetime_fields_valid(&fields)) {
        return false;
    }
    *value = date_from_civil(date->year, date->month, date->day);
    return true;
}

static bool timestamp_value(const SQL_TIMESTAMP_STRUCT *stamp, int64_t *value)
{
    SQL_DATE_STRUCT date = {.year = stamp->year, .month = stamp->month, .day = stamp->day};
    if (!date_value(&date, value) || stamp->hour > 23 || stamp->minute > 59 || stamp->second > 59 ||
        stamp->fraction > 999999999) {
        return false;
    }
    int64_t seconds = (int64_t)stamp->hour * 3600 + stamp->minute * 60 + stamp->second;
    /* PostgreSQL rounds what is finer than a microsecond. */
    int64_t micros =
        (stamp->fraction + NANOSECONDS_PER_MICROSECOND / 2) / NANOSECONDS_PER_MICROSECOND;
    *value = *value * MICROSECONDS_PER_DAY + seconds * 1000000 + micros;
    return true;
}

static bool time_value(const SQL_TIME_STRUCT *time, int64_t *value)
{
    *value = ((int64_t)time->hour * 3600 + time->minute * 60 + time->second) * 1000000;
    return time->hour < 24 && time->minute < 60 && time->second < 60;
}

static bool convert_times(const struct values *at)
{
    const unsigned char *from = at->slot->data + at->from * at->slot->width;
    for (size_t row = at->from; row < at->end; row++, from += at->slot->width) {
        int64_t value = 0;
        bool valid = true;
        if (is_null(at, row)) {
            if (!set_null(at, row)) {
                return false;
            }
            continue;
        }
        if (at->slot->form == ODBC_FORM_DATE) {
            SQL_DATE_STRUCT date;
            memcpy(&date, from, sizeof date);
            valid = date_value(&date, &value);
        } else if (at->slot->form == ODBC_FORM_TIME) {
            SQL_TIME_STRUCT time;
            memcpy(&time, from, sizeof time);
            valid = time_value(&time, &value);
        } else {
            SQL_TIMESTAMP_STRUCT stamp;
            memcpy(&stamp, from, sizeof stamp);
            valid = timestamp_value(&stamp, &value);
        }
        if (valid) {
            at->vector->int64s[row_of(at, row)] = value;
        } else if (!refuse(at, row, REJECT_RANGE, "date or time is out of range")) {
            return false;
        }
    }
    return true;
}

/* YYYYMMDD, or YYYYMMDDhhmmss. MariaDB's 0000-00-00 is 0, 2024-00-01 has no month, and its year 0
 * has a day less than the one before the year 1. */
static bool unpack(int64_t digits, bool date_only, int64_t *value)
{
    int64_t date = date_only ? digits : digits / 1000000;
    int time = date_only ? 0 : (int)(digits % 1000000);
    struct datetime_fields fields = {.year = date / 10000,
                                     .month = (int)(date / 100 % 100),
                                     .day = (int)(date % 100),
                                     .hour = time / 10000,
                                     .minute = time / 100 % 100,
                                     .second = time % 100};
    if (fields.year <= 0 || !datetime_fields_valid(&fields)) {
        return false;
    }
    int64_t days = date_from_civil(fields.year, fields.month, fields.day);
    int64_t seconds = (int64_t)fields.hour * 3600 + fields.minute * 60 + fields.second;
    *value = date_only ? days : days * MICROSECONDS_PER_DAY + seconds * 1000000;
    return true;
}

/* 20240229123456.123456 */
static bool unpack_text(const char *text, SQLLEN size, int64_t *value)
{
    int64_t digits = 0;
    int64_t micros = 0;
    const char *point = size > 0 ? memchr(text, '.', (size_t)size) : NULL;
    if (point == NULL ||
        scalar_integer(text_from(text, (size_t)(point - text)), 0, INT64_MAX, &digits) !=
            SCALAR_OK ||
        scalar_integer(
            text_from(point + 1, (size_t)(text + size - point) - 1), 0, 999999, &micros) !=
            SCALAR_OK ||
        !unpack(digits, false, value)) {
        return false;
    }
    *value += micros;
    return true;
}

static bool convert_packed(const struct values *at)
{
    const unsigned char *from = at->slot->data + at->from * at->slot->width;
    bool date_only = at->vector->type.id == TYPE_DATE;
    for (size_t row = at->from; row < at->end; row++, from += at->slot->width) {
        int64_t value = 0;
        bool valid = false;
        if (is_null(at, row)) {
            if (!set_null(at, row)) {
                return false;
            }
            continue;
        }
        if (at->slot->form == ODBC_FORM_PACKED) {
            int64_t digits = 0;
            memcpy(&digits, from, sizeof digits);
            valid = unpack(digits, date_only, &value);
        } else {
            valid = unpack_text((const char *)from, at->slot->indicators[row], &value);
        }
        if (valid) {
            at->vector->int64s[row_of(at, row)] = value;
        } else if (!refuse(at, row, REJECT_RANGE, "date or time is out of range")) {
            return false;
        }
    }
    return true;
}

/* Where a large value is read to: into the batch at once, if what is read is what stays. */
static struct arena *large_arena(const struct values *at, const char *data)
{
    enum odbc_form form = at->slot->form;
    bool stays = form == ODBC_FORM_TEXT || form == ODBC_FORM_BYTES ||
                 (form == ODBC_FORM_TAGGED && data[0] == 't');
    return stays ? &at->batch->arena : NULL;
}

/* The bytes of each value, in the driver's own form. */
static bool cells_collect(const struct values *at)
{
    struct text *cells = at->block->cells;
    const struct odbc_slot *slot = at->slot;
    for (size_t row = at->from; row < at->end; row++) {
        const char *data = (const char *)slot->data + row * slot->width;
        if (is_null(at, row)) {
            cells[row] = TEXT_NONE;
        } else if (!odbc_slot_truncated(slot, row)) {
            cells[row] = text_from(data, (size_t)slot->indicators[row]);
        } else if (!at->block->bound) {
            cells[row] = slot->whole;
        } else if (!odbc_block_reread(at->block,
                                      at->statement,
                                      at->index,
                                      row,
                                      large_arena(at, data),
                                      &cells[row],
                                      at->error)) {
            return false;
        }
    }
    return true;
}

/* Bytes that well-formed UTF-16 takes in UTF-8; no fewer than what comes of any other. */
static size_t narrow_bytes(const SQLWCHAR *units, size_t count)
{
    size_t bytes = 0;
    for (size_t i = 0; i < count; i++) {
        SQLWCHAR unit = units[i];
        bytes += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xD800 && unit < 0xE000) ? 2 : 3;
    }
    return bytes;
}

/* UTF-16 to UTF-8, in the block's arena; a large one in the batch's. */
static bool cell_narrow(const struct values *at, size_t row)
{
    struct text *cell = &at->block->cells[row];
    const void *from = cell->data; /* aligned: slots and pieces are */
    size_t units = cell->size / sizeof(SQLWCHAR);
    size_t size = 0;
    size_t offset = 0;
    size_t room = narrow_bytes(from, units);
    char *to = room >= LIMIT_LARGE_BYTES ? arena_large(&at->batch->arena, room)
                                         : arena_bytes(&at->block->arena, room);
    if (to == NULL) {
        return error_set_memory(at->error);
    }
    if (!utf16_decode(from, units, to, &size, &offset)) {
        to = arena_bytes(&at->block->arena, units * 3);
        if (to == NULL) {
            return error_set_memory(at->error);
        }
        size = utf16_decode_any(from, units, to); /* refused or repaired with the other texts */
    }
    *cell = text_from(to, size);
    return true;
}

static bool cells_narrow(const struct values *at)
{
    for (size_t row = at->from; row < at->end; row++) {
        if (at->block->cells[row].data != NULL && !cell_narrow(at, row)) {
            return false;
        }
    }
    return true;
}

static bool hex_decode(struct text *cell, struct arena *arena, struct arena *large)
{
    char *text = cell->size >= 2 * LIMIT_LARGE_BYTES ? arena_large(large, (size_t)cell->size / 2)
                                                     : arena_bytes(arena, (size_t)cell->size + 2);
    if (text == NULL) {
        return false;
    }
    for (uint32_t i = 0; i + 1 < cell->size; i += 2) {
        int high = cell->data[i] <= '9' ? cell->data[i] - '0' : cell->data[i] - 'A' + 10;
        int low = cell->data[i + 1] <= '9' ? cell->data[i + 1] - '0' : cell->data[i + 1] - 'A' + 10;
        text[i / 2] = (char)(high << 4 | low);
    }
    *cell = text_from(text, cell->size / 2);
    return true;
}

/* Which storage classes of SQLite a type takes: t(ext), i(nteger), r(eal), b(lob). */
static const char *tags_of(enum type_id id)
{
    switch ((int)id) {
    case TYPE_BYTEA:
        return "b";
    case TYPE_DATE:
    case TYPE_TIME:
    case TYPE_TIMESTAMP:
    case TYPE_TIMESTAMPTZ:
    case TYPE_UUID:
        return "t"; /* numbers may be days, seconds or milliseconds: nothing says which */
    default:
        return "tir";
    }
}

/* A double, written with the fewest digits that mean the same double, as SQLite would if it had
 * more than 15: its 21 digits are for reading back, not for people. */
static bool real_shorten(struct text *cell, struct arena *arena)
{
    double value = 0;
    double again = 0;
    char text[WIDTH_REAL];
    if (scalar_float(*cell, false, &value) != SCALAR_OK || !isfinite(value)) {
        return true;
    }
    for (int digits = DBL_DIG; digits <= DBL_DECIMAL_DIG; digits++) {
        (void)snprintf(text, sizeof text - 2, "%.*g", digits, value);
        if (scalar_float(text_of(text), false, &again) == SCALAR_OK &&
            memcmp(&again, &value, sizeof value) == 0) {
            break;
        }
    }
    size_t size = strlen(text);
    if (strpbrk(text, ".e") == NULL) {
        memcpy(text + size, ".0", sizeof ".0");
        size += 2;
    }
    const char *copy = arena_copy(arena, text, size);
    *cell = text_from(copy, copy == NULL ? 0 : size);
    return copy != NULL;
}

static bool begins_integer(struct text cell)
{
    return cell.size > 0 && (cell.data[0] == '-' || (cell.data[0] >= '0' && cell.data[0] <= '9'));
}

/* SQLite: the letter before the value is its storage class; an integer has none. */
static bool cells_untag(const struct values *at)
{
    struct text *cells = at->block->cells;
    const char *tags = tags_of(at->vector->type.id);
    for (size_t row = at->from; row < at->end; row++) {
        struct text cell = cells[row];
        if (cell.data == NULL) {
            continue;
        }
        bool bare = begins_integer(cell);
        char tag = bare ? 'i' : cell.size > 0 ? cell.data[0] : '\0';
        cells[row] = TEXT_NONE;
        bool hex = tag == 'x';
        tag = hex ? 't' : tag; /* a text, in digits because of U+0000 or its encoding */
        if (tag == '\0' || strchr(tags, tag) == NULL) {
            if (!refuse(at, row, REJECT_TYPE, "value is not of the type that is declared")) {
                return false;
            }
        } else {
            cells[row] = bare ? cell : text_from(cell.data + 1, (size_t)cell.size - 1);
            bool shortens = tag == 'r' && at->vector->type.id != TYPE_FLOAT8;
            if (((hex || tag == 'b') &&
                 !hex_decode(&cells[row], &at->block->arena, &at->batch->arena)) ||
                (shortens && !real_shorten(&cells[row], &at->block->arena))) {
                return error_set_memory(at->error);
            }
        }
    }
    return true;
}

static bool convert_cells(const struct values *at)
{
    /* Zones are the session's, which is in UTC. */
    const struct cell_format format = {.care = at->slot->column->care};
    enum odbc_form form = at->slot->form;
    return cells_collect(at) && (form != ODBC_FORM_WIDE || cells_narrow(at)) &&
           (form != ODBC_FORM_TAGGED || cells_untag(at)) &&
           cells_convert(at->block->cells + at->from,
                         row_of(at, at->from),
                         (int)(at->end - at->from),
                         &format,
                         at->batch,
                         at->index,
                         at->error);
}

/* A row of which the driver could not give a value: it is refused, whichever value it was. */
static bool rows_refuse(
    struct odbc_block *block, struct batch *batch, int first, size_t end, struct error *error)
{
    for (size_t row = block->taken; row < end; row++) {
        if (block->status[row] != SQL_ROW_ERROR) {
            continue;
        }
        const struct row_error note = {.row = (uint16_t)(first + (int)(row - block->taken)),
                                       .column = -1,
                                       .class = REJECT_TYPE,
                                       .sqlstate = "22018",
                                       .message = "the driver cannot convert a value of the row"};
        if (!batch_note(batch, &note, error)) {
            return false;
        }
        for (int i = 0; i < block->slot_count; i++) {
            block->slots[i].indicators[row] = SQL_NULL_DATA;
        }
    }
    return true;
}

/* How many of the rows that are left pass a number of bytes. Only values that are longer than their
 * buffers count: those that are not were counted when the block was made. */
static size_t rows_end(const struct odbc_block *block, size_t bytes_max)
{
    size_t bytes = 0;
    for (size_t row = block->taken; row < block->fetched; row++) {
        for (int i = 0; i < block->slot_count; i++) {
            const struct odbc_slot *slot = &block->slots[i];
            if (block->status[row] != SQL_ROW_ERROR && odbc_slot_truncated(slot, row)) {
                SQLLEN indicator = slot->indicators[row];
                bytes += indicator > 0 ? (size_t)indicator : bytes_max;
            }
        }
        if (bytes >= bytes_max) {
            return row + 1;
        }
    }
    return block->fetched;
}

static bool slot_convert(const struct values *at)
{
    switch (at->slot->form) {
    case ODBC_FORM_INTEGER:
    case ODBC_FORM_DOUBLE:
    case ODBC_FORM_BIT:
        return convert_fixed(at);
    case ODBC_FORM_DATE:
    case ODBC_FORM_TIME:
    case ODBC_FORM_TIMESTAMP:
        return convert_times(at);
    case ODBC_FORM_PACKED:
    case ODBC_FORM_PACKED_TEXT:
        return convert_packed(at);
    case ODBC_FORM_TEXT:
    case ODBC_FORM_WIDE:
    case ODBC_FORM_BYTES:
    case ODBC_FORM_TAGGED:
    case ODBC_FORM_NATIONAL:
        break;
    }
    return convert_cells(at);
}

bool odbc_block_convert(struct odbc_block *block,
                        SQLHSTMT statement,
                        struct batch *batch,
                        int first,
                        size_t bytes_max,
                        int *count,
                        struct error *error)
{
    size_t end = rows_end(block, bytes_max);
    struct arena_mark mark = arena_mark(&block->arena);
    bool ok = rows_refuse(block, batch, first, end, error);
    for (int i = 0; ok && i < block->slot_count; i++) {
        const struct values at = {.block = block,
                                  .statement = statement,
                                  .slot = &block->slots[i],
                                  .index = i,
                                  .batch = batch,
                                  .vector = &batch->columns[i],
                                  .from = block->taken,
                                  .end = end,
                                  .first = first - (int)block->taken,
                                  .error = error};
        ok = slot_convert(&at);
    }
    arena_rewind(&block->arena, mark);
    *count = (int)(end - block->taken);
    block->taken = end;
    return ok;
}
