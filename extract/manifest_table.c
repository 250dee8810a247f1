/* manifest_table.c — manifests that are tables: columns by name, a line per file.
 * SPDX-License-Identifier: Apache-2.0 */
#include "file_fields.h"
#include "manifest.h"

#include "novate/limits.h"

#include <stdlib.h>
#include <string.h>

#define REMARKS_BYTES_MAX 1000

enum table_column {
    TABLE_NAME,
    TABLE_ROWS,
    TABLE_BYTES,
    TABLE_HASH,
    TABLE_COLUMN_COUNT
};

struct table {
    const char *manifest;
    const char *wanted[TABLE_COLUMN_COUNT]; /* names; NULL: not asked for */
    int indices[TABLE_COLUMN_COUNT];        /* fields; -1: not there */
    const char **names;                     /* of all columns */
    int column_count;
    uint64_t line;
    struct file_fields fields;
    struct arena *arena;
    struct manifest *result;
    struct error *error;
};

static bool fault(const struct table *table, const char *reason)
{
    return manifest_error(table->manifest, table->line, reason, table->error);
}

static bool fault_of(const struct table *table, enum table_column column, const char *what)
{
    const char *reason = arena_format(table->arena, "\"%s\" is %s", table->wanted[column], what);
    return reason == NULL ? error_set_memory(table->error) : fault(table, reason);
}

/* The header, with or without # before it. */
static bool take_header(struct table *table)
{
    table->column_count = table->fields.count;
    table->names = ARENA_ARRAY(table->arena, const char *, (size_t)table->column_count + 1);
    if (table->names == NULL) {
        return error_set_memory(table->error);
    }
    for (int i = 0; i < table->column_count; i++) {
        struct text name = table->fields.items[i];
        if (i == 0 && name.size > 0 && name.data[0] == '#') {
            name = text_from(name.data + 1, name.size - 1);
        }
        name = text_trim(name);
        table->names[i] = arena_copy(table->arena, name.data, name.size);
        if (table->names[i] == NULL) {
            return error_set_memory(table->error);
        }
        for (int k = 0; k < TABLE_COLUMN_COUNT; k++) {
            if (table->wanted[k] != NULL && text_equal_case(name, text_of(table->wanted[k]))) {
                table->indices[k] = i;
            }
        }
    }
    for (int k = 0; k < TABLE_COLUMN_COUNT; k++) {
        if (table->wanted[k] != NULL && table->indices[k] < 0) {
            const char *reason =
                arena_format(table->arena, "it has no column \"%s\"", table->wanted[k]);
            return reason == NULL ? error_set_memory(table->error) : fault(table, reason);
        }
    }
    return true;
}

static struct text field(const struct table *table, enum table_column column)
{
    return text_trim(table->fields.items[table->indices[column]]);
}

static bool take_number(const struct table *table,
                        enum table_column column,
                        bool *given,
                        uint64_t *value)
{
    if (table->wanted[column] == NULL) {
        return true;
    }
    struct text text = field(table, column);
    uint64_t number = 0;
    for (uint32_t i = 0; i < text.size; i++) {
        unsigned digit = (unsigned)text.data[i] - '0';
        if (digit > 9 || text.size > 18) {
            return fault_of(table, column, "not a number");
        }
        number = number * 10 + digit;
    }
    *given = text.size > 0;
    *value = number;
    return *given || fault_of(table, column, "not there");
}

/* What the other columns say: the extract's range, and when it was made. */
static bool take_remarks(const struct table *table, const char **remarks)
{
    struct text_buffer out;
    text_buffer_init(&out, REMARKS_BYTES_MAX);
    for (int i = 0; i < table->column_count && !out.failed; i++) {
        bool used = false;
        for (int k = 0; k < TABLE_COLUMN_COUNT; k++) {
            used = used || table->indices[k] == i;
        }
        struct text value = text_trim(table->fields.items[i]);
        if (used || value.size == 0 || !utf8_valid(value.data, value.size, NULL) ||
            !utf8_valid(table->names[i], strlen(table->names[i]), NULL)) {
            continue;
        }
        text_buffer_string(&out, out.size == 0 ? "" : "; ");
        text_buffer_string(&out, table->names[i]);
        text_buffer_string(&out, ": ");
        text_buffer_push(&out, value.data, value.size);
    }
    bool any = !out.failed && out.size > 0; /* too many of them are left out */
    *remarks = any ? arena_string(table->arena, out.data) : NULL;
    text_buffer_release(&out);
    return !any || *remarks != NULL || error_set_memory(table->error);
}

