/* cluster_files.c — files and folders of a private cluster. SPDX-License-Identifier: Apache-2.0 */
#include "cluster_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    TREE_DEPTH_MAX = 32
};

bool cluster_path_join(struct cluster_path *path,
                       const char *directory,
                       const char *name,
                       struct error *error)
{
    int size = snprintf(path->text, sizeof path->text, "%s/%s", directory, name);
    if (size < 0 || (size_t)size >= sizeof path->text) {
        return error_set(error, ERROR_IO, "the path of \"%s\" is too long", name);
    }
    return true;
}

bool cluster_path_exists(const char *directory, const char *name)
{
    struct cluster_path path;
    struct error ignored = ERROR_NONE;
    struct stat status;
    return cluster_path_join(&path, directory, name, &ignored) && stat(path.text, &status) == 0;
}

bool cluster_line_read(const char *path, char *line, size_t size)
{
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        return false;
    }
    bool ok = fgets(line, (int)size, file) != NULL;
    (void)fclose(file);
    if (ok) {
        line[strcspn(line, "\n")] = '\0';
    }
    return ok && line[0] != '\0';
}

bool cluster_line_write(const char *path, const char *line, struct error *error)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
    size_t size = strlen(line);
    bool ok = descriptor >= 0 && write(descriptor, line, size) == (ssize_t)size &&
              write(descriptor, "\n", 1) == 1 && fsync(descriptor) == 0;
    int number = errno;
    if (descriptor >= 0) {
        ok = close(descriptor) == 0 && ok;
    }
    return ok || error_set_system(error, ERROR_IO, number, "could not write \"%s\"", path);
}

bool cluster_home_find(const char *directory,
                       struct cluster_path *home,
                       bool *found,
                       struct error *error)
{
    struct cluster_path pointer;
    *found = true;
    if (!cluster_path_join(&pointer, directory, "cluster.path", error)) {
        return false;
    }
    if (cluster_line_read(pointer.text, home->text, sizeof home->text)) {
        return true;
    }
    if (!cluster_path_join(home, directory, "cluster", error)) {
        return false;
    }
    struct stat status;
    *found = stat(home->text, &status) == 0 && S_ISDIR(status.st_mode);
    return true;
}

bool cluster_folder_make(const struct cluster_user *user,
                         const char *pattern,
                         struct cluster_path *folder,
                         struct error *error)
{
    snprintf(folder->text, sizeof folder->text, "%s", pattern);
    if (mkdtemp(folder->text) == NULL) {
        return error_set_system(error, ERROR_IO, errno, "could not make \"%s\"", pattern);
    }
    if (user->drop && chown(folder->text, user->uid, user->gid) != 0) {
        error_set_system(error, ERROR_IO, errno, "could not give away \"%s\"", folder->text);
        (void)rmdir(folder->text);
        return false;
    }
    return true;
}

bool cluster_home_make(const char *directory,
                       const struct cluster_user *user,
                       struct cluster_path *home,
                       struct error *error)
{
    struct cluster_path pointer;
    bool reaches = true;
    if (user->drop && !cluster_user_reaches(user, directory, &reaches, error)) {
        return false;
    }
    if (!reaches) {
        return cluster_path_join(&pointer, directory, "cluster.path", error) &&
               cluster_folder_make(user, "/var/tmp/novate-XXXXXX", home, error) &&
               cluster_line_write(pointer.text, home->text, error);
    }
    if (!cluster_path_join(home, directory, "cluster", error)) {
        return false;
    }
    if (mkdir(home->text, S_IRWXU) != 0 && errno != EEXIST) {
        return error_set_system(error, ERROR_IO, errno, "could not make \"%s\"", home->text);
    }
    if (user->drop && chown(home->text, user->uid, user->gid) != 0) {
        return error_set_system(error, ERROR_IO, errno, "could not give away \"%s\"", home->text);
    }
    return true;
}

bool cluster_folder_is_private(const struct cluster_user *user, const char *folder)
{
    struct stat status;
    return lstat(folder, &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == user->uid &&
           (status.st_mode & (S_IRWXG | S_IRWXO)) == 0;
}

static bool empty_folder(int descriptor, int depth);

static bool remove_entry(int folder, const char *name, int depth)
{
    struct stat status;
    if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
        return errno == ENOENT;
    }
    if (!S_ISDIR(status.st_mode)) {
        return unlinkat(folder, name, 0) == 0 || errno == ENOENT;
    }
    int inner = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (inner < 0 || depth >= TREE_DEPTH_MAX || !empty_folder(inner, depth + 1)) {
        return false;
    }
    return unlinkat(folder, name, AT_REMOVEDIR) == 0;
}

