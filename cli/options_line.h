/* options_line.h — a command line while it is parsed, for options*.c.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_OPTIONS_LINE_H
#define CLI_OPTIONS_LINE_H

#include "options.h"

struct options_line {
    int count;
    char *const *arguments;
    int at;
    bool only_words; /* after `--` */
    struct options *options;
    bool has_command;
    const char *words[REPEAT_MAX];
    int word_count;
};

/* Where help is. Returns false. */
bool options_hint(struct error *error, const struct options_line *line);
/* The words behind the command: PLAN, `list PLAN`, FILE…, or a command that help is asked for. */
bool options_words(struct options_line *line, struct error *error) NODISCARD;

#endif
