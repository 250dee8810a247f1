/* temp_folder.c — a folder of its own for a test, and the files in it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "temp_folder.h"

#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void temp_folder_enter(char path[TEMP_FOLDER_SIZE])
{
    (void)snprintf(path, TEMP_FOLDER_SIZE, "/tmp/novate-test-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(path));
    ck_assert_int_eq(chdir(path), 0);
}

static void remove_all(const char *folder)
{
    DIR *directory = opendir(folder);
    const struct dirent *entry;

    ck_assert_ptr_nonnull(directory);
    while ((entry = readdir(directory)) != NULL) {
        char path[4096];
        struct stat status;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
            continue;
        }
        (void)snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        ck_assert_int_eq(lstat(path, &status), 0);
        if (S_ISDIR(status.st_mode)) {
            remove_all(path);
        } else {
            ck_assert_int_eq(unlink(path), 0);
        }
    }
    ck_assert_int_eq(closedir(directory), 0);
    ck_assert_int_eq(rmdir(folder), 0);
}

void temp_folder_leave(const char *path)
{
    ck_assert_int_eq(chdir("/"), 0);
    remove_all(path);
}

void temp_file_write(const char *name, const void *data, size_t size)
{
    char folder[4096];

    for (const char *slash = strchr(name, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        if (slash > name) {
            (void)snprintf(folder, sizeof folder, "%.*s", (int)(slash - name), name);
            (void)mkdir(folder, 0700); /* it may be there already; fopen() will tell */
        }
    }
    FILE *file = fopen(name, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(data, 1, size, file), size);
    ck_assert_int_eq(fclose(file), 0);
}

void temp_file_text(const char *name, const char *text)
{
    temp_file_write(name, text, strlen(text));
}
