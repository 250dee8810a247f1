/* options.c — the parser of the command line.
 *
 * GNU's manner: options anywhere, --name VALUE or --name=VALUE, -j4, `--` ends them. What the
 * tables do not know is refused with the name that is most like it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "options.h"

#include "option_table.h"
#include "options_line.h"

#include "novate/limits.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

const struct option_row OPTION_TABLE[OPTION_COUNT] = {
#define OPTION(id, name, letter, argument, commands, help) {name, letter, argument, commands, help},
#include "options.def"
#undef OPTION
};

const struct command_row COMMAND_TABLE[COMMAND_COUNT] = {
#define COMMAND(id, name, arguments, function, summary, description)                               \
    {name, arguments, summary, description},
#include "commands.def"
#undef COMMAND
};

static bool read_number(
    const char *name, const char *text, uint64_t max, uint64_t *value, struct error *error)
{
    char *end = NULL;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 || number > max) {
        return error_set(error,
                         ERROR_USAGE,
                         "option --%s needs a number from 0 to %llu, not \"%s\"",
                         name,
                         (unsigned long long)max,
                         text);
    }
    *value = number;
    return true;
}

static bool push_value(
    const char *name, const char **values, int *count, const char *value, struct error *error)
{
    if (*count == REPEAT_MAX) {
        return error_set(
            error, ERROR_USAGE, "option --%s is given more than %d times", name, REPEAT_MAX);
    }
    values[(*count)++] = value;
    return true;
}

static bool set_log_format(struct options *options, const char *value, struct error *error)
{
    options->log_json = strcmp(value, "json") == 0;
    if (options->log_json || strcmp(value, "text") == 0) {
        return true;
    }
    return error_set(error, ERROR_USAGE, "option --log-format is text or json, not \"%s\"", value);
}

static bool set_format(struct options *options, const char *value, struct error *error)
{
    static const char *const names[] = {"text", "markdown", "csv", "json"};
    bool explains = options->command == COMMAND_EXPLAIN;
    bool traces = options->command == COMMAND_TRACE;
    for (int index = 0; index < 4; index++) {
        bool allowed =
            index != (explains ? OUTPUT_JSON : OUTPUT_MARKDOWN) && !(traces && index == OUTPUT_CSV);
        if (allowed && strcmp(value, names[index]) == 0) {
            options->format = (enum output_format)index;
            return true;
        }
    }
    return error_set(error,
                     ERROR_USAGE,
                     "option --format is text%s, not \"%s\"",
                     explains ? ", markdown or csv"
                     : traces ? " or json"
                              : ", json or csv",
                     value);
}

static bool set_level(struct options *options, const char *value, struct error *error)
{
    for (int level = 0; level < VERIFY_LEVEL_COUNT; level++) {
        if (strcmp(value, verify_level_text((enum verify_level)level)) == 0) {
            options->level = (enum verify_level)level;
            return true;
        }
    }
    return error_set(
        error, ERROR_USAGE, "option --level is counts, digest or full, not \"%s\"", value);
}

/* "30", "30s", "5m", "1h": seconds, a day at most. */
static bool set_time(const char *name, const char *value, uint64_t *seconds, struct error *error)
{
    char *end = NULL;
    errno = 0;
    unsigned long long number = strtoull(value, &end, 10);
    uint64_t unit = *end == 'm' ? 60 : *end == 'h' ? 3600 : 1;
    end += *end == 's' || *end == 'm' || *end == 'h' ? 1 : 0;
    if (value[0] < '0' || value[0] > '9' || *end != '\0' || errno != 0 || number > 86400 / unit) {
        return error_set(error,
                         ERROR_USAGE,
                         "option --%s needs a time up to a day such as 30s or 5m, not \"%s\"",
                         name,
                         value);
    }
    *seconds = number * unit;
    return true;
}

static bool set_state(struct options *options, const char *value, struct error *error)
{
    options->state = value;
    if (strcmp(value, "open") == 0 || strcmp(value, "retried") == 0 ||
        strcmp(value, "closed") == 0) {
        return true;
    }
    return error_set(
        error, ERROR_USAGE, "option --state is open, retried or closed, not \"%s\"", value);
}

/* Where an option goes whose argument is taken as it is; NULL: it is none of these. */
static const char **text_slot(struct options *options, enum option_id id)
{
    return id == OPTION_WORK          ? &options->work
           : id == OPTION_CLASS       ? &options->reject_class
           : id == OPTION_RULE        ? &options->rule
           : id == OPTION_WHY         ? &options->why
           : id == OPTION_WHO         ? &options->who
           : id == OPTION_OUTPUT      ? &options->output
           : id == OPTION_KEY_FILE    ? &options->key_file
           : id == OPTION_SIGNING_KEY ? &options->signing_key
           : id == OPTION_PUBLIC_KEY  ? &options->public_key
           : id == OPTION_PLAN        ? &options->mapping_plan
           : id == OPTION_STRATA      ? &options->strata
                                      : NULL;
}

