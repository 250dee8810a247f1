/* mapping_run.h — a mapping built by calls instead of YAML, compiled and applied to a few rows.
 *
 *     struct mapping_run run;
 *     mapping_run_init(&run);
 *     mapping_run_source(&run, "A", "integer");
 *     mapping_run_column(&run, "x", "A + 1");
 *     mapping_run_compile(&run) → run.program, or problems
 *     mapping_run_row(&run, (const char *[]){"41"});
 *     mapping_run_apply(&run);
 *     mapping_run_value(&run, 0, 0) → "42"
 *     mapping_run_release(&run);
 *
 * Without target columns the mapping has no target, and its columns have the types of their
 * expressions. Cells are texts as PostgreSQL prints them, NULL for NULL. Whatever cannot happen in
 * a sound test fails it. Programs that use it link novate_transform.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_TESTS_MAPPING_RUN_H
#define NOVATE_TESTS_MAPPING_RUN_H

#include "novate/batch.h"
#include "novate/transform.h"

#include <stdbool.h>

#define MAPPING_RUN_MAX  64   /* columns, filters, … */
#define MAPPING_RUN_ROWS 4096 /* records */

#define MAPPING_RUN_LOOKUP_COLUMNS 8

enum mapping_layout {
    MAPPING_FLAT,
    MAPPING_DICTIONARY,
    MAPPING_CONSTANT, /* the first row stands for all */
};

/* Of a lookup, by index, while it waits to be filled. */
struct lookup_entry {
    int lookup;
    const char *cells[MAPPING_RUN_LOOKUP_COLUMNS];
    struct lookup_entry *next;
};

struct mapping_run {
    struct arena arena;
    struct problems problems;
    struct error error;
    struct mapping mapping;
    struct expression_spec columns[MAPPING_RUN_MAX];
    struct expression_spec filters[MAPPING_RUN_MAX];
    struct expression_spec checks[MAPPING_RUN_MAX];
    struct emit_spec emits[MAPPING_RUN_MAX]; /* set by the test, with mapping.emit_count */
    const char *copy[MAPPING_RUN_MAX];
    const char *key[MAPPING_RUN_MAX];
    const char *target_key[MAPPING_RUN_MAX];
    struct lookup_spec lookup_specs[MAPPING_RUN_MAX];
    struct lookup *lookups[MAPPING_RUN_MAX];
    const struct schema *lookup_schemas[MAPPING_RUN_MAX];
    struct lookup_entry *entries; /* of all lookups */
    struct lookup_entry **entries_end;
    struct column lookup_columns[2]; /* of lookups with pairs */
    struct schema lookup_schema;
    struct column source_columns[MAPPING_RUN_MAX];
    struct column target_columns[MAPPING_RUN_MAX];
    struct schema source;
    struct schema target;
    const char *timezone;
    const char *(*rows)[MAPPING_RUN_MAX];
    int row_count;
    enum mapping_layout layout;
    bool with_positions;
    struct program *program;
    struct transform *transform;
    struct groups *groups; /* of the last mapping_run_apply(), where there are any */
    struct batch in;
    struct batch out;
    /* what came out, of all batches since the last mapping_run_apply() */
    bool local_time; /* shows timestamps with time zone in `timezone` */
    int passed;
    uint64_t emitted;
    uint64_t merged;
    const char **values; /* passed * columns of the mapping */
    const char **keys;   /* of the records that passed, as JSON */
    struct reject *rejects;
    int reject_count;
    struct counters counters;
};

void mapping_run_init(struct mapping_run *run);
void mapping_run_release(struct mapping_run *run);
void mapping_run_source(struct mapping_run *run, const char *name, const char *type);
/* The type may be followed by " not null", " default" or " generated". */
void mapping_run_target(struct mapping_run *run, const char *name, const char *type);
void mapping_run_column(struct mapping_run *run, const char *name, const char *text);
void mapping_run_filter(struct mapping_run *run, const char *name, const char *text);
void mapping_run_check(struct mapping_run *run, const char *name, const char *text);
/* A lookup of text to text with these pairs, NULL-terminated. */
void mapping_run_lookup(struct mapping_run *run,
                        const char *name,
                        enum lookup_missing missing,
                        const char *const *pairs);
/* Any lookup, and an entry of it: a cell for each column of the schema. All are borrowed, and put
 * into the lookup by mapping_run_compile(). */
int mapping_run_add_lookup(struct mapping_run *run,
                           const struct lookup_spec *spec,
                           const struct schema *schema);
void mapping_run_lookup_entry(struct mapping_run *run, int lookup, const char *const *cells);
/* False: run->problems says why. */
bool mapping_run_compile(struct mapping_run *run);
void mapping_run_row(struct mapping_run *run, const char *const *cells);
/* Applies the program to all rows, in as many batches as they need. Batches are validated, and
 * every tally must close. */
void mapping_run_apply(struct mapping_run *run);
/* One batch of rows from `first` on, in two halves: between them a test may note errors in run->in.
 */
void mapping_run_fill(struct mapping_run *run, int first, int count);
void mapping_run_transform(struct mapping_run *run);
/* A value of a record that passed; NULL for NULL. */
const char *mapping_run_value(struct mapping_run *run, int column, int row);
/* The problems as they are shown. */
const char *mapping_run_problems(struct mapping_run *run);

/* One expression over no column: its value as text, "NULL", "!22012" for a data error, or
 * "?message" for a problem. Lives until release. */
const char *mapping_run_evaluate(struct mapping_run *run, const char *text);

#endif
