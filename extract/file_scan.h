/* file_scan.h — where the records of a file begin and end, with exactly libcsv's rules of quoting.
 *
 * A field that begins with the quote is quoted until a quote that is followed by the delimiter or a
 * line end; in it, two quotes stand for one, and line ends are data. A quote elsewhere in an
 * unquoted field is data. LF and CR each end a record; empty lines are no records. Everything is
 * found with memchr, so that a file is scanned about as fast as it is read.
 *
 *     file_scan_init(&scan, …);
 *     while (a piece was read) {
 *         file_scan_feed(&scan, piece, size);
 *         while (file_scan_record(&scan)) { … scan.record … }
 *     }
 *     if (file_scan_finish(&scan)) { … a last record without line end … }
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_FILE_SCAN_H
#define NOVATE_EXTRACT_FILE_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FILE_SCAN_NO_QUOTE (-1)

enum file_scan_state {
    FILE_SCAN_BETWEEN,    /* records */
    FILE_SCAN_PLAIN,      /* in a record, outside quotes */
    FILE_SCAN_QUOTED,     /* in a quoted field */
    FILE_SCAN_QUOTE_SEEN, /* in a quoted field, after a quote of which the meaning is not known */
};

struct file_record {
    uint64_t begin; /* offset in the file */
    uint64_t end;   /* offset after its last byte, line end not included */
    uint64_t next;  /* offset after its line end */
    uint64_t line;  /* physical, 1-based */
    bool quoted;    /* a field of it is quoted */
    bool malformed; /* a quote in a quoted field is neither doubled nor at the field's end */
    bool unclosed;  /* the file ended in a quoted field */
};

struct file_scan {
    struct file_record record; /* the one that file_scan_record() found, or is in */
    uint64_t offset;           /* of what file_scan_feed() gets next */
    uint64_t line;             /* that the cursor is on, 1-based */
    enum file_scan_state state;
    int quote;
    char delimiter;
    char previous; /* byte before the piece */
    const char *piece;
    const char *cursor; /* what is before it has been looked at */
    const char *end;
    const char *next_lf, *next_cr, *next_quote; /* from the cursor on; `end`: none */
};

/* `quote` is a byte or FILE_SCAN_NO_QUOTE; the first byte to come is at `offset`, on `line`. */
void file_scan_init(
    struct file_scan *scan, char delimiter, int quote, uint64_t offset, uint64_t line);

/* Gives the next bytes of the file, which must stay until they are used up. */
void file_scan_feed(struct file_scan *scan, const char *data, size_t size);

/* Moves past the end of the next record; false when the piece is used up before. */
bool file_scan_record(struct file_scan *scan);

/* At the end of the file: is there a last record that no line end ended? */
bool file_scan_finish(struct file_scan *scan);

#endif
