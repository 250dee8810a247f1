/* source_file.h — the files of a relation: what was found, what the supplier states of them, and
 * where the two do not agree.
 *
 * Before planning only names and sizes are known; planning reads every byte, and then records and
 * checksums are, too. What does not agree is no error here: whoever asks decides. The texts live in
 * the arena given to relation_files() or in that of the relation.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_SOURCE_FILE_H
#define NOVATE_SOURCE_FILE_H

#include "novate/arena.h"
#include "novate/error.h"
#include "novate/text.h"

#include <stdbool.h>
#include <stdint.h>

struct relation;

struct source_file {
    const char *name; /* relative to the source's folder */
    bool missing;     /* stated, and not there: the next five are not known */
    bool read;        /* was planned: records and checksums are known */
    uint64_t bytes;
    uint64_t rows;
    const char *sha256;   /* hexadecimal digits */
    const char *manifest; /* name of the one that states it; NULL: none does */
    bool rows_stated;
    bool bytes_stated;
    uint64_t stated_rows; /* records, without the header */
    uint64_t stated_bytes;
    const char *stated_hash; /* NULL: none is */
    const char *hash_kind;   /* of it: "SHA-256" */
    const char *remarks;     /* what else the manifest says of it; or NULL */
    const char *same_as;     /* another file of the relation with the same records; or NULL */
    const char *fault;       /* the first thing that does not agree; or NULL */
};

struct source_files {
    const struct source_file *items; /* sorted by name; those that are missing at the end */
    int count;
    const char *manifest;      /* pattern of the manifests; NULL: the plan asks for none */
    int manifest_count;        /* manifests that were found */
    const char *const *faults; /* all of them, sentences without full stop */
    int fault_count;
    const char *const *warnings; /* files that nobody states, where nobody has to */
    int warning_count;
};

/* Nothing of a table or query. From any thread. */
bool relation_files(const struct relation *relation,
                    struct arena *arena,
                    struct source_files *files,
                    struct error *error) NODISCARD;

/* One as a JSON object, as reports have it (verify/README.md). */
void source_file_json(const struct source_file *file, struct text_buffer *out);

#endif
