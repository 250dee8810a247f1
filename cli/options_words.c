/* options_words.c — the words of a command line behind the command.
 * SPDX-License-Identifier: Apache-2.0 */
#include "option_table.h"
#include "options_line.h"

#include <string.h>

bool options_hint(struct error *error, const struct options_line *line)
{
    if (line->has_command) {
        return error_hint(
            error, "Try \"novate help %s\".", COMMAND_TABLE[line->options->command].name);
    }
    return error_hint(error, "Try \"novate help\".");
}

static bool assign_files(struct options_line *line, struct error *error)
{
    struct options *options = line->options;
    if (line->word_count == 0) {
        error_set(error,
                  ERROR_USAGE,
                  "command \"%s\" needs a file",
                  COMMAND_TABLE[options->command].name);
        return options_hint(error, line);
    }
    memcpy(options->files, line->words, sizeof options->files);
    options->file_count = line->word_count;
    return true;
}

/* The first words of commands that have several, and what each is followed by. */
struct verb {
    enum command_id command;
    const char *name;
    bool takes_plan;
    int words_max; /* after that */
};
static const struct verb VERBS[] = {
    {COMMAND_SEGMENTS, "list", true, 0},
    {COMMAND_SEGMENTS, "check", true, 0},
    {COMMAND_SEGMENTS, "key", false, 1},
    {COMMAND_KEY, "new", false, 1},
    {COMMAND_VERIFY, "", true, 0}, /* without a first word */
    {COMMAND_VERIFY, "schema", true, 0},
    {COMMAND_REPORT, "check", false, REPEAT_MAX},
    {COMMAND_REPORT, "diff", false, 2},
    {COMMAND_REPORT, "join", false, REPEAT_MAX},
    {COMMAND_REPORT, "show", true, 0}, /* what it does without a first word */
    {COMMAND_SAMPLE, "draw", true, 0}, /* what it does without a first word */
    {COMMAND_SAMPLE, "record", true, 0},
    {COMMAND_REPAIRS, "list", true, 0},
    {COMMAND_REJECTS, "list", true, 0},
    {COMMAND_REJECTS, "show", true, REPEAT_MAX},
    {COMMAND_REJECTS, "export", true, 1},
    {COMMAND_REJECTS, "retry", true, REPEAT_MAX},
    {COMMAND_REJECTS, "close", true, REPEAT_MAX},
    {COMMAND_REJECTS, "reopen", true, REPEAT_MAX},
    {COMMAND_LEDGER, "list", true, 0},
    {COMMAND_LEDGER, "show", true, 1},
    {COMMAND_LEDGER, "drop", true, 1},
    {COMMAND_LEDGER, "adopt", true, 0},
};
enum {
    VERB_COUNT = sizeof VERBS / sizeof VERBS[0]
};

static bool has_verbs(enum command_id command)
{
    bool found = false;
    for (int index = 0; index < VERB_COUNT; index++) {
        found = found || VERBS[index].command == command;
    }
    return found;
}

static const struct verb *take_verb(struct options_line *line, struct error *error)
{
    enum command_id command = line->options->command;
    for (int index = 0; line->word_count > 0 && index < VERB_COUNT; index++) {
        if (VERBS[index].command == command && strcmp(line->words[0], VERBS[index].name) == 0) {
            line->word_count--;
            memmove(line->words, line->words + 1, (size_t)line->word_count * sizeof *line->words);
            return &VERBS[index];
        }
    }
    bool has_default =
        command == COMMAND_REPORT || command == COMMAND_VERIFY || command == COMMAND_SAMPLE;
    for (int index = 0; has_default && index < VERB_COUNT; index++) {
        if (VERBS[index].command == command && VERBS[index].takes_plan) {
            return &VERBS[index];
        }
    }
    error_set(error,
              ERROR_USAGE,
              "command \"%s\" needs %s",
              COMMAND_TABLE[command].name,
              COMMAND_TABLE[command].arguments);
    options_hint(error, line);
    return NULL;
}

