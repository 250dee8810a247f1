/* date_format.c — reads pictures of dates, as PostgreSQL takes them apart.
 * SPDX-License-Identifier: Apache-2.0 */
#include "date_format.h"

#include <stdio.h>
#include <string.h>

/* Where two begin alike the longer one stands first. */
static const struct date_keyword keywords[] = {
    {"A.D.", FIELD_ERA_DOTS, CASE_UPPER, 0, false},
    {"A.M.", FIELD_MERIDIEM_DOTS, CASE_UPPER, 0, false},
    {"AD", FIELD_ERA, CASE_UPPER, 0, false},
    {"AM", FIELD_MERIDIEM, CASE_UPPER, 0, false},
    {"B.C.", FIELD_ERA_DOTS, CASE_UPPER, 0, false},
    {"BC", FIELD_ERA, CASE_UPPER, 0, false},
    {"CC", FIELD_CENTURY, CASE_UPPER, 2, true},
    {"DAY", FIELD_DAY_NAME, CASE_UPPER, 0, false},
    {"DDD", FIELD_DAY_OF_YEAR, CASE_UPPER, 3, true},
    {"DD", FIELD_DAY, CASE_UPPER, 2, true},
    {"DY", FIELD_DAY_SHORT, CASE_UPPER, 0, false},
    {"Day", FIELD_DAY_NAME, CASE_MIXED, 0, false},
    {"Dy", FIELD_DAY_SHORT, CASE_MIXED, 0, false},
    {"D", FIELD_DAY_OF_WEEK, CASE_UPPER, 1, true},
    {"FF1", FIELD_FRACTION, CASE_UPPER, 1, true},
    {"FF2", FIELD_FRACTION, CASE_UPPER, 2, true},
    {"FF3", FIELD_FRACTION, CASE_UPPER, 3, true},
    {"FF4", FIELD_FRACTION, CASE_UPPER, 4, true},
    {"FF5", FIELD_FRACTION, CASE_UPPER, 5, true},
    {"FF6", FIELD_FRACTION, CASE_UPPER, 6, true},
    {"FX", FIELD_FX, CASE_UPPER, 0, false},
    {"HH24", FIELD_HOUR_24, CASE_UPPER, 2, true},
    {"HH12", FIELD_HOUR_12, CASE_UPPER, 2, true},
    {"HH", FIELD_HOUR_12, CASE_UPPER, 2, true},
    {"IDDD", FIELD_ISO_DAY_OF_YEAR, CASE_UPPER, 3, true},
    {"ID", FIELD_ISO_DAY_OF_WEEK, CASE_UPPER, 1, true},
    {"IW", FIELD_ISO_WEEK, CASE_UPPER, 2, true},
    {"IYYY", FIELD_ISO_YEAR, CASE_UPPER, 4, true},
    {"IYY", FIELD_ISO_YEAR, CASE_UPPER, 3, true},
    {"IY", FIELD_ISO_YEAR, CASE_UPPER, 2, true},
    {"I", FIELD_ISO_YEAR, CASE_UPPER, 1, true},
    {"J", FIELD_JULIAN, CASE_UPPER, 1, true},
    {"MI", FIELD_MINUTE, CASE_UPPER, 2, true},
    {"MM", FIELD_MONTH, CASE_UPPER, 2, true},
    {"MONTH", FIELD_MONTH_NAME, CASE_UPPER, 0, false},
    {"MON", FIELD_MONTH_SHORT, CASE_UPPER, 0, false},
    {"MS", FIELD_FRACTION, CASE_UPPER, 3, true},
    {"Month", FIELD_MONTH_NAME, CASE_MIXED, 0, false},
    {"Mon", FIELD_MONTH_SHORT, CASE_MIXED, 0, false},
    {"OF", FIELD_OFFSET, CASE_UPPER, 0, false},
    {"P.M.", FIELD_MERIDIEM_DOTS, CASE_UPPER, 0, false},
    {"PM", FIELD_MERIDIEM, CASE_UPPER, 0, false},
    {"Q", FIELD_QUARTER, CASE_UPPER, 1, true},
    {"RM", FIELD_MONTH_ROMAN, CASE_UPPER, 0, false},
    {"SSSSS", FIELD_SECOND_OF_DAY, CASE_UPPER, 5, true},
    {"SSSS", FIELD_SECOND_OF_DAY, CASE_UPPER, 4, true},
    {"SS", FIELD_SECOND, CASE_UPPER, 2, true},
    {"TZH", FIELD_ZONE_HOUR, CASE_UPPER, 2, false},
    {"TZM", FIELD_ZONE_MINUTE, CASE_UPPER, 2, true},
    {"TZ", FIELD_ZONE, CASE_UPPER, 0, false},
    {"US", FIELD_FRACTION, CASE_UPPER, 6, true},
    {"WW", FIELD_WEEK, CASE_UPPER, 2, true},
    {"W", FIELD_WEEK_OF_MONTH, CASE_UPPER, 1, true},
    {"Y,YYY", FIELD_YEAR_COMMA, CASE_UPPER, 5, true},
    {"YYYY", FIELD_YEAR, CASE_UPPER, 4, true},
    {"YYY", FIELD_YEAR, CASE_UPPER, 3, true},
    {"YY", FIELD_YEAR, CASE_UPPER, 2, true},
    {"Y", FIELD_YEAR, CASE_UPPER, 1, true},
};

