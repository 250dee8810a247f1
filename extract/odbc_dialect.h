/* odbc_dialect.h — the manners of each ODBC driver, in one place.
 *
 * A new database is a file odbc_dialect_<name>.c with one constant struct, named in odbc_dialect.c:
 * how it is recognised, what is asked of its driver so that it does not hold results in memory, how
 * a session is made read-only, which catalogue query gives exact types, and a function that says
 * for each column what type it has and in which form its values are fetched without loss.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_ODBC_DIALECT_H
#define NOVATE_EXTRACT_ODBC_DIALECT_H

#include "decode.h"

#include "novate/arena.h"
#include "novate/type.h"

#include <sql.h>
#include <sqlext.h>
#include <stdbool.h>
#include <stddef.h>

/* Two, three and four bytes in UTF-8. */
#define ODBC_PROBE_TEXT "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"

/* In which form a column is fetched. */
enum odbc_form {
    ODBC_FORM_INTEGER,     /* SQL_C_SBIGINT */
    ODBC_FORM_DOUBLE,      /* SQL_C_DOUBLE: of binary floating point only */
    ODBC_FORM_BIT,         /* SQL_C_BIT */
    ODBC_FORM_TEXT,        /* SQL_C_CHAR: UTF-8, or ASCII whatever the driver does to texts */
    ODBC_FORM_WIDE,        /* SQL_C_WCHAR: UTF-16 */
    ODBC_FORM_NATIONAL,    /* SQL_C_CHAR where the connection gives UTF-8 so, else SQL_C_WCHAR */
    ODBC_FORM_BYTES,       /* SQL_C_BINARY */
    ODBC_FORM_DATE,        /* SQL_C_TYPE_DATE */
    ODBC_FORM_TIME,        /* SQL_C_TYPE_TIME */
    ODBC_FORM_TIMESTAMP,   /* SQL_C_TYPE_TIMESTAMP */
    ODBC_FORM_PACKED,      /* SQL_C_SBIGINT: YYYYMMDD or YYYYMMDDhhmmss */
    ODBC_FORM_PACKED_TEXT, /* SQL_C_CHAR: the same with a fraction of six digits */
    ODBC_FORM_TAGGED,      /* SQL_C_CHAR: its storage class and the value (SQLite) */
};

/* What the driver and the catalogue say about a column. */
struct odbc_described {
    const char *name;
    const char *type_name; /* with modifiers where the dialect has a catalogue query */
    bool from_catalogue;   /* type_name is the catalogue's, not the driver's */
    SQLSMALLINT sql_type;
    SQLULEN size;
    SQLSMALLINT digits;
    SQLLEN octets;
    bool is_unsigned;
    bool nullable;
};

/* What is decided about it. */
struct odbc_column {
    struct type type;
    enum odbc_form form;
    size_t width;           /* bytes that a value takes at most when bound, 0: no limit is known */
    const char *expression; /* for the SELECT list; $ stands for the quoted name */
    const char *key_text;   /* the same for a key as text; NULL: no chunks by this column */
    const char *parameter; /* what stands for a key's text in a comparison: "?", "CAST(? AS …)" */
    SQLSMALLINT parameter_type;
    struct text_care care; /* of its texts */
};

struct odbc_health;

/* How a query asks for its first n rows. */
enum odbc_limit {
    ODBC_LIMIT_NONE,        /* no way is known: the reader stops fetching */
    ODBC_LIMIT_SUFFIX,      /* SELECT … ORDER BY … LIMIT n */
    ODBC_LIMIT_FETCH_FIRST, /* SELECT … ORDER BY … FETCH FIRST n ROWS ONLY */
    ODBC_LIMIT_TOP,         /* SELECT TOP (n) … ORDER BY … */
    ODBC_LIMIT_ROWNUM,      /* SELECT * FROM (SELECT … ORDER BY …) WHERE ROWNUM <= n */
};

struct odbc_dialect {
    const char *name;
    const char *product;  /* in SQL_DBMS_NAME, in any case; NULL: any */
    int version;          /* the oldest major one in SQL_DBMS_VER that is meant; 0: any */
    const char *library;  /* in a connection string that names the driver, "a|b"; NULL: none */
    const char *manners;  /* "KEY=value;…" appended to the connection string where not given */
    const char *encoding; /* a manner that makes SQL_C_CHAR UTF-8; a DSN may have its own */
    const char *probe;    /* query for ODBC_PROBE_TEXT: is it? NULL: no form depends on it */
    const char *unfit;    /* beginning of the file name of a driver that cannot be used, or NULL */
    const char *stored;   /* expression for the bytes of a text as they are stored; NULL: none */
    enum odbc_form stored_form; /* that it is fetched in */
    bool wide;                  /* has the W functions */
    bool schema_is_catalog;
    bool modulo_function; /* {fn MOD(a, b)} instead of a % b */
    bool stores_results;  /* the driver holds each result in memory whole (odbc_slice.h) */
    bool declares;        /* reads through a cursor of novate's own (odbc_declared.h) */
    bool steps_by_max;    /* MAX() of keys is cheaper than a window, and goes by their order */
    bool rereads_block;   /* SQLSetPos and SQLGetData reach every row of a block */
    enum odbc_limit limit;
    const char *snapshot; /* begins a read-only view of one moment; NULL: there is none */
    const char *snapshot_end;
    const char *snapshot_allowed; /* query that gives 1 where it may be begun; NULL: always */
    bool snapshot_manual;         /* lasts only without autocommit */
    const char *count;            /* counts rows without overflow: "COUNT(*)" */
    const SQLINTEGER
        *lost;           /* numbers of errors after which to connect again, 0 at the end; or NULL */
    const char *session; /* statements after connecting, one per line */
    const char *schema;  /* query for the schema of unqualified names; NULL: none */
    /* Query for the tables of a name, where listing all of them is much: each ? is the name. As
     * SQLTables() begins, catalogue, schema, name; then how much a name without schema means this
     * one, 0 not at all, and what the table is really called. NULL: SQLTables(). */
    const char *tables;
    const char *columns;   /* query for name, type, nullable (0 or 1); NULL: the driver's word */
    int column_parameters; /* of it: 2: schema and table, 1: table */
    const struct odbc_health *health; /* its probes (odbc_health.h); NULL: none are known */
    const char *indexes; /* query for name, unique (0 or 1), column (NULL: an expression) of whole
                            indexes, by name and position; parameters as of `columns`, two where
                            that is not given; NULL: the driver's word */
    const char *engine;  /* query for 1 where a table gives no snapshot; two parameters; or NULL */
    bool force_index;    /* FROM … FORCE INDEX (name): large ranges would be scans otherwise */
    bool row_values;     /* (a, b) > (?, ?) is a range of an index */
    bool (*column)(const struct odbc_described *described,
                   struct arena *arena,
                   struct odbc_column *column);
};

/* By SQL_DBMS_NAME and SQL_DBMS_VER. */
const struct odbc_dialect *odbc_dialect_of_product(const char *product, const char *version);
/* By the name of the driver in a connection string; NULL: it does not say. */
const struct odbc_dialect *odbc_dialect_of_string(const char *connection_string);
/* The manners that the connection string does not speak of, or "". */
const char *odbc_dialect_manners(const struct odbc_dialect *dialect,
                                 const char *connection_string,
                                 struct arena *arena);

#endif
