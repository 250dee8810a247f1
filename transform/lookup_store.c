/* lookup_store.c — room for a lookup in memory or on disk; the contract is in lookup_store.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "lookup_store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Extents double from the first size to the second: a small lookup takes little, and a large one no
 * more mappings than a process may have. */
#define FIRST_EXTENT_BYTES ((size_t)1 << 20)
#define EXTENT_BYTES_MAX   ((size_t)64 << 20)

/* Blocks of a file system and pages have this size or divide it. */
#define DISK_UNIT_BYTES ((size_t)64 << 10)

static size_t in_units(size_t size)
{
    return (size + DISK_UNIT_BYTES - 1) / DISK_UNIT_BYTES * DISK_UNIT_BYTES;
}

static bool make_file(const struct lookup_store *store, int *descriptor, struct error *error)
{
    char *path = arena_format(store->arena, "%s/novate-lookup-XXXXXX", store->folder);

    if (path == NULL) {
        return error_set_memory(error);
    }
    *descriptor = mkstemp(path);
    if (*descriptor < 0) {
        return error_set_system(
            error, ERROR_IO, errno, "could not make a file in folder \"%s\"", store->folder);
    }
    if (unlink(path) != 0) {
        error_set_system(error, ERROR_IO, errno, "could not remove file \"%s\"", path);
        (void)close(*descriptor);
        return false;
    }
    return true;
}

static bool reserve(const struct lookup_store *store,
                    int descriptor,
                    size_t size,
                    struct error *error)
{
    int refused = 0;

    do {
        refused = posix_fallocate(descriptor, 0, (off_t)size);
    } while (refused == EINTR);
    if (refused == 0) {
        return true;
    }
    error_set_system(error,
                     ERROR_IO,
                     refused,
                     "could not take %zu bytes for a lookup in folder \"%s\"",
                     size,
                     store->folder);
    return error_hint(error, "Make room there.");
}

static bool push_extent(struct lookup_store *store, struct disk_extent extent, struct error *error)
{
    if (store->count == store->capacity) {
        const size_t capacity = store->capacity == 0 ? 16 : store->capacity * 2;
        struct disk_extent *extents = ARENA_ARRAY(store->arena, struct disk_extent, capacity);
        if (extents == NULL) {
            return error_set_memory(error);
        }
        if (store->count > 0) {
            memcpy(extents, store->extents, store->count * sizeof *extents);
        }
        store->extents = extents;
        store->capacity = capacity;
    }
    store->extents[store->count++] = extent;
    return true;
}

static bool map_extent(struct lookup_store *store, size_t size, struct error *error)
{
    const size_t whole = in_units(size);
    int descriptor = -1;

    if (!make_file(store, &descriptor, error)) {
        return false;
    }
    bool ok = reserve(store, descriptor, whole, error);
    void *bytes = MAP_FAILED;
    if (ok) {
        bytes = mmap(NULL, whole, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
        ok = bytes != MAP_FAILED ||
             error_set_system(error, ERROR_IO, errno, "could not map %zu bytes of a file", whole);
    }
    (void)close(descriptor); /* the mapping keeps the file */
    if (ok && !push_extent(store, (struct disk_extent){bytes, whole}, error)) {
        (void)munmap(bytes, whole);
        ok = false;
    }
    store->bytes += ok ? whole : 0;
    return ok;
}

static bool take_memory(struct lookup_store *store, size_t size, void **room, struct error *error)
{
    *room = arena_push(store->arena, size, 8);
    if (*room == NULL) {
        return error_set(error, ERROR_MEMORY, "out of memory");
    }
    store->bytes += size;
    return true;
}

bool lookup_store_take(struct lookup_store *store, size_t size, void **room, struct error *error)
{
    if (store->folder == NULL) {
        return take_memory(store, size, room, error);
    }
    size = (size + 7) / 8 * 8;
    if (store->left < size) {
        size_t next = FIRST_EXTENT_BYTES;
        for (size_t i = 0; i < store->count && next < EXTENT_BYTES_MAX; i++) {
            next *= 2;
        }
        if (!map_extent(store, next > size ? next : size, error)) {
            return false;
        }
        store->open = store->extents[store->count - 1].bytes;
        store->left = store->extents[store->count - 1].size;
    }
    *room = store->open;
    store->open += size;
    store->left -= size;
    return true;
}

bool lookup_store_take_own(struct lookup_store *store,
                           size_t size,
                           void **room,
                           struct error *error)
{
    if (store->folder == NULL) {
        return take_memory(store, size, room, error);
    }
    if (!map_extent(store, size, error)) {
        return false;
    }
    *room = store->extents[store->count - 1].bytes;
    return true;
}

void lookup_store_give(struct lookup_store *store, void *room, size_t size)
{
    if (store->folder == NULL || room == NULL) {
        return;
    }
    const size_t whole = in_units(size);
    size_t kept = 0;
    for (size_t i = 0; i < store->count; i++) {
        if (store->extents[i].bytes != room) {
            store->extents[kept++] = store->extents[i];
        }
    }
    store->count = kept;
    (void)munmap(room, whole);
    store->bytes -= whole;
}

void lookup_store_release(struct lookup_store *store)
{
    for (size_t i = 0; i < store->count; i++) {
        (void)munmap(store->extents[i].bytes, store->extents[i].size);
    }
    store->count = 0;
    store->left = 0;
    store->bytes = 0;
}
