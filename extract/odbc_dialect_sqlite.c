/* odbc_dialect_sqlite.c — SQLite's manners.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_dialect_column.h"
#include "odbc_health.h"

#include <string.h>
#include <strings.h>

/* SQLite stores in any column values of any type, and its driver hides which: texts are cut at
 * U+0000, numbers at 15 digits. So the server puts a letter before each value but integers, which
 * begin with a digit or a minus; a text that would be cut comes in hexadecimal digits. */
#define SQLITE_HEX_TEXT "'x' || hex(CAST($ AS BLOB))"
#define SQLITE_INTEGER  " WHEN 'integer' THEN $"
#define SQLITE_TEXT                                                                                \
    " WHEN 'text' THEN CASE WHEN instr($, char(0)) > 0 THEN " SQLITE_HEX_TEXT " ELSE 't' || $ END"
#define SQLITE_OTHER                                                                               \
    " WHEN 'real' THEN 'r' || printf('%!.20e', $) WHEN 'blob' THEN 'b' || hex($) END"

/* What a column mostly has is asked first. */
#define SQLITE_INTEGERS "CASE typeof($)" SQLITE_INTEGER SQLITE_TEXT SQLITE_OTHER
#define SQLITE_TEXTS    "CASE typeof($)" SQLITE_TEXT SQLITE_INTEGER SQLITE_OTHER

/* Bytes of a value that its driver gives at once: it fills all of them for each. Longer ones are
 * read again. */
enum {
    WIDTH_WORDS = 256,
    WIDTH_NUMBER = 64
};

/* By the declared type's name, then by affinity. Lengths and scales are left out: SQLite does not
 * enforce them. */
static struct type sqlite_type(const char *name)
{
    struct type type;
    if (type_parse(text_of(name), &type)) {
        if (type_is_integer(type.id)) {
            return type_of(TYPE_INT8);
        }
        return type_of(type_is_text(type.id)    ? TYPE_TEXT
                       : type.id == TYPE_FLOAT4 ? TYPE_FLOAT8
                       : type.id == TYPE_OTHER  ? TYPE_TEXT
                                                : type.id);
    }
    if (odbc_contains(name, "int")) {
        return type_of(TYPE_INT8);
    }
    if (odbc_contains(name, "blob")) {
        return type_of(TYPE_BYTEA);
    }
    if (odbc_contains(name, "real") || odbc_contains(name, "floa") || odbc_contains(name, "doub")) {
        return type_of(TYPE_FLOAT8);
    }
    if (odbc_contains(name, "datetime")) {
        return type_of(TYPE_TIMESTAMP);
    }
    return type_of(odbc_contains(name, "number") ? TYPE_NUMERIC : TYPE_TEXT);
}

static bool sqlite_column(const struct odbc_described *described,
                          struct arena *arena,
                          struct odbc_column *column)
{
    (void)arena;
    column->type = sqlite_type(described->type_name);
    column->form = ODBC_FORM_TAGGED;
    bool words = type_storage(column->type.id) == STORAGE_TEXT;
    column->width = words ? WIDTH_WORDS : WIDTH_NUMBER;
    column->expression = type_is_integer(column->type.id) ? SQLITE_INTEGERS : SQLITE_TEXTS;
    column->parameter_type = SQL_VARCHAR;
    /* The column's affinity makes the text of a key what it was; a column without one, or of
     * floating point, would be compared otherwise than it is stored. */
    bool compares = described->from_catalogue && described->type_name[0] != '\0' &&
                    column->type.id != TYPE_BYTEA && column->type.id != TYPE_FLOAT8;
    column->key_text = compares ? "CAST($ AS TEXT)" : NULL;
    return true;
}

const struct odbc_dialect odbc_dialect_sqlite = {
    .name = "SQLite",
    .product = "sqlite",
    .library = "sqlite",
    .manners = "StepAPI=1;NoCreat=1",
    .stored = "CASE typeof($) WHEN 'text' THEN " SQLITE_HEX_TEXT SQLITE_INTEGER SQLITE_OTHER,
    .stored_form = ODBC_FORM_TAGGED,
    .session = "PRAGMA query_only = 1\nPRAGMA cache_size = -16384", /* KiB; 2 MB by itself */
    .columns = "SELECT name, type, CASE WHEN \"notnull\" OR (pk = 1 AND upper(type) = 'INTEGER' "
               "AND sum(pk > 0) OVER () = 1) THEN 0 ELSE 1 END FROM pragma_table_xinfo(?) "
               "WHERE hidden <> 1 ORDER BY cid",
    .column_parameters = 1,
    .snapshot = "BEGIN",
    .snapshot_end = "COMMIT",
    /* With any other journal, a reader's transaction keeps writers out. */
    .snapshot_allowed = "SELECT CASE journal_mode WHEN 'wal' THEN 1 ELSE 0 END "
                        "FROM pragma_journal_mode",
    .indexes = "SELECT * FROM (WITH a(t) AS (SELECT ?) "
               "SELECT l.name AS i, l.\"unique\", c.name, c.seqno AS n FROM a, "
               "pragma_index_list(a.t) l, pragma_index_info(l.name) c WHERE l.partial = 0 "
               "UNION ALL SELECT ' rowid', 1, name, 0 FROM (SELECT name, type, pk, "
               "sum(pk > 0) OVER () AS pks FROM a, pragma_table_info(a.t)) "
               "WHERE pk = 1 AND pks = 1 AND upper(type) = 'INTEGER') ORDER BY i, n",
    .row_values = true,
    .steps_by_max = true,
    .limit = ODBC_LIMIT_SUFFIX,
    .count = "COUNT(*)",
    .health = &odbc_health_sqlite,
    .column = sqlite_column};
