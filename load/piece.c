/* piece.c — the rows of one COPY command. SPDX-License-Identifier: Apache-2.0 */
#include "piece.h"

#include <string.h>

struct piece_part {
    struct piece_part *previous;
    int first; /* in the piece */
    struct vector *keys;
    int key_count;
    const char *file;
    uint64_t *lines;
    uint64_t *offsets;
};

bool piece_init(struct piece *piece, struct budget *budget, struct error *error)
{
    *piece = (struct piece){.rows = 0};
    wire_init(&piece->wire, budget);
    arena_init(&piece->fixed, 4096, budget);
    arena_init(&piece->arena, (size_t)128 << 10, budget);
    piece->ends = ARENA_ARRAY(&piece->fixed, size_t, LIMIT_COPY_ROWS);
    piece->source_hashes = ARENA_ARRAY(&piece->fixed, struct hash, LIMIT_COPY_ROWS);
    piece->target_hashes = ARENA_ARRAY(&piece->fixed, struct hash, LIMIT_COPY_ROWS);
    if (piece->ends == NULL || piece->source_hashes == NULL || piece->target_hashes == NULL) {
        return error_set_memory(error);
    }
    return true;
}

void piece_release(struct piece *piece)
{
    wire_release(&piece->wire);
    arena_release(&piece->fixed);
    arena_release(&piece->arena);
}

void piece_reset(struct piece *piece)
{
    wire_reset(&piece->wire);
    piece->rows = 0;
    piece->last = NULL;
    arena_reset(&piece->arena);
}

bool piece_push(struct piece *piece,
                struct copy_encoder *encoder,
                const struct batch *batch,
                int row,
                struct hash target_hash,
                struct error *error)
{
    if (!copy_encoder_row(encoder, batch, row, &piece->wire, error)) {
        return false;
    }
    piece->ends[piece->rows] = piece->wire.size;
    piece->source_hashes[piece->rows] = batch->source_hashes[row];
    piece->target_hashes[piece->rows] = target_hash;
    piece->rows++;
    return true;
}

/* Texts are copied together into one block. */
static bool copy_texts(struct vector *vector, struct arena *arena)
{
    size_t bytes = 0;
    for (int i = 0; i < vector->rows; i++) {
        bytes += vector->texts[i].size;
    }
    char *at = arena_bytes(arena, bytes + 1);
    if (at == NULL) {
        return false;
    }
    for (int i = 0; i < vector->rows; i++) {
        struct text *text = &vector->texts[i];
        if (text->size > 0) {
            memcpy(at, text->data, text->size);
        }
        text->data = at;
        at += text->size;
    }
    return true;
}

static bool copy_rows(const struct vector *from,
                      int first,
                      int count,
                      struct arena *arena,
                      struct vector *out,
                      struct error *error)
{
    size_t size = storage_size(type_storage(from->type.id));
    if (!vector_create(out, from->type, count, arena, error)) {
        return false;
    }
    for (int i = 0; i < count; i++) {
        int slot = vector_slot(from, first + i);
        if (!validity_get(from->valid, slot)) {
            if (!vector_ensure_validity(out, arena, error)) {
                return false;
            }
            validity_clear(out->valid, i);
            continue;
        }
        memcpy((char *)out->data + (size_t)i * size,
               (const char *)from->data + (size_t)slot * size,
               size);
        if (from->type.id == TYPE_NUMERIC && out->decimals[i].kind == DECIMAL_WIDE) {
            out->decimals[i].digits = arena_copy(
                arena, from->decimals[slot].digits, (size_t)from->decimals[slot].digit_count);
            if (out->decimals[i].digits == NULL) {
                return error_set_memory(error);
            }
        }
    }
    if (type_storage(from->type.id) == STORAGE_TEXT && !copy_texts(out, arena)) {
        return error_set_memory(error);
    }
    return true;
}

static uint64_t *copy_numbers(const uint64_t *from, int first, int count, struct arena *arena)
{
    uint64_t *numbers = ARENA_ARRAY(arena, uint64_t, (size_t)count);
    if (numbers != NULL) {
        memcpy(numbers, from + first, (size_t)count * sizeof *numbers);
    }
    return numbers;
}

