/* file_check.c — the files that are there against what the supplier states of them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "file_source.h"

#include "novate/source_file.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Digits of a hash that a message shows; the report has all. */
#define HASH_SHOWN 16

struct texts {
    const char **items;
    int count;
    int capacity;
};

struct comparison {
    const struct relation *relation;
    const struct file_detail *detail;
    struct source_file *files;
    int count;
    struct texts faults;
    struct texts warnings;
    struct arena *arena;
    struct error *error;
};

static bool texts_push(struct comparison *at, struct texts *texts, const char *text)
{
    if (text == NULL) {
        return error_set_memory(at->error);
    }
    if (texts->count == texts->capacity) {
        int capacity = texts->capacity == 0 ? 16 : texts->capacity * 2;
        const char **grown = ARENA_ARRAY(at->arena, const char *, (size_t)capacity);
        if (grown == NULL) {
            return error_set_memory(at->error);
        }
        if (texts->count > 0) {
            memcpy(grown, texts->items, (size_t)texts->count * sizeof *grown);
        }
        texts->items = grown;
        texts->capacity = capacity;
    }
    texts->items[texts->count++] = text;
    return true;
}

static bool fault(struct comparison *at, struct source_file *file, const char *text)
{
    file->fault = file->fault == NULL ? text : file->fault;
    return texts_push(at, &at->faults, text);
}

static bool compare_rows(struct comparison *at, struct source_file *file)
{
    if (!file->read || !file->rows_stated || file->rows == file->stated_rows) {
        return true;
    }
    return fault(
        at,
        file,
        arena_format(at->arena,
                     "file \"%s\" %s: \"%s\" states %" PRIu64 " records, it has %" PRIu64,
                     file->name,
                     file->rows < file->stated_rows ? "is short" : "has more than was stated",
                     file->manifest,
                     file->stated_rows,
                     file->rows));
}

static bool compare_bytes(struct comparison *at, struct source_file *file)
{
    if (!file->bytes_stated || file->bytes == file->stated_bytes) {
        return true;
    }
    return fault(at,
                 file,
                 arena_format(at->arena,
                              "file \"%s\" %s: \"%s\" states %" PRIu64 " bytes, it has %" PRIu64,
                              file->name,
                              file->bytes < file->stated_bytes ? "is short" : "is altered",
                              file->manifest,
                              file->stated_bytes,
                              file->bytes));
}

static bool compare_hash(struct comparison *at, struct source_file *file, const char *found)
{
    if (!file->read || file->stated_hash == NULL || strcmp(found, file->stated_hash) == 0) {
        return true;
    }
    return fault(at,
                 file,
                 arena_format(at->arena,
                              "file \"%s\" is altered: \"%s\" states %s %.*s…, it has %.*s…",
                              file->name,
                              file->manifest,
                              file->hash_kind,
                              HASH_SHOWN,
                              file->stated_hash,
                              HASH_SHOWN,
                              found));
}

static bool same_statement(const struct statement *one, const struct statement *other)
{
    bool same_hash = one->hash == NULL || other->hash == NULL ? one->hash == other->hash
                                                              : strcmp(one->hash, other->hash) == 0;
    return same_hash && one->rows_given == other->rows_given && one->rows == other->rows &&
           one->bytes_given == other->bytes_given && one->bytes == other->bytes;
}

static bool compare_statements(struct comparison *at,
                               struct source_file *file,
                               const struct statement *first,
                               int count)
{
    for (int i = 1; i < count; i++) {
        if (!same_statement(first, first + i)) {
            return fault(at,
                         file,
                         arena_format(at->arena,
                                      "file \"%s\" is stated twice and not alike: \"%s\" line "
                                      "%" PRIu64 ", \"%s\" line %" PRIu64,
                                      file->name,
                                      first->manifest,
                                      first->line,
                                      first[i].manifest,
                                      first[i].line));
        }
    }
    return true;
}

static void take_statement(struct source_file *file, const struct statement *statement)
{
    file->manifest = statement->manifest;
    file->rows_stated = statement->rows_given;
    file->stated_rows = statement->rows;
    file->bytes_stated = statement->bytes_given;
    file->stated_bytes = statement->bytes;
    file->stated_hash = statement->hash;
    file->hash_kind = statement->hash != NULL ? checksum_kind_text(statement->kind) : NULL;
    file->remarks = statement->remarks;
}

/* Where no manifest is there at all, that is said once. */
static bool unstated(struct comparison *at, struct source_file *file)
{
    if (at->detail->manifest.file_count == 0) {
        return true;
    }
    const char *text = arena_format(at->arena,
                                    "file \"%s\" is not stated by any manifest (\"%s\")",
                                    file->name,
                                    at->detail->manifest_pattern);
    return at->relation->settings->manifest.required ? fault(at, file, text)
                                                     : texts_push(at, &at->warnings, text);
}

