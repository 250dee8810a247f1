/* file_source.c — the folder, and whether its files are still what they were.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "file_source.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HASH_PIECE_BYTES ((size_t)1 << 20)

static bool file_source_open(const struct plan_source *settings, void **state, struct error *error)
{
    DIR *directory = opendir(settings->csv);
    if (directory == NULL) {
        (void)error_set_system(
            error, ERROR_SOURCE_CONNECT, errno, "cannot open folder \"%s\"", settings->csv);
        return error_hint(
            error, "Source \"%s\" of the plan names it under \"csv\".", settings->name);
    }
    (void)closedir(directory);
    struct file_source *source = calloc(1, sizeof *source);
    if (source == NULL) {
        return error_set_memory(error);
    }
    source->settings = settings;
    *state = source;
    return true;
}

static void file_source_close(void *state)
{
    free(state);
}

const struct source_driver file_driver = {
    .name = "files",
    .positions = true,
    .open = file_source_open,
    .close = file_source_close,
    .describe = file_describe,
    .plan = file_plan,
    .cursor_open = file_cursor_open,
    .cursor_begin = file_cursor_begin,
    .cursor_next = file_cursor_next,
    .cursor_close = file_cursor_close,
};

static int compare_names(const void *a, const void *b)
{
    const char *const *left = a;
    const char *const *right = b;
    return strcmp(*left, *right);
}

/* The names in one directory that match; `prefix` ("2008/") is put before each. */
static bool glob_directory(DIR *directory,
                           const char *prefix,
                           const char *pattern,
                           struct arena *arena,
                           const char ***names,
                           int *count,
                           struct error *error)
{
    int capacity = 0;
    for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        if (fnmatch(pattern, entry->d_name, FNM_PERIOD) != 0) {
            continue;
        }
        if (*count == capacity) {
            capacity = capacity == 0 ? 16 : capacity * 2;
            const char **grown = ARENA_ARRAY(arena, const char *, (size_t)capacity);
            if (grown == NULL) {
                return error_set_memory(error);
            }
            if (*count > 0) {
                memcpy(grown, *names, (size_t)*count * sizeof *grown);
            }
            *names = grown;
        }
        const char *name = arena_format(arena, "%s%s", prefix, entry->d_name);
        if (name == NULL) {
            return error_set_memory(error);
        }
        (*names)[(*count)++] = name;
    }
    if (*count > 1) {
        qsort(*names, (size_t)*count, sizeof **names, compare_names);
    }
    return true;
}

bool file_glob(const char *folder,
               const char *pattern,
               struct arena *arena,
               const char *const **names,
               int *count,
               struct error *error)
{
    const char *slash = strrchr(pattern, '/');
    size_t prefix_size = slash == NULL ? 0 : (size_t)(slash - pattern) + 1;
    const char *prefix = arena_copy(arena, pattern, prefix_size);
    const char *path = prefix == NULL ? NULL : arena_format(arena, "%s/%s", folder, prefix);
    const char **found = NULL;
    *names = NULL;
    *count = 0;
    if (path == NULL) {
        return error_set_memory(error);
    }
    DIR *directory = opendir(path);
    if (directory == NULL && (errno == ENOENT || errno == ENOTDIR)) {
        return true;
    }
    if (directory == NULL) {
        return error_set_system(error, ERROR_SOURCE, errno, "cannot open folder \"%s\"", path);
    }
    bool ok = glob_directory(directory, prefix, pattern + prefix_size, arena, &found, count, error);
    (void)closedir(directory);
    *names = found;
    return ok;
}

bool source_has_files(const struct plan_source *settings,
                      const struct relation_spec *spec,
                      struct arena *arena,
                      bool *there,
                      struct error *error)
{
    const char *const *names = NULL;
    int count = 0;
    if (!file_glob(settings->csv, spec->file, arena, &names, &count, error)) {
        return false;
    }
    *there = count > 0;
    return true;
}

struct file_stamp file_stamp_of(const struct stat *status)
{
    return (struct file_stamp){.device = (uint64_t)status->st_dev,
                               .inode = (uint64_t)status->st_ino,
                               .size = (uint64_t)status->st_size,
                               .modified_s = status->st_mtim.tv_sec,
                               .modified_ns = status->st_mtim.tv_nsec};
}

static bool restart_hint(struct error *error)
{
    return error_hint(error,
                      "Put the file back as it was, or start again with --restart if the new one "
                      "is to be carried.");
}

static bool changed(const struct file_entry *entry, struct error *error)
{
    (void)error_set(error, ERROR_STATE, "file \"%s\" has changed", entry->name);
    (void)error_detail(error, "It is not the file that the chunks were planned from.");
    return restart_hint(error);
}

static bool group_changed(const struct file_entry *first,
                          const struct file_entry *last,
                          struct error *error)
{
    (void)error_set(error,
                    ERROR_STATE,
                    "one of the files \"%s\" to \"%s\" has changed",
                    first->name,
                    last->name);
    (void)error_detail(error, "They are not the files that the chunks were planned from.");
    return restart_hint(error);
}

