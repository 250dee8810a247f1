/* blocks.h — has the target itself narrow a piece to the rows at fault, in one statement.
 *
 *     the piece, by COPY ──► novate_rows, a temporary table without constraints
 *     a function ──► INSERT … SELECT of a block of its rows, each in a subtransaction ──► the table
 *
 * A block that is refused is undone by the server alone, without a word to and fro: what COPY in
 * windows costs most. A temporary sequence is drawn from before each row is inserted. It is not
 * rolled back, so it tells at which row the block broke. Where it broke after the last (keys and
 * triggers after the row), or fewer rows came in than were given, blocks are halved until a row
 * stands alone.
 *
 * Needs TEMPORARY on the database and the language plpgsql; an ordinary table or a partitioned one
 * without rules, which COPY would not follow. SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_LOAD_BLOCKS_H
#define NOVATE_LOAD_BLOCKS_H

#include "session_private.h"

#include "novate/session.h"

struct blocks {
    bool built;
    bool usable;
    bool ready; /* table and function are there, in this transaction */
    struct arena arena;
    const char *create;   /* the table, the sequence, the function; for the transaction */
    const char *copy;     /* a piece into the table, instead of what it holds */
    struct arena answers; /* of one statement */
};

/* Columns of the answer of blocks_query. The row counts from 1; without SQLSTATE nothing was said,
 * but the row is not there. */
enum {
    BLOCKS_ROW,
    BLOCKS_SQLSTATE,
    BLOCKS_CONSTRAINT,
    BLOCKS_COLUMN,
    BLOCKS_DATATYPE
};

/* $1: rows of a block. Rows that are refused, in their order in all but rare cases. */
extern const char blocks_query[];

void blocks_init(struct blocks *blocks, struct budget *budget);
void blocks_release(struct blocks *blocks);
/* Reads the table, once. Within a transaction, which a failure ends. */
bool blocks_build(struct blocks *blocks,
                  struct session *session,
                  const struct target_table *table,
                  const struct schema *schema,
                  bool binary,
                  struct error *error) NODISCARD;

#endif
