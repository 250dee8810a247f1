/* session_error.c — operation errors from what the server or libpq said.
 *
 * A server's DETAIL ("Key (id)=(4711) already exists.") and CONTEXT hold values of records, so they
 * are never shown. Its primary message is shown, unless the statement carried values and the
 * message is of a class that quotes them (22P02: invalid input syntax for type integer: "12x").
 * SPDX-License-Identifier: Apache-2.0 */
#include "session_private.h"

#include <stdlib.h>
#include <string.h>

struct sqlstate_text {
    const char *prefix; /* a SQLSTATE or its first characters; the longest match comes first */
    const char *text;
};

static const char *sqlstate_lookup(const struct sqlstate_text *table, const char *sqlstate)
{
    for (; table->prefix != NULL; table++) {
        if (strncmp(sqlstate, table->prefix, strlen(table->prefix)) == 0) {
            return table->text;
        }
    }
    return NULL;
}

static const struct sqlstate_text hints[] = {
    {"08", "The same command resumes once the target can be reached again."},
    {"25006", "The session or the whole server is read-only; a standby cannot be a target."},
    {"28P01",
     "Put the password into ~/.pgpass (mode 0600), a file named by PGPASSFILE, or a service of "
     "pg_service.conf."},
    {"28", "Check user, database and address against the target's pg_hba.conf."},
    {"3D000", "Create the database first, or correct dbname in the plan."},
    {"3F000", "Create the schema first, or correct its name in the mapping."},
    {"40", "Another session was in the way; the same command resumes."},
    {"42501", "Grant the role that novate connects as what it needs; see \"novate check\"."},
    {"42P01", "Check the name of the table, and the search_path if it carries no schema."},
    {"42703", "The table may have been altered since it was described; run \"novate check\"."},
    {"53100", "Make room on the target's disks; the same command resumes."},
    {"53200", "The target is out of memory; the same command resumes with fewer --jobs."},
    {"53300", "The target takes no more connections; use fewer --jobs or raise max_connections."},
    {"53", "The target is short of a resource; the same command resumes when it has more."},
    {"55P03", "Another session holds a lock on the table; the same command resumes."},
    {"57014", "The same command resumes."},
    {"57P01", "An administrator ended the connection or the server; the same command resumes."},
    {"57P02", "The server crashed; the same command resumes once it has recovered."},
    {"57P03", "The server is starting up or shutting down; try again in a moment."},
    {"58", "The server could not use its own files; see its log."},
    {"XX", "The server reports a fault of its own; see its log."},
    {NULL, NULL},
};

/* Sentences in place of the server's, which may quote a value. */
static const struct sqlstate_text sentences[] = {
    {"21000", "a subquery of the target gave more than one row"},
    {"22001", "the value is too long for the column"},
    {"22003", "the number is out of range for the column"},
    {"22004", "a function of the target was given NULL"},
    {"22007", "the value is not a date or time"},
    {"22008", "the date or time is out of range"},
    {"22012", "division by zero"},
    {"22021", "the text is not valid in the target's encoding"},
    {"22P02", "the value is not valid for the column's type"},
    {"22P05", "a character does not exist in the target's encoding"},
    {"22", "the value is not valid for the column"},
    {"23502", "a value is missing where the column must have one"},
    {"23503", "the row that is referred to is not there"},
    {"23505", "a row with this key is there already"},
    {"23514", "the row violates a check of the target"},
    {"23P01", "the row conflicts with another under an exclusion constraint"},
    {"23", "the row violates a constraint of the target"},
    {"42601", "the value is not in the syntax of the column's type"},
    {"XX000", "the column's type cannot read the value"},
    {"44000", "the row violates the check option of a view"},
    {"54", "the row is larger than the target can hold"},
    {"P0", "a trigger or function of the target refused the row"},
    {NULL, "the target refused the row"},
};

const char *server_error_sentence(const char *sqlstate)
{
    const char *text = sqlstate_lookup(sentences, sqlstate);
    return text == NULL ? "the target refused the row" : text;
}

