/* fuzz_segment.c — the reader of staged files over arbitrary bytes.
 *
 * The first byte says what the others are:
 *   0  a file as it is
 *   1  a file of which the checksums and the place of the trailer are put right first, so that what
 *      lies behind them is met
 *   2  the same, encrypted: the id of the key is put right too
 *   3  a block before compression: flags, number of rows, content
 * Held, whatever they are: memory within a budget, an error that says damage, a key or memory, and
 * every batch that is given out is valid.
 * SPDX-License-Identifier: Apache-2.0 */
#include "fuzz_key.h"
#include "segment_crypt.h"

#include "novate/limits.h"

#include <string.h>

enum {
    INPUT_BYTES_MAX = 1 << 16,
    BUDGET_BYTES = 64 << 20,
    ENCRYPTED_FIRST = SEGMENT_PREAMBLE_BYTES + CRYPT_ID_BYTES + CRYPT_HEADER_BYTES
};

static struct {
    bool ready;
    struct memory_file file;
    struct segment_key *key;
    struct budget budget;
    struct batch batch; /* of a block of every type */
    uint8_t bytes[INPUT_BYTES_MAX];
} fuzz;

static struct column columns[TYPE_UNKNOWN];
static const struct schema schema = {.columns = columns, .count = TYPE_UNKNOWN};

static void prepare(void)
{
    struct error error = ERROR_NONE;

    for (int i = 0; i < TYPE_UNKNOWN; i++) {
        columns[i] = (struct column){.name = "c", .type = type_of((enum type_id)i)};
    }
    fuzz.file = memory_file_make();
    fuzz.key = fuzz_key();
    budget_init(&fuzz.budget, BUDGET_BYTES);
    FUZZ_ASSERT(batch_init(&fuzz.batch, &schema, &fuzz.budget, &error));
    fuzz.ready = true;
}

static void check_error(const struct error *error)
{
    FUZZ_ASSERT(error->code == ERROR_CORRUPT || error->code == ERROR_KEY ||
                error->code == ERROR_MEMORY);
    FUZZ_ASSERT(error->message[0] != '\0');
}

static void read_file(const struct segment_key *key)
{
    struct segment_reader *reader = NULL;
    const struct segment_header *header = NULL;
    struct batch batch;
    struct error error = ERROR_NONE;
    bool more = true;

    if (!segment_reader_open(fuzz.file.path, key, &reader, &header, &error)) {
        check_error(&error);
        return;
    }
    bool ok = batch_init(&batch, &header->schema, &fuzz.budget, &error);
    while (ok && more) {
        ok = segment_reader_next(reader, &batch, &more, &error);
        if (ok && more) {
            struct error reason = ERROR_NONE;
            FUZZ_ASSERT(batch_validate(&batch, &reason));
        }
    }
    if (!ok) {
        check_error(&error);
    }
    batch_release(&batch);
    segment_reader_close(reader);
}

/* Every frame from `first` on gets its checksum, and the footer says where the last one is. */
static void repair(uint8_t *bytes, size_t size, size_t first, size_t footer)
{
    size_t around = FRAME_HEAD_BYTES + FRAME_CHECKSUM_BYTES;
    size_t at = first;
    size_t last = first;

    if (size < first + footer) {
        return;
    }
    size_t end = size - footer;
    while (end - at >= around) {
        struct frame frame = frame_load(bytes + at);
        if (frame.stored > end - at - around) {
            frame.stored = end - at - around;
            frame_store(&frame, bytes + at);
        }
        size_t covered = FRAME_HEAD_BYTES + (size_t)frame.stored;
        store_le64(bytes + at + covered, hash_bytes64(bytes + at, covered));
        last = at;
        at += covered + FRAME_CHECKSUM_BYTES;
    }
    store_le64(bytes + end, last);
    memcpy(bytes + size - 8, SEGMENT_FOOTER_MAGIC, 8);
}

static void decode_block(const uint8_t *data, size_t size)
{
    struct error error = ERROR_NONE;
    struct frame frame = {.flags = data[0] & BLOCK_FLAGS_ALL,
                          .rows = data[1] % (LIMIT_BATCH_ROWS + 1),
                          .raw = size - 2};
    uint8_t *exact = malloc(size - 2 + 1); /* so that reading past the end is seen */

    FUZZ_ASSERT(exact != NULL && batch_begin(&fuzz.batch, (int)frame.rows, false, &error));
    memcpy(exact + 1, data + 2, size - 2);
    if (segment_block_decode(&frame, exact + 1, &fuzz.batch, &error)) {
        FUZZ_ASSERT(batch_validate(&fuzz.batch, &error));
    } else {
        check_error(&error);
    }
    free(exact);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!fuzz.ready) {
        prepare();
    }
    if (size < 4 || size > sizeof fuzz.bytes) {
        return 0;
    }
    uint8_t mode = data[0] & 3;
    data++;
    size--;
    if (mode == 3) {
        decode_block(data, size);
        return 0;
    }
    memcpy(fuzz.bytes, data, size);
    if (mode == 1) {
        repair(fuzz.bytes, size, SEGMENT_PREAMBLE_BYTES, SEGMENT_PLAIN_FOOTER_BYTES);
    } else if (mode == 2 && size > ENCRYPTED_FIRST) {
        segment_key_id_bytes(fuzz.key, fuzz.bytes + SEGMENT_PREAMBLE_BYTES);
        repair(fuzz.bytes, size, ENCRYPTED_FIRST, SEGMENT_FOOTER_BYTES);
    }
    memory_file_fill(&fuzz.file, fuzz.bytes, size);
    read_file(mode == 2 ? fuzz.key : NULL);
    return 0;
}
