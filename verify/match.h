/* match.h — matches the rows of two sides by key, and says what is left over.
 *
 * Equal rows of one key are counted together on each side, so that duplicates cost no memory and
 * cancel out as multisets. What is left over on both sides of a key differs in the columns whose
 * hashes differ; what is left over on one side is missing on the other. Rows without a key are
 * their own key and can only be missing.
 *
 *     match_init(&match, …) → match_begin → match_put for every row of both sides → match_finish …
 * match_release. match_begin starts again, with other rows. SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_VERIFY_MATCH_H
#define NOVATE_VERIFY_MATCH_H

#include "comparison.h"
#include "differences.h"
#include "flight.h"
#include "refused.h"

#include "novate/arena.h"
#include "novate/hash.h"
#include "novate/type.h"

#include <stdbool.h>
#include <stdint.h>

enum match_side {
    MATCH_SOURCE,
    MATCH_TARGET
};

/* A row of a refused source record. */
struct match_refusal {
    struct match_refusal *next;
    struct refused_key *key;
    bool used; /* it explains a row */
};

/* All rows of one content. */
struct match_entry {
    struct match_entry *next; /* in the hash table */
    struct hash key;
    struct hash row;
    uint64_t count[2];              /* by side; what is left over, once they have cancelled */
    const char *key_json;           /* filled by the caller of match_put; NULL without a key */
    struct match_refusal *refusals; /* of source rows */
    uint64_t column_hashes[];       /* filled by the caller of match_put, as what follows them: the
                                       numbers of the columns with a tolerance */
};

struct match {
    const struct comparison *comparison;
    bool keyed;
    struct arena arena;
    struct match_entry **heads;
    size_t head_count; /* a power of two */
    size_t entry_count;
    struct digest digests[2]; /* of what was put, by side */
};

struct match_totals {
    uint64_t equal, not_equal, missing_target, missing_source, refused;
    uint64_t within_tolerance; /* of `equal` */
    struct digest source;      /* without what was refused */
    struct digest target;
};

/* Bytes that a row takes, to plan how many rows fit. */
size_t match_row_bytes(const struct comparison *comparison, int key_count);

void match_init(struct match *match,
                const struct comparison *comparison,
                bool keyed,
                struct budget *budget);
/* Gives the memory of all rows back. */
void match_clear(struct match *match);
/* Forgets all rows. `rows` is about how many will come. */
bool match_begin(struct match *match, uint64_t rows, struct error *error) NODISCARD;
/* Counts a row. `*fresh`: it is the first of its content; the caller fills in key and hashes of
 * columns, from match->arena. NULL: memory. */
struct match_entry *match_put(struct match *match,
                              enum match_side side,
                              struct hash key,
                              struct hash row,
                              bool *fresh,
                              struct error *error) NODISCARD;
/* Notes that the source record behind the row put last was refused by the target. */
bool match_refuse(struct match *match,
                  struct match_entry *entry,
                  struct refused_key *key,
                  struct error *error) NODISCARD;
/* First look: what is left over goes into `flight`, and nowhere else. Instead of match_finish(). */
bool match_first_look(struct match *match, struct flight *flight, struct error *error) NODISCARD;
/* Adds to totals and differences; uses refusals up. Once per match_begin. Where `flight` is not
 * NULL, this is the second look. */
bool match_finish(struct match *match,
                  struct flight *flight,
                  struct differences *differences,
                  struct match_totals *totals,
                  struct error *error) NODISCARD;
void match_release(struct match *match);

#endif
