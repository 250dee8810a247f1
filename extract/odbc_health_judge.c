/* odbc_health_judge.c — figures into findings, alike for every database.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_health.h"
#include "scalar.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

/* From this share on waste is worth a word, if it is also more than the least amount. */
#define SHARE_WARNING_PERCENT 20
#define WASTE_BYTES_MIN       ((int64_t)8 << 20) /* InnoDB keeps up to four in reserve */
#define WASTE_ROWS_MIN        1000
#define WASTE_PAGES_MIN       128

/* A plan that was made from older figures may be a bad one. */
#define STATISTICS_DAYS       30
#define CHANGED_WARNING_SHARE 10

#define CONNECTIONS_WARNING_PERCENT  80
#define CONNECTIONS_CRITICAL_PERCENT 95

/* Oracle's own default; a chunk takes far less. */
#define RETENTION_MIN_S 900

struct judging {
    const struct odbc_findings *findings;
    const struct odbc_probe *probe;
    const struct odbc_rows *rows;
    struct error *error;
};

/* A whole number of the first row, also where it comes with a fraction. False: not known. */
static bool number(const struct judging *at, int column, int64_t *value)
{
    const char *text =
        at->rows->rows > 0 && column < at->rows->columns ? odbc_value(at->rows, 0, column) : NULL;
    struct text whole = text_trim(text_of(text != NULL ? text : ""));
    const char *point = whole.size > 0 ? memchr(whole.data, '.', whole.size) : NULL;
    if (point != NULL) {
        whole.size = (uint32_t)(point - whole.data);
    }
    return whole.size > 0 && scalar_integer(whole, INT64_MIN, INT64_MAX, value) == SCALAR_OK;
}

static bool add(const struct judging *at,
                enum health_severity severity,
                const char *measured,
                const char *advice)
{
    if (severity != HEALTH_INFO && at->probe->advice != NULL) {
        advice = at->probe->advice;
    }
    return odbc_health_add(at->findings, severity, at->probe->what, measured, advice, at->error);
}

static bool add_unknown(const struct judging *at)
{
    return add(at,
               HEALTH_INFO,
               "could not be read: the source does not say",
               arena_format(at->findings->arena, "It needs %s.", at->probe->needs));
}

/* "12.3 MB" */
static const char *bytes_text(const struct judging *at, int64_t bytes)
{
    static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB"};
    double value = (double)bytes;
    int unit = 0;
    while (value >= 1000 && unit < 4) {
        value /= 1000;
        unit++;
    }
    return arena_format(at->findings->arena, unit == 0 ? "%.0f %s" : "%.1f %s", value, units[unit]);
}

static bool judge_size(const struct judging *at)
{
    int64_t rows = 0;
    int64_t bytes = 0;
    bool rows_known = number(at, 0, &rows) && rows >= 0;
    bool bytes_known = number(at, 1, &bytes);
    struct arena *arena = at->findings->arena;
    if (!rows_known && !bytes_known) {
        return add_unknown(at);
    }
    const char *count = rows_known ? arena_format(arena, "about %" PRId64 " rows, ", rows)
                        : at->findings->relation != NULL ? "rows not known, "
                                                         : "";
    const char *size = bytes_known ? bytes_text(at, bytes) : "size not known";
    if (count == NULL || size == NULL) {
        return error_set_memory(at->error);
    }
    return add(at, HEALTH_INFO, arena_format(arena, "%s%s", count, size), NULL);
}

static bool judge_share(const struct judging *at)
{
    int64_t all = 0;
    int64_t part = 0;
    struct arena *arena = at->findings->arena;
    if (!number(at, 0, &all) || !number(at, 1, &part)) {
        return add_unknown(at);
    }
    part = part < 0 ? 0 : part;
    int percent = all > 0 ? (int)((double)part * 100 / (double)all + 0.5) : 0;
    const char *measured = NULL;
    int64_t least = WASTE_BYTES_MIN;
    if (at->probe->kind == ODBC_PROBE_SHARE_BYTES) {
        const char *text = bytes_text(at, all);
        measured = text == NULL ? NULL : arena_format(arena, "%d %% of %s", percent, text);
    } else {
        bool rows = at->probe->kind == ODBC_PROBE_SHARE_ROWS;
        least = rows ? WASTE_ROWS_MIN : WASTE_PAGES_MIN;
        measured =
            arena_format(arena, "%d %% of %" PRId64 " %s", percent, all, rows ? "rows" : "pages");
    }
    bool bad = percent >= SHARE_WARNING_PERCENT && part >= least;
    return add(at, bad ? HEALTH_WARNING : HEALTH_INFO, measured, NULL);
}

static bool judge_statistics(const struct judging *at)
{
    int64_t days = 0;
    int64_t changes = 0;
    int64_t rows = 0;
    struct arena *arena = at->findings->arena;
    static const char advice[] =
        "The source may read the whole table where an index would do. Ask for new statistics.";
    if (!number(at, 0, &days)) {
        return add_unknown(at);
    }
    if (days < 0) {
        return add(at, HEALTH_WARNING, "were never made", advice);
    }
    bool known = number(at, 1, &changes) && number(at, 2, &rows);
    bool changed = known && changes > 0 && changes >= rows / 100 * CHANGED_WARNING_SHARE;
    bool old = days > STATISTICS_DAYS && (!known || changes > 0);
    const char *measured =
        known
            ? arena_format(arena, "%" PRId64 " days old, %" PRId64 " changes since", days, changes)
            : arena_format(arena, "%" PRId64 " days old", days);
    bool bad = old || (changed && changes >= WASTE_ROWS_MIN);
    return add(at, bad ? HEALTH_WARNING : HEALTH_INFO, measured, bad ? advice : NULL);
}

