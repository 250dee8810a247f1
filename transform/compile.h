/* compile.h — from typed trees to steps.
 *
 * A compiler makes all routines of a program, one after the other, over one set of registers:
 *
 *     compiler_prepare(term) for every term … compiler_init … compiler_routine for every term
 *
 * The result of a routine is kept (a mapped column, which checks read and the output needs) or
 * given up when the routine ends (the condition of a filter). SPDX-License-Identifier: Apache-2.0
 */
#ifndef TRANSFORM_COMPILE_H
#define TRANSFORM_COMPILE_H

#include "bind.h"
#include "step.h"

#include "novate/attr.h"

struct compiler {
    struct arena *arena;
    struct register_file *file;
    const int *columns; /* register of each column of the schema that terms refer to */
    uint8_t *registers; /* enum: free, holds a value, kept */
    int register_max;   /* room in `registers` and file->sizes */
    bool *selections;   /* in use */
    int selection_max;
    struct routine *routine; /* being made */
    int step_max;
    bool memory; /* ran out */
};

/* Counts the uses of every term of the tree; returns how many constants it has. Once per tree. */
int compiler_prepare(struct term *term);

/* Room for `constant_max` constants. */
bool compiler_init(struct compiler *compiler,
                   struct arena *arena,
                   struct register_file *file,
                   int input_count,
                   int constant_max,
                   struct error *error) NODISCARD;

/* Compiles `term`, whose columns are read from the registers in `compiler->columns`. */
bool compiler_routine(struct compiler *compiler,
                      struct term *term,
                      bool keep,
                      struct routine *routine,
                      struct error *error) NODISCARD;

#endif
