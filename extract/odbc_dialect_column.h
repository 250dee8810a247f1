/* odbc_dialect_column.h — decisions about columns that dialects share, and the dialects themselves.
 *
 * Each function sets type, form and width of a column, and takes its key away where values of that
 * form cannot be compared exactly.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_ODBC_DIALECT_COLUMN_H
#define NOVATE_EXTRACT_ODBC_DIALECT_COLUMN_H

#include "odbc_dialect.h"

/* Longest texts of values that are not texts. */
#define WIDTH_DECIMAL  72
#define WIDTH_FLOAT    40
#define WIDTH_DATETIME 48
#define WIDTH_UUID     40

extern const struct odbc_dialect odbc_dialect_generic;
extern const struct odbc_dialect odbc_dialect_mariadb;
extern const struct odbc_dialect odbc_dialect_oracle;
extern const struct odbc_dialect odbc_dialect_oracle_old;
extern const struct odbc_dialect odbc_dialect_postgres;
extern const struct odbc_dialect odbc_dialect_sqlite;
extern const struct odbc_dialect odbc_dialect_sqlserver;

struct type odbc_numeric_type(SQLULEN precision, SQLSMALLINT scale);
/* `id` with a length, or text where none is declared. */
struct type odbc_text_type(enum type_id id, SQLULEN length);

void odbc_integer_column(struct odbc_column *column, enum type_id id);
void odbc_decimal_column(struct odbc_column *column, SQLULEN precision, SQLSMALLINT scale);
void odbc_wide_column(struct odbc_column *column, struct type type, SQLULEN characters);
void odbc_bytes_column(struct odbc_column *column, SQLULEN size);
/* By the driver's own type; false: it is none of these. */
bool odbc_number_column(const struct odbc_described *described, struct odbc_column *column);
bool odbc_time_column(const struct odbc_described *described, struct odbc_column *column);

/* In any case of letters. */
bool odbc_contains(const char *text, const char *part);

#endif
