/* cells_private.h — what the conversions of cells share.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_CELLS_PRIVATE_H
#define NOVATE_EXTRACT_CELLS_PRIVATE_H

#include "cells.h"

struct conversion {
    const struct text *cells; /* the first one is of row `first` */
    int first;
    int end;
    const struct cell_format *format;
    struct batch *batch;
    struct vector *vector;
    int column;
    struct error *error;
};

/* Texts, and bytes as they are. */
bool cells_texts(const struct conversion *at) NODISCARD;
/* Of columns that are no texts: what policies take out of cells is taken out, in a copy of the
 * cells, before they are read as numbers or dates. */
bool cells_mend(struct conversion *at) NODISCARD;

#endif
