/* row.h — one row on its way from whoever makes it to whoever writes it.
 *
 * A fill function sets columns by name; what it does not set keeps its default. It also notes what
 * is wrong with the row (row_note), which is what the truth is made of.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNTHETIC_ROW_H
#define SYNTHETIC_ROW_H

#include "dirt.h"
#include "schema.h"

enum {
    NOTES_MAX = 8,
    SCRATCH_BYTES = 256 * 1024 /* a row's texts and its document */
};

enum value_kind {
    VALUE_NULL,
    VALUE_INTEGER,
    VALUE_MOMENT,
    VALUE_TEXT,
    VALUE_BYTES
};

struct value {
    enum value_kind kind;
    int64_t integer; /* and seconds since 1970 */
    const char *bytes;
    size_t size;
};

struct row {
    struct table *table;
    int64_t index; /* -1: row 0 */
    struct value values[COLUMNS_MAX];
    struct value defaults[COLUMNS_MAX];
    int touched[COLUMNS_MAX]; /* columns that have another value than their default */
    int touched_count;
    bool is_touched[COLUMNS_MAX];
    enum kind notes[NOTES_MAX];
    int note_count;
    bool left_out; /* of this file */
    int64_t ward;  /* the place that the truth counts it under, if no column says; 0: none */
    size_t scratch_used;
    char scratch[SCRATCH_BYTES];
};

/* All columns as the table's conventions have them. */
void row_begin(struct row *row, struct table *table);
/* The same again for the next row of the same table. */
void row_reset(struct row *row);

void row_number(struct row *row, const char *column, int64_t number);
void row_moment(struct row *row, const char *column, int64_t moment);
void row_null(struct row *row, const char *column);
/* The text must last until the row is written: a literal, or from row_format. */
void row_text(struct row *row, const char *column, const char *text);
void row_text_sized(struct row *row, const char *column, const char *text, size_t size);
void row_bytes(struct row *row, const char *column, const void *bytes, size_t size);
__attribute__((format(printf, 3, 4))) const char *row_format(struct row *row,
                                                             const char *column,
                                                             const char *format,
                                                             ...);
/* Room that lasts as long as the row. */
char *row_room(struct row *row, size_t size);

bool row_has(struct row *row, const char *column);
const struct value *row_value(const struct row *row, int column);
void row_note(struct row *row, enum kind kind);

#endif
