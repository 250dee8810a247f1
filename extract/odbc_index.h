/* odbc_index.h — the indexes of a table, and how well one of them serves a key.
 *
 * Reads in short pieces need an index on the key: without one every piece would scan the table. And
 * only where a unique index proves that a key names one row may a read end after any row.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_ODBC_INDEX_H
#define NOVATE_EXTRACT_ODBC_INDEX_H

#include "odbc_source.h"

struct odbc_index {
    const char *name;
    bool unique;
    int *columns; /* of the relation's schema, in the order of the index; -1: an expression */
    int column_count;
};

/* How a key is found. */
enum odbc_access {
    ODBC_ACCESS_NONE,      /* no key, or none that can be compared: one scan */
    ODBC_ACCESS_UNINDEXED, /* of a query or view, or no index begins with it */
    ODBC_ACCESS_INDEXED,   /* in the order of an index */
    ODBC_ACCESS_UNIQUE,    /* and each key is one row */
};

/* Asks the catalogue for the indexes of a described table; a source that does not tell leaves
 * detail->indexes_known false. */
bool odbc_indexes_find(const struct odbc_connection *connection,
                       const struct odbc_table *table,
                       const struct schema *schema,
                       struct odbc_relation *detail,
                       struct arena *arena,
                       struct error *error) NODISCARD;

/* How the relation's key is found, and through which index (NULL: none is known). */
enum odbc_access odbc_access_of(const struct relation *relation, const struct odbc_index **index);

#endif
