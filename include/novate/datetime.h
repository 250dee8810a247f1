/* datetime.h — dates, times and timestamps: PostgreSQL's reading and writing of them, declared
 * formats of files, and time zones.
 *
 * Units as in type.h: days and microseconds since 2000-01-01, infinities at the ends of int64_t.
 * Ranges as PostgreSQL's: dates 4713-11-24 BC to 5874897-12-31, timestamps 4713-11-24 BC to
 * 294276-12-31. The calendar is the proleptic Gregorian one. Results of parsing are data errors of
 * a row, so these functions return a status, not a struct error. Threads   pure functions; a struct
 * zone is read-only after zone_load(). SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_DATETIME_H
#define NOVATE_DATETIME_H

#include "novate/error.h"
#include "novate/text.h"

#include <stdbool.h>
#include <stdint.h>

#define DATETIME_INFINITY          INT64_MAX
#define DATETIME_NEGATIVE_INFINITY INT64_MIN
#define MICROSECONDS_PER_DAY       INT64_C(86400000000)

enum datetime_status {
    DATETIME_OK,
    DATETIME_SYNTAX, /* 22007: not a date */
    DATETIME_RANGE,  /* 22008: 2024-02-30, or outside what the type can hold; 22009: an offset of 16
                        hours or more */
    DATETIME_ZONE,   /* 22023: a time zone that does not exist */
};

/* Calendar fields. month 1-12, day 1-31; year 0 is 1 BC. */
struct datetime_fields {
    int64_t year;
    int month, day, hour, minute, second, microsecond;
    bool has_zone;
    int zone_seconds; /* east of UTC */
};

int64_t date_from_civil(int64_t year, int month, int day);
void date_to_civil(int64_t date, int64_t *year, int *month, int *day);
bool datetime_fields_valid(const struct datetime_fields *fields);

struct zone;
/* A zone of the system's database ("Europe/London", "UTC"); in the arena. ERROR_PLAN if there is
 * none. */
bool zone_load(const char *name,
               struct arena *arena,
               const struct zone **zone,
               struct error *error) NODISCARD;
/* Local time to UTC, as PostgreSQL decides in gaps (moved forward) and overlaps (standard time). */
int64_t zone_to_utc(const struct zone *zone, int64_t local);
int64_t zone_to_local(const struct zone *zone, int64_t utc);

/* PostgreSQL's input with DateStyle ISO, MDY, and its abbreviations of zones. Three things it takes
 * are refused, since no record means them: "now", "today", "yesterday" and "tomorrow"; years and
 * labelled hours that wrap around at 32 bits; a timestamp that its precision rounds past the last
 * one. A zone named in full costs reading its file. `zone` is the session's, for timestamptz
 * without one; NULL is UTC. `precision` fraction digits are kept (6: all), rounding half away. */
enum datetime_status date_parse(struct text text, int64_t *date);
enum datetime_status time_parse(struct text text, int precision, int64_t *time);
enum datetime_status timestamp_parse(struct text text, int precision, int64_t *timestamp);
enum datetime_status timestamptz_parse(struct text text,
                                       int precision,
                                       const struct zone *zone,
                                       int64_t *timestamptz);

/* PostgreSQL's output, DateStyle ISO; timestamptz in `zone` (NULL: UTC, "+00"). */
void date_format(int64_t date, struct text_buffer *out);
void time_format(int64_t time, struct text_buffer *out);
void timestamp_format(int64_t timestamp, struct text_buffer *out);
void timestamptz_format(int64_t timestamptz, const struct zone *zone, struct text_buffer *out);

/* A declared format of a file, strict: every field has its digits, separators must be the same,
 * blanks around are allowed, nothing may follow. Patterns, in any case: YYYY MM DD Mon (English)
 * HH24 HH12 AM PM MI SS MS US FF1..FF6 TZH TZM; any other character stands for itself. A date has
 * all of its three fields, HH12 comes with AM or PM. Without a date the fields are those of
 * 2000-01-01. */
struct datetime_pattern {
    struct datetime_item {
        uint8_t kind;
        char character;
    } items[64];
    int count;
    bool has_date, has_time, has_zone;
    bool has_short_year;
};
/* ERROR_PLAN when the pattern is not one; the message quotes it. */
bool datetime_pattern_parse(struct text pattern,
                            struct datetime_pattern *out,
                            struct error *error) NODISCARD;
/* The same with YY: years 0 to 99, whose century the caller must know. */
bool datetime_pattern_parse_short(struct text pattern,
                                  struct datetime_pattern *out,
                                  struct error *error) NODISCARD;
enum datetime_status datetime_pattern_apply(const struct datetime_pattern *pattern,
                                            struct text text,
                                            struct datetime_fields *fields);
/* No text is of the form of both, so that it does not matter which one is tried first. */
bool datetime_patterns_exclusive(const struct datetime_pattern *one,
                                 const struct datetime_pattern *other);

#endif
