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
#include "novate/load_mode.h"
#include "novate/problem.h"

#include <stdbool.h>
#include <stdint.h>

struct plan_variable {
    const char *name;
    const char *value;
};

/* How consistent a source is read. */
enum plan_consistency {
    CONSISTENCY_SNAPSHOT, /* one read-only snapshot per connection, where the source gives one */
    CONSISTENCY_CHUNK,    /* each chunk by itself: no transaction stays open on the source */
};

/* A part of the day, in the source's time zone; over midnight where it ends before it begins. */
struct plan_window {
    bool given;
    int begin_minute; /* since midnight, 0 … 1439 */
    int end_minute;   /* exclusive */
};

/* How hard the source may be read. */
struct plan_pace {
    uint64_t rows_per_second_max; /* over all connections; 0: no limit */
    uint64_t chunk_ms_target;     /* how long one read (query) is to take; default 1000 */
    uint64_t connections_max;     /* 0: as many as --jobs asks for */
    struct plan_window window;    /* when reading is allowed; not given: always */
    double back_off;              /* wait while latency is over so many baselines; 0: never */
    uint64_t retry_seconds_max;   /* that a lost connection is tried again for; default 300 */
};

/* What the supplier says of the files that were handed over. */
enum manifest_form {
    MANIFEST_NONE,
    MANIFEST_COLUMNS,   /* a table: a line per file, columns named below */
    MANIFEST_CHECKSUMS, /* "<hex>  <name>" per line, as sha256sum and md5sum write */
};
struct plan_manifest {
    enum manifest_form form;
    const char *file;  /* glob pattern within the folder */
    bool required;     /* false: only where it is there (the default of a format) */
    char delimiter;    /* MANIFEST_COLUMNS */
    const char *name;  /* column of the file's name */
    const char *rows;  /* column of the number of records; or NULL */
    const char *bytes; /* column of the size; or NULL */
    const char *hash;  /* column of the hash in hex: MD5, SHA-1, SHA-256 or SHA-512, told by its
                          length; or NULL */
    struct place place;
};

enum file_format {
    FILE_FORMAT_CSV,
    FILE_FORMAT_MILLENNIUM, /* fields by "|", nothing quoted or escaped, header after "#" */
    FILE_FORMAT_FIXED,      /* fields at fixed columns */
};

/* What becomes of bytes that do not decode, and of U+0000, which PostgreSQL cannot hold. Each use
 * of all but the first is counted. */
enum value_policy {
    POLICY_REJECT,  /* the record is rejected */
    POLICY_REPLACE, /* by U+FFFD */
    POLICY_STRIP,   /* left out */
    /* Of UTF-8 only, and not of U+0000: each byte that is no part of a valid sequence of UTF-8 is
     * the character that it is in windows-1252. The five that it has not got are rejected. */
    POLICY_WINDOWS_1252,
};

struct plan_source {
    const char *name;        /* "source" when the plan has only one */
    const char *odbc;        /* connection string or NULL */
    const char *csv;         /* folder, absolute or relative to the current directory; or NULL */
    enum file_format format; /* of files whose mapping names none */
    struct plan_manifest manifest;
    const char *encoding;     /* default "UTF-8" */
    enum value_policy decode; /* of files whose mapping says nothing */
    const char *timezone;     /* default "UTC" */
    uint64_t memory_mb; /* of the plan's limits: what a record of a file may be follows from it;
                           0: no limit */
    struct plan_pace pace;
    enum plan_consistency consistency;
    struct place place;
};

/* What is taken off a table before it is loaded, and put back afterwards: bits. */
enum plan_defer {
    DEFER_INDEXES = 1 << 0,        /* those that are not unique */
    DEFER_FOREIGN_KEYS = 1 << 1,   /* of the table itself */
    DEFER_UNIQUE_INDEXES = 1 << 2, /* and unique constraints; of a mapping only */
};

enum plan_maintenance {
    MAINTENANCE_ANALYZE, /* loaded tables at the end of a run */
    MAINTENANCE_VACUUM,  /* VACUUM (ANALYZE) */
    MAINTENANCE_NONE,
};

/* Of a target that several migrations share: the column that tells their rows apart, and what it
 * has in those of this one. */
struct plan_division {
    const char *column; /* NULL: all rows are this migration's */
    const char *value;  /* a name: it needs no quoting but quotes */
    struct place place;
};

struct plan_target {
    const char *postgres; /* conninfo or URI as it is; or NULL */
    bool private_cluster;
    const char *schema; /* file path or NULL */
    unsigned defer;     /* bits of enum plan_defer, for mappings that do not say their own */
    enum plan_maintenance maintenance;
    struct plan_division division;
    struct place place;
};

struct plan_limits {
    uint64_t rejects_max; /* 0 by default */
    double rejects_share; /* 0.001 for 0.1%; negative: not given, rejects_max counts */
    uint64_t memory_mb;   /* 256 by default */
};

#define LIMIT_DATE_FORMATS 8 /* of one column: the five of a Millennium feed, and some */

