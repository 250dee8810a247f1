/* trouble.c — a library to be loaded before the C library (LD_PRELOAD) that makes calls fail, and
 * the clock of the world jump, in a program that knows nothing of it.
 *
 *     NOVATE_TROUBLE=CALL:NTH[+]   the NTH call of write, fsync or rename fails, with + all further
 *                                  ones too: ENOSPC for write, EIO for the others
 *     NOVATE_TROUBLE_UNDER=FOLDER  only calls for files below it count
 *     NOVATE_TROUBLE_TRACE=FILE    a character per call that counts: w, f or r
 *     NOVATE_TROUBLE_JUMP=SECONDS  once half a second has passed, the time of day is so much later
 *                                  (or earlier)
 *
 * pwrite counts as write, fdatasync as fsync. SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static atomic_long counts[128]; /* by the first letter of the call */

static bool is_under(const char *path)
{
    const char *folder = getenv("NOVATE_TROUBLE_UNDER");
    size_t size = folder == NULL ? 0 : strlen(folder);
    return size > 0 && strncmp(path, folder, size) == 0 && path[size] == '/';
}

static bool is_file_under(int descriptor)
{
    char link[64];
    char path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t size = readlink(link, path, sizeof path - 1);
    if (size < 0) {
        return false;
    }
    path[size] = '\0';
    return is_under(path);
}

/* The C library's own function of that name, into a pointer to it. */
static void find_real(const char *name, void *function)
{
    void *symbol = dlsym(RTLD_NEXT, name);
    memcpy(function, &symbol, sizeof symbol);
}

static void trace(char letter)
{
    const char *path = getenv("NOVATE_TROUBLE_TRACE");
    ssize_t (*put)(int, const void *, size_t);
    find_real("write", &put);
    int descriptor =
        path == NULL ? -1 : open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor >= 0) {
        (void)!put(descriptor, &letter, 1);
        (void)close(descriptor);
    }
}

/* Shall this call, which counts, fail? */
static bool fails(const char *call)
{
    const char *wish = getenv("NOVATE_TROUBLE");
    size_t size = strlen(call);
    long count = atomic_fetch_add(&counts[(unsigned char)call[0]], 1) + 1;
    trace(call[0]);
    if (wish == NULL || strncmp(wish, call, size) != 0 || wish[size] != ':') {
        return false;
    }
    char *end = NULL;
    long wanted = strtol(wish + size + 1, &end, 10);
    return count == wanted || (count > wanted && *end == '+');
}

ssize_t write(int descriptor, const void *data, size_t size)
{
    ssize_t (*real)(int, const void *, size_t);
    if (is_file_under(descriptor) && fails("write")) {
        errno = ENOSPC;
        return -1;
    }
    find_real("write", &real);
    return real(descriptor, data, size);
}

ssize_t pwrite64(int descriptor, const void *data, size_t size, off64_t offset)
{
    ssize_t (*real)(int, const void *, size_t, off64_t);
    if (is_file_under(descriptor) && fails("write")) {
        errno = ENOSPC;
        return -1;
    }
    find_real("pwrite64", &real);
    return real(descriptor, data, size, offset);
}

ssize_t pwrite(int descriptor, const void *data, size_t size, off_t offset)
{
    return pwrite64(descriptor, data, size, offset);
}

static int sync_file(const char *name, int descriptor)
{
    int (*real)(int);
    if (is_file_under(descriptor) && fails("fsync")) {
        errno = EIO;
        return -1;
    }
    find_real(name, &real);
    return real(descriptor);
}

int fsync(int descriptor)
{
    return sync_file("fsync", descriptor);
}

int fdatasync(int descriptor)
{
    return sync_file("fdatasync", descriptor);
}

int rename(const char *from, const char *to)
{
    int (*real)(const char *, const char *);
    if (is_under(to) && fails("rename")) {
        errno = EIO;
        return -1;
    }
    find_real("rename", &real);
    return real(from, to);
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    static atomic_long began;
    const char *jump = getenv("NOVATE_TROUBLE_JUMP");
    struct timespec steady;
    int (*real)(clockid_t, struct timespec *);
    find_real("clock_gettime", &real);
    int result = real(clock, now);
    if (jump == NULL || clock != CLOCK_REALTIME || real(CLOCK_MONOTONIC, &steady) != 0) {
        return result;
    }
    long milliseconds = steady.tv_sec * 1000 + steady.tv_nsec / 1000000;
    long none = 0;
    (void)atomic_compare_exchange_strong(&began, &none, milliseconds);
    if (milliseconds - atomic_load(&began) >= 500) {
        now->tv_sec += strtol(jump, NULL, 10);
    }
    return result;
}
