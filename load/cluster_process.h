/* cluster_process.h — runs PostgreSQL's programs, as an unprivileged user where novate is root.
 *
 * Programs are forked and executed, never given to a shell, with an environment of their own: what
 * PGDATA or LC_ALL of the caller say must not reach a private server.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_LOAD_CLUSTER_PROCESS_H
#define NOVATE_LOAD_CLUSTER_PROCESS_H

#include "novate/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Whom a private server runs as. PostgreSQL refuses to run as root. */
struct cluster_user {
    bool drop; /* novate is root: become this one */
    uid_t uid;
    gid_t gid;
    char name[64];
};
/* Oneself, or, for root, `postgres`, or else `nobody`. */
bool cluster_user_find(struct cluster_user *user, struct error *error) NODISCARD;
/* Can that user come to the directory? */
bool cluster_user_reaches(const struct cluster_user *user,
                          const char *directory,
                          bool *reaches,
                          struct error *error) NODISCARD;

struct program_outcome {
    int status;        /* exit status; 128 + signal when killed */
    char output[2048]; /* the last of what it said */
};
/* Runs argv[0] (a path) in `directory` with PGDATA set to `data` (NULL: not set). False only when
 * it could not be run. */
bool program_run(const struct cluster_user *user,
                 const char *directory,
                 const char *data,
                 const char *const *argv,
                 struct program_outcome *outcome,
                 struct error *error) NODISCARD;

#endif
