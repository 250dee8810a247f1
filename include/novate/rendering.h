/* rendering.h — the rules of a mapping as PostgreSQL's own SQL, so that a server can compute them
 * once more: a second opinion by an engine that is not ours. program_render() makes it.
 *
 * Expressions are given to the server as they are written, word by word: precedence, types,
 * operators and functions are its own business. Only what a server cannot know is put in their
 * place: columns, lookups, the time at which the run began, reject(), and truncate(), fit(),
 * note(), repair() and try() around whole expressions. What has no counterpart is said, with the
 * reason.
 *
 * The SQL speaks of
 *     s.n, s.c0 …          the record: its number, the columns of program_source_schema()
 *     r.n, r.c0 …          the mapped row, of program_target_schema(); in checks only
 *     RENDERING_LOOKUP i   a table per lookup of the mapping: k0 … keys, v0 … values (text),
 *                          b and e where entries hold for a time
 * and wants the session's time zone to be the source's.
 * Ownership   everything lives in the arena that it was made in.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_RENDERING_H
#define NOVATE_RENDERING_H

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

struct rendered_lookup {
    bool asked;
    int key_count;
    const bool *numeric; /* keys that are compared as numbers; others as texts */
    int value_count;
    const char *period; /* type of b and e; NULL: entries hold always */
};

struct rendering {
    struct rendered_rule *filters;
    int filter_count;
    struct rendered_rule *columns; /* of the mapped row */
    int column_count;
    struct rendered_rule *checks;
    int check_count;
    struct rendered_lookup *lookups; /* of the mapping */
    /* Of the record's columns, without what would change a value that is one already: numbers and
     * times keep the digits that they have. */
    const char **record_types;
    const char *whole; /* why nothing of the mapping can be rendered; NULL: it can */
};

#endif