/* Queries that run long, or wait. */
static bool judge_activity(const struct judging *at)
{
    int64_t count = 0;
    int64_t seconds = 0;
    bool waits = at->probe->kind == ODBC_PROBE_WAITS;
    if (!number(at, 0, &count)) {
        return add_unknown(at);
    }
    if (count == 0) {
        return add(at,
                   HEALTH_INFO,
                   waits ? "none"
                         : arena_format(at->findings->arena,
                                        "none for more than %u s",
                                        at->findings->health->long_query_s),
                   NULL);
    }
    (void)number(at, 1, &seconds);
    return add(
        at,
        HEALTH_WARNING,
        arena_format(
            at->findings->arena, "%" PRId64 ", the longest for %" PRId64 " s", count, seconds),
        waits ? "Somebody is waiting already. Read later, or with fewer --jobs."
              : "The source is at work. Read when these have ended, or with fewer --jobs.");
}

static bool judge_connections(const struct judging *at)
{
    int64_t used = 0;
    int64_t most = 0;
    struct arena *arena = at->findings->arena;
    if (!number(at, 0, &used)) {
        return add_unknown(at);
    }
    if (!number(at, 1, &most) || most <= 0) {
        return add(at, HEALTH_INFO, arena_format(arena, "%" PRId64 " in use", used), NULL);
    }
    int percent = (int)((double)used * 100 / (double)most);
    return add(at,
               percent >= CONNECTIONS_CRITICAL_PERCENT  ? HEALTH_CRITICAL
               : percent >= CONNECTIONS_WARNING_PERCENT ? HEALTH_WARNING
                                                        : HEALTH_INFO,
               arena_format(arena, "%" PRId64 " of %" PRId64 " in use", used, most),
               percent >= CONNECTIONS_WARNING_PERCENT
                   ? "Each of the --jobs takes one more. Ask for room, or read with fewer."
                   : NULL);
}

static bool judge_role(const struct judging *at)
{
    int64_t replicas = 0;
    const char *role = at->rows->rows > 0 ? odbc_value(at->rows, 0, 0) : NULL;
    if (role == NULL) {
        return add_unknown(at);
    }
    if (strcmp(role, "replica") == 0) {
        return add(at,
                   HEALTH_INFO,
                   "a replica",
                   "It may lag behind: verify against it only after it has caught up.");
    }
    if (number(at, 1, &replicas) && replicas > 0) {
        return add(at,
                   HEALTH_INFO,
                   arena_format(at->findings->arena,
                                "the primary, with %" PRId64 " replica%s",
                                replicas,
                                replicas == 1 ? "" : "s"),
                   "Read from a replica: those who work with the primary will not notice.");
    }
    return add(at,
               HEALTH_INFO,
               "the primary; no replica is known",
               "Read at quiet hours, or set rows_per_second_max.");
}

static bool judge_retention(const struct judging *at)
{
    int64_t seconds = 0;
    if (!number(at, 0, &seconds)) {
        return add_unknown(at);
    }
    bool brief = seconds < RETENTION_MIN_S;
    return add(at,
               brief ? HEALTH_WARNING : HEALTH_INFO,
               arena_format(at->findings->arena, "%" PRId64 " s", seconds),
               brief ? "A chunk that takes longer fails with ORA-01555. Ask for more, or read "
                       "smaller chunks."
                     : NULL);
}

static bool judge_snapshot(const struct judging *at)
{
    int64_t state = 0;
    if (!number(at, 0, &state)) {
        return add_unknown(at);
    }
    return add(at,
               HEALTH_INFO,
               state == 1 ? "allowed" : "not allowed",
               state == 1 ? NULL
                          : "Readers take locks that writers wait for, and a chunk is consistent "
                            "by statement only. Ask for ALLOW_SNAPSHOT_ISOLATION.");
}

bool odbc_health_judge(const struct odbc_findings *findings,
                       const struct odbc_probe *probe,
                       const struct odbc_rows *rows,
                       struct error *error)
{
    const struct judging at = {.findings = findings, .probe = probe, .rows = rows, .error = error};
    switch (probe->kind) {
    case ODBC_PROBE_SIZE:
        return judge_size(&at);
    case ODBC_PROBE_SHARE_BYTES:
    case ODBC_PROBE_SHARE_ROWS:
    case ODBC_PROBE_SHARE_PAGES:
        return judge_share(&at);
    case ODBC_PROBE_STATISTICS:
        return judge_statistics(&at);
    case ODBC_PROBE_QUERIES:
    case ODBC_PROBE_WAITS:
        return judge_activity(&at);
    case ODBC_PROBE_CONNECTIONS:
        return judge_connections(&at);
    case ODBC_PROBE_RETENTION:
        return judge_retention(&at);
    case ODBC_PROBE_SNAPSHOT:
        return judge_snapshot(&at);
    case ODBC_PROBE_ROLE:
        return judge_role(&at);
    }
    return true;
}
