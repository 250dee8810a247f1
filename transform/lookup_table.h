/* lookup_table.h — the side of a lookup that the expression engine sees.
 *
 *     lookup_bind_key(lookup, 0, true)          compiling: how keys compare; before lookup_fill()
 *     … lookup_fill, lookup_seal …              the owner of the lookup
 *     key = lookup_key_text(vector, row, lookup_key_is_numeric(lookup, 0), buffer)
 *     lookup_find(lookup, &key, 1, 0, &value, &is_null)
 *
 * Keys are compared in a canonical form that lookup_key_text() makes and nobody else reads: texts
 * as they are, numbers by value, so that 7, 7.0 and '007' are one key of a numeric lookup. A NULL
 * key is never found; callers do not ask.
 * Threads   after lookup_seal() everything is read-only. SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_LOOKUP_TABLE_H
#define TRANSFORM_LOOKUP_TABLE_H

#include "novate/lookup.h"
#include "novate/type.h"
#include "novate/vector.h"

#include <stdbool.h>

/* Room for the canonical form of any value that is not a text. */
#define LOOKUP_KEY_BYTES 64

/* Key column `key_index` compares by numeric value (the expression gives a number) or as text (the
 * default). Call it before the first lookup_fill(); uses that disagree are the compiler's problem.
 */
void lookup_bind_key(struct lookup *lookup, int key_index, bool numeric);

int lookup_key_count(const struct lookup *lookup);
bool lookup_key_is_numeric(const struct lookup *lookup, int key_index);
/* The declared type of a key column. */
const struct type *lookup_key_type(const struct lookup *lookup, int key_index);

int lookup_value_count(const struct lookup *lookup);
/* Index of the value column of that name, without regard to case; the empty name is the first
 * column; -1: there is none. */
int lookup_value_column(const struct lookup *lookup, struct text name);
/* The name of a value column, for messages. */
const char *lookup_value_name(const struct lookup *lookup, int value_column);
/* The declared type of a value column: what the texts of lookup_find() can be cast to. */
const struct type *lookup_value_type(const struct lookup *lookup, int value_column);

/* The canonical key of a value that is not NULL. The result is `buffer` or the vector's own text.
 * With `numeric`, a text that is no number gives the empty text, which no entry has. */
struct text lookup_key_text(const struct vector *vector,
                            int row,
                            bool numeric,
                            char buffer[LOOKUP_KEY_BYTES]);

/* Is there an entry? `value` is then a text as PostgreSQL prints it, and lives as long as the
 * lookup; with `*is_null` it is empty. `key` holds key_count canonical texts. */
bool lookup_find(const struct lookup *lookup,
                 const struct text *key,
                 int key_count,
                 int value_column,
                 struct text *value,
                 bool *is_null);

/* Has the lookup periods? Then lookup_find_at() is asked, and `when` is of lookup_period_type(). */
bool lookup_has_periods(const struct lookup *lookup);
const struct type *lookup_period_type(const struct lookup *lookup);
/* As lookup_find(), with all columns of the key, for the entry that holds at `when`: days or
 * microseconds, as a vector of the type has them. */
bool lookup_find_at(const struct lookup *lookup,
                    const struct text *key,
                    int64_t when,
                    int value_column,
                    struct text *value,
                    bool *is_null);

/* After lookup_find() said false: is there an entry whose chain (chase: true) runs in a circle?
 * Then the record is a reject whatever the spec says under missing. */
bool lookup_is_cyclic(const struct lookup *lookup, const struct text *key, int key_count);

/* Does somebody count misses (novate/lookup_misses.h)? Then each is noted, for row `row` of the
 * batch in hand: `typed` has the key's columns, with its value at `key_row`, and `key` is its
 * canonical form. False: memory ran out. */
bool lookup_is_watched(const struct lookup *lookup);
bool lookup_note_miss(const struct lookup *lookup,
                      const struct vector *typed,
                      const struct text *key,
                      int key_row,
                      int row);

#endif
