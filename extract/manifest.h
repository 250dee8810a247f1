/* manifest.h — what a supplier states of the files that were handed over.
 *
 * A table has a line per file, with its name and its records, bytes or hash in columns that the
 * plan names; a file of checksums is what md5sum, sha256sum (or their kin with --tag) write. A
 * manifest that is not well formed is not believed in part: the first line that cannot be read is
 * an error.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_MANIFEST_H
#define NOVATE_EXTRACT_MANIFEST_H

#include "novate/arena.h"
#include "novate/checksum.h"
#include "novate/error.h"
#include "novate/plan.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One line of a manifest. */
struct statement {
    const char *name; /* of the file, relative to the source's folder */
    const char *manifest;
    uint64_t line; /* of the manifest */
    bool rows_given;
    bool bytes_given;
    uint64_t rows; /* records, without the header */
    uint64_t bytes;
    const char *hash; /* hexadecimal digits in lower case, or NULL */
    enum checksum_kind kind;
    const char *remarks; /* "EXTRACT_RANGE_START_DT: 08/06/2008; …": what else it says; or NULL */
};

struct manifest {
    struct statement *statements;
    int count;
    int capacity;
    int file_count; /* manifests that were read */
};

/* Adds the statements of one manifest, which has these bytes. `name` is its name relative to the
 * source's folder: files are named relative to where it lies. ERROR_SOURCE with the line. */
bool manifest_parse(const struct plan_manifest *form,
                    const char *name,
                    const char *data,
                    size_t size,
                    struct arena *arena,
                    struct manifest *manifest,
                    struct error *error) NODISCARD;

/* All manifests of a folder, sorted by name. `pattern` is relative to the folder. */
bool manifest_read(const struct plan_manifest *form,
                   const char *folder,
                   const char *pattern,
                   struct arena *arena,
                   struct manifest *manifest,
                   struct error *error) NODISCARD;

/* Beside manifest_parse(): room for one more statement, NULL with the error set. */
struct statement *manifest_push(struct manifest *manifest,
                                struct arena *arena,
                                struct error *error);
/* The path of a file that a manifest states, from its name there. */
const char *manifest_path(const char *manifest, struct text name, struct arena *arena);
/* "manifest "X", line 3: …" */
bool manifest_error(const char *name, uint64_t line, const char *reason, struct error *error) COLD;
bool manifest_parse_table(const struct plan_manifest *form,
                          const char *name,
                          const char *data,
                          size_t size,
                          struct arena *arena,
                          struct manifest *manifest,
                          struct error *error) NODISCARD;
bool manifest_parse_checksums(const char *name,
                              const char *data,
                              size_t size,
                              struct arena *arena,
                              struct manifest *manifest,
                              struct error *error) NODISCARD;
/* Hexadecimal digits of a known length into lower case; NULL without error: they are none. */
const char *manifest_hash(struct text digits, enum checksum_kind *kind, struct arena *arena);

#endif
