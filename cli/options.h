/* options.h — the command line, parsed.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "novate/error.h"
#include "novate/text.h"
#include "novate/verify.h"

#include <stdbool.h>
#include <stdint.h>

enum command_id {
#define COMMAND(id, name, arguments, function, summary, description) COMMAND_##id,
#include "commands.def"
#undef COMMAND
    COMMAND_COUNT
};

enum output_format {
    OUTPUT_TEXT,
    OUTPUT_MARKDOWN, /* of explain */
    OUTPUT_CSV,
    OUTPUT_JSON /* of rejects, trace, verify schema */
};

#define REPEAT_MAX 64 /* values of an option that may be repeated, files of a command */

struct options {
    enum command_id command;
    const char *plan;              /* PLAN, or the command that help is asked for */
    const char *verb;              /* the first word where there are several: list, check, key */
    const char *files[REPEAT_MAX]; /* FILE…, or what follows a plan: N…, FILE, MIGRATION */
    int file_count;
    const char *work;
    const char *settings[REPEAT_MAX];
    int setting_count;
    const char *entities[REPEAT_MAX];
    int entity_count;
    const char *reports[REPEAT_MAX];
    int report_count;
    const char *changes[REPEAT_MAX]; /* of command "set": NAME=VALUE */
    int change_count;
    int jobs;
    bool dry_run;
    bool restart;
    bool append;
    bool finish;
    bool no_verify;
    bool offline;
    bool typed;
    const char *mapping_plan; /* --plan of command "explain" */
    enum output_format format;
    bool codes;
    bool show_keys;
    bool show_values;
    bool print;
    bool rehearsal;
    bool summary;
    bool changed;
    bool yes;
    bool log_json;
    bool quiet;
    bool help;
    uint64_t rows;
    uint64_t chunk_rows;  /* 0: the default */
    uint64_t cross_check; /* records; 0: none */
    const char *reject_class;
    const char *rule;
    const char *state;
    const char *why;
    const char *who;
    const char *output;
    const char *key_file;
    const char *signing_key;
    const char *public_key;
    uint64_t limit;
    uint64_t run; /* 0: the last */
    enum verify_level level;
    uint64_t confirm_after_s; /* 0: nothing is looked at again */
    uint64_t seed;
    uint64_t size;
    uint64_t errors;  /* UINT64_MAX: not said */
    uint64_t checked; /* UINT64_MAX: all */
    const char *strata;
};

/* ERROR_USAGE with a hint when the line is not valid. Texts point into `arguments`. */
bool options_parse(int count,
                   char *const *arguments,
                   struct options *options,
                   struct error *error) NODISCARD;

/* Help of the program, or of one command. */
void help_program(struct text_buffer *out);
void help_command(enum command_id command, struct text_buffer *out);
/* Commands, options and exit codes as Markdown tables: the generated part of README.md. */
void help_reference(struct text_buffer *out);

#endif
