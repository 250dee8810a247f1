/* expression_run.h — single expressions over a set of typed rows, in every layout of vectors.
 *
 *     expression_rows_init(&rows, "Europe/London")
 *     expression_rows_column(&rows, "i4_0", "integer") …
 *     expression_rows_fill(&rows, cells, count)            texts as PostgreSQL prints them
 *     if (expression_compile(&run, &rows, "i4_0 + 1", &arena)) {
 *         expression_apply(&run, &how, &answer) …          a value or an error for each row
 *     }
 *     expression_release(&run)
 *
 * An expression goes the whole way of a mapping: compiled as its only column, applied in batches,
 * moved into the batch that comes out. Before every batch all that the evaluator may not rely on is
 * filled with rubbish: registers, room behind the rows, and the source batch as soon as it was
 * used. Whatever cannot happen in a sound test fails it. Programs that use it link
 * novate_transform.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_TESTS_EXPRESSION_RUN_H
#define NOVATE_TESTS_EXPRESSION_RUN_H

#include "novate/batch.h"
#include "novate/datetime.h"
#include "novate/transform.h"

#include <stdbool.h>

#define EXPRESSION_COLUMNS_MAX 128

struct expression_rows {
    struct arena lasting; /* of the columns */
    struct arena arena;   /* of the values */
    const char *timezone;
    const struct zone *zone;
    struct column columns[EXPRESSION_COLUMNS_MAX];
    struct schema schema;
    struct vector vectors[EXPRESSION_COLUMNS_MAX]; /* flat */
    int rows;
};

enum expression_layout {
    EXPRESSION_FLAT,
    EXPRESSION_DICTIONARY, /* in reverse, with entries that no row has */
    EXPRESSION_CONSTANT, /* one value, where all rows of the batch have the same; flat elsewhere */
    EXPRESSION_MIXED,    /* columns in turn flat, dictionary and constant */
};

struct expression_how {
    enum expression_layout layout;
    int batch_rows; /* 0: as many as a batch takes */
    bool gaps;      /* behind every row stands one that the reader refused */
};

struct expression_answer {
    const char *refusal; /* message, or NULL */
    struct type type;
    int rows;
    const char **values;   /* "=…", "NULL", "!22012"; or "-": it was filtered */
    const char **messages; /* of errors; NULL elsewhere */
};

struct expression_run {
    const struct expression_rows *rows;
    struct arena *arena;
    struct mapping mapping;
    struct expression_spec spec;
    struct problems problems;
    struct program *program;
    struct transform *transform;
    struct batch in;
    struct batch out;
};

void expression_rows_init(struct expression_rows *rows, const char *timezone);
void expression_rows_column(struct expression_rows *rows, const char *name, const char *type);
/* Forgets the rows before. cells[row * columns + column]; NULL for NULL. */
void expression_rows_fill(struct expression_rows *rows, const char *const *cells, int count);
void expression_rows_release(struct expression_rows *rows);
/* A value as the session's time zone shows it. */
const char *expression_text(const struct expression_rows *rows,
                            const struct vector *vector,
                            int row,
                            struct arena *arena);

/* False: run->problems says why. Release it in any case. */
bool expression_compile(struct expression_run *run,
                        const struct expression_rows *rows,
                        const char *text,
                        struct arena *arena);
/* The message of the first error of an expression that could not be compiled. */
const char *expression_refusal(const struct expression_run *run);
/* The same for a filter. */
bool expression_compile_filter(struct expression_run *run,
                               const struct expression_rows *rows,
                               const char *text,
                               struct arena *arena);
void expression_apply(struct expression_run *run,
                      const struct expression_how *how,
                      struct expression_answer *answer);
void expression_release(struct expression_run *run);
/* Compiles, applies and releases. */
void expression_ask(const struct expression_rows *rows,
                    const char *text,
                    const struct expression_how *how,
                    struct arena *arena,
                    struct expression_answer *answer);

#endif
