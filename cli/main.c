/* main.c — the program: parses the line, calls the command, prints the error once, exits.
 * SPDX-License-Identifier: Apache-2.0 */
#include "commands.h"

#include "novate/ledger.h"

#include <string.h>
#include <sys/stat.h>

typedef bool (*command_function)(const struct options *options,
                                 struct console *console,
                                 struct error *error);

static const command_function COMMANDS[COMMAND_COUNT] = {
#define COMMAND(id, name, arguments, function, summary, description) function,
#include "commands.def"
#undef COMMAND
};

static const char *const COMMAND_NAMES[COMMAND_COUNT] = {
#define COMMAND(id, name, arguments, function, summary, description) name,
#include "commands.def"
#undef COMMAND
};

enum {
    HELP_BYTES_MAX = 1 << 20
};

static bool show(struct console *console, struct text_buffer *text, struct error *error)
{
    bool ok = text_buffer_check(text, error);
    if (ok) {
        console_result(console, text->data, text->size);
    }
    text_buffer_release(text);
    return ok;
}

bool command_version(const struct options *options, struct console *console, struct error *error)
{
    (void)options;
    (void)error;
    console_result_text(console, "novate " NOVATE_VERSION "\n");
    return true;
}

bool command_help(const struct options *options, struct console *console, struct error *error)
{
    struct text_buffer text;
    text_buffer_init(&text, HELP_BYTES_MAX);
    const char *topic = options->plan;
    if (topic == NULL) {
        help_program(&text);
        return show(console, &text, error);
    }
    if (strcmp(topic, "reference") == 0) {
        help_reference(&text);
        return show(console, &text, error);
    }
    for (int id = 0; id < COMMAND_COUNT; id++) {
        if (strcmp(COMMAND_NAMES[id], topic) == 0) {
            help_command((enum command_id)id, &text);
            return show(console, &text, error);
        }
    }
    error_set(error, ERROR_USAGE, "there is no command \"%s\"", topic);
    const char *nearest = text_nearest(topic, COMMAND_NAMES, COMMAND_COUNT);
    return nearest == NULL ? error_hint(error, "Try \"novate help\".")
                           : error_hint(error, "Perhaps you meant \"%s\".", nearest);
}

int main(int count, char **arguments)
{
    struct options options;
    struct console console;
    struct error error = ERROR_NONE;
    /* Segments, ledgers and reports are about people: nothing that novate makes is for others. */
    (void)umask(077);
    ledger_set_up();
    bool ok = options_parse(count, arguments, &options, &error);
    console_init(&console, options.quiet, options.log_json);
    if (ok && options.help) {
        struct text_buffer text;
        text_buffer_init(&text, HELP_BYTES_MAX);
        if (options.command == COMMAND_HELP) {
            help_program(&text);
        } else {
            help_command(options.command, &text);
        }
        ok = show(&console, &text, &error);
    } else if (ok) {
        ok = COMMANDS[options.command](&options, &console, &error);
    }
    if (!ok) {
        console_error(&console, &error);
    }
    console_release(&console);
    return ok ? 0 : error_exit_code(error.code);
}