bool file_entry_check(const struct file_entry *entry, int fd, struct error *error)
{
    struct stat status;
    if (fstat(fd, &status) != 0) {
        return error_set_system(error, ERROR_SOURCE, errno, "cannot read file \"%s\"", entry->name);
    }
    struct file_stamp now = file_stamp_of(&status);
    const struct file_stamp *then = &entry->stamp;
    bool same = now.device == then->device && now.inode == then->inode && now.size == then->size &&
                now.modified_s == then->modified_s && now.modified_ns == then->modified_ns;
    return same || changed(entry, error);
}

bool file_entry_open(const struct file_entry *entry, int *fd, struct error *error)
{
    int opened = open(entry->path, O_RDONLY | O_CLOEXEC);
    if (opened < 0) {
        return error_set_system(error, ERROR_SOURCE, errno, "cannot open file \"%s\"", entry->name);
    }
    if (!file_entry_check(entry, opened, error)) {
        (void)close(opened);
        return false;
    }
    *fd = opened;
    return true;
}

bool file_entry_begin(const struct file_entry *entry,
                      int fd,
                      const struct file_range *range,
                      struct hash_stream *hash,
                      struct file_input *input,
                      struct error *error)
{
    struct file_range whole = *range;
    if (entry->manner.packing != FILE_PACKING_NONE) {
        whole.end = FILE_INPUT_TO_END;
    }
    return file_input_begin(input, entry->name, fd, &entry->manner, &whole, hash, error);
}

void file_entry_publish(struct file_entry *entry, struct hash hash)
{
    (void)pthread_mutex_lock(&entry->mutex);
    entry->hash = hash;
    entry->hash_known = true;
    (void)pthread_mutex_unlock(&entry->mutex);
}

void file_entry_publish_content(struct file_entry *entry, const struct file_content *content)
{
    (void)pthread_mutex_lock(&entry->mutex);
    entry->hash = content->hash;
    entry->hash_known = true;
    entry->rows = content->rows;
    entry->rows_known = true;
    memcpy(entry->sha256, content->sha256, sizeof entry->sha256);
    memcpy(entry->stated_kind_hash, content->stated_kind_hash, sizeof entry->stated_kind_hash);
    (void)pthread_mutex_unlock(&entry->mutex);
}

static bool hash_file(const struct file_entry *entry,
                      int fd,
                      struct hash *hash,
                      struct error *error)
{
    char *piece = malloc(HASH_PIECE_BYTES);
    struct hash_stream stream = {0};
    if (piece == NULL) {
        return error_set_memory(error);
    }
    bool ok = hash_stream_open(&stream, error);
    size_t got = HASH_PIECE_BYTES;
    for (uint64_t offset = 0; ok && got == HASH_PIECE_BYTES; offset += got) {
        ok = file_read_at(fd, entry->name, piece, HASH_PIECE_BYTES, offset, &got, error);
        hash_stream_push(&stream, piece, ok ? got : 0);
    }
    if (ok) {
        *hash = hash_stream_value(&stream);
    }
    hash_stream_close(&stream);
    free(piece);
    return ok;
}

/* The hash of the file, which is read unless that is known. */
static bool entry_hash(struct file_entry *entry, int fd, struct hash *hash, struct error *error)
{
    (void)pthread_mutex_lock(&entry->mutex);
    bool known = entry->hash_known;
    *hash = entry->hash;
    (void)pthread_mutex_unlock(&entry->mutex);
    if (known) {
        return true;
    }
    int opened = fd;
    if (fd < 0 && !file_entry_open(entry, &opened, error)) {
        return false;
    }
    bool ok = hash_file(entry, opened, hash, error);
    if (fd < 0) {
        (void)close(opened);
    }
    if (ok) {
        file_entry_publish(entry, *hash);
    }
    return ok;
}

bool file_entry_verify(struct file_entry *entry, int fd, struct hash expected, struct error *error)
{
    struct hash hash = {0};
    return entry_hash(entry, fd, &hash, error) &&
           (hash_equal(hash, expected) || changed(entry, error));
}

static int compare_name(const void *name, const void *entry)
{
    const struct file_entry *file = entry;
    return strcmp(name, file->name);
}

struct file_entry *file_entry_find(const struct file_detail *detail, const char *name)
{
    return bsearch(
        name, detail->files, (size_t)detail->file_count, sizeof *detail->files, compare_name);
}

bool file_group_hash(struct file_entry *first,
                     struct file_entry *last,
                     struct hash *hash,
                     struct error *error)
{
    struct hash_stream stream = {0};
    if (!hash_stream_open(&stream, error)) {
        return false;
    }
    for (struct file_entry *entry = first; entry <= last; entry++) {
        char hex[HASH_HEX_SIZE];
        (void)pthread_mutex_lock(&entry->mutex);
        hash_hex(entry->hash, hex);
        (void)pthread_mutex_unlock(&entry->mutex);
        hash_stream_field(&stream, text_of(entry->name));
        hash_stream_field(&stream, text_of(hex));
    }
    *hash = hash_stream_value(&stream);
    hash_stream_close(&stream);
    return true;
}

bool file_group_verify(struct file_entry *first,
                       struct file_entry *last,
                       struct hash expected,
                       struct error *error)
{
    struct hash hash = {0};
    for (struct file_entry *entry = first; entry <= last; entry++) {
        if (!entry_hash(entry, -1, &hash, error)) {
            return false;
        }
    }
    return file_group_hash(first, last, &hash, error) &&
           (hash_equal(hash, expected) || group_changed(first, last, error));
}
