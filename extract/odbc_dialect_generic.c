/* odbc_dialect_generic.c — what any driver may be trusted with.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_dialect_column.h"

#include <string.h>
#include <strings.h>

/* What any driver may be trusted with. */
static bool generic_column(const struct odbc_described *described,
                           struct arena *arena,
                           struct odbc_column *column)
{
    (void)arena;
    column->parameter_type = described->sql_type;
    if (odbc_number_column(described, column) || odbc_time_column(described, column)) {
        return true;
    }
    switch (described->sql_type) {
    case SQL_CHAR:
    case SQL_WCHAR:
        odbc_wide_column(column, odbc_text_type(TYPE_CHAR, described->size), described->size);
        return true;
    case SQL_VARCHAR:
    case SQL_WVARCHAR:
        odbc_wide_column(column, odbc_text_type(TYPE_VARCHAR, described->size), described->size);
        return true;
    case SQL_BINARY:
    case SQL_VARBINARY:
        odbc_bytes_column(column, described->size);
        return true;
    case SQL_LONGVARBINARY:
        odbc_bytes_column(column, 0);
        return true;
    case SQL_GUID:
        column->type = type_of(TYPE_UUID);
        column->form = ODBC_FORM_TEXT;
        column->width = WIDTH_UUID;
        return true;
    default:
        odbc_wide_column(column, type_of(TYPE_TEXT), 0);
        column->key_text = NULL;
        return true;
    }
}

const struct odbc_dialect odbc_dialect_generic = {.name = "generic",
                                                  .wide = true,
                                                  .modulo_function = true,
                                                  .count = "COUNT(*)",
                                                  .column = generic_column};
