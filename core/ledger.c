/* ledger.c — the ledger's file: opening, its schema, its version.
 *
 * A rollback journal rather than a write-ahead log, so that a reader needs no file of its own and
 * changes no byte. synchronous=EXTRA also makes the journal's removal durable: a commit that was
 * reported survives a loss of power.
 * SPDX-License-Identifier: Apache-2.0 */
#include "durable.h"
#include "ledger_sql.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LEDGER_FILE    "ledger.db"
#define LEDGER_VERSION 2
/* Another novate only reads while this one holds the lock of the work directory: readers are brief.
 */
#define BUSY_TIMEOUT_MS 10000

/* "nova": lets file(1) and people tell what the file is. */
static const char schema_sql[] =
    "PRAGMA application_id = 1852798561;"
    "CREATE TABLE entity ("
    "  entity         TEXT PRIMARY KEY,"
    "  mapping_digest TEXT NOT NULL,"
    "  mapping_text   TEXT NOT NULL,"
    "  plan_digest    TEXT NOT NULL,"
    "  planned_at     TEXT NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE chunk ("
    "  entity               TEXT NOT NULL REFERENCES entity ON DELETE CASCADE,"
    "  ordinal              INTEGER NOT NULL,"
    "  id                   TEXT NOT NULL,"
    "  description          TEXT NOT NULL,"
    "  state                TEXT NOT NULL"
    "                       CHECK (state IN ('planned', 'extracted', 'transformed')),"
    "  extracted            TEXT,"
    "  extracted_checksum   TEXT,"
    "  transformed          TEXT,"
    "  transformed_checksum TEXT,"
    "  source_rows          INTEGER,"
    "  passed_rows          INTEGER,"
    "  filtered_rows        INTEGER,"
    "  rejected_rows        INTEGER,"
    "  tally                TEXT,"
    "  staged_at            TEXT,"
    "  PRIMARY KEY (entity, ordinal)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE run ("
    "  run         INTEGER PRIMARY KEY,"
    "  kind        TEXT NOT NULL,"
    "  started_at  TEXT NOT NULL,"
    "  finished_at TEXT,"
    "  verdict     TEXT,"
    "  report      TEXT"
    ") STRICT;";

/* What version 1 had not; the last part of the schema. */
static const char place_sql[] = "PRAGMA user_version = 2;"
                                "CREATE TABLE place ("
                                "  one                INTEGER PRIMARY KEY CHECK (one = 1),"
                                "  host               TEXT NOT NULL,"
                                "  path               TEXT NOT NULL,"
                                "  inode              INTEGER NOT NULL,"
                                "  target             TEXT,"
                                "  target_description TEXT,"
                                "  begun_at           TEXT NOT NULL"
                                ") STRICT;";

static bool nothing_done(const char *work_directory, struct error *error)
{
    (void)error_set(error, ERROR_STATE, "nothing was done yet in \"%s\"", work_directory);
    return error_hint(error, "Extract first, or name another work directory with --work.");
}

/* SQLite makes files with the mode of the umask; a file that is there already keeps its own, and
 * the journal gets the same. */
static bool make_file(const char *path, struct error *error)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

    if (descriptor < 0) {
        return errno == EEXIST ||
               error_set_system(error, ERROR_IO, errno, "could not create file \"%s\"", path);
    }
    (void)close(descriptor);
    return durable_directory_sync(path, error);
}

static bool read_version(struct ledger *ledger, int *version, struct error *error)
{
    struct ledger_statement statement;
    bool row = false;
    bool ok = ledger_prepare(ledger, &statement, "PRAGMA user_version", error) &&
              ledger_step(&statement, &row, error);

    *version = ok && row ? (int)ledger_number(&statement, 0) : 0;
    ledger_release(&statement);
    return ok;
}

static bool check_version(struct ledger *ledger, int version, struct error *error)
{
    if (version == LEDGER_VERSION) {
        return true;
    }
    (void)error_set(error,
                    ERROR_STATE,
                    "ledger \"%s\" has version %d; this novate reads version %d",
                    ledger->path,
                    version,
                    LEDGER_VERSION);
    return error_hint(error, "Use the novate that wrote it, or another work directory.");
}

/* A file without tables is one whose making was interrupted. */
static bool prepare_schema(struct ledger *ledger,
                           const char *work_directory,
                           bool read_only,
                           struct error *error)
{
    int version = 0;

    if (!read_version(ledger, &version, error)) {
        return false;
    }
    if (version > 1) {
        return check_version(ledger, version, error);
    }
    if (read_only) {
        return version == 1 || nothing_done(work_directory, error);
    }
    return ledger_begin(ledger, error) &&
           ledger_end(ledger,
                      (version == 1 || ledger_execute(ledger, schema_sql, error)) &&
                          ledger_execute(ledger, place_sql, error),
                      error);
}

void ledger_set_up(void)
{
    (void)sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static bool open_connection(struct ledger *ledger, bool read_only, struct error *error)
{
    int flags = read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    int code =
        sqlite3_open_v2(ledger->path, &ledger->connection, flags | SQLITE_OPEN_NOMUTEX, NULL);

    if (ledger->connection == NULL) {
        return error_set_memory(error);
    }
    if (code != SQLITE_OK) {
        return ledger_failure(ledger, code, "open", error);
    }
    (void)sqlite3_extended_result_codes(ledger->connection, 1);
    (void)sqlite3_busy_timeout(ledger->connection, BUSY_TIMEOUT_MS);
    return read_only ? ledger_execute(ledger, "PRAGMA query_only = ON", error)
                     : ledger_execute(ledger,
                                      "PRAGMA journal_mode = DELETE;"
                                      "PRAGMA synchronous = EXTRA;"
                                      "PRAGMA foreign_keys = ON",
                                      error);
}

static bool name_file(struct ledger *ledger, const char *work_directory, struct error *error)
{
    size_t size = strlen(work_directory) + sizeof "/" LEDGER_FILE;

    ledger->path = malloc(size);
    if (ledger->path == NULL) {
        return error_set_memory(error);
    }
    (void)snprintf(ledger->path, size, "%s/" LEDGER_FILE, work_directory);
    return true;
}

bool ledger_open(const char *work_directory,
                 bool create,
                 bool read_only,
                 struct ledger **ledger,
                 struct error *error)
{
    struct stat status;
    struct ledger *opened = calloc(1, sizeof *opened);

    *ledger = NULL;
    if (opened == NULL || pthread_mutex_init(&opened->mutex, NULL) != 0) {
        free(opened);
        return error_set_memory(error);
    }
    bool ok = name_file(opened, work_directory, error);
    if (ok && create && !read_only) {
        ok = durable_directory_make(work_directory, error) && make_file(opened->path, error);
    } else if (ok && stat(opened->path, &status) != 0 && (errno == ENOENT || errno == ENOTDIR)) {
        ok = nothing_done(work_directory, error);
    }
    ok = ok && open_connection(opened, read_only, error) &&
         prepare_schema(opened, work_directory, read_only, error);
    if (!ok) {
        ledger_close(opened);
        return false;
    }
    *ledger = opened;
    return true;
}

void ledger_close(struct ledger *ledger)
{
    if (ledger == NULL) {
        return;
    }
    (void)sqlite3_close(ledger->connection);
    (void)pthread_mutex_destroy(&ledger->mutex);
    free(ledger->path);
    free(ledger);
}
