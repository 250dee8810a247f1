/* zone.c — time zones: offsets of instants and of local times, and finding a zone by name.
 *
 * A zone is a sorted list of instants at which its offset changes, long enough for the calendar to
 * repeat after it, so that one binary search answers everything.
 * SPDX-License-Identifier: Apache-2.0 */
#include "zone_internal.h"

#include "novate/arena.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#define ZONE_DIRECTORY "/usr/share/zoneinfo"

/* Lookup */

/* The last start that is not after `seconds`, -1 before the first. */
static int find_start(const struct zone *zone, int64_t seconds)
{
    int low = 0;
    int high = zone->count;

    while (low < high) {
        int middle = low + (high - low) / 2;

        if (zone->starts[middle] <= seconds) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low - 1;
}

static const struct zone_type *type_at(const struct zone *zone, int start)
{
    return &zone->types[start < 0 ? 0 : zone->indexes[start]];
}

/* How much to subtract so that an instant falls into the years that are spelt out. */
static int64_t cycle_shift(const struct zone *zone, int64_t seconds)
{
    if (zone->repeats_back && seconds < zone->starts[0]) {
        return -((zone->starts[0] - seconds - 1) / ZONE_CYCLE_SECONDS + 1) * ZONE_CYCLE_SECONDS;
    }
    if (!zone->repeats || seconds <= zone->starts[zone->count - 1]) {
        return 0;
    }
    int64_t beyond = seconds - zone->starts[zone->count - 1];

    return (beyond / ZONE_CYCLE_SECONDS + 1) * ZONE_CYCLE_SECONDS;
}

static int32_t utc_offset(const struct zone *zone, int64_t utc_seconds)
{
    int64_t seconds = utc_seconds - cycle_shift(zone, utc_seconds);

    return type_at(zone, find_start(zone, seconds))->offset;
}

/* The server looks at the first change after the day before. Where the local time does not exist
 * the offset before the change holds, and where it exists twice the offset after it. */
int32_t zone_local_offset(const struct zone *zone, int64_t local_seconds)
{
    int64_t shift = cycle_shift(zone, local_seconds - 86400);
    int64_t local = local_seconds - shift;
    int start = find_start(zone, local - 86400);
    int32_t before = type_at(zone, start)->offset;

    if (start + 1 >= zone->count) {
        return before;
    }
    int64_t change = zone->starts[start + 1];
    int32_t after = type_at(zone, start + 1)->offset;

    if (local - before < change && local - after < change) {
        return before;
    }
    if (local - before > change && local - after >= change) {
        return after;
    }
    return before < after ? before : after;
}

static bool has_abbreviation(const struct zone_type *type, const char *abbreviation)
{
    return text_equal_case(text_of(type->abbreviation), text_of(abbreviation));
}

bool zone_abbreviation(const struct zone *zone,
                       const char *abbreviation,
                       int64_t utc_seconds,
                       int32_t *offset)
{
    int start = find_start(zone, utc_seconds);

    for (int i = start; i >= 0; i--) {
        if (has_abbreviation(type_at(zone, i), abbreviation)) {
            *offset = type_at(zone, i)->offset;
            return true;
        }
    }
    for (int i = start + 1; i < zone->count; i++) {
        if (has_abbreviation(type_at(zone, i), abbreviation)) {
            *offset = type_at(zone, i)->offset;
            return true;
        }
    }
    return false;
}

bool zone_is_fixed(const struct zone *zone, int32_t *offset)
{
    for (int i = 1; i < zone->type_count; i++) {
        if (zone->types[i].offset != zone->types[0].offset) {
            return false;
        }
    }
    *offset = zone->types[0].offset;
    return true;
}

static int64_t floor_seconds(int64_t microseconds)
{
    int64_t seconds = microseconds / 1000000;

    return seconds - (microseconds % 1000000 < 0 ? 1 : 0);
}

static bool is_infinite(int64_t timestamp)
{
    return timestamp == DATETIME_INFINITY || timestamp == DATETIME_NEGATIVE_INFINITY;
}

int64_t zone_to_utc(const struct zone *zone, int64_t local)
{
    if (is_infinite(local)) {
        return local;
    }
    return local - (int64_t)zone_local_offset(zone, floor_seconds(local)) * 1000000;
}

int64_t zone_to_local(const struct zone *zone, int64_t utc)
{
    if (is_infinite(utc)) {
        return utc;
    }
    return utc + (int64_t)utc_offset(zone, floor_seconds(utc)) * 1000000;
}

/* Names */

/* Adds the entry of directory `path` that is called `name` but for the case of its letters. */
static bool resolve_part(char *path, size_t path_size, const char *name, size_t size)
{
    DIR *directory = opendir(path);
    const struct dirent *entry = NULL;
    bool found = false;

    if (directory == NULL) {
        return false;
    }
    while (!found && (entry = readdir(directory)) != NULL) {
        found = entry->d_name[0] != '.' && strlen(entry->d_name) == size &&
                text_equal_case(text_of(entry->d_name), text_from(name, size));
        if (found) {
            size_t length = strlen(path);
            int written = snprintf(path + length, path_size - length, "/%s", entry->d_name);

            found = written > 0 && (size_t)written < path_size - length;
        }
    }
    closedir(directory);
    return found;
}

/* The path of a zone's file. Every part is looked up in its directory, which also keeps names such
 * as "../x" inside the database. */
static bool resolve_name(const char *name, char *path, size_t path_size)
{
    snprintf(path, path_size, "%s", ZONE_DIRECTORY);
    while (true) {
        size_t size = strcspn(name, "/");

        if (size == 0 || !resolve_part(path, path_size, name, size)) {
            return false;
        }
        if (name[size] == '\0') {
            return true;
        }
        name += size + 1;
    }
}

bool zone_load(const char *name, struct arena *arena, const struct zone **zone, struct error *error)
{
    char path[512];

    if (!resolve_name(name, path, sizeof path)) {
        error_set(error, ERROR_PLAN, "time zone \"%s\" does not exist", name);
        return error_hint(error,
                          "Use a name of the time zone database in %s, such as Europe/London.",
                          ZONE_DIRECTORY);
    }
    return zone_read(path, arena, zone, error);
}

const struct zone *zone_find(const char *name, struct arena *arena)
{
    const struct zone *zone = NULL;
    char path[512];
    struct zone_rule rule;

    if (resolve_name(name, path, sizeof path)) {
        return zone_read(path, arena, &zone, NULL) ? zone : NULL;
    }
    return zone_rule_parse(name, &rule) ? zone_from_rule(&rule, arena) : NULL;
}
