/* plan_secret.h — passwords do not belong into a plan; this finds them.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_PLAN_SECRET_H
#define TRANSFORM_PLAN_SECRET_H

#include "novate/problem.h"

#include <stdbool.h>

/* An ODBC connection string with PWD or PASSWORD? */
bool plan_secret_in_odbc(const char *connection);
/* A libpq conninfo or URI with a password? */
bool plan_secret_in_conninfo(const char *conninfo);
/* Takes the line away from every problem that would show one. */
void plan_secret_hide(struct problems *problems);

#endif
