/* cells_text.c — texts of a column: decoded, repaired where a policy says so, and counted.
 *
 * Texts are copied into one piece of the batch's arena; the whole piece is looked at for bytes that
 * need care, and only if there are any, value by value.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "cells_private.h"

#include <inttypes.h>
#include <string.h>

/* Larger values are measured before they are decoded: most bytes become fewer than the most. */
#define GUESS_BYTES ((size_t)64 << 10)
#define GROWTH_MAX  4

/* "0x81", or the unit of UTF-16 "0xd800". */
static void push_code(const struct text_fault *fault, struct text_buffer *out)
{
    text_buffer_format(out, fault->wide ? "0x%04" PRIx32 : "0x%02" PRIx32, fault->code);
}

static bool place_of(const struct conversion *at, int row, size_t offset, uint64_t *place)
{
    const struct cell_places *places = at->format->places;
    *place = offset;
    return places != NULL &&
           places->offset(places->state, at->batch, at->column, row, offset, place);
}

/* "persons.csv line 17 byte 0x4d2 (0x81)"; of a database "chunk 3 byte 0x7 of the value (0x81)". */
static void push_first(const struct conversion *at,
                       int row,
                       const struct text_fault *fault,
                       struct text_buffer *out)
{
    uint64_t place = 0;
    if (place_of(at, row, fault->offset, &place)) {
        text_buffer_format(out,
                           "%s line %" PRIu64 " byte 0x%" PRIx64 " (",
                           at->batch->file,
                           at->batch->lines[row],
                           place);
    } else {
        text_buffer_format(
            out, "chunk %d byte 0x%" PRIx64 " of the value (", at->batch->chunk, place);
    }
    push_code(fault, out);
    text_buffer_char(out, ')');
}

static const char *done_by(enum value_policy policy)
{
    return policy == POLICY_REPLACE ? "replaced" : "stripped";
}

static bool count_repair(const struct conversion *at,
                         int row,
                         const struct text_fault *fault,
                         const char *what,
                         const char *done)
{
    if (fault->count == 0 || at->format->repeated) {
        return true;
    }
    struct text_buffer name;
    struct text_buffer first;
    text_buffer_init(&name, 4096);
    text_buffer_init(&first, 65536);
    text_buffer_format(&name, "%s %s %s", at->batch->schema->columns[at->column].name, what, done);
    push_first(at, row, fault, &first);
    const struct counter item = {.group = "repair",
                                 .name = name.data,
                                 .count = fault->count,
                                 .first = first.data,
                                 .first_chunk = (uint64_t)at->batch->chunk,
                                 .first_row = at->batch->chunk_row + (uint64_t)row};
    bool ok = text_buffer_check(&name, at->error) && text_buffer_check(&first, at->error) &&
              counters_add_item(&at->batch->tally.counters, &item, at->error);
    text_buffer_release(&name);
    text_buffer_release(&first);
    return ok;
}

/* "byte 0x81 at 0x4d2 of the file is no character of its encoding", nor where else it was looked
 * for. */
static bool refuse_fault(const struct conversion *at, int row, const struct text_decoded *decoded)
{
    bool nul = decoded->class == REJECT_NUL;
    const struct text_fault *fault = nul ? &decoded->nul : &decoded->undecodable;
    struct text_buffer out;
    uint64_t place = 0;
    const char *whole = place_of(at, row, fault->offset, &place) ? "file" : "value";
    text_buffer_init(&out, 4096);
    if (nul) {
        text_buffer_string(&out, "text contains the character U+0000");
    } else {
        text_buffer_string(&out, fault->wide ? "unit " : "byte ");
        push_code(fault, &out);
    }
    text_buffer_format(&out, " at 0x%" PRIx64 " of the %s", place, whole);
    text_buffer_string(&out, nul ? "" : " is no character of its encoding");
    if (!nul && at->format->care.decode == POLICY_WINDOWS_1252) {
        text_buffer_string(&out, ", nor of windows-1252");
    }
    const char *message = out.failed ? NULL : arena_copy(&at->batch->arena, out.data, out.size);
    text_buffer_release(&out);
    return cell_refuse(at->batch, at->column, row, decoded->class, message, at->error);
}

