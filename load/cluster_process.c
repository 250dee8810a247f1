/* cluster_process.c — runs programs as an unprivileged user. SPDX-License-Identifier: Apache-2.0 */

/* setgroups() is in no standard; without it a child of root would keep root's groups. */
#define _DEFAULT_SOURCE 1

#include "cluster_process.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    EXIT_NOT_RUN = 127,
    DESCRIPTORS_MAX = 1024 /* those above are not inherited by mistake in practice */
};

static bool user_named(const char *name, struct cluster_user *user)
{
    struct passwd entry;
    struct passwd *found = NULL;
    char space[4096];
    if (getpwnam_r(name, &entry, space, sizeof space, &found) != 0 || found == NULL) {
        return false;
    }
    user->uid = found->pw_uid;
    user->gid = found->pw_gid;
    snprintf(user->name, sizeof user->name, "%s", name);
    return user->uid != 0;
}

bool cluster_user_find(struct cluster_user *user, struct error *error)
{
    *user = (struct cluster_user){.drop = geteuid() == 0, .uid = geteuid(), .gid = getegid()};
    if (!user->drop || user_named("postgres", user) || user_named("nobody", user)) {
        return true;
    }
    error_set(error, ERROR_TARGET, "no unprivileged user to run a private PostgreSQL as");
    return error_hint(error, "Run novate as an ordinary user, or create the user \"postgres\".");
}

/* In the child, between fork and exec: calls that are safe there only. */
static bool become(const struct cluster_user *user)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (!user->drop) {
        return true;
    }
    return setgroups(1, &user->gid) == 0 && setgid(user->gid) == 0 && setuid(user->uid) == 0;
}

static bool wait_for(pid_t child, int *status, struct error *error)
{
    int seen = 0;
    while (waitpid(child, &seen, 0) < 0) {
        if (errno != EINTR) {
            return error_set_system(error, ERROR_TARGET, errno, "could not wait for a program");
        }
    }
    *status = WIFEXITED(seen) ? WEXITSTATUS(seen) : 128 + WTERMSIG(seen);
    return true;
}

bool cluster_user_reaches(const struct cluster_user *user,
                          const char *directory,
                          bool *reaches,
                          struct error *error)
{
    int status = 0;
    pid_t child = fork();
    if (child < 0) {
        return error_set_system(error, ERROR_TARGET, errno, "could not start a process");
    }
    if (child == 0) {
        _exit(become(user) && chdir(directory) == 0 ? 0 : 1);
    }
    if (!wait_for(child, &status, error)) {
        return false;
    }
    *reaches = status == 0;
    return true;
}

static void child_run(const struct cluster_user *user,
                      const char *directory,
                      char *const *argv,
                      char *const *environment,
                      int output)
{
    int null = open("/dev/null", O_RDWR);
    if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0 ||
        dup2(output, STDERR_FILENO) < 0) {
        _exit(EXIT_NOT_RUN);
    }
    /* A server that outlives novate must not hold its files. */
    for (int descriptor = STDERR_FILENO + 1; descriptor < DESCRIPTORS_MAX; descriptor++) {
        (void)close(descriptor);
    }
    umask(S_IRWXG | S_IRWXO);
    if (become(user) && chdir(directory) == 0) {
        (void)execve(argv[0], argv, environment);
    }
    _exit(EXIT_NOT_RUN);
}

/* Keeps the last of the output. */
static void read_output(int from, char *output, size_t size)
{
    size_t kept = 0;
    char part[512];
    for (;;) {
        ssize_t count = read(from, part, sizeof part);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            break;
        }
        size_t room = size - 1 - kept;
        if ((size_t)count > room) {
            size_t gone = (size_t)count - room;
            memmove(output, output + gone, kept - gone);
            kept -= gone;
        }
        memcpy(output + kept, part, (size_t)count);
        kept += (size_t)count;
    }
    output[kept] = '\0';
}

enum {
    ARGUMENTS_MAX = 24
};

/* execve() takes pointers to characters that it does not change. */
static bool copy_arguments(const char *const *argv, char *space, size_t size, char **copies)
{
    size_t used = 0;
    for (int i = 0; i < ARGUMENTS_MAX; i++) {
        copies[i] = NULL;
        if (argv[i] == NULL) {
            return true;
        }
        size_t length = strlen(argv[i]) + 1;
        if (length > size - used) {
            return false;
        }
        memcpy(space + used, argv[i], length);
        copies[i] = space + used;
        used += length;
    }
    return false;
}

bool program_run(const struct cluster_user *user,
                 const char *directory,
                 const char *data,
                 const char *const *argv,
                 struct program_outcome *outcome,
                 struct error *error)
{
    char pgdata[1100];
    char arguments[4096];
    char variables[1300];
    char *copies[ARGUMENTS_MAX];
    char *environment[ARGUMENTS_MAX];
    int ends[2];
    snprintf(pgdata, sizeof pgdata, "PGDATA=%s", data == NULL ? "" : data);
    const char *const settings[] = {
        "PATH=/usr/bin:/bin", "LC_ALL=C", data == NULL ? NULL : pgdata, NULL};
    if (!NOVATE_CHECK(error, copy_arguments(argv, arguments, sizeof arguments, copies)) ||
        !NOVATE_CHECK(error, copy_arguments(settings, variables, sizeof variables, environment))) {
        return false;
    }
    if (pipe(ends) != 0) {
        return error_set_system(error, ERROR_TARGET, errno, "could not make a pipe");
    }
    pid_t child = fork();
    if (child < 0) {
        error_set_system(error, ERROR_TARGET, errno, "could not start \"%s\"", argv[0]);
        (void)close(ends[0]);
        (void)close(ends[1]);
        return false;
    }
    if (child == 0) {
        child_run(user, directory, copies, environment, ends[1]);
    }
    (void)close(ends[1]);
    read_output(ends[0], outcome->output, sizeof outcome->output);
    (void)close(ends[0]);
    if (!wait_for(child, &outcome->status, error)) {
        return false;
    }
    if (outcome->status == EXIT_NOT_RUN) {
        return error_set(error, ERROR_TARGET, "could not run \"%s\"", argv[0]);
    }
    return true;
}
