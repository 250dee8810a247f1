/* function_table.h — what expressions can call: functions, operators, casts, and what the checker
 * puts in by itself. The tables are the .def files beside this one.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_FUNCTION_TABLE_H
#define TRANSFORM_FUNCTION_TABLE_H

#include "kernel.h"

#include "novate/type.h"

#include <stdbool.h>

enum {
    FUNCTION_STRICT = 1,   /* NULL if an argument is NULL; the kernel never meets one */
    FUNCTION_CAN_FAIL = 2, /* may refuse a value: computed only where it is needed */
    FUNCTION_SWAPPED = 4,  /* an operator that takes its arguments in the other order */
    FUNCTION_OURS = 8,     /* not in PostgreSQL */
    FUNCTION_REMARKS = 16, /* says something of rows: never computed once for all of them */
    FUNCTION_NULLS = 32,   /* may give NULL where its arguments have values */
    FUNCTION_ARGS_MAX = 7, /* of functions with a fixed number of arguments */
    FUNCTION_FAULTS_MAX = 6
};

/* An argument of any type, read as text. */
#define TYPE_ANY TYPE_COUNT

struct function {
    const char *name;
    int arg_count;
    int args[FUNCTION_ARGS_MAX]; /* enum type_id or TYPE_ANY */
    enum type_id result;
    unsigned flags;
    enum fault faults[FUNCTION_FAULTS_MAX]; /* of FUNCTION entries: all that the kernel may note */
    kernel_function *kernel;
    const char *doc; /* of FORM and FUNCTION entries */
    const char *example;
};

/* When a cast happens by itself. */
enum coercion {
    COERCE_IMPLICIT,   /* anywhere */
    COERCE_ASSIGNMENT, /* where a column is assigned */
    COERCE_EXPLICIT,   /* only where it is written */
};

struct cast {
    enum type_id source;
    enum type_id target;
    enum coercion coercion;
    struct function function; /* its kernel is NULL where nothing has to be done */
};

enum internal {
#define INTERNAL(id, name, flags, kernel) INTERNAL_##id,
#include "internals.def"
#undef INTERNAL
    INTERNAL_COUNT
};

/* An entry of the reference: a group's title, a special form, or a function. */
struct reference_entry {
    const char *group;  /* title, or NULL */
    const char *usage;  /* of a form, or NULL */
    const char *nulls;  /* of a form: what becomes of NULL */
    const char *errors; /* of a form */
    struct function function;
};

const struct function *function_table(int *count);
const struct function *operator_table(int *count);
const struct reference_entry *reference_table(int *count);
/* The cast from one type to another, or NULL. */
const struct cast *cast_find(enum type_id source, enum type_id target);
/* Text to the type; NULL for UNKNOWN. */
const struct function *input_function(enum type_id target);
const struct function *internal_function(enum internal id);

#endif
