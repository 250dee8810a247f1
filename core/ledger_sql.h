/* ledger_sql.h — SQLite as the ledger uses it: one connection, statements that are prepared, bound,
 * stepped and released in one place.
 *
 *     struct ledger_statement statement;
 *     ok = ledger_prepare(ledger, &statement, "SELECT … WHERE entity = ?1", error);
 *     ledger_bind_text(&statement, 1, entity);
 *     while (ok && ledger_step(&statement, &row, error) && row) …
 *     ledger_release(&statement);
 *
 * Binding cannot fail on its own: what went wrong is told by the next step.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_LEDGER_SQL_H
#define NOVATE_LEDGER_SQL_H

#include "novate/arena.h"
#include "novate/ledger.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

struct ledger {
    pthread_mutex_t mutex; /* held by every public function while it works */
    sqlite3 *connection;
    char *path;
};

struct ledger_statement {
    struct ledger *ledger;
    sqlite3_stmt *statement; /* NULL: not prepared; the functions below then fail quietly */
    int bind_code;           /* the first failure of binding */
};

/* SQLite's result `code` as an error of novate. */
bool ledger_failure(struct ledger *ledger, int code, const char *doing, struct error *error) COLD;

bool ledger_execute(struct ledger *ledger, const char *sql, struct error *error) NODISCARD;

bool ledger_prepare(struct ledger *ledger,
                    struct ledger_statement *statement,
                    const char *sql,
                    struct error *error) NODISCARD;
/* NULL is SQL NULL. The text must live until the statement is released. */
void ledger_bind_text(struct ledger_statement *statement, int index, const char *text);
void ledger_bind_number(struct ledger_statement *statement, int index, int64_t number);
/* `*row` (may be NULL where none is expected) tells whether there is one. */
bool ledger_step(struct ledger_statement *statement, bool *row, struct error *error) NODISCARD;
int64_t ledger_number(const struct ledger_statement *statement, int column);
/* A copy in the arena; SQL NULL is NULL. */
bool ledger_text(const struct ledger_statement *statement,
                 int column,
                 struct arena *arena,
                 const char **text,
                 struct error *error) NODISCARD;
void ledger_release(struct ledger_statement *statement);

/* begin … end: COMMIT when `ok`, ROLLBACK otherwise; end returns whether it was committed. */
bool ledger_begin(struct ledger *ledger, struct error *error) NODISCARD;
bool ledger_end(struct ledger *ledger, bool ok, struct error *error) NODISCARD;

/* UTC now, "2024-05-01T12:00:00Z". */
#define LEDGER_TIME_SIZE 32
void ledger_now(char text[LEDGER_TIME_SIZE]);

#endif
