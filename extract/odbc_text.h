/* odbc_text.h — what a mapping declares of the texts of a table or query: encodings and policies.
 *
 * A server decodes its texts by what the column says, and what came in under a false name comes out
 * wrong: UTF-8 in a column of latin1, windows-1252 in a database that checks nothing. Where the
 * mapping declares an encoding, the server is asked for the bytes as they are stored.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_ODBC_TEXT_H
#define NOVATE_EXTRACT_ODBC_TEXT_H

#include "odbc_source.h"

/* Into `columns`, which are those of the relation's schema and decided otherwise. */
bool odbc_texts_declare(const struct relation *relation,
                        const struct odbc_dialect *dialect,
                        struct odbc_column *columns,
                        struct arena *arena,
                        struct problems *problems,
                        struct error *error) NODISCARD;

#endif
