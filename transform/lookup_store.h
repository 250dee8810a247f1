/* lookup_store.h — what a lookup's records and slots lie in: the job's arena, or files that have no
 * name any more, which the system pages as it likes.
 *
 * On disk nothing is charged to memory_mb. The room is taken from the file system before it is
 * used, so that a full disk is an error and no signal. A file has mode 0600 and loses its name as
 * soon as it is made: it goes with the process, however that ends.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_LOOKUP_STORE_H
#define TRANSFORM_LOOKUP_STORE_H

#include "novate/arena.h"
#include "novate/attr.h"
#include "novate/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A piece of disk, mapped. */
struct extent {
    char *bytes;
    size_t size;
};

struct lookup_store {
    struct arena *arena; /* of the records and slots, or of the list of extents */
    const char *folder;  /* of the files; NULL: in the arena */
    struct extent *extents;
    size_t count;
    size_t capacity;
    char *open;     /* of the extent that records go to: where the next one lies, */
    size_t left;    /* and how much room there is */
    uint64_t bytes; /* taken and not given back */
};

/* Room for records: zeroed, aligned to 8. ERROR_MEMORY without a hint of what asked for it, or
 * ERROR_IO. */
bool lookup_store_take(struct lookup_store *store,
                       size_t size,
                       void **room,
                       struct error *error) NODISCARD;
/* The same in an extent of its own, which can be given back; an arena keeps it to its end. */
bool lookup_store_take_own(struct lookup_store *store,
                           size_t size,
                           void **room,
                           struct error *error) NODISCARD;
void lookup_store_give(struct lookup_store *store, void *room, size_t size);
/* Gives all of the disk back. */
void lookup_store_release(struct lookup_store *store);

#endif
