/* ocf.h — OCF, the compression of documents in Cerner Millennium (CE_BLOB).
 *
 * It is the LZW of TIFF 6.0: codes of 9 bits and more, the highest bit first; 256 forgets all
 * strings, 257 ends; the first string is 258; codes become wider one string early, when the next
 * one would be 511, 1023, …; but they grow to 13 bits where TIFF stops at 12. Each stored chunk
 * ends with the nine bytes "ocf_blob\0", whether it is compressed or not.
 * Source   TIFF 6.0, section 13. SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_OCF_H
#define TRANSFORM_OCF_H

#include "document.h"

#include "novate/arena.h"
#include "novate/attr.h"
#include "novate/text.h"

#include <stdbool.h>

struct ocf_decoder;

/* Lives in the arena, with its results; NULL: no memory. */
struct ocf_decoder *ocf_decoder_create(struct arena *arena) NODISCARD;

/* `*out` is the document, a view that holds until the next call. What is a document already
 * (document_kind()) is handed on without its marker, and `*plain` says so. */
enum document_status ocf_decode(struct ocf_decoder *decoder,
                                struct text bytes,
                                struct text *out,
                                bool *plain) NODISCARD;

#endif