/* Too many words may mean that the first of them is a slip. */
static bool one_too_many(const struct options_line *line, const char *word, struct error *error)
{
    enum command_id command = line->options->command;
    const char *names[VERB_COUNT];
    size_t count = 0;
    for (int index = 0; index < VERB_COUNT; index++) {
        if (VERBS[index].command == command && VERBS[index].name[0] != '\0') {
            names[count++] = VERBS[index].name;
        }
    }
    error_set(error, ERROR_USAGE, "\"%s\" is one argument too many", word);
    const char *nearest = text_nearest(line->words[0], names, count);
    return nearest == NULL ? options_hint(error, line)
                           : error_hint(error,
                                        "Perhaps you meant \"novate %s %s\".",
                                        COMMAND_TABLE[command].name,
                                        nearest);
}

/* VERB PLAN WORD… */
static bool assign_verb(struct options_line *line, struct error *error)
{
    struct options *options = line->options;
    const struct verb *verb = take_verb(line, error);
    if (verb == NULL) {
        return false;
    }
    options->verb = verb->name;
    int first = verb->takes_plan ? 1 : 0;
    if (line->word_count < first) {
        error_set(error,
                  ERROR_USAGE,
                  "command \"%s%s%s\" needs a plan file",
                  COMMAND_TABLE[options->command].name,
                  verb->name[0] == '\0' ? "" : " ",
                  verb->name);
        return options_hint(error, line);
    }
    if (line->word_count > first + verb->words_max) {
        return one_too_many(line, line->words[first + verb->words_max], error);
    }
    options->plan = verb->takes_plan ? line->words[0] : NULL;
    options->file_count = line->word_count - first;
    memcpy(options->files,
           line->words + first,
           (size_t)options->file_count * sizeof options->files[0]);
    return verb->takes_plan || options->file_count > 0 || assign_files(line, error);
}

/* PLAN NAME=VALUE … of command "set". */
static bool assign_changes(struct options_line *line, struct error *error)
{
    struct options *options = line->options;
    if (line->word_count < 2) {
        error_set(error, ERROR_USAGE, "command \"set\" needs a plan file and NAME=VALUE");
        return options_hint(error, line);
    }
    options->plan = line->words[0];
    for (int index = 1; index < line->word_count; index++) {
        options->changes[options->change_count++] = line->words[index];
    }
    return true;
}

/* PLAN ENTITY KEY… of command "trace". */
static bool assign_record(struct options_line *line, struct error *error)
{
    struct options *options = line->options;
    if (line->word_count < 3) {
        error_set(error,
                  ERROR_USAGE,
                  "command \"trace\" needs a plan file, an entity and the key of a record");
        return options_hint(error, line);
    }
    options->plan = line->words[0];
    options->file_count = line->word_count - 1;
    memcpy(options->files, line->words + 1, (size_t)options->file_count * sizeof options->files[0]);
    return true;
}

bool options_words(struct options_line *line, struct error *error)
{
    struct options *options = line->options;
    const struct command_row *row = &COMMAND_TABLE[options->command];
    if (options->help) {
        return true;
    }
    if (options->command == COMMAND_SET) {
        return assign_changes(line, error);
    }
    if (options->command == COMMAND_TRACE) {
        return assign_record(line, error);
    }
    if (has_verbs(options->command)) {
        return assign_verb(line, error);
    }
    if (strstr(row->arguments, "FILE") != NULL) {
        return assign_files(line, error);
    }
    int words_max = options->command == COMMAND_VERSION ? 0 : 1;
    if (line->word_count > words_max) {
        error_set(error, ERROR_USAGE, "\"%s\" is one argument too many", line->words[words_max]);
        return options_hint(error, line);
    }
    if (line->word_count == words_max && words_max > 0) {
        options->plan = line->words[0];
    } else if (strstr(row->arguments, "PLAN") != NULL) {
        error_set(error, ERROR_USAGE, "command \"%s\" needs a plan file", row->name);
        return options_hint(error, line);
    }
    return true;
}
