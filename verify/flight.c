/* flight.c — the contract is in flight.h. SPDX-License-Identifier: Apache-2.0 */
#include "flight.h"

#include <string.h>

/* A key in JSON, and the names of a few columns. */
static const size_t described_bytes = 64;

size_t flight_row_bytes(const struct schema *schema, int key_count)
{
    size_t columns = key_count == 0 ? 0 : (size_t)schema->count;
    return sizeof(struct flight_group) + 2 * sizeof(struct flight_group *) + described_bytes +
           columns * sizeof(const char *);
}

void flight_clear(struct flight *flight)
{
    arena_reset(&flight->arena);
    flight->heads = NULL;
    flight->head_count = 0;
    flight->group_count = 0;
}

void flight_init(struct flight *flight, int limit, struct arena *results, struct budget *budget)
{
    *flight = (struct flight){.results = results, .limit = limit};
    arena_init(&flight->arena, (size_t)64 << 10, budget);
}

bool flight_begin(struct flight *flight, size_t groups, struct error *error)
{
    arena_reset(&flight->arena);
    flight->group_count = 0;
    flight->head_count = 64;
    while (flight->head_count < groups && flight->head_count < SIZE_MAX / 4) {
        flight->head_count *= 2;
    }
    flight->heads = ARENA_ARRAY(&flight->arena, struct flight_group *, flight->head_count);
    return flight->heads != NULL || error_set_memory(error);
}

static struct flight_group **head_of(const struct flight *flight, struct hash key)
{
    return &flight->heads[key.high & (flight->head_count - 1)];
}

bool flight_put(struct flight *flight,
                const struct flight_left *left,
                struct flight_group **group,
                struct error *error)
{
    struct flight_group *made = ARENA_NEW(&flight->arena, struct flight_group);
    if (made == NULL) {
        return error_set_memory(error);
    }
    struct flight_group **head = head_of(flight, left->key);
    made->left = *left;
    made->next = *head;
    *head = made;
    *group = made;
    return true;
}

static bool copy_difference(struct arena *arena,
                            const struct difference *difference,
                            struct difference *copy)
{
    *copy = *difference;
    copy->key = arena_string(arena, difference->key);
    copy->columns = NULL;
    if (difference->column_count > 0) {
        size_t count = (size_t)difference->column_count;
        copy->columns = ARENA_ARRAY(arena, const char *, count);
        if (copy->columns != NULL) {
            memcpy(copy->columns, difference->columns, count * sizeof *copy->columns);
        }
    }
    return copy->key != NULL && (copy->columns != NULL || copy->column_count == 0);
}

bool flight_describe(struct flight *flight,
                     struct flight_group *group,
                     const struct difference *difference,
                     struct error *error)
{
    if (group->first.key != NULL) {
        return true;
    }
    flight->group_count++;
    return copy_difference(&flight->arena, difference, &group->first) || error_set_memory(error);
}

struct flight_group *flight_meet(struct flight *flight, struct hash key)
{
    struct flight_group *group = *head_of(flight, key);
    while (group != NULL && !hash_equal(group->left.key, key)) {
        group = group->next;
    }
    if (group != NULL) {
        group->met = true;
    }
    return group;
}

bool flight_same(const struct flight_group *group, const struct flight_left *left)
{
    return digest_equal(&group->left.rows[0], &left->rows[0]) &&
           digest_equal(&group->left.rows[1], &left->rows[1]);
}

bool flight_note(struct flight *flight,
                 const struct difference *first,
                 const struct difference *second,
                 struct error *error)
{
    if (flight->count == flight->limit) {
        return true;
    }
    if (flight->items == NULL) {
        flight->items = ARENA_ARRAY(flight->results, struct in_flight, (size_t)flight->limit);
        if (flight->items == NULL) {
            return error_set_memory(error);
        }
    }
    struct in_flight *item = &flight->items[flight->count];
    *item = (struct in_flight){.differed = first != NULL, .differs = second != NULL};
    memcpy(item->first_at, flight->first_at, sizeof item->first_at);
    memcpy(item->second_at, flight->second_at, sizeof item->second_at);
    if ((first != NULL && !copy_difference(flight->results, first, &item->first)) ||
        (second != NULL && !copy_difference(flight->results, second, &item->second))) {
        return error_set_memory(error);
    }
    item->key = first != NULL ? item->first.key : item->second.key;
    flight->count++;
    return true;
}

bool flight_changed(struct flight *flight,
                    const struct flight_group *group,
                    const struct difference *difference,
                    uint64_t count,
                    struct error *error)
{
    bool differed = group != NULL && group->first.key != NULL;
    flight->changed += count;
    return flight_note(flight, differed ? &group->first : NULL, difference, error);
}

bool flight_settle(struct flight *flight, struct error *error)
{
    for (size_t i = 0; i < flight->head_count; i++) {
        const struct flight_group *group = flight->heads[i];
        for (; group != NULL; group = group->next) {
            if (!group->met && group->first.key != NULL) {
                flight->settled++;
                if (!flight_note(flight, &group->first, NULL, error)) {
                    return false;
                }
            }
        }
    }
    return true;
}

void flight_release(struct flight *flight)
{
    arena_release(&flight->arena);
}
