/* segment_format.h — what writer and reader of segments share; the format is in core/README.md.
 *
 * All numbers are little-endian. A file is a preamble, frames, and a footer that says where the
 * last frame (the trailer) is. Every byte is covered by a checksum or compared with a constant.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_SEGMENT_FORMAT_H
#define NOVATE_SEGMENT_FORMAT_H

#include "novate/batch.h"
#include "novate/segment.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SEGMENT_MAGIC          "NVSEG\r\n" /* seven bytes; the eighth is the version */
#define SEGMENT_MAGIC_BYTES    7
#define SEGMENT_PLAIN          1
#define SEGMENT_ENCRYPTED      2
#define SEGMENT_PREAMBLE_BYTES 8
#define SEGMENT_FOOTER_MAGIC   "NVSEGEND"
/* Offset of the trailer, checksum of the content, the magic. */
#define SEGMENT_FOOTER_BYTES       32
#define SEGMENT_PLAIN_FOOTER_BYTES 16 /* without the checksum, which can be read in the trailer */
#define FRAME_HEAD_BYTES           32
#define FRAME_CHECKSUM_BYTES       8

/* The most that header or trailer may take: 1600 columns with names and defaults need far less. */
#define SEGMENT_JSON_BYTES_MAX ((size_t)16 << 20)
/* The most that a block may take in memory: texts have 32-bit sizes, and batches close by bytes. */
#define SEGMENT_BLOCK_BYTES_MAX ((size_t)4 << 30)

#define FRAME_HEADER  "HEAD"
#define FRAME_BLOCK   "BLCK"
#define FRAME_TRAILER "TAIL"

struct frame {
    char kind[4];
    uint32_t ordinal; /* of the block; of the trailer: how many blocks there are; header: 0 */
    uint32_t rows;    /* of the block; otherwise 0 */
    uint32_t flags;   /* enum block_flag */
    uint64_t stored;  /* bytes that follow, without the checksum */
    uint64_t raw;     /* bytes before compression; as stored where there is none */
};

enum block_flag {
    BLOCK_HASHES = 1u << 0,
    BLOCK_LINES = 1u << 1,
    BLOCK_OFFSETS = 1u << 2,
    BLOCK_FLAGS_ALL = (1u << 3) - 1
};

/* Hashes are big-endian, high half first. */
void store_hash(uint8_t to[16], struct hash hash);
struct hash load_hash(const uint8_t from[16]);

/* Where a vector's description begins: encoding, has it a bitmap, number of values. */
#define VECTOR_HEAD_BYTES 8
#define DECIMAL_BYTES     24
#define STRING_NULL       UINT32_MAX

void store_le16(uint8_t *to, uint16_t value);
void store_le32(uint8_t *to, uint32_t value);
void store_le64(uint8_t *to, uint64_t value);
uint16_t load_le16(const uint8_t *from);
uint32_t load_le32(const uint8_t *from);
uint64_t load_le64(const uint8_t *from);

void frame_store(const struct frame *frame, uint8_t to[FRAME_HEAD_BYTES]);
struct frame frame_load(const uint8_t from[FRAME_HEAD_BYTES]);

/* The name of a type in a segment, which must not depend on the order of types.def. */
/* "extracted" and so on: the end of a file's name. */
const char *segment_stage_text(enum segment_stage stage);
const char *segment_type_name(enum type_id id);
bool segment_type_find(const char *name, enum type_id *id) NODISCARD;

/* Header and trailer as JSON. What is read lives in the arena. */
struct segment_trailer {
    uint64_t rows;
    uint64_t blocks;
    struct hash content; /* XXH3-128 over the checksums of header and blocks */
    struct tally tally;  /* of all blocks */
};
void segment_header_json(const struct segment_header *header, struct text_buffer *out);
bool segment_header_from_json(const char *json,
                              size_t size,
                              struct arena *arena,
                              struct segment_header *header,
                              struct error *error) NODISCARD;
void segment_trailer_json(const struct segment_trailer *trailer, struct text_buffer *out);
/* The tally of `trailer` was initialised. */
bool segment_trailer_from_json(const char *json,
                               size_t size,
                               struct segment_trailer *trailer,
                               struct error *error) NODISCARD;

/* A batch as the bytes of a block, and back. encode() fails only through the buffer's own check. */
uint32_t segment_block_flags(const struct batch *batch);
void segment_block_encode(const struct batch *batch, struct text_buffer *out);
/* Decodes into a batch that batch_begin() made for the frame's rows; `raw` is in its arena, and the
 * batch points into it. False with ERROR_CORRUPT or ERROR_MEMORY. */
bool segment_block_decode(const struct frame *frame,
                          const uint8_t *raw,
                          struct batch *batch,
                          struct error *error) NODISCARD;

#endif
