/* decode.h — bytes of a source into valid UTF-8.
 *
 * UTF-8 is checked; every encoding of one byte a character that has ASCII in its lower half
 * (windows-1252, ISO-8859-1, ISO-8859-15, …) is a table of 256 characters (novate/encoding.h).
 * Files in UTF-16 are turned into UTF-8 while they are read (file_input.h); what is no character in
 * them arrives here as three or four bytes that are no UTF-8 either, and that say what it was.
 *
 * Bytes that mean nothing, and U+0000, are refused, replaced by U+FFFD or left out, as a policy
 * says; how many there were, and where the first one stands, is always told.
 *
 * In a text of UTF-8 (of bytes, not UTF-16) they can be read as windows-1252 instead. A sequence
 * that is well-formed by the Unicode Standard, table 3-7, is its character; every other byte stands
 * for itself, so the beginning of a sequence that breaks off is as many characters as it has bytes.
 * 81, 8D, 8F, 90 and 9D are no characters of windows-1252 either, and are refused. In a text of any
 * other encoding that policy refuses.
 * Threads   read-only after decoder_init().
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_DECODE_H
#define NOVATE_EXTRACT_DECODE_H

#include "novate/batch.h"
#include "novate/encoding.h"
#include "novate/error.h"
#include "novate/plan.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of a file as a whole: what its units are. */
enum wide_order {
    WIDE_NONE, /* bytes */
    WIDE_LITTLE,
    WIDE_BIG,
    WIDE_BY_MARK, /* UTF-16, of which the byte order mark says the order */
};

struct decoder {
    bool utf8;                  /* what is decoded is UTF-8, or has been made so */
    enum wide_order order;      /* of the file; its texts come as UTF-8 */
    struct byte_encoding bytes; /* of what is not UTF-8 */
};

/* ERROR_PLAN when the encoding is not known, or is not one that can be read. NULL is UTF-8. */
bool decoder_init(struct decoder *decoder, const char *encoding, struct error *error) NODISCARD;

/* What is done to a text that is not plain. */
struct text_care {
    const struct decoder *decoder; /* NULL: UTF-8 */
    enum value_policy decode;      /* bytes that do not decode */
    enum value_policy nul;         /* U+0000 */
};

/* Bytes that are no character, or U+0000. */
struct text_fault {
    uint64_t count;
    size_t offset; /* of the first one, in the bytes that were decoded */
    uint32_t code; /* its first byte; of UTF-16, the unit */
    bool wide;     /* `code` is a unit of UTF-16 */
};

struct text_decoded {
    size_t size;
    bool refused; /* by a policy: by the fault that stands first */
    enum reject_class class;
    struct text_fault undecodable;
    struct text_fault reread; /* no UTF-8, and read as windows-1252; a character each */
    struct text_fault nul;
};

/* Decodes into `to`, which has room, or only measures where it is NULL. */
void text_decode(const struct text_care *care,
                 struct text from,
                 char *to,
                 struct text_decoded *decoded);

/* Bytes that are the same in every encoding read here: 0x01 to 0x7F and nothing else. */
bool bytes_plain(const char *data, size_t size);

/* UTF-16 in the machine's order into UTF-8; `to` has room for 3 bytes per unit. False with the
 * offset (in units) of a surrogate without its other half. */
bool utf16_decode(
    const uint16_t *units, size_t count, char *to, size_t *to_size, size_t *offset) NODISCARD;
/* The same of what need not be well formed: a surrogate without its other half becomes three bytes
 * that are no UTF-8, and that text_decode() knows. Gives the number of bytes. */
size_t utf16_decode_any(const uint16_t *units, size_t count, char *to);
/* Valid UTF-8 into UTF-16; `to` has room for one unit per byte. Gives the number of units. */
size_t utf16_encode(const char *data, size_t size, uint16_t *to);

#endif