/* A text that has bytes outside 0x01 to 0x7F: checked, decoded where its encoding asks for it. */
static bool text_take(const struct conversion *at, int row, struct text *value)
{
    const struct text_care *care = &at->format->care;
    struct text_decoded decoded;
    size_t room = (size_t)value->size * GROWTH_MAX;
    if ((care->decoder == NULL || care->decoder->utf8) &&
        (value->size == 0 || memchr(value->data, '\0', value->size) == NULL) &&
        utf8_valid(value->data, value->size, NULL)) {
        return true;
    }
    if (value->size > GUESS_BYTES) {
        text_decode(care, *value, NULL, &decoded);
        room = decoded.refused ? 0 : decoded.size;
    }
    if (room > LIMIT_FIELD_BYTES) {
        *value = TEXT_NONE;
        return cell_refuse(
            at->batch, at->column, row, REJECT_LENGTH, "text is larger than 1 GB", at->error);
    }
    char *to = arena_bytes(&at->batch->arena, room + 1);
    if (to == NULL) {
        return error_set_memory(at->error);
    }
    text_decode(care, *value, room > 0 ? to : NULL, &decoded);
    if (decoded.refused) {
        *value = TEXT_NONE;
        return refuse_fault(at, row, &decoded);
    }
    *value = text_from(to, decoded.size);
    return count_repair(at, row, &decoded.undecodable, "undecodable", done_by(care->decode)) &&
           count_repair(at, row, &decoded.reread, "undecodable", "read as windows-1252") &&
           count_repair(at, row, &decoded.nul, "U+0000", done_by(care->nul));
}

bool cells_mend(struct conversion *at)
{
    const struct text_care *care = &at->format->care;
    int rows = at->end - at->first;
    bool plain = true;
    for (int i = 0; i < rows; i++) {
        plain = plain && bytes_plain(at->cells[i].data, at->cells[i].size);
    }
    if (plain || (care->decode == POLICY_REJECT && care->nul == POLICY_REJECT)) {
        return true; /* a number that has such bytes is none */
    }
    struct text *cells = ARENA_ARRAY(&at->batch->arena, struct text, (size_t)rows);
    if (cells == NULL) {
        return error_set_memory(at->error);
    }
    memcpy(cells, at->cells, (size_t)rows * sizeof *cells);
    for (int i = 0; i < rows; i++) {
        if (!bytes_plain(cells[i].data, cells[i].size) &&
            !text_take(at, at->first + i, &cells[i])) {
            return false;
        }
    }
    at->cells = cells;
    return true;
}

/* Declared lengths count characters; CHAR(n) has none of its padding. */
static bool lengths_check(const struct conversion *at)
{
    struct type type = at->vector->type;
    for (int row = at->first; row < at->end; row++) {
        struct text *value = &at->vector->texts[row];
        if (type.id == TYPE_CHAR) {
            while (value->size > 0 && value->data[value->size - 1] == ' ') {
                value->size--;
            }
        }
        if (at->format->declared && type.length > 0 && value->size > (uint32_t)type.length &&
            utf8_length(value->data, value->size) > (size_t)type.length) {
            *value = TEXT_NONE;
            if (!cell_refuse(at->batch,
                             at->column,
                             row,
                             REJECT_LENGTH,
                             "text is longer than declared",
                             at->error)) {
                return false;
            }
        }
    }
    return true;
}

/* A large text that was read into the batch's memory stays where it is. */
static bool is_in_place(const struct conversion *at, struct text cell)
{
    return cell.size >= LIMIT_LARGE_BYTES && arena_is_large(&at->batch->arena, cell.data);
}

/* Copies all texts into one piece of the arena. */
static bool texts_copy(const struct conversion *at, char **piece, size_t *size, bool *any_in_place)
{
    size_t total = 0;
    for (int row = at->first; row < at->end; row++) {
        bool in_place = is_in_place(at, at->cells[row - at->first]);
        *any_in_place |= in_place;
        total += in_place ? 0 : at->cells[row - at->first].size;
    }
    char *to = arena_bytes(&at->batch->arena, total);
    if (to == NULL) {
        return error_set_memory(at->error);
    }
    *piece = to;
    *size = total;
    struct text *values = at->vector->texts;
    for (int row = at->first; row < at->end; row++) {
        struct text cell = at->cells[row - at->first];
        if (cell.data == NULL) {
            if (!cell_set_null(at->batch, at->column, row, at->error)) {
                return false;
            }
            continue;
        }
        if (*any_in_place && is_in_place(at, cell)) {
            values[row] = cell;
            continue;
        }
        if (cell.size > 0) {
            memcpy(to, cell.data, cell.size);
        }
        values[row] = (struct text){.data = to, .size = cell.size};
        to += cell.size;
    }
    return true;
}

bool cells_texts(const struct conversion *at)
{
    char *piece = NULL;
    size_t size = 0;
    bool any_in_place = false;
    if (!texts_copy(at, &piece, &size, &any_in_place)) {
        return false;
    }
    if (at->vector->type.id == TYPE_BYTEA) {
        return true;
    }
    if (any_in_place || !bytes_plain(piece, size)) {
        for (int row = at->first; row < at->end; row++) {
            struct text *value = &at->vector->texts[row];
            if (!bytes_plain(value->data, value->size) && !text_take(at, row, value)) {
                return false;
            }
        }
    }
    enum type_id id = at->vector->type.id;
    return (id != TYPE_CHAR && (id != TYPE_VARCHAR || !at->format->declared)) || lengths_check(at);
}
