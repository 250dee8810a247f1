/* lookup.h — tables of codes: key → values, in memory or on disk, built once and then read by all
 * threads.
 *
 * A lookup is declared (names and types of its columns), bound by the compiler (which decides how
 * keys compare: numbers by value when the expression gives a number, texts by bytes), filled from
 * batches, and sealed. The same key twice with the same values is one entry; with other values it
 * is a problem. A row with a NULL key is skipped. Values are kept as texts, as PostgreSQL prints
 * them, and cast to the declared type of the column. Where entries have periods [begin, end), a key
 * has several, which must not overlap. Several lookups may have the entries of one of them.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_LOOKUP_H
#define NOVATE_LOOKUP_H

#include "novate/arena.h"
#include "novate/batch.h"
#include "novate/error.h"
#include "novate/plan.h"
#include "novate/problem.h"

#include <stdbool.h>

struct lookup;

/* `schema` has the from columns, the to columns, then those of valid_at, in the spec's order; it
 * must outlive the lookup. */
bool lookup_create(const struct lookup_spec *spec,
                   const struct schema *schema,
                   struct arena *arena,
                   struct lookup **lookup,
                   struct error *error) NODISCARD;
const struct lookup_spec *lookup_spec(const struct lookup *lookup);
const struct schema *lookup_schema_of(const struct lookup *lookup);
/* The columns of valid_at must be of one type, a date or timestamp. False, and a problem. */
bool lookup_check_periods(const struct lookup_spec *spec,
                          const struct schema *schema,
                          struct problems *problems);
/* Records and slots go to files without a name in that folder, and not into the arena. Before the
 * first lookup_fill(); `folder` outlives the lookup. */
void lookup_keep_on_disk(struct lookup *lookup, const char *folder);
/* Adds the rows of a batch of that schema. Row errors of the batch are problems at the lookup's
 * place. */
bool lookup_fill(struct lookup *lookup,
                 const struct batch *batch,
                 struct problems *problems,
                 struct error *error) NODISCARD;
/* Ends filling; resolves chains where the spec says chase: without `problems`, which is allowed
 * then, nothing is said of those that run in a circle. */
bool lookup_seal(struct lookup *lookup, struct problems *problems, struct error *error) NODISCARD;
/* In place of filling it: has the entries of `filled`, which are not copied, so that nothing may be
 * asked after that is released. `filled` is sealed, and its spec has the same digest. False, and
 * nothing is changed, where keys compare or columns are typed otherwise. A lookup that no
 * expression asks compares keys as `filled` does. */
bool lookup_share(struct lookup *lookup, const struct lookup *filled) NODISCARD;
/* Before it is filled: a lookup that no expression asks is to compare keys as one that is asked, so
 * that they can share entries. False, and nothing is changed, where it is not so. */
bool lookup_bind_as(struct lookup *lookup, const struct lookup *asked) NODISCARD;
/* Entries; bytes that they take, slots included: 0 where they are those of another lookup. */
uint64_t lookup_count(const struct lookup *lookup);
uint64_t lookup_bytes(const struct lookup *lookup);
/* After ERROR_MEMORY while it was filled: the error says how far it came, and what helps. */
bool lookup_explain_memory(const struct lookup *lookup, struct error *error);
/* Gives the disk back; what is in memory is the arena's. NULL is allowed. */
void lookup_release(struct lookup *lookup);

#endif
