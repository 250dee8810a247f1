/* kernel_zone.c — AT TIME ZONE: local times to instants and back, in zones of the caller's choice.
 * SPDX-License-Identifier: Apache-2.0 */
#include "kernels.h"
#include "moment.h"
#include "zone_state.h"

#include "novate/interval.h"

static bool find(struct text text,
                 enum zone_lookup lookup,
                 struct arena *arena,
                 struct zone_name *name)
{
    return lookup == ZONE_BY_NAME ? zone_name_find(text, arena, name)
                                  : zone_name_or_offset_find(text, arena, name);
}

const struct zone_name *zone_of_row(
    struct call *call, struct zone_cache *cache, int arg, int row, enum zone_lookup lookup)
{
    enum {
        ENTRIES = sizeof cache->entries / sizeof cache->entries[0]
    };
    const struct zone_state *state = call->state;

    if (state != NULL) {
        return state->found ? &state->name : NULL;
    }
    struct text text = call_text(call, arg, row);
    int used = cache->count < ENTRIES ? cache->count : ENTRIES;

    for (int i = 0; i < used; i++) {
        if (text_equal(cache->entries[i].text, text)) {
            return cache->entries[i].found ? &cache->entries[i].name : NULL;
        }
    }
    struct zone_cache_entry *entry = &cache->entries[cache->count++ % ENTRIES];

    entry->text = text;
    entry->found = find(text, lookup, call->arena, &entry->name);
    return entry->found ? &entry->name : NULL;
}

static void put(struct call *call, int row, int64_t value)
{
    if (timestamp_in_range(value)) {
        call->result->int64s[row] = value;
    } else {
        call_fail(call, row, FAULT_DATE_RANGE);
    }
}

typedef int64_t zone_function(const struct zone_name *name, int64_t value);

static void convert(struct call *call, zone_function *function)
{
    struct zone_cache cache = {.count = 0};

    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        int64_t value = call_int64(call, 1, row);
        const struct zone_name *name = NULL;
        if (moment_is_infinite(value)) {
            call->result->int64s[row] = value;
        } else if ((name = zone_of_row(call, &cache, 0, row, ZONE_BY_NAME)) == NULL) {
            call_fail(call, row, FAULT_ZONE);
        } else {
            put(call, row, function(name, value));
        }
    }
}

void kernel_zone_to_utc(struct call *call)
{
    convert(call, zone_name_to_utc);
}

void kernel_zone_to_local(struct call *call)
{
    convert(call, zone_name_to_local);
}

/* By an offset as an interval: whole seconds, as many as an int holds. */
static void move(struct call *call, int sign)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        int64_t value = call_int64(call, 1, row);
        const struct interval *zone = &call->args[0]->intervals[call_slot(call, 0, row)];
        if (moment_is_infinite(value)) {
            call->result->int64s[row] = value;
        } else if (zone->months != 0 || zone->days != 0) {
            call_fail(call, row, FAULT_ZONE_INTERVAL);
        } else {
            int64_t seconds = (int32_t)(uint32_t)(zone->microseconds / MICROSECONDS_PER_SECOND);
            uint64_t offset = (uint64_t)(sign * seconds * MICROSECONDS_PER_SECOND);
            put(call, row, (int64_t)((uint64_t)value + offset));
        }
    }
}

void kernel_offset_to_utc(struct call *call)
{
    move(call, -1);
}

void kernel_offset_to_local(struct call *call)
{
    move(call, 1);
}
