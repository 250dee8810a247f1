/* sniff_records.c — the contract is in sniff_records.h.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "sniff_records.h"

#include <stdlib.h>
#include <string.h>

bool sniff_records_init(struct sniff_records *records,
                        char delimiter,
                        char quote,
                        struct error *error)
{
    int quote_byte = quote == '\0' ? FILE_SCAN_NO_QUOTE : (unsigned char)quote;
    *records = (struct sniff_records){.delimiter = delimiter, .quote = quote_byte};
    return file_fields_init(&records->fields, delimiter, quote_byte, TEXT_NONE, error);
}

static const char *after_line_end(const struct sniff_piece *piece)
{
    for (size_t i = 0; i < piece->size; i++) {
        if (piece->data[i] == '\n' || piece->data[i] == '\r') {
            return piece->data + i + 1;
        }
    }
    return piece->data + piece->size;
}

bool sniff_records_begin(struct sniff_records *records,
                         const struct sniff_piece *piece,
                         bool inside,
                         struct error *error)
{
    if (records->room < piece->size + 1) {
        char *plain = realloc(records->plain, piece->size + 1);
        if (plain == NULL) {
            return error_set_memory(error);
        }
        records->plain = plain;
        records->room = piece->size + 1;
    }
    records->piece = piece;
    records->finished = false;
    records->data = inside ? after_line_end(piece) : piece->data;
    file_scan_init(&records->scan, records->delimiter, records->quote, 0, 1);
    file_scan_feed(
        &records->scan, records->data, piece->size - (size_t)(records->data - piece->data));
    return true;
}

bool sniff_records_next(struct sniff_records *records, bool *found, struct error *error)
{
    *found = !records->finished && file_scan_record(&records->scan);
    if (!*found && !records->finished) {
        records->finished = true;
        *found = records->piece->ends && file_scan_finish(&records->scan);
    }
    if (!*found) {
        return true;
    }
    const struct file_record *record = &records->scan.record;
    return file_fields_split(&records->fields,
                             records->data + record->begin,
                             (size_t)(record->end - record->begin),
                             record->quoted,
                             records->plain,
                             error);
}

void sniff_records_release(struct sniff_records *records)
{
    file_fields_release(&records->fields);
    free(records->plain);
    *records = (struct sniff_records){.plain = NULL};
}
