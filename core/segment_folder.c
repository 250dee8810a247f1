/* segment_folder.c — the contract is in segment_folder.h. SPDX-License-Identifier: Apache-2.0 */
#include "segment_folder.h"

#include "novate/text.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    PATH_BYTES_MAX = 4096
};

/* What a name says. */
struct name_parts {
    int ordinal;
    enum segment_stage stage;
    bool whole;
};

/* Is it a name that a segment of the entity has, or had before it was whole? */
static bool parse_name(const char *entity, const char *file, struct name_parts *parts)
{
    const char *dash = strrchr(file, '-');
    struct text_buffer name;
    char *end = NULL;
    bool is = false;

    if (dash == NULL || dash[1] < '0' || dash[1] > '9') {
        return false;
    }
    long ordinal = strtol(dash + 1, &end, 10);
    if (ordinal < 0 || ordinal > INT_MAX) {
        return false;
    }
    parts->ordinal = (int)ordinal;
    text_buffer_init(&name, PATH_BYTES_MAX);
    for (int stage = SEGMENT_EXTRACTED; stage <= SEGMENT_AMENDED && !is; stage++) {
        parts->stage = (enum segment_stage)stage;
        text_buffer_reset(&name);
        segment_file_name(entity, (int)ordinal, parts->stage, &name);
        is = !name.failed && strncmp(file, name.data, name.size) == 0 &&
             (file[name.size] == '\0' || strcmp(file + name.size, ".part") == 0);
        parts->whole = is && file[name.size] == '\0';
    }
    text_buffer_release(&name);
    return is;
}

/* NULL and true: there is no such folder. */
static bool open_folder(const char *work_directory,
                        const char *folder,
                        DIR **directory,
                        struct error *error)
{
    struct text_buffer path;

    text_buffer_init(&path, PATH_BYTES_MAX);
    text_buffer_format(&path, "%s/%s", work_directory, folder);
    bool ok = text_buffer_check(&path, error);
    *directory = ok ? opendir(path.data) : NULL;
    if (ok && *directory == NULL && errno != ENOENT) {
        ok = error_set_system(error, ERROR_IO, errno, "could not read folder \"%s\"", path.data);
    }
    text_buffer_release(&path);
    return ok;
}

bool segment_folder_forget(const char *work_directory,
                           const char *folder,
                           const char *entity,
                           struct error *error)
{
    struct name_parts parts;
    DIR *directory = NULL;
    bool ok = open_folder(work_directory, folder, &directory, error);

    if (directory == NULL) {
        return ok;
    }
    for (struct dirent *entry = readdir(directory); ok && entry != NULL;
         entry = readdir(directory)) {
        if (parse_name(entity, entry->d_name, &parts) &&
            unlinkat(dirfd(directory), entry->d_name, 0) != 0) {
            ok = error_set_system(
                error, ERROR_IO, errno, "could not remove segment \"%s\"", entry->d_name);
        }
    }
    (void)closedir(directory);
    return ok;
}

static int compare_ordinals(const void *a, const void *b)
{
    int left = *(const int *)a;
    int right = *(const int *)b;
    return (left > right) - (left < right);
}

/* Counts the files, or writes their chunks down. */
static int collect(DIR *directory, const char *entity, enum segment_stage stage, int *ordinals)
{
    struct name_parts parts;
    int count = 0;

    rewinddir(directory);
    for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        if (parse_name(entity, entry->d_name, &parts) && parts.whole && parts.stage == stage) {
            if (ordinals != NULL) {
                ordinals[count] = parts.ordinal;
            }
            count++;
        }
    }
    return count;
}

bool segment_folder_list(const char *work_directory,
                         const char *folder,
                         const char *entity,
                         enum segment_stage stage,
                         struct arena *arena,
                         int **ordinals,
                         int *count,
                         struct error *error)
{
    DIR *directory = NULL;
    bool ok = open_folder(work_directory, folder, &directory, error);

    *count = 0;
    *ordinals = NULL;
    if (directory == NULL) {
        return ok;
    }
    *count = collect(directory, entity, stage, NULL);
    *ordinals = ARENA_ARRAY(arena, int, (size_t)*count + 1);
    if (*ordinals != NULL) {
        *count = collect(directory, entity, stage, *ordinals);
        qsort(*ordinals, (size_t)*count, sizeof **ordinals, compare_ordinals);
    }
    (void)closedir(directory);
    return *ordinals != NULL || error_set_memory(error);
}
