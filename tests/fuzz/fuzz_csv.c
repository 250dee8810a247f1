/* fuzz_csv.c — files through the typed reader: where records end, their fields, their values.
 *
 * The first byte chooses encoding, delimiter and formats of dates, the second quoting, fixed
 * columns, and in which pieces the scan is fed; the rest is the file. Held, whatever the bytes are:
 *   - the records are the same in pieces as in one,
 *   - a batch of any values is valid, and a value that was taken can be printed and hashed,
 *   - what is refused is a row error, never an operation error.
 * A record of one field gives that field to a column of every type.
 * SPDX-License-Identifier: Apache-2.0 */
#include "cells.h"
#include "file_fields.h"
#include "fixed_fields.h"
#include "fuzz.h"

#include "novate/batch.h"
#include "novate/canonical.h"

#include <string.h>

enum {
    ENCODINGS = 3,
    FORMATS = 4,
    POLICIES = 4,
    POLICIES_OF_NUL = 3,
    HEAD_BYTES = 3,
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
    struct date_formats dates[FORMATS];
    const struct zone *zone;
    struct arena arena;
    struct batch batch;
    struct text cells[COLUMNS][LIMIT_BATCH_ROWS];
    char *plain[LIMIT_BATCH_ROWS];
    int rows;
    struct text_buffer text;
    uint8_t options;
    uint8_t policies;
} fuzz;

static void prepare(void)
{
    static const char *const encodings[ENCODINGS] = {"UTF-8", "windows-1252", "ISO-8859-15"};
    static const char *const formats[] = {"DD/MM/YYYY",
                                          "YYYY-MM-DD HH24:MI:SS.FF6 TZH:TZM",
                                          "DD-Mon-YYYY HH12:MI AM",
                                          "YYYYMMDDHH24MISS"};
    struct error error = ERROR_NONE;

    arena_init(&fuzz.arena, 65536, NULL);
    for (int i = 0; i < ENCODINGS; i++) {
        FUZZ_ASSERT(decoder_init(&fuzz.decoders[i], encodings[i], &error));
    }
    for (int i = 0; i < FORMATS - 1; i++) { /* one, two and three of them */
        FUZZ_ASSERT(
            date_formats_parse(formats + 1 - i % 2, i + 1, &fuzz.arena, &fuzz.dates[i], &error));
    }
    FUZZ_ASSERT(date_formats_millennium(&fuzz.arena, &fuzz.dates[FORMATS - 1], &error));
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
    const struct text_care care = {.decoder = &fuzz.decoders[fuzz.options % 4 % ENCODINGS],
                                   .decode = (enum value_policy)(fuzz.policies % POLICIES),
                                   .nul = (enum value_policy)(fuzz.policies / 4 % POLICIES_OF_NUL)};
    const struct date_formats *dates =
        (fuzz.options & 0x80) != 0 ? &fuzz.dates[fuzz.options >> 5 & 3] : NULL;

    if (fuzz.rows == 0) {
        return;
    }
    FUZZ_ASSERT(batch_begin(batch, fuzz.rows, true, &error));
    for (int c = 0; c < COLUMNS; c++) {
        const struct cell_format format = {.care = care,
                                           .dates = dates,
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
    bool well_formed = fields->fixed == NULL || fields->status == FIXED_OK;
    for (int c = 0; c < COLUMNS; c++) {
        int field = fields->count == 1 ? 0 : c;
        fuzz.cells[c][fuzz.rows] =
            well_formed && field < fields->count ? fields->items[field] : TEXT_NONE;
    }
    fuzz.plain[fuzz.rows++] = plain;
    if (fuzz.rows == LIMIT_BATCH_ROWS) {
        convert();
    }
}

/* Feeds the scan in pieces of `piece` bytes and sums up what it says of the records; with `fields`
 * the records are taken too. */
static uint64_t scan_file(const char *file,
                          size_t size,
                          size_t piece,
                          struct file_fields *fields,
                          char delimiter,
                          int quote)
{
    struct file_scan scan;
    uint64_t sum = 0;
    uint64_t last = 0;
    bool more = true;

    file_scan_init(&scan, delimiter, quote, 0, 1);
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

/* Columns that overlap and leave a gap, of which the last in place is not the last in order. */
static const struct fixed_column places[] = {{0, 3}, {2, 5}, {8, 12}, {5, 7}};

static void open_fields(struct file_fields *fields, uint8_t second, char delimiter, int quote)
{
    static struct fixed_layout layout;
    struct error error = ERROR_NONE;
    struct text null_text = (second & 0x40) != 0 ? text_of("NULL") : text_of("");

    if ((second & 0x20) == 0) {
        FUZZ_ASSERT(file_fields_init(fields, delimiter, quote, null_text, &error));
        return;
    }
    layout = (struct fixed_layout){.columns = places,
                                   .count = sizeof places / sizeof places[0],
                                   .least = 8,
                                   .width = 12,
                                   .utf8 = (second & 0x10) == 0,
                                   .null_text = null_text};
    FUZZ_ASSERT(file_fields_init_fixed(fields, &layout, &error));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char delimiters[] = {',', '\t', ';', '|'};
    struct file_fields fields;

    if (!fuzz.ready) {
        prepare();
    }
    if (size < HEAD_BYTES || size > FILE_BYTES_MAX) {
        return 0;
    }
    fuzz.options = data[0];
    fuzz.policies = data[2];
    const char *file = (const char *)data + HEAD_BYTES;
    size -= HEAD_BYTES;
    char delimiter = delimiters[data[0] >> 2 & 3];
    int quote = (data[1] & (0x80 | 0x20)) != 0 ? FILE_SCAN_NO_QUOTE : '"';
    size_t piece = (size_t)(data[1] & 0x0f) + 1;

    open_fields(&fields, data[1], delimiter, quote);
    uint64_t whole = scan_file(file, size, size + 1, &fields, delimiter, quote);
    convert();
    FUZZ_ASSERT(scan_file(file, size, piece, NULL, delimiter, quote) == whole);
    file_fields_release(&fields);
    return 0;
}
