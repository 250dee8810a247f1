/* file_source.h — the files of a folder as a source: what describing finds, planning and reading
 * use.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_FILE_SOURCE_H
#define NOVATE_EXTRACT_FILE_SOURCE_H

#include "cells.h"
#include "driver.h"
#include "file_input.h"
#include "file_scan.h"
#include "fixed_fields.h"
#include "manifest.h"

#include <pthread.h>

struct stat;

/* What tells whether a file is still the one that was described. */
struct file_stamp {
    uint64_t device;
    uint64_t inode;
    uint64_t size;
    int64_t modified_s;
    int64_t modified_ns;
};

struct file_entry {
    const char *name; /* relative to the source's folder */
    const char *path;
    struct file_stamp stamp; /* when it was described */
    struct file_manner manner;
    int *columns;         /* field of the file → column of the relation */
    uint64_t data_offset; /* of the first byte after byte order mark and header */
    uint64_t data_line;
    char data_previous; /* the byte before it: the line feed behind CR is no line of its own */
    const struct statement *statements; /* what manifests state of it */
    int statement_count;
    /* The hash of its bytes, once some thread has computed it. */
    pthread_mutex_t mutex;
    bool hash_known;
    struct hash hash;
    /* What planning found, for relation_files(). */
    bool rows_known;
    uint64_t rows;
    char sha256[CHECKSUM_HEX_SIZE];
    char stated_kind_hash[CHECKSUM_HEX_SIZE]; /* of the kind that is stated; "": none is */
};

struct file_detail {
    char delimiter;
    int quote; /* or FILE_SCAN_NO_QUOTE */
    struct text null_text;
    struct decoder decoder;        /* of the header, and of columns that say nothing else */
    const struct text_care *cares; /* by column of the relation */
    size_t record_bytes_max;
    const struct zone *zone;
    const struct date_formats **dates; /* by column of the relation; NULL: none */
    const struct fixed_layout *fixed;  /* NULL: fields are delimited */
    struct file_entry *files;          /* sorted by name */
    int file_count;
    struct manifest manifest;         /* sorted by name of the file */
    const char *manifest_pattern;     /* NULL: none is asked for */
    const struct statement **missing; /* stated, matching the relation's pattern, not there */
    int missing_count;
};

/* What planning found out about a file. */
struct file_content {
    struct hash hash;
    uint64_t rows;
    char sha256[CHECKSUM_HEX_SIZE];
    char stated_kind_hash[CHECKSUM_HEX_SIZE];
};

/* Opens a file of the relation and makes sure that it is the one that was described. */
bool file_entry_open(const struct file_entry *entry, int *fd, struct error *error) NODISCARD;
/* Begins to read it from `range->begin` to `range->end`; see file_input_begin(). */
bool file_entry_begin(const struct file_entry *entry,
                      int fd,
                      const struct file_range *range,
                      struct hash_stream *hash,
                      struct file_input *input,
                      struct error *error) NODISCARD;
/* ERROR_STATE when it is not any more. */
bool file_entry_check(const struct file_entry *entry, int fd, struct error *error) NODISCARD;
struct file_stamp file_stamp_of(const struct stat *status);
/* ERROR_STATE unless the bytes of the file have this hash; they are read once per process. */
bool file_entry_verify(struct file_entry *entry,
                       int fd,
                       struct hash expected,
                       struct error *error) NODISCARD;
/* The file of that name; NULL: there is none. */
struct file_entry *file_entry_find(const struct file_detail *detail, const char *name);
/* The hash of files `first` to `last`, with their names; all have been published. */
bool file_group_hash(struct file_entry *first,
                     struct file_entry *last,
                     struct hash *hash,
                     struct error *error) NODISCARD;
/* As file_entry_verify(), of several. */
bool file_group_verify(struct file_entry *first,
                       struct file_entry *last,
                       struct hash expected,
                       struct error *error) NODISCARD;
void file_entry_publish(struct file_entry *entry, struct hash hash);
/* As file_entry_publish(), with all that a pass over the file found. */
void file_entry_publish_content(struct file_entry *entry, const struct file_content *content);
/* Reads the manifests, and gives each file of the relation what they state of it. */
bool file_statements_read(const struct plan_source *settings,
                          const char *pattern,
                          struct file_detail *detail,
                          struct arena *arena,
                          struct error *error) NODISCARD;

bool file_describe(void *state,
                   struct relation *relation,
                   struct arena *arena,
                   struct problems *problems,
                   struct error *error) NODISCARD;
/* Files of `folder` that match, sorted by name. */
bool file_glob(const char *folder,
               const char *pattern,
               struct arena *arena,
               const char *const **names,
               int *count,
               struct error *error) NODISCARD;
bool file_plan(void *state,
               const struct relation *relation,
               const struct chunk_plan_options *options,
               struct arena *arena,
               struct chunk_list *chunks,
               struct error *error) NODISCARD;
bool file_cursor_open(void *state,
                      const struct relation *relation,
                      const int *columns,
                      const struct schema *schema,
                      struct pace *pace,
                      void **cursor,
                      struct error *error) NODISCARD;
bool file_cursor_begin(void *cursor, const struct chunk *chunk, struct error *error) NODISCARD;
bool file_cursor_next(void *cursor,
                      struct batch *batch,
                      bool *ended,
                      struct error *error) NODISCARD;
void file_cursor_close(void *cursor);

/* State of the driver. */
struct file_source {
    const struct plan_source *settings;
};

#endif
