/* blocker.c — who holds what a session waits for: asked over a connection of its own, while the
 * session waits, since afterwards nobody knows. SPDX-License-Identifier: Apache-2.0 */
#include "session_private.h"

#include <stdio.h>
#include <stdlib.h>

/* What other people's sessions do is not everybody's to see. No word of their statements: these
 * may hold values of records. */
static const char find_blocker[] =
    "SELECT b.pid::text, a.usename::text, nullif(a.application_name, ''), a.state,"
    " extract(epoch FROM clock_timestamp() - a.xact_start)::bigint::text"
    " FROM unnest(pg_blocking_pids($1::integer)) b (pid)"
    " LEFT JOIN pg_stat_activity a ON a.pid = b.pid ORDER BY b.pid <> 0 DESC, a.xact_start LIMIT 1";

static PGconn *connect_beside(const struct session *session)
{
    static const char *const keywords[] = {
        "fallback_application_name", "dbname", "connect_timeout", "options", NULL};
    const char *const values[] = {
        "novate", session->conninfo, "3", "-c statement_timeout=3s -c lock_timeout=3s", NULL};
    return PQconnectdbParams(keywords, values, 1);
}

static const char *value_of(const PGresult *result, int column)
{
    return PQgetisnull(result, 0, column) ? NULL : PQgetvalue(result, 0, column);
}

static void describe(const PGresult *result, char *out, size_t size)
{
    const char *user = value_of(result, 1);
    const char *application = value_of(result, 2);
    const char *state = value_of(result, 3);
    const char *seconds = value_of(result, 4);
    int used = snprintf(out, size, "process %s", value_of(result, 0));
    const char *const parts[][3] = {{" of user \"", user, "\""},
                                    {", application \"", application, "\""},
                                    {", ", state, ""},
                                    {", its transaction open for ", seconds, " s"}};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (parts[i][1] != NULL && used >= 0 && (size_t)used < size) {
            used += snprintf(out + used,
                             size - (size_t)used,
                             "%s%.63s%s",
                             parts[i][0],
                             parts[i][1],
                             parts[i][2]);
        }
    }
}

void blocker_look(struct session *session)
{
    char pid[16];
    const char *const parameters[] = {pid};
    snprintf(pid, sizeof pid, "%d", PQbackendPID(session->connection));
    PGconn *beside = connect_beside(session);
    PGresult *result = PQstatus(beside) == CONNECTION_OK
                           ? PQexecParams(beside, find_blocker, 1, NULL, parameters, NULL, NULL, 0)
                           : NULL;
    if (PQresultStatus(result) == PGRES_TUPLES_OK) {
        session->blocker[0] = '\0';
        if (PQntuples(result) == 1) {
            describe(result, session->blocker, sizeof session->blocker);
        }
    }
    PQclear(result);
    PQfinish(beside);
}
