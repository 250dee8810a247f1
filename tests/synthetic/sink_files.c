/* sink_files.c — WinPath's, JAC's and PACS's files, and Millennium's tables for MariaDB.
 * SPDX-License-Identifier: Apache-2.0 */
#include "delimited.h"
#include "fatal.h"
#include "sink.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    enum table_number table;
    const char *name;
} names[] = {
    {T_WINPATH_SAMPLE, "samplelevel.csv"},
    {T_WINPATH_RESULT, "resultlevel.csv"},
    {T_WINPATH_ORDERABLE, "master_orderables.csv"},
    {T_WINPATH_RESULTABLE, "master_resultable.csv"},
    {T_JAC_PATIENT, "patient_basic.csv"},
    {T_JAC_PRESCRIPTION, "prescription.csv"},
    {T_JAC_ADMIN_DOSE, "administration.csv"},
    {T_JAC_ISSUE, "xdailyissues.csv"},
    {T_PACS_PATIENT, "patients.csv"},
    {T_PACS_STUDY, "examinations.csv"},
    {T_PACS_SERIES, "series.csv"},
    {T_PACS_REPORT, "reports.csv"},
    {T_PACS_EXAM_REPORT, "examination_reports.csv"},
    {T_PACS_REQUEST, "requests.csv"},
    {T_JAC_HOMECARE, "homecare_request_header.csv"},
    {T_JAC_HOMECARE_ITEM, "homecare_request_item.csv"},
    {T_FORM_PATIENT, "patients.csv"},
    {T_FORM_VISIT, "visits.csv"},
    {T_FORM_STAY, "stays.csv"},
    {T_FORM_REQUEST, "requests.csv"},
    {T_FORM_OBSERVATION, "observations.csv"},
    {T_FORM_DOSE, "administrations.csv"},
};

struct files_sink {
    struct sink sink;
    enum system system;
    const char *folder;
    struct dialect dialect;
    char name[64];
    FILE *file;
    FILE *statements; /* of MariaDB */
};

static struct dialect dialect_of(enum system system)
{
    struct dialect dialect = {.delimiter = ',',
                              .quoting = QUOTE_CSV,
                              .header = "",
                              .line_end = "\r\n",
                              .moment = FORM_SLASHED,
                              .day = FORM_SLASHED_DAY};
    if (system == MILLENNIUM) {
        return (struct dialect){.delimiter = '\t', .quoting = QUOTE_LOAD, .line_end = "\n"};
    }
    if (system == PACS) {
        dialect.mark = true;
        dialect.moment = FORM_ISO;
        dialect.day = FORM_ISO_DAY;
    } else if (system == PAPER) {
        dialect.moment = FORM_SLASHED_MINUTE;
    } else {
        dialect.cp1252 = true;
        dialect.moment = system == JAC ? FORM_SLASHED_MINUTE : FORM_SLASHED;
    }
    return dialect;
}

static bool wants(const struct sink *base, const struct table *table)
{
    return table->system == ((const struct files_sink *)base)->system;
}

static const char *maria_type(const struct column *column, char *text, size_t size)
{
    switch (column->type) {
    case COLUMN_NUMBER:
        return "BIGINT";
    case COLUMN_DOUBLE:
        return "DOUBLE";
    case COLUMN_MOMENT:
        return "DATETIME";
    case COLUMN_DAY:
        return "DATE";
    case COLUMN_LONG_TEXT:
        return "LONGTEXT";
    case COLUMN_BYTES:
        return "LONGBLOB";
    case COLUMN_TEXT:
    case COLUMN_CHAR:
        break;
    }
    (void)snprintf(
        text, size, "%s(%d)", column->type == COLUMN_CHAR ? "CHAR" : "VARCHAR", column->width);
    return text;
}

static void put_key(FILE *file, const char *kind, const char *key)
{
    (void)fprintf(file, ",\n    %s (", kind);
    for (; *key != '\0'; key++) {
        (void)fputs(*key == ' ' ? ", " : (char[]){*key, '\0'}, file);
    }
    (void)fputs(")", file);
}

static void put_statements(FILE *file, const struct table *table)
{
    char type[32];

    (void)fprintf(
        file, "DROP TABLE IF EXISTS `%s`;\nCREATE TABLE `%s` (", table->name, table->name);
    for (int i = 0; i < table->count; i++) {
        const struct column *column = &table->columns[i];
        (void)fprintf(file,
                      "%s\n    %s %s%s",
                      i > 0 ? "," : "",
                      column->name,
                      maria_type(column, type, sizeof type),
                      column->not_null ? " NOT NULL" : "");
    }
    put_key(file, table->unique ? "PRIMARY KEY" : "KEY", table->key);
    if (table->index != NULL) {
        put_key(file, "KEY", table->index);
    }
    (void)fprintf(file,
                  "\n) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;\n"
                  "LOAD DATA LOCAL INFILE '%s.tsv' INTO TABLE `%s` CHARACTER SET utf8mb4\n    (",
                  table->name,
                  table->name);
    for (int i = 0; i < table->count; i++) {
        bool bytes = table->columns[i].type == COLUMN_BYTES;
        (void)fprintf(file, "%s%s%s", i > 0 ? ", " : "", bytes ? "@" : "", table->columns[i].name);
    }
    (void)fputs(")", file);
    for (int i = 0; i < table->count; i++) {
        if (table->columns[i].type == COLUMN_BYTES) {
            (void)fprintf(
                file, "\n    SET %s = UNHEX(@%s)", table->columns[i].name, table->columns[i].name);
        }
    }
    (void)fputs(";\n", file);
}

static void begin(struct sink *base, struct row *row)
{
    struct files_sink *sink = (struct files_sink *)base;

    (void)snprintf(sink->name, sizeof sink->name, "%s.tsv", row->table->name);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (names[i].table == row->table->number) {
            (void)snprintf(sink->name, sizeof sink->name, "%s", names[i].name);
        }
    }
    sink->file = delimited_open(sink->folder, sink->name, &sink->dialect);
    delimited_header(sink->file, row->table, &sink->dialect);
    if (sink->statements != NULL) {
        put_statements(sink->statements, row->table);
    }
}

static void write_row(struct sink *base, const struct row *row)
{
    struct files_sink *sink = (struct files_sink *)base;
    delimited_row(sink->file, row, &sink->dialect);
}

static void end(struct sink *base, struct table *table)
{
    struct files_sink *sink = (struct files_sink *)base;
    (void)table;
    delimited_close(sink->file, sink->name);
}

static void close_sink(struct sink *base)
{
    struct files_sink *sink = (struct files_sink *)base;
    if (sink->statements != NULL) {
        delimited_close(sink->statements, "load.sql");
    }
    free(sink);
}

struct sink *sink_peripheral(const char *folder, enum system system)
{
    struct files_sink *sink = calloc(1, sizeof *sink);

    if (sink == NULL) {
        fatal("no memory");
    }
    folder_make(folder);
    sink->sink = (struct sink){wants, begin, write_row, end, close_sink};
    sink->system = system;
    sink->folder = folder;
    sink->dialect = dialect_of(system);
    return (struct sink *)sink; /* its first member */
}

struct sink *sink_mariadb(const char *folder)
{
    struct files_sink *sink = (struct files_sink *)sink_peripheral(folder, MILLENNIUM);
    sink->statements = delimited_open(folder, "load.sql", &sink->dialect);
    return (struct sink *)sink; /* its first member */
}
