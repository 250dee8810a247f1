/* schema.h — the tables and their columns, as data.
 *
 * tables.def lists the tables and how many rows each has; columns_*.def their columns:
 *     TABLE(name, key, "COLUMN COLUMN …")
 * A key that begins with "~" is an index, not unique; indexes.def has others. A column is a number,
 * unless NAME_DT_TM or NAME(D)   a moment        NAME(25)   varchar(25)      NAME(3c)   char(3)
 *     NAME(d)   a day         NAME(T)   a long text   NAME(B)   bytes
 *     NAME(f)   a floating-point number
 * "!" says NOT NULL, which numbers called _CD and _ID are unless "?" says otherwise. What nobody
 * fills is NULL or, where that is not allowed, what Millennium has instead: 0, a blank, 1800 or
 * 2100.
 * "@S", "@U" and "@D" stand for the columns of status, of the last update and of the data's status.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNTHETIC_SCHEMA_H
#define SYNTHETIC_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum system {
    MILLENNIUM,
    WINPATH,
    JAC,
    PACS,
    PAPER /* what wards wrote in the outage */
};

enum table_number {
#define ROWS(table, system, rows_per_100k, rows_min, zero_row) T_##table,
#include "tables.def"
#undef ROWS
    TABLES
};

enum {
    COLUMNS_MAX = 176,
    MEMO_SLOTS = 512 /* names of columns that fill functions have asked for, by address */
};

enum column_type {
    COLUMN_NUMBER,
    COLUMN_DOUBLE,
    COLUMN_MOMENT,
    COLUMN_DAY,
    COLUMN_TEXT,
    COLUMN_CHAR,
    COLUMN_LONG_TEXT,
    COLUMN_BYTES
};

struct column {
    char name[40];
    enum column_type type;
    int width; /* of texts */
    bool not_null;
};

struct memo {
    const char *name; /* a literal: its address is compared */
    int column;
};

struct table {
    enum table_number number;
    enum system system;
    const char *name;
    const char *key;   /* names of columns, with blanks between */
    const char *index; /* as key: one besides it, or NULL */
    bool unique;
    bool zero_row;
    int64_t rows_per_100k;
    int64_t rows_min;
    int count;
    struct column columns[COLUMNS_MAX];
    struct memo memo[MEMO_SLOTS];
};

/* All tables, from malloc; whoever has it frees it. */
struct table *schema_create(void);
/* The place of a column; -1: the table has none of this name. `name` is a literal. */
int table_column(struct table *table, const char *name);

#endif
