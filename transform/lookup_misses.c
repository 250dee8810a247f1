/* lookup_misses.c — counting keys without an entry; the contract is in novate/lookup_misses.h.
 *
 * Keys are told apart by their hashes. A row may ask for the same key in several columns, and
 * columns are computed one after the other for the whole batch: so each row of the batch in hand
 * has a list of the keys that were noted for it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/lookup_misses.h"

#include "lookup_internal.h"

#include "novate/hash.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK_BYTES ((size_t)64 << 10)
#define SLOTS       ((size_t)32768) /* some three times LIMIT_LOOKUP_MISSES, a power of two */
static_assert(SLOTS > (size_t)LIMIT_LOOKUP_MISSES * 2, "searching ends at an empty slot");

/* Bytes of one column of a key that are shown: a code has no more. */
#define SHOWN_BYTES_MAX 40

struct miss {
    uint64_t hash;
    struct lookup_miss shown;
    uint64_t kept; /* of its records */
};

/* A key that was noted for a row. */
struct note {
    uint32_t miss; /* index */
    uint32_t next; /* index + 1 of the next note of the row; 0: none */
};

struct lookup_misses {
    struct arena arena;
    struct miss *items;
    int count;
    uint16_t *slots; /* index + 1; 0: empty */
    bool more;
    uint64_t records;
    uint64_t kept;  /* of them */
    uint32_t *rows; /* of the batch: index + 1 of the first note */
    struct note *notes;
    uint32_t note_count;
    uint32_t note_capacity;
    uint64_t *others; /* of the batch: rows with keys that were not told apart */
};

bool lookup_misses_create(struct budget *budget, struct lookup_misses **misses, struct error *error)
{
    struct arena arena;

    arena_init(&arena, BLOCK_BYTES, budget);
    struct lookup_misses *made = ARENA_NEW(&arena, struct lookup_misses);
    if (made != NULL) {
        made->items = ARENA_ARRAY(&arena, struct miss, LIMIT_LOOKUP_MISSES);
        made->slots = ARENA_ARRAY(&arena, uint16_t, SLOTS);
        made->rows = ARENA_ARRAY(&arena, uint32_t, LIMIT_BATCH_ROWS);
        made->others = ARENA_ARRAY(&arena, uint64_t, validity_words(LIMIT_BATCH_ROWS));
        made->arena = arena; /* from here on it owns what it lies in */
    }
    if (made == NULL || made->items == NULL || made->slots == NULL || made->rows == NULL ||
        made->others == NULL) {
        arena_release(&arena);
        return error_set_memory(error);
    }
    *misses = made;
    return true;
}

void lookup_misses_destroy(struct lookup_misses *misses)
{
    if (misses != NULL) {
        struct arena arena = misses->arena;
        arena_release(&arena);
    }
}

void lookup_watch(struct lookup *lookup, struct lookup_misses *misses)
{
    lookup->misses = misses;
}

bool lookup_is_watched(const struct lookup *lookup)
{
    return lookup->misses != NULL;
}

void lookup_misses_begin(struct lookup_misses *misses)
{
    memset(misses->rows, 0, LIMIT_BATCH_ROWS * sizeof *misses->rows);
    memset(misses->others, 0, validity_words(LIMIT_BATCH_ROWS) * sizeof *misses->others);
    misses->note_count = 0;
}

void lookup_misses_keep(struct lookup_misses *misses)
{
    misses->kept = misses->records;
    for (int i = 0; i < misses->count; i++) {
        misses->items[i].kept = misses->items[i].shown.records;
    }
}

void lookup_misses_take_back(struct lookup_misses *misses)
{
    misses->records = misses->kept;
    for (int i = 0; i < misses->count; i++) {
        misses->items[i].shown.records = misses->items[i].kept;
    }
}

static uint64_t hash_of(const struct text *key, int count)
{
    uint64_t hash = hash_bytes64(key[0].data, key[0].size);

    for (int i = 1; i < count; i++) {
        const uint64_t parts[] = {hash, hash_bytes64(key[i].data, key[i].size)};
        hash = hash_bytes64(parts, sizeof parts);
    }
    return hash;
}

/* One column of a key, without what a terminal would obey. */
static void push_column(const struct vector *vector, int row, struct text_buffer *out)
{
    struct text_buffer text;

    text_buffer_init(&text, LIMIT_FIELD_BYTES);
    vector_format(vector, row, &text);
    size_t size = text.failed ? 0 : text.size;
    if (size > SHOWN_BYTES_MAX) {
        size = SHOWN_BYTES_MAX;
        while (size > 0 && ((unsigned char)text.data[size] & 0xC0) == 0x80) {
            size--;
        }
    }
    for (size_t i = 0; i < size; i++) {
        const unsigned char byte = (unsigned char)text.data[i];
        text.data[i] = byte < ' ' || byte == 0x7F ? '?' : text.data[i];
    }
    text_buffer_literal(out, text_from(text.data, size));
    if (text.failed || size < text.size) {
        text_buffer_string(out, "…");
    }
    text_buffer_release(&text);
}

