/* pq_trouble.c — a library to be loaded before libpq (LD_PRELOAD) that makes its functions fail as
 * its manual says that they fail, in a program that knows nothing of it.
 *
 *     NOVATE_PQ_TROUBLE=CALL[.FORM]:NTH[+|!|~]
 *         The NTH call of that function fails, counted over all connections.
 *           +  all further calls of it too
 *           !  the connection is lost: whatever is asked of it from then on fails
 *           ~  the connection is cut, and libpq itself finds out
 *         FORM is another way to fail, of functions that have one:
 *             PQgetResult.bad           a response that was not understood, not a fatal error
 *             PQgetResult.end           no result at all
 *             PQconnectStartParams.bad, PQconnectdbParams.bad   a connection that is bad, not NULL
 *             PQexecParams.bad          a fatal error, not NULL
 *             PQputCopyData.full, PQputCopyEnd.full             not now: there is no room
 *     NOVATE_PQ_TRACE=FILE
 *         a line per call: the function's name
 *
 * SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    CONNECTIONS_MAX = 256,
    CALLS_MAX = 64
};

/* How a call is to fail. */
enum form {
    FORM_NONE = 0, /* it is not */
    FORM_PLAIN = ':',
    FORM_BAD = 'b',
    FORM_END = 'e',
    FORM_FULL = 'f'
};

/* A connection that had trouble. */
static struct troubled {
    const PGconn *connection;
    bool lost;
    bool said; /* the error was given; the next result is the end */
} troubled[CONNECTIONS_MAX];

static struct counted {
    const char *call;
    long count;
} counted[CALLS_MAX];

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

/* libpq calls itself through the same symbols; what it does inside is its own affair. */
static _Thread_local int depth;

/* libpq's own function of that name, into a pointer to it. */
static void find_real(const char *name, void *function)
{
    void *symbol = dlsym(RTLD_NEXT, name);
    memcpy(function, &symbol, sizeof symbol);
}

/* Mutex locked. NULL: it is none, and shall not become one. */
static struct troubled *find_troubled(const PGconn *connection, bool add)
{
    for (int i = 0; connection != NULL && i < CONNECTIONS_MAX; i++) {
        if (troubled[i].connection == connection) {
            return &troubled[i];
        }
    }
    for (int i = 0; connection != NULL && add && i < CONNECTIONS_MAX; i++) {
        if (troubled[i].connection == NULL) {
            troubled[i] = (struct troubled){.connection = connection};
            return &troubled[i];
        }
    }
    return NULL;
}

static void trace(const char *call)
{
    const char *path = getenv("NOVATE_PQ_TRACE");
    int file = path == NULL ? -1 : open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (file >= 0) {
        (void)dprintf(file, "%s\n", call);
        (void)close(file);
    }
}

/* Mutex locked. */
static long count_call(const char *call)
{
    int i = 0;
    while (i < CALLS_MAX - 1 && counted[i].call != NULL && strcmp(counted[i].call, call) != 0) {
        i++;
    }
    counted[i].call = call;
    return ++counted[i].count;
}

/* Is it this call's turn? */
static enum form wish_for(const char *call, long count, char *kind)
{
    const char *wish = getenv("NOVATE_PQ_TROUBLE");
    size_t size = strlen(call);
    if (wish == NULL || strncmp(wish, call, size) != 0 || strchr(":.", wish[size]) == NULL) {
        return FORM_NONE;
    }
    enum form form = wish[size] == '.' ? (enum form)wish[size + 1] : FORM_PLAIN;
    const char *number = strchr(wish, ':');
    char *end = NULL;
    long wanted = number == NULL ? 0 : strtol(number + 1, &end, 10);
    *kind = end == NULL ? '\0' : *end;
    return count == wanted || (count > wanted && *kind == '+') ? form : FORM_NONE;
}

static void cut(const PGconn *connection)
{
    int (*socket_of)(const PGconn *);
    find_real("PQsocket", &socket_of);
    int descriptor = connection == NULL ? -1 : socket_of(connection);
    if (descriptor >= 0) {
        (void)shutdown(descriptor, SHUT_RDWR);
    }
}

