/* zone_file.c — reads a zone from the system's time zone database.
 *
 * Files say when the offset changes up to 2037, and give a rule for later. The rule is spelt out
 * here for 400 years, after which the calendar repeats. Format: RFC 8536 (TZif), version 2 and
 * later. Abbreviations share one copy in the arena. SPDX-License-Identifier: Apache-2.0 */
#include "zone_internal.h"

#include "novate/arena.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The largest file of the database has 4 kB. */
#define FILE_BYTES_MAX 12288
/* An index of a type has 8 bits, and a rule may add two types. */
#define TYPES_MAX  254
#define RULE_YEARS 401

/* The counts of a TZif header, in the order in which they stand there. */
struct file_header {
    uint32_t utc_count, standard_count, leap_count, start_count, type_count, text_size;
};

#define HEADER_BYTES 44

static uint32_t read_32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static int64_t read_64(const uint8_t *at)
{
    return (int64_t)((uint64_t)read_32(at) << 32 | read_32(at + 4));
}

static bool read_header(const uint8_t *at, const uint8_t *end, struct file_header *header)
{
    if (end - at < HEADER_BYTES || memcmp(at, "TZif", 4) != 0 || at[4] < '2') {
        return false;
    }
    header->utc_count = read_32(at + 20);
    header->standard_count = read_32(at + 24);
    header->leap_count = read_32(at + 28);
    header->start_count = read_32(at + 32);
    header->type_count = read_32(at + 36);
    header->text_size = read_32(at + 40);
    return header->start_count <= FILE_BYTES_MAX && header->type_count <= TYPES_MAX &&
           header->type_count > 0 && header->text_size <= FILE_BYTES_MAX &&
           header->leap_count <= FILE_BYTES_MAX && header->standard_count <= TYPES_MAX &&
           header->utc_count <= TYPES_MAX;
}

/* Bytes after the header; instants have 4 bytes in the first part of a file and 8 in the second. */
static int64_t body_size(const struct file_header *header, int64_t instant_size)
{
    return header->start_count * (instant_size + 1) + (int64_t)header->type_count * 6 +
           header->text_size + header->leap_count * (instant_size + 4) + header->standard_count +
           header->utc_count;
}

static bool read_types(const uint8_t *at,
                       const char *text,
                       const struct file_header *header,
                       struct zone *zone)
{
    if (header->text_size == 0 || text[header->text_size - 1] != '\0') {
        return false;
    }
    for (uint32_t i = 0; i < header->type_count; i++, at += 6) {
        if (at[5] >= header->text_size) {
            return false;
        }
        zone->types[i] = (struct zone_type){
            .offset = (int32_t)read_32(at), .daylight = at[4] != 0, .abbreviation = text + at[5]};
    }
    zone->type_count = (int)header->type_count;
    return true;
}

/* The type of a rule, added when the file has none like it. */
static uint8_t rule_type(struct zone *zone, int32_t offset, bool daylight)
{
    for (int i = 0; i < zone->type_count; i++) {
        if (zone->types[i].offset == offset && zone->types[i].daylight == daylight) {
            return (uint8_t)i;
        }
    }
    zone->types[zone->type_count] =
        (struct zone_type){.offset = offset, .daylight = daylight, .abbreviation = ""};
    return (uint8_t)zone->type_count++;
}

static void push_start(struct zone *zone, int64_t seconds, uint8_t type)
{
    if (zone->count > 0 && seconds <= zone->starts[zone->count - 1]) {
        return;
    }
    zone->starts[zone->count] = seconds;
    zone->indexes[zone->count] = type;
    zone->count++;
}

/* Goes on where the file ends. */
static void spell_rule_out(struct zone *zone, const struct zone_rule *rule)
{
    uint8_t standard = rule_type(zone, rule->offset, false);
    uint8_t daylight = rule_type(zone, rule->daylight_offset, true);
    int64_t year = 1970;
    int month = 0;
    int day = 0;

    if (zone->count > 0) {
        int64_t last = zone->starts[zone->count - 1];

        date_to_civil(last / 86400, &year, &month, &day);
    }
    for (int i = 0; i <= RULE_YEARS; i++, year++) {
        int64_t start = zone_rule_start(rule, year);
        int64_t end = zone_rule_end(rule, year);

        if (start < end) {
            push_start(zone, start, daylight);
            push_start(zone, end, standard);
        } else {
            push_start(zone, end, standard);
            push_start(zone, start, daylight);
        }
    }
    zone->repeats = true;
}