static bool compare_file(struct comparison *at, int index)
{
    struct file_entry *entry = &at->detail->files[index];
    struct source_file *file = &at->files[index];
    char *hash = NULL;
    *file = (struct source_file){.name = entry->name, .bytes = entry->stamp.size};
    (void)pthread_mutex_lock(&entry->mutex);
    file->read = entry->rows_known;
    file->rows = entry->rows;
    if (file->read) {
        file->sha256 = arena_string(at->arena, entry->sha256);
        hash = arena_string(at->arena, entry->stated_kind_hash);
    }
    (void)pthread_mutex_unlock(&entry->mutex);
    if (file->read && (file->sha256 == NULL || hash == NULL)) {
        return error_set_memory(at->error);
    }
    if (entry->statement_count == 0) {
        return unstated(at, file);
    }
    take_statement(file, entry->statements);
    return compare_statements(at, file, entry->statements, entry->statement_count) &&
           compare_bytes(at, file) && compare_rows(at, file) && compare_hash(at, file, hash);
}

static int compare_content(const void *left, const void *right)
{
    const struct source_file *a = *(struct source_file *const *)left;
    const struct source_file *b = *(struct source_file *const *)right;
    int order = strcmp(a->sha256, b->sha256);
    return order != 0 ? order : strcmp(a->name, b->name);
}

/* The same records under two names: delivered twice. Files without records are all alike. */
static bool find_twins(struct comparison *at)
{
    struct source_file **sorted =
        ARENA_ARRAY(at->arena, struct source_file *, (size_t)at->count + 1);
    int count = 0;
    if (sorted == NULL) {
        return error_set_memory(at->error);
    }
    for (int i = 0; i < at->count; i++) {
        if (at->files[i].read && at->files[i].rows > 0) {
            sorted[count++] = &at->files[i];
        }
    }
    if (count > 1) {
        qsort(sorted, (size_t)count, sizeof(struct source_file *), compare_content);
    }
    for (int i = 1; i < count; i++) {
        struct source_file *file = sorted[i];
        const struct source_file *before = sorted[i - 1];
        if (strcmp(file->sha256, before->sha256) != 0) {
            continue;
        }
        file->same_as = before->same_as != NULL ? before->same_as : before->name;
        if (at->relation->settings->manifest.form != MANIFEST_NONE &&
            !fault(at,
                   file,
                   arena_format(at->arena,
                                "file \"%s\" is there twice: \"%s\" has the same content",
                                file->name,
                                file->same_as))) {
            return false;
        }
    }
    return true;
}

static bool add_missing(struct comparison *at)
{
    const struct file_detail *detail = at->detail;
    for (int i = 0; i < detail->missing_count; i++) {
        struct source_file *file = &at->files[at->count];
        *file = (struct source_file){.name = detail->missing[i]->name, .missing = true};
        take_statement(file, detail->missing[i]);
        at->count++;
        if (!fault(at,
                   file,
                   arena_format(at->arena,
                                "file \"%s\" is missing: \"%s\" states it",
                                file->name,
                                file->manifest))) {
            return false;
        }
    }
    return true;
}

static bool compare_all(struct comparison *at)
{
    const struct plan_manifest *manifest = &at->relation->settings->manifest;
    const struct file_detail *detail = at->detail;
    at->files = ARENA_ARRAY(
        at->arena, struct source_file, (size_t)(detail->file_count + detail->missing_count) + 1);
    if (at->files == NULL) {
        return error_set_memory(at->error);
    }
    if (manifest->required && detail->manifest.file_count == 0 &&
        !texts_push(at,
                    &at->faults,
                    arena_format(at->arena,
                                 "no manifest is there: nothing in \"%s\" matches \"%s\"",
                                 at->relation->settings->csv,
                                 detail->manifest_pattern))) {
        return false;
    }
    for (int i = 0; i < detail->file_count; i++) {
        if (!compare_file(at, i)) {
            return false;
        }
    }
    at->count = detail->file_count;
    return find_twins(at) && add_missing(at);
}

bool relation_files(const struct relation *relation,
                    struct arena *arena,
                    struct source_files *files,
                    struct error *error)
{
    *files = (struct source_files){.count = 0};
    if (relation->driver != &file_driver) {
        return true;
    }
    struct comparison at = {
        .relation = relation, .detail = relation->detail, .arena = arena, .error = error};
    if (!compare_all(&at)) {
        return false;
    }
    *files = (struct source_files){.items = at.files,
                                   .count = at.count,
                                   .manifest = at.detail->manifest_pattern,
                                   .manifest_count = at.detail->manifest.file_count,
                                   .faults = at.faults.items,
                                   .fault_count = at.faults.count,
                                   .warnings = at.warnings.items,
                                   .warning_count = at.warnings.count};
    return true;
}
