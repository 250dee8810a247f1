/* load_mode.h — how the rows of an entity come into its table.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_LOAD_MODE_H
#define NOVATE_LOAD_MODE_H

enum load_mode {
#define LOAD_MODE(name, text, meaning) LOAD_##name,
#include "novate/load_modes.def"
#undef LOAD_MODE
    LOAD_MODE_COUNT
};

const char *load_mode_text(enum load_mode mode);    /* "upsert" */
const char *load_mode_meaning(enum load_mode mode); /* a clause, for people */

#endif