/* Shall this call fail, and how? `connection` may be NULL. */
static enum form strike(const char *call, const PGconn *connection)
{
    char kind = '\0';
    if (depth > 0) {
        return FORM_NONE;
    }
    pthread_mutex_lock(&mutex);
    trace(call);
    enum form form = wish_for(call, count_call(call), &kind);
    struct troubled *known = find_troubled(connection, form != FORM_NONE);
    if (form != FORM_NONE && (kind == '!' || kind == '~')) {
        cut(connection);
    }
    if (form != FORM_NONE && known != NULL && kind == '!') {
        known->lost = true;
    }
    if (kind == '~') {
        form = FORM_NONE;
    }
    if (form == FORM_NONE && known != NULL && known->lost) {
        form = FORM_PLAIN;
    }
    pthread_mutex_unlock(&mutex);
    return form;
}

static bool is_lost(const PGconn *connection)
{
    pthread_mutex_lock(&mutex);
    const struct troubled *known = find_troubled(connection, false);
    bool lost = depth == 0 && known != NULL && known->lost;
    pthread_mutex_unlock(&mutex);
    return lost;
}

/* After an error comes the end, then an error again. */
static bool is_end(const PGconn *connection)
{
    pthread_mutex_lock(&mutex);
    struct troubled *known = find_troubled(connection, true);
    bool end = known != NULL && known->said;
    if (known != NULL) {
        known->said = !end;
    }
    pthread_mutex_unlock(&mutex);
    return end;
}

static void forget(const PGconn *connection)
{
    pthread_mutex_lock(&mutex);
    struct troubled *known = find_troubled(connection, false);
    if (known != NULL) {
        *known = (struct troubled){.connection = NULL};
    }
    pthread_mutex_unlock(&mutex);
}

