/* sketch_frequent.h — the values that occur most often, in memory that does not grow.
 *
 * Space-Saving (Metwally, Agrawal, El Abbadi, "Efficient computation of frequent and top-k elements
 * in data streams", 2005): at most `capacity` values are counted; a new one takes the place, and
 * the count, of the least frequent. Of each value that is held, the true count is at most `count`
 * and at least `count - error`; every value that occurs more often than all / capacity times is
 * held. As long as there are no more values than places, counts are exact. Merging keeps both
 * bounds (Agarwal and others, "Mergeable summaries", 2012).
 *
 * Values are told apart by their hash; what is kept of their text is its beginning.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_SKETCH_FREQUENT_H
#define NOVATE_EXTRACT_SKETCH_FREQUENT_H

#include "novate/arena.h"
#include "novate/error.h"
#include "novate/text.h"

#include <stdbool.h>
#include <stdint.h>

/* Bytes of a value that are kept: a page has no room for more. */
#define SKETCH_TEXT_BYTES 80

/* The beginning of a text, up to the end of a character. */
struct sketch_text {
    uint8_t size;
    bool cut;
    char bytes[SKETCH_TEXT_BYTES];
};
void sketch_text_set(struct sketch_text *to, struct text text);

struct frequent_item {
    uint64_t hash;
    uint64_t count;
    uint64_t error;
    uint16_t place; /* in the heap */
    struct sketch_text text;
};

struct sketch_frequent {
    struct frequent_item *items;
    uint16_t *heap;  /* items, the least frequent first */
    uint16_t *table; /* item + 1 by hash; 0: free */
    int capacity;    /* a power of two */
    int count;
};

bool sketch_frequent_init(struct sketch_frequent *sketch,
                          int capacity,
                          struct arena *arena,
                          struct error *error) NODISCARD;
/* Counts a value. When it is not the one that the item held, `*fresh` is true and the caller sets
 * the item's text. */
struct frequent_item *sketch_frequent_add(struct sketch_frequent *sketch,
                                          uint64_t hash,
                                          bool *fresh);
/* Forgets everything but its memory. */
void sketch_frequent_reset(struct sketch_frequent *sketch);
/* `scratch` is used and given back. */
bool sketch_frequent_merge(struct sketch_frequent *into,
                           const struct sketch_frequent *from,
                           struct arena *scratch,
                           struct error *error) NODISCARD;
/* Items by falling certain count (count - error); `order` has room for `count`. */
void sketch_frequent_order(const struct sketch_frequent *sketch,
                           const struct frequent_item **order);

#endif
