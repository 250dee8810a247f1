/* fuzz_csv.c — files through the typed reader: where records end, their fields, their values.
 *
 * The first byte chooses encoding, delimiter, quoting and formats of dates, the second in which
 * pieces the scan is fed; the rest is the file. Held, whatever the bytes are:
 *   - the records are the same in pieces as in one,
 *   - a batch of any values is valid, and a value that was taken can be printed and hashed,
 *   - what is refused is a row error, never an operation error.
 * A record of one field gives that field to a column of every type.
 * SPDX-License-Identifier: Apache-2.0 */
#include "cells.h"
#include "file_fields.h"
#include "fuzz.h"

#include "novate/batch.h"
#include "novate/canonical.h"

#include <string.h>

enum {
    ENCODINGS = 3,
    PATTERNS = 4,
    FILE_BYTES_MAX = 1 << 16
};

static struct column columns[] = {
    {.name = "b", .type = {.id = TYPE_BOOL}},
    {.name = "i2", .type = {.id = TYPE_INT2}},
    {.name = "i4", .type = {.id = TYPE_INT4}},
    {.name = "i8", .type = {.id = TYPE_INT8}},
    {.name = "n", .type = {.id = TYPE_NUMERIC}},
    {.name = "p", .type = {.id = TYPE_NUMERIC, .precision = 12, .scale = 3}},
    {.name = "f4", .type = {.id = TYPE_FLOAT4}},
    {.name = "f8", .type = {.id = TYPE_FLOAT8}},
    {.name = "t", .type = {.id = TYPE_TEXT}},
    {.name = "v", .type = {.id = TYPE_VARCHAR, .length = 5}},
    {.name = "c", .type = {.id = TYPE_CHAR, .length = 4}},
    {.name = "x", .type = {.id = TYPE_BYTEA}},
    {.name = "d", .type = {.id = TYPE_DATE}},
    {.name = "tm", .type = {.id = TYPE_TIME}},
    {.name = "ts", .type = {.id = TYPE_TIMESTAMP}},
    {.name = "tz", .type = {.id = TYPE_TIMESTAMPTZ}},
    {.name = "u", .type = {.id = TYPE_UUID}},
};
enum {
    COLUMNS = sizeof columns / sizeof columns[0]
};
static const struct schema schema = {.columns = columns, .count = COLUMNS};

static struct {
    bool ready;
    struct decoder decoders[ENCODINGS];
    struct datetime_pattern patterns[PATTERNS];
    const struct zone *zone;
    struct arena arena;
    struct batch batch;
    struct text cells[COLUMNS][LIMIT_BATCH_ROWS];
    char *plain[LIMIT_BATCH_ROWS];
    int rows;
    struct text_buffer text;
    uint8_t options;
} fuzz;

static void prepare(void)
{
    static const char *const encodings[ENCODINGS] = {"UTF-8", "windows-1252", "ISO-8859-15"};
    static const char *const patterns[PATTERNS] = {"DD/MM/YYYY",
                                                   "YYYY-MM-DD HH24:MI:SS.FF6 TZH:TZM",
                                                   "DD-Mon-YYYY HH12:MI AM",
                                                   "YYYYMMDDHH24MISS"};
    struct error error = ERROR_NONE;

    arena_init(&fuzz.arena, 65536, NULL);
    for (int i = 0; i < ENCODINGS; i++) {
        FUZZ_ASSERT(decoder_init(&fuzz.decoders[i], encodings[i], &error));
    }
    for (int i = 0; i < PATTERNS; i++) {
        FUZZ_ASSERT(datetime_pattern_parse(text_of(patterns[i]), &fuzz.patterns[i], &error));
    }
    FUZZ_ASSERT(zone_load("Europe/London", &fuzz.arena, &fuzz.zone, &error));
    FUZZ_ASSERT(batch_init(&fuzz.batch, &schema, NULL, &error));
    text_buffer_init(&fuzz.text, LIMIT_FIELD_BYTES);
    fuzz.ready = true;
}

/* Every value that stands in the batch can be printed and hashed. */
static void use_values(const struct batch *batch)
{
    struct error error = ERROR_NONE;

    FUZZ_ASSERT(canonical_hash_rows(batch, NULL, 0, &fuzz.text, batch->source_hashes, &error));
    for (int c = 0; c < COLUMNS; c++) {
        for (int row = 0; row < batch->rows; row++) {
            if (!vector_is_null(&batch->columns[c], row)) {
                text_buffer_reset(&fuzz.text);
                vector_format(&batch->columns[c], row, &fuzz.text);
                FUZZ_ASSERT(!fuzz.text.failed);
            }
        }
    }
}

