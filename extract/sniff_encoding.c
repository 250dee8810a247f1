/* sniff_encoding.c — which encoding the bytes of a sample are in.
 *
 * A byte order mark decides. Text in UTF-16 has a zero byte in about every character of European
 * writing, always on the same side. What is valid UTF-8 and not ASCII alone is hardly ever anything
 * else. The rest has one byte a character: bytes 0x80 to 0x9F are letters and quotation marks in
 * windows-1252, but control characters in ISO-8859-1, where nobody writes any.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "sniff_encoding.h"

#include "decode.h"

#include "novate/text.h"

#include <inttypes.h>
#include <string.h>

struct byte_counts {
    uint64_t all;
    uint64_t nul_even;
    uint64_t nul_odd;
    uint64_t high;      /* 0x80 and above */
    uint64_t controls;  /* 0x80 to 0x9F */
    uint64_t undefined; /* of these: no character of windows-1252 */
};

static void bytes_count(const struct sniff_piece *piece, struct byte_counts *counts)
{
    for (size_t i = 0; i < piece->size; i++) {
        unsigned char byte = (unsigned char)piece->data[i];
        counts->nul_even += byte == 0 && (i & 1) == 0;
        counts->nul_odd += byte == 0 && (i & 1) == 1;
        counts->high += byte >= 0x80;
        counts->controls += byte >= 0x80 && byte < 0xA0;
        counts->undefined +=
            byte == 0x81 || byte == 0x8D || byte == 0x8F || byte == 0x90 || byte == 0x9D;
    }
    counts->all += piece->size;
}

/* The length of a valid sequence of two to four bytes, or 0. */
static size_t sequence_size(const char *data, size_t size)
{
    for (size_t length = 2; length <= 4 && length <= size; length++) {
        if (utf8_valid(data, length, NULL)) {
            return length;
        }
    }
    return 0;
}

/* Characters of several bytes, and bytes that begin none. Ends of a piece may cut a character. */
static void utf8_count(const struct sniff_piece *piece,
                       bool begins_file,
                       uint64_t *sequences,
                       uint64_t *faults)
{
    size_t at = 0;
    while (!begins_file && at < 3 && at < piece->size &&
           ((unsigned char)piece->data[at] & 0xC0) == 0x80) {
        at++;
    }
    while (at < piece->size) {
        if ((unsigned char)piece->data[at] < 0x80) {
            at++;
            continue;
        }
        size_t length = sequence_size(piece->data + at, piece->size - at);
        if (length > 0) {
            (*sequences)++;
            at += length;
            continue;
        }
        if (!piece->ends && piece->size - at < 4) {
            return;
        }
        (*faults)++;
        at++;
    }
}

static bool by_mark(const struct sniff_piece *head, struct sniff_encoding *encoding)
{
    if (head->size >= 3 && memcmp(head->data, "\xEF\xBB\xBF", 3) == 0) {
        encoding->name = "UTF-8";
        encoding->how = "UTF-8, by its byte order mark";
        encoding->confidence = 99;
        return true;
    }
    bool little = head->size >= 2 && memcmp(head->data, "\xFF\xFE", 2) == 0;
    bool big = head->size >= 2 && memcmp(head->data, "\xFE\xFF", 2) == 0;
    if (!little && !big) {
        return false;
    }
    encoding->name = little ? "UTF-16LE" : "UTF-16BE";
    encoding->how =
        little ? "UTF-16LE, by its byte order mark" : "UTF-16BE, by its byte order mark";
    encoding->confidence = 99;
    encoding->wide = true;
    encoding->big = big;
    return true;
}

static bool by_zeros(const struct byte_counts *counts, struct sniff_encoding *encoding)
{
    uint64_t half = counts->all / 2;
    bool little = counts->nul_odd > half / 2 && counts->nul_even <= half / 50;
    bool big = counts->nul_even > half / 2 && counts->nul_odd <= half / 50;
    if (!little && !big) {
        return false;
    }
    encoding->name = little ? "UTF-16LE" : "UTF-16BE";
    encoding->how =
        little ? "UTF-16LE, by zero bytes at odd places" : "UTF-16BE, by zero bytes at even places";
    encoding->against = "there is no byte order mark";
    encoding->confidence = 90;
    encoding->wide = true;
    encoding->big = big;
    return true;
}

