/* temp_folder.c — the contract is in temp_folder.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "temp_folder.h"

#include "temporary.h"

#include <check.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void temp_folder_enter(char path[TEMP_FOLDER_SIZE])
{
    struct temporary temporary;

    temporary_make(&temporary);
    size_t size = strlen(temporary.path) + 1;
    ck_assert_uint_le(size, TEMP_FOLDER_SIZE);
    memcpy(path, temporary.path, size);
    ck_assert_int_eq(chdir(path), 0);
}

void temp_folder_leave(const char *path)
{
    struct temporary temporary;

    ck_assert_int_eq(chdir("/"), 0);
    (void)snprintf(temporary.path, sizeof temporary.path, "%s", path);
    temporary_remove(&temporary);
}

void temp_file_write(const char *name, const void *data, size_t size)
{
    char folder[4096];

    for (const char *slash = strchr(name, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        if (slash > name) {
            (void)snprintf(folder, sizeof folder, "%.*s", (int)(slash - name), name);
            (void)mkdir(folder, 0700); /* it may be there already; file_write() will tell */
        }
    }
    file_write(name, data, size);
}

void temp_file_text(const char *name, const char *text)
{
    temp_file_write(name, text, strlen(text));
}
