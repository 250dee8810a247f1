/* cells.c — a column of texts as a source gave them, into a typed vector.
 *
 * One loop per type, so that the type is decided once per column and not once per value.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "cells_private.h"
#include "scalar.h"

#include <string.h>

static struct text cell_at(const struct conversion *at, int row)
{
    return at->cells[row - at->first];
}

static const char *sqlstate_of(enum reject_class class)
{
    switch ((int)class) {
    case REJECT_RANGE:
        return "22003";
    case REJECT_LENGTH:
        return "22001";
    case REJECT_ENCODING:
    case REJECT_NUL:
        return "22021";
    default:
        return "22P02";
    }
}

bool cell_set_null(struct batch *batch, int column, int row, struct error *error)
{
    struct vector *vector = &batch->columns[column];
    if (vector->valid == NULL && !vector_ensure_validity(vector, &batch->arena, error)) {
        return false;
    }
    validity_clear(vector->valid, row);
    return true;
}

bool cell_refuse(struct batch *batch,
                 int column,
                 int row,
                 enum reject_class class,
                 const char *message,
                 struct error *error)
{
    struct row_error note = {.row = (uint16_t)row,
                             .column = (int16_t)column,
                             .class = class,
                             .message = message != NULL ? message : reject_class_text(class)};
    memcpy(note.sqlstate, sqlstate_of(class), sizeof note.sqlstate);
    return batch_note(batch, &note, error) && cell_set_null(batch, column, row, error);
}

/* "not a valid value of type integer" */
static bool refuse(const struct conversion *at, int row, bool in_range)
{
    struct text_buffer name;
    text_buffer_init(&name, 256);
    type_format(at->vector->type, &name);
    const char *message =
        arena_format(&at->batch->arena,
                     in_range ? "value is not of type %s" : "value is out of range for type %s",
                     name.data != NULL ? name.data : "the column");
    text_buffer_release(&name);
    return cell_refuse(
        at->batch, at->column, row, in_range ? REJECT_TYPE : REJECT_RANGE, message, at->error);
}

static bool refuse_scalar(const struct conversion *at, int row, enum scalar_status status)
{
    return refuse(at, row, status == SCALAR_TYPE);
}

static bool set_null(const struct conversion *at, int row)
{
    return cell_set_null(at->batch, at->column, row, at->error);
}

static bool convert_integers(const struct conversion *at)
{
    enum type_id id = at->vector->type.id;
    int64_t max = id == TYPE_INT2 ? INT16_MAX : id == TYPE_INT4 ? INT32_MAX : INT64_MAX;
    int64_t min = -max - 1;
    int64_t *values = at->vector->int64s;
    for (int row = at->first; row < at->end; row++) {
        struct text cell = cell_at(at, row);
        if (cell.data == NULL) {
            if (!set_null(at, row)) {
                return false;
            }
            continue;
        }
        int64_t value = 0;
        enum scalar_status status = scalar_integer(cell, min, max, &value);
        if (status == SCALAR_OK) {
            values[row] = value;
        } else if (!refuse_scalar(at, row, status)) {
            return false;
        }
    }
    return true;
}

/* A number that has more digits after the point than declared is refused, not rounded: what is
 * read must be what was written. */
static enum decimal_status decimal_of(const struct conversion *at,
                                      struct text cell,
                                      struct decimal *value)
{
    struct type type = at->vector->type;
    struct arena *arena = &at->batch->arena;
    enum decimal_status status = decimal_parse(cell, arena, value);
    if (status != DECIMAL_OK || type.precision == 0 || !at->format->declared) {
        return status;
    }
    struct decimal fitted = {0};
    status = decimal_fit(value, type.precision, type.scale, arena, &fitted);
    if (status == DECIMAL_OK && decimal_compare(value, &fitted) != 0) {
        return DECIMAL_OVERFLOW;
    }
    *value = fitted;
    return status;
}

