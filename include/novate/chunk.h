/* chunk.h — the unit of work, of checkpoint and of resume: a key range, a byte range of a file,
 * several small files, or a whole relation.
 *
 * The chunks of an entity partition it: whatever record is read later belongs to exactly one of
 * them. Key ranges are (lower, upper], open at both ends of the whole; key values are texts as the
 * source gave them, compared by the source itself, in its own collation. Rows whose key is NULL
 * have a chunk of their own. A chunk's identity covers the digests of its mapping and plan and its
 * bounds.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_CHUNK_H
#define NOVATE_CHUNK_H

#include "novate/arena.h"
#include "novate/error.h"
#include "novate/hash.h"
#include "novate/text.h"

#include <stdbool.h>
#include <stdint.h>

enum chunk_kind {
    CHUNK_WHOLE, /* a relation without a key */
    CHUNK_KEY_RANGE,
    CHUNK_KEY_NULL, /* the rows of which a key column is NULL */
    CHUNK_KEY_ONE,  /* the rows of one key, `upper`; never planned: part of another chunk */
    CHUNK_FILE_RANGE,
};

struct chunk {
    enum chunk_kind kind;
    int ordinal;            /* 0-based, within the entity */
    char id[HASH_HEX_SIZE]; /* set by chunk_identify() */
    int key_count;
    const char **lower;     /* key_count texts, exclusive; NULL: open */
    const char **upper;     /* key_count texts, inclusive; NULL: open */
    const char *file;       /* name relative to the source's folder */
    const char *last_file;  /* of several whole ones that follow each other by name; or NULL */
    uint64_t offset;        /* of the first record */
    uint64_t size;          /* bytes; whole records */
    uint64_t first_line;    /* physical, 1-based */
    struct hash file_hash;  /* of the whole file, or of all: a changed file is another chunk */
    uint64_t rows_estimate; /* exact for files; 0: not known */
    const char *files;      /* JSON array of the files that begin with it, as reports have them
                               (source_file.h); NULL: none. No part of its identity */
};

struct chunk_list {
    struct chunk *items;
    int count;
};

/* Sets `id` from the digests of mapping and plan, entity, ordinal, kind and bounds (not
 * rows_estimate and files). */
bool chunk_identify(struct chunk *chunk,
                    const char *entity,
                    struct hash mapping,
                    struct hash plan,
                    struct error *error) NODISCARD;
/* Everything but `id` as one JSON object, and back; the arena owns what is read. */
void chunk_json(const struct chunk *chunk, struct text_buffer *out);
bool chunk_from_json(const char *json,
                     struct arena *arena,
                     struct chunk *chunk,
                     struct error *error) NODISCARD;

/* The rows of a key, given as batch_key_json() writes it, as part of the chunk `ordinal`. `*found`
 * false: it is not one of `key_count` texts, and cannot be asked for. */
bool chunk_of_key(const char *key,
                  int key_count,
                  int ordinal,
                  struct arena *arena,
                  struct chunk *chunk,
                  bool *found,
                  struct error *error) NODISCARD;

/* Hands out chunks to readers, each once. Thread-safe. */
struct chunk_supply {
    void *state;
    bool (*next)(void *state, const struct chunk **chunk); /* false: no more, or stopping */
};

#endif
