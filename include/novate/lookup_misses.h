/* lookup_misses.h — keys that lookups are asked for and have no entry of, counted.
 *
 *     lookup_misses_create → lookup_watch(lookup, misses)
 *     per batch: lookup_misses_begin, then the transformation
 *     at the end of a chunk: lookup_misses_keep; where a chunk begins anew: lookup_misses_take_back
 *     lookup_misses_summary → lookup_watch(lookup, NULL), lookup_misses_destroy
 *
 * A record counts once per key, however often its expressions ask. What is kept is bounded: of
 * LIMIT_LOOKUP_MISSES different keys each is counted, of further ones only that they are there.
 * Threads   one at a time: only one transformation may run while a lookup is watched.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_LOOKUP_MISSES_H
#define NOVATE_LOOKUP_MISSES_H

#include "novate/arena.h"
#include "novate/error.h"
#include "novate/lookup.h"

#include <stdbool.h>
#include <stdint.h>

struct lookup_misses;

/* A key as an SQL literal, ('a', '7') where it has several columns, and how many records have it.
 * Long ones are cut and end with "…". */
struct lookup_miss {
    const char *key;
    uint64_t records;
};

struct lookup_misses_summary {
    const struct lookup_miss *items; /* the most frequent first, then by text */
    int count;
    int codes;        /* different keys, shown or not */
    bool more;        /* there are more of them than were told apart */
    uint64_t records; /* with at least one such key */
};

bool lookup_misses_create(struct budget *budget,
                          struct lookup_misses **misses,
                          struct error *error) NODISCARD;
/* From now on misses are noted, or with NULL no more. */
void lookup_watch(struct lookup *lookup, struct lookup_misses *misses);
/* The rows of another batch follow. */
void lookup_misses_begin(struct lookup_misses *misses);
/* What was counted stands, whatever is taken back later. */
void lookup_misses_keep(struct lookup_misses *misses);
/* Forgets what was counted since (lookup_misses_summary.more may stay true). */
void lookup_misses_take_back(struct lookup_misses *misses);
/* Shows at most `most` keys that `least` records have. Lives as long as `misses`. */
bool lookup_misses_summarise(struct lookup_misses *misses,
                             int most,
                             uint64_t least,
                             struct lookup_misses_summary *summary,
                             struct error *error) NODISCARD;
void lookup_misses_destroy(struct lookup_misses *misses); /* NULL is allowed */

#endif