/* What a mapping declares of a column of its source. Of a table or query only name, encoding and
 * policies. */
struct relation_column {
    const char *name;
    const char *type;                        /* "bigint", "timestamp"; files only; default text */
    const char *formats[LIMIT_DATE_FORMATS]; /* "DD/MM/YYYY HH24:MI", tried in this order */
    int format_count;
    uint64_t start;            /* FILE_FORMAT_FIXED: first character, 1-based */
    uint64_t width;            /* of it, in characters; 0: not fixed */
    const char *encoding;      /* overrides the relation's; or NULL */
    enum value_policy decode;  /* bytes that do not decode */
    enum value_policy nul;     /* U+0000 */
    struct place decode_place; /* of "undecodable"; without a file: the relation's holds */
    struct place place;
};

enum relation_given {
    RELATION_GIVEN_FORMAT = 1 << 0,
    RELATION_GIVEN_DELIMITER = 1 << 1,
    RELATION_GIVEN_QUOTE = 1 << 2,
    RELATION_GIVEN_HEADER = 1 << 3,
};

/* From byte `offset` of a text on, its characters stand beside each other at that place of the
 * file; all at the very place where they are the value of a variable. */
struct place_mark {
    uint32_t offset;
    int line;
    int column;
    bool fixed;
};

/* A named expression as written. `place` is that of the expression's first character; the marks say
 * of the others, where they do not simply follow it. */
struct expression_spec {
    const char *name; /* target column, filter or check */
    const char *text;
    struct place place;
    struct place name_place;
    const struct place_mark *marks;
    int mark_count;
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
    const char
        *split_table; /* its index gives the ranges that are read; NULL: the relation's own */
    const char *const *split_key; /* the first columns of the key, by their names in both */
    int split_key_count;
    enum file_format format;  /* default: the source's */
    char delimiter;           /* default ',' ('|' of a Millennium feed) */
    char quote;               /* default '"' (none of a Millennium feed); 0: none */
    bool header;              /* default true (false of fixed columns) */
    unsigned given;           /* bits of enum relation_given: which of the four were written */
    const char *null;         /* text that stands for NULL when unquoted; default "" */
    const char *encoding;     /* overrides the source's; or NULL */
    enum value_policy decode; /* of columns that say nothing else */
    enum value_policy nul;
    const struct relation_column *columns;
    int column_count;
    const struct place *key_places; /* of each of the key; NULL: not known */
    const struct place *split_key_places;
    struct place decode_place; /* of "undecodable"; without a file: the source's holds */
    struct place changed_place;
    struct place split_place; /* of the split table's name */
    struct place in_place;    /* of the value of "in" */
    struct place place;       /* of the value of table, query or file */
};

enum lookup_missing {
    LOOKUP_MISSING_REJECT,
    LOOKUP_MISSING_NULL,
    LOOKUP_MISSING_KEEP,
    LOOKUP_MISSING_DEFAULT
};

enum lookup_place {
    LOOKUP_IN_MEMORY,
    LOOKUP_ON_DISK
};

struct lookup_spec {
    const char *name;
    const char *directory;       /* of the mapping or fragment: files are relative to it */
    struct relation_spec source; /* file (with "in" one of a source's), table or query; unless: */
    const char *target_table;    /* a table of the target */
    const char *const *from;     /* key columns */
    int from_count;
    const char *const *to; /* value columns */
    int to_count;
    enum lookup_missing missing;  /* default: reject */
    const char *missing_default;  /* for LOOKUP_MISSING_DEFAULT */
    bool chase;                   /* follow chains of one key to one value */
    const char *const *valid_at;  /* columns of the period's begin and end */
    int valid_at_count;           /* 2; 0: an entry holds always */
    struct expression_spec where; /* of a source's file: rows that are entries; text NULL: all */
    struct expression_spec keep; /* of it: latest(…), which of a key's rows counts; text NULL: they
                                    are to be equal */
    enum lookup_place store;
    bool undivided;     /* of the target: rows of other migrations count too */
    struct hash digest; /* of all that is written of it but "missing": where two have the same, and
                           files one folder, their entries are the same */
    struct place place;
};

/* What an example says of one column. */
struct example_value {
    const char *name;
    const char *value; /* NULL for NULL */
    struct place name_place;
    struct place place;
};

struct example_row {
    const struct example_value *values;
    int count;
    struct place place;
};

/* An entry of a lookup, for one example only. */
struct example_entry {
    const char *const *key;    /* key_count texts */
    const char *const *values; /* value_count texts, NULL for NULL */
    int key_count;
    int value_count;
    struct place place;
};

struct example_lookup {
    const char *name;
    const struct example_entry *entries;
    int entry_count;
    struct place place;
};

enum example_outcome {
    EXAMPLE_ROWS,     /* the rows come out */
    EXAMPLE_REJECT,   /* the record is rejected */
    EXAMPLE_FILTERED, /* it is left out */
};

