/* help.c — help and reference, from the tables that the parser uses.
 * SPDX-License-Identifier: Apache-2.0 */
#include "option_table.h"

#include <string.h>

enum {
    HELP_COLUMNS = 78,
    SUMMARY_COLUMN = 12,
    OPTION_COLUMN = 24
};

/* Breaks a paragraph at blanks. */
static void push_paragraph(struct text_buffer *out, const char *text, size_t indent)
{
    size_t column = 0;
    while (*text != '\0') {
        size_t word = strcspn(text, " ");
        if (column > indent && column + 1 + word > HELP_COLUMNS) {
            text_buffer_char(out, '\n');
            column = 0;
        }
        if (column == 0) {
            text_buffer_format(out, "%*s", (int)indent, "");
            column = indent;
        } else {
            text_buffer_char(out, ' ');
            column++;
        }
        text_buffer_push(out, text, word);
        column += word;
        text += word;
        text += strspn(text, " ");
    }
    text_buffer_char(out, '\n');
}

static void push_options(enum command_id command, struct text_buffer *out)
{
    for (int id = 0; id < OPTION_COUNT; id++) {
        const struct option_row *row = &OPTION_TABLE[id];
        if ((row->commands & (1u << command)) == 0) {
            continue;
        }
        size_t start = out->size;
        if (row->letter != 0) {
            text_buffer_format(out, "  -%c, --%s", row->letter, row->name);
        } else {
            text_buffer_format(out, "      --%s", row->name);
        }
        if (row->argument != NULL) {
            text_buffer_format(out, " %s", row->argument);
        }
        size_t width = out->size - start;
        if (width + 2 > OPTION_COLUMN) {
            text_buffer_format(out, "\n%*s", OPTION_COLUMN, "");
        } else {
            text_buffer_format(out, "%*s", (int)(OPTION_COLUMN - width), "");
        }
        text_buffer_format(out, "%s\n", row->help);
    }
}

void help_program(struct text_buffer *out)
{
    text_buffer_string(out,
                       "novate moves the records of an outgoing system to PostgreSQL and proves "
                       "that it did.\n\nUsage: novate COMMAND [OPTIONS] PLAN\n\nCommands:\n");
    for (int id = 0; id < COMMAND_COUNT; id++) {
        text_buffer_format(
            out, "  %-*s%s\n", SUMMARY_COLUMN, COMMAND_TABLE[id].name, COMMAND_TABLE[id].summary);
    }
    text_buffer_string(out,
                       "\n\"novate help COMMAND\" shows the options of a command.\n"
                       "A first migration: novate check PLAN, novate preview PLAN, "
                       "novate rehearse PLAN, novate run PLAN.\n");
}

void help_command(enum command_id command, struct text_buffer *out)
{
    const struct command_row *row = &COMMAND_TABLE[command];
    text_buffer_format(out,
                       "Usage: novate %s%s%s%s\n\n",
                       row->name,
                       row->arguments[0] == '\0' ? "" : " [OPTIONS] ",
                       row->arguments,
                       "");
    push_paragraph(out, row->description, 0);
    text_buffer_string(out, "\nOptions:\n");
    push_options(command, out);
}

static void push_exit_codes(struct text_buffer *out)
{
    text_buffer_string(out, "\n| exit | name | means |\n|---|---|---|\n");
    for (int code = 0; code < ERROR_CODE_COUNT; code++) {
        text_buffer_format(out,
                           "| %d | %s | %s |\n",
                           error_exit_code((enum error_code)code),
                           error_code_name((enum error_code)code),
                           error_code_meaning((enum error_code)code));
    }
}

void help_reference(struct text_buffer *out)
{
    text_buffer_string(out, "| command | what it does |\n|---|---|\n");
    for (int id = 0; id < COMMAND_COUNT; id++) {
        const struct command_row *row = &COMMAND_TABLE[id];
        text_buffer_format(out,
                           "| `novate %s%s%s` | %s |\n",
                           row->name,
                           row->arguments[0] == '\0' ? "" : " ",
                           row->arguments,
                           row->description);
    }
    text_buffer_string(out, "\n| option | commands | meaning |\n|---|---|---|\n");
    for (int id = 0; id < OPTION_COUNT; id++) {
        const struct option_row *row = &OPTION_TABLE[id];
        text_buffer_format(out,
                           "| `--%s%s%s` | ",
                           row->name,
                           row->argument == NULL ? "" : " ",
                           row->argument == NULL ? "" : row->argument);
        bool all = row->commands == ON_ALL || row->commands == ON_PLAN;
        const char *separator = "";
        for (int command = 0; command < COMMAND_COUNT && !all; command++) {
            if ((row->commands & (1u << command)) != 0) {
                text_buffer_format(out, "%s%s", separator, COMMAND_TABLE[command].name);
                separator = ", ";
            }
        }
        text_buffer_format(out, "%s | %s |\n", all ? "all" : "", row->help);
    }
    push_exit_codes(out);
}
