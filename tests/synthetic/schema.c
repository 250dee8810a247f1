/* schema.c — the tables and their columns; the contract is in schema.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "schema.h"

#include "fatal.h"

#include <stdlib.h>
#include <string.h>

struct listing {
    enum table_number number;
    const char *key;
    const char *columns;
};

static const struct listing listings[] = {
#define TABLE(name, key, columns) {T_##name, key, columns},
#include "columns_care.def"
#include "columns_clinical.def"
#include "columns_coded.def"
#include "columns_peripheral.def"
#include "columns_person.def"
#include "columns_reference.def"
#undef TABLE
};

static const struct {
    const char *sign;
    const char *columns;
} groups[] = {
    {"@S", "ACTIVE_STATUS_CD ACTIVE_STATUS_DT_TM ACTIVE_STATUS_PRSNL_ID"},
    {"@U", "UPDT_APPLCTX! UPDT_CNT! UPDT_DT_TM! UPDT_ID UPDT_TASK!"},
    {"@D", "DATA_STATUS_CD DATA_STATUS_DT_TM DATA_STATUS_PRSNL_ID"},
};

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text);
    size_t end_length = strlen(end);
    return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

static enum column_type type_of(const char *name, const char *shape)
{
    switch (shape == NULL ? '\0' : shape[1]) {
    case 'f':
        return COLUMN_DOUBLE;
    case 'd':
        return COLUMN_DAY;
    case 'D':
        return COLUMN_MOMENT;
    case 'T':
        return COLUMN_LONG_TEXT;
    case 'B':
        return COLUMN_BYTES;
    case '\0':
        return ends_with(name, "_DT_TM") ? COLUMN_MOMENT : COLUMN_NUMBER;
    default:
        return strchr(shape, 'c') != NULL ? COLUMN_CHAR : COLUMN_TEXT;
    }
}

/* One word of a listing. */
static void add_column(struct table *table, const char *word, size_t length)
{
    char text[64];
    if (length >= sizeof text || table->count == COLUMNS_MAX) {
        fatal("table %s: column %d is too much", table->name, table->count);
    }
    memcpy(text, word, length);
    text[length] = '\0';

    struct column *column = &table->columns[table->count++];
    const char *shape = strchr(text, '(');
    size_t name = strcspn(text, "(!?");
    memcpy(column->name, text, name);
    column->name[name] = '\0';
    column->type = type_of(column->name, shape);
    column->width = shape == NULL ? 0 : (int)strtol(shape + 1, NULL, 10);
    bool reference = ends_with(column->name, "_CD") || ends_with(column->name, "_ID");
    column->not_null = strchr(text, '!') != NULL ||
                       (column->type == COLUMN_NUMBER && reference && strchr(text, '?') == NULL);
}

static void add_columns(struct table *table, const char *columns)
{
    while (*columns != '\0') {
        size_t length = strcspn(columns, " ");
        const char *group = NULL;
        for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
            if (length == 2 && memcmp(columns, groups[i].sign, 2) == 0) {
                group = groups[i].columns;
            }
        }
        if (group != NULL) {
            const char *at = group;
            while (*at != '\0') {
                size_t word = strcspn(at, " ");
                add_column(table, at, word);
                at += word + (at[word] == ' ');
            }
        } else {
            add_column(table, columns, length);
        }
        columns += length + (columns[length] == ' ');
    }
}

struct table *schema_create(void)
{
    struct table *tables = calloc(TABLES, sizeof *tables);
    if (tables == NULL) {
        fatal("no memory for the schema");
    }
#define ROWS(table, system_of, per_100k, min, zero)                                                \
    tables[T_##table].number = T_##table;                                                          \
    tables[T_##table].name = #table;                                                               \
    tables[T_##table].system = system_of;                                                          \
    tables[T_##table].rows_per_100k = per_100k;                                                    \
    tables[T_##table].rows_min = min;                                                              \
    tables[T_##table].zero_row = zero;
#include "tables.def"
#undef ROWS
#define INDEX(table, columns) tables[T_##table].index = columns;
#include "indexes.def"
#undef INDEX
    for (size_t i = 0; i < sizeof listings / sizeof *listings; i++) {
        struct table *table = &tables[listings[i].number];
        table->unique = listings[i].key[0] != '~';
        table->key = listings[i].key + !table->unique;
        add_columns(table, listings[i].columns);
    }
    return tables;
}

int table_column(struct table *table, const char *name)
{
    size_t slot = ((uintptr_t)name * 2654435761U >> 4) % MEMO_SLOTS;

    while (table->memo[slot].name != NULL) {
        if (table->memo[slot].name == name) {
            return table->memo[slot].column;
        }
        slot = (slot + 1) % MEMO_SLOTS;
    }
    int found = -1;
    for (int i = 0; i < table->count && found < 0; i++) {
        if (strcmp(table->columns[i].name, name) == 0) {
            found = i;
        }
    }
    table->memo[slot] = (struct memo){.name = name, .column = found};
    return found;
}
