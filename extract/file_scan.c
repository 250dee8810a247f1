/* file_scan.c — where the records of a file begin and end, with exactly libcsv's rules of quoting.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "file_scan.h"

#include <string.h>

void file_scan_init(
    struct file_scan *scan, char delimiter, int quote, uint64_t offset, uint64_t line)
{
    *scan = (struct file_scan){.offset = offset,
                               .line = line,
                               .state = FILE_SCAN_BETWEEN,
                               .quote = quote,
                               .delimiter = delimiter,
                               .previous = '\n'};
}

void file_scan_feed(struct file_scan *scan, const char *data, size_t size)
{
    scan->piece = data;
    scan->cursor = data;
    scan->end = data + size;
    scan->offset += size;
    scan->next_lf = NULL;
    scan->next_cr = NULL;
    scan->next_quote = NULL;
}

/* Each of these remembers the place that it found, so that every byte is searched once for each of
 * the three. */
static const char *find(const struct file_scan *scan, const char **memory, int byte)
{
    if (*memory == NULL || *memory < scan->cursor) {
        size_t left = (size_t)(scan->end - scan->cursor);
        const char *found = left == 0 ? NULL : memchr(scan->cursor, byte, left);
        *memory = found == NULL ? scan->end : found;
    }
    return *memory;
}

static const char *find_line_end(struct file_scan *scan)
{
    const char *lf = find(scan, &scan->next_lf, '\n');
    const char *cr = find(scan, &scan->next_cr, '\r');
    return lf < cr ? lf : cr;
}

static const char *find_quote(struct file_scan *scan)
{
    return scan->quote == FILE_SCAN_NO_QUOTE ? scan->end
                                             : find(scan, &scan->next_quote, scan->quote);
}

static uint64_t offset_of(const struct file_scan *scan, const char *at)
{
    return scan->offset - (uint64_t)(scan->end - at);
}

static char byte_before(const struct file_scan *scan, const char *at)
{
    return at == scan->piece ? scan->previous : at[-1];
}

/* Counts the line end at `at`; CR LF is one. */
static void count_line(struct file_scan *scan, const char *at)
{
    if (*at == '\r' || byte_before(scan, at) != '\r') {
        scan->line++;
    }
}

/* Passes line ends between records, to the first byte of one. */
static void begin_record(struct file_scan *scan)
{
    while (scan->cursor < scan->end && (*scan->cursor == '\n' || *scan->cursor == '\r')) {
        count_line(scan, scan->cursor);
        scan->cursor++;
    }
    if (scan->cursor < scan->end) {
        scan->record =
            (struct file_record){.begin = offset_of(scan, scan->cursor), .line = scan->line};
        scan->state = FILE_SCAN_PLAIN;
    }
}

/* Outside quotes: to the line end, or to the quote that opens a field. A quote opens one when a
 * delimiter is before it, or when it is the first byte of the record. */
static bool scan_plain(struct file_scan *scan)
{
    for (;;) {
        const char *line_end = find_line_end(scan);
        const char *quote = find_quote(scan);
        if (quote < line_end) {
            bool opens = byte_before(scan, quote) == scan->delimiter ||
                         offset_of(scan, quote) == scan->record.begin;
            scan->cursor = quote + 1;
            if (opens) {
                scan->record.quoted = true;
                scan->state = FILE_SCAN_QUOTED;
                return false;
            }
            continue;
        }
        scan->cursor = line_end;
        if (line_end == scan->end) {
            return false;
        }
        count_line(scan, line_end);
        scan->cursor++;
        scan->record.end = offset_of(scan, line_end);
        scan->record.next = scan->record.end + 1;
        scan->state = FILE_SCAN_BETWEEN;
        return true;
    }
}

/* In quotes: to the next quote, counting the line ends that are data. */
static void scan_quoted(struct file_scan *scan)
{
    const char *quote = find_quote(scan);
    for (const char *at = find_line_end(scan); at < quote; at = find_line_end(scan)) {
        count_line(scan, at);
        scan->cursor = at + 1;
    }
    scan->cursor = quote;
    if (quote < scan->end) {
        scan->cursor++;
        scan->state = FILE_SCAN_QUOTE_SEEN;
    }
}

/* After a quote in quotes: what does the byte that follows make of it? */
static void scan_quote_seen(struct file_scan *scan)
{
    char byte = *scan->cursor;
    if (byte == (char)scan->quote) {
        scan->cursor++;
        scan->state = FILE_SCAN_QUOTED;
    } else if (byte == scan->delimiter || byte == '\n' || byte == '\r') {
        scan->state = FILE_SCAN_PLAIN;
    } else {
        scan->record.malformed = true;
        scan->state = FILE_SCAN_QUOTED;
    }
}

bool file_scan_record(struct file_scan *scan)
{
    while (scan->cursor < scan->end) {
        switch (scan->state) {
        case FILE_SCAN_BETWEEN:
            begin_record(scan);
            break;
        case FILE_SCAN_PLAIN:
            if (scan_plain(scan)) {
                return true;
            }
            break;
        case FILE_SCAN_QUOTED:
            scan_quoted(scan);
            break;
        case FILE_SCAN_QUOTE_SEEN:
            scan_quote_seen(scan);
            break;
        }
    }
    if (scan->end > scan->piece) { /* the piece may be gone or moved when the next one comes */
        scan->previous = scan->end[-1];
        scan->piece = scan->end;
    }
    return false;
}

bool file_scan_finish(struct file_scan *scan)
{
    if (scan->state == FILE_SCAN_BETWEEN) {
        return false;
    }
    scan->record.unclosed = scan->state == FILE_SCAN_QUOTED;
    scan->record.end = scan->offset;
    scan->record.next = scan->offset;
    scan->state = FILE_SCAN_BETWEEN;
    return true;
}
