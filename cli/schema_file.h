/* schema_file.h — the plan's schema file, applied to a private PostgreSQL.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_SCHEMA_FILE_H
#define CLI_SCHEMA_FILE_H

#include "novate/session.h"

/* Applies the file unless that was done before (`*applied` false), in one transaction: a kill
 * leaves all of it or nothing. The session's settings are the file's afterwards. A file of pg_dump
 * may be as it is. ERROR_PLAN where the file is at fault; the context says its line, where the
 * server does.
 */
bool schema_file_apply(struct session *session,
                       const char *path,
                       struct arena *arena,
                       bool *applied,
                       struct error *error) NODISCARD;

#endif
