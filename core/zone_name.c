/* zone_name.c — what a text means where a time zone is expected.
 * SPDX-License-Identifier: Apache-2.0 */
#include "datetime_internal.h"

#include "novate/zone.h"

#include <string.h>

#define NAME_BYTES_MAX 255

static int64_t floor_seconds(int64_t microseconds)
{
    int64_t seconds = microseconds / 1000000;

    return seconds - (microseconds % 1000000 < 0 ? 1 : 0);
}

static bool find_abbreviation(const char *lower, struct arena *arena, struct zone_name *name)
{
    struct datetime_meaning meaning = datetime_abbreviation_find(lower);

    switch ((int)meaning.word) {
    case WORD_ZONE:
    case WORD_DAYLIGHT_ZONE:
        name->offset = meaning.value;
        return true;
    case WORD_NAMED_ZONE:
        name->zone = zone_find(meaning.zone, arena);
        name->abbreviation = arena_copy(arena, lower, strlen(lower));
        return name->zone != NULL && name->abbreviation != NULL;
    default:
        return false;
    }
}

bool zone_name_find(struct text text, struct arena *arena, struct zone_name *name)
{
    char exact[NAME_BYTES_MAX + 3];
    char lower[NAME_BYTES_MAX + 1];

    *name = (struct zone_name){.zone = NULL};
    if (text.size == 0 || text.size > NAME_BYTES_MAX) {
        return false;
    }
    /* A rule may begin with its offset: "+3" is three hours west, as "X+3" is. */
    size_t unnamed =
        (text.data[0] >= '0' && text.data[0] <= '9') || strchr("+-", text.data[0]) != NULL ? 2 : 0;

    memcpy(exact, "<>", unnamed);
    memcpy(exact + unnamed, text.data, text.size);
    exact[unnamed + text.size] = '\0';
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        lower[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    lower[text.size] = '\0';
    if (find_abbreviation(lower, arena, name)) {
        return true;
    }
    name->zone = zone_find(exact, arena);
    return name->zone != NULL;
}

bool zone_name_or_offset_find(struct text text, struct arena *arena, struct zone_name *name)
{
    char offset[32];
    int seconds = 0;

    if (text.size > 0 && text.data[0] >= '0' && text.data[0] <= '9') {
        return false;
    }
    if (text.size > 0 && text.size < sizeof offset && strchr("+-", text.data[0]) != NULL) {
        memcpy(offset, text.data, text.size);
        offset[text.size] = '\0';
        enum datetime_status status = datetime_read_offset(offset, &seconds);
        if (status != DATETIME_SYNTAX) {
            *name = (struct zone_name){.offset = seconds};
            return status == DATETIME_OK;
        }
    }
    return zone_name_find(text, arena, name);
}

int64_t zone_name_to_utc(const struct zone_name *name, int64_t local)
{
    int32_t offset = name->offset;

    if (name->zone != NULL) {
        int64_t seconds = floor_seconds(local);
        offset = zone_local_offset(name->zone, seconds);
        if (name->abbreviation != NULL) {
            (void)zone_abbreviation(name->zone, name->abbreviation, seconds - offset, &offset);
        }
    }
    return local - (int64_t)offset * 1000000;
}

int64_t zone_name_to_local(const struct zone_name *name, int64_t utc)
{
    int32_t offset = name->offset;

    if (name->zone != NULL &&
        (name->abbreviation == NULL ||
         !zone_abbreviation(name->zone, name->abbreviation, floor_seconds(utc), &offset))) {
        return zone_to_local(name->zone, utc);
    }
    return utc + (int64_t)offset * 1000000;
}
