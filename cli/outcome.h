/* outcome.h — how an execution ends: report, ledgers, summary table, exit code.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_OUTCOME_H
#define CLI_OUTCOME_H

#include "job.h"

#include "novate/report.h"

struct outcome_options {
    const char *kind; /* of the run */
    bool verification_wanted;
    bool writes_ledgers; /* false for dry runs */
};

/* Ends an execution whose stages ended with `stop` (ERROR_OK: well). Writes the report to the work
 * directory and to the files asked for, tells the ledgers, prints the summary to stdout. What comes
 * of it is the error to exit with, printed by main: `stop`, or differences, or what was not
 * verified. */
bool outcome_finish(struct job *job,
                    const struct outcome_options *options,
                    const struct error *stop,
                    struct error *error) NODISCARD;

/* Names of --report that end in no known form are ERROR_USAGE, before any work is done. */
bool outcome_check_reports(const struct options *options, struct error *error) NODISCARD;
/* Writes the files of --report by their extension, and the signature beside JSON. */
bool outcome_write_reports(struct job *job,
                           const char *json,
                           const char *signature,
                           struct error *error) NODISCARD;

/* A secret of the work directory under which keys are hashed in reports. */
const char *outcome_key_salt(struct job *job, bool may_write);

/* Where and by whom novate is run; "" when that is not known. */
const char *outcome_host(struct job *job);
const char *outcome_operator(struct job *job);

/* The summary table; see also report_render() for the whole report. */
void summary_push(const struct report *report,
                  double seconds,
                  const char *report_path,
                  struct text_buffer *out);

#endif
