/* temporary.c — a folder of a test's own. SPDX-License-Identifier: Apache-2.0 */
#include "temporary.h"

#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void temporary_make(struct temporary *temporary)
{
    const char *base = getenv("TMPDIR");

    (void)snprintf(temporary->path,
                   sizeof temporary->path,
                   "%s/novate-test-XXXXXX",
                   base == NULL ? "/tmp" : base);
    ck_assert_ptr_nonnull(mkdtemp(temporary->path));
}

const char *temporary_file(const struct temporary *temporary, const char *name, char path[512])
{
    (void)snprintf(path, 512, "%s/%s", temporary->path, name);
    return path;
}

static void remove_folder(const char *path)
{
    DIR *folder = opendir(path);
    const struct dirent *entry = NULL;

    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        char inside[512];
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
            continue;
        }
        int size = snprintf(inside, sizeof inside, "%s/%s", path, entry->d_name);
        ck_assert_int_lt(size, (int)sizeof inside);
        if (unlink(inside) != 0) {
            remove_folder(inside);
        }
    }
    if (folder != NULL) {
        (void)closedir(folder);
    }
    (void)rmdir(path);
}

void temporary_remove(struct temporary *temporary)
{
    remove_folder(temporary->path);
}

uint8_t *file_read(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    long end = 0;

    ck_assert_msg(file != NULL, "cannot open %s", path);
    ck_assert_int_eq(fseek(file, 0, SEEK_END), 0);
    end = ftell(file);
    ck_assert_int_ge(end, 0);
    rewind(file);
    uint8_t *data = malloc((size_t)end + 1);
    ck_assert_ptr_nonnull(data);
    *size = fread(data, 1, (size_t)end, file);
    ck_assert_uint_eq(*size, (size_t)end);
    data[*size] = '\0';
    (void)fclose(file);
    return data;
}

void file_write(const char *path, const void *data, size_t size)
{
    FILE *file = fopen(path, "wb");

    ck_assert_msg(file != NULL, "cannot make %s", path);
    ck_assert_uint_eq(fwrite(data, 1, size, file), size);
    ck_assert_int_eq(fclose(file), 0);
}
