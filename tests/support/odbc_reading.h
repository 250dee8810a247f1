/* odbc_reading.h — a relation of a source, ODBC or files, read whole into texts.
 *
 *     struct reading reading;
 *     reading_open(&reading, &settings);
 *     if (reading_describe(&reading, &spec)) { reading_plan(&reading, 100, 0);
 * reading_run(&reading); } reading_value(&reading, 0, "NAME") → "Smith", or NULL for NULL
 *     reading_close(&reading);
 *
 * Operation errors fail the test, unless it asks for them. Programs that use it link
 * novate_extract.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_TESTS_ODBC_READING_H
#define NOVATE_TESTS_ODBC_READING_H

#include "novate/source.h"

struct reading_row {
    const char **values; /* by column read */
    int chunk;
    uint64_t line;
    uint64_t offset;
    const char *file;
    const char *refused; /* class of its row error, or NULL */
    int refused_column;
    const char *message;
    struct hash hash;
};

struct reading {
    struct arena arena;
    struct problems problems;
    struct source *source;
    struct relation *relation;
    struct chunk_list chunks;
    struct reading_row *rows;
    int count;
    int capacity;
    struct digest digest;
    struct counters counters; /* what the reader repaired */
    const int *columns;       /* what is read; NULL: all */
    int column_count;
    struct error error;
};

void reading_open(struct reading *reading, const struct plan_source *settings);
/* False: there are problems. */
bool reading_describe(struct reading *reading, const struct relation_spec *spec);
void reading_plan(struct reading *reading, uint64_t chunk_rows, uint64_t chunk_bytes);
/* Reads all chunks; false: reading->error says why not. Forgets what was read before. */
bool reading_try(struct reading *reading);
void reading_run(struct reading *reading);
const char *reading_value(const struct reading *reading, int row, const char *column);
/* The row that has this value in a column; fails the test unless there is exactly one. */
int reading_find(const struct reading *reading, const char *column, const char *value);
const struct column *reading_column(const struct reading *reading, const char *name);
const char *reading_type(struct reading *reading, const char *name);
/* "message (hint)" of the first problem, "" without. */
const char *reading_problem(struct reading *reading);
void reading_close(struct reading *reading);

/* The defaults of a mapping: comma, double quote, header, empty is NULL. */
struct relation_spec reading_spec(void);

#endif
