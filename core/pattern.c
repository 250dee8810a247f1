/* pattern.c — declared formats of dates and times in files.
 *
 * A pattern is read once into items, and applied to every value: an item takes exactly its
 * characters or the value is refused. What a file's owner declares is not guessed at.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/datetime.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum item_kind {
    ITEM_LITERAL,
    ITEM_YEAR,
    ITEM_SHORT_YEAR,
    ITEM_MONTH,
    ITEM_MONTH_NAME,
    ITEM_DAY,
    ITEM_HOUR_24,
    ITEM_HOUR_12,
    ITEM_MERIDIEM,
    ITEM_MINUTE,
    ITEM_SECOND,
    ITEM_FRACTION, /* `character` digits */
    ITEM_ZONE_HOUR,
    ITEM_ZONE_MINUTE,
};

/* Longer ones come before those that they begin with. */
static const struct keyword {
    const char *name;
    uint8_t kind;
    char digits;
} keywords[] = {
    {"YYYY", ITEM_YEAR, 4},    {"YY", ITEM_SHORT_YEAR, 2}, {"MON", ITEM_MONTH_NAME, 0},
    {"MM", ITEM_MONTH, 2},     {"MI", ITEM_MINUTE, 2},     {"MS", ITEM_FRACTION, 3},
    {"DD", ITEM_DAY, 2},       {"HH24", ITEM_HOUR_24, 2},  {"HH12", ITEM_HOUR_12, 2},
    {"AM", ITEM_MERIDIEM, 0},  {"PM", ITEM_MERIDIEM, 0},   {"SS", ITEM_SECOND, 2},
    {"US", ITEM_FRACTION, 6},  {"FF1", ITEM_FRACTION, 1},  {"FF2", ITEM_FRACTION, 2},
    {"FF3", ITEM_FRACTION, 3}, {"FF4", ITEM_FRACTION, 4},  {"FF5", ITEM_FRACTION, 5},
    {"FF6", ITEM_FRACTION, 6}, {"TZH", ITEM_ZONE_HOUR, 2}, {"TZM", ITEM_ZONE_MINUTE, 2},
};

/* Fields of other programs' patterns. Taken as characters they would match no value at all. */
static const char *const foreign[] = {
    "MONTH", "DAY", "DDD",  "YYY",  "YY",   "RR",   "HH", "SSSS", "FF", "TZR",
    "TZD",   "TZ",  "A.M.", "P.M.", "B.C.", "A.D.", "BC", "WW",   "IW", "IYYY",
};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* Bits of the fields that a pattern has. */
static unsigned bit(enum item_kind kind)
{
    return 1u << kind;
}

static bool starts_with(struct text text, const char *word)
{
    size_t size = strlen(word);

    return text.size >= size && text_equal_case(text_from(text.data, size), text_of(word));
}

static struct text skip(struct text text, size_t size)
{
    return text_from(text.data + size, text.size - size);
}

static const struct keyword *find_keyword(struct text text)
{
    for (size_t i = 0; i < COUNT(keywords); i++) {
        if (starts_with(text, keywords[i].name)) {
            return &keywords[i];
        }
    }
    return NULL;
}

static const char *find_foreign(struct text text)
{
    for (size_t i = 0; i < COUNT(foreign); i++) {
        if (starts_with(text, foreign[i])) {
            return foreign[i];
        }
    }
    return NULL;
}

static bool pattern_error(struct text pattern, const char *reason, struct error *error)
{
    error_set(error,
              ERROR_PLAN,
              "date pattern \"%.*s\" %s",
              (int)pattern.size,
              pattern.data == NULL ? "" : pattern.data,
              reason);
    return error_hint(error,
                      "Fields are YYYY, MM, Mon, DD, HH24, HH12, AM, PM, MI, SS, MS, US, FF1 to "
                      "FF6, TZH and TZM; any other character stands for itself.");
}