/* Where an option goes whose argument is a number; NULL: it is none of these. */
static uint64_t *number_slot(struct options *options, enum option_id id, uint64_t *max)
{
    const struct {
        enum option_id id;
        uint64_t *slot;
        uint64_t max;
    } numbers[] = {
        {OPTION_ROWS, &options->rows, 1000},
        {OPTION_CHUNK_ROWS, &options->chunk_rows, INT64_MAX},
        {OPTION_CROSS_CHECK, &options->cross_check, LIMIT_PICKED_RECORDS},
        {OPTION_LIMIT, &options->limit, INT32_MAX},
        {OPTION_SEED, &options->seed, INT64_MAX},
        {OPTION_SIZE, &options->size, LIMIT_PICKED_RECORDS},
        {OPTION_ERRORS, &options->errors, LIMIT_PICKED_RECORDS},
        {OPTION_CHECKED, &options->checked, LIMIT_PICKED_RECORDS},
        {OPTION_RUN, &options->run, INT64_MAX},
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        if (numbers[i].id == id) {
            *max = numbers[i].max;
            return numbers[i].slot;
        }
    }
    return NULL;
}

/* Options whose argument is neither taken as it is nor a number. */
static bool set_special(struct options *options,
                        enum option_id id,
                        const char *value,
                        struct error *error)
{
    const char *name = OPTION_TABLE[id].name;
    uint64_t number = 0;
    switch (id) {
    case OPTION_SET:
        return push_value(name, options->settings, &options->setting_count, value, error);
    case OPTION_ENTITY:
        return push_value(name, options->entities, &options->entity_count, value, error);
    case OPTION_REPORT:
        return push_value(name, options->reports, &options->report_count, value, error);
    case OPTION_JOBS:
        if (!read_number(name, value, LIMIT_JOBS, &number, error)) {
            return false;
        }
        options->jobs = (int)number;
        return true;
    case OPTION_STATE:
        return set_state(options, value, error);
    case OPTION_LEVEL:
        return set_level(options, value, error);
    case OPTION_CONFIRM_AFTER:
        return set_time(name, value, &options->confirm_after_s, error);
    case OPTION_LOG_FORMAT:
        return set_log_format(options, value, error);
    case OPTION_FORMAT:
        return set_format(options, value, error);
    case OPTION_WORK:
    case OPTION_CLASS:
    case OPTION_RULE:
    case OPTION_WHY:
    case OPTION_WHO:
    case OPTION_OUTPUT:
    case OPTION_KEY_FILE:
    case OPTION_SIGNING_KEY:
    case OPTION_PUBLIC_KEY:
    case OPTION_PLAN:
    case OPTION_ROWS:
    case OPTION_CHUNK_ROWS:
    case OPTION_CROSS_CHECK:
    case OPTION_LIMIT:
    case OPTION_SEED:
    case OPTION_SIZE:
    case OPTION_ERRORS:
    case OPTION_CHECKED:
    case OPTION_RUN:
    case OPTION_STRATA:
    case OPTION_DRY_RUN:
    case OPTION_RESTART:
    case OPTION_APPEND:
    case OPTION_FINISH:
    case OPTION_NO_VERIFY:
    case OPTION_OFFLINE:
    case OPTION_TYPED:
    case OPTION_CODES:
    case OPTION_SHOW_KEYS:
    case OPTION_SHOW_VALUES:
    case OPTION_PRINT:
    case OPTION_REHEARSAL:
    case OPTION_SUMMARY:
    case OPTION_CHANGED:
    case OPTION_YES:
    case OPTION_QUIET:
    case OPTION_HELP:
    case OPTION_COUNT:
        break;
    }
    return error_set(error, ERROR_INTERNAL, "option --%s takes no argument", name);
}

/* Options with an argument. */
static bool set_value(struct options *options,
                      enum option_id id,
                      const char *value,
                      struct error *error)
{
    uint64_t max = 0;
    const char **slot = text_slot(options, id);
    uint64_t *count = number_slot(options, id, &max);
    if (slot != NULL) {
        *slot = value;
        return true;
    }
    return count != NULL ? read_number(OPTION_TABLE[id].name, value, max, count, error)
                         : set_special(options, id, value, error);
}

/* Options without one. */
static void set_flag(struct options *options, enum option_id id)
{
    options->dry_run |= id == OPTION_DRY_RUN;
    options->restart |= id == OPTION_RESTART;
    options->append |= id == OPTION_APPEND;
    options->finish |= id == OPTION_FINISH;
    options->no_verify |= id == OPTION_NO_VERIFY;
    options->offline |= id == OPTION_OFFLINE;
    options->typed |= id == OPTION_TYPED;
    options->codes |= id == OPTION_CODES;
    options->show_keys |= id == OPTION_SHOW_KEYS;
    options->show_values |= id == OPTION_SHOW_VALUES;
    options->print |= id == OPTION_PRINT;
    options->rehearsal |= id == OPTION_REHEARSAL;
    options->summary |= id == OPTION_SUMMARY;
    options->changed |= id == OPTION_CHANGED;
    options->yes |= id == OPTION_YES;
    options->quiet |= id == OPTION_QUIET;
    options->help |= id == OPTION_HELP;
}

