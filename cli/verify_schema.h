/* verify_schema.h — verify schema: the target's structure against the plan's schema.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_VERIFY_SCHEMA_H
#define CLI_VERIFY_SCHEMA_H

#include "console.h"
#include "options.h"

/* ERROR_DIFFERENCES: something is not as declared. ERROR_NOT_VERIFIED: nothing is, but not all of
 * it could be compared. ERROR_NOTHING: the schema makes nothing. */
bool verify_schema(const struct options *options,
                   struct console *console,
                   struct error *error) NODISCARD;

#endif
