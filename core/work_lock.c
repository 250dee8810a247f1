/* work_lock.c — one novate at a time writes in a work directory.
 *
 * The lock is the kernel's (fcntl) and falls with the process that holds it; the number written in
 * the file is for people only.
 * SPDX-License-Identifier: Apache-2.0 */
#include "durable.h"

#include "novate/ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool refuse(int descriptor, const char *work_directory, int reason, struct error *error)
{
    struct flock holder = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

    if (reason != EACCES && reason != EAGAIN) {
        return error_set_system(
            error, ERROR_IO, reason, "could not lock work directory \"%s\"", work_directory);
    }
    (void)error_set(
        error, ERROR_LOCKED, "work directory \"%s\" is in use by another novate", work_directory);
    if (fcntl(descriptor, F_GETLK, &holder) == 0 && holder.l_type != F_UNLCK && holder.l_pid > 0) {
        (void)error_detail(error, "Process %ld holds it.", (long)holder.l_pid);
    }
    return error_hint(error, "Wait for it to end, or name another directory with --work.");
}

bool work_lock_take(struct work_lock *lock, const char *work_directory, struct error *error)
{
    struct flock wanted = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    char path[4096];
    char pid[32];

    lock->descriptor = -1;
    if (snprintf(path, sizeof path, "%s/lock", work_directory) >= (int)sizeof path) {
        return error_set_system(
            error, ERROR_IO, ENAMETOOLONG, "could not use work directory \"%s\"", work_directory);
    }
    if (!durable_directory_make(work_directory, error)) {
        return false;
    }
    int descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        return error_set_system(error, ERROR_IO, errno, "could not open file \"%s\"", path);
    }
    if (fcntl(descriptor, F_SETLK, &wanted) != 0) {
        (void)refuse(descriptor, work_directory, errno, error);
        (void)close(descriptor);
        return false;
    }
    int size = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
    if (ftruncate(descriptor, 0) != 0 || write(descriptor, pid, (size_t)size) != size) {
        (void)error_set_system(error, ERROR_IO, errno, "could not write file \"%s\"", path);
        (void)close(descriptor);
        return false;
    }
    lock->descriptor = descriptor;
    return true;
}

bool work_lock_holder(const char *work_directory, long *process, struct error *error)
{
    struct flock holder = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    char path[4096];

    *process = 0;
    if (snprintf(path, sizeof path, "%s/lock", work_directory) >= (int)sizeof path) {
        return error_set_system(
            error, ERROR_IO, ENAMETOOLONG, "could not use work directory \"%s\"", work_directory);
    }
    int descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (descriptor < 0) {
        return errno == ENOENT ||
               error_set_system(error, ERROR_IO, errno, "could not open file \"%s\"", path);
    }
    bool ok = fcntl(descriptor, F_GETLK, &holder) == 0 ||
              error_set_system(error, ERROR_IO, errno, "could not look at file \"%s\"", path);
    (void)close(descriptor);
    if (ok && holder.l_type != F_UNLCK) {
        *process = (long)holder.l_pid;
    }
    return ok;
}

void work_lock_drop(struct work_lock *lock)
{
    if (lock->descriptor >= 0) {
        (void)close(lock->descriptor); /* which releases the lock */
        lock->descriptor = -1;
    }
}