static bool convert_decimals(const struct conversion *at)
{
    struct decimal *values = at->vector->decimals;
    for (int row = at->first; row < at->end; row++) {
        struct text cell = cell_at(at, row);
        struct decimal value = {0};
        if (cell.data == NULL) {
            if (!set_null(at, row)) {
                return false;
            }
            continue;
        }
        enum decimal_status status = decimal_of(at, cell, &value);
        if (status == DECIMAL_OK) {
            values[row] = value;
        } else if (status == DECIMAL_MEMORY) {
            return error_set_memory(at->error);
        } else if (!refuse(at, row, status == DECIMAL_SYNTAX)) {
            return false;
        }
    }
    return true;
}

static bool convert_floats(const struct conversion *at)
{
    bool single = at->vector->type.id == TYPE_FLOAT4;
    for (int row = at->first; row < at->end; row++) {
        double value = 0;
        if (cell_at(at, row).data == NULL) {
            if (!set_null(at, row)) {
                return false;
            }
            continue;
        }
        enum scalar_status status = scalar_float(cell_at(at, row), single, &value);
        if (status == SCALAR_OK) {
            at->vector->doubles[row] = value;
        } else if (!refuse_scalar(at, row, status)) {
            return false;
        }
    }
    return true;
}

static bool convert_bools(const struct conversion *at)
{
    for (int row = at->first; row < at->end; row++) {
        bool ok = true;
        if (cell_at(at, row).data == NULL) {
            ok = set_null(at, row);
        } else if (scalar_bool(cell_at(at, row), &at->vector->bools[row]) != SCALAR_OK) {
            ok = refuse(at, row, true);
        }
        if (!ok) {
            return false;
        }
    }
    return true;
}

static bool convert_uuids(const struct conversion *at)
{
    for (int row = at->first; row < at->end; row++) {
        bool ok = true;
        if (cell_at(at, row).data == NULL) {
            ok = set_null(at, row);
        } else if (scalar_uuid(cell_at(at, row), &at->vector->uuids[row]) != SCALAR_OK) {
            ok = refuse(at, row, true);
        }
        if (!ok) {
            return false;
        }
    }
    return true;
}

static enum datetime_status format_value(const struct conversion *at,
                                         struct text cell,
                                         int *last,
                                         int64_t *value)
{
    struct datetime_fields fields = {0};
    enum datetime_status status = date_formats_apply(at->format->dates, cell, last, &fields);
    if (status != DATETIME_OK) {
        return status;
    }
    enum type_id id = at->vector->type.id;
    int64_t time = ((int64_t)fields.hour * 3600 + fields.minute * 60 + fields.second) * 1000000 +
                   fields.microsecond;
    if (id == TYPE_TIME) {
        *value = time;
        return DATETIME_OK;
    }
    int64_t date = date_from_civil(fields.year, fields.month, fields.day);
    if (id == TYPE_DATE) {
        *value = date;
        return time != 0 && at->format->dates->whole_days ? DATETIME_SYNTAX : DATETIME_OK;
    }
    *value = date * MICROSECONDS_PER_DAY + time;
    if (id == TYPE_TIMESTAMPTZ && fields.has_zone) {
        *value -= (int64_t)fields.zone_seconds * 1000000;
    } else if (id == TYPE_TIMESTAMPTZ && at->format->zone != NULL) {
        *value = zone_to_utc(at->format->zone, *value);
    }
    return DATETIME_OK;
}

/* A negative time is an amount of time (MariaDB's TIME has them), and no time of day. */
static enum datetime_status time_value(struct text cell, int precision, int64_t *value)
{
    bool negative = cell.size > 1 && cell.data[0] == '-';
    if (!negative) {
        return time_parse(cell, precision, value);
    }
    enum datetime_status status =
        time_parse(text_from(cell.data + 1, cell.size - 1), precision, value);
    return status == DATETIME_OK ? DATETIME_RANGE : status;
}