/* A record that a mapping may be given, and what must become of it. */
struct example {
    const char *name;
    struct place place;              /* of the name */
    const struct example_row *given; /* one record, or those of a group */
    int given_count;
    const struct example_lookup *lookups;
    int lookup_count;
    enum example_outcome outcome;
    struct place outcome_place;
    const struct example_row *rows; /* EXAMPLE_ROWS: each names some of the target columns */
    int row_count;
    const char *reject_class; /* EXAMPLE_REJECT; then column and name of check or lookup, or NULL */
    const char *reject_column;
    const char *reject_name;
    const char *filter; /* EXAMPLE_FILTERED */
    bool notes_given;   /* then exactly these are noted */
    const char *const *notes;
    int note_count;
    struct place notes_place;
    bool repairs_given;
    const char *const *repairs;
    int repair_count;
    struct place repairs_place;
};

/* One of the rows that a record gives. */
struct emit_spec {
    const char *name;
    struct expression_spec when; /* text NULL: always */
    const struct expression_spec *columns;
    int column_count;
    struct place place;
};

/* A column that a pivot makes of attributes, seen by the expressions of the mapping. */
struct pivot_column {
    const char *name;
    const char *attribute;        /* whose value it has */
    struct expression_spec value; /* text NULL: that of the pivot */
    struct place place;
};

/* How several records become one row. */
struct grouping_spec {
    bool pivot;                       /* a row per group, with columns of attributes; else the
                                         record that is kept of each group */
    const struct expression_spec *by; /* what records of a group have in common */
    int by_count;
    struct expression_spec keep;      /* latest(…) or earliest(…), as written; the key decides
                                         where its text is NULL */
    struct expression_spec attribute; /* of a pivot: which attribute a record has, */
    struct expression_spec value;     /* and its value */
    const struct pivot_column *columns;
    int column_count;
    bool on_disk;
    struct place place;
};

/* How a column is compared in verification: within a tolerance, or not at all. */
struct compare_rule {
    const char *column; /* of the target */
    struct place place;
    double tolerance; /* above 0: a distance, or with `relative` a share of the mapped value */
    bool relative;
    const char *reason; /* why it is not compared; NULL: it is, within the tolerance */
};

#define LIMIT_EMITS 64 /* rows of a record: as many programs are compiled */

/* What the mapping's fragments say is part of its lists: its own entries first, then theirs. */
struct mapping {
    const char *file;
    const char *directory; /* of the file */
    const char *entity;
    struct relation_spec source;
    const char *target_table; /* "care.patient" */
    const char *const *target_key;
    int target_key_count;
    const struct place *target_key_places; /* NULL: not known */
    enum load_mode mode;
    const char *scope;     /* target SQL or NULL */
    const char *own_scope; /* of it what the mapping says itself, without the plan's division */
    bool undivided;        /* the division does not hold for the table */
    bool defer_given;      /* `defer` goes before the plan's */
    unsigned defer;        /* bits of enum plan_defer */
    const struct lookup_spec *lookups;
    int lookup_count;
    const struct expression_spec *filters;
    int filter_count;
    const char *const *copy; /* names or patterns */
    int copy_count;
    struct place copy_place;         /* of the list */
    const struct place *copy_places; /* of each of them; NULL: not known */
    const struct expression_spec *columns;
    int column_count;
    const struct expression_spec *checks;
    int check_count;
    const struct emit_spec *emits; /* none: each record gives one row */
    int emit_count;
    const struct grouping_spec *grouping; /* dedupe: or pivot:, or NULL */
    bool limits_given;
    struct plan_limits limits; /* of rejects, instead of the plan's; when given */
    const struct compare_rule *compare;
    int compare_count;
    const struct example *examples;
    int example_count;
    const char *text;   /* the file with variables replaced, for people; then each fragment, behind
                           a line "--- # path" */
    struct hash digest; /* of its keys and values (not comments, layout and examples) and those of
                           its fragments, variables replaced, and of the lookup files' bytes */
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

/* Is the file a mapping, and no plan? One that is neither is taken for a plan. */
bool plan_is_mapping(const char *path,
                     struct arena *arena,
                     bool *is_mapping,
                     struct error *error) NODISCARD;

/* One mapping without its plan: ${names} that no setting gives stay as they are, and what follows
 * from its source is not known. ERROR_PLAN when the file cannot be read. */
bool mapping_load(const char *path,
                  const char *const *settings,
                  int setting_count,
                  struct arena *arena,
                  struct problems *problems,
                  struct mapping *mapping,
                  struct error *error) NODISCARD;

/* Sets one of rows_per_second_max, chunk_ms_target, window and back_off, as a plan would write it;
 * "none" lifts it. ERROR_USAGE when it is none of these, or not such a value. */
bool plan_pace_set(struct plan_pace *pace,
                   const char *name,
                   const char *value,
                   struct error *error) NODISCARD;

/* The plan's source of a relation; NULL (and a problem) if there is none of that name. */
const struct plan_source *plan_source_of(const struct plan *plan,
                                         const struct relation_spec *spec,
                                         struct problems *problems);

#endif