static const char *show_key(struct lookup_misses *misses,
                            const struct vector *typed,
                            int count,
                            int row)
{
    struct text_buffer out;

    text_buffer_init(&out, LIMIT_FIELD_BYTES);
    text_buffer_string(&out, count > 1 ? "(" : "");
    for (int i = 0; i < count; i++) {
        text_buffer_string(&out, i == 0 ? "" : ", ");
        push_column(&typed[i], row, &out);
    }
    text_buffer_string(&out, count > 1 ? ")" : "");
    const char *shown = out.failed ? NULL : arena_copy(&misses->arena, out.data, out.size);
    text_buffer_release(&out);
    return shown;
}

/* The index of the key; -1: it is new and there is no room; -2: memory ran out. */
static int find_miss(struct lookup_misses *misses,
                     const struct vector *typed,
                     const struct text *key,
                     int count,
                     int row)
{
    const uint64_t hash = hash_of(key, count);
    size_t at = (size_t)hash & (SLOTS - 1);

    for (; misses->slots[at] != 0; at = (at + 1) & (SLOTS - 1)) {
        if (misses->items[misses->slots[at] - 1].hash == hash) {
            return misses->slots[at] - 1;
        }
    }
    if (misses->count == LIMIT_LOOKUP_MISSES) {
        return -1;
    }
    const char *shown = show_key(misses, typed, count, row);
    if (shown == NULL) {
        return -2;
    }
    misses->items[misses->count] = (struct miss){.hash = hash, .shown = {.key = shown}};
    misses->slots[at] = (uint16_t)++misses->count;
    return misses->count - 1;
}

static bool push_note(struct lookup_misses *misses, uint32_t miss, int row)
{
    if (misses->note_count == misses->note_capacity) {
        const uint32_t capacity = misses->note_capacity == 0 ? 1024 : misses->note_capacity * 2;
        struct note *notes = ARENA_ARRAY(&misses->arena, struct note, capacity);
        if (notes == NULL) {
            return false;
        }
        if (misses->note_count > 0) {
            memcpy(notes, misses->notes, misses->note_count * sizeof *notes);
        }
        misses->notes = notes;
        misses->note_capacity = capacity;
    }
    misses->notes[misses->note_count++] = (struct note){.miss = miss, .next = misses->rows[row]};
    misses->rows[row] = misses->note_count;
    return true;
}

bool lookup_note_miss(const struct lookup *lookup,
                      const struct vector *typed,
                      const struct text *key,
                      int key_row,
                      int row)
{
    struct lookup_misses *misses = lookup->misses;
    const int miss = find_miss(misses, typed, key, lookup->key_count, key_row);
    const bool new_row = misses->rows[row] == 0 && !validity_get(misses->others, row);

    if (miss == -2) {
        return false;
    }
    misses->records += new_row;
    if (miss == -1) {
        misses->more = true;
        validity_set(misses->others, row);
        return true;
    }
    for (uint32_t at = misses->rows[row]; at != 0; at = misses->notes[at - 1].next) {
        if (misses->notes[at - 1].miss == (uint32_t)miss) {
            return true;
        }
    }
    misses->items[miss].shown.records++;
    return push_note(misses, (uint32_t)miss, row);
}

static int compare_misses(const void *left, const void *right)
{
    const struct lookup_miss *a = left;
    const struct lookup_miss *b = right;

    return a->records != b->records ? (a->records < b->records) - (a->records > b->records)
                                    : strcmp(a->key, b->key);
}

bool lookup_misses_summarise(struct lookup_misses *misses,
                             int most,
                             uint64_t least,
                             struct lookup_misses_summary *summary,
                             struct error *error)
{
    struct lookup_miss *items =
        ARENA_ARRAY(&misses->arena, struct lookup_miss, (size_t)misses->count + 1);
    int count = 0;
    int codes = 0;

    if (items == NULL) {
        return error_set_memory(error);
    }
    for (int i = 0; i < misses->count; i++) {
        codes += misses->items[i].shown.records > 0;
        if (misses->items[i].shown.records > 0 && misses->items[i].shown.records >= least) {
            items[count++] = misses->items[i].shown;
        }
    }
    qsort(items, (size_t)count, sizeof *items, compare_misses);
    *summary = (struct lookup_misses_summary){.items = items,
                                              .count = count < most ? count : most,
                                              .codes = codes,
                                              .more = misses->more,
                                              .records = misses->records};
    return true;
}
