/* catalogue_queries.h — what target_catalogue.c asks a server.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_LOAD_CATALOGUE_QUERIES_H
#define NOVATE_LOAD_CATALOGUE_QUERIES_H

#include "novate/target_catalogue.h"

/* For each kind: schema, object, name, model, property, value. $1: names of schemas, text[]. */
extern const char *const CATALOGUE_QUERIES[CATALOGUE_KIND_COUNT];
/* One text[]: the schemas that somebody made, or made something in. */
extern const char CATALOGUE_SCHEMAS_QUERY[];
/* Tables with columns that sequences feed: oid, name. $1 as above. */
extern const char CATALOGUE_FED_QUERY[];

#endif