bool piece_keep(
    struct piece *piece, const struct batch *batch, int first, int count, struct error *error)
{
    if (count == 0) {
        return true;
    }
    struct piece_part *part = ARENA_NEW(&piece->arena, struct piece_part);
    if (part == NULL) {
        return error_set_memory(error);
    }
    part->previous = piece->last;
    part->first = piece->rows - count;
    piece->last = part;
    if (batch->key_columns != NULL && batch->key_count > 0) {
        part->keys = ARENA_ARRAY(&piece->arena, struct vector, (size_t)batch->key_count);
        if (part->keys == NULL) {
            return error_set_memory(error);
        }
        for (part->key_count = 0; part->key_count < batch->key_count; part->key_count++) {
            int i = part->key_count;
            if (!copy_rows(
                    &batch->key_columns[i], first, count, &piece->arena, &part->keys[i], error)) {
                return false;
            }
        }
    }
    if (batch->file != NULL && batch->lines != NULL && batch->offsets != NULL) {
        part->file = arena_string(&piece->arena, batch->file);
        part->lines = copy_numbers(batch->lines, first, count, &piece->arena);
        part->offsets = copy_numbers(batch->offsets, first, count, &piece->arena);
        if (part->file == NULL || part->lines == NULL || part->offsets == NULL) {
            return error_set_memory(error);
        }
    }
    return true;
}

struct piece_bytes piece_bytes_of(const struct piece *piece, int first, int end)
{
    size_t start = first == 0 ? 0 : piece->ends[first - 1];
    size_t stop = end == 0 ? 0 : piece->ends[end - 1];
    return (struct piece_bytes){.data = piece->wire.data + start, .size = stop - start};
}

/* Does a large value belong to this place of the wire? */
static bool is_apart(const struct wire *wire, const char *at)
{
    for (int i = 0; i < wire->splice_count; i++) {
        if (wire->data + wire->splices[i].at == at) {
            return true;
        }
    }
    return false;
}

static enum piece_value binary_field(const struct wire *wire,
                                     const char *at,
                                     int column,
                                     struct text *field)
{
    at += sizeof(uint16_t);
    for (int i = 0;; i++) {
        uint32_t length = wire_load32(at);
        at += sizeof length;
        bool apart = length != UINT32_MAX && is_apart(wire, at);
        bool there = length != UINT32_MAX && !apart;
        if (i == column) {
            *field = text_from(at, there ? length : 0);
            return there ? PIECE_VALUE : apart ? PIECE_APART : PIECE_NULL;
        }
        at += there ? length : 0;
    }
}

/* As it is escaped; a row ends with the end of a line. */
static enum piece_value text_field(const struct wire *wire,
                                   const char *at,
                                   int column,
                                   struct text *field)
{
    const char *end = at;
    for (int i = 0;; i++) {
        while (*end != '\t' && *end != '\n') {
            end++;
        }
        if (i == column) {
            *field = text_from(at, (size_t)(end - at));
            return is_apart(wire, at)                   ? PIECE_APART
                   : text_equal(*field, text_of("\\N")) ? PIECE_NULL
                                                        : PIECE_VALUE;
        }
        at = ++end;
    }
}

enum piece_value piece_field(
    const struct piece *piece, bool binary, int row, int column, struct text *field)
{
    const char *at = piece_bytes_of(piece, row, row + 1).data;
    return binary ? binary_field(&piece->wire, at, column, field)
                  : text_field(&piece->wire, at, column, field);
}

bool piece_send(
    const struct piece *piece, int first, int end, struct wire_sink sink, struct error *error)
{
    size_t start = first == 0 ? 0 : piece->ends[first - 1];
    size_t stop = end == 0 ? 0 : piece->ends[end - 1];
    return wire_send(&piece->wire, start, stop, sink, error);
}

static const struct piece_part *part_of(const struct piece *piece, int row)
{
    const struct piece_part *part = piece->last;
    while (part != NULL && part->first > row) {
        part = part->previous;
    }
    return part;
}

void piece_key(const struct piece *piece, int row, struct text_buffer *out)
{
    const struct piece_part *part = part_of(piece, row);
    if (part == NULL) {
        text_buffer_string(out, "[]");
        return;
    }
    struct batch view = {.key_columns = part->keys,
                         .key_count = part->key_count,
                         .file = part->file,
                         .lines = part->lines};
    batch_key_json(&view, row - part->first, out);
}

bool piece_position(const struct piece *piece, int row, struct text_buffer *out)
{
    const struct piece_part *part = part_of(piece, row);
    if (part == NULL || part->file == NULL) {
        return false;
    }
    text_buffer_format(out,
                       "%s line %llu byte %llu",
                       part->file,
                       (unsigned long long)part->lines[row - part->first],
                       (unsigned long long)part->offsets[row - part->first]);
    return true;
}
