/* repair_sql.c — the contract is in novate/repair_sql.h.
 *
 * Values of types that only the server knows are compared as texts: json and point have no operator
 * that says equal, and that of citext says it of what differs. Texts are compared by their bytes:
 * a collation that is not deterministic says equal of what differs, too.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/repair_sql.h"

#include "novate/limits.h"

const char *repair_kind_text(enum repair_kind kind)
{
    static const char *const names[REPAIR_KIND_COUNT] = {
        [REPAIR_DELETE] = "delete", [REPAIR_UPDATE] = "update", [REPAIR_INSERT] = "insert"};
    return names[kind];
}

void repair_sql_begin(struct text_buffer *out)
{
    text_buffer_string(out,
                       "SET client_encoding = 'UTF8';\n"
                       "SET standard_conforming_strings = on;\n"
                       "SET DateStyle = 'ISO, MDY';\n"
                       "SET IntervalStyle = 'postgres';\n"
                       "SET TimeZone = 'UTC';\n"
                       "SET extra_float_digits = 1;\n"
                       "SET bytea_output = 'hex';\n"
                       "BEGIN;\n"
                       "SET CONSTRAINTS ALL DEFERRED;\n");
}

void repair_sql_end(struct text_buffer *out)
{
    text_buffer_string(out, "\nCOMMIT;\n");
}

void repair_sql_comment(struct text_buffer *out, const char *text)
{
    text_buffer_string(out, "-- ");
    for (; *text != '\0'; text++) {
        text_buffer_char(out, *text == '\n' || *text == '\r' ? ' ' : *text);
    }
    text_buffer_char(out, '\n');
}

static void push_literal(const struct vector *vector, int row, struct text_buffer *out)
{
    struct text_buffer value;
    if (vector_is_null(vector, row)) {
        text_buffer_string(out, "NULL");
        return;
    }
    text_buffer_init(&value, LIMIT_RECORD_BYTES * 2);
    text_buffer_string(&value, "");
    vector_format(vector, row, &value);
    out->failed = out->failed || value.failed;
    if (!value.failed) {
        text_buffer_literal(out, text_from(value.data, value.size));
    }
    text_buffer_release(&value);
}

static const struct column *column_of(const struct repair_table *table, int index)
{
    return &table->table->schema.columns[table->columns[index]];
}

static void push_name(const struct repair_table *table, int index, struct text_buffer *out)
{
    text_buffer_identifier(out, column_of(table, index)->name, '"');
}

static bool is_key(const struct repair_table *table, int index)
{
    bool found = false;
    for (int i = 0; i < table->key_count; i++) {
        found = found || table->key[i] == index;
    }
    return found;
}

/* Equality of the server may be coarser than that of bytes. */
static const char *exact_form(enum type_id id)
{
    return id == TYPE_OTHER ? "::text COLLATE \"C\"" : type_is_text(id) ? " COLLATE \"C\"" : "";
}

/* "name" = 'value', in a way that NULL meets NULL. */
static void push_pin(const struct repair_table *table,
                     const struct batch *found,
                     int row,
                     int index,
                     struct text_buffer *out)
{
    push_name(table, index, out);
    if (vector_is_null(&found->columns[index], row)) {
        text_buffer_string(out, " IS NULL");
        return;
    }
    text_buffer_string(out, exact_form(column_of(table, index)->type.id));
    text_buffer_string(out, " = ");
    push_literal(&found->columns[index], row, out);
}

/* The key; of texts and of types that only the server knows twice, by its index and exactly. */
static void push_key(const struct repair_table *table,
                     const struct batch *found,
                     int row,
                     struct text_buffer *out)
{
    for (int i = 0; i < table->key_count; i++) {
        int index = table->key[i];
        text_buffer_string(out, i == 0 ? "\nWHERE " : "\n  AND ");
        if (exact_form(column_of(table, index)->type.id)[0] != '\0' &&
            !vector_is_null(&found->columns[index], row)) {
            push_name(table, index, out);
            text_buffer_string(out, " = ");
            push_literal(&found->columns[index], row, out);
            text_buffer_string(out, " AND ");
        }
        push_pin(table, found, row, index, out);
    }
}

void repair_sql_insert(const struct repair_table *table,
                       const struct batch *mapped,
                       int row,
                       struct text_buffer *out)
{
    text_buffer_format(out, "INSERT INTO %s (", table->table->quoted);
    for (int i = 0; i < table->count; i++) {
        text_buffer_string(out, i == 0 ? "" : ", ");
        push_name(table, i, out);
    }
    text_buffer_string(out, ")\nVALUES (");
    for (int i = 0; i < table->count; i++) {
        text_buffer_string(out, i == 0 ? "" : ", ");
        push_literal(&mapped->columns[i], row, out);
    }
    text_buffer_string(out, ");\n");
}

void repair_sql_update(const struct repair_table *table,
                       const struct batch *mapped,
                       int row,
                       const struct batch *found,
                       int found_row,
                       const bool *differs,
                       struct text_buffer *out)
{
    bool first = true;
    text_buffer_format(out, "UPDATE %s SET\n  ", table->table->quoted);
    for (int i = 0; i < table->count; i++) {
        if (differs[i]) {
            text_buffer_string(out, first ? "" : ",\n  ");
            push_name(table, i, out);
            text_buffer_string(out, " = ");
            push_literal(&mapped->columns[i], row, out);
            first = false;
        }
    }
    push_key(table, found, found_row, out);
    for (int i = 0; i < table->count; i++) {
        if (differs[i] && !is_key(table, i)) {
            text_buffer_string(out, "\n  AND ");
            push_pin(table, found, found_row, i, out);
        }
    }
    text_buffer_string(out, ";\n");
}

void repair_sql_delete(const struct repair_table *table,
                       const struct batch *found,
                       int row,
                       struct text_buffer *out)
{
    text_buffer_format(out, "DELETE FROM %s", table->table->quoted);
    push_key(table, found, row, out);
    for (int i = 0; i < table->count; i++) {
        if (!is_key(table, i)) {
            text_buffer_string(out, "\n  AND ");
            push_pin(table, found, row, i, out);
        }
    }
    text_buffer_string(out, ";\n");
}
