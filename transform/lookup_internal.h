/* lookup_internal.h — how a lookup is kept: records in blocks, and an open-addressing table of
 * references to them.
 *
 *     record   key_size, line or final, the size of each value, the period where there are some,
 * the key's bytes, the values' bytes, padding to 8 slot     32 bits of the key's hash, 32 bits of
 * reference; 8 bytes, at most 3 of 4 used key      one column: its canonical text; several: size
 * and text of each
 *
 * A reference is a block's number and an offset in it, counted in 8 bytes: half of a pointer, and
 * room for 32 GB. An entry of short codes takes some 60 bytes in all, slots included. A slot's
 * place follows from the first bits of the hash that it keeps: a table grows in one pass over its
 * slots, without a look at the records.
 *
 * With periods the slot refers to the record of the key that begins last, and each record to the
 * one before.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_LOOKUP_INTERNAL_H
#define TRANSFORM_LOOKUP_INTERNAL_H

#include "lookup_store.h"
#include "lookup_table.h"

#include "novate/limits.h"

#include <stdint.h>

#define RECORD_UNIT_BYTES 8
#define BLOCK_UNIT_BITS   17
#define BLOCK_BYTES_MAX   ((size_t)RECORD_UNIT_BYTES << BLOCK_UNIT_BITS)
#define BLOCK_COUNT_MAX   ((size_t)1 << (32 - BLOCK_UNIT_BITS))

#define VALUE_IS_NULL UINT32_MAX

/* References that are none. 0 is the head of the first block, which holds no record. */
#define REFERENCE_NONE    0u
#define REFERENCE_CYCLE   UINT32_MAX
#define REFERENCE_ON_PATH (UINT32_MAX - 1)

struct record {
    uint32_t key_size;
    union {
        uint32_t line;  /* while filling: of the source, for messages */
        uint32_t final; /* sealed, with chase: the record at the end of the chain */
    };
    uint32_t value_sizes[]; /* value_count of them */
};

/* Units of the period's columns: days or microseconds. NULLs are the ends of int64_t, where the
 * infinities are too. */
struct period {
    int64_t begin;   /* it holds from here on … */
    int64_t end;     /* … until before here; INT64_MAX: for ever */
    uint32_t before; /* the record of the same key that begins before; or REFERENCE_NONE */
    uint32_t padding;
};

struct block {
    char *bytes;
    size_t used;
    size_t capacity;
};

struct slot {
    uint32_t tag;
    uint32_t reference;
};

struct lookup {
    const struct lookup_spec *spec;
    const struct schema *schema;
    struct arena *arena;
    struct lookup_store store;
    int key_count;
    int value_count;
    bool numeric[LIMIT_KEY_COLUMNS];
    bool bound;                   /* by an expression that asks it */
    bool chase;                   /* resolved: lookup_find() goes to the end of chains */
    bool periods;                 /* entries hold for a time */
    bool has_lines;               /* of a file, for messages; otherwise rows are counted */
    size_t header_size;           /* of a record: what stands before its key */
    struct lookup_misses *misses; /* gets the keys that have no entry; or NULL */
    uint64_t rows;
    uint64_t count;
    struct block *blocks;
    size_t block_count;
    size_t block_capacity;
    struct slot *slots;
    size_t slot_count; /* 0 or a power of two */
    int slot_shift;    /* of the 32 bits of the hash that a slot keeps, for its place */
    uint32_t *sizes;   /* scratch of lookup_fill(): value_count of them */
    bool *asked;       /* set when an entry is looked for; NULL: nobody wants to know */
};

/* A row that is to become a record. */
struct entry {
    const struct text *key;      /* canonical, key_count of them */
    const uint32_t *value_sizes; /* value_count of them */
    struct text values;          /* one after the other */
    uint32_t line;
    int64_t begin, end; /* of the period, where there are some */
};

struct record *lookup_record(const struct lookup *lookup, uint32_t reference);
struct text record_value(const struct lookup *lookup, const struct record *record, int column);
struct period *record_period(const struct lookup *lookup, struct record *record);
bool record_same_values(const struct lookup *lookup,
                        const struct record *a,
                        const struct record *b);
/* REFERENCE_NONE when there is none. */
uint32_t lookup_reference(const struct lookup *lookup, const struct text *key);

/* Adds an entry, or finds the one of the same key: `*other` is then that record and the same tells
 * whether its values are those of `entry`; NULL when the entry is new. With periods every entry is
 * added; lookup_seal_periods() sees to the rest. */
bool lookup_insert(struct lookup *lookup,
                   const struct entry *entry,
                   const struct record **other,
                   bool *same,
                   struct error *error) NODISCARD;

/* Every record in the order of insertion: begins with `*reference` REFERENCE_NONE; false after the
 * last one. */
bool lookup_next(const struct lookup *lookup, uint32_t *reference);

/* lookup_period.c: puts the records of each key in order, joins those of equal values that overlap,
 * and says where others do. */
void lookup_seal_periods(struct lookup *lookup, struct problems *problems);
/* Problems past the limit are only counted: a million bad rows must not cost a million messages. */
bool lookup_problems_full(struct problems *problems, enum problem_severity severity);

/* The canonical form of a text that is a number; false when it is none. */
bool lookup_number_key(struct text number, char buffer[LOOKUP_KEY_BYTES], struct text *key);

#endif
