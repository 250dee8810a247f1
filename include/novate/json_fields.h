/* json_fields.h — members of JSON objects that novate writes for itself to read.
 *
 * Every function that reads is false when the member is not there or not of its kind; callers turn
 * that into one error that names the document. Texts are copied into the arena.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_JSON_FIELDS_H
#define NOVATE_JSON_FIELDS_H

#include "novate/arena.h"
#include "novate/attr.h"
#include "novate/hash.h"
#include "novate/text.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* A number from 0 to `max`. */
bool field_number(const json_t *object, const char *name, uint64_t max, uint64_t *value) NODISCARD;
bool field_int(const json_t *object, const char *name, int min, int max, int *value) NODISCARD;
bool field_bool(const json_t *object, const char *name, bool *value) NODISCARD;
bool field_hash(const json_t *object, const char *name, struct hash *value) NODISCARD;
bool field_digest(const json_t *object, const char *name, struct digest *value) NODISCARD;
/* Writes what field_digest() reads. */
void member_digest(struct text_buffer *out, const char *name, const struct digest *value);
bool field_text(const json_t *object,
                const char *name,
                struct arena *arena,
                const char **value) NODISCARD;
/* As field_text; null or a missing member is NULL. */
bool field_text_or_null(const json_t *object,
                        const char *name,
                        struct arena *arena,
                        const char **value) NODISCARD;

#endif
