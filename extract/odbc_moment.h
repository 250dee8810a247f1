/* odbc_moment.h — the one point in time that a connection reads, where its server can give one.
 *
 * With `consistency: snapshot` it begins with the first read of records and lasts as long as the
 * connection, over chunks and entities; it is let go before a long wait, and with the connection.
 * With `consistency: chunk` each chunk has its own.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_ODBC_MOMENT_H
#define NOVATE_EXTRACT_ODBC_MOMENT_H

#include "odbc_source.h"

/* Unless one is open, begins one and notes when. Where the server gives none, only the time. */
bool odbc_moment_begin(struct odbc_connection *connection, struct error *error) NODISCARD;
/* Nothing, when none is open. */
bool odbc_moment_end(struct odbc_connection *connection, struct error *error) NODISCARD;
/* The chunk has been read to its end: ends what belongs to it alone. */
bool odbc_moment_chunk_end(struct odbc_connection *connection, struct error *error) NODISCARD;

/* Notes in the counters of a chunk's tally what the chunk was read in: group "read", name "snapshot
 * of 2008-06-05T09:00:00Z" or "chunk of …". */
bool odbc_moment_note(const struct odbc_connection *connection,
                      const struct relation *relation,
                      struct counters *counters,
                      struct error *error) NODISCARD;

#endif