/* What must come along with what. */
static const char *incomplete_reason(unsigned seen)
{
    bool month = (seen & (bit(ITEM_MONTH) | bit(ITEM_MONTH_NAME))) != 0;
    bool year = (seen & (bit(ITEM_YEAR) | bit(ITEM_SHORT_YEAR))) != 0;
    bool day = (seen & bit(ITEM_DAY)) != 0;
    bool hour_12 = (seen & bit(ITEM_HOUR_12)) != 0;
    bool hour = hour_12 || (seen & bit(ITEM_HOUR_24)) != 0;
    bool minute = (seen & bit(ITEM_MINUTE)) != 0;
    bool second = (seen & bit(ITEM_SECOND)) != 0;

    if ((year || month || day) && !(year && month && day)) {
        return "does not have year, month and day";
    }
    if (!year && !hour) {
        return "has neither a date nor a time";
    }
    if (hour_12 != ((seen & bit(ITEM_MERIDIEM)) != 0)) {
        return "does not have HH12 together with AM or PM";
    }
    if ((minute && !hour) || (second && !minute) || ((seen & bit(ITEM_FRACTION)) != 0 && !second)) {
        return "has a part of a time without the larger one";
    }
    if ((seen & bit(ITEM_ZONE_MINUTE)) != 0 && (seen & bit(ITEM_ZONE_HOUR)) == 0) {
        return "has TZM without TZH";
    }
    return NULL;
}

/* Two ways to say the same field count as the field twice. */
static unsigned alternatives(enum item_kind kind)
{
    if (kind == ITEM_YEAR || kind == ITEM_SHORT_YEAR) {
        return bit(ITEM_YEAR) | bit(ITEM_SHORT_YEAR);
    }
    if (kind == ITEM_MONTH || kind == ITEM_MONTH_NAME) {
        return bit(ITEM_MONTH) | bit(ITEM_MONTH_NAME);
    }
    if (kind == ITEM_HOUR_24 || kind == ITEM_HOUR_12) {
        return bit(ITEM_HOUR_24) | bit(ITEM_HOUR_12);
    }
    return bit(kind);
}

static bool parse_item(struct text *rest,
                       unsigned *seen,
                       struct datetime_item *item,
                       struct text pattern,
                       struct error *error)
{
    const struct keyword *keyword = find_keyword(*rest);
    const char *unknown = find_foreign(*rest);
    char reason[64];

    /* "MONTH" is not MON and two letters, nor "DDD" a day and one. */
    if (unknown != NULL && (keyword == NULL || strlen(unknown) > strlen(keyword->name))) {
        (void)snprintf(reason, sizeof reason, "has the unknown field %s", unknown);
        return pattern_error(pattern, reason, error);
    }
    if (keyword == NULL) {
        *item = (struct datetime_item){.kind = ITEM_LITERAL, .character = rest->data[0]};
        *rest = skip(*rest, 1);
        return true;
    }
    if ((*seen & alternatives((enum item_kind)keyword->kind)) != 0) {
        return pattern_error(pattern, "has a field twice", error);
    }
    *seen |= bit((enum item_kind)keyword->kind);
    *item = (struct datetime_item){.kind = keyword->kind, .character = keyword->digits};
    *rest = skip(*rest, strlen(keyword->name));
    return true;
}

bool datetime_pattern_parse(struct text pattern, struct datetime_pattern *out, struct error *error)
{
    if (!datetime_pattern_parse_short(pattern, out, error)) {
        return false;
    }
    return !out->has_short_year || pattern_error(pattern, "has the unknown field YY", error);
}

bool datetime_pattern_parse_short(struct text pattern,
                                  struct datetime_pattern *out,
                                  struct error *error)
{
    struct text rest = text_trim(pattern);
    unsigned seen = 0;

    *out = (struct datetime_pattern){.count = 0};
    while (rest.size > 0) {
        if (out->count == (int)COUNT(out->items)) {
            return pattern_error(pattern, "is too long", error);
        }
        if (!parse_item(&rest, &seen, &out->items[out->count], pattern, error)) {
            return false;
        }
        out->count++;
    }
    const char *reason = incomplete_reason(seen);

    if (reason != NULL) {
        return pattern_error(pattern, reason, error);
    }
    out->has_short_year = (seen & bit(ITEM_SHORT_YEAR)) != 0;
    out->has_date = out->has_short_year || (seen & bit(ITEM_YEAR)) != 0;
    out->has_time = (seen & (bit(ITEM_HOUR_24) | bit(ITEM_HOUR_12))) != 0;
    out->has_zone = (seen & bit(ITEM_ZONE_HOUR)) != 0;
    return true;
}

