/* manifest.c — the manifests of a folder, and what both of their forms share.
 * SPDX-License-Identifier: Apache-2.0 */
#include "manifest.h"

#include "file_buffer.h"
#include "file_source.h"

#include "novate/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CAPACITY_FIRST 64

struct statement *manifest_push(struct manifest *manifest, struct arena *arena, struct error *error)
{
    if (manifest->count == LIMIT_MANIFEST_LINES) {
        (void)error_set(
            error, ERROR_SOURCE, "manifests state more than %d files", LIMIT_MANIFEST_LINES);
        return NULL;
    }
    if (manifest->count == manifest->capacity) {
        int capacity = manifest->capacity == 0 ? CAPACITY_FIRST : manifest->capacity * 2;
        struct statement *grown = ARENA_ARRAY(arena, struct statement, (size_t)capacity);
        if (grown == NULL) {
            (void)error_set_memory(error);
            return NULL;
        }
        if (manifest->count > 0) {
            memcpy(grown, manifest->statements, (size_t)manifest->count * sizeof *grown);
        }
        manifest->statements = grown;
        manifest->capacity = capacity;
    }
    struct statement *statement = &manifest->statements[manifest->count++];
    *statement = (struct statement){.line = 0};
    return statement;
}

const char *manifest_path(const char *manifest, struct text name, struct arena *arena)
{
    const char *slash = strrchr(manifest, '/');
    int prefix = slash == NULL ? 0 : (int)(slash - manifest) + 1;
    while (name.size > 2 && name.data[0] == '.' && name.data[1] == '/') {
        name = text_from(name.data + 2, name.size - 2);
    }
    char *path = arena_bytes(arena, (size_t)prefix + name.size + 1);
    if (path != NULL) {
        memcpy(path, manifest, (size_t)prefix);
        memcpy(path + prefix, name.data, name.size);
        path[(size_t)prefix + name.size] = '\0';
    }
    return path;
}

bool manifest_error(const char *name, uint64_t line, const char *reason, struct error *error)
{
    (void)error_set(error,
                    ERROR_SOURCE,
                    "manifest \"%s\", line %llu: %s",
                    name,
                    (unsigned long long)line,
                    reason);
    return error_hint(error,
                      "Ask the supplier for a good one, or say \"manifest: null\" in the plan to "
                      "read the files without.");
}

const char *manifest_hash(struct text digits, enum checksum_kind *kind, struct arena *arena)
{
    if (!checksum_kind_of(digits.size, kind)) {
        return NULL;
    }
    char *hash = arena_bytes(arena, (size_t)digits.size + 1);
    for (uint32_t i = 0; hash != NULL && i < digits.size; i++) {
        char digit = digits.data[i];
        digit = digit >= 'A' && digit <= 'F' ? (char)(digit - 'A' + 'a') : digit;
        if ((digit < '0' || digit > '9') && (digit < 'a' || digit > 'f')) {
            return NULL;
        }
        hash[i] = digit;
    }
    if (hash != NULL) {
        hash[digits.size] = '\0';
    }
    return hash;
}

bool manifest_parse(const struct plan_manifest *form,
                    const char *name,
                    const char *data,
                    size_t size,
                    struct arena *arena,
                    struct manifest *manifest,
                    struct error *error)
{
    if (size >= 3 && memcmp(data, "\xEF\xBB\xBF", 3) == 0) {
        data += 3;
        size -= 3;
    }
    manifest->file_count++;
    return form->form == MANIFEST_COLUMNS
               ? manifest_parse_table(form, name, data, size, arena, manifest, error)
               : manifest_parse_checksums(name, data, size, arena, manifest, error);
}

static bool read_whole(
    const char *path, const char *name, char **data, size_t *size, struct error *error)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &status) != 0) {
        (void)error_set_system(error, ERROR_SOURCE, errno, "cannot read manifest \"%s\"", name);
        if (fd >= 0) {
            (void)close(fd);
        }
        return false;
    }
    bool ok = (uint64_t)status.st_size <= LIMIT_MANIFEST_BYTES ||
              error_set(error, ERROR_SOURCE, "manifest \"%s\" is too large to be one", name);
    *data = ok ? malloc((size_t)status.st_size + 1) : NULL;
    if (ok && *data == NULL) {
        ok = error_set_memory(error);
    }
    ok = ok && file_read_at(fd, name, *data, (size_t)status.st_size, 0, size, error);
    (void)close(fd);
    return ok;
}

bool manifest_read(const struct plan_manifest *form,
                   const char *folder,
                   const char *pattern,
                   struct arena *arena,
                   struct manifest *manifest,
                   struct error *error)
{
    const char *const *names = NULL;
    int count = 0;
    bool ok = file_glob(folder, pattern, arena, &names, &count, error);
    for (int i = 0; ok && i < count; i++) {
        const char *path = arena_format(arena, "%s/%s", folder, names[i]);
        char *data = NULL;
        size_t size = 0;
        ok = path != NULL || error_set_memory(error);
        ok = ok && read_whole(path, names[i], &data, &size, error) &&
             manifest_parse(form, names[i], data, size, arena, manifest, error);
        free(data);
    }
    return ok;
}
