/* sniff_records.h — the records of a piece of a sample, cut into fields exactly as the reader of
 * files does it.
 *
 *     sniff_records_init → (sniff_records_begin → sniff_records_next …) … → sniff_records_release
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_SNIFF_RECORDS_H
#define NOVATE_EXTRACT_SNIFF_RECORDS_H

#include "file_fields.h"
#include "file_scan.h"
#include "sniff_sample.h"

struct sniff_records {
    struct file_scan scan;
    struct file_fields fields; /* of the record that was found; an item without data was empty */
    char *plain;
    size_t room;
    char delimiter;
    int quote;
    const struct sniff_piece *piece;
    const char *data; /* of the piece, where its first whole record begins */
    bool finished;
};

/* `quote` 0: none. */
bool sniff_records_init(struct sniff_records *records,
                        char delimiter,
                        char quote,
                        struct error *error) NODISCARD;
/* `inside`: the piece begins somewhere in a record, which is left out. */
bool sniff_records_begin(struct sniff_records *records,
                         const struct sniff_piece *piece,
                         bool inside,
                         struct error *error) NODISCARD;
/* The last record of a piece is one only where the file ends. */
bool sniff_records_next(struct sniff_records *records, bool *found, struct error *error) NODISCARD;
void sniff_records_release(struct sniff_records *records);

#endif
