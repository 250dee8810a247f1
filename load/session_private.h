/* session_private.h — what the other files of load/ may ask of a session: results as libpq has
 * them, COPY in both directions, and errors made from the server's answers.
 *
 * The connection is non-blocking. Whoever waits does so in session_wait(), where a cancel request
 * is seen within a second even when the server does not answer any more.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_LOAD_SESSION_PRIVATE_H
#define NOVATE_LOAD_SESSION_PRIVATE_H

#include "novate/session.h"

#include <libpq-fe.h>
#include <stdatomic.h>

enum {
    PREPARED_MAX =
        32 /* statements of the product, not of its users: there are about half as many */
};

/* A statement that was asked before. */
struct prepared {
    char *sql;
    char name[24]; /* that the server has it under; "": it has not */
};

struct session {
    PGconn *connection;
    struct canceller *canceller;
    const struct cancel *heeds; /* NULL: only session_cancel() */
    atomic_bool cancelled;
    size_t unflushed;       /* bytes of a COPY put since libpq's buffer was last seen empty */
    bool lost;              /* the connection cannot be used any more */
    bool canonical_used;    /* `canonical` must be released */
    struct arena canonical; /* texts of session_canonicalise() without a batch */
    char description[256];
    char identity[128];
    char *conninfo;
    struct prepared prepared[PREPARED_MAX];
    int prepared_count;
    int failed_at;     /* see session_failed_at() */
    char blocker[320]; /* who held, when last looked, what the session waited for; "": nobody */
};

bool session_canceller_open(struct session *session, struct error *error) NODISCARD;
void session_canceller_close(struct session *session); /* NULL in it is allowed */
/* Asks the server to give up what it does for the session. False: it is not known whether the
 * server was reached, the request may still be on its way. */
bool session_cancel_send(struct session *session);

/* Looks who does. Whatever goes wrong, nothing is known. */
void blocker_look(struct session *session);

/* What the server said about a statement, as far as it may be used. The pointers belong to the
 * PGresult. `detail` and `context` may hold values of records: they are read, never shown. */
struct server_error {
    const char *sqlstate; /* "" when the connection failed */
    const char *primary;
    const char *detail;
    const char *context;
    const char *constraint;
    const char *column;
};
struct server_error server_error_of(const PGresult *result);
/* Is it the fault of a row (a value, a constraint, a trigger), not of the operation? */
bool server_error_is_data(const char *sqlstate);
/* The contrary, for the server to evaluate: `sqlstate` is an expression. */
void server_error_push_not_data(const char *sqlstate, struct text_buffer *out);
/* Is it that, or does it say that a value cannot be read by its type (tsvector, ltree, hstore and
 * others), which the SQLSTATE does not tell from a statement that is wrong? */
bool server_refused_row(const PGresult *result);
/* A sentence about a data error that holds no value of the record. */
const char *server_error_sentence(const char *sqlstate);

/* Sets `error` from a failed result (NULL: from the connection). `hide_values`: the statement
 * carried values of records, so the server's own words for data errors are not repeated. False. */
bool session_fail(struct session *session,
                  const PGresult *result,
                  bool hide_values,
                  struct error *error) COLD;
/* The same for a connection that could not be opened. */
bool session_fail_connect(const PGconn *connection, struct error *error) COLD;

/* Sends a string of statements; results are taken with session_next_result(). */
bool session_send(struct session *session, const char *sql, struct error *error) NODISCARD;
/* The same for one statement with text parameters. */
bool session_send_query(struct session *session,
                        const char *sql,
                        int parameter_count,
                        const char *const *parameters,
                        struct error *error) NODISCARD;
/* An array of the server's, as a parameter: in binary, or as a text that ends with NUL. */
struct session_array {
    const char *data;
    size_t size;
};
/* session_query() with such parameters. Values are not repeated in errors. */
bool session_query_arrays(struct session *session,
                          const char *sql,
                          int count,
                          const struct session_array *arrays,
                          bool binary,
                          struct arena *arena,
                          struct session_result *result,
                          struct error *error) NODISCARD;
/* The same for one that was prepared. */
bool session_send_prepared(struct session *session,
                           const char *name,
                           int parameter_count,
                           const char *const *parameters,
                           struct error *error) NODISCARD;
bool session_send_prepare(struct session *session,
                          const char *name,
                          const char *sql,
                          struct error *error) NODISCARD;
/* Takes all results of what was sent; the first failure is the error. */
bool session_finish(struct session *session, struct error *error) NODISCARD;
/* Prepares a statement that is asked for the second time. `*name` NULL: it is to be sent as it is.
 */
bool session_prepare(struct session *session,
                     const char *sql,
                     const char **name,
                     struct error *error) NODISCARD;
void session_forget_prepared(struct session *session);
/* The next result, or NULL in `*result` after the last. The caller clears it. */
bool session_next_result(struct session *session, PGresult **result, struct error *error) NODISCARD;
/* Takes and forgets results until there is none: before the next statement, after a failure. */
void session_drain(struct session *session);
/* Ends the transaction whatever its state, a cancelled session too; cannot fail: what is not rolled
 * back here is when the connection ends. */
void session_rollback(struct session *session);
bool session_wait(struct session *session, short events, struct error *error) NODISCARD;

/* Sends statements of which the last is COPY … FROM STDIN, and waits until the server is ready. */
bool session_copy_begin(struct session *session, const char *sql, struct error *error) NODISCARD;
bool session_copy_put(struct session *session,
                      const char *data,
                      size_t size,
                      struct error *error) NODISCARD;
/* Ends it and gives the server's answer, good or bad, which the caller clears. */
bool session_copy_end(struct session *session, PGresult **result, struct error *error) NODISCARD;
/* begin, put and end in one; a refusal is an error. */
bool session_copy_text(struct session *session,
                       const char *sql,
                       const struct text_buffer *rows,
                       struct error *error) NODISCARD;

#endif
