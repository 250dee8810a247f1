/* sealing.h — what makes the report of a run evidence: the report before it, and a signature.
 *
 * A signature stands beside its report, in a file whose name has ".sig" after that of the report.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_SEALING_H
#define CLI_SEALING_H

#include "job.h"

#include "novate/seal.h"

#define SIGNATURE_EXTENSION ".sig"

/* Opens the key that was given, before any work is done. */
bool sealing_open(struct job *job, struct error *error) NODISCARD;
/* The last report that the work directory has, and the key. */
bool sealing_links(struct job *job, struct seal_links *links, struct error *error) NODISCARD;
/* `*signature` is what its file holds; NULL: there is no key. */
bool sealing_sign(struct job *job,
                  const struct text_buffer *json,
                  const char **signature,
                  struct error *error) NODISCARD;
/* Beside a report that is written. */
bool sealing_put(const char *report, const char *signature, struct error *error) NODISCARD;
/* Beside a report that is read; NULL: there is none. */
bool sealing_get(const char *report,
                 struct arena *arena,
                 const char **signature,
                 struct error *error) NODISCARD;

#endif
