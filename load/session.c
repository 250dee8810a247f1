/* session.c — a connection to the target: opening it, statements, queries, cancelling, COPY in.
 *
 * The connection is non-blocking throughout, so that every wait is in session_wait(), where a
 * cancel request ends it even if the server does not answer.
 * SPDX-License-Identifier: Apache-2.0 */
#include "session_private.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* What the meaning of values depends on, whatever the role, database or service says. */
static const char pinned_settings[] =
    "SET DateStyle = 'ISO, MDY';"
    "SET TimeZone = 'UTC';"
    "SET IntervalStyle = 'postgres';"
    "SET extra_float_digits = 1;"
    "SET bytea_output = 'hex';"
    "SET standard_conforming_strings = on;"
    "SET client_min_messages = error;"
    /* A lock that is not given in a minute is held by somebody who must be asked. Who wants it
     * otherwise has said so in the connection string, or for the role. */
    "SELECT set_config('lock_timeout', '60s', false)"
    " WHERE current_setting('lock_timeout') = '0';"
    /* The catalogue is asked in statements that look dear and are not: compiling one takes longer
     * than running it. */
    "SELECT set_config('jit', 'off', false) WHERE current_setting('jit', true) = 'on';"
    /* COPY takes as long as the source needs. */
    "SET statement_timeout = 0;"
    "SET idle_in_transaction_session_timeout = 0;"
    /* An error instead of rows that are silently left out. */
    "SET row_security = off;"
    /* Error contexts are searched for "line N"; only a superuser may choose their language. */
    "SELECT set_config('lc_messages', 'C', false) FROM pg_roles"
    " WHERE rolname = current_user AND rolsuper;";

/* The session's own state refuses a write; set after connecting because `options` in the
 * connection string would take the place of those of the service or of PGOPTIONS. */
static const char read_only_setting[] = "SET default_transaction_read_only = on;";

enum {
    CONNECT_TIMEOUT_SECONDS = 10,
    GLANCE_MS = 500 /* between two looks whether it is still wanted */
};

static void ignore_notice(void *state, const PGresult *result)
{
    (void)state;
    (void)result;
}

static const char *conninfo_value(const PQconninfoOption *options, const char *keyword)
{
    for (; options != NULL && options->keyword != NULL; options++) {
        if (strcmp(options->keyword, keyword) == 0) {
            return options->val != NULL && options->val[0] != '\0' ? options->val : NULL;
        }
    }
    return NULL;
}

/* libpq's words for a string that it cannot read may quote all of it, with a password. */
static bool conninfo_check(const char *conninfo, struct error *error)
{
    char *reason = NULL;
    PQconninfoOption *options = PQconninfoParse(conninfo, &reason);
    if (options != NULL) {
        PQconninfoFree(options);
        return true;
    }
    if (reason == NULL) {
        return error_set_memory(error);
    }
    error_set(error, ERROR_TARGET_CONNECT, "the target's connection string is not valid");
    if (strstr(conninfo, "://") == NULL && strstr(conninfo, "pass") == NULL) {
        error_detail(error, "libpq says: %.*s.", (int)strcspn(reason, "\n"), reason);
    }
    PQfreemem(reason);
    return error_hint(error,
                      "Write \"host=… dbname=… user=…\", \"service=…\" or "
                      "\"postgresql://user@host/dbname\".");
}

/* Milliseconds that connecting may take: connect_timeout from wherever libpq takes it, for each of
 * the hosts. -1: without limit. */
static int connect_timeout_ms(PGconn *connection)
{
    long seconds = CONNECT_TIMEOUT_SECONDS;
    long hosts = 1;
    PQconninfoOption *options = PQconninfo(connection);
    const char *timeout = conninfo_value(options, "connect_timeout");
    const char *host = conninfo_value(options, "host");
    if (timeout != NULL) {
        seconds = strtol(timeout, NULL, 10);
    }
    for (; host != NULL && (host = strchr(host, ',')) != NULL; host++) {
        hosts++;
    }
    PQconninfoFree(options);
    if (seconds <= 0 || seconds > 86400 || hosts > 20) {
        return -1;
    }
    return (int)(seconds * hosts * 1000);
}

static int64_t monotonic_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool connect_poll(PGconn *connection, const struct cancel *cancel, struct error *error)
{
    int timeout_ms = connect_timeout_ms(connection);
    int64_t deadline_ms = monotonic_ms() + timeout_ms;
    PostgresPollingStatusType status = PGRES_POLLING_WRITING;
    while (status != PGRES_POLLING_OK) {
        if (status == PGRES_POLLING_FAILED) {
            return session_fail_connect(connection, error);
        }
        int64_t left_ms = timeout_ms < 0 ? -1 : deadline_ms - monotonic_ms();
        struct pollfd socket = {.fd = PQsocket(connection),
                                .events = status == PGRES_POLLING_READING ? POLLIN : POLLOUT};
        if (socket.fd < 0) {
            return session_fail_connect(connection, error);
        }
        if (cancel_level(cancel) == CANCEL_NOW) {
            return error_set(error, ERROR_INTERRUPTED, "interrupted while connecting");
        }
        bool late = timeout_ms >= 0 && left_ms <= 0;
        bool soon = timeout_ms >= 0 && left_ms < GLANCE_MS;
        int ready = late ? 0 : poll(&socket, 1, soon ? (int)left_ms : GLANCE_MS);
        if (late) {
            const char *host = PQhost(connection);
            error_set(error,
                      ERROR_TARGET_CONNECT,
                      "could not connect to the target: \"%s\" does not answer",
                      host == NULL ? "" : host);
            return error_hint(error, "Check address and firewall, or set connect_timeout.");
        }
        if (ready < 0 && errno != EINTR) {
            return error_set_system(error, ERROR_TARGET_CONNECT, errno, "could not wait");
        }
        if (ready > 0) {
            status = PQconnectPoll(connection);
        }
    }
    return true;
}

