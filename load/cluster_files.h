/* cluster_files.h — where a private cluster lives, and where PostgreSQL's programs are.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_LOAD_CLUSTER_FILES_H
#define NOVATE_LOAD_CLUSTER_FILES_H

#include "cluster_process.h"

#include "novate/error.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    CLUSTER_PATH_BYTES = 1024
};

struct cluster_path {
    char text[CLUSTER_PATH_BYTES];
};

/* directory/name; ERROR_IO when that is too long. */
bool cluster_path_join(struct cluster_path *path,
                       const char *directory,
                       const char *name,
                       struct error *error) NODISCARD;
bool cluster_path_exists(const char *directory, const char *name);

/* The folder of the cluster of that work directory; `*found` false when there is none yet. */
bool cluster_home_find(const char *directory,
                       struct cluster_path *home,
                       bool *found,
                       struct error *error) NODISCARD;
/* Makes one: directory/cluster, or a folder under /var/tmp that directory/cluster.path names. */
bool cluster_home_make(const char *directory,
                       const struct cluster_user *user,
                       struct cluster_path *home,
                       struct error *error) NODISCARD;

/* A new folder of the user, mode 0700, from a template that ends with XXXXXX. */
bool cluster_folder_make(const struct cluster_user *user,
                         const char *pattern,
                         struct cluster_path *folder,
                         struct error *error) NODISCARD;
/* Is it a folder of that user which nobody else can enter? */
bool cluster_folder_is_private(const struct cluster_user *user, const char *folder);

/* First line of a file, or what is to be the only one. */
bool cluster_line_read(const char *path, char *line, size_t size);
bool cluster_line_write(const char *path, const char *line, struct error *error) NODISCARD;

/* Removes a folder and what is in it; links are not followed. One that is not there is no error. */
bool cluster_tree_remove(const char *path, struct error *error) NODISCARD;

/* The folder of initdb, pg_ctl and postgres; of `version` ("15") unless that is NULL. */
bool cluster_programs_find(const char *version,
                           struct cluster_path *programs,
                           struct error *error) NODISCARD;

#endif
