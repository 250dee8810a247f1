/* target_catalogue.h — the structure of a database as its catalogue has it, as a flat list that two
 * databases can be compared by.
 *
 * Everything is read in one read-only transaction. Definitions are rendered by the server with an
 * empty search path and the same settings, so that they mean the same whoever asks: two servers of
 * the same major version give the same texts of the same objects. What belongs to extensions is
 * left out, and so are comments, owners, privileges and all that is only about storage.
 *
 * Ownership   everything lives in the arena.
 * Errors      ERROR_TARGET. What this role may not look at is no error, but listed.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_TARGET_CATALOGUE_H
#define NOVATE_TARGET_CATALOGUE_H

#include "novate/session.h"

#include <stdbool.h>

enum catalogue_kind {
#define CATALOGUE_KIND(id, name, plural) CATALOGUE_##id,
#include "novate/catalogue_kinds.def"
#undef CATALOGUE_KIND
    CATALOGUE_KIND_COUNT
};

/* A property of an object; the one without a name says that the object is there. */
struct catalogue_item {
    enum catalogue_kind kind;
    const char *schema; /* like all names, in quotes where SQL needs them */
    const char *object; /* the table or type that it is a part of, or itself */
    const char *name;   /* tells it from all others of its kind */
    const char *model;  /* of which it is the copy in a partition or heir; or NULL */
    const char *property;
    const char *value; /* NULL without a property; a property that it has not is no item */
};

/* The sequence that a column takes its values from. */
struct catalogue_sequence {
    const char *name;
    const char *column;   /* with its table */
    const char *next;     /* value that it would give */
    const char *furthest; /* value of the column, in its direction */
    bool behind;          /* it would give values that are there, or were passed */
    bool beyond;          /* the column's value is beyond the sequence's own bounds */
};

/* What could not be looked at. */
struct catalogue_gap {
    enum catalogue_kind kind;
    const char *name;
    const char *reason; /* lower case, no full stop */
};

struct target_catalogue {
    const char *version; /* of the server */
    int major;
    struct catalogue_item *items; /* by kind, name and property */
    int count;
    struct catalogue_sequence *sequences;
    int sequence_count;
    struct catalogue_gap *gaps;
    int gap_count;
};

/* The schemas that somebody made, or made something in, as an array for target_catalogue_read();
 * NULL: there are none. novate's own is left out. */
bool target_catalogue_schemas(struct session *session,
                              struct arena *arena,
                              const char **schemas,
                              struct error *error) NODISCARD;
/* What is in these schemas, and the extensions of the database. `values`: sequences are compared
 * with the columns that they feed, which reads the columns' greatest or least value. */
bool target_catalogue_read(struct session *session,
                           const char *schemas,
                           bool values,
                           struct arena *arena,
                           struct target_catalogue *catalogue,
                           struct error *error) NODISCARD;

#endif
