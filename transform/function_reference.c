/* function_reference.c — the reference of functions in Markdown, out of functions.def.
 * SPDX-License-Identifier: Apache-2.0 */
#include "function_table.h"

#include "novate/transform.h"

#include <string.h>

static const char *type_name(int id)
{
    static const char *const names[] = {
#define TYPE(name, sql, storage, tag) sql,
#include "novate/types.def"
#undef TYPE
    };
    return names[id];
}

/* A cell of a table: a bar would end it. */
static void push_cell(struct text_buffer *out, const char *text)
{
    for (; *text != '\0'; text++) {
        text_buffer_string(out, *text == '|' ? "\\|" : (char[2]){*text, '\0'});
    }
}

static void push_usage(struct text_buffer *out, const struct reference_entry *entry)
{
    const struct function *function = &entry->function;

    text_buffer_char(out, '`');
    if (entry->usage != NULL) {
        push_cell(out, entry->usage);
    } else {
        text_buffer_format(out, "%s(", function->name);
        for (int i = 0; i < function->arg_count; i++) {
            text_buffer_format(out, "%s%s", i == 0 ? "" : ", ", type_name(function->args[i]));
        }
        text_buffer_format(out, ") → %s", type_name((int)function->result));
    }
    text_buffer_char(out, '`');
}

/* Entries of one name that are explained by the first of them make one row. */
static int row_length(const struct reference_entry *table, int count)
{
    int length = 1;

    while (length < count && table[length].group == NULL &&
           strcmp(table[length].function.name, table[0].function.name) == 0 &&
           table[length].function.doc[0] == '\0') {
        length++;
    }
    return length;
}

/* What becomes of a NULL argument. */
static const char *null_rule(const struct reference_entry *entry)
{
    return entry->nulls != NULL                             ? entry->nulls
           : entry->function.arg_count == 0                 ? ""
           : (entry->function.flags & FUNCTION_STRICT) != 0 ? "NULL"
                                                            : "a value like others";
}

/* Every fault of the entries of a row, each once. */
static void push_errors(struct text_buffer *out, const struct reference_entry *table, int length)
{
    bool said[FAULT_COUNT] = {false};
    bool any = false;

    if (table[0].errors != NULL) {
        push_cell(out, table[0].errors);
        return;
    }
    for (int i = 0; i < length; i++) {
        for (int at = 0; at < FUNCTION_FAULTS_MAX; at++) {
            enum fault fault = table[i].function.faults[at];
            if (fault == FAULT_NONE || said[fault]) {
                continue;
            }
            said[fault] = true;
            text_buffer_format(out, "%s%s ", any ? "<br>" : "", fault_info(fault)->sqlstate);
            push_cell(out, fault_info(fault)->message);
            any = true;
        }
    }
}

static void push_row(struct text_buffer *out, const struct reference_entry *table, int length)
{
    bool any = false;

    text_buffer_string(out, "| ");
    for (int i = 0; i < length; i++) {
        if (table[i].usage == NULL && table[i].function.kernel == NULL) {
            continue; /* known only to be refused */
        }
        text_buffer_string(out, i == 0 ? "" : "<br>");
        push_usage(out, &table[i]);
    }
    text_buffer_string(out, " | ");
    push_cell(out, table[0].function.doc);
    if ((table[0].function.flags & FUNCTION_OURS) != 0) {
        text_buffer_string(out, " Not in PostgreSQL.");
    }
    text_buffer_string(out, " | ");
    push_cell(out, null_rule(&table[0]));
    text_buffer_string(out, " | ");
    push_errors(out, table, length);
    text_buffer_string(out, " | ");
    for (int i = 0; i < length; i++) {
        if (table[i].function.example[0] != '\0') {
            text_buffer_string(out, any ? "<br>`" : "`");
            push_cell(out, table[i].function.example);
            text_buffer_char(out, '`');
            any = true;
        }
    }
    text_buffer_string(out, " |\n");
}

void function_reference(struct text_buffer *out)
{
    int count = 0;
    const struct reference_entry *table = reference_table(&count);

    for (int i = 0; i < count;) {
        if (table[i].group != NULL) {
            text_buffer_format(
                out,
                "%s### %s\n\n| function | what it gives | of NULL | errors | for example |\n"
                "| --- | --- | --- | --- | --- |\n",
                i == 0 ? "" : "\n",
                table[i].group);
            i++;
            continue;
        }
        int length = row_length(&table[i], count - i);
        if (table[i].function.doc[0] != '\0') {
            push_row(out, &table[i], length);
        }
        i += length;
    }
}
