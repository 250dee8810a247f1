/* ledger_sql.c — statements of the ledger's SQLite file.
 * SPDX-License-Identifier: Apache-2.0 */
#include "ledger_sql.h"

#include "novate/fault_point.h"

#include <limits.h>
#include <string.h>
#include <time.h>

static enum error_code error_code_of(int code)
{
    switch (code & 0xff) { /* the rest is SQLite's extended code */
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ERROR_LOCKED;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
        return ERROR_CORRUPT;
    case SQLITE_NOMEM:
        return ERROR_MEMORY;
    case SQLITE_ERROR:
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
        return ERROR_INTERNAL;
    default:
        return ERROR_IO;
    }
}

bool ledger_failure(struct ledger *ledger, int code, const char *doing, struct error *error)
{
    enum error_code kind = error_code_of(code);

    if (kind == ERROR_MEMORY) {
        return error_set_memory(error);
    }
    (void)error_set(error, kind, "could not %s ledger \"%s\"", doing, ledger->path);
    (void)error_detail(error, "SQLite says: %s.", sqlite3_errmsg(ledger->connection));
    if (kind == ERROR_LOCKED) {
        return error_hint(error, "Another program has the file open for writing; close it.");
    }
    if ((code & 0xff) == SQLITE_READONLY || (code & 0xff) == SQLITE_CANTOPEN) {
        return error_hint(error,
                          "If a novate was killed while it wrote, the next command that writes "
                          "there repairs the ledger.");
    }
    return false;
}

bool ledger_execute(struct ledger *ledger, const char *sql, struct error *error)
{
    int code = sqlite3_exec(ledger->connection, sql, NULL, NULL, NULL);

    return code == SQLITE_OK || ledger_failure(ledger, code, "use", error);
}

bool ledger_prepare(struct ledger *ledger,
                    struct ledger_statement *statement,
                    const char *sql,
                    struct error *error)
{
    *statement = (struct ledger_statement){.ledger = ledger};
    int code = sqlite3_prepare_v2(ledger->connection, sql, -1, &statement->statement, NULL);

    return code == SQLITE_OK || ledger_failure(ledger, code, "use", error);
}

static void note_bind(struct ledger_statement *statement, int code)
{
    if (statement->bind_code == SQLITE_OK) {
        statement->bind_code = code;
    }
}

void ledger_bind_text(struct ledger_statement *statement, int index, const char *text)
{
    if (statement->statement == NULL || text == NULL) {
        return; /* what is not bound is NULL */
    }
    size_t size = strlen(text);
    note_bind(statement,
              size > INT_MAX
                  ? SQLITE_TOOBIG
                  : sqlite3_bind_text(statement->statement, index, text, (int)size, SQLITE_STATIC));
}

void ledger_bind_number(struct ledger_statement *statement, int index, int64_t number)
{
    if (statement->statement != NULL) {
        note_bind(statement, sqlite3_bind_int64(statement->statement, index, number));
    }
}

bool ledger_step(struct ledger_statement *statement, bool *row, struct error *error)
{
    if (!NOVATE_CHECK(error, statement->statement != NULL)) {
        return false;
    }
    int code = statement->bind_code;
    if (code == SQLITE_OK) {
        code = sqlite3_step(statement->statement);
    }
    if (code != SQLITE_ROW && code != SQLITE_DONE) {
        return ledger_failure(statement->ledger, code, "use", error);
    }
    if (row != NULL) {
        *row = code == SQLITE_ROW;
    }
    return true;
}

int64_t ledger_number(const struct ledger_statement *statement, int column)
{
    return sqlite3_column_int64(statement->statement, column);
}

bool ledger_text(const struct ledger_statement *statement,
                 int column,
                 struct arena *arena,
                 const char **text,
                 struct error *error)
{
    *text = NULL;
    if (sqlite3_column_type(statement->statement, column) == SQLITE_NULL) {
        return true;
    }
    const unsigned char *value = sqlite3_column_text(statement->statement, column);
    *text = value == NULL ? NULL : arena_string(arena, (const char *)value);
    return *text != NULL || error_set_memory(error);
}

void ledger_release(struct ledger_statement *statement)
{
    (void)sqlite3_finalize(statement->statement);
    statement->statement = NULL;
}

bool ledger_begin(struct ledger *ledger, struct error *error)
{
    return ledger_execute(ledger, "BEGIN IMMEDIATE", error);
}

bool ledger_end(struct ledger *ledger, bool ok, struct error *error)
{
    ok = ok && fault_point_meet(FAULT_POINT_LEDGER_COMMIT, error);
    if (ok && ledger_execute(ledger, "COMMIT", error)) {
        return fault_point_meet(FAULT_POINT_LEDGER_COMMITTED, error);
    }
    /* Nothing to roll back is the only failure there can be, and SQLite may have done it. */
    (void)sqlite3_exec(ledger->connection, "ROLLBACK", NULL, NULL, NULL);
    return false;
}

void ledger_now(char text[LEDGER_TIME_SIZE])
{
    struct timespec now = {.tv_sec = 0};
    struct tm fields;

    text[0] = '\0';
    if (clock_gettime(CLOCK_REALTIME, &now) == 0 && gmtime_r(&now.tv_sec, &fields) != NULL) {
        (void)strftime(text, LEDGER_TIME_SIZE, "%Y-%m-%dT%H:%M:%SZ", &fields);
    }
}
