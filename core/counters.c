/* counters.c — counts under a name; the contract is in novate/counters.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/counters.h"

#include "novate/json_fields.h"

#include <jansson.h>
#include <string.h>

void counters_init(struct counters *counters, struct arena *arena)
{
    *counters = (struct counters){.arena = arena};
}

static int compare_names(const struct counter *counter, const char *group, const char *name)
{
    int order = strcmp(counter->group, group);
    return order != 0 ? order : strcmp(counter->name, name);
}

/* Where the counter is, or where it would be in the sorted array. */
static int position(const struct counters *counters,
                    const char *group,
                    const char *name,
                    bool *found)
{
    int low = 0;
    int high = counters->count;
    *found = false;
    while (low < high) {
        int middle = low + (high - low) / 2;
        int order = compare_names(&counters->items[middle], group, name);
        if (order == 0) {
            *found = true;
            return middle;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool grow(struct counters *counters, struct error *error)
{
    int capacity = counters->capacity == 0 ? 8 : counters->capacity * 2;
    struct counter *items = ARENA_ARRAY(counters->arena, struct counter, (size_t)capacity);
    if (items == NULL) {
        return error_set_memory(error);
    }
    if (counters->count > 0) {
        memcpy(items, counters->items, (size_t)counters->count * sizeof *items);
    }
    counters->items = items;
    counters->capacity = capacity;
    return true;
}

/* Takes over where the first case was, if it was before what is known. */
static bool first_keep(struct counters *counters,
                       struct counter *to,
                       const struct counter *item,
                       struct error *error)
{
    bool earlier = to->first == NULL || item->first_chunk < to->first_chunk ||
                   (item->first_chunk == to->first_chunk && item->first_row < to->first_row);
    if (item->first == NULL || !earlier) {
        return true;
    }
    const char *copy = arena_string(counters->arena, item->first);
    if (copy == NULL) {
        return error_set_memory(error);
    }
    to->first = copy;
    to->first_chunk = item->first_chunk;
    to->first_row = item->first_row;
    return true;
}

bool counters_add_item(struct counters *counters, const struct counter *item, struct error *error)
{
    bool found = false;
    int at = position(counters, item->group, item->name, &found);
    if (found) {
        counters->items[at].count += item->count;
        return first_keep(counters, &counters->items[at], item, error);
    }
    if (counters->count == counters->capacity && !grow(counters, error)) {
        return false;
    }
    struct counter added = {.group = arena_string(counters->arena, item->group),
                            .name = arena_string(counters->arena, item->name),
                            .count = item->count};
    if (added.group == NULL || added.name == NULL) {
        return error_set_memory(error);
    }
    if (!first_keep(counters, &added, item, error)) {
        return false;
    }
    memmove(&counters->items[at + 1],
            &counters->items[at],
            (size_t)(counters->count - at) * sizeof counters->items[0]);
    counters->items[at] = added;
    counters->count++;
    return true;
}

bool counters_add(struct counters *counters,
                  const char *group,
                  const char *name,
                  uint64_t count,
                  struct error *error)
{
    const struct counter item = {.group = group, .name = name, .count = count};
    return counters_add_item(counters, &item, error);
}

bool counters_merge(struct counters *counters, const struct counters *other, struct error *error)
{
    for (int index = 0; index < other->count; index++) {
        if (!counters_add_item(counters, &other->items[index], error)) {
            return false;
        }
    }
    return true;
}

const struct counter *counters_find(const struct counters *counters,
                                    const char *group,
                                    const char *name)
{
    bool found = false;
    int at = position(counters, group, name, &found);
    return found ? &counters->items[at] : NULL;
}

void counters_take(struct counters *counters, const char *group, const char *name)
{
    bool found = false;
    int at = position(counters, group, name, &found);
    if (!found) {
        return;
    }
    struct counter *item = &counters->items[at];
    if (item->count > 1) {
        item->count--;
        return;
    }
    counters->count--;
    memmove(item, item + 1, (size_t)(counters->count - at) * sizeof *item);
}

uint64_t counters_get(const struct counters *counters, const char *group, const char *name)
{
    const struct counter *item = counters_find(counters, group, name);
    return item != NULL ? item->count : 0;
}

uint64_t counters_total(const struct counters *counters, const char *group)
{
    uint64_t total = 0;
    for (int index = 0; index < counters->count; index++) {
        if (strcmp(counters->items[index].group, group) == 0) {
            total += counters->items[index].count;
        }
    }
    return total;
}

static void item_json(const struct counter *item, struct text_buffer *out)
{
    if (item->first == NULL) {
        text_buffer_format(out, "%llu", (unsigned long long)item->count);
        return;
    }
    text_buffer_format(out, "{\"count\":%llu,\"first\":", (unsigned long long)item->count);
    text_buffer_json(out, text_of(item->first));
    text_buffer_format(out,
                       ",\"chunk\":%llu,\"row\":%llu}",
                       (unsigned long long)item->first_chunk,
                       (unsigned long long)item->first_row);
}

void counters_json(const struct counters *counters, struct text_buffer *out)
{
    text_buffer_char(out, '{');
    for (int index = 0; index < counters->count; index++) {
        const struct counter *item = &counters->items[index];
        bool same_group = index > 0 && strcmp(counters->items[index - 1].group, item->group) == 0;
        if (!same_group) {
            text_buffer_string(out, index == 0 ? "" : "},");
            text_buffer_json(out, text_of(item->group));
            text_buffer_string(out, ":{");
        } else {
            text_buffer_char(out, ',');
        }
        text_buffer_json(out, text_of(item->name));
        text_buffer_char(out, ':');
        item_json(item, out);
    }
    text_buffer_string(out, counters->count > 0 ? "}}" : "}");
}

static bool read_item(const json_t *value, struct counter *item)
{
    const json_t *count = value;
    if (json_is_object(value)) {
        count = json_object_get(value, "count");
        item->first = json_string_value(json_object_get(value, "first"));
        if (item->first == NULL || !field_number(value, "chunk", INT64_MAX, &item->first_chunk) ||
            !field_number(value, "row", INT64_MAX, &item->first_row)) {
            return false;
        }
    }
    if (!json_is_integer(count) || json_integer_value(count) < 0) {
        return false;
    }
    item->count = (uint64_t)json_integer_value(count);
    return true;
}

static bool read_group(struct counters *counters,
                       const char *group,
                       json_t *names,
                       struct error *error)
{
    const char *name = NULL;
    json_t *value = NULL;
    if (!json_is_object(names)) {
        return error_set(error, ERROR_CORRUPT, "counters of group \"%s\" are not an object", group);
    }
    json_object_foreach(names, name, value)
    {
        struct counter item = {.group = group, .name = name};
        if (!read_item(value, &item)) {
            return error_set(error, ERROR_CORRUPT, "counter \"%s\" is not a count", name);
        }
        if (!counters_add_item(counters, &item, error)) {
            return false;
        }
    }
    return true;
}

bool counters_from_json(struct counters *counters, const char *json, struct error *error)
{
    json_error_t reason;
    json_t *root = json_loads(json, JSON_REJECT_DUPLICATES, &reason);
    if (root == NULL || !json_is_object(root)) {
        json_decref(root);
        return error_set(error, ERROR_CORRUPT, "counters are not a JSON object");
    }
    bool ok = true;
    const char *group = NULL;
    json_t *names = NULL;
    json_object_foreach(root, group, names)
    {
        ok = ok && read_group(counters, group, names, error);
    }
    json_decref(root);
    return ok;
}