struct server_error server_error_of(const PGresult *result)
{
    struct server_error seen;
    const char *const fields[] = {
        PQresultErrorField(result, PG_DIAG_SQLSTATE),
        PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY),
        PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL),
        PQresultErrorField(result, PG_DIAG_CONTEXT),
        PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME),
        PQresultErrorField(result, PG_DIAG_COLUMN_NAME),
    };
    seen.sqlstate = fields[0] == NULL ? "" : fields[0];
    seen.primary = fields[1] == NULL ? "" : fields[1];
    seen.detail = fields[2];
    seen.context = fields[3];
    seen.constraint = fields[4];
    seen.column = fields[5];
    return seen;
}

/* What COPY BINARY's framing or a value's encoding was wrong about is novate's fault or that of a
 * table altered meanwhile: every row would be refused. */
static const char *const never_data[] = {"22P03", "22P04", NULL};
/* Classes of PostgreSQL that are about the operation. A class that is not known here was invented
 * by a trigger of the target (RAISE … USING ERRCODE), for the row. */
static const char *const operation_classes[] = {
    "00", "01", "02", "03", "08", "0A", "0B", "0F", "0L", "0P", "0Z", "20",
    "24", "25", "26", "28", "2B", "2D", "2F", "34", "3B", "3D", "3F", "40",
    "42", "53", "55", "57", "58", "72", "F0", "HV", "XX", NULL,
};

static bool is_one_of(const char *sqlstate, const char *const *list, size_t size)
{
    for (const char *const *one = list; *one != NULL; one++) {
        if (strncmp(sqlstate, *one, size) == 0) {
            return true;
        }
    }
    return false;
}

bool server_error_is_data(const char *sqlstate)
{
    return strlen(sqlstate) == 5 && !is_one_of(sqlstate, never_data, 5) &&
           !is_one_of(sqlstate, operation_classes, 2);
}

static void push_list(const char *const *list, struct text_buffer *out)
{
    for (const char *const *one = list; *one != NULL; one++) {
        text_buffer_format(out, "%s'%s'", one == list ? "" : ", ", *one);
    }
}

void server_error_push_not_data(const char *sqlstate, struct text_buffer *out)
{
    text_buffer_format(out, "(%s IN (", sqlstate);
    push_list(never_data, out);
    text_buffer_format(out, ") OR left(%s, 2) IN (", sqlstate);
    push_list(operation_classes, out);
    text_buffer_string(out, "))");
}

/* Did it happen while one value was read? COPY names the column then; a query that does nothing
 * else has no context. */
static bool of_value(const char *context)
{
    const char *column = context == NULL ? NULL : strstr(context, ", column ");
    const char *end = context == NULL ? NULL : strchr(context, '\n');
    return context == NULL ||
           (strncmp(context, "COPY ", 5) == 0 && column != NULL && (end == NULL || column < end));
}

bool server_refused_row(const PGresult *result)
{
    struct server_error seen = server_error_of(result);
    /* A statement that is wrong is so at a place: ours, or one that a trigger put together. */
    bool of_statement = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION) != NULL ||
                        PQresultErrorField(result, PG_DIAG_INTERNAL_POSITION) != NULL;
    /* hstore calls a value that it cannot read an internal error. */
    bool unusual = strcmp(seen.sqlstate, "42601") == 0 || strcmp(seen.sqlstate, "XX000") == 0;
    return server_error_is_data(seen.sqlstate) ||
           (unusual && !of_statement && of_value(seen.context));
}

/* libpq ends its messages with a line feed and indents further lines with a tab. */
static void first_line(const char *message, char *out, size_t size)
{
    size_t length = strcspn(message, "\n");
    while (length > 0 && message[length - 1] == '.') {
        length--;
    }
    if (length >= size) {
        length = size - 1;
    }
    memcpy(out, message, length);
    out[length] = '\0';
}

/* What libpq itself could not do leaves the connection in a state that nobody knows: it may never
 * answer. */
static bool fail_lost(struct session *session, struct error *error)
{
    char reason[256];
    const char *host = PQhost(session->connection);
    session->lost = true;
    first_line(PQerrorMessage(session->connection), reason, sizeof reason);
    error_set(error,
              ERROR_TARGET,
              "the connection to the target on %s:%s was lost",
              host == NULL ? "" : host,
              PQport(session->connection));
    error_sqlstate(error, "08006");
    if (reason[0] != '\0') {
        error_detail(error, "libpq says: %s.", reason);
    }
    return error_hint(error, "The same command resumes once the target can be reached again.");
}