/* libpq's own opinion. */
#define REAL(result, type, name, parameters, arguments)                                            \
    do {                                                                                           \
        type(*real) parameters;                                                                    \
        find_real(#name, &real);                                                                   \
        depth++;                                                                                   \
        (result) = real arguments;                                                                 \
        depth--;                                                                                   \
    } while (0)

/* A function of a connection that fails with one value. */
#define WRAP(type, name, failure, connection, parameters, arguments)                               \
    type name parameters                                                                           \
    {                                                                                              \
        type result = failure;                                                                     \
        if (strike(#name, connection) == FORM_NONE) {                                              \
            REAL(result, type, name, parameters, arguments);                                       \
        }                                                                                          \
        return result;                                                                             \
    }

/* The same of one that may also have no room now. */
#define WRAP_FULL(name, parameters, arguments)                                                     \
    int name parameters                                                                            \
    {                                                                                              \
        enum form form = strike(#name, conn);                                                      \
        int result = form == FORM_FULL ? 0 : -1;                                                   \
        if (form == FORM_NONE) {                                                                   \
            REAL(result, int, name, parameters, arguments);                                        \
        }                                                                                          \
        return result;                                                                             \
    }

/* And of one that opens a connection: no host has such a port. */
#define WRAP_OPEN(name)                                                                            \
    PGconn *name(const char *const *keywords, const char *const *values, int expand_dbname)        \
    {                                                                                              \
        static const char *const bad_keywords[] = {"port", NULL};                                  \
        static const char *const bad_values[] = {"0", NULL};                                       \
        PGconn *result = NULL;                                                                     \
        enum form form = strike(#name, NULL);                                                      \
        if (form == FORM_BAD) {                                                                    \
            keywords = bad_keywords;                                                               \
            values = bad_values;                                                                   \
        }                                                                                          \
        if (form != FORM_PLAIN) {                                                                  \
            REAL(result,                                                                           \
                 PGconn *,                                                                         \
                 name,                                                                             \
                 (const char *const *, const char *const *, int),                                  \
                 (keywords, values, expand_dbname));                                               \
        }                                                                                          \
        return result;                                                                             \
    }

WRAP_OPEN(PQconnectStartParams)
WRAP_OPEN(PQconnectdbParams)
WRAP(PostgresPollingStatusType, PQconnectPoll, PGRES_POLLING_FAILED, conn, (PGconn * conn), (conn))
WRAP(PQconninfoOption *, PQconninfo, NULL, conn, (PGconn * conn), (conn))
WRAP(ConnStatusType, PQstatus, CONNECTION_BAD, conn, (const PGconn *conn), (conn))
WRAP(int, PQsocket, -1, conn, (const PGconn *conn), (conn))
WRAP(int, PQsetnonblocking, -1, conn, (PGconn * conn, int wanted), (conn, wanted))
WRAP(PGcancel *, PQgetCancel, NULL, conn, (PGconn * conn), (conn))
WRAP(PGTransactionStatusType,
     PQtransactionStatus,
     PQTRANS_UNKNOWN,
     conn,
     (const PGconn *conn),
     (conn))
WRAP(int, PQsendQuery, 0, conn, (PGconn * conn, const char *query), (conn, query))
WRAP(int,
     PQsendQueryParams,
     0,
     conn,
     (PGconn * conn,
      const char *command,
      int count,
      const Oid *types,
      const char *const *values,
      const int *lengths,
      const int *formats,
      int wanted),
     (conn, command, count, types, values, lengths, formats, wanted))
WRAP(int,
     PQsendPrepare,
     0,
     conn,
     (PGconn * conn, const char *statement, const char *query, int count, const Oid *types),
     (conn, statement, query, count, types))
WRAP(int,
     PQsendQueryPrepared,
     0,
     conn,
     (PGconn * conn,
      const char *statement,
      int count,
      const char *const *values,
      const int *lengths,
      const int *formats,
      int wanted),
     (conn, statement, count, values, lengths, formats, wanted))
WRAP(int, PQflush, -1, conn, (PGconn * conn), (conn))
WRAP(int, PQconsumeInput, 0, conn, (PGconn * conn), (conn))
WRAP_FULL(PQputCopyData, (PGconn * conn, const char *buffer, int size), (conn, buffer, size))
WRAP_FULL(PQputCopyEnd, (PGconn * conn, const char *message), (conn, message))

int PQgetCopyData(PGconn *conn, char **buffer, int async)
{
    int result = -2;
    *buffer = NULL;
    if (strike("PQgetCopyData", conn) == FORM_NONE) {
        REAL(result, int, PQgetCopyData, (PGconn *, char **, int), (conn, buffer, async));
    }
    return result;
}

int PQisBusy(PGconn *conn)
{
    int result = 0;
    if (!is_lost(conn)) {
        REAL(result, int, PQisBusy, (PGconn *), (conn));
    }
    return result;
}

PGresult *PQgetResult(PGconn *conn)
{
    PGresult *result = NULL;
    enum form form = strike("PQgetResult", conn);
    if (form == FORM_NONE || !is_lost(conn)) {
        REAL(result, PGresult *, PQgetResult, (PGconn *), (conn));
    }
    if (form == FORM_NONE) {
        return result;
    }
    PQclear(result);
    if (form == FORM_END || is_end(conn)) {
        return NULL;
    }
    return PQmakeEmptyPGresult(conn, form == FORM_BAD ? PGRES_BAD_RESPONSE : PGRES_FATAL_ERROR);
}

PGresult *PQexecParams(PGconn *conn,
                       const char *command,
                       int count,
                       const Oid *types,
                       const char *const *values,
                       const int *lengths,
                       const int *formats,
                       int wanted)
{
    PGresult *result = NULL;
    enum form form = strike("PQexecParams", conn);
    if (form == FORM_NONE) {
        REAL(result,
             PGresult *,
             PQexecParams,
             (PGconn *,
              const char *,
              int,
              const Oid *,
              const char *const *,
              const int *,
              const int *,
              int),
             (conn, command, count, types, values, lengths, formats, wanted));
    }
    return form == FORM_BAD ? PQmakeEmptyPGresult(conn, PGRES_FATAL_ERROR) : result;
}

PQconninfoOption *PQconninfoParse(const char *conninfo, char **message)
{
    PQconninfoOption *result = NULL;
    if (strike("PQconninfoParse", NULL) != FORM_NONE) {
        *message = NULL;
    } else {
        REAL(result,
             PQconninfoOption *,
             PQconninfoParse,
             (const char *, char **),
             (conninfo, message));
    }
    return result;
}

int PQcancel(PGcancel *cancel, char *message, int size)
{
    int result = 0;
    if (strike("PQcancel", NULL) != FORM_NONE) {
        (void)snprintf(message, (size_t)size, "no such luck");
    } else {
        REAL(result, int, PQcancel, (PGcancel *, char *, int), (cancel, message, size));
    }
    return result;
}

void PQfinish(PGconn *conn)
{
    void (*real)(PGconn *);
    find_real("PQfinish", &real);
    forget(conn);
    depth++;
    real(conn);
    depth--;
}
