/* option_table.h — the tables of commands.def and options.def, for the parser and for help.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_OPTION_TABLE_H
#define CLI_OPTION_TABLE_H

#include "options.h"

#define BIT(id)      (1u << COMMAND_##id)
#define ON_LOAD      (BIT(RUN) | BIT(LOAD))
#define ON_STAGES    (BIT(EXTRACT) | BIT(TRANSFORM) | BIT(LOAD))
#define ON_WORK      (BIT(RUN) | ON_STAGES | BIT(VERIFY) | BIT(REHEARSE))
#define ON_RUN       (BIT(RUN) | BIT(REHEARSE))
#define ON_VERIFYING (ON_RUN | BIT(VERIFY))
#define ON_CROSS     ON_VERIFYING
#define ON_SAMPLE    BIT(SAMPLE)
#define ON_CHECK     BIT(CHECK)
#define ON_EXPLAIN   BIT(EXPLAIN)
#define ON_FILES     (ON_CHECK | ON_EXPLAIN)
#define ON_JOBS      (ON_WORK | BIT(PROFILE) | BIT(REPAIR))
#define ON_PREVIEW   BIT(PREVIEW)
#define ON_PLANNING                                                                                \
    (BIT(RUN) | BIT(VERIFY) | BIT(EXTRACT) | BIT(REHEARSE) | BIT(PROFILE) | BIT(CHECK))
#define ON_REJECTS BIT(REJECTS)
#define ON_REPAIRS BIT(REPAIRS)
#define ON_LISTS   (ON_REJECTS | ON_REPAIRS)
#define ON_REPAIR  BIT(REPAIR)
#define ON_DECIDED (ON_REJECTS | ON_SAMPLE)
#define ON_OUTPUT  (ON_REPAIR | ON_SAMPLE)
#define ON_VALUES  (ON_LISTS | BIT(TRACE) | ON_REPAIR)
#define ON_LOOKING (BIT(STATUS) | BIT(REJECTS) | BIT(REPAIRS) | BIT(LEDGER) | BIT(TRACE))
#define ON_LEDGER  BIT(LEDGER)
#define ON_FORMAT  (ON_EXPLAIN | ON_REJECTS | BIT(TRACE) | BIT(VERIFY))
#define ON_REPORT  BIT(REPORT)
#define ON_REPORTING                                                                               \
    (BIT(RUN) | BIT(EXTRACT) | BIT(TRANSFORM) | BIT(LOAD) | BIT(VERIFY) | BIT(REHEARSE) |          \
     BIT(REPORT) | BIT(PROFILE) | BIT(REJECTS))
#define ON_SIGNING (ON_WORK | BIT(REJECTS))
#define ON_KEYS    (ON_RUN | BIT(VERIFY) | BIT(LOAD) | ON_VALUES)
#define ON_CONTROL (BIT(PAUSE) | BIT(RESUME) | BIT(SET))
#define ON_PLAN                                                                                    \
    (ON_WORK | ON_SAMPLE | BIT(PROFILE) | BIT(CHECK) | BIT(PREVIEW) | BIT(STATUS) | BIT(REJECTS) | \
     BIT(REPAIRS) | BIT(REPORT) | BIT(SEGMENTS) | BIT(LEDGER) | ON_CONTROL | ON_EXPLAIN |          \
     BIT(TRACE) | BIT(REPAIR))
#define ON_ENTITY   (ON_PLAN & ~BIT(TRACE))
#define ON_KEY_FILE (ON_RUN | ON_STAGES | BIT(SEGMENTS) | ON_LISTS | BIT(TRACE))
#define ON_ALL      ((1u << COMMAND_COUNT) - 1)

enum option_id {
#define OPTION(id, name, letter, argument, commands, help) OPTION_##id,
#include "options.def"
#undef OPTION
    OPTION_COUNT
};

struct option_row {
    const char *name;
    char letter;
    const char *argument;
    unsigned commands;
    const char *help;
};

struct command_row {
    const char *name;
    const char *arguments;
    const char *summary;
    const char *description;
};

extern const struct option_row OPTION_TABLE[OPTION_COUNT];
extern const struct command_row COMMAND_TABLE[COMMAND_COUNT];

#endif
