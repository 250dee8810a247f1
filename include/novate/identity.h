/* identity.h — how the rows of an entity are known by the source keys of their records: which
 * columns of the target tell a column of the source key, and how.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_IDENTITY_H
#define NOVATE_IDENTITY_H

#include "novate/text.h"

#include <stdint.h>

/* Its text is `before`, that of the key's column, and `after`; or, where `added` is not 0, its
 * number is that of the key's column and `added`. A column that has the same text in all rows tells
 * nothing of the key: its position is IDENTITY_CONSTANT, and the text is `before`. */
#define IDENTITY_CONSTANT (-1)

struct identity_column {
    const char *name; /* of the target, as the mapping has it */
    int position;     /* in the key, or IDENTITY_CONSTANT */
    struct text before;
    struct text after;
    int64_t added;
};

struct identity {
    const char *entity;
    int key_count; /* columns of the source key */
    const struct identity_column *columns;
    int count;
};

#endif
