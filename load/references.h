/* references.h — rows that refer to what is not there by a foreign key that is off.
 *
 *     novate.deferred ──► keys of the table that are off, read where a chunk begins
 *     a piece ──► its distinct keys, without those that were there before ──► one question per key
 *             ──► rows that would be refused, were the key on: absent
 *
 * What a row violates besides, and first, only trying it tells: such rows are left out of their
 * piece's COPY, and judged with the others' constraints (probe.h) or alone (narrow.c). That a row
 * is there stays known, though it may be deleted meanwhile: validating the key finds that, and what
 * cannot be asked (references_queries.c), what refers to the table itself or to one that is filled
 * later. SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_LOAD_REFERENCES_H
#define NOVATE_LOAD_REFERENCES_H

#include "novate/arena.h"
#include "novate/error.h"
#include "novate/hash.h"

#include <stdbool.h>
#include <stdint.h>

struct loader;

enum {
    REFERENCES_PRESENT = -1
};

/* A foreign key that is off. */
struct reference {
    const char *name;
    bool full; /* MATCH FULL */
    int count;
    int *columns;    /* of the batches' schema */
    uint32_t *types; /* oids of the elements of the arrays */
    const char *question;
};

/* A key of the piece that is not known to be there. */
struct reference_key {
    struct hash hash;
    int row; /* the first that has it */
    bool missing;
};

struct references {
    const char *off; /* what is, as it was read last; NULL: nothing */
    struct reference *list;
    int count;
    struct arena arena; /* of these */
    struct arena fixed; /* of the arrays below, made when they are needed */
    struct hash *there; /* keys that are there, each at the place that its hash gives */
    int *places;        /* of the keys of the piece, by hash */
    struct reference_key *keys;
    int key_count;
    int *key_of;     /* of each row; -1: there is nothing to be asked about it */
    int16_t *absent; /* of each row of the piece: number of the reference, or PRESENT */
    int absent_count;
    bool asked;                 /* about the piece: nothing else was done since its savepoint */
    struct text_buffer *arrays; /* one per column, LIMIT_KEY_COLUMNS */
    struct text_buffer key;     /* scratch */
};

void references_init(struct references *references, struct budget *budget);
void references_release(struct references *references);
/* Reads which keys are off; in the chunk's transaction, before its first piece. */
bool references_read(struct loader *loader, struct error *error) NODISCARD;
/* Sets `absent` of the rows of the piece. Nothing of it has been sent. */
bool references_ask(struct loader *loader, struct error *error) NODISCARD;
/* A row that is absent becomes a reject, as its key would have refused it. */
bool references_refuse(struct loader *loader, int row, struct error *error) NODISCARD;

#endif