static enum datetime_status plain_value(const struct conversion *at,
                                        struct text cell,
                                        int64_t *value)
{
    struct type type = at->vector->type;
    int precision = type.precision == 0 ? 6 : type.precision - 1;
    switch ((int)type.id) {
    case TYPE_DATE:
        return scalar_iso_date(cell, value) ? DATETIME_OK : date_parse(cell, value);
    case TYPE_TIME:
        return time_value(cell, precision, value);
    case TYPE_TIMESTAMP:
        return precision == 6 && scalar_iso_timestamp(cell, value)
                   ? DATETIME_OK
                   : timestamp_parse(cell, precision, value);
    default:
        if (precision == 6 && cell.size > 3 && memcmp(cell.data + cell.size - 3, "+00", 3) == 0 &&
            scalar_iso_timestamp(text_from(cell.data, cell.size - 3), value)) {
            return DATETIME_OK; /* as a session in UTC prints it */
        }
        if (precision == 6 && scalar_iso_timestamp(cell, value)) {
            *value = at->format->zone != NULL ? zone_to_utc(at->format->zone, *value) : *value;
            return DATETIME_OK;
        }
        return timestamptz_parse(cell, precision, at->format->zone, value);
    }
}

static bool convert_times(const struct conversion *at)
{
    int64_t *values = at->vector->int64s;
    int last = 0; /* format that fitted last */
    for (int row = at->first; row < at->end; row++) {
        struct text cell = cell_at(at, row);
        if (cell.data == NULL) {
            if (!set_null(at, row)) {
                return false;
            }
            continue;
        }
        int64_t value = 0;
        enum datetime_status status = at->format->dates != NULL
                                          ? format_value(at, cell, &last, &value)
                                          : plain_value(at, cell, &value);
        if (status == DATETIME_OK) {
            values[row] = value;
        } else if (!refuse(at, row, status != DATETIME_RANGE)) {
            return false;
        }
    }
    return true;
}

/* Bytes as PostgreSQL writes them in text. */
static bool convert_hex(const struct conversion *at)
{
    for (int row = at->first; row < at->end; row++) {
        struct text cell = cell_at(at, row);
        if (cell.data == NULL) {
            if (!set_null(at, row)) {
                return false;
            }
            continue;
        }
        char *to = arena_bytes(&at->batch->arena, cell.size / 2 + 1);
        size_t size = 0;
        if (to == NULL) {
            return error_set_memory(at->error);
        }
        if (scalar_bytes(cell, to, &size) == SCALAR_OK) {
            at->vector->texts[row] = text_from(to, size);
        } else if (!refuse(at, row, true)) {
            return false;
        }
    }
    return true;
}

bool cells_convert(const struct text *cells,
                   int first,
                   int rows,
                   const struct cell_format *format,
                   struct batch *batch,
                   int column,
                   struct error *error)
{
    struct conversion at = {.cells = cells,
                            .first = first,
                            .end = first + rows,
                            .format = format,
                            .batch = batch,
                            .vector = &batch->columns[column],
                            .column = column,
                            .error = error};
    if (type_storage(at.vector->type.id) != STORAGE_TEXT && !cells_mend(&at)) {
        return false;
    }
    switch ((int)at.vector->type.id) {
    case TYPE_BOOL:
        return convert_bools(&at);
    case TYPE_INT2:
    case TYPE_INT4:
    case TYPE_INT8:
        return convert_integers(&at);
    case TYPE_NUMERIC:
        return convert_decimals(&at);
    case TYPE_FLOAT4:
    case TYPE_FLOAT8:
        return convert_floats(&at);
    case TYPE_DATE:
    case TYPE_TIME:
    case TYPE_TIMESTAMP:
    case TYPE_TIMESTAMPTZ:
        return convert_times(&at);
    case TYPE_UUID:
        return convert_uuids(&at);
    case TYPE_BYTEA:
        return format->hex_bytes ? convert_hex(&at) : cells_texts(&at);
    default:
        return cells_texts(&at);
    }
}
