/* odbc_health.c — asks the probes of a dialect, one by one, and says what could not be asked.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_health.h"

#include <string.h>

/* Of one probe: what takes longer is work for the source. */
#define PROBE_TIMEOUT_S 5

#define MARK_PARAMETERS_MAX 8

bool odbc_health_add(const struct odbc_findings *findings,
                     enum health_severity severity,
                     const char *what,
                     const char *measured,
                     const char *advice,
                     struct error *error)
{
    struct health *health = findings->health;
    if (measured == NULL) {
        return error_set_memory(error);
    }
    if (health->count == health->capacity) {
        int capacity = health->capacity == 0 ? 16 : health->capacity * 2;
        struct health_finding *grown =
            ARENA_ARRAY(findings->arena, struct health_finding, (size_t)capacity);
        if (grown == NULL) {
            return error_set_memory(error);
        }
        if (health->count > 0) {
            memcpy(grown, health->items, (size_t)health->count * sizeof *grown);
        }
        health->items = grown;
        health->capacity = capacity;
    }
    health->items[health->count++] = (struct health_finding){
        .severity = severity, .what = what, .measured = measured, .advice = advice};
    return true;
}

static const char *place_seconds(const char *sql, unsigned seconds, struct arena *arena)
{
    static const char mark[] = ":seconds";
    const char *at = strstr(sql, mark);
    return at == NULL ? sql
                      : arena_format(
                            arena, "%.*s%u%s", (int)(at - sql), sql, seconds, at + sizeof mark - 1);
}

/* :schema and :table become parameters. */
static const char *place_marks(const char *sql,
                               const struct odbc_table *table,
                               struct arena *arena,
                               struct odbc_parameter *parameters,
                               int *count)
{
    static const char schema_mark[] = ":schema";
    static const char table_mark[] = ":table";
    char *out = arena_bytes(arena, strlen(sql) + 1);
    char *to = out;
    *count = 0;
    while (out != NULL && *sql != '\0') {
        bool is_schema = strncmp(sql, schema_mark, sizeof schema_mark - 1) == 0;
        bool is_table = strncmp(sql, table_mark, sizeof table_mark - 1) == 0;
        if ((!is_schema && !is_table) || *count == MARK_PARAMETERS_MAX) {
            *to++ = *sql++;
            continue;
        }
        const char *text = is_table ? table->name : table->schema != NULL ? table->schema : "";
        parameters[(*count)++] = (struct odbc_parameter){.text = text, .sql_type = SQL_VARCHAR};
        *to++ = '?';
        sql += is_schema ? sizeof schema_mark - 1 : sizeof table_mark - 1;
    }
    if (out != NULL) {
        *to = '\0';
    }
    return out;
}

static bool ask(struct odbc_connection *connection,
                const char *sql,
                struct odbc_parameter *parameters,
                int count,
                struct arena *arena,
                struct odbc_rows *rows,
                struct error *error)
{
    SQLHSTMT statement = SQL_NULL_HSTMT;
    if (!odbc_statement_open(connection, &statement, error)) {
        return false;
    }
    if (connection->dialect->health->begin == NULL) {
        odbc_statement_timeout(statement, PROBE_TIMEOUT_S);
    }
    bool ok =
        odbc_execute(
            connection, statement, sql, parameters, count, arena, "could not be read", error) &&
        odbc_rows_fetch(connection, statement, arena, rows, error);
    odbc_statement_close(statement);
    return ok;
}

/* A connection that is lost is no finding. */
static bool is_lost(const struct error *error)
{
    return strncmp(error->sqlstate, "08", 2) == 0;
}

static bool probe_run(struct odbc_connection *connection,
                      const struct odbc_table *table,
                      const struct odbc_findings *findings,
                      const struct odbc_probe *probe,
                      struct error *error)
{
    struct odbc_parameter parameters[MARK_PARAMETERS_MAX];
    struct odbc_rows rows = {0};
    struct error refused = ERROR_NONE;
    int count = 0;
    const char *sql = place_seconds(probe->sql, findings->health->long_query_s, findings->arena);
    sql = sql == NULL ? NULL : place_marks(sql, table, findings->arena, parameters, &count);
    if (sql == NULL) {
        return error_set_memory(error);
    }
    if (ask(connection, sql, parameters, count, findings->arena, &rows, &refused)) {
        return odbc_health_judge(findings, probe, &rows, error);
    }
    if (is_lost(&refused)) {
        *error = refused;
        return error_context(error, "looking at the health of the source (%s)", probe->what);
    }
    const char *advice = arena_format(findings->arena, "It needs %s.", probe->needs);
    return odbc_health_add(findings,
                           HEALTH_INFO,
                           probe->what,
                           arena_string(findings->arena, refused.message),
                           advice,
                           error);
}

bool odbc_health_look(void *state,
                      const struct relation *relation,
                      struct arena *arena,
                      struct health *health,
                      struct error *error)
{
    struct odbc_connection *connection = state;
    const struct odbc_health *known = connection->dialect->health;
    const struct odbc_relation *detail = relation != NULL ? relation->detail : NULL;
    health->long_query_s = health->long_query_s > 0 ? health->long_query_s : HEALTH_LONG_QUERY_S;
    const struct odbc_findings findings = {.relation = relation, .arena = arena, .health = health};
    if (detail != NULL && detail->table.name == NULL) {
        return odbc_health_add(&findings,
                               HEALTH_INFO,
                               "query",
                               "the mapping reads a query, whose tables are not looked at",
                               "Look with the source's own tools at how it is executed.",
                               error);
    }
    if (known == NULL) {
        return relation != NULL ||
               odbc_health_add(&findings,
                               HEALTH_INFO,
                               "health",
                               "could not be read: no probe is known for this database",
                               NULL,
                               error);
    }
    static const struct odbc_table none = {.name = NULL};
    const struct odbc_table *table = detail != NULL ? &detail->table : &none;
    const struct odbc_probe *probes = detail != NULL ? known->table : known->source;
    int count = detail != NULL ? known->table_count : known->source_count;
    bool ok = (detail == NULL || odbc_health_indexes(&findings, error)) &&
              (known->begin == NULL || odbc_run(connection, known->begin, error));
    for (int i = 0; ok && i < count; i++) {
        ok = probe_run(connection, table, &findings, &probes[i], error);
    }
    return ok && (known->end == NULL || odbc_run(connection, known->end, error));
}
