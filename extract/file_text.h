/* file_text.h — what the bytes of a file are: how they are packed, in which order, and how the
 * texts of its columns are decoded.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_FILE_TEXT_H
#define NOVATE_EXTRACT_FILE_TEXT_H

#include "file_source.h"

struct file_mark {
    const char *encoding; /* that the file's byte order mark is of; NULL: it has none */
    bool contradicts;     /* what is declared */
    bool missing;         /* and only it would say the order */
};

/* Reads the file's first bytes, and sets manner and data_offset of the entry by them. `input` is
 * used for that. */
bool file_mark_read(struct file_entry *entry,
                    int fd,
                    const struct decoder *declared,
                    struct file_input *input,
                    struct file_mark *mark,
                    struct error *error) NODISCARD;

/* One for each of `count` columns, as the relation says; detail->cares points to them. */
bool file_cares_begin(struct file_detail *detail,
                      const struct relation_spec *spec,
                      int count,
                      struct arena *arena,
                      struct text_care **cares,
                      struct error *error) NODISCARD;
/* What a column says of its own. */
bool file_care_declare(const struct file_detail *detail,
                       const struct relation_column *declared,
                       struct arena *arena,
                       struct problems *problems,
                       struct text_care *care,
                       struct error *error) NODISCARD;

#endif
