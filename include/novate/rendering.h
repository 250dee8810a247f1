/* rendering.h — the rules of a mapping as PostgreSQL's own SQL, so that a server can compute them
 * once more: a second opinion by an engine that is not ours.
 *
 * Expressions are given to the server as they are written, word by word: precedence, types,
 * operators and functions are its own business. Only what a server cannot know is put in their
 * place: columns, lookups, the time at which the run began, and truncate(), fit(), note(), repair()
 * and try() around whole expressions. What has no counterpart is said, with the reason.
 *
 * The SQL speaks of
 *     s.c0 …               the record: columns of program_source_schema()
 *     r.c0 …               the mapped row: columns of program_target_schema(); of checks only
 *     RENDERING_LOOKUP i   a table per lookup of the mapping: k0 … keys, v0 … values (text)
 * and wants the session's time zone to be the source's.
 * Ownership   everything lives in the arena. Threads   any; a program is read-only.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_RENDERING_H
#define NOVATE_RENDERING_H

#include "novate/arena.h"
#include "novate/error.h"
#include "novate/lookup.h"
#include "novate/text.h"
#include "novate/transform.h"

#include <stdbool.h>

/* Names of tables begin so; the number of the lookup follows. */
#define RENDERING_LOOKUP "novate_cross_lookup_"

struct rendered_rule {
    const char *name;
    const char *sql;      /* NULL: it has no counterpart */
    const char *fallback; /* of try(): the value where `sql` cannot be computed; NULL: no try() */
    const char *reason;   /* why there is no `sql`; it may be set by others, too */
    bool *reads;          /* of a check: columns of the mapped row */
};

struct rendering {
    struct rendered_rule *filters;
    int filter_count;
    struct rendered_rule *columns; /* of program_target_schema() */
    int column_count;
    struct rendered_rule *checks;
    int check_count;
    bool *lookups;        /* of the mapping: those that are asked */
    const char *whole;    /* why nothing of the mapping can be rendered; NULL: it can */
};

/* `lookups` are those that the program was compiled with; `withheld`, one per lookup, says why its
 * entries are not to be had (NULL: they are). Nothing is a problem: what cannot be rendered has a
 * reason. */
bool program_render(const struct program *program,
                    struct lookup *const *lookups,
                    const char *const *withheld,
                    struct arena *arena,
                    struct rendering *rendering,
                    struct error *error) NODISCARD;

/* A type as the server names it, without what would change a value that is one already: numbers and
 * times keep the digits that they have. Types that novate does not know itself are text. */
void rendering_type(struct type type, struct text_buffer *out);

/* How the keys of a lookup are compared: as numbers, or as texts. */
bool rendering_key_is_numeric(const struct lookup *lookup, int key);

#endif
