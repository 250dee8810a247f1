/* sample_segment.c — the contract is in sample_segment.h. SPDX-License-Identifier: Apache-2.0 */
#include "sample_segment.h"

#include "values.h"

#include "novate/limits.h"

#include <check.h>

enum {
    BLOCKS = 2,
    ROWS = LIMIT_BATCH_ROWS < 2 ? LIMIT_BATCH_ROWS : 2
};

static const struct {
    enum type_id type;
    const char *values[2];
} kinds[] = {
    {TYPE_NUMERIC, {"1.50", NULL}},
    {TYPE_NUMERIC, {"123456789012345678901234567890123456789012345678.5", "1"}},
    {TYPE_FLOAT4, {"0.1", NULL}},
    {TYPE_FLOAT8, {"1e+300", "2"}},
    {TYPE_TEXT, {"Zoë", ""}},
    {TYPE_VARCHAR, {"a", "b"}},
};
enum {
    KINDS = sizeof kinds / sizeof kinds[0]
};

struct segment_key *sample_key(const struct temporary *folder, const char *name)
{
    struct error error = ERROR_NONE;
    struct segment_key *key = NULL;
    char path[512];

    (void)temporary_file(folder, name, path);
    must(segment_key_make(path, &error), &error);
    must(segment_key_open(path, &key, &error), &error);
    return key;
}

static void push_block(struct segment_writer *writer, const struct schema *schema)
{
    struct error error = ERROR_NONE;
    struct batch batch;

    must(batch_init(&batch, schema, NULL, &error), &error);
    must(batch_begin(&batch, ROWS, false, &error), &error);
    for (int c = 0; c < KINDS; c++) {
        for (int row = 0; row < ROWS; row++) {
            value_put(&batch.columns[c], row, kinds[c].values[row], &batch.arena);
        }
    }
    batch_set_rows(&batch, ROWS);
    must(batch_note(&batch, &(struct row_error){.row = 0, .message = "m"}, &error), &error);
    must(segment_writer_push(writer, &batch, &error), &error);
    batch_release(&batch);
}

uint8_t *sample_segment(const char *path, const struct segment_key *key, size_t *size)
{
    static const char *lower[] = {"10"};
    struct error error = ERROR_NONE;
    struct column columns[KINDS];
    struct segment_header header = {
        .stage = SEGMENT_EXTRACTED,
        .entity = "patient",
        .chunk = {.kind = CHUNK_KEY_RANGE, .ordinal = 3, .key_count = 1, .lower = lower},
        .schema = {.columns = columns, .count = KINDS},
    };
    struct segment_writer *writer = NULL;
    struct hash checksum;
    uint64_t bytes = 0;

    for (int c = 0; c < KINDS; c++) {
        columns[c] = (struct column){.name = "column", .type = type_of(kinds[c].type)};
    }
    must(segment_writer_open(path, &header, key, &writer, &error), &error);
    for (int block = 0; block < BLOCKS; block++) {
        push_block(writer, &header.schema);
    }
    must(segment_writer_commit(writer, &checksum, &bytes, &error), &error);
    must(segment_read_all(path, key, &error), &error);
    return file_read(path, size);
}

bool segment_read_all(const char *path, const struct segment_key *key, struct error *error)
{
    struct segment_reader *reader = NULL;
    const struct segment_header *header = NULL;
    struct batch batch;
    bool more = true;

    if (!segment_reader_open(path, key, &reader, &header, error)) {
        return false;
    }
    bool ok = batch_init(&batch, &header->schema, NULL, error);
    while (ok && more) {
        ok = segment_reader_next(reader, &batch, &more, error);
    }
    batch_release(&batch);
    segment_reader_close(reader);
    return ok;
}
