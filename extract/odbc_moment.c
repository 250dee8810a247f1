/* odbc_moment.c — the contract is in odbc_moment.h.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_moment.h"

#include "novate/reading.h"

#include <time.h>

static void note_time(struct odbc_connection *connection)
{
    time_t now = time(NULL);
    struct tm utc = {0};
    (void)gmtime_r(&now, &utc);
    (void)strftime(
        connection->read_since, sizeof connection->read_since, "%Y-%m-%dT%H:%M:%SZ", &utc);
}

bool odbc_moment_begin(struct odbc_connection *connection, struct error *error)
{
    if (connection->reading) {
        return true;
    }
    /* The note is the earlier one: what the snapshot holds was there by then, or came after. */
    note_time(connection);
    if (connection->snapshots && !odbc_snapshot_begin(connection, error)) {
        return error_context(error, "beginning a snapshot");
    }
    connection->reading = true;
    return true;
}

bool odbc_moment_end(struct odbc_connection *connection, struct error *error)
{
    if (!connection->reading) {
        return true;
    }
    connection->reading = false;
    struct error reason = ERROR_NONE;
    if (!connection->snapshots || odbc_snapshot_end(connection, &reason) ||
        reason.code == ERROR_SOURCE_LOST) {
        return true; /* with a lost connection its snapshot went */
    }
    *error = reason;
    return false;
}

bool odbc_moment_chunk_end(struct odbc_connection *connection, struct error *error)
{
    bool lasts = connection->settings->consistency == CONSISTENCY_SNAPSHOT && connection->snapshots;
    return lasts || odbc_moment_end(connection, error);
}

bool odbc_moment_note(const struct odbc_connection *connection,
                      const struct relation *relation,
                      struct counters *counters,
                      struct error *error)
{
    const struct odbc_relation *detail = relation->detail;
    bool snapshot = connection->settings->consistency == CONSISTENCY_SNAPSHOT &&
                    connection->snapshots && !detail->no_snapshot;
    return reading_note(
        counters, snapshot ? READING_SNAPSHOT : READING_CHUNK, connection->read_since, error);
}
