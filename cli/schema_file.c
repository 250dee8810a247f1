/* schema_file.c — the contract is in schema_file.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "schema_file.h"

#include "files.h"

#include "novate/limits.h"

#include <string.h>

static const char head[] = "BEGIN;\n";
/* A table for this would be one too many, so the comment of the database says it. */
static const char tail[] =
    "\n;COMMENT ON DATABASE novate IS 'schema of the plan applied';\nCOMMIT;";

static bool is_applied(struct session *session,
                       struct arena *arena,
                       bool *applied,
                       struct error *error)
{
    static const char sql[] = "SELECT shobj_description(oid, 'pg_database') FROM pg_database "
                              "WHERE datname = current_database()";
    struct session_result result;
    if (!session_query(session, sql, 0, NULL, arena, &result, error)) {
        return false;
    }
    *applied = result.rows == 1 && session_value(&result, 0, 0) != NULL;
    return true;
}

/* The line that begins at `line`, as a comment. */
static void comment_out(char *line)
{
    line[0] = '-';
    line[1] = '-';
}

/* pg_dump puts what it writes between "\restrict KEY" and "\unrestrict KEY", which are psql's and
 * no SQL. The first stands before all SQL, and nothing else in the file can have its key. */
static void lift_restriction(char *text)
{
    static const char begin[] = "\\restrict ";
    static const char end[] = "\n\\unrestrict ";
    while (*text == '\n' || strncmp(text, "--", 2) == 0) {
        text += strcspn(text, "\n");
        text += *text == '\n';
    }
    if (strncmp(text, begin, sizeof begin - 1) != 0) {
        return;
    }
    const char *key = text + sizeof begin - 1;
    size_t size = strcspn(key, "\n");
    comment_out(text);
    for (char *at = strstr(key, end); at != NULL; at = strstr(at + 1, end)) {
        if (strncmp(at + sizeof end - 1, key, size) == 0) {
            comment_out(at + 1);
        }
    }
}

/* Of the server's classes these are no fault of a file: connection, resources, operator, system. */
static bool is_fault_of_file(const struct error *error)
{
    static const char *const classes[] = {"08", "53", "57", "58"};
    bool fault = error->code == ERROR_TARGET && error->sqlstate[0] != '\0';
    for (size_t index = 0; index < sizeof classes / sizeof classes[0]; index++) {
        fault = fault && strncmp(error->sqlstate, classes[index], 2) != 0;
    }
    return fault;
}

/* Of the file, from 1; `at` is a character of what was sent. */
static int line_of(const struct text_buffer *sql, int at)
{
    size_t end = utf8_offset(sql->data, sql->size, (size_t)at - 1);
    int line = 0; /* the head has one */
    for (size_t index = 0; index < end; index++) {
        line += sql->data[index] == '\n';
    }
    return line;
}

static bool send(struct session *session,
                 const char *path,
                 const struct text_buffer *sql,
                 struct error *error)
{
    if (session_execute(session, sql->data, error)) {
        return true;
    }
    int at = session_failed_at(session);
    if (is_fault_of_file(error)) {
        error->code = ERROR_PLAN;
    }
    return at > 0 ? error_context(error, "%s:%d", path, line_of(sql, at)) : false;
}

bool schema_file_apply(struct session *session,
                       const char *path,
                       struct arena *arena,
                       bool *applied,
                       struct error *error)
{
    struct text_buffer sql;
    bool before = false;
    *applied = false;
    if (!is_applied(session, arena, &before, error)) {
        return false;
    }
    if (before) {
        return true;
    }
    text_buffer_init(&sql, LIMIT_PLAN_BYTES);
    text_buffer_string(&sql, head);
    bool ok = read_file(path, ERROR_PLAN, &sql, error);
    if (ok && !sql.failed) {
        lift_restriction(sql.data + sizeof head - 1);
    }
    text_buffer_string(&sql, tail);
    ok = ok && text_buffer_check(&sql, error) && send(session, path, &sql, error);
    text_buffer_release(&sql);
    *applied = ok;
    return ok;
}