static void convert(void)
{
    struct error error = ERROR_NONE;
    struct batch *batch = &fuzz.batch;
    const struct decoder *decoder = &fuzz.decoders[fuzz.options % 4 % ENCODINGS];
    const struct datetime_pattern *pattern =
        (fuzz.options & 0x80) != 0 ? &fuzz.patterns[fuzz.options >> 5 & 3] : NULL;

    if (fuzz.rows == 0) {
        return;
    }
    FUZZ_ASSERT(batch_begin(batch, fuzz.rows, true, &error));
    for (int c = 0; c < COLUMNS; c++) {
        const struct cell_format format = {.decoder = decoder,
                                           .pattern = pattern,
                                           .zone = fuzz.zone,
                                           .declared = true,
                                           .hex_bytes = (fuzz.options & 0x10) == 0};
        FUZZ_ASSERT(cells_convert(fuzz.cells[c], 0, fuzz.rows, &format, batch, c, &error));
    }
    batch_set_rows(batch, fuzz.rows);
    FUZZ_ASSERT(batch_validate(batch, &error));
    use_values(batch);
    for (int row = 0; row < fuzz.rows; row++) {
        free(fuzz.plain[row]);
    }
    fuzz.rows = 0;
}

static void take_record(struct file_fields *fields,
                        const struct file_record *record,
                        const char *file)
{
    struct error error = ERROR_NONE;
    size_t size = (size_t)(record->end - record->begin);
    char *plain = malloc(size); /* of exactly that size, so that writing past it is seen */

    FUZZ_ASSERT(plain != NULL || size == 0);
    FUZZ_ASSERT(
        file_fields_split(fields, file + record->begin, size, record->quoted, plain, &error));
    FUZZ_ASSERT(fields->count >= 1 && fields->count <= LIMIT_COLUMNS + 1);
    for (int c = 0; c < COLUMNS; c++) {
        int field = fields->count == 1 ? 0 : c;
        fuzz.cells[c][fuzz.rows] = field < fields->count ? fields->items[field] : TEXT_NONE;
    }
    fuzz.plain[fuzz.rows++] = plain;
    if (fuzz.rows == LIMIT_BATCH_ROWS) {
        convert();
    }
}

/* Feeds the scan in pieces of `piece` bytes and sums up what it says of the records; with `fields`
 * the records are taken too. */
static uint64_t scan_file(
    const char *file, size_t size, size_t piece, struct file_fields *fields, const char quoting[2])
{
    struct file_scan scan;
    uint64_t sum = 0;
    uint64_t last = 0;
    bool more = true;

    file_scan_init(&scan, quoting[0], quoting[1] == '\0' ? FILE_SCAN_NO_QUOTE : quoting[1], 0, 1);
    for (size_t at = 0; more;) {
        if (file_scan_record(&scan)) {
            more = true;
        } else if (at < size) {
            size_t now = size - at < piece ? size - at : piece;
            file_scan_feed(&scan, file + at, now);
            at += now;
            continue;
        } else {
            more = file_scan_finish(&scan);
            if (!more) {
                break;
            }
        }
        const struct file_record *record = &scan.record;
        FUZZ_ASSERT(record->begin >= last && record->begin < record->end);
        FUZZ_ASSERT(record->end <= record->next && record->next <= size);
        last = record->next;
        sum = (sum + record->begin) * 31 + record->end * 7 + record->line * 3 +
              (record->quoted ? 1 : 0) + (record->malformed ? 2 : 0) + (record->unclosed ? 4 : 0);
        if (fields != NULL) {
            take_record(fields, record, file);
        }
    }
    return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char delimiters[] = {',', '\t', ';', '|'};
    struct error error = ERROR_NONE;
    struct file_fields fields;

    if (!fuzz.ready) {
        prepare();
    }
    if (size < 2 || size > FILE_BYTES_MAX) {
        return 0;
    }
    fuzz.options = data[0];
    const char *file = (const char *)data + 2;
    const char quoting[2] = {delimiters[data[0] >> 2 & 3], (data[1] & 0x80) != 0 ? '\0' : '"'};
    size_t piece = (size_t)(data[1] & 0x0f) + 1;
    struct text null_text = (data[1] & 0x40) != 0 ? text_of("NULL") : text_of("");

    FUZZ_ASSERT(file_fields_init(
        &fields, quoting[0], quoting[1] == '\0' ? FILE_SCAN_NO_QUOTE : '"', null_text, &error));
    uint64_t whole = scan_file(file, size - 2, size, &fields, quoting);
    convert();
    FUZZ_ASSERT(scan_file(file, size - 2, piece, NULL, quoting) == whole);
    file_fields_release(&fields);
    return 0;
}
