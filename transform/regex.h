/* regex.h — regular expressions as PostgreSQL means them.
 *
 * PostgreSQL's engine is of the POSIX kind: of the matches that begin leftmost it takes the longest
 * (or the shortest, where the expression prefers that), and gives its parentheses what is left to
 * them by the same rule. PCRE2 is of the other kind, which takes the first match that it finds. So
 * an expression is read by PostgreSQL's grammar here, written anew as a pattern in which the two
 * agree on every character, and matched in two steps: PCRE2 says where a match begins and where it
 * may end, and the rules of PostgreSQL choose among the ends. Where there is only one way to match
 * the first step is enough.
 *
 * Classes are those of collation C: \w, [[:alpha:]] and letters without regard to case are ASCII.
 * Limits   An expression that takes too long, too much memory or too deep a nesting for a value is
 * REGEX_LIMIT: none can hang. Threads   a struct regex is read-only and shared; a matcher belongs
 * to one thread. SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_REGEX_H
#define TRANSFORM_REGEX_H

#include "novate/arena.h"
#include "novate/attr.h"
#include "novate/text.h"

#include <stdbool.h>
#include <stddef.h>

struct regex;
struct regex_matcher;

enum regex_status {
    REGEX_OK,
    REGEX_NO_MATCH,
    REGEX_SYNTAX,      /* 2201B */
    REGEX_UNAVAILABLE, /* PostgreSQL has it, this has not */
    REGEX_LIMIT,
    REGEX_MEMORY,
};

struct regex_options {
    bool global;
    bool insensitive;
    bool expanded;
    bool literal;
    bool newline_stops;   /* . and [^…] do not match a newline */
    bool newline_anchors; /* ^ and $ match at a newline */
    bool unavailable;     /* basic or extended expressions */
};

/* Bytes of the subject; `begin` is SIZE_MAX where parentheses took no part. */
struct regex_span {
    size_t begin;
    size_t end;
};

/* The flags of regexp_replace() and its like. False: one of them is none. */
bool regex_options_read(struct text flags, struct regex_options *options);

/* `why` is PostgreSQL's message where the status is REGEX_SYNTAX, or says what is not available. */
enum regex_status regex_compile(struct text pattern,
                                struct regex_options options,
                                struct arena *arena,
                                const struct regex **regex,
                                const char **why);
/* Parentheses that capture. */
int regex_captures(const struct regex *regex);
const struct regex_options *regex_options(const struct regex *regex);

/* NULL: no memory. It lives as long as the arena. */
struct regex_matcher *regex_matcher_create(struct arena *arena) NODISCARD;

/* Looks for a match that begins at byte `start` or later. `spans` takes the match and the first
 * `count` - 1 parentheses; with a count of 0 it is only asked whether there is one. */
enum regex_status regex_search(struct regex_matcher *matcher,
                               const struct regex *regex,
                               struct text subject,
                               size_t start,
                               struct regex_span *spans,
                               int count);

#endif
