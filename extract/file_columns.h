/* file_columns.h — what a mapping declares of the columns of its files: types and formats.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_FILE_COLUMNS_H
#define NOVATE_EXTRACT_FILE_COLUMNS_H

#include "file_source.h"

/* Into the relation's schema, which has its names, and `detail`. */
bool file_columns_declare(const struct relation_spec *spec,
                          struct relation *relation,
                          struct file_detail *detail,
                          struct arena *arena,
                          struct problems *problems,
                          struct error *error) NODISCARD;

#endif
