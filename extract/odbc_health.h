/* odbc_health.h — the probes of a dialect: queries whose answers have the same columns in every
 * dialect, and are judged alike.
 *
 * In the text of a query :schema and :table stand for the table's names as parameters, :seconds for
 * how long a query may run before it is told of. A NULL in
 * the first column of an answer, or an answer without rows, means that nothing is known, never that
 * all is well.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_ODBC_HEALTH_H
#define NOVATE_EXTRACT_ODBC_HEALTH_H

#include "odbc_source.h"

#include "novate/health.h"

/* What the columns of an answer are. */
enum odbc_probe_kind {
    ODBC_PROBE_SIZE,        /* rows, bytes; either may be NULL */
    ODBC_PROBE_SHARE_BYTES, /* all, wasted */
    ODBC_PROBE_SHARE_ROWS,  /* all, bad ones */
    ODBC_PROBE_SHARE_PAGES, /* all, bad ones */
    ODBC_PROBE_STATISTICS,  /* age in days (-1: never made), changes since, rows; NULL: not known */
    ODBC_PROBE_QUERIES,     /* how many run long, seconds of the longest */
    ODBC_PROBE_WAITS,       /* how many wait for locks, seconds of the longest */
    ODBC_PROBE_CONNECTIONS, /* in use, most that may be; 0: no limit */
    ODBC_PROBE_RETENTION,   /* for how many seconds a long reading finds what it began with */
    ODBC_PROBE_SNAPSHOT,    /* 1: the database lets readers see one moment */
    ODBC_PROBE_ROLE,        /* 'replica' or 'primary', replicas that follow it */
};

struct odbc_probe {
    enum odbc_probe_kind kind;
    const char *what;
    const char *sql;
    const char *needs;  /* "SELECT on V$SESSION": what a refusal may mean */
    const char *advice; /* where the answer is bad; NULL: what is said of every dialect */
};

struct odbc_health {
    const char *begin; /* statement that bounds each query in time; NULL: the driver is asked to */
    const char *end;   /* and takes that back */
    const struct odbc_probe *source;
    int source_count;
    const struct odbc_probe *table;
    int table_count;
};

extern const struct odbc_health odbc_health_mariadb;
extern const struct odbc_health odbc_health_oracle;
extern const struct odbc_health odbc_health_postgres;
extern const struct odbc_health odbc_health_sqlite;
extern const struct odbc_health odbc_health_sqlserver;

/* Turns the answer of one probe into findings. */
struct odbc_findings {
    const struct relation *relation; /* or NULL */
    struct arena *arena;
    struct health *health;
};
/* What is known of the relation's indexes since it was described. */
bool odbc_health_indexes(const struct odbc_findings *findings, struct error *error) NODISCARD;
bool odbc_health_judge(const struct odbc_findings *findings,
                       const struct odbc_probe *probe,
                       const struct odbc_rows *rows,
                       struct error *error) NODISCARD;
bool odbc_health_add(const struct odbc_findings *findings,
                     enum health_severity severity,
                     const char *what,
                     const char *measured,
                     const char *advice,
                     struct error *error) NODISCARD;

#endif
