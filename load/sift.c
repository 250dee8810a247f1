/* sift.c — has the server narrow a piece to the rows at fault (blocks.h).
 *
 * This is for what the probe cannot tell. The server's word about a row counts as it does in a
 * COPY, but for a value that its type does not take: only COPY names the column, so such a row is
 * sent once more, alone. SPDX-License-Identifier: Apache-2.0 */
#include "loader_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    BLOCK_ROWS_MIN = 4,
    BLOCK_ROWS_MAX = 512,
    BLOCK_COST = 4 /* what a block costs beside its rows, in rows */
};

bool sift_allowed(const struct loader *loader)
{
    return loader->options.mode == LOAD_INSERT && (!loader->blocks.built || loader->blocks.usable);
}

/* Of so many rows that what is done in vain (half a block for each refused row) and what blocks
 * cost are in balance. */
static int block_rows(const struct loader *loader)
{
    int rows = BLOCK_ROWS_MIN;
    while (rows < BLOCK_ROWS_MAX && rows * rows < 2 * BLOCK_COST * loader->gap_rows) {
        rows++;
    }
    return rows;
}

static bool give_up(struct loader *loader, struct error *failure, struct error *error)
{
    loader->blocks.usable = false;
    return screen_recover(loader, failure, error);
}

/* The table and the function, of which the savepoint knows before anything is done with them. */
static bool prepare(struct loader *loader, struct error *error)
{
    struct error failure = ERROR_NONE;
    struct blocks *blocks = &loader->blocks;
    if (blocks->ready || (blocks->built && !blocks->usable)) {
        return true;
    }
    if (!loader_savepoint(loader, error)) {
        return false;
    }
    if (!blocks_build(blocks,
                      loader->session,
                      loader->options.table,
                      loader->options.schema,
                      loader->encoder.binary,
                      &failure) ||
        (blocks->usable && !session_execute(loader->session, blocks->create, &failure))) {
        return give_up(loader, &failure, error);
    }
    blocks->ready = blocks->usable;
    return true;
}

static void copy_name(char *to, size_t size, const char *from)
{
    snprintf(to, size, "%s", from == NULL ? "" : from);
}

static struct refusal refusal_of(const struct session_result *answer, int line)
{
    const char *sqlstate = session_value(answer, line, BLOCKS_SQLSTATE);
    struct refusal refusal = {
        .row = (int)strtol(session_value(answer, line, BLOCKS_ROW), NULL, 10) - 1,
        .left_out = sqlstate == NULL,
    };
    copy_name(refusal.sqlstate, sizeof refusal.sqlstate, sqlstate);
    copy_name(refusal.constraint,
              sizeof refusal.constraint,
              session_value(answer, line, BLOCKS_CONSTRAINT));
    copy_name(refusal.column, sizeof refusal.column, session_value(answer, line, BLOCKS_COLUMN));
    return refusal;
}

/* Is the column still to be told? */
static bool is_of_value(const struct session_result *answer,
                        int line,
                        const struct refusal *refusal)
{
    const char *datatype = session_value(answer, line, BLOCKS_DATATYPE);
    return refusal->column[0] == '\0' &&
           (strncmp(refusal->sqlstate, "22", 2) == 0 || (datatype != NULL && datatype[0] != '\0'));
}

static bool take_answer(struct loader *loader,
                        const struct session_result *answer,
                        struct error *error)
{
    int settled = 0;
    for (int line = 0; line < answer->rows; line++) {
        struct refusal refusal = refusal_of(answer, line);
        int row = refusal.row;
        if (!NOVATE_CHECK(error, row >= 0 && row < loader->piece.rows)) {
            return false;
        }
        note_refused(loader, row > settled ? row - settled : 0);
        settled = row + 1;
        if (is_of_value(answer, line, &refusal)) {
            push_range(loader, (struct range){.first = row, .end = row + 1, .suspect = true});
        } else if (!rejects_refuse(loader, row, &refusal, error)) {
            return false;
        } else {
            loader->unforeseen++;
        }
    }
    note_good(loader, loader->piece.rows - settled);
    return true;
}

bool sift_aim(struct loader *loader, struct error *error)
{
    if (!prepare(loader, error)) {
        return false;
    }
    loader->copy_elsewhere = loader->blocks.ready ? loader->blocks.copy : NULL;
    return true;
}

bool sift_piece(struct loader *loader, bool *sifted, struct error *error)
{
    struct blocks *blocks = &loader->blocks;
    struct error failure = ERROR_NONE;
    struct refusal refusal;
    struct session_result answer;
    char size[16];
    bool accepted = false;
    const char *const parameters[] = {size};
    *sifted = false;
    if (loader->copy_elsewhere == NULL && !sift_aim(loader, error)) {
        return false;
    }
    if (loader->copy_elsewhere == NULL) {
        return true;
    }
    if (!loader_send(loader, error) || !loader_send_end(loader, &accepted, &refusal, error)) {
        return false;
    }
    if (!accepted) {
        return true;
    }
    snprintf(size, sizeof size, "%d", block_rows(loader));
    arena_reset(&blocks->answers);
    if (!session_query(
            loader->session, blocks_query, 1, parameters, &blocks->answers, &answer, &failure)) {
        return give_up(loader, &failure, error);
    }
    *sifted = true;
    return take_answer(loader, &answer, error);
}