#define KEYWORDS (sizeof keywords / sizeof keywords[0])

static bool begins(struct text text, const char *word)
{
    size_t size = strlen(word);

    return text.size >= size && memcmp(text.data, word, size) == 0;
}

/* A keyword in small letters only: "mon", not "mOn". */
static bool begins_lower(struct text text, const char *word)
{
    size_t size = strlen(word);

    for (size_t i = 0; i < size && i < text.size; i++) {
        char c = word[i];
        if (text.data[i] != (c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c)) {
            return false;
        }
    }
    return text.size >= size;
}

static struct text skip(struct text text, size_t size)
{
    return text_from(text.data + size, text.size - size);
}

/* The keyword that a picture goes on with; `lower` says that it is in small letters. */
static const struct date_keyword *find_keyword(struct text text, bool *lower)
{
    for (size_t i = 0; i < KEYWORDS; i++) {
        *lower = keywords[i].form == CASE_UPPER && begins_lower(text, keywords[i].name);
        if (*lower || begins(text, keywords[i].name)) {
            return &keywords[i];
        }
    }
    return NULL;
}

static bool is_separator(char c)
{
    return c > ' ' && c < 0x7f && !(c >= '0' && c <= '9') && !(c >= 'A' && c <= 'Z') &&
           !(c >= 'a' && c <= 'z');
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* What is written of intervals: no days of weeks, no months by name, no eras or zones. */
static bool writes_interval(enum date_field field)
{
    switch ((int)field) {
    case FIELD_ERA:
    case FIELD_ERA_DOTS:
    case FIELD_DAY_NAME:
    case FIELD_DAY_SHORT:
    case FIELD_DAY_OF_WEEK:
    case FIELD_ISO_DAY_OF_WEEK:
    case FIELD_MONTH_NAME:
    case FIELD_MONTH_SHORT:
    case FIELD_MONTH_ROMAN:
    case FIELD_OFFSET:
    case FIELD_ZONE_HOUR:
    case FIELD_ZONE_MINUTE:
    case FIELD_ISO_YEAR:
    case FIELD_ISO_WEEK:
    case FIELD_ISO_DAY_OF_YEAR:
    case FIELD_JULIAN:
        return false;
    default:
        return true;
    }
}

static bool reads(enum date_field field)
{
    switch ((int)field) {
    case FIELD_CENTURY:
    case FIELD_ISO_DAY_OF_YEAR:
    case FIELD_ISO_DAY_OF_WEEK:
    case FIELD_ISO_WEEK:
    case FIELD_ISO_YEAR:
    case FIELD_WEEK:
    case FIELD_WEEK_OF_MONTH:
    case FIELD_MONTH_ROMAN:
    case FIELD_OFFSET:
    case FIELD_YEAR_COMMA:
        return false;
    default:
        return true;
    }
}

static bool available(enum date_field field, enum date_format_use use)
{
    return field != FIELD_ZONE && (use != DATE_FORMAT_READ || reads(field)) &&
           (use != DATE_FORMAT_WRITE_INTERVAL || writes_interval(field));
}

struct scan {
    struct text rest;
    enum date_format_use use;
    struct arena *arena;
    struct date_format *format;
    char *refused;
};

static bool refuse(const struct scan *scan, const char *what)
{
    (void)snprintf(scan->refused, 16, "%s", what);
    return false;
}

static size_t character_size(const struct scan *scan)
{
    unsigned char first = (unsigned char)scan->rest.data[0];
    size_t size = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;

    return size < scan->rest.size ? size : scan->rest.size;
}

static void take_character(struct scan *scan, enum date_node_kind kind)
{
    size_t size = character_size(scan);
    struct date_node *node = &scan->format->nodes[scan->format->count++];

    *node = (struct date_node){.kind = kind};
    memcpy(node->bytes, scan->rest.data, size);
    scan->rest = skip(scan->rest, size);
}

/* "text", in which a backslash makes the next character stand for itself. */
static void take_quoted(struct scan *scan)
{
    scan->rest = skip(scan->rest, 1);
    while (scan->rest.size > 0) {
        if (scan->rest.data[0] == '"') {
            scan->rest = skip(scan->rest, 1);
            return;
        }
        if (scan->rest.data[0] == '\\' && scan->rest.size > 1) {
            scan->rest = skip(scan->rest, 1);
        }
        take_character(scan, NODE_CHARACTER);
    }
}

/* The keyword in small letters: a copy, for they differ in the letters that are written. */
static const struct date_keyword *lower_copy(const struct date_keyword *keyword,
                                             struct arena *arena)
{
    struct date_keyword *copy = ARENA_NEW(arena, struct date_keyword);

    if (copy != NULL) {
        *copy = *keyword;
        copy->form = CASE_LOWER;
    }
    return copy;
}

static bool take_keyword(struct scan *scan,
                         const struct date_keyword *keyword,
                         bool lower,
                         bool fill)
{
    struct date_node *node = &scan->format->nodes[scan->format->count++];
    size_t size = strlen(keyword->name);

    if (!available((enum date_field)keyword->field, scan->use)) {
        return refuse(scan, keyword->name);
    }
    *node = (struct date_node){.kind = NODE_FIELD, .keyword = keyword, .fill = fill};
    if (lower && (node->keyword = lower_copy(keyword, scan->arena)) == NULL) {
        return false;
    }
    scan->rest = skip(scan->rest, size);
    if (begins(scan->rest, "SP")) {
        return refuse(scan, "SP");
    }
    if (begins(scan->rest, "TH") || begins(scan->rest, "th")) {
        node->ordinal = true;
        node->ordinal_upper = scan->rest.data[0] == 'T';
        scan->rest = skip(scan->rest, 2);
    }
    return true;
}

static bool take_node(struct scan *scan)
{
    bool fill = begins(scan->rest, "FM") || begins(scan->rest, "fm");
    bool lower = false;

    if (begins(scan->rest, "TM") || begins(scan->rest, "tm")) {
        return refuse(scan, "TM");
    }
    if (fill) {
        scan->rest = skip(scan->rest, 2);
    }
    const struct date_keyword *keyword = find_keyword(scan->rest, &lower);

    if (keyword != NULL) {
        return take_keyword(scan, keyword, lower, fill);
    }
    if (scan->rest.size == 0) {
        return true;
    }
    if (scan->rest.data[0] == '"') {
        take_quoted(scan);
        return true;
    }
    if (begins(scan->rest, "\\\"")) {
        scan->rest = skip(scan->rest, 1);
    }
    char first = scan->rest.data[0];

    take_character(scan,
                   is_separator(first) ? NODE_SEPARATOR
                   : is_space(first)   ? NODE_SPACE
                                       : NODE_CHARACTER);
    return true;
}

bool date_format_parse(struct text text,
                       enum date_format_use use,
                       struct arena *arena,
                       struct date_format *format,
                       char refused[16])
{
    struct scan scan = {
        .rest = text, .use = use, .arena = arena, .format = format, .refused = refused};

    refused[0] = '\0';
    *format = (struct date_format){.empty = text.size == 0};
    format->nodes = ARENA_ARRAY(arena, struct date_node, (size_t)text.size + 1);
    if (format->nodes == NULL) {
        return false;
    }
    while (scan.rest.size > 0) {
        if (!take_node(&scan)) {
            return false;
        }
    }
    return true;
}

const char *ordinal_suffix(const char *digits, size_t size, bool upper)
{
    static const char *const suffixes[2][4] = {{"th", "st", "nd", "rd"}, {"TH", "ST", "ND", "RD"}};
    char last = digits[size - 1];
    bool teen = size > 1 && digits[size - 2] == '1';

    return suffixes[upper][!teen && last >= '1' && last <= '3' ? last - '0' : 0];
}
