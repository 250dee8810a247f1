/* workspace_private.h — names within the workspace of an entity, for the loader.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_LOAD_WORKSPACE_PRIVATE_H
#define NOVATE_LOAD_WORKSPACE_PRIVATE_H

#include "novate/text.h"
#include "novate/workspace.h"

/* "novate_0123456789abcdef", quoted. */
void workspace_push_schema(const struct target_entity *entity, struct text_buffer *out);
/* The table of keys. */
void workspace_push_keys(const struct target_entity *entity, struct text_buffer *out);
/* The shadow of the table. */
void workspace_push_shadow(const struct target_entity *entity,
                           const struct target_table *table,
                           struct text_buffer *out);
/* "a", "b" */
void workspace_push_columns(const struct schema *schema, struct text_buffer *out);

/* The other tables of a replaced one: shadow.c. Within the caller's transaction. */
bool shadow_make(struct session *session,
                 const struct workspace *workspace,
                 struct error *error) NODISCARD;
bool shadow_exchange(struct session *session,
                     const struct workspace *workspace,
                     struct workspace_end *end,
                     struct error *error) NODISCARD;

/* Drops the workspaces of all entities of a migration, within the caller's transaction. */
bool workspace_drop_all(struct session *session,
                        const char *migration,
                        struct arena *arena,
                        struct error *error) NODISCARD;

#endif
