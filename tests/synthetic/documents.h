/* documents.h — what a report of radiology says, as RTF or as plain text.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNTHETIC_DOCUMENTS_H
#define SYNTHETIC_DOCUMENTS_H

#include "trust.h"

enum {
    DOCUMENT_BYTES = 8 * 1024
};

struct document {
    int64_t index;
    enum kind kind;
    int64_t which;
    bool rtf;
    bool compressed;
    bool two_chunks;
    size_t size;
    char text[DOCUMENT_BYTES];
};

void document_of(const struct trust *trust, int64_t index, struct document *document);

#endif
