/* rtf.h — the plain text of RTF.
 *
 * Paragraphs, lines, pages and rows of tables end with a line feed, cells with a tab, except the
 * last of a row. Shown are text, footnotes where they are called, the results of fields, symbols
 * and ticked boxes, and texts in shapes; not hidden or deleted text, headers and footers, comments
 * and tables of fonts, styles, … Bytes are decoded by the code page of the document or the font.
 *
 * A control word takes one blank with it and nothing else, so that no two words become one.
 * Source   Rich Text Format (RTF) Specification, version 1.9.1.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_RTF_H
#define TRANSFORM_RTF_H

#include "document.h"

#include "novate/arena.h"
#include "novate/attr.h"
#include "novate/text.h"

#include <stdbool.h>

struct rtf_reader;

/* Lives in the arena, with its results; NULL: no memory. */
struct rtf_reader *rtf_reader_create(struct arena *arena) NODISCARD;

/* `*out` is a view that holds until the next call. `decoded`: the document is UTF-8 already, only
 * its escapes are in code pages; otherwise it is bytes, and zero bytes at its end are padding.
 *
 * What is not RTF stays as it is if it is decoded; of bytes UTF-8 is tried, then windows-1252. */
enum document_status rtf_read(struct rtf_reader *reader,
                              struct text document,
                              bool decoded,
                              struct text *out) NODISCARD;

#endif
