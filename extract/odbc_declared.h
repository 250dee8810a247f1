/* odbc_declared.h — a cursor that novate declares itself, in the transaction that is open.
 *
 * For drivers whose own cursors cannot be relied on (odbc_dialect.declares): the query is put
 * behind DECLARE, and each fetch is a statement whose whole result is what one fetch asks for. All
 * of it does nothing for other dialects.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_ODBC_DECLARED_H
#define NOVATE_EXTRACT_ODBC_DECLARED_H

#include "odbc_handle.h"

struct odbc_declared {
    char name[32];
    bool open; /* the declaration was carried out */
};

/* Another name, and what comes before the query. */
void odbc_declared_name(struct odbc_declared *declared,
                        struct odbc_connection *connection,
                        struct text_buffer *out);
/* Executes a fetch of so many rows in `statement`, whose buffers are bound. */
bool odbc_declared_fetch(const struct odbc_declared *declared,
                         const struct odbc_connection *connection,
                         SQLHSTMT statement,
                         SQLULEN rows,
                         struct error *error) NODISCARD;
/* May be called again, and when the connection is lost. */
bool odbc_declared_close(struct odbc_declared *declared,
                         const struct odbc_connection *connection,
                         struct error *error) NODISCARD;
/* The same for whoever gives up, and has a reason already. */
void odbc_declared_drop(struct odbc_declared *declared, const struct odbc_connection *connection);

#endif
