/* explain.h — a mapping in words, for those who have to agree with it and do not read expressions.
 *
 * The words are made from the expressions as they are written, so they are complete with or without
 * catalogues; with them, types, what the target demands and what is left over on both sides are
 * known, too.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXPLAIN_H
#define NOVATE_EXPLAIN_H

#include "novate/plan.h"
#include "novate/problem.h"
#include "novate/type.h"

#include <stdbool.h>

enum explained_kind {
    EXPLAINED_FILTER,   /* which records are kept */
    EXPLAINED_GROUP,    /* which records make one row, and what is taken of them */
    EXPLAINED_ROW,      /* a row that a record gives, of several */
    EXPLAINED_COLUMN,   /* a target column and what fills it */
    EXPLAINED_CHECK,    /* which rows are rejected */
    EXPLAINED_UNFILLED, /* target columns that are left to the target */
    EXPLAINED_UNREAD,   /* source columns that nothing reads */
    EXPLAINED_FUNCTION, /* what a function does, by the reference */
    EXPLAINED_KIND_COUNT
};

struct explained {
    enum explained_kind kind;
    const char *name;
    const char *type;    /* of a column; NULL: not known */
    const char *rule;    /* in words */
    const char *text;    /* as written; NULL: nothing is */
    const char *sources; /* source columns with their types: "PERSON_ID bigint, …"; "" */
    const char *lookups; /* "sex, …"; "" */
    const char *nulls;   /* "may be NULL", "must have a value"; "": not known */
    const char *rejects; /* why a record is rejected: "lookup sex has no entry; …"; "" */
    struct place place;  /* of the rule; no line: nothing is written */
};

struct explanation {
    const struct mapping *mapping;
    const char *source; /* "table PERSON, where …" */
    const struct explained *items;
    int count;
};

const char *explained_kind_text(enum explained_kind kind);

/* `source` and `target` may each be NULL: not known. Expressions that cannot be parsed are
 * problems. */
bool explain_mapping(const struct mapping *mapping,
                     const struct schema *source,
                     const struct schema *target,
                     struct arena *arena,
                     struct problems *problems,
                     struct explanation *explanation,
                     struct error *error) NODISCARD;

#endif
