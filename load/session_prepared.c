/* session_prepared.c — statements that a session asks again and again are prepared.
 *
 * What is asked of the catalogue and the ledger takes longer to parse and to plan than to run, and
 * is asked for every table and every chunk. SPDX-License-Identifier: Apache-2.0 */
#include "session_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool session_prepare(struct session *session,
                     const char *sql,
                     const char **name,
                     struct error *error)
{
    int place = 0;
    *name = NULL;
    while (place < session->prepared_count && strcmp(session->prepared[place].sql, sql) != 0) {
        place++;
    }
    if (place == PREPARED_MAX) {
        return true;
    }
    struct prepared *prepared = &session->prepared[place];
    if (place == session->prepared_count) {
        /* Preparing takes an answer of its own, which the first time does not repay. */
        prepared->sql = strdup(sql);
        session->prepared_count += prepared->sql != NULL ? 1 : 0;
        return prepared->sql != NULL || error_set_memory(error);
    }
    if (prepared->name[0] == '\0') {
        char wanted[sizeof prepared->name];
        snprintf(wanted, sizeof wanted, "novate_%d", place);
        if (!session_send_prepare(session, wanted, sql, error) || !session_finish(session, error)) {
            return false;
        }
        memcpy(prepared->name, wanted, sizeof wanted);
    }
    *name = prepared->name;
    return true;
}

void session_forget_prepared(struct session *session)
{
    for (int i = 0; i < session->prepared_count; i++) {
        free(session->prepared[i].sql);
    }
    session->prepared_count = 0;
}
