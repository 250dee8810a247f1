/* session_prepared.c — statements that a session asks again and again are prepared.
 *
 * What is asked of the catalogue and the ledger takes longer to parse and to plan than to run, and
 * is asked for every table and every chunk. SPDX-License-Identifier: Apache-2.0 */
#include "session_private.h"

#include "novate/hash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    USES_MIN = 3, /* preparing takes an answer of its own */
    SQL_BYTES_MAX = 16 << 10
};

/* Where a statement is, or from now on is: in the place of one that was not asked often, all of
 * which take their turns at being forgotten. NULL: all are in use. */
static struct prepared *place_of(struct session *session, const char *sql, uint64_t hash)
{
    struct prepared *place = session->prepared;
    for (int i = 0; i < PREPARED_MAX; i++) {
        if (place[i].hash == hash && (place[i].sql == NULL || strcmp(place[i].sql, sql) == 0)) {
            return &place[i];
        }
    }
    for (int i = 0; i < PREPARED_MAX; i++) {
        int turn = session->prepared_turn++ % PREPARED_MAX;
        if (!place[turn].ready) {
            place[turn].hash = hash;
            place[turn].uses = 0;
            return &place[turn];
        }
    }
    return NULL;
}

static void name_of(struct session *session, const struct prepared *place)
{
    snprintf(session->prepared_name,
             sizeof session->prepared_name,
             "novate_%d",
             (int)(place - session->prepared));
}

static bool prepare(struct session *session,
                    struct prepared *place,
                    const char *sql,
                    struct error *error)
{
    char *copy = strdup(sql);
    if (copy == NULL) {
        return error_set_memory(error);
    }
    name_of(session, place);
    if (!session_send_prepare(session, session->prepared_name, sql, error) ||
        !session_finish(session, error)) {
        free(copy);
        place->uses = 0;
        return false;
    }
    place->sql = copy;
    place->ready = true;
    return true;
}

bool session_prepared(struct session *session,
                      const char *sql,
                      const char **name,
                      struct error *error)
{
    size_t size = strlen(sql);
    *name = NULL;
    struct prepared *place =
        size > SQL_BYTES_MAX ? NULL : place_of(session, sql, hash_bytes64(sql, size));
    if (place == NULL || (!place->ready && ++place->uses < USES_MIN)) {
        return true;
    }
    if (!place->ready && !prepare(session, place, sql, error)) {
        return false;
    }
    name_of(session, place);
    *name = session->prepared_name;
    return true;
}

void session_forget_prepared(struct session *session)
{
    for (int i = 0; i < PREPARED_MAX; i++) {
        free(session->prepared[i].sql);
        session->prepared[i] = (struct prepared){.sql = NULL};
    }
}
