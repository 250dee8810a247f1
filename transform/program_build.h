/* program_build.h — what program.c and program_columns.c share while a mapping is compiled.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_PROGRAM_BUILD_H
#define TRANSFORM_PROGRAM_BUILD_H

#include "bind.h"
#include "program.h"

/* A target column and what fills it. */
struct column_rule {
    struct column column; /* of the target; of the expression where there is no target */
    struct expression_spec spec;
    struct term *term; /* NULL: problems were added */
    enum extent unproved;
};

/* The terms of filters, checks and the like. */
struct conditions {
    const struct expression_spec *specs;
    struct term **terms;
    int count;
};

struct build {
    struct bind_context context;
    const struct schema *source;
    const struct schema *target; /* or NULL */
    bool *used;                  /* source columns that are read */
    struct column_rule *columns;
    int column_count;
    int column_max;
    bool *filled; /* target columns with a rule */
    bool *meant;  /* those that a misspelt name meant, most likely */
    struct conditions filters;
    struct conditions when; /* none or one: of a row under emit: */
    struct conditions checks;
    const struct schema *records; /* what is read: `source` without the columns of a pivot */
    struct group_terms *grouping; /* or NULL */
    struct program *program;
    struct error *error;
};

/* One mapping per row that a record gives: the mapping itself, unless it has emit:. */
bool build_branches(const struct mapping *mapping,
                    struct arena *arena,
                    struct problems *problems,
                    const struct mapping **branches,
                    int *count,
                    struct error *error) NODISCARD;

/* program_group.c: the terms of dedupe: or pivot:. Afterwards build->source has a pivot's columns,
 * too. Problems may have been added. */
struct group_terms {
    struct conditions by;
    struct conditions orders;
    struct conditions attribute; /* none or one */
    struct conditions values;    /* one per column */
};
bool build_grouping(struct build *build) NODISCARD;
int count_grouping_constants(const struct group_terms *terms);
struct compiler;
bool compile_grouping(struct build *build, struct compiler *compiler) NODISCARD;
/* Of program.c, for a list of terms; `what` NULL: values, not conditions. */
bool bind_conditions(struct build *build,
                     struct conditions *conditions,
                     const struct schema *schema,
                     const char *schema_name,
                     bool *used,
                     const char *what) NODISCARD;
bool compile_rules(struct build *build,
                   struct compiler *compiler,
                   const struct conditions *conditions,
                   bool keep,
                   struct rule **rules) NODISCARD;
int count_condition_constants(const struct conditions *conditions);

/* Binds every rule under columns: and copy:, in that order, and checks that the target can be
 * filled so. False only when memory ran out. */
bool build_columns(struct build *build) NODISCARD;

/* The column of a schema that a misspelt name means, most likely, or -1; the hint that says so. */
int build_nearest(const struct build *build, const char *name, const struct schema *schema);
const char *build_meant_hint(const struct build *build, const struct schema *schema, int index);

/* What "verify" says of columns: are they filled, and of a type that it can be said of? */
void check_compare_rules(struct build *build, const struct mapping *mapping);

/* What is to be said of the columns once all is bound without an error. */
bool program_find(struct build *build,
                  struct program *program,
                  struct term *const *filters,
                  int filter_count) NODISCARD;

/* Parses and binds one expression. NULL in *term: problems were added. */
bool build_term(struct build *build,
                const struct expression_spec *spec,
                const struct schema *schema,
                const char *schema_name,
                bool *used,
                const char *condition, /* "filter", "check", or NULL for a value */
                struct term **term) NODISCARD;

/* Does a name match an entry of copy:? "*" and "?" of the pattern, letters without regard to case.
 */
bool build_matches(const char *pattern, const char *name);

#endif
