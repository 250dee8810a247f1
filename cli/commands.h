/* commands.h — the functions behind commands.def. Each returns false with the error to exit with.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "console.h"
#include "options.h"

#define COMMAND(id, name, arguments, function, summary, description)                               \
    bool function(const struct options *options, struct console *console, struct error *error)     \
        NODISCARD;
#include "commands.def"
#undef COMMAND

#endif
