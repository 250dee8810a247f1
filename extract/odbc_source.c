/* odbc_source.c — the driver for everything behind unixODBC.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_source.h"

#include "odbc_index.h"
#include "odbc_moment.h"
#include "odbc_reads.h"

#include <stdlib.h>

static bool source_connect(const struct plan_source *settings, void **state, struct error *error)
{
    struct odbc_connection *connection = malloc(sizeof *connection);
    if (connection == NULL) {
        return error_set_memory(error);
    }
    bool ok = odbc_connection_open(connection, settings, error);
    if (!ok && error->code != ERROR_SOURCE_LOST) {
        free(connection);
        return false;
    }
    *state = connection;
    return ok;
}

static void source_disconnect(void *state)
{
    odbc_connection_close(state);
    free(state);
}

static bool source_reconnect(void *state, struct error *error)
{
    struct odbc_connection *connection = state;
    const struct plan_source *settings = connection->settings;
    odbc_connection_close(connection);
    return odbc_connection_open(connection, settings, error);
}

static bool source_snapshot_end(void *state, struct error *error)
{
    return odbc_moment_end(state, error);
}

static enum relation_access access_of(const struct relation *relation, const char **index)
{
    const struct relation *bounding = relation->split != NULL ? relation->split : relation;
    const struct odbc_relation *detail = relation->detail;
    const struct odbc_index *found = NULL;
    enum odbc_access access = odbc_access_of(bounding, &found);
    enum relation_access scan = detail->dialect->stores_results ? RELATION_HELD : RELATION_BY_SCAN;
    *index = found != NULL ? found->name : NULL;
    return access == ODBC_ACCESS_NONE        ? scan
           : access == ODBC_ACCESS_UNINDEXED ? RELATION_BY_SCANS
           : relation->split != NULL         ? RELATION_BY_SPLIT
                                             : RELATION_BY_INDEX;
}

static uint64_t read_rows(void *state, struct pace *pace)
{
    return odbc_read_rows(state, pace);
}

const struct source_driver odbc_driver = {
    .name = "ODBC",
    .positions = false,
    .open = source_connect,
    .close = source_disconnect,
    .reconnect = source_reconnect,
    .let_go = source_snapshot_end,
    .describe = odbc_describe,
    .health = odbc_health_look,
    .access = access_of,
    .read_rows = read_rows,
    .plan = odbc_plan,
    .cursor_open = odbc_cursor_open,
    .cursor_begin = odbc_cursor_begin,
    .cursor_next = odbc_cursor_next,
    .cursor_drop = odbc_cursor_drop,
    .cursor_close = odbc_cursor_close,
};