static PGconn *connect_start(const char *conninfo)
{
    /* Settings before dbname are defaults that the connection string overrides; libpq expands
     * dbname when it is a connection string itself. */
    static const char *const keywords[] = {"fallback_application_name",
                                           "keepalives",
                                           "keepalives_idle",
                                           "keepalives_interval",
                                           "keepalives_count",
                                           "tcp_user_timeout",
                                           "dbname",
                                           "client_encoding",
                                           NULL};
    const char *const values[] = {"novate", "1", "60", "10", "6", "120000", conninfo, "UTF8", NULL};
    return PQconnectStartParams(keywords, values, 1);
}

static bool identify_by_system(struct session *session, struct arena *arena, struct error *error)
{
    struct session_result result;
    if (!session_query(session,
                       "SELECT s.system_identifier::text, d.oid::text, current_database()"
                       " FROM pg_control_system() s, pg_database d"
                       " WHERE d.datname = current_database()",
                       0,
                       NULL,
                       arena,
                       &result,
                       error)) {
        return false;
    }
    snprintf(session->identity,
             sizeof session->identity,
             "%s/%s/%s",
             session_value(&result, 0, 0),
             session_value(&result, 0, 1),
             session_value(&result, 0, 2));
    return true;
}

/* What reports and the ledger call this target. The system identifier may be hidden from the role
 * (managed services); then host and port stand in. */
static bool identify(struct session *session, struct arena *arena, struct error *error)
{
    struct session_result result;
    if (!session_query(session,
                       "SELECT current_setting('server_version'), current_database(), current_user,"
                       " has_function_privilege('pg_control_system()', 'execute')",
                       0,
                       NULL,
                       arena,
                       &result,
                       error)) {
        return false;
    }
    const char *host = PQhost(session->connection);
    const char *version = session_value(&result, 0, 0);
    const char *database = session_value(&result, 0, 1);
    snprintf(session->description,
             sizeof session->description,
             "PostgreSQL %.*s on %s:%s/%s as %s",
             (int)strcspn(version, " "),
             version,
             host == NULL ? "" : host,
             PQport(session->connection),
             database,
             session_value(&result, 0, 2));
    if (session_value(&result, 0, 3)[0] == 't') {
        return identify_by_system(session, arena, error);
    }
    snprintf(session->identity,
             sizeof session->identity,
             "%s:%s/%s",
             host == NULL ? "" : host,
             PQport(session->connection),
             database);
    return true;
}

static bool session_start(struct session *session,
                          const char *conninfo,
                          bool read_only,
                          struct error *error)
{
    session->connection = connect_start(conninfo);
    if (session->connection == NULL) {
        return error_set_memory(error);
    }
    if (PQstatus(session->connection) == CONNECTION_BAD) {
        return session_fail_connect(session->connection, error);
    }
    if (!connect_poll(session->connection, session->heeds, error)) {
        return false;
    }
    PQsetNoticeReceiver(session->connection, ignore_notice, NULL);
    if (PQsetnonblocking(session->connection, 1) != 0) {
        return session_fail(session, NULL, false, error);
    }
    if (!session_canceller_open(session, error)) {
        return false;
    }
    struct arena arena;
    arena_init(&arena, 4096, NULL);
    bool ok = (!read_only || session_execute(session, read_only_setting, error)) &&
              session_execute(session, pinned_settings, error) && identify(session, &arena, error);
    arena_release(&arena);
    return ok;
}

bool session_open_heeding(const char *conninfo,
                          bool read_only,
                          const struct cancel *cancel,
                          struct session **session,
                          struct error *error)
{
    if (!conninfo_check(conninfo, error)) {
        return false;
    }
    struct session *opened = calloc(1, sizeof *opened);
    if (opened == NULL) {
        return error_set_memory(error);
    }
    atomic_init(&opened->cancelled, false);
    opened->heeds = cancel;
    opened->conninfo = strdup(conninfo);
    if (opened->conninfo == NULL) {
        session_close(opened);
        return error_set_memory(error);
    }
    if (!session_start(opened, conninfo, read_only, error)) {
        session_close(opened);
        return error_context(error, "opening the target");
    }
    *session = opened;
    return true;
}

bool session_open(const char *conninfo,
                  bool read_only,
                  struct session **session,
                  struct error *error)
{
    return session_open_heeding(conninfo, read_only, NULL, session, error);
}

void session_close(struct session *session)
{
    if (session == NULL) {
        return;
    }
    session_canceller_close(session);
    PQfinish(session->connection);
    session_forget_prepared(session);
    if (session->canonical_used) {
        arena_release(&session->canonical);
    }
    free(session->conninfo);
    free(session);
}

bool session_is_idle(const struct session *session)
{
    return !session->lost && !atomic_load(&session->cancelled) &&
           PQstatus(session->connection) == CONNECTION_OK &&
           PQtransactionStatus(session->connection) == PQTRANS_IDLE;
}

const char *session_description(const struct session *session)
{
    return session->description;
}

int session_failed_at(const struct session *session)
{
    return session->failed_at;
}

const char *session_identity(const struct session *session)
{
    return session->identity;
}

int session_backend(const struct session *session)
{
    return PQbackendPID(session->connection);
}