bool session_fail(struct session *session,
                  const PGresult *result,
                  bool hide_values,
                  struct error *error)
{
    struct server_error seen = server_error_of(result);
    const char *position = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
    session->failed_at = position == NULL ? 0 : (int)strtol(position, NULL, 10);
    if (seen.sqlstate[0] == '\0') {
        return fail_lost(session, error);
    }
    if (strcmp(seen.sqlstate, "57014") == 0 && atomic_load(&session->cancelled)) {
        return error_set(error, ERROR_INTERRUPTED, "interrupted while the target was working");
    }
    char message[512];
    const char *primary = seen.primary;
    if (hide_values && server_refused_row(result)) {
        primary = server_error_sentence(seen.sqlstate);
    }
    first_line(primary, message, sizeof message);
    error_set(error, ERROR_TARGET, "%s", message);
    error_sqlstate(error, seen.sqlstate);
    if (strcmp(seen.sqlstate, "55P03") == 0 && session->blocker[0] != '\0') {
        error_detail(error, "The lock was held by %s.", session->blocker);
    }
    const char *hint = sqlstate_lookup(hints, seen.sqlstate);
    const char *server_hint = PQresultErrorField(result, PG_DIAG_MESSAGE_HINT);
    if (hint != NULL) {
        error_hint(error, "%s", hint);
    } else if (server_hint != NULL && !hide_values) {
        error_hint(error, "%s", server_hint);
    }
    return false;
}

/* A connection that fails has no SQLSTATE, only libpq's words for it. */
static const struct connect_hint {
    const char *words;
    const char *sqlstate;
    const char *hint;
} connect_hints[] = {
    {"password authentication failed",
     "28P01",
     "Put the right password into ~/.pgpass (mode 0600), a file named by PGPASSFILE, or a service "
     "of pg_service.conf."},
    {"no password supplied",
     "28P01",
     "Put the password into ~/.pgpass (mode 0600), a file named by PGPASSFILE, or a service of "
     "pg_service.conf; it does not belong into the plan."},
    {"definition of service", "", "Check ~/.pg_service.conf, or the file named by PGSERVICEFILE."},
    {"no pg_hba.conf entry",
     "28000",
     "The target's pg_hba.conf does not let this user in from here; ask its administrator."},
    {"authentication failed", "28000", "Check the user, and the target's pg_hba.conf."},
    {"too many", "53300", "The target takes no more connections; try again, or use fewer --jobs."},
    {"starting up", "57P03", "Try again in a moment."},
    {"shutting down", "57P03", "Try again once the server is up."},
    {"could not translate host name", "", "Check the name of the host, and the name service."},
    {"Connection refused",
     "",
     "Check host and port, and that the server runs and listens on that address."},
    {"No such file or directory",
     "",
     "No server listens on that socket; check host and port, and that the server runs."},
    {"timeout expired",
     "",
     "The host does not answer; check address and firewall, or set connect_timeout."},
    {"closed the connection",
     "08006",
     "The connection ended while it was made; the same command goes on once it can be made."},
    {"Connection reset",
     "08006",
     "The connection ended while it was made; the same command goes on once it can be made."},
    {"SSL", "", "Check sslmode and the certificates named in the connection string."},
    {"does not exist", "3D000", "Check dbname and user in the plan."},
    {NULL, NULL, NULL},
};

bool session_fail_connect(const PGconn *connection, struct error *error)
{
    char reason[400];
    const char *message = PQerrorMessage(connection);
    const char *rest = strchr(message, '\n');
    first_line(message, reason, sizeof reason);
    error_set(error, ERROR_TARGET_CONNECT, "could not connect to the target: %s", reason);
    if (rest != NULL) {
        rest += strspn(rest, "\n\t ");
    }
    if (rest != NULL && *rest != '\0') {
        char detail[400];
        first_line(rest, detail, sizeof detail);
        error_detail(error, "%s", detail);
    }
    for (const struct connect_hint *entry = connect_hints; entry->words != NULL; entry++) {
        if (strstr(message, entry->words) != NULL) {
            if (entry->sqlstate[0] != '\0') {
                error_sqlstate(error, entry->sqlstate);
            }
            return error_hint(error, "%s", entry->hint);
        }
    }
    return error_hint(error, "Check the connection string of the target in the plan.");
}