/* Takes the descriptor. */
static bool empty_folder(int descriptor, int depth)
{
    DIR *folder = fdopendir(descriptor);
    bool ok = folder != NULL;
    if (!ok) {
        (void)close(descriptor);
        return false;
    }
    for (const struct dirent *entry = readdir(folder); ok && entry != NULL;
         entry = readdir(folder)) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            ok = remove_entry(dirfd(folder), entry->d_name, depth);
        }
    }
    int number = errno;
    (void)closedir(folder);
    errno = number;
    return ok;
}

bool cluster_tree_remove(const char *path, struct error *error)
{
    if (remove_entry(AT_FDCWD, path, 0)) {
        return true;
    }
    return error_set_system(error, ERROR_IO, errno, "could not remove \"%s\"", path);
}

static bool has_programs(const char *folder)
{
    static const char *const programs[] = {"initdb", "pg_ctl", "postgres", NULL};
    for (const char *const *program = programs; *program != NULL; program++) {
        struct cluster_path path;
        struct error ignored = ERROR_NONE;
        if (!cluster_path_join(&path, folder, *program, &ignored) || access(path.text, X_OK) != 0) {
            return false;
        }
    }
    return true;
}

/* Debian keeps the versions side by side: the wanted one, or the latest. */
static bool find_debian(const char *version, struct cluster_path *programs)
{
    static const char root[] = "/usr/lib/postgresql";
    long latest = 0;
    DIR *folder = opendir(root);
    if (folder == NULL) {
        return false;
    }
    for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        struct cluster_path path;
        char *end = NULL;
        long number = strtol(entry->d_name, &end, 10);
        bool wanted = version == NULL ? number > latest : strcmp(entry->d_name, version) == 0;
        snprintf(path.text, sizeof path.text, "%s/%ld/bin", root, number);
        if (number > 0 && wanted && has_programs(path.text)) {
            latest = number;
            *programs = path;
        }
    }
    (void)closedir(folder);
    return latest > 0;
}

/* The folder of $PATH that has a program. */
static bool find_in_path(const char *program, struct cluster_path *folder)
{
    const char *from = getenv("PATH");
    while (from != NULL && *from != '\0') {
        size_t size = strcspn(from, ":");
        snprintf(folder->text, sizeof folder->text, "%.*s", (int)size, from);
        struct cluster_path path;
        struct error ignored = ERROR_NONE;
        if (size > 0 && cluster_path_join(&path, folder->text, program, &ignored) &&
            access(path.text, X_OK) == 0) {
            return true;
        }
        from += size + (from[size] == ':' ? 1 : 0);
    }
    return false;
}

static bool find_by_config(struct cluster_path *programs)
{
    struct cluster_path folder;
    struct cluster_path path;
    struct program_outcome outcome;
    struct cluster_user self = {.drop = false};
    struct error ignored = ERROR_NONE;
    if (!find_in_path("pg_config", &folder) ||
        !cluster_path_join(&path, folder.text, "pg_config", &ignored)) {
        return false;
    }
    const char *const argv[] = {path.text, "--bindir", NULL};
    if (!program_run(&self, "/", NULL, argv, &outcome, &ignored) || outcome.status != 0) {
        return false;
    }
    snprintf(programs->text,
             sizeof programs->text,
             "%.*s",
             (int)strcspn(outcome.output, "\n"),
             outcome.output);
    return has_programs(programs->text);
}

bool cluster_programs_find(const char *version, struct cluster_path *programs, struct error *error)
{
    if (find_debian(version, programs) || find_by_config(programs) ||
        (find_in_path("pg_ctl", programs) && has_programs(programs->text))) {
        return true;
    }
    const char *named = version == NULL ? "" : version;
    error_set(error,
              ERROR_TARGET,
              "PostgreSQL%s%s is not installed here, and the plan asks for a private target",
              version == NULL ? "" : " ",
              named);
    return error_hint(error,
                      "Install the package \"postgresql%s%s\", or name a server of your own in the "
                      "plan.",
                      version == NULL ? "" : "-",
                      named);
}
