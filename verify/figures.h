/* figures.h — what the columns of one side hold: digest, NULLs, least, greatest, sum, codes.
 *
 * Figures of parts add up to those of the whole, whatever the order of rows and parts.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_VERIFY_FIGURES_H
#define NOVATE_VERIFY_FIGURES_H

#include "comparison.h"

#include "novate/batch.h"
#include "novate/code_counts.h"
#include "novate/decimal.h"
#include "novate/verify.h"

#include <stdbool.h>
#include <stdint.h>

#define EXTREME_TEXT_BYTES 256

/* The least or greatest value; by the column's storage one of these is in use. */
struct extreme {
    bool set;
    int64_t number;
    double real;
    struct decimal decimal;
    char *text; /* room for EXTREME_TEXT_BYTES */
    size_t size;
};

struct figure {
    int column; /* of the schema */
    struct digest digest;
    uint64_t nulls;
    struct extreme least;
    struct extreme greatest;
    bool unordered; /* a value came whose order is not kept */
    struct decimal sum;
    bool no_sum;
    struct code_counts *codes; /* NULL: not counted */
};

struct figures {
    const struct comparison *comparison;
    struct figure *items; /* of columns that are compared */
    int count;
    struct text_buffer scratch;
};

/* `coded` may be NULL. Everything lives in `arena` but what figures_release() releases. */
bool figures_init(struct figures *figures,
                  const struct comparison *comparison,
                  const bool *coded,
                  struct arena *arena,
                  struct error *error) NODISCARD;
/* Rows for which `left_out` is true are; it may be NULL. */
bool figures_add(struct figures *figures,
                 const struct batch *batch,
                 const bool *left_out,
                 struct error *error) NODISCARD;
bool figures_merge(struct figures *figures,
                   const struct figures *other,
                   struct error *error) NODISCARD;
void figures_reset(struct figures *figures);
/* Both sides, for the report; in `arena`. */
bool figures_compare(const struct figures *source,
                     const struct figures *target,
                     struct arena *arena,
                     struct verify_result *result,
                     struct error *error) NODISCARD;
void figures_release(struct figures *figures);

#endif