/* Applying */

struct apply {
    const char *at;
    const char *end;
    struct datetime_fields *fields;
    bool afternoon;
    bool has_meridiem;
    bool negative_zone;
};

/* Exactly `count` digits. */
static bool take_digits(struct apply *apply, int count, int *value)
{
    int result = 0;

    if (apply->end - apply->at < count) {
        return false;
    }
    for (int i = 0; i < count; i++) {
        unsigned digit = (unsigned)apply->at[i] - '0';

        if (digit > 9) {
            return false;
        }
        result = result * 10 + (int)digit;
    }
    apply->at += count;
    *value = result;
    return true;
}

static bool take_month_name(struct apply *apply)
{
    static const char names[12][4] = {
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};

    if (apply->end - apply->at < 3) {
        return false;
    }
    struct text name = text_from(apply->at, 3);

    for (int i = 0; i < 12; i++) {
        if (text_equal_case(name, text_from(names[i], 3))) {
            apply->fields->month = i + 1;
            apply->at += 3;
            return true;
        }
    }
    return false;
}

static bool take_meridiem(struct apply *apply)
{
    if (apply->end - apply->at < 2 || (apply->at[1] | 0x20) != 'm') {
        return false;
    }
    char first = (char)(apply->at[0] | 0x20);

    apply->afternoon = first == 'p';
    apply->has_meridiem = true;
    apply->at += 2;
    return first == 'a' || first == 'p';
}

static bool take_fraction(struct apply *apply, int digits)
{
    int value = 0;

    if (!take_digits(apply, digits, &value)) {
        return false;
    }
    for (; digits < 6; digits++) {
        value *= 10;
    }
    apply->fields->microsecond = value;
    return true;
}

static bool take_zone_hour(struct apply *apply)
{
    int hour = 0;

    if (apply->at == apply->end || (*apply->at != '+' && *apply->at != '-')) {
        return false;
    }
    apply->negative_zone = *apply->at == '-';
    apply->at++;
    if (!take_digits(apply, 2, &hour)) {
        return false;
    }
    apply->fields->zone_seconds += hour * 3600;
    return true;
}

static bool take_zone_minute(struct apply *apply)
{
    int minute = 0;

    if (!take_digits(apply, 2, &minute)) {
        return false;
    }
    /* More than 59 is no minute; as much as a day is refused with the range of the whole. */
    apply->fields->zone_seconds += minute > 59 ? 86400 : minute * 60;
    return true;
}

static bool take_item(struct apply *apply, const struct datetime_item *item)
{
    struct datetime_fields *fields = apply->fields;
    int year = 0;

    switch ((enum item_kind)item->kind) {
    case ITEM_LITERAL:
        return apply->at < apply->end && *apply->at++ == item->character;
    case ITEM_YEAR:
        if (!take_digits(apply, 4, &year)) {
            return false;
        }
        fields->year = year;
        return true;
    case ITEM_SHORT_YEAR:
        if (!take_digits(apply, 2, &year)) {
            return false;
        }
        fields->year = year;
        return true;
    case ITEM_MONTH:
        return take_digits(apply, 2, &fields->month);
    case ITEM_MONTH_NAME:
        return take_month_name(apply);
    case ITEM_DAY:
        return take_digits(apply, 2, &fields->day);
    case ITEM_HOUR_24:
    case ITEM_HOUR_12:
        return take_digits(apply, 2, &fields->hour);
    case ITEM_MERIDIEM:
        return take_meridiem(apply);
    case ITEM_MINUTE:
        return take_digits(apply, 2, &fields->minute);
    case ITEM_SECOND:
        return take_digits(apply, 2, &fields->second);
    case ITEM_FRACTION:
        return take_fraction(apply, item->character);
    case ITEM_ZONE_HOUR:
        return take_zone_hour(apply);
    case ITEM_ZONE_MINUTE:
        return take_zone_minute(apply);
    }
    return false;
}

static bool is_blank(char character)
{
    return character == ' ' || character == '\t';
}

