/* repair.h — the differences of one entity as statements that would mend the target.
 *
 * A verification has named them; here both sides are read a third time, by those keys: what is gone
 * by now, or cannot be told from another row, becomes no statement and is counted. One thread.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_REPAIR_H
#define CLI_REPAIR_H

#include "job.h"
#include "target_rows.h"

#include "novate/repair_sql.h"

enum repair_state {
    REPAIR_CHANGED, /* it is not found as a difference any more */
    REPAIR_PRINTED,
    REPAIR_SHARED,  /* several rows have its key */
    REPAIR_REFUSED, /* the type of a column does not take a value */
    REPAIR_TOO_MUCH,
    REPAIR_STATE_COUNT
};

/* One difference. */
struct repair_item {
    const struct difference *difference;
    enum repair_state state;
    struct hash
        key_hash; /* of the target's row, once it was read; of missing ones from the source */
    bool has_hash;
    int sources;   /* mapped rows with its key */
    int targets;   /* rows of the target, in the reading that counts */
    int row;       /* of the batch that is being looked at */
    size_t offset; /* of its statement in repair->statements */
    size_t size;
};

struct repair {
    struct job *job;
    struct entity *entity;
    struct target_rows rows;
    struct repair_table table;
    struct repair_item *items; /* by key, in byte order of its JSON */
    int count;
    struct repair_item **hashed; /* those that have one, by hash */
    int hashed_count;
    uint64_t counts[REPAIR_KIND_COUNT]; /* statements */
    uint64_t states[REPAIR_STATE_COUNT];
    uint64_t differences;    /* that verification counted */
    const char *unprintable; /* why none of the entity is printed; NULL: they are */
    size_t *bytes;           /* of the statements of all entities */
    struct text_buffer statements;
    struct text_buffer scratch;
};

/* Verifies the entity and makes the statements of its differences. `bytes` counts those of all
 * entities against LIMIT_REPAIR_BYTES. Released by the caller, well or not. */
bool repair_make(struct repair *repair,
                 struct job *job,
                 struct entity *entity,
                 size_t *bytes,
                 struct error *error) NODISCARD;
void repair_release(struct repair *repair);
/* The kind of statement that a difference asks for. */
enum repair_kind repair_kind_of(const struct repair_item *item);

/* repair_read.c: reads both sides and makes statements. */
bool repair_read(struct repair *repair, struct error *error) NODISCARD;

#endif