static bool by_bytes(const struct byte_counts *counts,
                     uint64_t sequences,
                     uint64_t faults,
                     struct arena *arena,
                     struct sniff_encoding *encoding,
                     struct error *error)
{
    encoding->name = "windows-1252";
    if (counts->undefined > 0) {
        encoding->name = "ISO-8859-1";
        encoding->how = "ISO-8859-1, by bytes that are no character of windows-1252";
        encoding->against = "these bytes are control characters; it may be another code page";
        encoding->confidence = 40;
    } else if (counts->controls > 0) {
        encoding->how = "windows-1252, by bytes 0x80 to 0x9F and bytes that are not UTF-8";
        encoding->confidence = 85;
    } else {
        encoding->how = "windows-1252, which ISO-8859-1 is the same as for the bytes seen";
        encoding->confidence = 75;
    }
    if (sequences > 0) {
        encoding->against = arena_format(arena,
                                         "%" PRIu64 " characters look like UTF-8 beside %" PRIu64
                                         " bytes that do not: perhaps two encodings in one file, "
                                         "or UTF-8 that was encoded twice",
                                         sequences,
                                         faults);
        encoding->confidence -= 15;
        return encoding->against != NULL || error_set_memory(error);
    }
    return true;
}

bool sniff_encoding_find(const struct sniff_sample *sample,
                         struct arena *arena,
                         struct sniff_encoding *encoding,
                         struct error *error)
{
    struct byte_counts counts = {.all = 0};
    uint64_t sequences = 0;
    uint64_t faults = 0;
    *encoding = (struct sniff_encoding){.name = "UTF-8"};
    for (int i = 0; i < sample->count; i++) {
        bytes_count(&sample->pieces[i], &counts);
        utf8_count(&sample->pieces[i], i == 0, &sequences, &faults);
    }
    bool marked = by_mark(&sample->pieces[0], encoding);
    if ((marked && encoding->wide) || by_zeros(&counts, encoding)) {
        return true;
    }
    encoding->nul_bytes = counts.nul_even + counts.nul_odd;
    if (marked && faults > 0) {
        encoding->against = "some bytes after the mark are not UTF-8";
        encoding->confidence = 70;
    } else if (!marked && faults == 0) {
        bool plain = counts.high == 0;
        encoding->how = plain ? "UTF-8, every byte is ASCII" : "UTF-8, every character is valid";
        encoding->against = plain && !sample->whole ? "other places may hold other letters" : NULL;
        encoding->confidence = plain ? 80 : 97;
    } else if (!marked) {
        return by_bytes(&counts, sequences, faults, arena, encoding, error);
    }
    return true;
}

static bool piece_narrow(struct sniff_piece *piece,
                         bool big,
                         struct arena *arena,
                         struct error *error)
{
    size_t count = piece->size / 2;
    uint16_t *units = ARENA_ARRAY(arena, uint16_t, count + 1);
    char *text = arena_bytes(arena, count * 3 + 1);
    if (units == NULL || text == NULL) {
        return error_set_memory(error);
    }
    for (size_t i = 0; i < count; i++) {
        unsigned first = (unsigned char)piece->data[2 * i];
        unsigned second = (unsigned char)piece->data[2 * i + 1];
        units[i] = (uint16_t)(big ? first << 8 | second : second << 8 | first);
        bool surrogate = units[i] >= 0xD800 && units[i] < 0xE000;
        units[i] = surrogate ? '?' : units[i]; /* shapes do not depend on rare characters */
    }
    size_t skipped = count > 0 && units[0] == 0xFEFF ? 1 : 0;
    size_t offset = 0;
    if (!NOVATE_CHECK(
            error, utf16_decode(units + skipped, count - skipped, text, &piece->size, &offset))) {
        return false;
    }
    piece->data = text;
    piece->data[piece->size] = '\0';
    return true;
}

bool sniff_encoding_narrow(struct sniff_sample *sample,
                           const struct sniff_encoding *encoding,
                           struct arena *arena,
                           struct error *error)
{
    for (int i = 0; encoding->wide && i < sample->count; i++) {
        if (!piece_narrow(&sample->pieces[i], encoding->big, arena, error)) {
            return false;
        }
    }
    struct sniff_piece *head = &sample->pieces[0];
    if (!encoding->wide && head->size >= 3 && memcmp(head->data, "\xEF\xBB\xBF", 3) == 0) {
        head->data += 3;
        head->size -= 3;
    }
    return true;
}
