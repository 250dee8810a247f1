/* private_cluster.h — a PostgreSQL of novate's own, for demonstrations, tests and rehearsals.
 *
 * Made with initdb and run with pg_ctl from Debian's packages; listens on a Unix socket only; data
 * checksums on. When novate is run by root, the cluster runs as the unprivileged user `postgres`
 * (or `nobody`). It lives in `<directory>/cluster`, or, where that user cannot reach the directory
 * (a home of root), in a folder of its own under /var/tmp that `<directory>/cluster.path` names. A
 * cluster that a killed novate left behind is taken over or cleaned up by the next start.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_PRIVATE_CLUSTER_H
#define NOVATE_PRIVATE_CLUSTER_H

#include "novate/arena.h"
#include "novate/error.h"

#include <stdbool.h>

struct private_cluster;

/* Are PostgreSQL's programs installed here? */
bool private_cluster_available(void);
/* Makes it if needed and starts it. One that is `transient` is removed when it was looked at: it
 * takes no care to outlive the machine. */
bool private_cluster_start(const char *directory,
                           bool transient,
                           struct private_cluster **cluster,
                           struct error *error) NODISCARD;
/* For libpq; valid until stop. Database `novate`. */
const char *private_cluster_conninfo(const struct private_cluster *cluster);
/* Was it made by this start (and so is empty)? */
bool private_cluster_is_new(const struct private_cluster *cluster);
/* Stops it (fast); the data stays. NULL is allowed. */
bool private_cluster_stop(struct private_cluster *cluster, struct error *error) NODISCARD;
/* Removes the data of a cluster that is stopped. */
bool private_cluster_remove(const char *directory, struct error *error) NODISCARD;
/* The conninfo of the cluster in the directory if it is running (made or taken over by another
 * novate), in the arena, without becoming its owner; NULL if it is not running. */
bool private_cluster_find(const char *directory,
                          struct arena *arena,
                          const char **conninfo,
                          struct error *error) NODISCARD;
/* Is there one in the directory? */
bool private_cluster_exists(const char *directory);

#endif
