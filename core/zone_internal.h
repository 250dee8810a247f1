/* zone_internal.h — what reading of dates needs to know about zones beyond datetime.h.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_CORE_ZONE_INTERNAL_H
#define NOVATE_CORE_ZONE_INTERNAL_H

#include "novate/datetime.h"

/* Seconds from 1970-01-01 to 2000-01-01. */
#define ZONE_UNIX_EPOCH INT64_C(946684800)

/* The Gregorian calendar, and with it every rule of daylight saving time, repeats after this. */
#define ZONE_CYCLE_SECONDS (INT64_C(146097) * 86400)

struct zone_type {
    int32_t offset; /* seconds east of UTC */
    bool daylight;
    const char *abbreviation; /* "BST"; "" when only a rule names it */
};

struct zone {
    int64_t *starts; /* seconds since 2000-01-01 UTC, ascending: when types[indexes[i]] begins */
    uint8_t *indexes;
    int count;
    struct zone_type *types; /* types[0] holds before the first start */
    int type_count;
    bool repeats;      /* the last 400 years repeat for ever */
    bool repeats_back; /* and did so for ever: a rule is all that is known */
};

/* A POSIX TZ string, such as "GMT0BST,M3.5.0/1,M10.5.0" in the footer of a zone's file. */
struct zone_rule {
    int32_t offset;
    int32_t daylight_offset;
    bool has_daylight;
    struct zone_rule_day {
        char kind; /* 'J': 1-365 without 29 February, 'D': 0-365, 'M': month, week and weekday */
        int month, week;
        int day; /* or weekday, 0 is Sunday */
        int32_t seconds;
    } start, end; /* of daylight saving time, in the local time before the change */
};

/* False when it is not one. */
bool zone_rule_parse(const char *text, struct zone_rule *rule);
/* UTC, seconds since 2000-01-01, when daylight saving time begins or ends in a year. */
int64_t zone_rule_start(const struct zone_rule *rule, int64_t year);
int64_t zone_rule_end(const struct zone_rule *rule, int64_t year);

/* Reads a file of the time zone database. ERROR_PLAN when it is not one. */
bool zone_read(const char *path,
               struct arena *arena,
               const struct zone **zone,
               struct error *error) NODISCARD;

/* A zone that has always followed one rule; NULL when memory runs out. */
const struct zone *zone_from_rule(const struct zone_rule *rule, struct arena *arena);

/* As zone_load(), for a name within a date: NULL when there is none. Accepts what the server does:
 * a name of the database without regard to case, or a POSIX zone ("XYZ-3"). */
const struct zone *zone_find(const char *name, struct arena *arena);

/* Seconds east of UTC that the server takes for a local time, in seconds since 2000-01-01. */
int32_t zone_local_offset(const struct zone *zone, int64_t local_seconds);

/* What an abbreviation meant in a zone around an instant: its latest meaning before, else the
 * first one after. False when the zone never used it. */
bool zone_abbreviation(const struct zone *zone,
                       const char *abbreviation,
                       int64_t utc_seconds,
                       int32_t *offset);

/* Whether the offset never changed; then `offset` is it. */
bool zone_is_fixed(const struct zone *zone, int32_t *offset);

#endif
