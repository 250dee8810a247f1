/* identity.h — how the rows of an entity are known by the source keys of their records: which
 * columns of the target a mapping fills straight from its source key.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_IDENTITY_H
#define NOVATE_IDENTITY_H

struct identity {
    const char *entity;
    int key_count;              /* columns of the source key */
    const char *const *columns; /* of the target, as the mapping names them */
    const int *positions;       /* of each: what it is filled from, an index in the key */
    int count;
};

#endif
