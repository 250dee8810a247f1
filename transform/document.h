/* document.h — what the readers of documents share: a growing result, and what kind of document
 * some bytes are.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_DOCUMENT_H
#define TRANSFORM_DOCUMENT_H

#include "novate/arena.h"
#include "novate/attr.h"
#include "novate/text.h"

#include <stdbool.h>
#include <stddef.h>

enum document_kind {
    DOCUMENT_OTHER, /* none of these: plain text, or something compressed */
    DOCUMENT_RTF,
    DOCUMENT_PICTURE_OR_FILE, /* PDF, ZIP (and what is made of it), TIFF, JPEG, PNG, OLE (.doc) */
};

/* Told by the first bytes; of RTF blanks, line ends and a byte order mark may stand before. */
enum document_kind document_kind(struct text bytes);

enum document_status {
    DOCUMENT_OK,
    DOCUMENT_CUT,         /* it ends too early */
    DOCUMENT_CORRUPT,     /* what is there makes no sense */
    DOCUMENT_NESTED,      /* groups or fonts beyond the limits */
    DOCUMENT_UNDECODABLE, /* a byte is no character of its encoding */
    DOCUMENT_NO_TEXT,     /* a picture or a file of another kind */
    DOCUMENT_TOO_LARGE,   /* the result would pass LIMIT_DOCUMENT_BYTES */
    DOCUMENT_NO_MEMORY,
};

/* Bytes that grow in an arena, kept from one document to the next. */
struct document_buffer {
    struct arena *arena;
    char *data;
    size_t size;
    size_t capacity;
};

/* Room for `more` bytes behind what is there. */
enum document_status document_buffer_reserve(struct document_buffer *buffer, size_t more) NODISCARD;

#endif