static struct zone *allocate(struct arena *arena, uint32_t start_count)
{
    size_t starts_max = (size_t)start_count + (size_t)2 * (RULE_YEARS + 1);
    struct zone *zone = ARENA_NEW(arena, struct zone);

    if (zone == NULL) {
        return NULL;
    }
    zone->starts = ARENA_ARRAY(arena, int64_t, starts_max);
    zone->indexes = ARENA_ARRAY(arena, uint8_t, starts_max);
    zone->types = ARENA_ARRAY(arena, struct zone_type, TYPES_MAX + 2);
    if (zone->starts == NULL || zone->indexes == NULL || zone->types == NULL) {
        return NULL;
    }
    return zone;
}

const struct zone *zone_from_rule(const struct zone_rule *rule, struct arena *arena)
{
    struct zone *zone = allocate(arena, 0);

    if (zone == NULL) {
        return NULL;
    }
    rule_type(zone, rule->offset, false);
    if (rule->has_daylight) {
        spell_rule_out(zone, rule);
        zone->repeats_back = zone->repeats;
    }
    return zone;
}

static bool read_starts(const uint8_t *at, const struct file_header *header, struct zone *zone)
{
    const uint8_t *indexes = at + (size_t)header->start_count * 8;

    for (uint32_t i = 0; i < header->start_count; i++) {
        int64_t seconds = read_64(at + (size_t)i * 8);

        if (indexes[i] >= header->type_count || seconds < INT64_MIN / 2 ||
            seconds > INT64_MAX / 2 ||
            (i > 0 && seconds - ZONE_UNIX_EPOCH <= zone->starts[i - 1])) {
            return false;
        }
        push_start(zone, seconds - ZONE_UNIX_EPOCH, indexes[i]);
    }
    return true;
}

/* The rule after the data, between line feeds. */
static void read_footer(const char *footer, struct zone *zone)
{
    char text[128];
    struct zone_rule rule;
    size_t size = footer[0] == '\n' ? strcspn(footer + 1, "\n") : 0;

    if (size == 0 || size >= sizeof text) {
        return;
    }
    memcpy(text, footer + 1, size);
    text[size] = '\0';
    if (zone_rule_parse(text, &rule) && rule.has_daylight) {
        spell_rule_out(zone, &rule);
    }
}

/* Finds the second part of a file, the one with 64 bits; `at` is then after its header. */
static bool find_body(const uint8_t **at, const uint8_t *end, struct file_header *header)
{
    if (!read_header(*at, end, header) || body_size(header, 4) > end - *at - HEADER_BYTES) {
        return false;
    }
    *at += HEADER_BYTES + body_size(header, 4);
    if (!read_header(*at, end, header) || body_size(header, 8) > end - *at - HEADER_BYTES) {
        return false;
    }
    *at += HEADER_BYTES;
    /* Zones that count leap seconds are not those of civil time. */
    return header->leap_count == 0;
}

/* A file that is not valid gives true and no zone. `end` points to a NUL. */
static bool parse_file(const uint8_t *at,
                       const uint8_t *end,
                       struct arena *arena,
                       const struct zone **result,
                       struct error *error)
{
    struct file_header header;

    *result = NULL;
    if (!find_body(&at, end, &header)) {
        return true;
    }
    const uint8_t *types = at + (size_t)header.start_count * 9;
    char *text =
        arena_copy(arena, (const char *)types + (size_t)header.type_count * 6, header.text_size);
    struct zone *zone = allocate(arena, header.start_count);

    if (text == NULL || zone == NULL) {
        return error_set_memory(error);
    }
    if (!read_types(types, text, &header, zone) || !read_starts(at, &header, zone)) {
        return true;
    }
    read_footer((const char *)at + body_size(&header, 8), zone);
    *result = zone;
    return true;
}

bool zone_read(const char *path, struct arena *arena, const struct zone **zone, struct error *error)
{
    uint8_t data[FILE_BYTES_MAX + 1];
    FILE *file = fopen(path, "rb");

    if (file == NULL) {
        return error_set_system(
            error, ERROR_PLAN, errno, "cannot open time zone file \"%s\"", path);
    }
    size_t size = fread(data, 1, FILE_BYTES_MAX, file);
    bool failed = ferror(file) != 0;

    (void)fclose(file);
    data[size] = '\0';
    if (!failed && !parse_file(data, data + size, arena, zone, error)) {
        return false;
    }
    if (failed || *zone == NULL) {
        error_set(error, ERROR_PLAN, "time zone file \"%s\" cannot be used", path);
        return error_hint(error,
                          "It must have format TZif, version 2 or later, and no leap seconds. "
                          "Choose another zone, or install the time zone database again.");
    }
    return true;
}
