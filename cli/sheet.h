/* sheet.h — a page about one record, as text for people or as JSON: the same members in the
 * same order.
 *
 * As text, members stand one below the other with their names; those of a row stand beside each
 * other without. Values of the record are shown only where it was asked for: else as type, NULL or
 * not, length, and a hash under the salt of the work directory, which is the same for the same
 * value of the same type.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_SHEET_H
#define CLI_SHEET_H

#include "novate/hash.h"
#include "novate/text.h"
#include "novate/vector.h"

#include <stdbool.h>

#define SHEET_DEPTH_MAX 8

struct sheet {
    bool json;
    bool shows_keys;
    bool shows_values;
    const char *salt; /* borrowed */
    int depth;
    char closers[SHEET_DEPTH_MAX];
    bool in_row; /* text: a line is begun */
    bool row_has_members;
    struct text_buffer out;
    struct text_buffer scratch;
};

void sheet_open(struct sheet *sheet);
void sheet_release(struct sheet *sheet);
/* What begins here is ended by sheet_end(). A row, and an object without a name, is an element of a
 * list. */
void sheet_object(struct sheet *sheet, const char *name);
void sheet_list(struct sheet *sheet, const char *name);
void sheet_row(struct sheet *sheet);
void sheet_end(struct sheet *sheet);
/* A text that is NULL is null, and left out of texts. */
void sheet_text(struct sheet *sheet, const char *name, const char *value);
void sheet_count(struct sheet *sheet, const char *name, uint64_t value);
/* As text it is shown where it is true. */
void sheet_bool(struct sheet *sheet, const char *name, bool value);
/* A JSON array of key values. */
void sheet_key(struct sheet *sheet, const char *name, const char *key);
/* A hash of values: whole where values are shown. */
void sheet_hash(struct sheet *sheet, const char *name, struct hash hash);
/* A value; `declared` names its type. */
void sheet_value(struct sheet *sheet,
                 const char *name,
                 const struct vector *vector,
                 int row,
                 const char *declared);

#endif
