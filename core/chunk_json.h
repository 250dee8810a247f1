/* chunk_json.h — a chunk out of a JSON document that holds more than it.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_CHUNK_JSON_H
#define NOVATE_CHUNK_JSON_H

#include "novate/chunk.h"
#include "novate/json_fields.h"

/* As chunk_from_json(), of a parsed object; `object` may be NULL or of another kind. */
bool chunk_from_object(const json_t *object,
                       struct arena *arena,
                       struct chunk *chunk,
                       struct error *error) NODISCARD;

#endif
