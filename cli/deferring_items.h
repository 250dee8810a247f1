/* deferring_items.h — parts of deferring.h's work that its files share. Private to deferring*.c.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_DEFERRING_ITEMS_H
#define CLI_DEFERRING_ITEMS_H

#include "deferring.h"

#include "novate/deferral.h"

/* The first members of an item's object, which stays open. */
void deferring_item_json(const struct deferred *item, const char *state, struct text_buffer *json);

#endif
