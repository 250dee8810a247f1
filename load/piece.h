/* piece.h — the rows of one COPY command, kept until the server has accepted them.
 *
 * A refusal may come for any row long after its batch has gone back to the pool, so a piece keeps
 * the rows as they are sent, their hashes, and what names their source records. Only large values
 * stay in their batch: with such, the piece must be ended before the batch goes back.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_LOAD_PIECE_H
#define NOVATE_LOAD_PIECE_H

#include "copy_encode.h"
#include "wire.h"

#include "novate/batch.h"
#include "novate/limits.h"

struct piece_part; /* rows of one batch */

struct piece {
    struct wire wire; /* the rows, without what COPY wants before and after */
    int rows;
    size_t *ends;               /* ends[i]: offset after row i */
    struct hash *source_hashes; /* of the records behind the rows */
    struct hash *target_hashes; /* of the rows */
    struct piece_part *last;
    struct arena fixed; /* of the arrays */
    struct arena arena; /* of the parts; reset with the piece */
};

bool piece_init(struct piece *piece, struct budget *budget, struct error *error) NODISCARD;
void piece_release(struct piece *piece);
void piece_reset(struct piece *piece);

/* Appends row `row` of the batch. There must be room: rows < LIMIT_COPY_ROWS. */
bool piece_push(struct piece *piece,
                struct copy_encoder *encoder,
                const struct batch *batch,
                int row,
                struct hash target_hash,
                struct error *error) NODISCARD;
/* Keeps what names the records of the last `count` rows pushed, which are the rows of the batch
 * from `first` on. */
bool piece_keep(struct piece *piece,
                const struct batch *batch,
                int first,
                int count,
                struct error *error) NODISCARD;

/* Bytes of the rows [first, end), without large values. */
struct piece_bytes {
    const char *data;
    size_t size;
};
struct piece_bytes piece_bytes_of(const struct piece *piece, int first, int end);
/* A field of a row, as COPY BINARY or COPY text have it. */
enum piece_value {
    PIECE_NULL,
    PIECE_APART, /* a large value, which is not there */
    PIECE_VALUE
};
enum piece_value piece_field(
    const struct piece *piece, bool binary, int row, int column, struct text *field);
/* All bytes of these rows. */
bool piece_send(const struct piece *piece,
                int first,
                int end,
                struct wire_sink sink,
                struct error *error) NODISCARD;

/* Key and position of the record behind a row, as a reject has them. Position: false if it has
 * none. */
void piece_key(const struct piece *piece, int row, struct text_buffer *out);
bool piece_position(const struct piece *piece, int row, struct text_buffer *out);

#endif
