/* odbc_source.c — the driver for everything behind unixODBC.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_source.h"

#include <stdlib.h>

static bool source_connect(const struct plan_source *settings, void **state, struct error *error)
{
    struct odbc_connection *connection = malloc(sizeof *connection);
    if (connection == NULL) {
        return error_set_memory(error);
    }
    if (!odbc_connection_open(connection, settings, error)) {
        free(connection);
        return false;
    }
    *state = connection;
    return true;
}

static void source_disconnect(void *state)
{
    odbc_connection_close(state);
    free(state);
}

const struct source_driver odbc_driver = {
    .name = "ODBC",
    .positions = false,
    .open = source_connect,
    .close = source_disconnect,
    .describe = odbc_describe,
    .health = odbc_health_look,
    .plan = odbc_plan,
    .cursor_open = odbc_cursor_open,
    .cursor_begin = odbc_cursor_begin,
    .cursor_next = odbc_cursor_next,
    .cursor_close = odbc_cursor_close,
};
