/* checking_report.h — "novate report check": is a report that was handed over as it was written?
 * Without any database. SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_CHECKING_REPORT_H
#define CLI_CHECKING_REPORT_H

#include "console.h"
#include "options.h"

/* ERROR_DIFFERENCES: one was altered. ERROR_NOT_VERIFIED: something could not be told, such as
 * whose signature it is. */
bool checking_reports(const struct options *options,
                      struct console *console,
                      struct error *error) NODISCARD;

#endif
