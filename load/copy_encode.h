/* copy_encode.h — rows of a batch as COPY data, binary or text.
 *
 *     copy_encoder_init(&encoder, schema, wire types, binary, budget, error)
 *     copy_encoder_begin(&encoder, &wire) … copy_encoder_row(…) … copy_encoder_end(&encoder, &wire)
 *
 * Binary: the types on the wire are those of the table's columns; a batch may hold any type of the
 * same family (integers, floats, texts). Text takes every type, and leaves casting to the server.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_LOAD_COPY_ENCODE_H
#define NOVATE_LOAD_COPY_ENCODE_H

#include "wire.h"

#include "novate/batch.h"
#include "novate/text.h"

struct copy_encoder {
    int count;
    bool binary;
    const struct schema *schema; /* of the batches */
    uint8_t *fields;             /* how each column is written: enum field of copy_encode.c */
    size_t fixed_bytes;          /* of a row, whatever its texts */
    struct arena arena;
    struct text_buffer scratch; /* a value as text, before it is escaped */
};

/* Can a column of the one type be sent to a column of the other in binary? */
bool copy_encodes(enum type_id batch, enum type_id table);

/* `tables[i]` is the column of the table that column i of the schema goes to. */
bool copy_encoder_init(struct copy_encoder *encoder,
                       const struct schema *schema,
                       const enum type_id *tables,
                       bool binary,
                       struct budget *budget,
                       struct error *error) NODISCARD;
void copy_encoder_release(struct copy_encoder *encoder);

/* What stands before the first row and after the last; both may be empty. */
struct text copy_encoder_head(const struct copy_encoder *encoder);
struct text copy_encoder_tail(const struct copy_encoder *encoder);

/* Appends one row. Values from LIMIT_LARGE_BYTES on stay where they are. ERROR_INTERNAL when a
 * number does not fit the table's type: the transformation has seen to that. */
bool copy_encoder_row(struct copy_encoder *encoder,
                      const struct batch *batch,
                      int row,
                      struct wire *wire,
                      struct error *error) NODISCARD;

/* A field of COPY text, escaped; NULL is \N. For the ledger's own rows. */
void copy_text_field(struct text_buffer *out, const char *value);

#endif
