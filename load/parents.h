/* parents.h — rejects whose row refers to a record that is a reject itself.
 *
 * A row that a foreign key refuses has the key of the row that it refers to, in the target's
 * values. Where these tell the source key of that row's record (novate/identity.h), this is the key
 * that a reject of its entity has, as a text. Such
 * rows of novate.reject wait for the next flush, which asks about all of them in one query.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_LOAD_PARENTS_H
#define NOVATE_LOAD_PARENTS_H

#include "novate/batch.h"

struct loader;

/* One foreign key and an entity that fills the table it refers to. */
struct parent_link {
    const char *constraint;
    const char *entity;
    int *columns; /* of the batches' schema, in the order of the entity's source key, and behind it
                     those that are the same in all rows */
    const struct identity_column **ways; /* that they tell it */
    struct schema schema;
    struct batch batch; /* one row of them */
};

struct parents {
    bool known; /* the links are */
    struct parent_link *links;
    int link_count;
    struct text_buffer rows;  /* of novate.reject, without their last column, the class */
    struct text_buffer asked; /* JSON: an object per row and entity that it may refer to */
    int count;                /* of the rows */
    struct text_buffer key;   /* scratch */
    struct text_buffer part;  /* scratch */
    struct text_buffer wire;  /* scratch */
};

void parents_init(struct parents *parents);
void parents_release(struct parents *parents);
/* Forgets the rows that wait. */
void parents_reset(struct parents *parents);

/* Row `row` of the piece was refused by a foreign key, and its record has the key `own`. `*waits`:
 * its row of novate.reject goes to parents.rows. */
bool parents_ask(struct loader *loader,
                 int row,
                 const char *constraint,
                 const char *own,
                 bool *waits,
                 struct error *error) NODISCARD;
/* All other rejects are in novate.reject: those that wait get their class, are counted, and go to
 * loader.rejects. */
bool parents_settle(struct loader *loader, struct error *error) NODISCARD;

#endif
