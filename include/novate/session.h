/* session.h — a connection to the target, and what is asked of it.
 *
 * conninfo goes to libpq as it is; passwords come from libpq's own places. Every session pins what
 * the meaning of values depends on (DateStyle ISO, TimeZone UTC, extra_float_digits, standard
 * strings, client_encoding UTF8) and names itself in pg_stat_activity. A read-only session has
 * default_transaction_read_only=on and is refused any write by the server.
 *
 * Identifiers are quoted by the functions that build SQL; values are parameters.
 * Errors   ERROR_TARGET_CONNECT or ERROR_TARGET with the server's SQLSTATE, message, detail and
 * hint; a value in the server's detail is left out. Threads  one thread at a time; session_cancel()
 * from any.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_SESSION_H
#define NOVATE_SESSION_H

#include "novate/arena.h"
#include "novate/batch.h"
#include "novate/cancel.h"
#include "novate/error.h"
#include "novate/pipeline.h"
#include "novate/type.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct session;

bool session_open(const char *conninfo,
                  bool read_only,
                  struct session **session,
                  struct error *error) NODISCARD;
/* The same of a session that ends what it waits for, as session_cancel() does, once CANCEL_NOW is
 * requested and the server has said nothing for a second. */
bool session_open_heeding(const char *conninfo,
                          bool read_only,
                          const struct cancel *cancel,
                          struct session **session,
                          struct error *error) NODISCARD;
void session_close(struct session *session); /* NULL is allowed; what is open is rolled back */
/* Ends what the session is doing with ERROR_INTERRUPTED, and refuses what follows: it can only be
 * closed. */
void session_cancel(struct session *session);

/* Is it open, outside of a transaction, and free to be used by somebody else? */
bool session_is_idle(const struct session *session);

/* Statements without result rows; several may be joined by semicolons. */
bool session_execute(struct session *session, const char *sql, struct error *error) NODISCARD;

/* The character (from 1) of the statements that failed last where the server found the fault; 0: it
 * did not say. */
int session_failed_at(const struct session *session);

/* A query with text parameters (NULL entries are SQL NULL). Values live in the arena. */
struct session_result {
    int rows;
    int columns;
    const char **values; /* rows * columns; NULL is SQL NULL */
    uint64_t affected;
};
static inline const char *session_value(const struct session_result *result, int row, int column)
{
    return result->values[row * result->columns + column];
}
bool session_query(struct session *session,
                   const char *sql,
                   int parameter_count,
                   const char *const *parameters,
                   struct arena *arena,
                   struct session_result *result,
                   struct error *error) NODISCARD;
/* The same of a text that is asked for every table or chunk: from the second time on the server
 * need not parse and plan it. Not for temporary tables, whose size a plan is made for. */
bool session_query_prepared(struct session *session,
                            const char *sql,
                            int parameter_count,
                            const char *const *parameters,
                            struct arena *arena,
                            struct session_result *result,
                            struct error *error) NODISCARD;

/* "PostgreSQL 15.8 on host:port/database as user" for reports and messages; system_identifier and
 * database identify the target so that a resume against another is refused. */
const char *session_description(const struct session *session);
const char *session_identity(const struct session *session);
/* The server process that serves it. */
int session_backend(const struct session *session);

/* A table of the target as its catalogue has it. */
struct target_table {
    const char *name;   /* as the mapping wrote it */
    const char *quoted; /* "care"."patient" */
    struct schema schema;
    bool binary; /* every column can be encoded by novate; false: COPY text */
    uint32_t oid;
};
/* `name` is schema.table or table (search path); unquoted parts match without regard to case. A
 * table that is not there is `*table` NULL, with `*nearest` the name most like it, or NULL. */
bool session_describe(struct session *session,
                      const char *name,
                      struct arena *arena,
                      struct target_table **table,
                      const char **nearest,
                      struct error *error) NODISCARD;
/* Is there any row (within `scope`, which may be NULL)? */
bool session_table_has_rows(struct session *session,
                            const struct target_table *table,
                            const char *scope,
                            bool *has_rows,
                            struct error *error) NODISCARD;

/* How many (within `scope`, which may be NULL)? */
bool session_count_rows(struct session *session,
                        const struct target_table *table,
                        const char *scope,
                        uint64_t *rows,
                        struct error *error) NODISCARD;

/* Brings the texts of a vector of type OTHER into the canonical form of the server
 * (value::type::text). A value that the type refuses becomes a row error of `batch`, whose arena
 * gets the texts. `batch` NULL: it is ERROR_TARGET, and the texts live until the next such call. */
bool session_canonicalise(struct session *session,
                          const char *declared,
                          struct vector *vector,
                          struct batch *batch,
                          int column,
                          struct error *error) NODISCARD;

/* Reads rows of a table with COPY BINARY: `columns` of it (indices), where `scope` (SQL or NULL)
 * holds. Values of type OTHER come as the server's text. */
struct target_reader;
bool target_reader_open(struct session *session,
                        const struct target_table *table,
                        const int *columns,
                        int count,
                        const char *scope,
                        struct target_reader **out,
                        struct error *error) NODISCARD;
/* The same of the rows whose key is among `keys`, a JSON array of keys as vectors_key_json() writes
 * them; `key` are indices in `columns`. What the type holds to be equal is given too, and a key
 * that its type does not take is ERROR_TARGET. */
bool target_reader_open_keys(struct session *session,
                             const struct target_table *table,
                             const int *columns,
                             int count,
                             const char *scope,
                             const int *key,
                             int key_count,
                             const char *keys,
                             struct target_reader **out,
                             struct error *error) NODISCARD;
struct reader target_reader_as_reader(struct target_reader *reader);
void target_reader_close(struct target_reader *reader);

#endif