static bool take_record(struct table *table)
{
    if (table->fields.count != table->column_count) {
        return fault(table, "it has not as many fields as the header");
    }
    struct text name = field(table, TABLE_NAME);
    if (name.size == 0 || memchr(name.data, '\0', name.size) != NULL) {
        return fault_of(table, TABLE_NAME, name.size == 0 ? "not there" : "no name");
    }
    struct statement *statement = manifest_push(table->result, table->arena, table->error);
    if (statement == NULL) {
        return false;
    }
    statement->name = manifest_path(table->manifest, name, table->arena);
    statement->manifest = table->manifest;
    statement->line = table->line;
    if (statement->name == NULL) {
        return error_set_memory(table->error);
    }
    if (table->wanted[TABLE_HASH] != NULL) {
        statement->hash = manifest_hash(field(table, TABLE_HASH), &statement->kind, table->arena);
        if (statement->hash == NULL) {
            return fault_of(table, TABLE_HASH, "no MD5, SHA-1, SHA-256 or SHA-512");
        }
    }
    return take_number(table, TABLE_ROWS, &statement->rows_given, &statement->rows) &&
           take_number(table, TABLE_BYTES, &statement->bytes_given, &statement->bytes) &&
           take_remarks(table, &statement->remarks);
}

/* `plain` is as large as the manifest. */
static bool take_all(
    struct table *table, char delimiter, int quote, const char *data, size_t size, char *plain)
{
    struct file_scan scan;
    bool more = true;
    file_scan_init(&scan, delimiter, quote, 0, 1);
    file_scan_feed(&scan, data, size);
    for (bool first = true; more; first = false) {
        bool found = file_scan_record(&scan);
        more = found;
        if (!found && !file_scan_finish(&scan)) {
            break;
        }
        const struct file_record *record = &scan.record;
        table->line = record->line;
        if (record->malformed || record->unclosed ||
            record->end - record->begin > LIMIT_MANIFEST_LINE_BYTES) {
            return fault(table, "it is not well formed");
        }
        if (!file_fields_split(&table->fields,
                               data + record->begin,
                               (size_t)(record->end - record->begin),
                               record->quoted,
                               plain,
                               table->error)) {
            return false;
        }
        if (table->fields.count > LIMIT_COLUMNS) {
            return fault(table, "it has too many columns");
        }
        if (!(first ? take_header(table) : take_record(table))) {
            return false;
        }
    }
    table->line = 1;
    return table->names != NULL || fault(table, "it is empty");
}

bool manifest_parse_table(const struct plan_manifest *form,
                          const char *name,
                          const char *data,
                          size_t size,
                          struct arena *arena,
                          struct manifest *manifest,
                          struct error *error)
{
    struct table table = {.manifest = name,
                          .wanted = {[TABLE_NAME] = form->name,
                                     [TABLE_ROWS] = form->rows,
                                     [TABLE_BYTES] = form->bytes,
                                     [TABLE_HASH] = form->hash},
                          .indices = {-1, -1, -1, -1},
                          .arena = arena,
                          .result = manifest,
                          .error = error};
    /* Feeds by "|" quote nothing; everything else is as CSV. */
    int quote = form->delimiter == '|' ? FILE_SCAN_NO_QUOTE : '"';
    char *plain = malloc(size + 1);
    if (plain == NULL) {
        return error_set_memory(error);
    }
    bool ok = file_fields_init(&table.fields, form->delimiter, quote, TEXT_NONE, error) &&
              take_all(&table, form->delimiter, quote, data, size, plain);
    file_fields_release(&table.fields);
    free(plain);
    return ok;
}