/* 12 is the first hour of both halves of a day. */
static bool apply_meridiem(struct apply *apply)
{
    struct datetime_fields *fields = apply->fields;

    if (!apply->has_meridiem) {
        return true;
    }
    if (fields->hour < 1 || fields->hour > 12) {
        return false;
    }
    fields->hour = fields->hour % 12 + (apply->afternoon ? 12 : 0);
    return true;
}

enum datetime_status datetime_pattern_apply(const struct datetime_pattern *pattern,
                                            struct text text,
                                            struct datetime_fields *fields)
{
    struct apply apply = {.at = text.data, .end = text.data + text.size, .fields = fields};

    *fields = (struct datetime_fields){.year = 2000, .month = 1, .day = 1};
    while (apply.at < apply.end && is_blank(*apply.at)) {
        apply.at++;
    }
    while (apply.at < apply.end && is_blank(apply.end[-1])) {
        apply.end--;
    }
    for (int i = 0; i < pattern->count; i++) {
        if (!take_item(&apply, &pattern->items[i])) {
            return DATETIME_SYNTAX;
        }
    }
    if (apply.at != apply.end) {
        return DATETIME_SYNTAX;
    }
    fields->has_zone = pattern->has_zone;
    if (apply.negative_zone) {
        fields->zone_seconds = -fields->zone_seconds;
    }
    /* There is none in a calendar; of a short year the caller knows the century. */
    bool year_zero = pattern->has_date && !pattern->has_short_year && fields->year == 0;

    if (!apply_meridiem(&apply) || year_zero || !datetime_fields_valid(fields)) {
        return DATETIME_RANGE;
    }
    return DATETIME_OK;
}

/* Comparing: what may stand at each place of a text. */

enum place_class {
    PLACE_DIGIT = 256, /* smaller ones are the character itself */
    PLACE_LETTER,
    PLACE_SIGN,
};

#define PLACES_MAX (COUNT(((struct datetime_pattern *)0)->items) * 6)

struct places {
    int count;
    int classes[PLACES_MAX];
};

static void push_places(struct places *places, int class, int count)
{
    for (int i = 0; i < count; i++) {
        places->classes[places->count++] = class;
    }
}

static void list_places(const struct datetime_pattern *pattern, struct places *places)
{
    places->count = 0;
    for (int i = 0; i < pattern->count; i++) {
        const struct datetime_item *item = &pattern->items[i];

        switch ((enum item_kind)item->kind) {
        case ITEM_LITERAL:
            push_places(places, (unsigned char)item->character, 1);
            break;
        case ITEM_MONTH_NAME:
            push_places(places, PLACE_LETTER, 3);
            break;
        case ITEM_MERIDIEM:
            push_places(places, PLACE_LETTER, 2);
            break;
        case ITEM_ZONE_HOUR:
            push_places(places, PLACE_SIGN, 1);
            push_places(places, PLACE_DIGIT, 2);
            break;
        case ITEM_YEAR:
        case ITEM_SHORT_YEAR:
        case ITEM_MONTH:
        case ITEM_DAY:
        case ITEM_HOUR_24:
        case ITEM_HOUR_12:
        case ITEM_MINUTE:
        case ITEM_SECOND:
        case ITEM_FRACTION:
        case ITEM_ZONE_MINUTE:
            push_places(places, PLACE_DIGIT, item->character);
            break;
        }
    }
}

static bool class_takes(int class, int character)
{
    const int lower = character | 0x20;

    switch (class) {
    case PLACE_DIGIT:
        return character >= '0' && character <= '9';
    case PLACE_LETTER:
        return lower >= 'a' && lower <= 'z';
    case PLACE_SIGN:
        return character == '+' || character == '-';
    default:
        return class == character;
    }
}

static bool classes_meet(int one, int other)
{
    return one == other || (one < PLACE_DIGIT ? class_takes(other, one)
                                              : other < PLACE_DIGIT && class_takes(one, other));
}

bool datetime_patterns_exclusive(const struct datetime_pattern *one,
                                 const struct datetime_pattern *other)
{
    struct places left;
    struct places right;

    list_places(one, &left);
    list_places(other, &right);
    for (int i = 0; i < left.count && i < right.count; i++) {
        if (!classes_meet(left.classes[i], right.classes[i])) {
            return true;
        }
    }
    return left.count != right.count;
}