static bool apply(struct options_line *line,
                  enum option_id id,
                  const char *attached,
                  struct error *error)
{
    const struct option_row *row = &OPTION_TABLE[id];
    bool allowed = line->has_command ? (row->commands & (1u << line->options->command)) != 0
                                     : id == OPTION_HELP;
    if (!allowed && line->has_command) {
        return error_set(error,
                         ERROR_USAGE,
                         "command \"%s\" has no option --%s",
                         COMMAND_TABLE[line->options->command].name,
                         row->name);
    }
    if (!allowed) {
        return error_set(error, ERROR_USAGE, "option --%s must follow a command", row->name);
    }
    if (row->argument == NULL) {
        if (attached != NULL) {
            return error_set(error, ERROR_USAGE, "option --%s takes no argument", row->name);
        }
        set_flag(line->options, id);
        return true;
    }
    if (attached == NULL && line->at + 1 < line->count) {
        attached = line->arguments[++line->at];
    }
    if (attached == NULL) {
        return error_set(
            error, ERROR_USAGE, "option --%s needs an argument: %s", row->name, row->argument);
    }
    return set_value(line->options, id, attached, error);
}

static bool long_option(struct options_line *line, const char *text, struct error *error)
{
    const char *equals = strchr(text, '=');
    size_t size = equals == NULL ? strlen(text) : (size_t)(equals - text);
    const char *names[OPTION_COUNT];
    for (int id = 0; id < OPTION_COUNT; id++) {
        names[id] = OPTION_TABLE[id].name;
        if (strlen(names[id]) == size && memcmp(names[id], text, size) == 0) {
            return apply(line, (enum option_id)id, equals == NULL ? NULL : equals + 1, error);
        }
    }
    char name[64] = "";
    memcpy(name, text, size < sizeof name ? size : sizeof name - 1);
    error_set(error, ERROR_USAGE, "there is no option --%s", name);
    const char *nearest = text_nearest(name, names, OPTION_COUNT);
    return nearest == NULL ? options_hint(error, line)
                           : error_hint(error, "Perhaps you meant --%s.", nearest);
}

static bool short_options(struct options_line *line, const char *text, struct error *error)
{
    for (; *text != '\0'; text++) {
        int found = -1;
        for (int id = 0; id < OPTION_COUNT; id++) {
            found = OPTION_TABLE[id].letter == *text ? id : found;
        }
        if (found < 0) {
            error_set(error, ERROR_USAGE, "there is no option -%c", *text);
            return options_hint(error, line);
        }
        bool takes_rest = OPTION_TABLE[found].argument != NULL && text[1] != '\0';
        if (!apply(line, (enum option_id)found, takes_rest ? text + 1 : NULL, error)) {
            return options_hint(error, line);
        }
        if (OPTION_TABLE[found].argument != NULL) {
            break;
        }
    }
    return true;
}

static bool set_command(struct options_line *line, const char *word, struct error *error)
{
    const char *names[COMMAND_COUNT];
    for (int id = 0; id < COMMAND_COUNT; id++) {
        names[id] = COMMAND_TABLE[id].name;
        if (strcmp(names[id], word) == 0) {
            line->options->command = (enum command_id)id;
            line->has_command = true;
            return true;
        }
    }
    error_set(error, ERROR_USAGE, "there is no command \"%s\"", word);
    const char *nearest = text_nearest(word, names, COMMAND_COUNT);
    return nearest == NULL ? options_hint(error, line)
                           : error_hint(error, "Perhaps you meant \"novate %s\".", nearest);
}

static bool take_word(struct options_line *line, const char *word, struct error *error)
{
    if (!line->has_command) {
        return set_command(line, word, error);
    }
    if (line->word_count == REPEAT_MAX) {
        error_set(error, ERROR_USAGE, "\"%s\" is one argument too many", word);
        return options_hint(error, line);
    }
    line->words[line->word_count++] = word;
    return true;
}

bool options_parse(int count, char *const *arguments, struct options *options, struct error *error)
{
    *options = (struct options){.command = COMMAND_HELP,
                                .jobs = 1,
                                .rows = 20,
                                .limit = 100,
                                .seed = 1,
                                .size = 299,
                                .errors = UINT64_MAX,
                                .checked = UINT64_MAX};
    struct options_line line = {
        .count = count, .arguments = arguments, .at = 1, .options = options};
    for (; line.at < count; line.at++) {
        const char *text = arguments[line.at];
        bool ok = true;
        if (line.only_words || text[0] != '-' || text[1] == '\0') {
            ok = take_word(&line, text, error);
        } else if (strcmp(text, "--") == 0) {
            line.only_words = true;
        } else if (strcmp(text, "--version") == 0 && !line.has_command) {
            ok = set_command(&line, "version", error);
        } else if (text[1] == '-') {
            ok = long_option(&line, text + 2, error);
        } else {
            ok = short_options(&line, text + 1, error);
        }
        if (!ok) {
            return error->hint[0] == '\0' ? options_hint(error, &line) : false;
        }
    }
    if (!line.has_command) {
        return true;
    }
    return options_words(&line, error);
}
