/* plan.h — plan and mapping files, parsed: what the YAML says, with places, before anything is
 * looked up.
 *
 * The files' form is in mappings/README.md. Keys are checked here (an unknown one is a problem that
 * suggests the near one), values for their form; whether columns, tables and functions exist is
 * decided by transform.h with catalogues at hand. Variables are replaced everywhere in values.
 * Ownership   everything lives in the arena given to plan_load.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_PLAN_H
#define NOVATE_PLAN_H

#include "novate/arena.h"
#include "novate/error.h"
#include "novate/hash.h"
#include "novate/problem.h"

#include <stdbool.h>
#include <stdint.h>

struct plan_variable {
    const char *name;
    const char *value;
};

struct plan_source {
    const char *name;     /* "source" when the plan has only one */
    const char *odbc;     /* connection string or NULL */
    const char *csv;      /* folder, absolute or relative to the current directory; or NULL */
    const char *encoding; /* default "UTF-8" */
    const char *timezone; /* default "UTC" */
    uint64_t rows_per_second_max; /* 0: no limit */
    struct place place;
};

struct plan_target {
    const char *postgres; /* conninfo or URI as it is; or NULL */
    bool private_cluster;
    const char *schema; /* file path or NULL */
    struct place place;
};

struct plan_limits {
    uint64_t rejects_max; /* 0 by default */
    double rejects_share; /* 0.001 for 0.1%; negative: not given, rejects_max counts */
    uint64_t memory_mb;   /* 256 by default */
};

/* A column that a file declares: its type and the format of its dates. */
struct file_column {
    const char *name;
    const char *type;   /* "bigint", "timestamp" */
    const char *format; /* "DD/MM/YYYY HH24:MI" or NULL */
    struct place place;
};

/* Where records come from: of a mapping, or of a lookup. */
struct relation_spec {
    const char *in;    /* name of the plan's source, or NULL for the only one */
    const char *table; /* exactly one of table, query, file */
    const char *query;
    const char *file;  /* glob pattern within the source's folder */
    const char *where; /* the source's own SQL, or NULL */
    const char *const *key;
    int key_count;
    const char *changed;
    char delimiter;       /* default ',' */
    char quote;           /* default '"'; 0: none */
    bool header;          /* default true */
    const char *null;     /* text that stands for NULL when unquoted; default "" */
    const char *encoding; /* overrides the source's; or NULL */
    const struct file_column *columns;
    int column_count;
    struct place in_place; /* of the value of "in" */
    struct place place;    /* of the value of table, query or file */
};

enum mapping_mode {
    MAPPING_INSERT,
    MAPPING_UPSERT,
    MAPPING_REPLACE
};

enum lookup_missing {
    LOOKUP_MISSING_REJECT,
    LOOKUP_MISSING_NULL,
    LOOKUP_MISSING_KEEP,
    LOOKUP_MISSING_DEFAULT
};

struct lookup_spec {
    const char *name;
    struct relation_spec source; /* file (relative to the mapping), table or query; unless: */
    const char *target_table;    /* a table of the target */
    const char *const *from;     /* key columns */
    int from_count;
    const char *const *to; /* value columns */
    int to_count;
    enum lookup_missing missing; /* default: reject */
    const char *missing_default; /* for LOOKUP_MISSING_DEFAULT */
    bool chase;                  /* follow chains of one key to one value */
    struct place place;
};

/* A named expression as written. `place` is that of the expression's first character. */
struct expression_spec {
    const char *name; /* target column, filter or check */
    const char *text;
    struct place place;
    struct place name_place;
};

struct mapping {
    const char *file;
    const char *directory; /* of the file: lookup files are relative to it */
    const char *entity;
    struct relation_spec source;
    const char *target_table; /* "care.patient" */
    const char *const *target_key;
    int target_key_count;
    enum mapping_mode mode;
    const char *scope; /* target SQL or NULL */
    const struct lookup_spec *lookups;
    int lookup_count;
    const struct expression_spec *filters;
    int filter_count;
    const char *const *copy; /* names or patterns */
    int copy_count;
    struct place copy_place;
    const struct expression_spec *columns;
    int column_count;
    const struct expression_spec *checks;
    int check_count;
    const char *text;   /* the file with variables replaced, for people */
    struct hash digest; /* of its keys and values (not comments and layout), variables replaced,
                           and of the lookup files' bytes */
    struct place entity_place, source_place, target_place;
};

struct plan {
    const char *file;
    const char *directory;
    const char *migration;
    const struct plan_variable *variables;
    int variable_count;
    const struct plan_source *sources;
    int source_count;
    struct plan_target target;
    const char *work;               /* work directory, resolved */
    const struct mapping *mappings; /* load order */
    int mapping_count;
    struct plan_limits limits;
    struct hash digest; /* of what decides, beside the mappings, which rows come out: migration and
                           sources, variables replaced; not of target, work, limits */
};

/* `settings` are NAME=VALUE texts of --set, `work` that of --work or NULL. Problems of form are
 * added to `problems` and do not make it fail; a file that cannot be read is ERROR_PLAN. After
 * errors in `problems` the plan is good for nothing but more checking. */
bool plan_load(const char *path,
               const char *const *settings,
               int setting_count,
               const char *work,
               struct arena *arena,
               struct problems *problems,
               struct plan *plan,
               struct error *error) NODISCARD;

/* The plan's source of a relation; NULL (and a problem) if there is none of that name. */
const struct plan_source *plan_source_of(const struct plan *plan,
                                         const struct relation_spec *spec,
                                         struct problems *problems);

#endif
